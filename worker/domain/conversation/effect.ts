import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { BugReport, HopKind, UnnecessaryReason, WrapUpCode } from '#domain/escalation/escalation.ts';
import type { AgentId, ConversationId, EpochMs, EscalationId, QueueId } from '#domain/ids.ts';
import type { TakenBackCause } from '#domain/queue/deed.ts';
import type { CloseOutcome } from '#domain/queue/queue.ts';
import type { PromiseNotice } from '#domain/sla/notice.ts';
import type { SlaClock } from '#domain/sla/policy.ts';
import type { TurnEvaluation } from '#domain/triggers/turn-evaluation.ts';
import type { About, ConversationStatus } from './conversation.ts';

/** What happened, for the people who count. Append-only rows in D1; names are stable, they are read years later. */
export type OutcomeEvent =
  | { type: 'conversation.started' }
  /**
   * What the conversation is about, as the assistant read it; again when that changes. Every conversation has it, handed over or
   * not: without it an escalation rate by topic would have no denominator.
   */
  | ({ type: 'conversation.classified' } & About)
  /** [G39] The assistant answered, or held back what it had; `confidence` as it was before outcomes had a say. */
  | { type: 'answer.sent'; attemptId: string; topic: string | null; confidence: number }
  | { type: 'answer.withheld'; attemptId: string; topic: string | null; confidence: number }
  /** The visitor said that it did not help, or asked again. */
  | { type: 'answer.failed'; attemptId: string }
  | {
      type: 'escalation.created';
      escalationId: EscalationId;
      ticketNumber: string;
      queue: string;
      topic: string | null;
      area: string | null;
      /** When the conversation began, so that time to escalation needs no join. */
      startedAt: EpochMs;
    }
  | { type: 'escalation.assigned'; escalationId: EscalationId; hop: number; agentId: AgentId }
  /** The visitor left the line. */
  | { type: 'escalation.abandoned'; escalationId: EscalationId; hop: number; queue: string; waitedMs: number }
  /** `cause` is null in older rows. */
  | {
      type: 'escalation.taken_back';
      escalationId: EscalationId;
      hop: number;
      agentId: AgentId;
      cause: TakenBackCause | null;
    }
  /** A supervisor chose who is offered it. */
  | { type: 'escalation.agent_chosen'; escalationId: EscalationId; hop: number; by: AgentId; agentId: AgentId }
  /** A supervisor took back what was only offered. */
  | { type: 'escalation.offer_withdrawn'; escalationId: EscalationId; hop: number; by: AgentId; agentId: AgentId }
  | { type: 'escalation.first_response'; escalationId: EscalationId; agentId: AgentId }
  | {
      type: 'escalation.moved';
      escalationId: EscalationId;
      /** Null when the queue's own path moved it. */
      agentId: AgentId | null;
      kind: Exclude<HopKind, 'handoff'>;
      from: string;
      to: string;
      hop: number;
    }
  /** A supervisor moved it in line; positive minutes forward. */
  | { type: 'escalation.adjusted'; escalationId: EscalationId; hop: number; by: AgentId; minutes: number }
  | { type: 'escalation.flagged'; escalationId: EscalationId; agentId: AgentId; because: UnnecessaryReason }
  /** [E8] An agent says that a person was needed at this message, or takes that back. */
  | { type: 'silence.marked'; message: number; missed: boolean; topic: string | null; agentId: AgentId }
  | { type: 'escalation.resolved'; escalationId: EscalationId; agentId: AgentId; code: WrapUpCode; hops: number }
  /** `dueAt` is null when the clock stood still for the visitor. */
  | ({ type: 'sla.warned'; dueAt: EpochMs | null } & SlaPromise)
  | ({ type: 'sla.breached'; dueAt: EpochMs } & SlaPromise)
  | ({ type: 'sla.met'; dueAt: EpochMs | null; elapsedMs: number } & SlaPromise);

/** What was promised, to whom it fell when this happened. */
type SlaPromise = {
  escalationId: EscalationId;
  metric: SlaClock;
  /** Which one, from 1; together with the two above it names the promise. */
  ordinal: number;
  targetMinutes: number;
  queue: string;
  hop: number;
  /** Null while it waited for somebody. */
  agentId: AgentId | null;
};

/** What must reach somebody else: an outbox row each, delivered at least once, harmless when delivered twice. */
export type Effect =
  | { kind: 'hand_over'; escalationId: EscalationId; hop: number; bugReport: BugReport | null }
  | { kind: 'close_entry'; escalationId: EscalationId; hop: number; queueId: QueueId; outcome: CloseOutcome }
  /** Facts changed while it waits: rank it anew. `said` is the seq of the message that it is for, where it is for one. */
  | { kind: 'rerank'; escalationId: EscalationId; hop: number; queueId: QueueId; said?: number | undefined }
  /** [K12] A promise is broken while it waits: it goes on along the queue's path. */
  | { kind: 'send_on'; escalationId: EscalationId; hop: number; queueId: QueueId }
  /** The visitor has heard from the agent. */
  | { kind: 'entry_answered'; escalationId: EscalationId; hop: number; queueId: QueueId; agentId: AgentId }
  /** The visitor wrote, and waits for a word of the agent. */
  | { kind: 'entry_owed'; escalationId: EscalationId; hop: number; queueId: QueueId; agentId: AgentId; at: EpochMs }
  /** [K9] While somebody has it, the queue shows when the next promise breaks. */
  | { kind: 'entry_promised'; escalationId: EscalationId; hop: number; queueId: QueueId; dueAt: EpochMs | null }
  | { kind: 'release_slot'; agentId: AgentId; escalationId: EscalationId; hop: number }
  /** [K14] A promise is nearly late, or late: those who answer for it hear of it. */
  | { kind: 'notice'; notice: PromiseNotice }
  /** [K14] The same promise is owed no longer. */
  | { kind: 'notice_over'; noticeId: string }
  | { kind: 'bundle_row'; bundle: ContextBundle }
  /** [T12] `id` is the turn's, with which of its evaluations it is. */
  | ({ kind: 'evaluation_row'; id: string; at: EpochMs } & Omit<TurnEvaluation, 'which'>)
  | { kind: 'conversation_row'; status: ConversationStatus; subject: string | null }
  | { kind: 'outcome_event'; at: EpochMs; conversationId: ConversationId; event: OutcomeEvent };
