import fc from 'fast-check';
import { DEFAULT_RANK_POLICY, type RankPolicy } from '#domain/priority/rank.ts';
import type { QueueCommand } from '#domain/queue/command.ts';
import type { Incident } from '#domain/queue/incident.ts';
import type { PathStep } from '#domain/queue/path.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import { CHOICES } from '#domain/routing/choose-agent.ts';
import { agentId, anAgent, aQueue, escalationId, MINUTE, NOW, reservationId, someFacts, someWork } from './builders.ts';

export const AGENTS = ['maya', 'jonas', 'ines'] as const;
/** Pieces of work that a history is about; each may come a second time from another queue. */
export const WORKS = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export const HOPS = [1, 2] as const;

/** [Q11] Somebody saves other settings. No command of the queue's: each store is brought to them in its own way. */
export type Configure = { type: 'configure'; to: QueueConfig };
export type HistoryStep = { command: QueueCommand | Configure; now: number };
/** A day in a queue: commands as they come in practice and as they should not. Printed, it is the commands that are left of it. */
export type History = { settings: QueueConfig; steps: HistoryStep[] };

const SKILLS = { maya: ['general'], jonas: ['api:3', 'lang-fr'], ines: ['sql', 'api:2'] };
/** Shares of it, and what is left of it, put them in different orders. */
const CAPACITY = { maya: 2, jonas: 3, ines: 4 };
const ASKED: string[][] = [[], [], ['api'], ['api>=2'], ['api>=2#3', 'lang-fr#1'], ['sql#0']];
const PLANS = [null, 'free', 'pro', 'enterprise'] as const;
const SEVERITIES = ['normal', 'low', 'high', 'critical'] as const;
const PRESENCES = ['available', 'available', 'available', 'away', 'offline'] as const;
export const OTHER = 'que_other000' as never;

/** Every number another than by default, in a queue that minds the tone. */
const OTHER_RANK: RankPolicy = {
  targetMinutes: {
    enterprise: { low: 50, normal: 20, high: 12, critical: 5 },
    pro: { low: 90, normal: 45, high: 14, critical: 7 },
    free: { low: 300, normal: 100, high: 70, critical: 25 },
    unknown: { low: 240, normal: 60, high: 30, critical: 15 },
  },
  contractValueOver: { usdPerYear: 10_000, minutes: 3 },
  atRiskMinutes: 9.3333,
  frustrated: { over: 0.3, minutes: 11 },
  unhappy: { below: -0.2, minutes: 6 },
  repeatContact: { minutesEach: 3, atMost: 8 },
  areaMinutes: { api: 13 },
  renewalWithin: { days: 90, minutes: 4 },
  openDisputeMinutes: 1,
  failedRequestMinutes: 7,
  incidentMinutes: 17,
};
const INCIDENT: Incident = { id: 'inc_1', title: 'Card payments fail', area: 'billing', startedAt: NOW, by: 'Sam' };

const maybe = <T>(value: T) => fc.constantFrom(null, null, value);
const paths = fc
  .record({
    length: fc.nat(5),
    isRaisedFirst: fc.constantFrom(true, true, false),
    skipsFirst: fc.boolean(),
    skips: fc.boolean(),
    to: fc.constantFrom(1 as const, 2 as const, 3 as const),
  })
  .map(({ length, isRaisedFirst, skipsFirst, skips, to }): PathStep[] => {
    const raise = { do: 'raise' as const, minutes: 7.25 };
    const relax = { do: 'relax' as const, to };
    return [
      { afterMs: 20_000, skipWhenNobody: skipsFirst, ...(isRaisedFirst ? raise : relax) },
      // Between the times at which classes are dropped by themselves.
      { afterMs: 25_000, skipWhenNobody: skips, ...(isRaisedFirst ? relax : raise) },
      { afterMs: 40_000, skipWhenNobody: skips, do: 'also_allow' as const, skills: ['general'] },
      { afterMs: 90_000, do: 'overflow' as const, to: OTHER },
    ].slice(0, Math.max(0, length - 1));
  });

const settings = fc
  .record({
    order: fc.constantFrom('due', 'due', 'due', 'due', 'strict'),
    choice: fc.constantFrom(...CHOICES),
    cooldownMs: fc.constantFrom(60_000, 5000, 0),
    cost: fc.constantFrom(1, 1, 1, 2),
    perAgentLimit: maybe(1),
    fairness: maybe({ count: 2, windowMs: 60_000 }),
    relaxAfterMs: fc.tuple(maybe(15_000), maybe(30_000), fc.constant(null)),
    path: paths,
    advanceOnLapse: fc.constantFrom(false, false, true),
    silentMs: maybe(30_000),
    vanishedMs: maybe(20_000),
    rank: fc.constantFrom(DEFAULT_RANK_POLICY, DEFAULT_RANK_POLICY, OTHER_RANK),
    incidents: fc.constantFrom<Incident[]>([], [], [INCIDENT], [{ ...INCIDENT, area: null }]),
  })
  .map((changed): QueueConfig => aQueue(changed as Partial<QueueConfig>));

