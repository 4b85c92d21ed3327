import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as string;

async function available(email: string): Promise<{ agent: Agent; own: FrameSocket<AgentDown> }> {
  const agent = await Agent.signIn(inWorker, email);
  const own = await agent.own();
  await own.ask({ type: 'presence.set', presence: 'available' });
  return { agent, own };
}

beforeAll(async () => {
  const asks = JSON.stringify({ asks: ['hypothesis'] });
  await testEnv.DB.prepare("update queues set config = ? where slug = 'technical'").bind(asks).run();
});

describe('[E5] what a tier asks for', () => {
  it('is asked of work that comes up, not of what comes down or across', async () => {
    const { agent: maya, own } = await available('maya@baton.test');
    const visitor = await Visitor.arrive(inWorker, null);
    await (await visitor.open()).ask({ type: 'person.request' });
    await accept(own, await offerOn(own, visitor.conversationId));
    const held = await maya.conversation(visitor.conversationId);
    const report = {
      title: 'Refused',
      expected: 'x',
      actual: 'y',
      hypothesis: 'z',
      environment: [{ label: 'Browser', value: 'Chrome' }],
      steps: ['Clicked Pay'],
      failedRequests: [],
      businessImpact: '',
      replay: null,
    };
    expect(await held.ask({ type: 'escalate', queueId: queueId('engineering'), report })).toMatchObject({
      type: 'ack',
    });
    const { agent: ines, own: iness } = await available('ines@baton.test');
    await accept(iness, await offerOn(iness, visitor.conversationId));
    const down = await ines.conversation(visitor.conversationId);
    // Technical asks for a hypothesis, of the tier below it.
    expect(await down.ask({ type: 'transfer', queueId: queueId('technical'), note: 'not a bug' })).toMatchObject({
      type: 'ack',
    });
    const { agent: jonas, own: jonass } = await available('jonas@baton.test');
    await accept(jonass, await offerOn(jonass, visitor.conversationId));
    const across = await jonas.conversation(visitor.conversationId);
    await across.ask({ type: 'resolve', code: 'answered', note: '' });
    for (const one of [own, iness, jonass]) one.close();
  });
});

describe('[R1] a path that is named like a property', () => {
  it('does not keep a person from a queue', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    const page = {
      path: '/constructor',
      title: '__proto__',
      area: 'toString',
      entries: [],
      viewport: { width: 1, height: 1 },
      browser: 'x',
      language: 'en',
      at: Date.now(),
    };
    expect(await socket.ask({ type: 'page.update', page, trail: [] })).toMatchObject({ type: 'ack' });
    await socket.ask({ type: 'person.request' });
    expect(await socket.find((frame) => frame.type === 'place' && frame.position !== null)).toBeDefined();
  });
});
