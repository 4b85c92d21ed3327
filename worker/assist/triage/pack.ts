import type { Calibration } from './calibrate.ts';
import type { Pieces } from './pieces.ts';
import type { Scope } from './scope.ts';
import type { Vocabulary } from './vocabulary.ts';

export type Trained = {
  labels: readonly string[];
  vocabulary: Vocabulary;
  /** By label; the last of each is the bias. */
  weights: readonly Float32Array[];
  calibration: Calibration;
  scope: Scope;
  /** By feature: the root of its squares summed over the training rows, which is how much an error in its weights would be felt. */
  presence: Float64Array;
  /** How many weights an intent keeps on average; the smallest go. */
  entriesPerLabel: number;
};

/** What stands before the weights, as JSON. */
export type ModelHeader = {
  format: typeof FORMAT;
  labels: string[];
  bias: number[];
  /** By label: what one step of a weight is worth. */
  scale: number[];
  /** What one step of a feature's common weight is worth. */
  commonScale: number;
  unknownIdf: number;
  calibration: Calibration;
  scope: Scope;
  features: number;
  entries: number;
};

/** Changed, every workspace's model is trained anew (`intentSources`). */
export const FORMAT = 'baton-intents-1';
/** Rarity in 8 bits: 1 is in every text, 255 is in none. */
export const IDF_STEPS = 255;
const LARGEST_STEP = 127;
/** What finding a number's place among others takes, in numbers that are multiplied and added. */
const NUMBERS_A_SORTED = 8;

/**
 * A model as bytes. What a feature says to most intents alike is kept once, as its common weight; of the differences only those that would be
 * missed most stay, each in 8 bits of its intent's scale, so off by half a step at most. A feature without differences may still have its common
 * weight: it is what makes a text of such features less ours. One that loses both counts as unknown from then on. The same model always gives the same bytes.
 */
export function* packModel(trained: Trained): Pieces<Uint8Array> {
  const { labels, vocabulary, weights, calibration, scope, presence } = trained;
  const width = vocabulary.idf.length;
  const common = new Float64Array(width);
  for (let column = 0; column < width; column += 1) {
    common[column] = medianOf(weights, column);
    yield NUMBERS_A_SORTED * labels.length;
  }
  const commonScale = largestOf(width, (column) => common[column]!) / LARGEST_STEP || 1;
  // What is stored is subtracted, not what was meant: its rounding then costs nothing.
  for (let j = 0; j < width; j += 1) common[j] = Math.round(common[j]! / commonScale) * commonScale;
  const scale: number[] = [];
  for (const own of weights) {
    scale.push(largestOf(width, (j) => own[j]! - common[j]!) / LARGEST_STEP || 1);
    yield width;
  }
  const least = yield* cutOf(trained, common);
  const byHash = [...vocabulary.index].sort(([a], [b]) => (a >>> 0) - (b >>> 0));
  const body: number[] = [];
  let features = 0;
  let entries = 0;
  let before = 0;
  for (const [hash, column] of byHash) {
    yield labels.length;
    const kept: number[] = [];
    let last = 0;
    let count = 0;
    for (let label = 0; label < labels.length; label += 1) {
      const difference = weights[label]![column]! - common[column]!;
      if (Math.abs(difference) * presence[column]! < least) continue;
      const step = Math.round(difference / scale[label]!);
      if (step === 0) continue;
      pushVarint(kept, label - last);
      kept.push(step & 0xff);
      last = label;
      count += 1;
    }
    const commonStep = Math.round(common[column]! / commonScale);
    // A common weight is felt in every intent's score, so it stays for less than a difference in one of them.
    const felt = Math.abs(common[column]!) * presence[column]! * Math.sqrt(labels.length);
    if (count === 0 && (commonStep === 0 || felt < least)) continue;
    pushVarint(body, (hash >>> 0) - before);
    before = hash >>> 0;
    body.push(Math.round((IDF_STEPS * vocabulary.idf[column]!) / vocabulary.unknownIdf), commonStep & 0xff);
    pushVarint(body, count);
    for (const byte of kept) body.push(byte);
    features += 1;
    entries += count;
  }
  const header: ModelHeader = {
    format: FORMAT,
    labels: [...labels],
    bias: weights.map((own) => round(own[width]!)),
    scale: scale.map(round),
    commonScale: round(commonScale),
    unknownIdf: round(vocabulary.unknownIdf),
    calibration: {
      temperature: round(calibration.temperature),
      bend: {
        low: round(calibration.bend.low),
        high: round(calibration.bend.high),
        shift: round(calibration.bend.shift),
      },
      from: calibration.from.map(round),
      to: calibration.to.map(round),
    },
    scope: { slope: round(scope.slope), offset: round(scope.offset), threshold: round(scope.threshold) },
    features,
    entries,
  };
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + json.length + body.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  bytes.set(body, 4 + json.length);
  return bytes;
}

/** The size below which a difference, times its feature's presence, is not worth its two bytes. */
function* cutOf({ vocabulary, weights, presence, entriesPerLabel }: Trained, common: Float64Array): Pieces<number> {
  const width = vocabulary.idf.length;
  const keep = entriesPerLabel * weights.length;
  if (keep >= width * weights.length) return 0;
  const feltOf = (own: Float32Array, j: number) => Math.abs(own[j]! - common[j]!) * presence[j]!;
  let largest = 0;
  for (const own of weights) {
    for (let j = 0; j < width; j += 1) largest = Math.max(largest, feltOf(own, j));
    yield width;
  }
  // By counting and not by sorting: there are ten million of them.
  const counts = new Uint32Array(COUNTERS + 1);
  for (const own of weights) {
    for (let j = 0; j < width; j += 1) counts[Math.floor((COUNTERS * feltOf(own, j)) / largest)]! += 1;
    yield width;
  }
  let sum = 0;
  let counter = COUNTERS;
  while (counter > 0 && sum + counts[counter]! <= keep) {
    sum += counts[counter]!;
    counter -= 1;
  }
  return ((counter + 1) * largest) / COUNTERS;
}

const COUNTERS = 65_536;

function medianOf(weights: readonly Float32Array[], column: number): number {
  const all = Float64Array.from(weights, (own) => own[column]!).sort();
  return all[all.length >> 1]!;
}

function largestOf(width: number, at: (column: number) => number): number {
  let largest = 0;
  for (let j = 0; j < width; j += 1) largest = Math.max(largest, Math.abs(at(j)));
  return largest;
}

/** Seven digits are more than 8-bit weights can use, and print the same everywhere. */
const round = (value: number): number => Number(value.toPrecision(7));

function pushVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}
