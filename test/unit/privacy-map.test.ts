import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATABASE, type Holding, OBJECTS } from '#domain/privacy/data-map.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/** Tables that stand when all statements have run, in order. */
function tablesIn(sql: string): string[] {
  const tables = new Set<string>();
  for (const [, made, dropped, from, to] of sql.matchAll(
    /create table (?:if not exists )?"?(\w+)"? ?\(|drop table "?(\w+)"?|alter table "?(\w+)"? rename to "?(\w+)"?/g,
  )) {
    if (made !== undefined) tables.add(made);
    if (dropped !== undefined) tables.delete(dropped);
    if (from !== undefined && to !== undefined) {
      tables.delete(from);
      tables.add(to);
    }
  }
  return [...tables].sort();
}

const SHARED = {
  OUTBOX_SCHEMA: 'outbox.ts',
  TICKETS_SCHEMA: 'tickets.ts',
  ANSWERED_FRAMES_SCHEMA: 'answered-frames.ts',
  NOTICES_SCHEMA: 'notices.ts',
};
const OF: Record<keyof typeof OBJECTS, string[]> = {
  conversation: ['conversation-object.ts', 'conversation-store.ts'],
  queue: ['queue-object.ts', 'queue-schema.ts'],
  agent: ['agent-object.ts'],
};

describe('[Y1] the map of what is stored', () => {
  const database = tablesIn(
    readdirSync(join(ROOT, 'migrations'))
      .sort()
      .map((file) => read(`migrations/${file}`))
      .join('\n'),
  );

  it('names every table of the database, and none that is not there', () => {
    expect(database.length).toBeGreaterThan(25);
    expect(Object.keys(DATABASE).sort()).toEqual(database);
  });

  it.each(Object.keys(OF) as (keyof typeof OBJECTS)[])('names every table of a %s object', (object) => {
    const own = OF[object].map((file) => read(`durable-objects/${file}`)).join('\n');
    const shared = Object.entries(SHARED).flatMap(([name, file]) =>
      own.includes(name) ? [read(`durable-objects/${file}`)] : [],
    );
    const tables = tablesIn([own, ...shared, read('durable-objects/schema.ts')].join('\n'));
    expect(Object.keys(OBJECTS[object]).sort()).toEqual(tables);
  });

  it('says why where nothing of a visitor is', () => {
    const all: Holding[] = [DATABASE, ...Object.values(OBJECTS)].flatMap((tables) => Object.values(tables));
    expect(all.filter((one) => one.of === 'nothing' && one.because.length < 8)).toEqual([]);
  });

  it('is what the rows that are erased are called', () => {
    const erasing = read('worker/storage/personal-data.ts');
    const ofVisitors = Object.entries(DATABASE).flatMap(([table, { of }]) => (of === 'visitor' ? [table] : []));
    expect(ofVisitors.filter((table) => !erasing.includes(table))).toEqual([]);
  });
});
