import { z } from 'zod';
import { SEVERITIES } from '#domain/escalation/escalation.ts';
import { DECISION_ACTIONS, type TraceRow, type TriggerDecision } from '#domain/triggers/evaluate.ts';
import { type Facts, type FactValue, PROVENANCES } from '#domain/triggers/fact.ts';
import {
  MAX_WHEN_DEPTH,
  OPERATORS,
  POLICY_STATUSES,
  TRIGGER_LAYERS,
  type Trigger,
  type TriggerAction,
  type When,
} from '#domain/triggers/policy.ts';
import type { PolicyEffect } from '#domain/triggers/policy-effect.ts';
import { isTooDeep } from '#domain/triggers/policy-problems.ts';
import { epochMs, MAX_MESSAGE_CHARS } from './primitives.ts';
import { settingsChanged } from './queue-settings.ts';

/** A policy with all its phrases; the limits of its parts are `policyProblems`. */
export const MAX_POLICY_BYTES = 512 * 1024;

const factValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()], {
  error: 'must be a text, a number, true or false, a list of texts, or null',
}) satisfies z.ZodType<FactValue>;

/** Conditions and groups, told apart by `kind`, so that what is wrong is said of the spot and not of the whole tree. */
const when: z.ZodType<When> = z
  .lazy(() =>
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('condition'),
        fact: z.string().max(64),
        op: z.enum(OPERATORS),
        value: factValue,
      }),
      z.strictObject({ kind: z.literal('all'), of: z.array(when) }),
      z.strictObject({ kind: z.literal('any'), of: z.array(when) }),
      z.strictObject({ kind: z.literal('not'), of: when }),
    ]),
  )
  .meta({ id: 'When' });

const action = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('escalate') }),
  z.strictObject({ do: z.literal('offer_human') }),
  z.strictObject({ do: z.literal('ask_clarifying') }),
  z.strictObject({ do: z.literal('set_queue'), queue: z.string().max(64) }),
  z.strictObject({ do: z.literal('set_severity'), severity: z.enum(SEVERITIES) }),
  z.strictObject({ do: z.literal('add_skill'), skill: z.string() }),
  z.strictObject({
    do: z.literal('set_class'),
    class: z.literal([0, 1]),
  }),
  z.strictObject({ do: z.literal('block_auto_answer') }),
]) satisfies z.ZodType<TriggerAction>;

const trigger = z.strictObject({
  id: z.string(),
  label: z.string(),
  layer: z.enum(TRIGGER_LAYERS),
  when,
  actions: z.array(action),
  enabled: z.boolean(),
  ends: z.literal(true).optional(),
}) satisfies z.ZodType<Trigger>;

/** Looked at before it is walked: what is nested a thousand deep must be a refusal, and not the end of the stack. */
export const policyTriggers = z.preprocess((value, context) => {
  if (!isTooDeep(value)) return value;
  context.issues.push({ code: 'custom', message: `groups are nested at most ${MAX_WHEN_DEPTH} deep`, input: null });
  return z.NEVER;
}, z.array(trigger));

const reason = z.string().trim().min(1).max(300);

/** `POST /v1/policies`: a new draft, made from the version `parent`. */
export const policyDraft = z.strictObject({ triggers: policyTriggers, parent: z.number().int().min(1), reason });

/** What a version may be brought to. From a former one `active` goes back to it, as a new version. */
export const POLICY_MOVES = ['draft', 'shadow', 'active'] as const;

/** `POST /v1/policies/:version/status`: `active` is the version that was in force when this was decided. */
export const policyMove = z.strictObject({ to: z.enum(POLICY_MOVES), active: z.number().int().min(1), reason });

export const policyVersion = z.object({
  version: z.number().int(),
  /** The version that it was made from; null for the first. */
  parent: z.number().int().nullable(),
  author: z.string(),
  reason: z.string(),
  status: z.enum(POLICY_STATUSES),
  createdAt: epochMs,
  /** Who brought it to its status, and when; null when nobody has yet. */
  changed: settingsChanged.nullable(),
  triggers: z.number().int(),
});
export type PolicyVersion = z.infer<typeof policyVersion>;

const queueName = z.object({ slug: z.string(), name: z.string() });

/** `GET /v1/policies`: the newest first. */
export const policiesAnswer = z.object({
  active: z.number().int(),
  versions: z.array(policyVersion),
  queues: z.array(queueName),
  /** Evaluations that are kept: what an effect can be looked up in. */
  recorded: z.number().int(),
});
export type PoliciesAnswer = z.infer<typeof policiesAnswer>;

const decision = z.object({
  action: z.enum(DECISION_ACTIONS),
  because: z.array(z.string()),
  queue: z.string().nullable(),
  severity: z.enum(SEVERITIES).nullable(),
  skills: z.array(z.string()),
  class: z.literal([0, 1]),
  blockAutoAnswer: z.boolean(),
}) satisfies z.ZodType<TriggerDecision>;

const example = z.object({
  conversationId: z.string(),
  subject: z.string().nullable(),
  at: epochMs,
  was: decision,
  now: decision,
});

/** `GET /v1/policies/:version`, `POST /v1/policies` and `POST /v1/policies/:version/status` */
export const policyAnswer = z.object({
  version: policyVersion,
  triggers: z.array(trigger),
  /** What it decided beside the one in force; null when it never ran in shadow. */
  shadow: z.object({ looked: z.number().int(), otherwise: z.number().int(), examples: z.array(example) }).nullable(),
});
export type PolicyAnswer = z.infer<typeof policyAnswer>;

const tried = z.strictObject({
  value: factValue,
  provenance: z.enum(PROVENANCES).default('observed'),
});

/**
 * `POST /v1/policies/try`: the test bench. `messages` are a visitor's, oldest first: the last one is read as a turn would, and what it says is among the facts; `facts`
 * come on top.
 */
export const policyTry = z.strictObject({
  triggers: policyTriggers,
  messages: z.array(z.string().trim().min(1).max(MAX_MESSAGE_CHARS)).max(20).default([]),
  facts: z.record(z.string().max(64), tried).default({}),
});
export const policyTried = z.object({
  decision,
  trace: z.array(z.custom<TraceRow>((value) => typeof value === 'object')),
  facts: z.custom<Facts>((value) => typeof value === 'object'),
});
export type PolicyTried = z.infer<typeof policyTried>;

/** `POST /v1/policies/effect` */
export const policyEffectAsked = z.strictObject({ triggers: policyTriggers });
export const policyEffectAnswer = z.object({
  looked: z.number().int(),
  otherwise: z.number().int(),
  moves: z.array(z.object({ from: z.enum(DECISION_ACTIONS), to: z.enum(DECISION_ACTIONS), count: z.number().int() })),
  triggers: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      how: z.enum(['now', 'no_longer', 'otherwise']),
      count: z.number().int(),
    }),
  ),
  examples: z.array(example),
}) satisfies z.ZodType<PolicyEffect>;
