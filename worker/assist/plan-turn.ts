import type { Signals as KeptSignals } from '#domain/bundle/assemble.ts';
import {
  type AnswerCosts,
  DEFAULT_ANSWER_COSTS,
  neededConfidence,
  type Outlook,
} from '#domain/confidence/answer-costs.ts';
import type { OutcomeMaps } from '#domain/confidence/outcome-map.ts';
import type { NewEscalation, TurnOutcome } from '#domain/conversation/command.ts';
import type { ConversationState, Turn } from '#domain/conversation/conversation.ts';
import type { Entry } from '#domain/conversation/entry.ts';
import { maySend } from '#domain/conversation/sharing.ts';
import type { EpochMs, EscalationId, QueueId } from '#domain/ids.ts';
import { areaOfPath, type Page } from '#domain/page/page.ts';
import { type Incident, incidentAt } from '#domain/queue/incident.ts';
import { chooseQueue, type Routes } from '#domain/routing/choose-queue.ts';
import { isOpen } from '#domain/sla/business-time.ts';
import { ALWAYS_OPEN, type Calendar, workingHours } from '#domain/sla/calendar.ts';
import { planOf, type SlaSettings, termsFor } from '#domain/sla/policy.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { pageSignals } from '#domain/timeline/page-signals.ts';
import { type Evaluation, evaluate } from '#domain/triggers/evaluate.ts';
import { explain, explainRow } from '#domain/triggers/explain.ts';
import type { Fact, Facts } from '#domain/triggers/fact.ts';
import type { Policy } from '#domain/triggers/policy.ts';
import { evaluateForTurn, type TurnEvaluation, type TurnQuestion } from '#domain/triggers/turn-evaluation.ts';
import { queueBefore } from './coming-back.ts';
import type { Knowledge } from './knowledge.ts';
import type { AnswerInput, Attempt, Drafted, EarlierMessage, Signals } from './ports.ts';
import { toolSources } from './tools/sources.ts';
import { triageOf } from './trained-triage.ts';
import type { IntentModel } from './triage/model.ts';
import { assistTurn, factsFrom, type Turn as Reading } from './turn.ts';

/** What a turn needs of its workspace: of the `Desk`, what has no platform in it. */
export type TurnDesk = {
  knowledge: Knowledge;
  /** [G26] */
  intents: IntentModel | null;
  policy: Policy;
  /** [T13] Asked too, and not listened to. */
  shadow: Policy | null;
  /** `hours` left out is always open. */
  queues: readonly { id: QueueId; slug: string; name: string; tier: number; hours?: Calendar }[];
  routes: Routes;
  sla: SlaSettings;
  /** [G3] The workspace's own hosts. */
  hosts: readonly string[];
  incidents: readonly Incident[];
  /** [G38] What answers cost here; left out, the defaults. */
  answerCosts?: AnswerCosts;
  /** [G39] What became of answers here; left out, nothing is known of that. */
  outcomes?: OutcomeMaps;
};

/** One turn, with all that it is read from. */
export type TurnContext = {
  turn: Turn;
  state: ConversationState;
  entries: readonly Entry[];
  page: Page | null;
  trail: readonly Breadcrumb[];
  desk: TurnDesk;
  now: EpochMs;
  escalationId: EscalationId;
  /** What came of asking a model; null or left out where none was asked. */
  drafted?: Drafted | null;
  /** [G38] How it looks where people are handed over to; null or left out where nobody could say. */
  outlook?: Outlook | null;
  /** [M7] Whether the agent of `resolvedHigher` is there; left out, nobody was asked. */
  isBackThere?: boolean;
};

/** What is said while a person is fetched; the transcript entry beside it says to which queue. */
const HANDOVER_TEXT =
  'I am bringing in a person who will see this conversation and the page you are on, so you do not have to explain it again.';

/**
 * One turn of the assistant, whole: read the message, ask the policy, answer if the gate lets it, and ask the policy again when
 * the attempt came to nothing. Deterministic, so a turn repeated after a crash comes to the same.
 */
