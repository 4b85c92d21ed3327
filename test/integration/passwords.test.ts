import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AgentId, WorkspaceId } from '#domain/ids.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import { problem } from '#protocol/problem.ts';
import type { EndedSessions, SessionsAnswer } from '#protocol/sessions.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import { hashPassword } from '../../worker/accounts.ts';
import { createApp } from '../../worker/app.ts';
import { derivedId } from '../../worker/storage/ids.ts';
import { invite } from '../../worker/storage/invitations.ts';
import { changePassword, passwordHashOf } from '../../worker/storage/passwords.ts';
import { Agent } from '../support/agent.ts';
import { Authenticator, addPasskey, signInByPasskey } from '../support/authenticator.ts';
import type { Transport } from '../support/transport.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

const DB = testEnv.DB;
const OTHER = (await derivedId('workspace', 'passwords')) as WorkspaceId;
const FIRST = 'baton-demo-2026';
const NEXT = 'four quiet herons wade';
const SIGN_IN_AGAIN = { code: 4401, reason: 'unauthenticated' };

const person = async (name: string, role: string) => ({
  id: await derivedId('agent', 'passwords', name),
  name,
  email: `${name.toLowerCase()}@passwords.test`,
  role,
  skills: [],
  capacity: 1,
  queueIds: [],
});
const idOf = (name: string) => derivedId('agent', 'passwords', name) as Promise<AgentId>;
const emailOf = (name: string) => `${name.toLowerCase()}@passwords.test`;
const NAMES = ['Rosa', 'Sven', 'Tara', 'Ugo', 'Vera', 'Willem'];

beforeAll(async () => {
  const settings = { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys };
  const agents = await Promise.all([...NAMES.map((name) => person(name, 'member')), person('Olga', 'owner')]);
  await seedWorkspace(DB, { ...testEnv.DEMO, agents }, settings);
  // Rosa is in a second one.
  await seedWorkspace(
    DB,
    {
      ...(await demoWorkspace([])),
      id: OTHER,
      slug: 'passwords',
      name: 'Second',
      publicKey: 'pk_passwords',
      signingKey: { kid: 'passwords-1', secret: 'of the second workspace' },
      queues: [],
      calendars: [],
      articles: [],
      intents: [],
      agents: [await person('Rosa', 'owner')],
    },
    settings,
  );
});
afterEach(() => vi.restoreAllMocks());

const signIn = (name: string, password: string) => Agent.signIn(inWorker, emailOf(name), password);
const as = (name: string) => signIn(name, FIRST);
const change = (agent: Agent, current: string, next: string) => agent.post('/v1/password', { current, next });
const refusal = async (answer: Response | Promise<Response>) => {
  const { kind, message, issues } = problem.parse(await (await answer).json());
  return { kind, message, paths: issues?.map(({ path }) => path) ?? [] };
};
const statusOf = async (agent: Agent) => (await agent.get('/v1/me')).status;
const sessionsLeft = async (name: string) =>
  (
    await DB.prepare('select count(*) as n from session where userId = ?')
      .bind(await idOf(name))
      .first<{ n: number }>()
  )?.n;

