import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problem } from '#protocol/problem.ts';
import { createApp } from '../../worker/app.ts';
import { askProvider, forgetProviders } from '../../worker/oidc/provider.ts';
import { Agent } from '../support/agent.ts';
import { OIDC_CLIENT, OidcServer, type Twist } from '../support/oidc-server.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const { DB } = testEnv;
const ISSUER = 'https://id.example.org/tenant';
const SETTINGS = {
  OIDC_ISSUER: ISSUER,
  OIDC_CLIENT_ID: OIDC_CLIENT.id,
  OIDC_CLIENT_SECRET: OIDC_CLIENT.secret,
  OIDC_NAME: 'Acme ID',
};
const BASE = '/v1/auth/sign-in/oidc';

let server: OidcServer;
/** What is at other hosts, and what was asked there. */
let elsewhere: string[] = [];
let asked: { url: string; redirect: unknown }[] = [];

/** As the platform would: a redirect is followed unless the caller says otherwise. */
async function overTheNet(address: string | URL, init: RequestInit = {}): Promise<Response> {
  asked.push({ url: String(address), redirect: init.redirect });
  const answer = (async () => {
    if (!String(address).startsWith(`${ISSUER}/`)) {
      elsewhere.push(String(address));
      return server.answer(new Request(`${ISSUER}${new URL(address).pathname}`, init));
    }
    return server.answer(new Request(address, init));
  })();
  const ended = new Promise<never>((_, reject) =>
    init.signal?.addEventListener('abort', () => reject(init.signal?.reason), { once: true }),
  );
  const response = await Promise.race([answer, ended]);
  const location = response.headers.get('location');
  return location !== null && init.redirect !== 'manual' ? overTheNet(location, init) : response;
}

const inApp = (more: Record<string, unknown> = {}) => {
  const app = createApp();
  const env: Record<string, unknown> = { ...testEnv, ...SETTINGS, ...more };
  const origin = String(env.PUBLIC_ORIGIN);
  return (path: string, init?: RequestInit): Promise<Response> =>
    (app.fetch as (...given: unknown[]) => Promise<Response>)(new Request(`${origin}${path}`, init), env, {
      waitUntil: () => undefined,
      passThroughOnException: () => undefined,
    });
};
let call = inApp();

const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ');

async function begin(): Promise<{ address: URL; cookie: string }> {
  const answer = await call(`${BASE}/begin`, { method: 'POST', headers: { origin: inWorker.origin } });
  expect(answer.status).toBe(200);
  const { address } = (await answer.clone().json()) as { address: string };
  return { address: new URL(address), cookie: cookiesOf(answer) };
}

/** The person says yes at the provider; where that sends their browser. */
async function agree(address: URL): Promise<string> {
  const location = (await server.answer(new Request(address))).headers.get('location');
  if (location === null) throw new Error('the provider sent nobody back');
  expect(location.startsWith(`${inWorker.origin}${BASE}/callback?`)).toBe(true);
  return location.slice(inWorker.origin.length);
}

const finish = (path: string, cookie: string): Promise<Response> =>
  call(path, { headers: cookie === '' ? {} : { cookie }, redirect: 'manual' });

async function signIn(): Promise<Response> {
  const { address, cookie } = await begin();
  return finish(await agree(address), cookie);
}

/** The reason that the console is told, or whose session it is. */
async function outcome(answer: Response): Promise<string> {
  expect(answer.status).toBe(302);
  const location = answer.headers.get('location') ?? '';
  const hasSession = /session_token=[^;]/.test(answer.headers.getSetCookie().join());
  if (location !== '/console/') {
    expect(hasSession).toBe(false);
    return /^\/console\/\?sign-in=(\w+)$/.exec(location)?.[1] ?? location;
  }
  expect(hasSession).toBe(true);
  const me = (await (await call('/v1/me', { headers: { cookie: cookiesOf(answer) } })).json()) as {
    agent: { email: string };
  };
  return me.agent.email;
}
const tried = async (): Promise<string> => outcome(await signIn());

beforeEach(async () => {
  server = await OidcServer.make(ISSUER);
  elsewhere = [];
  asked = [];
  forgetProviders();
  call = inApp();
  vi.stubGlobal('fetch', overTheNet);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  await DB.batch([DB.prepare('delete from oidc_identities'), DB.prepare('delete from verification')]);
});

