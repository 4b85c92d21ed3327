import type { EpochMs } from '#domain/ids.ts';
import { type Rank, type RankFacts, type RankTerm, rankEntry, sortAtOf, wholeMs } from '#domain/priority/rank.ts';
import { incidentAt } from './incident.ts';
import { needsKeyOf, relaxedBy, sameWayOn } from './path.ts';
import type { QueueConfig, QueueEntry } from './queue.ts';

export type Open = Exclude<QueueEntry, { state: 'closed' }>;

const minutesOf = (raises: readonly RankTerm[]): number => raises.reduce((sum, { minutes }) => sum + minutes, 0);

/** A rank in this queue: by its rules, and by the incidents that run now, which no entry keeps. */
export const rankIn = (
  { rank, incidents }: Pick<QueueConfig, 'rank' | 'incidents'>,
  facts: RankFacts,
  queuedAt: EpochMs,
  raises: readonly RankTerm[],
): Rank =>
  rankEntry({ ...facts, incident: facts.incident ?? incidentAt(facts.area, incidents) }, rank, queuedAt, raises);

/** The entry with its rank as its facts, its raises and the incidents that run give it. */
export function ranked<E extends Open>(entry: E, config: QueueConfig): E {
  const { dueAt, terms } = rankIn(config, entry.facts, entry.queuedAt, entry.raises);
  return {
    ...entry,
    dueAt,
    terms,
    sortAt: sortAtOf(config.order, entry.facts, entry.queuedAt + wholeMs(minutesOf(entry.raises)), dueAt),
  };
}

/** [Q11] The entry as other settings would have it: its rank, its line, and its place on the path. What a preview shows, and what a change does. */
export function underSettings<E extends Open>(entry: E, config: QueueConfig, before: QueueConfig): E {
  const stepsTaken = sameWayOn(entry.stepsTaken, before.path, config.path);
  const relaxed = relaxedBy(entry.skills, entry.relaxed, config.path, stepsTaken);
  return {
    ...ranked(entry, config),
    stepsTaken,
    relaxed,
    needsKey: needsKeyOf(entry.skills, relaxed, config.path, stepsTaken),
  };
}
