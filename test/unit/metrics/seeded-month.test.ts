import { describe, expect, test } from 'vitest';
import { conversationFacts } from '#domain/metrics/facts.ts';
import { type Grouping, reportMetrics } from '#domain/metrics/report.ts';
import { DAY_MS, utcDay } from '#domain/metrics/window.ts';
import { eventsSql } from '../../../tools/seed/events-sql.ts';
import { seededMonth, seededQueues } from '../../../tools/seed/month.ts';
import { parseEventRows } from '../../../worker/storage/outcome-event.ts';

const NOW = Date.UTC(2026, 10, 24, 14, 30);
const TODAY = Date.UTC(2026, 10, 24);
const AGENTS = [
  { id: 'agt_mara000', queues: ['Billing', 'General'] },
  { id: 'agt_jonas00', queues: ['Technical', 'General'] },
  { id: 'agt_yuki000', queues: ['Engineering', 'Technical'] },
];
const month = (now = NOW, seed?: number) => seededMonth({ workspaceId: 'wsp_ledgerline', now, agents: AGENTS, seed });
const rows = month();
const { events, unreadable } = parseEventRows(rows);
const facts = conversationFacts(events);
const report = (by: Grouping, from = TODAY - 30 * DAY_MS, to = TODAY) =>
  reportMetrics(
    facts.filter(({ startedAt }) => startedAt >= from && startedAt < to),
    { from, to },
    by,
  );

describe('the seeded month', () => {
  test('the same input gives the same rows, another seed others', () => {
    expect(month()).toEqual(rows);
    expect(month(NOW, 7)).not.toEqual(rows);
  });

  test('every row is an event as they are stored', () => {
    expect([unreadable, events.length]).toEqual([0, rows.length]);
    expect(rows.every(({ type, body }) => JSON.parse(body).type === type)).toBe(true);
    expect(rows.filter(({ conversationId }) => !/^cnv_[A-Za-z0-9]{6,64}$/.test(conversationId))).toEqual([]);
    expect(rows.filter(({ id }) => !id.startsWith('seed/'))).toEqual([]);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length);
  });

  test('thirty days up to yesterday, and nothing that has not happened yet', () => {
    const starts = rows.filter(({ type }) => type === 'conversation.started').map(({ at }) => utcDay(at));
    expect([...new Set(starts)].length).toBe(30);
    expect([starts[0], starts.at(-1)]).toEqual(['2026-10-25', '2026-11-23']);
    expect(Math.max(...rows.map(({ at }) => at))).toBeLessThanOrEqual(NOW);
    const later = [1, 2, 3, 4, 5].map((seed) => {
      const atMidnight = month(TODAY, seed);
      expect(Math.max(...atMidnight.map(({ at }) => at))).toBeLessThanOrEqual(TODAY);
      return month(NOW, seed).length - atMidnight.length;
    });
    // Yesterday's last work is still open at midnight, and was done by the afternoon.
    expect(Math.max(...later)).toBeGreaterThan(0);
  });

  test('a day later the days that both months have are nearly the same, under the same ids', () => {
    const later = new Map(month(NOW + DAY_MS).map((row) => [row.id, row]));
    const shared = rows.filter(({ id }) => later.has(id));
    expect(shared.length).toBeGreaterThan(rows.length * 0.9);
  });

  test('a believable size and rhythm', () => {
    const { days, total } = report('topic');
    expect(total.conversations).toBeGreaterThan(1700);
    expect(total.conversations).toBeLessThan(2500);
    for (const { key, conversations } of days) {
      const weekend = [0, 6].includes(new Date(key).getUTCDay());
      expect([key, conversations >= (weekend ? 25 : 60), conversations <= (weekend ? 40 : 145)]).toEqual([
        key,
        true,
        true,
      ]);
    }
    const hours = rows
      .filter(({ type }) => type === 'conversation.started')
      .map(({ at }) => new Date(at).getUTCHours());
    expect(hours.filter((hour) => hour >= 8 && hour < 18).length).toBeGreaterThan(hours.length * 0.6);
  });

  test('rates and times that could be true, everywhere', () => {
    const { total } = report('topic');
    const inside = (value: number | null, low: number, high: number) => value !== null && value >= low && value <= high;
    const minutes = (value: number | null) => (value === null ? null : value / 60_000);
    expect(inside(total.escalationRate.rate, 0.18, 0.32)).toBe(true);
    expect(inside(total.misEscalationRate.rate, 0.08, 0.2)).toBe(true);
    expect(inside(minutes(total.timeToEscalation.medianMs), 1, 5)).toBe(true);
    expect(inside(minutes(total.timeToFirstResponse.medianMs), 1, 6)).toBe(true);
    expect(inside(minutes(total.resolutionTime.medianMs), 10, 40)).toBe(true);
    expect(
      report('queue')
        .groups.map(({ key }) => key)
        .toSorted(),
    ).toEqual([...seededQueues].toSorted());
    const known = ['', 'account', 'api-keys', 'billing', 'customers', 'dashboard', 'reports', 'settings'];
    expect(
      report('topic')
        .groups.map(({ key }) => key)
        .toSorted(),
    ).toEqual(known);
    expect(
      report('area')
        .groups.map(({ key }) => key)
        .toSorted(),
    ).toEqual(known);
  });

  test('the incident is the worst day: far more escalations, most of them about billing', () => {
    const { days } = report('topic');
    const worst = days.reduce((a, b) => (b.escalations > a.escalations ? b : a));
    const others = days.filter(({ key }) => key !== worst.key && ![0, 6].includes(new Date(key).getUTCDay()));
    const usual = others.reduce((sum, { escalations }) => sum + escalations, 0) / others.length;
    expect(worst.key).toBe('2026-11-12');
    expect(worst.escalations).toBeGreaterThan(usual * 2);
    expect(worst.escalationRate.rate).toBe(Math.max(...days.map(({ escalationRate }) => escalationRate.rate ?? 0)));
    const from = Date.parse(worst.key);
    expect(report('topic', from, from + DAY_MS).groups[0]?.key).toBe('billing');
  });

  test('mis-escalation falls after the thresholds were changed, beyond chance', () => {
    const before = report('topic', TODAY - 30 * DAY_MS, TODAY - 15 * DAY_MS).total.misEscalationRate;
    const after = report('topic', TODAY - 12 * DAY_MS).total.misEscalationRate;
    expect(after.high).toBeLessThan(before.low as number);
  });

  test('only agents that were passed in, and each in the queues they serve', () => {
    const assigned = rows.filter(({ type }) => type === 'escalation.assigned');
    expect(new Set(assigned.map(({ body }) => JSON.parse(body).agentId))).toEqual(new Set(AGENTS.map(({ id }) => id)));
    expect(() => seededMonth({ workspaceId: 'wsp_ledgerline', now: NOW, agents: [] })).toThrow('somebody who answers');
  });

  test('statements stay below what D1 takes, and hold every row once', () => {
    const statements = eventsSql("wsp_o'brien", rows);
    expect(Math.max(...statements.map((one) => Buffer.byteLength(one)))).toBeLessThanOrEqual(64 * 1024);
    const all = statements.join('\n');
    expect(all.match(/^\('wsp_o''brien', 'seed\//gm)?.length).toBe(rows.length);
    expect(
      statements.every((one) => one.startsWith('insert into events') && one.endsWith('on conflict do nothing;')),
    ).toBe(true);
    expect(eventsSql('wsp_000001', [])).toEqual([]);
  });
});
