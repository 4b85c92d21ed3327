import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { HopKind } from '#domain/escalation/escalation.ts';
import type { ConversationId, EpochMs, EscalationId } from '#domain/ids.ts';
import { unreachable } from '#domain/result.ts';

/** One stored outcome event of the cohort. */
export type CohortEvent = { conversationId: ConversationId; at: EpochMs; event: OutcomeEvent };

/** What became of an escalation, as a whole or while it was in one queue. */
export type Span = {
  enteredAt: EpochMs;
  firstResponseAt: EpochMs | null;
  /** An agent said that no person was needed. */
  flagged: boolean;
  resolvedAt: EpochMs | null;
  /** The visitor left the line. */
  abandonedAt: EpochMs | null;
};

/** One time that an escalation moved on, queues by name. */
export type Move = { from: string; to: string; kind: Exclude<HopKind, 'handoff'>; at: EpochMs };

export type EscalationFacts = Span & {
  /** One per queue that it reached, by name. What happened is counted where it happened; a return does not enter twice. */
  byQueue: Map<string, Span>;
  /** From queue to queue, in order. */
  moves: Move[];
};

/** A conversation as the metrics see it. */
export type ConversationFacts = {
  startedAt: EpochMs;
  /** As read when it was first handed over; as read last when it never was. */
  topic: string | null;
  area: string | null;
  /** In order. More than one when it was opened again after it was resolved. */
  escalations: EscalationFacts[];
};

/** Equal times are told apart by what must come first, so that the order of the rows does not matter. */
const COMES: Record<OutcomeEvent['type'], number> = {
  'conversation.started': 0,
  'conversation.classified': 1,
  'answer.failed': 2,
  'answer.withheld': 3,
  'answer.sent': 4,
  'silence.marked': 5,
  'escalation.created': 6,
  'escalation.assigned': 7,
  'escalation.taken_back': 8,
  'escalation.first_response': 9,
  'escalation.moved': 10,
  'escalation.adjusted': 11,
  'escalation.agent_chosen': 12,
  'escalation.offer_withdrawn': 13,
  'escalation.flagged': 14,
  'escalation.resolved': 15,
  'escalation.abandoned': 16,
  'sla.warned': 17,
  'sla.breached': 18,
  'sla.met': 19,
};

/**
 * [N1] Folds outcome events, in any order, into one record per conversation that began, in order of their beginning. Total:
 * an event whose beginning is missing is left out, never guessed.
 */
export function conversationFacts(events: Iterable<CohortEvent>): ConversationFacts[] {
  const byConversation = new Map<ConversationId, CohortEvent[]>();
  for (const event of events) {
    const known = byConversation.get(event.conversationId);
    if (known === undefined) byConversation.set(event.conversationId, [event]);
    else known.push(event);
  }
  const facts: { id: string; facts: ConversationFacts }[] = [];
  for (const [id, its] of byConversation) {
    const one = foldConversation(its.sort((a, b) => a.at - b.at || COMES[a.event.type] - COMES[b.event.type]));
    if (one !== null) facts.push({ id, facts: one });
  }
  facts.sort((a, b) => a.facts.startedAt - b.facts.startedAt || (a.id < b.id ? -1 : 1));
  return facts.map(({ facts }) => facts);
}

function foldConversation(events: readonly CohortEvent[]): ConversationFacts | null {
  let startedAt: EpochMs | null = null;
  let topic: string | null = null;
  let area: string | null = null;
  const escalations = new Map<EscalationId, { facts: EscalationFacts; here: Span }>();
  for (const { at, event } of events) {
    switch (event.type) {
      case 'conversation.started':
        startedAt ??= at;
        break;
      case 'conversation.classified':
        if (escalations.size > 0) break;
        topic = event.topic;
        area = event.area;
        break;
      case 'escalation.created': {
        if (escalations.has(event.escalationId)) break;
        if (escalations.size === 0) {
          topic = event.topic ?? topic;
          area = event.area ?? area;
        }
        const here = enter(at);
        escalations.set(event.escalationId, {
          facts: { ...enter(at), byQueue: new Map([[event.queue, here]]), moves: [] },
          here,
        });
        break;
      }
      case 'escalation.moved': {
        const escalation = escalations.get(event.escalationId);
        if (escalation === undefined) break;
        const known = escalation.facts.byQueue.get(event.to) ?? enter(at);
        escalation.facts.byQueue.set(event.to, known);
        escalation.facts.moves.push({ from: event.from, to: event.to, kind: event.kind, at });
        escalation.here = known;
        break;
      }
      case 'escalation.first_response':
        forBoth(escalations.get(event.escalationId), (span) => {
          span.firstResponseAt ??= at;
        });
        break;
      case 'escalation.flagged':
        forBoth(escalations.get(event.escalationId), (span) => {
          span.flagged = true;
        });
        break;
      case 'escalation.resolved':
        forBoth(escalations.get(event.escalationId), (span) => {
          span.resolvedAt ??= at;
        });
        break;
      case 'escalation.abandoned':
        forBoth(escalations.get(event.escalationId), (span) => {
          span.abandonedAt ??= at;
        });
        break;
      case 'answer.sent':
      case 'answer.withheld':
      case 'answer.failed':
      case 'silence.marked':
      case 'escalation.assigned':
      case 'escalation.taken_back':
      case 'escalation.adjusted':
      case 'escalation.agent_chosen':
      case 'escalation.offer_withdrawn':
      case 'sla.warned':
      case 'sla.breached':
      case 'sla.met':
        break;
      default:
        unreachable(event);
    }
  }
  if (startedAt === null) return null;
  return { startedAt, topic, area, escalations: [...escalations.values()].map(({ facts }) => facts) };
}

const enter = (at: EpochMs): Span => ({
  enteredAt: at,
  firstResponseAt: null,
  flagged: false,
  resolvedAt: null,
  abandonedAt: null,
});

function forBoth(escalation: { facts: EscalationFacts; here: Span } | undefined, happen: (span: Span) => void): void {
  if (escalation === undefined) return;
  happen(escalation.facts);
  happen(escalation.here);
}
