import type { MiddlewareHandler } from 'hono';
import { allows, type Scope } from '#domain/workspace/scope.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from './problems.ts';

/** [S15] An API key goes as far as its scopes, and nowhere where only people go; whoever is signed in passes, for their role decides. */
export const requireScope =
  (wanted: Scope | null): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const key = c.get('apiKey');
    if (key !== undefined && wanted === null)
      throw new ProblemError('forbidden', 'No API key opens this: it is for people who are signed in.');
    if (key !== undefined && wanted !== null && !allows(key.scopes, wanted))
      throw new ProblemError('forbidden', `This API key has no scope ${wanted}.`);
    await next();
  };
