import { describe, expect, it } from 'vitest';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import { cooldownMs, serversOf } from '#domain/queue/servers.ts';
import { startingAfter } from '#domain/sla/wait-estimate.ts';
import { agentId, anAgent, aQueue, NOW, reservationId, someFacts, someWork } from '../support/builders.ts';
import { run } from '../support/queue-store-contract.ts';

/** Maya knows billing, Jonas everything, Ines is away. */
function aDesk(): MemoryQueueStore {
  const store = new MemoryQueueStore(aQueue({ cost: 2 }));
  const here = [
    anAgent('maya', { skills: ['billing'], capacity: 5, load: 1 }),
    anAgent('jonas', { skills: ['billing', 'sql:2'], capacity: 2, load: 2 }),
    anAgent('ines', { skills: ['sql:2'], presence: 'away' }),
  ];
  for (const agent of here) run(store, { type: 'mirror_agent', agent }, NOW);
  return store;
}

describe('[W1] who could take work of a line', () => {
  it.each([
    ['whoever is there, where nothing is asked for', '', { agentsAvailable: 2, slots: 3, freeSlots: 2 }],
    ['who has the skill', 'sql>=2', { agentsAvailable: 1, slots: 1, freeSlots: 0 }],
    ['nobody, at a level that nobody there has', 'sql>=3', { agentsAvailable: 0, slots: 0, freeSlots: 0 }],
    ['who has one of the alternatives', 'french|sql>=2', { agentsAvailable: 1, slots: 1, freeSlots: 0 }],
  ])('is %s', (_, key, servers) => expect(serversOf(aDesk(), NOW)(key)).toMatchObject(servers));

  it('is nobody whose whole capacity is less than one piece takes', () => {
    const store = new MemoryQueueStore(aQueue({ cost: 3 }));
    run(store, { type: 'mirror_agent', agent: anAgent('maya', { capacity: 2 }) }, NOW);
    expect(serversOf(store, NOW)('')).toMatchObject({ agentsAvailable: 0, slots: 0, freeSlots: 0 });
  });

  it('each of whom let it pass is nobody to be asked until the first cool-down ends; one who did not is', () => {
    const servers = serversOf(aDesk(), NOW);
    const cooling = (...who: string[]) => ({
      cooldowns: who.map((name, i) => ({ agentId: agentId(name), until: NOW + (i + 1) * 60_000 })),
    });
    expect(cooldownMs(servers('billing'), cooling('jonas', 'maya'), NOW)).toBe(60_000);
    expect(cooldownMs(servers('sql>=2'), cooling('maya', 'jonas'), NOW)).toBe(120_000);
    expect(cooldownMs(servers('billing'), cooling('jonas'), NOW)).toBe(0);
    expect(cooldownMs(servers('billing'), cooling('jonas', 'maya'), NOW + 60_000)).toBe(0);
    expect(cooldownMs(servers('sql>=3'), cooling('jonas'), NOW)).toBe(0);
    expect(startingAfter(60_000, { lowMs: 0, highMs: 22_000 })).toEqual({ lowMs: 60_000, highMs: 82_000 });
    expect(startingAfter(60_000, null)).toBeNull();
  });

  it('an offer that is not answered is still a free slot of who could take it', () => {
    const store = aDesk();
    const work = someWork(1, { skills: ['billing'] });
    run(store, { type: 'enqueue', work, class: 1, facts: someFacts(), queuedAt: NOW, preferred: null }, NOW);
    run(store, { type: 'match', reservationId: reservationId(1), only: null }, NOW);
    const servers = serversOf(store, NOW);
    expect(['billing', 'sql>=2'].map((key) => servers(key).freeSlots)).toEqual([2, 0]);
  });

  it('nobody has more slots than one agent may have of this queue, nor free ones beside what they hold', () => {
    const store = new MemoryQueueStore(aQueue({ perAgentLimit: 2 }));
    run(store, { type: 'mirror_agent', agent: anAgent('maya', { capacity: 5 }) }, NOW);
    const take = (n: number) => {
      const work = someWork(n);
      run(store, { type: 'enqueue', work, class: 1, facts: someFacts(), queuedAt: NOW, preferred: null }, NOW);
      run(store, { type: 'match', reservationId: reservationId(n), only: null }, NOW);
      const entry = store.byReservation(reservationId(n));
      run(
        store,
        { type: 'accept', reservationId: reservationId(n), epoch: entry?.epoch ?? 0, agentId: agentId('maya') },
        NOW,
      );
      run(store, { type: 'mirror_agent', agent: anAgent('maya', { capacity: 5, load: n, version: n + 1 }) }, NOW);
    };
    const slots = () => {
      const servers = serversOf(store, NOW)('');
      return [servers.slots, servers.freeSlots];
    };
    expect(slots()).toEqual([2, 2]);
    take(1);
    expect(slots()).toEqual([2, 1]);
    take(2);
    // Three units are free, and none of them for this queue.
    expect(slots()).toEqual([2, 0]);
  });

  it('who had enough from this queue just now has nothing free until the window is over', () => {
    const store = new MemoryQueueStore(aQueue({ fairness: { count: 1, windowMs: 60_000 } }));
    run(store, { type: 'mirror_agent', agent: anAgent('maya', { capacity: 5 }) }, NOW);
    run(
      store,
      { type: 'enqueue', work: someWork(1), class: 1, facts: someFacts(), queuedAt: NOW, preferred: null },
      NOW,
    );
    run(store, { type: 'match', reservationId: reservationId(1), only: null }, NOW);
    const epoch = store.byReservation(reservationId(1))?.epoch ?? 0;
    run(store, { type: 'accept', reservationId: reservationId(1), epoch, agentId: agentId('maya') }, NOW);
    run(store, { type: 'mirror_agent', agent: anAgent('maya', { capacity: 5, load: 1, version: 2 }) }, NOW);
    expect([NOW, NOW + 60_001].map((now) => serversOf(store, now)('').freeSlots)).toEqual([0, 4]);
  });

  it('who waits for others is not before anybody', () => {
    const servers = serversOf(aDesk(), NOW);
    const ahead = (key: string) => ['', 'billing', 'sql>=2', 'sql>=3'].filter((other) => servers(key).isBefore(other));
    expect(ahead('')).toEqual(['', 'billing', 'sql>=2']);
    // Only Jonas: he could be given any of these.
    expect(ahead('sql>=2')).toEqual(['', 'billing', 'sql>=2']);
    // Nobody: behind those alone who wait for the same.
    expect(ahead('sql>=3')).toEqual(['sql>=3']);
  });
});
