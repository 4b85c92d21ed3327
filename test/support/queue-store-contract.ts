import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { QueueConfig, QueueEntry, QueueStore } from '#domain/queue/queue.ts';
import { agentId, escalationId, MINUTE, NOW, someFacts, someWork } from './builders.ts';
import { AGENTS, HOPS, someHistories, WORKS } from './queue-histories.ts';

/** Decides and applies; answers with the refusal's reason, or null. */
export function run(store: QueueStore, command: QueueCommand, now: number): string | null {
  const decision = decideQueue(store, command, now);
  if (!decision.ok) return decision.reason;
  for (const event of decision.events) store.apply(event);
  return null;
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
    skipping: [...store.skipping()].map(({ escalationId: id }) => id),
    due: [...store.dueBy(now)].map(({ escalationId: id }) => id),
    count: store.waitingCount(),
    closure: store.closure(),
    nextSeq: store.nextSeq(),
    wakeAt: store.nextWakeAt(),
  };
}

export type ContractCase = { title: string; check(fresh: (config?: QueueConfig) => QueueStore, expect: Expect): void };
type Expect = (actual: unknown) => { toEqual(expected: unknown): void };

/** What every store of a queue must do; `check` gets a maker of empty ones. */
export const QUEUE_STORE_CONTRACT: ContractCase[] = [
  {
    title: '[Q1] hands out the waiting in order of class, due time and arrival',
    check(fresh, expect) {
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
    check(fresh, expect) {
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
    check(fresh, expect) {
      for (const { settings, steps } of someHistories(40, 1)) {
        const store = fresh(settings);
        const reference = new MemoryQueueStore(settings);
        for (const { command, now } of steps) {
          expect(run(store, command, now)).toEqual(run(reference, command, now));
          expect(snapshot(store, now)).toEqual(snapshot(reference, now));
        }
      }
    },
  },
];
