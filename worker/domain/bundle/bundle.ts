import type { Citation } from '#domain/conversation/entry.ts';
import type { BugReport, Hop, Severity } from '#domain/escalation/escalation.ts';
import type { AgentId, ConversationId, EpochMs, EscalationId, RecordingId, VisitorId } from '#domain/ids.ts';
import type { Page } from '#domain/page/page.ts';
import type { RankTerm } from '#domain/priority/rank.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { Step } from '#domain/timeline/steps.ts';
import type { TraceRow } from '#domain/triggers/evaluate.ts';
import type { Provenance } from '#domain/triggers/fact.ts';

/** A field is there, or says why it is not. Nothing is silently empty. */
export type Field<T> = { status: 'present'; value: T } | { status: 'missing'; reason: string };

export type BundleAttempt = {
  at: EpochMs;
  question: string;
  kind: 'answer' | 'clarify' | 'none';
  text: string;
  citations: Citation[];
  outcome: 'sent' | 'withheld';
  /** The gate's word: a reason from its closed list, with the numbers it had. */
  verdict: {
    send: boolean;
    because: string;
    coverage: number;
    confidence: number;
    /** The confidence before outcomes had a say; absent in what older versions stored. */
    stated?: number;
    /** How sure it had to be, and why as sure as that; absent in what older versions stored. */
    needed?: { confidence: number; because: string[] };
  };
  failedBecause: string | null;
  /** Who wrote it, with a version; absent in what older versions stored, and then the embedded answerer. */
  by?: string;
  /** Who was asked to write it, and why theirs did not count: a word from a closed list. */
  insteadOf?: { by: string; because: string } | null;
  /** Which tools a model called for it, how often, and how many of these calls were refused; absent where it called none. */
  tools?: { name: string; calls: number; refused: number }[];
  /** Why a model suggested a person, in its words; absent where it did not. */
  suggests?: string;
};

export type AccountFact = { label: string; value: string; provenance: Provenance; source: string; at: EpochMs };

export const BUNDLE_VERSION = 1;

/**
 * Everything the next person needs, one document per hop, redacted on the way in. `worker/domain/SPEC.md` B1–B6.
 */
export type ContextBundle = {
  version: typeof BUNDLE_VERSION;
  escalationId: EscalationId;
  conversationId: ConversationId;
  ticketNumber: string;
  hop: number;
  assembledAt: EpochMs;
  severity: Severity;
  /** One line: what the visitor wants, in the visitor's words. */
  subject: string;
  visitor: { id: VisitorId; name: string | null; email: string | null; attested: boolean };
  transcript: Field<{ messages: number; fromSeq: number; toSeq: number; summary: string[] }>;
  signals: Field<{
    /** `because`: the words that spoke for it most. */
    intent: { name: string; probability: number; because?: string[] } | null;
    inScope: { value: boolean; probability: number };
    sentiment: number;
    frustration: { value: number; because: string[] };
    wantsPerson: { value: boolean; because: string | null };
    repeatContact: number;
    model: string;
  }>;
  attempts: Field<BundleAttempt[]>;
  page: Field<Page>;
  trail: Field<Breadcrumb[]>;
  steps: Field<Step[]>;
  failures: Field<{
    errors: { at: EpochMs; message: string }[];
    requests: { at: EpochMs; method: string; path: string; status: number }[];
  }>;
  account: Field<AccountFact[]>;
  changedSinceLastVisit: Field<{ label: string; before: string; after: string }[]>;
  history: Field<{ conversationId: ConversationId; at: EpochMs; subject: string; outcome: string }[]>;
  recording: Field<{ id: RecordingId; momentOfTrouble: { at: EpochMs; because: string } | null }>;
  triggers: Field<{ decision: string; because: string[]; trace: TraceRow[] }>;
  routing: Field<{ queue: string; because: string[]; rank: RankTerm[]; dueAt: EpochMs }>;
  hops: Hop[];
  bugReport: Field<BugReport>;
  assignedTo: { id: AgentId; name: string } | null;
};

/** What the visitor is told is being passed on: words, not data. */
export type PassedOn = string[];
