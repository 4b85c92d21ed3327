import { runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import { WEEKDAYS, type Weekday } from '#domain/sla/calendar.ts';
import type { AgentDown } from '#protocol/agent.ts';
import type { AgentSettingsAnswer } from '#protocol/agent-settings.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { DeedsAnswer } from '#protocol/http.ts';
import type { Problem } from '#protocol/problem.ts';
import type { QueueDown } from '#protocol/queue.ts';
import type { QueuePreview, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { conversationStub, queueStub } from '../../durable-objects/names.ts';
import { putCalendar } from '../../worker/storage/sla.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { identityToken, Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';
import { available, waitingFor } from './waiting.ts';

type View = Extract<QueueDown, { type: 'queue' }>;
const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as string;

let opensAt = 0;

beforeAll(async () => {
  const settings: Record<string, object> = {
    general: { path: [{ afterMs: 1200, do: 'overflow', to: queueId('technical') }] },
    technical: { silentMs: 1500, cooldownMs: 400, wrapUpMs: 60_000 },
    billing: { maxWaiting: 1, hoursId: 'closed' },
  };
  // Open for one minute of the day after the day after tomorrow: closed, whenever this runs.
  const away = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  opensAt = Date.parse(`${away}T09:00:00Z`);
  const weekday = WEEKDAYS[(new Date(opensAt).getUTCDay() + 6) % 7] as Weekday;
  const calendar = {
    kind: 'weekly' as const,
    zone: 'UTC',
    week: { [weekday]: [{ from: '09:00', to: '09:01' }] },
    exceptions: [],
  };
  await putCalendar(testEnv.DB, testEnv.DEMO.id as never, { id: 'closed', name: 'Closed', calendar, at: 1 }).run();
  for (const [slug, behaviour] of Object.entries(settings)) {
    await testEnv.DB.prepare('update queues set config = ? where slug = ?').bind(JSON.stringify(behaviour), slug).run();
  }
});

const leave = async (own: FrameSocket<AgentDown>) => {
  await own.ask({ type: 'presence.set', presence: 'away' });
  own.close();
};
const stateOf = (own: FrameSocket<AgentDown>) =>
  own.frames.findLast((frame) => frame.type === 'state') as Extract<AgentDown, { type: 'state' }>;

/** Somebody in the queue of these words. */
const deedsOf = async ({ conversationId }: Visitor): Promise<DeedsAnswer['deeds']> => {
  const agent = await Agent.signIn(inWorker, 'ines@baton.test');
  return ((await (await agent.get(`/v1/conversations/${conversationId}/deeds`)).json()) as DeedsAnswer).deeds;
};
const stateIn = (conversationId: string): Promise<ConversationState> =>
  runInDurableObject(conversationStub(testEnv, testEnv.DEMO.id, conversationId as never), (_, { storage }) =>
    JSON.parse(storage.sql.exec<{ body: string }>("select value as body from facts where key = 'state'").one().body),
  );
const statusOf = async (conversationId: string) =>
  testEnv.DB.prepare('select status from conversations where id = ?').bind(conversationId).first<string>('status');
const shared = (socket: FrameSocket<VisitorDown>) =>
  socket.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));

describe('[W3] [C10] a queue outside its hours', () => {
  it('is closed until it opens, takes a wish for how to be answered, and is open to who is served by somebody there', async () => {
    const { visitor, socket } = await waitingFor('I was charged twice.', 'usr_priya');
    const place = await socket.find((frame) => frame.type === 'place' && frame.position !== null);
    expect(place).toMatchObject({ service: 'closed', opensAt, estimate: null, agentsAvailable: 0 });

    for (const wish of [
      { way: 'email', address: 'priya' },
      { way: 'call', address: 'soon' },
      { way: 'fax', address: '1' },
    ])
      expect(await socket.ask({ type: 'contact.wish', wish })).toMatchObject({
        type: 'nack',
        problem: { kind: 'invalid' },
      });
    const wish = { way: 'email', address: 'priya@northwind.example' };
    const frame = { id: 'wish-it-once', type: 'contact.wish', wish };
    expect(await socket.ask(frame)).toMatchObject({ type: 'ack' });
    expect(await socket.ask(frame)).toMatchObject({ type: 'ack' });
    await socket.find((one) => one.type === 'entries' && one.entries.some(({ type }) => type === 'contact_wished'));
    expect(shared(socket).filter(({ type }) => type === 'contact_wished')).toMatchObject([{ wish }]);

    // The hours were announced; who is there is there.
    const { agent: maya, own } = await available('maya@baton.test');
    await socket.find((one) => one.type === 'place' && one.service !== 'closed' && one.opensAt === null);
    const offer = await offerOn(own, visitor.conversationId);
    await accept(own, offer);
    const held = await maya.conversation(visitor.conversationId);
    const entries = held.frames.flatMap((one) => (one.type === 'entries' ? one.entries : []));
    expect(entries.filter(({ type }) => type === 'contact_wished')).toMatchObject([{ wish }]);
    await held.ask({ type: 'resolve', code: 'answered', note: '' });
    await leave(own);
  });
});

