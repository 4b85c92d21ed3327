import type { Passage } from './ports.ts';
import { contentTerms } from './terms.ts';

/** Of a sentence's words that carry meaning; a rephrasing has others beside the passages' own. */
const SUPPORTED_SHARE = 0.6;

/**
 * [G18] The sentences of an answer that no cited passage speaks of: fewer than six in ten of their content words stand in any of them. What quotes has none; what a
 * model knows from elsewhere, was told by somebody in the conversation, or says of its own instructions, has. A sentence without content words ("Yes.") says nothing.
 */
export function unsupportedIn(
  answer: string,
  passages: readonly Pick<Passage, 'text' | 'title' | 'heading'>[],
): string[] {
  const known = passages.map(({ title, heading, text }) => new Set(contentTerms(`${title}\n${heading}\n${text}`)));
  return answer
    .split(/\n|(?<=[.!?…])\s+/u)
    .map((sentence) => sentence.trim())
    .filter((sentence) => {
      const terms = contentTerms(sentence);
      if (terms.length === 0) return false;
      const most = Math.max(0, ...known.map((words) => terms.filter((term) => words.has(term)).length));
      return most / terms.length < SUPPORTED_SHARE;
    });
}
