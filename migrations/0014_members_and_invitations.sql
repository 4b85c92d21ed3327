-- Somebody is a member of a workspace once.
create unique index member_once on member (organizationId, userId);

-- Who may join: the link's secret is kept as its hash only. Open is what was neither accepted nor withdrawn and has not run out.
create table invitations (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  email text not null,                     -- in small letters
  role text not null,                      -- as accounts call it: `member` is an agent
  secret_hash text not null unique,        -- SHA-256, hex
  invited_by_id text not null,             -- it counts while they may invite
  invited_by text not null,                -- the name as it was then
  created_at integer not null,
  expires_at integer not null,
  accepted_at integer,
  withdrawn_at integer,
  primary key (workspace_id, id)
) strict;
create index open_invitations on invitations (workspace_id, email) where accepted_at is null and withdrawn_at is null;
