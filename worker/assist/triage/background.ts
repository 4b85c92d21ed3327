import { BACKGROUND_SOURCES, type BackgroundSource, backgroundRows } from './background-rows.ts';
import { featuresOf } from './features.ts';
import type { Pieces } from './pieces.ts';
import type { TrainingRow } from './train.ts';
import { buildVocabulary, NUMBERS_A_TEXT, vectorise } from './vocabulary.ts';

/** Somebody in the background sets asks what a workspace's own people ask too. The nearest quarter is not used as a counterexample. */
const LEFT_OUT = 0.25;

/**
 * Rows of no intent to train beside a workspace's own, without those that are nearest to an intent of it: a bank is asked about cards in public
 * sets too. Deterministic.
 */
export function* backgroundFor(
  ours: readonly TrainingRow[],
  sources: readonly BackgroundSource[] = BACKGROUND_SOURCES,
): Pieces<TrainingRow[]> {
  const texts = sources.flatMap(backgroundRows);
  const vocabulary = yield* buildVocabulary(ours.map(({ text }) => text));
  const centres = new Map<string, Float64Array>();
  for (const { text, label } of ours) {
    if (label === null) continue;
    const centre = centres.get(label) ?? new Float64Array(vocabulary.idf.length);
    centres.set(label, centre);
    const { columns, values } = vectorise(vocabulary, featuresOf(text));
    for (let i = 0; i < columns.length; i += 1) centre[columns[i]!]! += values[i]!;
    yield NUMBERS_A_TEXT;
  }
  const unit = [...centres.values()].map((centre) => {
    const length = Math.sqrt(centre.reduce((sum, value) => sum + value * value, 0)) || 1;
    return centre.map((value) => value / length);
  });
  const near: number[] = [];
  for (const text of texts) {
    const { columns, values } = vectorise(vocabulary, featuresOf(text));
    near.push(Math.max(0, ...unit.map((centre) => columns.reduce((sum, c, i) => sum + centre[c]! * values[i]!, 0))));
    yield NUMBERS_A_TEXT + columns.length * unit.length;
  }
  const limit = [...near].sort((a, b) => a - b)[Math.floor((1 - LEFT_OUT) * near.length)] ?? 0;
  return texts.filter((_, i) => near[i]! < limit).map((text) => ({ text, label: null }));
}