describe('[Q18] a queue that a supervisor has closed', () => {
  it('serves who waited and tells them so; a newcomer hears that it is closed, and is offered when it opens', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(queueId('billing'));
    const before = await waitingFor('I was charged twice.');
    const entryOf = (view: View, { visitor }: typeof before) =>
      view.entries.find(({ conversationId }) => conversationId === visitor.conversationId);
    const shows = async (whom: typeof before, state: string) =>
      (await queue.find((frame) => frame.type === 'queue' && entryOf(frame, whom)?.state === state)) as View;
    await shows(before, 'queued');
    expect(await queue.ask({ type: 'queue.close' })).toMatchObject({ type: 'ack' });
    const newcomer = await waitingFor('I was charged twice.');
    await shows(newcomer, 'queued');
    const { agent: maya, own } = await available('maya@baton.test');
    const offer = await offerOn(own, before.visitor.conversationId);
    // Her being there is told to both: to one as an open queue, to the other as a closed one.
    const told = ({ socket }: typeof before) =>
      socket.find((frame) => frame.type === 'place' && frame.agentsAvailable > 0);
    expect(await told(before)).toMatchObject({ opensAt: null, service: expect.not.stringMatching('closed') });
    expect(await told(newcomer)).toMatchObject({ service: 'closed', estimate: null });
    await accept(own, offer);
    // She is done with it and has room again, and nothing comes.
    const resolve = async ({ visitor }: typeof before) =>
      (await maya.conversation(visitor.conversationId)).ask({ type: 'resolve', code: 'answered', note: '' });
    await resolve(before);
    const seen = (await queue.find(
      (frame) =>
        frame.type === 'queue' &&
        entryOf(frame, before) === undefined &&
        entryOf(frame, newcomer) !== undefined &&
        frame.agents.some(({ name, why }) => name === 'Maya Okafor' && why === null),
    )) as View;
    expect(entryOf(seen, newcomer)?.state).toBe('queued');
    expect(stateOf(own).offers).toEqual([]);

    expect(await queue.ask({ type: 'queue.open' })).toMatchObject({ type: 'ack' });
    await accept(own, await offerOn(own, newcomer.visitor.conversationId));
    await resolve(newcomer);
    await leave(own);
  });
});

describe('[Q9] [E4] a path', () => {
  it('sends work on to another queue when nobody takes it in time, and tells everybody', async () => {
    const { visitor, socket } = await waitingFor('Hello.');
    expect(shared(socket).find(({ type }) => type === 'escalated')).toMatchObject({ queueName: 'General' });
    await socket.find(
      (frame) =>
        frame.type === 'entries' && frame.entries.some((one) => one.type === 'moved' && one.kind === 'overflow'),
    );
    const { agent: jonas, own } = await available('jonas@baton.test');
    const offer = await offerOn(own, visitor.conversationId);
    expect(offer).toMatchObject({ queueName: 'Technical', hop: 2, because: ['Asked for a person'] });
    // [Q12] The wait goes on where it began.
    const at = (type: string) => shared(socket).find((one) => one.type === type)?.at as number;
    expect(Math.abs(offer.queuedAt - at('escalated'))).toBeLessThan(1000);
    expect(at('moved') - offer.queuedAt).toBeGreaterThanOrEqual(1000);
    await accept(own, offer);
    const work = await jonas.conversation(visitor.conversationId);
    const bundled = await work.find(
      (frame) => (frame.type === 'welcome' || frame.type === 'escalation') && frame.bundle?.hop === 2,
    );
    expect(bundled).toMatchObject({
      bundle: { routing: { value: { because: [expect.stringMatching(/^nobody in General could take it in time/)] } } },
    });
    await work.ask({ type: 'message.send', text: 'Hello!' });

    // [A6] The slot stays in use for the notes, until the agent says done.
    await work.ask({ type: 'resolve', code: 'answered', note: '' });
    await own.find((frame) => frame.type === 'state' && frame.wrapping.length === 1);
    expect(stateOf(own)).toMatchObject({ load: 1, work: [], wrapping: [{ reservationId: offer.reservationId }] });
    await own.ask({ type: 'wrap_up.done', reservationId: offer.reservationId });
    expect(stateOf(own)).toMatchObject({ load: 0, wrapping: [] });
    await leave(own);
  });
});

