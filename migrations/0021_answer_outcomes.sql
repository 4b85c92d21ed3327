-- What became of the assistant's answers, as the maps that its confidence goes through [G39].
create table outcome_maps (
  workspace_id text not null primary key references workspaces (id) on delete cascade,
  body text not null,                      -- JSON: a map for all answers, one for each topic with enough of them
  made_at integer not null
) strict;

-- What they are made of.
create index events_of_answers on events (workspace_id, at)
  where type in ('answer.sent', 'answer.withheld', 'answer.failed', 'escalation.created');
