import type { Needed, Outlook } from '#domain/confidence/answer-costs.ts';
import { mapped, type OutcomeMaps } from '#domain/confidence/outcome-map.ts';
import type { GuideStep } from '#domain/guide/guide.ts';
import type { EpochMs } from '#domain/ids.ts';
import type { Page } from '#domain/page/page.ts';
import type { PageSignals } from '#domain/timeline/page-signals.ts';
import type { Fact, Facts, FactValue, Provenance } from '#domain/triggers/fact.ts';
import { answerabilityOf, titlesNear } from './answerability.ts';
import { composeAnswer, EMBEDDED } from './embedded-answerer.ts';
import { embeddedTriage } from './embedded-triage.ts';
import type { GateReason, GateVerdict } from './gate.ts';
import { type Judged, judge } from './judge.ts';
import { type Knowledge, retrieve } from './knowledge.ts';
import type { Attempt, Citation, Drafted, EarlierMessage, Passage, Signals, TriageModel } from './ports.ts';
import { withoutReachingUs } from './reaching-us.ts';
import { clarifyText, noOtherAnswerText, notFoundText, outOfScopeText } from './replies.ts';
import { smallTalkReply } from './small-talk.ts';
import { topicTerms } from './terms.ts';
import { findPassages, withFound } from './tools/find-passages.ts';
import { withoutWish } from './wants-person.ts';

export type TurnInput = {
  question: string;
  /** Everything said before this question, oldest first. */
  earlier: readonly EarlierMessage[];
  attempts: readonly Attempt[];
  area: string | null;
  pageSignals: PageSignals;
  /** Where links of an answer may lead; nowhere, if it is left out. */
  hosts?: readonly string[];
  /** [G39] What became of earlier answers; left out, confidence is what the evidence says. */
  outcomes?: Pick<OutcomeMaps, 'all' | 'groups'>;
  /** [G38] How sure the assistant must be for somebody as frustrated as this; left out, it is the gate's own. */
  needed?: (frustration: number) => Needed;
  /** The policy's `blockAutoAnswer`; left out means that nothing blocks. */
  blocked?: boolean;
  /** What came of asking a model; null or left out where none was asked. */
  drafted?: Drafted | null;
  now: EpochMs;
  newId: () => string;
};

type Candidate = { text: string; citations: Citation[]; verdict: GateVerdict } & Pick<
  Attempt,
  'by' | 'insteadOf' | 'tools' | 'suggests'
>;

export type Turn = {
  signals: Signals;
  /** The question as it was looked up: with what it goes on from. */
  query: string;
  passages: Passage[];
  candidate: Candidate | null;
  smallTalk: string | null;
  /** The earlier attempts, the last one marked as failed if this message says so. */
  attempts: Attempt[];
  /** What to record for this turn; null after small talk or a wish for a person, where nothing was tried. */
  attempt: Attempt | null;
  /** [G31] Of the answer that may be said: what the steps that it stands on point at. */
  guide: readonly GuideStep[];
};

