const APOSTROPHES = /['’`´]/g;
const MARKS = /\p{M}+/gu;
const NOT_WORD = /[^\p{L}\p{N}]+/gu;
/** Scripts written without spaces: each character stands as a word, otherwise no phrase could ever be found inside a sentence. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/gu;

/** Text as the words a phrase is compared on: no case, no accents, no punctuation, one space between. */
export function foldWords(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(APOSTROPHES, '')
    .replace(UNSPACED, ' $& ')
    .replace(NOT_WORD, ' ')
    .trim();
}

/**
 * [T5] Does the text hold one of the phrases as whole words? `legal` is in "Legal action" and not in "illegally". An empty phrase is in
 * nothing: a blank line in the editor must not match every message.
 */
export function containsPhrase(text: string, phrases: readonly string[]): boolean {
  const haystack = ` ${foldWords(text)} `;
  return phrases.some((phrase) => {
    const needle = foldWords(phrase);
    return needle !== '' && haystack.includes(` ${needle} `);
  });
}