describe('[S32] an OpenID provider', () => {
  it('signs a member in; the log says who, and nothing of the provider’s', async () => {
    const lines = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const { address, cookie } = await begin();
    expect(address.origin + address.pathname).toBe(`${ISSUER}/authorize`);
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      code_challenge_method: 'S256',
      scope: 'openid email',
      redirect_uri: `${inWorker.origin}${BASE}/callback`,
    });
    const answer = await finish(await agree(address), cookie);
    expect(answer.headers.getSetCookie().join()).toMatch(/session_token=[^;]+;.*HttpOnly/);
    expect(await outcome(answer)).toBe('maya@baton.test');
    const said = lines.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('signed_in'));
    expect(said).toHaveLength(1);
    expect(JSON.parse(said[0] as string).who).toMatch(/^agt_/);
    for (const secret of ['maya@', 'person-1', 'code=', 'state=']) expect(said[0]).not.toContain(secret);
    expect(asked.length).toBe(3);
    for (const { redirect } of asked) expect(redirect).toBe('manual');
  });

  it('has its keys asked for anew when one is new, also of the other algorithms that count', async () => {
    expect(await tried()).toBe('maya@baton.test');
    forgetProviders();
    for (const alg of ['ES256', 'PS256']) {
      await server.rotate(alg);
      server.metadata = { id_token_signing_alg_values_supported: [alg] };
      forgetProviders();
      expect(await tried()).toBe('maya@baton.test');
    }
    await server.rotate('ES256');
    server.metadata = { id_token_signing_alg_values_supported: ['ES256'] };
    vi.useFakeTimers({ now: Date.now() + 120_000, toFake: ['Date'] });
    try {
      forgetProviders();
      expect(await tried()).toBe('maya@baton.test');
      await server.rotate('ES256');
      // Within a minute a key that nobody knows has nobody ask.
      expect(await tried()).toBe('not_accepted');
      vi.setSystemTime(Date.now() + 61_000);
      expect(await tried()).toBe('maya@baton.test');
    } finally {
      vi.useRealTimers();
    }
  });

  const now = () => Math.floor(Date.now() / 1000);
  it.each<[string, () => Twist, string]>([
    ['for another client', () => ({ claims: { aud: 'another' } }), 'not_accepted'],
    ['of another issuer', () => ({ claims: { iss: 'https://evil.example.org' } }), 'not_accepted'],
    ['of another sign-in', () => ({ claims: { nonce: 'another' } }), 'not_accepted'],
    ['of no sign-in', () => ({ claims: { nonce: undefined } }), 'not_accepted'],
    ['that is over', () => ({ claims: { iat: now() - 700, exp: now() - 100 } }), 'not_accepted'],
    ['of nobody', () => ({ claims: { sub: undefined } }), 'not_accepted'],
    ['that nobody signed', () => ({ signing: 'none' }), 'not_accepted'],
    ['signed with the public key', () => ({ signing: 'HS256' }), 'not_accepted'],
    ['signed by another key', () => ({ signing: 'foreign' }), 'not_accepted'],
    ['with an address not verified', () => ({ claims: { email_verified: false } }), 'unverified'],
    ['that says yes in a word', () => ({ claims: { email_verified: 'true' } }), 'unverified'],
    ['that does not say so', () => ({ claims: { email_verified: undefined } }), 'unverified'],
    ['without an address', () => ({ claims: { email: undefined } }), 'unverified'],
  ])('opens nothing by a token %s', async (_, twist, reason) => {
    server.twist = twist();
    expect(await tried()).toBe(reason);
    const { results } = await DB.prepare('select * from oidc_identities').all();
    expect(results).toEqual([]);
  });

  it('opens nothing by an algorithm that is not ours, though it says so of itself', async () => {
    await server.rotate('RS512');
    server.metadata = { id_token_signing_alg_values_supported: ['RS512'] };
    expect(await tried()).toBe('not_accepted');
  });

  it('takes one answer, from the browser that began', async () => {
    const { address, cookie } = await begin();
    const back = await agree(address);
    for (const other of ['', (await begin()).cookie]) expect(await outcome(await finish(back, other))).toBe('too_late');
    const forged = back.replace(/state=[^&]+/, 'state=another');
    expect(await outcome(await finish(forged, cookie))).toBe('too_late');
    const all = await Promise.all([1, 2, 3].map(async () => outcome(await finish(back, cookie))));
    expect(all.filter((one) => one !== 'too_late')).toEqual(['maya@baton.test']);
    expect(await outcome(await finish(back, cookie))).toBe('too_late');
    // A code of another sign-in: the verifier is not its own.
    const [mine, theirs] = [await begin(), await begin()];
    const code = new URL(await agree(theirs.address), inWorker.origin).searchParams.get('code') as string;
    const mixed = (await agree(mine.address)).replace(/code=[^&]+/, `code=${code}`);
    expect(await outcome(await finish(mixed, mine.cookie))).toBe('not_accepted');
  });

  it('takes no answer after ten minutes, or from another issuer, and says when it was cancelled', async () => {
    const old = await begin();
    const back = await agree(old.address);
    await DB.prepare('update verification set expiresAt = ?')
      .bind(new Date(Date.now() - 1000).toISOString())
      .run();
    expect(await outcome(await finish(back, old.cookie))).toBe('too_late');
    const mixed = await begin();
    const evil = (await agree(mixed.address)).replace(/iss=[^&]+/, 'iss=https%3A%2F%2Fevil.example.org');
    expect(await outcome(await finish(evil, mixed.cookie))).toBe('not_accepted');
    const said = await begin();
    const no = `${BASE}/callback?error=access_denied&iss=${encodeURIComponent(ISSUER)}&state=${said.address.searchParams.get('state')}`;
    expect(await outcome(await finish(no, said.cookie))).toBe('cancelled');
  });

  it('leads to the console alone, whatever an answer or a call says', async () => {
    const { address, cookie } = await begin();
    const more = '&callbackURL=https%3A%2F%2Fevil.test&redirect_uri=https%3A%2F%2Fevil.test&redirect=https://evil.test';
    const answer = await finish(`${await agree(address)}${more}`, cookie);
    expect(answer.headers.get('location')).toBe('/console/');
    const foreign = await call(`${BASE}/begin`, { method: 'POST', headers: { origin: 'https://evil.test' } });
    expect(problem.parse(await foreign.json()).kind).toBe('forbidden');
  });
});

