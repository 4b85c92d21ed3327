-- What was told to one webhook, the latest first, for whoever looks at it.
create index webhook_deliveries_of_one on webhook_deliveries (workspace_id, webhook_id, created_at desc, event_id);
