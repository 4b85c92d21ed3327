import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterAll, describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../../worker/env.ts';
import { Agent } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

/*
 * [F2] [F3] Every call that an object makes to another while it does something is a point at which it may die or not hear the answer.
 * They are counted by doing it once undisturbed, then each is disturbed in each way, one run each; after every run the story must end
 * as if nothing had happened: one escalation, one agent at a time, resolved once, every slot free.
 */

/** `reply_lost`: done there, not heard here. `dead_before`, `dead_after`: this object's process ends around the call. */
const FAULTS = ['reply_lost', 'dead_before', 'dead_after'] as const;
type Fault = (typeof FAULTS)[number];
type Plan = { at: number; fault: Fault; count: number };

type Stub = ReturnType<typeof queueStub> | ReturnType<typeof agentStub> | ReturnType<typeof conversationStub>;
type Place = 'conversation' | 'queue' | 'agent';

const MAYA = testEnv.DEMO.agents.find(({ email }) => email === 'maya@baton.test')?.id as never;
const idOf = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as never;

class World {
  readonly visitor: Visitor;
  readonly maya: Agent;
  own: FrameSocket<AgentDown>;

  private constructor(visitor: Visitor, maya: Agent, own: FrameSocket<AgentDown>) {
    this.visitor = visitor;
    this.maya = maya;
    this.own = own;
  }

  static async make(): Promise<World> {
    const visitor = await Visitor.arrive(inWorker, null);
    (await visitor.open()).close();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const world = new World(visitor, maya, await maya.own());
    await world.own.ask({ type: 'presence.set', presence: 'available' });
    return world;
  }

  stub(place: Place): Stub {
    const workspace = testEnv.DEMO.id;
    if (place === 'conversation') return conversationStub(testEnv, workspace, this.visitor.conversationId as never);
    return place === 'queue' ? queueStub(testEnv, workspace, idOf('general')) : agentStub(testEnv, workspace, MAYA);
  }

  /** A dead object has dropped its sockets. */
  async mayaIsThere(): Promise<void> {
    if (this.own.isOpen) return;
    this.own = await this.maya.own();
    await this.own.ask({ type: 'presence.set', presence: 'available' }).catch(() => null);
  }

  get state(): Extract<AgentDown, { type: 'state' }> | undefined {
    return this.own.frames.findLast((frame) => frame.type === 'state') as
      | Extract<AgentDown, { type: 'state' }>
      | undefined;
  }
  get offer() {
    return this.state?.offers.find(({ conversationId }) => conversationId === this.visitor.conversationId);
  }
  get work() {
    return this.state?.work.find(({ conversationId }) => conversationId === this.visitor.conversationId);
  }

