import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { QueueId } from '#domain/ids.ts';
import type { Calendar } from '#domain/sla/calendar.ts';
import { DEFAULT_SLA_POLICY, type SlaPolicy } from '#domain/sla/policy.ts';
import type { AgentDown } from '#protocol/agent.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';
import type { Problem } from '#protocol/problem.ts';
import type { QueueDown } from '#protocol/queue.ts';
import type { QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import type { SlaPolicyAnswer, SlaPreview } from '#protocol/sla.ts';
import { conversationStub, queueStub } from '../../durable-objects/names.ts';
import { loadDeskFresh } from '../../worker/assist/desk.ts';
import { publishSlaPolicy, putCalendar, readSla, slaSettingsOf } from '../../worker/storage/sla.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const MINUTE = 60_000;
const workspaceId = testEnv.DEMO.id;
const stubOf = (visitor: Visitor) => conversationStub(testEnv, workspaceId, visitor.conversationId as never);

let maya: Agent;
let own: FrameSocket<AgentDown>;

beforeAll(async () => {
  maya = await Agent.signIn(inWorker, 'maya@baton.test');
  own = await maya.own();
});

afterEach(async () => {
  vi.useRealTimers();
  await own.ask({ type: 'presence.set', presence: 'away' });
});

async function handedOver(user: string | null = 'usr_priya'): Promise<Visitor> {
  const visitor = await Visitor.arrive(inWorker, user);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'escalated'));
  // Until the queue has it: what follows the hand-over writes the state that `minutesPass` writes.
  await vi.waitFor(async () => {
    const left = await runInDurableObject(
      stubOf(visitor),
      (_, { storage }) =>
        storage.sql.exec<{ n: number }>("select count(*) as n from outbox where lane = 'work'").one().n,
    );
    expect(left).toBe(0);
  }, 10_000);
  return visitor;
}

async function inMayasHands(user: string | null = 'usr_priya') {
  const visitor = await handedOver(user);
  await own.ask({ type: 'presence.set', presence: 'available' });
  const socket = await takeAll(visitor);
  return { visitor, held: socket };
}

/** Accepts what is offered until this one is. */
async function takeAll(visitor: Visitor): Promise<FrameSocket<AgentConversationDown>> {
  await accept(own, await offerOn(own, visitor.conversationId));
  return maya.conversation(visitor.conversationId);
}

/**
 * The runtime's clock cannot be turned, so the conversation is made older: everything in its promises happened so many minutes
 * before. What was told is thereby left as it is.
 */
async function minutesPass(visitor: Visitor, minutes: number): Promise<void> {
  await runInDurableObject(stubOf(visitor), (_, { storage }) => {
    const row = storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one();
    const state = JSON.parse(row.value) as ConversationState;
    const targets = state.sla!.targets.map((target) => ({
      ...target,
      clock: {
        stoppedAt: target.clock.stoppedAt,
        segments: target.clock.segments.map(({ state, from }) => ({ state, from: from - minutes * MINUTE })),
      },
    }));
    storage.sql.exec(
      "update facts set value = ? where key = 'state'",
      JSON.stringify({ ...state, sla: { ...state.sla, targets } }),
    );
  });
  // The next process reads it, and arms its alarm by it.
  await evictDurableObject(stubOf(visitor));
}

let turned = 60_000;
/** A setting of the general queue, known to whoever asks from now on. */
async function setOfGeneral(name: string, value: string | number | null): Promise<void> {
  await testEnv.DB.prepare("update queues set config = json_set(config, ?, ?) where slug = 'general'")
    .bind(`$.${name}`, value)
    .run();
  turned += 60_000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + turned });
  await loadDeskFresh(testEnv, workspaceId);
  vi.useRealTimers();
}

const alarmAt = (visitor: Visitor): Promise<number | null> =>
  runInDurableObject(stubOf(visitor), (_, { storage }) => storage.getAlarm());

const recorded = async (visitor: Visitor): Promise<{ type: string; at: number; body: Record<string, unknown> }[]> => {
  const { results } = await testEnv.DB.prepare(
    "select type, at, body from events where workspace_id = ? and conversation_id = ? and type like 'sla.%' order by rowid",
  )
    .bind(workspaceId, visitor.conversationId)
    .all<{ type: string; at: number; body: string }>();
  return results.map((row) => ({ ...row, body: JSON.parse(row.body) }));
};
const kinds = async (visitor: Visitor) => (await recorded(visitor)).map(({ type, body }) => `${type} ${body.metric}`);

