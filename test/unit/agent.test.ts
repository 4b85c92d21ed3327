import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueueId } from '#domain/ids.ts';
import {
  type AgentCommand,
  type AgentState,
  decideAgent,
  evolveAgent,
  loadOf,
  newAgent,
  nextAgentDeadline,
} from '#domain/routing/agent.ts';
import { agentId, aProposal, NOW, reservationId, someWork } from '../support/builders.ts';

const GRACE_MS = 5000;

function given(...commands: (AgentCommand & { now?: number })[]): { state: AgentState; refusals: string[] } {
  let state = newAgent({ id: agentId('maya'), name: 'Maya', skills: [], capacity: 2 });
  const refusals: string[] = [];
  for (const { now = NOW, ...command } of commands) {
    const decision = decideAgent(state, command as AgentCommand, now);
    if (decision.ok) for (const event of decision.events) state = evolveAgent(state, event);
    else refusals.push(decision.reason);
  }
  return { state, refusals };
}

const available: AgentCommand[] = [{ type: 'console_opened' }, { type: 'set_presence', presence: 'available' }];
const grant = (n: number): AgentCommand => ({ type: 'grant', proposal: aProposal(n) });

describe('[A7] other settings', () => {
  const assigned = (n: number): AgentCommand => ({ type: 'assigned', reservationId: reservationId(n) });
  const billing = aProposal(0).queueId;
  const profile = (changed: { capacity?: number; skills?: string[]; queueIds?: QueueId[] }): AgentCommand => ({
    type: 'profile',
    name: 'Maya',
    skills: [],
    capacity: 2,
    queueIds: [billing],
    ...changed,
  });
  const slotsOf = ({ slots }: AgentState) => slots.map(({ reservationId: id, state }) => [id, state]);

  test('are taken over and told; the same again is nothing', () => {
    const before = given(...available).state;
    const { state } = given(...available, profile({ capacity: 5, skills: ['api:3'] }));
    expect(state).toEqual({ ...before, capacity: 5, skills: ['api:3'], version: before.version + 1 });
    expect(
      given(...available, profile({ capacity: 5, skills: ['api:3'] }), profile({ capacity: 5, skills: ['api:3'] }))
        .state,
    ).toEqual(state);
  });

  test('an offer that went back when it had been taken already is in hand all the same, once, also beyond the capacity', () => {
    const taken = (n: number): AgentCommand => ({
      type: 'assigned',
      reservationId: reservationId(n),
      proposal: aProposal(n),
    });
    const gone = [...available, grant(1), grant(2), profile({ capacity: 1, queueIds: [] })];
    expect(slotsOf(given(...gone).state)).toEqual([]);
    const { state } = given(...gone, taken(1), taken(2), taken(1));
    expect(slotsOf(state)).toEqual([
      [reservationId(1), 'assigned'],
      [reservationId(2), 'assigned'],
    ]);
    // Where the offer is still there, it is that one.
    expect(slotsOf(given(...available, grant(1), taken(1)).state)).toEqual([[reservationId(1), 'assigned']]);
  });

  test('with less room the latest offer goes first, and work in hand stays', () => {
    const { state } = given(
      ...available,
      profile({ capacity: 3 }),
      grant(1),
      assigned(1),
      grant(2),
      grant(3),
      profile({ capacity: 2 }),
    );
    expect(slotsOf(state)).toEqual([
      [reservationId(1), 'assigned'],
      [reservationId(2), 'offered'],
    ]);
    const { state: full, refusals } = given(
      ...available,
      grant(1),
      assigned(1),
      grant(2),
      assigned(2),
      profile({ capacity: 1 }),
      grant(3),
    );
    expect(slotsOf(full)).toHaveLength(2);
    expect(refusals).toEqual(['no_free_slot']);
  });

  test('an offer goes no further back than it must: a large one behind a small one that fits', () => {
    const large: AgentCommand = { type: 'grant', proposal: aProposal(2, { cost: 2 }) };
    const { state } = given(...available, profile({ capacity: 3 }), grant(1), large, profile({ capacity: 1 }));
    expect(slotsOf(state)).toEqual([[reservationId(1), 'offered']]);
  });

  test('offers of a queue that is no longer theirs go back, work from it stays, and nobody is called silent', () => {
    const { state } = given(...available, grant(1), assigned(1), grant(2), profile({ queueIds: [] }));
    expect(slotsOf(state)).toEqual([[reservationId(1), 'assigned']]);
    expect(state).toMatchObject({ presence: 'available', unanswered: 0 });
  });
});

