/** From margins to a probability that holds what it says. */
export type Calibration = {
  temperature: number;
  /** A rising curve through points: share of held-out rows that were right by the softmax's largest value. */
  from: number[];
  to: number[];
};

export type HeldOut = { margins: Float64Array; label: number };

/** As many rows as the softmax itself is worth against what was counted: with few held-out rows the curve stays near it. */
const PRIOR_ROWS = 100;
const BINS = 15;

/**
 * Fits the temperature (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", ICML 2017) to rows that the model had not
 * seen, then bends it by isotonic regression, drawn towards the temperature's own value where few rows speak.
 */
export function calibrate(rows: readonly HeldOut[]): Calibration {
  const temperature = fitTemperature(rows);
  const sure = rows
    .map(({ margins, label }) => {
      const best = largestOf(margins);
      return { p: softmaxOf(margins, best, temperature), isRight: best === label };
    })
    .sort((a, b) => a.p - b.p);
  const { from, to } = isotonic(sure);
  return { temperature, from, to };
}

/** Probability, 0 to 1, that the strongest intent is the right one, given that the text is in scope at all. Never falls when the softmax rises. */
export function confidenceOf({ temperature, from, to }: Calibration, margins: ArrayLike<number>): number {
  const p = softmaxOf(margins, largestOf(margins), temperature);
  if (from.length === 0) return p;
  let i = 0;
  while (i < from.length && from[i]! < p) i += 1;
  const [x0, y0] = i === 0 ? [0, 0] : [from[i - 1]!, to[i - 1]!];
  const [x1, y1] = i === from.length ? [1, 1] : [from[i]!, to[i]!];
  if (i === from.length) return y0 + ((Math.max(y0, y1) - y0) * (p - x0)) / Math.max(1e-9, x1 - x0);
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (p - x0)) / (x1 - x0);
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
function fitTemperature(rows: readonly HeldOut[]): number {
  if (rows.length === 0) return 0.2;
  const lossAt = (log: number) => {
    const temperature = Math.exp(log);
    let loss = 0;
    for (const { margins, label } of rows) loss -= Math.log(Math.max(1e-12, softmaxOf(margins, label, temperature)));
    return loss;
  };
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [Math.log(0.02), Math.log(5)];
  let [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [lossA, lossB] = [lossAt(a), lossAt(b)];
  for (let step = 0; step < 30; step += 1) {
    if (lossA < lossB) {
      [high, b, lossB] = [b, a, lossA];
      a = high - ratio * (high - low);
      lossA = lossAt(a);
    } else {
      [low, a, lossA] = [a, b, lossB];
      b = low + ratio * (high - low);
      lossB = lossAt(b);
    }
  }
  return Math.exp((low + high) / 2);
}

/** Pool adjacent violators over bins of equal numbers of rows. */
function isotonic(sorted: readonly { p: number; isRight: boolean }[]): { from: number[]; to: number[] } {
  const bins = Math.min(BINS, Math.floor(sorted.length / 10));
  const pools: { p: number; right: number; n: number }[] = [];
  for (let bin = 0; bin < bins; bin += 1) {
    const rows = sorted.slice(
      Math.round((bin * sorted.length) / bins),
      Math.round(((bin + 1) * sorted.length) / bins),
    );
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
