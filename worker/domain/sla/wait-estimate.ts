/** A wait as a range. Never one number: one number is always wrong. */
export type WaitEstimate = { lowMs: number; highMs: number };

/** Fewer served pieces of work than this, and nothing honest can be said. */
const MIN_SAMPLE = 5;
/** Handle times outside this part of the recent ones are left out of the range. */
const LOW_QUANTILE = 0.25;
const HIGH_QUANTILE = 0.85;

/**
 * [W1] How long until the visitor at `position` (1 is next) is answered, from recent handle times and the slots that serve the
 * queue: whoever is at position p waits for ceil(p / slots) slots to come free, and for a fraction of one when work is under
 * way already. Null when nobody serves the queue or too little was served to tell.
 */
export function estimateWait(position: number, slots: number, recentHandleMs: readonly number[]): WaitEstimate | null {
  if (slots <= 0 || position < 1 || recentHandleMs.length < MIN_SAMPLE) return null;
  const sorted = [...recentHandleMs].sort((a, b) => a - b);
  const rounds = position / slots;
  return {
    lowMs: Math.round(quantile(sorted, LOW_QUANTILE) * Math.max(0, rounds - 1)),
    highMs: Math.round(quantile(sorted, HIGH_QUANTILE) * Math.ceil(rounds)),
  };
}

/** Linear interpolation between the two nearest ranks; `sorted` ascending and not empty. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