describe('[S34] what the provider answers', () => {
  const away = () => new Response(null, { status: 302, headers: { location: 'https://evil.example.org/token' } });
  const unavailable = async () => {
    const answer = await call(`${BASE}/begin`, { method: 'POST', headers: { origin: inWorker.origin } });
    expect(problem.parse(await answer.json()).kind).toBe('unavailable');
  };

  it.each<['token' | 'keys']>([['token'], ['keys']])('leads nowhere else, of the %s', async (path) => {
    server.instead.set(path, away);
    expect(await tried()).toBe('provider');
    expect(elsewhere).toEqual([]);
  });

  it('about itself leads nowhere else, is of the issuer that is set, and names addresses with TLS', async () => {
    server.instead.set('discovery', away);
    await unavailable();
    expect(elsewhere).toEqual([]);
    server.instead.clear();
    for (const wrong of [
      { issuer: 'https://evil.example.org' },
      { authorization_endpoint: 'http://id.example.org/authorize' },
      { authorization_endpoint: 'javascript:alert(1)' },
      { jwks_uri: 'http://id.example.org/keys' },
      { jwks_uri: undefined },
      { token_endpoint: 'http://id.example.org/token' },
    ]) {
      server.metadata = wrong;
      await unavailable();
    }
    expect(asked.filter(({ url }) => url.startsWith('http:'))).toEqual([]);
  });

  it('is bounded in size and time', async () => {
    const large = () =>
      new Response(JSON.stringify({ id_token: 'A'.repeat(300_000) }), {
        headers: { 'content-type': 'application/json' },
      });
    for (const path of ['token', 'keys'] as const) {
      server.instead.clear();
      server.instead.set(path, large);
      forgetProviders();
      expect(await tried()).toBe('provider');
    }
    await expect(askProvider(`${ISSUER}/keys`, {})).rejects.toThrow('more than is read');
    server.instead.clear();
    server.instead.set('token', () => new Promise(() => undefined));
    expect(await tried()).toBe('provider');
  }, 20_000);

  it('may be nonsense', async () => {
    for (const nonsense of ['', '<html>', '[]', '{}', '{"id_token":7}'])
      for (const path of ['token', 'keys', 'discovery'] as const) {
        forgetProviders();
        server.instead.clear();
        server.instead.set(
          path,
          () => new Response(nonsense, { status: 200, headers: { 'content-type': 'application/json' } }),
        );
        if (path === 'discovery') await unavailable();
        else expect(['provider', 'not_accepted']).toContain(await tried());
      }
  });
});

