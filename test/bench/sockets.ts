import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Entry, isShared } from '#domain/conversation/entry.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { overNetwork, type Transport } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';
import { countOf, readFlags } from './flags.ts';
import { countGaps, findGaps } from './gaps.ts';
import { exactRow, type Outcome, quantileRows, type Row } from './report.ts';

const AGENTS = ['maya@baton.test', 'jonas@baton.test', 'ines@baton.test'];
const QUEUES = ['Billing', 'General', 'Technical', 'Engineering'];
/** Of a conversation: two tabs of the visitor, one console that reads along. */
const PER_CONVERSATION = 3;
/** Sockets that belong to no conversation: agents' own and views of queues, in hundredths. */
const CONSOLE_SHARE = 2;
/** Connections that are being opened at once while the sockets are gathered; the storm has no such limit. */
const GENTLY = 48;
/** As often as the widget and the console do: a socket without a word for long is closed on the way. */
const PING_EVERY_MS = 25_000;
const RETRY_MS = [200, 1200] as const;
const WITHIN_MS = 20_000;
/** However busy the machine is, the command ends. */
const BOUND_MS = 600_000;
const MB = 2 ** 20;

/** One reader of one conversation: what it has heard, over all its connections. */
class Reader {
  readonly received: Entry[] = [];
  socket: FrameSocket<{ type: string }> | null = null;
  readonly #open: (cursor: number) => Promise<FrameSocket<never>>;

  constructor(open: (cursor: number) => Promise<FrameSocket<never>>) {
    this.#open = open;
  }

  /** Takes what came; frames are let go, thousands of readers keep too many. */
  get cursor(): number {
    for (const frame of this.socket?.frames.splice(0) ?? []) {
      if (frame.type === 'entries') this.received.push(...(frame as unknown as { entries: Entry[] }).entries);
    }
    return this.received.at(-1)?.seq ?? 0;
  }

