import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentDown, Offer } from '#protocol/agent.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { aQueue, escalationId, NOW, someFacts, someWork } from '../support/builders.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

/* [F13] Two who want the same at once. Whichever comes first, the end is one of the two orders, never both and never neither. */

const idOf = (email: string) => testEnv.DEMO.agents.find((agent) => agent.email === email)?.id as never;
const MAYA = idOf('maya@baton.test');
const JONAS = idOf('jonas@baton.test');
const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as never;
const general = () => queueStub(testEnv, testEnv.DEMO.id, queueId('general'));

const consoles: { own: FrameSocket<AgentDown>; agent: Agent }[] = [];
async function available(email: string): Promise<{ agent: Agent; own: FrameSocket<AgentDown> }> {
  const agent = await Agent.signIn(inWorker, email);
  const own = await agent.own();
  consoles.push({ own, agent });
  await own.ask({ type: 'presence.set', presence: 'available' });
  return { agent, own };
}
async function asks(words: string | null = null): Promise<Visitor> {
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  if (words === null) await socket.ask({ type: 'person.request' });
  else await socket.ask({ type: 'message.send', text: `${words} Please let me talk to a human.` });
  return visitor;
}
const stateOf = (own: FrameSocket<AgentDown>) =>
  own.frames.findLast((frame) => frame.type === 'state') as Extract<AgentDown, { type: 'state' }>;
const entryOf = (visitor: Visitor) =>
  runInDurableObject(general(), (_, { storage }) =>
    storage.sql
      .exec<{ state: string; agent_id: string | null; body: string }>(
        'select state, agent_id, body from entries where body like ?',
        `%${visitor.conversationId}%`,
      )
      .toArray(),
  );
const escalationOf = (visitor: Visitor) =>
  runInDurableObject(
    conversationStub(testEnv, testEnv.DEMO.id, visitor.conversationId as never),
    (_, { storage }) =>
      (
        JSON.parse(storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value) as {
          escalation: { id: never; state: string; hops: unknown[]; agent?: { id: string } };
        }
      ).escalation,
  );
const slotsOf = (agentId: never) =>
  runInDurableObject(
    agentStub(testEnv, testEnv.DEMO.id, agentId),
    (_, { storage }) =>
      (
        JSON.parse(storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value) as {
          slots: { reservationId: string; cost: number }[];
        }
      ).slots,
  );

beforeAll(async () => {
  await testEnv.DB.prepare('update queues set config = ?')
    .bind(JSON.stringify({ cooldownMs: 300 }))
    .run();
});
afterEach(async () => {
  for (const { own, agent } of consoles.splice(0)) {
    if (own.isOpen) {
      for (const { reservationId, epoch, queueId: queue } of stateOf(own).offers)
        await own.ask({ type: 'offer.decline', reservationId, epoch, queueId: queue });
      for (const { conversationId } of stateOf(own).work) {
        const held = await agent.conversation(conversationId);
        await held.ask({ type: 'resolve', code: 'answered', note: '' });
        held.close();
      }
      await own.ask({ type: 'presence.set', presence: 'away' });
    }
    own.close();
  }
});

/** Both ways round, several times: which of the two is first is up to the runtime. */
const ROUNDS = 6;

