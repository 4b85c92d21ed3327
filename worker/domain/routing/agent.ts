import type { AgentId, EpochMs, EscalationId, QueueId, ReservationId } from '#domain/ids.ts';
import type { RankTerm } from '#domain/priority/rank.ts';
import type { WorkSummary } from '#domain/queue/queue.ts';
import { type Decision, refuse, unreachable } from '#domain/result.ts';

export type Presence = 'available' | 'away' | 'offline';

/** What a queue proposes to an agent: work it has already reserved under this id and epoch. */
export type Proposal = {
  reservationId: ReservationId;
  epoch: number;
  queueId: QueueId;
  queueName: string;
  work: WorkSummary;
  tier: string | null;
  terms: RankTerm[];
  queuedAt: EpochMs;
  dueAt: EpochMs;
  offeredAt: EpochMs;
  expiresAt: EpochMs;
};

/** One capacity slot in use. Only the agent's own object makes or ends one, so no slot is ever given twice. */
export type Slot = Proposal & ({ state: 'offered' } | { state: 'assigned'; assignedAt: EpochMs });

export type AgentState = {
  id: AgentId;
  name: string;
  skills: string[];
  capacity: number;
  presence: Presence;
  presenceBecause: string | null;
  /** When the last console went away; presence turns offline after a grace, so a reload changes nothing. */
  goneAt: EpochMs | null;
  slots: Slot[];
  lastAssignedAt: EpochMs;
  /** Counts changes that queues must hear of. */
  version: number;
};

export const newAgent = (profile: { id: AgentId; name: string; skills: string[]; capacity: number }): AgentState => ({
  ...profile,
  presence: 'offline',
  presenceBecause: null,
  goneAt: null,
  slots: [],
  lastAssignedAt: 0,
  version: 1,
});

export type AgentCommand =
  | { type: 'console_opened' }
  | { type: 'consoles_gone' }
  | { type: 'set_presence'; presence: 'available' | 'away' }
  | { type: 'grant'; proposal: Proposal }
  | { type: 'assigned'; reservationId: ReservationId }
  /** An offer ended: declined, expired or withdrawn. */
  | { type: 'offer_ended'; reservationId: ReservationId; because: 'declined' | 'expired' | 'taken' | 'cancelled' }
  | { type: 'release'; escalationId: EscalationId; hop: number }
  /** Alarm: grace of a closed console over? leases run out? */
  | { type: 'tick'; graceMs: number };

export type AgentEvent =
  | { type: 'presence_changed'; presence: Presence; because: string | null; goneAt: EpochMs | null }
  | { type: 'slot_taken'; slot: Slot }
  | { type: 'slot_assigned'; reservationId: ReservationId; at: EpochMs }
  | {
      type: 'slot_freed';
      reservationId: ReservationId;
      because: 'declined' | 'expired' | 'taken' | 'cancelled' | 'released' | 'offline';
    };

export type AgentRefusal = 'not_available' | 'no_free_slot';

const accepted = (...events: AgentEvent[]): { ok: true; events: AgentEvent[] } => ({ ok: true, events });

/** [A1] The owner of the agent's slots. Grants at most `capacity` of them, to whichever queue asks first. */
export function decideAgent(
  state: AgentState,
  command: AgentCommand,
  now: EpochMs,
): Decision<AgentEvent, AgentRefusal> {
  switch (command.type) {
    case 'console_opened':
      if (state.presence !== 'offline') {
        return state.goneAt === null
          ? accepted()
          : accepted({
              type: 'presence_changed',
              presence: state.presence,
              because: state.presenceBecause,
              goneAt: null,
            });
      }
      // Coming back is not the same as being ready: the agent says so with the switch.
      return accepted({ type: 'presence_changed', presence: 'away', because: null, goneAt: null });
    case 'consoles_gone':
      if (state.presence === 'offline' || state.goneAt !== null) return accepted();
      return accepted({
        type: 'presence_changed',
        presence: state.presence,
        because: state.presenceBecause,
        goneAt: now,
      });
    case 'set_presence':
      if (state.presence === command.presence && state.goneAt === null) return accepted();
      return accepted({ type: 'presence_changed', presence: command.presence, because: null, goneAt: null });
    case 'grant': {
      const { proposal } = command;
      const held = state.slots.find((slot) => slot.reservationId === proposal.reservationId);
      if (held !== undefined) return accepted();
      // [A4] An agent whose console is gone is not offered anything, even within the grace.
      if (state.presence !== 'available' || state.goneAt !== null)
        return refuse('not_available', 'This agent is not available.');
      if (state.slots.length >= state.capacity) return refuse('no_free_slot', 'This agent has no free slot.');
      return accepted({ type: 'slot_taken', slot: { ...proposal, state: 'offered' } });
    }
    case 'assigned': {
      const slot = state.slots.find(({ reservationId }) => reservationId === command.reservationId);
      return slot === undefined || slot.state === 'assigned'
        ? accepted()
        : accepted({ type: 'slot_assigned', reservationId: slot.reservationId, at: now });
    }
    case 'offer_ended': {
      const slot = state.slots.find(({ reservationId }) => reservationId === command.reservationId);
      if (slot === undefined || slot.state === 'assigned') return accepted();
      const events: AgentEvent[] = [
        { type: 'slot_freed', reservationId: slot.reservationId, because: command.because },
      ];
      // [A3] Silence is an answer: whoever lets an offer run out is not asked again until they say they are there.
      if (command.because === 'expired' && state.presence === 'available') {
        events.push({
          type: 'presence_changed',
          presence: 'away',
          because: 'An offer went unanswered, so you were set to away.',
          goneAt: state.goneAt,
        });
      }
      return accepted(...events);
    }
    case 'release':
      return accepted(
        ...state.slots
          .filter(({ work }) => work.escalationId === command.escalationId && work.hop === command.hop)
          .map(({ reservationId }): AgentEvent => ({ type: 'slot_freed', reservationId, because: 'released' })),
      );
    case 'tick': {
      if (state.goneAt === null || now < state.goneAt + command.graceMs) return accepted();
      // [A2] A closed laptop gives its offers back at once; accepted work stays until policy takes it back.
      return accepted(
        { type: 'presence_changed', presence: 'offline', because: null, goneAt: null },
        ...state.slots
          .filter((slot) => slot.state === 'offered')
          .map(({ reservationId }): AgentEvent => ({ type: 'slot_freed', reservationId, because: 'offline' })),
      );
    }
    default:
      return unreachable(command);
  }
}

export function evolveAgent(state: AgentState, event: AgentEvent): AgentState {
  const version = state.version + 1;
  switch (event.type) {
    case 'presence_changed':
      return { ...state, version, presence: event.presence, presenceBecause: event.because, goneAt: event.goneAt };
    case 'slot_taken':
      return { ...state, version, slots: [...state.slots, event.slot] };
    case 'slot_assigned':
      return {
        ...state,
        version,
        lastAssignedAt: event.at,
        slots: state.slots.map((slot) =>
          slot.reservationId === event.reservationId ? { ...slot, state: 'assigned', assignedAt: event.at } : slot,
        ),
      };
    case 'slot_freed':
      return {
        ...state,
        version,
        slots: state.slots.filter(({ reservationId }) => reservationId !== event.reservationId),
      };
    default:
      return unreachable(event);
  }
}

/** When the agent's object must wake by itself; null when nothing is pending. */
export const nextAgentDeadline = (state: AgentState, graceMs: number): EpochMs | null =>
  state.goneAt === null ? null : state.goneAt + graceMs;
