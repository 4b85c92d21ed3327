-- Webhooks: where a workspace wants to be told of its events, and what is still to be told.
create table webhooks (
  workspace_id  text not null references workspaces (id) on delete cascade,
  id            text not null,
  url           text not null,
  events        text not null,               -- JSON array of types
  secret        text not null,               -- sealed
  secret_before text,                        -- sealed; signs beside the other one until before_until
  before_until  integer,
  is_on         integer not null default 1,
  off_because   text,                        -- 'gone', 'failing'; null where a person did it
  failing_since integer,                     -- of the first failure after the last success
  created_at    integer not null,
  created_by    text not null,               -- a name, as it was then
  primary key (workspace_id, id)
) strict;

-- One row for each event and webhook. What is told is read from the event when it is sent, so that nothing of it is kept twice.
create table webhook_deliveries (
  workspace_id text not null,
  webhook_id   text not null,
  event_id     text not null,
  type         text not null,
  state        text not null default 'pending', -- 'delivered', 'failed'
  tries        integer not null default 0,
  next_at      integer not null,             -- when it is due; while it is being sent, when it is due again if the sender dies
  last_status  integer,
  last_error   text,                         -- 'timeout', 'unreachable', 'address'
  created_at   integer not null,
  primary key (workspace_id, webhook_id, event_id),
  foreign key (workspace_id, webhook_id) references webhooks (workspace_id, id) on delete cascade
) strict;
create index webhook_deliveries_due on webhook_deliveries (next_at) where state = 'pending';
create index webhook_deliveries_by_time on webhook_deliveries (created_at);

-- In the statement that writes the event, so that no event is missed and none is told twice, whoever dies in between.
create trigger events_reach_webhooks after insert on events BEGIN insert or ignore into webhook_deliveries (workspace_id, webhook_id, event_id, type, next_at, created_at) select new.workspace_id, w.id, new.id, new.type, new.at, new.at from webhooks w where w.workspace_id = new.workspace_id and w.is_on = 1 and exists (select 1 from json_each(w.events) where value = new.type); END;