describe('[F13] races', () => {
  it('two agents accept one offer in one turn: it is one agent’s', { timeout: 60_000 }, async () => {
    const { own } = await available('maya@baton.test');
    const visitor = await asks();
    const { reservationId, epoch } = await offerOn(own, visitor.conversationId);
    const calls = [MAYA, JONAS, MAYA, JONAS].map((agent) => general().accept(reservationId as never, epoch, agent));
    const answers = await Promise.all(calls);
    // Asking twice is the same acceptance; somebody else's is none.
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, true, false]);
    await expect.poll(async () => (await escalationOf(visitor)).state).toBe('assigned');
    expect(await entryOf(visitor)).toMatchObject([{ state: 'assigned', agent_id: MAYA }]);
    expect((await escalationOf(visitor)).agent?.id).toBe(MAYA);
  });

  it('an accept against the offer’s end', { timeout: 60_000 }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { own } = await available('maya@baton.test');
      const visitor = await asks();
      const offer = await offerOn(own, visitor.conversationId);
      const endsAt = Date.now() + 15;
      await runInDurableObject(general(), (_, { storage }) => {
        const [row] = storage.sql
          .exec<{ body: string }>('select body from entries where reservation_id = ?', offer.reservationId)
          .toArray();
        storage.sql.exec(
          'update entries set body = ?, wake_at = ? where reservation_id = ?',
          JSON.stringify({ ...JSON.parse(row!.body), expiresAt: endsAt }),
          endsAt,
          offer.reservationId,
        );
        return storage.setAlarm(Date.now() + 60_000);
      });
      // A little before, at, and a little after it ends.
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, endsAt - Date.now() - 6 + round * 2)));
      const accepting = () => general().accept(offer.reservationId as never, offer.epoch, MAYA);
      const [accepted] = await (round % 2 === 0
        ? Promise.all([accepting(), runDurableObjectAlarm(general())])
        : Promise.all([runDurableObjectAlarm(general()), accepting()]).then(([, one]) => [one] as const));
      const reservationNow = async () => JSON.parse((await entryOf(visitor))[0]!.body).reservationId ?? null;
      if (accepted.ok) expect(await entryOf(visitor)).toMatchObject([{ state: 'assigned', agent_id: MAYA }]);
      // Refused because it was over: if the alarm came a moment too soon to see that, it comes again.
      else await expect.poll(reservationNow).not.toBe(offer.reservationId);
      await expect.poll(async () => (await escalationOf(visitor)).state).toBe(accepted.ok ? 'assigned' : 'queued');
      await finishAll();
    }
  });

  it('[E7] the visitor leaves the line while it is accepted: one of both, and no slot is lost', {
    timeout: 60_000,
  }, async () => {
    const ends: string[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { own } = await available('maya@baton.test');
      const visitor = await asks();
      const { reservationId, epoch, queueId: queue } = await offerOn(own, visitor.conversationId);
      const socket = await visitor.connect();
      const accepting = () => own.ask({ type: 'offer.accept', reservationId, epoch, queueId: queue });
      const leaving = () => socket.ask({ type: 'person.withdraw' });
      const [left] = await (round % 2 === 0
        ? Promise.all([leaving(), accepting()])
        : Promise.all([accepting(), leaving()]).then(([, one]) => [one] as const));
      const hasLeft = left.type === 'ack';
      ends.push(left.type);
      const { state } = await escalationOf(visitor);
      expect(state).toBe(hasLeft ? 'abandoned' : 'assigned');
      // Told that the work is hers or that it is not, and of the two the same as the visitor is told.
      await expect.poll(async () => (await entryOf(visitor))[0]?.state).toBe(hasLeft ? 'closed' : 'assigned');
      await expect
        .poll(async () => (await slotsOf(MAYA)).some((slot) => slot.reservationId === reservationId), {
          timeout: 10_000,
        })
        .toBe(!hasLeft);
      expect((await escalationOf(visitor)).state).toBe(state);
      socket.close();
      await finishAll();
    }
    expect(ends).toContain('ack');
  });

  it('the queue hears that the work has left while it is accepted', { timeout: 60_000 }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { own } = await available('maya@baton.test');
      const visitor = await asks();
      const { reservationId, epoch } = await offerOn(own, visitor.conversationId);
      const { id } = await escalationOf(visitor);
      const accepting = () => general().accept(reservationId as never, epoch, MAYA);
      const closing = () => general().close(id, 1, 'abandoned');
      const [accepted] = await (round % 2 === 0
        ? Promise.all([accepting(), closing()])
        : Promise.all([closing(), accepting()]).then(([, one]) => [one] as const));
      expect(accepted.ok).toBe(round % 2 === 0);
      // Out of the line either way, and the slot comes back.
      expect(await entryOf(visitor)).toMatchObject([{ state: 'closed' }]);
      await expect
        .poll(async () => (await slotsOf(MAYA)).some((slot) => slot.reservationId === reservationId), {
          timeout: 10_000,
        })
        .toBe(false);
      await finishAll();
    }
  });

  it('a transfer against a resolve, from two windows of one agent', { timeout: 60_000 }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const { agent, own } = await available('maya@baton.test');
      const visitor = await asks();
      await accept(own, await offerOn(own, visitor.conversationId));
      const [one, other] = [
        await agent.conversation(visitor.conversationId),
        await agent.conversation(visitor.conversationId),
      ];
      const transfer = () => one.ask({ type: 'transfer', queueId: queueId('technical'), note: 'theirs' });
      const resolve = () => other.ask({ type: 'resolve', code: 'answered', note: '' });
      const answers = await Promise.all(round % 2 === 0 ? [transfer(), resolve()] : [resolve(), transfer()]);
      expect(answers.map(({ type }) => type).sort()).toEqual(['ack', 'nack']);
      const { state, hops } = await escalationOf(visitor);
      expect([state, hops.length]).toEqual(
        answers[0]?.type === 'ack' && round % 2 === 0 ? ['queued', 2] : ['resolved', 1],
      );
      await expect.poll(async () => (await slotsOf(MAYA)).length, { timeout: 10_000 }).toBe(0);
      one.close();
      other.close();
      await finishAll();
    }
  });

  it('two queues want the last slot of one agent: one gets it, the other’s work waits at its rank', {
    timeout: 60_000,
  }, async () => {
    await testEnv.DB.prepare('update agent_profiles set capacity = 1 where agent_id = ?').bind(MAYA).run();
    const visitors = await Promise.all([asks(), asks('I was charged twice.'), asks(), asks('My invoice is wrong.')]);
    const { agent, own } = await available('maya@baton.test');
    const taken: string[] = [];
    let most = 0;
    while (taken.length < visitors.length) {
      const state = await own.find(
        (frame) =>
          frame.type === 'state' &&
          frame.offers.length > 0 &&
          frame.offers.every(({ conversationId }) => !taken.includes(conversationId)),
        15_000,
      );
      const [offer] = (state as Extract<AgentDown, { type: 'state' }>).offers as [Offer];
      taken.push(offer.conversationId);
      await accept(own, offer);
      for (const frame of own.frames) if (frame.type === 'state') most = Math.max(most, frame.load);
      const held = await agent.conversation(offer.conversationId);
      expect(await held.ask({ type: 'resolve', code: 'answered', note: '' })).toMatchObject({ type: 'ack' });
      held.close();
    }
    expect(most).toBe(1);
    expect([...taken].sort()).toEqual(visitors.map(({ conversationId }) => conversationId).sort());
    await testEnv.DB.prepare('update agent_profiles set capacity = 3 where agent_id = ?').bind(MAYA).run();
  });

  it('[Q15] who comes in a crowd is in line once, in the order of coming, and nobody overtakes', async () => {
    const config = aQueue({ id: 'que_crowd000' as never });
    const crowd = queueStub(testEnv, testEnv.DEMO.id, config.id);
    const facts = { class: 1, facts: someFacts(), queuedAt: NOW, preferred: null } as const;
    const calls = Array.from({ length: 40 }, (_, n) => async () => {
      const work = someWork(n % 30, { conversationId: `cnv_${n % 30}` as never });
      await crowd.enqueue({ workspaceId: testEnv.DEMO.id, config }, work, facts);
    });
    // The last word about the first thirty comes while they are still coming.
    calls.push(async () => crowd.close(escalationId(29), 1, 'abandoned'));
    await Promise.all(calls.map((call) => call()));
    const rows = await runInDurableObject(crowd, (_, { storage }) =>
      storage.sql
        .exec<{ id: string; state: string }>('select escalation_id as id, state from entries order by seq')
        .toArray(),
    );
    expect(rows).toEqual(
      Array.from({ length: 30 }, (_, n) => ({ id: escalationId(n), state: n === 29 ? 'closed' : 'queued' })),
    );
  });
});

/** What a round leaves must not be offered in the next. */
async function finishAll(): Promise<void> {
  for (const { own, agent } of consoles.splice(0)) {
    for (let left = stateOf(own); left.offers.length + left.work.length > 0; left = stateOf(own)) {
      for (const offer of left.offers) await accept(own, offer).catch(() => null);
      for (const { conversationId } of stateOf(own).work) {
        const held = await agent.conversation(conversationId);
        await held.ask({ type: 'resolve', code: 'answered', note: '' });
        held.close();
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    await own.ask({ type: 'presence.set', presence: 'away' });
    own.close();
  }
}
