import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { backgroundFor } from '../../worker/assist/triage/background.ts';
import { BACKGROUND_SOURCES, backgroundRows } from '../../worker/assist/triage/background-rows.ts';
import { normaliseWords } from '../../worker/assist/triage/features.ts';
import { classify, readModel, type Verdict } from '../../worker/assist/triage/model.ts';
import { whole } from '../../worker/assist/triage/pieces.ts';
import { type TrainingRow, trainIntents } from '../../worker/assist/triage/train.ts';
import { textTable } from '../bench/table.ts';
import { EvalProblem } from './problem.ts';
import { type LabelledText, labelledTexts, linesOf } from './rows-file.ts';
import { auroc, bestThreshold, calibrationError, wilson } from './scores.ts';

/** A labelled foreign row says more about where our intents end than a row of the background. */
const LABELLED_FOREIGN_WEIGHT = 2;
const OUT_OF_SCOPE = new Set(['oos', 'out_of_scope', 'NO_NODES_DETECTED']);
/** A set of which this share of rows is in the training file too is the one that is being measured. */
const SAME_SET = 0.02;
/** Texts are timed in passes over the test; the first pass warms up. */
const TIMED_PASSES = 3;

/**
 * `npm run eval -- triage`: trains as a workspace's model is trained, packs it, reads it back, and scores that. Only `--train` and `--oos-train`
 * are trained and calibrated on; `--val` and `--oos-val` choose one threshold; `--test` and `--oos-test` are only scored. Rows of the test
 * that are marked out of scope, or whose label the training does not have, count as out of scope.
 */
export async function evaluateTriage(options: Record<string, string | undefined>) {
  const { train, test } = options;
  if (train === undefined || test === undefined) throw new EvalProblem('--train FILE and --test FILE are needed.');
  const read = (name: string): LabelledText[] => (options[name] === undefined ? [] : labelledTexts(options[name]));
  /** Whatever such a file calls its rows, they are none of ours. */
  const readForeign = (name: string): { text: string }[] =>
    options[name] === undefined ? [] : linesOf<{ text: string }>(options[name]);
  const ours: TrainingRow[] = [
    ...labelledTexts(train).map(({ text, label }) => ({ text, label: OUT_OF_SCOPE.has(label) ? null : label })),
    ...readForeign('oos-train').map(({ text }) => ({ text, label: null, weight: LABELLED_FOREIGN_WEIGHT })),
  ];
  const labels = new Set(ours.map(({ label }) => label));
  const isOurs = ({ label }: LabelledText): boolean => labels.has(label);
  const valRows = read('val');
  const testRows = labelledTexts(test);
  const sources =
    options.background === 'none' ? [] : BACKGROUND_SOURCES.filter((source) => !isFrom(source, [...ours, ...testRows]));
  const startedAt = performance.now();
  const bytes = trainIntents([...ours, ...(sources.length === 0 ? [] : whole(backgroundFor(ours, sources)))]);
  const trainMs = Math.round(performance.now() - startedAt);
  const model = await readModel(bytes);
  const ask = (rows: readonly { text: string }[]): Verdict[] => rows.map(({ text }) => classify(model, text));
  const judge = (rows: readonly LabelledText[]) =>
    ask(rows).map((verdict, i) => ({
      ...verdict,
      score: verdict.energy,
      isRight: verdict.label === rows[i]!.label,
    }));
  const energies = (rows: readonly { text: string }[]) => ask(rows).map(({ energy }) => energy);

  const inVal = judge(valRows.filter(isOurs));
  const outVal = energies([...valRows.filter((row) => !isOurs(row)), ...readForeign('oos-val')]);
  const inTest = judge(testRows.filter(isOurs));
  const outTest = energies([...testRows.filter((row) => !isOurs(row)), ...readForeign('oos-test')]);
  if (inTest.length === 0) throw new EvalProblem(`${test} has no row with a label of ${train}.`);
  // Nobody labelled what is foreign: the model's own threshold, at which a tenth of the training's held-out rows are below.
  const threshold =
    outVal.length > 0
      ? bestThreshold(inVal, outVal)
      : outTest.length > 0
        ? model.header.scope.threshold
        : Number.NEGATIVE_INFINITY;

  const isKept = ({ score }: { score: number }) => score >= threshold;
  const right = inTest.filter(({ isRight }) => isRight).length;
  const rightAndKept = inTest.filter((row) => row.isRight && isKept(row)).length;
  const caught = outTest.filter((score) => score < threshold).length;
  const atFive = [...inTest.map(({ score }) => score)].sort((a, b) => a - b)[Math.floor(0.05 * inTest.length)]!;
  const has = outTest.length > 0;
  const json = {
    inScopeAccuracy: percent(rightAndKept, inTest.length),
    outOfScopeRecall: has ? percent(caught, outTest.length) : null,
    outOfScopeRecallAt5PercentRejected: has
      ? percent(outTest.filter((score) => score < atFive).length, outTest.length)
      : null,
    outOfScopeAuroc: has
      ? round(
          auroc(
            inTest.map(({ score }) => score),
            outTest,
          ),
        )
      : null,
    closedSetAccuracy: percent(right, inTest.length),
    ece: round(calibrationError(inTest)),
    microsecondsPerText: Math.round(timePerText(testRows, (text) => classify(model, text)) * 10) / 10,
    modelBytes: bytes.length,
    trainMs,
  };
  const [low, high] = wilson(right, inTest.length);
  const shown = [
    `${labels.size - (labels.has(null) ? 1 : 0)} intents, ${ours.length} rows; background: ${sources.join(', ') || 'none'}; test: ${inTest.length} in scope, ${outTest.length} out, sha256 ${sha256(test)}`,
    `model ${model.hash.slice(0, 16)}, ${model.header.features} features, ${model.header.entries} weights; threshold ${outVal.length > 0 ? 'from validation' : has ? 'without labels' : 'none'}`,
    textTable(
      ['measure', 'value'],
      [
        ...Object.entries(json).map(([name, value]) => [name, String(value ?? '–')]),
        ['closedSetAccuracy, 95 % interval', `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)}`],
        ['answered at 2 % error', `${coverageAt(inTest, 0.02)} %`],
        ['answered at 5 % error', `${coverageAt(inTest, 0.05)} %`],
        ...(has ? [['Matthews correlation', round(matthews(inTest, outTest, threshold)).toString()]] : []),
      ],
    ),
  ].join('\n');
  return { shown, json };
}

