import { describe, expect, test } from 'vitest';
import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { PathStep } from '#domain/queue/path.ts';
import type { QueueConfig, QueuedEntry, QueueEvent } from '#domain/queue/queue.ts';
import { underSettings } from '#domain/queue/ranked.ts';
import { isFull, serviceAt } from '#domain/queue/service.ts';
import { nextQueueWakeAt } from '#domain/queue/wake.ts';
import { decideAgent, evolveAgent, loadOf, newAgent } from '#domain/routing/agent.ts';
import { type Choice, chooseAgent, NO_RECORD } from '#domain/routing/choose-agent.ts';
import { type Labels, matchScore, type Selector, satisfies } from '#domain/routing/match-score.ts';
import {
  needsKey,
  parseNeed,
  parseSkills,
  readNeedsKey,
  remainingNeeds,
  type SkillNeed,
} from '#domain/routing/skill.ts';
import {
  agentId,
  anAgent,
  aProposal,
  aQueue,
  escalationId,
  MINUTE,
  NOW,
  reservationId,
  someFacts,
  someWork,
} from '../support/builders.ts';

/* Worked cases of other routers, each under its source. What they got wrong is tested the other way round. */

const SECOND = 1000;

/** A queue at work: commands in, events and state out. */
function aLine(changed: Partial<QueueConfig> = {}) {
  const store = new MemoryQueueStore(aQueue(changed));
  let reservations = 0;
  const run = (command: QueueCommand, now: number): { events: QueueEvent[]; refusal: string | null } => {
    const decision = decideQueue(store, command, now);
    if (!decision.ok) return { events: [], refusal: decision.reason };
    for (const event of decision.events) store.apply(event);
    return { events: decision.events, refusal: null };
  };
  return {
    store,
    run,
    arrive: (
      n: number,
      at: number,
      more: { skills?: string[]; class?: 0 | 1; facts?: Parameters<typeof someFacts>[0]; preferred?: string } = {},
    ) =>
      run(
        {
          type: 'enqueue',
          work: someWork(n, { skills: more.skills ?? [] }),
          class: more.class ?? 1,
          facts: someFacts(more.facts),
          queuedAt: at,
          preferred: more.preferred === undefined ? null : agentId(more.preferred),
        },
        at,
      ),
    agent: (name: string, state: Parameters<typeof anAgent>[1] = {}, at = NOW) => {
      const version = (store.agent(agentId(name))?.version ?? 0) + 1;
      return run({ type: 'mirror_agent', agent: anAgent(name, { version, ...state }) }, at);
    },
    offer: (at: number, only: string | null = null) => {
      const id = reservationId(++reservations);
      run({ type: 'match', reservationId: id, only: only === null ? null : agentId(only) }, at);
      const entry = store.byReservation(id);
      return entry?.state === 'reserved'
        ? { id, epoch: entry.epoch, to: entry.agentName, ticket: entry.ticketNumber }
        : null;
    },
    accept: (offer: { id: ReturnType<typeof reservationId>; epoch: number; to: string } | null, at: number) =>
      run({ type: 'accept', reservationId: offer!.id, epoch: offer!.epoch, agentId: agentId(offer!.to) }, at).refusal,
    tick: (at: number) => run({ type: 'tick' }, at).events,
    entry: (n: number) => store.entry(escalationId(n), 1),
    line: () => [...store.waiting()].map(({ ticketNumber }) => ticketNumber),
  };
}

const order = (choice: Choice, agents: Parameters<typeof anAgent>[1][], needs: SkillNeed[] = []): string[] => {
  const left = agents.map((state, i) => ({
    agent: anAgent(String.fromCharCode(65 + i), { ...state }),
    record: NO_RECORD,
  }));
  const sequence: string[] = [];
  while (left.length > 0) {
    const next = chooseAgent(left, choice, needs, null)!;
    sequence.push(next.name);
    left.splice(
      left.findIndex(({ agent }) => agent.id === next.id),
      1,
    );
  }
  return sequence;
};

