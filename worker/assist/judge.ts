import type { Needed } from '#domain/confidence/answer-costs.ts';
import type { Answerability } from './answerability.ts';
import { findForeign, GATE_THRESHOLDS, type GateVerdict, gate } from './gate.ts';
import { unsupportedIn } from './grounding.ts';
import type { JudgeVerdict, Passage } from './ports.ts';

/** An answer that is about to be said, whoever wrote it, and what is known of it. */
export type Judged = {
  answer: string;
  passages: readonly Passage[];
  answerability: Answerability;
  /** Where a link may lead: the workspace's own hosts. */
  hosts: readonly string[];
  blockedByPolicy: boolean;
  repeated: boolean;
  /** [G39] That it helps, by what became of answers like it; left out, it is what the evidence says. */
  confidence?: number;
  /** [G38] How sure it must be; left out, it is the gate's own. */
  needed?: Needed;
  /** [G21] What a second reader said of a model's words; null where it said nothing. Left out for what quotes. */
  second?: JudgeVerdict | null;
};

/**
 * [G1] [G3] [G18] [G21] May it be said? The same for the embedded answerer and for a model that does what an attacker tells it. A second reader can only add a no: what
 * words and numbers say against an answer it cannot take back, and its silence is a verdict that is missing.
 */
export function judge(judged: Judged): GateVerdict {
  const {
    answer,
    passages,
    answerability,
    hosts,
    second,
    confidence = answerability.confidence,
    needed,
    ...more
  } = judged;
  const thresholds = { ...GATE_THRESHOLDS, ...(needed === undefined ? {} : { confidence: needed.confidence }) };
  const verdicts = {
    answer,
    ...answerability,
    grounded: answerability.grounded && unsupportedIn(answer, passages).length === 0 && second?.grounded !== false,
    coverage:
      second === undefined ? answerability.coverage : second && Math.min(second.coverage, answerability.coverage),
    foreign: findForeign(answer, passages, hosts),
    ...more,
    confidence,
  };
  const stated = answerability.confidence;
  return { ...gate(verdicts, thresholds), stated, ...(needed === undefined ? {} : { needed }) };
}
