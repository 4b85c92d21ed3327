import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type InlineConfig, type Plugin } from 'vite';
import {
  patched,
  RRWEB_CSS,
  RRWEB_DOCTYPES,
  RRWEB_FRAMES,
  RRWEB_RECORD,
  SIGNALS_FROZEN,
  UPLOT_LOCALE,
} from './patches.ts';

const ROOT = join(import.meta.dirname, '..');
const DIST = join(ROOT, 'dist');
/** Built here first: a server that runs meanwhile always finds a whole `dist/`. */
const STAGE = join(ROOT, '.wrangler/dist');

type BuiltFile = { name: string; code: string; path: string };
/** Built files by the name of their entry, dynamic import, or chunk. */
type Built = Map<string, BuiltFile>;

type Target = {
  name: string;
  /** Later targets see what earlier ones built. */
  config(built: Built): InlineConfig;
  /** Gzip bytes per entry or chunk; above it the build fails. */
  budgets: Record<string, number>;
};

/** Oldest browsers: those that understand `light-dark()` and constructable style sheets. */
const BROWSERS = ['chrome123', 'safari17.5', 'firefox121'];
const KB = 1024;

/** The same for every file, and for what the size benchmark lays beside them. */
export const BUILD_SETTINGS = {
  target: BROWSERS,
  cssTarget: BROWSERS,
  modulePreload: false,
  reportCompressedSize: false,
} satisfies InlineConfig['build'];

/** As a library: without preload helpers, which would insert elements into the host's page. */
export const asLibrary = (
  entry: Record<string, string>,
  format: 'es' | 'iife',
  name: string,
  groups: { name: string; test: RegExp }[] = [],
): InlineConfig['build'] => ({
  lib: { entry, formats: [format], name: 'unused' },
  // In this mode white space is kept for bundlers that come later; here none does.
  minify: 'oxc',
  rolldownOptions: {
    output: {
      minify: true,
      // Marks for bundlers that come later.
      comments: { annotation: false },
      entryFileNames: name,
      chunkFileNames: name,
      ...(groups.length > 0 ? { codeSplitting: { groups } } : {}),
    },
  },
});

/** The bundler's own helper asks for all names of an object, and would find what a page has added to every object. */
const OWN_NAMES: Plugin = {
  name: 'own names',
  renderChunk: (code) =>
    code.includes('for (var name in all)')
      ? code.replace('for (var name in all)', 'for (var name of Object.keys(all))')
      : null,
};

/** One chunk for what watches the page and what it needs: conversation and recorder use the same parts, and it is there before them. */
const CAPTURE = {
  name: 'capture',
  test: /widget\/(?:capture|kit(?!\/(?:link|receipt-words|emitter|empty-image)))\/|domain\/redaction\/(?!attributes|css|written)|protocol\/version/,
};

/** The conversation runs without the panel, the panel not without the conversation: what both read belongs to the first. */
const CONVERSATION = {
  name: 'conversation',
  test: /widget\/(?:panel\/(?:conversation|outbox|page-reporter|transcript)|kit\/(?:link|receipt-words))\.ts/,
};

/** As pages: everything in files of our own, since their policies allow no inline script and no string that becomes markup. */
const asPages = (folder: string): InlineConfig['build'] => ({
  outDir: join(STAGE, folder),
  assetsDir: 'assets',
  // A font or picture inside the sheet would need `data:` in more places than the policy has it.
  assetsInlineLimit: 0,
});

const TARGETS: Target[] = [
  {
    // What a recorder hands its work to: frame and worker in one file. Before the widget, which has to know its name.
    name: 'press',
    config: () => ({
      build: asLibrary(
        { 'press-worker': join(ROOT, 'widget/recorder/press/press-worker.ts') },
        'iife',
        'widget/[name]-[hash].js',
      ),
    }),
    budgets: { 'press-worker': 5 * KB },
  },
  {
    name: 'widget',
    config: (built) => ({
      define: {
        PRESS_FILE: JSON.stringify(built.get('press-worker')?.path),
        PRESS_PAGE: JSON.stringify(pressPage(built)),
      },
      plugins: [...[...RRWEB_RECORD, ...SIGNALS_FROZEN].map(patched), OWN_NAMES],
      build: asLibrary({ launcher: join(ROOT, 'widget/launcher/launcher.ts') }, 'es', 'widget/[name]-[hash].js', [
        CAPTURE,
        CONVERSATION,
      ]),
    }),
    budgets: {
      launcher: 8 * KB,
      capture: 11.5 * KB,
      conversation: 6 * KB,
      panel: 18.75 * KB,
      guide: 4 * KB,
      recorder: 30 * KB,
    },
  },
  {
    name: 'loader',
    config: (built) => ({
      define: {
        LAUNCHER_FILE: JSON.stringify(built.get('launcher')?.path),
        CAPTURE_FILE: JSON.stringify(built.get('capture')?.path),
        PARTS: JSON.stringify(partsOf(built)),
      },
      build: asLibrary({ baton: join(ROOT, 'widget/loader/loader.ts') }, 'iife', '[name].js'),
    }),
    budgets: { baton: 2 * KB },
  },
  {
    name: 'console',
    config: () => ({
      root: join(ROOT, 'widget/console'),
      base: '/console/',
      plugins: [patched(UPLOT_LOCALE)],
      build: asPages('console'),
    }),
    budgets: {
      index: 49 * KB,
      'metrics-page': 34 * KB,
      'settings-page': 22 * KB,
      'agents-page': 5 * KB,
      'log-page': 2 * KB,
      'account-page': 6 * KB,
      'policy-page': 12 * KB,
      'find-dialog': 3 * KB,
      'webhooks-page': 6 * KB,
      'privacy-jobs': 6 * KB,
    },
  },
  {
    name: 'replay',
    config: () => ({
      root: join(ROOT, 'widget/player'),
      base: '/replay/',
      plugins: [RRWEB_CSS, ...RRWEB_DOCTYPES, ...RRWEB_FRAMES].map(patched),
      // What rrweb reads of that parser and throws away would keep both of its copies.
      build: { ...asPages('replay'), rolldownOptions: { treeshake: { propertyReadSideEffects: false } } },
    }),
    // rrweb, and the rules that disarm what it plays; loaded once, beside the console and never by a customer’s page.
    budgets: { index: 82 * KB },
  },
];

