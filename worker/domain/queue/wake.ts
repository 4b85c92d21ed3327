import type { AgentId, EpochMs } from '#domain/ids.ts';
import type { AgentRecord } from '#domain/routing/choose-agent.ts';
import type { QueueConfig, QueueView } from './queue.ts';

/**
 * [M6] Until when this agent has had enough within the fairness window; null is that they may be offered more now. `offered` are the pieces
 * that they have been offered and have not answered: each may still be taken. Infinity: not before one of these ends.
 */
export function fairnessUntil(
  { takenAt }: AgentRecord,
  offered: number,
  fairness: QueueConfig['fairness'],
  now: EpochMs,
): EpochMs | null {
  if (fairness === null) return null;
  const left = fairness.count - offered;
  if (left <= 0) return Number.POSITIVE_INFINITY;
  const recent = takenAt.filter((at) => at > now - fairness.windowMs).sort((a, b) => a - b);
  const first = recent[recent.length - left];
  return first === undefined ? null : first + fairness.windowMs;
}

/** How many pieces of this queue an agent has been offered and has not answered. */
export function offeredTo(view: QueueView, agentId: AgentId): number {
  let offered = 0;
  for (const { state } of view.heldBy(agentId)) if (state === 'reserved') offered += 1;
  return offered;
}

/**
 * [Q10] When the queue must be looked at although nobody says anything: the earliest time of an entry, or the end of a fairness window of
 * somebody who could be asked while something waits. Null is never.
 */
export function nextQueueWakeAt(view: QueueView, now: EpochMs): EpochMs | null {
  let next = view.nextWakeAt();
  const { fairness, cost } = view.config;
  if (fairness === null || view.waitingCount() === 0) return next;
  for (const agent of view.agents()) {
    // Who is away or full will report when that changes, and is matched then.
    if (agent.presence !== 'available' || agent.load + cost > agent.capacity) continue;
    const until = fairnessUntil(view.record(agent.id), offeredTo(view, agent.id), fairness, now);
    // An offer that ends is an event of its own.
    if (until !== null && until !== Number.POSITIVE_INFINITY && (next === null || until < next)) next = until;
  }
  return next;
}
