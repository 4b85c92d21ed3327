import { join } from 'node:path';
import { buildAll } from '../../tools/build.ts';
import { launchBrowser } from '../support/browser.ts';
import { brokenBars, METRIC } from './capture/bars.ts';
import { startHost } from './capture/host.ts';
import { type Idle, measureIdle } from './capture/idle.ts';
import { type Case, type Measured, measure } from './capture/measure.ts';
import { bundleSubjects, DIST, pathOf, SUBJECTS } from './capture/subjects.ts';
import { countOf, readFlags } from './flags.ts';
import { installPeers, peerVersions } from './peers.ts';
import { type Outcome, type Row, spreadRow } from './report.ts';
import { textTable } from './table.ts';

const OWN_PAGE = join(import.meta.dirname, 'capture/page');
const POSTHOG_FILES = join(import.meta.dirname, 'peers/node_modules/posthog-js/dist');
const ROWS = [5000, 150];
const SECONDS: Record<number, number> = { 5000: 60, 150: 20 };
const LARGE_NODES = 90_000;
/** Less is no recording of this page. */
const MIN_RECORDED_KB = 20;

const FIGURES: [metric: string, unit: string, of: (measured: Measured, none: Measured) => number][] = [
  [METRIC.startCpu, 'ms', (one, none) => one.startCpuMs - none.startCpuMs],
  ['start: of it layout', 'ms', (one, none) => one.startLayoutMs - none.startLayoutMs],
  [METRIC.startTask, 'ms', (one) => one.longestStartTaskMs],
  [METRIC.activityCpu, 'ms', (one, none) => one.activityCpuMs - none.activityCpuMs],
  [METRIC.blocked, 'ms', (one, none) => one.blockedMs - none.blockedMs],
  [METRIC.heap, 'MB', (one, none) => one.heapMb - none.heapMb],
  [METRIC.wire, 'KB', (one) => one.wireKb],
];

/**
 * What recording costs the page: ours, the library that it is built on, and three others, on one page that does the same for each, all in
 * one run. `--rows 150 --seconds 20 --runs 1 --only ours,rrweb` for a quick look, `--built` without building first; `--page DIR` measures another page that has `app.html?rows=N`
 * and `runActivity(ms)`; `--worker frame,blob,page` measures ours once for each place where its worker may be.
 */
export async function capture(args: string[]): Promise<Outcome> {
  const flags = readFlags(args, ['rows', 'seconds', 'runs', 'only', 'page', 'worker', 'built']);
  const runs = countOf(flags.runs, 3);
  const seconds = flags.seconds?.split(',') ?? [];
  const cases: Case[] = (flags.rows?.split(',').map((rows) => countOf(rows, 0)) ?? ROWS).map((rows, i) => ({
    rows,
    seconds: countOf(seconds[i] ?? seconds[0], SECONDS[rows] ?? 20),
  }));
  const named = flags.only?.split(',') ?? SUBJECTS;
  const subjects = SUBJECTS.filter((name) => name === 'none' || named.includes(name));
  const workers = flags.worker?.split(',') ?? [''];
  if (flags.built === undefined) await buildAll();
  installPeers();
  const host = await startHost(flags.page ?? OWN_PAGE, await bundleSubjects(subjects), {
    [`/static/${peerVersions()['posthog-js']}/`]: POSTHOG_FILES,
    '/widget/': join(DIST, 'widget'),
    '/press/': join(DIST, 'press'),
  });
  const browser = await launchBrowser();
  const samples = new Map<string, Measured[]>();
  const idle: Idle[] = [];
  try {
    // The first page of a browser pays for what all later ones find.
    await measure(browser, host, null, { rows: 150, seconds: 1 });
    for (const one of cases)
      for (let run = 0; run < runs; run += 1)
        // Interleaved, so that what slows the machine for a while slows all of them.
        for (const name of subjects)
          for (const worker of name === 'ours' ? workers : ['']) {
            const key = `${one.rows} ${name}${worker === '' ? '' : `, ${worker}`}`;
            const init = worker === '' ? null : `window.recorderWorker = ${JSON.stringify(worker)};`;
            const measured = await measure(browser, host, name === 'none' ? null : pathOf(name), one, init);
            samples.set(key, [...(samples.get(key) ?? []), measured]);
            console.log(`${key} ${measured.mode}: ${JSON.stringify({ ...measured, nodes: undefined })}`);
          }
    for (let run = 0; run < runs && subjects.includes('ours'); run += 1)
      idle.push(await measureIdle(browser, host, { rows: 150, seconds: 5 }));
  } finally {
    await browser.close();
    await host.close();
  }
  return withIdle(outcomeOf(samples, cases, runs, flags.page), idle);
}

