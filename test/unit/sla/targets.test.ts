import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueueId } from '#domain/ids.ts';
import { ALWAYS_OPEN, workingHours } from '#domain/sla/calendar.ts';
import { type Clock, elapsedAt, setClock, startClock, stopClock, whenElapsed } from '#domain/sla/clock.ts';
import { DEFAULT_SLA_POLICY, type SlaTerms, termsFor } from '#domain/sla/policy.ts';
import {
  advanceSla,
  agentWrote,
  endSla,
  nextSlaDeadline,
  type Sla,
  type SlaTold,
  startSla,
  underTerms,
  viewSla,
  visitorWrote,
  waiveSla,
  withTerms,
  workMoved,
} from '#domain/sla/targets.ts';
import { escalationId, MINUTE, NOW, someTerms as terms } from '../../support/builders.ts';
import { at, HOUR, weekly } from './hours.ts';

const office = weekly('09:00-17:00');
const always = workingHours(ALWAYS_OPEN);

const FIRST_LINE = 'que_first000' as QueueId;
const ENGINEERING = 'que_engineer' as QueueId;
const taken = (sla: Sla, now: number): Sla => workMoved(sla, FIRST_LINE, now);
const passedOn = (sla: Sla, now: number): Sla => workMoved(sla, ENGINEERING, now);

type Step = [minutes: number, happens: ((sla: Sla, now: number) => Sla) | null];

/** What is told, by minute, when these things happen; null is an alarm. */
function story(steps: readonly Step[], start: SlaTerms = terms(), from = NOW) {
  let sla = startSla(escalationId(1), FIRST_LINE, start, from);
  const told: string[] = [];
  for (const [minutes, happens] of steps) {
    const now = from + minutes * MINUTE;
    const advanced = advanceSla(sla, now, happens === null ? undefined : (before) => happens(before, now));
    sla = advanced.sla;
    told.push(...advanced.told.map((one) => `${minutes} ${words(one)}`));
  }
  return { sla, told, now: from + (steps.at(-1)?.[0] ?? 0) * MINUTE };
}
const words = ({ what, metric, ordinal }: SlaTold) => `${what} ${metric}${ordinal > 1 ? ` ${ordinal}` : ''}`;
const becomes = (next: SlaTerms) => (sla: Sla, now: number) => withTerms(sla, next, now);

