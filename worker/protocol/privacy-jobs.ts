import { z } from 'zod';
import { epochMs, privacyJobId, visitorId } from './primitives.ts';

export const PRIVACY_JOB_KINDS = ['export', 'erasure'] as const;

/** `POST /v1/privacy/jobs`: about whom, by our id or by the host's. */
export const newPrivacyJob = z
  .strictObject({
    kind: z.enum(PRIVACY_JOB_KINDS),
    visitorId: visitorId.optional(),
    /** As in the identity token. */
    subject: z.string().min(1).max(200).optional(),
  })
  .refine(({ visitorId, subject }) => (visitorId === undefined) !== (subject === undefined), {
    error: 'say either visitorId or subject',
  });

const counts = z.record(z.string(), z.number().int().min(0));

/** Numbers by store, never content. */
export const privacyReceipt = z.object({ found: counts, left: counts, doneAt: epochMs });
export type PrivacyReceipt = z.infer<typeof privacyReceipt>;

export const privacyJob = z.object({
  id: privacyJobId,
  kind: z.enum(PRIVACY_JOB_KINDS),
  visitorId,
  askedBy: z.string(),
  askedAt: epochMs,
  /** What it is at, which of how many steps that is. */
  progress: z.object({ step: z.string(), n: z.number().int(), of: z.number().int() }),
  doneAt: epochMs.nullable(),
  receipt: privacyReceipt.nullable(),
});
export type PrivacyJob = z.infer<typeof privacyJob>;

export const privacyJobsAnswer = z.object({ jobs: z.array(privacyJob) });
