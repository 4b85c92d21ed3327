import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentId, ConversationId, QueueId, WorkspaceId } from '#domain/ids.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { DeedsAnswer } from '#protocol/http.ts';
import type { MembersAnswer } from '#protocol/members.ts';
import type { Problem } from '#protocol/problem.ts';
import type { AgentObject } from '../../durable-objects/agent-object.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import { derivedId } from '../../worker/storage/ids.ts';
import { changeRole, membersWithNames } from '../../worker/storage/members.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { pass } from './crash/passing-time.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

const WORKSPACE = testEnv.DEMO.id as WorkspaceId;
const BILLING = testEnv.DEMO.queues.find(({ slug }) => slug === 'billing')?.id as QueueId;
/** What the objects wait for at most before they look by themselves, and a little. */
const A_LOOK_MS = 46_000;

const person = async (name: string, role: string, queueIds: string[] = []) => ({
  id: await derivedId('agent', 'members', name),
  name,
  email: `${name.toLowerCase()}@members.test`,
  role,
  skills: ['billing'],
  capacity: 3,
  queueIds,
});
const idOf = (name: string) => derivedId('agent', 'members', name) as Promise<AgentId>;
const signIn = (name: string) => Agent.signIn(inWorker, `${name.toLowerCase()}@members.test`);

let olga: Agent;
let adam: Agent;
beforeAll(async () => {
  const agents = await Promise.all([
    person('Olga', 'owner'),
    person('Oscar', 'owner'),
    person('Adam', 'admin'),
    person('Sam', 'supervisor'),
    person('Vic', 'viewer'),
    person('Rita', 'member', [BILLING]),
    person('Lea', 'member', [BILLING]),
    person('Tom', 'member'),
  ]);
  await seedWorkspace(
    testEnv.DB,
    { ...testEnv.DEMO, agents },
    { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys },
  );
  [olga, adam] = (await Promise.all([signIn('Olga'), signIn('Adam')])) as [Agent, Agent];
});

const setRole = async (by: Agent, name: string, role: string, was: string) =>
  by.post(`/v1/members/${await idOf(name)}/role`, { role, was });
const remove = async (by: Agent, name: string, was: string) =>
  by.post(`/v1/members/${await idOf(name)}/remove`, { was });
const list = async (by = olga) => ((await (await by.get('/v1/members')).json()) as MembersAnswer).members;
const roleNow = async (name: string) => (await list()).find((one) => one.name === name)?.role;
const lines = async (about: string) =>
  ((await (await olga.get('/v1/audit')).json()) as AuditAnswer).entries.filter((entry) => entry.about === about);
const alarmOf = (stub: unknown) =>
  runInDurableObject(stub as DurableObjectStub<AgentObject>, (_, { storage }) => storage.getAlarm());

