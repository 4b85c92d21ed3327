import type { AgentId, EpochMs, EscalationId, QueueId, ReservationId } from '#domain/ids.ts';
import { isSameRank, type RankTerm } from '#domain/priority/rank.ts';
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
  /** Units of capacity that it takes. */
  cost: number;
  /** How long the slot stays in use after the work. */
  wrapUpMs: number;
  /** After so many unanswered offers in a row the agent is taken off. */
  unansweredLimit: number;
  tier: string | null;
  terms: RankTerm[];
  queuedAt: EpochMs;
  dueAt: EpochMs;
  offeredAt: EpochMs;
  expiresAt: EpochMs;
};

/** One capacity slot in use. Only the agent's own object makes or ends one, so no slot is ever given twice. */
export type Slot = Proposal &
  ({ state: 'offered' } | { state: 'assigned'; assignedAt: EpochMs } | { state: 'wrapping'; wrapEndsAt: EpochMs });

/** Units of capacity in use. */
export const loadOf = ({ slots }: Pick<AgentState, 'slots'>): number => slots.reduce((sum, { cost }) => sum + cost, 0);

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
  /** Offers that ran out since the agent last did anything. */
  unanswered: number;
  /** [M1] When the agent last took work, or was through with it and its notes. */
  idleSince: EpochMs;
  /** Counts changes that queues must hear of. */
  version: number;
};

/** [A4] An agent before the first console: offline, with every slot free. */
export const newAgent = (profile: { id: AgentId; name: string; skills: string[]; capacity: number }): AgentState => ({
  ...profile,
  presence: 'offline',
  presenceBecause: null,
  goneAt: null,
  slots: [],
  unanswered: 0,
  idleSince: 0,
  version: 1,
});

/** What settings say of an agent that queues go by. */
export type Profile = Pick<AgentState, 'name' | 'skills' | 'capacity'>;

export type AgentCommand =
  | { type: 'console_opened' }
  | { type: 'consoles_gone' }
  | { type: 'set_presence'; presence: 'available' | 'away' }
  | { type: 'grant'; proposal: Proposal }
  /** `proposal` where the slot may be gone: the offer was on its way back when it had been taken already. */
  | { type: 'assigned'; reservationId: ReservationId; proposal?: Proposal }
  /** What is offered has another rank now; the offer itself is the same. */
  | { type: 'offer_reranked'; reservationId: ReservationId; epoch: number; terms: RankTerm[]; dueAt: EpochMs }
  /** An offer ended: declined, expired or withdrawn. */
  | {
      type: 'offer_ended';
      reservationId: ReservationId;
      because: 'declined' | 'expired' | 'taken' | 'cancelled' | 'unfit' | 'withdrawn';
    }
  /** Work that is taken back may be given to the same agent again before this is heard: `reservationId` says which of the two ends. */
  | {
      type: 'release';
      escalationId: EscalationId;
      hop: number;
      reservationId?: ReservationId | null;
      /** Nothing was done about it, so there is nothing to write down. */
      isUndone?: boolean;
    }
  /** The agent is done with the notes. */
  | { type: 'wrapped_up'; reservationId: ReservationId }
  /** [A7] Their settings, as they are now; `queueIds` are the queues that they serve. */
  | ({ type: 'profile'; queueIds: readonly QueueId[] } & Profile)
  /** Alarm: grace of a closed console over? leases run out? */
  | { type: 'tick'; graceMs: number };

