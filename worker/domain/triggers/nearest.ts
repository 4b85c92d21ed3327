import {
  type DecisionAction,
  evaluate,
  factsOf,
  type TraceCondition,
  type TraceRow,
  type TraceShape,
} from '#domain/triggers/evaluate.ts';
import type { Fact, Facts, FactValue } from '#domain/triggers/fact.ts';
import { isFactName } from '#domain/triggers/fact-names.ts';
import { FACT_TYPES } from '#domain/triggers/fact-types.ts';
import { EXPLICIT_WISH, type Trigger, type When } from '#domain/triggers/policy.ts';

/** One fact as it would have had to be for a condition to come out the other way. `from` is null where nothing was known. */
export type FactChange = { fact: string; op: TraceCondition['op']; from: FactValue; wasKnown: boolean; to: FactValue };

export type Nearest = { changes: FactChange[]; action: DecisionAction };

/** Evaluations that are tried at most: a browser does as many within a blink. */
const MAX_TRIED = 3000;

/** What is measured moves in such steps. */
const STEP = 0.01;

/**
 * [T15] The smallest change that would have led to another action: one fact, or two, each to the nearest value at which one of the trace's conditions comes out the other way. All
 * conditions on that fact are asked anew, so nothing impossible is told. Of several equally small ones the one that asks least of the world. Null when two do not
 * suffice, in traces of older versions, and where looking would take too long.
 */
export function nearestChange(trace: readonly TraceRow[]): Nearest | null {
  const triggers = triggersOf(trace);
  if (triggers === null) return null;
  const facts = factsOf(trace);
  const was = evaluate({ triggers }, facts).decision.action;
  const changes = changesOf(trace).sort((a, b) => costOf(a) - costOf(b));
  let tried = 0;
  const outcomeOf = (of: readonly FactChange[]): DecisionAction => {
    tried += 1;
    return evaluate({ triggers }, withChanges(facts, of)).decision.action;
  };
  for (const change of changes) {
    if (tried >= MAX_TRIED) return null;
    const action = outcomeOf([change]);
    if (action !== was) return { changes: [change], action };
  }
  // The cheapest pair is found first when they are tried by their sum.
  const pairs = changes.flatMap((a, i) =>
    changes.slice(i + 1).flatMap((b) => (a.fact === b.fact ? [] : [{ of: [a, b], cost: costOf(a) + costOf(b) }])),
  );
  pairs.sort((a, b) => a.cost - b.cost);
  for (const { of } of pairs) {
    if (tried >= MAX_TRIED) return null;
    const action = outcomeOf(of);
    if (action !== was) return { changes: of, action };
  }
  return null;
}

/** [T2] The policy that made this trace, as far as the trace tells of it; null where it does not tell how conditions hang together. */
export function triggersOf(trace: readonly TraceRow[]): Trigger[] | null {
  const triggers: Trigger[] = [];
  for (const { triggerId: id, label, layer, outcome, conditions, shape, actions, ends } of trace) {
    if (outcome === 'disabled') continue;
    const when = shape === undefined ? null : whenOf(shape, conditions);
    if (when === null) return null;
    triggers.push({
      id,
      label,
      layer,
      when,
      actions: actions.map(({ action }) => action),
      enabled: true,
      ...(ends ? { ends } : {}),
    });
  }
  return triggers;
}

function whenOf(shape: TraceShape, conditions: readonly TraceCondition[]): When | null {
  if (typeof shape === 'number') {
    const one = conditions[shape];
    return one === undefined ? null : { kind: 'condition', fact: one.fact, op: one.op, value: one.value };
  }
  // Cut off where it was kept.
  if (typeof shape !== 'object' || shape === null) return null;
  if ('not' in shape) {
    const of = whenOf(shape.not, conditions);
    return of === null ? null : { kind: 'not', of };
  }
  const [kind, parts] = 'all' in shape ? (['all', shape.all] as const) : (['any', shape.any] as const);
  if (!Array.isArray(parts)) return null;
  const of = parts.map((part) => whenOf(part, conditions));
  return of.includes(null) ? null : { kind, of: of as When[] };
}

