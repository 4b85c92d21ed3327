import type { Severity, UnnecessaryReason, WrapUpCode } from '#domain/escalation/escalation.ts';
import type { GuideOutcome, GuideStep } from '#domain/guide/guide.ts';
import type { EpochMs } from '#domain/ids.ts';
import type { SlaClock } from '#domain/sla/policy.ts';

export type Author =
  | { kind: 'visitor'; name: string | null }
  | { kind: 'assistant' }
  | { kind: 'agent'; id: string; name: string };
export type Citation = { articleId: string; slug: string; title: string; heading: string };
export type AgentRef = { id: string; name: string };

/** How the visitor wants the answer: in the conversation, or where they can be reached. */
export type ContactWish = { way: 'here' } | { way: 'email' | 'call'; address: string };

/** What everybody in the conversation sees. */
export type SharedBody =
  | {
      type: 'message';
      clientId: string;
      author: Author;
      text: string;
      citations: Citation[];
      /** [G31] Left out where the answer's steps point at nothing. */
      guide?: GuideStep[] | undefined;
    }
  | { type: 'person_offered'; because: string }
  | {
      type: 'escalated';
      escalationId: string;
      ticketNumber: string;
      queueName: string;
      because: string[];
      passedOn: string[];
    }
  | { type: 'agent_joined'; agent: AgentRef }
  | { type: 'agent_left'; agent: AgentRef; because: 'transferred' | 'escalated' | 'taken_back' }
  | { type: 'moved'; queueName: string; kind: 'transfer' | 'escalation' | 'overflow' }
  | { type: 'resolved'; by: AgentRef | null }
  | { type: 'reopened' }
  | { type: 'contact_wished'; wish: ContactWish }
  /** The visitor left the line. */
  | { type: 'withdrawn' }
  /** The visitor lets support see the recording, or does so no longer. */
  | { type: 'sharing'; shares: boolean }
  /** [C11] The visitor followed the guide of the answer with this seq so far; `words` say how it ended. */
  | { type: 'guide_ended'; answer: number; outcome: GuideOutcome; step: number; words: string }
  /** [X14] Nothing is left of the recording. */
  | { type: 'recording_deleted' };

/** What only agents see, in the same sequence. */
export type AgentOnlyBody =
  | { type: 'attempt'; outcome: 'sent' | 'withheld'; verdict: string; question: string; text: string }
  | { type: 'attempt_failed'; question: string; because: string }
  /** [P9] What they wrote, or what was seen, while they waited made it more urgent. */
  | { type: 'raised'; severity: Severity; class: 0 | 1; because: string[] }
  | { type: 'note'; agent: AgentRef; text: string }
  | { type: 'hop_note'; from: string; to: string; agent: AgentRef; text: string }
  | { type: 'flagged'; agent: AgentRef; because: UnnecessaryReason; note: string }
  /** [E8] At the message with this seq a person should have been fetched; `missed` false takes that back. */
  | { type: 'silence_marked'; agent: AgentRef; message: number; missed: boolean }
  | { type: 'wrapped_up'; agent: AgentRef; code: WrapUpCode; note: string }
  | { type: 'sla_breached'; metric: SlaClock; dueAt: EpochMs; targetMinutes: number };

export type EntryBody = SharedBody | AgentOnlyBody;
/** `seq` is gap-free per conversation and the one order for everybody. */
export type Entry = { seq: number; at: EpochMs } & EntryBody;
export type SharedEntry = { seq: number; at: EpochMs } & SharedBody;

const AGENT_ONLY: ReadonlySet<EntryBody['type']> = new Set([
  'attempt',
  'attempt_failed',
  'raised',
  'note',
  'hop_note',
  'flagged',
  'silence_marked',
  'wrapped_up',
  'sla_breached',
]);

/** Whether a visitor may see this entry. Fails closed on nothing: the list of hidden ones is closed by the type. */
export const isShared = (entry: Entry): entry is SharedEntry => !AGENT_ONLY.has(entry.type);
