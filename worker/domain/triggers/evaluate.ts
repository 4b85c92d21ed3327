import { SEVERITIES, type Severity } from '#domain/escalation/escalation.ts';
import { unreachable } from '#domain/result.ts';
import { containsPhrase } from '#domain/triggers/contains-phrase.ts';
import type { Fact, Facts, FactValue } from '#domain/triggers/fact.ts';
import {
  type Condition,
  EXPLICIT_WISH,
  MAX_WHEN_DEPTH,
  type Operator,
  type Policy,
  type RankClass,
  type Trigger,
  type TriggerAction,
  type TriggerLayer,
  type When,
} from '#domain/triggers/policy.ts';

/** Three answers, because "no" and "cannot know yet" lead to different sentences for the admin. */
export type ConditionOutcome = 'matched' | 'not_matched' | 'pending';
export type TriggerOutcome = ConditionOutcome | 'disabled';

/** The fact as it was, whole: the trace must be enough to decide again. */
export type TraceCondition = {
  fact: string;
  op: Operator;
  value: FactValue;
  /** Inside an odd number of NOTs: the trigger wants this condition to fail. */
  negated: boolean;
  actual: Fact | null;
  outcome: ConditionOutcome;
};

/** `claimed_fact`: it would move rank, and without the client's claims the trigger would not have matched. */
export type TraceAction = { action: TriggerAction; fired: boolean; withheld: 'claimed_fact' | null };

export type TraceRow = {
  triggerId: string;
  label: string;
  layer: TriggerLayer;
  outcome: TriggerOutcome;
  conditions: TraceCondition[];
  actions: TraceAction[];
};

export const DECISION_ACTIONS = ['none', 'clarify', 'offer_human', 'escalate'] as const;
export type DecisionAction = (typeof DECISION_ACTIONS)[number];

export type TriggerDecision = {
  action: DecisionAction;
  /** Triggers that gave this decision anything it has, those that chose the action first. */
  because: string[];
  queue: string | null;
  severity: Severity | null;
  skills: string[];
  class: RankClass;
  blockAutoAnswer: boolean;
};

export type Evaluation = { decision: TriggerDecision; trace: TraceRow[] };

/**
 * [T1] What a policy says about the facts, and why. Pure and total: the same facts give the same decision, in any runtime, for ever,
 * because stored traces are evaluated again when an admin asks why.
 */
export function evaluate(policy: Pick<Policy, 'triggers'>, facts: Facts): Evaluation {
  const trace = triggersInForce(policy.triggers).map((trigger) => judge(trigger, facts));
  return { decision: decideFrom(trace), trace };
}

/** [T2] The facts a trace was made of. `evaluate(policy, factsOf(trace))` is that trace again. */
export function factsOf(trace: readonly TraceRow[]): Facts {
  const facts: Record<string, Fact> = Object.create(null);
  for (const row of trace) {
    for (const condition of row.conditions) if (condition.actual) facts[condition.fact] = condition.actual;
  }
  return facts;
}

/** [T3] The explicit wish comes first and is always in force; a policy's trigger of that id only adds actions to it. */
function triggersInForce(triggers: readonly Trigger[]): Trigger[] {
  const extra = triggers
    .filter((trigger) => trigger.id === EXPLICIT_WISH.id && trigger.enabled)
    .flatMap((trigger) => trigger.actions.filter((action) => attention(action) === null));
  const wish = { ...EXPLICIT_WISH, actions: [...EXPLICIT_WISH.actions, ...extra] };
  return [wish, ...triggers.filter((trigger) => trigger.id !== EXPLICIT_WISH.id)];
}

function judge(trigger: Trigger, facts: Facts): TraceRow {
  const { id: triggerId, label, layer } = trigger;
  if (!trigger.enabled) return { triggerId, label, layer, outcome: 'disabled', conditions: [], actions: [] };
  const conditions: TraceCondition[] = [];
  const outcome = weigh(trigger.when, facts, { conditions, negated: false, depth: 0, ignoreClaims: false });
  const provenWithoutClaims =
    outcome === 'matched' &&
    weigh(trigger.when, facts, { conditions: [], negated: false, depth: 0, ignoreClaims: true }) === 'matched';
  const actions = trigger.actions.map((action): TraceAction => {
    if (outcome !== 'matched') return { action, fired: false, withheld: null };
    if (movesRank(action) && !provenWithoutClaims) return { action, fired: false, withheld: 'claimed_fact' };
    return { action, fired: true, withheld: null };
  });
  return { triggerId, label, layer, outcome, conditions, actions };
}

type Walk = { conditions: TraceCondition[]; negated: boolean; depth: number; ignoreClaims: boolean };

/**
 * [T4] Kleene's three-valued logic: a group is pending only when the missing facts could still change it. An empty group says nothing, so
 * it is pending and can never act. [T6] With `ignoreClaims` a claimed fact counts as unknown (also under NOT and `exists`), which
 * asks exactly: would this still hold if the client had told us nothing?
 */
