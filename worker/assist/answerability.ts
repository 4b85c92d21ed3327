import { type Knowledge, type QueryTerm, queryTerms } from './knowledge.ts';
import type { Passage } from './ports.ts';
import { isTopic } from './terms.ts';

export type Answerability = {
  /** Share of the question's meaning (its topic words by rarity) that the best article speaks of, 0 to 1. */
  coverage: number;
  /** Estimated probability that the best passage answers the question, 0 to 1. */
  confidence: number;
  /** The best passage itself, not only its article, speaks of the question. */
  grounded: boolean;
};

/** Logistic weights, fitted on questions people ask of the demo's knowledge, answerable and not. */
const WEIGHTS = { bias: -3.1, coverage: 2.85, score: 3.3, margin: 2.65 } as const;
const MIN_GROUNDED_SCORE = 0.12;

/** [G12] How far the passages can be trusted to answer the question. Raw retrieval scores are not confidence; this is. */
export function answerabilityOf(knowledge: Knowledge, question: string, passages: readonly Passage[]): Answerability {
  const terms = queryTerms(knowledge, question);
  const [best, second] = passages;
  // Words such as "failed" and "page" are in articles by the dozen; alone they are covered by none.
  if (best === undefined || !terms.some(({ term }) => isTopic(term)))
    return { coverage: 0, confidence: 0, grounded: false };
  const coverage = shareIn(terms, knowledge.articleTerms.get(best.articleId));
  const margin = second === undefined ? 1 : (best.score - second.score) / best.score;
  const evidence = WEIGHTS.bias + WEIGHTS.coverage * coverage + WEIGHTS.score * best.score + WEIGHTS.margin * margin;
  return {
    coverage,
    confidence: 1 / (1 + Math.exp(-evidence)),
    grounded: best.score >= MIN_GROUNDED_SCORE && coverage > 0,
  };
}

/** Below this share of the question in its name an article is not worth asking back about. */
const MIN_NAMED = 0.18;
/** A second article is offered beside the first only when it is about as near. */
const NEAR_BEST = 0.75;

/** [G14] Titles that a visitor can be asked about: of articles whose names speak of the question, the best and what is about as near; often none. */
export function titlesNear(knowledge: Knowledge, question: string, passages: readonly Passage[]): string[] {
  const topics = queryTerms(knowledge, question).filter(({ term }) => isTopic(term));
  const [best] = passages;
  const isNamed = ({ articleId }: Passage) => shareIn(topics, knowledge.articleNames.get(articleId)) >= MIN_NAMED;
  // When the best cannot be named, the next is further off still.
  if (best === undefined || best.score < MIN_GROUNDED_SCORE || topics.length === 0 || !isNamed(best)) return [];
  return passages
    .filter((passage) => passage.score >= best.score * NEAR_BEST && isNamed(passage))
    .slice(0, 2)
    .map(({ title }) => title);
}

/** How much of these terms, by rarity, is among the words. */
function shareIn(terms: readonly QueryTerm[], words: ReadonlySet<string> = new Set()): number {
  let total = 0;
  let covered = 0;
  for (const { idf, variants } of terms) {
    total += idf;
    covered += idf * Math.max(0, ...variants.filter(({ term }) => words.has(term)).map(({ weight }) => weight));
  }
  return covered / total;
}
