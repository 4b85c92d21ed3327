import { citationOf } from '../embedded-answerer.ts';
import type { Citation, Passage } from '../ports.ts';

const MARK = /[ \t]*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g;

/**
 * [G21] A model's text without its marks, and the passages that they name. Null where it names none, or one that it was not given: the first stands on nothing, the
 * second was made up.
 */
export function readCited(
  text: string,
  passages: readonly Passage[],
): { text: string; cited: Passage[]; citations: Citation[] } | null {
  const numbers = new Set([...text.matchAll(MARK)].flatMap(([, marks]) => (marks as string).split(',').map(Number)));
  const cited = [...numbers].sort((a, b) => a - b).map((number) => passages[number - 1]);
  if (cited.length === 0 || !cited.every((passage) => passage !== undefined)) return null;
  return {
    text: text
      .replace(MARK, '')
      .replace(/[ \t]+$/gm, '')
      .trim(),
    cited,
    citations: cited.map(citationOf),
  };
}
