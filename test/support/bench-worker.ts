import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OFFLINE, WRANGLER } from '../../tools/local.ts';
import { freePort } from './baton.ts';

export type BenchWorker = { origin: string; stop(): Promise<void> };

/** A Worker of `test/bench`, such as the bare relay `floor`, served the same way as Baton is. */
export async function startBenchWorker(folder: string): Promise<BenchWorker> {
  const stateDir = mkdtempSync(join(tmpdir(), 'bench-'));
  const port = await freePort();
  const config = join(import.meta.dirname, '../bench', folder, 'wrangler.toml');
  const child: ChildProcess = spawn(
    process.execPath,
    [
      WRANGLER,
      'dev',
      '--config',
      config,
      '--port',
      String(port),
      '--ip',
      '127.0.0.1',
      '--inspector-port',
      '0',
      '--persist-to',
      stateDir,
    ],
    { env: { ...process.env, ...OFFLINE }, stdio: 'ignore' },
  );
  const origin = `http://localhost:${port}`;
  for (const until = Date.now() + 60_000; ; await sleep(100)) {
    // Anything but a refused connection: the relay answers upgrades only.
    if (
      await fetch(origin).then(
        () => true,
        () => false,
      )
    )
      break;
    if (Date.now() > until) throw new Error('the bench worker did not start');
  }
  return {
    origin,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
