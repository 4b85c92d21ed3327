/** Signs that stand for nothing but the edge of a fence: whatever text is fenced loses its own. */
const OPEN = '⟦';
const CLOSE = '⟧';

/** Not seen by whoever reads, but by a program that looks for a word. */
const INVISIBLE = /\p{Cf}|\u034f|\u115f|\u1160|\u3164/gu;

/** Puts text that somebody else wrote between two lines that only we can write. */
export type Fence = { readonly token: string; around(name: string, text: string): string };

/**
 * [G22] A fence for one call. Its lines hold a token that is made anew each time, so nobody who wrote a text could know it, and two signs that no fenced text can
 * hold: what is inside cannot end it. That a model heeds it is hoped for and relied on by nothing; the gate reads what comes back.
 */
export function makeFence(token: string): Fence {
  return {
    token,
    around(name, text) {
      const inside = plain(text).split(token).join(' ');
      return `${OPEN}${name} ${token}${CLOSE}\n${inside}\n${OPEN}end of ${name} ${token}${CLOSE}`;
    },
  };
}

const plain = (text: string): string => text.replace(INVISIBLE, '').replaceAll(OPEN, '[').replaceAll(CLOSE, ']');

/** [G22] Does an answer hold what only the instructions hold: the token, the signs of a fence, or a prompt's name? */
export function leaksPrompt(answer: string, { token }: Fence, versions: readonly string[]): boolean {
  const flat = answer.normalize('NFKC').replace(INVISIBLE, '').toLowerCase();
  return [token.toLowerCase(), OPEN, CLOSE, ...versions].some((secret) => flat.includes(secret));
}
