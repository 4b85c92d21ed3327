import { calibrate, type HeldOut } from './calibrate.ts';
import { featuresOf } from './features.ts';
import { addOneAgainstRest, addPairs, addRatios, type LabelledRows, zeroWeights } from './learners.ts';
import { packModel } from './pack.ts';
import { type Pieces, whole } from './pieces.ts';
import { energyOf, fitScope } from './scope.ts';
import { xorshift } from './svm.ts';
import { buildVocabulary, NUMBERS_A_TEXT, type Vocabulary, vectorise } from './vocabulary.ts';

/** A text and its intent; null is a text of none of them: another company's, or one that agents marked as none of ours. */
export type TrainingRow = {
  text: string;
  label: string | null /** How much it counts; 1 if left out. */;
  weight?: number;
};

/** Below this many rows a tenth of them is missed when it is held out, so the model that is calibrated would be worse than the one that is used. */
const FEW_ROWS = 3000;
const FOLDS_FEW = 10;
const FOLDS_MANY = 4;
const SEED = 20_260_401;
/** An intent's name is its first example: worth 1.5 points with ten examples of one's own, nothing with a hundred. */
const NAME_WEIGHT = 2;
const IN_EVERY_FOLD = 255;

/**
 * Trains intents and packs them; `readModel` makes the bytes usable. In pieces, so that an alarm can do it without holding anybody up. Throws a RangeError when
 * there are fewer than two intents. `entriesPerLabel` is how many weights an intent keeps, by its number of rows if it is left out.
 */
export function* training(examples: readonly TrainingRow[], entriesPerLabel?: number): Pieces<Uint8Array> {
  const labels = [...new Set(examples.flatMap(({ label }) => label ?? []))].sort();
  if (labels.length < 2) throw new RangeError('at least two intents are needed');
  const given = [...examples, ...labels.map((label) => ({ text: wordsOfName(label), label, weight: NAME_WEIGHT }))];
  const { vocabulary, rows } = yield* readRows(given, labels);
  const folds = examples.filter(({ label }) => label !== null).length < FEW_ROWS ? FOLDS_FEW : FOLDS_MANY;
  const foldOf = dealFolds(rows.labelOf, labels.length, folds);
  // A name is no message: how well it is told apart says nothing, so it is learnt from in every fold and held out of none.
  foldOf.fill(IN_EVERY_FOLD, examples.length);
  /** Margins of each row by the model that had not seen it. */
  const heldOut: (Float64Array | null)[] = given.map(() => null);
  for (let fold = 0; fold < folds; fold += 1) {
    const weights = yield* learn(rows, rowsOf(foldOf, fold, false), labels.length);
    for (const row of rowsOf(foldOf, fold, true)) {
      heldOut[row] = marginsOf(rows, weights, row);
      yield labels.length * (rows.sparse.starts[row + 1]! - rows.sparse.starts[row]!);
    }
  }
  const ours: HeldOut[] = [];
  const others: Float64Array[] = [];
  heldOut.forEach((margins, row) => {
    const label = rows.labelOf[row]!;
    if (margins === null) return;
    if (label >= 0) ours.push({ margins, label });
    else others.push(margins);
  });
  return yield* packModel({
    labels,
    vocabulary,
    weights: yield* learn(rows, Int32Array.from(given.keys()), labels.length),
    entriesPerLabel: entriesPerLabel ?? entriesFor(ours.length / labels.length),
    presence: presenceOf(rows),
    calibration: yield* calibrate(ours),
    scope: fitScope(
      ours.map(({ margins }) => energyOf(margins)),
      others.map(energyOf),
    ),
  });
}

/** All of it at once: for evaluations, tests and a model that ships with the code. */
export const trainIntents = (rows: readonly TrainingRow[], entriesPerLabel?: number): Uint8Array =>
  whole(training(rows, entriesPerLabel));

