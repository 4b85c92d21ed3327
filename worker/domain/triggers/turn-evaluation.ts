import { redactDeep } from '#domain/redaction/redact.ts';
import { type Evaluation, evaluate, type TriggerDecision } from '#domain/triggers/evaluate.ts';
import type { Facts } from '#domain/triggers/fact.ts';
import type { Policy } from '#domain/triggers/policy.ts';
import { differs } from '#domain/triggers/policy-effect.ts';

/** When the policy was asked: in a turn for the button without words, of the message, and again with what was tried; of who waits for a person already. */
export const TURN_QUESTIONS = ['button', 'message', 'attempt', 'waiting'] as const;
export type TurnQuestion = (typeof TURN_QUESTIONS)[number];

/** [T12] One evaluation of a turn, as it is kept. By the version and the facts its trace can be had again [T1]. */
export type TurnEvaluation = {
  which: TurnQuestion;
  policyVersion: number;
  facts: Facts;
  decision: TriggerDecision;
  /** [T13] The policy in shadow; its decision is null where it is the same. */
  shadow: { version: number; decision: TriggerDecision | null } | null;
};

/** [T13] Evaluates for a turn. Only the policy in force is answered with; the other one is asked over the same facts and kept beside it. */
export function evaluateForTurn(
  { policy, shadow }: { policy: Policy; shadow: Policy | null },
  which: TurnQuestion,
  facts: Facts,
): { evaluation: Evaluation; kept: TurnEvaluation } {
  const evaluation = evaluate(policy, facts);
  const { decision } = evaluation;
  const other = shadow === null ? null : evaluate(shadow, facts).decision;
  return {
    evaluation,
    kept: {
      which,
      policyVersion: policy.version,
      facts: redactDeep(facts),
      decision,
      shadow:
        shadow === null || other === null
          ? null
          : { version: shadow.version, decision: differs(decision, other) ? other : null },
    },
  };
}