const entriesOf = (socket: FrameSocket<AgentConversationDown>) =>
  socket.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
const promisesOn = (socket: FrameSocket<AgentConversationDown>) => {
  const frame = socket.frames.findLast((one) => 'sla' in one) as Extract<AgentConversationDown, { type: 'sla' }>;
  return frame.sla;
};

describe('[K5] [K9] promises', () => {
  it('are told to the agent, and kept by a reply in time', async () => {
    const { visitor, held } = await inMayasHands();
    const [first, end] = promisesOn(held);
    // Priya's plan is enterprise: a quarter of an hour, and a working day.
    expect(first).toMatchObject({ metric: 'first_response', state: 'pending', targetMinutes: 15 });
    expect(end).toMatchObject({ metric: 'resolution', state: 'pending', targetMinutes: 480 });
    expect(end!.dueAt! - first!.dueAt!).toBe(465 * MINUTE);
    await held.ask({ type: 'message.send', text: 'Hello Priya' });
    expect(promisesOn(held)).toMatchObject([
      { metric: 'first_response', state: 'met', endedAt: expect.any(Number) },
      { metric: 'resolution', state: 'pending', dueAt: null, pausedLeftMs: expect.any(Number) },
    ]);
    const socket = await visitor.connect();
    await socket.ask({ type: 'message.send', text: 'Hello' });
    expect(promisesOn(held).map(({ metric, dueAt }) => [metric, dueAt !== null])).toEqual([
      ['first_response', true],
      ['next_response', true],
      ['resolution', true],
    ]);
    await held.ask({ type: 'message.send', text: 'It is done' });
    await held.ask({ type: 'resolve', code: 'fixed', note: '' });
    await expect
      .poll(() => kinds(visitor), { timeout: 10_000 })
      .toEqual(['sla.met first_response', 'sla.met next_response', 'sla.met resolution']);
    expect((await recorded(visitor))[0]?.body).toMatchObject({
      ordinal: 1,
      queue: 'General',
      hop: 1,
      targetMinutes: 15,
    });
    // Nothing is ahead, once nobody sits there who has to be looked at [S12].
    held.close();
    await evictDurableObject(stubOf(visitor));
    await runDurableObjectAlarm(stubOf(visitor));
    await expect.poll(() => alarmAt(visitor), { timeout: 10_000 }).toBeNull();
  });

  it('nobody whose plan is not vouched for is promised less than the free plan', async () => {
    const { visitor, held } = await inMayasHands(null);
    expect(promisesOn(held)[0]).toMatchObject({ metric: 'first_response', targetMinutes: 120 });
    await held.ask({ type: 'resolve', code: 'fixed', note: '' });
    await expect.poll(() => kinds(visitor), { timeout: 10_000 }).toEqual(['sla.met resolution']);
  });
});

