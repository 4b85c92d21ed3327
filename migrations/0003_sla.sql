-- What is promised to customers, and the hours in which it is counted.
create table calendars (
  workspace_id text not null references workspaces (id) on delete cascade,
  id text not null,
  name text not null,
  body text not null,                      -- JSON: zone, windows per weekday, dated exceptions
  updated_at integer not null,
  primary key (workspace_id, id)
) strict;

create table sla_policies (
  workspace_id text not null references workspaces (id) on delete cascade,
  version integer not null,
  parent integer,
  author text not null,
  reason text not null,
  status text not null check (status in ('draft', 'active', 'retired')),
  body text not null,                      -- JSON: targets per plan and severity, calendars, warning, pauses, what a breach does
  created_at integer not null,
  primary key (workspace_id, version)
) strict;
create unique index one_active_sla_policy on sla_policies (workspace_id) where status = 'active';
