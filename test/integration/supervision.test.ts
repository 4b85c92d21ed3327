import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import type { DeedsAnswer } from '#protocol/http.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { agentStub, queueStub } from '../../durable-objects/names.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { wipe } from './crash/world.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

/* [R12] [Q17] A console sends a frame again whose answer it did not hear; by then the world may be another. */

const { id: workspaceId } = testEnv.DEMO;
type View = Extract<QueueDown, { type: 'queue' }>;
type Own = FrameSocket<AgentDown>;
type Story = {
  id: string;
  ref: { escalationId: string; hop: number };
  /** Who is offered it first, and who then. */
  first: { own: Own; id: string };
  second: { own: Own; id: string };
  view: FrameSocket<QueueDown>;
  stub: DurableObjectStub;
  offer: Awaited<ReturnType<typeof offerOn>>;
};

let people: { maya: Agent; jonas: Agent; ines: Agent };
beforeAll(async () => {
  const signIn = (name: string) => Agent.signIn(inWorker, `${name}@baton.test`);
  people = { maya: await signIn('maya'), jonas: await signIn('jonas'), ines: await signIn('ines') };
});
const sockets: { close(): void }[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  await wipe();
});

async function available(agent: Agent): Promise<{ own: Own; id: string }> {
  const own = await agent.own();
  sockets.push(own);
  await own.ask({ type: 'presence.set', presence: 'available' });
  return { own, id: (await agent.me()).agent.id };
}

/** Somebody's wish is offered to one of two who are there; a supervisor looks on. */
async function offered(): Promise<Story> {
  const [maya, jonas] = [await available(people.maya), await available(people.jonas)];
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  sockets.push(socket);
  await socket.ask({ type: 'person.request' });
  const id = visitor.conversationId;
  const [offer, first, second] = await Promise.race([
    offerOn(maya.own, id).then((one) => [one, maya, jonas] as const),
    offerOn(jonas.own, id).then((one) => [one, jonas, maya] as const),
  ]);
  const view = await people.ines.queue(offer.queueId as never);
  sockets.push(view);
  const stub = queueStub(testEnv, workspaceId, offer.queueId as never) as never as DurableObjectStub;
  return { id, ref: { escalationId: offer.escalationId, hop: offer.hop }, first, second, view, stub, offer };
}
const entryOf = async ({ stub, id }: Story): Promise<Record<string, unknown>> =>
  JSON.parse(
    await runInDurableObject(
      stub as never,
      (_, { storage }) =>
        storage.sql.exec<{ body: string }>('select body from entries where body like ?', `%${id}%`).one().body,
    ),
  );
const said = async (view: FrameSocket<QueueDown>, frame: Record<string, unknown>) => {
  const from = view.frames.length;
  view.sendRaw(JSON.stringify(frame));
  const answer = () =>
    view.frames.slice(from).find((one) => (one.type === 'ack' || one.type === 'nack') && one.id === frame.id);
  await expect.poll(answer).toBeDefined();
  const heard = answer();
  return heard?.type === 'nack' ? heard.problem.message : heard?.type;
};

