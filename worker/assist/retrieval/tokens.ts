import { stem, wordsOf } from '../terms.ts';

const SHORTEST = 3;
const LONGEST = 5;

/**
 * Pieces of three to five letters of every word, edges marked. All words, the empty ones too: "how do I" is in most names and so weighs next to
 * nothing, and "who unfriended me" keeps its "who".
 */
export function letterTokens(text: string): string[] {
  const tokens: string[] = [];
  for (const word of wordsOf(text)) {
    const padded = `^${word}$`;
    for (let start = 0; start + SHORTEST <= padded.length; start += 1)
      for (let end = start + SHORTEST; end <= Math.min(padded.length, start + LONGEST); end += 1)
        tokens.push(padded.slice(start, end));
  }
  return tokens;
}

/** Stems and pairs of neighbouring stems: "turn off" is not "off turn". */
export function phraseTokens(text: string): string[] {
  const stems = wordsOf(text).map(stem);
  return [...stems, ...stems.slice(1).map((word, i) => `${stems[i]} ${word}`)];
}
