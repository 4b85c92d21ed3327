import { z } from 'zod';
import { AUDIT_DEEDS } from '#domain/queue/deed.ts';
import { epochMs } from './primitives.ts';

/** One thing that somebody did to a queue, to settings, or about an incident. */
export const auditEntry = z.object({
  id: z.string(),
  at: epochMs,
  by: z.string(),
  deed: z.enum(AUDIT_DEEDS),
  about: z.string(),
  /** What changed, in words; empty where the deed says all. */
  detail: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** `GET /v1/audit`: newest first; `before` in the query is the `at` of the last one that is known, for those further back. */
export const auditAnswer = z.object({ entries: z.array(auditEntry), more: z.boolean() });
export type AuditAnswer = z.infer<typeof auditAnswer>;
