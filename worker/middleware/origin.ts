import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../app-env.ts';
import type { Workspace } from '../storage/workspaces.ts';
import { ProblemError } from './problems.ts';

/**
 * Cross-origin answers for what pages of customers call. No credentials are involved (tokens travel in a header), so the
 * preflight may answer anybody; whether the page may speak for the workspace is decided by `requireOrigin` per request.
 */
export const crossOrigin = createMiddleware<AppEnv>(async (c, next) => {
  if (c.req.method === 'OPTIONS') {
    return new Response(null, {
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, POST, PUT',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': '7200',
      },
    });
  }
  await next();
  if (c.res.status !== 101) {
    c.res.headers.set('access-control-allow-origin', '*');
    c.res.headers.set('access-control-expose-headers', 'x-request-id, retry-after');
  }
});

/** The page must be one of the workspace's own: exact origins, so no suffix, prefix, port or `null` gets through. */
export function requireOrigin(origin: string | undefined, workspace: Workspace): void {
  if (origin === undefined || !workspace.allowedOrigins.includes(origin)) {
    throw new ProblemError('forbidden', 'This site is not among the allowed origins of the workspace.');
  }
}

/** Agents act from the console's own page. Stops a foreign page from riding on the session cookie, sockets included. */
export const sameOrigin = createMiddleware<AppEnv>(async (c, next) => {
  const safe = (c.req.method === 'GET' || c.req.method === 'HEAD') && c.req.header('upgrade') === undefined;
  if (!safe && c.req.header('origin') !== c.get('settings').publicOrigin) {
    throw new ProblemError('forbidden', 'This call is for the console’s own pages.');
  }
  await next();
});
