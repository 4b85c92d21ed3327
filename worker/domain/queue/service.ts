import type { EpochMs } from '#domain/ids.ts';
import { isOpen, nextClosing, nextOpening } from '#domain/sla/business-time.ts';
import type { WorkingHours } from '#domain/sla/calendar.ts';
import type { WaitEstimate } from '#domain/sla/wait-estimate.ts';

export type Service = {
  /** `closed` and `full`: newcomers are kept, and told that it will take longer. */
  service: 'open' | 'closed' | 'full';
  /** When somebody is there again; null while somebody is, and when nobody can say. */
  opensAt: EpochMs | null;
};

/** [W3] Whether one more would be one too many, where so many wait already. Nobody is turned away for it: they are told. */
export const isFull = ({ maxWaiting }: { maxWaiting: number | null }, waiting: number): boolean =>
  maxWaiting !== null && waiting >= maxWaiting;

/**
 * [W3] What those who wait are told of the queue. Hours are what was announced, presence is what is true: somebody who is there outside
 * the hours serves, and the hours keep nobody from being offered work.
 */
export function serviceAt(
  queue: { isClosed: boolean; isFull: boolean; agentsAvailable: number; hours: WorkingHours },
  now: EpochMs,
): Service {
  const isAway = queue.agentsAvailable === 0 && !isOpen(queue.hours, now);
  if (queue.isClosed || isAway) return { service: 'closed', opensAt: isAway ? nextOpening(queue.hours, now) : null };
  return { service: queue.isFull ? 'full' : 'open', opensAt: null };
}

/** [W3] A wait that would only begin to end after closing time is no wait: nobody is told to wait for people who go home. */
export function beforeClosing(
  estimate: WaitEstimate | null,
  hours: WorkingHours,
  now: EpochMs,
): { estimate: WaitEstimate | null; opensAt: EpochMs | null } {
  const closesAt = estimate === null ? null : nextClosing(hours, now);
  if (estimate === null || closesAt === null || now + estimate.lowMs < closesAt) return { estimate, opensAt: null };
  return { estimate: null, opensAt: nextOpening(hours, closesAt) };
}

/** When what is told changes by the clock alone; null is never, or too far off to matter. */
export const nextHoursEdge = (hours: WorkingHours, now: EpochMs): EpochMs | null =>
  isOpen(hours, now) ? nextClosing(hours, now) : nextOpening(hours, now);