describe('[K4] a clock', () => {
  const stood = setClock(
    setClock(startClock(at('2026-01-05T16:00Z')), 'paused', at('2026-01-05T16:30Z')),
    'running',
    at('2026-01-07T10:00Z'),
  );

  test('counts open time while it runs, and nothing while it stands', () => {
    expect(elapsedAt(stood, workingHours(office), at('2026-01-07T11:00Z'))).toBe(1.5 * HOUR);
    expect(elapsedAt(stood, workingHours(office), at('2026-01-06T11:00Z'))).toBe(0.5 * HOUR);
    expect(elapsedAt(stood, always, at('2026-01-07T11:00Z'))).toBe(1.5 * HOUR);
  });

  test('is due by what has elapsed, in any calendar', () => {
    expect(whenElapsed(stood, workingHours(office), 8 * HOUR)).toEqual({ kind: 'at', at: at('2026-01-08T09:30Z') });
    expect(whenElapsed(stood, always, 8 * HOUR)).toEqual({ kind: 'at', at: at('2026-01-07T17:30Z') });
    // Reached before it stood still.
    expect(whenElapsed(stood, always, 0.5 * HOUR)).toEqual({ kind: 'at', at: at('2026-01-05T16:30Z') });
  });

  test('that stands still is due nobody knows when', () => {
    const standing = setClock(stood, 'paused', at('2026-01-07T11:00Z'));
    expect(whenElapsed(standing, always, 8 * HOUR)).toEqual({ kind: 'paused', leftMs: 6.5 * HOUR });
  });

  test('that runs for longer than five years is never due', () => {
    expect(
      whenElapsed(startClock(NOW), workingHours(weekly('09:00-17:00', { days: ['monday'] })), 3000 * HOUR),
    ).toEqual({
      kind: 'never',
    });
  });

  test('does nothing twice, and nothing once it is stopped', () => {
    const clock = startClock(NOW);
    expect(setClock(clock, 'running', NOW + 5)).toBe(clock);
    const stopped = stopClock(clock, NOW + 10);
    expect(stopClock(stopped, NOW + 20)).toBe(stopped);
    expect(setClock(stopped, 'paused', NOW + 20)).toBe(stopped);
    expect(elapsedAt(stopped, always, NOW + 99)).toBe(10);
  });

  test('survives a machine whose clock is set back', () => {
    const clock = setClock(setClock(startClock(NOW), 'paused', NOW - HOUR), 'running', NOW - 2 * HOUR);
    expect(elapsedAt(clock, always, NOW + HOUR)).toBe(HOUR);
  });

  test('reaches what has elapsed exactly when it has', () => {
    const toggles = fc.array(fc.integer({ min: 1, max: 48 * HOUR }), { maxLength: 8 });
    fc.assert(
      fc.property(toggles, fc.integer({ min: 1, max: 30 * HOUR }), fc.boolean(), (waits, ms, open) => {
        let clock: Clock = startClock(NOW);
        let now = NOW;
        for (const [i, wait] of waits.entries()) {
          now += wait;
          clock = setClock(clock, i % 2 === 0 ? 'paused' : 'running', now);
        }
        const hours = open ? always : workingHours(office);
        const reached = whenElapsed(clock, hours, ms);
        if (reached.kind === 'at') {
          expect(elapsedAt(clock, hours, reached.at)).toBe(ms);
          expect(elapsedAt(clock, hours, reached.at - 1)).toBeLessThan(ms);
        } else {
          expect(reached).toEqual({ kind: 'paused', leftMs: ms - elapsedAt(clock, hours, now + 1000 * HOUR) });
        }
      }),
    );
  });
});

describe('[K5] targets', () => {
  test('the first reply and the end are owed from the hand-over', () => {
    expect(viewSla(story([]).sla)).toEqual([
      {
        metric: 'first_response',
        state: 'pending',
        dueAt: NOW + 15 * MINUTE,
        pausedLeftMs: null,
        endedAt: null,
        warned: false,
        targetMinutes: 15,
      },
      expect.objectContaining({ metric: 'resolution', state: 'pending', dueAt: NOW + 480 * MINUTE }),
    ]);
  });

  test('a reply in time is told as met, once', () => {
    expect(
      story([
        [5, agentWrote],
        [6, agentWrote],
        [7, null],
      ]).told,
    ).toEqual(['5 met first_response']);
  });

  test('the next reply is owed from the first unanswered message, by number', () => {
    const { told, sla } = story([
      [1, visitorWrote],
      [5, agentWrote],
      [20, visitorWrote],
      [22, visitorWrote],
      [25, agentWrote],
      [40, visitorWrote],
    ]);
    expect(told).toEqual(['5 met first_response', '25 met next_response']);
    expect(sla.targets.filter(({ metric }) => metric === 'next_response')).toMatchObject([
      { ordinal: 2, state: 'pending', clock: { segments: [{ from: NOW + 40 * MINUTE }] } },
    ]);
  });

  test('the end is met by it, a reply that nobody gave is not', () => {
    expect(
      story([
        [5, endSla],
        [600, null],
      ]).told,
    ).toEqual(['5 met resolution']);
    expect(
      story([
        [5, agentWrote],
        [6, visitorWrote],
        [7, endSla],
        [99, null],
      ]).told,
    ).toEqual(['5 met first_response', '7 met resolution']);
    expect(viewSla(story([[5, endSla]]).sla)).toMatchObject([
      { metric: 'resolution', state: 'met', endedAt: NOW + 5 * MINUTE },
    ]);
  });

  test('after the end nothing is owed any more', () => {
    const { sla, told } = story([
      [5, agentWrote],
      [10, endSla],
      [11, visitorWrote],
      [9999, null],
    ]);
    expect(told).toEqual(['5 met first_response', '10 met resolution']);
    expect(nextSlaDeadline(sla)).toBeNull();
  });

  test('what is not promised is not told, and not shown', () => {
    const silent = terms({ targetMinutes: { first_response: null, next_response: null, resolution: 480 } });
    const { told, sla } = story(
      [
        [5, agentWrote],
        [6, visitorWrote],
        [99, agentWrote],
        [100, null],
      ],
      silent,
    );
    expect(told).toEqual([]);
    expect(viewSla(sla).map(({ metric }) => metric)).toEqual(['resolution']);
    // Promised later: what was over by then is not judged.
    expect(advanceSla(withTerms(sla, terms(), NOW + 101 * MINUTE), NOW + 101 * MINUTE).told).toEqual([]);
  });

  test('work that moves on keeps every clock', () => {
    const before = story([
      [5, agentWrote],
      [6, visitorWrote],
    ]);
    const after = story([
      [5, agentWrote],
      [6, visitorWrote],
      [7, passedOn],
    ]);
    expect(viewSla(after.sla)).toEqual(viewSla(before.sla));
  });
});

