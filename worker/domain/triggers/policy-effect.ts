import { isSame } from '#domain/is-same.ts';
import { type DecisionAction, evaluate, type TriggerDecision } from '#domain/triggers/evaluate.ts';
import type { Facts } from '#domain/triggers/fact.ts';
import type { Trigger } from '#domain/triggers/policy.ts';

/** So many examples are named: enough to look at, few enough to read. */
export const MAX_EXAMPLES = 50;

export type PastEvaluation = { conversationId: string; subject: string | null; at: number; facts: Facts };

export type PolicyEffect = {
  looked: number;
  /** How many would decide otherwise. */
  otherwise: number;
  moves: { from: DecisionAction; to: DecisionAction; count: number }[];
  /** Triggers behind the differences: that would now have a say, or no longer have one. The most frequent first. */
  triggers: { id: string; label: string; how: 'now' | 'no_longer' | 'otherwise'; count: number }[];
  examples: {
    conversationId: string;
    subject: string | null;
    at: number;
    was: TriggerDecision;
    now: TriggerDecision;
  }[];
};

/**
 * [T14] What another policy would have decided over what was evaluated, beside the one in force: not beside what was decided then, or changes that are long in force would
 * be counted as the draft's. A decision differs when anything that follows from it does; that other triggers would have led to the same does not count.
 */
export function policyEffect(
  past: readonly PastEvaluation[],
  inForce: readonly Trigger[],
  draft: readonly Trigger[],
): PolicyEffect {
  const labels = new Map([...inForce, ...draft].map(({ id, label }) => [id, label]));
  const moves = new Map<string, PolicyEffect['moves'][number]>();
  const triggers = new Map<string, PolicyEffect['triggers'][number]>();
  const examples: PolicyEffect['examples'] = [];
  let otherwise = 0;
  for (const { facts, ...where } of past) {
    const was = evaluate({ triggers: [...inForce] }, facts).decision;
    const now = evaluate({ triggers: [...draft] }, facts).decision;
    if (!differs(was, now)) continue;
    otherwise += 1;
    count(moves, `${was.action} ${now.action}`, { from: was.action, to: now.action });
    for (const [id, how] of blamed(was, now)) count(triggers, `${id} ${how}`, { id, label: labels.get(id) ?? id, how });
    if (examples.length < MAX_EXAMPLES) examples.push({ ...where, was, now });
  }
  return {
    looked: past.length,
    otherwise,
    moves: byCount(moves),
    triggers: byCount(triggers),
    examples,
  };
}

/** Whether two decisions would be followed by anything different. */
export function differs(a: TriggerDecision, b: TriggerDecision): boolean {
  const { because: _, ...one } = a;
  const { because: __, ...other } = b;
  return !isSame(one, other);
}

/** The same triggers on both sides have been changed themselves. */
function blamed(was: TriggerDecision, now: TriggerDecision): [string, PolicyEffect['triggers'][number]['how']][] {
  const came = now.because.filter((id) => !was.because.includes(id));
  const went = was.because.filter((id) => !now.because.includes(id));
  if (came.length + went.length === 0) return now.because.map((id) => [id, 'otherwise']);
  return [
    ...came.map((id): [string, 'now'] => [id, 'now']),
    ...went.map((id): [string, 'no_longer'] => [id, 'no_longer']),
  ];
}

function count<T extends { count: number }>(into: Map<string, T>, key: string, fresh: Omit<T, 'count'>): void {
  const known = into.get(key);
  if (known === undefined) into.set(key, { ...fresh, count: 1 } as T);
  else known.count += 1;
}

const byCount = <T extends { count: number }>(counted: Map<string, T>): T[] =>
  [...counted.values()].sort((a, b) => b.count - a.count);
