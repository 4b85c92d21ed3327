import { describe, expect, test } from 'vitest';
import { simulateReport } from '#domain/simulation/report.ts';
import type { RecordedArrival, Scenario } from '#domain/simulation/scenario.ts';
import { type Fate, simulate } from '#domain/simulation/simulate.ts';
import { ALWAYS_OPEN } from '#domain/sla/calendar.ts';
import { MINUTE, someFacts } from '../../support/builders.ts';
import {
  anIncident,
  aScenario,
  aSimulatedAgent,
  aSimulatedQueue,
  FROM_TWO,
  HOUR,
  MIDNIGHT,
  queueId,
  somePromises,
} from '../../support/scenarios.ts';

const came = (minute: number, changed: Partial<RecordedArrival> = {}): RecordedArrival => ({
  at: MIDNIGHT + minute * MINUTE,
  queueId: queueId('one'),
  class: 1,
  facts: someFacts({ tier: 'enterprise' }),
  skills: [],
  handleMs: 10 * MINUTE,
  patienceMs: null,
  ...changed,
});
/** Maya is there from so many minutes after midnight on. */
const maya = (minute: number, changed = {}) =>
  aSimulatedAgent('maya', { shifts: [{ from: MIDNIGHT + minute * MINUTE, to: MIDNIGHT + 24 * HOUR }], ...changed });
const aDay = (recorded: RecordedArrival[], changed: Partial<Scenario> = {}): Scenario =>
  aScenario({ streams: [], recorded, agents: [maya(0)], ...changed });
const acceptedIn = (fates: readonly Fate[]) =>
  fates
    .filter(({ firstAcceptedAt }) => firstAcceptedAt !== null)
    .sort((a, b) => (a.firstAcceptedAt as number) - (b.firstAcceptedAt as number))
    .map(({ arrival }) => arrival.n);
const minutesUntilAccept = ({ arrival, firstAcceptedAt }: Fate) => ((firstAcceptedAt as number) - arrival.at) / MINUTE;

describe('[V11] promises', () => {
  test('are kept and broken by the clock and the calendar, and reported by group', () => {
    // An enterprise customer is promised a first word within a quarter of an hour, and the end within eight hours.
    const people = [came(60), came(125, { facts: someFacts({ tier: 'pro' }) })];
    const agents = [maya(130)];
    const around = simulateReport(aDay(people, { agents, promises: somePromises() }), 1).report;
    expect(around.all.promises).toEqual({
      first_response: { count: 1, of: 2, share: 0.5 },
      resolution: { count: 2, of: 2, share: 1 },
    });
    expect(around.perPlan.enterprise?.promises.first_response).toEqual({ count: 0, of: 1, share: 0 });
    expect(around.perPlan.pro?.promises.first_response).toEqual({ count: 1, of: 1, share: 1 });
    // Counted from two o'clock on, ten minutes have passed.
    const inHours = simulateReport(aDay(people, { agents, promises: somePromises({}, FROM_TWO) }), 1).report;
    expect(inHours.all.promises.first_response).toEqual({ count: 2, of: 2, share: 1 });
    expect(simulateReport(aDay(people, { agents }), 1).report.all.promises).toEqual({});
  });

  test('the end is due while somebody works on it: nobody waits for the visitor', () => {
    const long = simulateReport(aDay([came(0, { handleMs: 500 * MINUTE })], { promises: somePromises() }), 1).report;
    expect(long.all.promises).toMatchObject({ first_response: { count: 1 }, resolution: { count: 0, of: 1 } });
  });

  test('who leaves before anything is due has been promised nothing that counts', () => {
    const people = [came(0, { patienceMs: 10 * MINUTE }), came(0, { patienceMs: 20 * MINUTE })];
    const { report } = simulateReport(aDay(people, { agents: [maya(120)], promises: somePromises() }), 1);
    expect(report.all.promises).toEqual({ first_response: { count: 0, of: 1, share: 0 } });
  });

  test('a queue has its own clock, and each stay is judged', () => {
    const queues = [
      aSimulatedQueue('one', { transfers: [{ to: queueId('two'), probability: 1 }] }),
      aSimulatedQueue('two'),
    ];
    const promises = { ...somePromises(), tierMinutes: new Map([[queueId('one'), 5]]) };
    const agents = [maya(0, { queues: [queueId('one'), queueId('two')] })];
    const { report } = simulateReport(aDay([came(0), came(30, { handleMs: MINUTE })], { queues, agents, promises }), 1);
    expect(report.all.promises.tier).toEqual({ count: 1, of: 2, share: 0.5 });
  });

  test('a breach ranks anew, if the policy says so, for as long as it waits', () => {
    // Both wait for Maya: the free one is late after two hours and then ranked as if its severity were high.
    const slow = somePromises({ rerank: true });
    const people = [came(0, { facts: someFacts({ tier: 'free' }) }), came(100, { facts: someFacts({ tier: 'pro' }) })];
    const config = { rank: aSimulatedQueue('one').config.rank };
    const rank = {
      ...config.rank,
      targetMinutes: {
        ...config.rank.targetMinutes,
        free: { ...config.rank.targetMinutes.free, normal: 300, high: 10 },
      },
    };
    const queues = [aSimulatedQueue('one', { config: { rank } })];
    const run = (promises: Scenario['promises']) =>
      acceptedIn(simulate(aDay(people, { agents: [maya(150)], queues, promises }), 1).fates);
    expect(run(somePromises())).toEqual([1, 0]);
    expect(run(slow)).toEqual([0, 1]);
  });

  test('a breach sends on, if the policy says so', () => {
    const path = [{ afterMs: 60 * MINUTE, do: 'overflow' as const, to: queueId('two') }];
    const queues = [aSimulatedQueue('one', { config: { path } }), aSimulatedQueue('two')];
    const agents = [maya(0, { queues: [queueId('two')] })];
    const run = (promises: Scenario['promises']) =>
      simulate(aDay([came(0)], { queues, agents, promises }), 1).fates.map(minutesUntilAccept);
    expect(run(somePromises())).toEqual([60]);
    expect(run(somePromises({ sendOn: true }))).toEqual([15]);
  });

  test('two configurations are judged by the promises of the first, and each acts by its own', () => {
    const path = [{ afterMs: 60 * MINUTE, do: 'overflow' as const, to: queueId('two') }];
    const queues = [aSimulatedQueue('one', { config: { path } }), aSimulatedQueue('two')];
    const agents = [maya(0, { queues: [queueId('two')] })];
    const a = aDay([came(0)], { queues, agents, promises: somePromises() });
    const hurried = somePromises({ sendOn: true });
    const { first_response } = hurried.policy.targetMinutes;
    const strict = {
      ...hurried,
      policy: {
        ...hurried.policy,
        targetMinutes: {
          ...hurried.policy.targetMinutes,
          first_response: { ...first_response, enterprise: { ...first_response.enterprise, normal: 5 } },
        },
      },
    };
    const b = { ...a, promises: strict };
    expect(simulateReport(b, 1).report.all.promises.first_response).toEqual({ count: 0, of: 1, share: 0 });
    // After five minutes it went on, which is within the quarter of an hour that the first one promises.
    expect(simulateReport(b, 1, a).report.all.promises.first_response).toEqual({ count: 1, of: 1, share: 1 });
  });
});

