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

  it('who may frame a page: nobody, but for the two that are made for it', async () => {
    const pages = specs.filter(
      ({ access, method, isRedirect }) => access === 'public' && method === 'get' && !isRedirect,
    );
    const framed: string[] = [];
    let looked = 0;
    for (const spec of pages) {
      const answer = await callRoute(spec, {});
      await answer.body?.cancel();
      if (!/html/.test(answer.headers.get('content-type') ?? '')) continue;
      looked += 1;
      const by = /frame-ancestors ([^;]+)/.exec(answer.headers.get('content-security-policy') ?? '')?.[1];
      if (by !== "'none'") framed.push(`${spec.path} by ${by}`);
    }
    expect(looked).toBeGreaterThan(3);
    expect(
      framed.every((one) => /^\/(?:replay|press)\//.test(one)),
      framed.join(),
    ).toBe(true);
  });

  it('a parameter that is said twice is the first one, for whoever reads it', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const window = { from: Date.now() - 86_400_000, to: Date.now() };
    const ask = async (query: string) => {
      const answer = await ines.get(`/v1/metrics?${query}`);
      return { status: answer.status, text: await answer.text() };
    };
    const once = await ask(`from=${window.from}&to=${window.to}&by=queue`);
    expect(once.status).toBe(200);
    expect(await ask(`from=${window.from}&to=${window.to}&by=queue&by=nonsense&from=1&to=0`)).toEqual(once);
    expect((await ask(`by=nonsense&from=${window.from}&to=${window.to}&by=queue`)).status).toBe(400);
  });

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
