import { z } from 'zod';
import { conversationId, epochMs, privacyJobId, visitorId } from './primitives.ts';

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

/** [Y9] `POST /v1/privacy/find`: whom a job would be about, by one of these. */
export const personWanted = z
  .strictObject({
    visitorId: visitorId.optional(),
    /** As in the identity token. */
    subject: z.string().min(1).max(200).optional(),
    conversationId: conversationId.optional(),
    /** Of a conversation: 1042 of BTN-1042. */
    number: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  })
  .refine((wanted) => Object.values(wanted).filter((one) => one !== undefined).length === 1, {
    error: 'say one of visitorId, subject, conversationId and number',
  });
export type PersonWanted = z.infer<typeof personWanted>;

/** [Y9] Enough to see that it is the right person. */
export const personFound = z.object({
  visitorId,
  /** The host's id; null is a visitor without a name of theirs. */
  subject: z.string().nullable(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  lastSeenAt: epochMs.nullable(),
  conversations: z.number().int(),
  /** Of them, those that are not resolved. */
  live: z.number().int(),
});
export type PersonFound = z.infer<typeof personFound>;

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
  /** [Y9] Tries since it last came on that ended in a fault or had to wait, and when the next is; null where it is done. */
  failures: z.number().int(),
  nextAt: epochMs.nullable(),
  doneAt: epochMs.nullable(),
  receipt: privacyReceipt.nullable(),
  /** Of an export that is done: so long it can be had; null where there is none, any more. */
  downloadUntil: epochMs.nullable(),
});
export type PrivacyJob = z.infer<typeof privacyJob>;

export const privacyJobsAnswer = z.object({ jobs: z.array(privacyJob) });
export type PrivacyJobsAnswer = z.infer<typeof privacyJobsAnswer>;
