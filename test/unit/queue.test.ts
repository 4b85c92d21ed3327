import { describe, expect, it, test, vi } from 'vitest';
import { type HopKind, pathSince, skillsAt, waitingSince } from '#domain/escalation/escalation.ts';
import type { QueueId } from '#domain/ids.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { incidentAt } from '#domain/queue/incident.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import { type PathStep, sameWayOn, wakeAt } from '#domain/queue/path.ts';
import type { QueueConfig, QueuedEntry } from '#domain/queue/queue.ts';
import { underSettings } from '#domain/queue/ranked.ts';
import { whyNotOffered } from '#domain/queue/room.ts';
import { nextQueueWakeAt } from '#domain/queue/wake.ts';
import {
  agentId,
  anAgent,
  aQueue,
  escalationId,
  MINUTE,
  NOW,
  reservationId,
  someFacts,
  someWork,
} from '../support/builders.ts';
import { someHistories } from '../support/queue-histories.ts';
import { bringMemoryTo, QUEUE_STORE_CONTRACT, run, snapshot, take } from '../support/queue-store-contract.ts';

describe('the memory store keeps the contract', () => {
  it.each(QUEUE_STORE_CONTRACT)('$title', ({ check }) =>
    check({ fresh: (config) => new MemoryQueueStore(config ?? aQueue()), bringTo: bringMemoryTo, expect }),
  );
});

function aStore(changed: Partial<QueueConfig> = {}) {
  const store = new MemoryQueueStore(aQueue(changed));
  let reservations = 0;
  return {
    store,
    enqueue: (
      n: number,
      more: { skills?: string[]; class?: 0 | 1; tier?: 'free' | 'enterprise'; preferred?: string } = {},
    ) =>
      run(
        store,
        {
          type: 'enqueue',
          work: someWork(n, { skills: more.skills ?? [] }),
          class: more.class ?? 1,
          facts: someFacts({ tier: more.tier ?? null }),
          queuedAt: NOW + n,
          preferred: more.preferred === undefined ? null : agentId(more.preferred),
        },
        NOW,
      ),
    here: (name: string, changed: Parameters<typeof anAgent>[1] = {}) =>
      run(store, { type: 'mirror_agent', agent: anAgent(name, changed) }, NOW),
    match: (now = NOW, only: string | null = null) => {
      const id = reservationId(++reservations);
      run(store, { type: 'match', reservationId: id, only: only === null ? null : agentId(only) }, now);
      const entry = store.byReservation(id);
      return entry?.state === 'reserved'
        ? { id, epoch: entry.epoch, to: entry.agentName, ticket: entry.ticketNumber, expiresAt: entry.expiresAt }
        : null;
    },
    line: () => [...store.waiting()].map(({ ticketNumber }) => ticketNumber),
  };
}

describe('[A7] a report with other settings', () => {
  test('an offer that they could take and no longer can is back at its own rank, without a cool-down', () => {
    const q = aStore({ cooldownMs: MINUTE });
    q.enqueue(1, { skills: ['sso'] });
    const before = q.store.entry(escalationId(1), 1);
    q.here('maya', { skills: ['sso'], load: 0 });
    expect(q.match()).toMatchObject({ to: 'maya' });
    q.here('maya', { version: 2, skills: ['sso', 'api'], load: 1 });
    expect(q.line()).toEqual([]);
    q.here('maya', { version: 3, skills: ['api'] });
    expect(q.store.entry(escalationId(1), 1)).toEqual({ ...before, epoch: 1 });
    expect(q.match()).toBeNull();
    q.here('maya', { version: 4, skills: ['sso'] });
    expect(q.match()).toMatchObject({ to: 'maya', epoch: 2 });
  });

  test('what a supervisor chose them for, skills or not, stays offered; so does work in hand', () => {
    const q = aStore();
    for (const n of [1, 2]) q.enqueue(n, { skills: ['sso'] });
    q.here('maya', { skills: ['sso'] });
    const taken = q.match();
    run(q.store, { type: 'accept', reservationId: taken!.id, epoch: taken!.epoch, agentId: agentId('maya') }, NOW);
    q.here('jonas', { skills: ['api'] });
    const entry = { escalationId: escalationId(2), hop: 1 };
    run(q.store, { type: 'match', reservationId: reservationId(77), only: agentId('jonas'), entry }, NOW);
    q.here('maya', { version: 2, skills: [], load: 1 });
    q.here('jonas', { version: 2, skills: [], load: 1 });
    expect(q.store.entry(escalationId(1), 1)?.state).toBe('assigned');
    expect(q.store.entry(escalationId(2), 1)?.state).toBe('reserved');
  });

  test('one who no longer serves the queue is offered nothing and is nobody who is there, until they serve it again', () => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya', { serves: false });
    expect(q.match()).toBeNull();
    expect(q.match(NOW, 'maya')).toBeNull();
    expect([...q.store.agents()]).toEqual([]);
    expect(whyNotOffered(q.store, { escalationId: escalationId(1), hop: 1, agentId: agentId('maya') }, NOW)).toBe(
      'This agent does not serve this queue.',
    );
    q.here('maya', { version: 2 });
    expect(q.match()).toMatchObject({ to: 'maya' });
  });
});

