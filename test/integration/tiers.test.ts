import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentId, QueueId } from '#domain/ids.ts';
import type { AgentDown } from '#protocol/agent.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';
import type { MetricsAnswer } from '#protocol/http.ts';
import { agentStub } from '../../durable-objects/names.ts';
import { loadDesk } from '../../worker/assist/desk.ts';
import { type Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';
import { available } from './waiting.ts';

const INES = testEnv.DEMO.agents.find(({ email }) => email === 'ines@baton.test')?.id as AgentId;
const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as QueueId;

const REPORT = {
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
    expect(await held.ask({ type: 'escalate', queueId: queueId('engineering'), report: REPORT })).toMatchObject({
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

describe('tiers', () => {
  it('1 → 2 → engineering → 2 → 1: each hop with what it asks for, the whole bundle, and who sent it on', async () => {
    await testEnv.DB.prepare("update queues set tier = 2 where slug = 'technical'").run();
    // Every agent hears of the queues anew when they open a console.
    const { agent: maya, own: mayas } = await available('maya@baton.test');
    const { agent: jonas, own: jonass } = await available('jonas@baton.test');
    const { agent: ines, own: iness } = await available('ines@baton.test');
    await expect.poll(tierOfTechnical, { timeout: 15_000 }).toBe(2);
    const visitor = await Visitor.arrive(inWorker, null);
    await (await visitor.open()).ask({ type: 'message.send', text: 'I was charged twice, let me talk to a human.' });
    const report = (hypothesis: string) => ({
      title: 'Charged twice',
      expected: 'once',
      actual: 'twice',
      hypothesis,
      environment: [{ label: 'Browser', value: 'Chrome' }],
      steps: ['Clicked Pay'],
      failedRequests: [],
      businessImpact: '',
      replay: null,
    });
    const take = async (agent: Agent, own: FrameSocket<AgentDown>) => {
      await accept(own, await offerOn(own, visitor.conversationId));
      return agent.conversation(visitor.conversationId);
    };
    const first = await take(maya, mayas);
    // A transfer is no way around what the next tier asks for, and a report without it neither.
    expect(await first.ask({ type: 'transfer', queueId: queueId('technical'), note: 'up' })).toMatchObject({
      type: 'nack',
    });
    expect(await first.ask({ type: 'escalate', queueId: queueId('technical'), report: report('') })).toMatchObject({
      type: 'nack',
    });
    const up = { type: 'escalate', queueId: queueId('technical'), report: report('two workers') };
    expect(await first.ask(up)).toMatchObject({ type: 'ack' });
    const second = await take(jonas, jonass);
    expect(
      await second.ask({ type: 'escalate', queueId: queueId('engineering'), report: report('a race') }),
    ).toMatchObject({
      type: 'ack',
    });
    const third = await take(ines, iness);
    const welcome = third.frames.find(({ type }) => type === 'welcome') as Extract<
      AgentConversationDown,
      { type: 'welcome' }
    >;
    expect(welcome.bundle?.hops.map(({ kind, queueName }) => `${kind} ${queueName}`)).toEqual([
      'handoff Billing',
      'escalation Technical',
      'escalation Engineering',
    ]);
    expect(welcome.bundle?.bugReport).toMatchObject({ value: { hypothesis: 'a race' } });
    expect(await third.ask({ type: 'transfer', queueId: queueId('technical'), note: 'not ours' })).toMatchObject({
      type: 'ack',
    });
    // From a console of its own: the one before has heard of an offer of this already.
    const back = await take(jonas, await jonas.own());
    expect(await back.ask({ type: 'transfer', queueId: queueId('billing'), note: 'refund it' })).toMatchObject({
      type: 'ack',
    });
    const last = await take(maya, await maya.own());
    await last.ask({ type: 'resolve', code: 'refunded', note: '' });
    for (const one of [mayas, jonass, iness]) one.close();
    // [N10] Of the way up to engineering, one came straight back.
    await expect
      .poll(async () => {
        const window = new URLSearchParams({
          by: 'queue',
          from: String(Date.now() - 3_600_000),
          to: String(Date.now() + 60_000),
        });
        const { moves } = (await (await ines.get(`/v1/metrics?${window}`)).json()) as MetricsAnswer;
        return moves
          .filter(({ from, to }) => from === 'Technical' && to === 'Engineering')
          .map(({ bounced }) => [bounced.numerator, bounced.denominator]);
      })
      .toEqual([[1, 1]]);
  });
});

describe('[M7] a visitor who comes back to what engineering had resolved', () => {
  it('goes to that engineer while they are there, and to the first line when they are not', async () => {
    const { agent: ines, own: iness } = await available('ines@baton.test');
    const { agent: maya, own: mayas } = await available('maya@baton.test');
    // Of the tests before: the first line is Maya's alone.
    const { own: jonass } = await available('jonas@baton.test');
    await jonass.ask({ type: 'presence.set', presence: 'away' });
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    const first = await offerOn(mayas, visitor.conversationId);
    await accept(mayas, first);
    const held = await maya.conversation(visitor.conversationId);
    await held.ask({ type: 'escalate', queueId: queueId('engineering'), report: REPORT });
    mayas.close();
    const resolve = async (own: FrameSocket<AgentDown>) => {
      const { conversationId } = visitor;
      const offer = await offerOn(own, conversationId);
      await accept(own, offer);
      await (await ines.conversation(conversationId)).ask({ type: 'resolve', code: 'fixed', note: '' });
      const read = () =>
        testEnv.DB.prepare('select status from conversations where id = ?').bind(conversationId).first('status');
      await expect.poll(read).toBe('resolved');
      return offer.queueName;
    };
    expect(await resolve(iness)).toBe('Engineering');

    await (await visitor.open()).ask({ type: 'person.request' });
    expect(await resolve(iness)).toBe('Engineering');

    const engineer = agentStub(testEnv, testEnv.DEMO.id, INES);
    expect(await engineer.isThereFor(queueId('engineering'))).toBe(true);
    expect(await engineer.isThereFor('que_elsewhere' as QueueId)).toBe(false);
    await iness.ask({ type: 'presence.set', presence: 'away' });
    const third = await visitor.open();
    await third.ask({ type: 'person.request' });
    await third.find(
      (frame) =>
        frame.type === 'entries' &&
        frame.entries.some((entry) => entry.type === 'escalated' && entry.queueName === first.queueName),
    );
    await third.ask({ type: 'person.withdraw' });
    for (const one of [iness, jonass]) one.close();
  });
});

/** As escalations see it: settings are known for some seconds. */
async function tierOfTechnical(): Promise<number | undefined> {
  const { queues } = await loadDesk(testEnv as never, testEnv.DEMO.id as never);
  return queues.find(({ slug }) => slug === 'technical')?.tier;
}

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
