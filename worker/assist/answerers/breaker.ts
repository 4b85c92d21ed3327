import type { EpochMs } from '#domain/ids.ts';

/** Whether a provider is asked: it is, it is left alone for a while, or one question finds out whether it is back. */
export type Breaker =
  | { state: 'closed'; failures: number }
  | { state: 'open'; until: EpochMs }
  | { state: 'half_open'; since: EpochMs };

/** How a question ended. `nothing` says nothing of the provider: it was taken back, or never asked. */
export type Ending = { kind: 'ok' } | { kind: 'nothing' } | { kind: 'fault'; retryAfterMs: number | null };

export const CLOSED: Breaker = { state: 'closed', failures: 0 };

/** Once is chance. */
const OPENS_AFTER = 2;
const RESTS_MS = 30_000;
/** Longer is believed of nobody: a day would be a setting, not a rest. */
const RESTS_AT_MOST_MS = 10 * 60_000;
/** Whoever probed may have died on the way: after this long somebody else does. */
const PROBE_LOST_MS = 60_000;

/** [G23] May it be asked now? */
export function mayAsk(breaker: Breaker, now: EpochMs): boolean {
  switch (breaker.state) {
    case 'closed':
      return true;
    case 'open':
      return now >= breaker.until;
    case 'half_open':
      return now - breaker.since >= PROBE_LOST_MS;
    default:
      return breaker satisfies never;
  }
}

/** It is being asked: of an open one, by this question alone. */
export const onAsked = (breaker: Breaker, now: EpochMs): Breaker =>
  breaker.state === 'closed' ? breaker : { state: 'half_open', since: now };

/** [G23] Two failures in a row open it; so does one of a probe, and a provider that says itself for how long to leave it alone. */
export function onEnded(breaker: Breaker, ending: Ending, now: EpochMs): Breaker {
  switch (ending.kind) {
    case 'ok':
      // Whoever was asked before it opened does not close it.
      return breaker.state === 'open' ? breaker : CLOSED;
    case 'nothing':
      return breaker.state === 'half_open' ? { state: 'open', until: now } : breaker;
    case 'fault': {
      const failures = breaker.state === 'closed' ? breaker.failures + 1 : OPENS_AFTER;
      if (failures < OPENS_AFTER && ending.retryAfterMs === null) return { state: 'closed', failures };
      const until = now + Math.min(RESTS_AT_MOST_MS, Math.max(RESTS_MS, ending.retryAfterMs ?? 0));
      return { state: 'open', until: breaker.state === 'open' ? Math.max(breaker.until, until) : until };
    }
    default:
      return ending satisfies never;
  }
}