/** [G8] One message in, everything the assistant has to say about it out. Decides nothing about escalation: that is the policy's. */
export function assistTurn(input: TurnInput, knowledge: Knowledge, triage: TriageModel = embeddedTriage): Turn {
  const { question, earlier, area, pageSignals } = input;
  const query = inContext(withoutWish(question), earlier);
  // [G14] Without a topic whatever is found is found by chance, and so would be the topic that routes it.
  const found = topicTerms(query).length === 0 ? [] : retrieve(knowledge, query, { area });
  const passages = withoutReachingUs(found, query);
  const answerability = answerabilityOf(knowledge, query, passages);
  const signals = triage.triage({ question, earlier, pageSignals, passages, answerability });
  const attempts = markFailedAttempts(input.attempts, signals);
  const smallTalk = signals.wantsPerson.value ? null : smallTalkReply(question);
  if (smallTalk !== null)
    return { signals, query, passages, candidate: null, smallTalk, attempts, attempt: null, guide: [] };
  const { intent, frustration } = signals;
  const certainty = {
    ...(input.outcomes === undefined
      ? {}
      : { confidence: mapped(input.outcomes, intent?.name ?? null, answerability.confidence) }),
    ...(input.needed === undefined ? {} : { needed: input.needed(frustration.value) }),
  };
  const judged = (by: string, { text, citations }: Pick<Candidate, 'text' | 'citations'>, about: Partial<Judged>) =>
    judge({
      answer: text,
      passages,
      answerability,
      hosts: input.hosts ?? [],
      blockedByPolicy: input.blocked ?? false,
      ...certainty,
      repeated:
        earlier.some((message) => message.author === 'assistant' && message.text === text) ||
        attempts.some((attempt) => attempt.outcome === 'sent' && saysTheSame(attempt, { by, text, citations })),
      ...about,
    });
  const quoted = composeAnswer({ question: query, passages });
  const embedded: Candidate = { ...quoted, verdict: judged(EMBEDDED, quoted, {}), by: EMBEDDED, insteadOf: null };
  const candidate = passages.length === 0 ? null : preferred(embedded, input.drafted ?? null);
  const attempt = signals.wantsPerson.value
    ? null
    : attemptOf({ ...input, attempts }, candidate, { signals, titles: titlesNear(knowledge, query, passages) });
  const guide = attempt?.kind === 'answer' ? guideOf(attempt.citations, passages) : [];
  return { signals, query, passages, candidate, smallTalk, attempts, attempt, guide };

  /** [G19] A model's words in place of the articles' own, where those would be said and the gate lets its through. */
  function preferred(embedded: Candidate, drafted: Drafted | null): Candidate {
    if (drafted === null || !embedded.verdict.send) return embedded;
    const called = calledBy(drafted);
    if (!drafted.ok) return { ...embedded, ...called, insteadOf: { by: drafted.by, because: drafted.because } };
    const { by, text, citations, verdict: second } = drafted;
    // What it cites may have changed since it was asked: then it stands on nothing.
    const cited = shownTo(drafted).filter(({ articleId, heading }) =>
      citations.some((citation) => citation.articleId === articleId && citation.heading === heading),
    );
    const verdict = judged(by, drafted, { passages: cited, second });
    if (cited.length < citations.length || cited.length === 0)
      return { ...embedded, ...called, insteadOf: { by, because: 'uncited' } };
    return verdict.send
      ? { text, citations, verdict, by, insteadOf: null, ...called }
      : { ...embedded, ...called, insteadOf: { by, because: verdict.because } };
  }

  /** [G33] The passages that a model was shown: those of the question, and what its searches find. */
  function shownTo({ tools }: Drafted): Passage[] {
    const searches = tools?.searches ?? [];
    return searches.reduce((shown, search) => withFound(shown, findPassages(knowledge, search, area)), passages);
  }
}

/** What a model called, as the attempt keeps it. */
const calledBy = ({ tools }: Drafted): Pick<Attempt, 'tools' | 'suggests'> => ({
  ...(tools === undefined ? {} : { tools: tools.uses }),
  ...(tools?.suggests == null ? {} : { suggests: tools.suggests }),
});

/** [G31] Of the first cited passage whose steps point at something: two guides in one answer would be none. */
const guideOf = (citations: readonly Citation[], passages: readonly Passage[]): readonly GuideStep[] =>
  passages.find(
    (passage) =>
      passage.guide !== undefined &&
      citations.some(({ articleId, heading }) => articleId === passage.articleId && heading === passage.heading),
  )?.guide ?? [];

/** [G14] The same words; or, where a model wrote one of them, an answer that failed and stood on the same passages: that it is said otherwise makes it no other answer. */
function saysTheSame(told: Attempt, answer: Pick<Candidate, 'by' | 'text' | 'citations'>): boolean {
  if (told.text === answer.text) return true;
  const isRephrased = answer.by !== EMBEDDED || (told.by ?? EMBEDDED) !== EMBEDDED;
  return (
    isRephrased &&
    told.failedBecause !== null &&
    answer.citations.every(({ articleId, heading }) =>
      told.citations.some((other) => other.articleId === articleId && other.heading === heading),
    )
  );
}