describe('[K8] [R7] by the alarm', () => {
  it('is armed for the warning, then for the breach', async () => {
    const visitor = await handedOver();
    await expect.poll(() => alarmAt(visitor), { timeout: 10_000 }).toBeGreaterThan(Date.now() + 10 * MINUTE);
    expect(await alarmAt(visitor)).toBeLessThanOrEqual(Date.now() + 11.25 * MINUTE);
    await minutesPass(visitor, 12);
    await runDurableObjectAlarm(stubOf(visitor));
    await expect.poll(() => kinds(visitor), { timeout: 10_000 }).toEqual(['sla.warned first_response']);
    await expect.poll(() => alarmAt(visitor), { timeout: 10_000 }).toBeGreaterThan(Date.now() + 2 * MINUTE);
    expect(await alarmAt(visitor)).toBeLessThanOrEqual(Date.now() + 3 * MINUTE);
  });

  it('a breach is told once: late, twice, and over evictions', async () => {
    const visitor = await handedOver();
    const watching = await maya.conversation(visitor.conversationId);
    await minutesPass(visitor, 20);
    await runDurableObjectAlarm(stubOf(visitor));
    await evictDurableObject(stubOf(visitor));
    await runDurableObjectAlarm(stubOf(visitor));
    await evictDurableObject(stubOf(visitor));
    await runInDurableObject(stubOf(visitor), (object) => object.alarm());
    await watching.find(() => entriesOf(watching).some(({ type }) => type === 'sla_breached'));
    await expect
      .poll(() => kinds(visitor), { timeout: 10_000 })
      .toEqual(['sla.warned first_response', 'sla.breached first_response']);
    const [, breach] = await recorded(visitor);
    expect(breach!.at).toBeGreaterThanOrEqual(breach!.body.dueAt as number);
    expect(entriesOf(watching).filter(({ type }) => type === 'sla_breached')).toMatchObject([
      { metric: 'first_response', targetMinutes: 15, dueAt: breach!.body.dueAt },
    ]);
    // Not a word of it to the visitor.
    const socket = await visitor.connect();
    expect(JSON.stringify(socket.frames)).not.toContain('sla');
    // Only the end is still ahead, once nobody sits there who has to be looked at [S12].
    watching.close();
    await evictDurableObject(stubOf(visitor));
    await runDurableObjectAlarm(stubOf(visitor));
    await expect.poll(() => alarmAt(visitor), { timeout: 10_000 }).toBeGreaterThan(Date.now() + 60 * MINUTE);
  });

  it('[K10] late work is ranked as if it were one severity worse', async () => {
    const visitor = await handedOver('usr_tom');
    const watching = await maya.queue(await maya.queueId('General'));
    const rankOf = () => {
      const view = watching.frames.findLast((frame) => frame.type === 'queue');
      return view?.entries.find(({ conversationId }) => conversationId === visitor.conversationId)?.rank;
    };
    await watching.find(() => rankOf() !== undefined);
    const before = rankOf();
    await minutesPass(visitor, 24 * 60);
    await runDurableObjectAlarm(stubOf(visitor));
    const late = () => rankOf()?.find(({ label }) => label === 'promise broken');
    expect(late()).toBeUndefined();
    await watching.find(() => late() !== undefined, 10_000);
    // The target that was promised still stands there; the hurry is a term of its own.
    expect(rankOf()?.[0]).toEqual(before?.[0]);
    expect(late()?.minutes).toBeLessThan(0);
  });

  it('a reply that comes before a late alarm is late all the same', async () => {
    const { visitor, held } = await inMayasHands();
    await minutesPass(visitor, 16);
    await held.ask({ type: 'message.send', text: 'Sorry' });
    await expect
      .poll(() => kinds(visitor), { timeout: 10_000 })
      .toEqual(['sla.warned first_response', 'sla.breached first_response']);
    expect(promisesOn(held)[0]).toMatchObject({ state: 'breached', endedAt: expect.any(Number) });
    await held.ask({ type: 'resolve', code: 'fixed', note: '' });
  });

  it('an alarm that was lost is armed again by the next process', async () => {
    const visitor = await handedOver();
    await expect.poll(() => alarmAt(visitor), { timeout: 10_000 }).toBeGreaterThan(Date.now() + MINUTE);
    await runInDurableObject(stubOf(visitor), (_, { storage }) => storage.deleteAlarm());
    await evictDurableObject(stubOf(visitor));
    await expect.poll(() => alarmAt(visitor), { timeout: 10_000 }).toBeGreaterThan(Date.now() + MINUTE);
  });
});

describe('states of older deploys', () => {
  const rewrite = (visitor: Visitor, change: (state: Record<string, unknown>) => void) =>
    runInDurableObject(stubOf(visitor), (_, { storage }) => {
      const row = storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one();
      const state = JSON.parse(row.value) as Record<string, unknown>;
      change(state);
      storage.sql.exec("update facts set value = ? where key = 'state'", JSON.stringify(state));
    });

  it.each<[string, (state: Record<string, unknown>) => void]>([
    ['without promises', (state) => delete state.sla],
    [
      'with a zone that is not there any more',
      (state) => {
        const sla = state.sla as { terms: object };
        sla.terms = { ...sla.terms, calendar: { kind: 'weekly', zone: 'Mars/Olympus', week: {}, exceptions: [] } };
      },
    ],
  ])('%s go on', async (_, change) => {
    const { visitor } = await inMayasHands();
    await rewrite(visitor, change);
    await evictDurableObject(stubOf(visitor));
    const held = await maya.conversation(visitor.conversationId);
    expect(promisesOn(held)).toEqual([]);
    expect(await held.ask({ type: 'message.send', text: 'Hello' })).toMatchObject({ type: 'ack' });
    expect(await held.ask({ type: 'resolve', code: 'fixed', note: '' })).toMatchObject({ type: 'ack' });
    expect(await kinds(visitor)).toEqual([]);
  });

  it('what is kept is read back as it was', async () => {
    const visitor = await handedOver();
    await runInDurableObject(stubOf(visitor), (_, { storage }) => {
      const row = storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one();
      const { sla } = JSON.parse(row.value) as ConversationState;
      expect(readSla(sla)).toEqual(sla);
      expect(readSla({ ...sla, targets: 'none' })).toBeNull();
      expect(readSla(null)).toBeNull();
    });
  });
});

