import { z } from 'zod';
import { ADDITIONS } from '#domain/escalation/additions.ts';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import { DEFAULT_RANK_POLICY, RANK_ORDERS, type RankPolicy } from '#domain/priority/rank.ts';
import { DEFAULT_QUEUE_BEHAVIOUR, LAST_TIER, type QueueConfig } from '#domain/queue/queue.ts';
import { CHOICES } from '#domain/routing/choose-agent.ts';
import { parseNeed } from '#domain/routing/skill.ts';
import { rankTerm } from './agent.ts';
import { agentId, apiKeyId, clientId, epochMs, queueId, shortText } from './primitives.ts';
import { slaTarget } from './sla.ts';

const DAY_MS = 86_400_000;
const minutes = z.number().min(0).max(100_000);
const ms = z
  .number()
  .int()
  .min(0)
  .max(30 * DAY_MS);

const severities = z.strictObject({ low: minutes, normal: minutes, high: minutes, critical: minutes });
export const rankPolicy = z.strictObject({
  targetMinutes: z.strictObject({ enterprise: severities, pro: severities, free: severities, unknown: severities }),
  contractValueOver: z.strictObject({ usdPerYear: z.number().min(0), minutes }),
  atRiskMinutes: minutes,
  frustrated: z.strictObject({ over: z.number().min(0).max(1), minutes }),
  unhappy: z.strictObject({ below: z.number().min(-1).max(0), minutes }),
  repeatContact: z.strictObject({ minutesEach: minutes, atMost: minutes }),
  areaMinutes: z.record(z.string().max(64), minutes),
  renewalWithin: z.strictObject({ days: z.number().min(0).max(3650), minutes }),
  openDisputeMinutes: minutes,
  failedRequestMinutes: minutes,
  incidentMinutes: minutes,
}) satisfies z.ZodType<RankPolicy>;

/** As it was written at some time: what there was none of yet is the default. */
export const storedRankPolicy = z.object({
  ...rankPolicy.shape,
  unhappy: rankPolicy.shape.unhappy.default(DEFAULT_RANK_POLICY.unhappy),
  incidentMinutes: rankPolicy.shape.incidentMinutes.default(DEFAULT_RANK_POLICY.incidentMinutes),
}) satisfies z.ZodType<RankPolicy>;

const need = shortText.refine(
  (text) => parseNeed(text) !== null,
  'a skill is written as name, name>=level or name>=level#class',
);
const stepHeader = { afterMs: ms, skipWhenNobody: z.boolean().optional() };
const step = z.discriminatedUnion('do', [
  z.strictObject({ ...stepHeader, do: z.literal('raise'), minutes: z.number().min(-1440).max(1440) }),
  z.strictObject({ ...stepHeader, do: z.literal('also_allow'), skills: z.array(need).max(20) }),
  z.strictObject({ ...stepHeader, do: z.literal('relax'), to: z.literal([1, 2, 3]) }),
  z.strictObject({ ...stepHeader, do: z.literal('overflow'), to: queueId }),
]);

/** Who saved settings, and when. The name as it was then: people leave. */
export const settingsChanged = z.object({ by: z.union([agentId, apiKeyId]), name: z.string(), at: epochMs });

/**
 * How a queue behaves, on the wire: all of it, and nothing else. Who leaves something out or misspells it has not said what they want, and it
 * is not ours to reset what they did not name.
 */
export const queueSettings = z.strictObject({
  order: z.enum(RANK_ORDERS),
  rank: rankPolicy,
  choice: z.enum(CHOICES),
  offerMs: ms.min(1000),
  cooldownMs: ms,
  cost: z.number().int().min(1).max(1000),
  perAgentLimit: z.number().int().min(1).nullable(),
  fairness: z.strictObject({ count: z.number().int().min(1), windowMs: ms.min(1000) }).nullable(),
  relaxAfterMs: z.tuple([ms.nullable(), ms.nullable(), ms.nullable()]),
  path: z.array(step).max(20),
  advanceOnLapse: z.boolean(),
  maxWaiting: z.number().int().min(1).nullable(),
  silentMs: ms.min(1000).nullable(),
  vanishedMs: ms.min(1000).nullable(),
  wrapUpMs: ms,
  unansweredLimit: z.number().int().min(1).max(100),
  asks: z.array(z.enum(ADDITIONS)).max(ADDITIONS.length),
  tierMinutes: slaTarget,
  hoursId: z.string().max(64).nullable(),
  ownerId: agentId.nullable(),
}) satisfies z.ZodType<
  Omit<QueueConfig, 'id' | 'name' | 'tier' | 'revision' | 'ownerName' | 'hours' | 'asOf' | 'incidents'>
>;
export type QueueSettings = z.infer<typeof queueSettings>;

const { shape } = queueSettings;
const usual = DEFAULT_QUEUE_BEHAVIOUR;

