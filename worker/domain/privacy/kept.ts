export const DAY_MS = 86_400_000;

/** Days that are the same for every workspace. What deletes, the map and the page where admins read it have them from here. */
export const KEPT_DAYS = { evaluations: 30, exports: 7, deliveries: 30, notices: 7 } as const;

/** [X14] [Y10] A workspace says so many days at most; null is until somebody deletes or erases. */
export const MAX_KEPT_DAYS = 3650;

/** What a workspace says itself. */
export type KeptDays = { recordingDays: number | null; conversationDays: number | null };

/** When whatever is kept for so many days was too old; null where it is kept for good. */
export const keptSince = (days: number | null, now: number): number | null =>
  days === null ? null : now - days * DAY_MS;

/** [Y11] Something would be deleted that is kept as it is now. */
export const isShorter = (was: number | null, next: number | null): boolean =>
  next !== null && (was === null || next < was);

/** [Y10] How long a recording really is there: it goes with its conversation. */
export const recordingsKeptFor = ({ recordingDays, conversationDays }: KeptDays): number | null =>
  recordingDays === null || conversationDays === null
    ? (recordingDays ?? conversationDays)
    : Math.min(recordingDays, conversationDays);