describe('[A1] slots', () => {
  test('are granted up to the capacity, each proposal once', () => {
    const { state, refusals } = given(...available, grant(1), grant(1), grant(2), grant(3));
    expect(state.slots.map(({ reservationId: id }) => id)).toEqual([reservationId(1), reservationId(2)]);
    expect(refusals).toEqual(['no_free_slot']);
  });

  test('come free when the work is released, and only that hop’s', () => {
    const assigned: AgentCommand = { type: 'assigned', reservationId: reservationId(1) };
    const release = (hop: number): AgentCommand => ({ type: 'release', escalationId: someWork(1).escalationId, hop });
    expect(given(...available, grant(1), assigned, release(2)).state.slots).toHaveLength(1);
    expect(given(...available, grant(1), assigned, release(1), release(1)).state.slots).toEqual([]);
  });

  test('[E7] [A6] leave nothing to write down when the visitor left before anything could be done', () => {
    const wraps: AgentCommand = { type: 'grant', proposal: aProposal(1, { wrapUpMs: 60_000 }) };
    const assigned: AgentCommand = { type: 'assigned', reservationId: reservationId(1) };
    const release: AgentCommand = { type: 'release', escalationId: someWork(1).escalationId, hop: 1 };
    expect(given(...available, wraps, assigned, release).state.slots).toMatchObject([{ state: 'wrapping' }]);
    expect(given(...available, wraps, assigned, { ...release, isUndone: true }).state.slots).toEqual([]);
  });

  test('[M1] an agent is idle since they took work, were through with it, or with its notes; an offer is no work', () => {
    const at = (minutes: number) => NOW + minutes * 60_000;
    const wraps: AgentCommand = { type: 'grant', proposal: aProposal(1, { wrapUpMs: 300_000 }) };
    const assigned = { type: 'assigned', reservationId: reservationId(1), now: at(1) } as const;
    const release = { type: 'release', escalationId: someWork(1).escalationId, hop: 1, now: at(60) } as const;
    const since = (...commands: Parameters<typeof given>) => given(...available, ...commands).state.idleSince;
    expect(since(grant(1), assigned)).toBe(at(1));
    expect(since(grant(1), assigned, release)).toBe(at(60));
    expect(since(wraps, assigned, release)).toBe(at(1));
    expect(since(wraps, assigned, release, { type: 'wrapped_up', reservationId: reservationId(1), now: at(62) })).toBe(
      at(62),
    );
    // By the clock, however late it comes.
    expect(since(wraps, assigned, release, { type: 'tick', graceMs: GRACE_MS, now: at(90) })).toBe(at(65));
    expect(
      since(grant(1), { type: 'offer_ended', reservationId: reservationId(1), because: 'declined', now: at(5) }),
    ).toBe(0);
    expect(since(grant(1), { ...release, now: at(5) })).toBe(0);
  });

  test('[A5] taken back and given again, it is not freed by a late word about the first time', () => {
    const release = (n: number): AgentCommand => ({
      type: 'release',
      escalationId: someWork(1).escalationId,
      hop: 1,
      reservationId: reservationId(n),
    });
    const again: AgentCommand = { type: 'grant', proposal: aProposal(2, { work: someWork(1), epoch: 2 }) };
    const { state } = given(...available, grant(1), release(1), again, release(1));
    expect(state.slots.map(({ reservationId: id }) => id)).toEqual([reservationId(2)]);
    expect(given(...available, again, release(2)).state.slots).toEqual([]);
  });

  test('an assigned slot is not freed by a late word about its offer', () => {
    const { state } = given(
      ...available,
      grant(1),
      { type: 'assigned', reservationId: reservationId(1) },
      {
        type: 'offer_ended',
        reservationId: reservationId(1),
        because: 'expired',
      },
    );
    expect(state).toMatchObject({ presence: 'available', slots: [{ state: 'assigned' }] });
  });
});

describe('[A2] a console that goes away', () => {
  const gone: AgentCommand = { type: 'consoles_gone' };
  const tick = (now: number) => ({ type: 'tick' as const, graceMs: GRACE_MS, now });

  test('gives offers back after the grace, keeps accepted work', () => {
    const commands = [
      ...available,
      grant(1),
      grant(2),
      { type: 'assigned', reservationId: reservationId(2) } as const,
      gone,
    ];
    expect(given(...commands, tick(NOW + GRACE_MS - 1)).state.slots).toHaveLength(2);
    expect(given(...commands, tick(NOW + GRACE_MS)).state).toMatchObject({
      presence: 'offline',
      slots: [{ reservationId: reservationId(2), state: 'assigned' }],
    });
    expect(nextAgentDeadline(given(...commands).state, GRACE_MS)).toBe(NOW + GRACE_MS);
  });

  test('and comes back within the grace changes nothing', () => {
    const { state } = given(...available, grant(1), gone, { type: 'console_opened' }, tick(NOW + GRACE_MS));
    expect(state).toMatchObject({ presence: 'available', goneAt: null, slots: [{ state: 'offered' }] });
    expect(nextAgentDeadline(state, GRACE_MS)).toBeNull();
  });

  test('[A4] is offered nothing meanwhile', () => {
    expect(given(...available, gone, grant(1)).refusals).toEqual(['not_available']);
  });

  test('and comes back later is away until the agent says otherwise', () => {
    const { state, refusals } = given(...available, gone, tick(NOW + GRACE_MS), { type: 'console_opened' }, grant(1));
    expect(state.presence).toBe('away');
    expect(refusals).toEqual(['not_available']);
  });
});

