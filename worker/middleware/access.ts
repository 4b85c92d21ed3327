import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import type { EpochMs } from '#domain/ids.ts';
import type { AccessSettings } from '../settings.ts';

/** Whoever shows a key that nobody knows makes us ask for the keys at most this often. */
const ASK_AGAIN_MS = 60_000;
/** Keys are replaced every six weeks and the old ones hold for a week more. */
const KEYS_KEPT_MS = 60 * 60_000;
const KEYS_WITHIN_MS = 3_000;

/** Where Cloudflare Access puts what it vouches for, on the addresses that it stands before. */
const HEADER = 'cf-access-jwt-assertion';
/** Visitors call some of the agents' addresses too, so it cannot stand before all of them; the browser has the same assertion in this cookie. */
const COOKIE = 'CF_Authorization';

/** What Access says of this call, not verified; null where it says nothing. The header counts before the cookie. */
export function assertionIn(headers: Headers): string | null {
  const header = headers.get(HEADER);
  if (header !== null) return header;
  const cookies = (headers.get('cookie') ?? '').split(';').map((one) => one.trim().split('='));
  return cookies.find(([name]) => name === COOKIE)?.[1] ?? null;
}

export type AccessVerdict =
  /** `endsAt`: from then on it is no word about anybody. */
  | { email: string; endsAt: EpochMs }
  /** `unknown`: the keys could not be had, so nobody can say. */
  | { refused: 'not_accepted' | 'unknown' };

const keySets = new Map<string, ReturnType<typeof createRemoteJWKSet>>();

/** One set of keys per team and isolate. */
function keysOf(team: string): ReturnType<typeof createRemoteJWKSet> {
  const known = keySets.get(team);
  if (known !== undefined) return known;
  const made = createRemoteJWKSet(new URL('/cdn-cgi/access/certs', team), {
    cooldownDuration: ASK_AGAIN_MS,
    cacheMaxAge: KEYS_KEPT_MS,
    timeoutDuration: KEYS_WITHIN_MS,
  });
  keySets.set(team, made);
  return made;
}

/**
 * [S25] Whose mail address does Cloudflare Access vouch for? RS256 alone, by the team's present keys (asked anew for an unknown one, once a minute at most), for this application (`aud`),
 * from this team (`iss`), not over, and of a person: a service has no address. Never throws for what an assertion says.
 */
export async function accessVerdict(
  assertion: string | null,
  { team, audience }: AccessSettings,
  now = Date.now(),
): Promise<AccessVerdict> {
  if (assertion === null) return { refused: 'not_accepted' };
  try {
    const { payload } = await jwtVerify(assertion, keysOf(team), {
      algorithms: ['RS256'],
      issuer: team,
      audience,
      requiredClaims: ['exp', 'iat', 'email'],
      currentDate: new Date(now),
    });
    const { email } = payload;
    return typeof email === 'string' && email.includes('@')
      ? { email: email.toLowerCase(), endsAt: (payload.exp as number) * 1000 }
      : { refused: 'not_accepted' };
  } catch (cause) {
    return { refused: isUnknown(cause) ? 'unknown' : 'not_accepted' };
  }
}

/** What says nothing of the assertion: the keys did not come, or were none. */
const isUnknown = (cause: unknown): boolean =>
  cause instanceof errors.JWKSTimeout ||
  cause instanceof errors.JWKSInvalid ||
  (cause instanceof errors.JOSEError && cause.code === 'ERR_JOSE_GENERIC') ||
  !(cause instanceof errors.JOSEError);

/** For tests: keys are asked for as after a start. */
export const forgetAccessKeys = (): void => keySets.clear();
