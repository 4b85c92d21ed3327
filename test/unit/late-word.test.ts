import { describe, expect, test } from 'vitest';
import { assembleBundle } from '#domain/bundle/assemble.ts';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import { decideConversation } from '#domain/conversation/decide.ts';
import { evolveConversation } from '#domain/conversation/evolve.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { QueueId } from '#domain/ids.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import {
  aConversation,
  agentId,
  anAgent,
  aQueue,
  escalationId,
  NOW,
  reservationId,
  someFacts,
  someWork,
} from '../support/builders.ts';
import { run } from '../support/queue-store-contract.ts';

const hop = (n: number, name: string): Escalation['hops'][number] => ({
  hop: n,
  kind: n === 1 ? 'handoff' : 'transfer',
  queueId: `que_${name}` as QueueId,
  queueName: name,
  at: NOW + n,
  by: { kind: 'assistant' },
  note: null,
  wanted: null,
  raises: [],
  relaxed: 0,
  waitedMs: 0,
});
const escalated = (hops: number, id = escalationId(1)): Escalation => ({
  id,
  conversationId: aConversation().id,
  ticketNumber: 'BTN-1042',
  createdAt: NOW,
  severity: 'normal',
  skills: [],
  class: 1,
  because: [],
  hops: Array.from({ length: hops }, (_, i) => hop(i + 1, `queue${i + 1}`)),
  state: 'queued',
});
const bundleOf = (state: ConversationState, escalation: Escalation) =>
  assembleBundle({
    state,
    escalation,
    entries: [],
    page: null,
    trail: [],
    reasons: null,
    rank: null,
    history: { ok: true, value: [] },
    changes: { ok: true, value: null },
    recordingSegments: 0,
    bugReport: null,
    now: NOW,
  } as Parameters<typeof assembleBundle>[0]);

describe('[E3] a bundle', () => {
  const state = aConversation({ escalation: escalated(2) });
  const told = (bundle: ReturnType<typeof bundleOf>) => {
    const decision = decideConversation(state, { type: 'bundled', bundle }, NOW);
    if (!decision.ok) throw new Error(decision.reason);
    const after = decision.events.reduce(evolveConversation, state);
    return { kept: after.bundle, effects: decision.events.filter(({ type }) => type === 'effect').length };
  };

  test('of the hop that the work is on is kept and goes to D1', () => {
    const bundle = bundleOf(state, escalated(2));
    expect(told(bundle)).toEqual({ kept: bundle, effects: 1 });
  });

  test.each([
    ['of an earlier hop', escalated(1)],
    ['of a later hop', escalated(3)],
    ['of another escalation', escalated(2, escalationId(2))],
  ])('%s is not', (_, escalation) => {
    expect(told(bundleOf(state, escalation))).toEqual({ kept: null, effects: 0 });
  });

  test('is not kept when nobody has asked for a person', () => {
    const calm = aConversation();
    expect(decideConversation(calm, { type: 'bundled', bundle: bundleOf(calm, escalated(1)) }, NOW)).toEqual({
      ok: true,
      events: [],
    });
  });
});

