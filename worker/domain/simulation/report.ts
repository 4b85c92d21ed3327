import type { AgentId, EpochMs, QueueId } from '#domain/ids.ts';
import type { QueueEntry, QueueEvent } from '#domain/queue/queue.ts';
import { SLA_CLOCKS, type SlaClock } from '#domain/sla/policy.ts';
import { PlaceTree } from './place-tree.ts';
import type { Scenario } from './scenario.ts';
import { type Fate, type Observer, type Outcome, simulate } from './simulate.ts';
import { gini, mean, type Waits, waitsOf } from './statistics.ts';
import { type WaitCoverage, WaitMeter } from './wait-meter.ts';

export type Share = { count: number; of: number; share: number | null };

/** One group of arrivals: everybody, a plan, or a queue (the one they came to). */
export type Group = {
  arrivals: number;
  /** From coming to the first accept. */
  waits: Waits | null;
  /**
   * Answered before the due time they had when they came. Out of all who were answered, left, or were due by the end; who left
   * before being due is in neither number.
   */
  withinTarget: Share;
  abandoned: Share;
  /** [V11] Of the promises of each kind that were judged, those that were kept; empty where nothing is promised. */
  promises: Partial<Record<SlaClock, Share>>;
  /** Told on coming that it is closed. */
  toldClosed: Share;
  /** Mean wait as a share of the mean target: above 1 the promise is broken on average. */
  waitPerTarget: number | null;
};

export type AgentShare = {
  id: AgentId;
  name: string;
  accepted: number;
  dutyMs: number;
  /** Units in use × time ÷ capacity × time on duty, offers and notes included. */
  utilisation: number | null;
};

export type Report = {
  scenario: string;
  seed: number;
  steps: number;
  /** Every arrival is in exactly one of these. */
  arrivals: number;
  ends: Record<Fate['end'], number>;
  all: Group;
  perPlan: Record<string, Group>;
  perQueue: Record<string, Group>;
  moved: { overflows: number; transfers: number };
  agents: AgentShare[];
  utilisation: number | null;
  fairness: {
    /** Plan with the worst wait per target ÷ plan with the best; 1 is even. */
    plans: number | null;
    /** Of the agents' utilisation. */
    gini: number | null;
    mostPerLeast: number | null;
  };
  offers: {
    made: number;
    accepted: number;
    declined: number;
    expired: number;
    withdrawn: number;
    perAccept: number | null;
  };
  /** An offer made while work that had come earlier was waiting in the same queue. */
  overtakes: { offers: number; passed: number; perAccept: number | null; mostOfOne: number };
  waitEstimate: WaitCoverage;
};

/** Runs the scenario once and says how it went, by its own targets or by those of `measure`. */
export function simulateReport(
  scenario: Scenario,
  seed: number,
  measure: Scenario = scenario,
): { report: Report; meter: WaitMeter } {
  const tally = new Tally();
  const meter = new WaitMeter();
  const outcome = simulate(scenario, seed, [tally, meter], measure);
  return { report: reportOf(scenario, seed, outcome, tally, meter), meter };
}

/** Counts along the way what cannot be seen from the ends. */
class Tally implements Observer {
  readonly offers = { made: 0, accepted: 0, declined: 0, expired: 0, withdrawn: 0 };
  readonly acceptedBy = new Map<AgentId, number>();
  readonly busy = new Map<
    AgentId,
    { since: EpochMs; load: number; isOnDuty: boolean; unitMs: number; dutyMs: number }
  >();
  offersOverOlder = 0;
  passed = 0;
  mostOfOne = 0;
  readonly #lines = new Map<
    QueueId,
    { waiting: PlaceTree; served: PlaceTree; of: Map<number, { from: number; times: number }> }
  >();

  queueEvent(queueId: QueueId, event: QueueEvent, before: QueueEntry | null): void {
    if (event.type !== 'entry_put') return;
    const { entry, because } = event;
    switch (because) {
      case 'reserved':
        this.offers.made += 1;
        break;
      case 'accepted':
        this.offers.accepted += 1;
        if ('agentId' in entry) this.acceptedBy.set(entry.agentId, (this.acceptedBy.get(entry.agentId) ?? 0) + 1);
        break;
      case 'declined':
        this.offers.declined += 1;
        break;
      case 'expired':
        this.offers.expired += 1;
        break;
      default:
        if (before?.state === 'reserved' && entry.state !== 'reserved') this.offers.withdrawn += 1;
    }
    this.#followLine(queueId, entry, before);
  }

  /** Two trees over arrival numbers: who waits, and how often a place has been passed; so that a long line costs little. */
  #followLine(queueId: QueueId, entry: QueueEntry, before: QueueEntry | null): void {
    const line = this.#lines.get(queueId) ?? { waiting: new PlaceTree(), served: new PlaceTree(), of: new Map() };
    this.#lines.set(queueId, line);
    const { seq } = entry;
    const wasWaiting = before?.state === 'queued';
    const isWaiting = entry.state === 'queued';
    if (isWaiting === wasWaiting) return;
    // Serving a place passes every place before it: for each, what was served so far beyond it.
    const passesOf = () => line.served.upTo(Number.POSITIVE_INFINITY) - line.served.upTo(seq);
    const own = line.of.get(seq) ?? { from: 0, times: 0 };
    line.of.set(seq, own);
    if (isWaiting) {
      line.waiting.add(seq, 1);
      own.from = passesOf();
      return;
    }
    line.waiting.add(seq, -1);
    own.times += passesOf() - own.from;
    this.mostOfOne = Math.max(this.mostOfOne, own.times);
    if (entry.state === 'closed') line.of.delete(seq);
    if (entry.state !== 'reserved') return;
    const older = line.waiting.upTo(seq - 1);
    if (older === 0) return;
    this.offersOverOlder += 1;
    this.passed += older;
    line.served.add(seq, 1);
  }

  agentLoad(agentId: AgentId, load: number, isOnDuty: boolean, now: EpochMs): void {
    const before = this.busy.get(agentId);
    const unitMs = before === undefined ? 0 : before.unitMs + before.load * (now - before.since);
    const dutyMs = before === undefined ? 0 : before.dutyMs + (before.isOnDuty ? now - before.since : 0);
    this.busy.set(agentId, { since: now, load, isOnDuty, unitMs, dutyMs });
  }
}

