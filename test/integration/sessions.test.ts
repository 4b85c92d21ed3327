import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { AgentId, ConversationId, QueueId, WorkspaceId } from '#domain/ids.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { Problem } from '#protocol/problem.ts';
import type { SessionsAnswer } from '#protocol/sessions.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import type { SignedInBy } from '../../worker/signed-in-by.ts';
import { derivedId } from '../../worker/storage/ids.ts';
import { endMembersSessions, endOtherSessions } from '../../worker/storage/sessions.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { pass } from './crash/passing-time.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

const WORKSPACE = testEnv.DEMO.id as WorkspaceId;
const BILLING = testEnv.DEMO.queues.find(({ slug }) => slug === 'billing')?.id as QueueId;
/** What the objects wait for at most before they look by themselves, and a little. */
const A_LOOK_MS = 46_000;
const SIGN_IN_AGAIN = { code: 4401, reason: 'unauthenticated' };

const asMaya = () => Agent.signIn(inWorker, 'maya@baton.test');
const idOf = async (agent: Agent) => (await agent.me()).agent.id as AgentId;
const tokenOf = ({ cookie }: Agent) =>
  decodeURIComponent(/session_token=([^;]+)/.exec(cookie)?.[1] ?? '').split('.')[0];
const rowOf = async (agent: Agent) =>
  (await testEnv.DB.prepare('select id from session where token = ?').bind(tokenOf(agent)).first<{ id: string }>())?.id;

async function aConversation(): Promise<ConversationId> {
  const visitor = await Visitor.arrive(inWorker, null);
  await (await visitor.open()).ask({ type: 'message.send', text: 'I was charged twice' });
  return visitor.conversationId as ConversationId;
}

/** One of each kind. */
const socketsOf = async (agent: Agent, conversationId: ConversationId) => ({
  own: await agent.own(),
  line: await agent.queue(BILLING),
  talk: await agent.conversation(conversationId),
});
const closeAll = (sockets: Awaited<ReturnType<typeof socketsOf>>) => {
  for (const socket of Object.values(sockets)) socket.close();
};

describe('[S31] whoever signs out', () => {
  it('loses that session’s sockets, and no other session’s', { timeout: 20_000 }, async () => {
    const conversationId = await aConversation();
    const [here, there] = [await asMaya(), await asMaya()];
    const [mine, other] = [await socketsOf(here, conversationId), await socketsOf(there, conversationId)];
    expect((await here.post('/v1/auth/sign-out', {})).status).toBe(200);
    // By nobody’s alarm, which would ring after 45 s: it is told.
    expect(await mine.own.closed).toMatchObject(SIGN_IN_AGAIN);
    expect(await mine.line.closed).toMatchObject(SIGN_IN_AGAIN);
    const stub = conversationStub(testEnv, WORKSPACE, conversationId);
    const rings = await runInDurableObject(stub as never, (_: unknown, { storage }: DurableObjectState) =>
      storage.getAlarm(),
    );
    expect(rings).toBeLessThanOrEqual(Date.now() + 60_000);
    pass(A_LOOK_MS);
    await runDurableObjectAlarm(stub);
    expect(await mine.talk.closed).toMatchObject(SIGN_IN_AGAIN);
    for (const socket of Object.values(other)) expect(socket.isOpen).toBe(true);
    closeAll(other);
  });

  it('and is gone without a word is there for no offers', { timeout: 60_000 }, async () => {
    const maya = await asMaya();
    const id = await idOf(maya);
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const stub = agentStub(testEnv, WORKSPACE, id);
    await endOtherSessions(testEnv.DB, id, 'none', Date.now());
    await stub.recheckMembers();
    expect(await own.closed).toMatchObject(SIGN_IN_AGAIN);
    pass(6_000);
    await runDurableObjectAlarm(stub);
    expect(await stub.isThereFor(BILLING)).toBe(false);
  });

  it('with a ticket in hand: the minute counts from when it was made', { timeout: 60_000 }, async () => {
    const [maya, again] = [await asMaya(), await asMaya()];
    const made = await maya.post('/v1/tickets', { socket: 'queue', queueId: BILLING });
    const { ticket, path } = (await made.json()) as { ticket: string; path: string };
    pass(29_000);
    await testEnv.DB.prepare('delete from session where token = ?').bind(tokenOf(maya)).run();
    const socket = await inWorker.dial(path, ticket, { cookie: again.cookie, origin: inWorker.origin });
    expect(socket.isOpen).toBe(true);
    pass(A_LOOK_MS - 29_000);
    await runDurableObjectAlarm(queueStub(testEnv, WORKSPACE, BILLING));
    expect(await socket.closed).toMatchObject(SIGN_IN_AGAIN);
  });
});