/** Kind, time before it, which work, which agent, and three more numbers for whatever the kind needs. All zero is nothing. */
type Raw = [kind: number, gap: number, work: number, agent: number, x: number, y: number, z: number];
const MOST = 59;
const raw = fc.tuple(
  fc.nat(99),
  fc.nat(20_000),
  fc.nat(WORKS.length - 1),
  fc.nat(AGENTS.length - 1),
  fc.nat(MOST),
  fc.nat(MOST),
  fc.nat(MOST),
);

type Maker = (at: {
  n: number;
  agent: (typeof AGENTS)[number];
  i: number;
  now: number;
  raw: Raw;
  others: readonly QueueConfig[];
}) => HistoryStep['command'];
/** All of them, each with some of the values on either side of what settings ask about it; zero is nothing known. */
const factsOf = ([, , , , x, y, z]: Raw) => {
  const far = (x * 3600 + y * 60 + z) % 5040;
  const one = <T>(every: number, ...values: T[]): T => values[Math.floor(far / every) % values.length] as T;
  return someFacts({
    tier: PLANS[x % PLANS.length] ?? null,
    severity: SEVERITIES[y % SEVERITIES.length] ?? 'normal',
    contractValue: one(1, null, 20_000, 50_000, 60_000),
    health: one(4, null, 'healthy', 'at_risk'),
    frustration: one(12, null, 0.3, 0.6, 0.2),
    sentiment: one(7, null, -0.4, -0.2, 0.5),
    repeatContact: one(9, null, 0, 1, 9),
    area: one(5, null, 'billing', 'api'),
    renewalInDays: one(11, null, -1, 0, 30, 60),
    openDispute: z % 5 === 1,
    failedRequests: one(13, null, 0, 2),
    incident: one(17, null, null, 'Told by the host'),
    isLate: z % 4 === 2,
  });
};
const held = ({ i, raw: [, , , , x] }: Parameters<Maker>[0]) => reservationId(i - 1 - (x % 8));
const epochOf = (y: number) => 1 + (y % 20 < 14 ? 0 : (y % 3) + 1);
const arrives: Maker = ({ n, i, now, raw }) => ({
  type: 'enqueue',
  work: someWork(n, { skills: ASKED[raw[4] % ASKED.length] as string[] }),
  class: raw[5] % 10 === 9 ? 0 : 1,
  facts: factsOf(raw),
  queuedAt: now,
  preferred: null,
  ...(raw[6] % 3 === 2 ? { reservationId: reservationId(i) } : {}),
});
/** It waited elsewhere: transferred (a new path) or overflowed (the same), with what it was given there. */
const comesFromElsewhere: Maker = ({ n, agent, now, raw }) => ({
  type: 'enqueue',
  work: someWork(n, { hop: 2, skills: ASKED[raw[4] % ASKED.length] as string[] }),
  class: raw[5] % 10 === 9 ? 0 : 1,
  facts: factsOf(raw),
  queuedAt: now - raw[5] * MINUTE,
  pathSince: raw[6] % 2 === 0 ? now : now - raw[5] * MINUTE,
  relaxed: raw[4] % 3,
  raises: raw[6] % 3 === 0 ? [] : [{ label: 'moved by Sam', minutes: 20 - raw[6] }],
  preferred: raw[6] % 4 === 0 ? agentId(agent) : null,
  passedBy: raw[6] % 4 === 1 ? agentId(agent) : null,
});
const reports: Maker = ({ agent, i, now, raw: [, , , , x, y, z] }) => ({
  type: 'mirror_agent',
  agent: anAgent(agent, {
    // Now and then one that comes after a newer one.
    version: z % 8 === 7 ? Math.max(1, i - 20) : i + 1,
    presence: PRESENCES[x % PRESENCES.length] as (typeof PRESENCES)[number],
    // [A2] Away with a page that is only being opened anew.
    comesBack: PRESENCES[x % PRESENCES.length] === 'away' && z % 2 === 0,
    load: y % 3,
    capacity: CAPACITY[agent],
    // [A7] Their settings change under way.
    skills: y % 7 === 6 ? [] : SKILLS[agent],
    serves: y % 9 !== 8,
    idleSince: now - z * 1000,
  }),
});
const matches: Maker = ({ agent, i, raw: [, , , , x] }) => ({
  type: 'match',
  reservationId: reservationId(i),
  only: x % 4 === 3 ? agentId(agent) : null,
});
const refOf = ({ n, raw: [, , , , , , z] }: Parameters<Maker>[0]) => ({
  escalationId: escalationId(n),
  hop: z % 4 === 3 ? 2 : 1,
});

