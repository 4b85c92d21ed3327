import { z } from 'zod';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import { HOP_KINDS, UNNECESSARY_REASONS, WRAP_UP_CODES } from '#domain/escalation/escalation.ts';
import type { ConversationId } from '#domain/ids.ts';
import type { CohortEvent } from '#domain/metrics/facts.ts';
import type { TakenBackCause } from '#domain/queue/deed.ts';
import { SLA_CLOCKS } from '#domain/sla/policy.ts';
import { agentId, conversationId, epochMs, escalationId } from '#protocol/primitives.ts';

/** [A5] Why work was taken back. */
export const takenBackCause = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('supervisor'), by: z.object({ id: agentId, name: z.string() }) }),
  z.object({ kind: z.literal('silent') }),
  z.object({ kind: z.literal('vanished') }),
]) satisfies z.ZodType<TakenBackCause>;

const hop = z.number().int().min(1);
const name = z.string().nullable();
const slaPromise = {
  escalationId,
  metric: z.enum(SLA_CLOCKS),
  ordinal: z.number().int().min(1),
  targetMinutes: z.number(),
  queue: z.string(),
  hop,
  agentId: agentId.nullable(),
};

const tried = { attemptId: z.string(), topic: name, confidence: z.number() };

/** One schema per type, so that a new event without a schema does not compile. */
const SCHEMAS = {
  'conversation.started': z.object({ type: z.literal('conversation.started') }),
  'conversation.classified': z.object({ type: z.literal('conversation.classified'), topic: name, area: name }),
  'answer.sent': z.object({ type: z.literal('answer.sent'), ...tried }),
  'answer.withheld': z.object({ type: z.literal('answer.withheld'), ...tried }),
  'answer.failed': z.object({ type: z.literal('answer.failed'), attemptId: z.string() }),
  'escalation.created': z.object({
    type: z.literal('escalation.created'),
    escalationId,
    ticketNumber: z.string(),
    queue: z.string(),
    topic: name,
    area: name,
    startedAt: epochMs,
  }),
  'escalation.assigned': z.object({ type: z.literal('escalation.assigned'), escalationId, hop, agentId }),
  'escalation.taken_back': z.object({
    type: z.literal('escalation.taken_back'),
    escalationId,
    hop,
    agentId,
    cause: takenBackCause.nullable().default(null),
  }),
  'escalation.agent_chosen': z.object({
    type: z.literal('escalation.agent_chosen'),
    escalationId,
    hop,
    by: agentId,
    agentId,
  }),
  'escalation.offer_withdrawn': z.object({
    type: z.literal('escalation.offer_withdrawn'),
    escalationId,
    hop,
    by: agentId,
    agentId,
  }),
  'escalation.first_response': z.object({ type: z.literal('escalation.first_response'), escalationId, agentId }),
  'escalation.moved': z.object({
    type: z.literal('escalation.moved'),
    escalationId,
    agentId: agentId.nullable(),
    kind: z.enum(HOP_KINDS).exclude(['handoff']),
    from: z.string(),
    to: z.string(),
    hop,
  }),
  'escalation.adjusted': z.object({
    type: z.literal('escalation.adjusted'),
    escalationId,
    hop,
    by: agentId,
    minutes: z.number(),
  }),
  'escalation.flagged': z.object({
    type: z.literal('escalation.flagged'),
    escalationId,
    agentId,
    because: z.enum(UNNECESSARY_REASONS),
  }),
  'silence.marked': z.object({
    type: z.literal('silence.marked'),
    message: z.number().int(),
    missed: z.boolean(),
    topic: name,
    agentId,
  }),
  'escalation.resolved': z.object({
    type: z.literal('escalation.resolved'),
    escalationId,
    agentId,
    code: z.enum(WRAP_UP_CODES),
    hops: hop,
  }),
  'escalation.abandoned': z.object({
    type: z.literal('escalation.abandoned'),
    escalationId,
    hop,
    queue: z.string(),
    waitedMs: z.number(),
  }),
  'sla.warned': z.object({ type: z.literal('sla.warned'), ...slaPromise, dueAt: epochMs.nullable() }),
  'sla.breached': z.object({ type: z.literal('sla.breached'), ...slaPromise, dueAt: epochMs }),
  'sla.met': z.object({ type: z.literal('sla.met'), ...slaPromise, dueAt: epochMs.nullable(), elapsedMs: z.number() }),
} satisfies { [Type in OutcomeEvent['type']]: z.ZodType<Extract<OutcomeEvent, { type: Type }>> };

/** Any outcome event, as an outbox keeps it. */
export const outcomeEvent: z.ZodType<OutcomeEvent> = z.discriminatedUnion(
  'type',
  Object.values(SCHEMAS) as [(typeof SCHEMAS)['conversation.started'], ...(typeof SCHEMAS)[OutcomeEvent['type']][]],
);

const isKnown = (type: string): type is OutcomeEvent['type'] => Object.hasOwn(SCHEMAS, type);

export type EventRow = { conversationId: string; type: string; at: number; body: string };

/**
 * The stored row as an event; null for a type that this version does not know, which is how rows of a newer one look during a
 * deploy. Throws for a known type in another shape.
 */
export function parseEventRow(row: EventRow): CohortEvent | null {
  if (!isKnown(row.type)) return null;
  const event: OutcomeEvent = SCHEMAS[row.type].parse(JSON.parse(row.body));
  return {
    conversationId: conversationId.parse(row.conversationId) as ConversationId,
    at: epochMs.parse(row.at),
    event,
  };
}

/** Parses rows. What cannot be read is counted and left out: append-only means that nobody could mend it, and one row must not hide a year. */
export function parseEventRows(rows: readonly EventRow[]): { events: CohortEvent[]; unreadable: number } {
  const events: CohortEvent[] = [];
  let unreadable = 0;
  for (const row of rows) {
    try {
      const event = parseEventRow(row);
      if (event !== null) events.push(event);
    } catch {
      unreadable += 1;
    }
  }
  return { events, unreadable };
}