describe('[S31] a session that runs out', () => {
  it('closes its sockets; who stays is looked at again', { timeout: 60_000 }, async () => {
    const [here, there] = [await asMaya(), await asMaya()];
    const [mine, other] = [await here.queue(BILLING), await there.queue(BILLING)];
    await testEnv.DB.prepare('update session set expiresAt = ? where token = ?')
      .bind(new Date(Date.now() + 1_000).toISOString(), tokenOf(here))
      .run();
    const stub = queueStub(testEnv, WORKSPACE, BILLING);
    pass(A_LOOK_MS);
    await runDurableObjectAlarm(stub);
    expect(await mine.closed).toMatchObject(SIGN_IN_AGAIN);
    expect(other.isOpen).toBe(true);
    other.close();
  });

  it('of somebody else keeps nobody’s open', async () => {
    const [maya, jonas] = [await asMaya(), await Agent.signIn(inWorker, 'jonas@baton.test')];
    const line = await openedBy(maya, { kind: 'session', id: (await rowOf(jonas)) as string });
    await queueStub(testEnv, WORKSPACE, BILLING).recheckMembers();
    expect(await line.closed).toMatchObject(SIGN_IN_AGAIN);
  });
});

/** A socket of the queue whose ticket says that they are signed in by this. */
async function openedBy(agent: Agent, by: SignedInBy | null) {
  const stub = queueStub(testEnv, WORKSPACE, BILLING);
  const identity = await runInDurableObject(
    stub as never,
    (_: unknown, { storage }: DurableObjectState) =>
      JSON.parse([...storage.sql.exec("select value from facts where key = 'identity'")][0]?.value as string) as never,
  );
  const viewer = { agentId: await idOf(agent), name: 'Maya', isSupervisor: false };
  const { ticket } = await stub.issueTicket(identity, viewer, by);
  return inWorker.dial(`/v1/sockets/queues/${BILLING}`, ticket, { cookie: agent.cookie, origin: inWorker.origin });
}

describe('[S31] [S25] an assertion of Access that has ended', () => {
  it('closes its sockets, also while the database does not answer', { timeout: 60_000 }, async () => {
    const maya = await asMaya();
    const now = Date.now();
    const short = await openedBy(maya, { kind: 'assertion', endsAt: now + 20_000 });
    const long = await openedBy(maya, { kind: 'assertion', endsAt: now + 3_600_000 });
    const stub = queueStub(testEnv, WORKSPACE, BILLING);
    await stub.recheckMembers();
    expect([short.isOpen, long.isOpen]).toEqual([true, true]);
    pass(A_LOOK_MS);
    await testEnv.DB.prepare('alter table agent_profiles rename to agent_profiles_away').run();
    try {
      await runDurableObjectAlarm(stub);
    } finally {
      await testEnv.DB.prepare('alter table agent_profiles_away rename to agent_profiles').run();
    }
    expect(await short.closed).toMatchObject(SIGN_IN_AGAIN);
    expect(long.isOpen).toBe(true);
    long.close();
  });

  it('and a socket of which nobody knows by what it was opened has its console come back', async () => {
    const maya = await asMaya();
    const known = await maya.queue(BILLING);
    const line = await openedBy(maya, null);
    await queueStub(testEnv, WORKSPACE, BILLING).recheckMembers();
    expect(await line.closed).toMatchObject(SIGN_IN_AGAIN);
    // Beside it, and of the same person.
    expect(known.isOpen).toBe(true);
    known.close();
  });
});

