import type { TraceCondition, TraceRow } from '#domain/triggers/evaluate.ts';
import { explainRow, sayWithheld } from '#domain/triggers/explain.ts';
import type { FactValue } from '#domain/triggers/fact.ts';
import type { FactName } from '#domain/triggers/fact-names.ts';
import { plural } from '../wording.ts';
import { factValue } from './describe.ts';

/** How a fact reads with its value. Facts that are not here, and values of another kind, stay as the kernel says them. */
const SENTENCES: Partial<Record<FactName, (value: FactValue) => string | null>> = {
  'message.wants_person': ofYesNo('the visitor asked for a person', 'the visitor did not ask for a person'),
  'message.frustration': ofNumber((n) => `frustration ${n.toFixed(2)} of 1`),
  'message.intent': ofText((text) => `the message is about ${factValue(text)}`),
  'message.intent_confidence': ofNumber((n) => `${Math.round(n * 100)} % sure of the topic`),
  'message.in_scope': ofYesNo('it is something supported here', 'it is nothing supported here'),
  'attempts.failed': ofNumber((n) => (n === 1 ? '1 answer that did not help' : `${n} answers that did not help`)),
  'conversation.repeat_contact': ofYesNo('the visitor wrote before', 'the visitor did not write before'),
  'conversation.age_minutes': ofNumber((n) => `the conversation began ${plural(n, 'minute')} ago`),
  'support.open': ofYesNo('support is within its hours', 'support is outside its hours'),
  'page.area': ofText((text) => `the page is in “${factValue(text)}”`),
  'page.path': ofText((text) => `the page is ${text}`),
  'page.language': ofText((text) => `the browser speaks ${text}`),
  'page.failed_requests': ofNumber((n) => `${plural(n, 'failed request')} on the page`),
  'page.errors': ofNumber((n) => `${plural(n, 'error')} on the page`),
  'page.rage_clicks': ofNumber((n) => `${plural(n, 'burst')} of impatient clicks on the page`),
  'page.dead_clicks': ofNumber((n) => `${plural(n, 'click')} without effect on the page`),
  'page.form_rejections': ofNumber((n) => `${plural(n, 'refused form')} on the page`),
  'account.tier': ofText((text) => `the tier is ${factValue(text)}`),
  'account.health': ofText((text) => `the account is ${factValue(text)}`),
  'account.contract_value': ofNumber((n) => `a contract of $${n.toLocaleString('en-US')} a year`),
  'account.renewal_in_days': ofNumber((n) => `${plural(n, 'day')} to renewal`),
  'account.open_dispute': ofYesNo('an open payment dispute', 'no open payment dispute'),
};

function ofNumber(say: (n: number) => string) {
  return (value: FactValue) => (typeof value === 'number' ? say(value) : null);
}
function ofText(say: (text: string) => string) {
  return (value: FactValue) => (typeof value === 'string' ? say(value) : null);
}
function ofYesNo(yes: string, no: string) {
  return (value: FactValue) => (typeof value === 'boolean' ? (value ? yes : no) : null);
}

/** "5 failed requests on the page (observed)". Null where the kernel's own words are the better ones. */
export function sayCondition({ fact, op, actual }: TraceCondition): string | null {
  if (actual === null || op === 'contains' || op === 'exists') return null;
  const sentence = Object.hasOwn(SENTENCES, fact) ? SENTENCES[fact as FactName]?.(actual.value) : null;
  return sentence == null ? null : `${sentence} (${actual.provenance})`;
}

/** The condition as it was evaluated, for whoever wants to look it up in the policy. */
export const rawCondition = ({ fact, op, value, negated, actual }: TraceCondition): string =>
  `${negated ? 'not ' : ''}${fact} ${op} ${JSON.stringify(value)}, was ${actual === null ? 'unknown' : JSON.stringify(actual.value)}`;

/** A trigger's outcome in words that need no key, with the raw form beside them. */
export function sayRow(row: TraceRow): { text: string; raw: string } {
  const raw = [row.triggerId, ...row.conditions.map(rawCondition)].join('\n');
  const deciding = row.conditions.filter(({ outcome, negated }) => outcome === (negated ? 'not_matched' : 'matched'));
  const said = deciding.map(sayCondition);
  // One that has no words of ours would stand beside the others like a foreigner.
  if (row.outcome !== 'matched' || said.length === 0 || said.includes(null)) return { text: explainRow(row), raw };
  return { text: `“${row.label}”: ${said.join(', ')}.${sayWithheld(row)}`, raw };
}
