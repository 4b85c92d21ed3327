import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compareRank,
  DEFAULT_RANK_POLICY,
  type RankFacts,
  type RankOrder,
  rankAcross,
  rankEntry,
  sortAtOf,
} from '#domain/priority/rank.ts';
import type { QueuedEntry } from '#domain/queue/queue.ts';
import { ranked } from '#domain/queue/ranked.ts';
import { chooseQueue, DEFAULT_ROUTES } from '#domain/routing/choose-queue.ts';
import { aQueue, MINUTE, NOW, someFacts } from '../support/builders.ts';

const minutes = (facts: RankFacts) => (rankEntry(facts, DEFAULT_RANK_POLICY, NOW).dueAt - NOW) / MINUTE;

const anyFacts: fc.Arbitrary<RankFacts> = fc.record({
  tier: fc.constantFrom('free', 'pro', 'enterprise', null),
  severity: fc.constantFrom('low', 'normal', 'high', 'critical'),
  contractValue: fc.option(fc.integer({ min: 0, max: 1_000_000 })),
  health: fc.constantFrom('healthy', 'at_risk', null),
  frustration: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  sentiment: fc.option(fc.double({ min: -1, max: 1, noNaN: true })),
  repeatContact: fc.option(fc.integer({ min: 0, max: 20 })),
  area: fc.constantFrom('billing', 'reports', 'constructor', '__proto__', 'toString', null),
  renewalInDays: fc.option(fc.integer({ min: -400, max: 400 })),
  openDispute: fc.option(fc.boolean()),
  failedRequests: fc.option(fc.integer({ min: 0, max: 50 })),
  incident: fc.constantFrom('Payments fail', null),
  isLate: fc.boolean(),
  promiseDueAt: fc.constant(null),
});

describe('[P1] due time', () => {
  test.each<[string, Partial<RankFacts>, number]>([
    ['an unknown plan', {}, 120],
    ['enterprise', { tier: 'enterprise' }, 15],
    ['enterprise, at risk', { tier: 'enterprise', health: 'at_risk' }, 10],
    [
      'enterprise, at risk, frustrated, refused payment',
      { tier: 'enterprise', health: 'at_risk', frustration: 0.7, failedRequests: 2 },
      5,
    ],
    ['a large contract that renews soon', { tier: 'pro', contractValue: 60_000, renewalInDays: 10 }, 26],
    ['a renewal that has passed', { tier: 'pro', renewalInDays: -1 }, 30],
    ['wrote five times before', { tier: 'pro', repeatContact: 5 }, 24],
    ['an open dispute on the billing page', { tier: 'free', openDispute: true, area: 'billing' }, 115],
    ['a running incident', { tier: 'enterprise', incident: 'Payments fail' }, 10],
    ['critical', { tier: 'enterprise', severity: 'critical' }, 4],
    ['a broken promise, as the next severity', { tier: 'enterprise', isLate: true }, 8],
    ['a broken promise where nothing is worse', { tier: 'enterprise', severity: 'critical', isLate: true }, 4],
  ])('%s', (_, facts, expected) => {
    expect(minutes(someFacts(facts))).toBe(expected);
  });

  test('of who writes in an unhappy tone is earlier where the queue wants that', () => {
    const unhappy = { below: -0.5, minutes: 4 };
    const terms = (sentiment: number | null) =>
      rankEntry(someFacts({ sentiment }), { ...DEFAULT_RANK_POLICY, unhappy }, NOW).terms.slice(1);
    expect(terms(-0.5)).toEqual([{ label: 'unhappy tone', minutes: -4 }]);
    expect([terms(-0.49), terms(1), terms(null)]).toEqual([[], [], []]);
    // Switched off, it is no term at all.
    expect(rankEntry(someFacts({ sentiment: -1 }), DEFAULT_RANK_POLICY, NOW).terms).toHaveLength(1);
  });

  test('[K10] the hurry is a term of its own, and the target stays the one that was promised', () => {
    const [target, hurry] = rankEntry(someFacts({ tier: 'enterprise', isLate: true }), DEFAULT_RANK_POLICY, NOW).terms;
    expect(target).toEqual({ label: 'enterprise target, severity normal', minutes: 15 });
    expect(hurry).toEqual({ label: 'promise broken', minutes: -7 });
    expect(sortAtOf('strict', someFacts({ isLate: true }), NOW, NOW)).toBe(
      sortAtOf('strict', someFacts({ severity: 'high' }), NOW, NOW),
    );
  });

  test('[P2] [P3] the terms add up to it exactly, and it never precedes the queueing', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { dueAt, terms } = rankEntry(facts, DEFAULT_RANK_POLICY, NOW);
        expect(dueAt).toBeGreaterThanOrEqual(NOW);
        expect(terms.reduce((sum, term) => sum + term.minutes, 0) * MINUTE).toBe(dueAt - NOW);
      }),
    );
    expect(minutes(someFacts({ tier: 'enterprise', severity: 'critical', openDispute: true, health: 'at_risk' }))).toBe(
      0,
    );
  });

  test('[P3] fractions of minutes are whole milliseconds, in both orders', () => {
    const fraction = fc.double({ min: 0, max: 500, noNaN: true });
    fc.assert(
      fc.property(
        anyFacts,
        fraction,
        fraction,
        fc.double({ min: -90, max: 90, noNaN: true }),
        (facts, target, off, raise) => {
          const targets = { low: target, normal: target, high: target, critical: target };
          const policy = {
            ...DEFAULT_RANK_POLICY,
            targetMinutes: { enterprise: targets, pro: targets, free: targets, unknown: targets },
            atRiskMinutes: off,
          };
          const raises = [{ label: 'raised', minutes: raise }];
          for (const order of ['due', 'strict'] as const) {
            const entry = ranked(
              { facts, raises, queuedAt: NOW } as unknown as QueuedEntry,
              aQueue({ rank: policy, order }),
            );
            expect(Number.isSafeInteger(entry.sortAt) && Number.isSafeInteger(entry.dueAt)).toBe(true);
          }
          const { dueAt, terms } = rankEntry(facts, policy, NOW, raises);
          const sum = terms.reduce((total, term) => total + term.minutes, 0) * MINUTE;
          expect(Math.abs(sum - (dueAt - NOW))).toBeLessThan(0.51);
        },
      ),
    );
  });

  test('[P5] nobody is overtaken for ever: work that comes later than the target is behind', () => {
    fc.assert(
      fc.property(anyFacts, anyFacts, fc.integer({ min: 0, max: 1000 }), (early, late, gap) => {
        const first = rankEntry(early, DEFAULT_RANK_POLICY, NOW);
        const second = rankEntry(late, DEFAULT_RANK_POLICY, NOW + gap * MINUTE);
        const overtakes =
          compareRank({ class: 1, sortAt: second.dueAt, seq: 2 }, { class: 1, sortAt: first.dueAt, seq: 1 }) < 0;
        if (overtakes) expect(NOW + gap * MINUTE).toBeLessThan(first.dueAt);
      }),
    );
  });
});

