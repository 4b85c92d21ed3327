import { runInDurableObject } from 'cloudflare:test';
import { gzipSync } from 'node:zlib';
import { SignJWT } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { VisitorId, WorkspaceId } from '#domain/ids.ts';
import { problem } from '#protocol/problem.ts';
import { agentStub, queueStub } from '../../durable-objects/names.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { settingsOf } from '../../worker/env.ts';
import { signVisit } from '../../worker/middleware/visit-auth.ts';
import { newId } from '../../worker/storage/ids.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const FOREIGN = ['https://evil.test', 'null', `${inWorker.demoOrigin}.evil.test`, inWorker.demoOrigin.toUpperCase()];
const OTHER = 'wsp_otherotherother' as WorkspaceId;
const OTHER_QUEUE = 'que_otherotherother';

beforeAll(async () => {
  const run = (sql: string, ...values: string[]) =>
    testEnv.DB.prepare(sql)
      .bind(...values)
      .run();
  await run('insert into organization (id, name, slug, createdAt) values (?, ?, ?, ?)', OTHER, 'Other', 'other', 'x');
  await run(
    'insert into workspaces (id, public_key, name, allowed_origins, settings) values (?, ?, ?, ?, ?)',
    OTHER,
    'pk_other',
    'Other',
    JSON.stringify([inWorker.demoOrigin]),
    JSON.stringify({ greeting: '', suggestions: [], capture: 'on_escalation' }),
  );
  await run(
    'insert into queues (id, workspace_id, slug, name, tier, config) values (?, ?, ?, ?, 1, ?)',
    OTHER_QUEUE,
    OTHER,
    'other',
    'Other',
    '{}',
  );
});

const kindOf = async (response: Response): Promise<string> => problem.parse(await response.json()).kind;
const segment = gzipSync(JSON.stringify([{ type: 4, timestamp: 1, data: { href: '/', width: 1, height: 1 } }]), {
  level: 6,
});

async function escalated(user: string | null = null): Promise<{ visitor: Visitor; recordingId: string }> {
  const visitor = await Visitor.arrive(inWorker, user);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  const frame = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  socket.close();
  return { visitor, recordingId: (frame as unknown as { recordingId: string }).recordingId };
}

describe('[S6] a page that is not the workspace’s own', () => {
  it('opens no socket of a visitor, whatever token it found', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    (await priya.open()).close();
    const dial = (headers: Record<string, string>) =>
      inWorker.dial(`/v1/conversations/${priya.conversationId}/socket`, `visit.${priya.visit.visitToken}`, headers);
    for (const origin of FOREIGN) {
      expect(await (await dial({ origin })).closed).toMatchObject({ code: 4403, reason: 'forbidden' });
    }
    expect(await (await dial({})).closed).toMatchObject({ code: 4403 });
    expect((await dial({ origin: inWorker.demoOrigin })).isOpen).toBe(true);
  });

  it('starts no conversation', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const start = (headers: Record<string, string>) =>
      inWorker.fetch('/v1/conversations', {
        method: 'POST',
        headers: { ...priya.headers, ...headers },
        body: JSON.stringify({ clientId: 'client-0001', startNew: true }),
      });
    for (const origin of FOREIGN) expect(await kindOf(await start({ origin }))).toBe('forbidden');
    expect((await start({})).status).toBe(200);
  });

  it('uploads no segment', async () => {
    const { visitor, recordingId } = await escalated();
    for (const origin of FOREIGN) {
      const response = await inWorker.fetch(`/v1/recordings/${recordingId}/segments/${visitor.tab}/0`, {
        method: 'PUT',
        headers: { ...visitor.headers, 'content-type': 'application/gzip', origin },
        body: segment,
      });
      expect(await kindOf(response)).toBe('forbidden');
    }
    expect((await testEnv.REPLAYS.list({ prefix: `${testEnv.DEMO.id}/${recordingId}/` })).objects).toEqual([]);
    expect((await visitor.upload(recordingId, 0, segment)).status).toBe(200);
  });
});

