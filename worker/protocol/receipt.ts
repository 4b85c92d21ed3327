import { z } from 'zod';
import { HIDDEN_KINDS } from '#domain/redaction/receipt.ts';

/** `GET /v1/recordings/:id/receipt` and `…/what-support-sees`: what is not in a recording, and by which rules. */
export const receiptAnswer = z.object({
  /** Hashes of the rules that it was redacted by; more than one where they changed meanwhile. */
  ruleSets: z.array(z.string()),
  hidden: z.partialRecord(z.enum(HIDDEN_KINDS), z.number().int()),
});
