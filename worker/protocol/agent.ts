import { z } from 'zod';
import { SLA_CLOCKS } from '#domain/sla/policy.ts';
import { ack, nack, upHeader } from './common.ts';
import { epochMs, line, queueId, reservationId, shortText } from './primitives.ts';

/** What an agent can set; `offline` is what the AgentObject finds out by itself. */
export const settablePresence = z.enum(['available', 'away']);
export const presence = z.enum(['available', 'away', 'offline']);
export type Presence = z.infer<typeof presence>;

export const rankTerm = z.object({ label: z.string(), minutes: z.number() });

/** An offer: work held for one agent until `expiresAt`. */
export const offer = z.object({
  reservationId,
  epoch: z.number().int(),
  queueId,
  queueName: shortText,
  escalationId: z.string(),
  conversationId: z.string(),
  ticketNumber: z.string(),
  subject: line,
  visitorName: z.string().nullable(),
  company: z.string().nullable(),
  tier: z.string().nullable(),
  area: z.string().nullable(),
  hop: z.number().int(),
  because: z.array(line),
  rank: z.array(rankTerm),
  queuedAt: epochMs,
  dueAt: epochMs,
  offeredAt: epochMs,
  expiresAt: epochMs,
});
export type Offer = z.infer<typeof offer>;

export const work = z.object({
  escalationId: z.string(),
  conversationId: z.string(),
  queueId: z.string(),
  queueName: z.string(),
  ticketNumber: z.string(),
  subject: z.string(),
  visitorName: z.string().nullable(),
  company: z.string().nullable(),
  since: epochMs,
});
export type Work = z.infer<typeof work>;

/** [K14] A promise that the agent answers for is nearly late, or late. */
export const notice = z.object({
  id: z.string(),
  what: z.enum(['warned', 'breached']),
  at: epochMs,
  metric: z.enum(SLA_CLOCKS),
  dueAt: epochMs.nullable(),
  escalationId: z.string(),
  conversationId: z.string(),
  ticketNumber: z.string(),
  subject: z.string(),
  queueName: z.string(),
});
export type Notice = z.infer<typeof notice>;

/** Agent's console → AgentObject. */
export const agentUp = z.discriminatedUnion('type', [
  z.strictObject({ ...upHeader, type: z.literal('hello'), protocol: z.number().int() }),
  z.strictObject({ ...upHeader, type: z.literal('presence.set'), presence: settablePresence }),
  z.strictObject({ ...upHeader, type: z.literal('offer.accept'), reservationId, epoch: z.number().int(), queueId }),
  z.strictObject({ ...upHeader, type: z.literal('offer.decline'), reservationId, epoch: z.number().int(), queueId }),
  z.strictObject({ ...upHeader, type: z.literal('wrap_up.done'), reservationId }),
  z.strictObject({ ...upHeader, type: z.literal('notice.seen'), notice: line }),
]);
export type AgentUp = z.infer<typeof agentUp>;

/** AgentObject → agent's console. State frames are whole: the last one received is the truth. */
export const agentDown = z.discriminatedUnion('type', [
  ack,
  nack,
  z.object({
    type: z.literal('state'),
    protocol: z.number().int(),
    agent: z.object({ id: z.string(), name: z.string() }),
    presence,
    /** Why presence changed by itself, such as `An offer went unanswered`. */
    presenceBecause: z.string().nullable(),
    load: z.number().int(),
    capacity: z.number().int(),
    offers: z.array(offer),
    work: z.array(work),
    /** Finished work whose slot is still in use for notes. */
    wrapping: z.array(
      z.object({ reservationId: z.string(), ticketNumber: z.string(), subject: z.string(), endsAt: epochMs }),
    ),
  }),
  /** All of them: the last one received is the truth. */
  z.object({ type: z.literal('notices'), notices: z.array(notice) }),
  z.object({
    type: z.literal('offer.withdrawn'),
    reservationId: z.string(),
    because: z.enum(['expired', 'taken', 'cancelled', 'unfit', 'withdrawn']),
  }),
]);
export type AgentDown = z.infer<typeof agentDown>;
