import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateWait, predictWait, quantile, WAIT_COVERAGE, type WaitRecord } from '#domain/sla/wait-estimate.ts';
import { MINUTE } from '../support/builders.ts';

const handled = Array.from({ length: 20 }, (_, i) => (i + 1) * MINUTE);
const many = (count: number, record: (i: number) => WaitRecord) => Array.from({ length: count }, (_, i) => record(i));

describe('[W1] the wait', () => {
  test.each([
    ['nobody serves', 1, 0, [1, 2, 3, 4, 5]],
    ['too little is known', 1, 2, [1, 2, 3, 4]],
    ['the place is none', 0, 2, [1, 2, 3, 4, 5]],
  ])('is not guessed when %s', (_, position, slots, handles) => {
    expect(estimateWait(position, slots, handles)).toBeNull();
    expect(predictWait(position, slots, handles)).toBeNull();
  });

  test('is not guessed when it would be another day', () => {
    expect(estimateWait(400, 1, handled)).toBeNull();
  });

  test('is expected as one end of work for each who is before', () => {
    const every = Array.from({ length: 5 }, () => 10 * MINUTE - 30_000);
    expect(predictWait(1, 2, every)).toBe(10_000 + 5 * MINUTE);
    expect(predictWait(6, 2, every)).toBe(10_000 + 30 * MINUTE);
    expect(predictWait(6, 2, every, 4)).toBe(10_000 + 10 * MINUTE);
    expect(predictWait(2, 2, every, 2)).toBe(10_000);
  });

  test('is a range that grows with the line and shrinks with the slots, whatever has been recorded', () => {
    const record = fc.record({
      predictedMs: fc.integer({ min: 10_001, max: 100 * MINUTE }),
      waitMs: fc.integer({ min: 0, max: 100 * MINUTE }),
    });
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        (records, position, slots, freeSlots) => {
          const estimate = estimateWait(position, slots, handled, { freeSlots, records });
          if (estimate === null) return;
          expect(estimate.lowMs).toBeGreaterThanOrEqual(0);
          expect(estimate.highMs).toBeGreaterThanOrEqual(estimate.lowMs);
        },
      ),
    );
    const next = estimateWait(1, 2, handled)!;
    const fifth = estimateWait(5, 2, handled)!;
    expect(next.highMs).toBeGreaterThan(next.lowMs);
    expect(fifth.lowMs).toBeGreaterThan(next.lowMs);
    expect(fifth.highMs).toBeGreaterThan(next.highMs);
    expect(estimateWait(5, 4, handled)!.highMs).toBeLessThan(fifth.highMs);
  });

  test('is a click where a slot is free', () => {
    expect(estimateWait(1, 2, handled, { freeSlots: 1 })!.highMs).toBeLessThan(MINUTE);
  });
});

describe('[W2] what was recorded', () => {
  test('moves the range to where waits have been', () => {
    const predictedMs = predictWait(3, 2, handled)!;
    const slow = estimateWait(3, 2, handled, { records: many(200, () => ({ predictedMs, waitMs: 3 * predictedMs })) })!;
    expect(slow.lowMs / predictedMs).toBeCloseTo(3, 1);
    expect(slow.highMs / predictedMs).toBeCloseTo(3, 1);
  });

  test('gives a range that holds for four of five of what was recorded', () => {
    const predictedMs = predictWait(3, 2, handled)!;
    const records = many(200, (i) => ({ predictedMs, waitMs: (predictedMs * (i + 1)) / 100 }));
    const { lowMs, highMs } = estimateWait(3, 2, handled, { records })!;
    const within = records.filter(({ waitMs }) => waitMs >= lowMs && waitMs <= highMs).length;
    expect(within / 200).toBeGreaterThan(WAIT_COVERAGE - 0.02);
    expect(within / 200).toBeLessThan(WAIT_COVERAGE + 0.04);
  });

  test('of those who were next says nothing about those who wait, and the other way round', () => {
    const next = many(200, () => ({ predictedMs: predictWait(1, 2, handled, 1)!, waitMs: 40 * MINUTE }));
    expect(estimateWait(3, 2, handled, { records: next })).toEqual(estimateWait(3, 2, handled));
    const waiting = many(200, () => ({ predictedMs: 20 * MINUTE, waitMs: 0 }));
    expect(estimateWait(1, 2, handled, { freeSlots: 1, records: waiting })).toEqual(
      estimateWait(1, 2, handled, { freeSlots: 1 }),
    );
  });

  test('counts most where it resembles', () => {
    const short = many(100, () => ({ predictedMs: 2 * MINUTE, waitMs: 6 * MINUTE }));
    const long = many(100, () => ({ predictedMs: 100 * MINUTE, waitMs: 50 * MINUTE }));
    const near = estimateWait(1, 2, handled, { records: [...short, ...long] })!;
    const far = estimateWait(20, 2, handled, { records: [...short, ...long] })!;
    expect(near.highMs / predictWait(1, 2, handled)!).toBeGreaterThan(2);
    expect(far.lowMs / predictWait(20, 2, handled)!).toBeLessThan(0.6);
  });
});

test('quantiles lie between the nearest ranks', () => {
  expect(quantile([10, 20, 30, 40], 0.5)).toBe(25);
  expect(quantile([10], 0.9)).toBe(10);
});