describe('[K13] a queue’s own clock', () => {
  const own = terms({ tierMinutes: { [FIRST_LINE]: 40, [ENGINEERING]: 60 } });
  const tiers = (steps: readonly Step[], start = own) => {
    const { told, sla } = story(steps, start);
    const running = viewSla(sla).filter(({ metric, endedAt }) => metric === 'tier' && endedAt === null);
    return { told: told.filter((line) => line.includes('tier')), due: running.map(({ dueAt }) => dueAt) };
  };

  test('begins where the work comes in and ends where it is passed on; the next one’s begins', () => {
    expect(tiers([[20, passedOn]])).toEqual({ told: ['20 met tier'], due: [NOW + 80 * MINUTE] });
    expect(
      tiers([
        [35, passedOn],
        [100, null],
      ]),
    ).toEqual({
      told: ['35 warned tier', '35 met tier', '100 warned tier 2', '100 breached tier 2'],
      due: [NOW + 95 * MINUTE],
    });
    // And back: each stay has its own time.
    expect(
      tiers([
        [20, passedOn],
        [30, taken],
        [75, null],
      ]).told,
    ).toEqual(['20 met tier', '30 met tier 2', '75 warned tier 3', '75 breached tier 3']);
  });

  test('goes on whoever in the queue has it, whoever wrote, and is late once', () => {
    expect(
      tiers([
        [5, agentWrote],
        [10, taken],
        [12, visitorWrote],
        [50, null],
        [60, taken],
        [70, endSla],
      ]).told,
    ).toEqual(['50 warned tier', '50 breached tier']);
  });

  test('ends with the work, is owed no longer by who left, and is none where the queue has none', () => {
    expect(tiers([[10, endSla]])).toEqual({ told: ['10 met tier'], due: [] });
    expect(tiers([[10, waiveSla]])).toEqual({ told: [], due: [] });
    expect(tiers([[10, passedOn]], terms())).toEqual({ told: [], due: [] });
    // Given one while the work is there, it counts from when the work came.
    expect(
      tiers(
        [
          [10, becomes(own)],
          [40, null],
        ],
        terms(),
      ).told,
    ).toEqual(['40 warned tier', '40 breached tier']);
  });
});

describe('[K6] the end waits for the visitor', () => {
  const resolution = (steps: readonly Step[], start = terms()) =>
    viewSla(story(steps, start).sla).find(({ metric }) => metric === 'resolution');

  test('from an agent’s message until the visitor writes', () => {
    expect(resolution([[10, agentWrote]])).toMatchObject({ dueAt: null, pausedLeftMs: 470 * MINUTE });
    expect(
      resolution([
        [10, agentWrote],
        [70, visitorWrote],
      ]),
    ).toMatchObject({ dueAt: NOW + 540 * MINUTE, pausedLeftMs: null });
    expect(
      story([
        [10, agentWrote],
        [9999, null],
      ]).told,
    ).toEqual(['10 met first_response']);
  });

  test('or until somebody else gets the work: then it is ours again', () => {
    expect(
      resolution([
        [10, agentWrote],
        [70, passedOn],
      ]),
    ).toMatchObject({ dueAt: NOW + 540 * MINUTE });
  });

  test('unless the policy counts it', () => {
    expect(resolution([[10, agentWrote]], terms({ pausesForVisitor: false }))).toMatchObject({
      dueAt: NOW + 480 * MINUTE,
    });
  });
});

