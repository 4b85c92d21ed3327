import { z } from 'zod';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import { RANK_ORDERS } from '#domain/priority/rank.ts';
import { presence, rankTerm } from './agent.ts';
import { ack, nack, upHeader } from './common.ts';
import { incident } from './incidents.ts';
import { agentId, epochMs, escalationId } from './primitives.ts';

export const queueEntryView = z.object({
  escalationId: z.string(),
  conversationId: z.string(),
  ticketNumber: z.string(),
  hop: z.number().int(),
  subject: z.string(),
  visitorName: z.string().nullable(),
  company: z.string().nullable(),
  tier: z.string().nullable(),
  area: z.string().nullable(),
  class: z.literal([0, 1]),
  state: z.enum(['queued', 'reserved', 'assigned']),
  /** Who is offered it or has it. */
  agent: z.object({ id: z.string(), name: z.string() }).nullable(),
  rank: z.array(rankTerm),
  /** As it counts in the order: one worse where a promise is broken. */
  severity: z.enum(SEVERITIES),
  /** Those of the sum that the path or a supervisor gave: in strict order they count as age, and nothing else of it counts. */
  raises: z.array(rankTerm),
  skills: z.array(z.string()),
  /** Who may take it now, after relaxing and the path; empty is anybody. */
  needs: z.string(),
  because: z.array(z.string()),
  queuedAt: epochMs,
  dueAt: epochMs,
  /** When the first promise that is owed breaks, or broke; null is that none is. Beside the rank's own due time. */
  promiseDueAt: epochMs.nullable(),
});
export type QueueEntryView = z.infer<typeof queueEntryView>;

const entryRef = { escalationId, hop: z.number().int().min(1).max(100) };

/** Console → QueueObject. */
export const queueUp = z.discriminatedUnion('type', [
  z.strictObject({ ...upHeader, type: z.literal('hello'), protocol: z.number().int() }),
  /** A supervisor's, all of them. Positive minutes move forward. */
  z.strictObject({
    ...upHeader,
    type: z.literal('entry.adjust'),
    ...entryRef,
    minutes: z.number().int().min(-1440).max(1440),
  }),
  z.strictObject({ ...upHeader, type: z.literal('entry.assign'), ...entryRef, agentId }),
  z.strictObject({ ...upHeader, type: z.literal('entry.take_back'), ...entryRef }),
  z.strictObject({ ...upHeader, type: z.literal('queue.close') }),
  z.strictObject({ ...upHeader, type: z.literal('queue.open') }),
]);
export type QueueUp = z.infer<typeof queueUp>;

/** QueueObject → console: the whole, ordered by rank; `version` counts up, an older one is dropped. */
export const queueDown = z.discriminatedUnion('type', [
  ack,
  nack,
  z.object({
    type: z.literal('queue'),
    protocol: z.number().int(),
    version: z.number().int(),
    queue: z.object({ id: z.string(), name: z.string(), tier: z.number().int() }),
    order: z.enum(RANK_ORDERS),
    /** The first 200 who wait in rank order, then what is offered, then what is in hands, at most 100 each; the counts are true. */
    entries: z.array(queueEntryView),
    waiting: z.number().int(),
    offered: z.number().int(),
    inHands: z.number().int(),
    /** Closed for newcomers; what waits is served. */
    closed: z.object({ by: z.string(), at: epochMs }).nullable(),
    isFull: z.boolean(),
    /** What is broken just now, anywhere in the workspace. */
    incidents: z.array(incident),
    agents: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        presence,
        load: z.number().int(),
        capacity: z.number().int(),
        /** Why they cannot be offered one more piece of this queue now, as the rest of a sentence about them; null when they can. */
        why: z.string().nullable(),
      }),
    ),
  }),
]);
export type QueueDown = z.infer<typeof queueDown>;
