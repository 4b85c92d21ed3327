import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import type { AgentId, QueueId } from '#domain/ids.ts';
import { DEFAULT_RANK_POLICY, RANK_ORDERS, type RankFacts, type RankPolicy } from '#domain/priority/rank.ts';
import { AREA_RULE, isArea } from '#domain/queue/incident.ts';
import { leadsBack } from '#domain/queue/path.ts';
import { DEFAULT_QUEUE_BEHAVIOUR, type QueueConfig } from '#domain/queue/queue.ts';
import { settingsProblems } from '#domain/queue/settings-problems.ts';
import { CHOICES } from '#domain/routing/choose-agent.ts';
import { parseNeed, parseSkills } from '#domain/routing/skill.ts';
import type { Duration } from '#domain/simulation/random.ts';
import type { Scenario } from '#domain/simulation/scenario.ts';
import { ALWAYS_OPEN } from '#domain/sla/calendar.ts';
import { storedRankPolicy } from '#protocol/queue-settings.ts';
import { namedCalendar, slaPolicySchema } from '#protocol/sla.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

const minutes = z.number().min(0);
const probability = z.number().min(0).max(1);
const ms = z.number().int().min(0);

/** One key says which kind: `{ "lognormal": { "medianMinutes": 6, "sigma": 0.7 } }`. */
const duration = z
  .union(
    [
      z.strictObject({ fixed: z.strictObject({ minutes }) }),
      z.strictObject({ exponential: z.strictObject({ meanMinutes: minutes }) }),
      z.strictObject({ lognormal: z.strictObject({ medianMinutes: minutes, sigma: z.number().min(0).max(3) }) }),
      z.strictObject({ observed: z.strictObject({ minutes: z.array(minutes).min(1) }) }),
    ],
    {
      error:
        'one of { "fixed": { minutes } }, { "exponential": { meanMinutes } }, { "lognormal": { medianMinutes, sigma } }, { "observed": { minutes: […] } }',
    },
  )
  .transform((one): Duration => {
    if ('fixed' in one) return { kind: 'fixed', ms: one.fixed.minutes * MINUTE_MS };
    if ('exponential' in one) return { kind: 'exponential', meanMs: one.exponential.meanMinutes * MINUTE_MS };
    if ('lognormal' in one)
      return { kind: 'lognormal', medianMs: one.lognormal.medianMinutes * MINUTE_MS, sigma: one.lognormal.sigma };
    return { kind: 'observed', ms: one.observed.minutes.map((minute) => minute * MINUTE_MS) };
  });

const queueName = z.string().min(1);
const need = z
  .string()
  .refine((text) => parseNeed(text) !== null, 'no skill requirement: name, name>=level, with #0 to #3');
const skill = z.string().refine((text) => parseSkills([text]).size === 1, 'no skill: name or name:level');

const step = z.union(
  [
    z.strictObject({
      afterMs: ms,
      skipWhenNobody: z.boolean().optional(),
      do: z.literal('raise'),
      minutes: z.number(),
    }),
    z.strictObject({
      afterMs: ms,
      skipWhenNobody: z.boolean().optional(),
      do: z.literal('also_allow'),
      skills: z.array(need),
    }),
    z.strictObject({
      afterMs: ms,
      skipWhenNobody: z.boolean().optional(),
      do: z.literal('relax'),
      to: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    }),
    z.strictObject({ afterMs: ms, skipWhenNobody: z.boolean().optional(), do: z.literal('overflow'), to: queueName }),
  ],
  {
    error:
      'a step: { afterMs, do: "raise", minutes } or { afterMs, do: "also_allow", skills } or { afterMs, do: "relax", to: 1 | 2 | 3 } or { afterMs, do: "overflow", to }',
  },
);

const severities = z.strictObject({ low: minutes, normal: minutes, high: minutes, critical: minutes });

