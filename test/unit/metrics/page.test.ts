import { describe, expect, test } from 'vitest';
import { conversationFacts } from '#domain/metrics/facts.ts';
import { rateOf } from '#domain/metrics/rate.ts';
import { reportMetrics } from '#domain/metrics/report.ts';
import {
  DAY_CHARTS,
  dayColumns,
  dayTicks,
  describeChart,
  reachesBack,
} from '../../../widget/console/metrics/day-series.ts';
import { LoadFailed, loadMetrics } from '../../../widget/console/metrics/load-metrics.ts';
import { windowsOf } from '../../../widget/console/metrics/metrics-query.ts';
import { sortRows } from '../../../widget/console/metrics/sort-rows.ts';
import {
  axisDuration,
  countChange,
  duration,
  groupName,
  interval,
  percent,
  rateChange,
  spreadChange,
} from '../../../widget/console/metrics/wording.ts';
import { DAY, eventsOf, MINUTE, MONDAY, Story } from './events.ts';

const week = { from: MONDAY, to: MONDAY + 7 * DAY };
const report = (...stories: Story[]) => reportMetrics(conversationFacts(eventsOf(...stories)), week, 'topic');
const spread = (medianMs: number | null) => ({ count: medianMs === null ? 0 : 9, medianMs, p90Ms: medianMs });

describe('windows', () => {
  test('the last days with today so far, and as much before, ending at the same time of day', () => {
    const now = MONDAY + 6 * DAY + 14.5 * 60 * MINUTE + 1;
    const { current, before } = windowsOf(7, now);
    expect(current).toEqual({ from: MONDAY, to: now - 1 + MINUTE });
    expect(before).toEqual({ from: MONDAY - 7 * DAY, to: now - 1 + MINUTE - 7 * DAY });
  });
  test('the first moment of a day has a window too', () => {
    const { current } = windowsOf(1, MONDAY);
    expect(current.to - current.from).toBe(MINUTE);
  });
});

describe('words for numbers', () => {
  test.each([
    [null, '–'],
    [0, '0 s'],
    [44_600, '45 s'],
    [59_700, '1.0 min'],
    [3.24 * MINUTE, '3.2 min'],
    [9.97 * MINUTE, '10 min'],
    [59.4 * MINUTE, '59 min'],
    [59.6 * MINUTE, '1.0 h'],
    [72 * MINUTE, '1.2 h'],
    [47.4 * 60 * MINUTE, '47 h'],
    [51 * 60 * MINUTE, '2.1 d'],
  ])('%j ms is %s', (ms, words) => expect(duration(ms)).toBe(words));

  test.each([
    [null, '–'],
    [0, '0%'],
    [0.083, '8.3%'],
    [0.0999, '10%'],
    [0.236, '24%'],
    [1, '100%'],
  ])('%j is %s', (share, words) => expect(percent(share)).toBe(words));

  test('a change of a rate says when it may be chance', () => {
    expect(rateChange(rateOf(30, 100), rateOf(10, 100))).toBe('+20.0 pts');
    expect(rateChange(rateOf(10, 100), rateOf(30, 100))).toBe('−20.0 pts');
    expect(rateChange(rateOf(3, 10), rateOf(1, 10))).toBe('+20.0 pts, within chance');
    expect(rateChange(rateOf(1, 10), rateOf(10, 100))).toBe('unchanged');
    expect(rateChange(rateOf(1, 10), rateOf(0, 0))).toBe(null);
  });

  test('changes of times and counts are relative', () => {
    expect(spreadChange(spread(120), spread(100))).toBe('20% longer');
    expect(spreadChange(spread(80), spread(100))).toBe('20% shorter');
    expect(spreadChange(spread(80), spread(null))).toBe(null);
    expect(countChange(90, 100)).toBe('10% fewer');
    expect(countChange(100, 100)).toBe('unchanged');
    expect(countChange(1, 0)).toBe(null);
  });

  test('names, intervals, axis', () => {
    expect(['api-keys', 'Billing', ''].map(groupName)).toEqual(['API keys', 'Billing', 'Not classified']);
    expect(interval(rateOf(0, 4))).toBe('0–49%');
    expect(interval(rateOf(0, 0))).toBe(null);
    expect([0, 0.5, 30, 90, 2880].map(axisDuration)).toEqual(['0', '0.5 min', '30 min', '1.5 h', '2 d']);
  });
});

