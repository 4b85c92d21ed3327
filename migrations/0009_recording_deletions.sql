-- Recordings that are gone, or about to be. The row comes first and stays: nothing more is taken in under this id, and whoever dies on the way is followed by another.
create table recording_deletions (
  workspace_id text not null references workspaces (id) on delete cascade,
  recording_id text not null,
  because text not null check (because in ('visitor', 'agent', 'retention')),
  by_id text,                              -- the agent who asked for it
  by_name text,
  asked_at integer not null,
  done_at integer,                         -- null until nothing is left
  primary key (workspace_id, recording_id)
) strict;
create index deletions_under_way on recording_deletions (asked_at) where done_at is null;
create index segments_by_end on recording_segments (workspace_id, to_at);
