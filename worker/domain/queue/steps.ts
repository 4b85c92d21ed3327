import type { EpochMs } from '#domain/ids.ts';
import { unreachable } from '#domain/result.ts';
import { put } from './event.ts';
import { needsKeyOf, nextRelaxAt, nextStepAt, type PathStep, relaxedBy } from './path.ts';
import type { PutCause, QueueConfig, QueuedEntry, QueueEvent } from './queue.ts';
import { ranked } from './ranked.ts';

/** A waiting entry at its time: a class relaxed, a step taken, or cool-downs that have ended. */
export function moveAlong(entry: QueuedEntry, config: QueueConfig, now: EpochMs): QueueEvent[] {
  const stepAt = nextStepAt(entry, config);
  const relaxAt = nextRelaxAt(entry, config);
  const isStepDue = stepAt !== null && stepAt <= now;
  if (relaxAt !== null && relaxAt <= now && (!isStepDue || relaxAt <= stepAt)) {
    const relaxed = entry.relaxed + 1;
    const key = needsKeyOf(entry.skills, relaxed, config.path, entry.stepsTaken);
    return [put({ ...entry, relaxed, needsKey: key }, 'relaxed')];
  }
  if (isStepDue) {
    const { afterMs } = config.path[entry.stepsTaken] as PathStep;
    const isEarly = stepAt < entry.pathSince + afterMs;
    return takeStep(entry, config, 'stepped', isEarly ? 'promise broken' : waitedWords(afterMs));
  }
  const cooldowns = entry.cooldowns.filter(({ until }) => until > now);
  return cooldowns.length === entry.cooldowns.length ? [] : [put({ ...entry, cooldowns }, 'cooled_down')];
}

const waitedWords = (ms: number): string => {
  if (ms === 0) return 'on arrival';
  return ms < 60_000 ? `waited ${Math.ceil(ms / 1000)} s` : `waited ${Math.round(ms / 60_000)} min`;
};

/**
 * The steps before which nobody waits while nobody is there for it, one after another, until somebody is, because it asks for less by then; an overflow is the last, the rest is the
 * other queue's.
 */
export function takeSkipped(
  entry: QueuedEntry,
  config: QueueConfig,
  isSomebodyFor: (needsKey: string) => boolean,
): QueueEvent[] {
  const events: QueueEvent[] = [];
  let at: QueuedEntry = entry;
  while (config.path[at.stepsTaken]?.skipWhenNobody && !isSomebodyFor(at.needsKey)) {
    const taken = takeStep(at, config, 'stepped', 'nobody is available');
    events.push(...taken);
    const [put] = taken;
    if (put?.type !== 'entry_put' || put.entry.state !== 'queued' || taken.length > 1) break;
    at = put.entry;
  }
  return events;
}

/** `why` stands in the explanation of the rank, and goes along to another queue. */
export function takeStep(entry: QueuedEntry, config: QueueConfig, because: PutCause, why: string): QueueEvent[] {
  const step = config.path[entry.stepsTaken];
  if (step === undefined) return [put(entry, because)];
  const next: QueuedEntry = { ...entry, stepsTaken: entry.stepsTaken + 1 };
  switch (step.do) {
    case 'raise':
      return [
        put(ranked({ ...next, raises: [...entry.raises, { label: why, minutes: 0 - step.minutes }] }, config), because),
      ];
    case 'also_allow':
      return [
        put({ ...next, needsKey: needsKeyOf(entry.skills, entry.relaxed, config.path, next.stepsTaken) }, because),
      ];
    case 'relax': {
      const relaxed = relaxedBy(entry.skills, entry.relaxed, config.path, next.stepsTaken);
      const key = needsKeyOf(entry.skills, relaxed, config.path, next.stepsTaken);
      return [put({ ...next, relaxed, needsKey: key }, because)];
    }
    case 'overflow':
      // It stays in this line until the conversation has put it into the other: nothing is ever in no line.
      return [put(next, because), { type: 'overflowed', entry: next, to: step.to, because: why }];
    default:
      return unreachable(step);
  }
}
