-- [X14] How long a recording is kept counts from when we stored it: what a visitor's clock says is theirs to say.
alter table recording_segments add column stored_at integer not null default 0;
update recording_segments set stored_at = min(to_at, unixepoch() * 1000);
drop index segments_by_end;
create index segments_by_stored on recording_segments (workspace_id, stored_at);
