import type { Severity } from '#domain/escalation/escalation.ts';
import type { AgentId, EpochMs, EscalationId } from '#domain/ids.ts';
import type { CohortEvent } from '#domain/metrics/facts.ts';
import { DAY_MS, type Window } from '#domain/metrics/window.ts';
import type { Tier } from '#domain/priority/rank.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
/** Handle times that a queue is described by. */
const OBSERVED = 500;
/** Shifts are told to the half hour. */
const SHIFT_STEP_MIN = 30;

/** What was known of an escalation when it was handed over. */
export type KnownThen = {
  plan: Tier | null;
  severity: Severity;
  contractValue: number | null;
  atRisk: boolean;
  openDispute: boolean;
};

/** A scenario file of the simulator, as `npm run eval -- simulate --scenario FILE` reads it. */
export type RecordedScenario = {
  name: string;
  from: string;
  hours: number;
  queues: {
    name: string;
    handle: { observed: { minutes: number[] } } | { fixed: { minutes: number } };
    transfers: { to: string; probability: number }[];
  }[];
  agents: {
    name: string;
    capacity: number;
    queues: string[];
    shifts: { from: string; to: string; days: (typeof WEEKDAYS)[number][] }[];
  }[];
  recorded: ({ at: string; queue: string; handleMinutes: number | null; patienceMinutes: number | null } & KnownThen)[];
};

type Held = { agentId: AgentId; queue: string; from: EpochMs; to: EpochMs };
type Work = {
  id: EscalationId;
  at: EpochMs;
  queue: string;
  /** Where it is now. */
  here: string;
  holder: { agentId: AgentId; since: EpochMs } | null;
  handleMs: number | null;
  patienceMs: number | null;
};

/**
 * A day that was, as a scenario: who came when and for how long they were helped, how long those who left had waited, and of each agent
 * which queues they took work of, how much at once, and from when until when by weekday (UTC). Nobody records when an agent only sat there:
 * a shift is from the first accept to the last end. What is not kept (skills, the critical class) is left out. Null when nobody took any work.
 */
export function recordedScenario(
  name: string,
  { from, to }: Window,
  events: readonly CohortEvent[],
  known: ReadonlyMap<EscalationId, KnownThen>,
  nameOf: (id: AgentId) => string,
): RecordedScenario | null {
  const works = new Map<EscalationId, Work>();
  const held: Held[] = [];
  const moves = new Map<string, Map<string, number>>();
  const letGo = (work: Work, at: EpochMs): void => {
    if (work.holder === null) return;
    held.push({ agentId: work.holder.agentId, queue: work.here, from: work.holder.since, to: at });
    // What is recorded of a person is their first queue; what came later is drawn from the others' handle times.
    if (work.here === work.queue) work.handleMs = (work.handleMs ?? 0) + at - work.holder.since;
    work.holder = null;
  };
  for (const { at, event } of [...events].sort((a, b) => a.at - b.at)) {
    if (event.type === 'escalation.created' && at >= from && at < to && !works.has(event.escalationId)) {
      const { escalationId: id, queue } = event;
      works.set(id, { id, at, queue, here: queue, holder: null, handleMs: null, patienceMs: null });
    }
    const work = 'escalationId' in event ? works.get(event.escalationId) : undefined;
    if (work === undefined) continue;
    if (event.type === 'escalation.assigned') work.holder = { agentId: event.agentId, since: at };
    if (event.type === 'escalation.taken_back' || event.type === 'escalation.resolved') letGo(work, at);
    if (event.type === 'escalation.abandoned') work.patienceMs = event.waitedMs;
    if (event.type === 'escalation.moved') {
      letGo(work, at);
      if (event.agentId !== null) {
        const ways = moves.get(event.from) ?? new Map<string, number>();
        moves.set(event.from, ways.set(event.to, (ways.get(event.to) ?? 0) + 1));
      }
      work.here = event.to;
    }
  }
  if (held.length === 0) return null;
  const names = new Set([...works.values()].flatMap(({ queue, here }) => [queue, here]));
  for (const ways of moves.values()) for (const way of ways.keys()) names.add(way);
  return {
    name,
    from: new Date(from).toISOString(),
    hours: (to - from) / HOUR_MS,
    queues: [...names].sort().map((queue) => queueOf(queue, held, moves.get(queue) ?? new Map())),
    agents: [...new Set(held.map(({ agentId }) => agentId))].sort().map((agentId) =>
      agentOf(
        nameOf(agentId),
        held.filter((one) => one.agentId === agentId),
      ),
    ),
    recorded: [...works.values()].map(({ id, at, queue, handleMs, patienceMs }) => ({
      at: new Date(at).toISOString(),
      queue,
      ...(known.get(id) ?? { plan: null, severity: 'normal', contractValue: null, atRisk: false, openDispute: false }),
      handleMinutes: handleMs === null ? null : minutesOf(handleMs),
      patienceMinutes: patienceMs === null ? null : minutesOf(patienceMs),
    })),
  };
}

function queueOf(
  name: string,
  held: readonly Held[],
  ways: ReadonlyMap<string, number>,
): RecordedScenario['queues'][number] {
  const times = held.filter(({ queue }) => queue === name).map((one) => minutesOf(one.to - one.from));
  return {
    name,
    handle: times.length > 0 ? { observed: { minutes: times.slice(-OBSERVED) } } : { fixed: { minutes: 10 } },
    transfers: [...ways].map(([to, count]) => ({ to, probability: Math.min(1, count / Math.max(1, times.length)) })),
  };
}

function agentOf(name: string, held: readonly Held[]): RecordedScenario['agents'][number] {
  const byDay = new Map<number, { from: number; to: number }>();
  for (const { from, to } of held) {
    const day = Math.floor(from / DAY_MS);
    const weekday = new Date(from).getUTCDay();
    const [begins, ends] = [from, Math.min(to, (day + 1) * DAY_MS)].map((at) => (at - day * DAY_MS) / MINUTE_MS);
    const shift = byDay.get(weekday) ?? { from: 24 * 60, to: 0 };
    byDay.set(weekday, {
      from: Math.min(shift.from, Math.floor((begins as number) / SHIFT_STEP_MIN) * SHIFT_STEP_MIN),
      to: Math.max(shift.to, Math.floor((ends as number) / SHIFT_STEP_MIN + 1) * SHIFT_STEP_MIN),
    });
  }
  return {
    name,
    capacity: mostAtOnce(held),
    queues: [...new Set(held.map(({ queue }) => queue))].sort(),
    shifts: [...byDay]
      .sort(([a], [b]) => a - b)
      .map(([weekday, { from, to }]) => ({
        from: clockOf(from),
        to: clockOf(Math.min(24 * 60, to)),
        days: [WEEKDAYS[weekday] as (typeof WEEKDAYS)[number]],
      })),
  };
}

function mostAtOnce(held: readonly Held[]): number {
  // At the same moment what ends makes room for what begins.
  const turns = held.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: Math.max(to, from + 1), by: -1 },
  ]);
  let now = 0;
  let most = 1;
  for (const { by } of turns.sort((a, b) => a.at - b.at || a.by - b.by)) {
    now += by;
    most = Math.max(most, now);
  }
  return most;
}

const minutesOf = (ms: number): number => Math.round((ms / MINUTE_MS) * 100) / 100;

const clockOf = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
