import { evaluate } from '#domain/triggers/evaluate.ts';
import { textTable } from '../bench/table.ts';
import { startBenchWorker } from '../support/bench-worker.ts';
import { drawnFacts, drawnPolicy } from './policy/drawn.ts';
import { type Batch, type Replayed, replayBatch } from './policy/replay.ts';
import { EvalProblem } from './problem.ts';

const SEED = 20_261_127;
/** A company with very many triggers. */
const RULES = 500;
const MOST_P99_MS = 1;
/** Evaluations that are timed, after as many that are not. */
const TIMED = 3000;
/** As many triggers as companies have whose decisions are kept. */
const KEPT_RULES = 40;
const DECISIONS = 10_000;
const BATCH = 500;

/**
 * `npm run eval -- policy [--rules N] [--decisions N] [--seed N]`: what a decision of a large policy costs, and whether decisions come to the same again from their own
 * traces, here and in workerd. Fails above 1 ms at the 99th percentile, and with any decision that differs.
 */
export async function evaluatePolicy(options: Record<string, string | undefined>) {
  const rules = countOf(options.rules, RULES, '--rules');
  const decisions = countOf(options.decisions, DECISIONS, '--decisions');
  const seed = countOf(options.seed, SEED, '--seed');
  const { p50, p99 } = timings(rules, seed);
  const batches = Array.from(
    { length: Math.ceil(decisions / BATCH) },
    (_, n): Batch => ({ rules: KEPT_RULES, seed, from: n * BATCH, count: Math.min(BATCH, decisions - n * BATCH) }),
  );
  const worker = await startBenchWorker('../eval/policy');
  let [unlikeHere, unlikeThere, unlikeEachOther] = [0, 0, 0];
  try {
    for (const batch of batches) {
      const response = await fetch(worker.origin, { method: 'POST', body: JSON.stringify(batch) });
      if (!response.ok) throw new Error(`workerd answered ${response.status}: ${await response.text()}`);
      const [here, there] = [await replayBatch(batch), (await response.json()) as Replayed];
      unlikeHere += here.unlike;
      unlikeThere += there.unlike;
      if (here.digest !== there.digest) unlikeEachOther += 1;
    }
  } finally {
    await worker.stop();
  }
  if (p99 > MOST_P99_MS || unlikeHere + unlikeThere + unlikeEachOther > 0) process.exitCode = 1;
  const shown = [
    textTable(
      ['', 'value', 'bar'],
      [
        [`one evaluation of ${rules} triggers, median`, `${p50.toFixed(3)} ms`, ''],
        ['99th percentile', `${p99.toFixed(3)} ms`, `≤ ${MOST_P99_MS} ms`],
        [`decisions that differ from their own trace, of ${decisions}, in Node`, String(unlikeHere), '0'],
        ['in workerd', String(unlikeThere), '0'],
        [`batches of ${BATCH} that differ between the two, of ${batches.length}`, String(unlikeEachOther), '0'],
      ],
    ),
    `Policies and facts are drawn from the seed ${seed}; ${KEPT_RULES} triggers where decisions are made again.`,
  ].join('\n\n');
  return { shown, json: { rules, p50Ms: p50, p99Ms: p99, decisions, unlikeHere, unlikeThere, unlikeEachOther, seed } };
}

function timings(rules: number, seed: number): { p50: number; p99: number } {
  const policy = drawnPolicy(rules, seed);
  const facts = Array.from({ length: 200 }, (_, n) => drawnFacts(n, seed));
  const once = (n: number): number => {
    const startedAt = performance.now();
    evaluate(policy, facts[n % facts.length] as (typeof facts)[number]);
    return performance.now() - startedAt;
  };
  for (let n = 0; n < TIMED; n += 1) once(n);
  const all = Array.from({ length: TIMED }, (_, n) => once(n)).sort((a, b) => a - b);
  return { p50: all[Math.floor(TIMED / 2)] as number, p99: all[Math.floor(TIMED * 0.99)] as number };
}

function countOf(text: string | undefined, otherwise: number, name: string): number {
  if (text === undefined) return otherwise;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new EvalProblem(`${name} is a whole number from 1 on.`);
  return count;
}
