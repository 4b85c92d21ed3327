import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const ROOT = join(import.meta.dirname, '../..');
const READY_WITHIN_MS = 150_000;

export type Baton = {
  origin: string;
  replayOrigin: string;
  demoOrigin: string;
  stateDir: string;
  /** What the server printed. */
  output(): string;
  /** Memory of each process of the runtime, largest first: the Worker's own, then what the development server puts before it. */
  runtimeBytes(): number[];
  /** SIGKILL to everything, workerd included: what a power cut leaves of the processes. */
  kill(): Promise<void>;
  /** SIGKILL to the runtime alone; what started it starts another. */
  killRuntime(): void;
  /** After `kill`: the same data, the same addresses. */
  restart(): Promise<void>;
  /** Ends it in an orderly way; the data stays until `remove`. */
  stop(): Promise<void>;
  /** Deletes the data. */
  remove(): void;
};

/** A whole Baton with data of its own on free ports, started as a newcomer starts it. Needs a built `dist/`. */
export async function startBaton({
  env = {},
  script = 'tools/start.ts',
}: {
  env?: Record<string, string>;
  script?: string;
} = {}): Promise<Baton> {
  const stateDir = mkdtempSync(join(tmpdir(), 'baton-'));
  const [port, demoPort] = [await freePort(), await freePort()];
  const origin = `http://localhost:${port}`;
  let output = '';
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn(process.execPath, [join(ROOT, script)], {
      cwd: ROOT,
      // A group of its own, so that `kill` reaches workerd too.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        ...env,
        SKIP_BUILD: '1',
        PORT: String(port),
        DEMO_PORT: String(demoPort),
        STATE_DIR: stateDir,
      },
    });
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await sleep(50)) {
      if (child.exitCode !== null) break;
      if (/Ctrl-C stops it/.test(output)) return;
    }
    const printed = output;
    // Else it goes on starting, beside all that is started next.
    await end('SIGKILL');
    throw new Error(`Baton did not start.\n${printed}`);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // Minus: the whole group.
    process.kill(-(child.pid as number), signal);
    await gone;
    output = '';
  }

  await start();
  return {
    origin,
    replayOrigin: `http://127.0.0.1:${port}`,
    demoOrigin: `http://localhost:${demoPort}`,
    stateDir,
    output: () => output,
    runtimeBytes: () => residentBytes(child.pid as number, 'workerd'),
    kill: () => end('SIGKILL'),
    killRuntime: () => process.kill(runtimeOf(child.pid as number), 'SIGKILL'),
    restart: start,
    stop: () => end('SIGTERM'),
    remove() {
      rmSync(stateDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Resident bytes of the processes of a group that run this program, largest first. Linux only; elsewhere nothing is known. */
function residentBytes(group: number, program: string): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  const sizes: number[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const [name, rest] = [
        stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
        stat.slice(stat.lastIndexOf(')') + 2),
      ];
      // Fields after the name: state, parent, group.
      if (name !== program || Number(rest.split(' ')[2]) !== group) continue;
      const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      sizes.push(Number(kilobytes ?? 0) * 1024);
    } catch {
      // Ended meanwhile.
    }
  }
  return sizes.sort((a, b) => b - a);
}

/** The `workerd` that serves, among all that came from `ancestor`. Throws when there is none. */
function runtimeOf(ancestor: number): number {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
      return args === undefined ? [] : [{ pid: Number(pid), ppid: Number(ppid), args }];
    });
  const family = new Set([ancestor]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const { pid, ppid } of rows) if (family.has(ppid)) family.add(pid);
  }
  const found = rows.find(({ pid, args }) => family.has(pid) && /workerd\S*\s+serve/.test(args));
  if (found === undefined) throw new Error('there is no runtime to kill');
  return found.pid;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Every byte that is stored, by file: what a canary is looked for in. */
export function* storedFiles(stateDir: string): Generator<{ path: string; bytes: Buffer }> {
  for (const entry of readdirSync(stateDir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    yield { path, bytes: readFileSync(path) };
  }
}
