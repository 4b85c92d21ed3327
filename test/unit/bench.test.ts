import { describe, expect, test } from 'vitest';
import { exactRow } from '../bench/report.ts';
import { overLimit } from '../bench/size-limits.ts';
import { textTable } from '../bench/table.ts';

test('a table: words to the left, numbers to the right', () => {
  expect(
    textTable(
      ['case', 'KB'],
      [
        ['loader', '0.58'],
        ['panel', '15.97'],
        ['none', ''],
      ],
    ),
  ).toBe(['case       KB', '──────  ─────', 'loader   0.58', 'panel   15.97', 'none'].join('\n'));
});

describe('size limits', () => {
  const rows = (loader: number, panel: number, recorder: number) =>
    Object.entries({ loader, panel, recorder }).map(([name, bytes]) =>
      exactRow('ours', name, 'gzip -9', 'bytes', bytes),
    );

  test('at the limit is within it', () => expect(overLimit(rows(2048, 24_576, 30_720))).toEqual([]));
  test('a byte more is over', () => {
    expect(overLimit(rows(2049, 24_577, 30_721))).toEqual([
      'loader: 2049 bytes gzip, at most 2048',
      'panel: 24577 bytes gzip, at most 24576',
      'recorder: 30721 bytes gzip, at most 30720',
    ]);
  });
  test('a file that was not measured does not pass, and a peer’s size is no matter', () => {
    expect(overLimit([exactRow('Sentry', 'recorder', 'gzip -9', 'bytes', 99_999)])).toEqual([
      'loader was not measured',
      'panel was not measured',
      'recorder was not measured',
    ]);
  });
});