describe('[R12] a supervisor’s frame that is sent again', () => {
  it('takes nothing back from whoever has it next, also from a new process', async () => {
    const story = await offered();
    await accept(story.first.own, story.offer);
    const frame = { id: 'take-back-once-1', type: 'entry.take_back', ...story.ref };
    expect(await said(story.view, frame)).toBe('ack');
    await accept(story.second.own, await offerOn(story.second.own, story.id));
    expect(await said(story.view, frame)).toBe('ack');
    expect(await entryOf(story)).toMatchObject({ state: 'assigned', agentId: story.second.id });
    await evictDurableObject(story.stub as never, { webSockets: 'hibernate' } as never);
    expect(await said(story.view, frame)).toBe('ack');
    expect(await entryOf(story)).toMatchObject({ state: 'assigned', agentId: story.second.id });
  });

  it('closes no queue that was opened since', async () => {
    const { view } = await offered();
    const close = { id: 'close-it-once-1', type: 'queue.close' };
    expect(await said(view, close)).toBe('ack');
    expect(await said(view, { id: 'open-it-once-1', type: 'queue.open' })).toBe('ack');
    expect(await said(view, close)).toBe('ack');
    const isOpen = () => (view.frames.findLast(({ type }) => type === 'queue') as View).closed === null;
    await expect.poll(isOpen).toBe(true);
    expect(await said(view, { id: 'open-it-once-2', type: 'queue.open' })).toBe('ack');
  });

  it('says of a choice what came of it, while it is under way too', async () => {
    const story = await offered();
    const { reservationId, epoch, queueId } = story.offer;
    await story.second.own.ask({ type: 'presence.set', presence: 'away' });
    await story.first.own.ask({ type: 'offer.decline', reservationId, epoch, queueId });
    const assign = { id: 'choose-them-once', type: 'entry.assign', ...story.ref, agentId: story.first.id };
    // The report that the slot is free may still be on its way.
    const isFree = () => {
      const { agents } = story.view.frames.findLast(({ type }) => type === 'queue') as View;
      return agents.find(({ id }) => id === story.first.id)?.why ?? null;
    };
    await expect.poll(isFree).toBeNull();
    await expect.poll(async () => (await entryOf(story)).state).toBe('queued');
    const { epoch: before } = await entryOf(story);
    story.view.sendRaw(JSON.stringify(assign));
    expect(await said(story.view, assign)).toBe('ack');
    expect(await said(story.view, assign)).toBe('ack');
    expect(await entryOf(story)).toMatchObject({
      state: 'reserved',
      agentId: story.first.id,
      epoch: (before as number) + 1,
    });
  });

  it('hears no yes while it is not known yet that nothing comes of it', async () => {
    const story = await offered();
    const { reservationId, epoch, queueId } = story.offer;
    await story.second.own.ask({ type: 'presence.set', presence: 'away' });
    await story.first.own.ask({ type: 'offer.decline', reservationId, epoch, queueId });
    const isFree = () => {
      const { agents } = story.view.frames.findLast(({ type }) => type === 'queue') as View;
      return agents.find(({ id }) => id === story.first.id)?.why ?? null;
    };
    await expect.poll(isFree).toBeNull();
    await expect.poll(async () => (await entryOf(story)).state).toBe('queued');
    // Her own object thinks about it, and says no.
    await runInDurableObject(story.stub as never, (object) => {
      const instance = object as unknown as { env: object };
      const grant = () => new Promise((resolve) => setTimeout(() => resolve(false), 150));
      const AGENTS = { idFromName: (name: string) => name, get: () => ({ grant }) };
      instance.env = { ...instance.env, AGENTS } as never;
    });
    const assign = { id: 'refused-later-1', type: 'entry.assign', ...story.ref, agentId: story.first.id };
    const from = story.view.frames.length;
    story.view.sendRaw(JSON.stringify(assign));
    story.view.sendRaw(JSON.stringify(assign));
    const answers = () =>
      story.view.frames
        .slice(from)
        .filter((one) => 'id' in one && one.id === assign.id)
        .map((one) => (one.type === 'nack' ? one.problem.message : one.type));
    const no = 'Their last slot went to other work at this moment.';
    await expect.poll(answers).toEqual([no, no]);
    await evictDurableObject(story.stub as never, { webSockets: 'close' });
  });

  it('that was refused is refused again, though by now it could be done', async () => {
    const story = await offered();
    const assign = { id: 'refused-once-01', type: 'entry.assign', ...story.ref, agentId: story.second.id };
    const why = await said(story.view, assign);
    expect(why).toContain('It is being offered to');
    const { reservationId, epoch, queueId } = story.offer;
    await story.second.own.ask({ type: 'presence.set', presence: 'away' });
    await story.first.own.ask({ type: 'offer.decline', reservationId, epoch, queueId });
    expect(await said(story.view, assign)).toBe(why);
  });

  it('is another’s with the same id', async () => {
    const story = await offered();
    const other = await people.ines.queue(story.offer.queueId as never);
    sockets.push(other);
    const kept = () =>
      runInDurableObject(story.stub as never, (_, { storage }) =>
        storage.sql.exec<{ frame: string }>('select frame from answered_frames order by n desc limit 1').one(),
      );
    expect(await said(other, { id: 'minutes-once-77', type: 'entry.adjust', ...story.ref, minutes: 5 })).toBe('ack');
    expect((await kept()).frame).toBe(`${(await people.ines.me()).agent.id}/minutes-once-77`);
  });
});

describe('[Q17] taking back', () => {
  it('an offer: they are told, it counts for nothing, and the next one is asked', async () => {
    const story = await offered();
    expect(await said(story.view, { id: 'withdraw-once-1', type: 'entry.take_back', ...story.ref })).toBe('ack');
    const withdrawn = { type: 'offer.withdrawn', reservationId: story.offer.reservationId, because: 'withdrawn' };
    await expect.poll(() => story.first.own.frames).toContainEqual(withdrawn);
    const next = await offerOn(story.second.own, story.id);
    expect(next.queuedAt).toBe(story.offer.queuedAt);
    const own = await runInDurableObject(
      agentStub(testEnv, workspaceId, story.first.id as never) as never,
      (_, { storage }) =>
        JSON.parse(storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value),
    );
    expect(own).toMatchObject({ presence: 'available', unanswered: 0, slots: [] });
    // [O3]
    const deeds = async () =>
      ((await (await people.ines.get(`/v1/conversations/${story.id}/deeds`)).json()) as DeedsAnswer).deeds.map(
        ({ id: _, at: __, ...deed }) => deed,
      );
    const name = story.first.id === (await people.maya.me()).agent.id ? 'Maya Okafor' : expect.any(String);
    await expect.poll(deeds).toMatchObject([{ deed: 'offer_withdrawn', by: 'Ines Duarte', agent: name }]);
  });

  it('what nobody has says so', async () => {
    const story = await offered();
    for (const { own } of [story.first, story.second]) await own.ask({ type: 'presence.set', presence: 'away' });
    const { reservationId, epoch, queueId } = story.offer;
    await story.first.own.ask({ type: 'offer.decline', reservationId, epoch, queueId });
    expect(await said(story.view, { id: 'take-nothing-01', type: 'entry.take_back', ...story.ref })).toBe(
      'Nobody has this work; it is in line.',
    );
  });
});