describe('[A5] silence', () => {
  it('work that is accepted and not answered is taken back and offered to somebody else', async () => {
    const { own: jonass } = await available('jonas@baton.test');
    const { visitor, socket } = await waitingFor('My API key does not work.');
    const offer = await offerOn(jonass, visitor.conversationId);
    expect(offer.queueName).toBe('Technical');
    await accept(jonass, offer);
    await socket.find(
      (frame) =>
        frame.type === 'entries' &&
        frame.entries.some((one) => one.type === 'agent_left' && one.because === 'taken_back'),
    );
    // [W4] They stand in line again, and hear where.
    const placeOf = () => {
      const place = socket.frames.findLast((frame) => frame.type === 'place');
      return place?.type === 'place' ? place.position : null;
    };
    await expect.poll(placeOf).toBe(1);
    await jonass.find((frame) => frame.type === 'state' && frame.work.length === 0 && frame.offers.length === 0, 5000);
    // After the cool-down Jonas is asked again, at the rank the work had earned.
    const again = await jonass.find(
      (frame) =>
        frame.type === 'state' &&
        frame.offers.some(
          ({ epoch, conversationId }) => conversationId === visitor.conversationId && epoch === offer.epoch + 1,
        ),
    );
    expect((again as Extract<AgentDown, { type: 'state' }>).offers[0]).toMatchObject({
      queuedAt: offer.queuedAt,
      dueAt: offer.dueAt,
    });
    await leave(jonass);
    // [O3]
    await expect
      .poll(() => deedsOf(visitor))
      .toMatchObject([
        { deed: 'accepted', agent: 'Jonas Weber' },
        { deed: 'taken_back', agent: 'Jonas Weber', because: 'silent', by: null },
      ]);
  });
});

describe('[W4] [Q8] a place', () => {
  it('that is told before the conversation knows that the work was taken back is not lost', async () => {
    const { own } = await available('jonas@baton.test');
    const { visitor, socket } = await waitingFor('My API key does not work.');
    const offer = await offerOn(own, visitor.conversationId);
    await accept(own, offer);
    await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'agent_joined'));
    const talk = conversationStub(testEnv, testEnv.DEMO.id, visitor.conversationId as never);
    const placeOf = () => {
      const place = socket.frames.findLast((frame) => frame.type === 'place');
      return place?.type === 'place' ? place.position : null;
    };
    await talk.setPlace(offer.escalationId as never, {
      position: 3,
      estimate: null,
      agentsAvailable: 0,
      service: 'open',
      opensAt: null,
    });
    await expect.poll(placeOf).toBeNull();
    await talk.takenBack(
      offer.escalationId as never,
      offer.hop,
      { id: testEnv.DEMO.agents[1]?.id as never, name: 'Jonas Weber' },
      null,
    );
    await expect.poll(placeOf).toBe(3);
    await socket.ask({ type: 'person.withdraw' });
    await own.find((frame) => frame.type === 'state' && frame.work.length === 0);
    await leave(own);
  });
});

describe('[P7] what happens while somebody waits', () => {
  it('moves the place in line, live, with the reason in the sum', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(queueId('billing'));
    const first = await waitingFor('I was charged twice.', 'usr_priya');
    const second = await waitingFor('I was charged twice.', 'usr_tom');
    const line = (view: View) =>
      view.entries.filter(({ state }) => state === 'queued').map(({ conversationId }) => conversationId);
    const ids = [first, second].map(({ visitor }) => visitor.conversationId);
    await queue.find((frame) => frame.type === 'queue' && ids.every((id) => line(frame).includes(id)));
    const before = (queue.frames.findLast((frame) => frame.type === 'queue') as View).entries.find(
      ({ conversationId }) => conversationId === ids[1],
    );
    await second.socket.ask({
      type: 'message.send',
      text: 'THIS IS RIDICULOUS!!! Absolutely terrible, I am furious, nobody helps!!!',
    });
    const moved = await queue.find(
      (frame) =>
        frame.type === 'queue' &&
        frame.entries.some(
          ({ conversationId, rank }) => conversationId === ids[1] && rank.some(({ label }) => label === 'frustrated'),
        ),
    );
    const after = (moved as View).entries.find(({ conversationId }) => conversationId === ids[1]);
    expect(after?.dueAt).toBeLessThan(before?.dueAt ?? 0);
    // More wait than the queue takes: it says so, and keeps them.
    expect((moved as View).isFull).toBe(true);
  });
});