describe('[M1] Azure Job Router', () => {
  test('longest idle mode: the lowest load ratio, then the longest available → D, C, A, B', () => {
    const ago = (minutes: number) => NOW - minutes * MINUTE;
    expect(
      order('least_loaded', [
        { capacity: 5, load: 3, idleSince: ago(5) },
        { capacity: 4, load: 3, idleSince: ago(3) },
        { capacity: 5, load: 3, idleSince: ago(7) },
        { capacity: 3, load: 0, idleSince: ago(2) },
      ]),
    ).toEqual(['D', 'C', 'A', 'B']);
  });

  const eq = (key: string, value: string): Selector => ({ key, op: 'eq', value });
  test.each<[string, Labels, Selector[], number]>([
    ['A', { language: 'english', department: 'sales' }, [eq('language', 'english'), eq('department', 'sales')], 1],
    ['B', { language: 'english' }, [eq('language', 'english'), eq('department', 'sales')], 0.5],
    ['C', { language: 'english', department: 'support' }, [eq('language', 'english'), eq('department', 'sales')], 0.5],
  ])('[M5] best worker mode, labels: worker %s', (_, labels, selectors, score) => {
    expect(matchScore(labels, selectors)).toBe(score);
  });

  test('[M5] best worker mode, a tie: the longest available', () => {
    const ago = (minutes: number) => NOW - minutes * MINUTE;
    const state = (minutes: number) => ({ skills: ['english'], idleSince: ago(minutes) });
    expect(order('best_match', [state(1), state(9), state(5)], [{ name: 'english', level: 1, relax: 0 }])).toEqual([
      'B',
      'C',
      'A',
    ]);
  });

  const billingNotVip: Selector[] = [eq('department', 'billing'), { key: 'segment', op: 'neq', value: 'vip' }];
  test.each<[string, Labels, number]>([
    ['D', { department: 'billing', segment: 'vip' }, 0.5],
    ['E', { department: 'billing' }, 1],
    ['F', { department: 'sales', segment: 'new' }, 0.5],
  ])(
    '[M5] best worker mode, equal and not equal: worker %s; a missing label satisfies not equal',
    (_, labels, score) => {
      expect(matchScore(labels, billingNotVip)).toBe(score);
    },
  );

  const french: Selector[] = [
    eq('language', 'french'),
    { key: 'sales', op: 'gte', value: 10 },
    { key: 'cost', op: 'lte', value: 10 },
  ];
  test.each<[string, Labels, number]>([
    ['G', { language: 'french', sales: 10, cost: 10 }, 0.6667],
    ['H', { language: 'french', sales: 15, cost: 10 }, 0.7075],
    ['I', { language: 'french', sales: 10, cost: 9 }, 0.675],
  ])('[M5] best worker mode, magnitudes by the logistic function: worker %s', (_, labels, score) => {
    expect(satisfies(labels, french)).toBe(true);
    expect(matchScore(labels, french)).toBeCloseTo(score, 3);
  });

  test('[M5] best worker mode, magnitudes: H, I, G', () => {
    const workers: [string, Labels][] = [
      ['G', { language: 'french', sales: 10, cost: 10 }],
      ['H', { language: 'french', sales: 15, cost: 10 }],
      ['I', { language: 'french', sales: 10, cost: 9 }],
    ];
    const byScore = workers.toSorted(([, a], [, b]) => matchScore(b, french) - matchScore(a, french));
    expect(byScore.map(([name]) => name)).toEqual(['H', 'I', 'G']);
  });

  test('exception policy, more than 100 waiting: cancelled there, here kept and told that it is full', () => {
    const q = aLine({ maxWaiting: 100 });
    for (let n = 1; n <= 101; n += 1) q.arrive(n, NOW + n);
    expect(q.store.waitingCount()).toBe(101);
    expect(q.tick(NOW + MINUTE)).toEqual([]);
    const told = {
      isClosed: false,
      isFull: isFull(q.store.config, q.store.waitingCount() - 1),
      agentsAvailable: 1,
      hours: { kind: 'always' as const },
    };
    expect(serviceAt(told, NOW)).toEqual({ service: 'full', opensAt: null });
  });

  test.each([
    ['one call', 100, 1],
    ['five chats', 20, 5],
  ])('worker capacity: of 100 units, %s and not one more', (_, cost, fits) => {
    let state = {
      ...newAgent({ id: agentId('maya'), name: 'Maya', skills: [], capacity: 100 }),
      presence: 'available' as const,
    };
    let granted = 0;
    for (let n = 1; n <= 8; n += 1) {
      const decision = decideAgent(state, { type: 'grant', proposal: aProposal(n, { cost }) }, NOW);
      if (!decision.ok) continue;
      granted += 1;
      for (const event of decision.events) state = evolveAgent(state, event) as typeof state;
    }
    expect([granted, loadOf(state)]).toEqual([fits, 100]);
    // A chat never fits beside the call, nor a call beside a chat.
    const other = decideAgent(state, { type: 'grant', proposal: aProposal(9, { cost: cost === 100 ? 20 : 100 }) }, NOW);
    expect(other.ok).toBe(false);
  });

  test('exception policy: after 1 min it is raised, after 5 min it goes to the other queue', () => {
    const other = 'que_technica' as never;
    const path: PathStep[] = [
      { afterMs: MINUTE, do: 'raise', minutes: 10 },
      { afterMs: 5 * MINUTE, do: 'overflow', to: other },
    ];
    const q = aLine({ path });
    q.arrive(1, NOW, { facts: { tier: 'pro' } });
    const due = () => (q.entry(1)!.dueAt - NOW) / MINUTE;
    expect([due(), q.store.nextWakeAt()]).toEqual([30, NOW + MINUTE]);
    q.tick(NOW + MINUTE);
    expect(due()).toBe(20);
    expect(q.entry(1)?.terms.at(-1)).toEqual({ label: 'waited 1 min', minutes: -10 });
    expect(q.tick(NOW + 5 * MINUTE - 1)).toEqual([]);
    expect(q.tick(NOW + 5 * MINUTE)).toContainEqual(expect.objectContaining({ type: 'overflowed', to: other }));
    // Until the other queue has it, it is in this one; the step is not taken twice.
    expect(q.line()).toEqual(['BTN-1001']);
    expect(q.tick(NOW + 9 * MINUTE)).toEqual([]);
  });

  test('selector that expires: a level is asked for, then dropped', () => {
    const q = aLine({ relaxAfterMs: [MINUTE, null, null] });
    q.arrive(1, NOW, { skills: ['sql>=10'] });
    q.agent('maya', { skills: ['sql:3'] });
    expect(q.offer(NOW)).toBeNull();
    q.tick(NOW + MINUTE);
    expect(q.offer(NOW + MINUTE)).toMatchObject({ to: 'maya' });
  });
});

