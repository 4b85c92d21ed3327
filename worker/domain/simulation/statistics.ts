import { quantile } from '#domain/sla/wait-estimate.ts';

/** Mean and spread of some durations; null when there were none. */
export type Waits = { n: number; meanMs: number; p50Ms: number; p90Ms: number; p99Ms: number };

/** The summary of some durations. */
export function waitsOf(samples: readonly number[]): Waits | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (q: number) => Math.round(quantile(sorted, q));
  return { n: sorted.length, meanMs: Math.round(mean(sorted)), p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) };
}

/** NaN when there are none: whoever asks has looked. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** 0 when all have the same, towards 1 when one has everything. Null when there is nothing to share. */
export function gini(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  if (total <= 0) return null;
  const weighted = sorted.reduce((sum, value, i) => sum + (i + 1) * value, 0);
  return (2 * weighted) / (sorted.length * total) - (sorted.length + 1) / sorted.length;
}

/** The middle with its 95 % confidence interval by Student's t; `p` is the chance of as much when nothing differs from 0. */
export type Interval = { n: number; mean: number; low: number; high: number; p: number };

/** Null below two values: one says nothing of how far others would lie apart. */
export function intervalOf(values: readonly number[]): Interval | null {
  const n = values.length;
  if (n < 2) return null;
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (n - 1);
  const error = Math.sqrt(variance / n);
  // Without any spread the interval is a point: all 0 is no difference, all the same is a certain one.
  if (error === 0) return { n, mean: middle, low: middle, high: middle, p: middle === 0 ? 1 : 0 };
  const reach = error * studentQuantile(0.975, n - 1);
  return { n, mean: middle, low: middle - reach, high: middle + reach, p: twoSided(Math.abs(middle / error), n - 1) };
}

/**
 * Of mean(b) − mean(a), where no value of one belongs to one of the other; by Welch's t, which lets each have its own spread. Null below two of
 * either.
 */
export function intervalBetween(a: readonly number[], b: readonly number[]): Interval | null {
  if (a.length < 2 || b.length < 2) return null;
  const [ofA, ofB] = [a, b].map((values) => {
    const middle = mean(values);
    const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
    return { middle, error: variance / values.length, freedom: values.length - 1 };
  }) as [Part, Part];
  const n = Math.min(a.length, b.length);
  const difference = ofB.middle - ofA.middle;
  const error = Math.sqrt(ofA.error + ofB.error);
  if (error === 0) return { n, mean: difference, low: difference, high: difference, p: difference === 0 ? 1 : 0 };
  const freedom = error ** 4 / (ofA.error ** 2 / ofA.freedom + ofB.error ** 2 / ofB.freedom);
  const reach = error * studentQuantile(0.975, freedom);
  const p = twoSided(Math.abs(difference / error), freedom);
  return { n, mean: difference, low: difference - reach, high: difference + reach, p };
}
type Part = { middle: number; error: number; freedom: number };

/** The chance that |T| exceeds `t` with so many degrees of freedom. */
export const twoSided = (t: number, freedom: number): number =>
  incompleteBeta(freedom / 2, 0.5, freedom / (freedom + t * t));

/** The value below which T lies with this probability, by halving; for probabilities from a half on. */
export function studentQuantile(probability: number, freedom: number): number {
  let low = 0;
  let high = 1000;
  for (let i = 0; i < 80; i += 1) {
    const middle = (low + high) / 2;
    if (1 - twoSided(middle, freedom) / 2 < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Regularized, by its continued fraction (Lentz). */
function incompleteBeta(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast on this side only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(1 - x)) / a;
  const guard = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-14) break;
  }
  return front * fraction;
}

/** Lanczos, g = 7. */
function logGamma(x: number): number {
  const series = LANCZOS.reduce((sum, value, i) => (i === 0 ? value : sum + value / (x - 1 + i)), 0);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
