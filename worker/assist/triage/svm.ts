import type { Pieces } from './pieces.ts';

/** Rows of numbers, most of them nought: row i has `columns[starts[i]…starts[i + 1]]` with `values`. */
export type SparseRows = { starts: Int32Array; columns: Int32Array; values: Float32Array; width: number };

export type SvmProblem = {
  /** The rows to learn from, by number. */
  use: Int32Array;
  isPositive(row: number): boolean;
  /** What a row on the wrong side costs: `C` of the literature. */
  costOf(row: number): number;
  epochs: number;
  /** Done when the gradients of an epoch are within this of each other. */
  tolerance: number;
  /** Orders the visits, so that the result is the same wherever and whenever it is computed. */
  seed: number;
};

/**
 * One linear support vector machine, L2-regularised with squared hinge loss, by dual coordinate descent with shrinking: Hsieh, Chang, Lin,
 * Keerthi and Sundararajan, "A dual coordinate descent method for large-scale linear SVM" (ICML 2008), algorithm 3, as liblinear has it.
 * Writes into `weights`, which must be nought and one longer than the rows are wide: its last is the bias. Time: epochs × numbers in the rows; a piece is an epoch.
 */
export function* trainSvm(
  { starts, columns, values, width }: SparseRows,
  { use, isPositive, costOf, epochs, tolerance, seed }: SvmProblem,
  weights: Float64Array,
): Pieces<void> {
  const n = use.length;
  const alpha = new Float64Array(n);
  const sign = new Int8Array(n);
  const diagonal = new Float64Array(n);
  const curvature = new Float64Array(n);
  const order = new Int32Array(n);
  for (let k = 0; k < n; k += 1) {
    const row = use[k]!;
    order[k] = k;
    sign[k] = isPositive(row) ? 1 : -1;
    diagonal[k] = 0.5 / costOf(row);
    let square = 1;
    for (let j = starts[row]!; j < starts[row + 1]!; j += 1) square += values[j]! * values[j]!;
    curvature[k] = square + diagonal[k]!;
  }
  const random = xorshift(seed);
  let active = n;
  let bound = Number.POSITIVE_INFINITY;
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    let numbers = 0;
    let largest = Number.NEGATIVE_INFINITY;
    let smallest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < active; i += 1) swap(order, i, i + (random() % (active - i)));
    for (let s = 0; s < active; s += 1) {
      const k = order[s]!;
      const row = use[k]!;
      const from = starts[row]!;
      const to = starts[row + 1]!;
      numbers += to - from;
      let dot = weights[width]!;
      for (let j = from; j < to; j += 1) dot += weights[columns[j]!]! * values[j]!;
      const gradient = sign[k]! * dot - 1 + diagonal[k]! * alpha[k]!;
      let projected = gradient;
      if (alpha[k] === 0) {
        if (gradient > bound) {
          // Far on its own side and likely to stay there: not looked at again before the end.
          active -= 1;
          swap(order, s, active);
          s -= 1;
          continue;
        }
        projected = Math.min(gradient, 0);
      }
      largest = Math.max(largest, projected);
      smallest = Math.min(smallest, projected);
      if (Math.abs(projected) < 1e-12) continue;
      const before = alpha[k]!;
      alpha[k] = Math.max(before - gradient / curvature[k]!, 0);
      const step = (alpha[k]! - before) * sign[k]!;
      for (let j = from; j < to; j += 1) weights[columns[j]!]! += step * values[j]!;
      weights[width]! += step;
    }
    yield numbers;
    if (largest - smallest <= tolerance) {
      if (active === n) return;
      // What was put aside is looked at once more before it is called done.
      active = n;
      bound = Number.POSITIVE_INFINITY;
    } else bound = largest <= 0 ? Number.POSITIVE_INFINITY : largest;
  }
}

function swap(order: Int32Array, a: number, b: number): void {
  const kept = order[a]!;
  order[a] = order[b]!;
  order[b] = kept;
}

/** Marsaglia's xorshift32. Nothing here needs better chance; it needs the same one everywhere. */
export function xorshift(seed: number): () => number {
  let state = (seed ^ 0x9e3779b9) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