describe('[Q2] [Q3] [M1] matching', () => {
  test('the first in line goes to an agent who may take it', () => {
    const q = aStore();
    q.enqueue(1);
    q.enqueue(2, { tier: 'enterprise' });
    q.here('maya');
    expect(q.match()).toMatchObject({ ticket: 'BTN-1002', to: 'maya' });
  });

  test('work that nobody may take blocks nobody behind it', () => {
    const q = aStore();
    q.enqueue(1, { skills: ['cobol'], class: 0 });
    q.enqueue(2);
    q.here('maya');
    expect(q.match()).toMatchObject({ ticket: 'BTN-1002' });
    expect(q.line()).toEqual(['BTN-1001']);
  });

  test.each([
    ['away', { presence: 'away' as const }],
    ['offline', { presence: 'offline' as const }],
    ['full', { load: 2 }],
  ])('an agent who is %s is not offered anything', (_, state) => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya', state);
    expect(q.match()).toBeNull();
  });

  test('the longest idle comes first, then the least loaded, then the name of the id', () => {
    const q = aStore();
    for (const n of [1, 2, 3]) q.enqueue(n);
    q.here('maya', { idleSince: 50 });
    q.here('jonas', { idleSince: 10, load: 1 });
    q.here('ines', { idleSince: 10 });
    expect([q.match()?.to, q.match()?.to, q.match()?.to]).toEqual(['ines', 'ines', 'jonas']);
  });

  test('[M1] who was never asked, because their object refused, keeps their turn', () => {
    const q = aStore({ choice: 'round_robin' });
    for (const n of [1, 2, 3, 4]) q.enqueue(n);
    q.here('jonas', { capacity: 9 });
    q.here('maya', { capacity: 9 });
    expect([q.match(NOW)?.to, q.match(NOW + 1)?.to]).toEqual(['jonas', 'maya']);
    const refused = q.match(NOW + 2)!;
    expect(refused.to).toBe('jonas');
    run(q.store, { type: 'agent_refused', reservationId: refused.id, epoch: refused.epoch }, NOW + 3);
    expect(q.store.record(agentId('jonas')).lastOfferedAt).toBe(NOW);
    q.here('jonas', { version: 2, capacity: 9 });
    expect(q.match(NOW + 4)?.to).toBe('jonas');
    // Offered something since, a refusal of the one before takes nothing from it.
    const first = q.match(NOW + 5)!;
    expect(first.to).toBe('maya');
    q.enqueue(5);
    expect(q.match(NOW + 6, 'maya')?.to).toBe('maya');
    run(q.store, { type: 'agent_refused', reservationId: first.id, epoch: first.epoch }, NOW + 7);
    expect(q.store.record(agentId('maya')).lastOfferedAt).toBe(NOW + 6);
  });

  test('who had the work before is asked first', () => {
    const q = aStore();
    q.enqueue(1, { preferred: 'maya' });
    q.here('maya', { idleSince: 50 });
    q.here('jonas');
    expect(q.match()?.to).toBe('maya');
  });

  test('one slot is not offered twice before the agent reports again', () => {
    const q = aStore();
    q.enqueue(1);
    q.enqueue(2);
    q.here('maya', { capacity: 1 });
    expect(q.match()).not.toBeNull();
    expect(q.match()).toBeNull();
  });

  test('an older report does not undo a newer one', () => {
    const q = aStore();
    q.here('maya', { version: 3, presence: 'away' });
    q.here('maya', { version: 2, presence: 'available' });
    expect(q.store.agent(agentId('maya'))?.presence).toBe('away');
  });
});

