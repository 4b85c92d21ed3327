import { frustrationOf, isRepeated, saysItFailed, sentimentOf } from './affect.ts';
import type { Answerability } from './answerability.ts';
import type { Passage, Signals, TriageInput, TriageModel } from './ports.ts';
import { smallTalkReply } from './small-talk.ts';
import { topicTerms } from './terms.ts';
import { findWishForPerson } from './wants-person.ts';

const MODEL = 'embedded-rules@1';
/** Sharpness of the topic shares; with it the shares are near the hit rates seen on the demo's questions. */
const INTENT_SHARPNESS = 14;
const IN_SCOPE_FROM = 0.35;
const OUT_OF_SCOPE_AT_MOST = 0.3;

/** [G4] Deterministic triage for English without a network: words, similarity and the knowledge base itself. Needs no training data. */
export const embeddedTriage: TriageModel = {
  triage({ question, earlier, pageSignals, passages, answerability }: TriageInput): Signals {
    const failed = saysItFailed(question, earlier);
    const wantsPerson = findWishForPerson(question);
    return {
      intent: intentOf(passages, answerability.confidence),
      inScope: scopeOf(question, wantsPerson.value || failed, answerability, passages),
      wantsPerson,
      sentiment: sentimentOf(question),
      frustration: frustrationOf(question, earlier, pageSignals),
      repeatedQuestion: isRepeated(question, earlier),
      saysItFailed: failed,
      model: MODEL,
    };
  },
};

/** The area most of the retrieved evidence is from. Its share, held down by the confidence in the evidence at all, is the probability. */
function intentOf(passages: readonly Passage[], confidence: number): Signals['intent'] {
  const best = passages[0];
  if (best === undefined) return null;
  const byName = new Map<string, number>();
  let total = 0;
  for (const { area, slug, score } of passages) {
    const weight = Math.exp(INTENT_SHARPNESS * (score - best.score));
    byName.set(area ?? slug, (byName.get(area ?? slug) ?? 0) + weight);
    total += weight;
  }
  const [name, weight] = [...byName].reduce((a, b) => (b[1] > a[1] ? b : a));
  return { name, probability: (weight / total) * (0.35 + 0.65 * confidence) };
}

/** Small talk, wishes and messages without a topic ("it failed again") are about us; otherwise the knowledge must know the words. */
function scopeOf(
  question: string,
  aboutUs: boolean,
  { coverage, grounded }: Answerability,
  passages: readonly Passage[],
): Signals['inScope'] {
  if (aboutUs || smallTalkReply(question) !== null) return { value: true, probability: 0.95 };
  if (topicTerms(question).length === 0) return { value: true, probability: 0.6 };
  const score = passages[0]?.score ?? 0;
  const probability = 1 / (1 + Math.exp(-(-3.2 + 4 * coverage + 7 * score)));
  // A word that an article happens to use ("capital letters") does not make the question ours.
  if (!grounded) return { value: false, probability: Math.min(probability, OUT_OF_SCOPE_AT_MOST) };
  return { value: probability >= IN_SCOPE_FROM, probability };
}
