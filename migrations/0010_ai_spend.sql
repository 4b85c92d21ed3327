-- Tokens that a workspace's assistant used, per UTC day. Counted before a model is asked and settled afterwards.
create table ai_spend (
  workspace_id text not null references workspaces (id) on delete cascade,
  day text not null,                       -- 2026-11-27
  tokens integer not null,
  primary key (workspace_id, day)
) strict, without rowid;
