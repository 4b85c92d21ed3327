import { startBenchWorker } from '../support/bench-worker.ts';
import { readFlags } from './flags.ts';
import { exactRow, type Outcome, type Row, spreadRow } from './report.ts';
import { sockets } from './sockets.ts';
import { throughput } from './throughput.ts';

const BACKLOGS = [100, 10_000, 100_000];
const SKILL_SETS = [1, 10, 50];
/** The last one uses entries up, so it is measured after all others. */
const OPERATIONS = [
  'enqueue',
  're-rank',
  'move by hand',
  'tick',
  'best for agent',
  'reserve and return',
  'reserve, accept and close',
];
/** Of a queue that was closed when five waited: all others came later, and nobody looks through them. */
const CLOSED = { sets: 10, before: 5, operations: ['enqueue', 're-rank', 'tick', 'best for agent'] };
/** Operations in one call: enough that the call itself is nothing beside them. */
const TIMES = 300;
const ROUNDS = 5;
/** What a thousand times the backlog may cost, and the first answer of an object that has slept. */
const MOST_TIMES = 3;
const MOST_WAKE_MS = 50;
/** How much may be put in line in one call. */
const FILL = 5000;

/**
 * What the queue costs in its object, then what a cycle through the Worker comes to, then thousands of sockets; `--only` for one of them. Fails where
 * an operation on 100,000 costs more than three times what it costs on 100, where waking takes over 50 ms, and where a statement does without an index.
 */
export async function queue(args: readonly string[]): Promise<Outcome> {
  const { only } = readFlags(args, ['only']);
  const parts = [
    ['object', inObject],
    ['throughput', () => throughput([])],
    ['sockets', () => sockets([])],
  ] as const;
  if (only !== undefined && !parts.some(([name]) => name === only))
    throw new Error(`--only ${parts.map(([name]) => name).join(', ')}`);
  const outcomes: Outcome[] = [];
  for (const [name, run] of parts) {
    if (only !== undefined && only !== name) continue;
    // What one part has measured in minutes is not lost with the next.
    const ended = await run().catch(
      (cause: unknown): Outcome => ({ rows: [], runs: 0, failures: [`${name}: ${cause}`] }),
    );
    outcomes.push(ended);
  }
  return {
    rows: outcomes.flatMap(({ rows }) => rows),
    runs: Math.max(...outcomes.map(({ runs }) => runs)),
    notes: outcomes.flatMap(({ notes }) => notes ?? []),
    failures: outcomes.flatMap(({ failures }) => failures ?? []),
  };
}

/**
 * What each operation of the queue costs in its object, at backlogs of 100 to 100,000 entries and 1 to 50 skill sets, in microseconds, and
 * how long the first answer of an object takes that was not running. The clock inside an object stands still during a turn, so a call does
 * many operations and is timed from outside; the same call with no operations is taken off.
 */
