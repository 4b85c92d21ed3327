-- Keys of the REST API. What is kept of a key is its hash: whoever reads this table can call nothing.
create table api_keys (
  workspace_id text not null,
  id           text not null,
  name         text not null,
  scopes       text not null,               -- JSON array
  hash         text not null,               -- SHA-256 of the secret, hex
  created_at   integer not null,
  created_by   text not null,               -- a name, as it was then
  expires_at   integer,                     -- null is never
  used_at      integer,                     -- to the hour
  ended_at     integer,
  primary key (workspace_id, id)
);
create unique index api_keys_hash on api_keys (hash);
