/** What a question runs through and what trains its model, for their size. */

export { backgroundFor } from '../../../worker/assist/triage/background.ts';
export { finishTraining, startTraining, trainStep } from '../../../worker/assist/triage/train.ts';
export * from './asking.ts';
