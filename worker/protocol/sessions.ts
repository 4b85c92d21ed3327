import { z } from 'zod';

/** How many sessions were ended that would have gone on. */
export const endedSessions = z.object({ ended: z.number().int().nonnegative() });
export type EndedSessions = z.infer<typeof endedSessions>;
