import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, describe, expect, it } from 'vitest';
import type { QueueId } from '#domain/ids.ts';
import type { AgentDown } from '#protocol/agent.ts';
import type { AgentConversationDown, SegmentRef } from '#protocol/agent-conversation.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import type { AgentObject } from '../../durable-objects/agent-object.ts';
import type { ConversationObject } from '../../durable-objects/conversation-object.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import { loadDesk, loadDeskFresh } from '../../worker/assist/desk.ts';
import { findOverdue } from '../../worker/watchdog.ts';
import { Agent, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { pass } from './crash/passing-time.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const stubOf = (visitor: Visitor) => conversationStub(testEnv, testEnv.DEMO.id, visitor.conversationId as never);
type Stub = DurableObjectStub<ConversationObject> | DurableObjectStub<AgentObject>;
const inside = <R>(stub: Stub, look: (storage: DurableObjectStorage) => R | Promise<R>): Promise<R> =>
  runInDurableObject(stub as DurableObjectStub<ConversationObject>, (_, { storage }) => look(storage));
const alarmOf = (stub: Stub) => inside(stub, (storage) => storage.getAlarm());
const depthOf = (stub: Stub) =>
  inside(stub, ({ sql }) =>
    sql
      .exec<{ n: number; tried: number }>('select count(*) as n, coalesce(max(attempts), 0) as tried from outbox')
      .one(),
  );
const stateOf = (stub: Stub) =>
  inside(stub, ({ sql }) =>
    JSON.parse(sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value),
  );
const eventsOf = async (conversationId: string) =>
  (
    await testEnv.DB.prepare('select type from events where conversation_id = ? order by at, id')
      .bind(conversationId)
      .all<{ type: string }>()
  ).results.map(({ type }) => type);
const messages = (socket: FrameSocket<VisitorDown>) =>
  socket.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));

describe('[O5] the alarm and the outbox', () => {
  const away = (is: boolean) =>
    testEnv.DB.prepare(`alter table ${is ? 'events' : 'events_away'} rename to ${is ? 'events_away' : 'events'}`).run();
  let isAway = false;
  const takeAway = async () => {
    await away(true);
    isAway = true;
  };
  const bringBack = async () => {
    if (isAway) await away(false);
    isAway = false;
  };
  afterEach(bringBack);

  it('what D1 would not take is kept, an alarm is set for it, and it gets there without anybody asking', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await takeAway();
    expect(await socket.ask({ type: 'message.send', text: 'How do I create an API key?' })).toMatchObject({
      type: 'ack',
    });
    const stub = stubOf(visitor);
    await expect.poll(async () => (await depthOf(stub)).tried, { timeout: 5_000 }).toBeGreaterThan(0);
    const at = await alarmOf(stub);
    expect(at).not.toBeNull();
    // Not at once and again and again: a pause that the failures so far have earned.
    expect((at as number) - Date.now()).toBeLessThanOrEqual(60_000);
    await bringBack();
    await expect
      .poll(() => eventsOf(visitor.conversationId), { timeout: 15_000 })
      .toEqual(['conversation.started', 'conversation.classified', 'answer.sent']);
    await expect.poll(async () => (await depthOf(stub)).n).toBe(0);
    await expect.poll(() => alarmOf(stub)).toBeNull();
  });

  it('a hand-over does not wait for a database that takes no events', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await takeAway();
    await socket.ask({ type: 'person.request' });
    const general = testEnv.DEMO.queues.find(({ slug }) => slug === 'general')?.id;
    const queue = queueStub(testEnv, testEnv.DEMO.id, general as never);
    await expect
      .poll(
        () =>
          runInDurableObject(
            queue,
            (_, { storage }) =>
              storage.sql
                .exec<{ n: number }>(
                  "select count(*) as n from entries where json_extract(body, '$.conversationId') = ?",
                  visitor.conversationId,
                )
                .one().n,
          ),
        { timeout: 10_000 },
      )
      .toBe(1);
  });
});

