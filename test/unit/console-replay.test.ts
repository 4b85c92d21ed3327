import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chooseTab,
  gapsIn,
  liveTabOf,
  needFor,
  PATIENCE_MS,
  released,
  tabsOf,
} from '../../widget/console/replay/segments.ts';
import {
  beforeRecording,
  layMarks,
  openingAt,
  positionOf,
  seekKey,
  timeAt,
} from '../../widget/console/replay/timeline.ts';
import type { Breadcrumb } from '../../worker/domain/timeline/breadcrumb.ts';
import type { Marker } from '../../worker/domain/timeline/markers.ts';

const aRef = (tab: string, n: number, fromAt = n * 100, toAt = fromAt + 99) => ({
  tab,
  n,
  fromAt,
  toAt,
  events: 1,
  bytes: 1,
});
describe('tabs', () => {
  const segments = [aRef('first', 0, 0, 500), aRef('first', 1, 500, 1000), aRef('second', 0, 900, 3000)];

  test('the newest comes first', () => {
    expect(tabsOf(segments)).toEqual([
      { tab: 'second', fromAt: 900, toAt: 3000 },
      { tab: 'first', fromAt: 0, toAt: 1000 },
    ]);
  });

  test.each<[string, number | null, string | null, string | null]>([
    ['the tab of the trouble', 2000, 'first', 'first'],
    ['a tab that was never recorded leaves the time to decide', 400, 'third', 'first'],
    ['the tab that was there at that time', 400, null, 'first'],
    ['the newest when nothing else is known', null, null, 'second'],
    ['the newest when the time is outside of all', 9000, null, 'second'],
  ])('%s', (_, at, trouble, chosen) => expect(chooseTab(segments, at, trouble)).toBe(chosen));

  const act = (tab: string, at: number): Breadcrumb => ({ tab, n: at, at, kind: 'click', role: 'button', name: 'Pay' });
  const failure = (tab: string, at: number): Breadcrumb => ({
    tab,
    n: at,
    at,
    kind: 'request_failed',
    method: 'GET',
    path: '/api/poll',
    status: 500,
    durationMs: 1,
  });
  const hidden = (tab: string, at: number): Breadcrumb => ({ tab, n: at, at, kind: 'visibility', state: 'hidden' });
  test.each<[string, Breadcrumb[], string | null]>([
    ['the one they last did something in', [act('second', 2500), act('first', 2900)], 'first'],
    ['not one where only its own requests go on', [act('first', 2900), failure('second', 3000)], 'first'],
    ['not one that they have left', [act('first', 2900), hidden('second', 2950)], 'first'],
    ['one whose recording began after that', [act('first', 800)], 'second'],
    ['the newest when nothing was done', [], 'second'],
    ['none when they are in one that is not recorded', [act('first', 2000), act('third', 2900)], null],
  ])('live is %s', (_, trail, tab) => expect(liveTabOf(segments, trail)).toBe(tab));

  test('no segments, no tab', () => expect(chooseTab([], null, null)).toBeNull());
});

describe('gaps', () => {
  test.each<[string, number[], { missing: number; fromAt: number; toAt: number }[]]>([
    ['none', [0, 1, 2], []],
    ['in any order', [2, 0, 1], []],
    ['in the middle', [0, 3], [{ missing: 2, fromAt: 99, toAt: 300 }]],
    ['at the start', [2, 3], [{ missing: 2, fromAt: 200, toAt: 200 }]],
    ['nothing there is no gap', [], []],
  ])('%s', (_, numbers, gaps) => expect(gapsIn(numbers.map((n) => aRef('tab', n)))).toEqual(gaps));
});

describe('what a picture needs', () => {
  const segments = [0, 1, 2, 3, 4].map((n) => aRef('tab', n));
  const aKeyframe = (n: number) => ({ tab: 'tab', n, at: n * 100 + 99, bytes: 1 });

  test.each<[string, number, number[], number | null, number[]]>([
    ['all since the beginning when there is no keyframe', 250, [], null, [0, 1, 2]],
    ['what came after the nearest keyframe', 350, [0, 1], 1, [2, 3]],
    ['nothing but a keyframe of that very moment', 199, [0, 1], 1, []],
    ['no keyframe of later on', 150, [2, 3], null, [0, 1]],
    ['the first part for a time before all', -500, [2], null, [0]],
  ])('%s', (_, at, keyframes, keyframe, wanted) => {
    const need = needFor(at, segments, keyframes.map(aKeyframe));
    expect([need.keyframe?.n ?? null, need.segments]).toEqual([keyframe, wanted]);
  });

  test('nothing of nothing', () => expect(needFor(0, [], [])).toEqual({ keyframe: null, segments: [] }));
});

