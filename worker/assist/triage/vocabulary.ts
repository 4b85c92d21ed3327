import { BLOCKS, type Features, featuresOf } from './features.ts';
import type { Pieces } from './pieces.ts';

/** The features that a model knows, each with how rare it is. */
export type Vocabulary = {
  /** Feature hash → column. */
  readonly index: ReadonlyMap<number, number>;
  readonly idf: ArrayLike<number>;
  /** Rarity of what was never seen: no known feature is rarer. */
  readonly unknownIdf: number;
};

/** A text as numbers: `columns` in the order of first occurrence, each once. */
export type Vector = { columns: number[]; values: number[] };

/** How much each block may say, next to the others; tuned on BANKING77 and HWU64. */
const BLOCK_WEIGHT = [1, 1.3, 0.8] as const;
/**
 * How much an unknown feature counts in its block's length. Left out, a question made of one known and six unknown words would look as sure as
 * the known word alone; counted, it is quieter, which is most of knowing what one does not know. Pairs are mostly unknown even in familiar texts.
 */
const UNKNOWN_SHARE = [1, 1, 0.5] as const;
/** A pair of words or a piece of one that was seen once is chance; a word seen once is a name. */
const LEAST_SEEN = [1, 2, 2] as const;

/** What taking a text apart takes, in numbers that are multiplied and added. */
export const NUMBERS_A_TEXT = 6000;

/** Counts the features of the training texts. Columns are in order of first occurrence, so the same rows give the same columns. */
export function* buildVocabulary(texts: readonly string[]): Pieces<Vocabulary> {
  const seen = new Map<number, { texts: number; last: number; block: number }>();
  for (const [row, text] of texts.entries()) {
    const { hashes, blocks } = featuresOf(text);
    for (let i = 0; i < hashes.length; i += 1) {
      const known = seen.get(hashes[i]!);
      if (known === undefined) seen.set(hashes[i]!, { texts: 1, last: row, block: blocks[i]! });
      else if (known.last !== row) {
        known.texts += 1;
        known.last = row;
      }
    }
    yield NUMBERS_A_TEXT;
  }
  const index = new Map<number, number>();
  const idf: number[] = [];
  for (const [hash, { texts: count, block }] of seen) {
    if (count < LEAST_SEEN[block as 0 | 1 | 2]) continue;
    index.set(hash, idf.length);
    idf.push(idfOf(texts.length, count));
  }
  return { index, idf, unknownIdf: idfOf(texts.length, 1) };
}

const idfOf = (texts: number, count: number): number => 1 + Math.log((1 + texts) / (1 + count));

/** Sublinear TF-IDF, each block of the same length as every other times its weight, however many features a text has of it. */
export function vectorise({ index, idf, unknownIdf }: Vocabulary, { hashes, blocks }: Features): Vector {
  const counts = new Map<number, number>();
  const blockOf: number[] = [];
  const columns: number[] = [];
  const square = BLOCKS.map(() => 0);
  for (let i = 0; i < hashes.length; i += 1) {
    const column = index.get(hashes[i]!);
    const block = blocks[i]!;
    if (column === undefined) {
      square[block]! += (UNKNOWN_SHARE[block] * unknownIdf) ** 2;
      continue;
    }
    const count = counts.get(column);
    counts.set(column, (count ?? 0) + 1);
    if (count !== undefined) continue;
    columns.push(column);
    blockOf.push(block);
  }
  const values = columns.map((column, i) => {
    const value = (1 + Math.log(counts.get(column)!)) * idf[column]!;
    square[blockOf[i]!]! += value * value;
    return value;
  });
  const scale = square.map((sum, block) => (sum === 0 ? 0 : BLOCK_WEIGHT[block as 0 | 1 | 2] / Math.sqrt(sum)));
  for (let i = 0; i < values.length; i += 1) values[i]! *= scale[blockOf[i]!]!;
  return { columns, values };
}
