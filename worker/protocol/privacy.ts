import { z } from 'zod';
import { CAPTURE_MODES } from '#domain/conversation/sharing.ts';
import { MAX_KEPT_DAYS } from '#domain/privacy/kept.ts';

/** Whole days; null is until somebody deletes or erases it. */
export const keptDays = z.number().int().min(1).max(MAX_KEPT_DAYS).nullable();

const kept = {
  /** Days after its last second, once the conversation is over; null is until somebody deletes it. Never longer than its conversation. */
  recordingDays: keptDays,
  /** Days after its last word, once nobody waits or works in it; the visitor goes with their last one, when they were not seen for as long. Null is until somebody erases them. */
  conversationDays: keptDays,
};

/** What a workspace records and how long it keeps it. */
export const privacySettings = z.object({ capture: z.enum(CAPTURE_MODES), ...kept });
export type PrivacySettings = z.infer<typeof privacySettings>;

/** `PUT /v1/privacy`: as it shall be, and as it was when that was decided. */
export const privacyChange = privacySettings.extend({ was: privacySettings });

/** `POST /v1/privacy/preview` */
export const privacyPreviewed = z.object(kept);

/** [Y11] What is older than that by now. */
export const privacyPreview = z.object({
  recordings: z.number().int(),
  conversations: z.number().int(),
  people: z.number().int(),
});
export type PrivacyPreview = z.infer<typeof privacyPreview>;