export type AgentEvent =
  | { type: 'presence_changed'; presence: Presence; because: string | null; goneAt: EpochMs | null }
  | ({ type: 'profile_changed' } & Profile)
  | { type: 'slot_taken'; slot: Slot }
  | { type: 'slot_assigned'; reservationId: ReservationId; at: EpochMs }
  | { type: 'offer_reranked'; reservationId: ReservationId; terms: RankTerm[]; dueAt: EpochMs }
  | { type: 'slot_wrapping'; reservationId: ReservationId; until: EpochMs }
  | { type: 'unanswered_counted'; count: number }
  | {
      type: 'slot_freed';
      reservationId: ReservationId;
      because: 'declined' | 'expired' | 'taken' | 'cancelled' | 'offline' | 'unfit' | 'withdrawn';
    }
  /** Work is over, or its notes are, since `at`. */
  | { type: 'slot_freed'; reservationId: ReservationId; because: 'released' | 'wrapped_up'; at: EpochMs };

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
      return accepted(...heard(state), {
        type: 'presence_changed',
        presence: command.presence,
        because: null,
        goneAt: null,
      });
    case 'grant': {
      const { proposal } = command;
      const held = state.slots.find((slot) => slot.reservationId === proposal.reservationId);
      if (held !== undefined) return accepted();
      // [A4] An agent whose console is gone is not offered anything, even within the grace.
      if (state.presence !== 'available' || state.goneAt !== null)
        return refuse('not_available', 'This agent is not available.');
      // [A1] Units, not pieces: a call may take all of them.
      if (loadOf(state) + proposal.cost > state.capacity) return refuse('no_free_slot', 'This agent has no free slot.');
      return accepted({ type: 'slot_taken', slot: { ...proposal, state: 'offered' } });
    }
    case 'assigned': {
      const slot = state.slots.find(({ reservationId }) => reservationId === command.reservationId);
      const isAssigned: AgentEvent = { type: 'slot_assigned', reservationId: command.reservationId, at: now };
      // [A7] Over capacity or not: it is in hand.
      if (slot === undefined && command.proposal !== undefined)
        return accepted({ type: 'slot_taken', slot: { ...command.proposal, state: 'offered' } }, isAssigned);
      return slot?.state !== 'offered' ? accepted() : accepted(isAssigned, ...heard(state));
    }
    case 'offer_reranked': {
      const { reservationId, epoch, terms, dueAt } = command;
      const slot = state.slots.find((one) => one.reservationId === reservationId);
      // Once it is taken its rank is history, and a word about an older reservation is about another offer.
      if (slot?.state !== 'offered' || slot.epoch !== epoch || isSameRank(slot, command)) return accepted();
      return accepted({ type: 'offer_reranked', reservationId, terms, dueAt });
    }
    case 'offer_ended': {
      const slot = state.slots.find(({ reservationId }) => reservationId === command.reservationId);
      if (slot?.state !== 'offered') return accepted();
      const events: AgentEvent[] = [
        { type: 'slot_freed', reservationId: slot.reservationId, because: command.because },
      ];
      if (command.because === 'declined') events.push(...heard(state));
      if (command.because === 'expired') {
        const unanswered = (state.unanswered ?? 0) + 1;
        events.push({ type: 'unanswered_counted', count: unanswered });
        // [A3] Silence is an answer: whoever lets so many offers run out is not asked again until they say they are there.
        if (unanswered < (slot.unansweredLimit ?? 1) || state.presence !== 'available') return accepted(...events);
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
          .filter(
            ({ work, reservationId }) =>
              work.escalationId === command.escalationId &&
              work.hop === command.hop &&
              reservationId === (command.reservationId ?? reservationId),
          )
          .flatMap((slot): AgentEvent[] => {
            if (slot.state === 'wrapping') return [];
            const { reservationId } = slot;
            // [A6] Notes are written after the work; until they are, or their time is over, the slot is in use.
            return slot.state === 'assigned' && (slot.wrapUpMs ?? 0) > 0 && command.isUndone !== true
              ? [{ type: 'slot_wrapping', reservationId, until: now + slot.wrapUpMs }]
              : [{ type: 'slot_freed', reservationId, because: 'released', at: now }];
          }),
      );
    case 'wrapped_up': {
      const slot = state.slots.find(({ reservationId }) => reservationId === command.reservationId);
      return slot?.state !== 'wrapping'
        ? accepted()
        : accepted({ type: 'slot_freed', reservationId: slot.reservationId, because: 'wrapped_up', at: now });
    }
    case 'profile':
      return accepted(...underProfile(state, command));
    case 'tick': {
      const wrapped = state.slots
        .flatMap((slot) => (slot.state === 'wrapping' && slot.wrapEndsAt <= now ? [slot] : []))
        .map(
          ({ reservationId, wrapEndsAt }): AgentEvent => ({
            type: 'slot_freed',
            reservationId,
            because: 'wrapped_up',
            // A late alarm makes nobody idle later.
            at: wrapEndsAt,
          }),
        );
      if (state.goneAt === null || now < state.goneAt + command.graceMs) return accepted(...wrapped);
      // [A2] A closed laptop gives its offers back at once; accepted work stays until policy takes it back.
      return accepted(
        ...wrapped,
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

/** [A7] What the agent has they keep; offers of queues that they no longer serve, and the latest of those that no longer fit, go back. */
function underProfile(
  state: AgentState,
  { name, skills, capacity, queueIds }: Extract<AgentCommand, { type: 'profile' }>,
): AgentEvent[] {
  const served = state.slots.filter((slot) => slot.state !== 'offered' || queueIds.includes(slot.queueId));
  const kept = [...served];
  while (loadOf({ slots: kept }) > capacity) {
    const latest = kept.findLastIndex((slot) => slot.state === 'offered');
    if (latest === -1) break;
    kept.splice(latest, 1);
  }
  const isSame =
    state.name === name && state.capacity === capacity && JSON.stringify(state.skills) === JSON.stringify(skills);
  return [
    ...(isSame ? [] : [{ type: 'profile_changed' as const, name, skills, capacity }]),
    ...state.slots
      .filter((slot) => !kept.includes(slot))
      .map(({ reservationId }): AgentEvent => ({ type: 'slot_freed', reservationId, because: 'unfit' })),
  ];
}

/** [A1] The state after the event. Whatever queues must hear of counts the version up. */
export function evolveAgent(state: AgentState, event: AgentEvent): AgentState {
  const version = state.version + 1;
  switch (event.type) {
    case 'presence_changed':
      return { ...state, version, presence: event.presence, presenceBecause: event.because, goneAt: event.goneAt };
    case 'profile_changed': {
      const { name, skills, capacity } = event;
      return { ...state, version, name, skills, capacity };
    }
    case 'slot_taken':
      return { ...state, version, slots: [...state.slots, event.slot] };
    case 'slot_assigned':
      return {
        ...state,
        version,
        idleSince: event.at,
        slots: state.slots.map((slot) =>
          slot.reservationId === event.reservationId ? { ...slot, state: 'assigned', assignedAt: event.at } : slot,
        ),
      };
    case 'slot_wrapping':
      return {
        ...state,
        version,
        slots: state.slots.map((slot) =>
          slot.reservationId === event.reservationId ? { ...slot, state: 'wrapping', wrapEndsAt: event.until } : slot,
        ),
      };
    case 'unanswered_counted':
      return { ...state, unanswered: event.count };
    case 'offer_reranked':
      // No version up: the slot is in use as before, and the queue told it itself.
      return {
        ...state,
        slots: state.slots.map((slot) =>
          slot.reservationId === event.reservationId ? { ...slot, terms: event.terms, dueAt: event.dueAt } : slot,
        ),
      };
    case 'slot_freed':
      return {
        ...state,
        version,
        // An offer that came to nothing was no work.
        idleSince:
          'at' in event && stateOf(state, event.reservationId) !== 'offered'
            ? Math.max(state.idleSince, event.at)
            : state.idleSince,
        slots: state.slots.filter(({ reservationId }) => reservationId !== event.reservationId),
      };
    default:
      return unreachable(event);
  }
}

const stateOf = ({ slots }: AgentState, id: ReservationId): Slot['state'] | undefined =>
  slots.find(({ reservationId }) => reservationId === id)?.state;

/** When the agent's object must wake by itself; null when nothing is pending. */
export function nextAgentDeadline(state: AgentState, graceMs: number): EpochMs | null {
  const times = state.slots.flatMap((slot) => (slot.state === 'wrapping' ? [slot.wrapEndsAt] : []));
  if (state.goneAt !== null) times.push(state.goneAt + graceMs);
  return times.length === 0 ? null : Math.min(...times);
}

/** The agent did something: silence starts to be counted anew. */
const heard = ({ unanswered }: AgentState): AgentEvent[] =>
  (unanswered ?? 0) === 0 ? [] : [{ type: 'unanswered_counted', count: 0 }];
