/** A mistake in how an evaluation was asked for, or in a file: one sentence, no stack. */
export class EvalProblem extends Error {
  override name = 'EvalProblem';
}
