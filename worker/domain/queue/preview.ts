import type { EpochMs, QueueId } from '#domain/ids.ts';
import { decideQueue } from './decide.ts';
import { MemoryQueueStore } from './memory-store.ts';
import type { AgentMirror, QueueConfig, QueuedEntry } from './queue.ts';
import { type Open, underSettings } from './ranked.ts';

export type Preview = {
  /** Who waits then, in the new order; `was` is the same entry as it is now, which may be with an agent. */
  line: { was: Open; entry: QueuedEntry }[];
  /** Whom the path sends on at once, by queue. */
  leaving: ReadonlyMap<QueueId, number>;
  /** Taken back at once from agents who have been silent or away for too long by these settings. */
  takenBack: number;
};

/** Were a tick to find something to do for ever, this would be a fault of ours; it must not hold the queue. */
const MAX_TICKS = 10_000;

/**
 * [Q11] What saving these settings does to what is here, by doing it to a copy: everything is ranked and lined up anew, then the clock does
 * what is due by them. Offers that it would make are not in it: those hang on what the agents' other queues do.
 */
export function previewOf(
  open: Iterable<Open>,
  agents: Iterable<AgentMirror>,
  { before, after, now }: { before: QueueConfig; after: QueueConfig; now: EpochMs },
): Preview {
  const store = new MemoryQueueStore(after);
  const known = new Map<string, Open>();
  for (const agent of agents) store.apply({ type: 'agent_put', agent });
  for (const was of open) {
    known.set(keyOf(was), was);
    store.apply({ type: 'entry_put', entry: underSettings(was, after, before), because: 'reranked' });
  }
  const leaves = new Map<string, QueueId>();
  let takenBack = 0;
  for (let ticks = 0; ticks < MAX_TICKS; ticks += 1) {
    const decision = decideQueue(store, { type: 'tick' }, now);
    if (!decision.ok || decision.events.length === 0) break;
    for (const event of decision.events) {
      store.apply(event);
      if (event.type === 'overflowed' && !leaves.has(keyOf(event.entry))) leaves.set(keyOf(event.entry), event.to);
      if (event.type === 'entry_put' && event.because === 'taken_back') takenBack += 1;
    }
  }
  const leaving = new Map<QueueId, number>();
  for (const to of leaves.values()) leaving.set(to, (leaving.get(to) ?? 0) + 1);
  const line = store
    .waiting()
    .filter((entry) => !leaves.has(keyOf(entry)))
    .map((entry) => ({ was: known.get(keyOf(entry)) as Open, entry }));
  return { line, leaving, takenBack };
}

const keyOf = ({ escalationId, hop }: Open): string => `${escalationId}/${hop}`;
