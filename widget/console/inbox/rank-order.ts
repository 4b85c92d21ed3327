import type { RankOrder, RankTerm } from '#domain/priority/rank.ts';
import type { QueueEntryView } from '#protocol/queue.ts';
import type { QueueView } from './queue-feed.ts';

/** What places an entry in its queue. In strict order the sum of minutes does not, save for the raises. */
export type Standing = { order: RankOrder } & Pick<QueueEntryView, 'class' | 'severity' | 'raises'>;

/** An entry of a queue in sight, and what places it there. */
export type InLine = { entry: QueueEntryView; standing: Standing };

type EntryRef = Pick<QueueEntryView, 'escalationId' | 'hop'>;

/** Of an offer, as its queue shows it. Null before the queue is here, and where it is longer than what is sent of it. */
export function standingOf({ escalationId, hop }: EntryRef, view: QueueView | null | undefined): Standing | null {
  const entry = view?.entries.find((one) => one.escalationId === escalationId && one.hop === hop);
  return view == null || entry === undefined ? null : { ...entry, order: view.order };
}

/** Work that waits, as the queue ranks it this moment; null where no queue in sight has it. */
export function inLineOf(conversationId: string, views: readonly (QueueView | null)[]): InLine | null {
  for (const view of views) {
    const entry = view?.entries.find((one) => one.conversationId === conversationId && one.state !== 'assigned');
    if (view != null && entry !== undefined) return { entry, standing: { ...entry, order: view.order } };
  }
  return null;
}

/** What the sum does not say of the order; null where it says everything. */
export function orderWords({ order, class: rankClass, severity, raises }: Standing, isTaken = false): string | null {
  const given = raises.length > 0 ? `; minutes given ${isTaken ? 'counted' : 'count'} as age` : '';
  const sentences = [
    ...(rankClass === 0 ? [`Critical: ${isTaken ? 'went' : 'goes'} before all other work.`] : []),
    ...(order === 'strict'
      ? [`${isTaken ? 'Was ordered' : 'Ordered'} by severity (${severity}), then by age${given}.`]
      : []),
  ];
  return sentences.length === 0 ? null : sentences.join(' ');
}

/** Only the terms that place it. */
export const countingTerms = (terms: readonly RankTerm[], standing: Standing | null): readonly RankTerm[] =>
  standing?.order === 'strict' ? standing.raises : terms;

/** Terms of one label are one row, where the first of them stands: somebody may have moved it many times. */
export function addedUp(terms: readonly RankTerm[]): RankTerm[] {
  const rows = new Map<string, RankTerm>();
  for (const { label, minutes } of terms)
    rows.set(label, { label, minutes: minutes + (rows.get(label)?.minutes ?? 0) });
  return [...rows.values()];
}
