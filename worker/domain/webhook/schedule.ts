const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Waits after the first try, the second and so on: ten tries in a little over three days. A server that comes back after a weekend misses nothing. */
const WAITS_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR_MS)];
/** So much longer at most, so that what failed together does not come back together. */
const JITTER = 0.2;
/** Longer without one success, and it is switched off. */
export const FAILING_MS = 5 * 24 * HOUR_MS;

/** [S28] When it is tried again after `tries` that failed, or null when that was the last; `chance` is from 0 to 1. */
export function nextTryAt(tries: number, now: number, chance: number): number | null {
  const wait = WAITS_MS[tries - 1];
  return wait === undefined ? null : now + Math.round(wait * (1 + JITTER * chance));
}

/** Why no answer came. `address`: it is not one that may be asked any more; `secret`: ours does not open, so nothing could be signed. */
export const TRY_ERRORS = ['timeout', 'unreachable', 'address', 'secret'] as const;
/** What became of one try; `status` is null where no answer came. */
export type TryOutcome = { status: number } | { status: null; because: (typeof TRY_ERRORS)[number] };
export type Judged = 'delivered' | 'failed' | 'gone';

/** [S28] Only 2xx is a success; 410 says that nobody wants it any more. A redirect is a failure: it is not followed. */
export const judge = ({ status }: TryOutcome): Judged =>
  status === null ? 'failed' : status >= 200 && status < 300 ? 'delivered' : status === 410 ? 'gone' : 'failed';