  async ask(): Promise<void> {
    const socket = await this.visitor.connect();
    await socket.ask({ id: 'ask-for-person-1', type: 'person.request' }, 1500).catch(() => null);
    socket.close();
  }
  async accept(): Promise<void> {
    const { offer } = this;
    if (offer === undefined) return;
    const { reservationId, epoch, queueId } = offer;
    await this.own.ask({ type: 'offer.accept', reservationId, epoch, queueId }, 1500).catch(() => null);
  }
  async decline(): Promise<void> {
    const { offer } = this;
    if (offer === undefined) return;
    const { reservationId, epoch, queueId } = offer;
    await this.own.ask({ type: 'offer.decline', reservationId, epoch, queueId }, 1500).catch(() => null);
  }
  async inConversation(frame: Record<string, unknown>): Promise<string> {
    const socket = await this.maya.conversation(this.visitor.conversationId).catch(() => null);
    if (socket === null) return 'no socket';
    const answer = await socket.ask(frame, 1500).catch(() => null);
    socket.close();
    return answer?.type ?? 'no answer';
  }
  resolve(): Promise<string> {
    return this.inConversation({ id: 'resolve-it-once', type: 'resolve', code: 'answered', note: '' });
  }
  transfer(): Promise<string> {
    return this.inConversation({
      id: 'transfer-it-once',
      type: 'transfer',
      queueId: idOf('billing'),
      note: 'to billing',
    });
  }

  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 9000; ; ) {
      await this.mayaIsThere();
      if (await isSo()) return;
      if (Date.now() > end) throw new Error(`never came about: ${what}; agent: ${JSON.stringify(this.state)}`);
      await this.nudge();
    }
  }

  /** Alarms ring now instead of when they are due; what is not due yet does nothing. */
  async nudge(): Promise<void> {
    for (const stub of [
      this.stub('conversation'),
      this.stub('queue'),
      queueStub(testEnv, testEnv.DEMO.id, idOf('billing')),
      this.stub('agent'),
    ]) {
      await runDurableObjectAlarm(stub as never).catch(() => null);
    }
    await new Promise((resolve) => setTimeout(resolve, 40));
  }

  async entries(): Promise<string[]> {
    const socket = await this.visitor.connect();
    await socket.find(({ type }) => type === 'entries');
    const types = socket.frames.flatMap((frame) =>
      frame.type === 'entries' ? frame.entries.map(({ type }) => type) : [],
    );
    socket.close();
    return types;
  }

  /** Whatever happened, it can be brought to its end, and in the end everything is there once. */
  async finish(hops: number): Promise<void> {
    await this.until('the wish is kept', async () => {
      await this.ask();
      return (await this.entries()).includes('escalated');
    });
    await this.until('it is resolved', async () => {
      if (this.work !== undefined && (await this.resolve()) === 'ack') return true;
      if (this.offer !== undefined) await this.accept();
      return (await this.entries()).includes('resolved');
    });
    await this.until('every slot is free', () => this.state?.load === 0 && this.offer === undefined);
    const types = await this.entries();
    const count = (type: string) => types.filter((one) => one === type).length;
    expect([count('escalated'), count('moved'), count('resolved')]).toEqual([1, hops - 1, 1]);
    for (const slug of ['general', 'billing']) {
      const states = await runInDurableObject(queueStub(testEnv, testEnv.DEMO.id, idOf(slug)), (_, { storage }) =>
        storage.sql
          .exec<{ state: string }>('select state from entries where body like ?', `%${this.visitor.conversationId}%`)
          .toArray()
          .map(({ state }) => state),
      );
      expect(states.every((state) => state === 'closed')).toBe(true);
    }
    await this.until('what happened is written down', async () => (await this.records('escalation.resolved')) === 1);
    expect(await this.records('escalation.created')).toBe(1);
    this.own.close();
  }

  async records(type: string): Promise<number> {
    const row = await testEnv.DB.prepare('select count(*) as n from events where conversation_id = ? and type = ?')
      .bind(this.visitor.conversationId, type)
      .first<{ n: number }>();
    return row?.n ?? 0;
  }
}

/** The object's next calls to others go through the plan. A new process of it knows nothing of that. */
async function disturb(stub: Stub, plan: Plan): Promise<void> {
  await runInDurableObject(stub as never, (object, state) => {
    const instance = object as unknown as { env: Env };
    const through = async <T>(call: () => Promise<T>): Promise<T> => {
      plan.count += 1;
      if (plan.count !== plan.at) return call();
      if (plan.fault !== 'dead_before') await call();
      if (plan.fault !== 'reply_lost') state.abort('the process died here');
      throw new Error('no answer was heard');
    };
    // A method of a stub is itself a stub: it is called where it stands, `apply` would be one more method over there.
    const calling = (target: Record<string, (...args: unknown[]) => Promise<unknown>>) =>
      new Proxy(target, {
        get:
          (one, name) =>
          (...args: unknown[]) =>
            through(async () => one[name as string]?.(...args)),
      });
    const namespace = (real: DurableObjectNamespace) => ({
      idFromName: (name: string) => real.idFromName(name),
      get: (id: DurableObjectId) => calling(real.get(id) as never),
    });
    const { env } = instance;
    instance.env = {
      ...env,
      CONVERSATIONS: namespace(env.CONVERSATIONS as never),
      QUEUES: namespace(env.QUEUES as never),
      AGENTS: namespace(env.AGENTS as never),
      DB: new Proxy(env.DB, {
        get(db, name) {
          if (name === 'batch') return (statements: D1PreparedStatement[]) => through(() => db.batch(statements));
          const value: unknown = Reflect.get(db, name);
          return typeof value === 'function' ? value.bind(db) : value;
        },
      }),
    } as never;
  });
}