/** Whether a background set is the one measured: its rows would be the answers. Such a set is left out. */
function isFrom(source: (typeof BACKGROUND_SOURCES)[number], rows: readonly { text: string }[]): boolean {
  const key = (text: string) => normaliseWords(text).join(' ');
  const known = new Set(rows.map(({ text }) => key(text)));
  const background = backgroundRows(source);
  return background.filter((text) => known.has(key(text))).length > SAME_SET * background.length;
}

/** The largest share of rows, surest first, of which no more than `error` are wrong, in percent. */
function coverageAt(rows: readonly { confidence: number; isRight: boolean }[], error: number): number {
  let [wrong, best] = [0, 0];
  [...rows]
    .sort((a, b) => b.confidence - a.confidence)
    .forEach(({ isRight }, i) => {
      if (!isRight) wrong += 1;
      if (wrong <= error * (i + 1)) best = i + 1;
    });
  return percent(best, rows.length);
}

/** How well the threshold tells ours from the rest, −1 to 1. */
function matthews(ours: readonly { score: number }[], others: readonly number[], threshold: number): number {
  const tp = ours.filter(({ score }) => score >= threshold).length;
  const fn = ours.length - tp;
  const tn = others.filter((score) => score < threshold).length;
  const fp = others.length - tn;
  return (tp * tn - fp * fn) / Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) || 0;
}

function timePerText(rows: readonly { text: string }[], run: (text: string) => unknown): number {
  let startedAt = 0;
  for (let pass = 0; pass <= TIMED_PASSES; pass += 1) {
    if (pass === 1) startedAt = performance.now();
    for (const { text } of rows) run(text);
  }
  return ((performance.now() - startedAt) * 1000) / (TIMED_PASSES * rows.length);
}

const percent = (hits: number, of: number): number => Math.round((10_000 * hits) / of) / 100;
const round = (value: number): number => Math.round(value * 10_000) / 10_000;
const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);
