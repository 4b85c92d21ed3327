import { describe, expect, test } from 'vitest';
import { type Calendar, calendarProblems, WEEKDAYS, workingHours } from '#domain/sla/calendar.ts';
import { zoneOf } from '#domain/sla/zone.ts';
import { calendarSchema, slaTarget } from '#protocol/sla.ts';
import { at, weekly } from './hours.ts';

describe('[K3] a calendar says what is wrong with it, and where', () => {
  const of = (changed: Partial<Extract<Calendar, { kind: 'weekly' }>>): Calendar => ({
    ...weekly('09:00-17:00'),
    ...changed,
  });
  const monday = (from: string, to: string) =>
    of({ week: { monday: [{ from, to }], tuesday: [{ from: '09:00', to: '10:00' }] } });

  test.each<[string, Calendar, string[]]>([
    ['all is well', of({}), []],
    ['always open', { kind: 'always' }, []],
    ['a night shift', monday('22:00', '06:00'), []],
    ['the whole day', monday('00:00', '24:00'), []],
    [
      'a zone that is none',
      of({ zone: 'Mars/Olympus' }),
      ['zone: Mars/Olympus is no time zone; write one such as Europe/Dublin'],
    ],
    ['an offset for a zone', of({ zone: '+01:00' }), ['zone: +01:00 is no time zone; write one such as Europe/Dublin']],
    ['no day at all', of({ week: {} }), ['week: no day has a window, so nothing would ever be due']],
    ['an empty window', monday('09:00', '09:00'), ['monday: 09:00 to 09:00 is empty; the whole day is 00:00 to 24:00']],
    ['hour 25', monday('25:00', '26:00'), ['monday: 25:00 is no time of day to open at']],
    ['minute 99', monday('09:00', '09:99'), ['monday: 09:99 is no time of day']],
    ['seconds', monday('09:00:00', '17:00'), ['monday: 09:00:00 is no time of day to open at']],
    ['words', monday('nine', 'five'), ['monday: nine is no time of day to open at']],
    [
      'windows that overlap',
      of({
        week: {
          friday: [
            { from: '13:00', to: '18:00' },
            { from: '09:00', to: '13:30' },
          ],
        },
      }),
      ['friday: two windows overlap at 13:00'],
    ],
    [
      'a date that is none',
      of({ exceptions: [{ date: '2026-02-30', name: 'x', windows: [] }] }),
      ['2026-02-30: is no date; write one such as 2026-12-25'],
    ],
    [
      'a date that is there twice',
      of({
        exceptions: [
          { date: '2026-12-25', name: 'x', windows: [] },
          { date: '2026-12-25', name: 'y', windows: [] },
        ],
      }),
      ['2026-12-25: is there twice'],
    ],
    [
      'a time in an exception',
      of({ exceptions: [{ date: '2026-12-24', name: 'x', windows: [{ from: '09:00', to: '' }] }] }),
      ['2026-12-24:  is no time of day'],
    ],
  ])('%s', (_, calendar, problems) => {
    expect(calendarProblems(calendar).map(({ where, problem }) => `${where}: ${problem}`)).toEqual(problems);
    if (problems.length > 0) expect(() => workingHours(calendar)).toThrow(problems[0] as string);
  });
});

describe('[K3] PostHog, services/test_sla.py: what is refused', () => {
  const whole = weekly('09:00-17:00', { days: WEEKDAYS });
  const hours = (from: unknown, to: unknown) => ({ ...whole, week: { monday: [{ from, to }] } });
  test.each<[string, unknown]>([
    ['no days', { ...whole, week: {} }],
    ['an empty window', hours('09:00', '09:00')],
    ['an unknown zone', { ...whole, zone: 'Mars/Olympus' }],
    ['a zone that is no text', { ...whole, zone: 5 }],
    ['no zone: UTC there, here it must be said', { ...whole, zone: undefined }],
    ['an unknown day', { ...whole, week: { ...whole.week, funday: [{ from: '09:00', to: '17:00' }] } }],
    ['days that are a text', { ...whole, week: 'monday' }],
    ['seven days of nobody’s week', { ...whole, week: Object.fromEntries([...'abcdefg'].map((day) => [day, []])) }],
    ['an hour out of range', hours('25:00', '26:00')],
    ['a minute out of range', hours('09:00', '09:99')],
    ['a time of three parts', hours('09:00:00', '17:00')],
    ['times in words', hours('nine', 'five')],
    ['windows that are a text', { ...whole, week: { monday: 'weekdays' } }],
    ['a window without an end', hours('09:00', undefined)],
  ])('%s', (_, calendar) => expect(calendarSchema.safeParse(calendar).success).toBe(false));

  test('a window that ends before it begins: refused there, here it ends the next day', () => {
    expect(calendarSchema.safeParse(hours('17:00', '09:00')).success).toBe(true);
    expect(calendarSchema.safeParse(whole).success).toBe(true);
  });

  test.each([0, -1, Number.NaN])('a target of %d minutes', (minutes) =>
    expect(slaTarget.safeParse(minutes).success).toBe(false),
  );
});

describe('[K2] a zone', () => {
  test('knows the local date of an instant', () => {
    const tokyo = zoneOf('Asia/Tokyo')!;
    expect(tokyo.dayOf(at('2026-01-05T14:59:59.999Z'))).toBe(at('2026-01-05T00:00Z') / 86_400_000);
    expect(tokyo.dayOf(at('2026-01-05T15:00Z'))).toBe(at('2026-01-06T00:00Z') / 86_400_000);
    expect(zoneOf('America/New_York')!.dayOf(at('2026-03-08T04:59Z'))).toBe(at('2026-03-07T00:00Z') / 86_400_000);
  });

  test('never gives a later time of day an earlier instant, on days of any length', () => {
    for (const [id, date] of [
      ['America/New_York', '2026-03-08'],
      ['America/New_York', '2026-11-01'],
      ['Australia/Lord_Howe', '2026-04-05'],
      ['Australia/Lord_Howe', '2026-10-04'],
      ['Africa/Cairo', '2026-04-24'],
      ['Pacific/Apia', '2011-12-30'],
    ] as const) {
      const zone = zoneOf(id)!;
      const day = at(`${date}T00:00Z`) / 86_400_000;
      const edges = Array.from({ length: 2881 }, (_, minutes) => zone.instantOf(day, minutes));
      expect([id, date, edges.every((edge, i) => i === 0 || edge >= (edges[i - 1] as number))]).toEqual([
        id,
        date,
        true,
      ]);
    }
  });

  test('is no zone when nobody knows it', () => {
    expect([zoneOf(''), zoneOf('Mars/Olympus'), zoneOf('-05:00')]).toEqual([null, null, null]);
  });
});
