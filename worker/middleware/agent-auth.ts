import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { AgentId } from '#domain/ids.ts';
import { accountsOf } from '../accounts.ts';
import type { AppEnv } from '../app-env.ts';
import { agentProfile, membershipOf } from '../storage/agents.ts';
import { apiKeyBy, looksLikeApiKey } from '../storage/api-keys.ts';
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

/** A signed-in member of a workspace. The membership is read each time: who was removed is out with the next request. */
export const requireAgent = createMiddleware<AppEnv>(async (c, next) => {
  const credential = apiKeyIn(c);
  if (credential !== null) {
    await asApiKey(c, credential);
    return next();
  }
  const session = await accountsOf(c.env).api.getSession({ headers: c.req.raw.headers });
  if (session === null) throw new ProblemError('unauthenticated', 'Sign in to go on.');
  const wanted = session.session.activeOrganizationId ?? null;
  const membership = await membershipOf(c.env.DB, session.user.id, wanted);
  const profile = membership === null ? null : await agentProfile(c.env.DB, membership.workspaceId, session.user.id);
  if (membership === null || profile === null)
    throw new ProblemError('forbidden', 'You are not an agent of this workspace.');
  c.set('agent', { ...profile, workspaceId: membership.workspaceId });
  await next();
});
