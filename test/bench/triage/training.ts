/** What a question runs through and what trains its model, for their size. */

export { backgroundFor } from '../../../worker/assist/triage/background.ts';
export { training } from '../../../worker/assist/triage/train.ts';
export * from './asking.ts';
