import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import type { AgentId, ConversationId, QueueId, WorkspaceId } from '#domain/ids.ts';
import type { Problem } from '#protocol/problem.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { SignedInBy } from '../../worker/signed-in-by.ts';
import { endOtherSessions } from '../../worker/storage/sessions.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { pass } from './crash/passing-time.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

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
