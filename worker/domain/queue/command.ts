import type { AgentId, EpochMs, EscalationId, ReservationId } from '#domain/ids.ts';
import type { RankFacts, RankTerm } from '#domain/priority/rank.ts';
import type { Doer } from './deed.ts';
import type { AgentMirror, CloseOutcome, Closure, WorkSummary } from './queue.ts';

export type QueueCommand =
  | {
      type: 'enqueue';
      work: WorkSummary;
      class: 0 | 1;
      facts: RankFacts;
      queuedAt: EpochMs;
      /** Where it is not `queuedAt`. */
      pathSince?: EpochMs;
      /** Minutes that it was given before it came here. */
      raises?: RankTerm[];
      /** Relax classes that were dropped before it came here. */
      relaxed?: number;
      preferred: AgentId | null;
      /** [Q12] Who passed it on is not asked again before the others have been. */
      passedBy?: AgentId | null;
      /** Offered under this id at once, if nobody stands before it and somebody is free: the same as a match right after it. */
      reservationId?: ReservationId;
    }
  /** `class` left out stays; it only ever comes nearer the front. */
  | { type: 'rerank'; escalationId: EscalationId; hop: number; facts: RankFacts; class?: 0 | 1 }
  /** A supervisor's word: minutes forward (positive) or back. */
  | { type: 'adjust'; escalationId: EscalationId; hop: number; minutes: number; by: string }
  | { type: 'mirror_agent'; agent: AgentMirror }
  /** Reserve the best entry that some agent may take; `only` an agent, or `entry` for a supervisor's choice. */
  | {
      type: 'match';
      reservationId: ReservationId;
      only: AgentId | null;
      entry?: { escalationId: EscalationId; hop: number };
    }
  | { type: 'agent_refused'; reservationId: ReservationId; epoch: number }
  | { type: 'accept'; reservationId: ReservationId; epoch: number; agentId: AgentId }
  /** The visitor has heard from this agent: nothing is owed. */
  | { type: 'answered'; escalationId: EscalationId; hop: number; agentId: AgentId }
  /** The visitor wrote at `at`, and waits for a word of this agent. */
  | { type: 'owed'; escalationId: EscalationId; hop: number; agentId: AgentId; at: EpochMs }
  /** When the first promise that is owed breaks, while somebody has the work: to be seen, it ranks nothing. */
  | { type: 'promised'; escalationId: EscalationId; hop: number; promiseDueAt: EpochMs | null }
  | { type: 'decline'; reservationId: ReservationId; epoch: number; agentId: AgentId }
  | { type: 'orphan'; reservationId: ReservationId; epoch: number }
  /** A supervisor's word: whoever has it, or is offered it, does so no longer. */
  | { type: 'take_back'; escalationId: EscalationId; hop: number; by: Doer }
  /** [K12] A promise to the visitor is broken, and the rule says not to wait for the path's times. */
  | { type: 'send_on'; escalationId: EscalationId; hop: number }
  | { type: 'set_closure'; closure: Pick<Closure, 'by' | 'at'> | null }
  /** The clock: offers that ran out, steps of the path, relaxing, cool-downs, silence. */
  | { type: 'tick' }
  | { type: 'close'; escalationId: EscalationId; hop: number; outcome: CloseOutcome };

export type QueueRefusal =
  | 'unknown_entry'
  | 'reservation_expired'
  | 'stale_epoch'
  | 'not_yours'
  | 'already_closed'
  | 'at_front'
  | 'no_minutes'
  | 'nobody_has_it';
