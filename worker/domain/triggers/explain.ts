import type { TraceCondition, TraceRow } from '#domain/triggers/evaluate.ts';
import type { FactValue } from '#domain/triggers/fact.ts';
import { factLabel } from '#domain/triggers/fact-names.ts';

/** Longer values (a whole message) are cut in a sentence; the trace keeps them. */
const MAX_SHOWN_CHARS = 60;

/**
 * [T8] Why a decision came out as it did, one short sentence for each trigger that matched, waits for a fact, or had an action withheld.
 * Triggers that simply did not match are left out here; `explainRow` says of any one what would have had to differ.
 */
export function explain(trace: readonly TraceRow[]): string[] {
  return trace.filter((row) => row.outcome === 'matched' || row.outcome === 'pending').map(explainRow);
}

/** One trigger's sentence, whatever its outcome: the console's "why" and "why not". */
export function explainRow(row: TraceRow): string {
  switch (row.outcome) {
    case 'disabled':
      return `“${row.label}” is switched off.`;
    case 'pending': {
      const missing = row.conditions
        .filter((condition) => condition.outcome === 'pending')
        .map(({ fact }) => factLabel(fact));
      return missing.length === 0
        ? `“${row.label}” has no conditions that can be decided.`
        : `“${row.label}” cannot be decided yet; unknown: ${[...new Set(missing)].join(', ')}.`;
    }
    case 'not_matched': {
      const against = row.conditions.filter((condition) => !speaksFor(condition));
      return `“${row.label}” did not match: ${against.map(needed).join('; ')}.`;
    }
    case 'matched': {
      const reasons = row.conditions.filter(speaksFor).map(stated);
      return `“${row.label}” matched: ${reasons.join('; ')}.${sayWithheld(row)}`;
    }
  }
}

/** A sentence to go behind the others, or nothing: why a trigger that matched did not do all that it does. */
export function sayWithheld({ actions }: TraceRow): string {
  if (actions.some(({ withheld }) => withheld === 'ended')) return ' It did nothing: one above it ends the list.';
  return actions.some(({ withheld }) => withheld === 'claimed_fact')
    ? ' Rank was not changed: it rests on what the client claimed.'
    : '';
}

function speaksFor(condition: TraceCondition): boolean {
  return condition.outcome === (condition.negated ? 'not_matched' : 'matched');
}

function stated({ fact, op, value, negated, actual }: TraceCondition): string {
  const provenance = actual ? ` (${actual.provenance})` : '';
  if (op === 'exists') return `${factLabel(fact)}: ${negated ? 'not ' : ''}known${provenance}`;
  if (op === 'contains')
    return `${factLabel(fact)} ${negated ? 'does not mention' : 'mentions'} ${show(value)}${provenance}`;
  return `${factLabel(fact)}: ${show(actual?.value ?? null)}${provenance}`;
}

const OPERATOR_WORDS = {
  eq: 'be',
  neq: 'not be',
  gt: 'be above',
  gte: 'be at least',
  lt: 'be below',
  lte: 'be at most',
  in: 'be one of',
  contains: 'mention',
  exists: 'be known',
} as const;

function needed({ fact, op, value, negated, actual }: TraceCondition): string {
  const wanted = op === 'exists' ? '' : ` ${show(value)}`;
  const label = factLabel(fact);
  const is =
    actual === null
      ? `${label}: unknown`
      : op === 'contains'
        ? `${label} ${negated ? 'says it' : 'does not say it'}`
        : `${label}: ${show(actual.value)}`;
  return `${is}, would have to ${negated ? 'not ' : ''}${OPERATOR_WORDS[op]}${wanted}`;
}

function show(value: FactValue): string {
  if (Array.isArray(value)) return shorten(value.map((item) => `“${item}”`).join(', '));
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' ? `“${shorten(value)}”` : String(value);
}

function shorten(text: string): string {
  return text.length <= MAX_SHOWN_CHARS ? text : `${text.slice(0, MAX_SHOWN_CHARS - 1)}…`;
}
