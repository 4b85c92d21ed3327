-- What the watchdog reads: the latest conversations that are not over.
create index conversations_not_over on conversations (updated_at desc) where status <> 'resolved';