describe('[P9] what they write while they wait', () => {
  it('is asked about: a trigger puts them before all others, and nothing that follows puts them back', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(queueId('billing'));
    const first = await waitingFor('I was charged twice.', null);
    const second = await waitingFor('I was charged twice.', null);
    const ids = [first, second].map(({ visitor }) => visitor.conversationId);
    const line = () =>
      (queue.frames.findLast((frame) => frame.type === 'queue') as View).entries.filter(({ conversationId }) =>
        ids.includes(conversationId),
      );
    const order = () => line().map(({ conversationId }) => ids.indexOf(conversationId));
    await expect.poll(order).toEqual([0, 1]);
    const promised = line()[1]?.promiseDueAt as number;
    const agents = await ines.conversation(ids[1] as string);
    const raised = () =>
      agents.frames
        .flatMap((frame) => (frame.type === 'entries' ? frame.entries : []))
        .filter(({ type }) => type === 'raised');
    const evaluations = async () => {
      const asked = testEnv.DB.prepare('select id from evaluations where conversation_id = ? and id like ?');
      return (await asked.bind(ids[1], '%/said-%').all()).results.length;
    };

    await second.socket.ask({ type: 'message.send', text: 'And by now somebody else logged in: my account is hacked' });
    await expect.poll(order).toEqual([1, 0]);
    expect(line()[0]).toMatchObject({ class: 0, severity: 'critical' });
    // [K7] What is promised to the critical is promised from when they came.
    await expect.poll(() => line()[0]?.promiseDueAt).toBeLessThan(promised);
    await expect.poll(raised).toMatchObject([{ severity: 'critical', class: 0, because: ['Suspected data breach'] }]);
    await second.socket.ask({ type: 'message.send', text: 'The order is 4711, thank you.' });
    await expect.poll(evaluations).toBe(2);
    expect(order()).toEqual([1, 0]);
    expect(line()[0]).toMatchObject({ class: 0, severity: 'critical' });
    expect(raised()).toHaveLength(1);
    // For the agents' eyes.
    const seen = second.socket.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
    expect(seen.map(({ type }): string => type)).not.toContain('raised');

    for (const { socket } of [first, second]) await socket.ask({ type: 'person.withdraw' });
    agents.close();
    queue.close();
  });
});