describe('[Q9] TaskRouter', () => {
  test('task evaluation: Q1, Q2, Q3 with 10 s each, offer 5 s; offered at 3, lapsed at 8, then in Q2 with 12 s left', () => {
    const step = (afterMs: number, to: string): PathStep => ({ afterMs, do: 'overflow', to: to as never });
    const first = aLine({ offerMs: 5 * SECOND, advanceOnLapse: true, path: [step(10 * SECOND, 'que_two00000')] });
    first.arrive(1, NOW);
    first.agent('maya', {}, NOW + 3 * SECOND);
    expect(first.offer(NOW + 3 * SECOND)).not.toBeNull();
    // While somebody is being asked the path stands still, even past its time.
    expect(first.store.nextWakeAt()).toBe(NOW + 8 * SECOND);
    expect(first.tick(NOW + 8 * SECOND)).toContainEqual(
      expect.objectContaining({ type: 'overflowed', to: 'que_two00000' }),
    );

    const second = aLine({ offerMs: 5 * SECOND, path: [step(20 * SECOND, 'que_three000')] });
    second.run(
      { type: 'enqueue', work: someWork(1, { hop: 2 }), class: 1, facts: someFacts(), queuedAt: NOW, preferred: null },
      NOW + 8 * SECOND,
    );
    expect((second.store.nextWakeAt() ?? 0) - (NOW + 8 * SECOND)).toBe(12 * SECOND);
  });

  test('timeouts are acted on only while no reservation is pending', () => {
    const q = aLine({ path: [{ afterMs: MINUTE, do: 'raise', minutes: 10 }], offerMs: 2 * MINUTE });
    q.arrive(1, NOW);
    q.agent('maya');
    q.offer(NOW + 1);
    q.tick(NOW + MINUTE);
    expect(q.entry(1)).toMatchObject({ state: 'reserved', stepsTaken: 0 });
  });

  test('skip_if nobody is available: at once when nobody is there, not when somebody is', () => {
    const path: PathStep[] = [
      { afterMs: 10 * MINUTE, skipWhenNobody: true, do: 'overflow', to: 'que_two00000' as never },
    ];
    const empty = aLine({ path });
    empty.agent('maya', { presence: 'away' });
    empty.arrive(1, NOW);
    expect(empty.tick(NOW)).toContainEqual(expect.objectContaining({ type: 'overflowed' }));
    const busy = aLine({ path });
    busy.agent('maya', { load: 2 });
    busy.arrive(1, NOW);
    expect(busy.tick(NOW)).toEqual([]);
  });

  test('skip_if counts only whom the work may be given to, and stops where somebody may have it', () => {
    const overflow: PathStep = {
      afterMs: 60 * MINUTE,
      skipWhenNobody: true,
      do: 'overflow',
      to: 'que_two00000' as never,
    };
    const isSent = (path: PathStep[], agent: Parameters<ReturnType<typeof aLine>['agent']>[1], config = {}) => {
      const q = aLine({ path, ...config });
      q.agent('maya', agent);
      q.arrive(1, NOW, { skills: ['sso#1'] });
      return q.tick(NOW).some(({ type }) => type === 'overflowed');
    };
    expect(isSent([overflow], { skills: ['sso'] })).toBe(false);
    expect(isSent([overflow], { skills: [] })).toBe(true);
    expect(isSent([overflow], { skills: ['sso'], capacity: 2 }, { cost: 3 })).toBe(true);
    // Relaxed, it is for her.
    const relax: PathStep = { afterMs: 30 * MINUTE, skipWhenNobody: true, do: 'relax', to: 1 };
    expect(isSent([relax, overflow], { skills: [] })).toBe(false);
  });

  test('skip_if is not looked at when the work was offered on entry', () => {
    const q = aLine({ path: [{ afterMs: MINUTE, skipWhenNobody: true, do: 'raise', minutes: 10 }] });
    q.agent('maya', { capacity: 1 });
    q.arrive(1, NOW);
    expect(q.offer(NOW)).not.toBeNull();
    q.agent('maya', { presence: 'away', load: 1, capacity: 1 });
    expect(q.tick(NOW + 1)).toEqual([]);
  });

  test('order_workers "finance ASC, support ASC" puts Bob (10, 5) before Alice (10, 8); here nobody is chosen for knowing less', () => {
    const needs: SkillNeed[] = [
      { name: 'finance', level: 1, relax: 0 },
      { name: 'support', level: 1, relax: 0 },
    ];
    const alice = { skills: ['finance:10', 'support:8'], idleSince: NOW };
    const bob = { skills: ['finance:10', 'support:5'], idleSince: NOW - MINUTE };
    // A is Alice, B is Bob.
    expect(order('best_match', [alice, bob], needs)).toEqual(['A', 'B']);
    expect(order('longest_idle', [alice, bob], needs)).toEqual(['B', 'A']);
  });

  test('LIFO ignores priority there; here the newest never comes first for being new', () => {
    const q = aLine({ order: 'strict' });
    q.arrive(1, NOW);
    q.arrive(2, NOW + MINUTE, { facts: { severity: 'critical' } });
    q.arrive(3, NOW + 2 * MINUTE);
    expect(q.line()).toEqual(['BTN-1002', 'BTN-1001', 'BTN-1003']);
  });

  test('several reservations of one task there; here one at a time, and it is pending again when that one ends', () => {
    const q = aLine({ offerMs: 5 * SECOND });
    q.agent('A', { capacity: 9 });
    q.agent('B', { capacity: 9 });
    q.arrive(1, NOW);
    const offer = q.offer(NOW);
    expect(q.offer(NOW)).toBeNull();
    expect(q.entry(1)).toMatchObject({ state: 'reserved', agentName: offer?.to });
    q.tick(NOW + 5 * SECOND);
    expect(q.entry(1)).toMatchObject({ state: 'queued' });
    expect(q.offer(NOW + 5 * SECOND)?.to).not.toBe(offer?.to);
  });

  test('[P6] strict order: priority first whatever the age, then the oldest', () => {
    const q = aLine({ order: 'strict' });
    q.arrive(1, NOW, { facts: { severity: 'normal' } });
    q.arrive(2, NOW + 60 * MINUTE, { facts: { severity: 'high' } });
    q.arrive(3, NOW + 30 * MINUTE, { facts: { severity: 'high' } });
    q.arrive(4, NOW + 90 * MINUTE, { facts: { severity: 'low' }, class: 0 });
    expect(q.line()).toEqual(['BTN-1004', 'BTN-1003', 'BTN-1002', 'BTN-1001']);
  });

  test('direct routing ignores capacity there; here even a supervisor’s choice does not', () => {
    const q = aLine();
    q.arrive(1, NOW, { skills: ['cobol'] });
    q.agent('maya', { load: 2, capacity: 2 });
    const assign = (id: string) =>
      q.run(
        {
          type: 'match',
          reservationId: reservationId(id),
          only: agentId('maya'),
          entry: { escalationId: escalationId(1), hop: 1 },
        },
        NOW,
      );
    expect(assign('full').events).toEqual([]);
    q.agent('maya', { load: 1, capacity: 2 });
    // A skill it does outweigh: the supervisor knows better.
    assign('room');
    expect(q.entry(1)).toMatchObject({ state: 'reserved', agentName: 'maya' });
  });
});