describe('[Q4] [Q6] reservations', () => {
  const accept = (
    q: ReturnType<typeof aStore>,
    offer: { id: ReturnType<typeof reservationId>; epoch: number },
    by = 'maya',
    now = NOW,
  ) => run(q.store, { type: 'accept', reservationId: offer.id, epoch: offer.epoch, agentId: agentId(by) }, now);

  test('are accepted once; again is the same; by another is not', () => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya');
    const offer = q.match()!;
    expect(accept(q, offer, 'jonas')).toBe('not_yours');
    expect(accept(q, { ...offer, epoch: 2 })).toBe('stale_epoch');
    expect(accept(q, offer)).toBeNull();
    expect(accept(q, offer)).toBeNull();
    expect(accept(q, offer, 'jonas')).toBe('not_yours');
    expect(q.store.entry(escalationId(1), 1)).toMatchObject({ state: 'assigned', agentName: 'maya' });
  });

  test('cannot be accepted from the moment they run out, alarm or not', () => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya');
    const offer = q.match()!;
    expect(accept(q, offer, 'maya', offer.expiresAt)).toBe('reservation_expired');
    expect(accept(q, offer, 'maya', offer.expiresAt - 1)).toBeNull();
  });

  test('[Q7] return to their own rank when declined or run out, and are not offered to the same agent for a while', () => {
    const q = aStore();
    q.enqueue(1);
    q.enqueue(2);
    q.here('maya', { capacity: 9 });
    const before = q.store.entry(escalationId(1), 1);
    const offer = q.match()!;
    run(q.store, { type: 'decline', reservationId: offer.id, epoch: offer.epoch, agentId: agentId('maya') }, NOW);
    expect(q.line()).toEqual(['BTN-1001', 'BTN-1002']);
    expect(q.store.entry(escalationId(1), 1)).toMatchObject({
      seq: before?.seq,
      dueAt: before?.dueAt,
      queuedAt: before?.queuedAt,
      epoch: 1,
    });
    expect(q.match()?.ticket).toBe('BTN-1002');
    expect(q.match(NOW + MINUTE)).toMatchObject({ ticket: 'BTN-1001', epoch: 2 });
  });

  test('an expired offer is swept, an agent’s object that refused costs the agent nothing', () => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya', { capacity: 9 });
    const first = q.match()!;
    run(q.store, { type: 'tick' }, first.expiresAt);
    expect(q.line()).toEqual(['BTN-1001']);
    const second = q.match(first.expiresAt + MINUTE)!;
    run(q.store, { type: 'agent_refused', reservationId: second.id, epoch: second.epoch }, NOW);
    expect(q.store.entry(escalationId(1), 1)).toMatchObject({ state: 'queued', cooldowns: [] });
    // Until the agent reports again it counts as full: its slots went elsewhere.
    expect(q.match()).toBeNull();
  });
});

describe('[Q12] work that was moved here', () => {
  test('ranks by the whole wait, and takes the path’s steps by the time since somebody moved it', () => {
    const q = aStore({ path: [{ afterMs: 5 * MINUTE, do: 'raise', minutes: 3 }] });
    q.enqueue(1);
    const work = someWork(2, { hop: 2 });
    const waited = {
      class: 1 as const,
      facts: someFacts(),
      queuedAt: NOW - 20 * MINUTE,
      pathSince: NOW,
      preferred: null,
    };
    run(q.store, { type: 'enqueue', work, ...waited }, NOW);
    expect(q.line()).toEqual(['BTN-1002', 'BTN-1001']);
    run(q.store, { type: 'tick' }, NOW + 4 * MINUTE);
    expect(q.store.entry(escalationId(2), 2)).toMatchObject({ stepsTaken: 0 });
    expect(nextQueueWakeAt(q.store, NOW)).toBe(NOW + 5 * MINUTE);
    run(q.store, { type: 'tick' }, NOW + 5 * MINUTE);
    expect(q.store.entry(escalationId(2), 2)).toMatchObject({ stepsTaken: 1 });
  });

  test.each<[HopKind[], number, number]>([
    [['handoff'], 0, 0],
    [['handoff', 'overflow'], 0, 0],
    [['handoff', 'overflow', 'transfer'], 0, 2],
    [['handoff', 'escalation'], 1, 1],
    [['handoff', 'escalation', 'transfer'], 1, 2],
    [['handoff', 'transfer', 'escalation', 'transfer', 'overflow'], 2, 3],
  ])('%j waits since hop %i, and is on its path since hop %i', (kinds, since, path) => {
    const hops = kinds.map((kind, index) => ({ ...aHop, kind, hop: index + 1, at: NOW + index * MINUTE }));
    expect(waitingSince(hops)).toBe(NOW + since * MINUTE);
    expect(pathSince(hops)).toBe(NOW + path * MINUTE);
  });
});

const aHop = {
  queueId: 'que_billing0' as QueueId,
  queueName: 'Billing',
  by: { kind: 'assistant' as const },
  note: null,
  wanted: null,
  raises: [],
  relaxed: 0,
  waitedMs: 0,
};

describe('[Q12] what overflows keeps what it asked for and what it was given', () => {
  const escalation = (kinds: HopKind[]) => ({
    skills: ['licence#0'],
    hops: kinds.map((kind, index) => ({ ...aHop, kind, hop: index + 1, at: NOW })),
  });

  test.each<[HopKind[], string[]]>([
    [['handoff'], ['licence#0']],
    [['handoff', 'overflow', 'overflow'], ['licence#0']],
    [['handoff', 'transfer'], []],
    [['handoff', 'transfer', 'overflow'], []],
    [['handoff', 'escalation'], []],
  ])('%j asks for %j', (kinds, skills) => expect(skillsAt(escalation(kinds))).toEqual(skills));

  test('what was dropped on the way stays dropped there, whatever that queue drops', () => {
    const q = aStore();
    run(
      q.store,
      {
        type: 'enqueue',
        work: someWork(1, { hop: 2, skills: ['french#3', 'licence#0'] }),
        class: 1,
        facts: someFacts(),
        queuedAt: NOW,
        relaxed: 1,
        preferred: null,
      },
      NOW,
    );
    expect(q.store.entry(escalationId(1), 2)).toMatchObject({ relaxed: 1, needsKey: 'licence' });
  });

  test('minutes are part of its rank there', () => {
    const q = aStore();
    const raises = [{ label: 'moved by Sam', minutes: -60 }];
    run(
      q.store,
      {
        type: 'enqueue',
        work: someWork(1, { hop: 2 }),
        class: 1,
        facts: someFacts(),
        queuedAt: NOW,
        raises,
        preferred: null,
      },
      NOW,
    );
    expect(q.store.entry(escalationId(1), 2)).toMatchObject({ dueAt: NOW + 60 * MINUTE, raises });
  });
});

