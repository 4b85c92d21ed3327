import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { AgentId, ConversationId, EscalationId, QueueId, ReservationId } from '#domain/ids.ts';
import type { Rank, RankTerm } from '#domain/priority/rank.ts';
import type { Doer, TakenBackCause } from '#domain/queue/deed.ts';
import type { QueueEntry, QueueEvent, ReservedEntry } from '#domain/queue/queue.ts';

/** What leaves a queue: a row of its outbox. */
export type QueueEffect =
  | {
      kind: 'assigned';
      conversationId: ConversationId;
      escalationId: EscalationId;
      hop: number;
      agentId: AgentId;
      agentName: string;
      reservationId: ReservationId;
      /** As it was accepted; null in a row that an older version wrote. */
      rank: Rank | null;
      /** Minutes that it was given by then; null in a row that an older version wrote. */
      raises: RankTerm[] | null;
    }
  /** What an agent is being offered has another rank now. */
  | ({ kind: 'offer_reranked'; agentId: AgentId; reservationId: ReservationId; epoch: number } & Rank)
  | {
      kind: 'offer_ended';
      agentId: AgentId;
      reservationId: ReservationId;
      because: 'declined' | 'expired' | 'cancelled' | 'unfit' | 'withdrawn';
    }
  | {
      kind: 'taken_back';
      conversationId: ConversationId;
      escalationId: EscalationId;
      hop: number;
      agentId: AgentId;
      agentName: string;
      /** What they had it by: they may have been given it again since. Null in a row that an older version wrote. */
      reservationId: ReservationId | null;
      /** Null in a row that an older version wrote. */
      cause: TakenBackCause | null;
    }
  /** The work has left; whoever held it has the slot back. Usually known already. */
  | { kind: 'released'; agentId: AgentId; escalationId: EscalationId; hop: number; isUndone: boolean }
  | {
      kind: 'overflow';
      conversationId: ConversationId;
      escalationId: EscalationId;
      hop: number;
      to: QueueId;
      because: string;
      /** Minutes that it was given on the way, and how much of what it asks for was dropped. */
      raises: RankTerm[];
      relaxed: number;
    }
  | { kind: 'outcome_event'; conversationId: ConversationId; at: number; event: OutcomeEvent }
  /** [O3] What a supervisor did to the queue itself. */
  | { kind: 'audit'; at: number; by: Doer; deed: 'queue.closed' | 'queue.opened' };

/** Word to other objects goes in order; what is only recorded may wait for the database. */
export const laneOf = ({ kind }: QueueEffect): 'work' | 'record' =>
  kind === 'outcome_event' || kind === 'audit' ? 'record' : 'work';

/** The first rows that are about different conversations and different agents: none of them depends on another. */
export function independentOf<Row extends { effect: QueueEffect }>(rows: readonly Row[]): Row[] {
  const about = new Set<string>();
  const independent: Row[] = [];
  for (const row of rows) {
    const parties = [
      ...('conversationId' in row.effect ? [row.effect.conversationId] : []),
      ...('agentId' in row.effect ? [row.effect.agentId] : []),
    ];
    if (parties.some((party) => about.has(party))) break;
    for (const party of parties) about.add(party);
    independent.push(row);
  }
  return independent;
}

/** Of these, others must hear who had it before. */
export const isToldOfBefore = (event: QueueEvent): event is Extract<QueueEvent, { type: 'entry_put' }> =>
  event.type === 'entry_put' &&
  (event.because === 'expired' ||
    event.because === 'refused_by_agent' ||
    event.because === 'declined' ||
    event.because === 'unfit' ||
    event.because === 'withdrawn' ||
    event.because === 'taken_back' ||
    event.because === 'closed');

/** What others must hear of an event; `before` is the entry as it was, where `isToldOfBefore`. */
export function effectsOf(event: QueueEvent, before: QueueEntry | null): QueueEffect[] {
  if (event.type === 'overflowed') {
    const { conversationId, escalationId, hop, raises, relaxed } = event.entry;
    return [
      { kind: 'overflow', conversationId, escalationId, hop, to: event.to, because: event.because, raises, relaxed },
    ];
  }
  if (event.type !== 'entry_put') return [];
  const { entry, because } = event;
  const { conversationId, escalationId, hop } = entry;
  switch (because) {
    case 'accepted':
      if (entry.state !== 'assigned') return [];
      return [
        {
          kind: 'assigned',
          conversationId,
          escalationId,
          hop,
          agentId: entry.agentId,
          agentName: entry.agentName,
          reservationId: entry.reservationId,
          rank: { terms: entry.terms, dueAt: entry.dueAt },
          raises: entry.raises,
        },
      ];
    case 'reranked':
    case 'adjusted':
      return entry.state === 'reserved' ? [offerReranked(entry)] : [];
    case 'expired':
    case 'declined':
    case 'unfit':
    case 'withdrawn':
      if (before?.state !== 'reserved') return [];
      return [{ kind: 'offer_ended', agentId: before.agentId, reservationId: before.reservationId, because }];
    case 'taken_back': {
      if (before?.state !== 'assigned') return [];
      const { agentId, agentName, reservationId } = before;
      const cause = event.cause ?? null;
      return [{ kind: 'taken_back', conversationId, escalationId, hop, agentId, agentName, reservationId, cause }];
    }
    case 'refused_by_agent':
      // It had another picture of its slots than this queue has: asked to drop what it does not hold, the agent's object reports anew.
      return before?.state === 'reserved'
        ? [{ kind: 'offer_ended', agentId: before.agentId, reservationId: before.reservationId, because: 'cancelled' }]
        : [];
    case 'closed': {
      // The work left while somebody was being asked, or had just said yes.
      if (before?.state === 'reserved')
        return [
          { kind: 'offer_ended', agentId: before.agentId, reservationId: before.reservationId, because: 'cancelled' },
        ];
      if (before?.state !== 'assigned') return [];
      // [E7] Left before the agent could do anything about it.
      const isUndone = entry.state === 'closed' && entry.outcome === 'abandoned';
      return [{ kind: 'released', agentId: before.agentId, escalationId, hop, isUndone }];
    }
    default:
      return [];
  }
}

/** [P7] What an agent is being offered has another rank now. */
export const offerReranked = ({ agentId, reservationId, epoch, terms, dueAt }: ReservedEntry): QueueEffect => ({
  kind: 'offer_reranked',
  agentId,
  reservationId,
  epoch,
  terms,
  dueAt,
});