describe('[Q13] the watchdog', () => {
  it('finds what a lost alarm has left lying, in objects that nobody calls, and sets it again', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    const offer = await offerOn(own, visitor.conversationId);
    const queue = queueStub(testEnv, testEnv.DEMO.id, offer.queueId as never);
    await expect
      .poll(() =>
        testEnv.DB.prepare("select 1 from conversations where id = ? and status = 'waiting'")
          .bind(visitor.conversationId)
          .first(),
      )
      .not.toBeNull();
    expect(await findOverdue(testEnv as never)).toMatchObject({ late: 0, failed: 0 });
    // The offer ran out long ago, and the platform has given the alarm up.
    await runInDurableObject(queue, async (_, { storage }) => {
      const row = storage.sql
        .exec<{ body: string }>('select body from entries where reservation_id = ?', offer.reservationId)
        .one();
      const body = JSON.stringify({ ...JSON.parse(row.body), expiresAt: Date.now() - 600_000 });
      storage.sql.exec(
        'update entries set body = ?, wake_at = ? where reservation_id = ?',
        body,
        Date.now() - 600_000,
        offer.reservationId,
      );
      await storage.deleteAlarm();
    });
    expect(await findOverdue(testEnv as never)).toMatchObject({ late: 1, failed: 0 });
    await expect
      .poll(
        () =>
          own.frames
            .findLast((frame) => frame.type === 'state')
            ?.offers.some(({ reservationId }) => reservationId === offer.reservationId),
        { timeout: 10_000 },
      )
      .toBe(false);
    expect(await findOverdue(testEnv as never)).toMatchObject({ late: 0, failed: 0 });
    own.close();
  });

  it('[Q11] brings settings that were saved and that their object was never told', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    const visitor = await Visitor.arrive(inWorker, null);
    await (await visitor.open()).ask({ type: 'person.request' });
    const general = testEnv.DEMO.queues.find(({ slug }) => slug === 'general')!.id as QueueId;
    const queue = queueStub(testEnv, testEnv.DEMO.id, general);
    const identityOf = (stub: unknown) =>
      runInDurableObject(stub as typeof queue, (_, { storage }) =>
        JSON.parse(storage.sql.exec<{ value: string }>("select value from facts where key = 'identity'").one().value),
      );
    await expect.poll(async () => (await identityOf(queue)).config.name).toBe('General');
    // As by a Worker that died between saving and telling.
    await testEnv.DB.batch([
      testEnv.DB.prepare(
        "update queues set config = json_set(config, '$.maxWaiting', 77, '$.revision', 9) where id = ?",
      ).bind(general),
      testEnv.DB.prepare('update agent_profiles set capacity = 7, revision = revision + 1 where agent_id = ?').bind(
        (await maya.me()).agent.id,
      ),
    ]);
    await findOverdue(testEnv as never);
    expect((await identityOf(queue)).config).toMatchObject({ maxWaiting: 77, revision: 9 });
    await own.find((frame) => frame.type === 'state' && frame.capacity === 7);
    own.close();
  });

  it('a busy day of others hides nobody: who waits is looked at in every run, everything else has its turn', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await socket.find((frame) => frame.type === 'place' && frame.position !== null);
    const general = queueStub(testEnv, testEnv.DEMO.id, testEnv.DEMO.queues.find(({ slug }) => slug === 'general')!.id);
    const lost = async (stub: unknown) => inside(stub as Stub, (storage) => storage.deleteAlarm());
    const isSet = async (stub: unknown) => (await alarmOf(stub as Stub)) !== null;
    await expect.poll(() => isSet(stubOf(visitor))).toBe(true);
    await expect
      .poll(() =>
        testEnv.DB.prepare("select 1 from conversations where id = ? and status = 'waiting'")
          .bind(visitor.conversationId)
          .first(),
      )
      .not.toBeNull();
    const now = Math.ceil(Date.now() / 60_000) * 60_000;
    const newer = Array.from({ length: 720 }, (_, n) => [`cnv_busy${n}`, `vis_busy${n}`, now + n] as const);
    // Of another company, whose queues nobody has to ask for.
    const busy = 'wsp_busy0';
    await testEnv.DB.batch([
      testEnv.DB.prepare("insert into organization (id, name, slug, createdAt) values (?1, 'Busy', ?1, 0)").bind(busy),
      testEnv.DB.prepare(
        'insert into workspaces (id, public_key, name, allowed_origins, settings) select ?1, ?1, name, allowed_origins, settings from workspaces where id = ?2',
      ).bind(busy, testEnv.DEMO.id),
      ...newer.map(([id, other, at]) =>
        testEnv.DB.prepare(
          `insert into conversations (workspace_id, id, number, visitor_id, client_id, recording_id, status, subject, created_at, updated_at)
           values (?1, ?2, 9, ?3, ?2, ?2, 'open', '', ?4, ?4)`,
        ).bind(busy, id, other, at),
      ),
    ]);
    try {
      await lost(stubOf(visitor));
      await lost(general);
      let runs = 0;
      for (; !(await isSet(stubOf(visitor))) && runs < 5; runs += 1) {
        await findOverdue(testEnv as never, now + runs * 60_000);
        expect(await isSet(general)).toBe(true);
        await lost(general);
      }
      // 720 and some, the latest hundred in every run and three hundred in turn.
      expect(runs).toBeGreaterThan(0);
      expect(runs).toBeLessThanOrEqual(3);
    } finally {
      await testEnv.DB.prepare('delete from organization where id = ?').bind(busy).run();
    }
  });

  it.each([
    [
      'conversations_not_over',
      `select workspace_id, id from conversations where status <> 'resolved' order by updated_at desc limit 300 offset 100`,
    ],
    ['conversations_not_over', `select count(*) as n from conversations where status <> 'resolved'`],
    [
      'conversations_waiting',
      `select distinct workspace_id as id from conversations where status = 'waiting' order by workspace_id`,
    ],
  ])('reads by %s', async (index, sql) => {
    const plan = await testEnv.DB.prepare(`explain query plan ${sql}`).all<{ detail: string }>();
    expect(plan.results.map(({ detail }) => detail).join()).toMatch(new RegExp(index));
  });
});

