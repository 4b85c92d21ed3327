import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyToken } from '../../worker/middleware/verify-token.ts';
import { type Host, rightToken, signed, tokenMutations } from '../support/token-mutations.ts';

const host: Host = {
  kid: 'key-2026',
  secret: 'a secret of the host, as long as one has to be',
  audience: 'pk_test_workspace',
  now: Date.UTC(2026, 10, 27, 12),
};
const keyOf = async (kid: string) => (kid === host.kid ? new TextEncoder().encode(host.secret) : null);
const verify = (token: string, now = host.now) => verifyToken(token, keyOf, { audience: host.audience, now });
const mutations = tokenMutations(host);

describe('[S8] an identity token', () => {
  test('that is right is accepted, for as long as it lives', async () => {
    const token = rightToken(host);
    expect(await verify(token)).toMatchObject({ claims: { sub: 'usr_1', name: 'Somebody' } });
    expect(await verify(token, host.now + 600_000)).toHaveProperty('claims');
    expect(await verify(token, host.now + 606_000)).toEqual({ refused: 'expired' });
  });

  test('is changed in at least 200 ways', () => {
    expect(mutations.length).toBeGreaterThanOrEqual(200);
    expect(new Set(mutations.map(({ token }) => token)).size).toBeGreaterThanOrEqual(mutations.length - 12);
  });

  test.each(mutations.map(({ what, token }) => [what, token] as const))('is refused: %s', async (_, token) => {
    expect(await verify(token)).toHaveProperty('refused');
  });

  test('is refused when any letter of it is another', async () => {
    const token = rightToken(host);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.';
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.nat(letters.length - 1), async (at, letter) => {
        const other = token.slice(0, at) + letters[letter] + token.slice(at + 1);
        if (other === token) return;
        expect(await verify(other)).toHaveProperty('refused');
      }),
      { seed: 20261127, numRuns: 500 },
    );
  });

  test('may hold the same name in two objects, and any text', async () => {
    const at = Math.floor(host.now / 1000);
    const claims = {
      sub: 'a "quoted": \\ {name}',
      aud: [host.audience],
      iat: at,
      exp: at + 60,
      account: { name: 'sub', id: 1 },
      name: 'sub',
    };
    const token = signed(JSON.stringify({ alg: 'HS256', kid: host.kid }), JSON.stringify(claims), host.secret);
    expect(await verify(token)).toMatchObject({ claims });
  });
});