describe('a supervisor', () => {
  it('moves, assigns, takes back, closes and opens; others may not', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const queue = await ines.queue(queueId('billing'));
    const plain = await maya.queue(queueId('billing'));
    const log = async () =>
      ((await (await maya.get('/v1/audit')).json()) as AuditAnswer).entries
        .filter(({ about }) => about === 'Billing')
        .map(({ deed, by }) => [deed, by]);
    const earlier = await log();
    const { visitor, socket } = await waitingFor('I was charged twice.');
    const seen = (await queue.find(
      (frame) =>
        frame.type === 'queue' && frame.entries.some(({ conversationId }) => conversationId === visitor.conversationId),
    )) as View;
    const { escalationId, hop } = seen.entries.find(({ conversationId }) => conversationId === visitor.conversationId)!;
    expect(await plain.ask({ type: 'entry.adjust', escalationId, hop, minutes: 60 })).toMatchObject({
      problem: { kind: 'forbidden' },
    });
    const minutes = { id: 'minutes-once-1', type: 'entry.adjust', escalationId, hop, minutes: 1440 };
    expect(await queue.ask(minutes)).toMatchObject({ type: 'ack' });
    // Sent again because the answer was not heard: once is enough.
    expect(await queue.ask(minutes)).toMatchObject({ type: 'ack' });
    const moved = (await queue.find(
      (frame) =>
        frame.type === 'queue' &&
        frame.entries.some(
          (one) => one.escalationId === escalationId && one.rank.some(({ label }) => label === 'moved by Ines Duarte'),
        ),
    )) as View;
    expect(moved.entries[0]?.escalationId).toBe(escalationId);
    expect(moved.entries[0]?.rank.filter(({ label }) => label === 'moved by Ines Duarte')).toHaveLength(1);

    const { own } = await available('maya@baton.test');
    const me = (await maya.me()).agent.id;
    const { reservationId, epoch, queueId: id } = await offerOn(own, visitor.conversationId);
    await own.ask({ type: 'offer.decline', reservationId, epoch, queueId: id });
    // She said no and is left alone for a while; a supervisor may ask her all the same.
    // Her report that the slot is free may still be on its way.
    await expect
      .poll(async () => (await queue.ask({ type: 'entry.assign', escalationId, hop, agentId: me })).type)
      .toBe('ack');
    const again = await own.find(
      (frame) =>
        frame.type === 'state' &&
        frame.offers.some((one) => one.escalationId === escalationId && one.epoch === epoch + 1),
    );
    await accept(
      own,
      (again as Extract<AgentDown, { type: 'state' }>).offers.find((one) => one.escalationId === escalationId)!,
    );
    await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'agent_joined'));
    expect(await queue.ask({ type: 'entry.take_back', escalationId, hop })).toMatchObject({ type: 'ack' });
    await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'agent_left'));

    expect(await queue.ask({ type: 'queue.close' })).toMatchObject({ type: 'ack' });
    // Closed already: no deed.
    expect(await queue.ask({ type: 'queue.close' })).toMatchObject({ type: 'ack' });
    await queue.find((frame) => frame.type === 'queue' && frame.closed?.by === 'Ines Duarte');
    expect(await queue.ask({ type: 'queue.open' })).toMatchObject({ type: 'ack' });
    await leave(own);

    // [O3] What was done to the work stands in its history, once each and with who did it; what was done to the queue in the log.
    await expect
      .poll(() => deedsOf(visitor))
      .toMatchObject([
        // [P2] As many as there were until it would be due when it came.
        { deed: 'adjusted', by: 'Ines Duarte', minutes: 120 },
        { deed: 'chosen', by: 'Ines Duarte', agent: 'Maya Okafor' },
        { deed: 'accepted', agent: 'Maya Okafor' },
        { deed: 'taken_back', agent: 'Maya Okafor', because: 'supervisor', by: 'Ines Duarte' },
      ]);
    await expect.poll(log).toEqual([['queue.opened', 'Ines Duarte'], ['queue.closed', 'Ines Duarte'], ...earlier]);
    const { results } = await testEnv.DB.prepare('select id from audit').all();
    expect(results).toHaveLength(2 + earlier.length);
    await expect(testEnv.DB.prepare("update audit set by_name = 'nobody'").run()).rejects.toThrow('append-only');
    // A conversation of nobody here is not there.
    expect((await maya.get('/v1/conversations/cnv_nowhere000/deeds')).status).toBe(404);
  });
});

describe('[P7] what the host says of an account', () => {
  it('ranks anew who waits: another plan, and an account at risk', async () => {
    const { visitor } = await waitingFor('I was charged twice.', 'usr_tom');
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(queueId('billing'));
    const place = () =>
      (queue.frames.findLast(({ type }) => type === 'queue') as View).entries.find(
        ({ conversationId }) => conversationId === visitor.conversationId,
      );
    await queue.find(() => place() !== undefined);
    const before = place()!;
    expect(before.rank.some(({ label }) => label.includes('risk'))).toBe(false);
    // The page's next token, minutes later: Tom's company has been bought.
    const again = await visitor.withToken(await identityToken('usr_tom', Date.now(), 'acc_northwind'));
    await again.connect();
    await queue.find(() => place()?.rank.some(({ label }) => label.includes('risk')) === true);
    expect(place()!.dueAt).toBeLessThan(before.dueAt);
    expect(place()!.tier).toBe('enterprise');
    await (await again.connect()).ask({ type: 'person.withdraw' });
  });
});