describe('[K3] [K7] settings', () => {
  it('the demo promises around the clock, and has an office to choose', async () => {
    const { policy, calendars } = await slaSettingsOf(testEnv.DB, workspaceId);
    expect(policy).toMatchObject({ version: 1, calendars: { enterprise: null, unknown: null } });
    expect(calendars.get('dublin-office')).toMatchObject({ kind: 'weekly', zone: 'Europe/Dublin' });
    expect(await slaSettingsOf(testEnv.DB, 'wsp_nobody00' as never)).toEqual({
      policy: DEFAULT_SLA_POLICY,
      calendars: new Map(),
      tierMinutes: new Map(),
      publishedAt: null,
    });
  });

  it('what is wrong does not get in', () => {
    const calendar: Calendar = { kind: 'weekly', zone: 'Europe/Dublin', week: {}, exceptions: [] };
    expect(() => putCalendar(testEnv.DB, workspaceId, { id: 'never', name: 'Never', calendar, at: 1 })).toThrow(
      'nothing would ever be due',
    );
    const policy = { ...DEFAULT_SLA_POLICY, warnAtShare: 3 };
    expect(() => publishSlaPolicy(testEnv.DB, workspaceId, { policy, author: 'x', reason: 'x', at: 1 })).toThrow();
  });

  it('another policy and calendar reach a conversation that is under way, and keep what has elapsed', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const visitor = await handedOver();
    await minutesPass(visitor, 10);
    // Five minutes a week.
    const mondays: Calendar = {
      kind: 'weekly',
      zone: 'Europe/Dublin',
      week: { monday: [{ from: '00:00', to: '00:05' }] },
      exceptions: [],
    };
    const publish = async (changed: Partial<SlaPolicy>) => {
      const { version: _, ...policy } = { ...DEFAULT_SLA_POLICY, ...changed };
      await testEnv.DB.batch([
        putCalendar(testEnv.DB, workspaceId, { id: 'mondays', name: 'Mondays', calendar: mondays, at: Date.now() }),
        ...publishSlaPolicy(testEnv.DB, workspaceId, { policy, author: 'agt_x', reason: 'test', at: Date.now() }),
      ]);
      // Settings that are older than ten seconds are read anew.
      vi.setSystemTime(Date.now() + 11_000);
    };
    const targetMinutes = structuredClone(DEFAULT_SLA_POLICY.targetMinutes);
    targetMinutes.first_response.enterprise.normal = 30;
    await publish({ targetMinutes });
    // Due by the old terms when the alarm comes; not by the new ones, which it waits for.
    await minutesPass(visitor, 10);
    await runDurableObjectAlarm(stubOf(visitor));
    const watching = await maya.conversation(visitor.conversationId);
    const [first] = promisesOn(watching);
    expect(first).toMatchObject({ metric: 'first_response', state: 'pending', targetMinutes: 30 });
    const left = first!.dueAt! - Date.now();
    expect(left).toBeGreaterThan(9 * MINUTE);
    expect(left).toBeLessThan(10 * MINUTE);
    expect(await kinds(visitor)).toEqual([]);

    await publish({ targetMinutes, calendars: { ...DEFAULT_SLA_POLICY.calendars, enterprise: 'mondays' } });
    await loadDeskFresh(testEnv, workspaceId);
    await watching.ask({ type: 'note.add', text: 'anything' });
    await watching.find((frame) => frame.type === 'sla');
    // Twenty of the thirty minutes are gone: the ten that are left are two Mondays, and not six.
    const inDays = () =>
      (promisesOn(watching).find(({ metric }) => metric === 'first_response')!.dueAt! - Date.now()) / (1440 * MINUTE);
    expect(inDays()).toBeGreaterThan(6.9);
    expect(inDays()).toBeLessThan(14.1);
    const { results } = await testEnv.DB.prepare(
      'select version, parent, status from sla_policies where workspace_id = ? order by version',
    )
      .bind(workspaceId)
      .all();
    expect(results).toEqual([
      { version: 1, parent: null, status: 'retired' },
      { version: 2, parent: 1, status: 'retired' },
      { version: 3, parent: 2, status: 'active' },
    ]);
  });
});

