import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bucket, fullInMs, takeToken } from '#domain/token-bucket.ts';

const allowance = { burst: 5, perSecond: 2 };

describe('[S21] a bucket of tokens', () => {
  test('gives so many at once, then one whenever there is one again', () => {
    let bucket: Bucket | undefined;
    const take = (now: number) => {
      const taken = takeToken(bucket, allowance, now);
      bucket = taken.bucket;
      return taken.waitMs;
    };
    expect([1, 2, 3, 4, 5].map(() => take(1000))).toEqual([0, 0, 0, 0, 0]);
    expect(take(1000)).toBe(500);
    expect(take(1400)).toBe(100);
    expect(take(1500)).toBe(0);
    expect(take(1500)).toBe(500);
    expect(fullInMs(bucket as Bucket, allowance)).toBe(2500);
    expect([1, 2, 3, 4, 5, 6].map(() => take(60_000))).toEqual([0, 0, 0, 0, 0, 500]);
  });

  test('never gives more than the burst and what has come since, whatever the clock does', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -2000, max: 5000 }), { maxLength: 200 }), (steps) => {
        let bucket: Bucket | undefined;
        let now = 1e6;
        let latest = now;
        let given = 0;
        for (const step of steps) {
          now += step;
          latest = Math.max(latest, now);
          const taken = takeToken(bucket, allowance, now);
          bucket = taken.bucket;
          if (taken.waitMs === 0) given += 1;
          else expect(taken.waitMs).toBeLessThanOrEqual(500);
          expect(given).toBeLessThanOrEqual(allowance.burst + ((latest - 1e6) / 1000) * allowance.perSecond + 1e-6);
        }
      }),
      { seed: 21 },
    );
  });

  test('who waits as long as they were told is given one', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 4.99, noNaN: true }), (tokens) => {
        const { waitMs } = takeToken({ tokens: tokens % 1, at: 0 }, allowance, 0);
        if (waitMs > 0) expect(takeToken({ tokens: tokens % 1, at: 0 }, allowance, waitMs).waitMs).toBe(0);
      }),
      { seed: 22 },
    );
  });
});
