import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const logged = vi.spyOn(console, 'info').mockImplementation(() => undefined);
beforeEach(() => logged.mockClear());
type Line = { what: string; kind?: string; who: string | null; path: string; requestId: string; time: string };
const lines = (): Line[] =>
  logged.mock.calls
    .map(([line]) => JSON.parse(String(line)) as Line & { at: string })
    .filter(({ at }) => at === 'security');
const MAYA = testEnv.DEMO.agents.find(({ email }) => email === 'maya@baton.test')?.id;

describe('[S24] what is written down for whoever watches over it', () => {
  it('is no name of a person that stands in the path', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    logged.mockClear();
    const refused = await inWorker.fetch('/v1/people/priya%40acme.example/account', {
      method: 'PUT',
      headers: maya.headers,
      body: JSON.stringify({ account: { tier: 'pro' } }),
    });
    expect(refused.status).toBe(403);
    expect(lines()).toMatchObject([{ kind: 'forbidden', path: '/v1/people/:subject/account' }]);
    expect(JSON.stringify(logged.mock.calls)).not.toContain('priya');
  });

  it('is who signed in, and out, by their id', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    await maya.post('/v1/auth/sign-out', {});
    expect(lines()).toMatchObject([
      { what: 'signed_in', who: MAYA, path: '/v1/auth/sign-in/email' },
      { what: 'signed_out', who: MAYA, path: '/v1/auth/sign-out' },
    ]);
    for (const { time } of lines()) expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
  });

  it('is a try in vain, and nothing of what was tried', async () => {
    await expect(Agent.signIn(inWorker, 'maya@baton.test', 'a wrong password')).rejects.toThrow();
    expect(lines()).toMatchObject([{ what: 'refused', kind: 'unauthenticated', who: null }]);
    const text = JSON.stringify(logged.mock.calls);
    for (const secret of ['maya@baton.test', 'a wrong password', 'Maya']) expect(text).not.toContain(secret);
  });

  it('is who may not, with the request that they were told of, and no token', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const visitor = await Visitor.arrive(inWorker, null);
    logged.mockClear();
    const role = await maya.post('/v1/queues?secret=in-a-query', { clientId: 'abcdefghijkl', name: 'Mine', tier: 1 });
    const page = await inWorker.fetch('/v1/conversations', {
      method: 'POST',
      headers: { ...visitor.headers, origin: 'https://evil.test' },
      body: JSON.stringify({ clientId: 'c-abcdefghijkl', startNew: true }),
    });
    expect([role.status, page.status]).toEqual([403, 403]);
    const ids = [role, page].map((answer) => answer.headers.get('x-request-id'));
    expect(lines()).toMatchObject([
      { kind: 'forbidden', who: MAYA, path: '/v1/queues', requestId: ids[0] },
      { kind: 'forbidden', who: visitor.visit.visitor.id, path: '/v1/conversations', requestId: ids[1] },
    ]);
    const text = JSON.stringify(logged.mock.calls);
    for (const secret of ['in-a-query', visitor.visit.visitToken, maya.cookie]) expect(text).not.toContain(secret);
  });

  it('is nothing of what went well or was merely wrong', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    logged.mockClear();
    await maya.me();
    await maya.get('/v1/nothing-here');
    await maya.post('/v1/articles/ask', {});
    expect(lines()).toEqual([]);
  });
});