/** What a browser holds against a file before it runs it. */
const integrityOf = (path: string): string =>
  `sha384-${createHash('sha384')
    .update(readFileSync(join(STAGE, path)))
    .digest('base64')}`;

/** What the loader of a pinned tag holds its parts to. */
const partsOf = (built: Built) =>
  Object.fromEntries(
    ['launcher', 'capture', 'conversation', 'panel', 'guide', 'recorder', 'press'].map((name) => {
      const file = built.get(name)?.path ?? '';
      return [name, { file, hash: integrityOf(file) }];
    }),
  );

/** The loader once more, under a name that says what is in it: for tags that name its hash. */
async function writePinnedLoader(): Promise<void> {
  const integrity = integrityOf('baton.js');
  const file = `widget/baton-${createHash('sha256').update(integrity).digest('hex').slice(0, 12)}.js`;
  await cp(join(STAGE, 'baton.js'), join(STAGE, file));
  await writeFile(join(STAGE, 'integrity.json'), JSON.stringify({ file, integrity }, null, 2));
  console.log(`pinned   src="https://HOST/${file}" integrity="${integrity}" crossorigin="anonymous"`);
}

/** The frame's page, under an address that names its script: an old recorder never meets a new press. */
const pressPage = (built: Built): string =>
  `press/${basename(built.get('press-worker')?.path ?? '', '.js').replace('press-worker-', '')}/`;

async function writePressPage(built: Built): Promise<void> {
  const folder = join(STAGE, pressPage(built));
  await mkdir(folder, { recursive: true });
  const script = built.get('press-worker')?.path;
  await writeFile(
    join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Baton</title><script src="/${script}"></script>\n`,
  );
}

/** Builds every target into `dist/`. Throws when a file is over its budget, and leaves `dist/` as it was. */
export async function buildAll(targets: readonly Target[] = TARGETS): Promise<void> {
  await rm(STAGE, { recursive: true, force: true });
  await mkdir(STAGE, { recursive: true });
  const built: Built = new Map();
  const over: string[] = [];
  for (const target of targets) {
    const { build: options, ...config } = target.config(built);
    const output = await build({
      root: ROOT,
      configFile: false,
      publicDir: false,
      logLevel: 'warn',
      ...config,
      build: {
        outDir: STAGE,
        emptyOutDir: false,
        ...BUILD_SETTINGS,
        ...options,
      },
    });
    const outDir = options?.outDir ?? STAGE;
    const chunks = [output].flat().flatMap((one) => ('output' in one ? one.output : []));
    for (const chunk of chunks) {
      if (chunk.type !== 'chunk') continue;
      const path = relative(STAGE, join(outDir, chunk.fileName));
      // Pages are found by their address; what others look up by name is the widget's.
      if (outDir === STAGE) built.set(chunk.name, { name: chunk.name, code: chunk.code, path });
      const gzip = gzipSync(await readFile(join(STAGE, path)), { level: 9 }).byteLength;
      const budget = target.budgets[chunk.name];
      const verdict =
        budget === undefined ? '' : gzip > budget ? `over its budget of ${inKb(budget)}` : `of ${inKb(budget)}`;
      console.log(
        `${target.name.padEnd(8)} ${basename(chunk.fileName).padEnd(32)} ${inKb(gzip).padStart(9)} gzip ${verdict}`,
      );
      if (budget !== undefined && gzip > budget) over.push(chunk.name);
    }
  }
  await writePressPage(built);
  await writePinnedLoader();
  // For the Worker's tests and for whoever looks for a chunk by its name.
  await writeFile(
    join(STAGE, 'chunks.json'),
    JSON.stringify(Object.fromEntries([...built].map(([name, { path }]) => [name, path])), null, 2),
  );
  if (over.length > 0) throw new Error(`over budget: ${over.join(', ')}`);
  await publish();
}

/** What pages that are open, or whose tag is pinned, still ask for, and how long it stays. */
const OLD_PARTS = /^(?:widget|press)\b/;
const KEPT_MS = 30 * 86_400_000;

/** New files first, then without the old ones. Names carry a hash: the widget's of the last thirty days stay beside the new ones. */
async function publish(): Promise<void> {
  await mkdir(DIST, { recursive: true });
  await cp(STAGE, DIST, { recursive: true });
  const fresh = new Set(await readdir(STAGE, { recursive: true }));
  for (const path of await readdir(DIST, { recursive: true }))
    if (!fresh.has(path) && !(await isKept(path))) await rm(join(DIST, path), { recursive: true, force: true });
}

async function isKept(path: string): Promise<boolean> {
  if (!OLD_PARTS.test(path)) return false;
  const found = await stat(join(DIST, path)).catch(() => null);
  return found !== null && (found.isDirectory() || found.mtimeMs > Date.now() - KEPT_MS);
}

const inKb = (bytes: number): string => `${(bytes / KB).toFixed(2)} KB`;

if (import.meta.main) await buildAll();