/** Names and units as in the queue's own settings, so that they can be carried over in either direction. */
const settings = z.strictObject({
  order: z.enum(RANK_ORDERS).optional(),
  choice: z.enum(CHOICES).optional(),
  targetMinutes: z
    .strictObject({ enterprise: severities, pro: severities, free: severities, unknown: severities })
    .partial()
    .optional(),
  /** All of it; `targetMinutes` alone is for who changes only those. */
  rank: storedRankPolicy.optional(),
  offerMs: ms.min(1).optional(),
  cooldownMs: ms.optional(),
  cost: z.number().int().min(1).optional(),
  perAgentLimit: z.number().int().min(1).nullable().optional(),
  fairness: z
    .strictObject({ count: z.number().int().min(1), windowMs: ms.min(1) })
    .nullable()
    .optional(),
  relaxAfterMs: z.tuple([ms.nullable(), ms.nullable(), ms.nullable()]).optional(),
  path: z.array(step).optional(),
  advanceOnLapse: z.boolean().optional(),
  silentMs: ms.nullable().optional(),
  vanishedMs: ms.nullable().optional(),
  wrapUpMs: ms.optional(),
  maxWaiting: z.number().int().min(1).nullable().optional(),
  /** The queue's own clock. */
  tierMinutes: z.number().min(0.5).nullable().optional(),
  /** One of the file's `calendars`. */
  hoursId: z.string().nullable().optional(),
  unansweredLimit: z.number().int().min(1).optional(),
});

const clock = z.string().regex(/^(?:[01]\d|2[0-4]):[0-5]\d$/, 'a time of day such as "08:30"');
const shift = z
  .strictObject({ from: clock, to: clock, days: z.array(z.enum(DAYS)).min(1).optional() })
  .refine(({ from, to }) => from !== to, 'begins when it ends');

/** People an hour; a run holds one at a time, but a day of more than this takes longer than anybody waits. */
const rate = z.number().min(0).max(10_000, 'a rate of at most 10,000 an hour');
const who = {
  plan: z.enum(['free', 'pro', 'enterprise']).nullable().default(null),
  severity: z.enum(SEVERITIES).default('normal'),
  /** Class 0: before everything else. */
  critical: z.boolean().default(false),
  skills: z.array(need).default([]),
  contractValue: z.number().nullable().default(null),
  atRisk: z.boolean().default(false),
  openDispute: z.boolean().default(false),
  frustration: z.number().min(0).max(1).nullable().default(null),
  sentiment: z.number().min(-1).max(1).nullable().default(null),
  repeatContact: z.number().int().min(0).nullable().default(null),
  area: z.string().refine(isArea, AREA_RULE).nullable().default(null),
  renewalInDays: z.number().nullable().default(null),
  failedRequests: z.number().int().min(0).nullable().default(null),
  /** The name of one that the host says concerns them. */
  incident: z.string().min(1).nullable().default(null),
  /** They come with a promise that is broken already. */
  late: z.boolean().default(false),
};

const recordedRow = z.strictObject({
  at: z.iso.datetime({ error: 'a time such as "2026-11-23T09:15:00Z"' }),
  queue: queueName,
  ...who,
  handleMinutes: minutes.nullable().default(null),
  patienceMinutes: minutes.nullable().default(null),
});

/** Declared then, over then; an area of null is everywhere. */
const incident = z
  .strictObject({
    title: z.string().min(1).max(120),
    area: z.string().refine(isArea, AREA_RULE).nullable(),
    from: z.iso.datetime({ error: 'a time such as "2026-11-23T09:15:00Z"' }),
    to: z.iso.datetime({ error: 'a time such as "2026-11-23T09:15:00Z"' }),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), 'is over before it begins');

const file = z.strictObject({
  name: z.string().min(1),
  /** UTC. Hours of the day and shifts are counted from here on in UTC too. */
  from: z.iso.datetime({ error: 'a time such as "2026-11-23T00:00:00Z"' }),
  hours: z
    .number()
    .min(0.1)
    .max(24 * 400),
  /** What is in line at the end is served until then. */
  drainHours: z.number().min(0).default(12),
  queues: z
    .array(
      z.strictObject({
        name: queueName,
        handle: duration,
        transfers: z.array(z.strictObject({ to: queueName, probability })).default([]),
        settings: settings.default({}),
      }),
    )
    .min(1),
  agents: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        /** So many of the same, named with a number. */
        count: z.number().int().min(1).max(1000).default(1),
        skills: z.array(skill).default([]),
        capacity: z.number().int().min(1),
        queues: z.array(queueName).min(1),
        shifts: z.array(shift).min(1),
      }),
    )
    .min(1),
  arrivals: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        queue: queueName,
        perHour: z.union([rate, z.array(rate).length(24, 'a rate for each of the 24 hours of the day')], {
          error: 'a rate of at most 10,000, or 24 of them by hour of the day',
        }),
        patience: duration.nullable().default(null),
        kinds: z.array(z.strictObject({ share: z.number().positive(), ...who })).min(1),
      }),
    )
    .default([]),
  /** Who did come: rows, or the name of a JSON file with them, beside this one. */
  recorded: z
    .union([z.string().min(1), z.array(z.unknown())], { error: 'rows, or the name of a file with rows' })
    .default([]),
  /** What is promised and what a breach does, as `GET /v1/sla-policy` tells it; null promises nothing. */
  promises: slaPolicySchema.nullable().default(null),
  calendars: z.array(namedCalendar).default([]),
  incidents: z.array(incident).default([]),
  behaviour: z
    .strictObject({
      reaction: duration.optional(),
      declines: probability.default(0),
      ignores: probability.default(0),
      returnAfterMinutes: minutes.default(5),
      wrapUp: duration.nullable().default(null),
    })
    .prefault({}),
});
type ScenarioFile = z.infer<typeof file>;

