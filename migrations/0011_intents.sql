-- What visitors want, as a workspace names it, with examples: one document, so that whoever saves sees all of it.
create table intents (
  workspace_id text not null primary key references workspaces (id) on delete cascade,
  revision integer not null,
  body text not null,                      -- JSON array: name, examples, articles
  changed text                             -- JSON: by, name, at; null was written by a seed
) strict;

-- What agents said a conversation was about: rows to learn from, and every fifth to be judged by.
create table intent_labels (
  workspace_id text not null references workspaces (id) on delete cascade,
  conversation_id text not null,
  text text not null,                      -- the visitor's words, redacted
  intent text,                             -- null: none of ours
  by_id text not null,
  at integer not null,
  primary key (workspace_id, conversation_id)
) strict;

-- Trained models. Bytes are kept as long as somebody may want to look at a verdict again.
create table intent_models (
  workspace_id text not null references workspaces (id) on delete cascade,
  hash text not null,                      -- SHA-256 of the bytes
  made_of text not null,                   -- what it was trained on, so that the same is not trained twice
  status text not null check (status in ('active', 'former', 'refused')),
  examples integer not null,
  judged text not null,                    -- JSON: rows, and how many this one and the one before had right
  bytes blob not null,
  trained_at integer not null,
  primary key (workspace_id, hash)
) strict;
create unique index one_active_model on intent_models (workspace_id) where status = 'active';
