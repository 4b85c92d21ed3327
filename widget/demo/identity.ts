import { SignJWT } from 'jose';
import { accountOf, type DemoUser, renewalDate } from './accounts.ts';

export type SigningKey = { kid: string; secret: string };

/** Short, because the page fetches a fresh token whenever one is needed. */
const TOKEN_LIFETIME_SECONDS = 600;

/** What a customer's own back end does: say who is signed in, under the key it shares with the support provider. */
export function signIdentity(user: DemoUser, audience: string, key: SigningKey, now: number): Promise<string> {
  const account = accountOf(user);
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT({
    name: user.name,
    email: user.email,
    account: {
      id: account.id,
      name: account.name,
      tier: account.tier,
      contractValue: account.contractValue,
      health: account.health,
      renewalAt: renewalDate(account, now),
    },
  })
    .setProtectedHeader({ alg: 'HS256', kid: key.kid, typ: 'JWT' })
    .setSubject(user.id)
    .setAudience(audience)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + TOKEN_LIFETIME_SECONDS)
    .sign(new TextEncoder().encode(key.secret));
}