  /** Says hello from where it was. Its own retries, as the widget's: a server that is busy is asked again. Resolves to how many. */
  async connect(): Promise<number> {
    const cursor = this.cursor;
    for (let retries = 0; ; retries += 1) {
      try {
        this.socket = (await this.#open(cursor)) as unknown as FrameSocket<{ type: string }>;
        return retries;
      } catch (cause) {
        if (retries === 20) throw cause;
        await sleep(RETRY_MS[0] + Math.random() * (RETRY_MS[1] - RETRY_MS[0]));
      }
    }
  }
}

type Talk = {
  visitor: Visitor;
  tabs: Reader[];
  console: Reader;
  /** Messages whose ack was heard, by client id. */
  acked: Map<string, number>;
  /** Sent, and the server died before it answered. */
  unknown: Set<string>;
};

/**
 * Thousands of sockets of visitors and consoles on one Baton, which is killed while messages are under way; then a storm of readers who come
 * back at once and name what they hold. Each must end with every message that was ever acknowledged to its sender, once and in order,
 * also with those that others wrote before it was back. Anything else is a failure of the command.
 */
export async function sockets(args: readonly string[]): Promise<Outcome> {
  const flags = readFlags(args, ['sockets', 'storm']);
  const wanted = countOf(flags.sockets, 5000);
  const storm = Math.min(countOf(flags.storm, 2000), wanted);
  needFiles(wanted);
  const baton = await startBaton({ script: 'test/support/bare-server.ts' });
  const late = new AbortController();
  const bound = sleep(BOUND_MS, null, { signal: late.signal }).then(() => {
    throw new Error(`not over after ${BOUND_MS / 1000} s: a slower machine than this is for; fewer --sockets`);
  });
  // Aborted, it has nothing to say.
  bound.catch(() => {});
  try {
    return await Promise.race([run(baton, wanted, storm), bound]);
  } finally {
    late.abort();
    await baton.kill();
    baton.remove();
  }
}

async function run(baton: Baton, wanted: number, storm: number): Promise<Outcome> {
  const transport = overNetwork(baton.origin, baton.demoOrigin);
  const agents = await Promise.all(AGENTS.map((email) => Agent.signIn(transport, email)));
  const empty = baton.runtimeBytes();
  const count = Math.floor((wanted * (100 - CONSOLE_SHARE)) / 100 / PER_CONVERSATION);
  const rows: Row[] = [];

  const gatheredAt = performance.now();
  const open: Reader['socket'][] = [];
  /** What each socket is, how old it became, and how it ended. */
  const ends: string[] = [];
  const watch = (socket: Reader['socket'], kind: string) => {
    const openedAt = performance.now();
    open.push(socket);
    void socket?.closed.then(({ code, reason }) => {
      const now = performance.now();
      ends.push(
        `${kind}: ${code} ${reason} at ${((now - gatheredAt) / 1000).toFixed(1)} s, ${((now - openedAt) / 1000).toFixed(1)} s old`,
      );
    });
  };
  const pinging = setInterval(() => {
    for (const socket of open) if (socket?.isOpen) socket.sendRaw('ping');
  }, PING_EVERY_MS);
  const talks = await inTurn(
    Array.from({ length: count }, (_, n) => n),
    async (n) => {
      const talk = await openTalk(transport, agents[n % 3] as Agent);
      for (const [at, { socket }] of readersOf(talk).entries()) watch(socket, at < 2 ? 'tab' : 'console');
      return talk;
    },
  );
  const others = await inTurn(
    Array.from({ length: wanted - count * PER_CONVERSATION }, (_, n) => n),
    async (n) => {
      const socket = await openConsole(agents[n % 3] as Agent, n);
      watch(socket, n % 2 === 0 ? 'agent’s own' : 'view of a queue');
      return socket;
    },
  );
  const held = [...talks.flatMap(readersOf).map(({ socket }) => socket), ...others];
  const gatheredMs = performance.now() - gatheredAt;
  clearInterval(pinging);
  const answered = await pingAll(held as FrameSocket[]);
  rows.push(
    exactRow('ours', 'held', 'open sockets', 'sockets', held.filter((socket) => socket?.isOpen).length),
    exactRow('ours', 'held', 'that answer a ping', 'sockets', answered),
    exactRow('ours', 'held', 'gathered within', 's', gatheredMs / 1000),
    ...memoryRows('before any socket', empty),
    ...memoryRows(`${wanted} sockets`, baton.runtimeBytes()),
  );
  const closed = await Promise.all(held.filter((socket) => !socket?.isOpen).map((socket) => socket?.closed));
  const lost = [...new Set(closed.map((one) => `${one?.code} ${one?.reason}`))];
  if (ends.length > 0) console.log(`ended while held:\n${ends.join('\n')}\n${baton.output().slice(-4000)}`);
  console.log(`${held.length} sockets after ${(gatheredMs / 1000).toFixed(0)} s; now the kill`);

  // One message each is heard by all; of the second nobody knows how far it gets.
  const stormy = talks.slice(0, Math.ceil(storm / PER_CONVERSATION));
  await inTurn(stormy, (talk) => say(talk, talk.tabs[0]?.socket));
  const dying = stormy.map((talk) => say(talk, talk.tabs[1]?.socket));
  await sleep(120);
  await baton.kill();
  await Promise.all(dying);
  const unknown = stormy.reduce((sum, talk) => sum + talk.unknown.size, 0);
  await baton.restart();
  const afterRestart = baton.runtimeBytes();

  // While all these readers are away, their visitor writes from somewhere else.
  const writers = stormy.map((talk) => new Writer(talk));
  await inTurn(writers, async (writer, n) => {
    for (const id of [...(stormy[n] as Talk).unknown]) await writer.say(id);
    await writer.say();
  });
  const readers = stormy.flatMap(readersOf).slice(0, storm);
  const missed = new Map(stormy.map((talk) => [talk, Math.max(...talk.acked.values())]));
  const talkOf = new Map(stormy.flatMap((talk) => readersOf(talk).map((reader) => [reader, talk] as const)));
  const stormAt = performance.now();
  const connectedMs: number[] = [];
  const caughtUpMs: number[] = [];
  let retries = 0;
  const storming = Promise.all(
    readers.map(async (reader) => {
      retries += await reader.connect();
      connectedMs.push(performance.now() - stormAt);
      const until = missed.get(talkOf.get(reader) as Talk) as number;
      while (reader.cursor < until) await sleep(5);
      caughtUpMs.push(performance.now() - stormAt);
    }),
  );
  // And goes on writing while they come back.
  await Promise.all([storming, inTurn(writers, (writer) => writer.say())]);
  rows.push(
    exactRow('ours', `storm of ${readers.length}`, 'all connected after', 's', Math.max(...connectedMs) / 1000),
    ...quantileRows('ours', `storm of ${readers.length}: connected`, connectedMs),
    ...quantileRows('ours', `storm of ${readers.length}: caught up by cursor`, caughtUpMs),
    exactRow('ours', `storm of ${readers.length}`, 'refused and tried again', 'times', retries),
    ...memoryRows('after the restart', afterRestart),
    ...memoryRows('after the storm', baton.runtimeBytes()),
  );
  await settle(readers, talkOf);

  const failures: string[] = [];
  let gaps = 0;
  let read = 0;
  for (const talk of stormy) {
    const whole = talk.console.received;
    for (const reader of readersOf(talk).filter((one) => readers.includes(one))) {
      // A console hears all there is, without a hole; a visitor hears what is theirs to hear.
      const promised = new Set(talk.acked.values());
      const head = reader.cursor;
      if (reader === talk.console) for (let seq = 1; seq <= head; seq += 1) promised.add(seq);
      else for (const entry of whole.filter(isShared)) promised.add(entry.seq);
      const found = findGaps(
        reader.received.map(({ seq }) => seq),
        promised,
      );
      read += reader.received.length;
      gaps += countGaps(found);
      if (countGaps(found) > 0 && failures.length < 5)
        failures.push(`${talk.visitor.conversationId}: ${JSON.stringify(found)}`);
    }
  }
  const acked = stormy.reduce((sum, talk) => sum + talk.acked.size, 0);
  rows.push(
    exactRow('ours', `storm of ${readers.length}`, 'acknowledged messages', 'messages', acked),
    exactRow('ours', `storm of ${readers.length}`, 'entries read', 'entries', read),
    exactRow('ours', `storm of ${readers.length}`, 'missing, twice or out of order', 'entries', gaps),
  );
  if (gaps > 0) failures.unshift(`${gaps} gaps`);
  if (answered < wanted) {
    failures.push(`${wanted - answered} of ${wanted} sockets did not answer a ping; closed with: ${lost.join(', ')}`);
  }
  for (const writer of writers) writer.socket?.close();
  return {
    rows,
    runs: 1,
    notes: [
      `${count} conversations with two tabs and a console each, every visitor waiting for a person; the others are agents’ own sockets and views of queues.`,
      `SIGKILL with ${dying.length} messages just sent, ${unknown} messages without an answer; these were sent again under the same id.`,
      'Without the development server, whose proxy would be the larger half of all of it.',
    ],
    failures,
  };
}

async function openTalk(transport: Transport, agent: Agent): Promise<Talk> {
  const visitor = await Visitor.arrive(transport, null);
  const first = await visitor.open();
  await first.ask({ type: 'person.request' }, WITHIN_MS);
  const tab = () => new Reader((cursor) => visitor.connect(cursor) as Promise<FrameSocket<never>>);
  const tabs = [tab(), tab()];
  const console = new Reader(
    (cursor) => agent.conversation(visitor.conversationId, cursor) as Promise<FrameSocket<never>>,
  );
  const talk: Talk = { visitor, tabs, console, acked: new Map(), unknown: new Set() };
  for (const reader of readersOf(talk)) await reader.connect();
  first.close();
  return talk;
}

const readersOf = ({ tabs, console }: Talk): Reader[] => [...tabs, console];

async function openConsole(agent: Agent, n: number): Promise<FrameSocket<{ type: string }>> {
  const socket = n % 2 === 0 ? agent.own() : agent.queue(await agent.queueId(QUEUES[n % QUEUES.length] as string));
  return (await socket) as unknown as FrameSocket<{ type: string }>;
}

/** Sends as the widget does: what was not acknowledged is sent again under the same id, over another connection if need be. */
class Writer {
  socket: FrameSocket<VisitorDown> | null = null;
  readonly #talk: Talk;

