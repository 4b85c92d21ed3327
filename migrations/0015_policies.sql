-- A version that made way for a newer one is no longer in force, and was not taken back: it needs a word of its own.
create table policies_with_former (
  workspace_id text not null references workspaces (id) on delete cascade,
  version integer not null,
  parent integer,                          -- the version it was made from; of one that went back, the one that was rolled back
  author text not null,                    -- a person's name, as it was then
  reason text not null,
  status text not null check (status in ('draft', 'shadow', 'active', 'former', 'rolled_back')),
  body text not null,
  created_at integer not null,
  changed text,                            -- JSON: by, name, at of the last change of its status; null is none yet
  primary key (workspace_id, version)
) strict;
insert into policies_with_former select workspace_id, version, parent, author, reason, status, body, created_at, null from policies;
drop table policies;
alter table policies_with_former rename to policies;
create unique index one_active_policy on policies (workspace_id) where status = 'active';

-- What policies were asked and said: to ask another one the same. The last of a workspace, not for good.
create table evaluations (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,                        -- the turn's, with which of its evaluations it is
  conversation_id text not null,
  at integer not null,
  policy_version integer not null,
  facts text not null,                     -- JSON: by name, with provenance; redacted
  decision text not null,                  -- JSON
  shadow_version integer,                  -- the version that ran beside it
  shadow_decision text,                    -- JSON: what that would have decided otherwise; null is the same
  primary key (workspace_id, id)
) strict;
create index evaluations_by_time on evaluations (workspace_id, at);
create index evaluations_in_shadow on evaluations (workspace_id, shadow_version, at) where shadow_version is not null;
