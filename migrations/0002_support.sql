-- Everything else. The workspace comes first in every key.
create table workspaces (
  id text not null primary key references organization (id) on delete cascade,
  public_key text not null unique,
  name text not null,
  allowed_origins text not null,           -- JSON array of exact origins
  settings text not null,                  -- JSON: greeting, suggestions, capture, routes
  next_number integer not null default 1000
) strict;

create table signing_keys (
  workspace_id text not null references workspaces (id) on delete cascade,
  kid text not null,
  secret text not null,
  created_at integer not null,
  primary key (workspace_id, kid)
) strict;

create table queues (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  slug text not null,
  name text not null,
  tier integer not null,
  config text not null,                    -- JSON: rank policy, offer and cool-down times
  primary key (workspace_id, id),
  unique (workspace_id, slug)
) strict;

create table agent_profiles (
  workspace_id text not null references workspaces (id) on delete cascade,
  agent_id text not null references user (id) on delete cascade,
  skills text not null,                    -- JSON array
  capacity integer not null,
  queue_ids text not null,                 -- JSON array, in the order the console shows them
  primary key (workspace_id, agent_id)
) strict;

create table policies (
  workspace_id text not null references workspaces (id) on delete cascade,
  version integer not null,
  parent integer,
  author text not null,
  reason text not null,
  status text not null check (status in ('draft', 'shadow', 'active', 'rolled_back')),
  body text not null,
  created_at integer not null,
  primary key (workspace_id, version)
) strict;
create unique index one_active_policy on policies (workspace_id) where status = 'active';

create table articles (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  slug text not null,
  title text not null,
  area text not null,
  keywords text not null,                  -- JSON array
  body text not null,                      -- Markdown
  updated_at integer not null,
  primary key (workspace_id, id),
  unique (workspace_id, slug)
) strict;

create table visitors (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  subject text,                            -- the host's user id; null for anonymous visits
  name text,
  email text,
  account text not null,                   -- JSON: attested account facts, as last seen
  previous_account text,                   -- JSON: as they were before they last changed
  first_seen_at integer not null,
  last_seen_at integer not null,
  primary key (workspace_id, id)
) strict;
create unique index visitor_by_subject on visitors (workspace_id, subject) where subject is not null;

create table conversations (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  number integer not null,
  visitor_id text not null,
  client_id text not null,                 -- what the client called the request that made it
  recording_id text not null,
  status text not null,
  subject text not null,
  outcome text not null default '',
  created_at integer not null,
  updated_at integer not null,
  primary key (workspace_id, id),
  unique (workspace_id, visitor_id, client_id),
  unique (workspace_id, recording_id)
) strict;
create index conversations_by_visitor on conversations (workspace_id, visitor_id, created_at desc);
-- At most one conversation of a visitor is not resolved: two tabs that open at once get the same one.
create unique index one_live_conversation on conversations (workspace_id, visitor_id) where status <> 'resolved';

create table bundles (
  workspace_id text not null references workspaces (id) on delete cascade,
  escalation_id text not null,
  hop integer not null,
  conversation_id text not null,
  body text not null,
  created_at integer not null,
  primary key (workspace_id, escalation_id, hop)
) strict;

create table recording_segments (
  workspace_id text not null references workspaces (id) on delete cascade,
  recording_id text not null,
  tab text not null,
  n integer not null,
  r2_key text not null,
  from_at integer not null,
  to_at integer not null,
  events integer not null,
  bytes integer not null,
  primary key (workspace_id, recording_id, tab, n)
) strict;

-- What happened, append-only; the id is the outbox row's key, so a repeated delivery is one row.
create table events (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  conversation_id text not null,
  type text not null,
  at integer not null,
  body text not null,
  primary key (workspace_id, id)
) strict;
create index events_by_time on events (workspace_id, at);
create index events_by_conversation on events (workspace_id, conversation_id, at);
create trigger events_are_append_only before update on events BEGIN select raise(abort, 'events are append-only'); END;