describe('[K7] other terms', () => {
  test('keep what has elapsed and what was paused', () => {
    // An hour of it, then two days in which it was the visitor’s turn, then a shorter promise.
    const steps: Step[] = [
      [60, agentWrote],
      [60 + 2880, visitorWrote],
    ];
    const shorter = terms({ targetMinutes: { first_response: 15, next_response: 10, resolution: 240 } });
    const { sla } = story([...steps, [3000, becomes(shorter)]]);
    expect(viewSla(sla).find(({ metric }) => metric === 'resolution')?.dueAt).toBe(NOW + (2880 + 240) * MINUTE);
  });

  describe('of another calendar', () => {
    const hour = { first_response: 60, next_response: 10, resolution: 480 };
    const inOffice = terms({ calendar: office, targetMinutes: hour });
    const around = terms({ targetMinutes: hour });
    const friday = at('2026-01-09T14:00Z');
    const dueOf = (sla: Sla) => viewSla(sla).find(({ metric }) => metric === 'first_response');

    test('keep what has elapsed, and count by it from then on', () => {
      // Fifty of sixty minutes around the clock on a Saturday; the ten that are left are Monday's.
      const saturday = at('2026-01-10T12:00Z');
      const { sla, told } = story([[50, becomes(inOffice)]], around, saturday);
      expect(dueOf(sla)).toMatchObject({ dueAt: at('2026-01-12T09:10Z') });
      expect(told).toEqual(['50 warned first_response']);
      // Ten of sixty in the office on Friday, then around the clock from Sunday noon: fifty are left.
      const minutes = (at('2026-01-11T12:00Z') - at('2026-01-09T16:50Z')) / MINUTE;
      const back = story([[minutes, becomes(around)]], inOffice, at('2026-01-09T16:50Z'));
      expect(back.told).toEqual([]);
      expect(dueOf(back.sla)).toMatchObject({ dueAt: at('2026-01-11T12:50Z') });
    });

    test('count from when they came into force, not from when they are known here', () => {
      const published = { ...inOffice, policyVersion: 2, publishedAt: at('2026-01-10T12:20Z') };
      const asked = story([], around, at('2026-01-10T12:00Z')).sla;
      const now = at('2026-01-10T13:30Z');
      const { sla, told } = advanceSla(withTerms(asked, published, now), now);
      expect(told).toEqual([]);
      expect(dueOf(sla)).toMatchObject({ dueAt: at('2026-01-12T09:40Z') });
      // Before it was asked for: all of it is theirs.
      const { sla: later } = story([[10, becomes(published)]], around, at('2026-01-10T12:30Z'));
      expect(dueOf(later)).toMatchObject({ dueAt: at('2026-01-12T10:00Z') });
    });

    test('keep what was paused, and what had more than elapsed is late from then on', () => {
      const { sla } = story(
        [
          [30, agentWrote],
          [60, becomes(inOffice)],
          [90, visitorWrote],
        ],
        around,
        friday,
      );
      // Half an hour is gone: seven and a half are left from half past three on Friday.
      expect(viewSla(sla).find(({ metric }) => metric === 'resolution')?.dueAt).toBe(at('2026-01-12T15:00Z'));
      // Kept after all of it: half an hour before the other hours, and one and a half in them.
      const end = friday + 3 * HOUR;
      expect(advanceSla(sla, end, (before) => endSla(before, end)).told).toMatchObject([
        { metric: 'next_response', what: 'warned' },
        { metric: 'next_response', what: 'breached' },
        { metric: 'resolution', what: 'met', elapsedMs: 2 * HOUR },
      ]);
      const short = { ...inOffice, targetMinutes: { ...hour, first_response: 20 } };
      const late = story([[30, becomes(short)]], around, at('2026-01-10T12:00Z'));
      expect(late.told).toEqual(['30 warned first_response', '30 breached first_response']);
      expect(dueOf(late.sla)).toMatchObject({ dueAt: at('2026-01-10T12:30Z') });
    });
  });

  test('that are stricter than what has elapsed are broken at once', () => {
    const strict = terms({ targetMinutes: { first_response: 5, next_response: 10, resolution: 480 } });
    expect(
      story([
        [10, becomes(strict)],
        [11, null],
      ]).told,
    ).toEqual(['10 warned first_response', '10 breached first_response']);
  });

  test('are previewed by what applies them: due otherwise, late at once, and nothing that was late before', () => {
    const from = terms();
    const strict = terms({ targetMinutes: { first_response: 5, next_response: 10, resolution: 480 } });
    const soft = terms({ targetMinutes: { first_response: 60, next_response: 10, resolution: 480 } });
    const none = terms({ targetMinutes: { first_response: null, next_response: null, resolution: null } });
    const { sla } = story([[10, null]]);
    const now = NOW + 10 * MINUTE;
    const was = NOW + 15 * MINUTE;
    expect(underTerms(sla, { from, to: from }, now)).toEqual({ was, would: was, breaksAtOnce: 0 });
    expect(underTerms(sla, { from, to: strict }, now)).toEqual({ was, would: NOW + 5 * MINUTE, breaksAtOnce: 1 });
    expect(underTerms(sla, { from, to: soft }, now)).toEqual({ was, would: NOW + 60 * MINUTE, breaksAtOnce: 0 });
    expect(underTerms(sla, { from, to: none }, now)).toEqual({ was, would: null, breaksAtOnce: 0 });
    // Late by the terms in force: stricter ones break nothing more.
    expect(underTerms(sla, { from, to: strict }, NOW + 20 * MINUTE)).toMatchObject({ breaksAtOnce: 0 });
    const { sla: over, now: end } = story([[5, endSla]]);
    expect(underTerms(over, { from, to: strict }, end)).toBeNull();
  });

  test('do not unmake what was told', () => {
    const lax = terms({ targetMinutes: { first_response: 600, next_response: 10, resolution: 480 } });
    const { told, sla } = story([
      [15, null],
      [16, becomes(lax)],
      [20, agentWrote],
      [700, null],
    ]);
    expect(told).toEqual(['15 warned first_response', '15 breached first_response']);
    expect(viewSla(sla)[0]).toMatchObject({ state: 'breached', dueAt: NOW + 15 * MINUTE, endedAt: NOW + 20 * MINUTE });
  });

  test('that are the same change nothing', () => {
    const { sla } = story([]);
    expect(withTerms(sla, terms(), NOW)).toBe(sla);
  });
});

