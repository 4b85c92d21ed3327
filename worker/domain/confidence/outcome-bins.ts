import type { AnswerOutcome } from '#domain/confidence/outcome-map.ts';

export type OutcomeBin = { from: number; to: number; answers: number; stated: number; helped: number };

const BINS = 10;

/** How sure the assistant said it was, beside how often it helped: tenths of confidence, those that have answers. `stated` and `helped` are means. */
export function outcomeBins(outcomes: readonly AnswerOutcome[]): OutcomeBin[] {
  return Array.from({ length: BINS }, (_, i) => {
    const here = outcomes.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(confidence * BINS)) === i);
    const mean = (of: (outcome: AnswerOutcome) => number) => here.reduce((sum, one) => sum + of(one), 0) / here.length;
    return {
      from: i / BINS,
      to: (i + 1) / BINS,
      answers: here.length,
      stated: mean(({ confidence }) => confidence),
      helped: mean(({ helped }) => Number(helped)),
    };
  }).filter(({ answers }) => answers > 0);
}
