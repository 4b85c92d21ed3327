import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import type { PlainEvent } from '#domain/replay/compact.ts';
import type { RecordingManifest } from '#protocol/http.ts';
import { asLibrary, BUILD_SETTINGS, buildAll } from '../../tools/build.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { launchBrowser } from '../support/browser.ts';
import { overNetwork } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';
import { countOf, readFlags } from './flags.ts';
import { bundlePeer, installPeers, peerVersions } from './peers.ts';
import { brokenReplayBars, METRIC } from './replay/bars.ts';
import { ours, type Played, rrwebPlayer, type Subject, type Took } from './replay/measure.ts';
import { makeRecording, shownAt } from './replay/recording.ts';
import { type Outcome, type Row, spreadRow } from './report.ts';

const ROOT = join(import.meta.dirname, '../..');
const OWN_PAGE = join(import.meta.dirname, 'capture/page');
const ROWS = [150, 5000];
const SECONDS = 300;
/** Shares of the recording at which it is opened. */
const OPENINGS = [0.25, 0.6, 0.95];
/** Where an agent goes then, one after the other: forward, back, a little forward, a long way. */
const SEEKS = [0.8, 0.3, 0.31, 0.9];

const SUBJECTS = ['ours', 'rrweb-player'] as const;
type SubjectName = (typeof SUBJECTS)[number];

/**
 * How long an agent waits for a picture: a recording of five minutes is opened at arbitrary moments and sent to others, in our player and in
 * rrweb's, from the same segments of the same server, in turns. `--rows 150 --seconds 60 --runs 1` for a quick look, `--built` without building
 * first, `--page DIR` records another page that has `app.html?rows=N` and `runActivity(ms)`.
 */
export async function replay(args: string[]): Promise<Outcome> {
  const flags = readFlags(args, ['rows', 'seconds', 'runs', 'page', 'built', 'only']);
  const runs = countOf(flags.runs, 3);
  const seconds = countOf(flags.seconds, SECONDS);
  const cases = flags.rows?.split(',').map((rows) => countOf(rows, 0)) ?? ROWS;
  const subjects = SUBJECTS.filter((name) => flags.only === undefined || flags.only.split(',').includes(name));
  if (flags.built === undefined) await buildAll();
  installPeers();
  const scripts: Record<SubjectName, string> = {
    ours: await bundleStage(),
    'rrweb-player': (await bundlePeer('replay-rrweb-player')).toString(),
  };
  const [baton, browser] = await Promise.all([startBaton(), launchBrowser()]);
  const rows: Row[] = [];
  const notes = [
    flags.page === undefined ? 'Page: the bench’s own (test/bench/capture/page).' : 'Page: not the bench’s own.',
    'Opening: from asking the server for the recording until the picture of that moment is painted; seeking: once all of it is there. Medians decide.',
    `rrweb-player ${peerVersions()['rrweb-player']} at its defaults; “from memory” leaves out its fetching and parsing, ours has all of it.`,
  ];
  try {
    for (const rowCount of cases) {
      const name = await measureCase(
        baton,
        browser,
        flags.page ?? OWN_PAGE,
        rowCount,
        seconds,
        runs,
        subjects,
        scripts,
        rows,
      );
      notes.push(name);
    }
  } finally {
    await browser.close();
    await baton.stop();
    baton.remove();
  }
  return { rows, runs, notes, failures: brokenReplayBars(rows) };
}

