import type { Pieces } from './pieces.ts';

/** From margins to a probability that holds what it says: temperature, then a bend, then a curve through points. */
export type Calibration = {
  temperature: number;
  /** Log odds of being right = `low` × ln p − `high` × ln(1 − p) + `shift`, where p is the softmax's largest value. */
  bend: { low: number; high: number; shift: number };
  /** What the bend gives, and what it was among held-out rows; both rise. */
  from: number[];
  to: number[];
};

export type HeldOut = { margins: Float64Array; label: number };

/** As many rows as the bend is worth against what was counted: with few held-out rows the curve stays on it. */
const PRIOR_ROWS = 150;
const BINS = 15;
/** What raising to a power takes, in numbers that are multiplied and added. */
const NUMBERS_A_POWER = 4;

/**
 * Fits to rows that the model had not seen: the temperature (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML
 * 2017); then three numbers of beta calibration (Kull, Silva Filho and Flach, AISTATS 2017), because with few examples the unsure are surer than a
 * softmax of many intents can say; then isotonic regression, drawn to the bend where few rows speak.
 */
export function* calibrate(rows: readonly HeldOut[]): Pieces<Calibration> {
  const temperature = yield* fitTemperature(rows);
  const seen = rows.map(({ margins, label }) => {
    const best = largestOf(margins);
    return { p: softmaxOf(margins, best, temperature), isRight: best === label };
  });
  const bend = fitBend(seen);
  const { from, to } = isotonic(
    seen.map(({ p, isRight }) => ({ p: bent(bend, p), isRight })).sort((a, b) => a.p - b.p),
  );
  return { temperature, bend, from, to };
}

/** Probability, 0 to 1, that the strongest intent is the right one, given that the text is in scope at all. Never falls when the softmax rises. */
export function confidenceOf({ temperature, bend, from, to }: Calibration, margins: ArrayLike<number>): number {
  const p = bent(bend, softmaxOf(margins, largestOf(margins), temperature));
  if (from.length === 0) return p;
  let i = 0;
  while (i < from.length && from[i]! < p) i += 1;
  const [x0, y0] = i === 0 ? [0, 0] : [from[i - 1]!, to[i - 1]!];
  const [x1, y1] = i === from.length ? [1, 1] : [from[i]!, to[i]!];
  return x1 <= x0 ? y1 : y0 + ((y1 - y0) * (p - x0)) / (x1 - x0);
}

export function largestOf(margins: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < margins.length; i += 1) if (margins[i]! > margins[best]!) best = i;
  return best;
}

function softmaxOf(margins: ArrayLike<number>, of: number, temperature: number): number {
  let sum = 0;
  for (let i = 0; i < margins.length; i += 1) sum += Math.exp((margins[i]! - margins[of]!) / temperature);
  return 1 / sum;
}

/** The temperature with the least log loss, by golden section on its logarithm: the loss has one valley. */
function* fitTemperature(rows: readonly HeldOut[]): Pieces<number> {
  if (rows.length === 0) return 0.2;
  const lossAt = function* (log: number): Pieces<number> {
    const temperature = Math.exp(log);
    let loss = 0;
    for (const { margins, label } of rows) {
      loss -= Math.log(Math.max(1e-12, softmaxOf(margins, label, temperature)));
      yield NUMBERS_A_POWER * margins.length;
    }
    return loss;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(0.02), Math.log(5)];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [lossA, lossB] = [yield* lossAt(a), yield* lossAt(b)];
  for (let step = 0; step < 30; step += 1) {
    if (lossA < lossB) {
      [high, b, lossB] = [b, a, lossA];
      a = high - ratio * (high - low);
      lossA = yield* lossAt(a);
    } else {
      [low, a, lossA] = [a, b, lossB];
      b = low + ratio * (high - low);
      lossB = yield* lossAt(b);
    }
  }
  return Math.exp((low + high) / 2);
}

const LEAST = 1e-6;
const STEPS = 200;

function bent({ low, high, shift }: Calibration['bend'], p: number): number {
  const inside = Math.min(1 - LEAST, Math.max(LEAST, p));
  return 1 / (1 + Math.exp(-(low * Math.log(inside) - high * Math.log(1 - inside) + shift)));
}

/** Logistic regression with a pull to "as it is", worth one row, by damped Newton steps along each number; neither slope may turn negative. */
function fitBend(seen: readonly { p: number; isRight: boolean }[]): Calibration['bend'] {
  const asIs = [1, 1, 0];
  const numbers = [...asIs];
  const rows = seen.map(({ p, isRight }) => {
    const inside = Math.min(1 - LEAST, Math.max(LEAST, p));
    return { x: [Math.log(inside), -Math.log(1 - inside), 1], y: isRight ? 1 : 0 };
  });
  for (let step = 0; step < STEPS; step += 1) {
    const slope = numbers.map((number, i) => number - asIs[i]!);
    const bow = [1, 1, 1];
    for (const { x, y } of rows) {
      const q = 1 / (1 + Math.exp(-(x[0]! * numbers[0]! + x[1]! * numbers[1]! + x[2]! * numbers[2]!)));
      for (let i = 0; i < 3; i += 1) {
        slope[i]! += (q - y) * x[i]!;
        bow[i]! += q * (1 - q) * x[i]! * x[i]!;
      }
    }
    for (let i = 0; i < 3; i += 1) numbers[i]! -= slope[i]! / (2.2 * bow[i]!);
    numbers[0] = Math.max(0, numbers[0]!);
    numbers[1] = Math.max(0, numbers[1]!);
  }
  return { low: numbers[0]!, high: numbers[1]!, shift: numbers[2]! };
}

/** Pool adjacent violators over bins of equal numbers of rows. */
function isotonic(sorted: readonly { p: number; isRight: boolean }[]): { from: number[]; to: number[] } {
  const bins = Math.min(BINS, Math.floor(sorted.length / 10));
  const pools: { p: number; right: number; n: number }[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const rows = sorted.slice(Math.round((bin * sorted.length) / bins), Math.round(((bin + 1) * sorted.length) / bins));
    const p = rows.reduce((sum, row) => sum + row.p, 0) / rows.length;
    const counted = rows.filter(({ isRight }) => isRight).length;
    pools.push({ p, right: (counted + PRIOR_ROWS * p) / (rows.length + PRIOR_ROWS), n: rows.length });
    while (pools.length > 1 && pools.at(-2)!.right >= pools.at(-1)!.right) {
      const [last, before] = [pools.pop()!, pools.pop()!];
      const n = last.n + before.n;
      const mean = (key: 'p' | 'right') => (last[key] * last.n + before[key] * before.n) / n;
      pools.push({ p: mean('p'), right: mean('right'), n });
    }
  }
  return { from: pools.map(({ p }) => p), to: pools.map(({ right }) => right) };
}
