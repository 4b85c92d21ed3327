import { KEPT_DAYS, type KeptDays, MAX_KEPT_DAYS, recordingsKeptFor } from '#domain/privacy/kept.ts';
import type { PrivacyPreview } from '#protocol/privacy.ts';
import { plural } from '../wording.ts';

/** What was typed as days: null (nothing typed) is for good, undefined is that it is wrong. */
export function daysTyped(text: string): number | null | undefined {
  const typed = text.trim();
  if (typed === '') return null;
  return /^\d{1,5}$/.test(typed) && Number(typed) >= 1 && Number(typed) <= MAX_KEPT_DAYS ? Number(typed) : undefined;
}

export const WRONG_DAYS = `Write whole days, from 1 to ${MAX_KEPT_DAYS.toLocaleString('en')}, or leave it empty.`;

const days = (count: number): string => plural(count, 'day');

/** [Y10] Said beside the fields where one number takes the other along; null where it does not. */
export function goesAlong({ recordingDays, conversationDays }: KeptDays): string | null {
  if (conversationDays === null || (recordingDays !== null && recordingDays <= conversationDays)) return null;
  return `Recordings go with their conversation: none is kept longer than ${days(conversationDays)}.`;
}

/** [Y11] What is kept, and for how long. Times that are the same for everybody are those by which it is deleted. */
export function keptRows(kept: KeptDays): { what: string; kept: string }[] {
  const { conversationDays } = kept;
  const recordings = recordingsKeptFor(kept);
  return [
    {
      what: 'Conversations: messages, notes, steps on the page, what was handed over',
      kept: conversationDays === null ? 'until the person is erased' : `${days(conversationDays)} after the last word`,
    },
    {
      what: 'Recordings',
      kept:
        recordings === null
          ? 'until somebody deletes them'
          : kept.recordingDays === recordings
            ? `${days(recordings)} after their last second`
            : 'as long as their conversation',
    },
    {
      what: 'People: name, address, your id, account',
      kept:
        conversationDays === null
          ? 'until they are erased'
          : `${days(conversationDays)} after they were last seen, once they have no conversation`,
    },
    {
      what: 'Facts that the policy was asked about',
      kept: `${days(KEPT_DAYS.evaluations)}, and no longer than their conversation`,
    },
    { what: 'What agents were told of late promises', kept: `${days(KEPT_DAYS.notices)} after they are over` },
    { what: 'Exports of a person', kept: days(KEPT_DAYS.exports) },
    { what: 'What webhooks were told: ids and times', kept: days(KEPT_DAYS.deliveries) },
    { what: 'Numbers for metrics', kept: 'for good; of nobody, once their conversation has gone' },
    { what: 'The log of what agents changed', kept: 'for good; nothing in it was written by visitors' },
  ];
}

/** [Y11] What saving would delete, one line each; empty where nothing is so old. */
export function doomedWords({ conversations, people, recordings }: PrivacyPreview, kept: KeptDays): string[] {
  const are = (count: number) => (count === 1 ? 'is' : 'are');
  const { conversationDays, recordingDays } = kept;
  return [
    ...(conversations === 0 || conversationDays === null
      ? []
      : [
          `${plural(conversations, 'conversation')} ${are(conversations)} older than ${days(conversationDays)} and will be deleted, with everything that was said, noted and handed over.`,
        ]),
    ...(people === 0 || conversationDays === null
      ? []
      : [
          `${plural(people, 'person', 'people')} without a conversation that stays, and not seen for ${days(conversationDays)}, will be forgotten: name, address, your id and account.`,
        ]),
    ...(recordings === 0
      ? []
      : [
          `${plural(recordings, 'recording')} will be deleted, ${conversations === 0 && recordingDays !== null ? `older than ${days(recordingDays)}` : 'alone or with their conversations'}.`,
        ]),
  ];
}