function weigh(when: When, facts: Facts, walk: Walk): ConditionOutcome {
  if (walk.depth > MAX_WHEN_DEPTH) return 'pending';
  const deeper = { ...walk, depth: walk.depth + 1 };
  switch (when.kind) {
    case 'condition':
      return weighCondition(when, facts, walk);
    case 'not': {
      const inner = weigh(when.of, facts, { ...deeper, negated: !walk.negated });
      return inner === 'pending' ? 'pending' : inner === 'matched' ? 'not_matched' : 'matched';
    }
    // Every branch is walked even when the answer is known: the trace shows the admin all of it.
    case 'all': {
      const parts = when.of.map((part) => weigh(part, facts, deeper));
      if (parts.includes('not_matched')) return 'not_matched';
      return parts.length === 0 || parts.includes('pending') ? 'pending' : 'matched';
    }
    case 'any': {
      const parts = when.of.map((part) => weigh(part, facts, deeper));
      if (parts.includes('matched')) return 'matched';
      return parts.length === 0 || parts.includes('pending') ? 'pending' : 'not_matched';
    }
    default:
      return unreachable(when);
  }
}

function weighCondition(condition: Condition, facts: Facts, walk: Walk): ConditionOutcome {
  const { fact, op, value } = condition;
  // hasOwn: a fact called `constructor` must be missing, not a function.
  const actual = Object.hasOwn(facts, fact) ? (facts[fact] ?? null) : null;
  const hidden = walk.ignoreClaims && actual?.provenance === 'claimed';
  const outcome = hidden ? 'pending' : compare(op, actual, value);
  walk.conditions.push({ fact, op, value, negated: walk.negated, actual, outcome });
  return outcome;
}

/** A missing fact is pending, and so is a number that is none: NaN must never pass as "not equal to 3". `null` is a known nothing. */
function compare(op: Operator, actual: Fact | null, wanted: FactValue): ConditionOutcome {
  if (op === 'exists') return actual !== null && actual.value !== null ? 'matched' : 'not_matched';
  if (actual === null) return 'pending';
  const { value } = actual;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'pending';
  return holds(op, value, wanted) ? 'matched' : 'not_matched';
}

function holds(op: Exclude<Operator, 'exists'>, value: FactValue, wanted: FactValue): boolean {
  switch (op) {
    case 'eq':
      return isSame(value, wanted);
    case 'neq':
      return !isSame(value, wanted);
    // Numbers only: comparing words by alphabet has no meaning an admin would expect.
    case 'gt':
      return typeof value === 'number' && typeof wanted === 'number' && value > wanted;
    case 'gte':
      return typeof value === 'number' && typeof wanted === 'number' && value >= wanted;
    case 'lt':
      return typeof value === 'number' && typeof wanted === 'number' && value < wanted;
    case 'lte':
      return typeof value === 'number' && typeof wanted === 'number' && value <= wanted;
    case 'in':
      return Array.isArray(wanted) && listOf(value).some((item) => wanted.includes(item));
    case 'contains':
      return listOf(value).some((text) => containsPhrase(text, listOf(wanted)));
    default:
      return unreachable(op);
  }
}

function listOf(value: FactValue): string[] {
  if (Array.isArray(value)) return value;
  return value === null ? [] : [String(value)];
}

function isSame(a: FactValue, b: FactValue): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => item === b[i]);
  return a === b;
}

/** What an action asks of the conversation, or null when it only says where or how the work goes. */
function attention(action: TriggerAction): Exclude<DecisionAction, 'none'> | null {
  switch (action.do) {
    case 'escalate':
      return 'escalate';
    case 'offer_human':
      return 'offer_human';
    case 'ask_clarifying':
      return 'clarify';
    case 'set_queue':
    case 'set_severity':
    case 'add_skill':
    case 'set_class':
    case 'block_auto_answer':
      return null;
    default:
      return unreachable(action);
  }
}

/** [T6] Severity sets the target time and class outranks everything: these two are rank. A queue is a place, and may follow a claim. */
function movesRank(action: TriggerAction): boolean {
  return action.do === 'set_severity' || action.do === 'set_class';
}

/**
 * [T7] Matched triggers add up: the strongest call for attention, the highest severity, the most critical class, every skill once, and
 * the queue of the first trigger that names one (order in the policy is the admin's own).
 */
function decideFrom(trace: readonly TraceRow[]): TriggerDecision {
  const fired = trace.flatMap((row) =>
    row.actions.filter(({ fired }) => fired).map(({ action }) => ({ triggerId: row.triggerId, action })),
  );
  const action = DECISION_ACTIONS.findLast((level) => fired.some((one) => attention(one.action) === level)) ?? 'none';
  const decision: TriggerDecision = {
    action,
    because: [],
    queue: null,
    severity: null,
    skills: [],
    class: 1,
    blockAutoAnswer: false,
  };
  for (const { action: one } of fired) {
    if (one.do === 'set_queue') decision.queue ??= one.queue;
    if (one.do === 'set_severity' && isAbove(one.severity, decision.severity)) decision.severity = one.severity;
    if (one.do === 'set_class' && one.class < decision.class) decision.class = one.class;
    if (one.do === 'add_skill' && !decision.skills.includes(one.skill)) decision.skills.push(one.skill);
    if (one.do === 'block_auto_answer') decision.blockAutoAnswer = true;
  }
  const chose = fired.filter((one) => attention(one.action) === action);
  const gave = fired.filter((one) => attention(one.action) === null && isIn(decision, one.action));
  decision.because = [...new Set([...chose, ...gave].map((one) => one.triggerId))];
  return decision;
}

function isAbove(severity: Severity, current: Severity | null): boolean {
  return current === null || SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(current);
}

function isIn(decision: TriggerDecision, action: TriggerAction): boolean {
  switch (action.do) {
    case 'set_queue':
      return decision.queue === action.queue;
    case 'set_severity':
      return decision.severity === action.severity;
    case 'set_class':
      return decision.class === action.class;
    default:
      return true;
  }
}
