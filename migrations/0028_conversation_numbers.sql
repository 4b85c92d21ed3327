-- A ticket is looked for by its number, and words among the latest that have one.
create index conversations_by_number on conversations (workspace_id, number desc);
