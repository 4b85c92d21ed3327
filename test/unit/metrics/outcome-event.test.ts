import { describe, expect, test } from 'vitest';
import { parseEventRow, parseEventRows } from '../../../worker/storage/outcome-event.ts';
import { eventsOf, MONDAY, Story } from './events.ts';

const row = (body: unknown, type = 'conversation.started') => ({
  conversationId: 'cnv_abcdef',
  type,
  at: MONDAY,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

describe('stored outcome events', () => {
  test('every type comes back as it was written', () => {
    const story = new Story('whole').about('billing', null).escalated(1, 'Billing').assigned(2).answered(3);
    story.moved(4, 'Billing', 'Technical').flagged(5).resolved(6);
    const [first] = story.events;
    const takenBack = {
      ...first!,
      event: {
        type: 'escalation.taken_back',
        escalationId: 'esc_whole01',
        hop: 1,
        agentId: 'agt_ana000',
        cause: { kind: 'supervisor', by: { id: 'agt_sam000', name: 'Sam' } },
      } as never,
    };
    const promise = {
      escalationId: 'esc_whole01',
      metric: 'next_response',
      ordinal: 2,
      targetMinutes: 10,
      queue: 'Billing',
      hop: 1,
      agentId: null,
    };
    const promises = [
      { type: 'sla.warned', ...promise, dueAt: null },
      { type: 'sla.breached', ...promise, dueAt: MONDAY },
      { type: 'sla.met', ...promise, dueAt: MONDAY, elapsedMs: 1500 },
    ].map((event) => ({ ...first!, event: event as never }));
    for (const event of [...eventsOf(story), takenBack, ...promises]) {
      expect(parseEventRow({ ...event, type: event.event.type, body: JSON.stringify(event.event) })).toEqual({
        conversationId: event.conversationId,
        at: event.at,
        event: event.event,
      });
    }
  });

  test('[O3] a row that was written before it said why work was taken back has no reason', () => {
    const old = { type: 'escalation.taken_back', escalationId: 'esc_whole01', hop: 1, agentId: 'agt_ana000' };
    expect(parseEventRow(row(old, 'escalation.taken_back'))?.event).toEqual({ ...old, cause: null });
  });

  test('a type of a newer version is skipped without a word', () => {
    expect(
      parseEventRows([row({ type: 'escalation.rated', stars: 5 }, 'escalation.rated'), row({}, 'constructor')]),
    ).toEqual({
      events: [],
      unreadable: 0,
    });
  });

  test.each([
    ['no JSON', row('{')],
    ['another type inside', row({ type: 'escalation.resolved' })],
    [
      'a foreign id',
      row({ type: 'escalation.assigned', escalationId: 'x', hop: 1, agentId: 'agt_ana000' }, 'escalation.assigned'),
    ],
    ['a foreign conversation', { ...row({ type: 'conversation.started' }), conversationId: '../x' }],
    ['no time', { ...row({ type: 'conversation.started' }), at: Number.NaN }],
  ])('%s: counted, and the rest is still read', (_, bad) => {
    const good = row({ type: 'conversation.started' });
    expect(parseEventRows([bad, good])).toEqual({
      events: [{ conversationId: 'cnv_abcdef', at: MONDAY, event: { type: 'conversation.started' } }],
      unreadable: 1,
    });
  });
});