describe('[M1] a visitor who comes back', () => {
  it('is brought to the agent who helped before, while that agent is there', async () => {
    const { agent: jonas, own: jonass } = await available('jonas@baton.test');
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({
      type: 'message.send',
      text: 'My API key does not work. Please let me talk to a human.',
    });
    const offer = await offerOn(jonass, visitor.conversationId);
    await accept(jonass, offer);
    const work = await jonas.conversation(visitor.conversationId);
    await work.ask({ type: 'message.send', text: 'Hello' });
    await work.ask({ type: 'resolve', code: 'answered', note: '' });
    for (const { reservationId } of stateOf(jonass).wrapping) await jonass.ask({ type: 'wrap_up.done', reservationId });
    await socket.ask({ type: 'message.send', text: 'My API key fails again. Please let me talk to a human again.' });
    const again = await jonass.find(
      (frame) =>
        frame.type === 'state' &&
        frame.offers.some(
          ({ ticketNumber, conversationId }) =>
            conversationId === visitor.conversationId && ticketNumber.endsWith('.2'),
        ),
    );
    expect(again).toBeDefined();
    await socket.ask({ type: 'person.withdraw' });
    await leave(jonass);
  });

  it('[M7] [M8] with a new conversation too: the same line, the wait that was earned, the same agent', async () => {
    const { agent: jonas, own: jonass } = await available('jonas@baton.test');
    const visitor = await Visitor.arrive(inWorker, null);
    const first = await visitor.open();
    await first.ask({ type: 'message.send', text: 'My API key does not work. Please let me talk to a human.' });
    const offer = await offerOn(jonass, visitor.conversationId);
    await accept(jonass, offer);
    const work = await jonas.conversation(visitor.conversationId);
    await work.ask({ type: 'message.send', text: 'Hello' });
    await work.ask({ type: 'resolve', code: 'answered', note: '' });
    for (const { reservationId } of stateOf(jonass).wrapping) await jonass.ask({ type: 'wrap_up.done', reservationId });
    const before = visitor.conversationId;
    await expect.poll(() => statusOf(before)).toBe('resolved');

    const second = await visitor.open();
    expect(visitor.conversationId).not.toBe(before);
    await second.ask({ type: 'person.request' });
    expect(await offerOn(jonass, visitor.conversationId)).toMatchObject({ queueName: offer.queueName });
    const { escalation, lastAgent, wroteBefore } = await stateIn(visitor.conversationId);
    expect([wroteBefore, (await stateIn(before)).wroteBefore]).toEqual([true, false]);
    const earlier = (await stateIn(before)).escalation as Extract<Escalation, { state: 'resolved' }>;
    expect(lastAgent?.id).toBe(earlier.agent.id);
    expect(escalation?.hops[0]?.waitedMs).toBe(earlier.assignedAt - earlier.createdAt);
    await leave(jonass);
  });
});

