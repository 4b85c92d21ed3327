import { runInDurableObject } from 'cloudflare:test';
import { expect, it } from 'vitest';
import type { QueueId } from '#domain/ids.ts';
import type { AgentDown } from '#protocol/agent.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

it.each([
  ['Billing', 'usr_priya', null],
  ['General', null, 'usr_tom'],
])('[M4] a slot that frees pulls what ranks first over all the agent’s queues: %s', async (first, billing, general) => {
  const MAYA = testEnv.DEMO.agents.find(({ email }) => email === 'maya@baton.test')?.id;
  const capacity = (units: number) =>
    testEnv.DB.prepare('update agent_profiles set capacity = ? where agent_id = ?').bind(units, MAYA).run();
  await capacity(1);
  // The other one has waited longer, and is due later.
  const wishes = [
    ['I was charged twice. Please let me talk to a human.', billing],
    ['Please let me talk to a human.', general],
  ] as const;
  const visitors: Visitor[] = [];
  for (const [text, user] of first === 'Billing' ? wishes.toReversed() : wishes) {
    const visitor = await Visitor.arrive(inWorker, user);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text });
    await socket.find((frame) => frame.type === 'place' && frame.position !== null);
    visitors.push(visitor);
  }
  const agent = await Agent.signIn(inWorker, 'maya@baton.test');
  const own = await agent.own();
  await own.ask({ type: 'presence.set', presence: 'available' });
  const served: string[] = [];
  for (const visitor of visitors.toReversed()) {
    const offer = await offerOn(own, visitor.conversationId);
    served.push(offer.queueName);
    expect(
      (own.frames.findLast((frame) => frame.type === 'state') as Extract<AgentDown, { type: 'state' }>).offers,
    ).toHaveLength(1);
    await accept(own, offer);
    const held = await agent.conversation(visitor.conversationId);
    await held.ask({ type: 'resolve', code: 'answered', note: '' });
    held.close();
  }
  expect(served[0]).toBe(first);
  expect(new Set(served)).toEqual(new Set(['Billing', 'General']));
  await own.find((frame) => frame.type === 'state' && frame.load === 0);
  await capacity(3);
  await own.ask({ type: 'presence.set', presence: 'away' });
  own.close();
});

it('[M4] [R17] of two who ask for the same at once, the one who comes too late is given the next best', async () => {
  const [maya, jonas] = ['maya@baton.test', 'jonas@baton.test'].map(
    (address) => testEnv.DEMO.agents.find(({ email }) => email === address)?.id as string,
  ) as [string, string];
  const idOf = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as string;
  const setUp = testEnv.DB.prepare(
    "update agent_profiles set capacity = 1, skills = json_array('billing'), queue_ids = ? where agent_id = ?",
  );
  const queueIds = JSON.stringify([idOf('general'), idOf('billing')]);
  await testEnv.DB.batch([maya, jonas].map((id) => setUp.bind(queueIds, id)));
  for (const text of ['Please let me talk to a human.', 'I was charged twice. Please let me talk to a human.']) {
    const socket = await (await Visitor.arrive(inWorker, null)).open();
    await socket.ask({ type: 'message.send', text });
    await socket.find((frame) => frame.type === 'place' && frame.position !== null);
  }
  // Nothing that the arrivals left to do comes by any more: what is not asked for now is asked for by nobody.
  await new Promise((resolve) => setTimeout(resolve, 6500));
  // Jonas has seen what is first, and asks for it only when Maya has it.
  await runInDurableObject(queueStub(testEnv, testEnv.DEMO.id, idOf('general') as QueueId), (instance) => {
    const late = Object.getPrototypeOf(instance) as { offerTo(agentId: string): Promise<boolean> };
    const { offerTo } = late;
    late.offerTo = async function (agentId) {
      if (agentId === jonas) await new Promise((resolve) => setTimeout(resolve, 400));
      return offerTo.call(this, agentId);
    };
  });
  const [second, first] = await Promise.all(
    ['jonas@baton.test', 'maya@baton.test'].map(async (email) => (await Agent.signIn(inWorker, email)).own()),
  );
  const asked = second!.ask({ type: 'presence.set', presence: 'available' });
  await new Promise((resolve) => setTimeout(resolve, 150));
  await first!.ask({ type: 'presence.set', presence: 'available' });
  await asked;
  const offersOf = (own: FrameSocket<AgentDown>) =>
    (own.frames.findLast((frame) => frame.type === 'state') as Extract<AgentDown, { type: 'state' }>).offers.map(
      ({ queueName }) => queueName,
    );
  await expect
    .poll(() => [...offersOf(first!), ...offersOf(second!)].sort(), { timeout: 3000 })
    .toEqual(['Billing', 'General']);
  for (const own of [first!, second!]) {
    await own.ask({ type: 'presence.set', presence: 'away' });
    own.close();
  }
});
