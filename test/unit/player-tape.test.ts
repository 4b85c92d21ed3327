import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { PlainEvent } from '#domain/replay/compact.ts';
import { foldKeyframe, keyframeRun } from '#domain/replay/keyframes.ts';
import { adaptCss } from '../../widget/player/hover-css.ts';
import { createTape, type Tape } from '../../widget/player/tape.ts';

const meta = (timestamp: number): PlainEvent => ({
  type: 4,
  timestamp,
  data: { href: '/', width: 800, height: 600 },
});
const page = (timestamp: number): PlainEvent => ({
  type: 2,
  timestamp,
  data: {
    node: { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: 'html', attributes: {}, childNodes: [] }] },
    initialOffset: { left: 0, top: 0 },
  },
});
/** Adds the text of its own time. */
const change = (timestamp: number): PlainEvent => ({
  type: 3,
  timestamp,
  data: {
    source: 0,
    texts: [],
    attributes: [],
    removes: [],
    adds: [{ parentId: 2, nextId: null, node: { type: 3, id: timestamp, textContent: `at ${timestamp}` } }],
  },
});
const pointer = (timestamp: number, x: number): PlainEvent => ({
  type: 3,
  timestamp,
  data: { source: 1, positions: [{ x, y: 1, id: 2, timeOffset: 0 }] },
});

/** A page at 100, and something added every ten from then on; six events in a segment. */
const events = [meta(100), page(100), ...Array.from({ length: 28 }, (_, i) => change(110 + i * 10))];
const segments = Array.from({ length: 5 }, (_, n) => events.slice(n * 6, n * 6 + 6));
const numbers = [0, 1, 2, 3, 4];
const aPart = (n: number) => ({ n, text: JSON.stringify(segments[n]) });
function aKeyframe(n: number) {
  const made = foldKeyframe(structuredClone(segments.slice(0, n + 1).flat())) ?? [];
  return { n, at: made[0]?.timestamp ?? 0, text: JSON.stringify(made) };
}
function aTape(parts: number[], keyframes: number[] = []): Tape {
  const tape = createTape();
  tape.add({ numbers, parts: parts.map(aPart), keyframes: keyframes.map(aKeyframe) }, true);
  return tape;
}
const textsOf = (shown: readonly PlainEvent[] | null) =>
  [...JSON.stringify(shown).matchAll(/at (\d+)/g)].map(([, at]) => Number(at));
const until = (at: number) =>
  events.flatMap(({ timestamp, type }) => (type === 3 && timestamp <= at ? [timestamp] : []));

describe('[O6] the page at a moment', () => {
  it('is folded from the beginning, or from the nearest keyframe, with the same result', () => {
    for (const at of [100, 150, 155, 250, 260, 380, 999]) {
      expect(textsOf(aTape(numbers).pageAt(at)), `${at} from the start`).toEqual(until(at));
      expect(textsOf(aTape(numbers, [1, 3]).pageAt(at)), `${at} with keyframes`).toEqual(until(at));
    }
  });

  it('needs nothing from before the keyframe', () => {
    const tape = aTape([4], [3]);
    expect(textsOf(tape.pageAt(350))).toEqual(until(350));
    expect(tape.pageAt(200)).toBeNull();
  });

  it('can be had again and again: nothing that was shown is changed', () => {
    const tape = aTape(numbers, [1]);
    const first = JSON.stringify(tape.pageAt(300));
    tape.pageAt(150);
    expect(JSON.stringify(tape.pageAt(300))).toBe(first);
  });

  it('has the pointer where it last was', () => {
    const tape = createTape();
    const moved = [meta(1), page(1), pointer(5, 50), change(6), pointer(9, 90), change(12)];
    tape.add({ numbers: [0], parts: [{ n: 0, text: JSON.stringify(moved) }], keyframes: [] }, true);
    expect(tape.pageAt(7)?.at(-1)).toMatchObject({ timestamp: 7, data: { source: 1, positions: [{ x: 50 }] } });
    expect(tape.pageAt(12)?.at(-1)).toMatchObject({ data: { positions: [{ x: 90 }] } });
  });

  it('a keyframe that cannot be read is as if it were not there', () => {
    const tape = aTape(numbers);
    tape.add({ numbers, parts: [], keyframes: [{ n: 2, at: 250, text: '{"no":"events"}' }] }, false);
    expect(textsOf(tape.pageAt(300))).toEqual(until(300));
  });

  it('changes without a page are nothing', () => {
    const tape = createTape();
    tape.add({ numbers: [1], parts: [aPart(1)], keyframes: [] }, true);
    expect([tape.span(), tape.pageAt(300)]).toEqual([null, null]);
  });
});

