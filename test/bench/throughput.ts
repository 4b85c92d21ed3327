import { Agent as HttpAgent, request } from 'node:http';
import type { AgentDown, Offer } from '#protocol/agent.ts';
import { PROTOCOL_VERSION, SOCKET_PROTOCOL } from '#protocol/version.ts';
import { Agent, accept } from '../support/agent.ts';
import { startBaton } from '../support/baton.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { overNetwork } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';
import { startWorkerd, type Workerd } from '../support/workerd.ts';
import { countOf, readFlags } from './flags.ts';
import { startRedis, whyNoRedis } from './redis.ts';
import { exactRow, type Outcome, quantileRows, type Row, spreadRow } from './report.ts';

/** Of the floor's rate; below it the command fails. */
export const BAR = 0.5;
const ROUNDS = 5;
const ROUND_MS = 1500;
/** Under way at once: enough that nobody waits for the client. */
const AT_ONCE = { 1: 32, 50: 200 } as const;
const QUEUES = [1, 50] as const;
/** Agents per queue; a socket may send twenty frames a second, so that many agents are needed to accept a thousand. */
const STAFF = { 1: 60, 50: 4 } as const;
/** Cycles of the whole product. */
const WHOLE = 150;
const WHOLE_AT_ONCE = 6;

type Contender = { subject: string; cycle(queue: number, id: number): Promise<void> };
const FLOOR = 'floor';
const ALONE = 'ours, the queue alone';

/**
 * Enqueue → offer → accept, in cycles a second, on one hot queue and on fifty.
 *
 * `floor`: one call through a Worker to an object that inserts one row under an index and updates it. `floor, as many calls`: the same two
 * statements, with the calls between objects that the queue's cycle has. `ours, the queue alone`: the queue's object, called twice by a
 * Worker, whose neighbours answer in place. `ours, among objects`: the same where agents and conversations are objects that do nothing.
 * `ours, agents on sockets`: the agents' own objects, each offer and accept a frame. `ours, the whole product`: from a visitor's wish to the
 * agent's ack, with transcript, bundle and D1. Redis and BullMQ are called by this process directly, without a Worker.
 *
 * What was tried is in `durable-objects/decisions/0003-calls-taken-together.md` and `0004-a-commit-is-what-a-cycle-costs.md`.
 */
