import type { HandoverReasons } from '#domain/bundle/assemble.ts';
import type { BundleAttempt, ContextBundle } from '#domain/bundle/bundle.ts';
import { type Addition, additionWords, missingAdditions } from '#domain/escalation/additions.ts';
import type {
  BugReport,
  Escalation,
  HopKind,
  Severity,
  UnnecessaryReason,
  WrapUpCode,
} from '#domain/escalation/escalation.ts';
import type { AgentId, EpochMs, EscalationId, QueueId } from '#domain/ids.ts';
import type { RankTerm } from '#domain/priority/rank.ts';
import { isSameRank, type Rank } from '#domain/priority/rank.ts';
import { type Decision, refuse, unreachable } from '#domain/result.ts';
import type { SlaTerms } from '#domain/sla/policy.ts';
import {
  advanceSla,
  agentWrote,
  endSla,
  isBreachedNow,
  type Sla,
  type SlaTold,
  startSla,
  visitorWrote,
  withTerms,
  workMoved,
} from '#domain/sla/targets.ts';
import {
  type About,
  type ConversationState,
  type ConversationVisitor,
  type KeptAttempt,
  MAX_ATTEMPTS,
  type Turn,
} from './conversation.ts';
import type { Effect, OutcomeEvent } from './effect.ts';
import type { Citation, ContactWish, EntryBody } from './entry.ts';

type Agent = { id: AgentId; name: string };
type Target = { id: QueueId; name: string };
/** Where an agent moves work to. `asks` is what that queue wants first: nothing unless it is a higher tier. `wanted` is asked first. */
export type Destination = Target & { asks: readonly Addition[]; wanted: Agent | null };

/** What the assistant's turn came to. `failed` are earlier attempts that this message showed to have failed. */
export type TurnOutcome = {
  failed: { id: string; because: string }[];
  /** What this message is about. A null is no reading, and leaves what was read before. */
  about: About;
  attempt: KeptAttempt | null;
  /** What the assistant says, if anything. */
  say: { clientId: string; text: string; citations: Citation[] } | null;
  next:
    | { kind: 'nothing' }
    | { kind: 'offer_person'; because: string }
    | { kind: 'escalate'; escalation: NewEscalation };
};

export type NewEscalation = {
  id: EscalationId;
  severity: Severity;
  skills: string[];
  class: 0 | 1;
  because: string[];
  queue: Target;
  passedOn: string[];
  reasons: HandoverReasons;
  /** What is promised from here on. */
  sla: SlaTerms;
};

export type ConversationCommand =
  | { type: 'visitor_says'; clientId: string; text: string; turnId: string }
  | { type: 'visitor_asks_for_person'; clientId: string; turnId: string }
  | { type: 'visitor_declines_person' }
  | { type: 'visitor_wishes_contact'; clientId: string; wish: ContactWish }
  | { type: 'visitor_reads'; seq: number }
  | { type: 'visitor_known'; visitor: ConversationVisitor }
  | { type: 'finish_turn'; turnId: string; outcome: TurnOutcome }
  | { type: 'bundled'; bundle: ContextBundle }
  | { type: 'assigned'; escalationId: EscalationId; hop: number; agent: Agent }
  /** From the queue: the rank has changed since the bundle was put together. */
  | { type: 'ranked'; escalationId: EscalationId; hop: number; rank: Rank }
  | { type: 'taken_back'; escalationId: EscalationId; hop: number; agent: Agent }
  /** The path of a queue sends the work on: nobody there could take it in time. */
  | { type: 'overflow'; escalationId: EscalationId; hop: number; to: Target; because: string; raises: RankTerm[] }
  /** By the alarm, and whenever terms may have changed; null when they could not be read. */
  | { type: 'sla_checked'; terms: SlaTerms | null }
  | { type: 'agent_says'; agent: Agent; clientId: string; text: string }
  | { type: 'agent_notes'; agent: Agent; clientId: string; text: string }
  | { type: 'resolve'; agent: Agent; clientId: string; code: WrapUpCode; note: string }
  | { type: 'transfer'; agent: Agent; clientId: string; to: Destination; note: string }
  | { type: 'escalate'; agent: Agent; clientId: string; to: Destination; report: BugReport }
  | { type: 'flag'; agent: Agent; clientId: string; because: UnnecessaryReason; note: string };

