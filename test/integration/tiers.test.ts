import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentDown } from '#protocol/agent.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';
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
  const own = "update queues set config = json_set(config, '$.tierMinutes', ?) where slug = ?";
  await testEnv.DB.batch([
    testEnv.DB.prepare(own).bind(20, 'general'),
    testEnv.DB.prepare(own).bind(300, 'engineering'),
  ]);
});

describe('[E5] what a tier asks for', () => {
  it('is asked of work that comes up, not of what comes down or across', async () => {
    const { agent: maya, own } = await available('maya@baton.test');
    const visitor = await Visitor.arrive(inWorker, null);
    await (await visitor.open()).ask({ type: 'person.request' });
    await accept(own, await offerOn(own, visitor.conversationId));
    const held = await maya.conversation(visitor.conversationId);
    // [K13] Each tier has a clock of its own, from when the work comes in until it is passed on.
    const clock = (socket: FrameSocket<AgentConversationDown>) =>
      (socket.frames.findLast((frame) => 'sla' in frame) as Extract<AgentConversationDown, { type: 'sla' }>).sla
        .filter(({ metric, endedAt }) => metric === 'tier' && endedAt === null)
        .map(({ targetMinutes }) => targetMinutes);
    expect(clock(held)).toEqual([20]);
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
    expect(clock(down)).toEqual([300]);
    // Technical asks for a hypothesis, of the tier below it.
    expect(await down.ask({ type: 'transfer', queueId: queueId('technical'), note: 'not a bug' })).toMatchObject({
      type: 'ack',
    });
    expect(clock(down)).toEqual([]);
    const recorded = async () => {
      const { results } = await testEnv.DB.prepare(
        "select body ->> 'queue' as queue from events where type = 'sla.met' and body ->> 'metric' = 'tier' and conversation_id = ? order by at",
      )
        .bind(visitor.conversationId)
        .all<{ queue: string }>();
      return results.map(({ queue }) => queue);
    };
    await expect.poll(recorded).toEqual(['General', 'Engineering']);
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
