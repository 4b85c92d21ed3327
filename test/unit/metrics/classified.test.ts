import { describe, expect, test } from 'vitest';
import type { ConversationCommand, NewEscalation, TurnOutcome } from '#domain/conversation/command.ts';
import type { About, ConversationState } from '#domain/conversation/conversation.ts';
import { decideConversation } from '#domain/conversation/decide.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import { evolveConversation } from '#domain/conversation/evolve.ts';
import type { EscalationId, QueueId } from '#domain/ids.ts';
import { aConversation, someTerms } from '../../support/builders.ts';

const started = aConversation();

/** Says something and ends the assistant's turn with this reading; returns the state and what was recorded. */
function turn(state: ConversationState, about: About, next: TurnOutcome['next'] = { kind: 'nothing' }) {
  const recorded: OutcomeEvent[] = [];
  const id = `turn${state.head}`;
  const commands: ConversationCommand[] = [
    { type: 'visitor_says', clientId: `client${state.head}`, text: 'Hello', turnId: id },
    {
      type: 'finish_turn',
      turnId: id,
      outcome: { failed: [], about, attempt: null, evaluations: [], say: null, next },
    },
  ];
  let now = state;
  for (const command of commands) {
    const decision = decideConversation(now, command, 1000);
    if (!decision.ok) throw new Error(decision.message);
    for (const event of decision.events) {
      now = evolveConversation(now, event);
      if (event.type === 'effect' && event.effect.kind === 'outcome_event') recorded.push(event.effect.event);
    }
  }
  return { state: now, recorded };
}

const classified = (topic: string | null, area: string | null) => ({ type: 'conversation.classified', topic, area });

describe('[C7] what a conversation is about', () => {
  test('[C7] recorded with the first reading, and not again while it stays the same', () => {
    const first = turn(started, { topic: 'billing', area: 'billing' });
    expect(first.recorded).toEqual([{ type: 'conversation.started' }, classified('billing', 'billing')]);
    expect(turn(first.state, { topic: 'billing', area: 'billing' }).recorded).toEqual([]);
  });

  test('[C7] a later reading wins, and no reading takes nothing back', () => {
    const { state } = turn(started, { topic: 'billing', area: 'dashboard' });
    expect(turn(state, { topic: null, area: null }).recorded).toEqual([]);
    expect(turn(state, { topic: null, area: 'billing' }).recorded).toEqual([classified('billing', 'billing')]);
    expect(turn(state, { topic: 'account', area: null }).recorded).toEqual([classified('account', 'dashboard')]);
  });

  test('[C7] nothing is recorded while nothing is known', () => {
    expect(turn(started, { topic: null, area: null }).recorded).toEqual([{ type: 'conversation.started' }]);
  });

  test('[C7] an escalation without words is about what came before', () => {
    const { state } = turn(started, { topic: 'billing', area: 'dashboard' });
    const escalation: NewEscalation = {
      id: 'esc_000001' as EscalationId,
      severity: 'normal',
      skills: [],
      class: 1,
      because: [],
      queue: { id: 'que_000001' as QueueId, name: 'Billing' },
      passedOn: [],
      reasons: { signals: null, decision: 'escalate', because: [], trace: [], routing: [] },
      sla: someTerms(),
    };
    const { recorded } = turn(state, { topic: null, area: 'billing' }, { kind: 'escalate', escalation });
    expect(recorded).toEqual([
      classified('billing', 'billing'),
      expect.objectContaining({ type: 'escalation.created', topic: 'billing', area: 'billing' }),
    ]);
  });
});
