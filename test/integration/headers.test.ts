import { describe, expect, it } from 'vitest';
import { publicApi } from '../../worker/app.ts';
import { randomText } from '../../worker/storage/ids.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { callRoute } from './every-route.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const specs = publicApi().specs.filter(({ socket }) => socket === undefined);
const named = specs.map((spec) => [`${spec.method} ${spec.path}`, spec] as const);
/** Files for everybody, named by their content or asked for again; the two pages that others may frame say who. */
const isFile = (path: string) => /^\/(?:baton\.js|widget\/|press\/)/.test(path);

function isSafe(answer: Response): void {
  const { headers } = answer;
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; /);
  expect(headers.get('content-security-policy')).toContain("base-uri 'none'");
  expect(headers.get('referrer-policy')).toBe('no-referrer');
  if (answer.status < 300 || answer.status >= 400)
    expect(headers.get('content-type')).toMatch(/^[a-z]+\/[a-z.+-]+(?:; ?charset=utf-8)?$/i);
}

describe('[S23] what every answer says beside its content', () => {
  it.each(named)('%s, to whoever may not call it or calls it wrong', async (_, spec) => {
    const answer = await callRoute(spec, { origin: inWorker.origin });
    isSafe(answer);
    await answer.body?.cancel();
    if (answer.status >= 400) expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each(named.filter(([, { access, method }]) => access === 'agent' && method === 'get'))(
    '%s, to an owner',
    async (_, spec) => {
      const ines = await Agent.signIn(inWorker, 'ines@baton.test');
      const answer = await callRoute(spec, { cookie: ines.cookie });
      isSafe(answer);
      await answer.body?.cancel();
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    },
  );

  it('what a visitor is answered is kept by no cache', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const headers = { ...visitor.headers, origin: inWorker.demoOrigin, 'content-type': 'application/json' };
    const answer = await inWorker.fetch('/v1/conversations', {
      method: 'POST',
      headers,
      body: JSON.stringify({ clientId: `c-${randomText(12)}`, startNew: true }),
    });
    expect(answer.ok).toBe(true);
    isSafe(answer);
    await answer.body?.cancel();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('what may be kept is for everybody', async () => {
    const kept: string[] = [];
    for (const [name, spec] of named) {
      const answer = await callRoute(spec, {});
      await answer.body?.cancel();
      if (answer.ok && !/no-store|no-cache/.test(answer.headers.get('cache-control') ?? '')) kept.push(name);
    }
    expect(kept.filter((name) => !isFile(name.split(' ')[1] as string))).toEqual([]);
  });

  it('browsers are told to stay with TLS where the deployment is, and only there', async () => {
    const { createApp } = await import('../../worker/app.ts');
    const told = async (env: object, address: string) => {
      const call = createApp().fetch as unknown as (
        request: Request,
        env: object,
        context: object,
      ) => Promise<Response>;
      const answer = await call(new Request(address), env, { waitUntil() {}, passThroughOnException() {} });
      await answer.body?.cancel();
      return answer.headers.get('strict-transport-security');
    };
    const origins = { PUBLIC_ORIGIN: 'https://support.example.com', REPLAY_ORIGIN: 'https://replay.example.com' };
    const inProduction = { ...testEnv, ...origins, ENVIRONMENT: 'production' };
    for (const origin of Object.values(origins))
      expect(await told(inProduction, `${origin}/health`)).toBe('max-age=31536000; includeSubDomains');
    expect(await told(testEnv, `${testEnv.PUBLIC_ORIGIN}/health`)).toBeNull();
  });
});
