-- What people wrote whom an article then helped: each is another name for it.
alter table articles add column aliases text not null default '[]';   -- JSON array
-- Counts the changes by hand, by import and by what was learnt; 0 is as it was seeded.
alter table articles add column revision integer not null default 0;
