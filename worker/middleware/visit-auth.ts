import { createMiddleware } from 'hono/factory';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { EpochMs, VisitorId, WorkspaceId } from '#domain/ids.ts';
import { visitorId, workspaceId } from '#protocol/primitives.ts';
import type { AppEnv } from '../app-env.ts';
import type { Settings } from '../settings.ts';
import { ProblemError } from './problems.ts';

const ISSUER = 'baton';
const AUDIENCE = 'visit';
/** An anonymous visit is a browser that comes back; an attested one is renewed by the host on every page. */
const ANONYMOUS_MS = 30 * 24 * 3_600_000;
const ATTESTED_MS = 12 * 3_600_000;

const claims = z.object({ wsp: workspaceId, sub: visitorId, att: z.boolean() });

/** Who visits, as our own token says: signed by us, for one workspace. */
export type VisitClaims = { workspaceId: WorkspaceId; visitorId: VisitorId; attested: boolean };

/** With when it was signed, to the second. */
export type ReadVisit = VisitClaims & { issuedAt: EpochMs };

export async function signVisit(
  settings: Settings,
  visit: VisitClaims,
  now: number,
): Promise<{ token: string; expiresAt: number }> {
  const expiresAt = now + (visit.attested ? ATTESTED_MS : ANONYMOUS_MS);
  const token = await new SignJWT({ wsp: visit.workspaceId, att: visit.attested })
    .setProtectedHeader({ alg: 'HS256', typ: 'visit+jwt' })
    .setSubject(visit.visitorId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(Math.floor(now / 1000))
    .setExpirationTime(Math.floor(expiresAt / 1000))
    .sign(settings.visitSecret);
  return { token, expiresAt };
}

/** The visit that a token names, or null when it is expired, forged or not ours. */
export async function readVisit(settings: Settings, token: string): Promise<ReadVisit | null> {
  try {
    const { payload } = await jwtVerify(token, settings.visitSecret, {
      algorithms: ['HS256'],
      typ: 'visit+jwt',
      issuer: ISSUER,
      audience: AUDIENCE,
      requiredClaims: ['exp', 'iat'],
    });
    const { wsp, sub, att } = claims.parse(payload);
    return { workspaceId: wsp, visitorId: sub, attested: att, issuedAt: (payload.iat ?? 0) * 1000 };
  } catch (cause) {
    if (cause instanceof errors.JOSEError || cause instanceof z.ZodError) return null;
    throw cause;
  }
}

/** `Authorization: Bearer <visit token>`. */
export const requireVisit = createMiddleware<AppEnv>(async (c, next) => {
  const token = /^Bearer ([\w.-]{1,4096})$/.exec(c.req.header('authorization') ?? '')?.[1];
  const visit = token === undefined ? null : await readVisit(c.get('settings'), token);
  if (visit === null)
    throw new ProblemError('unauthenticated', 'This visit is unknown or has expired; start a new one.');
  c.set('visit', visit);
  await next();
});
