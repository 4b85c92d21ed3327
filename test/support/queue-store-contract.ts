import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { QueueConfig, QueueEntry, QueueStore } from '#domain/queue/queue.ts';
import { underSettings } from '#domain/queue/ranked.ts';
import { agentId, escalationId, MINUTE, NOW, someFacts, someWork } from './builders.ts';
import { AGENTS, type HistoryStep, HOPS, someHistories, WORKS } from './queue-histories.ts';

/** Decides and applies; answers with the refusal's reason, or null. */
export function run(store: QueueStore, command: QueueCommand, now: number): string | null {
  const decision = decideQueue(store, command, now);
  if (!decision.ok) return decision.reason;
  for (const event of decision.events) store.apply(event);
  return null;
}

/** How a store is brought to other settings; what is answered is the store from then on. */
export type BringTo<S extends QueueStore> = (store: S, to: QueueConfig) => S;

/** [Q11] Everything that is not over, under the other settings. */
export const bringMemoryTo: BringTo<MemoryQueueStore> = (store, to) => {
  const before = store.config;
  store.config = to;
  for (const n of WORKS) {
    for (const hop of HOPS) {
      const entry = store.entry(escalationId(n), hop);
      if (entry === null || entry.state === 'closed') continue;
      store.apply({ type: 'entry_put', entry: underSettings(entry, to, before), because: 'reranked' });
    }
  }
  return store;
};

/** One step of a history, in any store. */
export function take<S extends QueueStore>(
  store: S,
  { command, now }: HistoryStep,
  bringTo: BringTo<S>,
): { store: S; refusal: string | null } {
  if (command.type === 'configure') return { store: bringTo(store, command.to), refusal: null };
  return { store, refusal: run(store, command, now) };
}

/** Everything a store can be asked, as plain data. */
export function snapshot(store: QueueStore, now: number): unknown {
  const entries: (QueueEntry | null)[] = [];
  for (const n of WORKS) for (const hop of HOPS) entries.push(store.entry(escalationId(n), hop));
  return {
    entries,
    waiting: [...store.waiting()].map(({ escalationId: id }) => id),
    reserved: [...store.reserved()],
    agents: [...store.agents()],
    held: AGENTS.map((name) => [...store.heldBy(agentId(name))]),
    records: AGENTS.map((name) => store.record(agentId(name))),
    lines: [...store.needsKeys()].sort().map((key) => [key, [...store.waitingWith(key)].map(({ seq }) => seq)]),
    served: [...store.waiting('offered')].map(({ escalationId: id }) => id),
    servedLines: [...store.needsKeys()]
      .sort()
      .map((key) => [...store.waitingWith(key, 'offered')].map(({ seq }) => seq)),
    skipping: [...store.needsKeys()].sort().map((key) => [...store.skipping(key)].map(({ escalationId: id }) => id)),
    due: [...store.dueBy(now)].map(({ escalationId: id }) => id),
    count: store.waitingCount(),
    closure: store.closure(),
    nextSeq: store.nextSeq(),
    wakeAt: store.nextWakeAt(),
  };
}

export type ContractCase = { title: string; check<S extends QueueStore>(under: StoreUnder<S>): void };
export type StoreUnder<S extends QueueStore> = {
  fresh: (config?: QueueConfig) => S;
  bringTo: BringTo<S>;
  expect: Expect;
};
type Expect = (actual: unknown) => { toEqual(expected: unknown): void };

/** What every store of a queue must do; `check` gets a maker of empty ones. */
export const QUEUE_STORE_CONTRACT: ContractCase[] = [
  {
    title: '[Q1] hands out the waiting in order of class, due time and arrival',
    check({ fresh, expect }) {
      const store = fresh();
      const enqueue = (n: number, cls: 0 | 1, tier: 'enterprise' | 'free', minute: number) =>
        run(
          store,
          {
            type: 'enqueue',
            work: someWork(n),
            class: cls,
            facts: someFacts({ tier }),
            queuedAt: NOW + minute * MINUTE,
            preferred: null,
          },
          NOW,
        );
      enqueue(1, 1, 'free', 0);
      enqueue(2, 1, 'enterprise', 5);
      enqueue(3, 0, 'free', 9);
      enqueue(4, 1, 'enterprise', 5);
      expect([...store.waiting()].map(({ ticketNumber }) => ticketNumber)).toEqual([
        'BTN-1003',
        'BTN-1002',
        'BTN-1004',
        'BTN-1001',
      ]);
    },
  },
  {
    title: 'finds more entries than one page holds, each once',
    check({ fresh, expect }) {
      const store = fresh();
      for (let n = 1; n <= 75; n += 1)
        run(
          store,
          { type: 'enqueue', work: someWork(n), class: 1, facts: someFacts(), queuedAt: NOW + n, preferred: null },
          NOW,
        );
      expect([...store.waiting()].map(({ seq }) => seq)).toEqual(Array.from({ length: 75 }, (_, index) => index + 1));
    },
  },
  {
    title: 'does whatever the memory store does, step by step, over 40 histories',
    check({ fresh, bringTo, expect }) {
      for (const { settings, steps } of someHistories(40, 1)) {
        let store = fresh(settings);
        const reference = new MemoryQueueStore(settings);
        for (const step of steps) {
          const taken = take(store, step, bringTo);
          store = taken.store;
          expect(taken.refusal).toEqual(take(reference, step, bringMemoryTo).refusal);
          expect(snapshot(store, step.now)).toEqual(snapshot(reference, step.now));
        }
      }
    },
  },
];
