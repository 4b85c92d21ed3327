import { describe, expect, test } from 'vitest';
import { conversationFacts } from '#domain/metrics/facts.ts';
import { reportMetrics } from '#domain/metrics/report.ts';
import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import { addBusinessTime } from '#domain/sla/business-time.ts';
import { type Calendar, workingHours } from '#domain/sla/calendar.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
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
import { aTrail, Talk } from '../support/talk.ts';
import { DAY, eventsOf, MONDAY, Story } from './metrics/events.ts';
import { at, byDay, HOUR, iso, weekly } from './sla/hours.ts';

/* What other support products were found to do wrong, by product; here it is the other way round. */

function aLine(changed: Partial<QueueConfig> = {}) {
  const store = new MemoryQueueStore(aQueue(changed));
  let offers = 0;
  const run = (command: QueueCommand, now = NOW) => {
    const decision = decideQueue(store, command, now);
    for (const event of decision.ok ? decision.events : []) store.apply(event);
  };
  return {
    store,
    run,
    arrive: (n: number, facts: Parameters<typeof someFacts>[0] = {}, skills: string[] = []) =>
      run({
        type: 'enqueue',
        work: someWork(n, { skills }),
        class: 1,
        facts: someFacts(facts),
        queuedAt: NOW + n,
        preferred: null,
      }),
    here: (name: string, state: Parameters<typeof anAgent>[1] = {}) =>
      run({ type: 'mirror_agent', agent: anAgent(name, { version: NOW + ++offers, ...state }) }),
    offer: (now = NOW) => {
      const id = reservationId(++offers);
      run({ type: 'match', reservationId: id, only: null }, now);
      const entry = store.byReservation(id);
      return entry?.state === 'reserved' ? `${entry.ticketNumber} to ${entry.agentName}` : null;
    },
  };
}
const dueAfter = (calendar: Calendar, from: string, ms: number) => {
  const due = addBusinessTime(workingHours(calendar), at(from), ms);
  return due.ok ? iso(due.at) : due.reason;
};

describe('[M1] libredesk', () => {
  test.each(['offline', 'away'] as const)(
    'assigns to whoever is enabled; nobody who is %s is offered anything',
    (presence) => {
      const q = aLine();
      q.arrive(1);
      q.here('maya', { presence });
      expect(q.offer()).toBeNull();
      q.here('maya');
      expect(q.offer()).toBe('BTN-1001 to maya');
    },
  );

  test('[Q1] orders by creation only; here by what was promised to whom', () => {
    const q = aLine();
    q.arrive(1, { tier: 'free' });
    q.arrive(2, { tier: 'enterprise' });
    q.here('maya', { capacity: 9 });
    expect([q.offer(), q.offer()]).toEqual(['BTN-1002 to maya', 'BTN-1001 to maya']);
  });

  test('[K1] gives up on an hour when the next open day is more than 25 days off, and cuts off seconds', () => {
    const december = Object.fromEntries(
      Array.from({ length: 31 }, (_, day) => [`2026-12-${String(day + 1).padStart(2, '0')}`, '']),
    );
    const closed = weekly('09:00-17:00', { exceptions: december });
    expect(dueAfter(closed, '2026-11-30T16:30:15Z', HOUR)).toBe('2027-01-01T09:30:15Z');
  });
});

describe('[Q3] Rocket.Chat', () => {
  test('serves one per department and cycle, and stops at a head that nobody may take; here all that can be served is, at once', () => {
    const q = aLine();
    q.arrive(1, { tier: 'enterprise' }, ['cobol']);
    for (const n of [2, 3, 4]) q.arrive(n);
    for (const name of ['A', 'B', 'C']) q.here(name, { capacity: 1 });
    expect([q.offer(), q.offer(), q.offer(), q.offer()]).toEqual([
      'BTN-1002 to A',
      'BTN-1003 to B',
      'BTN-1004 to C',
      null,
    ]);
  });
});