export type ConversationRefusal =
  | 'not_assigned_to_you'
  | 'no_escalation'
  | 'stale_turn'
  | 'same_queue'
  | 'additions_missing'
  | 'already_resolved';

/** `clientId` on an entry makes the command that wrote it idempotent: the store keeps it beside the seq. */
export type ConversationEvent =
  | { type: 'entry'; body: EntryBody; clientId: string | null }
  | { type: 'turn_started'; turn: Turn; clientId: string | null }
  | { type: 'turn_ended' }
  | { type: 'classified'; about: About }
  | { type: 'attempt_kept'; attempt: KeptAttempt }
  | { type: 'attempts_failed'; failed: { id: string; because: string }[] }
  | { type: 'attempts_cleared' }
  | { type: 'escalation_changed'; escalation: Escalation; first: boolean }
  | { type: 'status_changed'; status: ConversationState['status'] }
  | { type: 'offer_changed'; open: boolean; refused: boolean }
  | { type: 'recording_wanted'; wanted: boolean }
  | { type: 'handed_over'; reasons: HandoverReasons }
  | { type: 'bundled'; bundle: ContextBundle }
  | { type: 'read'; seq: number }
  | { type: 'visitor_known'; visitor: ConversationVisitor }
  | { type: 'sla_changed'; sla: Sla }
  | { type: 'effect'; effect: Effect };

const ok = (...events: ConversationEvent[]): { ok: true; events: ConversationEvent[] } => ({ ok: true, events });
const entry = (body: EntryBody, clientId: string | null = null): ConversationEvent => ({
  type: 'entry',
  body,
  clientId,
});
const effect = (one: Effect): ConversationEvent => ({ type: 'effect', effect: one });

/** Queued, offered or in an agent's hands: the assistant stays silent and no second escalation starts. */
export const isEscalated = (state: ConversationState): boolean =>
  state.escalation !== null && state.escalation.state !== 'resolved' && state.escalation.state !== 'abandoned';

/** The button instead of words: a turn without a question. */
const isWish = (turn: Turn | null): boolean => turn !== null && turn.question === '';

/** Many lines in a row are one thought; beyond this a question is no question any more. */
const MAX_QUESTION_CHARS = 8000;

/**
 * [C5] A message that comes while the one before is still unanswered starts a new turn over both: people write in pieces, and what
 * the first piece asked for (a person, above all) must not be lost.
 */
function withUnanswered(before: Turn | null, turn: Turn): Turn {
  if (before === null) return turn;
  const question = `${before.question}\n${turn.question}`.slice(-MAX_QUESTION_CHARS);
  return { id: turn.id, messageSeq: before.messageSeq, question };
}

/** How visitors and agents name the work: `BTN-1042`, and `BTN-1042.2` for the second escalation of one conversation. */
export const ticketNumber = (conversationNumber: number, ordinal: number): string =>
  ordinal === 1 ? `BTN-${conversationNumber}` : `BTN-${conversationNumber}.${ordinal}`;

/**
 * The conversation's whole behaviour. The caller has looked the command's clientId up already: a repeated one never gets here
 * [C2]. Every decision reads only `state`, so replaying the events gives the state again.
 */
