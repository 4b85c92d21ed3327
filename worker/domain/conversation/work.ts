import type { Escalation } from '#domain/escalation/escalation.ts';
import type { QueueId } from '#domain/ids.ts';
import { refuse } from '#domain/result.ts';
import type { Agent, ConversationRefusal } from './command.ts';
import type { ConversationState } from './conversation.ts';

/** Queued, offered or in an agent's hands: the assistant stays silent and no second escalation starts. */
export const isEscalated = (state: ConversationState): boolean =>
  state.escalation !== null && state.escalation.state !== 'resolved' && state.escalation.state !== 'abandoned';

/**
 * [Y10] Nobody waits here, has work here, or is being answered. A conversation that the assistant had alone is never resolved by anybody: it is over once nobody writes any
 * more, for as long as the workspace says.
 */
export const isOver = (state: ConversationState): boolean => !isEscalated(state) && state.turn === null;

/** How visitors and agents name the work: `BTN-1042`, and `BTN-1042.2` for the second escalation of one conversation. */
export const ticketNumber = (conversationNumber: number, ordinal: number): string =>
  ordinal === 1 ? `BTN-${conversationNumber}` : `BTN-${conversationNumber}.${ordinal}`;

/** `BTN-1042`, `btn-1042.2`, `#1042`, `1042`: the number of the conversation. Null of anything else. */
export function ticketNumberIn(words: string): number | null {
  const digits = /^(?:btn-|#)?(\d{1,15})(?:\.\d{1,3})?$/i.exec(words.trim())?.[1];
  return digits === undefined ? null : Number(digits);
}

export function heldBy(
  state: ConversationState,
  agent: Agent,
):
  | { ok: true; escalation: Extract<Escalation, { state: 'assigned' }> }
  | ReturnType<typeof refuse<ConversationRefusal>> {
  const { escalation } = state;
  if (escalation === null) return refuse('no_escalation', 'Nobody has asked for a person here.');
  if (escalation.state === 'resolved') return refuse('already_resolved', 'This work is resolved.');
  if (escalation.state !== 'assigned')
    return refuse('not_assigned_to_you', 'Accept the offer first; the work is in a queue.');
  if (escalation.agent.id !== agent.id) return refuse('not_assigned_to_you', `${escalation.agent.name} has this work.`);
  return { ok: true, escalation };
}

/** The fields that an escalation has in every state. */
export function common(escalation: Escalation): Omit<Extract<Escalation, { state: 'queued' }>, 'state'> {
  const { id, conversationId, createdAt, severity, skills, because, hops } = escalation;
  return {
    id,
    conversationId,
    ticketNumber: escalation.ticketNumber,
    createdAt,
    severity,
    skills,
    class: escalation.class,
    because,
    hops,
  };
}

export const lastQueue = (escalation: Escalation): QueueId => escalation.hops.at(-1)!.queueId;
