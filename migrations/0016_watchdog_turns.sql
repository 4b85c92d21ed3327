-- Where somebody waits for a person, whichever workspace it is: what the watchdog looks at in every run.
create index conversations_waiting on conversations (workspace_id) where status = 'waiting';