describe('days in charts', () => {
  const metrics = report(
    new Story('one').escalated(2, 'General').resolved(12),
    new Story('two'),
    new Story('late', MONDAY + 2 * DAY).escalated(4, 'General'),
  );
  const [rate, , toEscalation, resolution] = DAY_CHARTS;

  test('days without conversations are gaps, not zeros', () => {
    const [x, values, low, high] = dayColumns(rate!, metrics.days);
    expect(x).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(values).toEqual([0.5, null, 1, null, null, null, null]);
    expect([low?.[1], high?.[1], high?.[2]]).toEqual([null, null, 1]);
    expect(dayColumns(toEscalation!, metrics.days)[1]).toEqual([2, null, 4, null, null, null, null]);
  });

  test('a chart in a sentence', () => {
    expect(describeChart(rate!, metrics.days)).toBe(
      'Escalation rate by day, from 50% on Mon 2 Nov to 100% on Wed 4 Nov; lowest 50% on Mon 2 Nov, highest 100% on Wed 4 Nov. The same numbers are in the table of days below.',
    );
    expect(describeChart(resolution!, [])).toBe('Post-escalation resolution time by day: nothing in this window.');
    expect(rate!.say(metrics.total)).toBe('67% · 2 of 3 · 21–94%');
    expect(resolution!.say(metrics.total)).toBe('10 min · 90th 10 min · n 1');
  });

  test('axis: every day while they fit, Mondays from three weeks on, the newest never dropped', () => {
    const days = (n: number) =>
      Array.from({ length: n }, (_, i) => new Date(MONDAY + i * DAY).toISOString().slice(0, 10));
    expect(dayTicks(days(7), 9)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(dayTicks(days(7), 4)).toEqual([0, 2, 4, 6]);
    expect(dayTicks(days(30), 9)).toEqual([0, 7, 14, 21, 28]);
    expect(dayTicks(days(90), 5)).toEqual([0, 21, 42, 63, 84]);
    expect(dayTicks(days(7), 0)).toEqual([6]);
  });

  test('a window in which counting began is nothing to compare with', () => {
    expect(reachesBack(metrics)).toBe(true);
    expect(reachesBack(report(new Story('late', MONDAY + 5 * DAY)))).toBe(false);
    expect(reachesBack(report())).toBe(false);
  });
});

test('rows without a value are last, whichever way they are sorted', () => {
  const { groups } = report(
    new Story('a').about('billing', null).escalated(1, 'General').resolved(9),
    new Story('b').about('reports', null).escalated(1, 'General').resolved(5),
    new Story('c').about('account', null),
  );
  const keys = (ascending: boolean) =>
    sortRows(groups, (row) => row.resolutionTime.medianMs, ascending).map(({ key }) => key);
  expect(keys(true)).toEqual(['reports', 'billing', 'account']);
  expect(keys(false)).toEqual(['billing', 'reports', 'account']);
});

describe('loading', () => {
  const choice = { days: 7, by: 'topic' } as const;
  const now = MONDAY + DAY;
  const load = async (answer: (url: URL) => Response | Promise<Response>, aborter = new AbortController()) => {
    const real = globalThis.fetch;
    globalThis.fetch = async (input) => answer(new URL(String(input), 'https://console.example'));
    try {
      return await loadMetrics(choice, now, aborter.signal);
    } finally {
      globalThis.fetch = real;
    }
  };

  test('asks for both windows', async () => {
    const asked: string[] = [];
    const loaded = await load((url) => {
      asked.push(`${url.pathname} ${url.searchParams.get('from')} ${url.searchParams.get('by')}`);
      return Response.json(report());
    });
    expect(asked).toEqual([`/v1/metrics ${MONDAY - 5 * DAY} topic`, `/v1/metrics ${MONDAY - 12 * DAY} topic`]);
    expect(loaded.choice).toEqual(choice);
  });

  test.each([
    [
      () => Response.json({ kind: 'unavailable', message: 'Not now.', requestId: 'r1' }, { status: 503 }),
      new LoadFailed('Not now.', 'r1'),
    ],
    [() => new Response('<h1>Bad gateway', { status: 502 }), new LoadFailed('The server answered 502.')],
    [
      () => Response.json({ kind: 'unauthenticated', message: 'x', requestId: 'r2' }, { status: 401 }),
      new LoadFailed('Your session has ended; reload the page to sign in again.', 'r2'),
    ],
    [() => Promise.reject(new TypeError('offline')), new LoadFailed('The server could not be reached.')],
  ])('what went wrong, in words (%#)', async (answer, failed) => {
    await expect(load(answer)).rejects.toEqual(failed);
  });
});