describe('[Q9] steps that are not waited for when nobody is there', () => {
  const steps = [
    { afterMs: 30 * MINUTE, skipWhenNobody: true, do: 'raise' as const, minutes: 5 },
    { afterMs: 60 * MINUTE, skipWhenNobody: true, do: 'overflow' as const, to: 'que_other000' as QueueId },
  ];

  test('are taken one after another, for everybody who waits, however many', () => {
    const q = aStore({ path: steps });
    for (let n = 1; n <= 700; n += 1) q.enqueue(n);
    for (let ticks = 0; ticks < 6; ticks += 1) run(q.store, { type: 'tick' }, NOW);
    const taken = [...q.store.waiting()].map(({ stepsTaken }) => stepsTaken);
    expect(new Set(taken)).toEqual(new Set([2]));
    expect(taken).toHaveLength(700);
  });

  test('are all that is looked at, however many wait behind them', () => {
    const q = aStore({ path: steps });
    for (let n = 1; n <= 2000; n += 1) q.enqueue(n);
    for (let ticks = 0; ticks < 20; ticks += 1) run(q.store, { type: 'tick' }, NOW);
    // Everybody has taken every step that is not waited for: who comes now is the only one to look at.
    q.enqueue(2001);
    expect([...q.store.skipping(q.store.needsKeys()[0] as string)].map(({ ticketNumber }) => ticketNumber)).toEqual([
      'BTN-3001',
    ]);
    const all = vi.spyOn(q.store, 'waiting');
    run(q.store, { type: 'tick' }, NOW);
    expect(all).not.toHaveBeenCalled();
  });

  test('say that nobody was there, not that somebody waited', () => {
    const q = aStore({ path: steps });
    q.enqueue(1);
    const decision = decideQueue(q.store, { type: 'tick' }, NOW);
    expect(decision.ok && decision.events.at(-1)).toMatchObject({ type: 'overflowed', because: 'nobody is available' });
    run(q.store, { type: 'tick' }, NOW);
    expect(q.store.entry(escalationId(1), 1)?.raises).toEqual([{ label: 'nobody is available', minutes: -5 }]);
  });

  test('are waited for while somebody is there', () => {
    const q = aStore({ path: steps });
    q.enqueue(1);
    q.here('maya', { load: 2 });
    run(q.store, { type: 'tick' }, NOW);
    expect(q.store.entry(escalationId(1), 1)).toMatchObject({ stepsTaken: 0 });
  });
});

