import type { JWTPayload } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { accessVerdict, assertionIn, forgetAccessKeys } from '../../worker/middleware/access.ts';
import { parseSettings } from '../../worker/settings.ts';
import { type AccessServer, AUDIENCE, startAccessServer } from '../support/access-server.ts';

let server: AccessServer;
beforeAll(async () => {
  server = await startAccessServer();
});
afterAll(() => server.close());
beforeEach(() => {
  forgetAccessKeys();
  server.answer(null);
});

const verdict = (assertion: string | null, now?: number) =>
  accessVerdict(assertion, { team: server.team, audience: AUDIENCE }, now);
const NOT_ACCEPTED = { refused: 'not_accepted' };
const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

describe('[S25] what Cloudflare Access vouches for', () => {
  test('is the address of a person', async () => {
    expect(await verdict(await server.assertion())).toMatchObject({ email: 'ines@baton.test' });
    // [S31] Sockets go by it.
    const exp = Math.floor(Date.now() / 1000) + 60;
    expect(await verdict(await server.assertion({ exp }))).toMatchObject({ endsAt: exp * 1000 });
    expect(await verdict(await server.assertion({ email: 'Ines@Baton.Test' }))).toMatchObject({
      email: 'ines@baton.test',
    });
  });

  test.each<[string, JWTPayload]>([
    ['another application', { aud: ['another'] }],
    ['no application', { aud: undefined }],
    ['another team', { iss: 'https://other.cloudflareaccess.com' }],
    ['no team', { iss: undefined }],
    ['what is over', { exp: inSeconds(-1) }],
    ['what never ends', { exp: undefined }],
    ['what has not begun', { nbf: inSeconds(600) }],
    ['what was made at no time', { iat: undefined }],
    ['a service', { email: undefined, common_name: 'service.access' }],
    ['no address', { email: 'ines' }],
    ['an address that is none', { email: ['ines@baton.test'] }],
  ])('is not of %s', async (_, claims) => {
    expect(await verdict(await server.assertion(claims))).toEqual(NOT_ACCEPTED);
  });

  test('is nothing without it, nor anything that is no assertion', async () => {
    for (const text of [null, '', 'abc', 'a.b.c', `${'x'.repeat(9000)}.y.z`])
      expect(await verdict(text)).toEqual(NOT_ACCEPTED);
  });

  test('is not what somebody else signed, with another algorithm, or with none', async () => {
    const good = await server.assertion();
    const [head, body, signature] = good.split('.') as [string, string, string];
    const other = Buffer.from(JSON.stringify({ alg: 'none', kid: 'key-1' })).toString('base64url');
    const someone = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), email: 'maya@baton.test' }),
    );
    for (const text of [
      `${other}.${body}.`,
      `${other}.${body}.${signature}`,
      `${head}.${someone.toString('base64url')}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      // Signed with the public key as if it were a secret.
      await server.assertion({}, { alg: 'HS256' }),
    ])
      expect(await verdict(text)).toEqual(NOT_ACCEPTED);
  });

  test('is by the keys of now: a new one is asked for, an old one holds as long as it is told', async () => {
    const before = await server.assertion();
    expect(await verdict(before)).toMatchObject({ email: 'ines@baton.test' });
    const asked = server.asked();
    for (let n = 0; n < 5; n += 1) await verdict(before);
    expect(server.asked()).toBe(asked);
    await server.rotate();
    // Asked for a moment ago: whoever shows keys that nobody knows makes us ask once a minute at most.
    const after = await server.assertion();
    expect(await verdict(after)).toEqual(NOT_ACCEPTED);
    expect(server.asked()).toBe(asked);
    forgetAccessKeys();
    expect(await verdict(after)).toMatchObject({ email: 'ines@baton.test' });
    expect(await verdict(before)).toMatchObject({ email: 'ines@baton.test' });
    await server.rotate(0);
    forgetAccessKeys();
    expect(await verdict(after)).toEqual(NOT_ACCEPTED);
  });

  test('is unknown where the keys do not come, which is no word about the assertion', async () => {
    const good = await server.assertion();
    for (const instead of [
      { status: 500, body: 'no' },
      { status: 200, body: 'no JSON' },
      { status: 200, body: '{"keys":7}' },
    ]) {
      forgetAccessKeys();
      server.answer(instead);
      expect(await verdict(good), JSON.stringify(instead)).toEqual({ refused: 'unknown' });
    }
    forgetAccessKeys();
    server.answer('nothing');
    expect(await verdict(good)).toEqual({ refused: 'unknown' });
    forgetAccessKeys();
    server.answer(null);
    expect(await verdict(good)).toMatchObject({ email: 'ines@baton.test' });
    const gone = { team: 'http://127.0.0.1:9', audience: AUDIENCE };
    expect(await accessVerdict(good, gone)).toEqual({ refused: 'unknown' });
  });
});

describe('[S25] an assertion', () => {
  const found = (headers: Record<string, string>) => assertionIn(new Headers(headers));

  test('is in the header of Access, or else in its cookie', () => {
    expect(found({})).toBeNull();
    expect(found({ cookie: 'theme=dark; other=CF_Authorization' })).toBeNull();
    expect(found({ cookie: 'theme=dark; CF_Authorization=a.b.c' })).toBe('a.b.c');
    expect(found({ cookie: 'CF_Authorization=a.b.c', 'cf-access-jwt-assertion': 'd.e.f' })).toBe('d.e.f');
    // Where the header says something that is nothing, the cookie is no second try.
    expect(found({ cookie: 'CF_Authorization=a.b.c', 'cf-access-jwt-assertion': '' })).toBe('');
  });
});

describe('[S25] the settings', () => {
  const env = {
    ENVIRONMENT: 'development',
    PUBLIC_ORIGIN: 'http://localhost:8787',
    REPLAY_ORIGIN: 'http://127.0.0.1:8787',
    DEMO_ORIGIN: '',
    AI_MODE: 'embedded',
    AUTH_SECRET: 'x'.repeat(32),
    VISIT_SECRET: 'x'.repeat(32),
    SECRETS_KEY: btoa('k'.repeat(32)),
  };
  const both = { ACCESS_TEAM: 'https://team.cloudflareaccess.com', ACCESS_AUDIENCE: AUDIENCE };

  test('are both or neither', () => {
    expect(parseSettings(env).access).toBeNull();
    expect(parseSettings({ ...env, ...both }).access).toEqual({ team: both.ACCESS_TEAM, audience: AUDIENCE });
    for (const name of ['ACCESS_TEAM', 'ACCESS_AUDIENCE'])
      expect(() => parseSettings({ ...env, ...both, [name]: '' })).toThrow('go together');
  });
});
