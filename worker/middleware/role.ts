import type { MiddlewareHandler } from 'hono';
import { type Role, reaches } from '#domain/routing/role.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from './problems.ts';

const WHO: Record<Role, string> = {
  viewer: 'members of the workspace',
  agent: 'agents',
  supervisor: 'supervisors, admins and owners',
  admin: 'owners and admins',
  owner: 'owners',
};

/** [S9] Whoever is signed in, if their role reaches so far; `deed` is what the others are told that they do not do. */
export const requireRole =
  (least: Role, deed: string): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    if (!reaches(c.get('agent'), least)) throw new ProblemError('forbidden', `Only ${WHO[least]} ${deed}.`);
    await next();
  };
