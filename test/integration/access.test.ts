import { describe, expect, it } from 'vitest';
import { problem } from '#protocol/problem.ts';
import { publicApi } from '../../worker/app.ts';
import type { Access, RouteSpec } from '../../worker/routes/api.ts';
import { Agent } from '../support/agent.ts';
import { identityToken, Visitor } from '../support/visitor.ts';
import { callRoute as call, pathOf } from './every-route.ts';
import { inWorker } from './in-worker.ts';

const specs = publicApi().specs;
const withAccess = (...wanted: Access[]) => specs.filter(({ access }) => wanted.includes(access));
const named = (list: RouteSpec[]) => list.map((spec) => [`${spec.method} ${spec.path}`, spec] as const);

async function expectProblem(response: Response, kind: string): Promise<void> {
  const body: unknown = await response.json();
  expect(problem.parse(body).kind).toBe(kind);
  expect(response.headers.get('x-request-id')).toBe((body as { requestId: string }).requestId);
}

describe('[S1] who may call what: every route, as it declares', () => {
  it.each(named(withAccess('agent')))('%s wants a session', async (_, spec) => {
    await expectProblem(await call(spec, { origin: inWorker.origin }), 'unauthenticated');
  });

  it.each(named(withAccess('agent')))('%s does not take a made-up session', async (_, spec) => {
    const cookie = 'baton.session_token=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbb';
    await expectProblem(await call(spec, { origin: inWorker.origin, cookie }), 'unauthenticated');
  });

  it.each(named(withAccess('agent', 'console').filter(({ method, socket }) => method !== 'get' || socket)))(
    '%s answers the console’s own pages only, cookie or not',
    async (_, spec) => {
      const { cookie } = await Agent.signIn(inWorker, 'maya@baton.test');
      for (const origin of [inWorker.demoOrigin, 'null', `${inWorker.origin}.evil.test`]) {
        await expectProblem(await call(spec, { origin, cookie }), 'forbidden');
      }
    },
  );

  it.each(named(withAccess('visitor')))('%s wants a visit', async (_, spec) => {
    const origin = inWorker.demoOrigin;
    await expectProblem(await call(spec, { origin }), 'unauthenticated');
    for (const token of ['garbage', 'a.b.c', await identityToken('usr_priya')]) {
      await expectProblem(await call(spec, { origin, authorization: `Bearer ${token}` }), 'unauthenticated');
    }
  });

  it.each(named(withAccess('visit_socket')))('%s closes with a code when there is no visit', async (_, spec) => {
    for (const credential of ['visit.garbage', 'none']) {
      const socket = await inWorker.dial(pathOf(spec), credential, { origin: inWorker.demoOrigin });
      expect(await socket.closed).toMatchObject({ code: 4401, reason: 'unauthenticated' });
    }
  });

  it.each(named(specs.filter(({ socket }) => socket)))('%s is for upgrades', async (_, spec) => {
    const response = await inWorker.fetch(pathOf(spec));
    await expectProblem(response, 'invalid');
  });

  it('a visitor’s token opens nothing of an agent’s, and the other way round', async () => {
    const priya = await Visitor.arrive(inWorker);
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    for (const spec of withAccess('agent')) {
      await expectProblem(await call(spec, { ...priya.headers, origin: inWorker.origin }), 'unauthenticated');
    }
    for (const spec of withAccess('visitor')) {
      await expectProblem(await call(spec, { ...maya.headers, origin: inWorker.demoOrigin }), 'unauthenticated');
    }
  });

  it('another visitor’s conversation and recording do not exist for this one', async () => {
    const priya = await Visitor.arrive(inWorker, 'usr_priya');
    const tom = await Visitor.arrive(inWorker, 'usr_tom');
    const hers = await priya.open();
    hers.close();
    tom.conversationId = priya.conversationId;
    const socket = await inWorker.dial(
      `/v1/conversations/${priya.conversationId}/socket`,
      `visit.${tom.visit.visitToken}`,
      { origin: inWorker.demoOrigin },
    );
    expect(await socket.closed).toMatchObject({ code: 4403 });
  });
});

describe('[S2] a socket ticket', () => {
  it('opens one socket, of the agent it was made for, and only once', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const jonas = await Agent.signIn(inWorker, 'jonas@baton.test');
    const ticket = (await (await maya.post('/v1/tickets', { socket: 'agent' })).json()) as {
      ticket: string;
      path: string;
    };
    const open = (agent: Agent) =>
      inWorker.dial(ticket.path, ticket.ticket, { cookie: agent.cookie, origin: inWorker.origin });
    expect(await (await open(jonas)).closed).toMatchObject({ code: 4401 });
    const first = await open(maya);
    expect(first.isOpen).toBe(true);
    expect(await (await open(maya)).closed).toMatchObject({ code: 4401 });
    first.close();
  });

  it('is not replaced by the session cookie', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const socket = await inWorker.dial('/v1/sockets/agent', 'none', { cookie: maya.cookie, origin: inWorker.origin });
    expect(await socket.closed).toMatchObject({ code: 4401 });
  });
});

describe('[S3] signing in', () => {
  it('says no without saying which part was wrong', async () => {
    const attempt = async (email: string, password: string) => {
      const response = await inWorker.fetch('/v1/auth/sign-in/email', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: inWorker.origin },
        body: JSON.stringify({ email, password }),
      });
      const { kind, message } = problem.parse(await response.json());
      return { status: response.status, kind, message };
    };
    const wrong = await attempt('maya@baton.test', 'wrong');
    expect(wrong).toMatchObject({ status: 401, kind: 'unauthenticated' });
    expect(await attempt('nobody@baton.test', 'wrong')).toEqual(wrong);
  });

  it('sets a cookie that scripts cannot read, answers no token, and ends with signing out', async () => {
    const response = await inWorker.fetch('/v1/auth/sign-in/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: inWorker.origin },
      body: JSON.stringify({ email: 'maya@baton.test', password: 'baton-demo-2026' }),
    });
    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly/);
    expect(await response.text()).toBe('{}');
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    expect((await maya.get('/v1/me')).status).toBe(200);
    expect((await maya.post('/v1/auth/sign-out', {})).status).toBe(200);
    expect((await maya.get('/v1/me')).status).toBe(401);
  });

  it('has no way to sign up', async () => {
    const response = await inWorker.fetch('/v1/auth/sign-up/email', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: inWorker.origin },
      body: JSON.stringify({ email: 'new@baton.test', password: 'long enough', name: 'New' }),
    });
    expect(response.status).toBe(404);
  });
});
