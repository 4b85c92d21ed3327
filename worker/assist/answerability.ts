import { type Knowledge, queryTerms } from './knowledge.ts';
import type { Passage } from './ports.ts';

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
  if (best === undefined || terms.length === 0) return { coverage: 0, confidence: 0, grounded: false };
  const inArticle = knowledge.articleTerms.get(best.articleId) ?? new Set<string>();
  let total = 0;
  let covered = 0;
  for (const { idf, variants } of terms) {
    total += idf;
    covered += idf * Math.max(0, ...variants.filter(({ term }) => inArticle.has(term)).map(({ weight }) => weight));
  }
  const coverage = covered / total;
  const margin = second === undefined ? 1 : (best.score - second.score) / best.score;
  const evidence = WEIGHTS.bias + WEIGHTS.coverage * coverage + WEIGHTS.score * best.score + WEIGHTS.margin * margin;
  return {
    coverage,
    confidence: 1 / (1 + Math.exp(-evidence)),
    grounded: best.score >= MIN_GROUNDED_SCORE && coverage > 0,
  };
}
