import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import type { QueueDown } from '#protocol/queue.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { Agent, accept } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { overNetwork, type Transport } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';

/** More with `FAULT_ROUNDS=100`. */
const ROUNDS = Number(process.env.FAULT_ROUNDS ?? 20);
/** A round takes some seconds, on a busy machine a quarter of a minute. */
const ROUND_MS = 30_000;
const WRITERS = 8;
const QUEUES = ['Billing', 'General', 'Technical', 'Engineering'];

/** What one visitor was promised, and what it does not know. */
type Ledger = {
  visitor: Visitor;
  acked: Map<string, { text: string; seq: number }>;
  unknown: Map<string, string>;
  askedForPerson: boolean;
};

let baton: Baton;
let transport: Transport;
const ledgers: Ledger[] = [];
let messages = 0;

beforeAll(async () => {
  baton = await startBaton();
  transport = overNetwork(baton.origin, baton.demoOrigin);
});
afterAll(async () => {
  await baton?.stop();
  baton?.remove();
});

/** Writes until the connection dies. Every third visitor asks for a person on the way. */
async function write(ledger: Ledger, index: number, isOver: () => boolean): Promise<void> {
  const socket = await ledger.visitor.connect().catch(() => null);
  if (socket === null) return;
  for (let i = 0; !isOver() && socket.isOpen; i += 1) {
    const id = `m-${index}-${messages++}-${Math.random().toString(36).slice(2, 8)}`;
    const text = `message ${id}`;
    try {
      ledger.unknown.set(id, text);
      const answer = await socket.ask({ id, type: 'message.send', text }, 5000);
      if (answer.type === 'ack') {
        ledger.unknown.delete(id);
        ledger.acked.set(id, { text, seq: answer.seq as number });
      }
      if (index % 3 === 0 && i === 2 && !ledger.askedForPerson) {
        const wish = await socket.ask({ id: `person-${index}-1`, type: 'person.request' }, 5000);
        if (wish.type === 'ack') ledger.askedForPerson = true;
      }
    } catch {
      // The server died before it answered: the outcome is unknown, which is what `unknown` is for.
      return;
    }
    await sleep(30);
  }
  socket.close();
}

/** An agent who takes whatever comes, until the server dies. */
async function serve(email: string): Promise<{ socket: FrameSocket<AgentDown>; agent: Agent }> {
  const agent = await Agent.signIn(transport, email);
  const socket = await agent.own();
  await socket.ask({ type: 'presence.set', presence: 'available' });
  void (async () => {
    const tried = new Set<string>();
    while (socket.isOpen) {
      const frame = await socket
        .find(
          (one) => one.type === 'state' && one.offers.some(({ reservationId }) => !tried.has(reservationId)),
          60_000,
        )
        .catch(() => null);
      if (frame?.type !== 'state') return;
      for (const offer of frame.offers) {
        if (tried.has(offer.reservationId)) continue;
        tried.add(offer.reservationId);
        await accept(socket, offer).catch(() => null);
      }
    }
  })();
  return { socket, agent };
}

const entriesOf = (socket: FrameSocket<VisitorDown>) =>
  socket.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));