export async function throughput(args: readonly string[]): Promise<Outcome> {
  const flags = readFlags(args, ['rounds', 'ms']);
  const [rounds, ms] = [countOf(flags.rounds, ROUNDS), countOf(flags.ms, ROUND_MS)];
  const noRedis = whyNoRedis();
  const worker = await startWorkerd('queue-cycle');
  const stops = [() => worker.stop()];
  try {
    const http = httpTo(worker.origin);
    stops.push(async () => http.close());
    for (let queue = 0; queue < 50; queue += 1) await http.get(`/staff?queue=${queue}&id=20`);
    const call = (path: string) => (queue: number, id: number) => http.get(`/${path}?queue=${queue}&id=${id}`);
    const contenders: Contender[] = [
      { subject: FLOOR, cycle: call('floor') },
      { subject: ALONE, cycle: call('lone-cycle') },
      { subject: 'floor, as many calls', cycle: call('floor-with-calls') },
      { subject: 'ours, among objects', cycle: call('placed-cycle') },
    ];
    for (const isDurable of noRedis === null ? [true, false] : []) {
      const redis = await startRedis(50, isDurable);
      stops.push(redis.stop);
      contenders.push(...redis.peers);
    }
    const rows: Row[] = [];
    const below: string[] = [];
    for (const queues of QUEUES) {
      const staffed = await onSockets(worker, http, queues);
      const found = await race([...contenders, staffed], queues, rounds, ms);
      staffed.close();
      const name = queues === 1 ? 'one hot queue' : `${queues} queues`;
      rows.push(...rowsOf(name, found, ms));
      const ratio = rows.findLast((row) => row.subject === ALONE && row.metric === OF_FLOOR)?.median ?? 0;
      if (ratio < BAR)
        below.push(`Below the bar: ${ALONE}, ${name}: ${ratio.toFixed(2)} of the floor’s rate, wanted ${BAR}.`);
    }
    const whole = await wholeProduct();
    rows.push(...whole.rows);
    return {
      rows,
      runs: rounds,
      failures: below,
      notes: [
        ...whole.notes,
        ...(noRedis === null ? [] : [`Redis and BullMQ were left out: ${noRedis}.`]),
        `${rounds} rounds of ${ms} ms each, contenders one after the other in each; ${AT_ONCE[1]} cycles at once on one queue, ${AT_ONCE[50]} on 50.`,
        'The whole product is served by the development server; everything else that is ours by the runtime itself.',
      ],
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

const OF_FLOOR = 'of the floor’s rate';

type Found = { subject: string; rates: number[]; latencies: number[] };

/** Each contender once per round, so that what the machine does besides hits all of them. The first round warms up and is not counted. */
async function race(contenders: readonly Contender[], queues: 1 | 50, rounds: number, ms: number): Promise<Found[]> {
  const found = contenders.map(({ subject }): Found => ({ subject, rates: [], latencies: [] }));
  for (let round = -1; round < rounds; round += 1) {
    for (const [n, contender] of contenders.entries()) {
      const { rate, latencies } = await drive(contender, queues, round < 0 ? ms / 3 : ms);
      if (round < 0) continue;
      found[n]?.rates.push(rate);
      found[n]?.latencies.push(...latencies);
    }
  }
  return found;
}

/** An id is used once in a run. */
let ids = 0;

async function drive({ cycle }: Contender, queues: 1 | 50, ms: number): Promise<{ rate: number; latencies: number[] }> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const client = async () => {
    while (performance.now() - startedAt < ms) {
      const id = ids;
      ids += 1;
      const at = performance.now();
      await cycle(id % queues, id);
      latencies.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE[queues] }, client));
  return { rate: (latencies.length / (performance.now() - startedAt)) * 1000, latencies };
}

function rowsOf(name: string, found: readonly Found[], ms: number): Row[] {
  const floor = found.find(({ subject }) => subject === FLOOR) as Found;
  return found.flatMap(({ subject, rates, latencies }) => [
    spreadRow(subject, name, `cycles, ${rates.length} × ${ms} ms`, '/s', rates),
    ...(subject === FLOOR
      ? []
      : [
          spreadRow(
            subject,
            name,
            OF_FLOOR,
            '×',
            rates.map((rate, n) => rate / (floor.rates[n] as number)),
          ),
        ]),
    ...quantileRows(subject, name, latencies),
  ]);
}

/** Requests over connections that stay open; `fetch` would be most of what is measured. */
function httpTo(origin: string): { get(path: string): Promise<void>; close(): void } {
  const agent = new HttpAgent({ keepAlive: true, maxSockets: 256 });
  return {
    get: (path) =>
      new Promise((resolve, reject) => {
        const sent = request(`${origin}${path}`, { agent }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`${path}: ${text}`))));
        });
        sent.on('error', reject).end();
      }),
    close: () => agent.destroy(),
  };
}