describe('[S33] who may', () => {
  it('is a member, and from the first time on by that one account', async () => {
    expect(await tried()).toBe('maya@baton.test');
    server.person.sub = 'person-2';
    expect(await tried()).toBe('another');
    server.person = { sub: 'person-1', email: 'jonas@baton.test', email_verified: true };
    expect(await tried()).toBe('another');
    server.person = { sub: 'person-1', email: 'MAYA@baton.test', email_verified: true };
    expect(await tried()).toBe('maya@baton.test');
    const { results } = await DB.prepare('select issuer, subject from oidc_identities').all();
    expect(results).toEqual([{ issuer: ISSUER, subject: 'person-1' }]);
  });

  it('of two accounts that come at once for one person, is one', async () => {
    const ready: [string, string][] = [];
    for (const sub of ['person-7', 'person-8', 'person-9']) {
      server.person.sub = sub;
      const { address, cookie } = await begin();
      ready.push([await agree(address), cookie]);
    }
    const all = await Promise.all(ready.map(async ([back, cookie]) => outcome(await finish(back, cookie))));
    expect(all.sort()).toEqual(['another', 'another', 'maya@baton.test']);
    const { results } = await DB.prepare('select * from oidc_identities').all();
    expect(results.length).toBe(1);
  });

  it('is nobody else: no account is made, no membership, and who is invited has a link to open', async () => {
    const counts = () =>
      DB.prepare('select (select count(*) from user) as users, (select count(*) from member) as members').first();
    const before = await counts();
    server.person = { sub: 'stranger', email: 'stranger@example.org', email_verified: true };
    expect(await tried()).toBe('nobody');
    const owner = await Agent.signIn(inWorker, 'ines@baton.test');
    const made = await owner.post('/v1/invitations', { email: 'new@example.org', role: 'viewer' });
    expect(made.status).toBe(200);
    server.person = { sub: 'new', email: 'new@example.org', email_verified: true };
    expect(await tried()).toBe('invited');
    expect(await counts()).toEqual(before);
    const { results } = await DB.prepare('select * from oidc_identities').all();
    expect(results).toEqual([]);
  });

  it('was taken out of every workspace is nobody, though they were linked', async () => {
    expect(await tried()).toBe('maya@baton.test');
    const { results } = await DB.prepare(
      "delete from member where userId = (select id from user where email = 'maya@baton.test') returning *",
    ).all();
    try {
      expect(await tried()).toBe('nobody');
    } finally {
      for (const row of results)
        await DB.prepare(`insert into member (${Object.keys(row).join()}) values (${Object.keys(row).map(() => '?')})`)
          .bind(...Object.values(row))
          .run();
    }
  });
});

describe('[S35] the button', () => {
  const look = async () => ((await (await call(BASE)).json()) as { name: string | null }).name;
  const refused = async (): Promise<string[]> => {
    const answers = [
      await call(`${BASE}/begin`, { method: 'POST', headers: { origin: inWorker.origin } }),
      await call(`${BASE}/callback?code=a&state=b`),
    ];
    return Promise.all(answers.map(async (one) => problem.parse(await one.json()).kind));
  };

  it('is there only where a provider is set', async () => {
    expect(await look()).toBe('Acme ID');
    call = inApp({ OIDC_ISSUER: '', OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' });
    expect(await look()).toBeNull();
    expect(await refused()).toEqual(['not_found', 'not_found']);
  });

  it('[S25] is not there with Cloudflare Access in front, and neither is the way', async () => {
    call = inApp({ ACCESS_TEAM: 'https://team.cloudflareaccess.com', ACCESS_AUDIENCE: 'an-audience-tag' });
    expect(await look()).toBeNull();
    expect(await refused()).toEqual(['forbidden', 'forbidden']);
    expect(asked).toEqual([]);
  });

  it('[S22] is tried three times in ten seconds from one address', async () => {
    const origin = 'https://support.example.com';
    const replay = 'https://replay.example.com';
    call = inApp({ ENVIRONMENT: 'production', PUBLIC_ORIGIN: origin, REPLAY_ORIGIN: replay });
    const headers = { origin, 'cf-connecting-ip': '192.0.2.9' };
    const begun = [];
    for (let n = 0; n < 5; n += 1) begun.push((await call(`${BASE}/begin`, { method: 'POST', headers })).status);
    expect(begun.slice(0, 3)).toEqual([200, 200, 200]);
    expect(begun.at(-1)).toBe(429);
    const ended = [];
    for (let n = 0; n < 5; n += 1)
      ended.push((await call(`${BASE}/callback?code=a&state=b`, { headers })).headers.get('location'));
    expect(ended.at(0)).toBe('/console/?sign-in=too_late');
    expect(ended.at(-1)).toBe('/console/?sign-in=too_many');
  });
});