describe('[S13] members', () => {
  it('are listed for admins, by the names of roles that we use', async () => {
    expect((await list(adam)).filter(({ email }) => email.endsWith('@members.test'))).toMatchObject([
      { name: 'Adam', role: 'admin' },
      { name: 'Lea', role: 'agent' },
      { name: 'Olga', role: 'owner' },
      { name: 'Oscar', role: 'owner' },
      { name: 'Rita', role: 'agent' },
      { name: 'Sam', role: 'supervisor' },
      { name: 'Tom', role: 'agent' },
      { name: 'Vic', role: 'viewer' },
    ]);
    expect((await (await signIn('Sam')).get('/v1/members')).status).toBe(403);
  });

  it('get another role by an admin; the log says from what to what', async () => {
    const response = await setRole(adam, 'Vic', 'agent', 'viewer');
    expect(response.status).toBe(200);
    expect(await roleNow('Vic')).toBe('agent');
    // As accounts call it.
    const row = await testEnv.DB.prepare('select role from member where userId = ?')
      .bind(await idOf('Vic'))
      .first();
    expect(row).toEqual({ role: 'member' });
    expect(await lines('Vic')).toMatchObject([{ by: 'Adam', deed: 'member.role_changed', detail: 'viewer → agent' }]);
    expect((await setRole(adam, 'Vic', 'viewer', 'agent')).status).toBe(200);
  });

  it('become and cease to be owners by owners only', async () => {
    for (const [name, role, was] of [
      ['Vic', 'owner', 'viewer'],
      ['Oscar', 'admin', 'owner'],
    ] as const) {
      const response = await setRole(adam, name, role, was);
      expect([response.status, ((await response.json()) as Problem).message]).toEqual([
        403,
        'Only owners make or unmake owners.',
      ]);
    }
    expect((await remove(adam, 'Oscar', 'owner')).status).toBe(403);
    expect((await setRole(olga, 'Vic', 'owner', 'viewer')).status).toBe(200);
    expect((await setRole(olga, 'Vic', 'viewer', 'owner')).status).toBe(200);
    expect(await roleNow('Oscar')).toBe('owner');
  });

  it('do not change their own role, nor take themselves out', async () => {
    for (const response of [
      await setRole(adam, 'Adam', 'owner', 'admin'),
      await setRole(olga, 'Olga', 'admin', 'owner'),
      await remove(olga, 'Olga', 'owner'),
    ])
      expect([response.status, ((await response.json()) as Problem).message]).toEqual([
        403,
        'Nobody changes their own role; another admin does.',
      ]);
  });

  it('are changed from what they were, or not at all', async () => {
    expect((await setRole(olga, 'Vic', 'agent', 'supervisor')).status).toBe(409);
    expect((await remove(olga, 'Vic', 'agent')).status).toBe(409);
    expect(await roleNow('Vic')).toBe('viewer');
    // Whoever read it a moment too early changes nothing either.
    const vic = (await membersWithNames(testEnv.DB, WORKSPACE)).find(({ name }) => name === 'Vic');
    if (vic === undefined) throw new Error('no Vic');
    const by = { id: await idOf('Olga'), name: 'Olga' };
    expect(await changeRole(testEnv.DB, WORKSPACE, { ...vic, role: 'agent' }, 'admin', by, 1)).toBe(false);
    // Nor does whoever has lost the right since they were let in.
    for (const [name, next] of [
      ['Tom', 'agent'],
      ['Sam', null],
      ['Adam', 'owner'],
      ['Nobody', 'agent'],
    ] as const)
      expect(await changeRole(testEnv.DB, WORKSPACE, vic, next, { id: await idOf(name), name }, 1), name).toBe(false);
    expect((await setRole(olga, 'Nobody', 'agent', 'agent')).status).toBe(404);
  });

  it('of two owners who unmake each other at once, one stays; and whoever has lost the right changes nothing', async () => {
    const id = (await derivedId('workspace', 'two owners')) as WorkspaceId;
    const [anna, bert] = [await person('Anna', 'owner'), await person('Bert', 'owner')];
    const shape = await demoWorkspace([]);
    await seedWorkspace(
      testEnv.DB,
      {
        ...shape,
        id,
        slug: 'two',
        publicKey: 'pk_two',
        queues: [],
        calendars: [],
        articles: [],
        intents: [],
        agents: [anna, bert],
      },
      { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys },
    );
    const unmake = (whom: typeof anna, by: typeof anna, next: 'admin' | null) =>
      changeRole(testEnv.DB, id, { id: whom.id, name: whom.name, role: 'owner' }, next, by, Date.now());
    for (const next of ['admin', null] as const) {
      const done = await Promise.all([unmake(anna, bert, next), unmake(bert, anna, next)]);
      expect(done.filter(Boolean)).toHaveLength(1);
      const { results } = await testEnv.DB.prepare('select role from member where organizationId = ? and role = ?')
        .bind(id, 'owner')
        .all();
      expect(results).toHaveLength(1);
      // The last one stays, whoever asks; by their own hand too.
      const last = done[0] ? bert : anna;
      expect(await unmake(last, last, next)).toBe(false);
      await testEnv.DB.prepare("update member set role = 'owner' where organizationId = ?").bind(id).run();
    }
  });
});

async function withWork(): Promise<{ visitor: Visitor; offered: Visitor }> {
  const ask = async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'I was charged twice, let me talk to a human' });
    return visitor;
  };
  return { visitor: await ask(), offered: await ask() };
}

