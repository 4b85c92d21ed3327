import type { BundleAttempt, ContextBundle, Field } from '#domain/bundle/bundle.ts';
import type { ContextEntry } from '#domain/page/page.ts';
import type { Provenance } from '#domain/triggers/fact.ts';
import type { GateReason } from '../../../worker/assist/gate.ts';
import type { NoDraft } from '../../../worker/assist/ports.ts';
import { percent, plural, sentenceOf, withoutMarks } from '../wording.ts';

type Signals = ContextBundle['signals'] extends Field<infer T> ? T : never;

/** The answer to "why is this here?", in one sentence. */
export function decisionLine(bundle: ContextBundle): string {
  if (bundle.triggers.status === 'missing') return `Handed over to a person; ${bundle.triggers.reason}.`;
  const { decision, trace } = bundle.triggers.value;
  const chose = trace.filter(({ actions }) => actions.some(({ fired, action }) => fired && action.do === 'escalate'));
  const words = (chose.length > 0 ? chose.map(({ label }) => lowerFirst(label)).join(' and ') : decision).replace(
    /\.$/,
    '',
  );
  const place = bundle.routing.status === 'present' ? ` to ${bundle.routing.value.queue}` : '';
  const trouble = bundle.recording.status === 'present' ? bundle.recording.value.momentOfTrouble : null;
  const before = trouble === null ? '' : ` Before that: ${lowerFirst(withoutMarks(trouble.because))}.`;
  return `Handed over${place}: ${words}.${before}`;
}

/** Names of methods and the like keep their capitals: only a word that goes on in small letters begins with one by chance. */
const lowerFirst = (text: string): string =>
  /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;

/** Facts as systems write them, for people: `at_risk`, `84000`, `2026-12-18`. */
export function factValue(value: string): string {
  if (/^\d{4}-\d\d-\d\d(?:T[\d:.]+Z)?$/.test(value) && Number.isFinite(Date.parse(value)))
    return new Date(value).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  if (/^[a-z]+(?:_[a-z]+)+$/.test(value)) return value.replaceAll('_', ' ');
  return /^\d{4,15}$/.test(value) ? Number(value).toLocaleString('en-US') : value;
}

/** What became of an attempt. Where nothing was good enough a question or an apology went out instead, unless a person was asked at once. */
export function attemptWords({ kind, outcome }: Pick<BundleAttempt, 'kind' | 'outcome'>, isSaid: boolean): string {
  switch (kind) {
    case 'answer':
      return outcome === 'sent' ? 'Answered' : 'Had an answer, held back';
    case 'clarify':
      return isSaid ? 'Asked back instead' : 'Would have asked back; a person was asked instead';
    case 'none':
      return isSaid ? 'Said that it had no answer' : 'Had no answer; a person was asked instead';
    default:
      return kind satisfies never;
  }
}

const NOT_THEIRS: Record<NoDraft | Exclude<GateReason, 'ok'>, string> = {
  resting: 'it had just failed and was left alone',
  over_cap: 'what a model may cost in a day is used up',
  uncounted: 'what it costs could not be counted',
  slow: 'it did not answer in time',
  busy: 'it had no capacity',
  failed: 'it failed',
  cut_short: 'its answer had no end',
  empty: 'it wrote nothing',
  uncited: 'it did not say which article it wrote from',
  foreign_content: 'its answer held something that the articles do not',
  not_judged: 'nobody could check its answer',
  missing_verdict: 'nobody could check its answer',
  not_grounded: 'its answer does not stand on the articles',
  low_coverage: 'it answered too little of the question',
  low_confidence: 'no article was near enough to be sure',
  repeated_answer: 'it would have said the same again',
  blocked_by_policy: 'the policy wants a person to answer this',
  abandoned: 'the visitor wrote on',
};

