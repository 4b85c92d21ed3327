/** What a question runs through, for its size. */
export { answerabilityOf } from '../../../worker/assist/answerability.ts';
export { retrieve } from '../../../worker/assist/knowledge.ts';
export { classifyWithReasons, readModel } from '../../../worker/assist/triage/model.ts';
export { findWishForPerson } from '../../../worker/assist/wants-person.ts';
