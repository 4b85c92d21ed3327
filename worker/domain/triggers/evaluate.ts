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

/** `claimed_fact`: it would move rank, and without the client's claims the trigger would not have matched. `ended`: a trigger above it ends the list. */
export type TraceAction = { action: TriggerAction; fired: boolean; withheld: 'claimed_fact' | 'ended' | null };

/** How a row's conditions hang together, by their place in its list. Those too deep to be looked into are null. */
export type TraceShape = number | null | { all: TraceShape[] } | { any: TraceShape[] } | { not: TraceShape };

export type TraceRow = {
  triggerId: string;
  label: string;
  layer: TriggerLayer;
  outcome: TriggerOutcome;
  conditions: TraceCondition[];
  /** Absent in what older versions stored, and where nothing was asked. */
  shape?: TraceShape;
  actions: TraceAction[];
  ends?: true;
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
  // Own names only: a fact called `constructor` must be missing, not a function.
  const known: Known = new Map(Object.entries(facts));
  let hasEnded = false;
  const trace = triggersInForce(policy.triggers).map((trigger) => {
    const row = judge(trigger, known);
    if (!hasEnded) {
      hasEnded = row.outcome === 'matched' && row.ends === true;
      return row;
    }
    // [T17] Judged all the same, so that the admin sees what it would have done.
    return {
      ...row,
      actions: row.actions.map(
        ({ action }): TraceAction => ({ action, fired: false, withheld: row.outcome === 'matched' ? 'ended' : null }),
      ),
    };
  });
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

type Known = ReadonlyMap<string, Fact | undefined>;

function judge(trigger: Trigger, facts: Known): TraceRow {
  const { id: triggerId, label, layer } = trigger;
  if (!trigger.enabled) return { triggerId, label, layer, outcome: 'disabled', conditions: [], actions: [] };
  const ends = trigger.ends ? ({ ends: true } as const) : {};
  const conditions: TraceCondition[] = [];
  const outcome = weigh(trigger.when, facts, conditions);
  const provenWithoutClaims =
    outcome === 'matched' && trigger.actions.some(movesRank) && weigh(trigger.when, facts, null) === 'matched';
  const actions = trigger.actions.map((action): TraceAction => {
    if (outcome !== 'matched') return { action, fired: false, withheld: null };
    if (movesRank(action) && !provenWithoutClaims) return { action, fired: false, withheld: 'claimed_fact' };
    return { action, fired: true, withheld: null };
  });
  return { triggerId, label, layer, outcome, conditions, shape: shapeOf(trigger.when, { next: 0 }), actions, ...ends };
}

/** In the order in which `weigh` writes conditions down. */
function shapeOf(when: When, place: { next: number }, depth = 0): TraceShape {
  if (depth > MAX_WHEN_DEPTH) return null;
  switch (when.kind) {
    case 'condition':
      return place.next++;
    case 'not':
      return { not: shapeOf(when.of, place, depth + 1) };
    case 'all':
      return { all: when.of.map((part) => shapeOf(part, place, depth + 1)) };
    case 'any':
      return { any: when.of.map((part) => shapeOf(part, place, depth + 1)) };
    default:
      return unreachable(when);
  }
}

/**
 * [T4] Kleene's three-valued logic: a group is pending only when the missing facts could still change it. An empty group says nothing, so
 * it is pending and can never act. Without a `trace` to write to it asks [T6]: would this still hold if the client had told us nothing? A claimed fact then counts as
 * unknown, also under NOT and `exists`.
 */
function weigh(when: When, facts: Known, trace: TraceCondition[] | null, negated = false, depth = 0): ConditionOutcome {
  if (depth > MAX_WHEN_DEPTH) return 'pending';
  switch (when.kind) {
    case 'condition':
      return weighCondition(when, facts, trace, negated);
    case 'not': {
      const inner = weigh(when.of, facts, trace, !negated, depth + 1);
      return inner === 'pending' ? 'pending' : inner === 'matched' ? 'not_matched' : 'matched';
    }
    // Every branch is walked even when the answer is known: the trace shows the admin all of it.
    case 'all':
    case 'any': {
      const decides = when.kind === 'all' ? 'not_matched' : 'matched';
      let isDecided = false;
      let isPending = when.of.length === 0;
      for (const part of when.of) {
        const outcome = weigh(part, facts, trace, negated, depth + 1);
        if (outcome === decides) isDecided = true;
        else if (outcome === 'pending') isPending = true;
      }
      if (isDecided) return decides;
      return isPending ? 'pending' : decides === 'matched' ? 'not_matched' : 'matched';
    }
    default:
      return unreachable(when);
  }
}

function weighCondition(
  { fact, op, value }: Condition,
  facts: Known,
  trace: TraceCondition[] | null,
  negated: boolean,
): ConditionOutcome {
  const actual = facts.get(fact) ?? null;
  const isHidden = trace === null && actual?.provenance === 'claimed';
  const outcome = isHidden ? 'pending' : compare(op, actual, value);
  trace?.push({ fact, op, value, negated, actual, outcome });
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
  const fired: { triggerId: string; action: TriggerAction }[] = [];
  let level = 0;
  for (const { triggerId, outcome, actions } of trace) {
    if (outcome !== 'matched') continue;
    for (const { action, fired: hasFired } of actions) {
      if (!hasFired) continue;
      fired.push({ triggerId, action });
      level = Math.max(level, DECISION_ACTIONS.indexOf(attention(action) ?? 'none'));
    }
  }
  const action = DECISION_ACTIONS[level] as DecisionAction;
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
