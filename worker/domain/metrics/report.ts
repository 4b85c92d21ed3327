import { unreachable } from '#domain/result.ts';
import type { ConversationFacts, Span } from './facts.ts';
import { type MovesRow, reportMoves } from './moves.ts';
import { type MetricsRow, Tally } from './tally.ts';
import { utcDay, utcDays, type Window } from './window.ts';

export const GROUPINGS = ['queue', 'topic', 'area'] as const;
export type Grouping = (typeof GROUPINGS)[number];

export type MetricsReport = Window & {
  by: Grouping;
  total: MetricsRow;
  groups: MetricsRow[];
  days: MetricsRow[];
  moves: MovesRow[];
};

/**
 * [N9] Reports a cohort: the conversations that began in the window, and whatever became of them, also later. So a rate's two
 * numbers are of the same conversations, and a day's numbers still move while its conversations are open.
 *
 * By topic and by product area every conversation is in exactly one group, and groups add up to the total. By queue the rate is
 * the share of *all* conversations that reached that queue, and each queue is measured from where it took over; an escalation that
 * moved on is in every queue that it reached, so queues need not add up.
 *
 * Groups: most escalations first, then most conversations, then by name. Days: one row per UTC day on which conversations began.
 */
export function reportMetrics(facts: readonly ConversationFacts[], window: Window, by: Grouping): MetricsReport {
  const total = new Tally();
  const groups = new Map<string, Tally>();
  const days = new Map(utcDays(window).map((day) => [day, new Tally()]));
  for (const one of facts) {
    total.add(one.startedAt, one.escalations);
    days.get(utcDay(one.startedAt))?.add(one.startedAt, one.escalations);
    for (const [key, spans] of partsOf(one, by)) tallyOf(groups, key).add(one.startedAt, spans);
  }
  return {
    ...window,
    by,
    total: total.row('total'),
    groups: [...groups]
      .map(([key, tally]) => tally.row(key, by === 'queue' ? facts.length : undefined))
      .sort((a, b) => b.escalations - a.escalations || b.conversations - a.conversations || (a.key < b.key ? -1 : 1)),
    days: [...days].map(([day, tally]) => tally.row(day)),
    moves: reportMoves(facts),
  };
}

/** Which groups a conversation is in, each with what of its escalations belongs there. */
function partsOf(facts: ConversationFacts, by: Grouping): Map<string, readonly Span[]> {
  switch (by) {
    case 'topic':
      return new Map([[facts.topic ?? '', facts.escalations]]);
    case 'area':
      return new Map([[facts.area ?? '', facts.escalations]]);
    case 'queue': {
      const parts = new Map<string, Span[]>();
      for (const { byQueue } of facts.escalations) {
        for (const [queue, span] of byQueue) {
          const known = parts.get(queue);
          if (known === undefined) parts.set(queue, [span]);
          else known.push(span);
        }
      }
      return parts;
    }
    default:
      return unreachable(by);
  }
}

function tallyOf(groups: Map<string, Tally>, key: string): Tally {
  const known = groups.get(key) ?? new Tally();
  groups.set(key, known);
  return known;
}