/** What is wrong with a file, and where: `queues[0].handle: one of …`. */
export class ScenarioProblem extends Error {
  override name = 'ScenarioProblem';
}

/** @throws {ScenarioProblem} that says what is wrong, and where */
export function readScenario(path: string): Scenario {
  return scenarioOf(jsonOf(path), path);
}

/** A scenario as it stands in a file; `path` is what problems name, and where a file of recorded arrivals is looked for. @throws {ScenarioProblem} */
export function scenarioOf(json: unknown, path: string): Scenario {
  const parsed = checked(file, json, path);
  // Rows are looked at by themselves: of one that is wrong the place is told, and not that it is no name of a file.
  const recorded =
    typeof parsed.recorded === 'string'
      ? recordedIn(resolve(dirname(path), parsed.recorded))
      : checked(z.object({ recorded: z.array(recordedRow) }), { recorded: parsed.recorded }, path).recorded;
  const wrong = danglingNames(parsed, recorded);
  if (wrong.length > 0) throw new ScenarioProblem(problemText(path, wrong));
  return toScenario(parsed, recorded);
}

const recordedIn = (path: string) => checked(z.array(recordedRow), jsonOf(path), path);

function jsonOf(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ScenarioProblem(`${path}: there is no such file`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ScenarioProblem(`${path}: ${whereInText(text, String(cause))}`);
  }
}

function checked<T extends z.ZodType>(schema: T, json: unknown, path: string): z.infer<T> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ScenarioProblem(
    problemText(
      path,
      result.error.issues.map(({ path: spot, message }) => ({ spot: spotText(spot), message })),
    ),
  );
}

function whereInText(text: string, cause: string): string {
  const at = /position (\d+)/.exec(cause)?.[1];
  if (at === undefined) return `no JSON (${cause})`;
  const before = text.slice(0, Number(at)).split('\n');
  return `no JSON at line ${before.length}, column ${(before.at(-1) as string).length + 1}`;
}

const spotText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : text === '' ? String(key) : `${text}.${String(key)}`),
    '',
  );

const problemText = (path: string, wrong: readonly { spot: string; message: string }[]): string =>
  `${path} is no scenario:\n${wrong.map(({ spot, message }) => `  ${spot === '' ? 'the file' : spot}: ${message}`).join('\n')}`;

