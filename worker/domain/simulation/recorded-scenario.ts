import type { Severity } from '#domain/escalation/escalation.ts';
import type { AgentId, EpochMs, EscalationId, QueueId } from '#domain/ids.ts';
import type { CohortEvent } from '#domain/metrics/facts.ts';
import { DAY_MS, type Window } from '#domain/metrics/window.ts';
import type { Tier } from '#domain/priority/rank.ts';
import type { Incident } from '#domain/queue/incident.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import type { Calendar } from '#domain/sla/calendar.ts';
import type { SlaPolicy } from '#domain/sla/policy.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
/** Handle times that a queue is described by. */
const OBSERVED = 500;
/** Shifts are told to the half hour. */
const SHIFT_STEP_MIN = 30;
/** Who takes and ends no work for so long was not there: their next shift has begun. */
const SHIFT_ENDS_AFTER_MS = 4 * HOUR_MS;
const DAY_MIN = 24 * 60;

/** What was known of an escalation when it was handed over: whatever ranks, and what it asked for. */
export type KnownThen = {
  plan: Tier | null;
  severity: Severity;
  contractValue: number | null;
  atRisk: boolean;
  openDispute: boolean;
  frustration: number | null;
  sentiment: number | null;
  repeatContact: number | null;
  area: string | null;
  renewalInDays: number | null;
  failedRequests: number | null;
  incident: string | null;
  critical: boolean;
  skills: string[];
};

/** How queues work and what agents can do now: nobody keeps how it was then. */
export type StaffNow = {
  queues: readonly QueueConfig[];
  agents: readonly { id: AgentId; name: string; skills: string[]; capacity: number; queueIds: readonly QueueId[] }[];
  promises: Omit<SlaPolicy, 'version'>;
  calendars: readonly { id: string; name: string; calendar: Calendar }[];
  /** That were declared then; null is still running. */
  incidents: readonly (Pick<Incident, 'title' | 'area' | 'startedAt'> & { endedAt: EpochMs | null })[];
};

/** What of a queue's settings a simulation follows, with the names of other queues in place of their ids. */
const FOLLOWED = [
  'order',
  'choice',
  'rank',
  'offerMs',
  'cooldownMs',
  'cost',
  'perAgentLimit',
  'fairness',
  'relaxAfterMs',
  'advanceOnLapse',
  'silentMs',
  'vanishedMs',
  'wrapUpMs',
  'maxWaiting',
  'tierMinutes',
  'hoursId',
  'unansweredLimit',
] as const;
type RecordedSettings = Pick<QueueConfig, (typeof FOLLOWED)[number]> & { path: object[] };

