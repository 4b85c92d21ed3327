import { classify, type IntentModel, parseModel } from './triage/model.ts';
import { WISH_MODEL, WISH_MODEL_HASH } from './wish-model.ts';

let model: IntentModel | null = null;

/** How far a text is on the side of wishing for a person: 0 is the border, 1 a training row. The model is unpacked at the first call. */
export function wishMargin(text: string): number {
  model ??= parseModel(
    Uint8Array.from(atob(WISH_MODEL), (letter) => letter.charCodeAt(0)),
    WISH_MODEL_HASH,
  );
  return classify(model, text).margins[model.header.labels.indexOf('wish')]!;
}