/** Names of queues that are not there, with where they stand. */
function danglingNames(
  { queues, agents, arrivals, promises, calendars }: ScenarioFile,
  recorded: readonly { queue: string }[],
) {
  const wrong: { spot: string; message: string }[] = [];
  const known = new Set<string>();
  for (const [i, { name }] of queues.entries()) {
    if (known.has(name)) wrong.push({ spot: `queues[${i}].name`, message: `"${name}" is there already` });
    known.add(name);
  }
  const check = (name: string, spot: string) => {
    if (!known.has(name))
      wrong.push({
        spot,
        message: `there is no queue "${name}"; there is ${[...known].map((one) => `"${one}"`).join(', ')}`,
      });
  };
  const overflowsOf = (name: string) =>
    (queues.find((one) => one.name === name)?.settings.path ?? []).flatMap((one) =>
      one.do === 'overflow' ? [one.to] : [],
    );
  for (const [i, queue] of queues.entries()) {
    for (const [j, { to }] of queue.transfers.entries()) check(to, `queues[${i}].transfers[${j}].to`);
    const total = queue.transfers.reduce((sum, one) => sum + one.probability, 0);
    if (total > 1) wrong.push({ spot: `queues[${i}].transfers`, message: `probabilities add up to ${total}` });
    const { path = [], relaxAfterMs = [null, null, null], targetMinutes } = queue.settings;
    for (const { path: place, message } of settingsProblems(
      { id: queue.name as QueueId, name: queue.name, tier: 1 },
      { path: path as never, relaxAfterMs: relaxAfterMs as never, asks: [], rank: rankOf(queue.settings) },
      [],
    )) {
      // Names of queues are looked at below.
      const isQueue = /^path\.\d+\.to$/.test(place) && path[Number(place.split('.')[1])]?.do === 'overflow';
      if (isQueue) continue;
      const there = targetMinutes === undefined ? place : place.replace(/^rank\.targetMinutes/, 'targetMinutes');
      wrong.push({ spot: `queues[${i}].settings.${there.replace(/\.(\d+)/g, '[$1]')}`, message });
    }
    for (const [j, one] of (queue.settings.path ?? []).entries()) {
      if (one.do !== 'overflow') continue;
      const spot = `queues[${i}].settings.path[${j}].to`;
      check(one.to, spot);
      if (leadsBack(queue.name, one.to, overflowsOf))
        wrong.push({ spot, message: `from there the work would come back to "${queue.name}"` });
    }
  }
  const hours = new Set<string>();
  for (const [i, { id }] of calendars.entries()) {
    if (hours.has(id)) wrong.push({ spot: `calendars[${i}].id`, message: `"${id}" is there already` });
    hours.add(id);
  }
  const checkHours = (id: string | null | undefined, spot: string) => {
    if (id != null && !hours.has(id)) wrong.push({ spot, message: `there is no calendar "${id}"` });
  };
  for (const [i, { settings: own }] of queues.entries()) checkHours(own.hoursId, `queues[${i}].settings.hoursId`);
  for (const [plan, id] of Object.entries(promises?.calendars ?? {})) checkHours(id, `promises.calendars.${plan}`);
  const names = new Set<string>();
  for (const [i, agent] of agents.entries()) {
    if (names.has(agent.name)) wrong.push({ spot: `agents[${i}].name`, message: `"${agent.name}" is there already` });
    names.add(agent.name);
    for (const [j, name] of agent.queues.entries()) check(name, `agents[${i}].queues[${j}]`);
  }
  const streams = new Set<string>();
  for (const [i, stream] of arrivals.entries()) {
    // A stream's name is the seed of its people: two of one name would be the same people.
    if (streams.has(stream.name))
      wrong.push({ spot: `arrivals[${i}].name`, message: `"${stream.name}" is there already` });
    streams.add(stream.name);
    check(stream.queue, `arrivals[${i}].queue`);
  }
  for (const [i, row] of recorded.entries()) check(row.queue, `recorded[${i}].queue`);
  return wrong;
}

type Who = { [K in keyof typeof who]: z.infer<(typeof who)[K]> };

const factsOf = ({ plan, atRisk, openDispute, late, ...who }: Who): RankFacts => ({
  tier: plan,
  severity: who.severity,
  contractValue: who.contractValue,
  health: atRisk ? 'at_risk' : null,
  frustration: who.frustration,
  sentiment: who.sentiment,
  repeatContact: who.repeatContact,
  area: who.area,
  renewalInDays: who.renewalInDays,
  openDispute: openDispute || null,
  failedRequests: who.failedRequests,
  incident: who.incident,
  isLate: late,
  // It moves nobody.
  promiseDueAt: null,
});

/** `targetMinutes` beside `rank` count for more. */
const rankOf = ({ rank = DEFAULT_RANK_POLICY, targetMinutes }: z.infer<typeof settings>): RankPolicy => ({
  ...rank,
  targetMinutes: { ...rank.targetMinutes, ...targetMinutes },
});

const idOf = (name: string) => `que_${name.toLowerCase().replace(/[^a-z0-9]+/g, '_')}` as QueueId;