describe('[S39] an agent’s password', () => {
  it('is changed with the one that is; all else that they are signed in on ends, and each log says so', {
    timeout: 30_000,
  }, async () => {
    const logged = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const [here, there, sven] = [await as('Rosa'), await as('Rosa'), await as('Sven')];
    const laptop = await Authenticator.make(inWorker.origin);
    await addPasskey(here, laptop, 'Laptop');
    const { agent: byPasskey } = await signInByPasskey(inWorker, laptop);
    const [own, mine] = [await there.own(), await here.own()];
    const before = ((await (await here.get('/v1/sessions')).json()) as SessionsAnswer).passwordChangedAt;

    const answer = await change(here, FIRST, NEXT);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect((await answer.json()) as EndedSessions).toEqual({ ended: 2 });
    expect(await own.closed).toMatchObject(SIGN_IN_AGAIN);
    expect(mine.isOpen).toBe(true);
    expect(await Promise.all([here, there, byPasskey, sven].map(statusOf))).toEqual([200, 401, 401, 200]);
    expect(await sessionsLeft('Rosa')).toBe(1);
    await expect(signIn('Rosa', FIRST)).rejects.toThrow('401');
    expect(await statusOf(await signIn('Rosa', NEXT))).toBe(200);

    const { passwordChangedAt } = (await (await here.get('/v1/sessions')).json()) as SessionsAnswer;
    expect(before).toBeNull();
    expect(Math.abs((passwordChangedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    const rosa = await signIn('Rosa', NEXT);
    for (const reader of [await as('Olga'), rosa.in(OTHER)]) {
      const { entries } = (await (await reader.get('/v1/audit')).json()) as AuditAnswer;
      expect(entries.filter(({ deed }) => deed === 'password.changed').map(({ by }) => by)).toEqual(['Rosa']);
    }
    const texts = logged.mock.calls.map(([text]) => String(text));
    const lines = texts.filter((text) => text.includes('"password_changed"'));
    expect(lines.map((text) => (JSON.parse(text) as { who: string }).who)).toEqual([await idOf('Rosa')]);
    for (const secret of [FIRST, NEXT, 'passwords.test']) expect(texts.join()).not.toContain(secret);
    mine.close();
  });

  it('stays with a wrong one, which is a try in vain; nothing ends', async () => {
    const logged = vi.spyOn(console, 'info').mockImplementation(() => undefined);
    const [here, there] = [await as('Sven'), await as('Sven')];
    const left = await sessionsLeft('Sven');
    logged.mockClear();
    expect(await refusal(change(here, 'not the password', NEXT))).toEqual({
      kind: 'invalid',
      message: 'current: is not your password',
      paths: ['current'],
    });
    const lines = logged.mock.calls.map(([text]) => JSON.parse(String(text)) as Record<string, unknown>);
    expect(lines).toMatchObject([
      { at: 'security', what: 'refused', kind: 'unauthenticated', path: '/v1/password', who: await idOf('Sven') },
    ]);
    expect(await Promise.all([here, there].map(statusOf))).toEqual([200, 200]);
    expect(await sessionsLeft('Sven')).toBe(left);
    expect(await statusOf(await as('Sven'))).toBe(200);
  });

  it.each([
    ['one that is too short', FIRST, 'short 7', 'next'],
    ['one that is too long', FIRST, 'long '.repeat(26), 'next'],
    ['the one that it is', FIRST, FIRST, 'next'],
    ['none', FIRST, '', 'next'],
    ['any, without the one that is', '', NEXT, 'current'],
  ])('is not changed to %s', async (_, current, next, path) => {
    const sven = await as('Sven');
    expect(await refusal(change(sven, current, next))).toMatchObject({ kind: 'invalid', paths: [path] });
    expect(await statusOf(await as('Sven'))).toBe(200);
  });

  it('may be of any letters, up to 128 of them, exactly as it is typed', { timeout: 30_000 }, async () => {
    const long = `  correct Horse 🐎 battery é ${'x'.repeat(96)} E `;
    expect(long.length).toBe(128);
    const tara = await as('Tara');
    expect((await change(tara, FIRST, long)).status).toBe(200);
    for (const near of [long.trim(), long.slice(0, 127), long.toLowerCase(), FIRST])
      await expect(signIn('Tara', near)).rejects.toThrow('401');
    expect(await statusOf(await signIn('Tara', long))).toBe(200);
    expect((await change(tara, long, '        9')).status).toBe(200);
    expect(await statusOf(await signIn('Tara', '        9'))).toBe(200);
  });

  it('of two who change it at once is one’s', { timeout: 30_000 }, async () => {
    const [here, there] = [await as('Ugo'), await as('Ugo')];
    const both = await Promise.all([change(here, FIRST, `${NEXT} 1`), change(there, FIRST, `${NEXT} 2`)]);
    const done = both.filter(({ ok }) => ok);
    expect(done.length).toBe(1);
    const is = both[0]?.ok ? 1 : 2;
    expect(await statusOf(await signIn('Ugo', `${NEXT} ${is}`))).toBe(200);
    await expect(signIn('Ugo', `${NEXT} ${3 - is}`)).rejects.toThrow('401');
    const [from, own] = [(await passwordHashOf(DB, emailOf('Ugo'))) as string, 'none'];
    expect(await changePassword(DB, await idOf('Ugo'), own, { from: 'another', to: 'x' }, Date.now())).toBeNull();
    expect(await passwordHashOf(DB, emailOf('Ugo'))).toBe(from);
    expect(await sessionsLeft('Ugo')).toBeGreaterThan(0);
  });

  it('that is changed while the old one is verified lets nobody in by it', { timeout: 30_000 }, async () => {
    const { secret } = await invite(
      DB,
      OTHER,
      { email: emailOf('Vera'), role: 'viewer' },
      { id: await idOf('Rosa'), name: 'Rosa' },
      Date.now(),
    );
    const left = await sessionsLeft('Vera');
    const post = (path: string, body: object) =>
      inWorker.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: inWorker.origin },
        body: JSON.stringify(body),
      });
    // Whoever changes it is between verifying and the session that is opened by it.
    await DB.prepare(
      `create trigger meanwhile before insert on session BEGIN update account set password = password || 'x' where userId = new.userId; END`,
    ).run();
    try {
      for (const [path, body] of [
        ['/v1/auth/sign-in/email', { email: emailOf('Vera'), password: FIRST }],
        ['/v1/join', { secret, name: null, password: FIRST }],
      ] as const) {
        const answer = await post(path, body);
        expect(answer.headers.getSetCookie().join()).not.toContain('session_token');
        expect(await refusal(answer)).toMatchObject({
          kind: 'unauthenticated',
          message: 'The password was changed just now. Sign in with the new one.',
        });
        await DB.prepare(`update account set password = rtrim(password, 'x')`).run();
      }
    } finally {
      await DB.prepare('drop trigger meanwhile').run();
    }
    expect(await sessionsLeft('Vera')).toBe(left);
    expect(await statusOf(await as('Vera'))).toBe(200);
  });

  it('is all of it or nothing: what cannot be logged is not changed', async () => {
    const [here, there] = [await as('Willem'), await as('Willem')];
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    await DB.prepare(
      `create trigger no_log before insert on audit BEGIN select raise(abort, 'the log is full'); END`,
    ).run();
    try {
      expect((await change(here, FIRST, NEXT)).status).toBe(500);
    } finally {
      await DB.prepare('drop trigger no_log').run();
    }
    expect(await Promise.all([here, there].map(statusOf))).toEqual([200, 200]);
    expect(await statusOf(await as('Willem'))).toBe(200);
  });
});

