const BASE_MS = 500;
export const MAX_BACK_OFF_MS = 20_000;
/** A first retry sooner than this only hits the same restart again. */
const MIN_MS = 100;

/**
 * How long to wait before try number `attempt` (0 is the first retry). Full jitter: everybody who lost the same server comes back
 * spread over the whole window. `random` is in [0, 1).
 */
export function backOffMs(attempt: number, random: number, baseMs = BASE_MS, capMs = MAX_BACK_OFF_MS): number {
  const window = Math.min(capMs, baseMs * 2 ** Math.min(attempt, 16));
  return Math.round(MIN_MS + random * (window - MIN_MS));
}
