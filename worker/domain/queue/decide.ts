import type { AgentId, EpochMs, EscalationId, ReservationId } from '#domain/ids.ts';
import { type RankFacts, rankEntry } from '#domain/priority/rank.ts';
import { type Decision, refuse, unreachable } from '#domain/result.ts';
import { chooseAgent } from '#domain/routing/choose-agent.ts';
import type {
  AgentMirror,
  CloseOutcome,
  QueuedEntry,
  QueueEntry,
  QueueEvent,
  QueueView,
  ReservedEntry,
  WorkSummary,
} from './queue.ts';

export type QueueCommand =
  | { type: 'enqueue'; work: WorkSummary; class: 0 | 1; facts: RankFacts; queuedAt: EpochMs; preferred: AgentId | null }
  | { type: 'rerank'; escalationId: EscalationId; hop: number; facts: RankFacts }
  | { type: 'mirror_agent'; agent: AgentMirror }
  /** Reserve the best entry that some agent may take. The id is used when there is one. */
  | { type: 'match'; reservationId: ReservationId; only: AgentId | null }
  | { type: 'agent_refused'; reservationId: ReservationId; epoch: number }
  | { type: 'accept'; reservationId: ReservationId; epoch: number; agentId: AgentId }
  | { type: 'decline'; reservationId: ReservationId; epoch: number; agentId: AgentId }
  | { type: 'orphan'; reservationId: ReservationId; epoch: number }
  | { type: 'take_back'; escalationId: EscalationId; hop: number }
  | { type: 'expire' }
  | { type: 'close'; escalationId: EscalationId; hop: number; outcome: CloseOutcome };

export type QueueRefusal = 'unknown_entry' | 'reservation_expired' | 'stale_epoch' | 'not_yours' | 'already_closed';

const accepted = (...events: QueueEvent[]): { ok: true; events: QueueEvent[] } => ({ ok: true, events });

/**
 * The queue's whole behaviour. Pure: reads the view, answers with events or a refusal, and the same command on the same state
 * is answered the same. Repeating a command that took effect answers ok with no events [Q5].
 */
export function decideQueue(view: QueueView, command: QueueCommand, now: EpochMs): Decision<QueueEvent, QueueRefusal> {
  switch (command.type) {
    case 'enqueue': {
      // [Q5] The escalation and its hop are the key: a repeated hand-over is the same place in line.
      if (view.entry(command.work.escalationId, command.work.hop) !== null) return accepted();
      const { dueAt, terms } = rankEntry(command.facts, view.config.rank, command.queuedAt);
      const entry: QueuedEntry = {
        ...command.work,
        state: 'queued',
        seq: view.nextSeq(),
        class: command.class,
        facts: command.facts,
        terms,
        queuedAt: command.queuedAt,
        dueAt,
        epoch: 0,
        cooldowns: [],
        preferred: command.preferred,
      };
      return accepted({ type: 'entry_put', entry, because: 'queued' });
    }
    case 'rerank': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state === 'closed') return refuse('already_closed', 'This work has left the queue.');
      const { dueAt, terms } = rankEntry(command.facts, view.config.rank, entry.queuedAt);
      // Nothing changed, nothing to tell anybody.
      if (dueAt === entry.dueAt && terms.length === entry.terms.length) return accepted();
      return accepted({
        type: 'entry_put',
        entry: { ...entry, facts: command.facts, dueAt, terms },
        because: 'reranked',
      });
    }
    case 'mirror_agent': {
      const known = view.agent(command.agent.id);
      // Reports travel through an outbox and may arrive late or twice; an older one must not undo a newer one.
      if (known !== null && known.version >= command.agent.version) return accepted();
      return accepted({ type: 'agent_put', agent: command.agent });
    }
    case 'match':
      return accepted(...matchBest(view, command.reservationId, command.only, now));
    case 'accept': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null)
        return refuse('reservation_expired', 'This offer has ended; the work went back to the queue.');
      if (entry.state === 'assigned') {
        // [Q4] A second accept of the same reservation hears the first result.
        return entry.agentId === command.agentId ? accepted() : refuse('not_yours', 'Another agent has this work.');
      }
      if (entry.state !== 'reserved') return refuse('reservation_expired', 'This offer has ended.');
      if (entry.agentId !== command.agentId) return refuse('not_yours', 'This offer was made to somebody else.');
      if (entry.epoch !== command.epoch) return refuse('stale_epoch', 'This offer has been replaced by a newer one.');
      // [Q6] The clock decides, not the alarm: an alarm may be a minute late.
      if (entry.expiresAt <= now) return refuse('reservation_expired', 'This offer ran out before it was accepted.');
      const { offeredAt: _offeredAt, expiresAt: _expiresAt, ...kept } = entry;
      return accepted({
        type: 'entry_put',
        entry: { ...kept, state: 'assigned', assignedAt: now },
        because: 'accepted',
      });
    }
    case 'decline': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved') return accepted();
      if (entry.agentId !== command.agentId) return refuse('not_yours', 'This offer was made to somebody else.');
      if (entry.epoch !== command.epoch) return refuse('stale_epoch', 'This offer has been replaced by a newer one.');
      return accepted(giveBack(entry, 'declined', view.config.cooldownMs, now));
    }
    case 'agent_refused': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved' || entry.epoch !== command.epoch) return accepted();
      // No cool-down: the slot was taken by another queue, which is nobody's doing. The agent's next report tells when it frees.
      const events: QueueEvent[] = [giveBack(entry, 'refused_by_agent', 0, now)];
      const mirror = view.agent(entry.agentId);
      if (mirror !== null) events.push({ type: 'agent_put', agent: { ...mirror, load: mirror.capacity } });
      return accepted(...events);
    }
    case 'orphan': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved' || entry.epoch !== command.epoch) return accepted();
      return accepted(giveBack(entry, 'orphaned', 0, now));
    }
    case 'take_back': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state !== 'assigned') return accepted();
      const { reservationId: _r, agentId, agentName: _n, assignedAt: _a, ...kept } = entry;
      // [Q8] Taken-back work keeps the rank it had earned: same seq, same queuedAt.
      return accepted({
        type: 'entry_put',
        entry: { ...kept, state: 'queued', preferred: agentId },
        because: 'taken_back',
      });
    }
    case 'expire': {
      const events: QueueEvent[] = [];
      for (const entry of view.reserved()) {
        if (entry.expiresAt <= now) events.push(giveBack(entry, 'expired', view.config.cooldownMs, now));
      }
      return accepted(...events);
    }
    case 'close': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state === 'closed') return accepted();
      const events: QueueEvent[] = [
        {
          type: 'entry_put',
          entry: { ...common(entry), state: 'closed', outcome: command.outcome, closedAt: now },
          because: 'closed',
        },
      ];
      if (entry.state === 'assigned') {
        events.push({
          type: 'served',
          at: now,
          waitMs: entry.assignedAt - entry.queuedAt,
          handleMs: now - entry.assignedAt,
        });
      }
      return accepted(...events);
    }
    default:
      return unreachable(command);
  }
}