async function inObject(): Promise<Outcome> {
  const worker = await startBenchWorker('queue-object');
  const call = async (name: string, method: string, ...args: (string | number)[]): Promise<unknown> => {
    const response = await fetch(worker.origin, { method: 'POST', body: JSON.stringify({ name, call: method, args }) });
    const answer = (await response.json()) as { value?: unknown; error?: string };
    if (answer.error !== undefined && method !== 'end') throw new Error(`${method}: ${answer.error}`);
    return answer.value;
  };
  const timed = async (run: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    await run();
    return performance.now() - startedAt;
  };
  const rows: Row[] = [];
  const failures: string[] = [];
  try {
    const name = (backlog: number, sets: number, isClosed = false) => `${backlog}/${sets}${isClosed ? '/closed' : ''}`;
    const cases = [
      ...SKILL_SETS.map((sets) => ({ sets, isClosed: false, operations: OPERATIONS })),
      { sets: CLOSED.sets, isClosed: true, operations: CLOSED.operations },
    ];
    for (const { sets, isClosed, operations } of cases) {
      for (const backlog of BACKLOGS) {
        const object = name(backlog, sets, isClosed);
        if (isClosed) {
          await call(object, 'fill', 0, CLOSED.before, sets);
          await call(object, 'closeQueue');
        }
        for (let from = isClosed ? CLOSED.before : 0; from < backlog; from += FILL) {
          await call(object, 'fill', from, Math.min(backlog, from + FILL), sets);
        }
      }
      // Small and large one after the other in each round: what the machine does besides hits all of them.
      const samples = new Map<string, number[]>();
      const usesUp = (kind: string) => kind === OPERATIONS.at(-1);
      const plan = [operations.filter((kind) => !usesUp(kind)), operations.filter(usesUp)].flatMap((kinds) =>
        Array.from({ length: ROUNDS }, (_, round) => kinds.map((kind) => ({ kind, round }))).flat(),
      );
      for (const { kind, round } of plan) {
        for (const backlog of BACKLOGS) {
          const object = name(backlog, sets, isClosed);
          if (usesUp(kind)) await call(object, 'fill', 2e7 + round * 1e5, 2e7 + round * 1e5 + TIMES, sets);
          const base = await timed(() => call(object, 'measure', 'nothing', 0, backlog, sets, round));
          const ms = await timed(() => call(object, 'measure', kind, TIMES, backlog, sets, round));
          const key = `${kind}/${backlog}`;
          samples.set(key, [...(samples.get(key) ?? []), (Math.max(0, ms - base) * 1000) / TIMES]);
          if (kind === 'enqueue') await call(object, 'measure', 'undo enqueue', TIMES, backlog, sets, round);
        }
      }
      const where = `${sets} skill sets${isClosed ? ', closed' : ''}`;
      for (const kind of operations) {
        for (const backlog of BACKLOGS) {
          const found = samples.get(`${kind}/${backlog}`) as number[];
          rows.push(spreadRow('ours', `${kind}, ${backlog} waiting, ${where}`, 'per operation', 'µs', found));
        }
        const [small, , large] = BACKLOGS.map((backlog) => samples.get(`${kind}/${backlog}`) as number[]);
        // What took no longer than doing nothing has no ratio.
        const ratios = (large as number[]).flatMap((value, i) => {
          const beside = (small as number[])[i] as number;
          return beside > 0 ? [value / beside] : [];
        });
        const row = spreadRow('ours', `${kind}, ${where}`, '100,000 waiting ÷ 100 waiting', '×', ratios);
        rows.push(row);
        if (row.median > MOST_TIMES)
          failures.push(`${row.case}: ${row.median.toFixed(1)} times as much with 100,000 waiting as with 100`);
      }
    }
    // Measured last: they still know what was run in them.
    const lasts = [name(100_000, SKILL_SETS.at(-1) as number), name(100_000, CLOSED.sets, true)];
    for (const [i, last] of lasts.entries()) {
      const what = `query plans, 100,000 waiting${i === 0 ? '' : ', closed'}`;
      const plans = (await call(last, 'scans')) as { statements: number; scans: string[] };
      rows.push(
        exactRow('ours', what, 'statements that were run', 'statements', plans.statements),
        exactRow('ours', what, 'steps without an index', 'steps', plans.scans.length),
      );
      failures.push(...plans.scans);
    }
    const woken: number[] = [];
    for (let round = 0; round < 15; round += 1) {
      await call(name(100_000, 10), 'end');
      woken.push(await timed(() => call(name(100_000, 10), 'waiting')));
    }
    const waking = spreadRow('ours', 'waking with 100,000 entries', 'first answer', 'ms', woken);
    rows.push(waking);
    if (waking.median > MOST_WAKE_MS) failures.push(`waking takes ${waking.median.toFixed(0)} ms`);

    for (let from = 0; from < 100_000; from += FILL) await call('whole', 'fill', from, from + FILL, 0);
    const whole: number[] = [];
    const asked: number[] = [];
    const saved: number[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      await call('whole', 'end');
      // One more in line: the answer comes when it has its place.
      whole.push(await timed(() => call('whole', 'fill', 1e6 + round, 1e6 + round + 1, round - 1)));
      asked.push(await timed(() => call('whole', 'ask', round)));
      saved.push(await timed(() => call('whole', 'save', round)));
    }
    const wholeWaking = spreadRow(
      'ours',
      'the product’s object, waking with 100,000 entries',
      'first answer',
      'ms',
      whole,
    );
    rows.push(
      wholeWaking,
      spreadRow('ours', 'a preview of other settings, 100,000 waiting', 'answer', 'ms', asked),
      spreadRow('ours', 'saving settings that rank every fifth anew, 100,000 waiting', 'answer', 'ms', saved),
    );
    if (wholeWaking.median > MOST_WAKE_MS) failures.push(`waking takes ${wholeWaking.median.toFixed(0)} ms`);
    return { rows, runs: ROUNDS, failures };
  } finally {
    await worker.stop();
  }
}