const COMMON = 'is in lists of leaked passwords';
const CONTEXT = 'is little more than your name';

describe('[S40] a password that anybody guesses', () => {
  it.each([
    ['password1', COMMON],
    ['PassWord123', COMMON],
    ['1q2w3e4r5t', COMMON],
    ['Sven99999', CONTEXT],
    ['sven@passwords.test', CONTEXT],
    ['Ledgerline 1', CONTEXT],
    ['B4ton2026', CONTEXT],
  ])('is not changed to: %s', async (next, why) => {
    const sven = await as('Sven');
    expect(await refusal(change(sven, FIRST, next))).toEqual({
      kind: 'invalid',
      message: expect.stringContaining(`next: ${why}`),
      paths: ['next'],
    });
    expect(await statusOf(await as('Sven'))).toBe(200);
  });

  it('is of any workspace that they are in', async () => {
    const rosa = await signIn('Rosa', NEXT);
    expect(await refusal(change(rosa.in(testEnv.DEMO.id), NEXT, 'second2026'))).toMatchObject({ paths: ['next'] });
    expect(await statusOf(await signIn('Rosa', NEXT))).toBe(200);
  });

  it('joins nobody, and the invitation stays open; who has an account is asked for the one that it has', async () => {
    const by = { id: await idOf('Olga'), name: 'Olga' };
    const invited = async (email: string) =>
      (await invite(DB, testEnv.DEMO.id as WorkspaceId, { email, role: 'viewer' }, by, Date.now())).secret;
    const joinBy = (secret: string, name: string | null, password: string) =>
      inWorker.fetch('/v1/join', {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: inWorker.origin },
        body: JSON.stringify({ secret, name, password }),
      });
    const secret = await invited('nadia@new-people.test');
    for (const [password, why] of [
      ['trustno1', COMMON],
      ['nadia lind', CONTEXT],
      ['New-People-24', CONTEXT],
      ['ledgerline', CONTEXT],
    ] as const)
      expect(await refusal(joinBy(secret, 'Nadia Lind', password))).toEqual({
        kind: 'invalid',
        message: expect.stringContaining(`password: ${why}`),
        paths: ['password'],
      });
    expect((await joinBy(secret, 'Nadia Lind', 'nadia lind and two herons')).status).toBe(200);

    // From before the rule.
    const account = await DB.prepare(`select password as hash from account where userId = ?`)
      .bind(await idOf('Willem'))
      .first<{ hash: string }>();
    await DB.prepare('update account set password = ? where userId = ?')
      .bind(await hashPassword(testEnv as never, 'password1'), await idOf('Willem'))
      .run();
    await DB.prepare('delete from member where userId = ?')
      .bind(await idOf('Willem'))
      .run();
    expect((await joinBy(await invited(emailOf('Willem')), null, 'password1')).status).toBe(200);
    await DB.prepare('update account set password = ? where userId = ?')
      .bind(account?.hash, await idOf('Willem'))
      .run();
  });
});

