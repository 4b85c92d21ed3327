import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentId } from '#domain/ids.ts';
import type { QueueEntry, ReservedEntry } from '#domain/queue/queue.ts';
import { areSamePeople, compareReports, figuresOf } from '#domain/simulation/compare.ts';
import { Desk } from '#domain/simulation/desk.ts';
import { MinHeap } from '#domain/simulation/min-heap.ts';
import { PlaceTree } from '#domain/simulation/place-tree.ts';
import { type Report, simulateReport } from '#domain/simulation/report.ts';
import type { Scenario } from '#domain/simulation/scenario.ts';
import {
  gini,
  intervalBetween,
  intervalOf,
  studentQuantile,
  twoSided,
  waitsOf,
} from '#domain/simulation/statistics.ts';
import { InvariantBroken, Watch } from '#domain/simulation/watch.ts';
import { MINUTE, NOW, someFacts, someWork } from '../../support/builders.ts';
import { aScenario, aSimulatedAgent, aSimulatedQueue, aStream, queueId } from '../../support/scenarios.ts';

const patient = { kind: 'exponential' as const, meanMs: 30 * MINUTE };
const busy = (agents: number, more: Partial<Scenario> = {}) =>
  aScenario({
    agents: Array.from({ length: agents }, (_, i) => aSimulatedAgent(`agent${i}`)),
    streams: [
      aStream('visitors', 27, {
        patience: patient,
        kinds: [
          { share: 1, class: 1, facts: someFacts({ tier: 'enterprise' }), skills: [] },
          { share: 3, class: 1, facts: someFacts({ tier: 'free' }), skills: [] },
        ],
      }),
    ],
    behaviour: { ...aScenario().behaviour, declines: 0.1 },
    ...more,
  });
const PAIRED = { isPaired: true };
const reports = (scenario: Scenario, count: number): Report[] =>
  Array.from({ length: count }, (_, n) => simulateReport(scenario, n + 1).report);

