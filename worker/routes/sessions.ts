import type { Context } from 'hono';
import type { z } from 'zod';
import { endedSessions, sessionId, sessionsAnswer } from '#protocol/sessions.ts';
import type { AppEnv } from '../app-env.ts';
import { tellSessionsEnded } from '../membership.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import { passwordChangedAt } from '../storage/passwords.ts';
import { endOtherSessions, endSession, sessionsOf } from '../storage/sessions.ts';
import { refuseBesideAccess } from './accounts.ts';
import { type Api, param } from './api.ts';

/** [S31] [S41] Of each agent their own, whatever their role. API keys have none. */
export function addSessions(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'viewer', tag: 'Agent' } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/sessions',
      summary: 'Where you are signed in',
      description: 'Your own and nobody else’s. With Cloudflare Access in front sessions are Access’s.',
      answer: sessionsAnswer,
    },
    async (c) => answer(c),
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/sessions/:sessionId/end',
      params: { sessionId },
      summary: 'Sign out somewhere else',
      description:
        'Ends one session of yours with the next request, and its sockets: the console’s and the queues’ at once, a conversation’s within a minute. The one that asks ends by signing out.',
      answer: sessionsAnswer,
    },
    async (c) => {
      const [id, own] = [param<string>(c, 'sessionId'), ownSession(c)];
      if (id === own) throw new ProblemError('conflict', 'That is the one you are using. Sign out to end it.');
      const agentId = c.get('agent').id;
      if (!(await endSession(c.env.DB, agentId, id)))
        throw new ProblemError('not_found', 'You are not signed in there, or not any more.');
      logSecurity(c, 'session_ended');
      c.executionCtx.waitUntil(tellSessionsEnded(c.env, agentId));
      return answer(c);
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/sessions/end-others',
      summary: 'Sign out everywhere else',
      description:
        'Ends each session of yours but the one that asks, however it was signed in, with its sockets: the console’s and the queues’ at once, a conversation’s within a minute. With Cloudflare Access in front sessions are Access’s.',
      answer: endedSessions,
    },
    async (c) => {
      const own = ownSession(c);
      const { id } = c.get('agent');
      const ended = await endOtherSessions(c.env.DB, id, own, Date.now());
      logSecurity(c, 'signed_out_elsewhere');
      c.executionCtx.waitUntil(tellSessionsEnded(c.env, id));
      return c.json({ ended } satisfies z.infer<typeof endedSessions>);
    },
  );
}

/** The id of the session that asks. Throws where it is none of ours. */
export function ownSession(c: Context<AppEnv>): string {
  refuseBesideAccess(c);
  const by = c.get('signedInBy');
  if (by?.kind !== 'session') throw new ProblemError('unauthenticated', 'Sign in to go on.');
  return by.id;
}

async function answer(c: Context<AppEnv>): Promise<Response> {
  const own = ownSession(c);
  const { id } = c.get('agent');
  const [sessions, changedAt] = await Promise.all([
    sessionsOf(c.env.DB, id, own, Date.now()),
    passwordChangedAt(c.env.DB, id),
  ]);
  return c.json({ sessions, passwordChangedAt: changedAt } satisfies z.infer<typeof sessionsAnswer>);
}
