import { z } from 'zod';
import { epochMs } from './primitives.ts';

/** Of the row; it opens nothing, unlike the token. */
export const sessionId = z.string().regex(/^[A-Za-z0-9]{6,64}$/);

/** [S41] Somewhere that somebody is signed in. What its cookie holds is in no answer. */
export const sessionEntry = z.object({
  id: z.string(),
  begunAt: epochMs,
  /** To within ten minutes. */
  seenAt: epochMs,
  device: z.object({ browser: z.string().nullable(), system: z.string().nullable() }),
  /** Of the network that it was begun from; null is one that is not known. */
  address: z.string().nullable(),
  /** The one that asks. */
  isThis: z.boolean(),
});
export type SessionEntry = z.infer<typeof sessionEntry>;

/** `GET /v1/sessions`: those of whoever asks: this one, then as they were seen last. */
export const sessionsAnswer = z.object({
  sessions: z.array(sessionEntry),
  /** Null is never, since there is the account. */
  passwordChangedAt: epochMs.nullable(),
});
export type SessionsAnswer = z.infer<typeof sessionsAnswer>;

/** How many sessions were ended that would have gone on. */
export const endedSessions = z.object({ ended: z.number().int().nonnegative() });
export type EndedSessions = z.infer<typeof endedSessions>;
