import { z } from 'zod';
import { conversationId, epochMs, queueId } from './primitives.ts';
import { queueEntryView } from './queue.ts';

/** `POST /v1/conversations/find`: a ticket's number, the visitor's name, address or id, their company, or words of the subject. */
export const findWanted = z.strictObject({ words: z.string().trim().min(1, 'must not be empty').max(200) });

export const foundConversation = z.object({
  conversationId,
  /** 1042 of BTN-1042. */
  number: z.number().int(),
  subject: z.string(),
  visitorName: z.string().nullable(),
  company: z.string().nullable(),
  status: z.enum(['open', 'waiting', 'resolved']),
  /** When something last happened. */
  at: epochMs,
  /** Where it stands, of what waits or is in hands (`place` is null): of the first five, and null where the queue does not say. */
  line: z.object({ queueId, place: z.number().int().min(1).nullable(), entry: queueEntryView }).nullable(),
});
export type FoundConversation = z.infer<typeof foundConversation>;

/** Newest first; `hasMore` is that there are others, which fewer words do not tell apart. */
export const findAnswer = z.object({ found: z.array(foundConversation), hasMore: z.boolean() });
export type FindAnswer = z.infer<typeof findAnswer>;