describe('a report', () => {
  const { report } = simulateReport(busy(3), 1);

  test('adds up', () => {
    const { ends, arrivals, all, perPlan, perQueue, offers, agents } = report;
    expect(ends.served + ends.abandoned + ends.waiting + ends.with_agent).toBe(arrivals);
    for (const groups of [perPlan, perQueue])
      expect(Object.values(groups).reduce((sum, group) => sum + group.arrivals, 0)).toBe(arrivals);
    expect(all.abandoned.count).toBe(ends.abandoned);
    expect(all.waits?.n).toBe(arrivals - ends.abandoned);
    expect(agents.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(offers.accepted);
    expect(offers.perAccept).toBeCloseTo(offers.made / offers.accepted);
    for (const { utilisation } of agents) expect(utilisation).toBeGreaterThan(0.5);
    for (const { utilisation } of agents) expect(utilisation).toBeLessThanOrEqual(1);
  });

  test('shows whom the rank favours', () => {
    expect(report.perPlan.enterprise!.waits!.meanMs).toBeLessThan(report.perPlan.free!.waits!.meanMs / 2);
    expect(report.overtakes.offers).toBeGreaterThan(10);
    expect(report.overtakes.mostOfOne).toBeGreaterThan(1);
  });

  test('nobody overtakes among equals', () => {
    const equals = simulateReport(
      busy(3, { streams: [aStream('visitors', 27)], behaviour: aScenario().behaviour }),
      1,
    ).report;
    expect(equals.overtakes).toMatchObject({ offers: 0, passed: 0, mostOfOne: 0 });
  });

  test('[V10] “in time” hangs on the plan’s target, and not on what ranks anybody otherwise', () => {
    const withRisk = (atRiskMinutes: number, target = 20) => {
      const scenario = busy(2);
      const targets = { low: target, normal: target, high: target, critical: target };
      return {
        ...scenario,
        queues: scenario.queues.map((queue) => ({
          ...queue,
          config: {
            ...queue.config,
            rank: {
              ...queue.config.rank,
              atRiskMinutes,
              targetMinutes: { enterprise: targets, pro: targets, free: targets, unknown: targets },
            },
          },
        })),
        streams: scenario.streams.map((stream) => ({
          ...stream,
          kinds: stream.kinds.map((kind) => ({ ...kind, facts: { ...kind.facts, health: 'at_risk' as const } })),
        })),
      };
    };
    const [none, some] = [simulateReport(withRisk(0), 1).report.all, simulateReport(withRisk(14), 1).report.all];
    // Everybody is at risk, so nobody waits otherwise.
    expect(some.waits).toEqual(none.waits);
    expect(some.withinTarget).toEqual(none.withinTarget);
    expect(none.withinTarget.share).toBeGreaterThan(0);
    expect(none.withinTarget.share).toBeLessThan(1);
    // Other targets, by the first one's measure: the same waits are as much in time as they were.
    const strict = simulateReport(withRisk(0, 1), 1).report.all;
    expect(strict.withinTarget.share).toBeLessThan(none.withinTarget.share as number);
    expect(simulateReport(withRisk(0, 1), 1, withRisk(0)).report.all.withinTarget).toEqual(none.withinTarget);
  });

  test('who left before being due is in neither number of "in time"', () => {
    const left = simulateReport(busy(0), 1).report.all;
    expect(left.abandoned.count).toBe(left.arrivals);
    expect(left.withinTarget.count).toBe(0);
    expect(left.withinTarget.of).toBeLessThan(left.arrivals);
    expect(left.waits).toBeNull();
  });

  test('longest idle spreads the work more evenly than always the same first', () => {
    // Among equals `most_spare` falls back to the idle; skills that only one has do not.
    expect(report.fairness.gini).toBeLessThan(0.1);
    expect(report.fairness.mostPerLeast).toBeGreaterThanOrEqual(1);
  });
});

describe('[V7] two configurations', () => {
  test('one compared with itself does not differ anywhere', () => {
    const rows = compareReports(reports(busy(3), 4), reports(busy(3), 4), PAIRED);
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter(({ differs }) => differs)).toEqual([]);
    expect(rows.every(({ difference }) => difference.low === 0 && difference.high === 0)).toBe(true);
  });

  test('one more agent shortens waits for sure, and the interval says by how much', () => {
    const rows = compareReports(reports(busy(3), 8), reports(busy(4), 8), PAIRED);
    const wait = rows.find(({ name }) => name === 'wait, mean')!;
    expect(wait).toMatchObject({ differs: true, differsForSure: true });
    expect(wait.difference.high).toBeLessThan(0);
    expect(wait.b - wait.a).toBeCloseTo(wait.difference.mean);
    expect(rows.find(({ name }) => name === 'gave up')?.differs).toBe(true);
  });

  test('the same people make the interval narrower than other people would', () => {
    const [a, same, others] = [
      reports(busy(3), 8),
      reports(busy(4), 8),
      Array.from({ length: 8 }, (_, n) => simulateReport(busy(4), 100 + n).report),
    ];
    const width = (b: Report[]) => {
      const { low, high } = compareReports(a, b, PAIRED).find(({ name }) => name === 'wait, mean')!.difference;
      return high - low;
    };
    expect(width(same)).toBeLessThan(width(others));
  });

  test('more of them and another desk are the same people, another mix is not', () => {
    const with_ = (rate: number, tier: 'free' | 'enterprise') =>
      busy(3, {
        streams: [
          aStream('visitors', rate, { kinds: [{ share: 1, class: 1, facts: someFacts({ tier }), skills: [] }] }),
        ],
      });
    const few = with_(10, 'free');
    expect(areSamePeople(few, with_(40, 'free'), 1)).toBe(true);
    expect(areSamePeople(few, { ...few, agents: few.agents.slice(1) }, 1)).toBe(true);
    expect(areSamePeople(few, with_(10, 'enterprise'), 1)).toBe(false);
    expect(areSamePeople(few, { ...few, streams: [aStream('others', 10)] }, 1)).toBe(false);
  });

  test('of other people each has its own chance', () => {
    const [a, b] = [reports(busy(3), 8), reports(busy(3), 8).toReversed()];
    const wait = (isPaired: boolean) => compareReports(a, b, { isPaired }).find(({ name }) => name === 'wait, mean')!;
    expect(wait(false).difference.mean).toBeCloseTo(wait(true).difference.mean);
    // The same eight days in another order: no pair is one, and Welch's interval does not hang on the order.
    expect(wait(false).difference).toMatchObject({ p: expect.closeTo(1, 6) });
  });

  test('Welch’s interval is the published one', () => {
    // Ruxton (2006) uses the same formulas; values by hand: means 3 and 8, variances 2.5 and 10, five each.
    const { mean, low, high, p } = intervalBetween([1, 2, 3, 4, 5], [4, 6, 8, 10, 12])!;
    expect(mean).toBe(5);
    // t = 5 ÷ √2.5, 5.88 degrees of freedom.
    expect([low, high, p]).toEqual([expect.closeTo(1.11, 2), expect.closeTo(8.89, 2), expect.closeTo(0.0203, 3)]);
  });

  test('every figure has a name of its own', () => {
    const names = figuresOf(reports(busy(3), 1)[0]!).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('[V5] the look over the shoulder', () => {
  const agents = [{ ...aSimulatedAgent('maya'), skills: [] }];
  const aDesk = () => {
    const desk = new Desk([aSimulatedQueue('one').config, aSimulatedQueue('two').config], agents, {
      queueChanged: () => {},
      agentChanged: () => {},
      offered: () => {},
      overflowed: () => {},
    });
    const enqueue = (n: number, tier: 'free' | 'enterprise') =>
      desk.enqueue(
        queueId('one'),
        someWork(n),
        { class: 1, facts: someFacts({ tier }), queuedAt: NOW, pathSince: NOW, preferred: null },
        NOW,
      );
    return { desk, watch: new Watch(desk), enqueue };
  };
  const maya = 'agt_maya' as AgentId;

  test('sees work in two places, and in none', () => {
    const { desk, watch, enqueue } = aDesk();
    enqueue(1, 'free');
    const entry = [...desk.store(queueId('one')).waiting()][0] as QueueEntry;
    watch.put(queueId('one'), entry);
    watch.check(() => false, NOW);
    watch.put(queueId('two'), { ...entry, hop: 2 } as QueueEntry);
    expect(() => watch.check(() => false, NOW)).toThrow(/is in 2 places/);

    const closed = { ...entry, state: 'closed', outcome: 'moved', closedAt: NOW } as QueueEntry;
    const other = new Watch(desk);
    other.put(queueId('one'), closed);
    expect(() => other.check(() => false, NOW)).toThrow(InvariantBroken);
  });

  test('sees an offer of what does not rank first', () => {
    const { desk, watch, enqueue } = aDesk();
    enqueue(1, 'free');
    enqueue(2, 'enterprise');
    const [first, second] = [...desk.store(queueId('one')).waiting()];
    const offer = (entry: QueueEntry | undefined) => ({ ...entry, state: 'reserved', agentId: maya }) as ReservedEntry;
    expect(() => watch.reserved(queueId('one'), offer(first), NOW)).not.toThrow();
    expect(() => watch.reserved(queueId('one'), offer(second), NOW)).toThrow(/ranks first/);
  });

  test('sees an agent above capacity, and a slot that the queue knows nothing of', () => {
    const { desk, watch, enqueue } = aDesk();
    desk.tellAgent(maya, { type: 'console_opened' }, NOW);
    desk.tellAgent(maya, { type: 'set_presence', presence: 'available' }, NOW);
    enqueue(1, 'free');
    const state = desk.agent(maya);
    expect(state.slots).toHaveLength(1);
    watch.touchAgent(maya);
    watch.check(() => false, NOW);

    desk.agents.set(maya, { ...state, capacity: 0 });
    watch.touchAgent(maya);
    expect(() => watch.check(() => false, NOW)).toThrow(/has 1 of 0/);

    desk.agents.set(maya, {
      ...state,
      slots: state.slots.map((slot) => ({ ...slot, state: 'assigned', assignedAt: NOW })),
    });
    const again = new Watch(desk);
    again.touchAgent(maya);
    expect(() => again.check(() => false, NOW)).toThrow(/the queue says reserved/);
  });

  test('sees somebody idle beside work that they may take', () => {
    const { desk, watch, enqueue } = aDesk();
    enqueue(1, 'free');
    desk.tellAgent(maya, { type: 'console_opened' }, NOW);
    watch.touchQueue(queueId('one'));
    watch.check(() => false, NOW);
    desk.agents.set(maya, { ...desk.agent(maya), presence: 'available' });
    watch.touchQueue(queueId('one'));
    expect(() => watch.check(() => false, NOW)).toThrow(/has room/);
  });
});

describe('numbers', () => {
  test.each([
    [1, 12.706],
    [4, 2.776],
    [9, 2.262],
    [19, 2.093],
    [120, 1.98],
  ])('Student, %i degrees of freedom (tables)', (freedom, expected) => {
    expect(studentQuantile(0.975, freedom)).toBeCloseTo(expected, 3);
    expect(twoSided(expected, freedom)).toBeCloseTo(0.05, 3);
  });

  test('an interval of a known sample', () => {
    const interval = intervalOf([1, 2, 3, 4, 5])!;
    expect(interval.mean).toBe(3);
    expect(interval.high - 3).toBeCloseTo(2.776 * Math.sqrt(2.5 / 5), 3);
    expect(intervalOf([1])).toBeNull();
    expect(intervalOf([2, 2, 2])).toMatchObject({ low: 2, high: 2, p: 0 });
    expect(intervalOf([0, 0])).toMatchObject({ low: 0, high: 0, p: 1 });
  });

  test('Gini', () => {
    expect(gini([1, 1, 1, 1])).toBeCloseTo(0);
    expect(gini([0, 0, 0, 4])).toBeCloseTo(0.75);
    expect(gini([])).toBeNull();
    expect(gini([0, 0])).toBeNull();
  });

  test('waits', () => {
    expect(waitsOf([])).toBeNull();
    expect(waitsOf([30, 10, 20])).toEqual({ n: 3, meanMs: 20, p50Ms: 20, p90Ms: 28, p99Ms: 30 });
  });

  test('a place tree counts as a list would', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: -2, max: 3 }))), (changes) => {
        const tree = new PlaceTree();
        const list = new Array<number>(61).fill(0);
        for (const [place, amount] of changes) {
          tree.add(place, amount);
          list[place]! += amount;
          for (const upTo of [0, place - 1, place, 60, Number.POSITIVE_INFINITY])
            expect(tree.upTo(upTo)).toBe(list.slice(0, upTo + 1).reduce((sum, value) => sum + value, 0));
        }
      }),
    );
  });

  test('a heap gives in order of time, then of adding', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (times) => {
        const heap = new MinHeap<number>();
        for (const [i, at] of times.entries()) heap.add(at, i);
        const taken: [number, number][] = [];
        for (let next = heap.take(); next !== undefined; next = heap.take()) taken.push([next.at, next.value]);
        expect(taken).toEqual(
          times.map((at, i): [number, number] => [at, i]).sort((a, b) => a[0] - b[0] || a[1] - b[1]),
        );
      }),
    );
  });
});