function toScenario(parsed: ScenarioFile, recorded: readonly z.infer<typeof recordedRow>[]): Scenario {
  const from = Date.parse(parsed.from);
  const to = from + parsed.hours * HOUR_MS;
  const { behaviour } = parsed;
  const calendars = new Map(parsed.calendars.map(({ id, calendar }) => [id, calendar]));
  return {
    name: parsed.name,
    from,
    to,
    drainMs: parsed.drainHours * HOUR_MS,
    queues: parsed.queues.map(({ name, handle, transfers, settings: changed }) => {
      const { targetMinutes: _t, path, rank: _r, ...rest } = changed;
      const config: QueueConfig = {
        id: idOf(name),
        name,
        tier: 1,
        ...DEFAULT_QUEUE_BEHAVIOUR,
        ...rest,
        hours: calendars.get(rest.hoursId ?? '') ?? ALWAYS_OPEN,
        rank: rankOf(changed),
        path: (path ?? []).map((one) => (one.do === 'overflow' ? { ...one, to: idOf(one.to) } : one)),
      };
      return { config, handle, transfers: transfers.map((one) => ({ ...one, to: idOf(one.to) })) };
    }),
    agents: parsed.agents.flatMap(({ name, count, skills, capacity, queues, shifts }) =>
      Array.from({ length: count }, (_, i) => {
        const full = count === 1 ? name : `${name} ${i + 1}`;
        return {
          id: `agt_${full.toLowerCase().replace(/[^a-z0-9]+/g, '_')}` as AgentId,
          name: full,
          skills,
          capacity,
          queues: queues.map(idOf),
          shifts: shiftsWithin(shifts, from, to + parsed.drainHours * HOUR_MS),
        };
      }),
    ),
    streams: parsed.arrivals.map(({ name, queue, perHour, patience, kinds }) => ({
      name,
      queueId: idOf(queue),
      perHour: typeof perHour === 'number' ? new Array<number>(24).fill(perHour) : perHour,
      patience,
      kinds: kinds.map((kind) => ({
        share: kind.share,
        class: kind.critical ? 0 : 1,
        facts: factsOf(kind),
        skills: kind.skills,
      })),
    })),
    recorded: recorded.map((row) => ({
      at: Date.parse(row.at),
      queueId: idOf(row.queue),
      class: row.critical ? 0 : 1,
      facts: factsOf(row),
      skills: row.skills,
      handleMs: row.handleMinutes === null ? null : row.handleMinutes * MINUTE_MS,
      patienceMs: row.patienceMinutes === null ? null : row.patienceMinutes * MINUTE_MS,
    })),
    promises:
      parsed.promises === null
        ? null
        : {
            policy: { version: 0, ...parsed.promises },
            calendars,
            publishedAt: null,
            tierMinutes: new Map(
              parsed.queues.flatMap(({ name, settings: own }) =>
                own.tierMinutes == null ? [] : [[idOf(name), own.tierMinutes] as const],
              ),
            ),
          },
    incidents: parsed.incidents.map(({ title, area, from: begins, to: ends }, n) => ({
      id: `inc_${n}`,
      title,
      area,
      startedAt: Date.parse(begins),
      endedAt: Date.parse(ends),
      by: '',
    })),
    behaviour: {
      reaction: behaviour.reaction ?? { kind: 'lognormal', medianMs: 8_000, sigma: 0.6 },
      declines: behaviour.declines,
      ignores: behaviour.ignores,
      returnAfterMs: behaviour.returnAfterMinutes * MINUTE_MS,
      wrapUp: behaviour.wrapUp,
    },
  };
}

/** Every day's part; one that ends before it begins goes past midnight. */
function shiftsWithin(
  shifts: readonly z.infer<typeof shift>[],
  from: number,
  to: number,
): { from: number; to: number }[] {
  const timeOf = (text: string) => Number(text.slice(0, 2)) * HOUR_MS + Number(text.slice(3)) * MINUTE_MS;
  const made: { from: number; to: number }[] = [];
  for (let day = Math.floor(from / DAY_MS) - 1; day * DAY_MS < to; day += 1) {
    for (const one of shifts) {
      // The first of January 1970 was a Thursday.
      const name = DAYS[(day + 4) % 7] as (typeof DAYS)[number];
      if (one.days !== undefined && !one.days.includes(name)) continue;
      const begin = day * DAY_MS + timeOf(one.from);
      const end = day * DAY_MS + timeOf(one.to) + (timeOf(one.to) <= timeOf(one.from) ? DAY_MS : 0);
      if (end > from && begin < to) made.push({ from: Math.max(begin, from), to: end });
    }
  }
  return made.sort((a, b) => a.from - b.from);
}