describe('[S39] nobody changes a password', () => {
  it('without a session, with an API key, or from another page', async () => {
    const body = JSON.stringify({ current: FIRST, next: NEXT });
    const headers = { 'content-type': 'application/json', origin: inWorker.origin };
    const owner = await as('Olga');
    const made = await owner.post('/v1/api-keys', { name: 'Program', scopes: ['metrics:read'], days: null });
    const { secret } = (await made.json()) as { secret: string };
    const sven = await as('Sven');
    for (const [given, kind] of [
      [headers, 'unauthenticated'],
      [{ ...headers, authorization: `Bearer ${secret}` }, 'forbidden'],
      [{ ...sven.headers, origin: 'https://evil.test' }, 'forbidden'],
    ] as const)
      expect(await refusal(inWorker.fetch('/v1/password', { method: 'POST', headers: given, body }))).toMatchObject({
        kind,
      });
    expect(await statusOf(await as('Sven'))).toBe(200);
  });

  it('where Cloudflare Access stands in front', async () => {
    const app = createApp();
    const env = { ...testEnv, ACCESS_TEAM: 'https://team.cloudflareaccess.com', ACCESS_AUDIENCE: 'an-audience-tag' };
    const behind = {
      ...inWorker,
      fetch: (path: string, init?: RequestInit) =>
        (app.fetch as (...given: unknown[]) => Promise<Response>)(new Request(`${inWorker.origin}${path}`, init), env, {
          waitUntil: () => undefined,
          passThroughOnException: () => undefined,
        }),
    } as Transport;
    const { headers } = await as('Sven');
    const body = JSON.stringify({ current: FIRST, next: NEXT });
    expect(await refusal(behind.fetch('/v1/password', { method: 'POST', headers, body }))).toMatchObject({
      kind: 'unauthenticated',
    });
    expect(await statusOf(await as('Sven'))).toBe(200);
  });
});

describe('[S22] [S39] tries at a password’s change', () => {
  it('are those at signing in, by address', { timeout: 30_000 }, async () => {
    const origin = 'https://support.example.com';
    const env = {
      ...testEnv,
      ENVIRONMENT: 'production',
      PUBLIC_ORIGIN: origin,
      REPLAY_ORIGIN: 'https://replay.example.com',
    };
    const app = createApp();
    const ask = (address: string, path: string, body: object, cookie = '') =>
      (app.fetch as (...given: unknown[]) => Promise<Response>)(
        new Request(`${origin}${path}`, {
          method: 'POST',
          headers: { origin, cookie, 'content-type': 'application/json', 'cf-connecting-ip': address },
          body: JSON.stringify(body),
        }),
        env,
        { waitUntil: () => undefined, passThroughOnException: () => undefined },
      );
    const signedIn = await ask('192.0.2.41', '/v1/auth/sign-in/email', { email: emailOf('Sven'), password: FIRST });
    const { cookie } = Agent.signedInBy(inWorker, signedIn);
    const guess = { current: 'guessed wrong', next: NEXT };
    const tries = [];
    for (let n = 0; n < 4; n += 1) tries.push((await ask('192.0.2.42', '/v1/password', guess, cookie)).status);
    expect(tries).toEqual([400, 400, 400, 429]);
    // One allowance for both.
    const wrong = { email: emailOf('Sven'), password: 'guessed wrong' };
    expect((await ask('192.0.2.42', '/v1/auth/sign-in/email', wrong)).status).toBe(429);
    expect((await ask('192.0.2.43', '/v1/password', guess, cookie)).status).toBe(400);
  });
});
