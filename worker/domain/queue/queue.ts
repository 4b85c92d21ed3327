import type { AgentId, ConversationId, EpochMs, EscalationId, QueueId, ReservationId } from '#domain/ids.ts';
import type { RankFacts, RankPolicy, RankTerm } from '#domain/priority/rank.ts';

/** How one queue behaves. Data: a row in D1, handed to the object with each enqueue. */
export type QueueConfig = {
  id: QueueId;
  name: string;
  /** 1 is the first human tier, 3 is engineering. */
  tier: number;
  rank: RankPolicy;
  /** How long one agent may think about an offer. */
  offerMs: number;
  /** How long an agent who let an offer pass is not offered the same work. */
  cooldownMs: number;
};

/** What an offer shows before anything is opened; redacted by whoever made it. */
export type WorkSummary = {
  escalationId: EscalationId;
  conversationId: ConversationId;
  ticketNumber: string;
  hop: number;
  subject: string;
  visitorName: string | null;
  company: string | null;
  area: string | null;
  because: string[];
  skills: string[];
};

type Common = WorkSummary & {
  /** Arrival order in this queue; kept for life, so that returned work takes its own place again. */
  seq: number;
  class: 0 | 1;
  facts: RankFacts;
  terms: RankTerm[];
  queuedAt: EpochMs;
  dueAt: EpochMs;
  /** Counts reservations; an accept with an older one is stale. */
  epoch: number;
  cooldowns: { agentId: AgentId; until: EpochMs }[];
  /** The agent who should have it first, because they had it before. */
  preferred: AgentId | null;
};

export type QueuedEntry = Common & { state: 'queued' };
export type ReservedEntry = Common & {
  state: 'reserved';
  reservationId: ReservationId;
  agentId: AgentId;
  agentName: string;
  offeredAt: EpochMs;
  expiresAt: EpochMs;
};
export type AssignedEntry = Common & {
  state: 'assigned';
  reservationId: ReservationId;
  agentId: AgentId;
  agentName: string;
  assignedAt: EpochMs;
};
/** Kept so that a repeated command still finds its answer. */
export type ClosedEntry = Common & { state: 'closed'; outcome: CloseOutcome; closedAt: EpochMs };
export type QueueEntry = QueuedEntry | ReservedEntry | AssignedEntry | ClosedEntry;
export type CloseOutcome = 'resolved' | 'moved' | 'abandoned' | 'cancelled';

/** This queue's picture of an agent who serves it. The AgentObject is the authority; `version` orders its reports. */
export type AgentMirror = {
  id: AgentId;
  name: string;
  version: number;
  presence: 'available' | 'away' | 'offline';
  load: number;
  capacity: number;
  skills: string[];
  /** When the agent last took work, anywhere; the longest idle is first. */
  lastAssignedAt: EpochMs;
};

/**
 * What deciding may look at: a synchronous view, so that a queue of any length needs not be in memory. Two stores implement it
 * (SQLite in the object, memory in tests and the simulator) and pass one contract suite.
 */
export interface QueueView {
  readonly config: QueueConfig;
  entry(escalationId: EscalationId, hop: number): QueueEntry | null;
  byReservation(reservationId: ReservationId): QueueEntry | null;
  /** In rank order. */
  waiting(): Iterable<QueuedEntry>;
  reserved(): Iterable<ReservedEntry>;
  assignedTo(agentId: AgentId): Iterable<AssignedEntry>;
  agents(): Iterable<AgentMirror>;
  agent(id: AgentId): AgentMirror | null;
  nextSeq(): number;
}

export type QueueEvent =
  | { type: 'entry_put'; entry: QueueEntry; because: PutCause }
  | { type: 'agent_put'; agent: AgentMirror }
  /** How long an assigned entry took; the estimate shown to visitors lives on these. */
  | { type: 'served'; at: EpochMs; waitMs: number; handleMs: number };

export type PutCause =
  | 'queued'
  | 'reranked'
  | 'reserved'
  | 'accepted'
  | 'declined'
  | 'expired'
  | 'orphaned'
  | 'refused_by_agent'
  | 'taken_back'
  | 'closed';

/** The second half of the contract: a store applies what was decided. */
export interface QueueStore extends QueueView {
  apply(event: QueueEvent): void;
}