describe('[K11] promises and calendars', () => {
  const read = async (agent: Agent) => (await (await agent.get('/v1/sla-policy')).json()) as SlaPolicyAnswer;
  const put = (agent: Agent, body: object) =>
    inWorker.fetch('/v1/sla-policy', { method: 'PUT', headers: agent.headers, body: JSON.stringify(body) });
  const changeOf = ({ version, policy, calendars }: SlaPolicyAnswer) => structuredClone({ version, policy, calendars });
  const nights: Calendar = {
    kind: 'weekly',
    zone: 'Europe/Dublin',
    week: { friday: [{ from: '22:00', to: '06:00' }] },
    exceptions: [{ date: '2026-12-25', name: 'Christmas Day', windows: [] }],
  };

  it('are previewed: who would be due earlier, later, or late at once, and nothing is changed', async () => {
    const visitor = await handedOver(null);
    await minutesPass(visitor, 10);
    const before = await read(maya);
    const preview = async (first: number | null): Promise<SlaPreview> => {
      const { policy, calendars } = changeOf(before);
      policy.calendars = { enterprise: null, pro: null, free: null, unknown: null };
      policy.targetMinutes.first_response.unknown = { low: first, normal: first, high: first, critical: first };
      const answer = await maya.post('/v1/sla-policy/preview', { policy, calendars });
      expect(answer.status).toBe(200);
      return answer.json();
    };
    const ofThis = ({ first }: SlaPreview) => first.find(({ ticketNumber }) => ticketNumber === ticket);
    const [state] = await runInDurableObject(stubOf(visitor), (_, { storage }) =>
      storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").toArray(),
    );
    const ticket = (JSON.parse(state!.value) as ConversationState).escalation?.ticketNumber;

    const strict = await preview(5);
    expect(strict.breaksAtOnce).toBeGreaterThanOrEqual(1);
    expect(ofThis(strict)).toMatchObject({ breaksAtOnce: true });
    const stricter = ofThis(strict)!;
    expect(stricter.would).toBeLessThan(stricter.was ?? Number.POSITIVE_INFINITY);
    // Who is late at once comes first.
    expect(strict.first[0]).toMatchObject({ breaksAtOnce: true });
    const soft = await preview(240);
    expect(ofThis(soft)).toMatchObject({ breaksAtOnce: false, would: stricter.would! + 235 * MINUTE });
    const none = await preview(null);
    expect(ofThis(none)?.would).not.toBe(ofThis(soft)?.would);
    expect(await kinds(visitor)).not.toContain('sla.breached first_response');
    expect(await read(maya)).toEqual(before);

    const { policy, calendars } = changeOf(before);
    policy.calendars.free = 'nowhere';
    const refused = await maya.post('/v1/sla-policy/preview', { policy, calendars });
    expect(((await refused.json()) as Problem).issues?.map(({ path }) => path)).toEqual(['policy.calendars.free']);
  });

  it('are published together by an admin, and are what is in force', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const before = await read(ines);
    const change = changeOf(before);
    change.policy.targetMinutes.first_response.pro.high = 12;
    change.policy.calendars = { enterprise: null, pro: 'nights', free: null, unknown: null };
    change.calendars = [{ id: 'nights', name: 'Nights', calendar: nights }];
    expect((await put(maya, change)).status).toBe(403);
    const saved = await put(ines, change);
    expect(saved.status).toBe(200);
    const after = await read(ines);
    expect(await saved.json()).toEqual(after);
    expect(after).toMatchObject({ ...change, version: before.version + 1, changed: { name: 'Ines Duarte' } });
    const { policy, calendars } = await slaSettingsOf(testEnv.DB, workspaceId);
    expect(policy.targetMinutes.first_response.pro.high).toBe(12);
    // What is not among them is gone.
    expect([...calendars]).toEqual([['nights', nights]]);
  });

  it('made from an older version are refused and change nothing, the calendars neither', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const change = changeOf(await read(ines));
    const tries = [1, 2, 3].map((minutes) => {
      const one = structuredClone(change);
      one.policy.targetMinutes.first_response.free.low = 480 + minutes;
      one.calendars = one.calendars.map((calendar) => ({ ...calendar, name: `Nights ${minutes}` }));
      return one;
    });
    const statuses = await Promise.all(tries.map(async (one) => (await put(ines, one)).status));
    expect([...statuses].sort()).toEqual([200, 409, 409]);
    const after = await read(ines);
    const won = tries[statuses.indexOf(200)];
    expect(changeOf(after)).toEqual({ ...won, version: change.version + 1 });
    expect(await (await put(ines, change)).json()).toMatchObject({
      kind: 'conflict',
      message: expect.stringMatching(/^Ines Duarte changed what is promised after you opened it/),
    });
  });

  it('a calendar that a queue has its hours in stays, and the queue is told when it changes', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const id = testEnv.DEMO.queues.find(({ slug }) => slug === 'technical')?.id as QueueId;
    const path = `/v1/queues/${id}/settings`;
    const { settings, revision } = (await (await ines.get(path)).json()) as QueueSettingsAnswer;
    const hours = { ...settings, hoursId: 'nights', revision };
    await inWorker.fetch(path, { method: 'PUT', headers: ines.headers, body: JSON.stringify(hours) });
    const change = changeOf(await read(ines));
    change.policy.calendars.pro = null;
    const without = await put(ines, { ...change, calendars: [] });
    expect(await without.json()).toMatchObject({
      issues: [
        { path: 'calendars', message: expect.stringMatching(/^Technical has its hours in one that is removed/) },
      ],
    });
    const days: Calendar = { ...nights, week: { monday: [{ from: '09:00', to: '17:00' }] } };
    change.calendars = [{ id: 'nights', name: 'Days', calendar: days }];
    expect((await put(ines, change)).status).toBe(200);
    await runInDurableObject(queueStub(testEnv, workspaceId, id), (_, { storage }) => {
      const { value } = storage.sql.exec<{ value: string }>("select value from facts where key = 'identity'").one();
      expect(JSON.parse(value)).toMatchObject({ config: { hoursId: 'nights', hours: days } });
    });
    await inWorker.fetch(path, {
      method: 'PUT',
      headers: ines.headers,
      body: JSON.stringify({ ...settings, hoursId: null, revision: revision + 1 }),
    });
  });

  it('that are wrong are refused with the place', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const change = changeOf(await read(ines));
    change.policy.calendars = { enterprise: null, pro: 'nights', free: 'gone', unknown: null };
    change.policy.warnAtShare = 1;
    change.calendars = [
      {
        id: 'odd',
        name: 'Odd',
        calendar: { ...nights, zone: 'Mars/Base', week: { monday: [{ from: '9', to: '17:00' }] } },
      },
    ];
    const places = ((await (await put(ines, change)).json()) as Problem).issues?.map(({ path }) => path);
    expect(places).toEqual(
      expect.arrayContaining(['policy.warnAtShare', 'calendars.0.calendar.zone', 'calendars.0.calendar.monday']),
    );
    change.policy.warnAtShare = 0.5;
    change.calendars = [];
    expect(((await (await put(ines, change)).json()) as Problem).issues?.map(({ path }) => path)).toEqual([
      'policy.calendars.pro',
      'policy.calendars.free',
    ]);
  });
});

