import type { EpochMs } from '#domain/ids.ts';
import type { AgentMirror, QueuedEntry } from '#domain/queue/queue.ts';

/**
 * [M1] Who is offered this entry: every skill it needs, no cool-down against it, then the preferred agent, then the longest
 * idle, then the least loaded, then by id so that the choice never depends on storage order.
 * `free` holds agents who are available and below capacity; null when none of them may take it.
 */
export function chooseAgent(entry: QueuedEntry, free: readonly AgentMirror[], now: EpochMs): AgentMirror | null {
  let best: AgentMirror | null = null;
  for (const agent of free) {
    if (!entry.skills.every((skill) => agent.skills.includes(skill))) continue;
    if (entry.cooldowns.some(({ agentId, until }) => agentId === agent.id && until > now)) continue;
    if (best === null || comesBefore(agent, best, entry)) best = agent;
  }
  return best;
}

function comesBefore(a: AgentMirror, b: AgentMirror, entry: QueuedEntry): boolean {
  if ((a.id === entry.preferred) !== (b.id === entry.preferred)) return a.id === entry.preferred;
  if (a.lastAssignedAt !== b.lastAssignedAt) return a.lastAssignedAt < b.lastAssignedAt;
  const byLoad = a.load / a.capacity - b.load / b.capacity;
  return byLoad !== 0 ? byLoad < 0 : a.id < b.id;
}