describe('[V12] what goes on around', () => {
  test('an incident moves those in its area forward while it runs', () => {
    const people = [
      came(0, { facts: someFacts({ tier: 'pro', area: 'docs' }) }),
      came(5, { facts: someFacts({ tier: 'pro', area: 'billing' }) }),
    ];
    const run = (from: number, to: number) =>
      acceptedIn(
        simulate(
          aDay(people, {
            agents: [maya(20)],
            incidents: [anIncident({ from: MIDNIGHT + from * MINUTE, to: MIDNIGHT + to * MINUTE, area: 'billing' })],
          }),
          1,
        ).fates,
      );
    expect(run(10, 40)).toEqual([1, 0]);
    expect(run(10, 15)).toEqual([0, 1]);
    expect(run(30, 40)).toEqual([0, 1]);
  });

  test('outside the hours with nobody there a newcomer hears that it is closed, and waits for the opening', () => {
    const people = [came(60, { patienceMs: 5 * MINUTE }), came(61), came(180, { patienceMs: 5 * MINUTE })];
    const run = (hours: typeof FROM_TWO | typeof ALWAYS_OPEN, from: number) =>
      simulateReport(aDay(people, { queues: [aSimulatedQueue('one', { config: { hours } })], agents: [maya(from)] }), 1)
        .report;
    // Told at one that it opens at two: who would have left after five minutes is there when Maya comes.
    const closed = run(FROM_TWO, 122);
    expect(closed.ends).toMatchObject({ served: 3, abandoned: 0 });
    expect(closed.all.toldClosed).toEqual({ count: 2, of: 3, share: 2 / 3 });
    const open = run(ALWAYS_OPEN, 122);
    expect(open.ends).toMatchObject({ served: 2, abandoned: 1 });
    expect(open.all.toldClosed.count).toBe(0);
    // Who is there serves, whatever the hours are.
    expect(run(FROM_TWO, 0).all.toldClosed.count).toBe(0);
    // An opening that nobody keeps.
    expect(run(FROM_TWO, 126).ends).toMatchObject({ abandoned: 1 });
  });
});
