import { hurried } from '#domain/priority/rank.ts';
import { previewOf } from '#domain/queue/preview.ts';
import type { QueueConfig, QueueEntry } from '#domain/queue/queue.ts';
import { mayTake, parseSkills } from '#domain/routing/skill.ts';
import type { AgentPreview } from '#protocol/agent-settings.ts';
import type { QueuePreview } from '#protocol/queue-settings.ts';
import type { SqlQueueStore } from './queue-store.ts';

/** So many of each order a preview shows. */
const PREVIEWED = 50;

/** [Q11] What other settings would do to the line, first fifty of both orders. Changes nothing. */
export function previewSettings(view: SqlQueueStore, config: QueueConfig, at: number): QueuePreview {
  const now = [...view.waiting()];
  const placeNow = new Map(now.map((entry, index) => [entry.seq, index + 1]));
  const { line, leaving, takenBack } = previewOf(view.open(), view.agents(), {
    before: view.config,
    after: config,
    now: at,
  });
  const places = line.map((one, index) => ({ ...one, before: placeNow.get(one.was.seq) ?? null, after: index + 1 }));
  const shown = (place: number | null) => (place !== null && place <= PREVIEWED ? place : null);
  return {
    waiting: now.length,
    leaving: [...leaving].map(([to, count]) => ({ to, count })),
    takenBack,
    moved: places.filter(({ before, after }) => before !== null && before !== after).length,
    order: { was: view.config.order, would: config.order },
    entries: places
      .filter(({ before, after }) => shown(before) !== null || shown(after) !== null)
      .map(({ was, entry, before, after }) => ({
        ticketNumber: entry.ticketNumber,
        subject: entry.subject,
        before: shown(before),
        after: shown(after),
        dueAt: entry.dueAt,
        rank: entry.terms,
        class: entry.class,
        severity: hurried(entry.facts),
        raises: entry.raises,
        needs: entry.needsKey,
        was: { dueAt: was.dueAt, rank: was.terms, needs: was.needsKey },
      })),
  };
}

/** What another set of skills changes in one queue; who it is about is said by whoever asked. */
export type AgentInQueuePreview = Omit<AgentPreview['queues'][number], 'id' | 'name'>;

/** [A7] Whom of those who wait an agent with these skills could be offered besides, and whom no longer; null is one who does not serve this queue. */
export function previewSkills(
  view: SqlQueueStore,
  was: readonly string[] | null,
  would: readonly string[] | null,
): AgentInQueuePreview {
  const [before, after] = [was, would].map((skills) => (skills === null ? null : parseSkills(skills)));
  const may = (skills: typeof before, { needsKey }: QueueEntry) => skills != null && mayTake(skills, needsKey);
  const [gained, lost]: [QueueEntry[], QueueEntry[]] = [[], []];
  for (const entry of view.waiting()) {
    if (may(before, entry) === may(after, entry)) continue;
    (may(after, entry) ? gained : lost).push(entry);
  }
  const said = (entries: QueueEntry[]) => ({
    count: entries.length,
    first: entries
      .slice(0, PREVIEWED)
      .map(({ ticketNumber, subject, needsKey }) => ({ ticketNumber, subject, needs: needsKey })),
  });
  return { waiting: view.waitingCount(), gained: said(gained), lost: said(lost) };
}
