import { embeddedTriage } from './embedded-triage.ts';
import type { Signals, TriageInput, TriageModel } from './ports.ts';
import { classifyWithReasons, type IntentModel } from './triage/model.ts';
import { withoutWish } from './wants-person.ts';

/** Below this a message is as likely something else: the nearest articles say what it is about. */
const SURE_ENOUGH = 0.5;
/** Of a model's hash; enough to find it by. */
const SHOWN_HASH = 12;

/**
 * [G26] The embedded triage with a workspace's own intents: what they know is theirs, what they do not know is left to the articles. Scope is wide: a
 * message is ours when either knows it.
 */
export const trainedTriage = (model: IntentModel): TriageModel => ({
  triage(input: TriageInput): Signals {
    const signals = embeddedTriage.triage(input);
    const verdict = classifyWithReasons(model, withoutWish(input.question));
    const named = `${signals.model}, intents@${model.hash.slice(0, SHOWN_HASH)}`;
    const { label: name, confidence, inScope, reasons } = verdict;
    const probability = confidence * inScope.probability;
    if (!inScope.value || probability < SURE_ENOUGH) return { ...signals, model: named };
    return {
      ...signals,
      intent: { name, probability, because: reasons.map(({ word }) => word) },
      inScope: { value: true, probability: Math.max(inScope.probability, signals.inScope.probability) },
      model: named,
    };
  },
});

/** A workspace without intents of its own has the articles' areas. */
export const triageOf = (model: IntentModel | null): TriageModel =>
  model === null ? embeddedTriage : trainedTriage(model);