describe('[N9] Chatwoot', () => {
  test('divides hand-offs of the window by conversations begun in it, and may exceed 100 %; here both are of the same conversations', () => {
    // The last day's conversation is handed over after the week: it is still that week's.
    const stories = [
      new Story('one', MONDAY + 6 * DAY).escalated(2 * 1440, 'Billing'),
      new Story('two'),
      new Story('three'),
    ];
    const week = { from: MONDAY, to: MONDAY + 7 * DAY };
    const { escalationRate } = reportMetrics(conversationFacts(eventsOf(...stories)), week, 'queue').total;
    expect(escalationRate).toMatchObject({ numerator: 1, denominator: 3, rate: 1 / 3 });
  });

  test('[Q1] has no priority in its assignment; here severity moves the due time', () => {
    const q = aLine();
    q.arrive(1);
    q.arrive(2, { severity: 'critical' });
    q.here('maya');
    expect(q.offer()).toBe('BTN-1002 to maya');
  });

  test('[M2] its assistant hands over to no team and without priority; here to a queue, with severity, and offered at once', () => {
    const { next } = new Talk({ area: 'billing' }).says('I was charged twice. Please let me talk to a human.');
    expect(next).toMatchObject({
      kind: 'escalate',
      escalation: { queue: { name: 'billing' }, severity: expect.any(String), class: expect.any(Number) },
    });
    const q = aLine();
    q.here('maya');
    q.run({
      type: 'enqueue',
      work: someWork(1),
      class: 1,
      facts: someFacts(),
      queuedAt: NOW,
      preferred: null,
      reservationId: reservationId('atonce'),
    });
    expect(q.store.entry(escalationId(1), 1)).toMatchObject({ state: 'reserved', agentId: agentId('maya') });
  });
});

describe('[L3] PostHog', () => {
  test('opens a replay 30 s before the message; here where the trouble began', () => {
    const trail = aTrail(
      [0, { kind: 'navigation', path: '/billing', title: 'Billing', cause: 'route' }],
      [5000, { kind: 'click', role: 'button', name: 'Pay' }],
      [5200, { kind: 'request_failed', method: 'POST', path: '/api/pay', status: 402, durationMs: 140 }],
    );
    expect(momentOfTrouble(trail, NOW + 4 * MINUTE)?.at).toBe(NOW + 5000);
  });

  test.each<[string, Calendar, string, number, string]>([
    [
      'holidays',
      weekly('09:00-17:00', { exceptions: { '2026-12-25': '' } }),
      '2026-12-24T16:30Z',
      HOUR,
      '2026-12-28T09:30:00Z',
    ],
    ['a window over midnight', byDay({ friday: '22:00-06:00' }), '2026-01-09T23:30Z', 2 * HOUR, '2026-01-10T01:30:00Z'],
    ['two windows a day', weekly('09:00-12:00 13:00-17:00'), '2026-01-05T11:30Z', HOUR, '2026-01-05T13:30:00Z'],
  ])('[K1] knows no %s; here there are', (_, calendar, from, ms, due) =>
    expect(dueAfter(calendar, from, ms)).toBe(due),
  );
});

describe('[M1] Helper', () => {
  test('keeps whose turn it is beside the queue, and loses it; here the turn is written with the offer', () => {
    const q = aLine({ choice: 'round_robin' });
    for (const n of [1, 2, 3, 4]) q.arrive(n);
    for (const name of ['A', 'B', 'C']) q.here(name, { capacity: 9 });
    // Two who look at once, before either has written, see the same turn: only one of them can write it.
    const look = () => decideQueue(q.store, { type: 'match', reservationId: reservationId('look'), only: null }, NOW);
    expect(look()).toEqual(look());
    const offers = [0, 1, 2, 3].map((ms) => q.offer(NOW + ms));
    expect(offers).toEqual(['BTN-1001 to A', 'BTN-1002 to B', 'BTN-1003 to C', 'BTN-1004 to A']);
  });

  test('[M6] picks any that match, without capacity or presence; here the full and the absent are left out', () => {
    const q = aLine();
    q.arrive(1, {}, ['sql']);
    q.here('A', { skills: ['sql'], load: 2 });
    q.here('B', { skills: ['sql'], presence: 'away' });
    expect(q.offer()).toBeNull();
    q.here('C', { skills: ['sql'], load: 1 });
    expect(q.offer()).toBe('BTN-1001 to C');
  });
});

describe('[A1] TaskRouter', () => {
  test('ignores capacity where a worker is named; here a named agent has to have room', () => {
    const q = aLine();
    q.run({
      type: 'enqueue',
      work: someWork(1),
      class: 1,
      facts: someFacts(),
      queuedAt: NOW,
      preferred: agentId('maya'),
    });
    q.here('maya', { load: 2 });
    expect(q.offer()).toBeNull();
    q.here('jonas');
    expect(q.offer()).toBe('BTN-1001 to jonas');
  });

  test('[P6] forgets priority in a queue that serves the newest first; here no order does', () => {
    for (const order of ['due', 'strict'] as const) {
      const q = aLine({ order });
      q.arrive(1, { severity: 'critical' });
      q.arrive(2);
      q.here('maya', { capacity: 9 });
      expect([q.offer(), q.offer()]).toEqual(['BTN-1001 to maya', 'BTN-1002 to maya']);
    }
  });
});
