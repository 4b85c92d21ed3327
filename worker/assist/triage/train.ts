import { calibrate } from './calibrate.ts';
import { featuresOf } from './features.ts';
import { addPairs, addRatios, type LabelledRows, setOneAgainstRest, zeroWeights } from './learners.ts';
import { packModel } from './pack.ts';
import { energyOf, fitScope } from './scope.ts';
import { xorshift } from './svm.ts';
import { buildVocabulary, type Vocabulary, vectorise } from './vocabulary.ts';

/** A text and its intent; null is a text of none of them: another company's, or one that agents marked as none of ours. */
export type TrainingRow = {
  text: string;
  label: string | null /** How much it counts; 1 if left out. */;
  weight?: number;
};

export type Training = {
  readonly labels: readonly string[];
  readonly vocabulary: Vocabulary;
  readonly rows: LabelledRows;
  /** The fold that each row is held out of, and how many there are. */
  readonly foldOf: Uint8Array;
  readonly folds: number;
  /** The next piece of work: label `at` of fold `fold`; fold number `folds` is the whole. */
  fold: number;
  at: number;
  use: Int32Array;
  weights: Float32Array[];
  /** Margins of each row by the model that had not seen it. */
  readonly heldOut: (Float64Array | null)[];
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
 * Begins to train intents. What follows is done in pieces by `trainStep`, so that an alarm can do it without holding anybody up: with 50
 * intents of 20 rows a piece is some milliseconds. Throws a RangeError when there are fewer than two intents.
 */
export function startTraining(examples: readonly TrainingRow[]): Training {
  const labels = [...new Set(examples.flatMap(({ label }) => label ?? []))].sort();
  if (labels.length < 2) throw new RangeError('at least two intents are needed');
  const given = [...examples, ...labels.map((label) => ({ text: wordsOfName(label), label, weight: NAME_WEIGHT }))];
  const numberOf = new Map(labels.map((label, i) => [label, i]));
  const vocabulary = buildVocabulary(given.map(({ text }) => text));
  const starts = new Int32Array(given.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  given.forEach(({ text }, i) => {
    const vector = vectorise(vocabulary, featuresOf(text));
    for (let j = 0; j < vector.columns.length; j += 1) {
      columns.push(vector.columns[j]!);
      values.push(vector.values[j]!);
    }
    starts[i + 1] = columns.length;
  });
  const rows: LabelledRows = {
    sparse: {
      starts,
      columns: Int32Array.from(columns),
      values: Float32Array.from(values),
      width: vocabulary.idf.length,
    },
    labelOf: Int32Array.from(given, ({ label }) => (label === null ? -1 : numberOf.get(label)!)),
    weightOf: Float64Array.from(given, ({ weight }) => weight ?? 1),
  };
  const folds = examples.filter(({ label }) => label !== null).length < FEW_ROWS ? FOLDS_FEW : FOLDS_MANY;
  const foldOf = dealFolds(rows.labelOf, labels.length, folds);
  // A name is no message: how well it is told apart says nothing, so it is learnt from in every fold and held out of none.
  foldOf.fill(IN_EVERY_FOLD, examples.length);
  return {
    labels,
    vocabulary,
    rows,
    foldOf,
    folds,
    fold: 0,
    at: 0,
    use: rowsOf(foldOf, (fold) => fold !== 0),
    weights: zeroWeights(labels.length, vocabulary.idf.length),
    heldOut: given.map(() => null),
  };
}

/** Does one piece of the work: one intent of one fold. True when there is no more to do. The result does not depend on when pieces are done. */
export function trainStep(training: Training): boolean {
  const { labels, rows, folds, foldOf } = training;
  if (training.fold > folds) return true;
  const { at: label, use, weights } = training;
  setOneAgainstRest(rows, use, label, weights);
  addPairs(rows, use, label, weights);
  addRatios(rows, use, label, weights);
  training.at += 1;
  if (training.at < labels.length) return false;
  if (training.fold === folds) {
    training.fold += 1;
    return true;
  }
  for (let row = 0; row < foldOf.length; row += 1) {
    if (foldOf[row] === training.fold) training.heldOut[row] = marginsOf(rows, weights, row);
  }
  training.fold += 1;
  training.at = 0;
  training.use = rowsOf(foldOf, (fold) => fold !== training.fold);
  training.weights = zeroWeights(labels.length, rows.sparse.width);
  return false;
}

/** The trained model as bytes; `readModel` makes it usable. Throws when there is still work to do. */
export function finishTraining(training: Training, entriesPerLabel?: number): Uint8Array {
  if (training.fold <= training.folds) throw new Error('the training is not over');
  const { labels, vocabulary, rows, weights, heldOut } = training;
  const ours: { margins: Float64Array; label: number }[] = [];
  const others: Float64Array[] = [];
  heldOut.forEach((margins, row) => {
    const label = rows.labelOf[row]!;
    if (margins === null) return;
    if (label >= 0) ours.push({ margins, label });
    else others.push(margins);
  });
  return packModel({
    labels,
    vocabulary,
    weights,
    entriesPerLabel: entriesPerLabel ?? entriesFor(ours.length / labels.length),
    presence: presenceOf(rows),
    calibration: calibrate(ours),
    scope: fitScope(
      ours.map(({ margins }) => energyOf(margins)),
      others.map(energyOf),
    ),
  });
}

/** All of it at once: for evaluations, tests and a first model of few rows. */
export function trainIntents(rows: readonly TrainingRow[], entriesPerLabel?: number): Uint8Array {
  const training = startTraining(rows);
  while (!trainStep(training));
  return finishTraining(training, entriesPerLabel);
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

function rowsOf(foldOf: Uint8Array, isUsed: (fold: number) => boolean): Int32Array {
  return Int32Array.from([...foldOf.keys()].filter((row) => isUsed(foldOf[row]!)));
}