  constructor(talk: Talk) {
    this.#talk = talk;
  }

  async say(again?: string): Promise<void> {
    said += 1;
    const id = again ?? `m-${String(said).padStart(10, '0')}`;
    for (let attempt = 0; attempt < 10 && !this.#talk.acked.has(id); attempt += 1) {
      if (this.socket?.isOpen !== true)
        this.socket = await this.#talk.visitor.connect(Number.MAX_SAFE_INTEGER).catch(() => null);
      if (this.socket !== null) await say(this.#talk, this.socket, id);
      if (!this.#talk.acked.has(id)) await sleep(RETRY_MS[0]);
    }
    if (!this.#talk.acked.has(id)) throw new Error(`${id} was acknowledged by nobody`);
  }
}

let said = 0;

/** A message; whatever becomes of it stands in the ledger. */
async function say(
  talk: Talk,
  socket: FrameSocket<VisitorDown> | Reader['socket'] | undefined,
  again?: string,
): Promise<void> {
  said += 1;
  const id = again ?? `m-${String(said).padStart(10, '0')}`;
  talk.unknown.add(id);
  const answer = await (socket as FrameSocket)
    .ask({ id, type: 'message.send', text: `and this ${id}` }, WITHIN_MS)
    .catch(() => null);
  if (answer?.type !== 'ack') return;
  talk.unknown.delete(id);
  talk.acked.set(id, answer.seq as number);
}

/** A few at a time, results in order. */
async function inTurn<T, R>(items: readonly T[], work: (item: T, n: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < items.length; n = next++) results[n] = await work(items[n] as T, n);
  };
  await Promise.all(Array.from({ length: GENTLY }, worker));
  return results;
}

/** How many answer within some seconds. */
async function pingAll(held: readonly FrameSocket[]): Promise<number> {
  const before = held.map(({ pongs }) => pongs);
  for (const socket of held) socket.sendRaw('ping');
  const answered = () => held.filter(({ pongs }, n) => pongs > (before[n] as number)).length;
  for (const until = Date.now() + WITHIN_MS; answered() < held.length && Date.now() < until; ) await sleep(50);
  return answered();
}

/** Until everybody has what was written last, or for so long that it will not come. */
async function settle(readers: readonly Reader[], talkOf: ReadonlyMap<Reader, Talk>): Promise<void> {
  const isThere = (reader: Reader) => reader.cursor >= Math.max(...(talkOf.get(reader) as Talk).acked.values());
  for (const until = Date.now() + WITHIN_MS; !readers.every(isThere) && Date.now() < until; ) await sleep(100);
}

const memoryRows = (name: string, bytes: readonly number[]): Row[] =>
  bytes.map((one, n) =>
    exactRow(
      'ours',
      name,
      n === 0 ? 'memory of the Worker’s process' : 'memory of the proxy before it',
      'MB',
      one / MB,
    ),
  );

/** Each socket is an open file here, one or two there, and each object has three. */
function needFiles(wanted: number): void {
  let limit = Number.POSITIVE_INFINITY;
  try {
    limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? limit);
  } catch {
    // Not Linux: whoever runs it will see.
  }
  const needed = wanted * 3 + 500;
  if (limit < needed)
    throw new Error(`${needed} open files are needed, ${limit} are allowed: ulimit -n ${needed}, or fewer --sockets`);
}
