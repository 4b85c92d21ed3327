import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AgentId, EpochMs } from '#domain/ids.ts';
import { accountsOf } from '../accounts.ts';
import type { AppEnv } from '../app-env.ts';
import { settingsOf } from '../env.ts';
import type { AccessSettings } from '../settings.ts';
import type { SignedInBy } from '../signed-in-by.ts';
import { agentProfile, membershipOf, userByEmail } from '../storage/agents.ts';
import { apiKeyBy, looksLikeApiKey } from '../storage/api-keys.ts';
import { accessVerdict, assertionIn } from './access.ts';
import { limit } from './limits.ts';
import { ProblemError } from './problems.ts';

/** A credential of a program, or null: then it is the session that counts. */
export function apiKeyIn(c: Context<AppEnv>): string | null {
  const [scheme, credential] = (c.req.header('authorization') ?? '').split(' ');
  return scheme?.toLowerCase() === 'bearer' && credential !== undefined && looksLikeApiKey(credential)
    ? credential
    : null;
}

/** [S15] A program of the workspace. What it does is logged under the key's name; how far it goes is said by its scopes, so its role stands in nobody's way. */
async function asApiKey(c: Context<AppEnv>, credential: string): Promise<void> {
  const key = await apiKeyBy(c.env.DB, credential, Date.now());
  if (key === null) throw new ProblemError('unauthenticated', 'This API key opens nothing, or nothing any more.');
  await limit(c, 'api', key.workspaceId, key.id);
  c.set('apiKey', { id: key.id, scopes: key.scopes });
  c.set('agent', {
    id: key.id as string as AgentId,
    name: `API key ${key.name}`,
    email: '',
    role: 'admin',
    skills: [],
    capacity: 0,
    queueIds: [],
    revision: 0,
    workspaceId: key.workspaceId,
  });
}

/** [S25] Whose address Access vouches for. Throws where it vouches for nobody. */
export async function accessEmail(
  c: Context<AppEnv>,
  access: AccessSettings,
): Promise<{ email: string; endsAt: EpochMs }> {
  const verdict = await accessVerdict(assertionIn(c.req.raw.headers), access);
  if ('email' in verdict) return verdict;
  if (verdict.refused === 'unknown')
    throw new ProblemError('unavailable', 'Cloudflare Access could not be asked for its keys. Try again in a moment.');
  throw new ProblemError(
    'unauthenticated',
    'Cloudflare Access does not vouch for you here. Load the page again to sign in.',
  );
}

/** Who it is, and the workspace that they were in last. With Access in front its word counts, and no session: whoever goes around it is nobody. */
async function signedIn(c: Context<AppEnv>): Promise<{ userId: string; wanted: string | null; by: SignedInBy }> {
  const { access } = settingsOf(c.env);
  if (access !== null) {
    const { email, endsAt } = await accessEmail(c, access);
    const userId = await userByEmail(c.env.DB, email);
    if (userId === null) throw new ProblemError('forbidden', 'You are not an agent of this workspace.');
    return { userId, wanted: null, by: { kind: 'assertion', endsAt } };
  }
  const session = await accountsOf(c.env).api.getSession({ headers: c.req.raw.headers });
  if (session === null) throw new ProblemError('unauthenticated', 'Sign in to go on.');
  return {
    userId: session.user.id,
    wanted: session.session.activeOrganizationId ?? null,
    by: { kind: 'session', id: session.session.id },
  };
}

/** A signed-in member of a workspace. The membership is read each time: who was removed is out with the next request. */
export const requireAgent = createMiddleware<AppEnv>(async (c, next) => {
  const credential = apiKeyIn(c);
  if (credential !== null) {
    await asApiKey(c, credential);
    return next();
  }
  const { userId, wanted, by } = await signedIn(c);
  // [S37] Two tabs may be of two workspaces: each says of which it is. An address that a browser opens by itself has no headers.
  const named = c.req.header('x-baton-workspace') ?? c.req.query('workspace') ?? null;
  const membership = await membershipOf(c.env.DB, userId, { named, last: wanted });
  const profile = membership === null ? null : await agentProfile(c.env.DB, membership.workspaceId, userId);
  if (membership === null || profile === null)
    throw new ProblemError('forbidden', 'You are not an agent of this workspace.');
  c.set('agent', { ...profile, workspaceId: membership.workspaceId });
  c.set('signedInBy', by);
  await next();
});
