import type { EpochMs, QueueId } from '#domain/ids.ts';
import { classesDownTo, needsKey, parseNeed, type RelaxClass, remainingNeeds } from '#domain/routing/skill.ts';
import type { QueueConfig, QueuedEntry, QueueEntry } from './queue.ts';

/**
 * One step of a queue's path. Times are cumulative, counted from `pathSince` (an overflow goes on counting), and acted on only
 * while nobody has been offered the work [Q9]. Semantics: TaskRouter workflows; raising and reclassifying by waiting time: Azure Job Router exception policies.
 */
export type PathStep = {
  afterMs: number;
  /** Not waited for when nobody of this queue is available. */
  skipWhenNobody?: boolean;
} & (
  | { do: 'raise'; minutes: number }
  /** Agents with these skills may take it too. */
  | { do: 'also_allow'; skills: string[] }
  /** [M3] Relax classes are dropped, from 3 down to this one. */
  | { do: 'relax'; to: Exclude<RelaxClass, 0> }
  | { do: 'overflow'; to: QueueId }
);

/** The requirement as alternatives: what was asked for, less what has been relaxed, or what the path allows besides. */
export function needsKeyOf(
  skills: readonly string[],
  relaxed: number,
  steps: readonly PathStep[],
  stepsTaken: number,
): string {
  const allowed = steps
    .slice(0, stepsTaken)
    .flatMap((step) => (step.do === 'also_allow' ? [needsOf(step.skills)] : []));
  return needsKey([remainingNeeds(needsOf(skills), relaxed), ...allowed]);
}

/** [M3] How many classes are dropped when so many steps have been taken: as many as by time, or as the steps have dropped, whichever are more. */
export function relaxedBy(
  skills: readonly string[],
  relaxed: number,
  steps: readonly PathStep[],
  stepsTaken: number,
): number {
  const byStep = steps
    .slice(0, stepsTaken)
    .map((step) => (step.do === 'relax' ? classesDownTo(needsOf(skills), step.to) : 0));
  return Math.max(relaxed, ...byStep);
}

const needsOf = (texts: readonly string[]) => texts.flatMap((text) => parseNeed(text) ?? []);

/** [Q11] Does an overflow to `to` come back to `home` by the paths of the queues on the way? Then work would move for ever. */
export function leadsBack(home: string, to: string, overflowsOf: (queue: string) => readonly string[]): boolean {
  const seen = new Set<string>();
  const open = [to];
  for (let queue = open.pop(); queue !== undefined; queue = open.pop()) {
    if (queue === home) return true;
    if (seen.has(queue)) continue;
    seen.add(queue);
    open.push(...overflowsOf(queue));
  }
  return false;
}

/** [Q10] When this entry next needs something done by itself; null is never. */
export function wakeAt(entry: QueueEntry, config: QueueConfig): EpochMs | null {
  switch (entry.state) {
    case 'reserved':
      return entry.expiresAt;
    case 'assigned':
      return earliest(
        entry.owedSince !== null && config.silentMs !== null ? entry.owedSince + config.silentMs : null,
        entry.vanishedAt !== null && config.vanishedMs !== null ? entry.vanishedAt + config.vanishedMs : null,
      );
    case 'closed':
      return null;
    case 'queued':
      return earliest(
        nextRelaxAt(entry, config),
        nextStepAt(entry, config),
        ...entry.cooldowns.map(({ until }) => until),
      );
  }
}

/** [M3] When the next relax class is dropped; null when none is left to drop, or never. */
export function nextRelaxAt(entry: QueuedEntry, config: QueueConfig): EpochMs | null {
  const after = config.relaxAfterMs[entry.relaxed];
  // Nothing to drop, nothing to wake for.
  return after == null || entry.skills.length === 0 ? null : entry.pathSince + after;
}

/** [Q9] Waits before a step that is not waited for when nobody is there. */
export const isSkipping = (entry: QueueEntry, { path }: QueueConfig): entry is QueuedEntry =>
  entry.state === 'queued' && path[entry.stepsTaken]?.skipWhenNobody === true;

/** [Q9] When the next step of the path is due; null after the last. [K12] Before the first overflow it may be sent on ahead of time. */
export function nextStepAt(entry: QueuedEntry, { path }: QueueConfig): EpochMs | null {
  const step = path[entry.stepsTaken];
  if (step === undefined) return null;
  const at = entry.pathSince + step.afterMs;
  const isBeforeOverflow = entry.stepsTaken <= path.findIndex((one) => one.do === 'overflow');
  return entry.sendOnSince !== null && isBeforeOverflow ? Math.min(at, entry.sendOnSince) : at;
}

/**
 * [Q11] How many steps of another path count as taken by who has taken so many of this one: the same, as long as these steps are unchanged;
 * otherwise work keeps its place in time, and what lies before that counts as taken.
 */
export function sameWayOn(taken: number, before: readonly PathStep[], after: readonly PathStep[]): number {
  const last = before[taken - 1];
  if (last === undefined) return 0;
  if (JSON.stringify(before.slice(0, taken)) === JSON.stringify(after.slice(0, taken))) return taken;
  return after.filter(({ afterMs }) => afterMs <= last.afterMs).length;
}

const earliest = (...times: (EpochMs | null)[]): EpochMs | null =>
  times.reduce<EpochMs | null>((first, at) => (at !== null && (first === null || at < first) ? at : first), null);
