-- When the host's systems last said something of the account beside a visit: being told of is not being here.
alter table visitors add column told_at integer;
