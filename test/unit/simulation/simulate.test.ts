import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueuedEntry, QueueEntry } from '#domain/queue/queue.ts';
import { arrivalsOf } from '#domain/simulation/arrivals.ts';
import { simulateReport } from '#domain/simulation/report.ts';
import type { Scenario } from '#domain/simulation/scenario.ts';
import { type Fate, type Observer, simulate } from '#domain/simulation/simulate.ts';
import { type Interval, intervalOf } from '#domain/simulation/statistics.ts';
import { ALWAYS_OPEN } from '#domain/sla/calendar.ts';
import { MINUTE, someFacts } from '../../support/builders.ts';
import {
  anIncident,
  aScenario,
  aSimulatedAgent,
  aSimulatedQueue,
  aStream,
  erlangWait,
  FROM_TWO,
  HOUR,
  MIDNIGHT,
  queueId,
  somePromises,
} from '../../support/scenarios.ts';

const waitOf = ({ arrival, firstAcceptedAt }: Fate) => (firstAcceptedAt as number) - arrival.at;
const meanWait = (fates: readonly Fate[]) => fates.reduce((sum, fate) => sum + waitOf(fate), 0) / fates.length;

/** Three queues, skills, overflow, transfers, moods, patience: everything that can happen, in a few hours. */
const anyScenario: fc.Arbitrary<Scenario> = fc
  .record({
    rate: fc.integer({ min: 2, max: 60 }),
    agents: fc.integer({ min: 1, max: 6 }),
    capacity: fc.integer({ min: 1, max: 3 }),
    declines: fc.constantFrom(0, 0.1, 0.4),
    ignores: fc.constantFrom(0, 0.1, 0.3),
    patience: fc.option(fc.integer({ min: 1, max: 60 })),
    overflowAfter: fc.option(fc.integer({ min: 1, max: 20 })),
    skipWhenNobody: fc.boolean(),
    transfer: fc.constantFrom(0, 0.2),
    wrapUpMs: fc.constantFrom(0, 60_000),
    perAgentLimit: fc.option(fc.integer({ min: 1, max: 2 })),
    fairness: fc.option(
      fc.record({ count: fc.integer({ min: 1, max: 2 }), windowMs: fc.constantFrom(MINUTE, 10 * MINUTE) }),
    ),
    cost: fc.constantFrom(1, 1, 2),
    silentMs: fc.option(fc.constant(5 * MINUTE)),
    choice: fc.constantFrom('longest_idle' as const, 'least_loaded' as const, 'round_robin' as const),
    order: fc.constantFrom('due' as const, 'strict' as const),
    shiftHours: fc.integer({ min: 1, max: 8 }),
    promises: fc.option(fc.record({ rerank: fc.boolean(), sendOn: fc.boolean() })),
    incidentAt: fc.option(fc.integer({ min: 0, max: 300 })),
    hours: fc.constantFrom(ALWAYS_OPEN, FROM_TWO),
  })
  .map((given) => {
    const config = {
      hours: given.hours,
      wrapUpMs: given.wrapUpMs,
      perAgentLimit: given.perAgentLimit,
      fairness: given.fairness,
      choice: given.choice,
      order: given.order,
      cost: Math.min(given.cost, given.capacity),
      silentMs: given.silentMs,
      relaxAfterMs: [3 * MINUTE, 9 * MINUTE, null] as [number, number, null],
      path:
        given.overflowAfter === null
          ? []
          : [
              { afterMs: MINUTE, do: 'raise' as const, minutes: 5 },
              { afterMs: 2 * MINUTE, do: 'relax' as const, to: 2 as const },
              {
                afterMs: given.overflowAfter * MINUTE,
                do: 'overflow' as const,
                to: queueId('two'),
                skipWhenNobody: given.skipWhenNobody,
              },
            ],
    };
    const kinds = [
      { share: 1, class: 1 as const, facts: someFacts({ tier: 'enterprise' }), skills: [] },
      { share: 2, class: 1 as const, facts: someFacts({ tier: 'free' }), skills: ['api>=2#2', 'sql#1'] },
      { share: 0.2, class: 0 as const, facts: someFacts({ severity: 'critical' }), skills: [] },
    ];
    const patience = given.patience === null ? null : { kind: 'exponential' as const, meanMs: given.patience * MINUTE };
    return aScenario({
      to: MIDNIGHT + 6 * HOUR,
      drainMs: 4 * HOUR,
      queues: [
        aSimulatedQueue('one', { config, transfers: [{ to: queueId('three'), probability: given.transfer }] }),
        aSimulatedQueue('two', { handle: { kind: 'lognormal', medianMs: 4 * MINUTE, sigma: 0.8 } }),
        aSimulatedQueue('three', { transfers: [{ to: queueId('two'), probability: given.transfer }] }),
      ],
      agents: Array.from({ length: given.agents }, (_, i) =>
        aSimulatedAgent(`agent${i}`, {
          capacity: given.capacity,
          skills: i % 2 === 0 ? ['api:3', 'sql'] : [],
          queues:
            i % 3 === 0 ? [queueId('one'), queueId('two'), queueId('three')] : [queueId(i % 3 === 1 ? 'one' : 'two')],
          shifts: [{ from: MIDNIGHT + i * 20 * MINUTE, to: MIDNIGHT + given.shiftHours * HOUR + i * HOUR }],
        }),
      ),
      streams: [
        aStream('first', given.rate, { kinds, patience }),
        aStream('third', given.rate / 3, { queueId: queueId('three'), kinds, patience }),
      ],
      behaviour: {
        reaction: { kind: 'lognormal', medianMs: 10_000, sigma: 0.8 },
        declines: given.declines,
        ignores: given.ignores,
        returnAfterMs: 3 * MINUTE,
        wrapUp: { kind: 'exponential', meanMs: 30_000 },
      },
      promises: given.promises === null ? null : somePromises({ ...given.promises, notify: true }),
      incidents:
        given.incidentAt === null
          ? []
          : [
              anIncident({
                from: MIDNIGHT + given.incidentAt * MINUTE,
                to: MIDNIGHT + given.incidentAt * MINUTE + HOUR,
              }),
            ],
    });
  });

