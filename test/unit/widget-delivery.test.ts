import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { backOffMs, MAX_BACK_OFF_MS } from '../../widget/kit/back-off.ts';
import { ACK_TIMEOUT_MS, createOutbox, type Outgoing } from '../../widget/panel/outbox.ts';
import {
  addPart,
  countUnread,
  draftText,
  mergeEntries,
  type SharedEntry,
  standingOf,
} from '../../widget/panel/transcript.ts';

const aMessage = (seq: number, kind: 'visitor' | 'assistant' = 'visitor'): SharedEntry => ({
  seq,
  at: seq * 1000,
  type: 'message',
  clientId: `client-${seq}`,
  author: kind === 'visitor' ? { kind, name: null } : { kind },
  text: `message ${seq}`,
  citations: [],
});
const anItem = (id: string, at = 0, change: Partial<Outgoing> = {}): Outgoing => ({
  id,
  kind: 'message',
  text: id,
  at,
  state: 'sending',
  problem: '',
  ...change,
});
const ids = (items: readonly Outgoing[]) => items.map(({ id }) => id);

describe('merging entries', () => {
  test('an entry that came before changes nothing, not even the array', () => {
    const have = [aMessage(1), aMessage(3)];
    expect(mergeEntries(have, [aMessage(3), aMessage(1)])).toBe(have);
  });

  test('late entries take their own place', () => {
    expect(mergeEntries([aMessage(1), aMessage(5)], [aMessage(3), aMessage(9)]).map(({ seq }) => seq)).toEqual([
      1, 3, 5, 9,
    ]);
  });

  test('whatever the deliveries, the transcript is every entry once and in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 12 }), { maxLength: 8 }),
        (deliveries) => {
          const merged = deliveries.reduce<readonly SharedEntry[]>(
            (have, seqs) =>
              mergeEntries(
                have,
                seqs.map((seq) => aMessage(seq)),
              ),
            [],
          );
          expect(merged.map(({ seq }) => seq)).toEqual([...new Set(deliveries.flat())].sort((a, b) => a - b));
        },
      ),
    );
  });

  test('only messages of others after the last read one are unread', () => {
    const entries = [aMessage(1), aMessage(2, 'assistant'), aMessage(4, 'assistant'), aMessage(5)];
    expect(countUnread(entries, 2)).toBe(1);
    expect(countUnread(entries, 0)).toBe(2);
  });
});

describe('standing', () => {
  const offered: SharedEntry = { seq: 2, at: 0, type: 'person_offered', because: '' };
  const escalated: SharedEntry = {
    seq: 3,
    at: 0,
    type: 'escalated',
    escalationId: 'esc_1',
    ticketNumber: 'BTN-1',
    queueName: 'Billing',
    because: [],
    passedOn: [],
  };
  const wished: SharedEntry = {
    seq: 4,
    at: 0,
    type: 'contact_wished',
    wish: { way: 'email', address: 'a@b.example' },
  };
  const resolved: SharedEntry = { seq: 5, at: 0, type: 'resolved', by: null };

  test.each<[string, SharedEntry[], Partial<ReturnType<typeof standingOf>>]>([
    ['nothing yet', [], { escalated: null, offer: null, resolved: false }],
    ['offered', [aMessage(1), offered], { escalated: null, offer: 2, resolved: false }],
    [
      'the visitor writes on instead of answering the offer',
      [offered, aMessage(3)],
      { escalated: null, offer: null, resolved: false },
    ],
    ['escalated', [offered, escalated], { escalated, offer: null, resolved: false }],
    [
      'how to be answered',
      [escalated, wished],
      { escalated, offer: null, resolved: false, wish: { way: 'email', address: 'a@b.example' } },
    ],
    ['a wish holds for its hand-over', [escalated, wished, escalated], { escalated, offer: null, resolved: false }],
    ['where it waits', [escalated], { waitsAt: escalated.seq }],
    [
      'where it waits, moved on',
      [escalated, { seq: 4, at: 0, type: 'moved', queueName: 'General', kind: 'transfer' }],
      { waitsAt: 4 },
    ],
    ['nowhere, resolved', [escalated, resolved], { waitsAt: null }],
    ['resolved', [escalated, resolved], { escalated: null, offer: null, resolved: true }],
    [
      'reopened',
      [escalated, resolved, { seq: 6, at: 0, type: 'reopened' }],
      { escalated: null, offer: null, resolved: false },
    ],
  ])('%s', (_, entries, standing) => expect(standingOf(entries)).toMatchObject({ wish: { way: 'here' }, ...standing }));
});

describe('drafts', () => {
  test('parts in any order and twice give the text, up to the first hole', () => {
    let drafts = addPart(new Map(), 't', 1, 'two ');
    expect(draftText(drafts)).toBe('');
    drafts = addPart(addPart(drafts, 't', 0, 'one '), 't', 1, 'two ');
    drafts = addPart(drafts, 't', 3, 'four');
    expect(draftText(drafts)).toBe('one two ');
  });
});

