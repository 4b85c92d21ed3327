import type { z } from 'zod';
import { endedSessions } from '#protocol/sessions.ts';
import { tellSessionsEnded } from '../membership.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import { endOtherSessions } from '../storage/sessions.ts';
import { refuseBesideAccess } from './accounts.ts';
import type { Api } from './api.ts';

/** [S31] Of each agent their own, whatever their role. API keys have none. */
export function addSessions(api: Api): void {
  api.add(
    {
      method: 'post',
      path: '/v1/sessions/end-others',
      access: 'agent',
      keys: null,
      least: 'viewer',
      tag: 'Agent',
      summary: 'Sign out everywhere else',
      description:
        'Ends each session of yours but the one that asks, however it was signed in, with its sockets: the console’s and the queues’ at once, a conversation’s within a minute. With Cloudflare Access in front sessions are Access’s.',
      answer: endedSessions,
    },
    async (c) => {
      refuseBesideAccess(c);
      const by = c.get('signedInBy');
      if (by?.kind !== 'session') throw new ProblemError('unauthenticated', 'Sign in to go on.');
      const { id } = c.get('agent');
      const ended = await endOtherSessions(c.env.DB, id, by.id, Date.now());
      logSecurity(c, 'signed_out_elsewhere');
      c.executionCtx.waitUntil(tellSessionsEnded(c.env, id));
      return c.json({ ended } satisfies z.infer<typeof endedSessions>);
    },
  );
}