function reportOf(scenario: Scenario, seed: number, outcome: Outcome, tally: Tally, meter: WaitMeter): Report {
  const { fates, endedAt, steps } = outcome;
  const nameOf = new Map(scenario.queues.map(({ config }) => [config.id, config.name]));
  const ends = { served: 0, abandoned: 0, waiting: 0, with_agent: 0 };
  for (const { end } of fates) ends[end] += 1;
  const agents = scenario.agents.map(({ id, name, capacity }): AgentShare => {
    const busy = tally.busy.get(id);
    const rest = busy === undefined ? 0 : endedAt - busy.since;
    const unitMs = busy === undefined ? 0 : busy.unitMs + busy.load * rest;
    const dutyMs = busy === undefined ? 0 : busy.dutyMs + (busy.isOnDuty ? rest : 0);
    const accepted = tally.acceptedBy.get(id) ?? 0;
    return { id, name, accepted, dutyMs, utilisation: dutyMs === 0 ? null : unitMs / (capacity * dutyMs) };
  });
  const loads = agents.flatMap(({ utilisation }) => utilisation ?? []);
  const all = groupOf(fates, endedAt);
  const perPlan = groupsBy(fates, ({ arrival }) => arrival.facts.tier ?? 'unknown', endedAt);
  const perTarget = Object.values(perPlan).flatMap(({ waitPerTarget }) => waitPerTarget ?? []);
  const { accepted } = tally.offers;
  return {
    scenario: scenario.name,
    seed,
    steps,
    arrivals: fates.length,
    ends,
    all,
    perPlan,
    perQueue: groupsBy(fates, ({ arrival }) => nameOf.get(arrival.queueId) ?? arrival.queueId, endedAt),
    moved: {
      overflows: fates.reduce((sum, fate) => sum + fate.overflows, 0),
      transfers: fates.reduce((sum, fate) => sum + fate.transfers, 0),
    },
    agents,
    utilisation: loads.length === 0 ? null : mean(loads),
    fairness: {
      plans: ratio(perTarget),
      gini: gini(loads),
      mostPerLeast: ratio(loads),
    },
    offers: { ...tally.offers, perAccept: accepted === 0 ? null : tally.offers.made / accepted },
    overtakes: {
      offers: tally.offersOverOlder,
      passed: tally.passed,
      perAccept: accepted === 0 ? null : tally.passed / accepted,
      mostOfOne: tally.mostOfOne,
    },
    waitEstimate: meter.coverage(),
  };
}

function ratio(values: readonly number[]): number | null {
  const least = Math.min(...values);
  return values.length === 0 || least <= 0 ? null : Math.max(...values) / least;
}

function groupsBy(fates: readonly Fate[], keyOf: (fate: Fate) => string, endedAt: EpochMs): Record<string, Group> {
  const groups = new Map<string, Fate[]>();
  for (const fate of fates) {
    const key = keyOf(fate);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fate]);
    else group.push(fate);
  }
  return Object.fromEntries(
    [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, group]) => [key, groupOf(group, endedAt)]),
  );
}

function groupOf(fates: readonly Fate[], endedAt: EpochMs): Group {
  const waits: number[] = [];
  let targets = 0;
  let inTime = 0;
  let counted = 0;
  let abandoned = 0;
  for (const { arrival, targetAt, firstAcceptedAt, end, endedAt: leftAt } of fates) {
    if (end === 'abandoned') abandoned += 1;
    if (firstAcceptedAt !== null) {
      waits.push(firstAcceptedAt - arrival.at);
      targets += targetAt - arrival.at;
      counted += 1;
      if (firstAcceptedAt <= targetAt) inTime += 1;
    } else if ((leftAt ?? endedAt) > targetAt) counted += 1;
  }
  return {
    arrivals: fates.length,
    waits: waitsOf(waits),
    promises: promisesOf(fates),
    toldClosed: shareOf(fates.filter(({ service }) => service === 'closed').length, fates.length),
    withinTarget: shareOf(inTime, counted),
    abandoned: shareOf(abandoned, fates.length),
    waitPerTarget: targets === 0 ? null : waits.reduce((sum, wait) => sum + wait, 0) / targets,
  };
}

function promisesOf(fates: readonly Fate[]): Group['promises'] {
  const shares: Group['promises'] = {};
  for (const metric of SLA_CLOCKS) {
    const count = (by: 'kept' | 'broken') => fates.reduce((sum, { promised }) => sum + (promised[by][metric] ?? 0), 0);
    const [kept, broken] = [count('kept'), count('broken')];
    if (kept + broken > 0) shares[metric] = shareOf(kept, kept + broken);
  }
  return shares;
}

const shareOf = (count: number, of: number): Share => ({ count, of, share: of === 0 ? null : count / of });
