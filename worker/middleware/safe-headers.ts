import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../app-env.ts';

/** A year, as the list of browsers asks at least. */
const TRANSPORT = 'max-age=31536000; includeSubDomains';

/** What an answer says that nobody has thought about: nothing in it runs, nothing keeps it, nothing frames it. */
const UNLESS_SAID: Record<string, string> = {
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** [S23] Every answer is read as the type it says, over TLS where the deployment is, and by nobody's cache unless its route says so. Pages and files say more, in `worker/pages/policies.ts`. */
export const safeHeaders = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  // The answer to an upgrade is immutable.
  if (c.res.status === 101) return;
  const { headers } = c.res;
  headers.set('x-content-type-options', 'nosniff');
  if (c.get('settings').publicOrigin.startsWith('https:')) headers.set('strict-transport-security', TRANSPORT);
  for (const [name, value] of Object.entries(UNLESS_SAID)) if (!headers.has(name)) headers.set(name, value);
});