describe('[Q2] several lines', () => {
  test('the best head of all lines is served, whatever it needs', () => {
    const q = aLine();
    q.arrive(1, NOW, { skills: ['sql'], facts: { tier: 'free' } });
    q.arrive(2, NOW + 1, { skills: ['api'], facts: { tier: 'enterprise' } });
    q.arrive(3, NOW + 2, { facts: { tier: 'pro' } });
    q.agent('A', { capacity: 9, skills: ['sql', 'api'] });
    expect([1, 2, 3].map(() => q.offer(NOW + 3)?.ticket)).toEqual(['BTN-1002', 'BTN-1003', 'BTN-1001']);
  });

  test('load is a share: two of ten is less than one of two', () => {
    expect(
      order('least_loaded', [
        { load: 1, capacity: 2 },
        { load: 2, capacity: 10 },
      ]),
    ).toEqual(['B', 'A']);
  });
});

describe('[M3] Zendesk', () => {
  test('skill priority: #1, #3, #0 → after the first timeout #3 goes, after the second #1, #0 stays; no suffix is 1', () => {
    const needs = ['french#1', 'refunds#3', 'licence#0'].map((text) => parseNeed(text)!);
    const names = (relaxed: number) => remainingNeeds(needs, relaxed).map(({ name }) => name);
    expect([names(0), names(1), names(2), names(9)]).toEqual([
      ['french', 'refunds', 'licence'],
      ['french', 'licence'],
      ['licence'],
      ['licence'],
    ]);
    expect(parseNeed('french')?.relax).toBe(1);
  });

  const MARKED = ['french#3', 'refunds#2', 'sql#1', 'licence#0'];
  test.each([
    [3, MARKED, 1, 'licence&refunds&sql'],
    [2, MARKED, 2, 'licence&sql'],
    [1, MARKED, 3, 'licence'],
    // Nothing is marked #2: as much as one timeout drops.
    [2, ['french#3', 'sql#1'], 1, 'sql'],
    [3, ['refunds#2'], 0, 'refunds'],
    [1, ['licence#0'], 0, 'licence'],
    [1, [], 0, ''],
  ] as const)('a step that drops down to #%i of %j', (to, skills, relaxed, needsKey) => {
    const q = aLine({ path: [{ afterMs: MINUTE, do: 'relax', to }] });
    q.arrive(1, NOW, { skills: [...skills] });
    expect(q.store.nextWakeAt()).toBe(NOW + MINUTE);
    q.tick(NOW + MINUTE);
    expect(q.entry(1)).toMatchObject({ skills, relaxed, needsKey, stepsTaken: 1 });
    expect(q.store.nextWakeAt()).toBeNull();
  });

  test('by time and by steps, the further of the two holds', () => {
    const q = aLine({
      relaxAfterMs: [2 * MINUTE, 4 * MINUTE, 9 * MINUTE],
      path: [
        { afterMs: MINUTE, do: 'relax', to: 3 },
        { afterMs: 5 * MINUTE, do: 'relax', to: 2 },
        { afterMs: 6 * MINUTE, do: 'relax', to: 1 },
      ],
    });
    q.arrive(1, NOW, { skills: MARKED });
    const dropped = Array.from({ length: 9 }, (_, minute) => {
      // Twice: what was dropped is not dropped again, and one tick does one thing.
      q.tick(NOW + (minute + 1) * MINUTE);
      q.tick(NOW + (minute + 1) * MINUTE);
      return q.entry(1)?.relaxed;
    });
    expect(dropped).toEqual([1, 1, 1, 2, 2, 3, 3, 3, 3]);
    expect(q.store.nextWakeAt()).toBeNull();
  });

  test('a lapsed offer takes it at once; nobody is asked again for what was dropped', () => {
    const q = aLine({
      offerMs: 5 * SECOND,
      cooldownMs: 0,
      advanceOnLapse: true,
      path: [{ afterMs: 10 * MINUTE, do: 'relax', to: 3 }],
    });
    q.arrive(1, NOW, { skills: ['french#3'] });
    q.agent('maya', { skills: ['french'] });
    expect(q.offer(NOW)).toMatchObject({ to: 'maya' });
    q.tick(NOW + 5 * SECOND);
    expect(q.entry(1)).toMatchObject({ relaxed: 1, needsKey: '' });
    q.agent('jonas', { skills: [] });
    expect(q.offer(NOW + 5 * SECOND, 'jonas')).toMatchObject({ to: 'jonas' });
  });

  test('[Q11] on another path what counts as taken has dropped too, and what was dropped stays so', () => {
    const relax = (to: 1 | 2 | 3): PathStep => ({ afterMs: MINUTE, do: 'relax', to });
    const raise: PathStep = { afterMs: MINUTE, do: 'raise', minutes: 5 };
    const [before, after] = [aQueue({ path: [raise] }), aQueue({ path: [relax(2)] })];
    const q = aLine(before);
    q.arrive(1, NOW, { skills: MARKED });
    q.tick(NOW + MINUTE);
    const entry = q.entry(1) as QueuedEntry;
    const then = underSettings(entry, after, before);
    expect(then).toMatchObject({ relaxed: 2, needsKey: 'licence&sql', stepsTaken: 1 });
    expect(underSettings(then, before, after)).toMatchObject({ relaxed: 2, needsKey: 'licence&sql' });
    expect(underSettings({ ...entry, stepsTaken: 0 }, after, before)).toMatchObject({ relaxed: 0 });
  });

  test('the skills that were dropped stay on the ticket', () => {
    const q = aLine({ relaxAfterMs: [MINUTE, null, null] });
    q.arrive(1, NOW, { skills: ['french#3'] });
    q.tick(NOW + MINUTE);
    expect(q.entry(1)).toMatchObject({ skills: ['french#3'], needsKey: '', relaxed: 1 });
  });

  test.each<[Choice, string]>([
    ['most_spare', 'B'],
    ['least_loaded', 'A'],
  ])('spare capacity, A 1 of 2 and B 8 of 10: by %s → %s', (choice, first) => {
    expect(
      order(choice, [
        { load: 1, capacity: 2 },
        { load: 8, capacity: 10 },
      ])[0],
    ).toBe(first);
  });
});

