-- Requests for everything that is kept about one visitor: to have it (export), or to have it gone (erasure). Each goes on from `step` wherever it stopped.
create table privacy_jobs (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  kind text not null check (kind in ('export', 'erasure')),
  visitor_id text not null,                -- ours: random, or a hash of the host's id
  by_id text not null,                     -- who asked; `restore` is what came back from a backup
  by_name text not null,                   -- as it was then
  asked_at integer not null,
  step text not null,
  position integer not null default 0,     -- how far this step is
  work text not null default '{"conversations":[],"found":{}}',   -- JSON: ids that the steps go through, and what was found of each kind
  failures integer not null default 0,     -- runs that ended in a fault since the last step
  next_at integer not null,                -- not before
  done_at integer,                         -- null is under way
  receipt text,                            -- JSON: numbers, never content
  primary key (workspace_id, id)
) strict;
-- Asked for twice while it is under way it is the same one.
create unique index one_privacy_job_each on privacy_jobs (workspace_id, kind, visitor_id) where done_at is null;
create index privacy_jobs_due on privacy_jobs (next_at) where done_at is null;
create index privacy_jobs_by_time on privacy_jobs (workspace_id, asked_at desc);
