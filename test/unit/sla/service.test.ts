import { describe, expect, test } from 'vitest';
import { beforeClosing, nextHoursEdge, serviceAt } from '#domain/queue/service.ts';
import { nextClosing } from '#domain/sla/business-time.ts';
import { type Calendar, workingHours } from '#domain/sla/calendar.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Friday at noon in Dublin. */
const FRIDAY = Date.parse('2026-11-27T12:00:00Z');
const calendar = (week: Extract<Calendar, { kind: 'weekly' }>['week']): Calendar => ({
  kind: 'weekly',
  zone: 'Europe/Dublin',
  week,
  exceptions: [{ date: '2026-11-30', name: 'A day off', windows: [] }],
});
const day = [
  { from: '09:00', to: '12:30' },
  { from: '13:30', to: '18:00' },
];
const office = workingHours(calendar({ monday: day, tuesday: day, wednesday: day, thursday: day, friday: day }));
const always = workingHours({ kind: 'always' });
const queue = { isClosed: false, isFull: false, agentsAvailable: 1, hours: office };
/** Saturday; Monday is a day off. */
const WEEKEND = FRIDAY + DAY;
const TUESDAY = Date.parse('2026-12-01T09:00:00Z');

describe('[W3] the service', () => {
  test.each([
    ['open in its hours', queue, FRIDAY, { service: 'open', opensAt: null }],
    [
      'open in its hours with nobody there just now',
      { ...queue, agentsAvailable: 0 },
      FRIDAY,
      { service: 'open', opensAt: null },
    ],
    ['full', { ...queue, isFull: true }, FRIDAY, { service: 'full', opensAt: null }],
    [
      'closed at the weekend until the first working day, not the first Monday',
      { ...queue, agentsAvailable: 0 },
      WEEKEND,
      { service: 'closed', opensAt: TUESDAY },
    ],
    [
      'closed over lunch',
      { ...queue, agentsAvailable: 0 },
      FRIDAY + HOUR,
      { service: 'closed', opensAt: FRIDAY + 1.5 * HOUR },
    ],
    ['open at the weekend, when somebody is there', queue, WEEKEND, { service: 'open', opensAt: null }],
    [
      'closed by a supervisor, nobody knows until when',
      { ...queue, isClosed: true },
      FRIDAY,
      { service: 'closed', opensAt: null },
    ],
    [
      'closed by a supervisor and by the hour',
      { ...queue, isClosed: true, agentsAvailable: 0 },
      WEEKEND,
      { service: 'closed', opensAt: TUESDAY },
    ],
    [
      'never closed by the hour around the clock',
      { ...queue, agentsAvailable: 0, hours: always },
      WEEKEND,
      { service: 'open', opensAt: null },
    ],
  ])('is %s', (_, facts, now, service) => {
    expect(serviceAt(facts, now)).toEqual(service);
  });

  test('a wait that begins to end after closing is told as the next opening (chatwoot#11649)', () => {
    const at = Date.parse('2026-11-27T17:30:00Z');
    const wait = (lowMs: number) => ({ lowMs, highMs: lowMs + HOUR });
    expect(beforeClosing(wait(29 * 60_000), office, at)).toEqual({ estimate: wait(29 * 60_000), opensAt: null });
    expect(beforeClosing(wait(30 * 60_000), office, at)).toEqual({ estimate: null, opensAt: TUESDAY });
    expect(beforeClosing(wait(5 * HOUR), always, at)).toEqual({ estimate: wait(5 * HOUR), opensAt: null });
    expect(beforeClosing(null, office, at)).toEqual({ estimate: null, opensAt: null });
    // Who is there outside the hours may stay as long as they like.
    expect(beforeClosing(wait(HOUR), office, WEEKEND)).toEqual({ estimate: wait(HOUR), opensAt: null });
  });

  test('is told anew when it opens and when it closes', () => {
    expect(nextHoursEdge(office, FRIDAY)).toBe(FRIDAY + 0.5 * HOUR);
    expect(nextHoursEdge(office, FRIDAY + HOUR)).toBe(FRIDAY + 1.5 * HOUR);
    expect(nextHoursEdge(office, WEEKEND)).toBe(TUESDAY);
    expect(nextHoursEdge(always, FRIDAY)).toBeNull();
  });

  test('windows that touch are one; what never closes within a week does not close', () => {
    const whole = [{ from: '00:00', to: '24:00' }];
    const nights = workingHours(
      calendar({ friday: [{ from: '09:00', to: '24:00' }], saturday: [{ from: '00:00', to: '02:00' }] }),
    );
    expect(nextClosing(nights, FRIDAY)).toBe(Date.parse('2026-11-28T02:00:00Z'));
    const weekly = { kind: 'weekly' as const, zone: 'Europe/Dublin', exceptions: [] };
    const everyDay = workingHours({
      ...weekly,
      week: {
        monday: whole,
        tuesday: whole,
        wednesday: whole,
        thursday: whole,
        friday: whole,
        saturday: whole,
        sunday: whole,
      },
    });
    expect(nextClosing(everyDay, FRIDAY)).toBeNull();
    expect(nextHoursEdge(everyDay, FRIDAY)).toBeNull();
  });
});
