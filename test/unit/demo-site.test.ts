import { request as rawRequest } from 'node:http';
import { jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoSite, startDemoSite } from '../../widget/demo/server.ts';

const secret = 'a-secret-that-only-this-test-knows-0123456789';
let site: DemoSite;

beforeAll(async () => {
  site = await startDemoSite({
    port: 0,
    batonOrigin: 'https://baton.example/ignored/path',
    workspaceKey: 'pk_test',
    signingSecret: secret,
    signingKid: 'kid-7',
  });
});
afterAll(() => site.close());

const get = (path: string, headers: Record<string, string> = {}) => fetch(site.url + path, { headers });
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(site.url + path, { method: 'POST', body: JSON.stringify(body), headers });
const as = (user: string) => ({ cookie: `ledgerline_user=${user}` });
const isOnlyNonce = (source: string) => /^'nonce-[A-Za-z0-9+/=]{22,}'$/.test(source);

/** `fetch` tidies a path before it is sent; an attacker does not. */
function getRaw(path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(site.url);
  return new Promise((resolve, reject) => {
    rawRequest({ hostname, port, path }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}

function directives(header: string | null): Record<string, string[]> {
  return Object.fromEntries(
    (header ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
  );
}

describe('the policy of the page', () => {
  it.each(['/', '/billing', '/no-such-page'])('is strict on %s', async (path) => {
    const policy = directives((await get(path)).headers.get('content-security-policy'));
    const { 'script-src': script = [], 'style-src': style = [], ...rest } = policy;
    expect(script).toEqual([expect.stringMatching(/^'nonce-/), "'strict-dynamic'"]);
    expect(style).toEqual(["'self'", script[0]]);
    expect(isOnlyNonce(script[0] ?? '')).toBe(true);
    expect(rest).toEqual({
      'default-src': ["'none'"],
      'img-src': ["'self'", 'data:'],
      'font-src': ["'self'"],
      'connect-src': ["'self'", 'https://baton.example', 'wss://baton.example'],
      'require-trusted-types-for': ["'script'"],
      'trusted-types': ["'none'"],
      'base-uri': ["'none'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
    });
  });

  it('has a new nonce for every response, and every script carries it', async () => {
    const pages = await Promise.all(
      [0, 1].map(async () => {
        const response = await get('/');
        const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
        const tags = (await response.text()).match(/<script[^>]*>/g) ?? [];
        return { nonce, tags };
      }),
    );
    expect(pages[0]?.nonce).not.toBe(pages[1]?.nonce);
    for (const { nonce, tags } of pages) {
      expect(tags).toHaveLength(3);
      expect(tags.every((tag) => tag.includes(`nonce="${nonce}"`))).toBe(true);
    }
  });

  it('embeds the widget with exactly one tag', async () => {
    const html = await (await get('/')).text();
    expect(html.match(/baton\.js/g)).toHaveLength(1);
    expect(html).toContain('async src="https://baton.example/baton.js" data-workspace="pk_test"');
  });
});

describe('the identity token', () => {
  it.each([
    ['usr_priya', { name: 'Northwind Enterprise', tier: 'enterprise', health: 'at_risk' }],
    ['usr_tom', { name: 'Bluebird', tier: 'pro', health: 'healthy' }],
    ['usr_lena', { name: 'Solo', tier: 'free', health: 'healthy' }],
  ])('of %s verifies and is short-lived', async (user, account) => {
    const { token } = (await (await get('/identity-token', as(user))).json()) as { token: string };
    const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(secret), {
      audience: 'pk_test',
      algorithms: ['HS256'],
    });
    expect(protectedHeader).toEqual({ alg: 'HS256', kid: 'kid-7', typ: 'JWT' });
    expect(payload).toEqual({
      sub: user,
      aud: 'pk_test',
      iat: expect.any(Number),
      exp: (payload.iat ?? 0) + 600,
      name: expect.any(String),
      email: expect.stringContaining('@'),
      account: {
        ...account,
        id: expect.stringMatching(/^acc_/),
        contractValue: expect.any(Number),
        renewalAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
      },
    });
  });

  it('is refused to somebody who is signed out, and never cached', async () => {
    const response = await get('/identity-token', as('signed-out'));
    expect(response.status).toBe(401);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});

describe('switching users', () => {
  const submit = (fields: Record<string, string>) =>
    fetch(`${site.url}/switch-user`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

  it('keeps the choice in a cookie and returns to the page', async () => {
    const response = await submit({ user: 'usr_tom', next: '/billing' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe('/billing');
    expect(response.headers.get('set-cookie')).toMatch(/^ledgerline_user=usr_tom; .*HttpOnly; SameSite=Lax$/);
  });

  it.each(['//evil.example', 'https://evil.example', '/\\evil.example'])('does not redirect to %s', async (next) => {
    expect((await submit({ user: 'signed-out', next })).headers.get('location')).toBe('/');
  });

  it('refuses a user it does not know', async () => {
    expect((await submit({ user: 'usr_mallory; Domain=evil' })).status).toBe(422);
  });
});

describe('what fails on purpose', () => {
  it('declines every card', async () => {
    const response = await post('/api/pay', { invoice: 'LL-1' });
    expect(response.status).toBe(402);
    expect(await response.json()).toEqual({ error: 'card_declined' });
  });

  it('cannot create a key, but lists keys', async () => {
    const response = await post('/api/keys', { name: 'CI' });
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: 'internal', requestId: expect.stringMatching(/^req_/) });
    expect((await get('/api/keys')).status).toBe(200);
  });

  it('rejects settings field by field', async () => {
    const response = await post('/api/settings', {
      companyName: '',
      billingEmail: 'nobody',
      country: 'DE',
      vatNumber: 'GB100000001',
      currency: 'USD',
    });
    expect(response.status).toBe(422);
    expect(Object.keys(((await response.json()) as { fields: object }).fields)).toEqual([
      'companyName',
      'billingEmail',
      'vatNumber',
    ]);
  });

  it('accepts settings that are in order', async () => {
    const saved = {
      companyName: 'Bluebird Ltd',
      billingEmail: 'pay@bluebird.example',
      country: 'NL',
      vatNumber: 'NL123456789B01',
      currency: 'EUR',
    };
    const response = await post('/api/settings', { ...saved, vatNumber: 'nl 1234.56789.B01' }, as('usr_tom'));
    expect(response.status).toBe(200);
    expect(await (await get('/api/settings', as('usr_tom'))).json()).toEqual(saved);
  });
});

describe('the edges', () => {
  it.each([
    '/site/../server.ts',
    '/site/..%2fserver.ts',
    '/site/%2e%2e/server.ts',
    '/site//etc/passwd',
    '/../package.json',
  ])('does not leave its folder by %s', async (path) => {
    const { status, body } = await getRaw(path);
    expect(status).toBe(404);
    expect(body).not.toContain('signingSecret');
    expect(body).not.toContain('"baton"');
  });

  it('answers unknown addresses with 404 and wrong methods with 405', async () => {
    expect((await get('/no-such-page')).status).toBe(404);
    expect((await get('/api/no-such')).status).toBe(404);
    expect((await get('/api/pay')).status).toBe(405);
    const wrong = await post('/billing', {});
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('limits bodies, with or without a declared length', async () => {
    const large = 'x'.repeat(17 * 1024);
    expect((await post('/api/settings', large)).status).toBe(413);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(large));
        controller.close();
      },
    });
    const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit;
    expect((await fetch(`${site.url}/api/settings`, init)).status).toBe(413);
  });

  it('refuses a foreign origin and a body that is not JSON', async () => {
    expect((await post('/api/pay', {}, { origin: 'http://localhost:9999' })).status).toBe(403);
    const broken = await fetch(`${site.url}/api/pay`, { method: 'POST', body: '{' });
    expect([broken.status, await broken.json()]).toEqual([400, { error: 'bad_json' }]);
  });

  it('closes while a slow report is still being worked out', async () => {
    const other = await startDemoSite({ port: 0 });
    const slow = fetch(`${other.url}/api/reports/slow`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startedAt = Date.now();
    await other.close();
    expect(Date.now() - startedAt).toBeLessThan(2000);
    expect((await slow).status).toBe(503);
  });
});
