import { createMiddleware } from 'hono/factory';
import { accountsOf } from '../accounts.ts';
import type { AppEnv } from '../app-env.ts';
import { agentProfile, membershipOf } from '../storage/agents.ts';
import { ProblemError } from './problems.ts';

/** A signed-in member of a workspace. The membership is read each time: who was removed is out with the next request. */
export const requireAgent = createMiddleware<AppEnv>(async (c, next) => {
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
