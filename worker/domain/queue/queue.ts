import type { Addition } from '#domain/escalation/additions.ts';
import type { AgentId, ConversationId, EpochMs, EscalationId, QueueId, ReservationId } from '#domain/ids.ts';
import type { RankFacts, RankOrder, RankPolicy, RankTerm } from '#domain/priority/rank.ts';
import type { AgentRecord, Choice } from '#domain/routing/choose-agent.ts';
import { ALWAYS_OPEN, type Calendar } from '#domain/sla/calendar.ts';
import type { TakenBackCause } from './deed.ts';
import type { Incident } from './incident.ts';
import type { PathStep } from './path.ts';

/** Engineering; the first line is 1. */
export const LAST_TIER = 3;

/** How one queue behaves. Data: a row in D1, handed to the object with each enqueue. */
export type QueueConfig = {
  id: QueueId;
  name: string;
  /** 1 is the first human tier, `LAST_TIER` is engineering. */
  tier: number;
  /** Counts up with each change of the settings. */
  revision: number;
  /** Counts up with each change of anything in here, hours and incidents too: callers may know an older state for a while. */
  asOf: number;
  order: RankOrder;
  rank: RankPolicy;
  choice: Choice;
  /** How long one agent may think about an offer. */
  offerMs: number;
  /** How long an agent who let an offer pass is not offered the same work. */
  cooldownMs: number;
  /** Units of an agent's capacity that one piece of this queue's work takes. */
  cost: number;
  /** At most this many of this queue's pieces for one agent at once, beside the agent's own capacity; null is no limit. */
  perAgentLimit: number | null;
  /** At most `count` pieces for one agent within the window: who comes back is not flooded. */
  fairness: { count: number; windowMs: number } | null;
  /** After how long in line the first, second and third relax class is dropped, counted from the queueing; null is never. */
  relaxAfterMs: [number | null, number | null, number | null];
  path: PathStep[];
  /** A lapsed offer goes on to the path's next step at once, as in TaskRouter; otherwise it waits for the step's time. */
  advanceOnLapse: boolean;
  /** From so many waiting on the queue is full: newcomers are told so, and kept. Null is never. */
  maxWaiting: number | null;
  /** Accepted work whose agent owes the visitor a word is taken back after this; null is never. */
  silentMs: number | null;
  /** Accepted work of an agent who is offline is taken back after this; null is never. */
  vanishedMs: number | null;
  /** How long an agent's slot stays in use after the work, for notes; 0 is not at all. */
  wrapUpMs: number;
  /** After so many unanswered offers in a row the agent is taken off. */
  unansweredLimit: number;
  /** [E5] What work must bring along when it comes up from a lower tier. */
  asks: Addition[];
  /** [K13] The queue's own clock: minutes of open time until it has resolved the work or passed it on; null is none. */
  tierMinutes: number | null;
  /** The calendar of its announced hours; null is around the clock. */
  hoursId: string | null;
  hours: Calendar;
  /** Who answers for this queue, whoever has its work. */
  ownerId: AgentId | null;
  ownerName: string | null;
  /** [P8] What is broken just now. */
  incidents: Incident[];
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
  /** Skill requirements as they were asked for; `domain/routing/skill.ts` says how they are written. */
  skills: string[];
};

type Common = WorkSummary & {
  /** Arrival order in this queue; kept for life, so that returned work takes its own place again. */
  seq: number;
  class: 0 | 1;
  facts: RankFacts;
  /** Minutes that the path or a supervisor added, with who did it; part of `terms`. */
  raises: RankTerm[];
  terms: RankTerm[];
  /** Since when the visitor waits; rank counts from here [Q12]. */
  queuedAt: EpochMs;
  /** The path's and the relax classes' times count from here: from `queuedAt`, or since somebody put it into this line. */
  pathSince: EpochMs;
  dueAt: EpochMs;
  /** What orders within the class: `dueAt`, or in strict order priority before age. */
  sortAt: number;
  /** The line that it stands in: who may take it now. */
  needsKey: string;
  /** How many relax classes have been dropped, by time or by a step of the path. */
  relaxed: number;
  /** How many steps of the path have been taken. */
  stepsTaken: number;
  /** [K12] Since when it does not wait for the steps before the path's next overflow; null is that it does. */
  sendOnSince: EpochMs | null;
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
  /** When this queue had offered something to this agent before; 0 is never. Theirs again, should they never hear of this offer. */
  turnBefore: EpochMs;
};
export type AssignedEntry = Common & {
  state: 'assigned';
  reservationId: ReservationId;
  agentId: AgentId;
  agentName: string;
  assignedAt: EpochMs;
  /** Since when the visitor waits for a word of this agent; null while nothing is owed. */
  owedSince: EpochMs | null;
  /** The agent has been gone since then; null while they are there. */
  vanishedAt: EpochMs | null;
};
/** Kept so that a repeated command still finds its answer. */
export type ClosedEntry = Common & { state: 'closed'; outcome: CloseOutcome; closedAt: EpochMs };
export type QueueEntry = QueuedEntry | ReservedEntry | AssignedEntry | ClosedEntry;
export type CloseOutcome = 'resolved' | 'moved' | 'abandoned';