type Operation = {
  name: string;
  place: Place;
  hops: number;
  before(world: World): Promise<void>;
  run(world: World): Promise<unknown>;
};

const offered = async (world: World) => {
  await world.ask();
  await world.until('an offer', () => world.offer !== undefined);
};
const assigned = async (world: World) => {
  await offered(world);
  await world.accept();
  await world.until('the work', () => world.work !== undefined);
};

const OPERATIONS: Operation[] = [
  {
    name: 'a wish, in the conversation',
    place: 'conversation',
    hops: 1,
    before: async () => {},
    run: (world) => world.ask(),
  },
  { name: 'a wish, in the queue', place: 'queue', hops: 1, before: async () => {}, run: (world) => world.ask() },
  {
    name: 'an accept, in the agent’s object',
    place: 'agent',
    hops: 1,
    before: offered,
    run: (world) => world.accept(),
  },
  { name: 'an accept, in the queue', place: 'queue', hops: 1, before: offered, run: (world) => world.accept() },
  {
    name: 'an accept, in the conversation',
    place: 'conversation',
    hops: 1,
    before: offered,
    run: (world) => world.accept(),
  },
  { name: 'a decline, in the queue', place: 'queue', hops: 1, before: offered, run: (world) => world.decline() },
  {
    name: 'a transfer, in the conversation',
    place: 'conversation',
    hops: 2,
    before: assigned,
    run: (world) => world.transfer(),
  },
  {
    name: 'a transfer, in the agent’s object',
    place: 'agent',
    hops: 2,
    before: assigned,
    run: (world) => world.transfer(),
  },
  {
    name: 'a resolve, in the conversation',
    place: 'conversation',
    hops: 1,
    before: assigned,
    run: (world) => world.resolve(),
  },
  { name: 'a resolve, in the queue', place: 'queue', hops: 1, before: assigned, run: (world) => world.resolve() },
  {
    name: 'a resolve, in the agent’s object',
    place: 'agent',
    hops: 1,
    before: assigned,
    run: (world) => world.resolve(),
  },
];

/** One run: the world up to the operation, the operation with a fault at one call, and the end of the story. Resolves to the calls made. */
async function play(operation: Operation, at: number, fault: Fault): Promise<number> {
  // A refusal is followed by a cool-down; here it must not outlast the test.
  await testEnv.DB.prepare('update queues set config = ?')
    .bind(JSON.stringify({ cooldownMs: 200 }))
    .run();
  const world = await World.make();
  await operation.before(world);
  const plan: Plan = { at, fault, count: 0 };
  await disturb(world.stub(operation.place), plan);
  await operation.run(world);
  // What goes on by itself after the answer belongs to the operation: until nothing was called for a while.
  for (let calm = 0, seen = 0, waited = 0; calm < 4 && waited < 25; waited += 1) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    calm = plan.count > 0 && plan.count === seen ? calm + 1 : 0;
    seen = plan.count;
  }
  const made = plan.count;
  if (operation.name.startsWith('a transfer')) {
    await world.until('the transfer is kept', async () => {
      if ((await world.entries()).includes('moved')) return true;
      await world.transfer();
      return false;
    });
  }
  await world.finish(operation.hops);
  return made;
}

let points = 0;
afterAll(() =>
  console.log(`${points} crash points, every call of ${OPERATIONS.length} operations in ${FAULTS.length} ways`),
);

describe('[F2] [F3] crash points', () => {
  it.each(OPERATIONS)('$name', { timeout: 240_000 }, async (operation) => {
    const calls = await play(operation, -1, 'reply_lost');
    expect(calls).toBeGreaterThan(0);
    for (let at = 1; at <= calls; at += 1) {
      for (const fault of FAULTS) {
        await play(operation, at, fault).catch((cause) => {
          throw new Error(`call ${at} of ${calls}, ${fault}: ${cause instanceof Error ? cause.message : cause}`);
        });
        points += 1;
      }
    }
  });
});
