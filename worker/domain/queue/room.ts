import type { AgentId, EpochMs, EscalationId } from '#domain/ids.ts';
import type { AgentRecord } from '#domain/routing/choose-agent.ts';
import type { AgentMirror, QueueView } from './queue.ts';
import { fairnessUntil, offeredTo } from './wake.ts';

/** [M1] [M6] May this queue offer this agent one more piece, whatever the piece? */
export const hasRoom = (view: QueueView, agent: AgentMirror, record: AgentRecord, now: EpochMs): boolean =>
  whyNoRoom(view, agent, record, now) === null;

/** [M1] [M6] Why this queue may not offer this agent one more piece now, as the rest of a sentence about them; null when it may. */
export function whyNoRoom(view: QueueView, agent: AgentMirror, record: AgentRecord, now: EpochMs): string | null {
  const { cost, perAgentLimit, fairness } = view.config;
  if (!agent.serves) return 'no longer serves this queue';
  if (agent.presence !== 'available') return `is ${agent.presence}`;
  if (agent.load + cost > agent.capacity) return 'has no room for it';
  if (fairness !== null && fairnessUntil(record, offeredTo(view, agent.id), fairness, now) !== null)
    return 'had enough from this queue just now';
  if (perAgentLimit === null) return null;
  let held = 0;
  for (const _ of view.heldBy(agent.id)) held += 1;
  return held < perAgentLimit ? null : 'has as many from this queue as one agent may have';
}

/** Why a supervisor cannot have this work offered to this agent, in a sentence; null when they can. Changes nothing. */
export function whyNotOffered(
  view: QueueView,
  { escalationId, hop, agentId }: { escalationId: EscalationId; hop: number; agentId: AgentId },
  now: EpochMs,
): string | null {
  const entry = view.entry(escalationId, hop);
  if (entry === null || entry.state === 'closed') return 'This work has left the queue.';
  if (entry.state === 'reserved') return `It is being offered to ${entry.agentName}.`;
  if (entry.state === 'assigned') return `${entry.agentName} has it.`;
  const agent = view.agent(agentId);
  if (agent === null || !agent.serves) return 'This agent does not serve this queue.';
  const why = whyNoRoom(view, agent, view.record(agentId), now);
  return why === null ? null : `${agent.name} ${why}.`;
}