/**
 * [Q2] Walks the line in rank order and reserves the first entry that some agent may take. An entry that nobody may take is
 * passed over, so it never blocks what is behind it [Q3].
 */
function matchBest(view: QueueView, reservationId: ReservationId, only: AgentId | null, now: EpochMs): QueueEvent[] {
  const free = [...view.agents()].filter(
    (agent) => agent.presence === 'available' && agent.load < agent.capacity && (only === null || agent.id === only),
  );
  if (free.length === 0) return [];
  for (const entry of view.waiting()) {
    const agent = chooseAgent(entry, free, now);
    if (agent === null) continue;
    const reserved: ReservedEntry = {
      ...entry,
      state: 'reserved',
      epoch: entry.epoch + 1,
      reservationId,
      agentId: agent.id,
      agentName: agent.name,
      offeredAt: now,
      expiresAt: now + view.config.offerMs,
    };
    return [
      { type: 'entry_put', entry: reserved, because: 'reserved' },
      // Optimistic: until the agent object reports again, this queue must not offer the same slot twice.
      { type: 'agent_put', agent: { ...agent, load: agent.load + 1 } },
    ];
  }
  return [];
}

/** [Q7] Back to the line at its own rank: seq, queuedAt and dueAt are untouched. */
function giveBack(
  entry: ReservedEntry,
  because: 'declined' | 'expired' | 'orphaned' | 'refused_by_agent',
  cooldownMs: number,
  now: EpochMs,
): QueueEvent {
  const cooldowns = entry.cooldowns.filter(({ until, agentId }) => until > now && agentId !== entry.agentId);
  if (cooldownMs > 0) cooldowns.push({ agentId: entry.agentId, until: now + cooldownMs });
  return { type: 'entry_put', entry: { ...common(entry), state: 'queued', cooldowns }, because };
}

/** The fields that an entry has in every state. */
function common(entry: QueueEntry): Omit<QueuedEntry, 'state'> {
  const {
    escalationId,
    conversationId,
    ticketNumber,
    hop,
    subject,
    visitorName,
    company,
    area,
    because,
    skills,
    seq,
    facts,
    terms,
    queuedAt,
    dueAt,
    epoch,
    cooldowns,
    preferred,
  } = entry;
  return {
    escalationId,
    conversationId,
    ticketNumber,
    hop,
    subject,
    visitorName,
    company,
    area,
    because,
    skills,
    seq,
    class: entry.class,
    facts,
    terms,
    queuedAt,
    dueAt,
    epoch,
    cooldowns,
    preferred,
  };
}

/** When the object must wake by itself: the next offer to run out, or the next cool-down to end; null when neither is pending. */
export function nextQueueDeadline(view: QueueView, now: EpochMs): EpochMs | null {
  let deadline: EpochMs | null = null;
  const sooner = (at: EpochMs) => {
    if (deadline === null || at < deadline) deadline = at;
  };
  for (const entry of view.reserved()) sooner(entry.expiresAt);
  for (const entry of view.waiting()) {
    for (const { until } of entry.cooldowns) if (until > now) sooner(until);
  }
  return deadline;
}
