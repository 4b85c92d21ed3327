-- Pictures of a tab's page after all of its segments up to n: a player starts from the nearest one.
create table recording_keyframes (
  workspace_id text not null references workspaces (id) on delete cascade,
  recording_id text not null,
  tab text not null,
  n integer not null,
  at integer not null,
  bytes integer not null,
  primary key (workspace_id, recording_id, tab, n)
) strict;
