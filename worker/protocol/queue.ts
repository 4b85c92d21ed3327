import { z } from 'zod';
import { presence, rankTerm } from './agent.ts';
import { ack, nack, upHeader } from './common.ts';
import { epochMs } from './primitives.ts';

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
  class: z.union([z.literal(0), z.literal(1)]),
  state: z.enum(['queued', 'reserved', 'assigned']),
  /** Who is offered it or has it. */
  agent: z.object({ id: z.string(), name: z.string() }).nullable(),
  rank: z.array(rankTerm),
  skills: z.array(z.string()),
  because: z.array(z.string()),
  queuedAt: epochMs,
  dueAt: epochMs,
});
export type QueueEntryView = z.infer<typeof queueEntryView>;

/** Console → QueueObject. */
export const queueUp = z.discriminatedUnion('type', [
  z.strictObject({ ...upHeader, type: z.literal('hello'), protocol: z.number().int() }),
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
    queue: z.object({ id: z.string(), name: z.string() }),
    /** Waiting first in rank order, then reserved, then assigned; at most 200. `waiting` is the true count. */
    entries: z.array(queueEntryView),
    waiting: z.number().int(),
    agents: z.array(
      z.object({ id: z.string(), name: z.string(), presence, load: z.number().int(), capacity: z.number().int() }),
    ),
  }),
]);
export type QueueDown = z.infer<typeof queueDown>;
