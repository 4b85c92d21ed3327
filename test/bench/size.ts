import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildAll } from '../../tools/build.ts';
import { bundlePeer, installPeers, peerVersions } from './peers.ts';
import { exactRow, type Outcome, type Row } from './report.ts';
import { GZIP, LIMITS, overLimit } from './size-limits.ts';
import { textTable } from './table.ts';

const DIST = join(import.meta.dirname, '../../dist');
const KB = 1024;

/** Bytes on the wire. Sums are of files that were compressed one by one: so they travel. */
type Size = { gzip: number; brotli: number };

function sizeOf(...files: Buffer[]): Size {
  const sizes = files.map((file) => ({
    gzip: gzipSync(file, { level: 9 }).byteLength,
    brotli: brotliCompressSync(file, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).byteLength,
  }));
  return sizes.reduce((sum, one) => ({ gzip: sum.gzip + one.gzip, brotli: sum.brotli + one.brotli }), {
    gzip: 0,
    brotli: 0,
  });
}

type Measured = { subject: string; case: string; size: Size };

/** Cases that somebody else has too, in this order; what only one has comes after. */
const BUTTON = 'all before the button shows';
const PANEL = 'all until the panel is open';
const RECORDER = 'recorder';

/** What a visitor’s page, and an agent’s, has to load, beside what others make a page load. */
export async function size(): Promise<Outcome> {
  await buildAll();
  installPeers();
  const measured = [...measureOurs(), ...(await measurePeers())];
  const rows: Row[] = measured.flatMap(({ subject, case: name, size }) => [
    exactRow(subject, name, GZIP, 'bytes', size.gzip),
    exactRow(subject, name, 'brotli -11', 'bytes', size.brotli),
  ]);
  return { rows, runs: 1, shown: tableOf(measured), notes: notes(), failures: overLimit(rows) };
}

function measureOurs(): Measured[] {
  const paths = JSON.parse(readFileSync(join(DIST, 'chunks.json'), 'utf8')) as Record<string, string>;
  const file = (name: string): Buffer => {
    const path = paths[name];
    if (path === undefined) throw new Error(`dist/chunks.json has no ${name}`);
    return readFileSync(join(DIST, path));
  };
  const ours = (name: string, ...files: Buffer[]): Measured => ({
    subject: 'ours',
    case: name,
    size: sizeOf(...files),
  });
  const [loader, launcher, capture, conversation, panel, recorder] = [
    'baton',
    'launcher',
    'capture',
    'conversation',
    'panel',
    'recorder',
  ].map(file) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  return [
    ours(BUTTON, loader, launcher, capture),
    ours(PANEL, loader, launcher, capture, conversation, panel),
    ours(RECORDER, recorder),
    ours('loader', loader),
    ours('launcher', launcher),
    ours('capture', capture),
    ours('conversation', conversation),
    ours('panel', panel),
    ours('console, first screen', ...filesOfPage('console')),
    ours('replay player', ...filesOfPage('replay')),
  ];
}

/** The scripts and style sheets that a built page names; what it loads later is not among them. */
function filesOfPage(folder: string): Buffer[] {
  const html = readFileSync(join(DIST, folder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1] as string);
  if (named.length === 0) throw new Error(`dist/${folder}/index.html names no files`);
  return named.map((path) => readFileSync(join(DIST, path)));
}

async function measurePeers(): Promise<Measured[]> {
  const file = new Map<string, Buffer>();
  for (const name of [
    'empty',
    'sentry-core',
    'sentry-feedback-button',
    'sentry-feedback',
    'sentry-replay',
    'posthog-tag',
    'posthog-slim',
    'posthog-conversations',
    'posthog-recorder',
    'intercom',
  ])
    file.set(name, await bundlePeer(name));
  const of = (...names: string[]): Size => sizeOf(...names.map((name) => file.get(name) as Buffer));
  const core = of('sentry-core');
  const withReplay = of('sentry-replay');
  return [
    { subject: 'Sentry', case: BUTTON, size: of('sentry-feedback-button') },
    { subject: 'Sentry', case: PANEL, size: of('sentry-feedback') },
    {
      subject: 'Sentry',
      case: RECORDER,
      size: { gzip: withReplay.gzip - core.gzip, brotli: withReplay.brotli - core.brotli },
    },
    { subject: 'Sentry', case: 'core alone', size: core },
    { subject: 'Sentry', case: 'core and replay', size: withReplay },
    { subject: 'PostHog', case: BUTTON, size: of('posthog-slim', 'posthog-conversations') },
    { subject: 'PostHog', case: PANEL, size: of('posthog-slim', 'posthog-conversations') },
    { subject: 'PostHog', case: RECORDER, size: of('posthog-recorder') },
    { subject: 'PostHog', case: 'core alone', size: of('posthog-slim') },
    { subject: 'PostHog', case: 'conversations alone', size: of('posthog-conversations') },
    { subject: 'PostHog', case: 'what its tag loads', size: of('posthog-tag') },
    { subject: 'Intercom', case: 'loader', size: of('intercom') },
    { subject: 'floor', case: 'empty bundle', size: of('empty') },
  ];
}

/** By case, so that what does the same stands together. */
function tableOf(measured: readonly Measured[]): string {
  const cases = [...new Set(measured.map((one) => one.case))];
  const rows = cases.flatMap((name) =>
    measured
      .filter((one) => one.case === name)
      .map(({ subject, size }, i) => {
        const limit = subject === 'ours' ? LIMITS[name] : undefined;
        return [i === 0 ? name : '', subject, kb(size.gzip), kb(size.brotli), limit === undefined ? '' : kb(limit)];
      }),
  );
  return `\n${textTable(['case', 'subject', 'gzip KB', 'brotli KB', 'limit KB'], rows)}`;
}

const kb = (bytes: number): string => (bytes / KB).toFixed(2);

function notes(): string[] {
  const versions = Object.entries(peerVersions()).map(([name, version]) => `${name} ${version}`);
  return [
    `Peers: ${versions.join(', ')}; bundled in this run with the settings of our own build.`,
    'Sentry: its core belongs to the sums, feedback does not run without it. Its button is counted with the form fetched on demand (feedbackAsyncIntegration), its panel with form and screenshot bundled (feedbackIntegration); its recorder is what replay adds to the core. Without tracing.',
    'PostHog: the slim core with the conversations extension and the file that it fetches, which holds button and panel; what the documented tag loads is larger and has a row of its own.',
    'Intercom: the package only loads the messenger from Intercom’s servers, so its size says nothing about button or panel.',
    'Ours: the sums are with capture, which is what lets an agent see the page; peers have breadcrumbs in their cores.',
  ];
}