/** Texts as numbers. */
function* readRows(
  given: readonly TrainingRow[],
  labels: readonly string[],
): Pieces<{ vocabulary: Vocabulary; rows: LabelledRows }> {
  const numberOf = new Map(labels.map((label, i) => [label, i]));
  const vocabulary = yield* buildVocabulary(given.map(({ text }) => text));
  const starts = new Int32Array(given.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  for (const [i, { text }] of given.entries()) {
    const vector = vectorise(vocabulary, featuresOf(text));
    for (let j = 0; j < vector.columns.length; j += 1) {
      columns.push(vector.columns[j]!);
      values.push(vector.values[j]!);
    }
    starts[i + 1] = columns.length;
    yield NUMBERS_A_TEXT;
  }
  const sparse = {
    starts,
    columns: Int32Array.from(columns),
    values: Float32Array.from(values),
    width: vocabulary.idf.length,
  };
  return {
    vocabulary,
    rows: {
      sparse,
      labelOf: Int32Array.from(given, ({ label }) => (label === null ? -1 : numberOf.get(label)!)),
      weightOf: Float64Array.from(given, ({ weight }) => weight ?? 1),
    },
  };
}

/** The weights of every intent, learnt from some of the rows. */
function* learn(rows: LabelledRows, use: Int32Array, labels: number): Pieces<Float32Array[]> {
  const weights = zeroWeights(labels, rows.sparse.width);
  for (let label = 0; label < labels; label += 1) {
    yield* addOneAgainstRest(rows, use, label, weights);
    yield* addPairs(rows, use, label, weights);
    addRatios(rows, use, label, weights);
    yield rows.sparse.columns.length + rows.sparse.width;
  }
  return weights;
}

/**
 * How many weights an intent keeps, by its number of rows. Ten rows need 2,000, a hundred 6,000: on BANKING77 and HWU64 no loss that can be
 * measured; with half of it, half a point.
 */
const entriesFor = (rowsPerIntent: number): number => Math.min(6000, Math.round(1500 + 45 * rowsPerIntent));

/** "cardArrival" and "card_arrival" as words. */
function wordsOfName(label: string): string {
  return label.replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2').replace(/[^\p{L}\p{N}]+/gu, ' ');
}

function marginsOf({ sparse }: LabelledRows, weights: readonly Float32Array[], row: number): Float64Array {
  return Float64Array.from(weights, (own) => {
    let sum = own[sparse.width]!;
    for (let j = sparse.starts[row]!; j < sparse.starts[row + 1]!; j += 1)
      sum += own[sparse.columns[j]!]! * sparse.values[j]!;
    return sum;
  });
}

function presenceOf({ sparse: { columns, values, width } }: LabelledRows): Float64Array {
  const squares = new Float64Array(width);
  columns.forEach((column, j) => {
    squares[column]! += values[j]! ** 2;
  });
  return squares.map(Math.sqrt);
}

/** Deals the rows of each intent to the folds like cards, in a shuffled order, so that every fold lacks the same share of every intent. */
function dealFolds(labelOf: Int32Array, labels: number, folds: number): Uint8Array {
  const foldOf = new Uint8Array(labelOf.length);
  const random = xorshift(SEED);
  for (let label = -1; label < labels; label += 1) {
    const own = [...labelOf.keys()].filter((row) => labelOf[row] === label);
    for (let i = own.length - 1; i > 0; i -= 1) {
      const j = random() % (i + 1);
      [own[i], own[j]] = [own[j]!, own[i]!];
    }
    const first = random() % folds;
    own.forEach((row, i) => {
      foldOf[row] = (first + i) % folds;
    });
  }
  return foldOf;
}

/** The rows that are held out of a fold, or the others. */
const rowsOf = (foldOf: Uint8Array, fold: number, isHeldOut: boolean): Int32Array =>
  Int32Array.from([...foldOf.keys()].filter((row) => (foldOf[row] === fold) === isHeldOut));