describe('[S7] another workspace', () => {
  /** A visit of the other workspace, signed by us, in the hands of the same visitor. */
  async function strayed(visitor: Visitor): Promise<string> {
    const claims = { workspaceId: OTHER, visitorId: visitor.visit.visitor.id as VisitorId, attested: true };
    return (await signVisit(settingsOf(testEnv), claims, Date.now())).token;
  }

  it('a visit of it opens, starts and uploads nothing here', async () => {
    const { visitor, recordingId } = await escalated();
    const token = await strayed(visitor);
    const socket = await inWorker.dial(`/v1/conversations/${visitor.conversationId}/socket`, `visit.${token}`, {
      origin: inWorker.demoOrigin,
    });
    expect((await socket.closed).code).toBe(4401);
    const headers = { ...visitor.headers, authorization: `Bearer ${token}` };
    const uploaded = await inWorker.fetch(`/v1/recordings/${recordingId}/segments/${visitor.tab}/0`, {
      method: 'PUT',
      headers: { ...headers, 'content-type': 'application/gzip' },
      body: segment,
    });
    expect(await kindOf(uploaded)).toBe('not_found');
  });

  it('a visit of it, known there, still does not reach a conversation here', async () => {
    const { visitor } = await escalated();
    await testEnv.DB.prepare(
      `insert into visitors (workspace_id, id, subject, name, email, account, first_seen_at, last_seen_at)
       select ?, id, null, name, email, account, first_seen_at, last_seen_at from visitors where id = ?`,
    )
      .bind(OTHER, visitor.visit.visitor.id)
      .run();
    const socket = await inWorker.dial(
      `/v1/conversations/${visitor.conversationId}/socket`,
      `visit.${await strayed(visitor)}`,
      { origin: inWorker.demoOrigin },
    );
    expect((await socket.closed).code).toBe(4403);
  });

  it('an earlier visit there gives nobody an identity here', async () => {
    const first = await Visitor.arrive(inWorker, null);
    const claims = { workspaceId: OTHER, visitorId: first.visit.visitor.id as VisitorId, attested: false };
    const visit = async (visitToken: string) => {
      const response = await inWorker.fetch('/v1/visits', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: inWorker.demoOrigin },
        body: JSON.stringify({ workspaceKey: DEMO_WORKSPACE.publicKey, visitToken, identityToken: null }),
      });
      return ((await response.json()) as { visitor: { id: string } }).visitor.id;
    };
    expect(await visit(first.visit.visitToken)).toBe(first.visit.visitor.id);
    const { token } = await signVisit(settingsOf(testEnv), claims, Date.now());
    expect(await visit(token)).not.toBe(first.visit.visitor.id);
  });

  it('nobody has a queue of it: no ticket, no transfer', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    for (const queueId of [OTHER_QUEUE, 'que_AAAAAAAAAAAAAAAAAAAAA']) {
      const response = await maya.post('/v1/tickets', { socket: 'queue', queueId });
      expect([response.status, await kindOf(response)]).toEqual([404, 'not_found']);
    }
    const unknown = await maya.post('/v1/tickets', { socket: 'conversation', conversationId: newId('conversation') });
    expect([unknown.status, await kindOf(unknown)]).toEqual([404, 'not_found']);

    // Others wait here already; her plan's target is shorter than theirs.
    const { visitor } = await escalated('usr_priya');
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    await accept(own, await offerOn(own, visitor.conversationId));
    const held = await maya.conversation(visitor.conversationId);
    expect(await held.ask({ type: 'transfer', queueId: OTHER_QUEUE, note: 'Over to you' })).toMatchObject({
      type: 'nack',
      problem: { kind: 'not_found' },
    });
    expect(await held.ask({ type: 'resolve', code: 'answered', note: '' })).toMatchObject({ type: 'ack' });
    await own.ask({ type: 'presence.set', presence: 'away' });
  });

  it('a queue’s address without a ticket of that queue closes', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const ticket = (await (
      await maya.post('/v1/tickets', { socket: 'queue', queueId: await maya.queueId('General') })
    ).json()) as { ticket: string };
    for (const queueId of [OTHER_QUEUE, await maya.queueId('Technical')]) {
      const socket = await inWorker.dial(`/v1/sockets/queues/${queueId}`, ticket.ticket, {
        cookie: maya.cookie,
        origin: inWorker.origin,
      });
      expect((await socket.closed).code).toBe(4401);
    }
  });
});

