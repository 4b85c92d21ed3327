import { additionWords, missingAdditions } from '#domain/escalation/additions.ts';
import { type BugReport, type Escalation, type HopKind, waitingSince } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import { givenByHand } from '#domain/queue/by-hand.ts';
import { type Decision, refuse } from '#domain/result.ts';
import { waiveSla, workMoved } from '#domain/sla/targets.ts';
import type { Agent, ConversationCommand, ConversationRefusal, Destination } from './command.ts';
import type { ConversationState } from './conversation.ts';
import { type ConversationEvent, effect, entry, ok, record } from './event.ts';
import { onSla } from './promises.ts';
import { common, heldBy, isEscalated, lastQueue } from './work.ts';

export function moveOn(
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
  // To a colleague, or back in line: the commonest transfer stays in its queue. Up a tier it goes to another one.
  if (from.queueId === to.id) {
    if (kind === 'escalation') return refuse('same_queue', `This work is in ${to.name} already.`);
    if (to.wanted?.id === agent.id) return refuse('same_agent', 'You have this work already.');
  }
  // [E5] Up a tier only with what that tier asks for.
  const missing = missingAdditions(to.asks, bugReport);
  if (missing.length > 0)
    return refuse('additions_missing', `${to.name} first needs ${additionWords(missing)}: escalate with a report.`);
  const hop = escalation.hops.length + 1;
  // Within a queue nothing has moved for who waits: somebody has left, and their place says the rest.
  const moved = from.queueId === to.id ? [] : [entry({ type: 'moved', queueName: to.name, kind })];
  return ok(
    ...onSla(state, now, (sla) => workMoved(sla, to.id, now)),
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
            raises: givenByHand(from.raises),
            relaxed: 0,
            waitedMs: 0,
          },
        ],
        state: 'queued',
      },
    },
    entry({ type: 'hop_note', from: from.queueName, to: to.name, agent, text: note }, clientId),
    entry({ type: 'agent_left', agent, because: kind === 'transfer' ? 'transferred' : 'escalated' }),
    ...moved,
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
export function overflow(
  state: ConversationState,
  { escalationId, hop, to, because, raises, relaxed }: Extract<ConversationCommand, { type: 'overflow' }>,
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
    relaxed,
    waitedMs: 0,
  };
  return ok(
    ...onSla(state, now, (sla) => workMoved(sla, to.id, now)),
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
 * [E7] While nobody has the work. An accept that the conversation has not heard of yet loses: closing the entry gives the slot back.
 * Repeating it is harmless.
 */
export function withdraw(
  state: ConversationState,
  clientId: string,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  const { escalation } = state;
  if (escalation?.state === 'abandoned') return ok();
  if (escalation === null || escalation.state === 'resolved')
    return refuse('no_escalation', 'Nobody has been asked to come; there is nothing to take back.');
  if (escalation.state === 'assigned')
    return refuse('somebody_has_it', `${escalation.agent.name} is with you already: tell them that it is solved.`);
  return ok(
    ...abandoned(state, escalation, now),
    entry({ type: 'withdrawn' }, clientId),
    { type: 'status_changed', status: 'open' },
    ...(state.recording && state.capture !== 'always' ? [{ type: 'recording_wanted' as const, wanted: false }] : []),
    effect({ kind: 'conversation_row', status: 'open', subject: null }),
  );
}

/**
 * [Y3] Ends it whoever has the work: it leaves its queue, and closing its entry there gives the slot back, with nothing to write down about it.
 * Repeating it is harmless.
 */
export function endForErasure(
  state: ConversationState,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  const { escalation } = state;
  const end: ConversationEvent[] = [
    ...(state.turn === null ? [] : [{ type: 'turn_ended' as const }]),
    ...(state.status === 'resolved'
      ? []
      : [
          { type: 'status_changed' as const, status: 'resolved' as const },
          effect({ kind: 'conversation_row', status: 'resolved', subject: null }),
        ]),
  ];
  if (escalation === null || !isEscalated(state)) return ok(...end);
  return ok(...abandoned(state, escalation, now), ...end);
}

/** [E7] The work is over before anybody was through with it: what is owed is waived, its place in line is closed, and how long they waited is told. */
function abandoned(state: ConversationState, escalation: Escalation, now: EpochMs): ConversationEvent[] {
  const escalationId = escalation.id;
  const hop = escalation.hops.length;
  return [
    ...onSla(state, now, (sla) => waiveSla(sla, now)),
    {
      type: 'escalation_changed',
      first: false,
      escalation: { ...common(escalation), state: 'abandoned', abandonedAt: now },
    },
    effect({ kind: 'close_entry', escalationId, hop, queueId: lastQueue(escalation), outcome: 'abandoned' }),
    record(state, now, {
      type: 'escalation.abandoned',
      escalationId,
      hop,
      queue: escalation.hops.at(-1)!.queueName,
      waitedMs: now - waitingSince(escalation.hops),
    }),
  ];
}
