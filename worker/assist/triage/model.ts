import { confidenceOf, largestOf } from './calibrate.ts';
import { type Features, featuresOf } from './features.ts';
import { FORMAT, IDF_STEPS, type ModelHeader } from './pack.ts';
import { energyOf, inScopeProbability } from './scope.ts';
import { type Vector, type Vocabulary, vectorise } from './vocabulary.ts';

/** Trained intents, ready to be asked. */
export type IntentModel = {
  readonly header: ModelHeader;
  readonly vocabulary: Vocabulary;
  /** Weights by feature: `starts[column]…starts[column + 1]` in `label` and `step`. */
  readonly starts: Int32Array;
  readonly label: Uint16Array;
  readonly step: Int8Array;
  /** By feature: what it says to every intent. */
  readonly common: Int8Array;
  /** SHA-256 of the model's bytes, in hexadecimal: the same hash, the same verdicts. */
  readonly hash: string;
};

export type Verdict = {
  label: string;
  /** 0 to 1: that this is the intent, if it is any of them. */
  confidence: number;
  inScope: { value: boolean; probability: number };
  /** How far each intent is from saying yes, in the order of the model's labels; 0 is the border. */
  margins: Float64Array;
  /** What `inScope` is decided on: higher is more ours. For thresholds of one's own. */
  energy: number;
};

/** Reads what `finishTraining` wrote. Throws a RangeError when the bytes are no such model. */
export async function readModel(bytes: Uint8Array): Promise<IntentModel> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return parseModel(bytes, Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
}

/** [G27] The same, and null when this version of the product cannot read it: a model that was kept by another. */
export async function readKeptModel(bytes: Uint8Array): Promise<IntentModel | null> {
  try {
    return await readModel(bytes);
  } catch (cause) {
    if (cause instanceof RangeError) return null;
    throw cause;
  }
}

/** The same where the hash is known already, as with a model that ships with the code. */
export function parseModel(bytes: Uint8Array, knownHash: string): IntentModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = bytes.byteLength < 4 ? 0 : view.getUint32(0);
  if (headerBytes === 0 || 4 + headerBytes > bytes.byteLength) throw new RangeError('this is no intent model');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + headerBytes))) as ModelHeader;
  if (header.format !== FORMAT) throw new RangeError('this model was made by another version');
  let at = 4 + headerBytes;
  const varint = (): number => {
    let value = 0;
    for (let unit = 1; ; unit *= 0x80) {
      if (at >= bytes.length) throw new RangeError('this model is cut off');
      const byte = bytes[at]!;
      at += 1;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
  };
  const index = new Map<number, number>();
  const idf = new Float32Array(header.features);
  const starts = new Int32Array(header.features + 1);
  const label = new Uint16Array(header.entries);
  const step = new Int8Array(header.entries);
  const common = new Int8Array(header.features);
  let hash = 0;
  let entry = 0;
  for (let column = 0; column < header.features; column += 1) {
    hash += varint();
    index.set(hash | 0, column);
    idf[column] = (bytes[at]! * header.unknownIdf) / IDF_STEPS;
    common[column] = (bytes[at + 1]! << 24) >> 24;
    at += 2;
    let own = 0;
    for (let left = varint(); left > 0; left -= 1) {
      own += varint();
      label[entry] = own;
      step[entry] = (bytes[at]! << 24) >> 24;
      at += 1;
      entry += 1;
    }
    starts[column + 1] = entry;
  }
  return {
    header,
    vocabulary: { index, idf, unknownIdf: header.unknownIdf },
    starts,
    label,
    step,
    common,
    hash: knownHash,
  };
}

/** What a text is about. Pure and the same everywhere; some tens of microseconds. */
export function classify(model: IntentModel, text: string): Verdict {
  return verdictOf(model, vectorise(model.vocabulary, featuresOf(text)));
}

/** The same with its reasons, for little more. */
export function classifyWithReasons(model: IntentModel, text: string): Verdict & { reasons: Reason[] } {
  const features = featuresOf(text);
  const vector = vectorise(model.vocabulary, features);
  const verdict = verdictOf(model, vector);
  return { ...verdict, reasons: reasonsIn(model, features, vector, model.header.labels.indexOf(verdict.label)) };
}

function verdictOf(model: IntentModel, vector: Vector): Verdict {
  const margins = marginsOf(model, vector);
  const { labels, calibration, scope } = model.header;
  const energy = energyOf(margins);
  return {
    label: labels[largestOf(margins)]!,
    confidence: confidenceOf(calibration, margins),
    inScope: { value: energy >= scope.threshold, probability: inScopeProbability(scope, energy) },
    margins,
    energy,
  };
}

export type Reason = { word: string; weight: number };

/** The words that spoke most for an intent, strongest first; empty when the model does not have the intent. */
export function reasonsFor(model: IntentModel, text: string, intent: string): Reason[] {
  const features = featuresOf(text);
  return reasonsIn(model, features, vectorise(model.vocabulary, features), model.header.labels.indexOf(intent));
}

const MOST_REASONS = 4;

function reasonsIn(model: IntentModel, features: Features, { columns, values }: Vector, label: number): Reason[] {
  const gains = new Map<number, number>();
  columns.forEach((column, i) => {
    for (let entry = model.starts[column]!; entry < model.starts[column + 1]!; entry += 1)
      if (model.label[entry] === label) gains.set(column, model.step[entry]! * model.header.scale[label]! * values[i]!);
  });
  return strongestWords(features, model.vocabulary, gains).slice(0, MOST_REASONS);
}

/** Shares what each feature gains among the words it is made of. */
function strongestWords(features: Features, { index }: Vocabulary, gains: ReadonlyMap<number, number>): Reason[] {
  const { words, hashes, at, and } = features;
  const times = new Map<number, number>();
  const columns = hashes.map((hash) => index.get(hash));
  for (const column of columns) if (column !== undefined) times.set(column, (times.get(column) ?? 0) + 1);
  const byWord = new Map<string, number>();
  const add = (word: string, weight: number) => byWord.set(word, (byWord.get(word) ?? 0) + weight);
  columns.forEach((column, i) => {
    const gain = column === undefined ? undefined : gains.get(column);
    if (gain === undefined) return;
    const share = gain / times.get(column!)! / 2;
    add(words[at[i]!]!, share);
    add(words[and[i]!]!, share);
  });
  return [...byWord]
    .filter(([, weight]) => weight > 0)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([word, weight]) => ({ word, weight }));
}

function marginsOf({ header, starts, label, step, common }: IntentModel, { columns, values }: Vector): Float64Array {
  const margins = new Float64Array(header.labels.length);
  let toAll = 0;
  for (let i = 0; i < columns.length; i += 1) {
    const value = values[i]!;
    toAll += value * common[columns[i]!]!;
    for (let entry = starts[columns[i]!]!; entry < starts[columns[i]! + 1]!; entry += 1)
      margins[label[entry]!]! += value * step[entry]!;
  }
  for (let k = 0; k < margins.length; k += 1)
    margins[k] = margins[k]! * header.scale[k]! + toAll * header.commonScale + header.bias[k]!;
  return margins;
}