describe('[F4] SIGKILL at any moment', () => {
  it(`loses nothing that was acknowledged and applies nothing twice, ${ROUNDS} rounds`, {
    timeout: ROUNDS * ROUND_MS,
  }, async () => {
    for (let i = 0; i < WRITERS; i += 1) {
      const visitor = await Visitor.arrive(transport, null);
      (await visitor.open()).close();
      ledgers.push({ visitor, acked: new Map(), unknown: new Map(), askedForPerson: false });
    }
    for (let round = 0; round < ROUNDS; round += 1) {
      let over = false;
      const { socket: own } = await serve(round % 2 === 0 ? 'maya@baton.test' : 'jonas@baton.test');
      const writers = ledgers.map((ledger, index) => write(ledger, index, () => over));
      await sleep(400 + Math.random() * 1200);
      await baton.kill();
      over = true;
      await Promise.all(writers);
      own.close();
      await baton.restart();
      await check();
    }
    const acked = ledgers.reduce((sum, { acked: one }) => sum + one.size, 0);
    console.log(`${ROUNDS} rounds: ${acked} acknowledged messages, 0 lost, 0 twice`);
    expect(acked).toBeGreaterThan(ROUNDS * WRITERS);
  });

  it('serves again by itself after the runtime alone was killed', async () => {
    const lives = () =>
      fetch(`${baton.origin}/health`, { signal: AbortSignal.timeout(2000) }).then(
        ({ ok }) => ok,
        () => false,
      );
    baton.killRuntime();
    await expect.poll(lives, { timeout: 10_000, interval: 50 }).toBe(false);
    await expect.poll(lives, { timeout: 60_000, interval: 250 }).toBe(true);
    await check();
  });

  it('leaves every escalation in one place, and all of them can be finished', { timeout: 180_000 }, async () => {
    const { agent, socket } = await serve('maya@baton.test');
    const wished = ledgers.filter(({ askedForPerson }) => askedForPerson);
    expect(wished.length).toBeGreaterThan(0);
    const owners = await placesOf(agent);
    for (const { visitor } of wished) expect(owners.get(visitor.conversationId)).toHaveLength(1);
    // All that there are, also what the assistant handed over by itself: who waits behind what one agent can hold is finished after it, by whoever has it then.
    const holders = [agent, await Agent.signIn(transport, 'jonas@baton.test')];
    const left = new Set(owners.keys());
    const finish = async (): Promise<number> => {
      for (const id of left)
        for (const holder of holders) {
          const work = await holder.conversation(id);
          const { type } = await work.ask({ type: 'resolve', code: 'answered', note: '' });
          work.close();
          if (type !== 'ack') continue;
          left.delete(id);
          break;
        }
      return left.size;
    };
    // An offer to somebody who is gone lives for half a minute at the most, and what is resolved leaves time for its notes.
    await expect.poll(finish, { timeout: 150_000, interval: 500 }).toBe(0);
    socket.close();
  });
});

/** Everything promised is there, in order, once; what is unknown is sent again and is there once. */
async function check(): Promise<void> {
  for (const ledger of ledgers) {
    const socket = await ledger.visitor.connect();
    for (const [id, text] of ledger.unknown) {
      const answer = await socket.ask({ id, type: 'message.send', text });
      expect(answer).toMatchObject({ type: 'ack' });
      ledger.unknown.delete(id);
      ledger.acked.set(id, { text, seq: answer.seq as number });
    }
    socket.close();
    const again = await ledger.visitor.connect();
    const said = entriesOf(again).flatMap((one) =>
      one.type === 'message' && one.author.kind === 'visitor' ? [one] : [],
    );
    const bySeq = entriesOf(again).map(({ seq }) => seq);
    expect(bySeq).toEqual([...new Set(bySeq)].sort((a, b) => a - b));
    for (const [id, { text, seq }] of ledger.acked) {
      expect(said.filter(({ clientId }) => clientId === id)).toMatchObject([{ seq, text }]);
    }
    expect(said).toHaveLength(ledger.acked.size);
    if (ledger.askedForPerson) {
      const escalated = () => entriesOf(again).filter(({ type }) => type === 'escalated');
      await expect.poll(() => escalated().length, { timeout: 15_000 }).toBe(1);
    }
    again.close();
  }
}

/** Where each conversation's live work is, by name: queue, or agent who has it. */
async function placesOf(agent: Agent): Promise<Map<string, string[]>> {
  const settled = async () => {
    const places = new Map<string, string[]>();
    for (const name of QUEUES) {
      const socket = await agent.queue(await agent.queueId(name));
      const view = (await socket.find(({ type }) => type === 'queue')) as Extract<QueueDown, { type: 'queue' }>;
      for (const entry of view.entries) {
        const place = entry.state === 'assigned' ? (entry.agent?.name ?? '?') : name;
        places.set(entry.conversationId, [...(places.get(entry.conversationId) ?? []), place]);
      }
      socket.close();
    }
    return places;
  };
  // Offers of the dead process run out and come back; three slots are one agent's all.
  await sleep(1000);
  return settled();
}