export function planTurn(context: TurnContext): TurnOutcome {
  const { turn, state, page, desk, now } = context;
  const evaluations: TurnEvaluation[] = [];
  const ask = (which: TurnQuestion, facts: Facts): Evaluation => {
    const { evaluation, kept } = evaluateForTurn(desk, which, facts);
    evaluations.push(kept);
    return evaluation;
  };
  // The button instead of words [C4]: there is nothing to read signals from, and nothing to decide.
  if (turn.question === '') {
    const facts: Facts = { 'message.wants_person': fact(true, now, 'the button “Talk to a person”') };
    return {
      failed: [],
      about: { topic: null, area: page?.area ?? null },
      attempt: null,
      evaluations,
      say: null,
      next: { kind: 'escalate', escalation: escalationFrom(context, ask('button', facts), null) },
    };
  }
  const reading = readTurn(context);
  const failed = reading.attempts.flatMap((attempt, index) =>
    attempt.failedBecause !== null && state.attempts[index]?.failedBecause === null
      ? [{ id: attempt.id, because: attempt.failedBecause }]
      : [],
  );
  // A greeting has words in common with some article too, and is about none of them.
  const about = {
    topic: reading.smallTalk === null ? (reading.signals.intent?.name ?? null) : null,
    area: page?.area ?? null,
  };
  const say = (text: string, citations: Attempt['citations'] = [], guide: Reading['guide'] = []) => ({
    clientId: `${turn.id}-answer`,
    text,
    citations,
    ...(guide.length === 0 ? {} : { guide: [...guide] }),
  });
  const escalate = (evaluation: Evaluation, attempt: Attempt | null): TurnOutcome => ({
    failed,
    about,
    attempt,
    evaluations,
    say: say(HANDOVER_TEXT),
    next: { kind: 'escalate', escalation: escalationFrom(context, evaluation, reading.signals) },
  });

  const first = evaluateWith('message', reading.attempts);
  if (first.decision.action === 'escalate') return escalate(first, null);
  if (reading.smallTalk !== null)
    return { failed, about, attempt: null, evaluations, say: say(reading.smallTalk), next: { kind: 'nothing' } };

  const { attempt } = reading;
  if (attempt === null) return { failed, about, attempt: null, evaluations, say: null, next: { kind: 'nothing' } };
  const second = evaluateWith('attempt', [...reading.attempts, attempt]);
  if (second.decision.action === 'escalate') return escalate(second, attempt);
  const because = offerBecause(second, attempt);
  return {
    failed,
    about,
    attempt,
    evaluations,
    say: say(attempt.text, attempt.citations, reading.guide),
    next: because === null ? { kind: 'nothing' } : { kind: 'offer_person', because },
  };

  function evaluateWith(which: TurnQuestion, attempts: readonly Attempt[]): Evaluation {
    // [G35] A proposal, as a fact: what follows from it the policy says.
    const personSuggested = attempts.at(-1)?.suggests !== undefined && which === 'attempt';
    return ask(which, factsOfTurn(context, reading, attempts, personSuggested));
  }
}

/** What the policy is asked over: this message as it was read, the page, the account, and what was tried so far. */
export function factsOfTurn(
  { turn, state, page, trail, desk, now, outlook = null }: Omit<TurnContext, 'escalationId'>,
  { signals }: Reading,
  attempts: readonly Attempt[],
  personSuggested = false,
): Facts {
  return factsFrom({
    signals,
    pageSignals: pageSignals(trail, now),
    page,
    attempts,
    account: state.visitor.attested ? state.visitor.account : {},
    message: { text: turn.question },
    personSuggested,
    repeatContact: state.wroteBefore,
    startedAt: state.startedAt,
    incident: incidentAt(areaOfPath(page?.path ?? '/'), desk.incidents),
    isOpen: isSupportOpen(desk, now),
    outlook,
    now,
  });
}

/** By the hours of the queue that has what no rule and no topic sends elsewhere; null where there is no such queue. */
function isSupportOpen({ queues, routes }: Pick<TurnDesk, 'queues' | 'routes'>, now: EpochMs): boolean | null {
  const queue = queues.find(({ slug }) => slug === routes.fallback);
  return queue === undefined ? null : isOpen(workingHours(queue.hours ?? ALWAYS_OPEN), now);
}

/**
 * [G19] What a model may be asked for this turn: where the articles' own words would be said, it may say them better. Null where they would not be, so nothing is asked
 * and paid for that could not be said, nobody waits for it who is handed over, and what a model makes possible is never more than what the articles do.
 */
export function draftWanted(context: TurnContext): AnswerInput | null {
  if (context.turn.question === '') return null;
  const { attempt, next } = planTurn({ ...context, drafted: null });
  if (attempt?.kind !== 'answer' || next.kind === 'escalate') return null;
  const { query, passages } = readTurn(context);
  return { question: query, passages, sources: toolSources({ ...context, knowledge: context.desk.knowledge }) };
}

