import type { AgentId, QueueId } from '#domain/ids.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import type { Scenario, SimulatedAgent, SimulatedIncident, SimulatedQueue } from '#domain/simulation/scenario.ts';
import { ALWAYS_OPEN, type Calendar, WEEKDAYS } from '#domain/sla/calendar.ts';
import { DEFAULT_SLA_POLICY, type SlaPolicy, type SlaSettings } from '#domain/sla/policy.ts';
import { aQueue, MINUTE, NOW, someFacts } from './builders.ts';

export const HOUR = 60 * MINUTE;
/** Midnight, so that hours of the day are counted from the beginning. */
export const MIDNIGHT = NOW - 9 * HOUR;

export const queueId = (name: string) => `que_${name}` as QueueId;

export const aSimulatedQueue = (
  name: string,
  { config, ...changed }: { config?: Partial<QueueConfig> } & Partial<Omit<SimulatedQueue, 'config'>> = {},
): SimulatedQueue => ({
  config: aQueue({ id: queueId(name), name, ...config }),
  handle: { kind: 'exponential', meanMs: 6 * MINUTE },
  transfers: [],
  ...changed,
});

export const aSimulatedAgent = (name: string, changed: Partial<SimulatedAgent> = {}): SimulatedAgent => ({
  id: `agt_${name}` as AgentId,
  name,
  skills: [],
  capacity: 1,
  queues: [queueId('one')],
  shifts: [{ from: MIDNIGHT, to: MIDNIGHT + 10_000 * HOUR }],
  ...changed,
});

export const aStream = (
  name: string,
  perHour: number,
  changed: Partial<Scenario['streams'][number]> = {},
): Scenario['streams'][number] => ({
  name,
  queueId: queueId('one'),
  perHour: new Array<number>(24).fill(perHour),
  patience: null,
  kinds: [{ share: 1, class: 1, facts: someFacts(), skills: [] }],
  ...changed,
});

/** One queue, one agent, one stream; answers at once, nobody declines, nobody leaves. */
export const aScenario = (changed: Partial<Scenario> = {}): Scenario => ({
  name: 'a scenario',
  from: MIDNIGHT,
  to: MIDNIGHT + 12 * HOUR,
  drainMs: 12 * HOUR,
  queues: [aSimulatedQueue('one')],
  agents: [aSimulatedAgent('maya')],
  streams: [aStream('visitors', 5)],
  recorded: [],
  promises: null,
  incidents: [],
  behaviour: {
    reaction: { kind: 'fixed', ms: 0 },
    declines: 0,
    ignores: 0,
    returnAfterMs: MINUTE,
    wrapUp: null,
  },
  ...changed,
});

/** Open from two o'clock (UTC) until the end of the day, every day. */
export const FROM_TWO: Calendar = {
  kind: 'weekly',
  zone: 'UTC',
  week: Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: '02:00', to: '24:00' }]])),
  exceptions: [],
};

/** The default policy's targets, around the clock or in these hours; a breach does what is said and nothing else. */
export const somePromises = (
  onBreach: Partial<SlaPolicy['onBreach']> = {},
  calendar: Calendar = ALWAYS_OPEN,
): SlaSettings => ({
  policy: {
    ...DEFAULT_SLA_POLICY,
    calendars: { enterprise: 'hours', pro: 'hours', free: 'hours', unknown: 'hours' },
    onBreach: { notify: false, rerank: false, sendOn: false, ...onBreach },
  },
  calendars: new Map([['hours', calendar]]),
  tierMinutes: new Map(),
  publishedAt: null,
});

export const anIncident = ({
  from,
  to,
  area = null,
}: {
  from: number;
  to: number;
  area?: string | null;
}): SimulatedIncident => ({
  id: 'inc_1',
  title: 'Card payments fail',
  area,
  startedAt: from,
  endedAt: to,
  by: '',
});

/** Mean wait in line of M/M/c by Erlang C, in units of 1 ÷ rate. */
export function erlangWait(servers: number, arrivalRate: number, serviceRate: number): number {
  const load = arrivalRate / serviceRate;
  // Erlang B by its recursion, then C from B: no factorials.
  let blocked = 1;
  for (let n = 1; n <= servers; n += 1) blocked = (load * blocked) / (n + load * blocked);
  const waits = blocked / (1 - (load / servers) * (1 - blocked));
  return waits / (servers * serviceRate - arrivalRate);
}
