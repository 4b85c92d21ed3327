import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '#domain/sla/wait-estimate.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { localSecrets, ROOT, WRANGLER } from '../../tools/local.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { overNetwork, type Transport } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';
import { countOf, readFlags } from './flags.ts';
import { type Outcome, type Row, spreadRow } from './report.ts';

/** Pieces a second, each a visit that begins or a message and its ack in turn. */
const OURS_PER_SECOND = 10;
const THEIRS_PER_SECOND = 2;
/** What the other workspace goes up to. */
const TIMES = 10;
const VISITORS = 20;
const WARM_UP_MS = 5_000;
/** [S21] What one visitor may ask for at once, and then a second; the rest is refused as fast as it comes. */
const BURST = 120;
const ALLOWED_PER_SECOND = 2;
const MOST_MOVED = 1.2;

/**
 * What one workspace feels of another: how long its visits and messages take (from the moment at which each was to begin, so that a late beginning counts) while the other goes on as ever, while it is
 * ten times as busy, and while one visitor of it calls at ten times what is allowed and is refused. One after the other, again and again, on one server.
 */
export async function neighbour(args: readonly string[]): Promise<Outcome> {
  const flags = readFlags(args, ['runs', 'seconds', 'rate']);
  const [runs, seconds] = [countOf(flags.runs, 5), countOf(flags.seconds, 30)];
  const theirRate = countOf(flags.rate, THEIRS_PER_SECOND);
  const baton = await startBaton();
  try {
    const transport = overNetwork(baton.origin, baton.demoOrigin);
    const ours = await crowd(transport, DEMO_WORKSPACE.publicKey);
    const theirs = await crowd(transport, addWorkspace(baton));
    await during(WARM_UP_MS, [ours.at(OURS_PER_SECOND), theirs.at(theirRate)]);
    const parts: Record<string, () => Load | Promise<Load>> = {
      'the other as ever': () => theirs.at(theirRate),
      [`the other ${TIMES} times as busy`]: () => theirs.at(theirRate * TIMES),
      'a visitor of the other refused': () => aboveItsAllowance(transport, theirs.workspaceKey),
    };
    const p99: Record<string, number[]> = {};
    const rows: Row[] = [];
    for (let run = 0; run < runs; run += 1)
      for (const [name, other] of Object.entries(parts)) {
        const samples: number[] = [];
        const load = await other();
        await during(seconds * 1000, [ours.at(OURS_PER_SECOND, samples), load]);
        samples.sort((a, b) => a - b);
        p99[name] = [...(p99[name] ?? []), quantile(samples, 0.99)];
      }
    const [asEver, busy, loud] = Object.values(p99) as [number[], number[], number[]];
    for (const [name, values] of Object.entries(p99))
      rows.push(spreadRow('ours', name, `p99 of ${OURS_PER_SECOND * seconds}`, 'ms', values));
    const ratio = (of: number[]) => of.map((one, run) => one / (asEver[run] as number));
    rows.push(spreadRow('ours', `the other ${TIMES} times as busy`, 'p99, of as ever', '×', ratio(busy)));
    rows.push(spreadRow('ours', 'a visitor of the other refused', 'p99, of as ever', '×', ratio(loud)));
    const failures = rows
      .filter(({ unit, median }) => unit === '×' && median > MOST_MOVED)
      .map(({ case: name, median }) => `${name}: p99 is ${median.toFixed(2)} of what it was, at most ${MOST_MOVED}`);
    return {
      rows,
      runs,
      failures,
      notes: [
        'One machine has both workspaces and whoever measures: a platform that gives each object its own place shares less.',
      ],
    };
  } finally {
    await baton.stop();
    baton.remove();
  }
}

/** A load of so many pieces a second; ends when it is told to, and resolves when what it began has been answered. */
type Load = (isOver: () => boolean) => Promise<void>;

async function during(ms: number, loads: readonly Load[]): Promise<void> {
  const until = performance.now() + ms;
  await Promise.all(loads.map((load) => load(() => performance.now() >= until)));
}

/** Each piece at its time, whether or not the one before is answered: who waits with them measures less than visitors feel. */
const paced =
  (perSecond: number, piece: (n: number) => Promise<void>, samples?: number[]): Load =>
  async (isOver) => {
    const begin = performance.now();
    const all: Promise<void>[] = [];
    for (let n = 0; !isOver(); n += 1) {
      const at = begin + (n * 1000) / perSecond;
      await sleep(Math.max(0, at - performance.now()));
      if (isOver()) break;
      all.push(piece(n).then(() => void samples?.push(performance.now() - at)));
    }
    await Promise.all(all);
  };

/** Visitors of one workspace, each with an open conversation. */
async function crowd(transport: Transport, workspaceKey: string) {
  const sockets: FrameSocket<VisitorDown>[] = [];
  for (let n = 0; n < VISITORS; n += 1)
    sockets.push(await (await Visitor.arrive(transport, null, workspaceKey)).open());
  const piece = async (n: number): Promise<void> => {
    if (n % 2 === 0) {
      await Visitor.arrive(transport, null, workspaceKey);
      return;
    }
    const socket = sockets[((n - 1) / 2) % VISITORS] as FrameSocket<VisitorDown>;
    const answer = await socket.ask({ type: 'message.send', text: 'Where do I find my invoices?' });
    if (answer.type !== 'ack') throw new Error(`not acked: ${JSON.stringify(answer)}`);
    // Frames are kept by whoever may look for one; here nobody does.
    socket.frames.length = 0;
  };
  return { workspaceKey, at: (perSecond: number, samples?: number[]): Load => paced(perSecond, piece, samples) };
}

/** [S21] One visitor who comes back ten times as often as is allowed, after what they had in store is spent. Throws when one of them is let in more often than that. */
async function aboveItsAllowance(transport: Transport, workspaceKey: string): Promise<Load> {
  const { headers } = await Visitor.arrive(transport, null, workspaceKey);
  const open = async (): Promise<number> => {
    const body = JSON.stringify({ clientId: 'loud', startNew: false });
    const response = await transport.fetch('/v1/conversations', { method: 'POST', headers, body });
    await response.arrayBuffer();
    return response.status;
  };
  for (let n = 0; n < BURST; n += 1) await open();
  return async (isOver) => {
    const begin = performance.now();
    const statuses: number[] = [];
    await paced(ALLOWED_PER_SECOND * TIMES, async () => void statuses.push(await open()))(isOver);
    const allowed = statuses.filter((status) => status === 200).length;
    const most = ALLOWED_PER_SECOND * ((performance.now() - begin) / 1000 + 10);
    if (allowed > most) throw new Error(`${allowed} of ${statuses.length} were let in`);
  };
}

/** Another customer on the same server, made as an operator makes one. Its public key. */
function addWorkspace({ stateDir, demoOrigin }: Baton): string {
  const args = [
    'tools/workspace.ts',
    '--name',
    'Loud',
    '--origin',
    demoOrigin,
    '--owner',
    'loud@baton.test',
    '--print',
  ];
  const env = { ...process.env, SECRETS_KEY: localSecrets().SECRETS_KEY ?? '' };
  const sql = execFileSync(process.execPath, args, {
    cwd: ROOT,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const file = join(stateDir, 'loud.sql');
  writeFileSync(file, sql, { mode: 0o600 });
  const { status, stderr } = spawnSync(
    process.execPath,
    [WRANGLER, 'd1', 'execute', 'DB', '--local', '--persist-to', stateDir, '--file', file],
    { cwd: ROOT, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const key = /pk_live_\w+/.exec(sql)?.[0];
  if (key === undefined) throw new Error('the workspace has no public key');
  return key;
}
