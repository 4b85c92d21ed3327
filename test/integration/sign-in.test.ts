import { describe, expect, it } from 'vitest';
import { accountsOf } from '../../worker/accounts.ts';
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