describe('facts and minutes', () => {
  test('[P7] facts that move nothing today are kept for other settings', () => {
    const q = aStore();
    q.enqueue(1);
    const facts = someFacts({ frustration: 0.5 });
    run(q.store, { type: 'rerank', escalationId: escalationId(1), hop: 1, facts }, NOW);
    expect(q.store.entry(escalationId(1), 1)?.facts.frustration).toBe(0.5);
  });

  test('[P2] forward only as far as there is room, so that a minute back counts at once', () => {
    const q = aStore();
    q.enqueue(1);
    const move = (minutes: number) =>
      run(q.store, { type: 'adjust', escalationId: escalationId(1), hop: 1, minutes, by: 'Sam' }, NOW);
    const entry = () => q.store.entry(escalationId(1), 1) as QueuedEntry;
    expect(move(1440)).toBeNull();
    expect([entry().dueAt - entry().queuedAt, entry().raises]).toEqual([0, [{ label: 'moved by Sam', minutes: -120 }]]);
    expect(move(5)).toBe('at_front');
    expect(move(-5)).toBeNull();
    expect(entry().dueAt - entry().queuedAt).toBe(5 * MINUTE);
  });

  test('[P2] minutes back count from when it is due, however much the cap holds; none are refused', () => {
    const q = aStore();
    q.enqueue(1, { tier: 'enterprise' });
    const ref = { escalationId: escalationId(1), hop: 1 };
    const move = (minutes: number) => run(q.store, { type: 'adjust', ...ref, minutes, by: 'Sam' }, NOW);
    const entry = () => q.store.entry(escalationId(1), 1) as QueuedEntry;
    const facts = someFacts({ tier: 'enterprise', openDispute: true, health: 'at_risk', contractValue: 90_000 });
    run(q.store, { type: 'rerank', ...ref, facts: { ...facts, severity: 'critical' } }, NOW);
    expect(entry().terms.at(-1)).toEqual({ label: 'never due before it was queued', minutes: 7 });
    expect(move(0)).toBe('no_minutes');
    expect(entry().raises).toEqual([]);
    expect(move(-5)).toBeNull();
    expect(entry().dueAt - entry().queuedAt).toBe(5 * MINUTE);
    expect(entry().terms.slice(-2)).toEqual([
      { label: 'never due before it was queued', minutes: 7 },
      { label: 'moved by Sam', minutes: 5 },
    ]);
    expect(move(60)).toBeNull();
    expect(entry().dueAt).toBe(entry().queuedAt);
    // Less urgent again, only what was given is left of it.
    run(q.store, { type: 'rerank', ...ref, facts: someFacts({ tier: 'enterprise' }) }, NOW);
    expect(entry().dueAt - entry().queuedAt).toBe(15 * MINUTE);
  });

  test('[P9] before all others, and not back again', () => {
    const q = aStore();
    q.enqueue(1);
    q.enqueue(2);
    const rerank = (rankClass: 0 | 1 | null) =>
      run(
        q.store,
        {
          type: 'rerank',
          escalationId: escalationId(2),
          hop: 1,
          facts: someFacts(),
          ...(rankClass === null ? {} : { class: rankClass }),
        },
        NOW,
      );
    expect(rerank(1)).toBeNull();
    expect(q.line()).toEqual(['BTN-1001', 'BTN-1002']);
    expect(rerank(0)).toBeNull();
    expect(q.line()).toEqual(['BTN-1002', 'BTN-1001']);
    for (const later of [null, 1] as const) {
      expect(rerank(later)).toBeNull();
      expect(q.line()).toEqual(['BTN-1002', 'BTN-1001']);
    }
  });

  test('[P6] minutes count as age in strict order, within a severity', () => {
    const q = aStore({ order: 'strict' });
    q.enqueue(1);
    q.enqueue(2);
    run(q.store, { type: 'adjust', escalationId: escalationId(2), hop: 1, minutes: 5, by: 'Sam' }, NOW);
    expect(q.line()).toEqual(['BTN-1002', 'BTN-1001']);
    const facts = someFacts({ severity: 'critical' });
    run(q.store, { type: 'rerank', escalationId: escalationId(1), hop: 1, facts }, NOW);
    expect(q.line()).toEqual(['BTN-1001', 'BTN-1002']);
  });

  test('[M5] the best match is by what was asked for, also when others may take it', () => {
    const q = aStore({
      choice: 'best_match',
      path: [{ afterMs: 0, do: 'also_allow', skills: ['general'] }],
    });
    q.enqueue(1, { skills: ['sql>=3'] });
    run(q.store, { type: 'tick' }, NOW + 1);
    q.here('jonas', { skills: ['general:1'] });
    q.here('maya', { skills: ['sql:9'] });
    expect(q.match(NOW + 1)?.to).toBe('maya');
  });

  test('[A5] who leaves between their click and its arrival has vanished', () => {
    const q = aStore({ vanishedMs: MINUTE });
    q.enqueue(1);
    q.here('maya');
    const offer = q.match()!;
    q.here('maya', { presence: 'offline', version: 9 });
    run(q.store, { type: 'accept', reservationId: offer.id, epoch: offer.epoch, agentId: agentId('maya') }, NOW);
    run(q.store, { type: 'tick' }, NOW + MINUTE);
    expect(q.store.entry(escalationId(1), 1)).toMatchObject({ state: 'queued', preferred: agentId('maya') });
  });
});

