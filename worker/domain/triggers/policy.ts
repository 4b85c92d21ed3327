import type { Severity } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import type { FactValue } from '#domain/triggers/fact.ts';

/** Where a trigger's knowledge comes from: configured words and numbers, a model's estimates, or the page and the account. */
export const TRIGGER_LAYERS = ['rules', 'model', 'context'] as const;
export type TriggerLayer = (typeof TRIGGER_LAYERS)[number];

export const OPERATORS = ['eq', 'neq', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'exists'] as const;
export type Operator = (typeof OPERATORS)[number];

/** 0 is critical (a suspected data breach), 1 is everything else; a class outranks any waiting time. */
export type RankClass = 0 | 1;

/**
 * One question about one fact. `in` takes a list; `contains` takes a phrase or a list of phrases of which one suffices; `exists`
 * ignores its value.
 */
export type Condition = { kind: 'condition'; fact: string; op: Operator; value: FactValue };

/** Conditions and groups. Plain data, so a policy is a JSON column and an editor's tree at once. */
export type When = Condition | { kind: 'all'; of: When[] } | { kind: 'any'; of: When[] } | { kind: 'not'; of: When };

export type TriggerAction =
  | { do: 'escalate' }
  | { do: 'offer_human' }
  | { do: 'ask_clarifying' }
  | { do: 'set_queue'; queue: string }
  | { do: 'set_severity'; severity: Severity }
  | { do: 'add_skill'; skill: string }
  | { do: 'set_class'; class: RankClass }
  | { do: 'block_auto_answer' };

export type Trigger = {
  id: string;
  label: string;
  layer: TriggerLayer;
  when: When;
  actions: TriggerAction[];
  enabled: boolean;
  /** [T17] Where it matches it is the last one that counts: nothing below it does anything. */
  ends?: true;
};

/** `former` was in force and made way for a newer one; `rolled_back` was, and was taken back. */
export const POLICY_STATUSES = ['draft', 'shadow', 'active', 'former', 'rolled_back'] as const;
export type PolicyStatus = (typeof POLICY_STATUSES)[number];

/** One immutable version. A change is a new row whose `parent` is this one, so every move can be explained and undone. */
export type Policy = {
  id: string;
  version: number;
  /** The id of the version this one was made from; null for the first. */
  parent: string | null;
  /** A person's name, or `auto` when learning proposed it. */
  author: string;
  reason: string;
  status: PolicyStatus;
  createdAt: EpochMs;
  triggers: Trigger[];
};

/** Groups nested deeper than this are not looked into: they stay pending, so a runaway tree can never act. */
export const MAX_WHEN_DEPTH = 16;

/**
 * [T3] The one trigger that is code and not data: whoever asks for a person gets one. A policy may give it more actions (a queue, a
 * skill) under the same id; it cannot disable it, narrow it or soften it.
 */
export const EXPLICIT_WISH: Trigger = {
  id: 'explicit_wish',
  label: 'Asked for a person',
  layer: 'rules',
  when: { kind: 'condition', fact: 'message.wants_person', op: 'eq', value: true },
  actions: [{ do: 'escalate' }],
  enabled: true,
};