describe('what happens after it', () => {
  const times = (tape: Tape, at: number) => tape.after(at).events.map(({ timestamp }) => timestamp);

  it('is all that is later, up to the first part that has not come', () => {
    expect(times(aTape(numbers), 330)).toEqual([340, 350, 360, 370, 380]);
    const tape = aTape([0, 1, 3]);
    expect(tape.after(110).through).toBe(1);
    expect(times(tape, 110).at(-1)).toBe(200);
    tape.add({ numbers, parts: [aPart(2)], keyframes: [] }, false);
    expect(tape.after(110, 1)).toMatchObject({ through: 3, events: { length: 12 } });
  });

  it('with the page at that time it is every change once, wherever it is opened and in whatever order the parts came', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 400 }),
        fc.shuffledSubarray(numbers, { minLength: 5 }),
        fc.subarray([0, 1, 2, 3]),
        (at, order, keyframes) => {
          const tape = createTape();
          for (const n of order) tape.add({ numbers, parts: [aPart(n)], keyframes: [] }, n % 2 === 0);
          tape.add({ numbers, parts: [], keyframes: keyframes.map(aKeyframe) }, false);
          expect([...textsOf(tape.pageAt(at)), ...times(tape, at)]).toEqual(until(999));
        },
      ),
    );
  });
});

describe('[O6] when a keyframe is due', () => {
  const KB = 1024;
  const run = (sizes: number[], last: { n: number; bytes: number } | null = null) =>
    keyframeRun(
      sizes.map((bytes, n) => ({ n, bytes: bytes * KB })),
      last,
    );
  it('when there is enough after the first part, which is a picture itself', () => {
    expect(run([40, 30, 30])).toEqual([]);
    expect(run([40, 30, 34])).toEqual([0, 1, 2]);
    expect(run([40, 30, 34, 9])).toEqual([0, 1, 2]);
  });
  it('then when there is as much again after the last', () => {
    expect(run([40, 30, 34, 30, 34, 1], { n: 2, bytes: 50 * KB })).toEqual([3, 4]);
  });
  it('of a large page more seldom: its keyframes are large too', () => {
    expect(run([500, 64], null)).toEqual([]);
    expect(run([500, 64, 40], null)).toEqual([0, 1, 2]);
  });
  it('when there are many, however little is in them; and the next counts anew', () => {
    const little = (count: number) => Array.from({ length: count }, () => 0.2);
    expect(run(little(19))).toEqual([]);
    expect(run(little(20)).at(-1)).toBe(19);
    expect(run(little(300)).at(-1)).toBe(19);
    expect(run(little(60), { n: 19, bytes: 60 * KB }).at(-1)).toBe(39);
    // A large page’s is dear.
    expect(run(little(79), { n: 19, bytes: 500 * KB })).toEqual([]);
    expect(run(little(80), { n: 19, bytes: 500 * KB }).at(-1)).toBe(79);
  });
  it('not over a hole, and not without the beginning', () => {
    const parts = [0, 1, 3].map((n) => ({ n, bytes: 100 * KB }));
    expect(keyframeRun(parts.slice(0, 1).concat(parts.slice(2)), null)).toEqual([]);
    expect(keyframeRun(parts.slice(1), null)).toEqual([]);
    expect(keyframeRun(parts, { n: 1, bytes: 1 })).toEqual([]);
  });
});

describe('style sheets where the pointer is shown', () => {
  test.each([
    ['a { color: red }', 'a { color: red }'],
    ['a:hover { color: red }', 'a:hover,a.\\:hover{ color: red }'],
    ['a, b:hover > c { x: y }', 'a, b:hover > c,b.\\:hover > c{ x: y }'],
    ['@media print { a:hover{} } b{}', '@media print { a:hover,a.\\:hover{} } b{}'],
    ['a:not(:hover, .x):hover{}', 'a:not(:hover, .x):hover,a:not(.\\:hover, .x).\\:hover{}'],
    ['a::after{content:"a:hover{"} b:hover{}', 'a::after{content:"a:hover{"} b:hover,b.\\:hover{}'],
    ['/* x:hover{ */ b{} c:hover{}', '/* x:hover{ */ b{} c:hover,c.\\:hover{}'],
    ['@import "a:hover"; b:hover{}', '@import "a:hover"; b:hover,b.\\:hover{}'],
    ['.sm\\:hover\\:x{} .y:hovering{}', '.sm\\:hover\\:x{} .y:hovering{}'],
    ['a{ &:hover{ x:y } }', 'a{ &:hover,&.\\:hover{ x:y } }'],
    ['@media (max-device-width: 9px){a{}}', '@media (max-width: 9px){a{}}'],
    ['a:hover{ x: y', 'a:hover,a.\\:hover{ x: y'],
    ['a:hover', 'a:hover'],
  ])('%s', (css, adapted) => expect(adaptCss(css)).toBe(adapted));

  it('takes time in proportion to their length', () => {
    // A quadratic reading of this takes minutes.
    expect(adaptCss('a:hover{'.repeat(3000))).toContain('.\\:hover');
  });
});
