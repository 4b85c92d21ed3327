import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { asLibrary, BUILD_SETTINGS } from '../../tools/build.ts';
import { readModel } from '../../worker/assist/triage/model.ts';
import { trainIntents } from '../../worker/assist/triage/train.ts';
import { startBenchWorker } from '../support/bench-worker.ts';
import { countOf, readFlags } from './flags.ts';
import { bundlePeer, installPeers, peerVersions } from './peers.ts';
import { exactRow, type Outcome, quantileRows, type Row } from './report.ts';
import { rowsToTrain } from './triage/fixture.ts';

/** Of triage with its reasons, the wish for a person and retrieval together; milliseconds. */
const MOST_P50_MS = 1;
const MOST_P99_MS = 4;
/** Of the code that a question runs through; bytes after gzip. What models and word lists weigh has rows of its own. */
const MOST_CODE_BYTES = 30 * 1024;
/** A question's time is the least of so many: what else runs on the machine can only add to it. Their median is reported beside it. */
const ROUNDS = 4;
/** An alarm's piece of training; milliseconds of CPU. */
const MOST_STEP_MS = 50;

const SUBJECTS = [
  ['ours', 'triage', 'triage'],
  ['ours', 'wish for a person', 'wish'],
  ['ours', 'retrieval', 'retrieval'],
  ['ours', 'all three', 'both'],
  ['MiniSearch', 'retrieval', 'minisearch'],
] as const;

/**
 * `npm run bench -- triage`: what a question costs in workerd with 77 intents and 1,000 passages, what training costs there, and how large the code
 * is, beside MiniSearch and nothing at all. The clock inside a Worker stands still while it computes, so one question is asked many times in one
 * request, timed from outside, and the same request that asks for nothing is taken off. A sample is one question's: the least of four such requests, so that quantiles are over questions.
 */
export async function triage(args: string[]): Promise<Outcome> {
  const flags = readFlags(args, ['questions', 'times']);
  const count = countOf(flags.questions, 150);
  const times = countOf(flags.times, 40);
  installPeers();
  const { rows, failures } = await measureSizes();
  const worker = await startBenchWorker('triage');
  const call = async <Value>(name: string, ...given: (string | number)[]): Promise<Value> => {
    const response = await fetch(worker.origin, { method: 'POST', body: JSON.stringify({ call: name, args: given }) });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { value: Value }).value;
  };
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    await run();
    return performance.now() - startedAt;
  };
  const roundTrip = () => timed(() => call('ask', 'nothing', 0, 1));
  try {
    await call('begin');
    const steps: number[] = [];
    for (let isDone = false; !isDone; ) {
      const ms = await timed(async () => {
        isDone = await call<boolean>('step');
      });
      steps.push(ms);
    }
    const base = median(await repeat(50, roundTrip));
    const cpu = steps.map((ms) => Math.max(0, ms - base));
    const { bytes, hash } = await call<{ bytes: number; hash: string }>('finish');
    const here = (await readModel(trainIntents(rowsToTrain()))).hash;
    if (hash !== here) failures.push('the model trained in workerd is not the one trained here');
    rows.push(
      ...quantileRows('ours', 'one step of training', cpu),
      exactRow('ours', 'training in all, without the pauses', 'sum of steps', 'ms', Math.round(sum(cpu))),
      exactRow('ours', 'model of 77 intents, 1,001 rows', 'packed', 'bytes', bytes),
      exactRow('ours', 'index of 1,000 passages', 'built once', 'ms', Math.round(await timed(() => call('index')))),
    );
    rows.push(
      exactRow(
        'MiniSearch',
        'index of 1,000 passages',
        'built once',
        'ms',
        Math.round(await timed(() => call('indexMini'))),
      ),
    );
    const samples = new Map<string, number[]>(SUBJECTS.map(([, , subject]) => [subject, []]));
    const busy = new Map<string, number[]>(SUBJECTS.map(([, , subject]) => [subject, []]));
    const floor: number[] = [];
    for (let question = -20; question < count; question += 1) {
      const nothing: number[] = [];
      const rounds = new Map<string, number[]>(SUBJECTS.map(([, , subject]) => [subject, []]));
      for (let round = 0; round < ROUNDS; round += 1) {
        // One after the other within each round: what the machine does besides hits all of them.
        for (const [, , subject] of SUBJECTS) {
          nothing.push(await timed(() => call('ask', 'nothing', Math.abs(question), times)));
          rounds.get(subject)!.push(await timed(() => call('ask', subject, Math.abs(question), times)));
        }
      }
      // The first questions warm up.
      if (question < 0) continue;
      floor.push(...nothing);
      for (const [subject, found] of rounds) {
        samples.get(subject)!.push(Math.max(0, Math.min(...found) - Math.min(...nothing)) / times);
        busy.get(subject)!.push(Math.max(0, median(found) - median(nothing)) / times);
      }
    }
    for (const [subject, name, key] of SUBJECTS) rows.push(...quantileRows(subject, name, samples.get(key)!));
    for (const [subject, name, key] of SUBJECTS)
      rows.push(...quantileRows(subject, `${name}, with what else ran`, busy.get(key)!));
    rows.push(...quantileRows('floor', 'a request that asks for nothing', floor));
    const both = [...samples.get('both')!].sort((a, b) => a - b);
    const p99 = both[Math.floor(0.99 * (both.length - 1))]!;
    if (median(both) > MOST_P50_MS)
      failures.push(`all three: p50 ${median(both).toFixed(2)} ms, at most ${MOST_P50_MS}`);
    if (p99 > MOST_P99_MS) failures.push(`all three: p99 ${p99.toFixed(2)} ms, at most ${MOST_P99_MS}`);
    if (median(cpu) > MOST_STEP_MS) failures.push(`a step of training takes ${median(cpu).toFixed(0)} ms`);
    return { rows, runs: count, notes: notes(count, times), failures };
  } finally {
    await worker.stop();
  }
}

