import { describe, expect, test } from 'vitest';
import { ticketNumberIn } from '#domain/conversation/work.ts';
import type { FoundConversation } from '#protocol/find.ts';
import { standsWords, ticketOf } from '../../widget/console/find/find-words.ts';

type Line = NonNullable<FoundConversation['line']>;
const line = (state: Line['entry']['state'], place: number | null, name: string | null): Line => ({
  queueId: 'que_billing' as Line['queueId'],
  place,
  entry: {
    state,
    agent: name === null ? null : { id: 'agt_maya', name },
    ticketNumber: 'BTN-7.2',
  } as Line['entry'],
});

describe('[B7] what was found says', () => {
  test.each([
    ['resolved', null, 'Resolved'],
    ['open', null, 'With the assistant'],
    ['waiting', null, 'Waits for a person, or is with one'],
    ['waiting', line('queued', 312, null), 'Waits in Billing, number 312'],
    ['waiting', line('reserved', null, 'Maya'), 'Offered to Maya in Billing'],
    ['waiting', line('assigned', null, 'Maya'), 'With Maya in Billing'],
  ] as const)('%s: %o', (status, of, words) => {
    expect(standsWords({ status, line: of }, 'Billing')).toBe(words);
  });

  test('which ticket it is, of those of one conversation', () => {
    expect(ticketOf({ number: 7, line: null })).toBe('BTN-7');
    expect(ticketOf({ number: 7, line: line('queued', 1, null) })).toBe('BTN-7.2');
    expect(standsWords({ status: 'waiting', line: line('queued', 3, null) }, null)).toBe('Waits, number 3');
  });

  test.each([
    ['BTN-1042', 1042],
    ['btn-1042.2', 1042],
    ['#7', 7],
    [' 12 ', 12],
    ['BTN-', null],
    ['12 apples', null],
    ['1.5.2', null],
    ['9'.repeat(16), null],
  ])('a number in %j', (words, number) => {
    expect(ticketNumberIn(words)).toBe(number);
  });
});