describe('any scenario', { timeout: 60_000 }, () => {
  test('[V3] [V5] every arrival ends exactly once, and no invariant breaks on the way', () => {
    fc.assert(
      fc.property(anyScenario, fc.integer(), (scenario, seed) => {
        const ends = new Map<string, number>();
        const outcome = simulate(scenario, seed, [
          { ended: ({ arrival }) => ends.set(arrival.id, (ends.get(arrival.id) ?? 0) + 1) },
        ]);
        expect(outcome.fates.map(({ arrival }) => arrival.id)).toEqual(arrivalsOf(scenario, seed).map(({ id }) => id));
        for (const { arrival, end, firstAcceptedAt, endedAt, promised } of outcome.fates) {
          const isOver = end === 'served' || end === 'abandoned';
          expect(ends.get(arrival.id) ?? 0).toBe(isOver ? 1 : 0);
          expect(endedAt !== null).toBe(isOver);
          // [V11] Each is judged once at most; who was served had a first word and an end.
          for (const metric of ['first_response', 'resolution'] as const) {
            const judged = (promised.kept[metric] ?? 0) + (promised.broken[metric] ?? 0);
            if (scenario.promises === null) expect(judged).toBe(0);
            else if (end === 'served') expect(judged).toBe(1);
            else expect(judged).toBeLessThanOrEqual(1);
          }
          if (end === 'served') expect(firstAcceptedAt).not.toBeNull();
          if (end === 'abandoned') expect(firstAcceptedAt).toBeNull();
        }
      }),
      { numRuns: 60 },
    );
  });

  test('[P5] nobody is overtaken by work that came after their own due time', () => {
    fc.assert(
      fc.property(anyScenario, fc.integer(), (scenario, seed) => {
        if (scenario.queues[0]?.config.order === 'strict') return;
        const waiting = new Map<string, Map<string, QueuedEntry>>();
        // Everybody may take everything, and no offer goes unanswered: otherwise "overtaken" is not the order's doing.
        const plain: Scenario = {
          ...scenario,
          queues: scenario.queues.map((queue) => ({ ...queue, config: { ...queue.config, path: [] } })),
          streams: scenario.streams.map((stream) => ({
            ...stream,
            kinds: stream.kinds.map((kind) => ({ ...kind, skills: [] })),
          })),
          behaviour: { ...scenario.behaviour, declines: 0, ignores: 0, reaction: { kind: 'fixed', ms: 1000 } },
        };
        const observer: Observer = {
          queueEvent(queueId, event) {
            if (event.type !== 'entry_put') return;
            const line = waiting.get(queueId) ?? new Map<string, QueuedEntry>();
            waiting.set(queueId, line);
            const { entry } = event;
            line.delete(entry.escalationId);
            if (entry.state === 'queued') line.set(entry.escalationId, entry);
            if (event.because !== 'reserved') return;
            for (const other of line.values()) {
              if (other.class !== entry.class || other.seq > entry.seq) continue;
              expect(entry.queuedAt).toBeLessThanOrEqual(other.dueAt);
            }
          },
        };
        simulate(plain, seed, [observer]);
      }),
      { numRuns: 40 },
    );
  });

  test('[V2] the same scenario and seed are the same report, bit for bit; another seed is another', () => {
    fc.assert(
      fc.property(anyScenario, fc.integer({ min: 0, max: 1e6 }), (scenario, seed) => {
        const text = JSON.stringify(simulateReport(scenario, seed).report);
        expect(JSON.stringify(simulateReport(structuredClone(scenario), seed).report)).toBe(text);
        expect(JSON.stringify(simulateReport(scenario, seed + 1).report)).not.toBe(text);
      }),
      { numRuns: 10 },
    );
  });
});