/** A scenario file of the simulator, as `npm run eval -- simulate --scenario FILE` reads it. */
export type RecordedScenario = {
  name: string;
  from: string;
  hours: number;
  queues: {
    name: string;
    handle: { observed: { minutes: number[] } } | { fixed: { minutes: number } };
    transfers: { to: string; probability: number }[];
    settings: Partial<RecordedSettings>;
  }[];
  agents: {
    name: string;
    skills: string[];
    capacity: number;
    queues: string[];
    shifts: { from: string; to: string; days: (typeof WEEKDAYS)[number][] }[];
  }[];
  recorded: ({ at: string; queue: string; handleMinutes: number | null; patienceMinutes: number | null } & KnownThen)[];
  promises: Omit<SlaPolicy, 'version'>;
  calendars: StaffNow['calendars'];
  incidents: { title: string; area: string | null; from: string; to: string }[];
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
 * A day that was, as a scenario: who came when, with what they needed, for how long they were helped, and how long those who left had waited.
 * Queues work and agents can do what they do now (`staff`); who is there no more has the queues that they took work of, and as much at once as
 * they had. Nobody records when an agent only sat there: a shift (by weekday, UTC) is from one accept or end of work to the last one that
 * follows within four hours. Null when nobody took any work.
 */
export function recordedScenario(
  name: string,
  { from, to }: Window,
  events: readonly CohortEvent[],
  known: ReadonlyMap<EscalationId, KnownThen>,
  staff: StaffNow,
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
  const nameOfQueue = new Map(staff.queues.map(({ id, name }) => [id, name]));
  const names = new Set([
    ...nameOfQueue.values(),
    ...[...works.values()].flatMap(({ queue, here }) => [queue, here]),
    ...[...moves.values()].flatMap((ways) => [...ways.keys()]),
  ]);
  const configs = new Map(staff.queues.map((config) => [config.name, config]));
  const costOf = (queue: string) => configs.get(queue)?.cost ?? 1;
  return {
    name,
    from: new Date(from).toISOString(),
    hours: (to - from) / HOUR_MS,
    queues: [...names].sort().map((queue) => ({
      ...queueOf(queue, held, moves.get(queue) ?? new Map()),
      settings: settingsOf(configs.get(queue), nameOfQueue),
    })),
    agents: [...new Set(held.map(({ agentId }) => agentId))].sort().map((agentId) => {
      const own = held.filter((one) => one.agentId === agentId);
      const now = staff.agents.find(({ id }) => id === agentId);
      const serves = (now?.queueIds ?? []).flatMap((id) => nameOfQueue.get(id) ?? []);
      return {
        name: now?.name ?? agentId,
        skills: now?.skills ?? [],
        capacity: now?.capacity ?? mostAtOnce(own, costOf),
        queues: [...new Set([...own.map(({ queue }) => queue), ...serves])].sort(),
        shifts: shiftsOf(own),
      };
    }),
    recorded: [...works.values()].map(({ id, at, queue, handleMs, patienceMs }) => ({
      at: new Date(at).toISOString(),
      queue,
      ...(known.get(id) ?? NOTHING_KNOWN),
      handleMinutes: handleMs === null ? null : minutesOf(handleMs),
      patienceMinutes: patienceMs === null ? null : minutesOf(patienceMs),
    })),
    promises: staff.promises,
    calendars: staff.calendars,
    incidents: staff.incidents
      .filter(({ startedAt, endedAt }) => startedAt < to && (endedAt ?? to) > Math.max(from, startedAt))
      .map(({ title, area, startedAt, endedAt }) => ({
        title,
        area,
        from: new Date(startedAt).toISOString(),
        to: new Date(endedAt ?? to).toISOString(),
      })),
  };
}

/** Of whom nothing is kept. */
export const NOTHING_KNOWN: KnownThen = {
  plan: null,
  severity: 'normal',
  contractValue: null,
  atRisk: false,
  openDispute: false,
  frustration: null,
  sentiment: null,
  repeatContact: null,
  area: null,
  renewalInDays: null,
  failedRequests: null,
  incident: null,
  critical: false,
  skills: [],
};

/** Of a queue that is there no more, nothing: the simulator's defaults. */
function settingsOf(
  config: QueueConfig | undefined,
  nameOfQueue: ReadonlyMap<QueueId, string>,
): Partial<RecordedSettings> {
  if (config === undefined) return {};
  const path = config.path.flatMap((step): object[] => {
    if (step.do !== 'overflow') return [step];
    const to = nameOfQueue.get(step.to);
    return to === undefined ? [] : [{ ...step, to }];
  });
  const followed = FOLLOWED.map((key) => [key, config[key]]);
  return { ...(Object.fromEntries(followed) as Omit<RecordedSettings, 'path'>), path };
}

function queueOf(
  name: string,
  held: readonly Held[],
  ways: ReadonlyMap<string, number>,
): Omit<RecordedScenario['queues'][number], 'settings'> {
  const times = held.filter(({ queue }) => queue === name).map((one) => minutesOf(one.to - one.from));
  return {
    name,
    handle: times.length > 0 ? { observed: { minutes: times.slice(-OBSERVED) } } : { fixed: { minutes: 10 } },
    transfers: [...ways].map(([to, count]) => ({ to, probability: Math.min(1, count / Math.max(1, times.length)) })),
  };
}

/**
 * When somebody was there, by the weekday on which it began, from accepts and ends of work: one that lies open over night keeps nobody
 * at their desk. Of several weeks the widest. One that ends before it begins ends the next day.
 */
function shiftsOf(held: readonly Held[]): RecordedScenario['agents'][number]['shifts'] {
  const seen = held.flatMap(({ from, to }) => [from, to]).sort((a, b) => a - b);
  const stays: { from: EpochMs; to: EpochMs }[] = [];
  for (const at of seen) {
    const last = stays.at(-1);
    if (last !== undefined && at - last.to < SHIFT_ENDS_AFTER_MS) last.to = at;
    else stays.push({ from: at, to: at });
  }
  const byWeekday = new Map<number, { from: number; to: number }[]>();
  for (const { from, to } of stays) {
    const midnight = Math.floor(from / DAY_MS) * DAY_MS;
    const [begins, ends] = [from, to].map((at) => Math.floor((at - midnight) / MINUTE_MS / SHIFT_STEP_MIN)) as [
      number,
      number,
    ];
    const stay = { from: begins * SHIFT_STEP_MIN, to: (ends + 1) * SHIFT_STEP_MIN };
    const weekday = new Date(from).getUTCDay();
    byWeekday.set(weekday, [...(byWeekday.get(weekday) ?? []), stay]);
  }
  return [...byWeekday]
    .sort(([a], [b]) => a - b)
    .flatMap(([weekday, all]) =>
      joined(all).map(({ from, to }) => ({
        from: clockOf(from),
        // A shift of a whole day would end when it begins.
        to: clockOf(Math.min(to, from + DAY_MIN - SHIFT_STEP_MIN)),
        days: [WEEKDAYS[weekday] as (typeof WEEKDAYS)[number]],
      })),
    );
}

/** What overlaps or touches, as one. */
function joined(stays: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const whole: { from: number; to: number }[] = [];
  for (const { from, to } of [...stays].sort((a, b) => a.from - b.from)) {
    const last = whole.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else whole.push({ from, to });
  }
  return whole;
}

/** In units of capacity. */
function mostAtOnce(held: readonly Held[], costOf: (queue: string) => number): number {
  // At the same moment what ends makes room for what begins.
  const turns = held.flatMap(({ queue, from, to }) => [
    { at: from, by: costOf(queue) },
    { at: Math.max(to, from + 1), by: 0 - costOf(queue) },
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

/** "24:00" is midnight at the end of the day; later than that it is the next day's clock. */
function clockOf(minute: number): string {
  const ofDay = minute > DAY_MIN ? minute - DAY_MIN : minute;
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`;
}
