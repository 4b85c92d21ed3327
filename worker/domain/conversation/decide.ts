import type { EpochMs } from '#domain/ids.ts';
import { isSameRank } from '#domain/priority/rank.ts';
import { type Decision, refuse, unreachable } from '#domain/result.ts';
import { agentWrote, endSla, isBreachedNow, isReplyOwed, visitorWrote, workMoved } from '#domain/sla/targets.ts';
import type { ConversationCommand, ConversationRefusal } from './command.ts';
import type { ConversationState } from './conversation.ts';
import { type ConversationEvent, effect, entry, ok, record } from './event.ts';
import { guideEnded } from './guided.ts';
import { heard } from './heard.ts';
import { endForErasure, moveOn, overflow, withdraw } from './moves.ts';
import { onSla, rerank, rerankWhileWaiting, sendOn } from './promises.ts';
import { askFirst, recordingDeleted, share } from './sharing.ts';
import { finishTurn, isWish, withUnanswered } from './turns.ts';
import { common, heldBy, isEscalated, lastQueue } from './work.ts';

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
      const messageSeq = state.head + events.filter(({ type }) => type === 'entry').length;
      // [C4] A wish that waits for its hand-over is not replaced by what is written meanwhile.
      if (!isEscalated(state) && !isWish(state.turn)) {
        const turn = { id: command.turnId, messageSeq, question: command.text };
        events.push({ type: 'turn_started', turn: withUnanswered(state.turn, turn), clientId: null });
      }
      events.push(...rerankWhileWaiting(state, messageSeq), ...owedAgain(state, now));
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
    case 'visitor_withdraws':
      return withdraw(state, command.clientId, now);
    case 'person_erased':
      return endForErasure(state, now);
    case 'visitor_wishes_contact':
      // [C10] It says how to answer who waits; where nobody waits there is nothing to answer.
      return state.escalation === null || state.status !== 'waiting'
        ? refuse('no_escalation', 'Ask for a person first; then say how they may reach you.')
        : ok(entry({ type: 'contact_wished', wish: command.wish }, command.clientId));
    case 'visitor_shares':
      return share(state, command);
    case 'guide_ended':
      return guideEnded(state, command);
    case 'visitor_wants_privacy':
      return askFirst(state);
    case 'recording_deleted':
      return recordingDeleted(state);
    case 'visitor_reads':
      return command.seq > state.readSeq ? ok({ type: 'read', seq: Math.min(command.seq, state.head) }) : ok();
    case 'visitor_known':
      return JSON.stringify(command.visitor) === JSON.stringify(state.visitor)
        ? ok()
        : ok({ type: 'visitor_known', visitor: command.visitor }, ...rerankWhileWaiting(state));
    case 'page_seen':
      return ok(...rerankWhileWaiting(state));
    case 'finish_turn':
      return finishTurn(state, command.turnId, command.outcome, now);
    case 'heard':
      return heard(state, command, now);
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
      // [E7] Or they have left the line meanwhile: the queue is on its way to hearing of it.
      if (escalation.state !== 'queued') return ok();
      const last = escalation.hops.at(-1)!;
      return ok(
        {
          type: 'escalation_changed',
          first: false,
          escalation: {
            ...common(escalation),
            // [Q12] What it was given in this queue goes along, should it move on.
            hops: [...escalation.hops.slice(0, -1), { ...last, raises: command.raises ?? last.raises }],
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
        ...onSla(state, now, (sla) => workMoved(sla, lastQueue(escalation), now)),
        { type: 'escalation_changed', first: false, escalation: { ...common(escalation), state: 'queued' } },
        entry({ type: 'agent_left', agent: command.agent, because: 'taken_back' }),
        // Late already while somebody had it, and nobody has it now.
        ...(state.sla?.terms.onBreach.sendOn && isBreachedNow(state.sla) ? [sendOn(escalation)] : []),
        // [P7] Whatever became known while somebody had it moved nobody: it does now.
        rerank(escalation),
        record(state, now, {
          type: 'escalation.taken_back',
          escalationId: escalation.id,
          hop: command.hop,
          agentId: command.agent.id,
          cause: command.cause,
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
        );
      }
      // Whoever took it over owes a first word even where the visitor has been answered by another.
      if (held.escalation.firstResponseAt === null || (state.sla !== null && isReplyOwed(state.sla))) {
        events.push(
          effect({
            kind: 'entry_answered',
            escalationId: held.escalation.id,
            hop: held.escalation.hops.length,
            queueId: lastQueue(held.escalation),
            agentId: command.agent.id,
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
    case 'mark_silence': {
      const { agent, message, missed, isSilence, wasMissed } = command;
      if (!isSilence) return refuse('no_silence', 'At this message a person was there, or came.');
      if (missed === wasMissed) return ok();
      return ok(
        entry({ type: 'silence_marked', agent, message, missed }, command.clientId),
        record(state, now, {
          type: 'silence.marked',
          message,
          missed,
          topic: state.about?.topic ?? null,
          agentId: agent.id,
        }),
      );
    }
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

/** [A5] What the visitor writes to an agent who owed nothing is owed an answer from now on. */
function owedAgain({ escalation, sla }: ConversationState, now: EpochMs): ConversationEvent[] {
  if (escalation?.state !== 'assigned' || sla === null || isReplyOwed(sla)) return [];
  const { id, hops, agent } = escalation;
  return [
    effect({
      kind: 'entry_owed',
      escalationId: id,
      hop: hops.length,
      queueId: lastQueue(escalation),
      agentId: agent.id,
      at: now,
    }),
  ];
}

function reopenIfResolved(state: ConversationState): ConversationEvent[] {
  return state.status === 'resolved'
    ? [entry({ type: 'reopened' }), { type: 'status_changed', status: 'open' }, { type: 'attempts_cleared' }]
    : [];
}
