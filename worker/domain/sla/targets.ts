import type { EpochMs, EscalationId, QueueId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { workingHours } from './calendar.ts';
import {
  type Clock,
  elapsedAt,
  type Reached,
  setClock,
  startClock,
  stopClock,
  whenElapsed,
  withOtherHours,
} from './clock.ts';
import type { SlaClock, SlaTerms } from './policy.ts';

const MINUTE_MS = 60_000;

/** One promise and its clock. What was told is kept with it: told once, it is not told again, whenever the alarm comes. */
export type SlaTarget = {
  metric: SlaClock;
  /** Which one, from 1: every unanswered message begins a new `next_response`, every queue that the work comes to a new `tier`. */
  ordinal: number;
  /** Whose clock a `tier` is; null for a promise to the visitor. */
  queueId: QueueId | null;
  clock: Clock;
  warnedAt: EpochMs | null;
} & (
  | { state: 'pending' }
  | { state: 'met' }
  /** A breach that was told stays one, with the time it was due by then, whatever the policy becomes. */
  | { state: 'breached'; breachedAt: EpochMs; dueAt: EpochMs }
);

/** The promises to one escalation. */
export type Sla = { escalationId: EscalationId; terms: SlaTerms; targets: SlaTarget[] };

/** What is to be told, once. `dueAt` is when the target was due by the terms of that moment; null when its clock stood still. */
export type SlaTold = { metric: SlaClock; ordinal: number; targetMinutes: number } & (
  | { what: 'warned'; dueAt: EpochMs | null }
  | { what: 'breached'; dueAt: EpochMs }
  | { what: 'met'; dueAt: EpochMs | null; elapsedMs: number }
);

/** [K5] [K13] A person was asked for: the first reply and the end are promised, and the queue's own clock begins. */
export const startSla = (escalationId: EscalationId, queueId: QueueId, terms: SlaTerms, now: EpochMs): Sla => ({
  escalationId,
  terms,
  targets: [
    newTarget('first_response', 1, now),
    newTarget('resolution', 1, now),
    { ...newTarget('tier', 1, now), queueId },
  ],
});

/**
 * [K5] The visitor wrote: the resolution clock goes on, and the next reply is promised from now, unless the first one is still owed or
 * an earlier message is still unanswered.
 */
export function visitorWrote(sla: Sla, now: EpochMs): Sla {
  const resumed = withResolution(sla, (clock) => setClock(clock, 'running', now));
  if (isReplyOwed(sla) || !isOwed(sla, 'resolution')) return resumed;
  // The one before is over and told; its number is all that is needed of it.
  const before = sla.targets.find(({ metric }) => metric === 'next_response');
  const next = newTarget('next_response', (before?.ordinal ?? 0) + 1, now);
  return { ...resumed, targets: [...resumed.targets.filter((target) => target !== before), next] };
}

/** [K5] An agent wrote to the visitor: replies are given; now it may be the visitor's turn [K6]. */
export function agentWrote(sla: Sla, now: EpochMs): Sla {
  const answered = stop(sla, now, ({ metric }) => metric !== 'resolution' && metric !== 'tier');
  return sla.terms.pausesForVisitor ? withResolution(answered, (clock) => setClock(clock, 'paused', now)) : answered;
}

/**
 * [K6] The work went to somebody else, who has not yet answered: it is our turn again, and no promise begins anew. [K13] Another queue is through with it, and
 * the clock of the one that it came to begins.
 */
export function workMoved(sla: Sla, queueId: QueueId, now: EpochMs): Sla {
  const resumed = withResolution(sla, (clock) => setClock(clock, 'running', now));
  const tiers = resumed.targets.filter(({ metric }) => metric === 'tier');
  if (tiers.at(-1)?.queueId === queueId) return resumed;
  // The one that ends now is still to be told of; those before it have been.
  const ended = stop(resumed, now, ({ metric }) => metric === 'tier').targets.filter(
    ({ metric, state }) => metric !== 'tier' || state === 'pending',
  );
  const next = { ...newTarget('tier', (tiers.at(-1)?.ordinal ?? 0) + 1, now), queueId };
  return { ...resumed, targets: [...ended, next] };
}

/** [K5] The work is over: the end is met or late; a reply that is not late by now is owed no longer, and was not given either. */
export function endSla(sla: Sla, now: EpochMs): Sla {
  const left = sla.targets.filter(
    ({ metric, state }) => metric === 'resolution' || metric === 'tier' || state !== 'pending',
  );
  return stop({ ...sla, targets: left }, now, () => true);
}

/** [E7] The visitor wants it no longer: what was late stays late, what is still owed is owed no longer and was not given either. */
export function waiveSla(sla: Sla, now: EpochMs): Sla {
  return stop({ ...sla, targets: sla.targets.filter(({ state }) => state !== 'pending') }, now, () => true);
}

/** The visitor waits for a word. */
export const isReplyOwed = (sla: Sla): boolean => isOwed(sla, 'first_response') || isOwed(sla, 'next_response');

/**
 * [K7] Other terms for the same clocks: what has elapsed and what was paused stay, what was told stays told. Another calendar counts from when it came
 * into force, which may be before it is known here, or from now, where the policy is the same and the plan another.
 */
export function withTerms(sla: Sla, terms: SlaTerms, now: EpochMs): Sla {
  if (isSame(terms, sla.terms)) return sla;
  if (isSame(terms.calendar, sla.terms.calendar)) return { ...sla, terms };
  const isPublished = terms.policyVersion !== sla.terms.policyVersion && terms.publishedAt !== null;
  const from = isPublished ? Math.min(now, terms.publishedAt as EpochMs) : now;
  const hours = workingHours(sla.terms.calendar);
  return { ...changed(sla, ({ clock }) => withOtherHours(clock, hours, from)), terms };
}

/**
 * [K8] Whatever happens to the clocks at `now`, and what is to be told of it. What fell due before it happened is told first, so that a
 * late alarm tells the same as a punctual one; told once, it is in the state. Due at the very instant of the reply is breached.
 */
export function advanceSla(
  sla: Sla,
  now: EpochMs,
  happens: (sla: Sla) => Sla = (same) => same,
): { sla: Sla; told: SlaTold[] } {
  const before = settle(sla, now);
  const after = settle(happens(before.sla), now);
  return { sla: after.sla, told: [...before.told, ...after.told] };
}

function settle(sla: Sla, now: EpochMs): { sla: Sla; told: SlaTold[] } {
  const told: SlaTold[] = [];
  const targets = sla.targets.map((target): SlaTarget => {
    if (target.state !== 'pending') return target;
    const { metric, ordinal, clock } = target;
    const targetMinutes = minutesOf(sla.terms, target);
    // Nothing promised, nothing broken; and nothing to tell, should something be promised later.
    if (targetMinutes === null) return clock.stoppedAt === null ? target : { ...target, state: 'met' };
    const until = clock.stoppedAt ?? now;
    const due = dueOf(sla.terms, target);
    const dueAt = due.kind === 'at' ? due.at : null;
    const warning = target.warnedAt === null ? warningOf(sla.terms, target) : null;
    const isWarned = warning?.kind === 'at' && warning.at <= until;
    const warnedAt = isWarned ? now : target.warnedAt;
    if (isWarned) told.push({ metric, ordinal, targetMinutes, what: 'warned', dueAt });
    if (dueAt !== null && dueAt <= until) {
      told.push({ metric, ordinal, targetMinutes, what: 'breached', dueAt });
      return { ...target, warnedAt, state: 'breached', breachedAt: now, dueAt };
    }
    if (clock.stoppedAt === null) return isWarned ? { ...target, warnedAt } : target;
    const elapsedMs = elapsedAt(clock, workingHours(sla.terms.calendar), until);
    told.push({ metric, ordinal, targetMinutes, what: 'met', dueAt, elapsedMs });
    return { ...target, warnedAt, state: 'met' };
  });
  return targets.every((target, i) => target === sla.targets[i]) ? { sla, told } : { sla: { ...sla, targets }, told };
}

/** [K8] When there will be something to tell; null while nothing is owed or every clock stands still. Sets the alarm. */
export function nextSlaDeadline(sla: Sla): EpochMs | null {
  let deadline: EpochMs | null = null;
  for (const target of sla.targets) {
    if (target.state !== 'pending') continue;
    const warning = target.warnedAt === null ? warningOf(sla.terms, target) : null;
    for (const reached of [warning, dueOf(sla.terms, target)]) {
      if (reached?.kind === 'at' && (deadline === null || reached.at < deadline)) deadline = reached.at;
    }
  }
  return deadline;
}

/** A target as people are shown it. */
export type SlaTargetView = {
  metric: SlaClock;
  state: SlaTarget['state'];
  /** Null while the clock stands still. */
  dueAt: EpochMs | null;
  /** What is left of the target while the clock stands still. */
  pausedLeftMs: number | null;
  /** When the reply came or the work ended; null while it is owed. */
  endedAt: EpochMs | null;
  warned: boolean;
  targetMinutes: number;
};

/** [K9] What was promised, soonest due first. */
export function viewSla({ terms, targets }: Sla): SlaTargetView[] {
  const views = targets.flatMap((target): SlaTargetView[] => {
    const { metric, state, clock, warnedAt } = target;
    const targetMinutes = minutesOf(terms, target);
    if (targetMinutes === null) return [];
    const due: Reached = state === 'breached' ? { kind: 'at', at: target.dueAt } : dueOf(terms, target);
    return [
      {
        metric,
        state,
        dueAt: due.kind === 'at' ? due.at : null,
        pausedLeftMs: due.kind === 'paused' ? due.leftMs : null,
        endedAt: clock.stoppedAt,
        warned: warnedAt !== null,
        targetMinutes,
      },
    ];
  });
  return views.sort((a, b) => (a.dueAt ?? Number.MAX_VALUE) - (b.dueAt ?? Number.MAX_VALUE));
}

/** [K9] When the first promise that is owed breaks, or broke; null while none is, and while its clock stands still. */
export const promiseDueAt = (sla: Sla): EpochMs | null =>
  viewSla(sla).find(({ endedAt, dueAt }) => endedAt === null && dueAt !== null)?.dueAt ?? null;

/** What other terms would do to what is owed now. */
export type SlaChange = {
  /** When the first promise that is owed breaks, as it is and as it would be; null is none, or a clock that stands still. */
  was: EpochMs | null;
  would: EpochMs | null;
  /** Promises that would be late at this moment and are not by the present terms. */
  breaksAtOnce: number;
};

/** [K7] What other terms would do beside those in force, by the functions that apply them; null when nothing is owed. Changes nothing. */
export function underTerms(sla: Sla, { from, to }: { from: SlaTerms; to: SlaTerms }, now: EpochMs): SlaChange | null {
  if (sla.targets.every(({ clock }) => clock.stoppedAt !== null)) return null;
  const [asIs, asWould] = [from, to].map((terms) => advanceSla(withTerms(sla, terms, now), now)) as [
    Advanced,
    Advanced,
  ];
  const late = ({ told }: Advanced) => told.filter(({ what }) => what === 'breached').length;
  return {
    was: promiseDueAt(asIs.sla),
    would: promiseDueAt(asWould.sla),
    breaksAtOnce: Math.max(0, late(asWould) - late(asIs)),
  };
}
type Advanced = ReturnType<typeof advanceSla>;

/** Something that was due has been told to be late, and it is still owed. */
export const isBreachedNow = (sla: Sla): boolean =>
  sla.targets.some(({ state, clock }) => state === 'breached' && clock.stoppedAt === null);

const newTarget = (metric: SlaClock, ordinal: number, at: EpochMs): SlaTarget => ({
  metric,
  ordinal,
  queueId: null,
  clock: startClock(at),
  warnedAt: null,
  state: 'pending',
});

const isOwed = (sla: Sla, wanted: SlaClock): boolean =>
  sla.targets.some(({ metric, clock }) => metric === wanted && clock.stoppedAt === null);

/** Of open time; null where nothing is promised. */
const minutesOf = ({ targetMinutes, tierMinutes }: SlaTerms, { metric, queueId }: SlaTarget): number | null =>
  metric === 'tier' ? (tierMinutes[queueId as QueueId] ?? null) : targetMinutes[metric];

function dueOf(terms: SlaTerms, target: SlaTarget): Reached {
  const minutes = minutesOf(terms, target);
  if (minutes === null) return { kind: 'never' };
  return whenElapsed(target.clock, workingHours(terms.calendar), Math.round(minutes * MINUTE_MS));
}

function warningOf(terms: SlaTerms, target: SlaTarget): Reached {
  const minutes = minutesOf(terms, target);
  if (minutes === null || terms.warnAtShare === null) return { kind: 'never' };
  return whenElapsed(target.clock, workingHours(terms.calendar), Math.round(minutes * MINUTE_MS * terms.warnAtShare));
}

const withResolution = (sla: Sla, change: (clock: Clock) => Clock): Sla =>
  changed(sla, (target) => (target.metric === 'resolution' ? change(target.clock) : target.clock));

const stop = (sla: Sla, now: EpochMs, which: (target: SlaTarget) => boolean): Sla =>
  changed(sla, (target) => (which(target) ? stopClock(target.clock, now) : target.clock));

/** The same object when no clock changed, so that nobody writes what is there already. */
function changed(sla: Sla, clockOf: (target: SlaTarget) => Clock): Sla {
  const targets = sla.targets.map((target) => {
    const clock = clockOf(target);
    return clock === target.clock ? target : { ...target, clock };
  });
  return targets.every((target, i) => target === sla.targets[i]) ? sla : { ...sla, targets };
}
