import type { HandoverReasons } from '#domain/bundle/assemble.ts';
import type { BundleAttempt, ContextBundle } from '#domain/bundle/bundle.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { AgentId, ConversationId, EpochMs, RecordingId, VisitorId, WorkspaceId } from '#domain/ids.ts';
import type { Sla } from '#domain/sla/targets.ts';
import type { Fact } from '#domain/triggers/fact.ts';
import type { CaptureMode, SharingWord } from './sharing.ts';

export type ConversationStatus = 'open' | 'waiting' | 'resolved';

/** Who writes, as the visit token told when the conversation was made or joined. */
export type ConversationVisitor = {
  id: VisitorId;
  name: string | null;
  email: string | null;
  attested: boolean;
  /** By name without the `account.` prefix. Empty for anonymous visitors. */
  account: Record<string, Fact>;
  company: string | null;
};

/** One attempt of the assistant, with the id that the answerer gave it. */
export type KeptAttempt = BundleAttempt & { id: string };

/** The assistant is working on this message. Survives a crash: whoever wakes the object finishes or repeats the turn. */
export type Turn = { id: string; messageSeq: number; question: string };

/** What it is about: the assistant's reading of the words, and the product area of the page they were written on. */
export type About = { topic: string | null; area: string | null };

export type ConversationState = {
  workspaceId: WorkspaceId;
  id: ConversationId;
  /** Per workspace, counts up; the ticket number is made of it. */
  number: number;
  visitor: ConversationVisitor;
  status: ConversationStatus;
  startedAt: EpochMs;
  /** Highest seq. */
  head: number;
  /** How far the visitor has read. */
  readSeq: number;
  turn: Turn | null;
  attempts: KeptAttempt[];
  /** The last reading that said anything; null before the first. */
  about: About | null;
  /** The current or last one; earlier ones are in D1. */
  escalation: Escalation | null;
  escalations: number;
  /** What was promised for the current or last escalation; null before the first, and for one that an older deploy handed over. */
  sla: Sla | null;
  /** [M7] [M8] What the visitor's conversation before this one came to; null for the first, and in what older versions stored. */
  before: Escalation | null;
  /** [G13] Whether they had another conversation lately before this one; null where nobody could say, and in what older versions stored. */
  wroteBefore: boolean | null;
  /** Who had the work last: a visitor who comes back is brought to the same agent while that agent is there. */
  lastAgent: { id: AgentId; name: string } | null;
  /** A person was offered and the visitor has neither taken nor refused it. */
  offerOpen: boolean;
  /** The visitor refused a person since the last escalation: the assistant does not offer again by itself. */
  offerRefused: boolean;
  /** The workspace's setting when the conversation began, or `ask` where the browser asks for that; absent in what older versions stored. */
  capture?: CaptureMode;
  sharing: SharingWord;
  recordingId: RecordingId;
  /** The widget should upload its ring and go on live. */
  recording: boolean;
  /** Why the current escalation was handed over; every hop's bundle carries it. */
  reasons: HandoverReasons | null;
  bundle: ContextBundle | null;
};

/** Attempts kept in the state; older ones are in the transcript. */
export const MAX_ATTEMPTS = 20;