describe('[A3] silence', () => {
  test('turns an agent away and says why; declining does not', () => {
    const end = (because: 'expired' | 'declined'): AgentCommand => ({
      type: 'offer_ended',
      reservationId: reservationId(1),
      because,
    });
    expect(given(...available, grant(1), end('expired')).state).toMatchObject({
      presence: 'away',
      presenceBecause: expect.stringContaining('unanswered'),
      slots: [],
    });
    expect(given(...available, grant(1), end('declined')).state).toMatchObject({ presence: 'available', slots: [] });
  });
});

describe('[P7] a new rank of what is offered', () => {
  const rank = { terms: [{ label: 'frustrated', minutes: -3 }], dueAt: NOW + 7 };
  const reranked = (epoch: number): AgentCommand => ({
    type: 'offer_reranked',
    reservationId: reservationId(1),
    epoch,
    ...rank,
  });
  test('is shown with the offer, which stays the same', () => {
    const before = given(...available, grant(1)).state;
    expect(given(...available, grant(1), reranked(1), reranked(1)).state).toEqual({
      ...before,
      slots: [{ ...before.slots[0], ...rank }],
    });
  });
  test.each<[string, AgentCommand[]]>([
    ['of an older reservation', [grant(1), reranked(2)]],
    ['of work that was taken', [grant(1), { type: 'assigned', reservationId: reservationId(1) }, reranked(1)]],
    ['of an offer that is not here', [grant(2), reranked(1)]],
  ])('%s changes nothing', (_, commands) => {
    const { state } = given(...available, ...commands);
    expect(state.slots.map(({ terms }) => terms)).toEqual([[]]);
  });
});

test('every change counts up the version that queues compare', () => {
  const versions = [1, 2, 3].map((n) => given(...available.slice(0, n), ...(n === 3 ? [grant(1)] : [])).state.version);
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(new Set(versions).size).toBe(3);
});

/** Proposals of several queues, of one and of two units, and everything that may come of them, in any order and as often as it likes. */
const anyWord = fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 6 }), fc.nat(8000)).map(([kind, n, wait]) => {
  const reservation = reservationId(n);
  const proposal = aProposal(n, { cost: 1 + (n % 2), wrapUpMs: n % 3 === 0 ? 3000 : 0 });
  const ended = (because: 'declined' | 'expired' | 'taken') => ({
    type: 'offer_ended' as const,
    reservationId: reservation,
    because,
  });
  const words: AgentCommand[] = [
    { type: 'tick', graceMs: GRACE_MS },
    { type: 'grant', proposal },
    { type: 'grant', proposal },
    { type: 'assigned', reservationId: reservation },
    { type: 'release', escalationId: proposal.work.escalationId, hop: 1 },
    { type: 'wrapped_up', reservationId: reservation },
    ended((['declined', 'expired', 'taken'] as const)[wait % 3] ?? 'taken'),
    { type: 'set_presence', presence: wait % 4 === 0 ? 'away' : 'available' },
    { type: 'console_opened' },
    { type: 'consoles_gone' },
  ];
  return { word: words[kind] as AgentCommand, wait };
});

test('[R15] [R12] after every word of any story: no more units than there are, no reservation twice, no work lost by a word about another, a deadline for whatever ends by itself', () => {
  fc.assert(
    fc.property(fc.array(anyWord, { maxLength: 40 }), (story) => {
      let { state } = given(...available);
      let now = NOW;
      for (const { word, wait } of story) {
        now += wait;
        const before = state;
        const decision = decideAgent(state, word, now);
        if (!decision.ok) continue;
        state = decision.events.reduce(evolveAgent, state);
        expect(loadOf(state)).toBeLessThanOrEqual(state.capacity);
        const ids = state.slots.map(({ reservationId: id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
        const lost = before.slots.filter((slot) => slot.state === 'assigned' && !ids.includes(slot.reservationId));
        if (word.type !== 'release') expect(lost).toEqual([]);
        // Sent again because the answer was not heard.
        const again = decideAgent(state, word, now);
        if (again.ok) expect(again.events).toEqual([]);
        const next = nextAgentDeadline(state, GRACE_MS);
        const endsByItself = state.goneAt !== null || state.slots.some((slot) => slot.state === 'wrapping');
        expect(next !== null).toBe(endsByItself);
        if (word.type === 'tick' && next !== null) expect(next).toBeGreaterThan(now);
      }
    }),
    { numRuns: 2000, seed: 7 },
  );
});