async function measureSizes(): Promise<{ rows: Row[]; failures: string[] }> {
  const gzip = (code: Buffer) => gzipSync(code, { level: 9 }).byteLength;
  const code = await bundleOurs('asking', ['wish-model.ts', 'background-rows.ts']);
  const training = await bundleOurs('training', ['wish-model.ts', 'background-rows.ts']);
  const withData = await bundleOurs('training', []);
  const row = (subject: string, name: string, bytes: number) => exactRow(subject, name, 'gzip -9', 'bytes', bytes);
  const ours = gzip(code);
  return {
    rows: [
      row('ours', 'code that a question runs through', ours),
      row('ours', 'the same with training', gzip(training)),
      row('ours', 'the same with the wish model and background rows', gzip(withData)),
      row('MiniSearch', 'code', gzip(await bundlePeer('minisearch'))),
      row('floor', 'an empty bundle', gzip(await bundlePeer('empty'))),
    ],
    failures: ours > MOST_CODE_BYTES ? [`code: ${ours} bytes gzip, at most ${MOST_CODE_BYTES}`] : [],
  };
}

/** An entry of `triage/` as the peers are bundled, with some files left empty. */
async function bundleOurs(name: string, without: readonly string[]): Promise<Buffer> {
  const output = await build({
    root: join(import.meta.dirname, 'triage'),
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    plugins: [
      {
        name: 'without-data',
        load: (id: string) =>
          without.some((file) => id.endsWith(file))
            ? "export const WISH_MODEL = '', WISH_MODEL_HASH = '', BACKGROUND_SOURCES = [], backgroundRows = () => [];"
            : null,
      },
    ],
    build: {
      ...BUILD_SETTINGS,
      ...asLibrary({ [name]: join(import.meta.dirname, 'triage', `${name}.ts`) }, 'es', '[name].js'),
      write: false,
    },
    resolve: {
      alias: { '#domain': join(import.meta.dirname, '../../worker/domain') },
    },
  });
  const [only, ...more] = [output].flat().flatMap((one) => ('output' in one ? one.output : []));
  if (only?.type !== 'chunk' || more.length > 0) throw new Error(`${name} did not become one file`);
  return Buffer.from(only.code);
}

const notes = (count: number, times: number): string[] => [
  `Each of ${count} questions was asked ${times} times in one request, timed from outside, less the same request that asks for nothing, and the least of ${ROUNDS} such requests taken, beside their median: quantiles are over questions.`,
  '"all three" is triage with its reasons, the wish for a person, and retrieval, one after the other.',
  `MiniSearch ${peerVersions().minisearch}, title three times, fuzzy .2 and prefixes. Intents and passages are made of public sentences; only what there is to compute is meant to be like a workspace's.`,
];

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;
const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);
async function repeat(times: number, run: () => Promise<number>): Promise<number[]> {
  const found: number[] = [];
  for (let i = 0; i < times; i += 1) found.push(await run());
  return found;
}
