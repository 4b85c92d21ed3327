import { type Knowledge, retrieve } from '../knowledge.ts';
import type { Passage } from '../ports.ts';
import { withoutReachingUs } from '../reaching-us.ts';

/** Of one search. More would push out of a model's sight what it was given first. */
const MAX_FOUND = 3;
/** Of each: with three of them a search says about as much as one of the passages that were given first may. */
export const MAX_FOUND_CHARS = 1200;

/**
 * [G33] What a model's search finds: the workspace's own retrieval, with the visitor's product area tipping the balance as for a question. The same search finds the same
 * again, so a turn knows what was shown without having kept it. A passage is as long as it is shown: on the rest of its section nothing can stand.
 */
export const findPassages = (knowledge: Knowledge, query: string, area: string | null): Passage[] =>
  withoutReachingUs(retrieve(knowledge, query, { area, limit: MAX_FOUND }), query).map((passage) => ({
    ...passage,
    text: passage.text.slice(0, MAX_FOUND_CHARS),
  }));

const isSame = (a: Passage, b: Passage): boolean => a.articleId === b.articleId && a.heading === b.heading;

/** [G33] `shown`, and behind it those of `found` that are not among it: a passage keeps the number that it was shown with. */
export const withFound = (shown: readonly Passage[], found: readonly Passage[]): Passage[] => [
  ...shown,
  ...found.filter((passage) => !shown.some((other) => isSame(passage, other))),
];