/** The message as the assistant reads it. */
export function readTurn({
  turn,
  state,
  entries,
  page,
  trail,
  desk,
  now,
  drafted,
  outlook,
}: Omit<TurnContext, 'escalationId'>): Reading {
  // Before the message was read by a model, only the words are known.
  const { decision } = evaluate(desk.policy, { 'message.text': fact(turn.question, now, 'message') });
  return assistTurn(
    {
      question: turn.question,
      earlier: earlierMessages(entries, turn.messageSeq),
      attempts: state.attempts as Attempt[],
      area: page?.area ?? null,
      pageSignals: pageSignals(trail, now),
      hosts: desk.hosts,
      ...(desk.outcomes === undefined ? {} : { outcomes: desk.outcomes }),
      needed: (frustration) =>
        neededConfidence(desk.answerCosts ?? DEFAULT_ANSWER_COSTS, {
          plan: planOf(state.visitor),
          frustration,
          waitMinutes: outlook?.waitMinutes ?? null,
        }),
      blocked: decision.blockAutoAnswer,
      drafted,
      now,
      newId: () => `${turn.id}-attempt`,
    },
    desk.knowledge,
    triageOf(desk.intents),
  );
}

/** [G14] Why a person is offered, if one is: the policy says so, or there is nothing left to say and the words speak of a person. */
function offerBecause({ decision, trace }: Evaluation, attempt: Attempt): string | null {
  if (decision.action === 'offer_human') {
    // The one that chose it: others may wait for a fact, or do nothing.
    const chose = trace.find(({ triggerId }) => triggerId === decision.because[0]);
    return chose === undefined ? '' : explainRow(chose);
  }
  return attempt.kind === 'none' ? attempt.failedBecause : null;
}

/** Where the visitor stands named the queue, and nothing that they said. */
const isOnlyByPage = ({ trace }: Evaluation): boolean =>
  trace.find(({ actions }) => actions.some(({ action, fired }) => fired && action.do === 'set_queue'))?.layer ===
  'context';

const fact = (value: string | boolean, at: EpochMs, source: string): Fact => ({
  value,
  provenance: 'observed',
  at,
  source,
});

function earlierMessages(entries: readonly Entry[], before: number): EarlierMessage[] {
  return entries.flatMap((entry) =>
    entry.type === 'message' && entry.seq < before ? [{ author: entry.author.kind, text: entry.text }] : [],
  );
}

function escalationFrom(context: TurnContext, evaluation: Evaluation, signals: Signals | null): NewEscalation {
  const { desk, page, trail, now, state } = context;
  const { decision, trace } = evaluation;
  const area = page?.area ?? null;
  const last = queueBefore(context);
  const route = chooseQueue(
    // A wish without words is about what came before it.
    {
      fromPolicy: last !== null && isOnlyByPage(evaluation) ? null : decision.queue,
      last,
      area,
      intent: signals?.intent?.name ?? state.about?.topic ?? null,
    },
    desk.routes,
    desk.queues.map(({ slug }) => slug),
  );
  const queue = desk.queues.find(({ slug }) => slug === route.slug) ?? desk.queues[0];
  if (queue === undefined) throw new Error('this workspace has no queue');
  const matched = trace.filter(({ outcome }) => outcome === 'matched');
  const because = matched.filter(({ triggerId }) => decision.because.includes(triggerId)).map(({ label }) => label);
  const severity = decision.severity ?? 'normal';
  return {
    id: context.escalationId,
    severity,
    skills: decision.skills,
    class: decision.class,
    because,
    queue: { id: queue.id, name: queue.name },
    passedOn: passedOn(context),
    reasons: {
      signals: signals === null ? null : keptSignals(signals),
      decision: decision.action,
      because: explain(matched),
      trace,
      routing: [route.because],
    },
    sla: termsFor(desk.sla, planOf(state.visitor), severity),
  };

  function passedOn({ entries }: TurnContext): string[] {
    const messages = entries.filter(({ type }) => type === 'message').length;
    const told = messages === 0 ? [] : [`This conversation (${counted(messages, 'message')})`];
    if (page !== null) told.push(`The page you are on: ${page.title || page.path}`);
    const onPage = pageSignals(trail, now);
    if (trail.length > 0) told.push(`What you did before (${counted(trail.length, 'step')})`);
    if (onPage.failedRequests + onPage.errors > 0)
      told.push(`${counted(onPage.failedRequests + onPage.errors, 'error')} that we saw`);
    if (state.attempts.length > 0) told.push('What I tried and why it was not enough');
    if (maySend(state)) told.push('A recording of the last minutes of this page, with everything you typed hidden');
    if (state.visitor.attested) told.push('Your name and plan');
    return told;
  }
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

const keptSignals = ({ intent, inScope, sentiment, frustration, wantsPerson, model }: Signals): KeptSignals => ({
  intent,
  inScope,
  sentiment,
  frustration,
  wantsPerson,
  model,
});