/** This queue's picture of an agent who serves it. The AgentObject is the authority; `version` orders its reports. */
export type AgentMirror = {
  id: AgentId;
  name: string;
  version: number;
  presence: 'available' | 'away' | 'offline';
  /** [A2] Away because their last console has just gone, and most likely back at once: nothing is offered meanwhile, and they are still somebody to wait for. */
  comesBack: boolean;
  /** Units in use over all queues. */
  load: number;
  capacity: number;
  /** `name` or `name:level`. */
  skills: string[];
  /** [A7] False once they no longer serve this queue: nothing is offered to them, and what they have stays theirs. */
  serves: boolean;
  /** When the agent last took work, anywhere; the longest idle is first. */
  idleSince: EpochMs;
};

/** Somebody to wait for: who is there, or is only reloading their page. */
export const isHere = ({ presence, comesBack }: Pick<AgentMirror, 'presence' | 'comesBack'>): boolean =>
  presence === 'available' || comesBack;

/** [Q18] A supervisor closed the queue for newcomers: whatever came to it after `lastSeq`. What was in line is served. */
export type Closure = { by: string; at: EpochMs; lastSeq: number };
/** [Q18] Of a line: all of it, or those whom anybody is offered: everybody in an open queue, in a closed one who came before the closing. */
export type LinePart = 'all' | 'offered';
/** [Q18] Whether it came after the closing. */
export const isNewcomer = ({ seq }: { seq: number }, closure: Closure | null): boolean =>
  closure !== null && seq > closure.lastSeq;

/**
 * What deciding may look at: a synchronous view, so that a queue of any length needs not be in memory. Two stores implement it
 * (SQLite in the object, memory in tests and the simulator) and pass one contract suite. Every answer costs at most log n, and the
 * iterables are read lazily: deciding looks at the front of a line, not at the line.
 */
export interface QueueView {
  readonly config: QueueConfig;
  entry(escalationId: EscalationId, hop: number): QueueEntry | null;
  byReservation(reservationId: ReservationId): QueueEntry | null;
  /** All lines in one, in rank order. */
  waiting(part?: LinePart): Iterable<QueuedEntry>;
  waitingCount(): number;
  /** The lines that hold anything. */
  needsKeys(): Iterable<string>;
  /** One line, in rank order. */
  waitingWith(needsKey: string, part?: LinePart): Iterable<QueuedEntry>;
  reserved(): Iterable<ReservedEntry>;
  /** Offered to or taken by this agent here. */
  heldBy(agentId: AgentId): Iterable<ReservedEntry | AssignedEntry>;
  /** [Q9] Of one line, whose next step is not waited for when nobody is there, in rank order. */
  skipping(needsKey: string): Iterable<QueuedEntry>;
  /** Whose time has come (`wakeAt`), earliest first. */
  dueBy(now: EpochMs): Iterable<QueueEntry>;
  nextWakeAt(): EpochMs | null;
  /** Those who serve this queue. */
  agents(): Iterable<AgentMirror>;
  /** Also one who no longer does. */
  agent(id: AgentId): AgentMirror | null;
  record(id: AgentId): AgentRecord;
  closure(): Closure | null;
  nextSeq(): number;
}

export type QueueEvent =
  /** `cause` goes with `taken_back`. */
  | { type: 'entry_put'; entry: QueueEntry; because: PutCause; cause?: TakenBackCause }
  | { type: 'agent_put'; agent: AgentMirror; record?: AgentRecord }
  | { type: 'record_put'; agentId: AgentId; record: AgentRecord }
  | { type: 'closure_put'; closure: Closure | null }
  /** The path sends this entry to another queue; the conversation moves it. */
  | { type: 'overflowed'; entry: QueuedEntry; to: QueueId; because: string }
  /** How long an assigned entry took; the estimate shown to visitors lives on these. */
  | { type: 'served'; at: EpochMs; waitMs: number; handleMs: number };

export type PutCause =
  | 'queued'
  | 'reranked'
  | 'adjusted'
  | 'relaxed'
  | 'stepped'
  | 'cooled_down'
  | 'reserved'
  | 'accepted'
  | 'answered'
  | 'owed'
  | 'promised'
  | 'declined'
  | 'expired'
  | 'orphaned'
  | 'refused_by_agent'
  | 'unfit'
  | 'withdrawn'
  | 'agent_gone'
  | 'agent_back'
  | 'taken_back'
  | 'sent_on'
  | 'closed';

/** The second half of the contract: a store applies what was decided. */
export interface QueueStore extends QueueView {
  apply(event: QueueEvent): void;
}

export const DEFAULT_QUEUE_BEHAVIOUR = {
  revision: 0,
  asOf: 0,
  order: 'due',
  choice: 'longest_idle',
  offerMs: 30_000,
  cooldownMs: 60_000,
  cost: 1,
  perAgentLimit: null,
  fairness: null,
  relaxAfterMs: [null, null, null] as QueueConfig['relaxAfterMs'],
  path: [] as PathStep[],
  advanceOnLapse: false,
  maxWaiting: null,
  silentMs: null,
  vanishedMs: null,
  wrapUpMs: 0,
  unansweredLimit: 1,
  asks: [] as Addition[],
  tierMinutes: null,
  hoursId: null,
  hours: ALWAYS_OPEN as Calendar,
  ownerId: null,
  ownerName: null,
  incidents: [] as Incident[],
} as const satisfies Partial<QueueConfig>;
