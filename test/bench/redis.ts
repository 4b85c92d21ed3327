import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../support/baton.ts';
import { installPeers } from './peers.ts';

/** One cycle of a peer: put in line, reserved for somebody, taken. */
export type PeerCycle = { subject: string; cycle(queue: number, id: number): Promise<void> };

/** The few calls of the peers' packages that are used; the packages are installed by this benchmark and by nothing else. */
type Redis = { call(...command: (string | number)[]): Promise<unknown>; disconnect(): void };
type Job = { moveToCompleted(result: string, token: string, fetchNext: boolean): Promise<unknown> };
type BullQueue = {
  add(name: string, data: object, options: { priority: number }): Promise<unknown>;
  close(): Promise<void>;
};
type BullWorker = {
  getNextJob(token: string, options: { block: false }): Promise<Job | undefined>;
  close(): Promise<void>;
};

/** Why Redis cannot be measured here, or null. */
export function whyNoRedis(): string | null {
  const { error, status } = spawnSync('redis-server', ['--version'], { stdio: 'ignore' });
  return error === undefined && status === 0
    ? null
    : 'redis-server is not installed (Debian: apt install redis-server)';
}

/**
 * A Redis of its own on a free port, with what can be built on it: a sorted set beside a set of reservations, and BullMQ's priority queue.
 * `isDurable` is what an object's storage is: on the disk before anybody is answered.
 */
export async function startRedis(
  queues: number,
  isDurable: boolean,
): Promise<{ peers: PeerCycle[]; stop(): Promise<void> }> {
  installPeers();
  const require = createRequire(join(import.meta.dirname, 'peers/package.json'));
  const ioredis = require('ioredis') as { Redis: new (options: object) => Redis };
  const bullmq = require('bullmq') as {
    Queue: new (name: string, options: object) => BullQueue;
    Worker: new (name: string, process: null, options: object) => BullWorker;
  };
  const dir = mkdtempSync(join(tmpdir(), 'redis-'));
  const port = await freePort();
  const server: ChildProcess = spawn(
    'redis-server',
    [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dir, '--save', ''],
      ...(isDurable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']),
    ],
    { stdio: 'ignore' },
  );
  await answers(port);
  const connection = new ioredis.Redis({ host: '127.0.0.1', port, maxRetriesPerRequest: null });
  const lines = Array.from({ length: queues }, (_, n) => new bullmq.Queue(`queue-${n}`, { connection }));
  const workers = lines.map((_, n) => new bullmq.Worker(`queue-${n}`, null, { connection }));
  const how = isDurable ? 'on disk' : 'in memory';
  const data = {
    subject: 'A refused payment, seen on the billing page, with a few words about it',
    visitor: 'Priya Raman',
  };
  return {
    peers: [
      {
        subject: `Redis sorted set, ${how}`,
        async cycle(queue, id) {
          await Promise.all([
            connection.call('ZADD', `line-${queue}`, Date.now(), id),
            connection.call('HSET', `work-${id}`, 'body', JSON.stringify(data)),
          ]);
          const [taken] = (await connection.call('ZPOPMIN', `line-${queue}`)) as string[];
          if (taken === undefined) throw new Error('nothing was in line');
          await connection.call('ZADD', `reserved-${queue}`, Date.now() + 30_000, taken);
          await Promise.all([
            connection.call('ZREM', `reserved-${queue}`, taken),
            connection.call('HSET', `work-${taken}`, 'agent', 'agt_bench000'),
          ]);
        },
      },
      {
        subject: `BullMQ, ${how}`,
        async cycle(queue, id) {
          await (lines[queue] as BullQueue).add('work', data, { priority: 1 + (id % 100) });
          const job = await (workers[queue] as BullWorker).getNextJob(`token-${id}`, { block: false });
          if (job === undefined) throw new Error('nothing was in line');
          await job.moveToCompleted('accepted', `token-${id}`, false);
        },
      },
    ],
    async stop() {
      await Promise.all([...workers, ...lines].map((one) => one.close()));
      connection.disconnect();
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

async function answers(port: number): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; await sleep(50)) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(socket.end() !== undefined));
      socket.once('error', () => resolve(false));
    });
    if (isUp) return;
  }
  throw new Error('redis-server did not start');
}
