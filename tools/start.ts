import { createServer } from 'node:net';
import { startDemoSite } from '../widget/demo/server.ts';
import { buildAll } from './build.ts';
import { ensureSecrets, localSettings, migrate, originsOf, ROOT, seed } from './local.ts';
import { startServer } from './server.ts';

/** `npm start`: builds, migrates, seeds, and serves Baton and the demo customer until it is told to stop. */
const settings = localSettings();
const origins = originsOf(settings);
// Before anything else: a build that ends in "address in use" was for nothing.
await refuseTaken('PORT', settings.port);
await refuseTaken('DEMO_PORT', settings.demoPort);
// Somebody who starts it for the hundredth time has built already; tests build once for many servers.
if (process.env.SKIP_BUILD !== '1') await buildAll();
ensureSecrets();
migrate(settings);
await seed(settings, { isEmpty: false });

const demo = await startDemoSite({ port: settings.demoPort, batonOrigin: origins.PUBLIC_ORIGIN });
const server = startServer(settings);
let isStopping = false;
const stop = async (code: number): Promise<void> => {
  if (isStopping) return;
  isStopping = true;
  await Promise.all([demo.close(), server.stop()]);
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void stop(0));
stopWithNpm();

try {
  await server.ready;
} catch (cause) {
  console.error(cause instanceof Error ? cause.message : cause);
  await stop(1);
}
void server.lost.then((reason) => {
  console.error(reason);
  return stop(1);
});
console.log(`
  Baton          ${origins.PUBLIC_ORIGIN}/
  Demo product   ${origins.DEMO_ORIGIN}/
  Console        ${origins.PUBLIC_ORIGIN}/console/   maya@baton.test, baton-demo-2026

  Ctrl-C stops it. Data stays in ${settings.stateDir.replace(`${ROOT}/`, '')}; npm run reset clears it.
`);

/** Ends with a sentence instead of a stack when somebody else has the port. */
async function refuseTaken(variable: 'PORT' | 'DEMO_PORT', port: number): Promise<void> {
  const isFree = await new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
  if (isFree) return;
  console.error(`Port ${port} is in use. Another one: ${variable}=${port + 10} npm start`);
  process.exit(1);
}

/** npm hands a signal to the shell between us and it, and no further: when that shell is gone, so are we. */
function stopWithNpm(): void {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event !== 'start') return;
  setInterval(() => process.ppid !== parent && void stop(0), 500).unref();
}
