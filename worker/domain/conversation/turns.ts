import type { BundleAttempt } from '#domain/bundle/bundle.ts';
import { type Escalation, earnedWait } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import { type Decision, refuse, unreachable } from '#domain/result.ts';
import { startSla } from '#domain/sla/targets.ts';
import type { ConversationRefusal, NewEscalation, TurnOutcome } from './command.ts';
import type { About, ConversationState, Turn } from './conversation.ts';
import { type ConversationEvent, effect, entry, ok, record } from './event.ts';
import { maySend } from './sharing.ts';
import { ticketNumber } from './work.ts';

/** The button instead of words: a turn without a question. */
export const isWish = (turn: Turn | null): boolean => turn !== null && turn.question === '';

/** Many lines in a row are one thought; beyond this a question is no question any more. */
const MAX_QUESTION_CHARS = 8000;

/**
 * [C5] A message that comes while the one before is still unanswered starts a new turn over both: people write in pieces, and what
 * the first piece asked for (a person, above all) must not be lost.
 */
export function withUnanswered(before: Turn | null, turn: Turn): Turn {
  if (before === null) return turn;
  const question = `${before.question}\n${turn.question}`.slice(-MAX_QUESTION_CHARS);
  return { id: turn.id, messageSeq: before.messageSeq, question };
}

export function finishTurn(
  state: ConversationState,
  turnId: string,
  outcome: TurnOutcome,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  // [C5] A newer turn covers this message too, or this one was finished before a crash: its result is dropped.
  if (state.turn?.id !== turnId) return refuse('stale_turn', 'This turn is over.');
  const events: ConversationEvent[] = [{ type: 'turn_ended' }];
  for (const { which, ...evaluation } of outcome.evaluations)
    events.push(effect({ kind: 'evaluation_row', id: `${turnId}/${which}`, at: now, ...evaluation }));
  const about = merged(state.about, outcome.about);
  if (about.topic !== (state.about?.topic ?? null) || about.area !== (state.about?.area ?? null)) {
    events.push({ type: 'classified', about }, record(state, now, { type: 'conversation.classified', ...about }));
  }
  if (outcome.failed.length > 0) {
    events.push({ type: 'attempts_failed', failed: outcome.failed });
    for (const { id, because } of outcome.failed) {
      events.push(record(state, now, { type: 'answer.failed', attemptId: id }));
      const question = state.attempts.find((attempt) => attempt.id === id)?.question ?? '';
      events.push(entry({ type: 'attempt_failed', question, because }));
    }
  }
  if (outcome.attempt !== null) {
    const { attempt } = outcome;
    events.push({ type: 'attempt_kept', attempt });
    // Who is handed over is not told what was found.
    const isSaid = attempt.outcome === 'sent' && outcome.next.kind !== 'escalate';
    events.push(
      record(state, now, {
        type: isSaid ? 'answer.sent' : 'answer.withheld',
        attemptId: attempt.id,
        topic: outcome.about.topic,
        confidence: attempt.verdict.stated ?? attempt.verdict.confidence,
      }),
    );
    events.push(
      entry({
        type: 'attempt',
        outcome: attempt.outcome,
        verdict: attempt.verdict.because,
        question: attempt.question,
        text: attempt.text,
      }),
    );
  }
  if (outcome.say !== null) {
    events.push(
      entry(
        {
          type: 'message',
          clientId: outcome.say.clientId,
          author: { kind: 'assistant' },
          text: outcome.say.text,
          citations: outcome.say.citations,
          ...(outcome.say.guide === undefined ? {} : { guide: outcome.say.guide }),
        },
        outcome.say.clientId,
      ),
    );
  }
  switch (outcome.next.kind) {
    case 'nothing':
      return ok(...events);
    case 'offer_person':
      // [C6] At most one open offer, and none after a refusal.
      if (!state.offerOpen && !state.offerRefused) {
        events.push({ type: 'offer_changed', open: true, refused: false });
        events.push(entry({ type: 'person_offered', because: outcome.next.because }));
      }
      return ok(...events);
    case 'escalate':
      return ok(...events, ...startEscalation(state, outcome.next.escalation, about, now));
    default:
      return unreachable(outcome.next);
  }
}

/** [C7] Later readings win, and saying nothing unsays nothing: "thanks" and a button without words are about what came before. */
const merged = (before: About | null, now: About): About => ({
  topic: now.topic ?? before?.topic ?? null,
  area: now.area ?? before?.area ?? null,
});

function startEscalation(
  state: ConversationState,
  wanted: NewEscalation,
  about: About,
  now: EpochMs,
): ConversationEvent[] {
  const number = ticketNumber(state.number, state.escalations + 1);
  const escalation: Escalation = {
    id: wanted.id,
    conversationId: state.id,
    ticketNumber: number,
    createdAt: now,
    severity: wanted.severity,
    skills: wanted.skills,
    class: wanted.class,
    because: wanted.because,
    hops: [
      {
        hop: 1,
        kind: 'handoff',
        queueId: wanted.queue.id,
        queueName: wanted.queue.name,
        at: now,
        by: { kind: 'assistant' },
        note: null,
        wanted: null,
        raises: [],
        relaxed: 0,
        waitedMs: earnedWait(state.escalation ?? state.before, wanted.queue.id, now),
      },
    ],
    state: 'queued',
  };
  return [
    { type: 'escalation_changed', escalation, first: true },
    { type: 'handed_over', reasons: wanted.reasons },
    { type: 'sla_changed', sla: startSla(wanted.id, wanted.queue.id, wanted.sla, now) },
    { type: 'offer_changed', open: false, refused: false },
    entry({
      type: 'escalated',
      escalationId: wanted.id,
      ticketNumber: number,
      queueName: wanted.queue.name,
      because: wanted.because,
      passedOn: wanted.passedOn,
    }),
    { type: 'status_changed', status: 'waiting' },
    ...(maySend(state) ? [{ type: 'recording_wanted' as const, wanted: true }] : []),
    effect({ kind: 'hand_over', escalationId: wanted.id, hop: 1, bugReport: null }),
    effect({ kind: 'conversation_row', status: 'waiting', subject: null }),
    record(state, now, {
      type: 'escalation.created',
      escalationId: wanted.id,
      ticketNumber: number,
      queue: wanted.queue.name,
      ...about,
      startedAt: state.startedAt,
    }),
  ];
}

/** Failed attempts since the last escalation or reopening; what the policy's `attempts.failed` counts. */
export const failedAttempts = (attempts: readonly BundleAttempt[]): number =>
  attempts.filter(({ failedBecause }) => failedBecause !== null).length;
