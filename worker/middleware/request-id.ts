import { createMiddleware } from 'hono/factory';
import type { AppEnv } from '../app-env.ts';
import { settingsOf } from '../env.ts';

/** Every answer names its request; what a client sends as an id is ignored, it would end up in our logs. */
export const requestId = createMiddleware<AppEnv>(async (c, next) => {
  const id = crypto.randomUUID();
  c.set('requestId', id);
  c.set('settings', settingsOf(c.env));
  await next();
  // The answer to an upgrade is immutable.
  if (c.res.status !== 101) c.res.headers.set('x-request-id', id);
});