describe('[Q11] other settings for work that waits', () => {
  const raise = (afterMs: number, minutes = 1) => ({ afterMs, do: 'raise' as const, minutes });
  const overflow = (afterMs: number) => ({ afterMs, do: 'overflow' as const, to: 'que_other000' as QueueId });

  test.each<[string, number, PathStep[], PathStep[], number]>([
    ['a step before what is taken is passed by', 1, [raise(10)], [raise(5), raise(10), raise(20)], 2],
    ['a step behind it is still to come', 1, [raise(10)], [raise(10), raise(15)], 1],
    [
      'a step at the very time is still to come when what is taken is unchanged',
      1,
      [raise(10)],
      [raise(10), overflow(10)],
      1,
    ],
    ['what is taken and removed makes no other step count as taken', 2, [raise(10), raise(20)], [raise(30)], 0],
    ['nothing taken stays nothing', 0, [raise(10)], [raise(5)], 0],
  ])('%s', (_, taken, before, after, expected) => expect(sameWayOn(taken, before, after)).toBe(expected));

  test('[P8] an incident is a term of whoever is in its area, and gone with it', () => {
    const q = aStore();
    run(
      q.store,
      { type: 'enqueue', work: someWork(1), class: 1, facts: someFacts(), queuedAt: NOW, preferred: null },
      NOW,
    );
    const facts = someFacts({ area: 'billing' });
    run(q.store, { type: 'enqueue', work: someWork(2), class: 1, facts, queuedAt: NOW, preferred: null }, NOW);
    const incident = { id: 'inc_1', title: 'Payments fail', area: 'billing', startedAt: NOW, by: 'Sam' };
    const during = { ...q.store.config, incidents: [incident] };
    const [here, elsewhere] = [2, 1].map((n) => q.store.entry(escalationId(n), 1) as QueuedEntry);
    const moved = underSettings(here!, during, q.store.config);
    expect(moved.terms).toContainEqual({ label: 'incident: Payments fail', minutes: -5 });
    expect(moved.dueAt).toBe(here!.dueAt - 5 * MINUTE);
    expect(underSettings(elsewhere!, during, q.store.config)).toEqual(elsewhere);
    expect(underSettings(moved, q.store.config, during)).toEqual(here);
  });

  test('[P8] the incident of an area goes before one of everything, the older before the younger', () => {
    const all = { id: 'a', title: 'All is down', area: null, startedAt: 1, by: 'Sam' };
    const older = { id: 'b', title: 'Cards', area: 'billing', startedAt: 2, by: 'Sam' };
    const younger = { ...older, id: 'c', title: 'Invoices', startedAt: 3 };
    expect(incidentAt('billing', [all, younger, older])).toBe('Cards');
    expect(incidentAt('reports', [all, younger, older])).toBe('All is down');
    expect(incidentAt(null, [younger, older])).toBeNull();
  });

  test('[A5] who had gone before taking back was switched on has been gone since then', () => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya');
    const offer = q.match()!;
    run(q.store, { type: 'accept', reservationId: offer.id, epoch: offer.epoch, agentId: agentId('maya') }, NOW);
    q.here('maya', { presence: 'offline', version: 9 });
    const entry = q.store.entry(escalationId(1), 1)!;
    expect(wakeAt(entry, q.store.config)).toBeNull();
    expect(wakeAt(entry, { ...q.store.config, vanishedMs: MINUTE })).toBe(NOW + MINUTE);
  });
});

describe('[K12] a promise is broken while it waits', () => {
  const path: PathStep[] = [
    { afterMs: 30 * MINUTE, do: 'raise', minutes: 5 },
    { afterMs: 60 * MINUTE, do: 'overflow', to: 'que_other000' as QueueId },
    { afterMs: 90 * MINUTE, do: 'overflow', to: 'que_third000' as QueueId },
  ];
  const sendOn = { type: 'send_on', escalationId: escalationId(1), hop: 1 } as const;
  const late = NOW + 10 * MINUTE;
  const sentTo = (q: ReturnType<typeof aStore>, now: number) => {
    const decision = decideQueue(q.store, { type: 'tick' }, now);
    return decision.ok ? decision.events.flatMap((event) => (event.type === 'overflowed' ? [event] : [])) : [];
  };

  test('it takes the path’s steps up to the next overflow at once, each once, and says why', () => {
    const q = aStore({ path });
    q.enqueue(1);
    run(q.store, sendOn, late);
    // Said again before it has gone: nothing is written anew, and it is not later for that.
    expect(decideQueue(q.store, sendOn, late + 1)).toEqual({ ok: true, events: [] });
    expect(nextQueueWakeAt(q.store, late)).toBe(late);
    run(q.store, { type: 'tick' }, late);
    expect(q.store.entry(escalationId(1), 1)?.raises).toEqual([{ label: 'promise broken', minutes: -5 }]);
    expect(sentTo(q, late)).toMatchObject([{ to: 'que_other000', because: 'promise broken' }]);
    run(q.store, { type: 'tick' }, late);
    // Said again, and with the other queue slow to take it: it does not go on to a third.
    run(q.store, sendOn, late + 1);
    expect(sentTo(q, late + 1)).toEqual([]);
    expect(sentTo(q, NOW + 91 * MINUTE)).toMatchObject([{ to: 'que_third000', because: 'waited 90 min' }]);
  });

  test('not while somebody is being asked, and not when somebody has it', () => {
    const q = aStore({ path });
    q.enqueue(1);
    q.here('maya');
    const offer = q.match(late)!;
    run(q.store, sendOn, late);
    expect(sentTo(q, late + 1)).toEqual([]);
    run(q.store, { type: 'accept', reservationId: offer.id, epoch: offer.epoch, agentId: agentId('maya') }, late);
    expect(sentTo(q, NOW + 99 * MINUTE)).toEqual([]);
  });

  test('where the path leads nowhere it stays, and nothing is written', () => {
    const q = aStore({ path: path.slice(0, 1) });
    q.enqueue(1);
    expect(decideQueue(q.store, sendOn, late)).toEqual({ ok: true, events: [] });
  });
});

