-- Who changed an agent's skills, capacity and queues last, and the count of such changes.
alter table agent_profiles add column revision integer not null default 0;
alter table agent_profiles add column changed text;    -- JSON: by, name, at; null was never changed

-- What people did that is about no single conversation: append-only. Deeds about a conversation are its events.
create table audit (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,                        -- made by whoever records it, so that a repeated delivery is one row
  at integer not null,
  by_id text not null,
  by_name text not null,                   -- as it was then: people leave
  deed text not null,
  about text not null,                     -- what it was done to, by name
  detail text not null,                    -- what changed, in words; empty where the deed says all
  primary key (workspace_id, id)
) strict;
create index audit_by_time on audit (workspace_id, at desc);
create trigger audit_is_append_only before update on audit BEGIN select raise(abort, 'audit is append-only'); END;
