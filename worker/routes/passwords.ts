import type { z } from 'zod';
import { passwordChange } from '#protocol/passwords.ts';
import { endedSessions } from '#protocol/sessions.ts';
import { hashPassword } from '../accounts.ts';
import { tellSessionsEnded } from '../membership.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import { passwordProblem } from '../password-problem.ts';
import { workspacesOf } from '../storage/agents.ts';
import { changePassword, passwordHashOf } from '../storage/passwords.ts';
import { endSessionByToken } from '../storage/sessions.ts';
import { askAccounts, openedBy, retold } from './accounts.ts';
import type { Api } from './api.ts';
import { ownSession } from './sessions.ts';

/** [S39] [S40] Of each agent their own, whatever their role. API keys have none. */
export function addPasswords(api: Api): void {
  api.add(
    {
      method: 'post',
      path: '/v1/password',
      access: 'agent',
      keys: null,
      least: 'viewer',
      tag: 'Agent',
      summary: 'Change your password',
      description:
        'With the one that is. Any characters, exactly as they are typed, but none of the commonest passwords, and not little more than your name, your address, the workspace’s name or Baton. All your other sessions end with it, however they were signed in; the one that asks goes on. A wrong password is a try at signing in, and counted as those are.',
      body: passwordChange,
      answer: endedSessions,
    },
    async (c, { body: { current, next } }) => {
      const own = ownSession(c);
      const { id, email, name } = c.get('agent');
      const workspaces = (await workspacesOf(c.env.DB, id)).map((one) => one.name);
      const message =
        next === current ? 'is the one that you have' : await passwordProblem(next, { name, email, workspaces });
      if (message !== null) throw ProblemError.ofIssues([{ path: 'next', message }]);
      const from = await passwordHashOf(c.env.DB, email);
      // By signing in, so that it is counted with all other tries at it; nobody ever hears of the session that it opens.
      const tried = await askAccounts(c, 'POST', '/sign-in/email', { email, password: current });
      if (tried.status === 401) {
        logSecurity(c, 'refused', { kind: 'unauthenticated' });
        throw ProblemError.ofIssues([{ path: 'current', message: 'is not your password' }]);
      }
      if (!tried.ok) return retold(tried);
      await endSessionByToken(c.env.DB, id, (await openedBy(tried)).token);
      const to = await hashPassword(c.env, next);
      const ended = from === null ? null : await changePassword(c.env.DB, id, own, { from, to }, Date.now());
      if (ended === null)
        throw new ProblemError('conflict', 'Your password was changed elsewhere meanwhile. Nothing else has changed.');
      logSecurity(c, 'password_changed');
      c.executionCtx.waitUntil(tellSessionsEnded(c.env, id));
      return c.json({ ended } satisfies z.infer<typeof endedSessions>);
    },
  );
}