describe('why a supervisor’s choice cannot be asked', () => {
  const ask = (q: ReturnType<typeof aStore>, name = 'maya') =>
    whyNotOffered(q.store, { escalationId: escalationId(1), hop: 1, agentId: agentId(name) }, NOW);

  test.each<[string, Partial<QueueConfig>, Parameters<typeof anAgent>[1], string | null]>([
    ['is there and has room', {}, {}, null],
    ['away', {}, { presence: 'away' }, 'maya is away.'],
    ['full', { cost: 2 }, { load: 1 }, 'maya has no room for it.'],
  ])('%s', (_, settings, agent, expected) => {
    const q = aStore(settings);
    q.enqueue(1);
    q.here('maya', agent);
    expect(ask(q)).toBe(expected);
  });

  test('limits of the queue, and what is not waiting', () => {
    const q = aStore({ perAgentLimit: 1 });
    for (const n of [1, 2]) q.enqueue(n);
    q.here('maya', { capacity: 9 });
    expect(ask(q, 'jonas')).toBe('This agent does not serve this queue.');
    const offer = q.match()!;
    expect(ask(q)).toBe('It is being offered to maya.');
    run(q.store, { type: 'accept', reservationId: offer.id, epoch: offer.epoch, agentId: agentId('maya') }, NOW);
    expect(ask(q)).toBe('maya has it.');
    expect(whyNotOffered(q.store, { escalationId: escalationId(2), hop: 1, agentId: agentId('maya') }, NOW)).toBe(
      'maya has as many from this queue as one agent may have.',
    );
    run(q.store, { type: 'close', escalationId: escalationId(1), hop: 1, outcome: 'resolved' }, NOW);
    expect(ask(q)).toBe('This work has left the queue.');
  });

  test('enough within the fairness window', () => {
    const q = aStore({ fairness: { count: 1, windowMs: MINUTE } });
    for (const n of [1, 2]) q.enqueue(n);
    q.here('maya', { capacity: 9 });
    q.match();
    expect(whyNotOffered(q.store, { escalationId: escalationId(2), hop: 1, agentId: agentId('maya') }, NOW)).toBe(
      'maya had enough from this queue just now.',
    );
  });
});

describe('[Q5] repetition', () => {
  test('the same hand-over is the same place; the next hop is another', () => {
    const q = aStore();
    q.enqueue(1);
    q.enqueue(1);
    expect(q.line()).toEqual(['BTN-1001']);
    run(
      q.store,
      { type: 'enqueue', work: someWork(1, { hop: 2 }), class: 1, facts: someFacts(), queuedAt: NOW, preferred: null },
      NOW,
    );
    expect(q.line()).toHaveLength(2);
  });

  test('[E7] left by its visitor is not served, though somebody had just said yes', () => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya');
    const offer = q.match()!;
    run(q.store, { type: 'accept', reservationId: offer.id, epoch: 1, agentId: agentId('maya') }, NOW + 1000);
    run(q.store, { type: 'close', escalationId: escalationId(1), hop: 1, outcome: 'abandoned' }, NOW + 1040);
    expect(q.store.served).toEqual([]);
  });

  test('closed twice is served once', () => {
    const q = aStore();
    q.enqueue(1);
    q.here('maya');
    const offer = q.match()!;
    run(
      q.store,
      { type: 'accept', reservationId: offer.id, epoch: 1, agentId: agentId('maya') },
      NOW + MINUTE - 40_000,
    );
    const close = { type: 'close', escalationId: escalationId(1), hop: 1, outcome: 'resolved' } as const;
    run(q.store, close, NOW + 5 * MINUTE);
    run(q.store, close, NOW + 6 * MINUTE);
    expect(q.store.served).toHaveLength(1);
    expect(run(q.store, { type: 'rerank', escalationId: escalationId(1), hop: 1, facts: someFacts() }, NOW)).toBe(
      'already_closed',
    );
    expect(run(q.store, { ...close, escalationId: escalationId(9) }, NOW)).toBe('unknown_entry');
  });
});

describe('[Q8] work that is taken back', () => {
  test('keeps its rank; who lost it to somebody’s word is not asked again at once', () => {
    const q = aStore();
    q.enqueue(1);
    q.enqueue(2);
    q.here('maya', { capacity: 9, idleSince: 99 });
    const offer = q.match()!;
    run(q.store, { type: 'accept', reservationId: offer.id, epoch: 1, agentId: agentId('maya') }, NOW);
    run(
      q.store,
      { type: 'take_back', escalationId: escalationId(1), hop: 1, by: { id: agentId('sam'), name: 'Sam' } },
      NOW + MINUTE,
    );
    expect(q.line()).toEqual(['BTN-1001', 'BTN-1002']);
    q.here('jonas');
    expect(q.match(NOW + MINUTE)).toMatchObject({ ticket: 'BTN-1001', to: 'jonas' });
  });
});