describe('whoever wakes a conversation', () => {
  it('[O5] sets the alarm that the last process may have lost: for a row of the outbox', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'typing' });
    const stub = stubOf(visitor);
    await runInDurableObject(stub, async (_, { storage }) => {
      const effect = {
        kind: 'outcome_event',
        at: 1,
        conversationId: visitor.conversationId,
        event: { type: 'conversation.started' },
      };
      storage.sql.exec(
        "insert into outbox (lane, effect, next_at) values ('record', ?, ?)",
        JSON.stringify(effect),
        Date.now() + 60_000,
      );
      await storage.deleteAlarm();
    });
    await evictDurableObject(stub);
    expect(await alarmOf(stub)).not.toBeNull();
    // Its time comes: the alarm delivers it.
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec('update outbox set next_at = 1');
    });
    await runDurableObjectAlarm(stub);
    expect(await eventsOf(visitor.conversationId)).toEqual(['conversation.started']);
  });

  it('[C5] sets it for a turn that was cut short, and the alarm finishes it, once', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'typing' });
    const stub = stubOf(visitor);
    await runInDurableObject(stub, async (_, { storage }) => {
      const state = JSON.parse(
        storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value,
      );
      state.turn = { id: 'turn-cut-short', messageSeq: 0, question: 'How do I create an API key?' };
      storage.sql.exec("update facts set value = ? where key = 'state'", JSON.stringify(state));
      await storage.deleteAlarm();
    });
    await evictDurableObject(stub);
    expect(await alarmOf(stub)).not.toBeNull();
    await runDurableObjectAlarm(stub);
    await runDurableObjectAlarm(stub);
    await socket.ask({ type: 'typing' });
    const said = messages(socket).filter((entry) => entry.type === 'message');
    expect(said).toMatchObject([{ author: { kind: 'assistant' }, citations: [{ slug: 'create-api-key' }] }]);
    expect((await stateOf(stub)).turn).toBeNull();
    expect(await alarmOf(stub)).toBeNull();
  });
});

describe('whoever wakes an agent’s object', () => {
  it('[A2] sees that no console is there any more, and the agent goes offline after the grace', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const stub = agentStub(testEnv, testEnv.DEMO.id, (await maya.me()).agent.id as never);
    expect(await stateOf(stub)).toMatchObject({ presence: 'available', goneAt: null });
    // The process dies with the sockets: no close event reaches anybody.
    await runInDurableObject(stub, (_, { storage }) => storage.deleteAlarm());
    await evictDurableObject(stub, { webSockets: 'close' });
    expect(await stateOf(stub)).toMatchObject({ presence: 'available', goneAt: expect.any(Number) });
    expect(await alarmOf(stub)).not.toBeNull();
    await runInDurableObject(stub, (object, { storage }) => {
      const text = storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value;
      const state = { ...JSON.parse(text), goneAt: Date.now() - 5_001 };
      storage.sql.exec("update facts set value = ? where key = 'state'", JSON.stringify(state));
      return object;
    });
    await evictDurableObject(stub);
    await runDurableObjectAlarm(stub);
    expect(await stateOf(stub)).toMatchObject({ presence: 'offline', goneAt: null });
  });
});

