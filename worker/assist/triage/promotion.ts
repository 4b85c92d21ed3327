import type { IntentLabel } from './intent-rows.ts';
import { classify, type IntentModel } from './model.ts';

/** How a model did on the frozen rows; `before` is the model that was in use, on the same rows. */
export type Judgement = { rows: number; right: number; before: { right: number } | null };

/**
 * [G27] Is the new model at least as often right as the one in use, on rows that neither has learnt from? Rows of intents that the new one does not have
 * any more are left out. A row of no intent is right when it is out of scope. Without rows, or without a model before, there is nothing to be worse than.
 */
export function judgeModel(
  next: IntentModel,
  inUse: IntentModel | null,
  frozen: readonly IntentLabel[],
): Judgement & { isPromoted: boolean } {
  const names = new Set(next.header.labels);
  const rows = frozen.filter(({ intent }) => intent === null || names.has(intent));
  const rightOf = (model: IntentModel) =>
    rows.filter(({ text, intent }) => {
      const { label, inScope } = classify(model, text);
      return (inScope.value ? label : null) === intent;
    }).length;
  const right = rightOf(next);
  const before = inUse === null ? null : { right: rightOf(inUse) };
  return { rows: rows.length, right, before, isPromoted: before === null || right >= before.right };
}