describe('[M2] the queue', () => {
  const known = ['billing', 'general', 'technical'];
  test.each([
    ['a trigger’s word first', { fromPolicy: 'technical', area: 'billing', intent: 'billing' }, 'technical'],
    ['a trigger’s word only if the queue exists', { fromPolicy: 'sales', area: 'billing', intent: null }, 'billing'],
    ['then what it is about', { fromPolicy: null, area: 'reports', intent: 'billing' }, 'billing'],
    ['then the page', { fromPolicy: null, area: 'reports', intent: 'weather' }, 'technical'],
    ['not a queue that does not exist', { fromPolicy: 'sales', area: null, intent: null }, 'general'],
    ['else the default', { fromPolicy: null, area: null, intent: null }, 'general'],
  ])('%s', (_, wish, slug) => {
    expect(chooseQueue(wish, DEFAULT_ROUTES, known).slug).toBe(slug);
  });
});

describe('[M4] entries of several queues', () => {
  const at = (facts: Partial<RankFacts>, order: RankOrder, queuedAt: number) => {
    const known = someFacts(facts);
    const { dueAt } = rankEntry(known, DEFAULT_RANK_POLICY, queuedAt);
    return { class: 1 as const, dueAt, queuedAt, sortAt: sortAtOf(order, known, queuedAt, dueAt), seq: 1 };
  };
  test('are compared by when they are due and who waits longest, whatever their queue’s own order', () => {
    const strictSince = at({ severity: 'high' }, 'strict', NOW - 30 * 86_400_000);
    const fresh = at({ severity: 'low' }, 'due', NOW);
    // By the numbers of their own orders, a month in a strict queue stands behind a moment in another.
    expect(compareRank(strictSince, fresh)).toBeGreaterThan(0);
    expect(compareRank(rankAcross(strictSince), rankAcross(fresh))).toBeLessThan(0);
    const [older, newer] = [at({}, 'due', NOW - 1), { ...at({}, 'due', NOW), dueAt: at({}, 'due', NOW - 1).dueAt }];
    expect(compareRank(rankAcross({ ...older, class: 1 }), rankAcross(newer))).toBeLessThan(0);
    expect(compareRank(rankAcross({ ...fresh, class: 0 as never }), rankAcross(strictSince))).toBeLessThan(0);
  });
});
