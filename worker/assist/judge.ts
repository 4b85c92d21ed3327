import type { Answerability } from './answerability.ts';
import { findForeign, type GateVerdict, gate } from './gate.ts';
import { unsupportedIn } from './grounding.ts';
import type { Passage } from './ports.ts';

/** An answer that is about to be said, whoever wrote it, and what is known of it. */
export type Judged = {
  answer: string;
  passages: readonly Passage[];
  answerability: Answerability;
  /** Where a link may lead: the workspace's own hosts. */
  hosts: readonly string[];
  blockedByPolicy: boolean;
  repeated: boolean;
};

/** [G1] [G3] [G18] May it be said? The same for the embedded answerer and for a model that does what an attacker tells it. */
export const judge = ({ answer, passages, answerability, hosts, ...more }: Judged): GateVerdict =>
  gate({
    answer,
    ...answerability,
    grounded: answerability.grounded && unsupportedIn(answer, passages).length === 0,
    foreign: findForeign(answer, passages, hosts),
    ...more,
  });