describe('[K8] [R7] what is told', () => {
  test.each<[string, Step[], string[]]>([
    [
      'a warning, then a breach',
      [
        [11, null],
        [11.25, null],
        [12, null],
        [14.99, null],
        [15, null],
        [16, null],
      ],
      ['11.25 warned first_response', '15 breached first_response'],
    ],
    [
      'both by an alarm that comes late',
      [
        [20, null],
        [20, null],
      ],
      ['20 warned first_response', '20 breached first_response'],
    ],
    [
      'both by the late reply when no alarm came',
      [
        [20, agentWrote],
        [21, null],
      ],
      ['20 warned first_response', '20 breached first_response'],
    ],
    ['the warning by a reply after it', [[12, agentWrote]], ['12 warned first_response', '12 met first_response']],
    [
      'a breach at the very instant of the reply',
      [[15, agentWrote]],
      ['15 warned first_response', '15 breached first_response'],
    ],
    [
      'a breach by the end of the work',
      [[16, endSla]],
      ['16 warned first_response', '16 breached first_response', '16 met resolution'],
    ],
    [
      'nothing of a reply after the breach',
      [
        [15, null],
        [16, agentWrote],
        [17, null],
      ],
      ['15 warned first_response', '15 breached first_response'],
    ],
  ])('%s', (_, steps, told) => expect(story(steps).told).toEqual(told));

  test('no warning without a share', () => {
    expect(story([[15, null]], terms({ warnAtShare: null })).told).toEqual(['15 breached first_response']);
  });

  test('a late reply ends what is late', () => {
    const { sla } = story([[20, agentWrote]]);
    expect(viewSla(sla)[0]).toMatchObject({ state: 'breached', endedAt: NOW + 20 * MINUTE });
  });

  const happenings = [visitorWrote, agentWrote, taken, passedOn, endSla, null] as const;
  const anyStory = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: happenings.length - 1 })), {
      maxLength: 25,
    })
    .map((raw) => {
      let minutes = 0;
      return raw.map(([wait, which]): Step => {
        minutes += wait;
        return [minutes, happenings[which] ?? null];
      });
    });

  test('once each, never early, and the same whenever the alarms come', () => {
    fc.assert(
      fc.property(anyStory, fc.boolean(), (steps, isOffice) => {
        const start = terms({
          tierMinutes: { [FIRST_LINE]: 45, [ENGINEERING]: 90 },
          ...(isOffice && { calendar: office }),
        });
        const lazy = story(
          steps.filter(([, happens]) => happens !== null),
          start,
        );
        // A punctual machine: every deadline is met by an alarm before the next thing happens.
        let sla = startSla(escalationId(1), FIRST_LINE, start, NOW);
        const told: SlaTold[] = [];
        const take = (advanced: { sla: Sla; told: SlaTold[] }, now: number) => {
          sla = advanced.sla;
          for (const one of advanced.told) {
            told.push(one);
            if (one.what === 'breached') expect(one.dueAt).toBeLessThanOrEqual(now);
          }
        };
        for (const [minutes, happens] of steps) {
          const now = NOW + minutes * MINUTE;
          for (let due = nextSlaDeadline(sla); due !== null && due <= now; due = nextSlaDeadline(sla)) {
            take(advanceSla(sla, due), due);
            // An alarm that comes twice.
            expect(advanceSla(sla, due).told).toEqual([]);
          }
          take(advanceSla(sla, now, happens === null ? undefined : (before) => happens(before, now)), now);
        }
        const punctual = told.map(words);
        expect(new Set(punctual).size).toBe(punctual.length);
        const end = steps.at(-1)?.[0] ?? 0;
        const last = advanceSla(lazy.sla, NOW + end * MINUTE);
        const late = [...lazy.told.map((line) => line.slice(line.indexOf(' ') + 1)), ...last.told.map(words)];
        expect([...late].sort()).toEqual([...punctual].sort());
        // The alarm is for the future only: what is past has been told.
        const next = nextSlaDeadline(sla);
        if (next !== null) expect(next).toBeGreaterThan(NOW + end * MINUTE);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('[K5] terms', () => {
  test('are the policy’s for the plan and severity, with the calendar in them', () => {
    const policy = {
      ...DEFAULT_SLA_POLICY,
      version: 3,
      calendars: { ...DEFAULT_SLA_POLICY.calendars, free: 'cal_office' },
    };
    const calendars = new Map([['cal_office', office]]);
    const tierMinutes = new Map([[FIRST_LINE, 30]]);
    expect(termsFor({ policy, calendars, tierMinutes, publishedAt: NOW }, 'enterprise', 'critical')).toMatchObject({
      policyVersion: 3,
      targetMinutes: { first_response: 4 },
      tierMinutes: { [FIRST_LINE]: 30 },
      calendar: ALWAYS_OPEN,
    });
    expect(termsFor({ policy, calendars, tierMinutes, publishedAt: NOW }, 'free', 'normal')).toMatchObject({
      targetMinutes: { first_response: 120 },
      calendar: office,
    });
    expect(
      termsFor({ policy, calendars: new Map(), tierMinutes, publishedAt: null }, 'free', 'normal').calendar,
    ).toEqual(ALWAYS_OPEN);
  });
});
