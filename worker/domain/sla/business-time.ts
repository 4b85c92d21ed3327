import type { EpochMs } from '#domain/ids.ts';
import { type Refusal, refuse } from '#domain/result.ts';
import { spansOn, type WorkingHours } from './calendar.ts';

/** Nothing is counted further than this from where counting begins; a target beyond it is a mistake in somebody's settings. */
export const HORIZON_MS = 5 * 366 * 86_400_000;

export type BusinessTimeRefusal = 'no_duration' | 'beyond_horizon';
export type Instant = { ok: true; at: EpochMs } | Refusal<BusinessTimeRefusal>;

/**
 * [K1] The instant at which `ms` of open time have passed since `at`. Reached exactly at closing time, it is closing time and not the
 * next opening; nothing to wait for is `at` itself. Refused, never searched for, beyond five years.
 */
export function addBusinessTime(hours: WorkingHours, at: EpochMs, ms: number): Instant {
  if (!Number.isFinite(ms) || ms < 0) return refuse('no_duration', `${ms} is no length of time.`);
  if (ms === 0) return { ok: true, at };
  let left = ms;
  let reached: EpochMs | null = null;
  eachWindow(hours, at, at + HORIZON_MS, (from, to) => {
    if (to - from >= left) {
      reached = from + left;
      return false;
    }
    left -= to - from;
    return true;
  });
  return reached === null
    ? refuse('beyond_horizon', 'This much open time does not come within five years.')
    : { ok: true, at: reached };
}

/** [K1] How much of the time between two instants is open; 0 when they are in the wrong order. Counts no further than five years. */
export function businessTimeBetween(hours: WorkingHours, from: EpochMs, to: EpochMs): number {
  let sum = 0;
  eachWindow(hours, from, Math.min(to, from + HORIZON_MS), (opens, closes) => {
    sum += closes - opens;
    return true;
  });
  return sum;
}

/** When work goes on: `at` itself while open, otherwise the next opening; null when there is none within five years. */
export function nextOpening(hours: WorkingHours, at: EpochMs): EpochMs | null {
  let opening: EpochMs | null = null;
  eachWindow(hours, at, at + HORIZON_MS, (opens) => {
    opening = opens;
    return false;
  });
  return opening;
}

/** Beyond this, open is open: a week holds every weekly closing time. */
const CLOSING_HORIZON_MS = 8 * 86_400_000;

/** When work stops, windows that touch taken as one; null while closed, and when it does not stop within eight days. */
export function nextClosing(hours: WorkingHours, at: EpochMs): EpochMs | null {
  const end = at + CLOSING_HORIZON_MS;
  let closing: EpochMs | null = null;
  eachWindow(hours, at, end, (opens, closes) => {
    if (opens > (closing ?? at)) return false;
    closing = closes;
    return true;
  });
  return closing === end ? null : closing;
}

/** [K1] Windows are `[open, close)`: at the instant of closing it is closed. */
export const isOpen = (hours: WorkingHours, at: EpochMs): boolean => {
  let open = false;
  eachWindow(hours, at, at + 1, () => {
    open = true;
    return false;
  });
  return open;
};

/**
 * The open stretches between two instants in order, none overlapping, until `visit` says that it has seen enough. It walks days and
 * their windows: a day costs two look-ups.
 */
function eachWindow(
  hours: WorkingHours,
  from: EpochMs,
  to: EpochMs,
  visit: (opens: EpochMs, closes: EpochMs) => boolean,
): void {
  if (!(from < to)) return;
  if (hours.kind === 'always') {
    visit(from, to);
    return;
  }
  const { zone } = hours;
  // Two windows of neighbouring days may overlap, as may two edges in an hour that the clock skips: no instant counts twice.
  let reached = from;
  // Last night's shift may still be on.
  for (let day = zone.dayOf(from) - 1; zone.startOf(day) < to; day++) {
    for (const span of spansOn(hours, day)) {
      const opens = Math.max(zone.instantOf(day, span.from), reached);
      const closes = Math.min(zone.instantOf(day, span.to), to);
      if (closes <= opens) continue;
      reached = closes;
      if (!visit(opens, closes)) return;
    }
  }
}
