import { type Article, buildKnowledge, retrieve } from '../../worker/assist/knowledge.ts';
import { textTable } from '../bench/table.ts';
import { EvalProblem } from './problem.ts';
import { linesOf } from './rows-file.ts';
import { wilson } from './scores.ts';

type Doc = { id: string; thread: number; question: string; answer: string };
type Query = { text: string; thread: number };

/**
 * `npm run eval -- retrieval --docs FILE --queries FILE [--aliases N]`: the product's own search over question-and-answer pairs (`id`, `thread`,
 * `question`, `answer`), each as an article; what is right for a query (`text`, `thread`) is every pair of its thread. With `--aliases N` the
 * first N queries of each thread are learned as its aliases, as agents' labels would teach them, and only the others are asked.
 */
export async function evaluateRetrieval(options: Record<string, string | undefined>) {
  const { docs: docsFile, queries: queriesFile } = options;
  if (docsFile === undefined || queriesFile === undefined)
    throw new EvalProblem('--docs FILE and --queries FILE are needed.');
  const learned = Number(options.aliases ?? 0);
  if (!Number.isInteger(learned) || learned < 0) throw new EvalProblem('--aliases must be a whole number.');
  const docs = linesOf<Doc>(docsFile);
  const queries = linesOf<Query>(queriesFile);
  const aliases = new Map<number, string[]>();
  const asked = queries.filter(({ text, thread }) => {
    const own = aliases.get(thread) ?? [];
    aliases.set(thread, own);
    if (own.length >= learned) return true;
    own.push(text);
    return false;
  });
  if (asked.length === 0) throw new EvalProblem('No queries are left to ask.');
  const threadOf = new Map(docs.map(({ id, thread }) => [String(id), thread]));
  const relevant = new Map<number, number>();
  for (const { thread } of docs) relevant.set(thread, (relevant.get(thread) ?? 0) + 1);
  const knowledge = buildKnowledge(
    docs.map(
      ({ id, thread, question, answer }): Article => ({
        id: String(id),
        slug: String(id),
        title: question,
        area: null,
        keywords: [],
        aliases: aliases.get(thread) ?? [],
        body: answer,
        updatedAt: 0,
      }),
    ),
  );
  let [precision, first, three] = [0, 0, 0];
  const startedAt = performance.now();
  for (const { text, thread } of asked) {
    const isRight = retrieve(knowledge, text, { limit: docs.length }).map(
      ({ articleId }) => threadOf.get(articleId) === thread,
    );
    let hits = 0;
    let sum = 0;
    isRight.forEach((right, i) => {
      if (!right) return;
      hits += 1;
      sum += hits / (i + 1);
    });
    precision += sum / (relevant.get(thread) ?? 1);
    if (isRight[0]) first += 1;
    if (isRight.slice(0, 3).some(Boolean)) three += 1;
  }
  const msPerQuery = (performance.now() - startedAt) / asked.length;
  const round = (value: number): number => Math.round(value * 10_000) / 10_000;
  const json = {
    map: round(precision / asked.length),
    hit1: round(first / asked.length),
    hit3: round(three / asked.length),
  };
  const [low, high] = wilson(first, asked.length);
  const shown = [
    `${docs.length} documents in ${relevant.size} threads; ${asked.length} queries asked, ${queries.length - asked.length} learned as aliases`,
    textTable(
      ['measure', 'value'],
      [
        ...Object.entries(json).map(([name, value]) => [name, String(value)]),
        ['hit1, 95 % interval', `${low.toFixed(3)} to ${high.toFixed(3)}`],
        ['ms per query, all documents ranked', msPerQuery.toFixed(2)],
      ],
    ),
  ].join('\n');
  return { shown, json };
}