describe('numbers that may be played', () => {
  const refs = (...numbers: number[]) => numbers.map((n) => aRef('tab', n));
  test.each<[string, number[], number, number[], number | null]>([
    ['all in a row', [2, 0, 1], 0, [0, 1, 2], null],
    ['one that overtook another waits', [0, 2], PATIENCE_MS - 1, [0], PATIENCE_MS],
    ['until it has waited enough', [0, 2], PATIENCE_MS, [0, 2], null],
    ['a beginning that is missing is waited for too', [1], 0, [], PATIENCE_MS],
  ])('%s', (_, given, now, numbers, nextAt) =>
    expect(released(refs(...given), () => 0, now)).toEqual({ numbers, nextAt }),
  );

  test('what was there from the beginning waits for nothing', () =>
    expect(released(refs(1, 4), () => Number.NEGATIVE_INFINITY, 0).numbers).toEqual([1, 4]));
});

describe('time line', () => {
  const span = { fromAt: 1000, toAt: 11_000 };

  test.each([
    [1000, 0],
    [6000, 0.5],
    [11_000, 1],
    [0, 0],
    [99_000, 1],
  ])('%i lies at %f', (at, position) => expect(positionOf(span, at)).toBe(position));

  test('a recording of one moment has its time at the start', () => {
    expect(positionOf({ fromAt: 5, toAt: 5 }, 5)).toBe(0);
  });

  test('there and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: span.fromAt, max: span.toAt }), (at) => {
        expect(timeAt(span, positionOf(span, at))).toBe(at);
      }),
    );
  });

  test.each<[string, number | null]>([
    ['ArrowLeft', 4000],
    ['ArrowRight', 6000],
    ['PageUp', 11_000],
    ['PageDown', 1000],
    ['Home', 1000],
    ['End', 11_000],
    ['x', null],
  ])('%s', (key, to) => expect(seekKey(key, 5000, span)).toBe(to));

  test.each<[string, number | null, number | null, number]>([
    ['a second before the trouble', 5000, 9000, 4000],
    ['never before the recording', 1200, null, 1000],
    ['half a minute before the first message', null, 35_000, 5000],
    ['never after it', null, 99_000, 11_000],
    ['at the start when nothing is known', null, null, 1000],
  ])('opens %s', (_, trouble, message, at) => expect(openingAt(trouble, message, span)).toBe(at));
});

describe('trouble before the recording', () => {
  const span = { fromAt: 100_000, toAt: 160_000 };

  test('is said in words, with how long before', () => {
    expect(beforeRecording(58_000, span)).toMatch(
      /^The trouble began at .+, 42\u00a0s before this recording\. .+ under Steps\.$/,
    );
  });

  test.each([
    ['a blink before is shown at the start', 99_500],
    ['inside', 120_000],
    ['unknown', null],
  ])('%s: nothing to say', (_, at) => expect(beforeRecording(at, span)).toBeNull());

  test('no recording, no word', () => expect(beforeRecording(5, { fromAt: 0, toAt: 0 })).toBeNull());
});

describe('marks', () => {
  const span = { fromAt: 0, toAt: 10_000 };
  const aMarker = (at: number, kind: Marker['kind']): Marker => ({ at, kind, label: `${kind} ${at}` });

  test('each kind has its lane', () => {
    const kinds = ['message', 'trouble', 'error', 'request', 'click', 'navigation'] as const;
    const marks = layMarks(
      kinds.map((kind, i) => aMarker(i * 2000, kind)),
      span,
      500,
      14,
    );
    expect(marks.map(({ lane }) => lane)).toEqual(['said', 'failed', 'failed', 'failed', 'did', 'did']);
  });

  test('what would touch becomes one, in the shape of what tells most', () => {
    const marks = layMarks(
      [aMarker(1000, 'click'), aMarker(1100, 'navigation'), aMarker(5000, 'click')],
      span,
      500,
      14,
    );
    expect(marks.map(({ kind, markers }) => [kind, markers.length])).toEqual([
      ['navigation', 2],
      ['click', 1],
    ]);
  });

  test('the moment of trouble stands alone, and its neighbour beside it', () => {
    const marks = layMarks([aMarker(1000, 'trouble'), aMarker(1010, 'request')], span, 500, 14);
    expect(marks.map(({ kind }) => kind)).toEqual(['trouble', 'request']);
    expect((marks[1]!.position - marks[0]!.position) * 500).toBeCloseTo(14);
  });

  test('what was outside the recording has no place on its line', () => {
    expect(layMarks([aMarker(-9000, 'click'), aMarker(90_000, 'message')], span, 500, 14)).toEqual([]);
  });

  test('no marker inside the recording is lost', () => {
    const kinds = fc.constantFrom<Marker['kind']>('message', 'trouble', 'error', 'request', 'click', 'navigation');
    const markers = fc.array(fc.record({ at: fc.integer({ min: 0, max: 10_000 }), kind: kinds }), { maxLength: 80 });
    fc.assert(
      fc.property(markers, fc.integer({ min: 0, max: 2000 }), (list, width) => {
        const given = list.map(({ at, kind }) => aMarker(at, kind));
        const laid = layMarks(given, span, width, 14).flatMap((mark) => mark.markers);
        expect(laid).toHaveLength(given.length);
      }),
    );
  });
});
