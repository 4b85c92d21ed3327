import type { RankOrder, RankTerm } from '#domain/priority/rank.ts';
import type { QueuePreview } from '#protocol/queue-settings.ts';
import { addedUp, countingTerms, orderWords } from '../inbox/rank-order.ts';
import { plural } from '../wording.ts';

type PreviewEntry = QueuePreview['entries'][number];

/** Only so many of each order come with a preview; behind them a place has no number. */
const SHOWN = 50;

/** One who waits: from which place to which. */
export type PreviewRow = PreviewEntry & {
  from: string;
  to: string;
  move: 'up' | 'down' | 'same';
  /** "up 2", "down 1", "stays"; without a number where one of the places has none. */
  moveWords: string;
  sum: SumRow[];
  /** What the sum does not say of the order, as it is and as it would be. */
  ordered: { was: string | null; would: string | null };
  /** The minutes it should be answered within; null in strict order, where that places nobody. */
  within: { was: number | null; would: number | null };
  isDueChanged: boolean;
  isLineChanged: boolean;
};

/** A term of the rank as it is and as it would be; null where it does not count. */
export type SumRow = { label: string; was: number | null; would: number | null };

const placeText = (place: number | null): string => (place === null ? `after ${SHOWN}` : String(place));

/** Rows of the preview in the order that would be. */
export function previewRows({ entries, order }: QueuePreview): PreviewRow[] {
  return entries.map((entry) => {
    const { before, after, was } = entry;
    const now = { ...entry, order: order.was };
    const then = { ...entry, order: order.would };
    const by = before === null || after === null ? null : before - after;
    const move =
      before === after
        ? 'same'
        : (before ?? Number.POSITIVE_INFINITY) > (after ?? Number.POSITIVE_INFINITY)
          ? 'up'
          : 'down';
    return {
      ...entry,
      from: placeText(before),
      to: placeText(after),
      move,
      moveWords: move === 'same' ? 'stays' : by === null ? move : `${move} ${Math.abs(by)}`,
      sum: sumRows(countingTerms(was.rank, now), countingTerms(entry.rank, then)),
      ordered: { was: orderWords(now), would: orderWords(then) },
      within: { was: within(was.rank, order.was), would: within(entry.rank, order.would) },
      isDueChanged: was.dueAt !== entry.dueAt,
      isLineChanged: was.needs !== entry.needs,
    };
  });
}

const within = (terms: readonly RankTerm[], order: RankOrder): number | null =>
  order === 'strict' ? null : terms.reduce((sum, { minutes }) => sum + minutes, 0);

/** Both sums beside each other: first what is in the present one, in its order, then what would be new. */
export function sumRows(was: readonly RankTerm[], would: readonly RankTerm[]): SumRow[] {
  const left = addedUp(would);
  const take = (label: string): number | null => {
    const index = left.findIndex((term) => term.label === label);
    return index === -1 ? null : (left.splice(index, 1)[0]?.minutes ?? null);
  };
  const rows = addedUp(was).map(({ label, minutes }) => ({ label, was: minutes, would: take(label) }));
  return [...rows, ...left.map(({ label, minutes }) => ({ label, was: null, would: minutes }))];
}

/** What it comes to, in one sentence. */
export function previewSummary(
  preview: QueuePreview,
  { isChanged, isReadOnly = false }: { isChanged: boolean; isReadOnly?: boolean },
): string {
  const { waiting, moved } = preview;
  if (waiting === 0) return 'Nobody waits in this queue now.';
  const people = plural(waiting, 'person waits', 'people wait');
  if (isReadOnly) return `${people} now, in this order.`;
  if (!isChanged) return `${people} now. Change a setting to see what it does to their places.`;
  const rows = previewRows(preview);
  const others = [
    ...(rows.some(({ isDueChanged }) => isDueChanged) ? ['due times change'] : []),
    ...(rows.some(({ isLineChanged }) => isLineChanged) ? ['who may take it changes'] : []),
  ];
  if (moved > 0) {
    return `${moved} of ${waiting} who wait ${moved === 1 ? 'changes' : 'change'} places.`;
  }
  return others.length === 0
    ? `Nothing changes for the ${waiting === 1 ? 'one person' : `${waiting} people`} who wait${waiting === 1 ? 's' : ''} now.`
    : `Nobody changes places; ${others.join(' and ')}.`;
}

/** " The path would send 2 to Technical at once." and what agents would lose. Nothing where all stay. */
export function leavingWords(
  { leaving, takenBack }: Pick<QueuePreview, 'leaving' | 'takenBack'>,
  nameOf: (queueId: string) => string,
): string {
  const each = leaving.map(({ to, count }) => `${count} to ${nameOf(to)}`);
  const sent = each.length === 0 ? '' : ` The path would send ${each.join(' and ')} at once.`;
  return takenBack === 0
    ? sent
    : `${sent} ${plural(takenBack, 'conversation', 'conversations')} would be taken back from agents at once.`;
}