describe('[S31] signing out everywhere else', () => {
  it('ends the other sessions of this person, and their sockets, and nobody else’s', { timeout: 20_000 }, async () => {
    const logged = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const [here, jonas] = [await asMaya(), await Agent.signIn(inWorker, 'jonas@baton.test')];
    const end = async () => (await (await here.post('/v1/sessions/end-others', {})).json()) as { ended: number };
    await end();
    const [lost, desk] = [await asMaya(), await asMaya()];
    const [own, line, mine] = [await lost.own(), await desk.queue(BILLING), await here.queue(BILLING)];
    await testEnv.DB.prepare(
      'insert into session select ?, ?, token || id, createdAt, updatedAt, ipAddress, userAgent, userId, activeOrganizationId from session where token = ?',
    )
      .bind('over', new Date(Date.now() - 1000).toISOString(), tokenOf(here))
      .run();
    expect(await end()).toEqual({ ended: 2 });
    expect(await own.closed).toMatchObject(SIGN_IN_AGAIN);
    expect(await line.closed).toMatchObject(SIGN_IN_AGAIN);
    for (const agent of [lost, desk]) expect((await agent.get('/v1/me')).status).toBe(401);
    for (const agent of [here, jonas]) expect((await agent.get('/v1/me')).status).toBe(200);
    expect(mine.isOpen).toBe(true);
    mine.close();
    expect(await end()).toEqual({ ended: 0 });
    const lines = logged.mock.calls
      .map(([text]) => String(text))
      .filter((text) => text.includes('signed_out_elsewhere'));
    expect(lines.map((text) => (JSON.parse(text) as { who: string }).who)).toEqual(Array(3).fill(await idOf(here)));
    logged.mockRestore();
  });

  it('is for people: an API key has no session', async () => {
    const owner = await Agent.signIn(inWorker, 'ines@baton.test');
    const made = await owner.post('/v1/api-keys', { name: 'Program', scopes: ['metrics:read'], days: null });
    const { secret } = (await made.json()) as { secret: string };
    const answer = await inWorker.fetch('/v1/sessions/end-others', {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: '{}',
    });
    expect(((await answer.json()) as Problem).kind).toBe('forbidden');
  });
});

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
const listOf = async (answer: Response | Promise<Response>) =>
  ((await (await answer).json()) as SessionsAnswer).sessions;
const listed = (agent: Agent) => listOf(agent.get('/v1/sessions'));
const problemOf = async (answer: Response | Promise<Response>) => {
  const { kind, message } = (await (await answer).json()) as Problem;
  return [kind, message];
};

