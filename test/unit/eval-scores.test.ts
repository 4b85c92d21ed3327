import { describe, expect, test } from 'vitest';
import { auroc, bestThreshold, calibrationError, wilson } from '../eval/scores.ts';

describe('the evaluations’ arithmetic', () => {
  test('area under the curve: ties count half', () => {
    expect(auroc([3, 4], [1, 2])).toBe(1);
    expect(auroc([1, 2], [3, 4])).toBe(0);
    expect(auroc([1, 1], [1, 1])).toBe(0.5);
    expect(auroc([1, 3], [2])).toBe(0.5);
  });

  test('the best threshold gives up a right answer only for more rejected', () => {
    const inScope = [
      { score: 1, isRight: true },
      { score: 5, isRight: true },
      { score: 6, isRight: false },
    ];
    expect(bestThreshold(inScope, [])).toBe(Number.NEGATIVE_INFINITY);
    expect(bestThreshold(inScope, [2, 3])).toBe(4);
    expect(bestThreshold(inScope, [2])).toBe(Number.NEGATIVE_INFINITY);
    // Equal scores fall on one side together.
    expect(bestThreshold([{ score: 2, isRight: true }], [2, 2])).toBe(2.5);
  });

  test('calibration error', () => {
    expect(calibrationError([{ confidence: 1, isRight: true }])).toBe(0);
    expect(calibrationError([{ confidence: 0.9, isRight: false }])).toBeCloseTo(0.9);
    const rows = Array.from({ length: 10 }, (_, i) => ({ confidence: 0.7, isRight: i < 7 }));
    expect(calibrationError(rows)).toBeCloseTo(0);
  });

  test('the interval of 23 in 25', () => {
    const [low, high] = wilson(23, 25);
    expect(low).toBeCloseTo(0.75, 2);
    expect(high).toBeCloseTo(0.978, 2);
  });
});