/** Last: it publishes other promises. */
describe('[K12] a breach that sends on', () => {
  it('late work goes on to where its queue’s path leads next, and keeps its wait', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const path = `/v1/queues/${await ines.queueId('General')}/settings`;
    const technical = await ines.queueId('Technical');
    const before = (await (await ines.get(path)).json()) as QueueSettingsAnswer;
    const put = (where: string, body: object) =>
      inWorker.fetch(where, { method: 'PUT', headers: ines.headers, body: JSON.stringify(body) });
    const leadsOn = { ...before.settings, path: [{ afterMs: 3_600_000, do: 'overflow', to: technical }] };
    expect((await put(path, { ...leadsOn, revision: before.revision })).status).toBe(200);
    const promises = (await (await ines.get('/v1/sla-policy')).json()) as SlaPolicyAnswer;
    const { version, policy, calendars } = promises;
    const { version: _, ...defaults } = DEFAULT_SLA_POLICY;
    const sendingOn = { ...defaults, onBreach: { ...defaults.onBreach, sendOn: true } };
    expect((await put('/v1/sla-policy', { version, calendars, policy: sendingOn })).status).toBe(200);
    // Settings that are older than ten seconds are read anew.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 });
    await loadDeskFresh(testEnv, workspaceId);
    vi.useRealTimers();

    // Nobody who has a conversation already: Priya's is in another time.
    const visitor = await handedOver(null);
    const socket = await visitor.connect();
    const seen = () => socket.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
    await minutesPass(visitor, 130);
    await runDurableObjectAlarm(stubOf(visitor));
    await expect
      .poll(() => seen().filter(({ type }) => type === 'moved'), { timeout: 10_000 })
      .toMatchObject([{ queueName: 'Technical', kind: 'overflow' }]);
    const watching = await ines.queue(technical);
    const here = () =>
      (
        watching.frames.findLast((frame) => frame.type === 'queue') as Extract<QueueDown, { type: 'queue' }>
      ).entries.find(({ conversationId }) => conversationId === visitor.conversationId);
    await watching.find(() => here() !== undefined);
    expect(here()).toMatchObject({ hop: 2, state: 'queued' });
    expect(here()!.rank.some(({ label }) => label === 'promise broken')).toBe(true);

    const after = (await (await ines.get(path)).json()) as QueueSettingsAnswer;
    expect((await put(path, { ...before.settings, revision: after.revision })).status).toBe(200);
    expect((await put('/v1/sla-policy', { version: version + 1, calendars, policy })).status).toBe(200);
  });
});

