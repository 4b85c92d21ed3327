-- What is past its workspace's time, found each minute without looking at anything else. `forget_at`: retention took it in hand, and does not look at it again before; 0 is never.
alter table conversations add column forget_at integer not null default 0;
-- Of all rows, said so that it serves only who asks for `forget_at >= 0`: without that, lists of what is not over would be read by age, through everything that is.
create index conversations_by_age on conversations (workspace_id, updated_at, forget_at) where forget_at >= 0;
-- Taken in hand: followed to the end whatever the workspace says meanwhile.
create index conversations_in_hand on conversations (workspace_id, forget_at) where forget_at > 0;
create index visitors_by_age on visitors (workspace_id, last_seen_at);
