import type { EpochMs } from '#domain/ids.ts';
import { addBusinessTime, businessTimeBetween } from './business-time.ts';
import type { WorkingHours } from './calendar.ts';

/** From here on until the next segment begins. */
export type Segment = { state: 'running' | 'paused'; from: EpochMs };

/**
 * [K4] What happened to a clock, and nothing that could be computed from it: when it ran, when it stood still, when it was stopped.
 * What has elapsed and what is due is a function of this, the target and the calendar.
 */
export type Clock = {
  segments: Segment[];
  stoppedAt: EpochMs | null;
  /** [K7] What had elapsed, in ms of open time, before the first segment: by hours that do not count any more, or 0. */
  carriedMs: number;
};

/** [K4] A clock that runs from here on. */
export const startClock = (at: EpochMs): Clock => ({
  segments: [{ state: 'running', from: at }],
  stoppedAt: null,
  carriedMs: 0,
});

/** Nothing happens to a clock that is in this state already, or stopped. */
export function setClock(clock: Clock, state: Segment['state'], at: EpochMs): Clock {
  const last = clock.segments.at(-1);
  if (clock.stoppedAt !== null || last?.state === state) return clock;
  return { ...clock, segments: [...clock.segments, { state, from: notBefore(clock, at) }] };
}

/** [K4] Stopped once; a later stop changes nothing. */
export const stopClock = (clock: Clock, at: EpochMs): Clock =>
  clock.stoppedAt === null ? { ...clock, stoppedAt: notBefore(clock, at) } : clock;

/** [K7] From `at` on other hours count. What has elapsed by then, by the hours until then, stays; a clock that was stopped is left as it was. */
export function withOtherHours(clock: Clock, hours: WorkingHours, at: EpochMs): Clock {
  const before = clock.segments.findLast(({ from }) => from <= at);
  if (clock.stoppedAt !== null || before === undefined) return clock;
  return {
    ...clock,
    carriedMs: elapsedAt(clock, hours, at),
    segments: [{ state: before.state, from: at }, ...clock.segments.filter(({ from }) => from > at)],
  };
}

/** A machine's clock may be set back; a segment never ends before it began. */
const notBefore = (clock: Clock, at: EpochMs): EpochMs => Math.max(at, clock.segments.at(-1)?.from ?? at);

/** Open time while the clock ran, up to an instant. */
export function elapsedAt(clock: Clock, hours: WorkingHours, at: EpochMs): number {
  const end = Math.min(at, clock.stoppedAt ?? at);
  let sum = clock.carriedMs;
  for (const [from, to] of runs(clock)) sum += businessTimeBetween(hours, from, Math.min(to ?? end, end));
  return sum;
}

/** When a clock reaches a mark, as things stand. */
export type Reached =
  | { kind: 'at'; at: EpochMs }
  /** It stands still, so nobody knows; this much is left. */
  | { kind: 'paused'; leftMs: number }
  /** So far off that no date is worth telling, or nothing is promised. */
  | { kind: 'never' };

/**
 * [K4] The instant at which `ms` of open time have elapsed on this clock. That it was stopped is not looked at: a reply that came in
 * time was due at some time too.
 */
export function whenElapsed(clock: Clock, hours: WorkingHours, ms: number): Reached {
  let left = ms - clock.carriedMs;
  const first = clock.segments[0];
  // So much had elapsed before these hours began to count.
  if (left <= 0 && clock.carriedMs > 0 && first !== undefined) return { kind: 'at', at: first.from };
  for (const [from, to] of runs(clock)) {
    const reached = addBusinessTime(hours, from, left);
    if (reached.ok && (to === null || reached.at <= to)) return { kind: 'at', at: reached.at };
    if (to === null) return { kind: 'never' };
    left -= businessTimeBetween(hours, from, to);
  }
  return { kind: 'paused', leftMs: left };
}

/** The stretches in which it ran; the last one may have no end. */
function* runs({ segments }: Clock): Generator<[from: EpochMs, to: EpochMs | null]> {
  for (const [i, { state, from }] of segments.entries()) {
    if (state === 'running') yield [from, segments[i + 1]?.from ?? null];
  }
}