describe('outbox', () => {
  test('each item is handed over once per connection, in order', () => {
    const outbox = createOutbox();
    outbox.add(anItem('a'));
    outbox.add(anItem('b'));
    expect(ids(outbox.takeDue(0))).toEqual(['a', 'b']);
    expect(outbox.takeDue(1)).toEqual([]);
    outbox.connectionLost();
    expect(ids(outbox.takeDue(2))).toEqual(['a', 'b']);
  });

  test('an acknowledged message is not sent again and stays until its entry arrives', () => {
    const outbox = createOutbox();
    outbox.add(anItem('a'));
    outbox.takeDue(0);
    expect(outbox.acked('a')).toMatchObject({ state: 'sent' });
    outbox.connectionLost();
    expect(outbox.takeDue(1)).toEqual([]);
    expect(ids(outbox.items())).toEqual(['a']);
    outbox.arrived('a');
    expect(outbox.items()).toEqual([]);
  });

  test('a wish for a person has no entry of its own to wait for', () => {
    const outbox = createOutbox();
    outbox.add(anItem('p', 0, { kind: 'person', text: '' }));
    outbox.takeDue(0);
    outbox.acked('p');
    expect(outbox.items()).toEqual([]);
  });

  test('what may succeed later waits as long as asked, and nothing overtakes it', () => {
    const outbox = createOutbox();
    outbox.add(anItem('a'));
    outbox.takeDue(0);
    outbox.nacked('a', { kind: 'rate_limited', message: '', retryAfterMs: 700 }, 0);
    outbox.add(anItem('b'));
    expect(outbox.takeDue(699)).toEqual([]);
    expect(outbox.nextAt()).toBe(700);
    expect(ids(outbox.takeDue(700))).toEqual(['a', 'b']);
  });

  test('what is wrong by itself fails with its reason until the visitor retries, under the same id', () => {
    const outbox = createOutbox();
    outbox.add(anItem('a'));
    outbox.takeDue(0);
    outbox.nacked('a', { kind: 'invalid', message: 'Too long.' }, 0);
    outbox.connectionLost();
    expect(outbox.takeDue(9)).toEqual([]);
    expect(outbox.items()).toEqual([anItem('a', 0, { state: 'failed', problem: 'Too long.' })]);
    outbox.retry('a');
    expect(ids(outbox.takeDue(10))).toEqual(['a']);
  });

  test('silence for twenty seconds on a live connection fails a message; a new connection sends it by itself', () => {
    const outbox = createOutbox();
    outbox.add(anItem('a'));
    outbox.takeDue(0);
    expect(outbox.expire(ACK_TIMEOUT_MS - 1)).toBe(false);
    expect(outbox.expire(ACK_TIMEOUT_MS)).toBe(true);
    expect(outbox.items()[0]?.state).toBe('failed');
    outbox.connectionLost();
    expect(ids(outbox.takeDue(ACK_TIMEOUT_MS + 1))).toEqual(['a']);
  });

  test('waiting without a connection is not failing', () => {
    const outbox = createOutbox();
    outbox.restore([anItem('a')]);
    expect(outbox.expire(10 * ACK_TIMEOUT_MS)).toBe(false);
  });

  test('after a reload the saved ones go out in the order in which they were written', () => {
    const outbox = createOutbox();
    outbox.add(anItem('now', 5));
    outbox.restore([anItem('late', 9), anItem('early', 1), { ...anItem('failed', 2), state: 'failed' }]);
    expect(ids(outbox.takeDue(0))).toEqual(['early', 'late', 'now']);
  });

  test('whatever happens, no id is lost before its answer and none goes out twice on one connection', () => {
    const step = fc.oneof(
      fc.constant('lost' as const),
      fc.constant('take' as const),
      fc.nat({ max: 5 }),
      fc.record({ nack: fc.nat({ max: 5 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const outbox = createOutbox();
        for (let i = 0; i <= 5; i += 1) outbox.add(anItem(String(i), i));
        let connection = new Set<string>();
        const answered = new Set<string>();
        let now = 0;
        for (const one of steps) {
          now += 3000;
          if (one === 'lost') {
            outbox.connectionLost();
            connection = new Set();
          } else if (one === 'take') {
            for (const { id } of outbox.takeDue(now)) {
              expect(connection.has(id)).toBe(false);
              expect(answered.has(id)).toBe(false);
              connection.add(id);
            }
          } else if (typeof one === 'number') {
            if (connection.has(String(one)) && outbox.acked(String(one))) answered.add(String(one));
          } else if (connection.delete(String(one.nack)) && !answered.has(String(one.nack)))
            outbox.nacked(String(one.nack), { kind: 'internal', message: '' }, now);
        }
        expect(ids(outbox.items()).sort()).toEqual(['0', '1', '2', '3', '4', '5']);
      }),
    );
  });
});

describe('back-off', () => {
  test('spreads over a window that doubles up to the cap', () => {
    expect([0, 1, 2, 3, 10, 1000].map((attempt) => backOffMs(attempt, 0.999999))).toEqual([
      500,
      1000,
      2000,
      4000,
      MAX_BACK_OFF_MS,
      MAX_BACK_OFF_MS,
    ]);
    expect(backOffMs(10, 0)).toBe(100);
  });
});
