import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import { Agent, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { pass } from './crash/passing-time.ts';
import { type Stalled, stallDatabase } from './crash/stall.ts';
import { wipe } from './crash/world.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

/* [F7] A database that neither answers nor fails. People who wait for people notice nothing of it. */

const { id: workspaceId } = testEnv.DEMO;
const idOf = (email: string) => testEnv.DEMO.agents.find((agent) => agent.email === email)?.id as never;
const MAYA = idOf('maya@baton.test');
/** Sooner than anybody gives up waiting for the database. */
const AT_ONCE_MS = 2_000;

let maya: Agent;
let jonas: Agent;
let ines: Agent;
beforeAll(async () => {
  [maya, jonas, ines] = (await Promise.all(
    ['maya', 'jonas', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)),
  )) as [Agent, Agent, Agent];
});

const stalls: Stalled[] = [];
const open: FrameSocket<AgentDown>[] = [];
afterEach(async () => {
  for (const stall of stalls.splice(0)) stall.cut();
  for (const own of open.splice(0)) own.close();
  await wipe();
});

async function stall(stub: unknown, ...[of]: [Parameters<typeof stallDatabase>[1]]): Promise<Stalled> {
  const one = await stallDatabase(stub as never, of);
  stalls.push(one);
  return one;
}

async function available(agent: Agent): Promise<FrameSocket<AgentDown>> {
  const own = await agent.own();
  open.push(own);
  await own.ask({ type: 'presence.set', presence: 'available' });
  return own;
}

async function wish() {
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  return { visitor, socket, id: visitor.conversationId };
}

const queueOf = ({ queueId }: { queueId: string }) => queueStub(testEnv, workspaceId, queueId as never);
const stateIn = (stub: ReturnType<typeof queueOf>, conversationId: string) =>
  runInDurableObject(stub as never, (_, { storage }) =>
    storage.sql
      .exec<{ state: string }>('select state from entries where body like ?', `%${conversationId}%`)
      .toArray()
      .map(({ state }) => state),
  );
const entryOn = async (view: FrameSocket<QueueDown>, conversationId: string) => {
  const has = (frame: QueueDown) =>
    frame.type === 'queue' && frame.entries.some((one) => one.conversationId === conversationId);
  const frame = (await view.find(has)) as Extract<QueueDown, { type: 'queue' }>;
  const { escalationId, hop } = frame.entries.find((one) => one.conversationId === conversationId)!;
  return { escalationId, hop };
};
const frameOf = ({ reservationId, epoch, queueId }: { reservationId: string; epoch: number; queueId: string }) => ({
  reservationId,
  epoch,
  queueId,
});

describe('[O10] [F7] while the database of a queue is silent', () => {
  it('supervisors are answered, an agent’s no counts, and the next agent is asked, at once', async () => {
    const own = { maya: await available(maya), jonas: await available(jonas) };
    const { id } = await wish();
    const to = (name: 'maya' | 'jonas') => offerOn(own[name], id).then((offer) => ({ offer, name }));
    const { offer, name } = await Promise.race([to('maya'), to('jonas')]);
    const view = await ines.queue(offer.queueId as never);
    const ref = await entryOn(view, id);
    const silent = await stall(queueOf(offer), { what: 'batches', how: 'lost' });
    const adjusted = await view.ask({ type: 'entry.adjust', ...ref, minutes: 5 }, AT_ONCE_MS);
    expect(adjusted.type).toBe('ack');
    const declined = await own[name].ask({ type: 'offer.decline', ...frameOf(offer) }, AT_ONCE_MS);
    expect(declined.type).toBe('ack');
    const next = await offerOn(own[name === 'maya' ? 'jonas' : 'maya'], id, AT_ONCE_MS);
    expect(next.conversationId).toBe(id);
    expect(silent.asked()).toBeGreaterThan(0);
    const taken = await own[name === 'maya' ? 'jonas' : 'maya'].ask(
      { type: 'offer.accept', ...frameOf(next) },
      AT_ONCE_MS,
    );
    expect(taken.type).toBe('ack');
    view.close();
  });

  it('[R6] an offer that has run out is in line again with the next alarm', async () => {
    const own = await available(maya);
    const { id } = await wish();
    const offer = await offerOn(own, id);
    // Somebody sits there of whom it is to be asked whether they still may.
    const view = await ines.queue(offer.queueId as never);
    const silent = await stall(queueOf(offer), { what: 'everything', how: 'lost' });
    pass(120_000);
    const began = performance.now();
    await runDurableObjectAlarm(queueOf(offer) as never);
    expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
    expect(await stateIn(queueOf(offer), id)).toEqual(['queued']);
    expect(silent.asked()).toBeGreaterThan(0);
    view.close();
  });

  it('[O5] what was not answered is written again, in order, and is there once', { timeout: 40_000 }, async () => {
    const own = await available(maya);
    const { id } = await wish();
    const offer = await offerOn(own, id);
    const view = await ines.queue(offer.queueId as never);
    const ref = await entryOn(view, id);
    const rows = async () => {
      const { results } = await testEnv.DB.prepare(
        "select body from events where conversation_id = ? and type = 'escalation.adjusted' order by at, id",
      )
        .bind(id)
        .all<{ body: string }>();
      return results.map(({ body }) => JSON.parse(body).minutes as number);
    };
    // It is written there, and nobody hears so.
    const silent = await stall(queueOf(offer), { what: 'batches', how: 'done' });
    await view.ask({ type: 'entry.adjust', ...ref, minutes: 5 }, AT_ONCE_MS);
    await expect.poll(silent.asked).toBe(1);
    silent.ends();
    await view.ask({ type: 'entry.adjust', ...ref, minutes: 7 }, AT_ONCE_MS);
    expect(await rows()).toEqual([5]);
    // Given up after ten seconds, and then tried again by the alarm.
    await expect
      .poll(
        async () => {
          await runDurableObjectAlarm(queueOf(offer) as never);
          return rows();
        },
        { timeout: 20_000, interval: 500 },
      )
      .toEqual([5, 7]);
    view.close();
  });
});