describe('[Q4] word about another offer of the same work', () => {
  /** One entry, offered to Maya, with the epoch of the second offer. */
  function offered() {
    const store = new MemoryQueueStore(aQueue());
    const work = { type: 'enqueue' as const, work: someWork(1), class: 1 as const, facts: someFacts(), queuedAt: NOW };
    run(store, { ...work, preferred: null }, NOW);
    for (const name of ['maya', 'jonas']) run(store, { type: 'mirror_agent', agent: anAgent(name) }, NOW);
    run(store, { type: 'match', reservationId: reservationId(1), only: agentId('jonas') }, NOW);
    run(store, { type: 'orphan', reservationId: reservationId(1), epoch: 1 }, NOW);
    run(store, { type: 'match', reservationId: reservationId(2), only: agentId('maya') }, NOW);
    return store;
  }
  const entryOf = (store: MemoryQueueStore) => store.entry(escalationId(1), 1);

  test.each([1, 3, 0, -1])('with epoch %s changes nothing', (epoch) => {
    const store = offered();
    const before = entryOf(store);
    expect(before).toMatchObject({ state: 'reserved', epoch: 2, agentId: agentId('maya') });
    const id = reservationId(2);
    expect(run(store, { type: 'decline', reservationId: id, epoch, agentId: agentId('maya') }, NOW)).toBe(
      'stale_epoch',
    );
    expect(run(store, { type: 'orphan', reservationId: id, epoch }, NOW)).toBeNull();
    expect(run(store, { type: 'agent_refused', reservationId: id, epoch }, NOW)).toBeNull();
    expect(entryOf(store)).toEqual(before);
  });

  test('with its own epoch it does', () => {
    for (const command of ['decline', 'orphan', 'agent_refused'] as const) {
      const store = offered();
      run(store, { type: command, reservationId: reservationId(2), epoch: 2, agentId: agentId('maya') }, NOW);
      expect(entryOf(store)).toMatchObject({ state: 'queued' });
    }
  });
});

describe('[Q10] the alarm', () => {
  /** Everything that happens by itself, in one queue: an offer that ends, a step of the path, a requirement that is relaxed. */
  const settings = aQueue({
    offerMs: 30_000,
    relaxAfterMs: [45_000, null, null],
    path: [{ afterMs: 60_000, do: 'raise', minutes: -5 }],
  });
  function begun() {
    const store = new MemoryQueueStore(settings);
    const enqueue = (n: number, skills: string[]) =>
      run(
        store,
        {
          type: 'enqueue',
          work: someWork(n, { skills }),
          class: 1,
          facts: someFacts(),
          queuedAt: NOW,
          preferred: null,
        },
        NOW,
      );
    enqueue(1, []);
    enqueue(2, ['api#3']);
    run(store, { type: 'mirror_agent', agent: anAgent('maya', { capacity: 1 }) }, NOW);
    run(store, { type: 'match', reservationId: reservationId(1), only: null }, NOW);
    return store;
  }
  const state = (store: MemoryQueueStore) => [1, 2].map((n) => store.entry(escalationId(n), 1));

  test('is the earliest of what is to happen, and goes on from there', () => {
    const store = begun();
    const seen: number[] = [];
    for (let at = store.nextWakeAt(); at !== null && seen.length < 20; at = store.nextWakeAt()) {
      seen.push(at - NOW);
      run(store, { type: 'tick' }, at);
      // What was due is done: the same moment is never woken for again.
      expect(store.nextWakeAt() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(at);
    }
    expect(seen).toEqual(expect.arrayContaining([30_000, 45_000, 60_000]));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
  });

  test('that goes off twice, or too early, does nothing more', () => {
    const store = begun();
    const before = state(store);
    run(store, { type: 'tick' }, NOW + 29_999);
    expect(state(store)).toEqual(before);
    run(store, { type: 'tick' }, NOW + 30_000);
    const once = state(store);
    run(store, { type: 'tick' }, NOW + 30_000);
    run(store, { type: 'tick' }, NOW + 30_001);
    expect(state(store)).toEqual(once);
  });

  test('that comes late does what the timely ones would have done', () => {
    const [timely, late] = [begun(), begun()];
    for (const after of [30_000, 45_000, 60_000]) run(timely, { type: 'tick' }, NOW + after);
    // One thing for each entry at a time: what is still due is due at once.
    for (let n = 0; n < 5 && (late.nextWakeAt() ?? 0) <= NOW + 60_000; n += 1)
      run(late, { type: 'tick' }, NOW + 60_000);
    const [, second] = state(late) as { needsKey: string; dueAt: number; relaxed: number; stepsTaken: number }[];
    expect(second).toMatchObject({ relaxed: 1, stepsTaken: 1, needsKey: '' });
    expect(state(late)[1]).toEqual(state(timely)[1]);
    // The offer that ended is back in line either way; only the cool-down counts from when it was seen.
    expect([state(late)[0]?.state, state(timely)[0]?.state]).toEqual(['queued', 'queued']);
  });
});
