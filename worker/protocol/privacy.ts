import { z } from 'zod';
import { CAPTURE_MODES } from '#domain/conversation/sharing.ts';

/** What a workspace records and how long it keeps it. */
export const privacySettings = z.object({
  capture: z.enum(CAPTURE_MODES),
  /** Days after its last second, once the conversation is over; null is until somebody deletes it. */
  recordingDays: z.number().int().min(1).max(3650).nullable(),
});
export type PrivacySettings = z.infer<typeof privacySettings>;

/** `PUT /v1/privacy`: as it shall be, and as it was when that was decided. */
export const privacyChange = privacySettings.extend({ was: privacySettings });