describe('[M6] Intercom', () => {
  test('balanced assignment, cap 3, A has 3 and B has 1: B gets two before A gets any', () => {
    const q = aLine({ choice: 'least_loaded' });
    const capacity = 3;
    q.agent('A', { load: 3, capacity });
    q.agent('B', { load: 1, capacity });
    for (const n of [1, 2, 3]) q.arrive(n, NOW + n);
    expect([q.offer(NOW)?.to, q.offer(NOW)?.to, q.offer(NOW)]).toEqual(['B', 'B', null]);
  });

  test('both limits must hold: the agent’s own and this queue’s', () => {
    const q = aLine({ perAgentLimit: 1 });
    q.agent('A', { capacity: 9 });
    for (const n of [1, 2]) q.arrive(n, NOW + n);
    const first = q.offer(NOW);
    expect(q.offer(NOW)).toBeNull();
    q.accept(first, NOW);
    q.agent('A', { capacity: 9, load: 1 });
    expect(q.offer(NOW)).toBeNull();
    q.run({ type: 'close', escalationId: escalationId(1), hop: 1, outcome: 'resolved' }, NOW);
    q.agent('A', { capacity: 9, load: 0 });
    expect(q.offer(NOW)?.ticket).toBe('BTN-1002');
  });
});

describe('[M6] Chatwoot', () => {
  test('fairness window: who has had enough in this time is left out, and comes back when it has passed', () => {
    const q = aLine({ fairness: { count: 2, windowMs: 10 * MINUTE } });
    q.agent('A', { capacity: 9 });
    for (const n of [1, 2, 3]) q.arrive(n, NOW + n);
    q.accept(q.offer(NOW), NOW);
    q.accept(q.offer(NOW + MINUTE), NOW + MINUTE);
    expect(q.offer(NOW + 9 * MINUTE)).toBeNull();
    // [Q10] Nothing else would happen then: the queue wakes by itself.
    expect(nextQueueWakeAt(q.store, NOW + 9 * MINUTE)).toBe(NOW + 10 * MINUTE);
    expect(q.offer(NOW + 10 * MINUTE)?.ticket).toBe('BTN-1003');
  });

  test('fairness window: what is offered and not answered counts, or who comes back is flooded all the same', () => {
    const q = aLine({ fairness: { count: 2, windowMs: 10 * MINUTE } });
    q.agent('A', { capacity: 9 });
    for (const n of [1, 2, 3, 4]) q.arrive(n, NOW + n);
    const offers = [q.offer(NOW), q.offer(NOW), q.offer(NOW)];
    expect(offers.map((offer) => offer?.ticket ?? null)).toEqual(['BTN-1001', 'BTN-1002', null]);
    q.accept(offers[0]!, NOW);
    expect(q.offer(NOW)).toBeNull();
    // One taken, one lapsed: room for one.
    q.tick(NOW + MINUTE);
    expect(q.offer(NOW + 2 * MINUTE)).not.toBeNull();
    expect(q.offer(NOW + 2 * MINUTE)).toBeNull();
  });

  test('old work is not passed over for newcomers when somebody becomes free (#10376, #10685)', () => {
    const q = aLine();
    for (const n of [1, 2, 3]) q.arrive(n, NOW + n * MINUTE);
    q.agent('A', { capacity: 9 }, NOW + 60 * MINUTE);
    expect([1, 2, 3].map(() => q.offer(NOW + 60 * MINUTE)?.ticket)).toEqual(['BTN-1001', 'BTN-1002', 'BTN-1003']);
  });
});

