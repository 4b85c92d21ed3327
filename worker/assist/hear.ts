import type { Heard } from '#domain/conversation/command.ts';
import type { TriggerDecision } from '#domain/triggers/evaluate.ts';
import type { TriggerAction } from '#domain/triggers/policy.ts';
import { evaluateForTurn } from '#domain/triggers/turn-evaluation.ts';
import { factsOfTurn, readTurn, type TurnContext } from './plan-turn.ts';

/**
 * [P9] What the policy says of somebody who waits for a person already: of the message that `said` names, or of their last one where the page or the account
 * changed. Only how urgent it is counts: where they wait and whom the work needs is moved by a person or a path. Null where they have written nothing.
 */
export function hear(
  context: Omit<TurnContext, 'turn' | 'escalationId' | 'drafted'>,
  said: number | null,
): Heard | null {
  const message = context.entries.findLast(
    (entry) => entry.type === 'message' && entry.author.kind === 'visitor' && (said === null || entry.seq === said),
  );
  if (message?.type !== 'message') return null;
  const turn = { id: `heard-${message.seq}`, messageSeq: message.seq, question: message.text };
  const asked = { ...context, turn };
  const reading = readTurn(asked);
  const { evaluation, kept } = evaluateForTurn(context.desk, 'waiting', factsOfTurn(asked, reading, reading.attempts));
  const { decision, trace } = evaluation;
  const because = trace.flatMap(({ label, actions }) =>
    actions.some(({ action, fired }) => fired && isUrgency(action, decision)) ? [label] : [],
  );
  return { severity: decision.severity ?? 'low', class: decision.class, because, evaluation: kept };
}

/** What gave the decision its severity, or its place before all others. */
function isUrgency(action: TriggerAction, { severity, class: rankClass }: TriggerDecision): boolean {
  if (action.do === 'set_severity') return action.severity === severity;
  return action.do === 'set_class' && action.class === 0 && rankClass === 0;
}