// Last in this file: what is known here of the settings is from a time that is yet to come.
describe('[K14] a promise at risk', () => {
  it('is told to who answers for it, once, until it is over or seen; who was not there hears it on coming', async () => {
    const of = (visitor: Visitor, socket: FrameSocket<AgentDown>) =>
      (socket.frames.findLast(({ type }) => type === 'notices') as Extract<AgentDown, { type: 'notices' }>).notices
        .filter(({ conversationId }) => conversationId === visitor.conversationId)
        .map(({ id, metric, what }) => ({ id, words: `${metric} ${what}` }));
    const words = (...args: Parameters<typeof of>) => of(...args).map((one) => one.words);
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const iness = await ines.own();
    const first = await handedOver(null);
    // Maya answers for the general queue.
    await minutesPass(first, 91);
    await runDurableObjectAlarm(stubOf(first));
    await expect.poll(() => words(first, own), { timeout: 10_000 }).toEqual(['first_response warned']);
    const later = await maya.own();
    expect(words(first, later)).toEqual(['first_response warned']);
    await later.ask({ type: 'notice.seen', notice: of(first, own)[0]!.id });
    await expect.poll(() => words(first, own)).toEqual([]);
    await minutesPass(first, 60);
    await runDurableObjectAlarm(stubOf(first));
    await expect.poll(() => words(first, own), { timeout: 10_000 }).toEqual(['first_response breached']);
    expect(words(first, iness)).toEqual([]);
    // Over: the visitor leaves the line.
    await (await first.connect()).ask({ type: 'person.withdraw' });
    await expect.poll(() => words(first, own), { timeout: 10_000 }).toEqual([]);

    // Nobody answers for it: its supervisors do.
    await setOfGeneral('ownerId', null);
    const second = await handedOver(null);
    await minutesPass(second, 91);
    await runDurableObjectAlarm(stubOf(second));
    await expect.poll(() => words(second, iness), { timeout: 10_000 }).toEqual(['first_response warned']);
    expect(words(second, own)).toEqual([]);
    await (await second.connect()).ask({ type: 'person.withdraw' });
    await expect.poll(() => words(second, iness), { timeout: 10_000 }).toEqual([]);
    await setOfGeneral('ownerId', (await maya.me()).agent.id);
    later.close();
    iness.close();
  });
});
