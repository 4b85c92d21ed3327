import type { HandoverReasons } from '#domain/bundle/assemble.ts';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { Addition } from '#domain/escalation/additions.ts';
import type { BugReport, Hop, Severity, UnnecessaryReason, WrapUpCode } from '#domain/escalation/escalation.ts';
import type { GuideOutcome, GuideStep } from '#domain/guide/guide.ts';
import type { AgentId, EscalationId, QueueId } from '#domain/ids.ts';
import type { Rank, RankTerm } from '#domain/priority/rank.ts';
import type { TakenBackCause } from '#domain/queue/deed.ts';
import type { SlaTerms } from '#domain/sla/policy.ts';
import type { TurnEvaluation } from '#domain/triggers/turn-evaluation.ts';
import type { About, ConversationVisitor, KeptAttempt } from './conversation.ts';
import type { Citation, ContactWish } from './entry.ts';

export type Agent = { id: AgentId; name: string };

type Target = { id: QueueId; name: string };

/** Where an agent moves work to. `asks` is what that queue wants first: nothing unless it is a higher tier. `wanted` is asked first. */
export type Destination = Target & { asks: readonly Addition[]; wanted: Agent | null };

/** What the assistant's turn came to. `failed` are earlier attempts that this message showed to have failed. */
export type TurnOutcome = {
  failed: { id: string; because: string }[];
  /** What this message is about. A null is no reading, and leaves what was read before. */
  about: About;
  attempt: KeptAttempt | null;
  /** [T12] What the policy was asked on the way. */
  evaluations: TurnEvaluation[];
  /** What the assistant says, if anything; `guide` is left out where its steps point at nothing. */
  say: { clientId: string; text: string; citations: Citation[]; guide?: GuideStep[] } | null;
  next:
    | { kind: 'nothing' }
    | { kind: 'offer_person'; because: string }
    | { kind: 'escalate'; escalation: NewEscalation };
};

export type NewEscalation = {
  id: EscalationId;
  severity: Severity;
  skills: string[];
  class: 0 | 1;
  because: string[];
  queue: Target;
  passedOn: string[];
  reasons: HandoverReasons;
  /** What is promised from here on. */
  sla: SlaTerms;
};

/** [P9] What the policy says of somebody who waits for a person already. `because` are the labels of the triggers that said it. */
export type Heard = { severity: Severity; class: 0 | 1; because: string[]; evaluation: TurnEvaluation };

export type ConversationCommand =
  | { type: 'visitor_says'; clientId: string; text: string; turnId: string }
  | { type: 'visitor_asks_for_person'; clientId: string; turnId: string }
  | { type: 'visitor_declines_person' }
  /** What was seen of the page may rank the work otherwise. */
  | { type: 'page_seen' }
  /** Who waits for a person does so no longer. */
  | { type: 'visitor_withdraws'; clientId: string }
  | { type: 'visitor_wishes_contact'; clientId: string; wish: ContactWish }
  | { type: 'visitor_shares'; clientId: string; shares: boolean }
  /** How the guide of the answer with this seq ended; `step` counts from 1. */
  | {
      type: 'guide_ended';
      clientId: string;
      answer: number;
      guide: readonly GuideStep[];
      outcome: GuideOutcome;
      step: number;
    }
  /** The browser's Global Privacy Control is on. */
  | { type: 'visitor_wants_privacy' }
  /** [X14] By the visitor, an agent or the workspace's time limit. */
  | { type: 'recording_deleted' }
  | { type: 'visitor_reads'; seq: number }
  | { type: 'visitor_known'; visitor: ConversationVisitor }
  | { type: 'finish_turn'; turnId: string; outcome: TurnOutcome }
  | { type: 'bundled'; bundle: ContextBundle }
  | { type: 'assigned'; escalationId: EscalationId; hop: number; agent: Agent; raises: Hop['raises'] | null }
  /** From the queue: the rank has changed since the bundle was put together. */
  | { type: 'ranked'; escalationId: EscalationId; hop: number; rank: Rank }
  /** `cause` is null in a word that an older version sent. */
  | { type: 'taken_back'; escalationId: EscalationId; hop: number; agent: Agent; cause: TakenBackCause | null }
  /** The path of a queue sends the work on: nobody there could take it in time. */
  | {
      type: 'overflow';
      escalationId: EscalationId;
      hop: number;
      to: Target;
      because: string;
      raises: RankTerm[];
      relaxed: number;
    }
  /** [P9] `said` is the message's seq, or null where it was no message; `terms` are what would be promised at that severity. */
  | { type: 'heard'; escalationId: EscalationId; said: number | null; heard: Heard; terms: SlaTerms }
  /** By the alarm, and whenever terms may have changed; null when they could not be read. */
  | { type: 'sla_checked'; terms: SlaTerms | null }
  /** [Y3] Whoever wrote this is being erased. */
  | { type: 'person_erased' }
  | { type: 'agent_says'; agent: Agent; clientId: string; text: string }
  | { type: 'agent_notes'; agent: Agent; clientId: string; text: string }
  | { type: 'resolve'; agent: Agent; clientId: string; code: WrapUpCode; note: string }
  | { type: 'transfer'; agent: Agent; clientId: string; to: Destination; note: string }
  | { type: 'escalate'; agent: Agent; clientId: string; to: Destination; report: BugReport }
  /** [E8] `isSilence`: nobody came for that message; `wasMissed`: somebody says so already. */
  | {
      type: 'mark_silence';
      agent: Agent;
      clientId: string;
      message: number;
      missed: boolean;
      isSilence: boolean;
      wasMissed: boolean;
    }
  | { type: 'flag'; agent: Agent; clientId: string; because: UnnecessaryReason; note: string };

export type ConversationRefusal =
  | 'not_assigned_to_you'
  | 'no_escalation'
  | 'stale_turn'
  | 'same_queue'
  | 'same_agent'
  | 'additions_missing'
  | 'already_resolved'
  | 'somebody_has_it'
  | 'records_nothing'
  | 'no_such_step'
  | 'no_silence';
