import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALLOWANCES } from '#domain/allowances.ts';
import { DATABASE, FILES, type Holding, OBJECTS } from '#domain/privacy/data-map.ts';
import { MAX_IMPORT_BYTES } from '#protocol/articles.ts';
import { MAX_POLICY_BYTES } from '#protocol/policy.ts';
import { MAX_BODY_BYTES, MAX_MESSAGE_CHARS, MAX_SEGMENT_BYTES } from '#protocol/primitives.ts';
import { HOW_MANY } from '../../worker/common-passwords.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/security-inventory.md');

/** The rows of the table that has this head, as texts of cells. */
function rowsUnder(head: string): string[][] {
  const lines = page.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`| ${head} |`));
  if (at === -1) throw new Error(`no table with the head “${head}”`);
  const rows = lines.slice(at + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}
const names = (cell: string | undefined): string[] => (cell ?? '').split(', ').filter((name) => name !== '');
const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

describe('the inventory for who operates Baton', () => {
  test('has the limits that are in force', () => {
    expect(rowsUnder('what | one visitor or key: at once')).toEqual(
      Object.entries(ALLOWANCES).map(([what, { all, each }]) =>
        [what, each.burst, each.perSecond, all.burst, all.perSecond].map(String),
      ),
    );
  });

  test.each([
    ['a message has 4,000 characters', MAX_MESSAGE_CHARS, 4000],
    ['a body 64 kB', MAX_BODY_BYTES, 64 * 1024],
    ['articles and imports 2 MB', MAX_IMPORT_BYTES, 2 * 1024 * 1024],
    ['policies 512 kB', MAX_POLICY_BYTES, 512 * 1024],
    ['segment 512 kB packed', MAX_SEGMENT_BYTES, 512 * 1024],
  ])('has the sizes of what may be sent: %s', (said, is, value) => {
    expect(is).toBe(value);
    expect(page.toLowerCase()).toContain(said.toLowerCase());
  });

  test.each([
    ['three tries in ten seconds by address', 'worker/accounts.ts', '{ window: 10, max: 3 }'],
    ['12 hours after it was last used', 'worker/accounts.ts', 'const SESSION_S = 60 * 60 * 12;'],
    ['15 minutes after signing in', 'worker/accounts.ts', 'const FRESH_S = 15 * 60;'],
    ['12 hours, renewed with every page', 'worker/middleware/visit-auth.ts', 'const ATTESTED_MS = 12 * 3_600_000;'],
    ['an anonymous visit | 30 days', 'worker/middleware/visit-auth.ts', 'const ANONYMOUS_MS = 30 * 24 * 3_600_000;'],
    ['30 seconds, once', 'durable-objects/tickets.ts', '30_000'],
  ])('has the ways in and how long they last: %s', (said, file, code) => {
    expect(page).toContain(said);
    expect(read(file)).toContain(code);
  });

  test('has the passwords that are not taken', () => {
    expect(page).toContain(`the ${HOW_MANY.toLocaleString('en')} of eight characters and more`);
    const words = '“Baton”, the names of the workspaces that the account is in, the own name, and the own address';
    expect(page).toContain(words);
  });

  test('names every file that asks something by an address', () => {
    const files = ['worker', 'durable-objects'].flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
    const asking = files.filter((file) =>
      /(?<![.\w#]|async )fetch\((?!request, env, context)/.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
    );
    expect(asking.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
    expect(asking).toHaveLength(2);
  });

  test('has every secret that the Worker is given', () => {
    const asked = [
      ...read('worker/settings.ts').matchAll(
        /^ {2}([A-Z_]+): .*(?:secret|masterKey)|^ {2}(\w+_(?:API_KEY|CLIENT_SECRET)): optional/gm,
      ),
    ];
    const secrets = asked.map(([, name, key]) => name ?? key);
    expect(rowsUnder('name | what for | algorithm').map(([name]) => bare(name))).toEqual(
      expect.arrayContaining(secrets),
    );
    expect(secrets.length).toBe(rowsUnder('name | what for | algorithm').length);
  });

  test('has a level for every table and every kind of name, and everything of a visitor is personal at least', () => {
    const levels = rowsUnder('level | tables of D1');
    const once = (stored: Record<string, Holding>, column: number) => {
      expect(levels.flatMap((row) => names(row[column])).sort()).toEqual(Object.keys(stored).sort());
      const internal = names(levels.find(([level]) => level === 'internal')?.[column]);
      expect(internal.filter((name) => stored[name]?.of === 'visitor')).toEqual([]);
    };
    once(DATABASE, 1);
    // One name in several objects has the level of the one that needs most.
    const inObjects: Record<string, Holding> = { ...FILES };
    for (const tables of Object.values(OBJECTS))
      for (const [name, holding] of Object.entries(tables))
        if (inObjects[name]?.of !== 'visitor') inObjects[name] = holding;
    once(inObjects, 2);
  });

  test('has every place that writes into the log', () => {
    const files = ['worker', 'durable-objects'].flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: ROOT }));
    const written = files.flatMap((file) => {
      const text = read(file);
      const lines = [
        ...text.matchAll(/(?:(?:console\.\w+|log)\(\s*JSON\.stringify\(|const line = )\s*\{\s*at: '([^']+)'/g),
      ].map(([, at]) => at as string);
      // Whatever is written is written in this way, so that a line is one object of JSON and nobody writes a second one into it.
      expect([file, [...text.matchAll(/console\.\w+\((?!\s*JSON\.stringify\()/g)].length]).toEqual([file, 0]);
      return lines;
    });
    expect(
      rowsUnder('lines | `at`')
        .flatMap(([, at]) => names(at))
        .sort(),
    ).toEqual([...new Set(written)].sort());
  });

  test('has every library that ships, and a bill of materials can be made', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> };
    const rows = rowsUnder('library | what for');
    expect(rows.map(([name]) => bare(name))).toEqual(Object.keys(dependencies));
    for (const [name, , licence] of rows)
      expect([
        name,
        (JSON.parse(read(`node_modules/${bare(name)}/package.json`)) as { license: string }).license,
      ]).toEqual([name, licence]);
    const made = spawnSync('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const bill = JSON.parse(made.stdout) as { components: { name: string; group?: string; version: string }[] };
    const there = new Map(
      bill.components.map(({ group, name, version }) => [group === undefined ? name : `${group}/${name}`, version]),
    );
    expect(Object.keys(dependencies).filter((name) => there.get(name) !== dependencies[name])).toEqual([]);
  });
});