describe('[A5] [Q8] silence', () => {
  test('accepted work without an answer is taken back, at its own rank, and not given to the same agent at once', () => {
    const q = aLine({ silentMs: 5 * MINUTE });
    q.arrive(1, NOW);
    q.agent('A', { capacity: 9 });
    const seq = q.entry(1)?.seq;
    q.accept(q.offer(NOW), NOW);
    expect(q.store.nextWakeAt()).toBe(NOW + 5 * MINUTE);
    expect(q.tick(NOW + 5 * MINUTE)).toContainEqual(
      expect.objectContaining({ because: 'taken_back', cause: { kind: 'silent' } }),
    );
    expect(q.entry(1)).toMatchObject({ state: 'queued', seq, queuedAt: NOW });
    q.agent('A', { capacity: 9 });
    expect(q.offer(NOW + 5 * MINUTE + 1)).toBeNull();
    q.agent('B', { capacity: 9 });
    expect(q.offer(NOW + 5 * MINUTE + 1)?.to).toBe('B');
  });

  test('silence is silence, also of an agent who is offline where being gone is no reason', () => {
    const q = aLine({ silentMs: 5 * MINUTE });
    q.arrive(1, NOW);
    q.agent('A', { capacity: 9 });
    q.accept(q.offer(NOW), NOW);
    q.agent('A', { capacity: 9, presence: 'offline' });
    expect(q.tick(NOW + 5 * MINUTE)).toContainEqual(
      expect.objectContaining({ because: 'taken_back', cause: { kind: 'silent' } }),
    );
  });

  test('an answer ends the clock; each new agent has it whole (chatwoot #13516)', () => {
    const q = aLine({ silentMs: 5 * MINUTE });
    q.arrive(1, NOW);
    q.agent('A', { capacity: 9 });
    q.accept(q.offer(NOW), NOW);
    const about = { escalationId: escalationId(1), hop: 1, agentId: agentId('A') };
    // Word about somebody who does not have it says nothing of who does.
    q.run({ type: 'answered', ...about, agentId: agentId('B') }, NOW + MINUTE);
    expect(q.store.nextWakeAt()).toBe(NOW + 5 * MINUTE);
    q.run({ type: 'answered', ...about }, NOW + MINUTE);
    expect(q.store.nextWakeAt()).toBeNull();
    expect(q.tick(NOW + 60 * MINUTE)).toEqual([]);
    // What the visitor writes after that is owed an answer anew, from the first unanswered word on.
    q.run({ type: 'owed', ...about, at: NOW + 61 * MINUTE }, NOW + 61 * MINUTE);
    q.run({ type: 'owed', ...about, at: NOW + 63 * MINUTE }, NOW + 63 * MINUTE);
    expect(q.store.nextWakeAt()).toBe(NOW + 66 * MINUTE);
    q.tick(NOW + 66 * MINUTE);
    expect(q.entry(1)).toMatchObject({ state: 'queued', queuedAt: NOW });
  });

  test('of an agent who vanished is taken back after its own time; who is back in time keeps it', () => {
    const q = aLine({ vanishedMs: 2 * MINUTE });
    q.arrive(1, NOW);
    q.agent('A', { capacity: 9 });
    q.accept(q.offer(NOW), NOW);
    q.agent('A', { presence: 'offline', load: 1 }, NOW + MINUTE);
    q.agent('A', { presence: 'away', load: 1 }, NOW + 2 * MINUTE);
    expect(q.tick(NOW + 10 * MINUTE)).toEqual([]);
    q.agent('A', { presence: 'offline', load: 1 }, NOW + 20 * MINUTE);
    expect(q.store.nextWakeAt()).toBe(NOW + 22 * MINUTE);
    expect(q.tick(NOW + 22 * MINUTE)).toContainEqual(expect.objectContaining({ cause: { kind: 'vanished' } }));
    expect(q.entry(1)).toMatchObject({ state: 'queued', preferred: agentId('A') });
  });
});