/** As it was written at some time: what an older row does not say is the default, so that it stays right. */
export const storedQueueSettings = z.object({
  order: shape.order.default(usual.order),
  rank: storedRankPolicy.default(DEFAULT_RANK_POLICY),
  choice: shape.choice.default(usual.choice),
  offerMs: shape.offerMs.default(usual.offerMs),
  cooldownMs: shape.cooldownMs.default(usual.cooldownMs),
  cost: shape.cost.default(usual.cost),
  perAgentLimit: shape.perAgentLimit.default(usual.perAgentLimit),
  fairness: shape.fairness.default(usual.fairness),
  relaxAfterMs: shape.relaxAfterMs.default([null, null, null]),
  path: shape.path.default([]),
  advanceOnLapse: shape.advanceOnLapse.default(usual.advanceOnLapse),
  maxWaiting: shape.maxWaiting.default(usual.maxWaiting),
  silentMs: shape.silentMs.default(usual.silentMs),
  vanishedMs: shape.vanishedMs.default(usual.vanishedMs),
  wrapUpMs: shape.wrapUpMs.default(usual.wrapUpMs),
  unansweredLimit: shape.unansweredLimit.default(usual.unansweredLimit),
  asks: shape.asks.default([]),
  tierMinutes: shape.tierMinutes.default(usual.tierMinutes),
  hoursId: shape.hoursId.default(usual.hoursId),
  ownerId: shape.ownerId.default(usual.ownerId),
}) satisfies z.ZodType<QueueSettings>;

export const MAX_QUEUE_NAME_CHARS = 60;
const identity = {
  name: z.string().trim().min(1).max(MAX_QUEUE_NAME_CHARS),
  /** 1 is the first line, 3 engineering. */
  tier: z.number().int().min(1).max(LAST_TIER),
};

/** The same with what the queue is called and how far it is from the first line. */
export const namedSettings = queueSettings.extend(identity);
export type NamedSettings = z.infer<typeof namedSettings>;

/** `POST /v1/queues/:queueId/settings/preview`: a name or tier that is left out stays. */
export const queueSettingsDraft = namedSettings.partial({ name: true, tier: true });

/**
 * `PUT /v1/queues/:queueId/settings`: the settings as they shall be, and the revision that they were made from. Should somebody else have
 * saved meanwhile, nothing is changed: whoever did not see a change must not undo it.
 */
export const queueSettingsChange = queueSettingsDraft.extend({ revision: z.number().int().min(0) });

/** `POST /v1/queues`: the caller's id makes a repeated call one queue. */
export const newQueue = z.strictObject({ clientId, ...identity });
export type NewQueue = z.infer<typeof newQueue>;

/** `POST /v1/queues`, `GET` and `PUT /v1/queues/:queueId/settings` */
export const queueSettingsAnswer = z.object({
  /** `slug` is what triggers and routes call it, for as long as it is there: another name is no other slug. */
  queue: z.object({ id: queueId, slug: z.string(), name: z.string(), tier: z.number().int() }),
  /** Counts the changes; 0 was never changed. */
  revision: z.number().int(),
  /** Who changed them last. */
  changed: settingsChanged.nullable(),
  settings: namedSettings,
  /** What its hours may be. */
  calendars: z.array(z.object({ id: z.string(), name: z.string() })),
});
export type QueueSettingsAnswer = z.infer<typeof queueSettingsAnswer>;

/**
 * `POST /v1/queues/:queueId/settings/preview`: places from 1; null is behind the first fifty, or
 * not in line: what is offered or with an agent now. What would leave is counted, and not in the list.
 */
export const previewAnswer = z.object({
  /** How many wait, and how many of them would have another place. */
  waiting: z.number().int(),
  moved: z.number().int(),
  /** Whom the path would send on at once, by queue. */
  leaving: z.array(z.object({ to: queueId, count: z.number().int() })),
  /** What would be taken back at once from agents who have been silent or away for too long by these settings. */
  takenBack: z.number().int(),
  /** By which they are ordered now, and by which they would be. */
  order: z.object({ was: z.enum(RANK_ORDERS), would: z.enum(RANK_ORDERS) }),
  entries: z.array(
    z.object({
      ticketNumber: z.string(),
      subject: z.string(),
      before: z.number().int().nullable(),
      after: z.number().int().nullable(),
      dueAt: epochMs,
      rank: z.array(rankTerm),
      /** What strict order goes by, whatever the settings. */
      class: z.literal([0, 1]),
      severity: z.enum(SEVERITIES),
      raises: z.array(rankTerm),
      needs: z.string(),
      /** As it is now, where the settings would change it. */
      was: z.object({ dueAt: epochMs, rank: z.array(rankTerm), needs: z.string() }),
    }),
  ),
});
export type QueuePreview = z.infer<typeof previewAnswer>;
