import { decideQueue, type QueueCommand } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { PathStep } from '#domain/queue/path.ts';
import type { QueueConfig, QueueEntry, QueueStore } from '#domain/queue/queue.ts';
import { CHOICES } from '#domain/routing/choose-agent.ts';
import { agentId, anAgent, aQueue, escalationId, MINUTE, NOW, reservationId, someFacts, someWork } from './builders.ts';

/** Decides and applies; answers with the refusal's reason, or null. */
export function run(store: QueueStore, command: QueueCommand, now: number): string | null {
  const decision = decideQueue(store, command, now);
  if (!decision.ok) return decision.reason;
  for (const event of decision.events) store.apply(event);
  return null;
}

/** Small deterministic generator (mulberry32): a failing seed is a name for a test. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const AGENTS = ['maya', 'jonas', 'ines'];

/** Settings of every kind, by seed: what a history is played under. */
export function someSettings(seed: number): QueueConfig {
  const random = seeded(seed * 31 + 7);
  const maybe = <T>(value: T): T | null => (random() < 0.4 ? value : null);
  const steps: PathStep[] = [
    { afterMs: 20_000, do: 'raise', minutes: 7 },
    { afterMs: 40_000, skipWhenNobody: random() < 0.5, do: 'also_allow', skills: ['general'] },
    { afterMs: 90_000, do: 'overflow', to: 'que_other000' as never },
  ];
  return aQueue({
    order: random() < 0.2 ? 'strict' : 'due',
    choice: CHOICES[Math.floor(random() * CHOICES.length)] as QueueConfig['choice'],
    cooldownMs: random() < 0.5 ? 60_000 : 5_000,
    cost: random() < 0.8 ? 1 : 2,
    perAgentLimit: maybe(1),
    fairness: maybe({ count: 2, windowMs: 60_000 }),
    relaxAfterMs: [maybe(15_000), maybe(30_000), null],
    path: random() < 0.5 ? steps.slice(0, 1 + Math.floor(random() * 3)) : [],
    advanceOnLapse: random() < 0.3,
    silentMs: maybe(30_000),
    vanishedMs: maybe(20_000),
  });
}

/** A day in a queue: commands as they come in practice and as they should not. */
export function history(seed: number, length: number): { command: QueueCommand; now: number }[] {
  const random = seeded(seed);
  const pick = (n: number) => Math.floor(random() * n);
  let now = NOW;
  let version = 1;
  const made: ReturnType<typeof history> = [];
  for (let i = 0; i < length; i += 1) {
    now += pick(20_000);
    const n = 1 + pick(8);
    const agent = AGENTS[pick(3)] as string;
    const facts = someFacts({
      tier: (['free', 'pro', 'enterprise', null] as const)[pick(4)] ?? null,
      severity: (['low', 'normal', 'high', 'critical'] as const)[pick(4)] ?? 'normal',
      openDispute: random() < 0.2,
    });
    const epoch = 1 + pick(3);
    const held = reservationId(pick(i + 1));
    const commands: QueueCommand[] = [
      {
        type: 'enqueue',
        work: someWork(n, { skills: [[], [], ['api'], ['api>=2#3', 'lang-fr#1'], ['sql#0']][pick(5)] as string[] }),
        class: random() < 0.1 ? 0 : 1,
        facts,
        queuedAt: now,
        preferred: null,
        ...(i % 3 === 0 ? { reservationId: reservationId(i) } : {}),
      },
      { type: 'rerank', escalationId: escalationId(n), hop: 1, facts },
      {
        type: 'mirror_agent',
        agent: anAgent(agent, {
          version: version++,
          presence: (['available', 'available', 'available', 'away', 'offline'] as const)[pick(5)] ?? 'away',
          load: pick(3),
          skills: agent === 'jonas' ? ['api:3', 'lang-fr'] : agent === 'ines' ? ['sql'] : [],
          lastAssignedAt: now - pick(100_000),
        }),
      },
      { type: 'match', reservationId: reservationId(i), only: random() < 0.3 ? agentId(agent) : null },
      { type: 'match', reservationId: reservationId(i), only: null },
      { type: 'accept', reservationId: held, epoch, agentId: agentId(agent) },
      { type: 'decline', reservationId: held, epoch, agentId: agentId(agent) },
      { type: 'agent_refused', reservationId: held, epoch },
      { type: 'orphan', reservationId: held, epoch },
      { type: 'take_back', escalationId: escalationId(n), hop: 1 },
      { type: 'tick' },
      { type: 'answered', escalationId: escalationId(n), hop: 1 },
      { type: 'adjust', escalationId: escalationId(n), hop: 1, minutes: pick(20) - 5, by: 'Sam' },
      { type: 'set_closure', closure: random() < 0.5 ? null : { by: 'Sam', at: now } },
      {
        type: 'match',
        reservationId: reservationId(i),
        only: agentId(agent),
        entry: { escalationId: escalationId(n), hop: 1 },
      },
      { type: 'close', escalationId: escalationId(n), hop: 1, outcome: 'resolved' },
    ];
    made.push({ command: commands[pick(commands.length)] as QueueCommand, now });
  }
  return made;
}

/** Everything a store can be asked, as plain data. */
export function snapshot(store: QueueStore, now: number): unknown {
  const entries: (QueueEntry | null)[] = [];
  for (let n = 1; n <= 8; n += 1) entries.push(store.entry(escalationId(n), 1));
  return {
    entries,
    waiting: [...store.waiting()].map(({ escalationId: id }) => id),
    reserved: [...store.reserved()],
    agents: [...store.agents()],
    held: AGENTS.map((name) => [...store.heldBy(agentId(name))]),
    records: AGENTS.map((name) => store.record(agentId(name))),
    lines: [...store.needsKeys()].sort().map((key) => [key, [...store.waitingWith(key)].map(({ seq }) => seq)]),
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
      for (let seed = 1; seed <= 40; seed += 1) {
        const store = fresh(someSettings(seed));
        const reference = new MemoryQueueStore(someSettings(seed));
        for (const { command, now } of history(seed, 40)) {
          expect(run(store, command, now)).toEqual(run(reference, command, now));
          expect(snapshot(store, now)).toEqual(snapshot(reference, now));
        }
      }
    },
  },
];
