import type { AgentId, EpochMs, EscalationId } from '#domain/ids.ts';
import { type Decision, refuse, unreachable } from '#domain/result.ts';
import { mayTake, parseSkills } from '#domain/routing/skill.ts';
import { raiseByHand } from './by-hand.ts';
import type { QueueCommand, QueueRefusal } from './command.ts';
import { accepted, common, put } from './event.ts';
import { changed, enqueue, isSameFacts } from './line.ts';
import { match } from './match.ts';
import { accept, giveBack, takenBack } from './offer.ts';
import { nextStepAt } from './path.ts';
import type { AgentMirror, AssignedEntry, QueueConfig, QueueEvent, QueueView } from './queue.ts';
import { type Open, ranked } from './ranked.ts';
import { tick } from './tick.ts';

/**
 * The queue's whole behaviour. Pure: reads the view, answers with events or a refusal, and the same command on the same state
 * is answered the same. Repeating a command that took effect answers ok with no events [Q5].
 */
export function decideQueue(view: QueueView, command: QueueCommand, now: EpochMs): Decision<QueueEvent, QueueRefusal> {
  switch (command.type) {
    case 'enqueue':
      return enqueue(view, command, now);
    case 'rerank': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state === 'closed') return refuse('already_closed', 'This work has left the queue.');
      const rankClass = Math.min(entry.class, command.class ?? entry.class) as 0 | 1;
      const after = ranked({ ...entry, class: rankClass, facts: command.facts }, view.config);
      // Facts that move nothing today are kept: other settings may ask for them tomorrow.
      return isSameFacts(entry.facts, command.facts)
        ? changed(entry, after, 'reranked')
        : accepted(put(after, 'reranked'));
    }
    case 'adjust': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state === 'closed') return refuse('already_closed', 'This work has left the queue.');
      if (command.minutes === 0) return refuse('no_minutes', '0 minutes move nothing.');
      const minutes = Math.min(command.minutes, roomForward(entry, view.config));
      if (command.minutes > 0 && minutes <= 0) return refuse('at_front', AT_FRONT);
      const raise = raiseByHand(command.by, 0 - minutes);
      return changed(entry, ranked({ ...entry, raises: [...entry.raises, raise] }, view.config), 'adjusted');
    }
    case 'mirror_agent':
      return mirrorAgent(view, command.agent, now);
    case 'match':
      return accepted(...match(view, command, now));
    case 'accept':
      return accept(view, command, now);
    case 'answered': {
      const entry = heldIn(view, command);
      if (entry === null || entry.owedSince === null) return accepted();
      return accepted(put({ ...entry, owedSince: null }, 'answered'));
    }
    case 'owed': {
      const entry = heldIn(view, command);
      if (entry === null || entry.owedSince !== null) return accepted();
      return accepted(put({ ...entry, owedSince: command.at }, 'owed'));
    }
    case 'promised': {
      const entry = view.entry(command.escalationId, command.hop);
      const { promiseDueAt } = command;
      if (entry?.state !== 'assigned' || entry.facts.promiseDueAt === promiseDueAt) return accepted();
      return accepted(put({ ...entry, facts: { ...entry.facts, promiseDueAt } }, 'promised'));
    }
    case 'decline': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved') return accepted();
      if (entry.agentId !== command.agentId) return refuse('not_yours', 'This offer was made to somebody else.');
      if (entry.epoch !== command.epoch) return refuse('stale_epoch', 'This offer has been replaced by a newer one.');
      return accepted(...giveBack(view, entry, 'declined', now));
    }
    case 'agent_refused': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved' || entry.epoch !== command.epoch) return accepted();
      const events = giveBack(view, entry, 'refused_by_agent', now);
      // Its slots went elsewhere, which is nobody's doing; the agent's next report tells when one frees.
      const mirror = view.agent(entry.agentId);
      if (mirror === null) return accepted(...events);
      const record = view.record(entry.agentId);
      // [M1] They were never asked, so it is their turn as before; unless they have been offered something since.
      const lastOfferedAt = record.lastOfferedAt === entry.offeredAt ? entry.turnBefore : record.lastOfferedAt;
      events.push({
        type: 'agent_put',
        agent: { ...mirror, load: mirror.capacity },
        record: { ...record, lastOfferedAt },
      });
      return accepted(...events);
    }
    case 'orphan': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved' || entry.epoch !== command.epoch) return accepted();
      return accepted(...giveBack(view, entry, 'orphaned', now));
    }
    case 'take_back': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state === 'closed') return refuse('already_closed', 'This work has left the queue.');
      // [Q17] What nobody has is not taken from anybody, and whoever says so is told.
      if (entry.state === 'queued') return refuse('nobody_has_it', 'Nobody has this work; it is in line.');
      return entry.state === 'assigned'
        ? accepted(takenBack(entry, view.config, { kind: 'supervisor', by: command.by }, now))
        : accepted(...giveBack(view, entry, 'withdrawn', now));
    }
    case 'send_on': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null || entry.state === 'closed' || entry.sendOnSince !== null) return accepted();
      const after = { ...entry, sendOnSince: now };
      // Where the path leads nowhere there is nothing to wait for either.
      return nextStepAt({ ...common(after), state: 'queued' }, view.config) === now
        ? accepted(put(after, 'sent_on'))
        : accepted();
    }
    case 'set_closure': {
      const isClosed = view.closure() !== null;
      if (isClosed === (command.closure !== null)) return accepted();
      const closure = command.closure === null ? null : { ...command.closure, lastSeq: view.nextSeq() - 1 };
      return accepted({ type: 'closure_put', closure });
    }
    case 'tick':
      return accepted(...tick(view, now));
    case 'close':
      return close(view, command, now);
    default:
      return unreachable(command);
  }
}