/** [G9] Marks the latest answer as failed when the visitor says so or asks again. Failures stay failures. */
export function markFailedAttempts(
  attempts: readonly Attempt[],
  signals: Pick<Signals, 'saysItFailed' | 'repeatedQuestion'>,
): Attempt[] {
  const because = signals.saysItFailed
    ? 'The visitor said it did not help.'
    : signals.repeatedQuestion
      ? 'The visitor asked again.'
      : null;
  const last = attempts.length - 1;
  return attempts.map((attempt, i) =>
    i === last && because !== null && attempt.outcome === 'sent' && attempt.failedBecause === null
      ? { ...attempt, failedBecause: because }
      : attempt,
  );
}

/** How many attempts did not help: what the policy counts. */
export function countFailed(attempts: readonly Attempt[]): number {
  return attempts.filter(({ failedBecause }) => failedBecause !== null).length;
}

/** Why an answer was held back, as it stands in the attempts an agent reads. */
export const WITHHELD_BECAUSE: Record<Exclude<GateReason, 'ok'>, string> = {
  missing_verdict: 'A check gave no result, so nothing was sent.',
  empty: 'There was nothing to say.',
  blocked_by_policy: 'The policy wants a person to answer this.',
  foreign_content: 'The answer held something that the articles do not.',
  not_grounded: 'No help article speaks of this.',
  low_coverage: 'The nearest article covers only part of the question.',
  low_confidence: 'No article was near enough to be sure.',
  repeated_answer: 'The only answer found had been given already.',
};

export type AccountFacts = Partial<
  Record<'tier' | 'contract_value' | 'health' | 'renewal_in_days' | 'open_dispute' | 'incident', Fact>
>;

/**
 * [G13] The facts the policy decides over, each with who vouches for it. What is not known is left out, so that its conditions are pending and
 * not false. What the page tells about itself is claimed (a visitor can make it say anything); what our own capture counted is observed.
 */
export function factsFrom(input: {
  signals: Signals;
  pageSignals: PageSignals;
  page: (Pick<Page, 'path' | 'area' | 'at'> & { language?: string }) | null;
  attempts: readonly Attempt[];
  account: AccountFacts | null;
  message: { text: string };
  /** [G35] A model that was asked for this answer proposes a person. */
  personSuggested?: boolean;
  repeatContact: boolean | null;
  /** When the conversation began; null or left out where there is none. */
  startedAt?: EpochMs | null;
  /** The name of a running incident where the visitor is. */
  incident: string | null;
  /** Whether support is within its hours; null or left out where nobody can say. */
  isOpen?: boolean | null;
  /** What waits for a person; null or left out where nobody could say. */
  outlook?: Outlook | null;
  now: EpochMs;
}): Facts {
  const { signals, pageSignals, page, now } = input;
  const facts: Record<string, Fact> = {};
  const put = (name: string, value: FactValue | undefined, provenance: Provenance, source: string, at = now) => {
    // NaN does not survive storage as JSON, and the trace must.
    if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return;
    facts[name] = { value, provenance, at, source };
  };
  put('message.text', input.message.text, 'observed', 'message');
  put('message.wants_person', signals.wantsPerson.value, 'inferred', signals.model);
  put('message.frustration', signals.frustration.value, 'inferred', signals.model);
  put('message.sentiment', signals.sentiment, 'inferred', signals.model);
  put('message.intent', signals.intent?.name, 'inferred', signals.model);
  put('message.intent_confidence', signals.intent?.probability, 'inferred', signals.model);
  put('message.in_scope', signals.inScope.value, 'inferred', signals.model);
  put('attempts.failed', countFailed(input.attempts), 'observed', 'conversation');
  put('attempts.person_suggested', input.personSuggested ?? false, 'inferred', 'the assistant’s model');
  put('conversation.repeat_contact', input.repeatContact ?? undefined, 'observed', 'conversations');
  if (input.startedAt != null)
    put(
      'conversation.age_minutes',
      Math.max(0, Math.floor((now - input.startedAt) / 60_000)),
      'observed',
      'conversation',
    );
  put('support.open', input.isOpen ?? undefined, 'observed', 'business hours');
  put('support.waiting', input.outlook?.waiting, 'observed', 'queue');
  put('support.wait_minutes', input.outlook?.waitMinutes ?? undefined, 'observed', 'queue');
  if (page) {
    put('page.language', page.language || undefined, 'claimed', 'page', page.at);
    put('page.area', page.area, 'claimed', 'page', page.at);
    put('page.path', page.path, 'claimed', 'page', page.at);
  }
  put('page.failed_requests', pageSignals.failedRequests, 'observed', 'page capture');
  put('page.errors', pageSignals.errors, 'observed', 'page capture');
  put('page.rage_clicks', pageSignals.rageClicks, 'observed', 'page capture');
  put('page.repeated_failures', pageSignals.repeatedFailures, 'observed', 'page capture');
  put('page.dead_clicks', pageSignals.deadClicks, 'observed', 'page capture');
  put('page.form_rejections', pageSignals.formRejections, 'observed', 'page capture');
  put('account.incident', input.incident ?? undefined, 'observed', 'incidents');
  for (const [name, fact] of Object.entries(input.account ?? {})) {
    if (fact) put(`account.${name}`, fact.value, fact.provenance, fact.source, fact.at);
  }
  return facts;
}

