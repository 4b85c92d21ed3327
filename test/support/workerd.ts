import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { unstable_readConfig } from 'wrangler';
import { OFFLINE, WRANGLER } from '../../tools/local.ts';
import { freePort } from './baton.ts';

export type Workerd = { origin: string; pid: number; output(): string; stop(): Promise<void> };

/**
 * A Worker of `test/bench` on the runtime itself. The development server puts a proxy of its own before every request, which would be most
 * of what is measured where thousands a second are wanted.
 */
export async function startWorkerd(folder: string): Promise<Workerd> {
  const dir = mkdtempSync(join(tmpdir(), 'workerd-'));
  const configPath = join(import.meta.dirname, '../bench', folder, 'wrangler.toml');
  const bundled = spawnSync(
    process.execPath,
    [WRANGLER, 'deploy', '--dry-run', '--config', configPath, '--outdir', join(dir, 'worker')],
    { env: { ...process.env, ...OFFLINE }, encoding: 'utf8' },
  );
  if (bundled.status !== 0) throw new Error(`${folder} could not be bundled.\n${bundled.stdout}${bundled.stderr}`);
  const port = await freePort();
  mkdirSync(join(dir, 'state'));
  writeFileSync(join(dir, 'config.capnp'), capnp(configPath, port));
  const { bin } = createRequire(import.meta.url)('workerd/package.json') as { bin: { workerd: string } };
  const workerd = createRequire(import.meta.url).resolve(`workerd/${bin.workerd}`);
  const child: ChildProcess = spawn(
    workerd,
    ['serve', join(dir, 'config.capnp'), `--directory-path=disk=${dir}/state`],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      output = `${output}${chunk}`.slice(-20_000);
    });
  const origin = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 30_000; ; await sleep(50)) {
    if (
      await fetch(origin).then(
        () => true,
        () => false,
      )
    )
      break;
    if (child.exitCode !== null || Date.now() > until) throw new Error(`workerd did not start.\n${output}`);
  }
  return {
    origin,
    pid: child.pid as number,
    output: () => output,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

type WorkerSettings = {
  compatibility_date?: string;
  compatibility_flags: string[];
  durable_objects: { bindings: { name: string; class_name: string }[] };
};

/** What of wrangler's settings the runtime needs to know, in its own words. */
function capnp(configPath: string, port: number): string {
  const config = unstable_readConfig({ config: configPath }) as WorkerSettings;
  const text = (value: string | undefined): string => JSON.stringify(value ?? '');
  const { bindings } = config.durable_objects;
  const list = (items: readonly string[]): string => `[${items.join(', ')}]`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "disk", disk = (writable = true))],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker/worker.js")],
  compatibilityDate = ${text(config.compatibility_date)},
  compatibilityFlags = ${list(config.compatibility_flags.map(text))},
  durableObjectNamespaces = ${list(
    [...new Set(bindings.map(({ class_name }) => class_name))].map(
      (name) => `(className = ${text(name)}, uniqueKey = ${text(name)}, enableSql = true)`,
    ),
  )},
  durableObjectStorage = (localDisk = "disk"),
  bindings = ${list(
    bindings.map(({ name, class_name }) => `(name = ${text(name)}, durableObjectNamespace = ${text(class_name)})`),
  )},
);
`;
}
