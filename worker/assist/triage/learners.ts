import type { Pieces } from './pieces.ts';
import { type SparseRows, trainSvm } from './svm.ts';

/** Training rows as numbers. A label of −1 is none of the intents. */
export type LabelledRows = { sparse: SparseRows; labelOf: Int32Array; weightOf: Float64Array };

/**
 * An intent's score is one linear function, but three learners add to it, because each errs elsewhere: one against the rest is the most accurate
 * and knows rejection, pairs tell neighbouring intents apart, log-count ratios learn most from few rows. Their sum costs no more to use than one.
 * What each brings is in decisions/0007-triage-is-linear.md.
 */
const RATIO_SHARE = 0.03;
const PAIR_SHARE = 1;
/** Each label is paired with this many before and after it in a ring: as good as all pairs, and the time grows with the labels, not their square. */
const PAIR_REACH = 12;
const RATIO_SMOOTHING = 0.05;

const COST = 1;
const REST = { epochs: 30, tolerance: 0.1 } as const;
const PAIR = { epochs: 8, tolerance: 0.4 } as const;

export const zeroWeights = (labels: number, width: number): Float32Array[] =>
  Array.from({ length: labels }, () => new Float32Array(width + 1));

/** Adds what tells `label` from everything else, rows of no intent included. */
export function* addOneAgainstRest(
  { sparse, labelOf, weightOf }: LabelledRows,
  use: Int32Array,
  label: number,
  weights: readonly Float32Array[],
): Pieces<void> {
  const found = new Float64Array(sparse.width + 1);
  yield* trainSvm(
    sparse,
    {
      use,
      isPositive: (row) => labelOf[row] === label,
      costOf: (row) => COST * weightOf[row]!,
      seed: label + 1,
      ...REST,
    },
    found,
  );
  const own = weights[label]!;
  for (let j = 0; j < found.length; j += 1) own[j]! += found[j]!;
}

/** Adds what tells `label` from some others, to it and to them; over all labels every one is in up to 24 pairs. */
export function* addPairs(
  { sparse, labelOf, weightOf }: LabelledRows,
  use: Int32Array,
  label: number,
  weights: readonly Float32Array[],
): Pieces<void> {
  const { starts, columns, width } = sparse;
  const labels = weights.length;
  const reach = Math.min(PAIR_REACH, Math.floor(labels / 2));
  const byLabel = weights.map((): number[] => []);
  for (const row of use) byLabel[labelOf[row]!]?.push(row);
  const scratch = new Float64Array(width + 1);
  const share = PAIR_SHARE / Math.min(2 * reach, labels - 1);
  for (let step = 1; step <= reach; step += 1) {
    // Where the ring is even, the one opposite would be met from both sides.
    if (2 * step === labels && label >= step) continue;
    const other = (label + step) % labels;
    const both = Int32Array.from([...byLabel[label]!, ...byLabel[other]!]);
    yield* trainSvm(
      sparse,
      {
        use: both,
        isPositive: (row) => labelOf[row] === label,
        costOf: (row) => COST * weightOf[row]!,
        seed: label * labels + other,
        ...PAIR,
      },
      scratch,
    );
    const give = (column: number) => {
      const value = scratch[column]! * share;
      if (value === 0) return;
      weights[label]![column]! += value;
      weights[other]![column]! -= value;
      scratch[column] = 0;
    };
    for (const row of both) for (let j = starts[row]!; j < starts[row + 1]!; j += 1) give(columns[j]!);
    give(width);
  }
}

/** Adds how much oftener each feature is in `label` than in the other intents, as a logarithm: naive Bayes in the complement's form. */
export function addRatios(
  { sparse, labelOf }: LabelledRows,
  use: Int32Array,
  label: number,
  weights: readonly Float32Array[],
): void {
  const { starts, columns, values, width } = sparse;
  const inLabel = new Float64Array(width);
  const inOthers = new Float64Array(width);
  for (const row of use) {
    if (labelOf[row]! < 0) continue;
    const counts = labelOf[row] === label ? inLabel : inOthers;
    for (let j = starts[row]!; j < starts[row + 1]!; j += 1) counts[columns[j]!]! += values[j]!;
  }
  let totalIn = 0;
  let totalOthers = 0;
  for (let j = 0; j < width; j += 1) {
    totalIn += inLabel[j]! + RATIO_SMOOTHING;
    totalOthers += inOthers[j]! + RATIO_SMOOTHING;
  }
  const own = weights[label]!;
  for (let j = 0; j < width; j += 1) {
    if (inLabel[j] === 0 && inOthers[j] === 0) continue;
    const ratio =
      Math.log((inLabel[j]! + RATIO_SMOOTHING) / totalIn) - Math.log((inOthers[j]! + RATIO_SMOOTHING) / totalOthers);
    own[j]! += RATIO_SHARE * ratio;
  }
}
