import { evictAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { AgentDown, Offer } from '#protocol/agent.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { handleTimesOf, insertEvent } from '../../worker/storage/outcomes.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

type Console = FrameSocket<AgentDown>;
const consoles: Console[] = [];

async function available(email: string): Promise<{ agent: Agent; own: Console }> {
  const agent = await Agent.signIn(inWorker, email);
  const own = await agent.own();
  consoles.push(own);
  await own.ask({ type: 'presence.set', presence: 'available' });
  return { agent, own };
}

/** The queue that a visitor without page or words lands in; Maya and Jonas serve it. */
async function askForPerson(user: string | null = null): Promise<Visitor> {
  const visitor = await Visitor.arrive(inWorker, user);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  return visitor;
}

const stateOf = (own: Console) =>
  own.frames.findLast((frame) => frame.type === 'state') as Extract<AgentDown, { type: 'state' }>;

async function finish(agent: Agent, conversationId: string): Promise<void> {
  const socket = await agent.conversation(conversationId);
  expect(await socket.ask({ type: 'resolve', code: 'answered', note: '' })).toMatchObject({ type: 'ack' });
}

afterEach(async () => {
  for (const own of consoles.splice(0)) {
    if (own.isOpen) {
      for (const { reservationId, epoch, queueId } of stateOf(own).offers)
        await own.ask({ type: 'offer.decline', reservationId, epoch, queueId });
      await own.ask({ type: 'presence.set', presence: 'away' });
    }
    own.close();
  }
});

/** Time cannot be turned in the object: its offer is made older. */
async function makeOlder(offer: Offer): Promise<ReturnType<typeof queueStub>> {
  const stub = queueStub(testEnv, testEnv.DEMO.id, offer.queueId as never);
  await runInDurableObject(stub, (_, { storage }) => {
    const row = storage.sql
      .exec<{ body: string }>('select body from entries where reservation_id = ?', offer.reservationId)
      .one();
    const body = JSON.stringify({ ...JSON.parse(row.body), expiresAt: Date.now() - 1 });
    storage.sql.exec('update entries set body = ?, wake_at = 1 where reservation_id = ?', body, offer.reservationId);
    return storage.setAlarm(Date.now() + 60_000);
  });
  return stub;
}

describe('[A1] [Q2] an offer', () => {
  it('goes to one agent, with its reasons, its rank as a sum, and its end', async () => {
    const { agent, own } = await available('maya@baton.test');
    const priya = await askForPerson('usr_priya');
    const offer = await offerOn(own, priya.conversationId);
    expect(offer).toMatchObject({
      queueName: 'General',
      visitorName: 'Priya Raman',
      tier: 'enterprise',
      hop: 1,
      epoch: 1,
    });
    expect(offer.because).toEqual(['Asked for a person']);
    expect(offer.dueAt - offer.queuedAt).toBe(offer.rank.reduce((sum, { minutes }) => sum + minutes, 0) * 60_000);
    expect(offer.expiresAt - offer.offeredAt).toBe(30_000);
    expect(await accept(own, offer)).toMatchObject({ type: 'ack' });
    expect(stateOf(own)).toMatchObject({ offers: [], work: [{ conversationId: priya.conversationId }], load: 1 });
    await finish(agent, priya.conversationId);
    await own.find((frame) => frame.type === 'state' && frame.work.length === 0 && frame.load === 0);
  });

  it('[P7] [B6] shows the rank that it has now, to the accept and after it', async () => {
    const { agent, own } = await available('maya@baton.test');
    const priya = await askForPerson('usr_priya');
    const offer = await offerOn(own, priya.conversationId);
    const isFrustrated = ({ rank }: Pick<Offer, 'rank'>) => rank.some(({ label }) => label === 'frustrated');
    expect(isFrustrated(offer)).toBe(false);
    const socket = await priya.connect();
    await socket.ask({
      type: 'message.send',
      text: 'This is ridiculous!!! I am furious, nothing works, answer me NOW',
    });
    await own.find((frame) => frame.type === 'state' && frame.offers.some(isFrustrated));
    const { rank, dueAt, ...same } = stateOf(own).offers[0] as Offer;
    expect({ ...same, rank: offer.rank, dueAt: offer.dueAt }).toEqual(offer);
    expect(dueAt - offer.queuedAt).toBe(rank.reduce((sum, { minutes }) => sum + minutes, 0) * 60_000);

    // A supervisor's minutes too.
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(offer.queueId);
    const { escalationId, hop } = offer;
    expect(await queue.ask({ type: 'entry.adjust', escalationId, hop, minutes: 5 })).toMatchObject({ type: 'ack' });
    const moved = (terms: readonly { label: string }[]) => terms.some(({ label }) => label === 'moved by Ines Duarte');
    await own.find((frame) => frame.type === 'state' && frame.offers.some((one) => moved(one.rank)));
    await accept(own, offer);
    const work = await agent.conversation(priya.conversationId);
    await work.find(
      (frame) =>
        (frame.type === 'welcome' || frame.type === 'escalation') &&
        frame.bundle?.routing.status === 'present' &&
        isFrustrated(frame.bundle.routing.value) &&
        moved(frame.bundle.routing.value.rank),
    );
    await finish(agent, priya.conversationId);
  });

  it('[Q4] accepted twice is one assignment; by somebody else or too old is refused', async () => {
    const { agent, own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const offer = await offerOn(own, visitor.conversationId);
    const { own: other } = await available('jonas@baton.test');
    expect(await accept(other, offer)).toMatchObject({ type: 'nack', problem: { kind: 'conflict' } });
    expect(await accept(own, { ...offer, epoch: 7 })).toMatchObject({ type: 'nack', problem: { kind: 'conflict' } });
    expect(stateOf(own)).toMatchObject({ offers: [{ conversationId: visitor.conversationId }] });
    expect(await accept(own, offer)).toMatchObject({ type: 'ack' });
    expect(await accept(own, offer)).toMatchObject({ type: 'ack' });
    expect(stateOf(own)).toMatchObject({ offers: [], work: [{ conversationId: visitor.conversationId }], load: 1 });
    const queue = await agent.queue(await agent.queueId('General'));
    const view = (await queue.find(({ type }) => type === 'queue')) as Extract<QueueDown, { type: 'queue' }>;
    expect(view.entries.filter(({ conversationId }) => conversationId === visitor.conversationId)).toMatchObject([
      { state: 'assigned', agent: { name: 'Maya Okafor' } },
    ]);
    await finish(agent, visitor.conversationId);
  });

  it('[Q7] declined goes to the next agent at once, at its own rank', async () => {
    const { own: mayas } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const first = await offerOn(mayas, visitor.conversationId);
    const { agent, own: jonass } = await available('jonas@baton.test');
    const { reservationId, epoch, queueId } = first;
    expect(await mayas.ask({ type: 'offer.decline', reservationId, epoch, queueId })).toMatchObject({ type: 'ack' });
    const second = await offerOn(jonass, visitor.conversationId);
    expect(second).toMatchObject({ epoch: 2, queuedAt: first.queuedAt, dueAt: first.dueAt });
    expect(await accept(jonass, second)).toMatchObject({ type: 'ack' });
    await finish(agent, visitor.conversationId);
  });

  it('[A3] [Q6] that runs out returns to the line, and the silent agent turns away', async () => {
    const { own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const offer = await offerOn(own, visitor.conversationId);
    const stub = await makeOlder(offer);
    expect(await accept(own, offer)).toMatchObject({ type: 'nack', problem: { kind: 'conflict' } });
    await runDurableObjectAlarm(stub);
    const { agent, own: other } = await available('jonas@baton.test');
    const again = await offerOn(other, visitor.conversationId);
    expect(again).toMatchObject({ queuedAt: offer.queuedAt, dueAt: offer.dueAt });
    await accept(other, again);
    await finish(agent, visitor.conversationId);
  });

  it('[A3] that nobody answers takes the agent off, in words', async () => {
    const { own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const stub = await makeOlder(await offerOn(own, visitor.conversationId));
    await runDurableObjectAlarm(stub);
    await own.find((frame) => frame.type === 'state' && frame.presence === 'away' && frame.offers.length === 0);
    expect(stateOf(own).presenceBecause).toMatch(/unanswered/);
    const { agent: jonas, own: other } = await available('jonas@baton.test');
    await accept(other, await offerOn(other, visitor.conversationId));
    await finish(jonas, visitor.conversationId);
  });

  it('[A2] of a closed laptop comes back to the line', async () => {
    const { own: mayas } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const offer = await offerOn(mayas, visitor.conversationId);
    mayas.close();
    const { agent, own: jonass } = await available('jonas@baton.test');
    // The grace of a closed console is five seconds; its alarm does the rest.
    const again = await offerOn(jonass, visitor.conversationId, 15_000);
    expect(again).toMatchObject({ epoch: offer.epoch + 1, dueAt: offer.dueAt });
    await accept(jonass, again);
    await finish(agent, visitor.conversationId);
  });

  it('[A1] never exceeds the agent’s capacity, whatever the number of queues', async () => {
    const { agent, own } = await available('maya@baton.test');
    const visitors = await Promise.all(Array.from({ length: 6 }, () => askForPerson()));
    const ids = new Set(visitors.map(({ conversationId }) => conversationId));
    await own.find((frame) => frame.type === 'state' && frame.load === 3);
    expect(Math.max(...own.frames.map((frame) => (frame.type === 'state' ? frame.load : 0)))).toBe(3);
    // Each that is finished makes room for the next; in the end all have been served, each once.
    const served: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      const frame = await own.find(
        (one) => one.type === 'state' && one.offers.some((offer) => !served.includes(offer.conversationId)),
      );
      const offer = (frame as { offers: Offer[] }).offers.find(
        ({ conversationId }) => !served.includes(conversationId),
      ) as Offer;
      expect(await accept(own, offer)).toMatchObject({ type: 'ack' });
      served.push(offer.conversationId);
      await finish(agent, offer.conversationId);
    }
    expect(new Set(served)).toEqual(ids);
  });

  it('survives the eviction of every object in between', async () => {
    const { agent, own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const offer = await offerOn(own, visitor.conversationId);
    await evictAllDurableObjects();
    expect(await accept(own, offer)).toMatchObject({ type: 'ack' });
    await evictAllDurableObjects();
    await finish(agent, visitor.conversationId);
  });
});

describe('[Q8] work that moves on', () => {
  it('is transferred with a note, and only by who has it', async () => {
    const { agent, own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const jonas = await Agent.signIn(inWorker, 'jonas@baton.test');
    const technical = await agent.queueId('Technical');
    await accept(own, await offerOn(own, visitor.conversationId));
    const foreign = await jonas.conversation(visitor.conversationId);
    expect(await foreign.ask({ type: 'transfer', queueId: technical, note: 'mine now' })).toMatchObject({
      type: 'nack',
      problem: { kind: 'conflict' },
    });
    expect(await foreign.ask({ type: 'message.send', text: 'I am not in charge' })).toMatchObject({ type: 'nack' });
    const held = await agent.conversation(visitor.conversationId);
    // [E5] Not without a word.
    expect(await held.ask({ type: 'transfer', queueId: technical, note: '  ' })).toMatchObject({ type: 'nack' });
    expect(
      await held.ask({ type: 'transfer', queueId: 'que_AAAAAAAAAAAAAAAAAAAAA', note: 'Over to you' }),
    ).toMatchObject({
      problem: { kind: 'not_found' },
    });
    expect(await held.ask({ type: 'transfer', queueId: technical, note: 'API question' })).toMatchObject({
      type: 'ack',
    });
    const { own: jonass } = await available('jonas@baton.test');
    const offer = await offerOn(jonass, visitor.conversationId);
    expect(offer).toMatchObject({ hop: 2, queueName: 'Technical', because: ['Maya Okafor: API question'] });
    await accept(jonass, offer);
    await finish(jonas, visitor.conversationId);
    await own.find((frame) => frame.type === 'state' && frame.load === 0 && frame.work.length === 0);
  });

  it('reaches engineering as a bug report, the first thing in its bundle', async () => {
    const { agent, own } = await available('maya@baton.test');
    const visitor = await askForPerson('usr_priya');
    await accept(own, await offerOn(own, visitor.conversationId));
    const report = {
      title: 'Payment is refused',
      expected: 'the card is charged',
      actual: '402',
      hypothesis: 'the provider’s webhook is late',
      environment: [{ label: 'Browser', value: 'Chrome 147' }],
      steps: ['Opened /billing', 'Clicked *Pay*'],
      failedRequests: [{ method: 'POST', path: '/api/pay', status: 402, count: 3 }],
      businessImpact: '$84,000 a year, renews in 24 days',
      replay: null,
    };
    const held = await agent.conversation(visitor.conversationId);
    const queueId = await agent.queueId('Engineering');
    expect(await held.ask({ type: 'escalate', queueId, report: { ...report, title: '' } })).toMatchObject({
      type: 'nack',
    });
    // [E5] What engineering asks for comes along, whichever way the work goes up.
    expect(await held.ask({ type: 'escalate', queueId, report: { ...report, hypothesis: ' ' } })).toMatchObject({
      type: 'nack',
      problem: { message: 'Engineering first needs a hypothesis: escalate with a report.' },
    });
    expect(await held.ask({ type: 'transfer', queueId, note: 'theirs' })).toMatchObject({ type: 'nack' });
    expect(await held.ask({ type: 'escalate', queueId, report })).toMatchObject({ type: 'ack' });
    const { agent: ines, own: iness } = await available('ines@baton.test');
    const offer = await offerOn(iness, visitor.conversationId);
    expect(offer).toMatchObject({ subject: 'Payment is refused', hop: 2, queueName: 'Engineering' });
    await accept(iness, offer);
    const work = await ines.conversation(visitor.conversationId);
    const frame = await work.find(
      (one) => (one.type === 'welcome' || one.type === 'escalation') && one.bundle?.bugReport.status === 'present',
    );
    expect((frame as { bundle: { bugReport: unknown } }).bundle.bugReport).toEqual({
      status: 'present',
      value: report,
    });
    // [E6] Down again, to the one who knows it: asked first, although somebody else has been idle for longer.
    const { own: jonass } = await available('jonas@baton.test');
    const general = await ines.queueId('General');
    const mayasId = (await agent.me()).agent.id;
    expect(
      await work.ask({ type: 'transfer', queueId: general, agentId: 'agt_AAAAAAAAAAAAAAAAAAAAA', note: 'x' }),
    ).toMatchObject({ type: 'nack', problem: { message: 'This agent does not serve General.' } });
    expect(await work.ask({ type: 'transfer', queueId: general, agentId: mayasId, note: 'fixed' })).toMatchObject({
      type: 'ack',
    });
    const third = (frame: AgentDown) =>
      frame.type === 'state'
        ? frame.offers.find(({ conversationId, hop }) => conversationId === visitor.conversationId && hop === 3)
        : undefined;
    const down = await own.find((frame) => third(frame) !== undefined);
    expect(JSON.stringify(jonass.frames)).not.toContain(visitor.conversationId);
    await accept(own, third(down) as Offer);
    await finish(agent, visitor.conversationId);
  });
});

describe('[O1] outcomes in D1', () => {
  const eventsOf = async (conversationId: string) => {
    const { results } = await testEnv.DB.prepare(
      'select type, body from events where conversation_id = ? order by at, id',
    )
      .bind(conversationId)
      .all<{ type: string; body: string }>();
    return results;
  };

  it('are there once each, and cannot be changed', async () => {
    const { agent, own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    await accept(own, await offerOn(own, visitor.conversationId));
    const held = await agent.conversation(visitor.conversationId);
    await held.ask({ type: 'message.send', text: 'Hello' });
    const flag = { id: 'flag-00001', type: 'flag', because: 'visitor_only_wanted_information', note: '' };
    await held.ask(flag);
    await held.ask(flag);
    await held.ask({ id: 'resolve-001', type: 'resolve', code: 'answered', note: 'told them' });
    await held.ask({ id: 'resolve-001', type: 'resolve', code: 'answered', note: 'told them' });
    await expect
      .poll(async () => (await eventsOf(visitor.conversationId)).map(({ type }) => type).sort(), { timeout: 10_000 })
      .toEqual(
        [
          'conversation.started',
          'escalation.created',
          'escalation.assigned',
          'escalation.first_response',
          'escalation.flagged',
          'escalation.resolved',
          'sla.met',
          'sla.met',
        ].sort(),
      );
    await expect(testEnv.DB.prepare('update events set at = 0').run()).rejects.toThrow(/append-only/);
    const bundle = await testEnv.DB.prepare('select body from bundles where conversation_id = ?')
      .bind(visitor.conversationId)
      .first<{ body: string }>();
    expect(JSON.parse(bundle?.body ?? '{}')).toMatchObject({ version: 1, hop: 1, visitor: { attested: false } });
    const row = await testEnv.DB.prepare('select status, outcome from conversations where id = ?')
      .bind(visitor.conversationId)
      .first();
    expect(row).toEqual({ status: 'resolved', outcome: 'answered' });
  });
});

describe('the agent’s object', () => {
  it('learns of an accept whose answer it never heard', async () => {
    const { agent, own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    const offer = await offerOn(own, visitor.conversationId);
    const me = await agent.me();
    // As if the agent's object had died right after asking: the accept goes to the queue behind its back.
    await queueStub(testEnv, testEnv.DEMO.id, offer.queueId as never).accept(
      offer.reservationId as never,
      offer.epoch,
      me.agent.id as never,
    );
    await own.find((frame) => frame.type === 'state' && frame.work.length === 1);
    await finish(agent, visitor.conversationId);
  });
});

describe('[W1] the wait', () => {
  it('is told as a range from what earlier work took, also to the first who ask', async () => {
    const { id, queues } = testEnv.DEMO;
    const rows = Array.from({ length: 8 }, (_, n) => {
      const conversationId = `cnv_waited000${n}`;
      const escalationId = `esc_waited000${n}`;
      const at = Date.now() - 86_400_000 + n * 3_600_000;
      const event = (type: string, minutes: number, more: object) => ({
        type,
        at: at + minutes * 60_000,
        conversationId,
        body: JSON.stringify({ type, escalationId, ...more }),
      });
      return [
        event('escalation.created', 0, { queue: 'Billing', ticketNumber: 'X', startedAt: at }),
        event('escalation.assigned', 2, { hop: 1, agentId: 'agt_x' }),
        event('escalation.resolved', 12 + n, { code: 'fixed', hops: 1, agentId: 'agt_x' }),
      ];
    }).flat();
    await testEnv.DB.batch(
      rows.map(({ type, at, conversationId, body }) =>
        testEnv.DB.prepare('insert into events values (?, ?, ?, ?, ?, ?)').bind(
          id,
          `${conversationId}/${type}`,
          conversationId,
          type,
          at,
          body,
        ),
      ),
    );
    const { agent: maya, own } = await available('maya@baton.test');
    const visitor = await askForPerson();
    await accept(own, await offerOn(own, visitor.conversationId));
    const socket = await visitor.connect();
    const held = await maya.conversation(visitor.conversationId);
    // A queue that nothing in this file has been in.
    const billing = queues.find(({ slug }) => slug === 'billing')?.id;
    await held.ask({ type: 'transfer', queueId: billing, note: 'Over to you' });
    const place = await socket.find((frame) => frame.type === 'place' && frame.estimate !== null);
    expect(place).toMatchObject({ position: 1, estimate: { lowMs: expect.any(Number), highMs: expect.any(Number) } });
    const { lowMs, highMs } = (place as unknown as { estimate: { lowMs: number; highMs: number } }).estimate;
    // One is before nobody, and somebody has a slot free: a click away.
    expect(lowMs).toBeLessThan(highMs);
    expect(highMs).toBeLessThan(60_000);
  });

  it('counts work where it ended, from the last accept there', async () => {
    const { id } = testEnv.DEMO;
    const t = Date.now() - 3_600_000;
    const escalationId = 'esc_moved00000' as never;
    const conversationId = 'cnv_moved00000' as never;
    const agentId = 'agt_x' as never;
    const minute = (n: number) => t + n * 60_000;
    const tell = (n: number, event: OutcomeEvent) =>
      insertEvent(testEnv.DB, id as never, { id: `moved/${event.type}/${n}`, conversationId, at: minute(n), event });
    const created = { ticketNumber: 'X', topic: null, area: null, startedAt: t, queue: 'Where it began' };
    await testEnv.DB.batch([
      tell(0, { type: 'escalation.created', escalationId, ...created }),
      tell(1, { type: 'escalation.assigned', escalationId, hop: 1, agentId }),
      tell(5, {
        type: 'escalation.moved',
        escalationId,
        agentId,
        kind: 'escalation',
        from: 'Where it began',
        to: 'Where it ended',
        hop: 2,
      }),
      tell(8, { type: 'escalation.assigned', escalationId, hop: 2, agentId }),
      tell(9, { type: 'escalation.taken_back', escalationId, hop: 2, agentId, cause: null }),
      tell(11, { type: 'escalation.assigned', escalationId, hop: 2, agentId }),
      tell(31, { type: 'escalation.resolved', escalationId, agentId, code: 'fixed', hops: 2 }),
    ]);
    expect(await handleTimesOf(testEnv.DB, id as never, 'Where it ended', 9)).toEqual([
      { at: minute(31), waitMs: 6 * 60_000, handleMs: 20 * 60_000 },
    ]);
    expect(await handleTimesOf(testEnv.DB, id as never, 'Where it began', 9)).toEqual([]);
  });
});