/** Agents who accept what they are offered, on sockets of their own objects. What is accepted is closed at once: slots are few. */
async function onSockets(
  worker: Workerd,
  http: ReturnType<typeof httpTo>,
  queues: 1 | 50,
): Promise<Contender & { close(): void }> {
  const waiting = new Map<string, (cause?: Error) => void>();
  const first = queues === 1 ? 0 : 1000;
  const sockets = await Promise.all(
    Array.from({ length: queues * STAFF[queues] }, async (_, n) => {
      const socket = new WebSocket(
        `${worker.origin.replace('http', 'ws')}/agent?agent=${first + n}&queue=${first + (n % queues)}`,
        SOCKET_PROTOCOL,
      );
      const tried = new Set<string>();
      let asked = 0;
      socket.addEventListener('message', ({ data }) => {
        const frame = JSON.parse(String(data)) as AgentDown;
        if (frame.type === 'ack' && frame.id.startsWith('esc_')) waiting.get(frame.id)?.();
        if (frame.type === 'nack') waiting.get(frame.id)?.(new Error(frame.problem.message));
        if (frame.type !== 'state') return;
        for (const { reservationId, epoch, queueId, escalationId } of frame.offers) {
          if (tried.has(reservationId)) continue;
          tried.add(reservationId);
          socket.send(JSON.stringify({ type: 'offer.accept', id: escalationId, reservationId, epoch, queueId }));
        }
      });
      const ask = (one: object) => {
        asked += 1;
        socket.send(JSON.stringify({ ...one, id: `bench-${asked}-0000` }));
      };
      await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
      ask({ type: 'hello', protocol: PROTOCOL_VERSION });
      ask({ type: 'presence.set', presence: 'available' });
      return socket;
    }),
  );
  return {
    subject: 'ours, agents on sockets',
    async cycle(queue, id) {
      const key = `esc_${String(id).padStart(10, '0')}`;
      const accepted = new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${key} was accepted by nobody`)), 60_000);
        waiting.set(key, (cause) => {
          clearTimeout(timer);
          waiting.delete(key);
          if (cause === undefined) resolve();
          else reject(cause);
        });
      });
      await http.get(`/enqueue?queue=${first + queue}&id=${id}`);
      await accepted;
      await http.get(`/close?queue=${first + queue}&id=${id}`);
    },
    close() {
      for (const socket of sockets) socket.close();
    },
  };
}

/** From a visitor's wish for a person to the ack of the agent's accept, with everything that a Baton does on the way. */
async function wholeProduct(): Promise<{ rows: Row[]; notes: string[] }> {
  const baton = await startBaton();
  try {
    const transport = overNetwork(baton.origin, baton.demoOrigin);
    const agents = await Promise.all(
      ['maya@baton.test', 'jonas@baton.test'].map(async (email) => {
        const agent = await Agent.signIn(transport, email);
        const own = await agent.own();
        await own.ask({ type: 'presence.set', presence: 'available' });
        return { agent, own };
      }),
    );
    const latencies: number[] = [];
    let left = WHOLE;
    const startedAt = performance.now();
    const broken: string[] = [];
    const cycle = async () => {
      const visitor = await Visitor.arrive(transport, null);
      const socket = await visitor.open();
      const at = performance.now();
      void socket.ask({ type: 'person.request' }).catch(() => {});
      const { offer, own, agent } = await Promise.any(
        agents.map(async (one) => ({ ...one, offer: await nextOffer(one.own, visitor.conversationId) })),
      );
      await accept(own, offer);
      latencies.push(performance.now() - at);
      const work = await agent.conversation(visitor.conversationId);
      await work.ask({ type: 'resolve', code: 'answered', note: '' });
      work.close();
      socket.close();
    };
    const client = async () => {
      while (left > 0) {
        left -= 1;
        await cycle().catch((cause) => broken.push(String(cause)));
      }
    };
    await Promise.all(Array.from({ length: WHOLE_AT_ONCE }, client));
    const name = `one queue, ${WHOLE_AT_ONCE} at once`;
    const subject = 'ours, the whole product';
    const perSecond = (latencies.length / (performance.now() - startedAt)) * 1000;
    return {
      rows: [
        exactRow(subject, name, 'cycles, with visit, socket and resolving', '/s', perSecond),
        ...quantileRows(subject, name, latencies),
      ],
      notes: broken.length === 0 ? [] : [`The whole product: ${broken.length} of ${WHOLE} broke off: ${broken[0]}`],
    };
  } finally {
    await baton.stop();
    baton.remove();
  }
}

async function nextOffer(own: FrameSocket<AgentDown>, conversationId: string): Promise<Offer> {
  const fits = (frame: AgentDown) =>
    frame.type === 'state' ? frame.offers.find((offer) => offer.conversationId === conversationId) : undefined;
  return fits(await own.find((frame) => fits(frame) !== undefined, 30_000)) as Offer;
}