function outcomeOf(samples: Map<string, Measured[]>, cases: Case[], runs: number, page: string | undefined): Outcome {
  const rows: Row[] = [];
  const failures: string[] = [];
  const notes = [
    page === undefined ? 'Page: the bench’s own (test/bench/capture/page).' : 'Page: not the bench’s own.',
    'CPU: of the page’s main thread, without the median of the page alone; heap: of the main thread while it records, after garbage collection. Medians decide.',
    'Bytes: bodies of requests, with all that is flushed at the end; of bare rrweb gzip of all its events in one.',
    `Peers: ${Object.entries(peerVersions())
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}; at their defaults, ingest on this machine.`,
  ];
  for (const one of cases) {
    const none = medianOf(samples.get(`${one.rows} none`) ?? []);
    const name = `${none.nodes} nodes, ${one.seconds} s`;
    for (const [key, measured] of samples) {
      const [rowsOf, ...words] = key.split(' ');
      if (Number(rowsOf) !== one.rows) continue;
      const subject = words.join(' ');
      const row = (metric: string, unit: string, values: number[]) =>
        rows.push(spreadRow(subject, name, metric, unit, values));
      if (subject === 'none') {
        row(
          'activity: CPU of the page',
          'ms',
          measured.map(({ activityCpuMs }) => activityCpuMs),
        );
        continue;
      }
      for (const [metric, unit, of] of FIGURES)
        row(
          metric,
          unit,
          measured.map((sample) => of(sample, none)),
        );
      if (subject.startsWith('ours')) {
        row(
          METRIC.idleRequests,
          'requests',
          measured.map(({ requests }) => requests),
        );
        row(
          METRIC.errors,
          'errors',
          measured.map(({ errors }) => errors.length),
        );
        row(
          'ring',
          'KB',
          measured.map(({ ringKb }) => ringKb ?? 0),
        );
        const modes = new Set(measured.map(({ mode }) => mode));
        notes.push(`${name}, ${subject}: ${[...modes].join(', ') || 'main thread'}.`);
      }
      if (subject === 'rrweb')
        row(
          'gzip of each second',
          'KB',
          measured.map(({ piecesKb }) => piecesKb ?? 0),
        );
      for (const error of new Set(measured.flatMap(({ errors }) => errors)))
        notes.push(`${name}, ${subject}: ${error}`);
    }
    for (const { subject, median } of rows.filter((row) => row.case === name && row.metric === METRIC.wire))
      if (median < MIN_RECORDED_KB) failures.push(`${name}: ${subject} did not record, so nothing is said beside it`);
    failures.push(...brokenBars(rows, name, none.nodes >= LARGE_NODES));
  }
  return { rows, runs, shown: tableOf(rows), notes, failures };
}

/** The whole widget, by its tag: what it costs whoever needs no help. */
function withIdle(outcome: Outcome, idle: readonly Idle[]): Outcome {
  const [first] = idle;
  if (first === undefined) return outcome;
  const name = 'the tag, and nobody needs help';
  const rows = [
    spreadRow(
      'ours',
      name,
      METRIC.loader,
      'ms',
      idle.map(({ loaderCpuMs }) => loaderCpuMs),
    ),
    spreadRow(
      'ours',
      name,
      METRIC.idleRequests,
      'requests',
      idle.map(({ laterRequests }) => laterRequests.length),
    ),
  ];
  return {
    ...outcome,
    rows: [...outcome.rows, ...rows],
    shown: `${outcome.shown}\n${tableOf(rows)}`,
    notes: [
      ...(outcome.notes ?? []),
      `${name}: loads ${first.loadRequests.join(', ')}; then the recorder is ${first.state}.`,
    ],
    failures: [
      ...(outcome.failures ?? []),
      ...idle.filter(({ state }) => state !== 'recording').map(({ state }) => `${name}: the recorder is ${state}`),
      ...brokenBars(rows, name, false),
    ],
  };
}

/** The middle of each figure; what is no number is the first one’s. */
function medianOf(all: readonly Measured[]): Measured {
  const [first] = all;
  if (first === undefined) throw new Error('the page alone was not measured');
  const middle = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  return Object.fromEntries(
    Object.entries(first).map(([key, value]) => [
      key,
      typeof value === 'number' ? middle(all.map((one) => one[key as keyof Measured] as number)) : value,
    ]),
  ) as Measured;
}

/** One line per subject, one column per figure: they are read beside each other. */
function tableOf(rows: readonly Row[]): string {
  const parts = [...new Set(rows.map((row) => row.case))].map((name) => {
    const own = rows.filter((row) => row.case === name);
    const metrics = [...new Set(own.map(({ metric }) => metric))];
    const subjects = [...new Set(own.map(({ subject }) => subject))];
    const cell = (subject: string, metric: string) => {
      const row = own.find((one) => one.subject === subject && one.metric === metric);
      if (row === undefined) return '';
      const shown = (n: number) => n.toFixed(Math.abs(n) < 10 && !Number.isInteger(n) ? 1 : 0);
      return row.min === row.max ? shown(row.median) : `${shown(row.median)} (${shown(row.min)}–${shown(row.max)})`;
    };
    const unit = (metric: string) => own.find((row) => row.metric === metric)?.unit ?? '';
    return `\n${name}\n${textTable(
      ['figure: median (min–max)', ...subjects],
      metrics.map((metric) => [`${metric}, ${unit(metric)}`, ...subjects.map((subject) => cell(subject, metric))]),
    )}`;
  });
  return parts.join('\n');
}
