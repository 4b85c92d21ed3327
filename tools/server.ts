import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LocalSettings, OFFLINE, originsOf, ROOT, WRANGLER } from './local.ts';

const READY_WITHIN_MS = 60_000;
/** How often a running server is asked whether it lives, and for how long it may say nothing. */
const ASKED_EVERY_MS = 1000;
const SILENT_MS = 6000;
/** As the cron trigger in production; nothing triggers it on this machine. */
const WATCHDOG_EVERY_MS = 60_000;
/** More deaths than this in a minute are not an accident. */
const MAX_DEATHS_A_MINUTE = 5;

export type Server = {
  /** Settles when it serves; rejects when it ends or says nothing within a minute. */
  ready: Promise<void>;
  /** Resolves when it could not be kept alive, with the reason in words. */
  lost: Promise<string>;
  stop(): Promise<void>;
};

/**
 * Baton under `wrangler dev`, kept alive: when the runtime beneath it dies, wrangler starts another that answers nobody, so a server that
 * has been silent for some seconds is ended and started again. The data is on disk; clients come back by themselves.
 */
export function startServer(settings: LocalSettings): Server {
  const { PUBLIC_ORIGIN } = originsOf(settings);
  let child = run(settings);
  let isStopping = false;
  let lose: (reason: string) => void = () => {};
  const lost = new Promise<string>((resolve) => {
    lose = resolve;
  });
  const ready = untilReady(`${PUBLIC_ORIGIN}/health`, () => child);
  ready.then(watch, () => {});

  async function watch(): Promise<void> {
    const deaths: number[] = [];
    let watchedAt = Date.now();
    for (let heardAt = Date.now(); !isStopping; await sleep(ASKED_EVERY_MS)) {
      if (await answers(`${PUBLIC_ORIGIN}/health`)) {
        heardAt = Date.now();
        if (heardAt - watchedAt < WATCHDOG_EVERY_MS) continue;
        watchedAt = heardAt;
        await answers(`${PUBLIC_ORIGIN}/cdn-cgi/local/scheduled`);
        continue;
      }
      if (isStopping || (isAlive(child) && Date.now() - heardAt < SILENT_MS)) continue;
      const now = Date.now();
      deaths.push(now);
      if (deaths.filter((at) => at > now - 60_000).length > MAX_DEATHS_A_MINUTE) {
        lose('The server dies again and again.');
        return;
      }
      console.error('The server does not answer; it is started again.');
      await end(child);
      if (isStopping) return;
      child = run(settings);
      await untilReady(`${PUBLIC_ORIGIN}/health`, () => child).catch(() => {});
      heardAt = Date.now();
    }
  }

  return {
    ready,
    lost,
    async stop() {
      isStopping = true;
      await end(child);
    },
  };
}

function run(settings: LocalSettings): ChildProcess {
  return spawn(
    process.execPath,
    [
      WRANGLER,
      'dev',
      ...['--port', String(settings.port), '--ip', '127.0.0.1', '--inspector-port', '0'],
      ...['--persist-to', settings.stateDir, '--show-interactive-dev-session=false', '--log-level', 'warn'],
      ...Object.entries({ ...originsOf(settings), ...varsAround() }).flatMap(([name, value]) => [
        '--var',
        `${name}:${value}`,
      ]),
    ],
    { cwd: ROOT, env: { ...process.env, ...OFFLINE }, stdio: ['ignore', 'inherit', 'inherit'] },
  );
}

/** `AI_MODE`, `ACCESS_TEAM` and the like as they are in the environment, so that they can be tried without a change of `wrangler.toml`. */
const varsAround = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      /^(?:AI|ACCESS|OIDC)_/.test(name) && value !== undefined ? [[name, value]] : [],
    ),
  );

const isAlive = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(SILENT_MS / 2) }).catch(() => null);
  await response?.body?.cancel();
  return response?.ok === true;
}

async function untilReady(url: string, child: () => ChildProcess): Promise<void> {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(100)) {
    if (await answers(url)) return;
    const { exitCode } = child();
    if (!isAlive(child())) throw new Error(`The server ended (${exitCode ?? 'killed'}).`);
  }
  throw new Error(`${url} did not answer in time.`);
}

function end(child: ChildProcess): Promise<void> {
  if (!isAlive(child)) return Promise.resolve();
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 5000);
  return gone.finally(() => clearTimeout(insist));
}