describe('[X6] what enters a conversation is redacted on the way in', () => {
  const CARD = '4111 1111 1111 1111';
  const page = (at: number, changed: object = {}) => ({
    path: '/billing',
    title: `Billing ${CARD}`,
    area: 'billing',
    entries: [
      { key: 'note', label: 'Note', type: 'custom', value: `card ${CARD}` },
      { key: 'list', label: 'Password', type: 'list', value: [`card ${CARD}`] },
    ],
    viewport: { width: 800, height: 600 },
    browser: 'Chrome',
    language: 'en',
    at,
    ...changed,
  });
  const crumb = (tab: string, n: number, at: number) => ({
    tab,
    n,
    at,
    kind: 'error',
    message: `refused ${CARD}, password: hunter2secret`,
    source: null,
  });

  it('the page, its entries and the trail, as stored and as an agent sees them live', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const console = await maya.conversation(visitor.conversationId);
    const at = Date.now();
    await socket.ask({ type: 'page.update', page: page(at), trail: [crumb(visitor.tab, 0, at)] });
    const live = await console.find(({ type }) => type === 'page');
    const later = await maya.conversation(visitor.conversationId);
    const stored = await runInDurableObject(stubOf(visitor), (_, { storage }) =>
      JSON.stringify([
        storage.sql.exec("select value from facts where key = 'page'").toArray(),
        storage.sql.exec('select body from crumbs').toArray(),
      ]),
    );
    const welcome = later.frames.find(({ type }) => type === 'welcome') as Extract<
      AgentConversationDown,
      { type: 'welcome' }
    >;
    expect(welcome.page).toMatchObject({ path: '/billing', title: 'Billing [card]' });
    expect(welcome.trail).toMatchObject([{ message: expect.stringContaining('[card]') }]);
    for (const text of [JSON.stringify(live), JSON.stringify(welcome), stored]) {
      expect(text).not.toMatch(/4111 1111|hunter2secret/);
      expect(text).toContain('[card]');
    }
  });

  it('a bug report', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    const visitor = await Visitor.arrive(inWorker, 'usr_priya');
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await own.ask({ type: 'presence.set', presence: 'available' });
    const { reservationId, epoch, queueId } = await offerOn(own, visitor.conversationId);
    await own.ask({ type: 'offer.accept', reservationId, epoch, queueId });
    const held = await maya.conversation(visitor.conversationId);
    const report = {
      title: `Refused ${CARD}`,
      expected: 'x',
      actual: `password: hunter2secret`,
      hypothesis: 'the stored card',
      environment: [{ label: 'Card', value: CARD }],
      steps: [`typed ${CARD}`],
      failedRequests: [],
      businessImpact: '',
      replay: null,
    };
    await held.ask({ type: 'escalate', queueId: await maya.queueId('Engineering'), report });
    const frame = await held.find(
      (one) => one.type === 'escalation' && one.bundle?.bugReport.status === 'present',
      15_000,
    );
    const stored = await runInDurableObject(stubOf(visitor), (_, { storage }) =>
      JSON.stringify([
        storage.sql.exec('select body from entries').toArray(),
        storage.sql.exec('select value from facts').toArray(),
        storage.sql.exec('select effect from outbox').toArray(),
      ]),
    );
    for (const text of [JSON.stringify(frame), stored]) {
      expect(text).not.toMatch(/4111 1111|hunter2secret/);
      expect(text).toContain('Refused [card]');
    }
    await own.ask({ type: 'presence.set', presence: 'away' });
  });

  it('[C7] a page that was seen earlier does not replace a newer one', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const pageOf = async () => {
      const frame = (await maya.conversation(visitor.conversationId)).frames.find(({ type }) => type === 'welcome');
      return (frame as Extract<AgentConversationDown, { type: 'welcome' }>).page?.path;
    };
    await socket.ask({ type: 'page.update', page: page(2000, { path: '/new' }), trail: [] });
    await socket.ask({ type: 'page.update', page: page(1000, { path: '/old' }), trail: [crumb(visitor.tab, 0, 1)] });
    expect(await pageOf()).toBe('/new');
    await socket.ask({ type: 'page.update', page: page(2000, { path: '/same-moment' }), trail: [] });
    expect(await pageOf()).toBe('/same-moment');
  });
});