describe('[S12] whoever is taken out', () => {
  it('is out at once: sockets, offers, work in hand; of a conversation within a minute', {
    timeout: 60_000,
  }, async () => {
    const rita = await signIn('Rita');
    const own = await rita.own();
    const line = await rita.queue(BILLING);
    await own.ask({ type: 'presence.set', presence: 'available' });
    const { visitor, offered } = await withWork();
    await accept(own, await offerOn(own, visitor.conversationId));
    await offerOn(own, offered.conversationId);
    const talk = await rita.conversation(visitor.conversationId);

    expect((await remove(adam, 'Rita', 'agent')).status).toBe(200);
    expect(await own.closed).toMatchObject({ code: 4403, reason: 'forbidden' });
    expect(await line.closed).toMatchObject({ code: 4403, reason: 'forbidden' });
    expect((await rita.get('/v1/me')).status).toBe(403);
    expect((await rita.post('/v1/tickets', { socket: 'agent' })).status).toBe(403);
    expect(await roleNow('Rita')).toBeUndefined();
    expect(await lines('Rita')).toMatchObject([{ by: 'Adam', deed: 'member.removed', detail: 'was agent' }]);

    // Nor does seeding bring anybody back.
    const again = await person('Rita', 'member', [BILLING]);
    const settings = { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys };
    await seedWorkspace(testEnv.DB, { ...testEnv.DEMO, agents: [again] }, settings);
    expect(await roleNow('Rita')).toBeUndefined();

    // Both are in line again, and go to whoever is there next.
    const lea = await signIn('Lea');
    const hers = await lea.own();
    await hers.ask({ type: 'presence.set', presence: 'available' });
    for (const { conversationId } of [visitor, offered]) await offerOn(hers, conversationId);
    const deeds = async () =>
      ((await (await lea.get(`/v1/conversations/${visitor.conversationId}/deeds`)).json()) as DeedsAnswer).deeds;
    await expect.poll(deeds).toContainEqual(
      expect.objectContaining({
        deed: 'taken_back',
        agent: 'somebody who has left',
        because: 'supervisor',
        by: 'Adam',
      }),
    );
    hers.close();

    const stub = conversationStub(testEnv, WORKSPACE, visitor.conversationId as ConversationId);
    expect(await alarmOf(stub)).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(talk.isOpen).toBe(true);
    pass(A_LOOK_MS);
    await runDurableObjectAlarm(stub);
    expect(await talk.closed).toMatchObject({ code: 4403, reason: 'forbidden' });
  });

  it('is found by the objects themselves, should nobody have told them', { timeout: 60_000 }, async () => {
    const tom = await signIn('Tom');
    const id = await idOf('Tom');
    const [own, line] = [await tom.own(), await tom.queue(BILLING)];
    const stubs = [agentStub(testEnv, WORKSPACE, id), queueStub(testEnv, WORKSPACE, BILLING)] as const;
    for (const stub of stubs) expect(await alarmOf(stub)).toBeLessThanOrEqual(Date.now() + 60_000);
    // Who stays is looked at as well, and stays.
    const sam = await (await signIn('Sam')).queue(BILLING);
    await testEnv.DB.prepare('delete from member where userId = ?').bind(id).run();
    pass(A_LOOK_MS);
    for (const stub of stubs) await runDurableObjectAlarm(stub as never);
    expect(await own.closed).toMatchObject({ code: 4403 });
    expect(await line.closed).toMatchObject({ code: 4403 });
    expect(sam.isOpen).toBe(true);
    expect(await alarmOf(stubs[1])).toBeLessThanOrEqual(Date.now() + 60_000);
    sam.close();
  });

  it('a database that does not answer closes nobody, and is asked again soon', { timeout: 60_000 }, async () => {
    const sam = await (await signIn('Sam')).queue(BILLING);
    const stub = queueStub(testEnv, WORKSPACE, BILLING);
    pass(A_LOOK_MS);
    await testEnv.DB.prepare('alter table agent_profiles rename to agent_profiles_away').run();
    try {
      await runDurableObjectAlarm(stub);
      expect(sam.isOpen).toBe(true);
      expect(await alarmOf(stub)).toBeLessThanOrEqual(Date.now() + 6_000);
    } finally {
      await testEnv.DB.prepare('alter table agent_profiles_away rename to agent_profiles').run();
    }
    sam.close();
  });
});

describe('[S12] whoever has a smaller role', () => {
  it('does on an open socket what the new role does, from that moment', async () => {
    const line = await (await signIn('Sam')).queue(BILLING);
    const close = async () => (await line.ask({ type: 'queue.close' })).type;
    expect(await close()).toBe('ack');
    await line.ask({ type: 'queue.open' });
    expect((await setRole(adam, 'Sam', 'agent', 'supervisor')).status).toBe(200);
    const refused = await line.ask({ type: 'queue.close' });
    expect([refused.type, (refused as { problem?: { kind: string } }).problem?.kind]).toEqual(['nack', 'forbidden']);
    expect(line.isOpen).toBe(true);
    expect((await setRole(adam, 'Sam', 'supervisor', 'agent')).status).toBe(200);
    expect(await close()).toBe('ack');
    await line.ask({ type: 'queue.open' });
    line.close();
  });

  it('and may only look, answers no more: sockets close, and no queue is theirs', async () => {
    const lea = await signIn('Lea');
    const own = await lea.own();
    expect((await setRole(adam, 'Lea', 'viewer', 'agent')).status).toBe(200);
    expect(await own.closed).toMatchObject({ code: 4403 });
    expect((await lea.me()).queues.filter(({ mine }) => mine)).toEqual([]);
    expect((await setRole(adam, 'Lea', 'agent', 'viewer')).status).toBe(200);
    const again = await (await signIn('Lea')).own();
    expect(again.isOpen).toBe(true);
    again.close();
  });
});