describe('[S41] where an agent is signed in', () => {
  it('is seen by them alone, and nothing of it opens anything', async () => {
    const [here, jonas] = [await asMaya(), await Agent.signIn(inWorker, 'jonas@baton.test')];
    await here.post('/v1/sessions/end-others', {});
    const phone = await asMaya();
    const [now, begunAt] = [Date.now(), Date.now() - 7_200_000];
    await testEnv.DB.prepare(
      'update session set userAgent = ?, ipAddress = ?, createdAt = ?, updatedAt = ? where token = ?',
    )
      .bind(FIREFOX, '192.0.2.9', new Date(begunAt).toISOString(), new Date(now - 60_000).toISOString(), tokenOf(phone))
      .run();
    await testEnv.DB.prepare(`update session set ipAddress = '' where token = ?`).bind(tokenOf(here)).run();
    const ran = await asMaya();
    await testEnv.DB.prepare('update session set expiresAt = ? where token = ?')
      .bind(new Date(now - 1000).toISOString(), tokenOf(ran))
      .run();
    const answer = await here.get('/v1/sessions');
    const text = await answer.clone().text();
    expect(await listOf(answer)).toEqual([
      {
        id: await rowOf(here),
        begunAt: expect.any(Number),
        seenAt: expect.any(Number),
        device: { browser: null, system: null },
        address: null,
        isThis: true,
      },
      {
        id: await rowOf(phone),
        begunAt,
        seenAt: now - 60_000,
        device: { browser: 'Firefox', system: 'Windows' },
        address: '192.0.2.9',
        isThis: false,
      },
    ]);
    for (const agent of [here, phone, jonas]) expect(text).not.toContain(tokenOf(agent));
    expect((await listed(phone)).map(({ isThis, id }) => [isThis, id])).toEqual([
      [true, await rowOf(phone)],
      [false, await rowOf(here)],
    ]);
    const theirs = (await listed(jonas)).map(({ id }) => id);
    expect(theirs).toContain(await rowOf(jonas));
    for (const id of [await rowOf(here), await rowOf(phone)]) expect(theirs).not.toContain(id);
  });

  it('was used last is known to within ten minutes', async () => {
    const maya = await asMaya();
    const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    const used = async (minutes: number) => {
      // As the library counts: from when it would end.
      const endsAt = new Date(Date.now() - minutes * 60_000 + 12 * 3_600_000).toISOString();
      await testEnv.DB.prepare('update session set updatedAt = ?, expiresAt = ? where token = ?')
        .bind(ago(minutes), endsAt, tokenOf(maya))
        .run();
      await maya.me();
      return (await listed(maya))[0]?.seenAt as number;
    };
    expect(Date.now() - (await used(11))).toBeLessThan(60_000);
    expect(Date.now() - (await used(8))).toBeGreaterThan(7 * 60_000);
  });

  it('is ended there, with its sockets, and goes on elsewhere', { timeout: 20_000 }, async () => {
    const logged = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const [here, there, third] = [await asMaya(), await asMaya(), await asMaya()];
    const [own, line, mine, others] = [
      await there.own(),
      await there.queue(BILLING),
      await here.queue(BILLING),
      await third.own(),
    ];
    const ended = await rowOf(there);
    const left = await listOf(here.post(`/v1/sessions/${ended}/end`, {}));
    expect(left.map(({ id }) => id)).not.toContain(ended);
    expect(await own.closed).toMatchObject(SIGN_IN_AGAIN);
    expect(await line.closed).toMatchObject(SIGN_IN_AGAIN);
    expect((await there.get('/v1/me')).status).toBe(401);
    expect((await third.get('/v1/me')).status).toBe(200);
    for (const socket of [mine, others]) {
      expect(socket.isOpen).toBe(true);
      socket.close();
    }
    const lines = logged.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('"session_ended"'));
    expect(lines.map((text) => (JSON.parse(text) as { who: string }).who)).toEqual([await idOf(here)]);
    logged.mockRestore();
  });

  it('is not ended by somebody else, nor where they are: signing out is for that', async () => {
    const [maya, jonas] = [await asMaya(), await Agent.signIn(inWorker, 'jonas@baton.test')];
    const none = ['not_found', 'You are not signed in there, or not any more.'];
    for (const id of [await rowOf(maya), 'A'.repeat(24)])
      expect(await problemOf(jonas.post(`/v1/sessions/${id}/end`, {}))).toEqual(none);
    expect(await problemOf(maya.post(`/v1/sessions/${await rowOf(maya)}/end`, {}))).toEqual([
      'conflict',
      'That is the one you are using. Sign out to end it.',
    ]);
    for (const agent of [maya, jonas]) expect((await agent.get('/v1/me')).status).toBe(200);
  });
});

