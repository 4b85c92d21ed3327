import { findWishByRules, findWishForPerson } from '../../worker/assist/wants-person.ts';
import { textTable } from '../bench/table.ts';
import { EvalProblem } from './problem.ts';
import { linesOf } from './rows-file.ts';
import { wilson } from './scores.ts';

type Row = { text: string; label?: string; labels?: string[]; intents?: string[]; intent?: string };

const WISH = 'handoff';

/**
 * `npm run eval -- handoff --test FILE [--negatives FILE,FILE]`: how well a wish for a person is heard, as the product hears it. Rows of the test
 * are wishes when `handoff` is among their labels; in the negatives nobody wishes for one.
 */
export async function evaluateHandoff(options: Record<string, string | undefined>) {
  const { test, negatives } = options;
  if (test === undefined) throw new EvalProblem('--test FILE is needed.');
  const rows = linesOf<Row>(test).map((row) => ({ text: row.text, isWish: labelsOf(row).includes(WISH) }));
  const others = (negatives?.split(',') ?? []).filter(Boolean).flatMap((file) => linesOf<Row>(file));
  const count = (find: typeof findWishForPerson) => {
    const heard = rows.map((row) => ({ ...row, isHeard: find(row.text).value }));
    const of = (isWish: boolean, isHeard: boolean) =>
      heard.filter((row) => row.isWish === isWish && row.isHeard === isHeard);
    const fires = others.filter(({ text }) => find(text).value);
    return { hits: of(true, true).length, missed: of(true, false), wrong: of(false, true), fires };
  };
  const { hits, missed, wrong, fires } = count(findWishForPerson);
  const byRules = count(findWishByRules);
  // Without other files the rows of the test that are no wish are all there is to fire at.
  const quiet = others.length > 0 ? others.length : rows.filter(({ isWish }) => !isWish).length;
  const falseFires = others.length > 0 ? fires.length : wrong.length;
  const json = {
    precision: share(hits, hits + wrong.length),
    recall: share(hits, hits + missed.length),
    falseFiresPerThousand: quiet === 0 ? null : Math.round((100_000 * falseFires) / quiet) / 100,
  };
  const interval = (n: number, of: number) =>
    wilson(n, of)
      .map((end) => end.toFixed(3))
      .join(' to ');
  const shown = [
    textTable(
      ['measure', 'value', '95 % interval', 'rules alone'],
      [
        [
          'precision',
          String(json.precision ?? '–'),
          interval(hits, hits + wrong.length),
          String(share(byRules.hits, byRules.hits + byRules.wrong.length) ?? '–'),
        ],
        [
          'recall',
          String(json.recall ?? '–'),
          interval(hits, hits + missed.length),
          String(share(byRules.hits, byRules.hits + byRules.missed.length) ?? '–'),
        ],
        [
          'false fires per thousand',
          String(json.falseFiresPerThousand ?? '–'),
          `${falseFires} of ${quiet}`,
          String(others.length > 0 ? byRules.fires.length : byRules.wrong.length),
        ],
      ],
    ),
    ...missed.map(({ text }) => `  not heard: ${text}`),
    ...wrong.map(({ text }) => `  heard wrongly: ${text}`),
    ...fires.slice(0, 20).map(({ text }) => `  fired at: ${text}`),
  ].join('\n');
  return { shown, json };
}

const labelsOf = ({ label, labels, intent, intents }: Row): string[] => [
  ...(labels ?? []),
  ...(intents ?? []),
  ...(label === undefined ? [] : [label]),
  ...(intent === undefined ? [] : [intent]),
];

const share = (hits: number, of: number): number | null =>
  of === 0 ? null : Math.round((10_000 * hits) / of) / 10_000;
