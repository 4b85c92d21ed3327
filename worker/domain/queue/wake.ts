import type { EpochMs } from '#domain/ids.ts';
import type { AgentRecord } from '#domain/routing/choose-agent.ts';
import type { QueueConfig, QueueView } from './queue.ts';

/** [M6] Until when this agent has had enough within the fairness window; null is that they may be offered more now. */
export function fairnessUntil(
  { takenAt }: AgentRecord,
  fairness: QueueConfig['fairness'],
  now: EpochMs,
): EpochMs | null {
  if (fairness === null) return null;
  const recent = takenAt.filter((at) => at > now - fairness.windowMs).sort((a, b) => a - b);
  const first = recent[recent.length - fairness.count];
  return first === undefined ? null : first + fairness.windowMs;
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
    const until = fairnessUntil(view.record(agent.id), fairness, now);
    if (until !== null && (next === null || until < next)) next = until;
  }
  return next;
}