describe('[Q18] a closed queue', () => {
  const closes = (q: ReturnType<typeof aStore>, isClosed = true) =>
    run(q.store, { type: 'set_closure', closure: isClosed ? { by: 'Sam', at: NOW } : null }, NOW);

  test('serves what was in line, and offers what came after it to nobody until it is opened', () => {
    const q = aStore();
    q.enqueue(1);
    closes(q);
    // Before it by rank, and for others besides.
    q.enqueue(2, { class: 0 });
    q.enqueue(3, { skills: ['api'] });
    q.here('maya', { capacity: 4, skills: ['api'] });
    expect(q.match()).toMatchObject({ ticket: 'BTN-1001' });
    expect([q.match(), q.match(NOW, 'maya')]).toEqual([null, null]);
    closes(q, false);
    expect([q.match()?.ticket, q.match()?.ticket]).toEqual(['BTN-1002', 'BTN-1003']);
  });

  test('offers a newcomer to nobody in the step that puts them in line', () => {
    const q = aStore();
    q.here('maya');
    closes(q);
    run(
      q.store,
      {
        type: 'enqueue',
        work: someWork(1),
        class: 1,
        facts: someFacts(),
        queuedAt: NOW,
        preferred: null,
        reservationId: reservationId(9),
      },
      NOW,
    );
    expect(q.store.entry(escalationId(1), 1)?.state).toBe('queued');
  });

  test('serves what comes back to its place, and offers a newcomer by a supervisor’s hand', () => {
    const q = aStore({ cooldownMs: 0 });
    q.enqueue(1);
    q.here('maya', { capacity: 2 });
    const { id, epoch } = q.match()!;
    closes(q);
    q.enqueue(2);
    run(q.store, { type: 'decline', reservationId: id, epoch, agentId: agentId('maya') }, NOW);
    q.here('maya', { version: 2, capacity: 2 });
    const entry = { escalationId: escalationId(2), hop: 1 };
    run(q.store, { type: 'match', reservationId: reservationId(77), only: agentId('maya'), entry }, NOW);
    expect(q.store.entry(escalationId(2), 1)?.state).toBe('reserved');
    expect(q.match()).toMatchObject({ ticket: 'BTN-1001' });
  });

  test('is closed once: who came since stays a newcomer', () => {
    const q = aStore();
    closes(q);
    q.enqueue(1);
    closes(q);
    q.here('maya');
    expect(q.store.closure()).toEqual({ by: 'Sam', at: NOW, lastSeq: 0 });
    expect(q.match()).toBeNull();
  });
});

describe('[Q17] a supervisor takes back', () => {
  const takeBack = (n: number) =>
    ({ type: 'take_back', escalationId: escalationId(n), hop: 1, by: { id: agentId('sam'), name: 'Sam' } }) as const;

  test('what is only offered: it keeps its place and its place on the path, and they are spared it for a while', () => {
    const path = [{ afterMs: 30 * MINUTE, do: 'raise' as const, minutes: 5 }];
    const q = aStore({ cooldownMs: MINUTE, advanceOnLapse: true, path });
    q.enqueue(1);
    q.enqueue(2);
    q.here('maya', { capacity: 1 });
    expect(q.match()).toMatchObject({ ticket: 'BTN-1001', to: 'maya' });
    const before = q.store.entry(escalationId(1), 1);
    expect(run(q.store, takeBack(1), NOW + 1000)).toBeNull();
    const {
      state: _s,
      agentId: _a,
      agentName: _n,
      reservationId: _r,
      offeredAt: _o,
      expiresAt: _e,
      turnBefore: _t,
      ...kept
    } = before as Extract<typeof before, { state: 'reserved' }>;
    expect(q.store.entry(escalationId(1), 1)).toEqual({
      ...kept,
      state: 'queued',
      cooldowns: [{ agentId: agentId('maya'), until: NOW + 1000 + MINUTE }],
    });
    expect(q.line()).toEqual(['BTN-1001', 'BTN-1002']);
  });

  test('nothing from nobody, and says so', () => {
    const q = aStore();
    q.enqueue(1);
    expect(run(q.store, takeBack(1), NOW)).toBe('nobody_has_it');
    run(q.store, { type: 'close', escalationId: escalationId(1), hop: 1, outcome: 'resolved' }, NOW);
    expect(run(q.store, takeBack(1), NOW)).toBe('already_closed');
    expect(run(q.store, takeBack(2), NOW)).toBe('unknown_entry');
  });
});

test('[Q2] work that is put in line and offered in one step is where it would be in two', { timeout: 30_000 }, () => {
  let inOneStep = 0;
  for (const { settings, steps } of someHistories(200, 5)) {
    const [one, two] = [new MemoryQueueStore(settings), new MemoryQueueStore(settings)];
    for (const [i, { command, now }] of steps.entries()) {
      if (command.type !== 'enqueue') {
        take(one, { command, now }, bringMemoryTo);
        take(two, { command, now }, bringMemoryTo);
      } else {
        const id = reservationId(`step${i}`);
        run(one, { ...command, reservationId: id }, now);
        if (one.byReservation(id) === null) run(one, { type: 'match', reservationId: id, only: null }, now);
        else inOneStep += 1;
        const { reservationId: _, ...queued } = command;
        run(two, queued, now);
        run(two, { type: 'match', reservationId: id, only: null }, now);
      }
      expect(snapshot(one, now)).toEqual(snapshot(two, now));
    }
  }
  expect(inOneStep).toBeGreaterThan(20);
});
