import { z } from 'zod';

/** What a host says of the account that somebody belongs to: in their identity token, and between tokens by the API. */
export const hostAccount = {
  name: z.string().max(200).optional(),
  tier: z.enum(['free', 'pro', 'enterprise']).optional(),
  contractValue: z.number().min(0).optional(),
  health: z.enum(['healthy', 'at_risk']).optional(),
  /** A day, or a moment with its offset. */
  renewalAt: z.union([z.iso.date(), z.iso.datetime({ offset: true })]).optional(),
  openDispute: z.boolean().optional(),
};

/** [P10] All that is known now: what is left out is no longer so. */
export const accountTold = z.strictObject({ account: z.strictObject(hostAccount) });

export const accountToldAnswer = z.object({
  visitorId: z.string(),
  /** The conversation that has been told; null where they never wrote. */
  conversationId: z.string().nullable(),
});
