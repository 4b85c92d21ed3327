import type { EpochMs } from '#domain/ids.ts';
import { type Decision, refuse } from '#domain/result.ts';
import type { QueueCommand, QueueRefusal } from './command.ts';
import type { TakenBackCause } from './deed.ts';
import { accepted, common, put } from './event.ts';
import type { AssignedEntry, QueueConfig, QueuedEntry, QueueEvent, QueueView, ReservedEntry } from './queue.ts';
import { takeStep } from './steps.ts';

export function accept(
  view: QueueView,
  { reservationId, epoch, agentId }: Extract<QueueCommand, { type: 'accept' }>,
  now: EpochMs,
): Decision<QueueEvent, QueueRefusal> {
  const entry = view.byReservation(reservationId);
  if (entry === null) return refuse('reservation_expired', 'This offer has ended; the work went back to the queue.');
  if (entry.state === 'assigned') {
    // [Q4] A second accept of the same reservation hears the first result.
    return entry.agentId === agentId ? accepted() : refuse('not_yours', 'Another agent has this work.');
  }
  if (entry.state !== 'reserved') return refuse('reservation_expired', 'This offer has ended.');
  if (entry.agentId !== agentId) return refuse('not_yours', 'This offer was made to somebody else.');
  if (entry.epoch !== epoch) return refuse('stale_epoch', 'This offer has been replaced by a newer one.');
  // [Q6] The clock decides, not the alarm: an alarm may be a minute late.
  if (entry.expiresAt <= now) return refuse('reservation_expired', 'This offer ran out before it was accepted.');
  const { offeredAt: _offeredAt, expiresAt: _expiresAt, turnBefore: _turnBefore, ...kept } = entry;
  const { fairness } = view.config;
  const record = view.record(agentId);
  // They left between their click and now.
  const isOffline = view.agent(agentId)?.presence === 'offline';
  return accepted(
    put(
      { ...kept, state: 'assigned', assignedAt: now, owedSince: now, vanishedAt: isOffline ? now : null },
      'accepted',
    ),
    ...(fairness === null
      ? []
      : [
          {
            type: 'record_put' as const,
            agentId,
            record: { ...record, takenAt: [...record.takenAt.filter((at) => at > now - fairness.windowMs), now] },
          },
        ]),
  );
}

/** [Q7] Back to the line at its own rank: seq, queuedAt and dueAt are untouched. */
export function giveBack(
  view: QueueView,
  entry: ReservedEntry,
  because: 'declined' | 'expired' | 'orphaned' | 'refused_by_agent' | 'unfit' | 'withdrawn',
  now: EpochMs,
): QueueEvent[] {
  const { cooldownMs, advanceOnLapse, path } = view.config;
  const cooldowns = entry.cooldowns.filter(({ until, agentId }) => until > now && agentId !== entry.agentId);
  // A cool-down is for who was asked and said no, or nothing; or from whom a supervisor took it [Q17].
  if (cooldownMs > 0 && (because === 'declined' || because === 'expired' || because === 'withdrawn')) {
    cooldowns.push({ agentId: entry.agentId, until: now + cooldownMs });
  }
  const queued: QueuedEntry = { ...common(entry), state: 'queued', cooldowns };
  // [Q9] Only a lapse goes on to the next step; a refusal by the agent's object was no offer at all.
  const lapsed = because === 'declined' || because === 'expired';
  if (!lapsed || !advanceOnLapse || path[queued.stepsTaken] === undefined) return [put(queued, because)];
  return takeStep(queued, view.config, because, because === 'declined' ? 'declined' : 'not taken in time');
}

/**
 * [Q8] Taken-back work keeps the rank it had earned: same seq, same queuedAt. Who vanished is asked first when they are back; who was
 * there and silent, or lost it to a supervisor, is not asked again for a while.
 */
export function takenBack(
  entry: AssignedEntry,
  { cooldownMs }: QueueConfig,
  cause: TakenBackCause,
  now: EpochMs,
): QueueEvent {
  const { reservationId: _r, agentId, agentName: _n, assignedAt: _a, owedSince: _o, vanishedAt: _v, ...kept } = entry;
  const cooldowns = kept.cooldowns.filter(({ until }) => until > now);
  if (cause.kind !== 'vanished' && cooldownMs > 0) cooldowns.push({ agentId, until: now + cooldownMs });
  const preferred = cause.kind === 'vanished' ? agentId : null;
  return { type: 'entry_put', entry: { ...kept, cooldowns, state: 'queued', preferred }, because: 'taken_back', cause };
}
