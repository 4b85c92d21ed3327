import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDemoSite } from '../widget/demo/server.ts';
import { buildAll } from './build.ts';
import { ensureSecrets, localSettings, migrate, OFFLINE, originsOf, ROOT, seed, WRANGLER } from './local.ts';

const READY_WITHIN_MS = 60_000;

/** `npm start`: builds, migrates, seeds, and serves Baton and the demo customer until it is told to stop. */
const settings = localSettings();
const origins = originsOf(settings);
// Somebody who starts it for the hundredth time has built already; tests build once for many servers.
if (process.env.SKIP_BUILD !== '1') await buildAll();
ensureSecrets();
migrate(settings);
await seed(settings, { isEmpty: false });

const server = spawn(
  process.execPath,
  [
    WRANGLER,
    'dev',
    ...['--port', String(settings.port), '--ip', '127.0.0.1', '--inspector-port', '0'],
    ...['--persist-to', settings.stateDir, '--show-interactive-dev-session=false', '--log-level', 'warn'],
    ...Object.entries(origins).flatMap(([name, value]) => ['--var', `${name}:${value}`]),
  ],
  { cwd: ROOT, env: { ...process.env, ...OFFLINE }, stdio: ['ignore', 'inherit', 'inherit'] },
);
const ended = new Promise<never>((_, reject) => {
  server.once('exit', (code) => reject(new Error(`The server ended (${code ?? 'killed'}).`)));
});
// Asked for only until it is ready; later its end ends us.
ended.catch(() => {});
const demo = await startDemoSite({ port: settings.demoPort, batonOrigin: origins.PUBLIC_ORIGIN });

let stopping = false;
const stop = async (code: number): Promise<void> => {
  if (stopping) return;
  stopping = true;
  await Promise.all([demo.close(), end(server)]);
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop(0));
server.once('exit', () => void stop(1));

try {
  await Promise.race([ready(`${origins.PUBLIC_ORIGIN}/health`), ended]);
} catch (cause) {
  console.error(
    `${cause instanceof Error ? cause.message : cause} Is port ${settings.port} in use? Another: PORT=8797 npm start`,
  );
  await stop(1);
}
console.log(`
  Baton          ${origins.PUBLIC_ORIGIN}/
  Demo product   ${origins.DEMO_ORIGIN}/
  Console        ${origins.PUBLIC_ORIGIN}/console/   maya@baton.test, baton-demo-2026

  Ctrl-C stops it. Data stays in ${settings.stateDir.replace(`${ROOT}/`, '')}; npm run reset clears it.
`);

async function ready(url: string): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(100)) {
    const response = await fetch(url).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
  }
  throw new Error(`${url} did not answer in time.`);
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
  return gone.finally(() => clearTimeout(insist));
}
