-- What is not in a segment and by which rules, so that a recording can say what support cannot see.
alter table recording_segments add column rule_set text not null default '';
alter table recording_segments add column hidden text not null default '{}';   -- JSON, counts by kind
