import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { unstable_readConfig } from 'wrangler';
import {
  ensureSecrets,
  localSecrets,
  localSettings,
  migrate,
  OFFLINE,
  originsOf,
  ROOT,
  seed,
  WRANGLER,
} from '../../tools/local.ts';

/**
 * Baton's Worker without the development server, whose proxy holds every socket four times and is soon out of files. No pages, no demo
 * customer: for the thousands of sockets of a benchmark. Started by `startBaton`, ended by a signal.
 */
const settings = localSettings();
ensureSecrets();
migrate(settings);
await seed(settings, { isEmpty: true });

const outDir = join(settings.stateDir, 'worker');
const { status, stdout, stderr } = spawnSync(process.execPath, [WRANGLER, 'deploy', '--dry-run', '--outdir', outDir], {
  cwd: ROOT,
  env: { ...process.env, ...OFFLINE },
  encoding: 'utf8',
});
if (status !== 0) throw new Error(`The Worker could not be bundled.\n${stdout}${stderr}`);

type WorkerSettings = {
  compatibility_date: string;
  compatibility_flags: string[];
  vars: Record<string, string>;
  durable_objects: { bindings: { name: string; class_name: string }[] };
  d1_databases: { binding: string; database_id: string }[];
  r2_buckets: { binding: string; bucket_name: string }[];
};
const config = unstable_readConfig({ config: join(ROOT, 'wrangler.toml') }) as unknown as WorkerSettings;
const texts = { ...config.vars, ...localSecrets(), ...originsOf(settings) };
const { bindings } = config.durable_objects;
const NAME = 'baton';

const modules = readdirSync(outDir).filter((name) => /\.js$/.test(name));
const miniflare = new Miniflare({
  host: '127.0.0.1',
  port: settings.port,
  resourcePersistencePath: join(settings.stateDir, 'v3'),
  workers: [
    {
      config: {
        name: NAME,
        compatibilityDate: config.compatibility_date,
        compatibilityFlags: config.compatibility_flags,
        manifest: {
          mainModule: 'index.js',
          modules: Object.fromEntries(
            modules.map((name) => [name, { type: 'esm', contents: readFileSync(join(outDir, name), 'utf8') }]),
          ),
        },
        env: {
          ...Object.fromEntries(Object.entries(texts).map(([name, value]) => [name, { type: 'text', value }])),
          ...Object.fromEntries(config.d1_databases.map((one) => [one.binding, { type: 'd1', id: one.database_id }])),
          ...Object.fromEntries(config.r2_buckets.map((one) => [one.binding, { type: 'r2', name: one.bucket_name }])),
          ...Object.fromEntries(
            bindings.map(({ name, class_name }) => [
              name,
              { type: 'durable-object', worker: NAME, exportName: class_name },
            ]),
          ),
        },
        exports: Object.fromEntries(
          bindings.map(({ class_name }) => [class_name, { type: 'durable-object', storage: 'sqlite' }]),
        ),
      },
    },
  ],
} as ConstructorParameters<typeof Miniflare>[0]);
await miniflare.ready;
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void miniflare.dispose().then(() => process.exit(0)));
console.log('Ctrl-C stops it.');
