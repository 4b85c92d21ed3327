import { describe, expect, test } from 'vitest';
import {
  type AgentCommand,
  type AgentState,
  decideAgent,
  evolveAgent,
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