describe('[Q11] settings', () => {
  const pathOf = (slug = 'billing') => `/v1/queues/${queueId(slug)}/settings`;
  const put = (agent: Agent, settings: object, slug = 'billing') =>
    inWorker.fetch(pathOf(slug), { method: 'PUT', headers: agent.headers, body: JSON.stringify(settings) });
  const read = async (agent: Agent, slug = 'billing') =>
    (await (await agent.get(pathOf(slug))).json()) as QueueSettingsAnswer;

  it('are previewed, then change what waits at once; only admins may', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const queue = await ines.queue(queueId('billing'));
    for (const user of [null, 'usr_lena']) {
      const { socket } = await waitingFor('I was charged twice.', user);
      await socket.find((frame) => frame.type === 'place' && frame.position !== null);
    }
    // Others of this file may be waiting as well: the picture with all of them.
    const inLine = await runInDurableObject(
      queueStub(testEnv, testEnv.DEMO.id, queueId('billing') as never),
      (_, { storage }) =>
        storage.sql.exec<{ n: number }>("select count(*) as n from entries where state = 'queued'").one().n,
    );
    expect(inLine).toBeGreaterThanOrEqual(2);
    const seen = (await queue.find((frame) => frame.type === 'queue' && frame.waiting === inLine)) as View;
    const { settings, revision } = await read(ines);
    const { targetMinutes } = settings.rank;
    const turned = {
      ...settings,
      rank: {
        ...settings.rank,
        targetMinutes: { ...targetMinutes, unknown: { low: 1, normal: 1, high: 1, critical: 1 } },
      },
    };
    const preview = (await (await ines.post(`${pathOf()}/preview`, turned)).json()) as QueuePreview;
    expect(preview.entries.length).toBeGreaterThanOrEqual(2);
    expect(preview.waiting).toBe(preview.entries.length);
    expect(preview.moved).toBe(preview.entries.filter(({ before, after }) => before !== after).length);
    expect(preview.moved).toBeGreaterThan(0);
    const order = (view: View) =>
      view.entries.filter(({ state }) => state === 'queued').map(({ ticketNumber }) => ticketNumber);
    // Both sums are there: as it is, and as it would be.
    const now = new Map(
      (queue.frames.findLast((frame) => frame.type === 'queue') as View).entries.map((one) => [one.ticketNumber, one]),
    );
    for (const { ticketNumber, was } of preview.entries)
      expect(was).toMatchObject({ dueAt: now.get(ticketNumber)?.dueAt, rank: now.get(ticketNumber)?.rank });
    expect(preview.entries.some(({ rank }) => rank[0]?.minutes === 1)).toBe(true);
    // A look changes nothing.
    expect(order(queue.frames.findLast((frame) => frame.type === 'queue') as View)).toEqual(order(seen));
    expect((await put(maya, { ...turned, revision })).status).toBe(403);
    expect((await put(ines, { ...turned, revision })).status).toBe(200);
    const wanted = preview.entries.map(({ ticketNumber }) => ticketNumber);
    await queue.find((frame) => frame.type === 'queue' && order(frame).join() === wanted.join());
  });

  it('are shown with what the path would do at once, and it does', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const { settings, revision } = await read(ines, 'technical');
    const { socket } = await waitingFor('The API answers 500.', null);
    await socket.find((frame) => frame.type === 'place' && frame.position !== null);
    const queue = await ines.queue(queueId('technical'));
    const path = [{ afterMs: 0, do: 'raise' as const, minutes: 90 }];
    const preview = (await (
      await ines.post(`${pathOf('technical')}/preview`, { ...settings, path })
    ).json()) as QueuePreview;
    const raised = preview.entries.filter(({ dueAt, was }) => was.dueAt - dueAt === 90 * 60_000);
    expect(raised.length).toBeGreaterThan(0);
    expect((await put(ines, { ...settings, path, revision }, 'technical')).status).toBe(200);
    const due = new Map(preview.entries.map(({ ticketNumber, dueAt }) => [ticketNumber, dueAt]));
    await queue.find(
      (frame) =>
        frame.type === 'queue' &&
        frame.entries.filter(({ state }) => state === 'queued').every((one) => due.get(one.ticketNumber) === one.dueAt),
    );
    expect((await put(ines, { ...settings, revision: revision + 1 }, 'technical')).status).toBe(200);
  });

  it('that are not whole, or more than that, are refused with the place, and nothing is reset', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const before = await read(ines);
    const { settings, revision } = before;
    const { silentMs: _, ...without } = settings;
    for (const [sent, place] of [
      [without, 'silentMs'],
      [{ ...settings, silentMS: 60_000 }, 'silentMS'],
      [{ ...settings, rank: { ...settings.rank, atRisk: 5 } }, 'rank'],
    ] as const) {
      const refused = await put(ines, { ...sent, revision });
      expect(refused.status).toBe(400);
      expect(JSON.stringify(await refused.json())).toContain(place);
      expect((await ines.post(`${pathOf()}/preview`, sent)).status).toBe(400);
    }
    // Not even looked at, what could not be saved.
    expect((await ines.post(`${pathOf()}/preview`, { ...settings, cost: 4 })).status).toBe(400);
    expect((await ines.post(`${pathOf()}/preview`, { ...settings, hoursId: 'nowhere' })).status).toBe(400);
    expect(await read(ines)).toEqual(before);
  });

  it('a piece that nobody could ever take is refused with its place', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const { settings, revision } = await read(ines);
    const refused = await put(ines, { ...settings, cost: 4, revision });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      issues: [{ path: 'cost', message: 'nobody who serves this queue has room for that: 3 at most.' }],
    });
    expect((await put(ines, { ...settings, cost: 3, revision })).status).toBe(200);
    expect((await put(ines, { ...settings, revision: revision + 1 })).status).toBe(200);
  });

  it('[Q14] made from older ones are refused, say who was faster, and change nothing', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const before = await read(ines);
    expect((await put(ines, { ...before.settings, offerMs: 45_000, revision: before.revision })).status).toBe(200);
    const late = await put(ines, { ...before.settings, offerMs: 10_000, revision: before.revision });
    expect(late.status).toBe(409);
    expect(await late.json()).toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/^Ines Duarte changed how Billing works after you opened it\. Nothing of yours/),
    });
    const after = await read(ines);
    expect(after).toMatchObject({ revision: before.revision + 1, changed: { name: 'Ines Duarte' } });
    expect(after.settings.offerMs).toBe(45_000);
    // Made from none at all is not made from the ones in force.
    const blind = await put(ines, before.settings);
    expect(blind.status).toBe(400);
    expect(await blind.json()).toMatchObject({ issues: [{ path: 'revision' }] });
  });

  it('[Q14] of two who save at once one is saved and the other knows', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const { settings, revision } = await read(ines, 'technical');
    const tries = [11_000, 12_000, 13_000, 14_000];
    const statuses = await Promise.all(
      tries.map(async (offerMs) => (await put(ines, { ...settings, offerMs, revision }, 'technical')).status),
    );
    expect([...statuses].sort()).toEqual([200, 409, 409, 409]);
    const after = await read(ines, 'technical');
    expect(after).toMatchObject({ revision: revision + 1, settings: { offerMs: tries[statuses.indexOf(200)] } });
  });

  it('name an owner of this workspace, and nobody else', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const before = await read(ines, 'technical');
    const stranger = await put(
      ines,
      { ...before.settings, ownerId: 'agt_AAAAAAAAAAAAAAAAAAAAA', revision: before.revision },
      'technical',
    );
    expect(await stranger.json()).toMatchObject({ kind: 'invalid', issues: [{ path: 'ownerId' }] });
    const me = await ines.me();
    await put(ines, { ...before.settings, ownerId: me.agent.id, revision: before.revision }, 'technical');
    const technical = (await ines.me()).queues.find(({ name }) => name === 'Technical');
    expect(technical?.ownerName).toBe('Ines Duarte');
  });

  it.each([
    ['a time that is too short', { offerMs: 500 }, 'offerMs'],
    ['hours that are none', { hoursId: 'nowhere' }, 'hoursId'],
    ['an owner who is none', { ownerId: 'agt_AAAAAAAAAAAAAAAAAAAAA' }, 'ownerId'],
    ['a skill that is none', { path: [{ afterMs: 1, do: 'also_allow', skills: ['two words'] }] }, 'path.0.skills.0'],
    [
      'a queue that does not exist',
      { path: [{ afterMs: 1, do: 'overflow', to: 'que_AAAAAAAAAAAAAAAAAAAAA' }] },
      'path.0.to',
    ],
    [
      'steps out of order',
      {
        path: [
          { afterMs: 9, do: 'raise', minutes: 1 },
          { afterMs: 3, do: 'raise', minutes: 1 },
        ],
      },
      'path.1.afterMs',
    ],
    ['a relaxing that never comes', { relaxAfterMs: [null, 1000, null] }, 'relaxAfterMs.1'],
  ])('%s is refused with its place', async (_, wrong, spot) => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const { settings, revision } = await read(ines);
    const response = await put(ines, { ...settings, ...wrong, revision });
    expect(response.status).toBe(400);
    const { message, issues } = (await response.json()) as Problem;
    expect(message).toContain(spot);
    expect(issues?.map(({ path: place }) => place)).toEqual([spot]);
  });

  it('a path that comes back to its own queue is refused', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const { settings, revision } = await read(ines, 'technical');
    // General overflows to Technical in this file.
    const response = await put(
      ines,
      { ...settings, path: [{ afterMs: 1, do: 'overflow', to: queueId('general') }], revision },
      'technical',
    );
    expect(((await response.json()) as { message: string }).message).toMatch(/path\.0\.to: .*come back to Technical/);
  });
});