export function decideConversation(
  state: ConversationState,
  command: ConversationCommand,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  switch (command.type) {
    case 'visitor_says': {
      const events = [...onSla(state, now, (sla) => visitorWrote(sla, now)), ...reopenIfResolved(state)];
      events.push(
        entry(
          {
            type: 'message',
            clientId: command.clientId,
            author: { kind: 'visitor', name: state.visitor.name },
            text: command.text,
            citations: [],
          },
          command.clientId,
        ),
      );
      if (state.head === 0) events.push(record(state, now, { type: 'conversation.started' }));
      events.push(
        effect({ kind: 'conversation_row', status: isEscalated(state) ? 'waiting' : 'open', subject: command.text }),
      );
      // [C4] A wish that waits for its hand-over is not replaced by what is written meanwhile.
      if (!isEscalated(state) && !isWish(state.turn)) {
        const messageSeq = state.head + events.filter(({ type }) => type === 'entry').length;
        const turn = { id: command.turnId, messageSeq, question: command.text };
        events.push({ type: 'turn_started', turn: withUnanswered(state.turn, turn), clientId: null });
      }
      events.push(...rerankWhileWaiting(state));
      return ok(...events);
    }
    case 'visitor_asks_for_person': {
      if (isEscalated(state)) return ok();
      const events = reopenIfResolved(state);
      if (state.head === 0) events.push(record(state, now, { type: 'conversation.started' }));
      // [C4] The wish is kept before anything else happens; a crash here still ends in a hand-over.
      events.push({
        type: 'turn_started',
        turn: { id: command.turnId, messageSeq: 0, question: '' },
        clientId: command.clientId,
      });
      return ok(...events);
    }
    case 'visitor_declines_person':
      return state.offerOpen ? ok({ type: 'offer_changed', open: false, refused: true }) : ok();
    case 'visitor_wishes_contact':
      // [C10] It says how to answer who waits; where nobody waits there is nothing to answer.
      return state.escalation === null || state.status !== 'waiting'
        ? refuse('no_escalation', 'Ask for a person first; then say how they may reach you.')
        : ok(entry({ type: 'contact_wished', wish: command.wish }, command.clientId));
    case 'visitor_reads':
      return command.seq > state.readSeq ? ok({ type: 'read', seq: Math.min(command.seq, state.head) }) : ok();
    case 'visitor_known':
      return JSON.stringify(command.visitor) === JSON.stringify(state.visitor)
        ? ok()
        : ok({ type: 'visitor_known', visitor: command.visitor }, ...rerankWhileWaiting(state));
    case 'finish_turn':
      return finishTurn(state, command.turnId, command.outcome, now);
    case 'bundled':
      // A bundle that arrives after the work moved on belongs to a hop that is over.
      return state.escalation?.id === command.bundle.escalationId && state.escalation.hops.length === command.bundle.hop
        ? ok({ type: 'bundled', bundle: command.bundle }, effect({ kind: 'bundle_row', bundle: command.bundle }))
        : ok();
    case 'ranked': {
      const { bundle } = state;
      if (bundle?.escalationId !== command.escalationId || bundle.hop !== command.hop) return ok();
      if (bundle.routing.status === 'missing') return ok();
      const { value } = bundle.routing;
      const { terms: rank, dueAt } = command.rank;
      if (isSameRank({ terms: value.rank, dueAt: value.dueAt }, command.rank)) return ok();
      // [B6] The row that is kept of it stays as it was at the hand-over; what agents see is the newest.
      return ok({
        type: 'bundled',
        bundle: { ...bundle, routing: { status: 'present', value: { ...value, rank, dueAt } } },
      });
    }
    case 'assigned': {
      const { escalation } = state;
      if (escalation === null || escalation.id !== command.escalationId || escalation.hops.length !== command.hop)
        return ok();
      if (escalation.state === 'assigned' || escalation.state === 'resolved') return ok();
      return ok(
        {
          type: 'escalation_changed',
          first: false,
          escalation: {
            ...common(escalation),
            state: 'assigned',
            agent: command.agent,
            assignedAt: now,
            firstResponseAt: null,
          },
        },
        entry({ type: 'agent_joined', agent: command.agent }),
        record(state, now, {
          type: 'escalation.assigned',
          escalationId: escalation.id,
          hop: command.hop,
          agentId: command.agent.id,
        }),
      );
    }
    case 'taken_back': {
      const { escalation } = state;
      if (
        escalation?.state !== 'assigned' ||
        escalation.id !== command.escalationId ||
        escalation.hops.length !== command.hop
      )
        return ok();
      return ok(
        ...onSla(state, now, (sla) => workMoved(sla, now)),
        { type: 'escalation_changed', first: false, escalation: { ...common(escalation), state: 'queued' } },
        entry({ type: 'agent_left', agent: command.agent, because: 'taken_back' }),
        // Late already while somebody had it, and nobody has it now.
        ...(state.sla?.terms.onBreach.sendOn && isBreachedNow(state.sla) ? [sendOn(escalation)] : []),
        record(state, now, {
          type: 'escalation.taken_back',
          escalationId: escalation.id,
          hop: command.hop,
          agentId: command.agent.id,
        }),
      );
    }
    case 'overflow':
      return overflow(state, command, now);
    case 'sla_checked':
      return ok(...onSla(state, now, (sla) => sla, command.terms));
    case 'agent_says': {
      const held = heldBy(state, command.agent);
      if (!held.ok) return held;
      const events: ConversationEvent[] = [
        ...onSla(state, now, (sla) => agentWrote(sla, now)),
        entry(
          {
            type: 'message',
            clientId: command.clientId,
            author: { kind: 'agent', id: command.agent.id, name: command.agent.name },
            text: command.text,
            citations: [],
          },
          command.clientId,
        ),
      ];
      if (held.escalation.firstResponseAt === null) {
        events.push(
          { type: 'escalation_changed', first: false, escalation: { ...held.escalation, firstResponseAt: now } },
          record(state, now, {
            type: 'escalation.first_response',
            escalationId: held.escalation.id,
            agentId: command.agent.id,
          }),
          effect({
            kind: 'entry_answered',
            escalationId: held.escalation.id,
            hop: held.escalation.hops.length,
            queueId: lastQueue(held.escalation),
          }),
        );
      }
      return ok(...events);
    }
    case 'agent_notes':
      return ok(entry({ type: 'note', agent: command.agent, text: command.text }, command.clientId));
    case 'resolve': {
      const held = heldBy(state, command.agent);
      if (!held.ok) return held;
      const { escalation } = held;
      const hop = escalation.hops.length;
      return ok(
        ...onSla(state, now, (sla) => endSla(sla, now)),
        entry({ type: 'wrapped_up', agent: command.agent, code: command.code, note: command.note }, command.clientId),
        {
          type: 'escalation_changed',
          first: false,
          escalation: {
            ...escalation,
            state: 'resolved',
            resolvedAt: now,
            wrapUpCode: command.code,
            note: command.note || null,
          },
        },
        entry({ type: 'resolved', by: command.agent }),
        { type: 'status_changed', status: 'resolved' },
        { type: 'recording_wanted', wanted: false },
        effect({
          kind: 'close_entry',
          escalationId: escalation.id,
          hop,
          queueId: lastQueue(escalation),
          outcome: 'resolved',
        }),
        effect({ kind: 'release_slot', agentId: command.agent.id, escalationId: escalation.id, hop }),
        effect({ kind: 'conversation_row', status: 'resolved', subject: null }),
        record(state, now, {
          type: 'escalation.resolved',
          escalationId: escalation.id,
          agentId: command.agent.id,
          code: command.code,
          hops: hop,
        }),
      );
    }
    case 'transfer':
      return moveOn(state, command.agent, command.to, 'transfer', command.note, null, command.clientId, now);
    case 'escalate':
      return moveOn(
        state,
        command.agent,
        command.to,
        'escalation',
        command.report.title,
        command.report,
        command.clientId,
        now,
      );
    case 'flag': {
      if (state.escalation === null) return refuse('no_escalation', 'There is no escalation to flag.');
      const { escalation } = state;
      if (escalation.state !== 'assigned' && escalation.state !== 'resolved') {
        return refuse('not_assigned_to_you', 'Only the agent who has or had this work can flag it.');
      }
      if (escalation.agent.id !== command.agent.id) {
        return refuse('not_assigned_to_you', `${escalation.agent.name} has this work.`);
      }
      return ok(
        entry(
          { type: 'flagged', agent: command.agent, because: command.because, note: command.note },
          command.clientId,
        ),
        record(state, now, {
          type: 'escalation.flagged',
          escalationId: escalation.id,
          agentId: command.agent.id,
          because: command.because,
        }),
      );
    }
    default:
      return unreachable(command);
  }
}