/** "And how?" means nothing alone: a message without a topic, or one that goes on from the last, is read together with the one before it. */
function inContext(question: string, earlier: readonly EarlierMessage[]): string {
  const topics = topicTerms(question).length;
  const goesOn = topics === 0 || (topics === 1 && /^\s*(?:and|also|or|what about|how about|but)\b/i.test(question));
  if (!goesOn) return question;
  const before = earlier.findLast(({ author, text }) => author === 'visitor' && topicTerms(text).length > 0);
  return before === undefined ? question : `${question}\n${before.text}`;
}

function attemptOf(
  input: TurnInput,
  candidate: Turn['candidate'],
  near: { signals: Signals; titles: readonly string[] },
): Attempt {
  const base = { id: input.newId(), at: input.now, question: input.question };
  if (candidate?.verdict.send) {
    const { tools, suggests } = candidate;
    return {
      ...base,
      kind: 'answer',
      text: candidate.text,
      citations: candidate.citations,
      verdict: candidate.verdict,
      outcome: 'sent',
      failedBecause: null,
      by: candidate.by,
      insteadOf: candidate.insteadOf,
      ...(tools === undefined ? {} : { tools }),
      ...(suggests === undefined ? {} : { suggests }),
    };
  }
  const verdict = candidate?.verdict ?? { send: false, because: 'not_grounded', coverage: 0, confidence: 0 };
  const because = verdict.because === 'ok' ? 'not_grounded' : verdict.because;
  return {
    ...base,
    ...replyWithout(because, input, near),
    citations: [],
    verdict,
    outcome: 'withheld',
    failedBecause: WITHHELD_BECAUSE[because],
  };
}

/** [G14] What is said instead of an answer; one clarifying question in a conversation, a second one reads as stalling. */
function replyWithout(
  because: Exclude<GateReason, 'ok'>,
  { attempts, pageSignals }: TurnInput,
  { signals, titles }: { signals: Signals; titles: readonly string[] },
): Pick<Attempt, 'kind' | 'text'> {
  if (because === 'blocked_by_policy') return { kind: 'none', text: notFoundText() };
  if (because === 'repeated_answer') return { kind: 'none', text: noOtherAnswerText() };
  if (!signals.inScope.value && titles.length === 0) return { kind: 'none', text: outOfScopeText() };
  if (attempts.some(({ kind }) => kind === 'clarify')) return { kind: 'none', text: notFoundText() };
  return { kind: 'clarify', text: clarifyText(titles, pageSignals.inTrouble) };
}