async function measureCase(
  baton: Baton,
  browser: Browser,
  folder: string,
  rowCount: number,
  seconds: number,
  runs: number,
  subjects: readonly SubjectName[],
  scripts: Record<SubjectName, string>,
  rows: Row[],
): Promise<string> {
  const made = await makeRecording(browser, folder, rowCount, seconds);
  const name = `${made.nodes} nodes, ${seconds} s`;
  const { played, keyframes, bytes } = await store(baton, made.pieces);
  const at = (share: number) => Math.round(played.startAt + share * seconds * 1000);
  const events = await eventsOf(baton, played);
  const full: Played = { ...played, shown: shownAt(events, [...OPENINGS, ...SEEKS].map(at)) };
  const samples = new Map<string, number[]>();
  const keep = (subject: SubjectName, metric: string, value: number) => {
    const key = `${subject}\n${metric}`;
    samples.set(key, [...(samples.get(key) ?? []), value]);
  };
  const count = (subject: SubjectName, metric: string, took: Took) => {
    keep(subject, metric, took.ms);
    keep(subject, METRIC.wrong, took.isRight ? 0 : 1);
  };
  const start = (subject: SubjectName): Promise<Subject> =>
    (subject === 'ours' ? ours : rrwebPlayer)(browser, baton, full, scripts[subject]);
  for (let run = 0; run < runs; run += 1)
    // In turns, so that what slows the machine for a while slows both.
    for (const share of OPENINGS)
      for (const subject of subjects) {
        const one = await start(subject);
        count(subject, METRIC.open, await one.open(at(share)));
        const memory = one.fromMemoryMs();
        if (memory !== null) keep(subject, METRIC.memory, memory);
        if (share === OPENINGS.at(-1)) {
          await one.settle();
          for (const next of SEEKS) count(subject, METRIC.seek, await one.seek(at(next)));
        }
        await one.close();
        console.log(
          `${name}, run ${run + 1}, ${subject}, ${share}: ${Math.round(samples.get(`${subject}\n${METRIC.open}`)?.at(-1) ?? 0)} ms`,
        );
      }
  for (const [key, values] of samples) {
    const [subject, metric] = key.split('\n') as [string, string];
    rows.push(
      metric === METRIC.wrong
        ? spreadRow(subject, name, metric, 'pictures', [values.reduce((sum, value) => sum + value, 0)])
        : spreadRow(subject, name, metric, 'ms', values),
    );
  }
  return `${name}: ${made.events.length} events in ${made.pieces.length} segments of ${Math.round(bytes / 1024)} KB, ${keyframes.length} keyframes of ${Math.round(keyframes.reduce((sum, one) => sum + one.bytes, 0) / 1024)} KB.`;
}

/** Through the ingest, as a recorder uploads it. */
async function store(baton: Baton, pieces: readonly Uint8Array<ArrayBuffer>[]) {
  const transport = overNetwork(baton.origin, baton.demoOrigin);
  const visitor = await Visitor.arrive(transport, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  const frame = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  const { recordingId } = frame as unknown as { recordingId: string };
  for (const [n, piece] of pieces.entries()) {
    const answer = await visitor.upload(recordingId, n, piece);
    if (!answer.ok) throw new Error(`segment ${n}: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
  }
  socket.close();
  const maya = await Agent.signIn(transport, 'maya@baton.test');
  const manifest = (await (await maya.get(`/v1/recordings/${recordingId}`)).json()) as RecordingManifest;
  const keyframes = await settledKeyframes(maya, recordingId);
  const played: Played = {
    recordingId,
    tab: visitor.tab,
    numbers: manifest.segments.map(({ n }) => n),
    startAt: manifest.segments.reduce((first, { fromAt }) => Math.min(first, fromAt), Number.POSITIVE_INFINITY),
    shown: new Map(),
    cookie: maya.cookie,
  };
  return { played, keyframes, bytes: manifest.segments.reduce((sum, one) => sum + one.bytes, 0) };
}

/** They are made after the uploads are answered. */
async function settledKeyframes(maya: Agent, recordingId: string): Promise<{ n: number; bytes: number }[]> {
  let found: { n: number; bytes: number }[] = [];
  for (let still = 0; still < 4; still += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const answer = (await (await maya.get(`/v1/recordings/${recordingId}/keyframes`)).json()) as {
      keyframes: typeof found;
    };
    if (answer.keyframes.length > found.length) still = 0;
    found = answer.keyframes;
  }
  return found;
}

async function eventsOf(baton: Baton, { recordingId, tab, numbers, cookie }: Played): Promise<PlainEvent[]> {
  const events: PlainEvent[] = [];
  for (const n of numbers) {
    const answer = await fetch(`${baton.origin}/v1/recordings/${recordingId}/segments/${tab}/${n}`, {
      headers: { cookie },
    });
    for (const event of (await answer.json()) as PlainEvent[]) events.push(event);
  }
  return events;
}

async function bundleStage(): Promise<string> {
  const output = await build({
    root: ROOT,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      ...BUILD_SETTINGS,
      ...asLibrary({ stage: join(import.meta.dirname, 'replay/our-stage.ts') }, 'es', '[name].js'),
      write: false,
    },
  });
  const [chunk] = [output].flat().flatMap((one) => ('output' in one ? one.output : []));
  if (chunk?.type !== 'chunk') throw new Error('the stage did not become one file');
  return chunk.code;
}
