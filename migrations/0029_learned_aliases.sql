-- From which conversation an article has another name: whoever is erased takes their words along. Of names that are older nobody knows.
create table learned_aliases (
  workspace_id text not null references workspaces (id) on delete cascade,
  conversation_id text not null,
  article_id text not null,
  alias text not null,                     -- the visitor's words, redacted
  at integer not null
) strict;
create index learned_aliases_of_one on learned_aliases (workspace_id, conversation_id);
create index learned_aliases_by_article on learned_aliases (workspace_id, article_id);
