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
  const haystack = haystackOf(text);
  return needlesOf(phrases).some((needle) => haystack.includes(needle));
}

/** A policy asks the same message hundreds of times: folding it is nearly all that asking costs. */
let last = { text: '', haystack: '  ' };
function haystackOf(text: string): string {
  if (last.text !== text) last = { text, haystack: ` ${foldWords(text)} ` };
  return last.haystack;
}

/** By the list itself, which is the policy's own and lives as long as that. */
const folded = new WeakMap<readonly string[], readonly string[]>();
function needlesOf(phrases: readonly string[]): readonly string[] {
  const known = folded.get(phrases);
  if (known !== undefined) return known;
  const needles = phrases.flatMap((phrase) => {
    const words = foldWords(phrase);
    return words === '' ? [] : [` ${words} `];
  });
  folded.set(phrases, needles);
  return needles;
}
