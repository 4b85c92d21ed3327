import type { DecisionAction, TraceRow } from '#domain/triggers/evaluate.ts';
import { factLabel } from '#domain/triggers/fact-names.ts';
import { type FactChange, type Nearest, nearestChange } from '#domain/triggers/nearest.ts';
import { factValue } from './describe.ts';

/** What is counted, by its singular and plural. */
const COUNTED: Readonly<Record<string, readonly [string, string]>> = {
  'attempts.failed': ['answer that did not help', 'answers that did not help'],
  'conversation.age_minutes': ['minute of conversation', 'minutes of conversation'],
  'page.failed_requests': ['failed request', 'failed requests'],
  'page.errors': ['error on the page', 'errors on the page'],
  'page.rage_clicks': ['burst of impatient clicks', 'bursts of impatient clicks'],
  'page.repeated_failures': ['try that failed the same way', 'tries that failed the same way'],
  'page.dead_clicks': ['click without effect', 'clicks without effect'],
  'page.form_rejections': ['refused form', 'refused forms'],
};

/** What is or is not so: if it were, and if it were not. */
const YES_OR_NO: Readonly<Record<string, readonly [string, string]>> = {
  'message.wants_person': ['with a wish for a person', 'without the wish for a person'],
  'message.in_scope': ['about something supported here', 'about nothing supported here'],
  'conversation.repeat_contact': ['had they written about it before', 'had they not written about it before'],
  'account.open_dispute': ['with an open payment dispute', 'without the open payment dispute'],
};

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five'];

const THEN: Record<DecisionAction, string> = {
  none: 'nobody would have been brought in',
  clarify: 'it would have been asked back',
  offer_human: 'a person would have been offered',
  escalate: 'it would have been handed over',
};

/** [T15] The nearest change of a trace in words; null where there is none to tell. */
export function sayNearest(trace: readonly TraceRow[]): string | null {
  const nearest = nearestChange(trace);
  return nearest === null ? null : nearestWords(nearest);
}

/** [T15] "One failed request more, and a person would have been offered." */
export function nearestWords({ changes, action }: Nearest): string {
  const words = changes.map(changeWords).join(' and ');
  const joint = changes.some(({ to }) => typeof to === 'boolean') ? ',' : ', and';
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${joint} ${THEN[action]}.`;
}

function changeWords({ fact, from, to }: FactChange): string {
  const counted = Object.hasOwn(COUNTED, fact) ? COUNTED[fact] : undefined;
  if (counted !== undefined && typeof to === 'number') {
    const by = Math.abs(to - (typeof from === 'number' ? from : 0));
    return `${NUMBERS[by] ?? by} ${by === 1 ? counted[0] : counted[1]} ${to > Number(from ?? 0) ? 'more' : 'fewer'}`;
  }
  const label = factLabel(fact);
  if (fact === 'message.text')
    return typeof to === 'string' && to !== '' ? `“${lastWords(to, from)}” in the message` : 'a message in other words';
  const ifSo = Object.hasOwn(YES_OR_NO, fact) ? YES_OR_NO[fact] : undefined;
  if (ifSo !== undefined && typeof to === 'boolean') return ifSo[to ? 0 : 1];
  if (typeof to === 'boolean') return `“${label}”: ${to ? 'yes' : 'no'}`;
  return `${label} ${shown(to)}${from === null ? '' : ` instead of ${shown(from)}`}`;
}

/** The phrase that was put behind what was said. */
const lastWords = (to: string, from: FactChange['from']): string =>
  typeof from === 'string' && from !== '' && to.startsWith(`${from} `) ? to.slice(from.length + 1) : to;

function shown(value: FactChange['to']): string {
  if (value === null) return 'none';
  if (typeof value === 'number') return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toFixed(2);
  return `“${factValue(String(value))}”`;
}
