/**
 * A text as the linear models see it: words and pairs of neighbours, and the letters inside each word, so that "refnud" still looks like "refund".
 * Features are known by 32-bit hashes and not by their letters: a model stays small, and no word of anybody's training rows is stored in it. At
 * 100,000 features about one pair shares a hash, which costs nothing measurable.
 */
export const BLOCKS = ['words', 'letters', 'pairs'] as const;
export type BlockIndex = 0 | 1 | 2;

export type Features = {
  /** The folded words, which is what reasons are told in. */
  words: string[];
  /** One entry per occurrence; the three arrays run in parallel. */
  hashes: number[];
  blocks: BlockIndex[];
  /** The word an occurrence is in; for two words the first. */
  at: number[];
  /** The other word of a pair, or the same one. */
  and: number[];
};

const SHORTEST_GRAM = 3;
const LONGEST_GRAM = 5;
/** Pairs further apart than this say little and cost the most. */
const WIDEST_PAIR = 8;
/** Whoever pastes a log does not need all of it read to be understood. */
const MAX_WORDS = 120;

const EDGE = '\u0001';
const WORD = /[\p{L}\p{M}]+|\p{N}+/gu;

/** NFKC, lower case, apostrophes gone, numbers as `#` (which number it was says nothing about what is wanted). At most 120 words. */
export function normaliseWords(text: string): string[] {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=\p{L})['’`´](?=\p{L})/gu, '');
  const words: string[] = [];
  for (const [word] of folded.matchAll(WORD)) {
    words.push(/^\p{N}/u.test(word) ? '#' : word);
    if (words.length === MAX_WORDS) break;
  }
  return words;
}

/** All features of a text, with where each was found. Pure; the same text always gives the same. */
export function featuresOf(text: string): Features {
  const words = normaliseWords(text);
  const found: Features = { words, hashes: [], blocks: [], at: [], and: [] };
  const put = (hash: number, block: BlockIndex, at: number, and: number) => {
    found.hashes.push(hash);
    found.blocks.push(block);
    found.at.push(at);
    found.and.push(and);
  };
  const hashed = words.map((word) => hashText(WORD_SEED, word));
  const edge = hashText(WORD_SEED, EDGE);
  const last = words.length - 1;
  for (let i = 0; i <= last; i += 1) {
    put(hashed[i]!, 0, i, i);
    if (i === 0) put(join(edge, hashed[i]!), 0, i, i);
    put(join(hashed[i]!, i === last ? edge : hashed[i + 1]!), 0, i, i === last ? i : i + 1);
    // Most features of a text are these, so they are not handed through another function.
    const padded = ` ${words[i]!} `;
    for (let start = 0; start + SHORTEST_GRAM <= padded.length; start += 1) {
      let hash = GRAM_SEED;
      const end = Math.min(padded.length, start + LONGEST_GRAM);
      for (let k = start; k < end; k += 1) {
        hash = mix(hash, padded.charCodeAt(k));
        if (k - start + 1 >= SHORTEST_GRAM) put(finish(hash), 1, i, i);
      }
    }
    for (let j = i + 2; j <= Math.min(last, i + WIDEST_PAIR); j += 1) {
      // Whichever comes first: "my card was declined" and "declined my card".
      const [a, b] = hashed[i]! < hashed[j]! ? [i, j] : [j, i];
      put(join(hashed[a]!, hashed[b]!) ^ PAIR_SEED, 2, i, j);
    }
  }
  return found;
}

const WORD_SEED = 0x811c9dc5;
const GRAM_SEED = 0x2f0b4f11;
const PAIR_SEED = 0x5bd1e995;

/** FNV-1a, a step at a time, and the last steps of MurmurHash3, without which near texts get near hashes. */
const mix = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
const join = (a: number, b: number): number => finish(Math.imul(a, 31) ^ b);

function hashText(seed: number, text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i += 1) hash = mix(hash, text.charCodeAt(i));
  return finish(hash);
}
