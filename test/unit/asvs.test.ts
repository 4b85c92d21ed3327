import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/asvs.md'), 'utf8');
const STATES = ['test', 'by construction', '**open**', 'n/a'] as const;

type Row = { id: string; level: string; state: string; shown: string };
const rows: Row[] = page.split('\n').flatMap((line) => {
  const [, id, level, , state, ...shown] = line.split('|').map((cell) => cell.trim());
  return /^\d+\.\d+\.\d+$/.test(id ?? '') ? [{ id, level, state, shown: shown.join('|') } as Row] : [];
});

/** `integration/access` "a title", "another": the file, and parts of titles in it. */
const SHOWN = /`(unit|integration|browser|fault)\/([\w./-]+)`((?:[^`"]*"[^"]+")*)/g;
const fileOf = (kind: string, name: string) =>
  [`${name}.test.ts`, `${name}.test.tsx`].map((file) => join(ROOT, 'test', kind, file)).find(existsSync);

describe('the page of ASVS ids', () => {
  test('has a state for each, and its numbers are those of its rows', () => {
    expect(rows.length).toBe(new Set(rows.map(({ id }) => id)).size);
    expect(rows.filter(({ state }) => !STATES.some((one) => one === state))).toEqual([]);
    const counted = (levels: string) => {
      const of = rows.filter(({ level }) => levels.includes(level));
      return [...STATES.map((state) => of.filter((row) => row.state === state).length), of.length];
    };
    for (const [name, levels] of [
      ['1', '1'],
      ['2', '2'],
      ['both', '12'],
    ] as const)
      expect(page).toContain(`| ${name} | ${counted(levels).join(' | ')} |`);
  });

  test.each(rows.filter(({ state }) => state === 'test').map((row) => [row.id, row] as const))(
    '%s names tests that are there',
    (_, { shown }) => {
      const same = /^as (\d+\.\d+\.\d+)/.exec(shown)?.[1];
      const named = [...(rows.find(({ id }) => id === same)?.shown ?? shown).matchAll(SHOWN)];
      expect(named).not.toEqual([]);
      for (const [, kind, name, titles] of named) {
        const file = fileOf(kind as string, name as string);
        expect(file, `${kind}/${name}`).toBeDefined();
        const text = readFileSync(file as string, 'utf8');
        const missing = [...(titles ?? '').matchAll(/"([^"]+)"/g)].map(([, title]) => title as string);
        expect(missing.filter((title) => !text.includes(title))).toEqual([]);
      }
    },
  );
});
