/** [S39] Length is what counts, so nothing is asked of the kinds of characters. */
export const MIN_PASSWORD_CHARS = 8;
/** More would only cost time to hash. */
export const MAX_PASSWORD_CHARS = 128;

/** Of whom a password is: what whoever guesses it knows already. */
export type PasswordContext = { name: string; email: string; workspaces: readonly string[] };

const PRODUCT = 'baton';
/** Shorter ones stand in too many words that have nothing to do with them. */
const MIN_WORD_CHARS = 3;

/** Letters that are written for one another in passwords, each by the first of its row. */
const ALIKE: Readonly<Record<string, string>> = Object.fromEntries(
  ['o0', 'il1!|', 'e3', 'a4@', 's5$', 't7'].flatMap((row) => [...row].map((one) => [one, row[0] as string])),
);
/** As it is compared: without case, accents, and what letters are disguised as. */
const folded = (text: string): string =>
  [...text.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '')].map((one) => ALIKE[one] ?? one).join('');

/** The words of a context, longest first: one may stand in another. */
function wordsOf({ name, email, workspaces }: PasswordContext): string[] {
  const [local = '', domain = ''] = email.split('@');
  // What it ends in says nothing of anybody.
  const texts = [PRODUCT, name, local, domain.split('.').slice(0, -1).join(' '), ...workspaces];
  const words = texts.flatMap((text) => text.split(/[^\p{L}\p{M}\p{N}]+/u)).map(folded);
  return [...new Set(words)].filter((word) => word.length >= MIN_WORD_CHARS).sort((a, b) => b.length - a.length);
}

/** [S40] Whether a password has one of its context's words, and beside those less than a password must have. */
export function isMostlyContext(password: string, context: PasswordContext): boolean {
  const whole = folded(password);
  const rest = wordsOf(context).reduce((left, word) => left.replaceAll(word, ''), whole);
  return rest !== whole && rest.length < MIN_PASSWORD_CHARS;
}
