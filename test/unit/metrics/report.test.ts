import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { conversationFacts } from '#domain/metrics/facts.ts';
import { rateOf } from '#domain/metrics/rate.ts';
import { GROUPINGS, type Grouping, reportMetrics } from '#domain/metrics/report.ts';
import { spreadOf } from '#domain/metrics/spread.ts';
import { MAX_WINDOW_DAYS, slicesOf, utcDays, whyNotReported } from '#domain/metrics/window.ts';
import { DAY, eventsOf, MINUTE, MONDAY, Story } from './events.ts';

const week = { from: MONDAY, to: MONDAY + 7 * DAY };
const report = (by: Grouping, ...stories: Story[]) => reportMetrics(conversationFacts(eventsOf(...stories)), week, by);

const answered = () => new Story('answered').about('billing', 'billing');
const charged = () =>
  new Story('charged')
    .about('billing', 'dashboard')
    .escalated(4, 'Billing', 'billing', 'billing')
    .assigned(5)
    .answered(6)
    .resolved(34);
const needless = () =>
  new Story('needless', MONDAY + DAY)
    .about('reports', 'reports')
    .escalated(2, 'Technical')
    .answered(3)
    .flagged(4)
    .resolved(5);
const broken = () =>
  new Story('broken', MONDAY + DAY)
    .about('api-keys', 'api-keys')
    .escalated(1, 'Technical')
    .answered(3)
    .moved(11, 'Technical', 'Engineering')
    .answered(31)
    .resolved(91);
const open = () => new Story('open', MONDAY + 2 * DAY).about('billing', 'billing').escalated(6, 'Billing');
const all = () => [answered(), charged(), needless(), broken(), open()];

describe('[N1] facts of a conversation', () => {
  test('[N1] the order of the rows does not matter', () => {
    const events = eventsOf(...all());
    fc.assert(
      fc.property(fc.shuffledSubarray(events, { minLength: events.length }), (shuffled) => {
        expect(conversationFacts(shuffled)).toEqual(conversationFacts(events));
      }),
    );
  });

  test('[N1] an event whose beginning is missing is left out', () => {
    const { events } = charged();
    expect(conversationFacts(events.filter(({ event }) => event.type !== 'conversation.started'))).toEqual([]);
    const [facts] = conversationFacts(events.filter(({ event }) => event.type !== 'escalation.created'));
    expect(facts).toEqual({ startedAt: MONDAY, topic: 'billing', area: 'dashboard', escalations: [] });
  });

  test('[N1] what it was about when it was handed over counts, not what was said later', () => {
    const [facts] = conversationFacts(charged().about('account', 'account', 20).events);
    expect([facts?.topic, facts?.area]).toEqual(['billing', 'billing']);
    const [never] = conversationFacts(answered().about('account', null, 3).events);
    expect([never?.topic, never?.area]).toEqual(['account', null]);
  });
});

describe('[N10] between queues', () => {
  const there = (id: string, minute = 11) =>
    new Story(id).escalated(1, 'Technical').answered(3).moved(minute, 'Technical', 'Engineering');

  test('what comes straight back bounced, what goes on to a third queue or stays did not', () => {
    const moves = report(
      'queue',
      there('back').moved(41, 'Engineering', 'Technical'),
      there('on').moved(20, 'Engineering', 'Billing').moved(30, 'Billing', 'Technical'),
      there('stays'),
      there('twice').moved(31, 'Engineering', 'Technical').moved(50, 'Technical', 'Engineering'),
    ).moves;
    expect(moves.map(({ from, to, bounced }) => [from, to, bounced.numerator, bounced.denominator])).toEqual([
      ['Technical', 'Engineering', 2, 5],
      // Sent up again: the return bounced too.
      ['Engineering', 'Technical', 1, 2],
      ['Billing', 'Technical', 0, 1],
      ['Engineering', 'Billing', 0, 1],
    ]);
    expect(moves[0]?.backAfter).toEqual({ count: 2, medianMs: 25 * MINUTE, p90Ms: 29 * MINUTE });
  });

  test('from one colleague to another nothing crossed over, and what came before it may still come back', () => {
    const { moves } = report(
      'queue',
      there('among them').moved(15, 'Engineering', 'Engineering').moved(41, 'Engineering', 'Technical'),
    );
    expect(moves.map(({ from, to, bounced }) => [from, to, bounced.numerator])).toEqual([
      ['Engineering', 'Technical', 0],
      ['Technical', 'Engineering', 1],
    ]);
  });

  test('nothing moved is an empty list', () => {
    expect(report('queue', charged()).moves).toEqual([]);
  });
});