/** Out of a hundred. */
const KINDS: readonly [share: number, make: Maker | null][] = [
  [1, null],
  [13, arrives],
  [6, comesFromElsewhere],
  [14, reports],
  [15, matches],
  [10, (at) => ({ type: 'accept', reservationId: held(at), epoch: epochOf(at.raw[5]), agentId: agentId(at.agent) })],
  [4, (at) => ({ type: 'decline', reservationId: held(at), epoch: epochOf(at.raw[5]), agentId: agentId(at.agent) })],
  [2, (at) => ({ type: 'agent_refused', reservationId: held(at), epoch: epochOf(at.raw[5]) })],
  [3, (at) => ({ type: 'orphan', reservationId: held(at), epoch: epochOf(at.raw[5]) })],
  [3, (at) => ({ type: 'take_back', ...refOf(at), by: { id: agentId('sam'), name: 'Sam' } })],
  [6, () => ({ type: 'tick' })],
  [3, ({ others, raw }) => ({ type: 'configure', to: others[raw[4] % others.length] as QueueConfig })],
  [2, (at) => ({ type: 'answered', ...refOf(at), agentId: agentId(at.agent) })],
  [2, (at) => ({ type: 'owed', ...refOf(at), agentId: agentId(at.agent), at: at.now })],
  [1, (at) => ({ type: 'promised', ...refOf(at), promiseDueAt: at.now + 60_000 })],
  [2, (at) => ({ type: 'send_on', ...refOf(at) })],
  [3, (at) => ({ type: 'adjust', ...refOf(at), minutes: (at.raw[4] % 20) - 5, by: 'Sam' })],
  [
    3,
    (at) => ({
      type: 'rerank',
      ...refOf(at),
      facts: factsOf(at.raw),
      // [P9] Sometimes before all others; back again never.
      ...(at.raw[5] % 3 === 2 ? {} : { class: at.raw[5] % 3 === 0 && at.raw[6] % 2 === 0 ? 0 : 1 }),
    }),
  ],
  [1, ({ now, raw: [, , , , x] }) => ({ type: 'set_closure', closure: x % 2 === 0 ? null : { by: 'Sam', at: now } })],
  [
    3,
    (at) => ({
      type: 'match',
      reservationId: reservationId(at.i),
      only: agentId(at.agent),
      entry: refOf(at),
    }),
  ],
  [3, (at) => ({ type: 'close', ...refOf(at), outcome: at.raw[5] % 4 === 0 ? 'abandoned' : 'resolved' })],
];
const MAKERS = KINDS.flatMap(([share, make]) => Array.from({ length: share }, () => make));

function stepsOf(all: readonly Raw[], others: readonly QueueConfig[]): HistoryStep[] {
  let now = NOW;
  return all.flatMap((one, i) => {
    const [kind, gap, work, agent] = one;
    now += gap;
    const at = { n: WORKS[work] as number, agent: AGENTS[agent] as (typeof AGENTS)[number], i, now, raw: one, others };
    const command = MAKERS[kind]?.(at);
    return command === undefined ? [] : [{ command, now }];
  });
}

/** Without what says nothing: most of it is as in every history. */
const telling = (name: string, value: unknown): unknown => {
  const isPlain =
    value === null ||
    value === false ||
    value === DEFAULT_RANK_POLICY ||
    (Array.isArray(value) && value.every((one) => one === null));
  return isPlain || ['hours', 'conversationId', 'ticketNumber', 'subject'].includes(name) ? undefined : value;
};
const printed = ({ settings, steps }: History): string =>
  [
    '',
    JSON.stringify(settings, telling),
    ...steps.map(({ command, now }) => `${now - NOW} ms: ${JSON.stringify(command, telling)}`),
  ].join('\n');

/** 20 to 60 operations. Shrinking turns what is not needed into nothing, which is not printed. */
export const histories: fc.Arbitrary<History> = fc
  .tuple(settings, fc.tuple(settings, settings), fc.array(raw, { minLength: 20, maxLength: 60, size: 'max' }))
  .map(([config, others, all]) => {
    const history = { settings: config, steps: stepsOf(all as Raw[], [...others, config]) };
    Object.defineProperty(history, fc.toStringMethod, { value: () => printed(history), enumerable: false });
    return history;
  });

/** The same ones each time, for suites that play them side by side. */
export const someHistories = (count: number, seed: number): History[] => fc.sample(histories, { numRuns: count, seed });
