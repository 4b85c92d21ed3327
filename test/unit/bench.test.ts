import { describe, expect, test } from 'vitest';
import { brokenBars, METRIC } from '../bench/capture/bars.ts';
import { countOf, readFlags } from '../bench/flags.ts';
import { countGaps, findGaps } from '../bench/gaps.ts';
import { brokenLiveBars, LIVE_MOST_MS, P95 } from '../bench/live/bars.ts';
import { brokenReplayBars, METRIC as REPLAY } from '../bench/replay/bars.ts';
import { exactRow, type Row } from '../bench/report.ts';
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

describe('gaps of a transcript', () => {
  test('what was promised, once and in order, has none', () => {
    const found = findGaps([1, 2, 5, 9], [2, 9]);
    expect(found).toEqual({ missing: [], twice: [], outOfOrder: [] });
    expect(countGaps(found)).toBe(0);
  });
  test('each kind is found, also together', () => {
    const found = findGaps([1, 4, 3, 4], [1, 2, 3, 4, 5]);
    expect(found).toEqual({ missing: [2, 5], twice: [4], outOfOrder: [3] });
    expect(countGaps(found)).toBe(4);
  });
  test('who received nothing misses everything', () => expect(findGaps([], [1, 2]).missing).toEqual([1, 2]));
});

describe('the bars of following live', () => {
  const rows = (late: number) =>
    Object.entries(LIVE_MOST_MS).flatMap(([name, most]) => [
      { subject: 'ours', case: name, metric: 'p50 of 20', unit: 'ms', min: 1, median: 9999, max: 9999 },
      { subject: 'ours', case: name, metric: `${P95} of 20`, unit: 'ms', min: 1, median: most - 1 + late, max: 9999 },
    ]);
  test('below the bar is within it, at it is not, and what was not measured does not pass', () => {
    expect(brokenLiveBars(rows(0))).toEqual([]);
    expect(brokenLiveBars(rows(1))).toHaveLength(Object.keys(LIVE_MOST_MS).length);
    expect(brokenLiveBars(rows(1))[0]).toBe('change → agent’s screen, calm page: p95 500 ms, not below 500');
    expect(brokenLiveBars(rows(0).slice(2))).toEqual(['change → agent’s screen, calm page was not measured']);
  });
});

describe('flags', () => {
  test('with and without values', () =>
    expect(readFlags(['--sockets', '300', '--quiet'], ['sockets', 'quiet'])).toEqual({ sockets: '300', quiet: '' }));
  test('an unknown one measures nothing', () => {
    expect(() => readFlags(['--socket', '300'], ['sockets'])).toThrow('--socket? Flags: --sockets');
    expect(() => readFlags(['300'], ['sockets'])).toThrow('300? Flags: --sockets');
  });
  test('a count is a whole number above zero', () => {
    expect([countOf(undefined, 7), countOf('3', 7)]).toEqual([7, 3]);
    for (const text of ['0', '-1', '1.5', 'many', '']) expect(() => countOf(text, 7)).toThrow('is no count');
  });
});

describe('the bars of what recording costs', () => {
  const row = (subject: string, metric: string, median: number): Row => ({
    subject,
    case: 'page',
    metric,
    unit: 'ms',
    min: median,
    median,
    max: median,
  });
  test('at the bar is within it; a peer’s figure has to be beaten, or equalled at the start', () => {
    const rows = [
      row('ours', METRIC.startCpu, 60),
      row('rrweb', METRIC.startCpu, 100),
      row('PostHog', METRIC.startCpu, 60),
      row('ours', METRIC.activityCpu, 114),
      row('rrweb', METRIC.activityCpu, 100),
      row('Sentry', METRIC.activityCpu, 114),
      row('ours', METRIC.idleRequests, 0),
    ];
    expect(brokenBars(rows, 'page', true)).toEqual(['page, activity: CPU: 114.0, not below 114.0 (Sentry)']);
  });
  test('above the bar is told with both figures; a small page has no bar for its start', () => {
    const rows = [
      row('ours', METRIC.startCpu, 61),
      row('rrweb', METRIC.startCpu, 100),
      row('ours', METRIC.wire, 106),
      row('rrweb', METRIC.wire, 100),
      row('ours', METRIC.errors, 1),
    ];
    const told = [
      'page, on the wire: 106.0, above 105.0 (1.05 × bare’s gzip in one)',
      'page, errors: 1.0, above 0.0 (none)',
    ];
    expect(brokenBars(rows, 'page', true)).toEqual(['page, start: CPU: 61.0, above 60.0 (0.6 × bare)', ...told]);
    expect(brokenBars(rows, 'page', false)).toEqual(told);
  });
  test('who was not measured is no bar', () =>
    expect(brokenBars([row('ours', METRIC.startCpu, 9000)], 'page', true)).toEqual([]));
});

describe('the bars of opening a replay', () => {
  const rows = (name: string, open: number, seek: number, theirs: number, wrong = 0): Row[] => [
    exactRow('ours', name, REPLAY.open, 'ms', open),
    exactRow('ours', name, REPLAY.seek, 'ms', seek),
    exactRow('ours', name, REPLAY.wrong, 'pictures', wrong),
    exactRow('rrweb-player', name, REPLAY.open, 'ms', theirs),
  ];
  test('at the bar is within it, by the size of the page', () => {
    expect(brokenReplayBars(rows('4317 nodes, 300 s', 400, 200, 1200))).toEqual([]);
    expect(brokenReplayBars(rows('95565 nodes, 300 s', 1000, 1000, 3000))).toEqual([]);
  });
  test('slower, less than three times as fast, or another page is told', () => {
    expect(brokenReplayBars(rows('4317 nodes, 300 s', 401, 201, 1200, 2))).toEqual([
      '4317 nodes, 300 s, opening at a moment: 401 ms, above 400',
      '4317 nodes, 300 s, seeking: 201 ms, above 200',
      '4317 nodes, 300 s, opening at a moment: 3.0 times as fast as rrweb-player, not 3',
      '4317 nodes, 300 s: 2 pictures are not what was recorded',
    ]);
  });
});
