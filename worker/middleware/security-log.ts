import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { ProblemKind } from '#protocol/problem.ts';
import type { AppEnv } from '../app-env.ts';

export type SecurityEvent =
  | 'signed_in'
  | 'signed_out'
  | 'signed_out_elsewhere'
  | 'session_ended'
  | 'members_sessions_ended'
  | 'password_changed'
  | 'passkey_added'
  | 'passkey_removed'
  | 'refused';

/** Refusals that say who tried what they may not; what is merely wrong or gone says nothing of anybody. */
export const SECURITY_KINDS: ReadonlySet<ProblemKind> = new Set(['unauthenticated', 'forbidden', 'rate_limited']);

/** [S24] The host's own id of somebody is often their address of mail: where one is in the path, the route is named instead. */
export function loggedPath(c: Context<AppEnv>): string {
  const route = routePath(c, -1);
  return route.includes(':subject') ? route : c.req.path;
}

/**
 * [S24] One line for whoever watches over the deployment: what, when, where, and who as far as it is known, by ids. Never a credential, a body, a query, a name or an address of mail.
 * `address` is the caller's as the platform says it.
 */
export function logSecurity(
  c: Context<AppEnv>,
  what: SecurityEvent,
  more: { who?: string; whom?: string; kind?: ProblemKind } = {},
): void {
  const line = {
    at: 'security',
    what,
    time: new Date().toISOString(),
    requestId: c.get('requestId'),
    method: c.req.method,
    path: loggedPath(c),
    address: c.req.header('cf-connecting-ip') ?? null,
    who: c.get('agent')?.id ?? c.get('visit')?.visitorId ?? null,
    ...more,
  };
  console.info(JSON.stringify(line));
}
