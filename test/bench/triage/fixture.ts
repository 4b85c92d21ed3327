import type { Article } from '../../../worker/assist/knowledge.ts';
import { backgroundFor } from '../../../worker/assist/triage/background.ts';
import { backgroundRows } from '../../../worker/assist/triage/background-rows.ts';
import { whole } from '../../../worker/assist/triage/pieces.ts';
import type { TrainingRow } from '../../../worker/assist/triage/train.ts';

export const INTENTS = 77;
export const ROWS_PER_INTENT = 13;
export const PASSAGES = 1000;

const sentences = (['BANKING77', 'CLINC150', 'HWU64'] as const).flatMap(backgroundRows);
const pick = (n: number): string => sentences[(n * 7919) % sentences.length]!;

/** As many intents as BANKING77 has, and some background. What they mean is nothing; how much there is to compute is the same. */
export function rowsToTrain(): TrainingRow[] {
  const rows = Array.from({ length: INTENTS * ROWS_PER_INTENT }, (_, i) => ({
    text: pick(i),
    label: `intent ${i % INTENTS}`,
  }));
  return [...rows, ...whole(backgroundFor(rows, ['NLU++']))];
}

/** A passage an article, of real sentences: a title and five more. */
export function articles(): Article[] {
  return Array.from({ length: PASSAGES }, (_, i) => ({
    id: `art_${i}`,
    slug: `article-${i}`,
    title: pick(i),
    area: null,
    keywords: [],
    body: [1, 2, 3, 4, 5].map((k) => `${pick(i * 5 + k * 131)}.`).join(' '),
    updatedAt: 0,
  }));
}

/** What is asked: two sentences, so longer than most questions are, and in no article as they are. */
export function questions(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${pick(i * 3 + 1)} and ${pick(i * 11 + 5)}`);
}