/** [G38] How sure it had to be, and why; empty in what older versions stored. */
export function neededWords({ needed }: Pick<BundleAttempt['verdict'], 'needed'>): string {
  if (needed === undefined) return '';
  const because = needed.because.length === 0 ? '' : `: ${needed.because.join(', ')}`;
  return ` of ${percent(needed.confidence)} needed${because}`;
}

/** Who wrote an answer, where a model did or was asked to, and what it called on the way; null where only the articles' own words came into question. */
export function writerWords({
  by,
  insteadOf,
  tools = [],
  suggests,
}: Pick<BundleAttempt, 'by' | 'insteadOf' | 'tools' | 'suggests'>): string | null {
  const called = tools
    .map(
      ({ name, calls, refused }) => `${name.replace('_', ' ')} ×${calls}${refused > 0 ? ` (${refused} refused)` : ''}`,
    )
    .join(', ');
  const more = `${called && ` It called: ${called}.`}${suggests === undefined ? '' : ` It suggested a person: “${suggests}”`}`;
  if (insteadOf) {
    const known: Record<string, string> = NOT_THEIRS;
    const because = known[insteadOf.because] ?? sentenceOf(insteadOf.because).toLowerCase();
    return `In the article’s own words, not those of ${modelName(insteadOf.by)}: ${because}.${more}`;
  }
  return by === undefined || by.startsWith('embedded@')
    ? null
    : `Written by ${modelName(by)} from what it cites.${more}`;
}

/** `workers-ai:MODEL@answer-1` as "MODEL (workers-ai, answer-1)". */
const modelName = (by: string): string => by.replace(/^([^:]+):(.+)@([^@]+)$/, '$2 ($1, $3)');

/** −1 to 1 as a word with its number. */
export function sentimentWord(value: number): string {
  const word = value <= -0.5 ? 'negative' : value < -0.15 ? 'rather negative' : value <= 0.15 ? 'neutral' : 'positive';
  return `${word} (${signed(value)})`;
}

const signed = (value: number): string => `${value < 0 ? '−' : value > 0 ? '+' : ''}${Math.abs(value).toFixed(2)}`;

/** Each signal with its number, and what it was read from where that is known. */
export function signalRows(signals: Signals): { label: string; value: string; because: string | null }[] {
  const { intent, inScope, sentiment, frustration, wantsPerson, repeatContact } = signals;
  return [
    {
      label: 'About',
      value:
        intent === null
          ? 'no topic recognised'
          : `${intent.name.replaceAll('_', ' ')} (${percent(intent.probability)})`,
      because: intent?.because === undefined || intent.because.length === 0 ? null : intent.because.join(', '),
    },
    {
      label: 'In scope',
      value: `${inScope.value ? 'yes' : 'no'} (${percent(inScope.probability)})`,
      because: null,
    },
    { label: 'Tone', value: sentimentWord(sentiment), because: null },
    {
      label: 'Frustration',
      value: `${frustration.value.toFixed(2)} of 1`,
      because: frustration.because.length > 0 ? frustration.because.join(', ') : null,
    },
    { label: 'Asked for a person', value: wantsPerson.value ? 'yes' : 'no', because: wantsPerson.because },
    {
      label: 'Wrote before',
      value: repeatContact === 0 ? 'no' : plural(repeatContact, 'conversation'),
      because: null,
    },
  ];
}

/** What a colleague needs to know about how far a fact can be trusted. */
export const PROVENANCE_WORDS: Record<Provenance, string> = {
  attested: 'vouched for by the customer’s site',
  observed: 'seen by us',
  claimed: 'claimed by the page, not verified',
  fetched: 'read from the system of record',
  inferred: 'estimated by a model',
};

export const entryValue = ({ value }: ContextEntry): string =>
  Array.isArray(value)
    ? value.join(', ')
    : typeof value === 'boolean'
      ? value
        ? 'yes'
        : 'no'
      : typeof value === 'number'
        ? value.toLocaleString()
        : value;