describe('[W1] a place', () => {
  it('is told by who could help: an agent without the skill that is asked for is nobody', async () => {
    const { agent: jonas, own } = await available('jonas@baton.test');
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const { id } = (await jonas.me()).agent;
    const path = `/v1/agents/${id}/settings`;
    const { agent } = (await (await ines.get(path)).json()) as AgentSettingsAnswer;
    const serves = async (queueIds: string[], skills: object[]) => {
      const { agent: now } = (await (await ines.get(path)).json()) as AgentSettingsAnswer;
      const body = JSON.stringify({ ...agent.settings, queueIds, skills, revision: now.revision });
      expect((await inWorker.fetch(path, { method: 'PUT', headers: ines.headers, body })).status).toBe(200);
    };
    await serves([queueId('billing')], [{ name: 'api', level: 1 }]);
    const { socket } = await waitingFor('I was charged twice.', null);
    const told = () => socket.frames.findLast((frame) => frame.type === 'place' && frame.position !== null);
    await expect.poll(told).toMatchObject({ service: 'closed', agentsAvailable: 0, estimate: null });
    await serves([queueId('billing')], [{ name: 'billing', level: 1 }]);
    await expect.poll(told).toMatchObject({ service: expect.stringMatching(/open|full/), agentsAvailable: 1 });
    await socket.ask({ type: 'person.withdraw' });
    await serves(agent.settings.queueIds, agent.settings.skills);
    await leave(own);
  });
});