/** Every change that turns one condition around; each once. */
export function changesOf(trace: readonly TraceRow[]): FactChange[] {
  const found = new Map<string, FactChange>();
  for (const { conditions } of trace) {
    for (const { fact, op, value, actual, outcome } of conditions) {
      for (const to of valuesFor(op, value, actual, outcome !== 'matched')) {
        if (!isPossible(fact, to)) continue;
        const change = { fact, op, from: actual?.value ?? null, wasKnown: actual !== null, to };
        found.set(JSON.stringify([fact, to]), found.get(JSON.stringify([fact, to])) ?? change);
      }
    }
  }
  return [...found.values()];
}

/** The nearest values at which a condition holds (or does not); none where there are none to name. */
function valuesFor(op: TraceCondition['op'], value: FactValue, actual: Fact | null, holds: boolean): FactValue[] {
  const now = actual?.value ?? null;
  switch (op) {
    case 'gte':
    case 'lt':
      return typeof value !== 'number' ? [] : [(op === 'gte') === holds ? value : below(value, now)];
    case 'gt':
    case 'lte':
      return typeof value !== 'number' ? [] : [(op === 'gt') === holds ? above(value, now) : value];
    case 'eq':
    case 'neq': {
      if ((op === 'eq') === holds) return [value];
      if (typeof value === 'boolean') return [!value];
      if (typeof value === 'number') return [below(value, now), above(value, now)];
      return value === null ? [] : [null];
    }
    case 'in':
      return holds ? (Array.isArray(value) ? value.slice(0, 1) : []) : [null];
    case 'contains': {
      if (!holds) return [''];
      const phrase = Array.isArray(value) ? value[0] : value;
      if (typeof phrase !== 'string' || phrase.trim() === '') return [];
      return [typeof now === 'string' && now !== '' ? `${now} ${phrase}` : phrase];
    }
    case 'exists':
      // Of what nobody knows there is no value to name.
      return holds ? [] : [null];
  }
}

const stepOf = (value: number, now: FactValue): number =>
  Number.isInteger(value) && (typeof now !== 'number' || Number.isInteger(now)) ? 1 : STEP;
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;
const below = (value: number, now: FactValue): number => rounded(value - stepOf(value, now));
const above = (value: number, now: FactValue): number => rounded(value + stepOf(value, now));

/** No count is below nothing. */
function isPossible(fact: string, to: FactValue): boolean {
  if (!isFactName(fact) || typeof to !== 'number') return true;
  const type = FACT_TYPES[fact];
  if (type.kind !== 'number') return false;
  return to >= type.min && (type.max === null || to <= type.max) && (!type.isWhole || Number.isInteger(to));
}

/** How much of the world it asks for: a count by its steps, a share by its tenths; other words are a lot, and asking for a person says it all. */
export function costOf({ fact, from, to, wasKnown }: FactChange): number {
  if (fact === EXPLICIT_FACT) return 1000;
  const unknown = wasKnown ? 0 : 2;
  if (typeof to === 'number') {
    const distance = Math.abs(to - (typeof from === 'number' ? from : 0));
    const isCount = isFactName(fact) && FACT_TYPES[fact].kind === 'number' && FACT_TYPES[fact].isWhole;
    return unknown + (isCount ? Math.min(distance, 100) : Math.min(distance * 10, 100));
  }
  if (typeof to === 'boolean') return unknown + 3;
  return unknown + (isFactName(fact) && FACT_TYPES[fact].kind === 'text' ? 20 : 5);
}
const EXPLICIT_FACT = EXPLICIT_WISH.when.kind === 'condition' ? EXPLICIT_WISH.when.fact : '';

/** The facts with these as they would have had to be; who vouches for them stays. */
export function withChanges(facts: Facts, changes: readonly FactChange[]): Facts {
  const changed: Record<string, Fact> = { ...facts };
  for (const { fact, to } of changes)
    changed[fact] = { ...(facts[fact] ?? { provenance: 'observed', at: 0, source: 'imagined' }), value: to };
  return changed;
}