describe('[O10] [F7] while the database of an agent’s object is silent', () => {
  it('who goes gives back what they were offered', async () => {
    const own = await available(maya);
    const { id } = await wish();
    const offer = await offerOn(own, id);
    const stub = agentStub(testEnv, workspaceId, MAYA);
    const silent = await stall(stub, { what: 'everything', how: 'lost' });
    own.close();
    const isGone = () =>
      runInDurableObject(stub as never, (_, { storage }) =>
        storage.sql
          .exec<{ value: string }>("select value from facts where key = 'state'")
          .one()
          .value.includes('"goneAt":null'),
      );
    await expect.poll(isGone).toBe(false);
    // Time to look whether she still may, in the same alarm that finds out that she is offline.
    pass(60_000);
    const began = performance.now();
    await runDurableObjectAlarm(stub as never);
    expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
    expect(silent.asked()).toBeGreaterThan(0);
    expect(await stateIn(queueOf(offer), id)).toEqual(['queued']);
  });
});

describe('[O10] [F7] while the database of a conversation is silent', () => {
  it('a wish is handed over by what was known', { timeout: 20_000 }, async () => {
    const own = await available(maya);
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    const stub = conversationStub(testEnv, workspaceId, visitor.conversationId as never);
    const silent = await stall(stub, { what: 'everything', how: 'lost' });
    await socket.ask({ type: 'person.request' }, AT_ONCE_MS);
    expect((await offerOn(own, visitor.conversationId, 8_000)).conversationId).toBe(visitor.conversationId);
    expect(silent.asked()).toBeGreaterThan(0);
  });

  it('[P4] who wrote before has written before, whatever they write now', { timeout: 30_000 }, async () => {
    const earlier = await wish();
    await earlier.socket.ask({ type: 'person.withdraw' });
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    const id = visitor.conversationId;
    const isTheirs = testEnv.DB.prepare(
      `update conversations set status = 'resolved', subject = 'Charged twice', visitor_id = (select visitor_id from conversations where id = ?)
       where id = ?`,
    );
    await isTheirs.bind(id, earlier.id).run();
    await socket.ask({ type: 'person.request' });
    const queue = await ines.queue(testEnv.DEMO.queues.find(({ slug }) => slug === 'general')?.id as string);
    const labels = () =>
      (
        queue.frames.findLast((frame) => frame.type === 'queue') as Extract<QueueDown, { type: 'queue' }> | undefined
      )?.entries
        .find(({ conversationId }) => conversationId === id)
        ?.rank.map(({ label }) => label) ?? [];
    const wroteBefore = () => labels().filter((label) => /earlier|before|again/i.test(label));
    await expect.poll(wroteBefore).toHaveLength(1);
    const silent = await stall(conversationStub(testEnv, workspaceId, id as never), {
      what: 'everything',
      how: 'lost',
    });
    await socket.ask({ type: 'message.send', text: 'THIS IS RIDICULOUS!!! Absolutely terrible, I am furious!!!' });
    await expect.poll(labels, { timeout: 15_000 }).toContain('frustrated');
    expect(silent.asked()).toBeGreaterThan(0);
    expect(wroteBefore()).toHaveLength(1);
  });

  it('who opens one does not wait for what was before', async () => {
    const id = 'cnv_nobodyhasopenedit';
    const stub = conversationStub(testEnv, workspaceId, id as never);
    const silent = await stall(stub, { what: 'everything', how: 'lost' });
    const began = performance.now();
    await stub.open({
      workspaceId: workspaceId as never,
      id: id as never,
      number: 1,
      recordingId: 'rec_nobodyhasopenedit' as never,
      startedAt: Date.now(),
      visitor: {
        id: 'vis_whocomesagain' as never,
        name: null,
        email: null,
        attested: false,
        company: null,
        account: {},
      } as never,
      capture: 'always',
    });
    expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
    expect(silent.asked()).toBe(1);
    expect(await stub.lastWork()).toEqual({ escalation: null, agent: null });
  });

  it('an agent who sends work on hears that it did not work', { timeout: 30_000 }, async () => {
    const own = await available(maya);
    const { id } = await wish();
    const offer = await offerOn(own, id);
    await own.ask({ type: 'offer.accept', ...frameOf(offer) });
    const conversation = await maya.conversation(id);
    const stub = conversationStub(testEnv, workspaceId, id as never);
    const silent = await stall(stub, { what: 'everything', how: 'lost' });
    const queueId = testEnv.DEMO.queues.find(({ slug }) => slug === 'technical')?.id;
    const frame = { id: 'transfer-once-1', type: 'transfer', queueId, agentId: idOf('jonas@baton.test'), note: 'x' };
    const answer = (await conversation.ask(frame, 8_000)) as unknown as { problem: { kind: string; message: string } };
    expect([answer.problem.kind, answer.problem.message]).toEqual([
      'unavailable',
      'The settings cannot be read at this moment; the work is still yours. Try again.',
    ]);
    // And by the same id when the database is back.
    silent.cut();
    const before = conversation.frames.length;
    conversation.sendRaw(JSON.stringify(frame));
    await expect.poll(() => conversation.frames.slice(before).map(({ type }) => type)).toContain('ack');
    conversation.close();
  });
});
