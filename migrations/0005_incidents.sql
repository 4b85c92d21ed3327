-- What is broken for many just now: it moves those who wait about it forward.
create table incidents (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  title text not null,
  area text,                               -- product area; null is everywhere
  started_at integer not null,
  started_by text not null,                -- the name as it was then
  ended_at integer,
  ended_by text,
  primary key (workspace_id, id)
) strict;
create index incidents_by_time on incidents (workspace_id, started_at desc);

-- Counts every change of what queues are told, so that an object that is told two of them knows the newer one.
alter table workspaces add column told_version integer not null default 0;
create trigger queues_told after update on queues BEGIN update workspaces set told_version = told_version + 1 where id = new.workspace_id; END;
create trigger calendars_told after insert on calendars BEGIN update workspaces set told_version = told_version + 1 where id = new.workspace_id; END;
create trigger calendars_told_again after update on calendars BEGIN update workspaces set told_version = told_version + 1 where id = new.workspace_id; END;
create trigger calendars_gone after delete on calendars BEGIN update workspaces set told_version = told_version + 1 where id = old.workspace_id; END;
create trigger incidents_told after insert on incidents BEGIN update workspaces set told_version = told_version + 1 where id = new.workspace_id; END;
create trigger incidents_told_again after update on incidents BEGIN update workspaces set told_version = told_version + 1 where id = new.workspace_id; END;
