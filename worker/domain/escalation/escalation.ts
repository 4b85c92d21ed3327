import type { AgentId, ConversationId, EpochMs, EscalationId, QueueId } from '#domain/ids.ts';

/** How bad it is for the visitor; it sets the response target. */
export const SEVERITIES = ['low', 'normal', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The more severe of two. */
export const worse = (a: Severity, b: Severity): Severity => (SEVERITIES.indexOf(b) > SEVERITIES.indexOf(a) ? b : a);

/** Why an agent says that a person was not needed. Feeds the mis-escalation rate and, later, the thresholds. */
export const UNNECESSARY_REASONS = [
  'answer_was_in_knowledge_base',
  'visitor_only_wanted_information',
  'wrong_intent',
  'spam_or_test',
  'other',
] as const;
export type UnnecessaryReason = (typeof UNNECESSARY_REASONS)[number];

export const WRAP_UP_CODES = [
  'answered',
  'fixed',
  'refunded',
  'workaround_given',
  'bug_reported',
  'feature_requested',
  'duplicate',
  'no_reply',
] as const;
export type WrapUpCode = (typeof WRAP_UP_CODES)[number];

/** Why the conversation moved on to another queue. */
export const HOP_KINDS = ['handoff', 'transfer', 'escalation', 'overflow'] as const;
export type HopKind = (typeof HOP_KINDS)[number];

/** One queue on the escalation's way. A hop ends when the work is resolved or moves on. */
export type Hop = {
  hop: number;
  kind: HopKind;
  queueId: QueueId;
  queueName: string;
  at: EpochMs;
  by: { kind: 'assistant' } | { kind: 'agent'; id: AgentId; name: string } | { kind: 'queue'; name: string };
  note: string | null;
  /** Who is asked first, while they are there. */
  wanted: { id: AgentId; name: string } | null;
  /** Minutes that it was given on the way here, with who gave them: an overflow keeps them. */
  raises: { label: string; minutes: number }[];
  /** [M3] How many relax classes of what it asks for were dropped on the way here: an overflow keeps them dropped. */
  relaxed: number;
  /** [M8] How long they had waited before they came back; 0 for who is new. */
  waitedMs: number;
};

/**
 * [Q12] Since when the visitor waits for whoever has it now: moved by the path or by an agent, work keeps the time that it waited; with a
 * hand-over and with an escalation, which has its own clock, a new wait begins. `hops` not empty, oldest first.
 */
export function waitingSince(hops: readonly Hop[]): EpochMs {
  const first = hops.findLast(({ kind }) => kind === 'handoff' || kind === 'escalation') ?? hops[0];
  const { at, waitedMs } = first as Hop;
  return at - waitedMs;
}

/** [M8] For so long after leaving the line, or after the work was called resolved, who comes back keeps all the time that they waited. */
const KEPT_WHOLE_MS = 60 * 60_000;
/** [M8] For so long they keep some of it: whoever is in line now is not put behind more than this by somebody who was not there. */
const KEPT_MS = 7 * 24 * 60 * 60_000;
const KEPT_AT_MOST_MS = 60 * 60_000;

/** [M8] The wait in ms that `before`, the conversation's last escalation, had earned when `queueId` gets it again at `now`. */
export function earnedWait(before: Escalation | null, queueId: QueueId, now: EpochMs): number {
  if (before === null || !before.hops.some((hop) => hop.queueId === queueId)) return 0;
  if (before.state === 'abandoned')
    return kept(before.abandonedAt - waitingSince(before.hops), now - before.abandonedAt);
  if (before.state === 'resolved') return kept(before.assignedAt - waitingSince(before.hops), now - before.resolvedAt);
  return 0;
}

function kept(waitedMs: number, awayMs: number): number {
  if (awayMs <= KEPT_WHOLE_MS) return waitedMs;
  return awayMs <= KEPT_MS ? Math.min(waitedMs, KEPT_AT_MOST_MS) : 0;
}

/** [Q12] From when a path's times count: since somebody put it in line. What the path itself moves goes on counting. */
export function pathSince(hops: readonly Hop[]): EpochMs {
  const last = hops.findLast(({ kind }) => kind !== 'overflow') ?? hops[0];
  return (last as Hop).at;
}

/** [Q12] What the work asks for in the queue that it is in: an overflow changes nothing about that, an agent who moves it decides anew. */
export const skillsAt = ({ skills, hops }: Pick<Common, 'skills' | 'hops'>): string[] =>
  hops.every(({ kind }) => kind === 'handoff' || kind === 'overflow') ? skills : [];

type Common = {
  id: EscalationId;
  conversationId: ConversationId;
  ticketNumber: string;
  createdAt: EpochMs;
  severity: Severity;
  skills: string[];
  class: 0 | 1;
  because: string[];
  hops: Hop[];
};

/** One request for a human. Each state owns exactly the fields that exist in it. */
export type Escalation =
  | (Common & { state: 'queued' })
  | (Common & {
      state: 'assigned';
      agent: { id: AgentId; name: string };
      assignedAt: EpochMs;
      firstResponseAt: EpochMs | null;
    })
  | (Common & {
      state: 'resolved';
      agent: { id: AgentId; name: string };
      assignedAt: EpochMs;
      firstResponseAt: EpochMs | null;
      resolvedAt: EpochMs;
      wrapUpCode: WrapUpCode;
      note: string | null;
    })
  /** The visitor left the line before anybody had it. */
  | (Common & { state: 'abandoned'; abandonedAt: EpochMs });

/** What an agent adds before the work may pass to engineering. */
export type BugReport = {
  title: string;
  expected: string;
  actual: string;
  hypothesis: string;
  environment: { label: string; value: string }[];
  steps: string[];
  failedRequests: { method: string; path: string; status: number; count: number }[];
  businessImpact: string;
  replay: { recordingId: string; at: EpochMs } | null;
};
