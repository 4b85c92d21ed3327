import type { GuideStep } from '#domain/guide/guide.ts';
import type { EpochMs } from '#domain/ids.ts';
import type { PageSignals } from '#domain/timeline/page-signals.ts';
import type { Answerability } from './answerability.ts';
import type { GateReason, GateVerdict } from './gate.ts';
import type { ToolTrail, ToolUse } from './tools/tool-names.ts';

/** One earlier message of the conversation, oldest first. */
export type EarlierMessage = { author: 'visitor' | 'assistant' | 'agent'; text: string };

/** A part of one article under one heading, as plain text; steps are lines that begin with `1.`, list items with `-`. */
export type Passage = {
  articleId: string;
  slug: string;
  title: string;
  heading: string;
  area: string | null;
  text: string;
  /** [G31] What its steps point at on the page; left out where they point at nothing. */
  guide?: readonly GuideStep[];
  /** 0 to 1, comparable between questions. */
  score: number;
};

export type Citation = { articleId: string; slug: string; title: string; heading: string };

/** What a triage model makes of one message in its conversation. Estimates only: the policy and the gate decide. */
export type Signals = {
  /** `because`: the words that spoke for it most, where a trained model said so. */
  intent: { name: string; probability: number; because?: string[] } | null;
  inScope: { value: boolean; probability: number };
  wantsPerson: { value: boolean; because: string | null };
  /** −1 to 1. */
  sentiment: number;
  frustration: { value: number; because: string[] };
  repeatedQuestion: boolean;
  saysItFailed: boolean;
  /** Which model said so, with its version: it becomes the source of the facts. */
  model: string;
};

export type TriageInput = {
  question: string;
  earlier: readonly EarlierMessage[];
  pageSignals: PageSignals;
  passages: readonly Passage[];
  answerability: Answerability;
};

/** Must be deterministic for the embedded model; a remote model's adapter resolves before the turn and hands its result in here. */
export type TriageModel = { triage(input: TriageInput): Signals };

/** [G32] What the tools of a model may read. None of it waits, and none of it writes. */
export type ToolSources = {
  /** Passages that speak of these words, best first. */
  search(query: string): Passage[];
  /** The visitor's page by roles and names; null where nothing is known of it. */
  outline(): string | null;
  /** What is attested of the account; null where nobody has attested who the visitor is. */
  account(): readonly string[] | null;
};

/** Without `sources` there are no tools to call. */
export type AnswerInput = { question: string; passages: readonly Passage[]; sources?: ToolSources };

/** What a second reader says of an answer: it stands on the passages, and answers so much of the question. */
export type JudgeVerdict = { grounded: boolean; coverage: number };

/** Why there is no draft of a model; closed, because the console has a sentence for each. */
export const NO_DRAFT = [
  'resting',
  'over_cap',
  'uncounted',
  'slow',
  'busy',
  'failed',
  'cut_short',
  'empty',
  'uncited',
  'foreign_content',
  'not_judged',
  'abandoned',
] as const;
export type NoDraft = (typeof NO_DRAFT)[number];

/**
 * What came of asking an answerer. `verdict` is null where the words are the articles' own: there is nothing to judge. `tools` is left out where none was called, and in what
 * older versions stored.
 */
export type Drafted = (
  | { ok: true; by: string; text: string; citations: Citation[]; verdict: JudgeVerdict | null }
  | { ok: false; by: string; because: NoDraft }
) & { tools?: ToolTrail };

/**
 * [G20] Writes an answer. Resolves within its budget and never rejects; who has nothing says why. Whatever it writes still has to pass the gate.
 * `by` names it with its version: `embedded@1`, `workers-ai:MODEL@answer-2`.
 */
export type Answerer = { by: string; answer(input: AnswerInput, signal: AbortSignal): Promise<Drafted> };

/** One thing the assistant tried, kept so that nobody tries it again and a person can see why it did not help. */
export type Attempt = {
  id: string;
  at: EpochMs;
  question: string;
  kind: 'answer' | 'clarify' | 'none';
  text: string;
  citations: Citation[];
  verdict: GateVerdict;
  outcome: 'sent' | 'withheld';
  failedBecause: string | null;
  /** Who wrote it; absent in what older versions stored, when only the embedded answerer was there. */
  by?: string;
  /** Who was asked to write it, and why it was not theirs that counted. */
  insteadOf?: { by: string; because: NoDraft | GateReason } | null;
  /** [G36] What a model called on the way, if it called anything. */
  tools?: ToolUse[];
  /** [G35] Why a model would have a person look at this, in its words; absent where it did not say so. */
  suggests?: string;
};
