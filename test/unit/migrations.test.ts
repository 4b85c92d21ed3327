import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const folder = join(import.meta.dirname, '../../migrations');
const files = readdirSync(folder).filter((name) => name.endsWith('.sql'));
const triggers = files.flatMap((file) =>
  readFileSync(join(folder, file), 'utf8')
    .split('\n')
    .filter((line) => /^\s*create\s+trigger\b/i.test(line))
    .map((line) => ({ file, line })),
);

/**
 * Where migrations are applied to a real account, the database splits each file into statements by itself, and takes a trigger for one statement only if it is written like
 * this (cloudflare/workers-sdk#15314, #4998, #4727); here any spelling passes.
 */
describe('a migration', () => {
  test('is in ASCII line ends, and numbered once', () => {
    expect(files.filter((file) => readFileSync(join(folder, file), 'utf8').includes('\r'))).toEqual([]);
    const numbers = files.map((file) => file.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test.each(triggers)('$file has each trigger on one line, BEGIN and END in capitals', ({ line }) => {
    expect(line).toMatch(/ BEGIN .*; END;$/);
    // The first END would be taken for the trigger's.
    expect(line.match(/\bend\b/gi)).toHaveLength(1);
  });

  test('has triggers', () => {
    expect(triggers.length).toBeGreaterThanOrEqual(9);
  });
});
