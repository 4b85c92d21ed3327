/** A share that never travels without what it is a share of; `low` and `high` bound it with 95 % confidence. */
export type Rate = {
  numerator: number;
  denominator: number;
  /** Null when there is nothing to divide by. */
  rate: number | null;
  low: number | null;
  high: number | null;
};

/** The standard normal's 97.5 % point. */
const Z = 1.959964;

/**
 * [N2] A rate with its Wilson score interval. The textbook interval (p ± z·se) has no width at 0 of 4 and leaves [0, 1] near the
 * ends; small groups live at the ends, so it would lie where it matters.
 */
export function rateOf(numerator: number, denominator: number): Rate {
  if (denominator === 0) return { numerator, denominator, rate: null, low: null, high: null };
  const p = numerator / denominator;
  const zz = (Z * Z) / denominator;
  const centre = (p + zz / 2) / (1 + zz);
  const half = (Z / (1 + zz)) * Math.sqrt((p * (1 - p)) / denominator + zz / (4 * denominator));
  // At 0 and at n of n the interval ends there exactly; rounding would leave 1e-17.
  const low = numerator === 0 ? 0 : Math.max(0, centre - half);
  const high = numerator === denominator ? 1 : Math.min(1, centre + half);
  return { numerator, denominator, rate: p, low, high };
}
