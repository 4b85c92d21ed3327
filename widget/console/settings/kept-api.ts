import type { KeptDays } from '#domain/privacy/kept.ts';
import type { PrivacyPreview } from '#protocol/privacy.ts';
import { type Answer, call } from '../api.ts';

/** [Y11] What is older than that by now. */
export const previewKept = ({ recordingDays, conversationDays }: KeptDays): Promise<Answer<PrivacyPreview>> =>
  call('/v1/privacy/preview', { method: 'POST', body: { recordingDays, conversationDays } });