describe('[S42] an admin', () => {
  const OTHER = derivedId('workspace', 'sessions') as Promise<WorkspaceId>;
  const named = (name: string) => derivedId('agent', 'sessions', name) as Promise<AgentId>;
  const person = async (name: string, role: string) => ({
    id: await named(name),
    name,
    email: `${name.toLowerCase()}@sessions.test`,
    role,
    skills: [],
    capacity: 1,
    queueIds: [],
  });
  const as = (name: string) => Agent.signIn(inWorker, `${name.toLowerCase()}@sessions.test`);
  const end = async (by: Agent, name: string) => by.post(`/v1/members/${await named(name)}/end-sessions`, {});
  const lines = async (by: Agent) =>
    ((await (await by.get('/v1/audit')).json()) as AuditAnswer).entries
      .filter(({ deed }) => deed === 'member.sessions_ended')
      .map((entry) => [entry.by, entry.about]);
  beforeAll(async () => {
    const settings = { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys };
    const agents = await Promise.all([
      person('Adam', 'admin'),
      person('Olga', 'owner'),
      person('Otto', 'owner'),
      person('Mia', 'member'),
      person('Sam', 'supervisor'),
    ]);
    await seedWorkspace(testEnv.DB, { ...testEnv.DEMO, agents }, settings);
    const shape = await demoWorkspace([]);
    await seedWorkspace(
      testEnv.DB,
      {
        ...shape,
        id: await OTHER,
        slug: 'sessions',
        name: 'Second',
        publicKey: 'pk_sessions',
        signingKey: { kid: 'sessions-1', secret: 'of the second workspace' },
        queues: [],
        calendars: [],
        articles: [],
        intents: [],
        agents: [await person('Mia', 'owner'), await person('Olivia', 'owner')],
      },
      settings,
    );
  });

  it('signs a member out everywhere, with their sockets; the log of the workspace says so, and no other’s', {
    timeout: 30_000,
  }, async () => {
    const logged = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const [adam, mia, again, sam] = [await as('Adam'), await as('Mia'), await as('Mia'), await as('Sam')];
    const [own, others] = [await mia.own(), await sam.own()];
    const answer = await end(adam, 'Mia');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toHaveProperty('members');
    expect(await own.closed).toMatchObject(SIGN_IN_AGAIN);
    for (const agent of [mia, again, again.in(await OTHER)]) expect((await agent.get('/v1/me')).status).toBe(401);
    for (const agent of [adam, sam]) expect((await agent.get('/v1/me')).status).toBe(200);
    expect(others.isOpen).toBe(true);
    others.close();
    expect(await lines(adam)).toEqual([['Adam', 'Mia']]);
    expect(await lines(await as('Olivia'))).toEqual([]);
    const [line] = logged.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('members_sessions'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ who: await named('Adam'), whom: await named('Mia') });
    logged.mockRestore();
    // Nothing keeps them from signing in again.
    expect((await (await as('Mia')).get('/v1/me')).status).toBe(200);
  });

  it('does so with no owner, as which only an owner may; nobody with themselves, and no smaller role', async () => {
    const [adam, olga, otto, sam] = [await as('Adam'), await as('Olga'), await as('Otto'), await as('Sam')];
    const before = await lines(olga);
    expect(await problemOf(end(adam, 'Olga'))).toEqual(['forbidden', 'Only owners sign owners out.']);
    expect((await problemOf(end(adam, 'Adam')))[0]).toBe('forbidden');
    expect((await problemOf(end(sam, 'Mia')))[0]).toBe('forbidden');
    // Of another workspace alone.
    expect((await problemOf(end(olga, 'Olivia')))[0]).toBe('not_found');
    for (const agent of [adam, olga, otto, sam]) expect((await agent.get('/v1/me')).status).toBe(200);
    expect(await lines(olga)).toEqual(before);
    expect((await end(olga, 'Otto')).status).toBe(200);
    expect((await otto.get('/v1/me')).status).toBe(401);
  });

  it('who may not any more, or for whom they have become an owner meanwhile, ends nothing', async () => {
    const [olga, mia] = [await as('Olga'), await as('Mia')];
    const before = await lines(olga);
    const ask = async (by: string, name: string, role: 'agent' | 'owner') =>
      endMembersSessions(
        testEnv.DB,
        WORKSPACE,
        { id: await named(name), name, role },
        { id: await named(by), name: by },
        Date.now(),
      );
    expect(await ask('Sam', 'Mia', 'agent')).toBe(false);
    expect(await ask('Adam', 'Olga', 'owner')).toBe(false);
    // Looked at as an agent, and an owner by now.
    expect(await ask('Adam', 'Olga', 'agent')).toBe(false);
    expect(await ask('Olga', 'Olivia', 'owner')).toBe(false);
    for (const agent of [olga, mia]) expect((await agent.get('/v1/me')).status).toBe(200);
    expect(await lines(olga)).toEqual(before);
    expect(await ask('Olga', 'Mia', 'agent')).toBe(true);
  });
});