function finishTurn(
  state: ConversationState,
  turnId: string,
  outcome: TurnOutcome,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  // [C5] A newer turn covers this message too, or this one was finished before a crash: its result is dropped.
  if (state.turn?.id !== turnId) return refuse('stale_turn', 'This turn is over.');
  const events: ConversationEvent[] = [{ type: 'turn_ended' }];
  const about = merged(state.about, outcome.about);
  if (about.topic !== (state.about?.topic ?? null) || about.area !== (state.about?.area ?? null)) {
    events.push({ type: 'classified', about }, record(state, now, { type: 'conversation.classified', ...about }));
  }
  if (outcome.failed.length > 0) {
    events.push({ type: 'attempts_failed', failed: outcome.failed });
    for (const { id, because } of outcome.failed) {
      const question = state.attempts.find((attempt) => attempt.id === id)?.question ?? '';
      events.push(entry({ type: 'attempt_failed', question, because }));
    }
  }
  if (outcome.attempt !== null) {
    const { attempt } = outcome;
    events.push({ type: 'attempt_kept', attempt });
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
      },
    ],
    state: 'queued',
  };
  return [
    { type: 'escalation_changed', escalation, first: true },
    { type: 'handed_over', reasons: wanted.reasons },
    { type: 'sla_changed', sla: startSla(wanted.id, wanted.sla, now) },
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
    ...(state.capture === 'off' ? [] : [{ type: 'recording_wanted' as const, wanted: true }]),
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

function moveOn(
  state: ConversationState,
  agent: Agent,
  to: Destination,
  kind: Exclude<HopKind, 'handoff' | 'overflow'>,
  note: string,
  bugReport: BugReport | null,
  clientId: string,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  const held = heldBy(state, agent);
  if (!held.ok) return held;
  const { escalation } = held;
  const from = escalation.hops.at(-1)!;
  if (from.queueId === to.id) return refuse('same_queue', `This work is in ${to.name} already.`);
  // [E5] Up a tier only with what that tier asks for.
  const missing = missingAdditions(to.asks, bugReport);
  if (missing.length > 0)
    return refuse('additions_missing', `${to.name} first needs ${additionWords(missing)}: escalate with a report.`);
  const hop = escalation.hops.length + 1;
  return ok(
    ...onSla(state, now, (sla) => workMoved(sla, now)),
    {
      type: 'escalation_changed',
      first: false,
      escalation: {
        ...common(escalation),
        hops: [
          ...escalation.hops,
          {
            hop,
            kind,
            queueId: to.id,
            queueName: to.name,
            at: now,
            by: { kind: 'agent', ...agent },
            note,
            wanted: to.wanted,
            raises: [],
          },
        ],
        state: 'queued',
      },
    },
    entry({ type: 'hop_note', from: from.queueName, to: to.name, agent, text: note }, clientId),
    entry({ type: 'agent_left', agent, because: kind === 'transfer' ? 'transferred' : 'escalated' }),
    entry({ type: 'moved', queueName: to.name, kind }),
    // The new place first: a crash between the two leaves the work in two queues for a moment, never in none [R1].
    effect({ kind: 'hand_over', escalationId: escalation.id, hop, bugReport }),
    effect({ kind: 'close_entry', escalationId: escalation.id, hop: hop - 1, queueId: from.queueId, outcome: 'moved' }),
    effect({ kind: 'release_slot', agentId: agent.id, escalationId: escalation.id, hop: hop - 1 }),
    record(state, now, {
      type: 'escalation.moved',
      escalationId: escalation.id,
      agentId: agent.id,
      kind,
      from: from.queueName,
      to: to.name,
      hop,
    }),
  );
}

/** [E4] While nobody has the work; whoever accepted it in the meantime keeps it. */
function overflow(
  state: ConversationState,
  { escalationId, hop, to, because, raises }: Extract<ConversationCommand, { type: 'overflow' }>,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  const { escalation } = state;
  if (escalation?.id !== escalationId || escalation.state !== 'queued' || escalation.hops.length !== hop) return ok();
  const from = escalation.hops.at(-1)!;
  if (from.queueId === to.id) return ok();
  const next = {
    hop: hop + 1,
    kind: 'overflow' as const,
    queueId: to.id,
    queueName: to.name,
    at: now,
    by: { kind: 'queue' as const, name: from.queueName },
    note: because,
    wanted: null,
    raises,
  };
  return ok(
    { type: 'escalation_changed', first: false, escalation: { ...escalation, hops: [...escalation.hops, next] } },
    entry({ type: 'moved', queueName: to.name, kind: 'overflow' }),
    effect({ kind: 'hand_over', escalationId, hop: hop + 1, bugReport: null }),
    effect({ kind: 'close_entry', escalationId, hop, queueId: from.queueId, outcome: 'moved' }),
    record(state, now, {
      type: 'escalation.moved',
      escalationId,
      agentId: null,
      kind: 'overflow',
      from: from.queueName,
      to: to.name,
      hop: hop + 1,
    }),
  );
}

/**
 * [K8] What something does to the promises, and what is to be told of it. Told before the thing itself: what was late by now was late
 * before it. [K7] What has not been told yet is judged by the newest terms.
 */
function onSla(
  state: ConversationState,
  now: EpochMs,
  happens: (sla: Sla) => Sla,
  terms: SlaTerms | null = null,
): ConversationEvent[] {
  const { sla, escalation } = state;
  if (sla === null || escalation === null || sla.escalationId !== escalation.id) return [];
  const advanced = advanceSla(terms === null ? sla : withTerms(sla, terms), now, happens);
  if (advanced.sla === sla) return [];
  const told = advanced.told.flatMap((one) => tellSla(state, escalation, advanced.sla.terms, one, now));
  return [{ type: 'sla_changed', sla: advanced.sla }, ...told];
}

function tellSla(
  state: ConversationState,
  escalation: Escalation,
  { onBreach }: SlaTerms,
  told: SlaTold,
  now: EpochMs,
): ConversationEvent[] {
  const { metric, ordinal, targetMinutes } = told;
  const promise = {
    escalationId: escalation.id,
    metric,
    ordinal,
    targetMinutes,
    queue: escalation.hops.at(-1)!.queueName,
    hop: escalation.hops.length,
    agentId: escalation.state === 'assigned' ? escalation.agent.id : null,
  };
  switch (told.what) {
    case 'warned':
      return [record(state, now, { type: 'sla.warned', ...promise, dueAt: told.dueAt })];
    case 'met':
      return [record(state, now, { type: 'sla.met', ...promise, dueAt: told.dueAt, elapsedMs: told.elapsedMs })];
    case 'breached': {
      const events = [record(state, now, { type: 'sla.breached', ...promise, dueAt: told.dueAt })];
      if (onBreach.notify) events.push(entry({ type: 'sla_breached', metric, dueAt: told.dueAt, targetMinutes }));
      if (onBreach.rerank) events.push(...rerankWhileWaiting(state));
      if (onBreach.sendOn && escalation.state === 'queued') events.push(sendOn(escalation));
      return events;
    }
    default:
      return unreachable(told);
  }
}

/** [K12] */
const sendOn = (escalation: Escalation): ConversationEvent =>
  effect({
    kind: 'send_on',
    escalationId: escalation.id,
    hop: escalation.hops.length,
    queueId: lastQueue(escalation),
  });

/** [P7] What the visitor writes, or who vouches for what, may move a place in line. */
function rerankWhileWaiting({ escalation }: ConversationState): ConversationEvent[] {
  if (escalation?.state !== 'queued') return [];
  const { id, hops } = escalation;
  return [effect({ kind: 'rerank', escalationId: id, hop: hops.length, queueId: lastQueue(escalation) })];
}

function reopenIfResolved(state: ConversationState): ConversationEvent[] {
  return state.status === 'resolved'
    ? [entry({ type: 'reopened' }), { type: 'status_changed', status: 'open' }, { type: 'attempts_cleared' }]
    : [];
}

function heldBy(
  state: ConversationState,
  agent: Agent,
):
  | { ok: true; escalation: Extract<Escalation, { state: 'assigned' }> }
  | ReturnType<typeof refuse<ConversationRefusal>> {
  const { escalation } = state;
  if (escalation === null) return refuse('no_escalation', 'Nobody has asked for a person here.');
  if (escalation.state === 'resolved') return refuse('already_resolved', 'This work is resolved.');
  if (escalation.state !== 'assigned')
    return refuse('not_assigned_to_you', 'Accept the offer first; the work is in a queue.');
  if (escalation.agent.id !== agent.id) return refuse('not_assigned_to_you', `${escalation.agent.name} has this work.`);
  return { ok: true, escalation };
}

/** The fields that an escalation has in every state. */
function common(escalation: Escalation): Omit<Extract<Escalation, { state: 'queued' }>, 'state'> {
  const { id, conversationId, createdAt, severity, skills, because, hops } = escalation;
  return {
    id,
    conversationId,
    ticketNumber: escalation.ticketNumber,
    createdAt,
    severity,
    skills,
    class: escalation.class,
    because,
    hops,
  };
}

const lastQueue = (escalation: Escalation): QueueId => escalation.hops.at(-1)!.queueId;

function record(state: ConversationState, at: EpochMs, event: OutcomeEvent): ConversationEvent {
  return effect({ kind: 'outcome_event', at, conversationId: state.id, event });
}

/** The state after the event. `head` counts entries; the store numbers them the same way. */
export function evolveConversation(state: ConversationState, event: ConversationEvent): ConversationState {
  switch (event.type) {
    case 'entry':
      return { ...state, head: state.head + 1 };
    case 'turn_started':
      return { ...state, turn: event.turn };
    case 'turn_ended':
      return { ...state, turn: null };
    case 'classified':
      return { ...state, about: event.about };
    case 'attempt_kept':
      return { ...state, attempts: [...state.attempts, event.attempt].slice(-MAX_ATTEMPTS) };
    case 'attempts_failed': {
      const because = new Map(event.failed.map(({ id, because }) => [id, because]));
      return {
        ...state,
        attempts: state.attempts.map((attempt) => ({
          ...attempt,
          failedBecause: attempt.failedBecause ?? because.get(attempt.id) ?? null,
        })),
      };
    }
    case 'attempts_cleared':
      return { ...state, attempts: [], offerOpen: false, offerRefused: false };
    case 'escalation_changed':
      return {
        ...state,
        escalation: event.escalation,
        escalations: state.escalations + (event.first ? 1 : 0),
        lastAgent: 'agent' in event.escalation ? event.escalation.agent : (state.lastAgent ?? null),
        bundle: event.first ? null : state.bundle,
      };
    case 'status_changed':
      return { ...state, status: event.status };
    case 'offer_changed':
      return { ...state, offerOpen: event.open, offerRefused: event.refused };
    case 'recording_wanted':
      return { ...state, recording: event.wanted };
    case 'handed_over':
      return { ...state, reasons: event.reasons };
    case 'bundled':
      return { ...state, bundle: event.bundle };
    case 'read':
      return { ...state, readSeq: event.seq };
    case 'visitor_known':
      return { ...state, visitor: event.visitor };
    case 'sla_changed':
      return { ...state, sla: event.sla };
    case 'effect':
      return state;
    default:
      return unreachable(event);
  }
}

/** Failed attempts since the last escalation or reopening; what the policy's `attempts.failed` counts. */
export const failedAttempts = (attempts: readonly BundleAttempt[]): number =>
  attempts.filter(({ failedBecause }) => failedBecause !== null).length;
