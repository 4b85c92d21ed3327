import { expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

it.each([
  ['Billing', 'usr_priya', null],
  ['General', null, 'usr_priya'],
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