describe('[S2] a socket ticket that is too old', () => {
  it('opens nothing', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const me = await maya.me();
    const queueId = await maya.queueId('General');
    const stubs = {
      agent: agentStub(testEnv, testEnv.DEMO.id, me.agent.id as never),
      queue: queueStub(testEnv, testEnv.DEMO.id, queueId as never),
    };
    for (const [kind, wanted] of Object.entries({ agent: { socket: 'agent' }, queue: { socket: 'queue', queueId } })) {
      const { ticket, path, expiresAt } = (await (await maya.post('/v1/tickets', wanted)).json()) as {
        ticket: string;
        path: string;
        expiresAt: number;
      };
      expect(expiresAt - Date.now()).toBeLessThanOrEqual(30_000);
      // Time cannot be turned in the object: its ticket is made older.
      await runInDurableObject(stubs[kind as 'agent'], (_, { storage }) => {
        storage.sql.exec('update tickets set expires_at = ? where ticket = ?', Date.now(), ticket);
      });
      const socket = await inWorker.dial(path, ticket, { cookie: maya.cookie, origin: inWorker.origin });
      expect(await socket.closed).toMatchObject({ code: 4401, reason: 'unauthenticated' });
    }
  });
});

describe('[S8] an identity token', () => {
  const sign = (lifeSeconds: number, changed: { aud?: string; alg?: string } = {}): Promise<string> => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({})
      .setProtectedHeader({ alg: changed.alg ?? 'HS256', kid: DEMO_WORKSPACE.signingKey.kid })
      .setSubject('usr_long')
      .setAudience(changed.aud ?? DEMO_WORKSPACE.publicKey)
      .setIssuedAt(now)
      .setExpirationTime(now + lifeSeconds)
      .sign(new TextEncoder().encode(DEMO_WORKSPACE.signingKey.secret));
  };
  const visit = async (identityToken: string): Promise<number> => {
    const response = await inWorker.fetch('/v1/visits', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: inWorker.demoOrigin },
      body: JSON.stringify({ workspaceKey: DEMO_WORKSPACE.publicKey, visitToken: null, identityToken }),
    });
    return response.status;
  };

  it('that lives longer than 15 minutes is refused, fresh as it is', async () => {
    expect(await visit(await sign(15 * 60))).toBe(200);
    expect(await visit(await sign(15 * 60 + 1))).toBe(401);
    expect(await visit(await sign(86_400))).toBe(401);
  });

  it('for another workspace, or by another algorithm, is refused', async () => {
    expect(await visit(await sign(60, { aud: 'pk_other' }))).toBe(401);
    expect(await visit(await sign(60, { alg: 'HS512' }))).toBe(401);
  });
});

describe('[O4] a workspace that records nothing', () => {
  const capture = (value: string) =>
    testEnv.DB.prepare("update workspaces set settings = json_set(settings, '$.capture', ?) where id = ?")
      .bind(value, testEnv.DEMO.id)
      .run();
  afterEach(() => capture('on_escalation'));

  it('asks for no recording and takes none', async () => {
    await capture('off');
    const visitor = await Visitor.arrive(inWorker, null);
    expect(visitor.visit.capture).toBe('off');
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'escalated'));
    await socket.ask({ type: 'typing' });
    expect(socket.frames.filter(({ type }) => type === 'record')).toEqual([]);
    expect((await visitor.connect()).frames.find(({ type }) => type === 'welcome')).toMatchObject({ record: null });
    const row = await testEnv.DB.prepare('select recording_id from conversations where id = ?')
      .bind(visitor.conversationId)
      .first<{ recording_id: string }>();
    const recordingId = String(row?.recording_id);
    expect(await kindOf(await visitor.upload(recordingId, 0, segment))).toBe('forbidden');
    expect((await testEnv.REPLAYS.list({ prefix: `${testEnv.DEMO.id}/${recordingId}/` })).objects).toEqual([]);
  });

  it('a recording from the first message on is wanted at once', async () => {
    await capture('always');
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    expect(socket.frames.find(({ type }) => type === 'welcome')).toMatchObject({
      record: { recordingId: expect.stringMatching(/^rec_/) },
    });
  });
});