/** Word about an agent is about what that agent has: it may have been taken back and given to another since. */
function heldIn(
  view: QueueView,
  { escalationId, hop, agentId }: { escalationId: EscalationId; hop: number; agentId: AgentId },
): AssignedEntry | null {
  const entry = view.entry(escalationId, hop);
  return entry?.state === 'assigned' && entry.agentId === agentId ? entry : null;
}

/** [A5] [A7] Who goes offline starts the clock of what they hold; who is back stops it. An offer that their skills allowed and no longer allow goes back. */
function mirrorAgent(view: QueueView, agent: AgentMirror, now: EpochMs): Decision<QueueEvent, QueueRefusal> {
  const known = view.agent(agent.id);
  // Reports travel through an outbox and may arrive late or twice; an older one must not undo a newer one.
  if (known !== null && known.version >= agent.version) return accepted();
  const events: QueueEvent[] = [{ type: 'agent_put', agent }];
  // What they were never able to do was a supervisor's choice, and still is.
  if (known !== null && known.skills.join() !== agent.skills.join()) {
    const [before, after] = [parseSkills(known.skills), parseSkills(agent.skills)];
    for (const entry of view.heldBy(agent.id)) {
      if (entry.state !== 'reserved' || !mayTake(before, entry.needsKey) || mayTake(after, entry.needsKey)) continue;
      events.push(...giveBack(view, entry, 'unfit', now));
    }
  }
  const isGone = agent.presence === 'offline';
  // Whether or not it is taken back from them: should that be switched on, it counts from when they went.
  if (isGone !== (known?.presence === 'offline')) {
    for (const entry of view.heldBy(agent.id)) {
      if (entry.state !== 'assigned' || (entry.vanishedAt !== null) === isGone) continue;
      events.push(put({ ...entry, vanishedAt: isGone ? now : null }, isGone ? 'agent_gone' : 'agent_back'));
    }
  }
  return accepted(...events);
}

function close(
  view: QueueView,
  { escalationId, hop, outcome }: Extract<QueueCommand, { type: 'close' }>,
  now: EpochMs,
): Decision<QueueEvent, QueueRefusal> {
  const entry = view.entry(escalationId, hop);
  if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
  if (entry.state === 'closed') return accepted();
  const events: QueueEvent[] = [put({ ...common(entry), state: 'closed', outcome, closedAt: now }, 'closed')];
  // [E7] Who left was not served: what that took says nothing of how long work takes.
  if (entry.state === 'assigned' && outcome !== 'abandoned') {
    events.push({
      type: 'served',
      at: now,
      waitMs: entry.assignedAt - entry.queuedAt,
      handleMs: now - entry.assignedAt,
    });
  }
  return accepted(...events);
}

const AT_FRONT = 'It cannot go further forward: it is due since it came. It can be assigned to somebody.';

/**
 * [P2] By how many minutes it can still go forward. More would wait on the entry unseen, and whoever moves it back would see nothing happen.
 * Strict order counts them as age, which has no end.
 */
const roomForward = ({ dueAt, queuedAt }: Open, { order }: QueueConfig): number =>
  order === 'strict' ? Number.POSITIVE_INFINITY : (dueAt - queuedAt) / 60_000;