describe('late and foreign word from other objects', () => {
  const place = { position: 7, estimate: null, agentsAvailable: 1, service: 'open', opensAt: null } as const;

  it('[W1] a place in line of another escalation is nobody’s place', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await socket.find(({ type }) => type === 'place');
    await stubOf(visitor).setPlace('esc_AAAAAAAAAAAAAAAAAAAAA' as never, place);
    await socket.ask({ type: 'typing' });
    const told = (one: FrameSocket<VisitorDown>) =>
      one.frames.flatMap((frame) => (frame.type === 'place' ? [frame.position] : []));
    expect(told(socket)).not.toContain(7);
    expect(told(await visitor.connect())).not.toContain(7);
  });

  it('[O4] a segment that is told before anybody opened the conversation harms nothing', async () => {
    const stub = conversationStub(testEnv, testEnv.DEMO.id, 'cnv_neveropened' as never);
    const segment: SegmentRef = { tab: 'tabtabtab1', n: 0, fromAt: 1, toAt: 2, events: 1, bytes: 10 };
    await stub.segmentStored(segment);
    expect(await alarmOf(stub)).toBeNull();
    const rows = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec('select * from segments').toArray(),
    );
    expect(rows).toEqual([]);
  });

  it('[Q4] a decline with another epoch ends nothing', async () => {
    const jonas = await Agent.signIn(inWorker, 'jonas@baton.test');
    const own = await jonas.own();
    const visitor = await Visitor.arrive(inWorker, 'usr_tom');
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await own.ask({ type: 'presence.set', presence: 'available' });
    const { reservationId, epoch, queueId } = await offerOn(own, visitor.conversationId);
    for (const wrong of [epoch + 1, epoch - 1]) {
      expect(await own.ask({ type: 'offer.decline', reservationId, epoch: wrong, queueId })).toMatchObject({
        type: 'nack',
        problem: { kind: 'conflict' },
      });
    }
    const last = own.frames.findLast(({ type }) => type === 'state') as Extract<AgentDown, { type: 'state' }>;
    expect(last.offers.map((offer) => offer.reservationId)).toContain(reservationId);
    const queue = queueStub(testEnv, testEnv.DEMO.id, queueId as never);
    const { agent } = await jonas.me();
    expect(await queue.decline(reservationId as never, epoch + 1, agent.id as never)).toMatchObject({
      ok: false,
      reason: 'stale_epoch',
    });
    await queue.orphan(reservationId as never, epoch + 1);
    expect(await own.ask({ type: 'offer.accept', reservationId, epoch, queueId })).toMatchObject({ type: 'ack' });
    await own.ask({ type: 'presence.set', presence: 'away' });
  });
});

describe('[C9] a desk whose reader died while reading', () => {
  it('is read by the next who needs it', async () => {
    const { id } = testEnv.DEMO;
    const never = { bind: () => never, first: () => new Promise(() => {}), all: () => new Promise(() => {}) };
    const dying = { ...testEnv, DB: { prepare: () => never, batch: never.all } } as never;
    await loadDesk(testEnv as never, id as never);
    // What is in memory has to be older than it may be.
    pass(60_000);
    void loadDeskFresh(dying, id as never);
    expect((await loadDeskFresh(testEnv as never, id as never)).queues).toHaveLength(testEnv.DEMO.queues.length);
  });

  it('is read by one at a time while an older one serves, and by another when that one has died', async () => {
    const { id } = testEnv.DEMO;
    let reads = 0;
    const never = { bind: () => never, first: () => new Promise(() => {}), all: () => new Promise(() => {}) };
    const counting = {
      ...testEnv,
      DB: {
        prepare() {
          reads += 1;
          return never;
        },
        batch: never.all,
      },
    } as never;
    await loadDesk(testEnv as never, id as never);
    pass(30_000);
    await loadDesk(counting, id as never);
    const once = reads;
    expect(once).toBeGreaterThan(0);
    await loadDesk(counting, id as never);
    expect(reads).toBe(once);
    pass(10_000);
    expect((await loadDesk(counting, id as never)).queues).toHaveLength(testEnv.DEMO.queues.length);
    expect(reads).toBe(2 * once);
  });
});