describe('rates and spreads', () => {
  test.each([
    [0, 0, null, null, null],
    [0, 4, 0, 0, 0.4899],
    [4, 4, 1, 0.5101, 1],
    [1, 10, 0.1, 0.0179, 0.4042],
    [50, 100, 0.5, 0.4038, 0.5962],
  ])('[N2] %i of %i', (numerator, denominator, rate, low, high) => {
    const got = rateOf(numerator, denominator);
    expect({ ...got, low: round(got.low), high: round(got.high) }).toEqual({ numerator, denominator, rate, low, high });
  });

  test('[N2] the interval holds the rate and stays in [0, 1]', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (a, b) => {
        const { rate, low, high } = rateOf(Math.min(a, b), Math.max(a, b, 1));
        expect([low! >= 0, low! <= rate!, rate! <= high!, high! <= 1]).toEqual([true, true, true, true]);
      }),
    );
  });

  test.each([
    [[], null, null],
    [[7], 7, 7],
    [[3, 1, 2], 2, 3],
    [[10, 20], 15, 19],
    [[100, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 6, 10],
  ])('[N3] of %j', (samples, medianMs, p90Ms) => {
    expect(spreadOf(samples)).toEqual({ count: samples.length, medianMs, p90Ms });
  });
});

describe('the report', () => {
  const { total, days } = report('topic', ...all());

  test('[N4] escalation rate: of all conversations, those handed over', () => {
    expect(total.escalationRate).toMatchObject({ numerator: 4, denominator: 5, rate: 0.8 });
  });

  test('[N4] two escalations of one conversation are one in the rate and two in the count', () => {
    const again = charged().escalated(600, 'Billing').resolved(700);
    const { total } = report('topic', again);
    expect(total).toMatchObject({ conversations: 1, escalations: 2, escalationRate: { numerator: 1, denominator: 1 } });
    // [N6] The visitor's return is not the assistant's delay.
    expect(total.timeToEscalation).toEqual({ count: 1, medianMs: 4 * MINUTE, p90Ms: 4 * MINUTE });
  });

  test('[N5] mis-escalation rate: what is still open is in neither number', () => {
    expect(total.misEscalationRate).toMatchObject({ numerator: 1, denominator: 3 });
    const early = new Story('early').escalated(1, 'Billing').flagged(2);
    expect(report('topic', early).total.misEscalationRate).toMatchObject({ numerator: 1, denominator: 1 });
  });

  test('[N6] [N7] [N8] durations', () => {
    expect(total.timeToEscalation).toEqual({ count: 4, medianMs: 3 * MINUTE, p90Ms: 5.4 * MINUTE });
    expect(total.timeToFirstResponse).toEqual({ count: 3, medianMs: 2 * MINUTE, p90Ms: 2 * MINUTE });
    expect(total.resolutionTime).toEqual({ count: 3, medianMs: 30 * MINUTE, p90Ms: 78 * MINUTE });
  });

  test('[N9] days without conversations are there with zeros', () => {
    expect(days.map(({ key, conversations, escalations }) => [key, conversations, escalations])).toEqual([
      ['2026-11-02', 2, 1],
      ['2026-11-03', 2, 2],
      ['2026-11-04', 1, 1],
      ['2026-11-05', 0, 0],
      ['2026-11-06', 0, 0],
      ['2026-11-07', 0, 0],
      ['2026-11-08', 0, 0],
    ]);
  });

  test('[N9] by topic: every conversation in one group, the unclassified ones too', () => {
    const groups = report('topic', ...all(), new Story('silent')).groups;
    expect(groups.map(({ key, conversations, escalations }) => [key, conversations, escalations])).toEqual([
      ['billing', 3, 2],
      ['api-keys', 1, 1],
      ['reports', 1, 1],
      ['', 1, 0],
    ]);
  });

  test('[N9] by queue: a share of all conversations, measured from where the queue took over', () => {
    const groups = report('queue', ...all()).groups;
    expect(
      groups.map(({ key, escalationRate, misEscalationRate }) => [key, escalationRate, misEscalationRate]),
    ).toEqual([
      ['Billing', rateOf(2, 5), rateOf(0, 1)],
      ['Technical', rateOf(2, 5), rateOf(1, 1)],
      ['Engineering', rateOf(1, 5), rateOf(0, 1)],
    ]);
    const engineering = groups.at(-1);
    expect(engineering?.timeToFirstResponse.medianMs).toBe(20 * MINUTE);
    expect(engineering?.resolutionTime.medianMs).toBe(80 * MINUTE);
    // Technical answered, and did not resolve what it passed on.
    expect(groups[1]?.timeToFirstResponse.count).toBe(2);
    expect(groups[1]?.resolutionTime.count).toBe(1);
  });

  test('[N9] work that comes back to a queue is one escalation there', () => {
    const back = new Story('back')
      .escalated(1, 'General')
      .moved(5, 'General', 'Billing')
      .moved(9, 'Billing', 'General')
      .resolved(21);
    const groups = report('queue', back).groups;
    expect(groups.map(({ key, escalations, resolutionTime }) => [key, escalations, resolutionTime.medianMs])).toEqual([
      ['Billing', 1, null],
      ['General', 1, 20 * MINUTE],
    ]);
  });

  test('[N9] groups by topic and by area add up to the total', () => {
    const story = fc.record({
      day: fc.nat(6),
      topic: fc.constantFrom(null, 'billing', 'reports'),
      area: fc.constantFrom(null, 'dashboard'),
      escalates: fc.boolean(),
      flagged: fc.boolean(),
      resolved: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(story, { maxLength: 30 }), (drawn) => {
        const stories = drawn.map((one, n) => {
          const made = new Story(`n${n}`, MONDAY + one.day * DAY).about(one.topic, one.area);
          if (one.escalates) made.escalated(2, 'General');
          if (one.escalates && one.flagged) made.flagged(3);
          if (one.escalates && one.resolved) made.resolved(9);
          return made;
        });
        for (const by of GROUPINGS) {
          const { total, groups, days } = report(by, ...stories);
          const sums = [days, ...(by === 'queue' ? [] : [groups])].map((rows) => ({
            conversations: sum(rows.map((row) => row.conversations)),
            escalations: sum(rows.map((row) => row.escalations)),
            judged: sum(rows.map((row) => row.misEscalationRate.denominator)),
          }));
          const expected = {
            conversations: total.conversations,
            escalations: total.escalations,
            judged: total.misEscalationRate.denominator,
          };
          for (const one of sums) expect(one).toEqual(expected);
        }
      }),
    );
  });
});

describe('the window', () => {
  test.each([
    [{ from: 5, to: 5 }, '`to` must come after `from`.'],
    [{ from: 6, to: 5 }, '`to` must come after `from`.'],
    [{ from: 0, to: MAX_WINDOW_DAYS * DAY }, null],
    [{ from: 0, to: MAX_WINDOW_DAYS * DAY + 1 }, 'A window has at most 400 days.'],
  ])('%j', (window, why) => expect(whyNotReported(window)).toBe(why));

  test('days that it touches, and slices that cover it once', () => {
    expect(utcDays({ from: MONDAY - 1, to: MONDAY + DAY })).toEqual(['2026-11-01', '2026-11-02']);
    expect(slicesOf({ from: 0, to: 3 * DAY + 5 }, 2)).toEqual([
      { from: 0, to: 2 * DAY },
      { from: 2 * DAY, to: 3 * DAY + 5 },
    ]);
  });
});

const round = (value: number | null) => (value === null ? null : Math.round(value * 1e4) / 1e4);
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