describe('[P7] live facts', () => {
  test('re-rank moves what waits, explains itself, and is nothing when nothing changed', () => {
    const q = aLine();
    q.arrive(1, NOW, { facts: { tier: 'pro' } });
    q.arrive(2, NOW, { facts: { tier: 'pro' } });
    const rerank = (facts: Parameters<typeof someFacts>[0]) =>
      q.run(
        { type: 'rerank', escalationId: escalationId(2), hop: 1, facts: someFacts({ tier: 'pro', ...facts }) },
        NOW,
      );
    expect(rerank({}).events).toEqual([]);
    rerank({ health: 'at_risk', openDispute: true });
    expect(q.line()).toEqual(['BTN-1002', 'BTN-1001']);
    expect(q.entry(2)?.terms.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['account at risk', 'open dispute']),
    );
    // Another fact that gives the same sum is told all the same: the words changed.
    expect(rerank({ health: 'at_risk', contractValue: 60_000, renewalInDays: 3 }).events).toHaveLength(1);
  });

  test('a supervisor’s minutes stay over a re-rank, with their name', () => {
    const q = aLine();
    q.arrive(1, NOW, { facts: { tier: 'pro' } });
    q.arrive(2, NOW, { facts: { tier: 'pro' } });
    q.run({ type: 'adjust', escalationId: escalationId(2), hop: 1, minutes: 5, by: 'Sam' }, NOW);
    expect(q.line()[0]).toBe('BTN-1002');
    q.run(
      { type: 'rerank', escalationId: escalationId(2), hop: 1, facts: someFacts({ tier: 'pro', frustration: 0.9 }) },
      NOW,
    );
    expect(q.entry(2)?.terms).toContainEqual({ label: 'moved by Sam', minutes: -5 });
    q.run({ type: 'adjust', escalationId: escalationId(2), hop: 1, minutes: -60, by: 'Sam' }, NOW);
    expect(q.line()[0]).toBe('BTN-1001');
  });
});

