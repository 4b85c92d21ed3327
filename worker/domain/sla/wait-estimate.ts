/** A wait as a range. Never one number: one number is always wrong. */
export type WaitEstimate = { lowMs: number; highMs: number };

/** Of the visitors who are told a range, this share is answered within it. `npm run eval -- simulate` measures it. */
export const WAIT_COVERAGE = 0.8;

/** What was expected of a visitor's wait when they were first told, and what it came to. */
export type WaitRecord = { predictedMs: number; waitMs: number };
/** So many of the latest records are enough to be sharp, and few enough to follow the day. */
export const WAIT_RECORDS_KEPT = 200;

/** What is known of a line beside its handle times. */
export type LineFacts = {
  /** Slots that are free, or held by an offer that nobody has answered yet. */
  freeSlots?: number;
  /** The latest visitors who were told a wait and then answered, in any order. */
  records?: readonly WaitRecord[];
};

/** Fewer served pieces of work than this, and nothing honest can be said. */
const MIN_SAMPLE = 5;
/** Later than this is another day: a number would only pretend. */
const LONGEST_MS = 12 * 3_600_000;
/** From the offer to the accept, where a slot is free. A first guess: records correct it. */
const ANSWER_MS = 10_000;
/** What a slot needs besides the work: notes, the next offer. */
const BETWEEN_MS = 30_000;
/** Keeps ratios of very short waits finite: below this, differences are of no interest to anybody. */
const SOON_MS = 5_000;
/**
 * Records count as much as their expectation resembles this one; this is the standard deviation of the logarithm of their ratio. What was
 * learned from visitors who were next says little about the twentieth.
 */
const RESEMBLANCE = 1;
/** Counted even when nothing resembles, so that one strange record does not decide. */
const LEAST_WEIGHT = 0.001;
/**
 * Stands in for records that are not there yet, as logarithms of wait ÷ expectation: from a quarter to two and a half times, the spread that
 * three simulated days begin with. Outweighed after the first dozen.
 */
const PRIOR_NEXT = [-1.3, -0.8, -0.5, -0.25, 0, 0.2, 0.4, 0.6, 0.9];
const PRIOR_WAITING = [-2.2, -1.4, -0.9, -0.5, -0.2, 0.05, 0.3, 0.55, 0.9];
const PRIOR_WEIGHT = 1;

/** The same wait, that begins only after `ms`. */
export const startingAfter = (ms: number, estimate: WaitEstimate | null): WaitEstimate | null =>
  estimate === null || ms === 0 ? estimate : { lowMs: estimate.lowMs + ms, highMs: estimate.highMs + ms };

/**
 * What to expect of the wait of whoever is at `position` (1 is next): an answer to an offer where a slot is free, otherwise as many ends of
 * work as there are people before them, one every `handle ÷ slots`. Deliberately plain; what it leaves out (who overtakes, who
 * gives up, other queues that want the same agents, offers that are declined) is what the records correct. Null when it cannot be said.
 */
export function predictWait(
  position: number,
  slots: number,
  recentHandleMs: readonly number[],
  freeSlots = 0,
): number | null {
  if (slots <= 0 || position < 1 || recentHandleMs.length < MIN_SAMPLE) return null;
  const ahead = Math.max(0, position - freeSlots);
  if (ahead === 0) return ANSWER_MS;
  const handleMs = recentHandleMs.reduce((sum, ms) => sum + ms, 0) / recentHandleMs.length;
  return Math.round(ANSWER_MS + (ahead * (handleMs + BETWEEN_MS)) / slots);
}

/**
 * [W1] How long until the visitor at `position` is answered, as a range that holds for four of five. The expectation, stretched by what it
 * was wrong by lately: the quantiles of wait ÷ expectation among the records, those that resemble this one first (conformal prediction,
 * localized). So the range is as wide as this queue's days have been, whatever makes them so. Null when nobody
 * serves the queue, too little was served to tell, or it would be another day.
 */
export function estimateWait(
  position: number,
  slots: number,
  recentHandleMs: readonly number[],
  { freeSlots = 0, records = [] }: LineFacts = {},
): WaitEstimate | null {
  const predictedMs = predictWait(position, slots, recentHandleMs, freeSlots);
  if (predictedMs === null) return null;
  const size = predictedMs + SOON_MS;
  const isNext = predictedMs === ANSWER_MS;
  const prior = isNext ? PRIOR_NEXT : PRIOR_WAITING;
  const ratios = prior.map((ratio) => ({ ratio, weight: PRIOR_WEIGHT }));
  for (const record of records) {
    // Who found a free slot waited for a click, who did not waited for work to end: one teaches nothing about the other.
    if ((record.predictedMs === ANSWER_MS) !== isNext) continue;
    const recorded = record.predictedMs + SOON_MS;
    const distance = Math.log(recorded / size) / RESEMBLANCE;
    const weight = Math.exp((-distance * distance) / 2) + LEAST_WEIGHT;
    ratios.push({ ratio: Math.log((record.waitMs + SOON_MS) / recorded), weight });
  }
  ratios.sort((a, b) => a.ratio - b.ratio);
  const tail = (1 - WAIT_COVERAGE) / 2;
  const stretched = (share: number) =>
    Math.max(0, Math.round(Math.exp(weightedQuantile(ratios, share)) * size - SOON_MS));
  const highMs = stretched(1 - tail);
  return highMs > LONGEST_MS ? null : { lowMs: stretched(tail), highMs };
}

/** The first at which so much of the weight has been passed; `sorted` ascending and not empty. */
function weightedQuantile(sorted: readonly { ratio: number; weight: number }[], share: number): number {
  let left = share * sorted.reduce((sum, { weight }) => sum + weight, 0);
  for (const { ratio, weight } of sorted) {
    left -= weight;
    if (left <= 0) return ratio;
  }
  return (sorted.at(-1) as { ratio: number }).ratio;
}

/** Linear interpolation between the two nearest ranks; `sorted` ascending and not empty. */
export function quantile(sorted: readonly number[], q: number): number {
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}
