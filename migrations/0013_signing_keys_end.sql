-- A signing key that has ended verifies nothing from then on: its secret is emptied, its id is never given again.
alter table signing_keys add column created_by text;   -- the name as it was then; null came with the workspace
alter table signing_keys add column ended_at integer;  -- null is live; at most two are