/** Per run; the closed forms are met the closer the more there are. */
const ARRIVALS = Number(process.env.SIMULATED_ARRIVALS ?? 12_000);
const RUNS = 8;

/** Mean waits of several runs, each as a share of the closed form for the rates that were drawn in it: what chance does to those falls out. */
function offClosedForm(
  perHour: number,
  handle: { kind: 'exponential'; meanMs: number } | { kind: 'fixed'; ms: number },
  servers: number,
  closedForm: (arrivalRate: number, serviceRate: number) => number,
): Interval {
  const scenario = aScenario({
    to: MIDNIGHT + (ARRIVALS / perHour) * HOUR,
    queues: [aSimulatedQueue('one', { handle })],
    agents: Array.from({ length: servers }, (_, i) =>
      aSimulatedAgent(`agent${i}`, { shifts: [{ from: MIDNIGHT, to: MIDNIGHT + 1e6 * HOUR }] }),
    ),
    streams: [aStream('visitors', perHour)],
  });
  const shares = Array.from({ length: RUNS }, (_, n) => {
    const { fates } = simulate(scenario, n + 1);
    const served = fates.map(({ endedAt, firstAcceptedAt }) => (endedAt as number) - (firstAcceptedAt as number));
    const arrivalRate = fates.length / ((fates.at(-1) as Fate).arrival.at - MIDNIGHT);
    const serviceRate = served.length / served.reduce((sum, ms) => sum + ms, 0);
    return meanWait(fates) / closedForm(arrivalRate, serviceRate) - 1;
  });
  return intervalOf(shares) as Interval;
}

describe('[V6] queues with a closed form', { timeout: 60_000 + 5 * ARRIVALS }, () => {
  // Three standard errors of this many arrivals, as measured over 24 runs of 40,000 each; those were within 0.1, 0.4 and 1.4 % of Erlang C.
  test.each([
    [1, 5, 0.04],
    [3, 18, 0.08],
    [8, 48, 0.15],
  ])('M/M/%i with %i arrivals an hour, ten served by each', (servers, perHour, tolerance) => {
    const off = offClosedForm(perHour, { kind: 'exponential', meanMs: 6 * MINUTE }, servers, (arrivals, served) =>
      erlangWait(servers, arrivals, served),
    );
    expect(Math.abs(off.mean)).toBeLessThan(tolerance);
    // Nor is there anything that looks like more than chance.
    expect(off.p).toBeGreaterThan(0.002);
  });

  test('M/D/1 waits half as long as M/M/1 (Pollaczek and Khinchine)', () => {
    const off = offClosedForm(
      7,
      { kind: 'fixed', ms: 6 * MINUTE },
      1,
      (arrivals, served) => erlangWait(1, arrivals, served) / 2,
    );
    expect(Math.abs(off.mean)).toBeLessThan(0.04);
    expect(off.p).toBeGreaterThan(0.002);
  });
});

