import { describe, expect, it } from 'vitest';
import { accountsOf } from '../../worker/accounts.ts';
import { Agent } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

describe('[S22] tries at signing in', () => {
  const origin = 'https://support.example.com';
  const replay = 'https://replay.example.com';
  const production = { ...testEnv, ENVIRONMENT: 'production', PUBLIC_ORIGIN: origin, REPLAY_ORIGIN: replay } as never;
  const tries = async (address: string, forwarded = '198.51.100.7'): Promise<number> => {
    const request = new Request(`${origin}/v1/auth/sign-in/email`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin,
        'cf-connecting-ip': address,
        'x-forwarded-for': forwarded,
      },
      body: JSON.stringify({ email: 'maya@baton.test', password: 'guessed-wrong' }),
    });
    return (await accountsOf(production).handler(request)).status;
  };

  it('are few from one address, whatever it says of itself, and others sign in beside it', async () => {
    const first = [];
    for (let n = 0; n < 6; n += 1) first.push(await tries('192.0.2.1', `203.0.113.${n}`));
    expect(first.slice(0, 3)).toEqual([401, 401, 401]);
    expect(first.at(-1)).toBe(429);
    // Behind the same forwarded address, and not in the same allowance.
    expect(await tries('192.0.2.2', '203.0.113.1')).toBe(401);
  });
});

describe('[S3] a session', () => {
  const signIn = (handler: (request: Request) => Promise<Response>, origin: string) =>
    handler(
      new Request(`${origin}/v1/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin, 'cf-connecting-ip': '192.0.2.77' },
        body: JSON.stringify({ email: 'maya@baton.test', password: 'baton-demo-2026' }),
      }),
    );

  it('is a cookie that no script reads and no other site sends, and goes by TLS alone where the deployment does', async () => {
    const origin = 'https://support.example.com';
    const env = { ENVIRONMENT: 'production', PUBLIC_ORIGIN: origin, REPLAY_ORIGIN: 'https://replay.example.com' };
    const answer = await signIn(accountsOf({ ...testEnv, ...env } as never).handler, origin);
    const [cookie = ''] = answer.headers.getSetCookie().filter((one) => /session_token=/.test(one));
    expect(cookie).toMatch(/^__(?:Secure|Host)-/);
    expect(cookie).toMatch(/; Secure/);
    expect(cookie).toMatch(/; HttpOnly/);
    expect(cookie).toMatch(/; SameSite=(?:Lax|Strict)/);
    expect(cookie).not.toMatch(/; Domain=/);
  });

  it('is another one each time, of 190 bits and more that nobody can guess', async () => {
    const sessions = await Promise.all([1, 2, 3].map(() => Agent.signIn(inWorker, 'maya@baton.test')));
    const tokens = sessions.map(({ cookie }) => /session_token=([^.;%]+)/.exec(cookie)?.[1] ?? '');
    expect(new Set(tokens).size).toBe(3);
    // Letters and digits: nearly six bits each.
    for (const token of tokens) expect(token).toMatch(/^[A-Za-z0-9]{32,}$/);
    const [maya] = sessions as [Agent, ...Agent[]];
    const ticket = async () =>
      ((await (await maya.post('/v1/tickets', { socket: 'agent' })).json()) as { ticket: string }).ticket;
    const told = [await ticket(), await ticket()];
    expect(new Set(told).size).toBe(2);
    for (const one of told) expect(one).toMatch(/[A-Za-z0-9]{32,}$/);
  });
});