describe('skills', () => {
  test.each([
    ['sql', { name: 'sql', level: 1, relax: 1 }],
    ['sql>=3', { name: 'sql', level: 3, relax: 1 }],
    ['sql>=3#2', { name: 'sql', level: 3, relax: 2 }],
    ['sql#0', { name: 'sql', level: 1, relax: 0 }],
    ['sql>=99', { name: 'sql', level: 10, relax: 1 }],
    ['two words', null],
    ['sql#4', null],
    ['', null],
  ])('%s', (text, need) => {
    expect(parseNeed(text)).toEqual(need);
  });

  test('a key reads back to what it was made of, in any order', () => {
    const needs = (...texts: string[]) => texts.map((text) => parseNeed(text)!);
    const key = needsKey([needs('b>=2', 'a'), needs('c')]);
    expect(key).toBe(needsKey([needs('c'), needs('a', 'b>=2')]));
    expect(readNeedsKey(key).map((one) => one.map(({ name, level }) => `${name}${level}`))).toEqual([
      ['a1', 'b2'],
      ['c1'],
    ]);
    expect(readNeedsKey(needsKey([[]]))).toEqual([[]]);
  });

  test('the higher level counts; texts that are no skill are nothing', () => {
    expect([...parseSkills(['sql:2', 'sql:7', 'a b', 'fr'])]).toEqual([
      ['sql', 7],
      ['fr', 1],
    ]);
  });

  test('best match prefers who exceeds what is asked, round robin whom it asked longest ago', () => {
    const need = [parseNeed('sql>=3')!];
    expect(order('best_match', [{ skills: ['sql:3'] }, { skills: ['sql:9'] }], need)[0]).toBe('B');
    const q = aLine({ choice: 'round_robin' });
    for (const name of ['A', 'B', 'C']) q.agent(name, { capacity: 9 });
    for (const n of [1, 2, 3, 4]) q.arrive(n, NOW + n);
    expect([0, 1, 2, 3].map((i) => q.offer(NOW + i)?.to)).toEqual(['A', 'B', 'C', 'A']);
  });

  test('a path may call in others: what they can is enough too', () => {
    const q = aLine({ path: [{ afterMs: MINUTE, do: 'also_allow', skills: ['general'] }] });
    q.arrive(1, NOW, { skills: ['sql#0'] });
    q.agent('A', { skills: ['general'] });
    expect(q.offer(NOW)).toBeNull();
    q.tick(NOW + MINUTE);
    expect(q.entry(1)?.needsKey).toBe('general|sql');
    expect(q.offer(NOW + MINUTE)?.to).toBe('A');
  });
});

describe('[A6] wrap-up', () => {
  const available = {
    ...newAgent({ id: agentId('maya'), name: 'Maya', skills: [], capacity: 1 }),
    presence: 'available' as const,
  };
  const run = (state: typeof available, commands: { command: Parameters<typeof decideAgent>[1]; at: number }[]) =>
    commands.reduce((now, { command, at }) => {
      const decision = decideAgent(now, command, at);
      return decision.ok ? (decision.events.reduce(evolveAgent, now) as typeof available) : now;
    }, state);
  const worked = (wrapUpMs: number) =>
    run(available, [
      { command: { type: 'grant', proposal: aProposal(1, { wrapUpMs }) }, at: NOW },
      { command: { type: 'assigned', reservationId: reservationId(1) }, at: NOW },
      { command: { type: 'release', escalationId: escalationId(1), hop: 1 }, at: NOW + MINUTE },
    ]);

  test('keeps the slot until its limit, or until the agent says done; without a limit there is none', () => {
    expect(worked(0).slots).toEqual([]);
    const wrapping = worked(30_000);
    expect(wrapping.slots).toMatchObject([{ state: 'wrapping', wrapEndsAt: NOW + MINUTE + 30_000 }]);
    expect(loadOf(wrapping)).toBe(1);
    expect(run(wrapping, [{ command: { type: 'tick', graceMs: 5000 }, at: NOW + MINUTE + 29_999 }]).slots).toHaveLength(
      1,
    );
    expect(run(wrapping, [{ command: { type: 'tick', graceMs: 5000 }, at: NOW + MINUTE + 30_000 }]).slots).toEqual([]);
    expect(
      run(wrapping, [{ command: { type: 'wrapped_up', reservationId: reservationId(1) }, at: NOW + MINUTE + 1 }]).slots,
    ).toEqual([]);
  });

  test('[A3] after as many unanswered offers in a row as allowed the agent is taken off, not before', () => {
    const expired = (n: number) => [
      { command: { type: 'grant' as const, proposal: aProposal(n, { unansweredLimit: 2 }) }, at: NOW },
      {
        command: { type: 'offer_ended' as const, reservationId: reservationId(n), because: 'expired' as const },
        at: NOW,
      },
    ];
    expect(run(available, expired(1)).presence).toBe('available');
    expect(run(available, [...expired(1), ...expired(2)]).presence).toBe('away');
    const declined = [
      { command: { type: 'grant' as const, proposal: aProposal(3, { unansweredLimit: 2 }) }, at: NOW },
      {
        command: { type: 'offer_ended' as const, reservationId: reservationId(3), because: 'declined' as const },
        at: NOW,
      },
    ];
    expect(run(available, [...expired(1), ...declined, ...expired(2)]).presence).toBe('available');
  });
});