describe('what people do', () => {
  test('[Q1] of equal facts, whoever came first is offered first', () => {
    const offered: number[] = [];
    const seen = new Set<number>();
    const { fates } = simulate(
      aScenario({ streams: [aStream('visitors', 30)], agents: [aSimulatedAgent('a'), aSimulatedAgent('b')] }),
      1,
      [
        {
          queueEvent(_, event) {
            if (event.type !== 'entry_put' || event.because !== 'reserved' || seen.has(event.entry.seq)) return;
            seen.add(event.entry.seq);
            offered.push(event.entry.seq);
          },
        },
      ],
    );
    expect(fates.length).toBeGreaterThan(200);
    expect(offered).toEqual(fates.map((_, i) => i + 1).slice(0, offered.length));
  });

  test('[V4] the same people come, with the same patience and work, however they are served', () => {
    const scenario = aScenario({
      streams: [aStream('visitors', 20, { patience: { kind: 'exponential', meanMs: 20 * MINUTE } })],
    });
    const handles = (agents: number) => {
      const took = new Map<string, number>();
      const outcome = simulate(
        { ...scenario, agents: Array.from({ length: agents }, (_, i) => aSimulatedAgent(`a${i}`)) },
        5,
        [
          {
            ended: ({ arrival, end, endedAt, firstAcceptedAt }) =>
              end === 'served' && took.set(arrival.id, (endedAt as number) - (firstAcceptedAt as number)),
          },
        ],
      );
      return { took, arrivals: outcome.fates.map(({ arrival }) => arrival) };
    };
    const [few, many] = [handles(2), handles(4)];
    expect(few.arrivals).toEqual(many.arrivals);
    const both = [...few.took].filter(([id]) => many.took.has(id));
    expect(both.length).toBeGreaterThan(100);
    for (const [id, ms] of both) expect(many.took.get(id)).toBe(ms);
  });

  test('a higher rate brings the same people sooner', () => {
    const at = (rate: number) => arrivalsOf(aScenario({ streams: [aStream('visitors', rate)] }), 5);
    const [slow, fast] = [at(10), at(20)];
    expect(fast.length).toBeGreaterThan(slow.length);
    for (const [i, one] of slow.entries()) {
      expect(fast[i]?.id).toBe(one.id);
      expect((fast[i] as { at: number }).at - MIDNIGHT).toBeCloseTo((one.at - MIDNIGHT) / 2, -1);
    }
  });

  test('arrivals follow the profile of the hour', () => {
    const perHour = Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 120 : hour < 9 ? 0 : 30));
    const arrivals = arrivalsOf(
      aScenario({ to: MIDNIGHT + 24 * 20 * HOUR, streams: [aStream('visitors', 0, { perHour })] }),
      2,
    );
    const inHour = (hour: number) =>
      arrivals.filter(({ at }) => Math.floor((at - MIDNIGHT) / HOUR) % 24 === hour).length;
    expect(inHour(8)).toBe(0);
    expect(inHour(9) / (20 * 120)).toBeCloseTo(1, 1);
    expect(inHour(15) / (20 * 30)).toBeCloseTo(1, 0);
  });

  test('who loses patience leaves, and is not answered later', () => {
    const { fates } = simulate(
      aScenario({
        agents: [],
        streams: [aStream('visitors', 20, { patience: { kind: 'fixed', ms: 5 * MINUTE } })],
      }),
      1,
    );
    expect(new Set(fates.map(({ end }) => end))).toEqual(new Set(['abandoned']));
    for (const { arrival, endedAt } of fates) expect((endedAt as number) - arrival.at).toBe(5 * MINUTE);
  });

  test('nothing new is taken outside shifts, and what was begun is finished', () => {
    const shift = { from: MIDNIGHT + 2 * HOUR, to: MIDNIGHT + 4 * HOUR };
    const accepted: number[] = [];
    const { fates } = simulate(
      aScenario({ agents: [aSimulatedAgent('maya', { shifts: [shift] })], streams: [aStream('visitors', 20)] }),
      1,
      [{ firstAccepted: (_, now) => accepted.push(now) }],
    );
    expect(Math.min(...accepted)).toBe(shift.from);
    expect(Math.max(...accepted)).toBeLessThan(shift.to);
    expect(fates.filter(({ end }) => end === 'with_agent')).toEqual([]);
    expect(fates.some(({ end }) => end === 'waiting')).toBe(true);
  });

  test('[A3] who ignores an offer is taken off, and comes back', () => {
    const presences: string[] = [];
    const scenario = aScenario({
      agents: [aSimulatedAgent('maya'), aSimulatedAgent('jonas')],
      behaviour: { ...aScenario().behaviour, ignores: 0.3, reaction: { kind: 'fixed', ms: 5000 } },
    });
    const { report } = simulateReport(scenario, 1);
    simulate(scenario, 1, [
      { queueEvent: (_, event) => event.type === 'agent_put' && presences.push(event.agent.presence) },
    ]);
    expect(report.offers.expired).toBeGreaterThan(5);
    expect(presences).toContain('away');
    expect(report.ends.served).toBe(report.arrivals);
    expect(report.offers.made).toBe(
      report.offers.accepted + report.offers.declined + report.offers.expired + report.offers.withdrawn,
    );
  });

  test('[E4] who waits too long moves to the other queue, and is answered there', () => {
    const scenario = aScenario({
      queues: [
        aSimulatedQueue('one', { config: { path: [{ afterMs: 2 * MINUTE, do: 'overflow', to: queueId('two') }] } }),
        aSimulatedQueue('two'),
      ],
      agents: [aSimulatedAgent('maya', { queues: [queueId('two')] })],
      streams: [aStream('visitors', 3)],
    });
    const { fates } = simulate(scenario, 1);
    for (const fate of fates) {
      expect(fate).toMatchObject({ overflows: 1, hops: 2, end: 'served' });
      expect(waitOf(fate)).toBeGreaterThanOrEqual(2 * MINUTE);
    }
  });

  test('[E3] work that is passed on is in the next queue, and then over', () => {
    const scenario = aScenario({
      queues: [
        aSimulatedQueue('one', { transfers: [{ to: queueId('two'), probability: 0.5 }] }),
        aSimulatedQueue('two'),
      ],
      agents: [aSimulatedAgent('maya', { queues: [queueId('one'), queueId('two')] })],
    });
    const { fates } = simulate(scenario, 1);
    const passed = fates.filter(({ transfers }) => transfers === 1);
    expect(passed.length / fates.length).toBeGreaterThan(0.3);
    expect(passed.length / fates.length).toBeLessThan(0.7);
    expect(fates.every(({ end }) => end === 'served')).toBe(true);
  });

  test('notes keep a slot in use', () => {
    const of = (wrapUpMs: number) =>
      simulateReport(
        aScenario({
          queues: [aSimulatedQueue('one', { config: { wrapUpMs }, handle: { kind: 'fixed', ms: 6 * MINUTE } })],
        }),
        1,
      ).report;
    expect(of(3 * MINUTE).utilisation! / of(0).utilisation!).toBeCloseTo(1.5, 1);
  });

  test('recorded people come when they came, with the time that they took', () => {
    const recorded = [0, 1, 2].map((n) => ({
      at: MIDNIGHT + n * HOUR,
      queueId: queueId('one'),
      class: 1 as const,
      facts: someFacts({ tier: 'pro' }),
      skills: [],
      handleMs: (n + 1) * MINUTE,
      patienceMs: null,
    }));
    const { fates } = simulate(aScenario({ streams: [], recorded }), 1);
    expect(fates.map(({ arrival, endedAt }) => (endedAt as number) - arrival.at)).toEqual([
      MINUTE,
      2 * MINUTE,
      3 * MINUTE,
    ]);
  });
});

test('an observer sees the entry as it was before each change', () => {
  const before: (QueueEntry | null)[] = [];
  simulate(aScenario(), 1, [{ queueEvent: (_, event, was) => event.type === 'entry_put' && before.push(was) }]);
  expect(before[0]).toBeNull();
  expect(before[1]?.state).toBe('queued');
});
