import type { Context } from 'hono';
import type { z } from 'zod';
import { mayAppoint } from '#domain/routing/role.ts';
import {
  invitationAnswer,
  invitationId,
  invitationRequest,
  invitationsAnswer,
  joinLook,
  joinLookAnswer,
  joinRequest,
} from '#protocol/invitations.ts';
import { accountsOf, invitedAccountsOf } from '../accounts.ts';
import type { AppEnv } from '../app-env.ts';
import { accessEmail } from '../middleware/agent-auth.ts';
import { ProblemError } from '../middleware/problems.ts';
import { passwordProblem } from '../password-problem.ts';
import type { AccessSettings } from '../settings.ts';
import { userByEmail } from '../storage/agents.ts';
import { randomText } from '../storage/ids.ts';
import {
  type Invited,
  invite,
  invitedBy,
  join,
  openInvitations,
  setActiveWorkspace,
  withdrawInvitation,
} from '../storage/invitations.ts';
import { membersWithNames } from '../storage/members.ts';
import { passwordHashOf } from '../storage/passwords.ts';
import { openedBy, retold, stillOpen } from './accounts.ts';
import { type Api, param } from './api.ts';

/** [S14] Whom admins invite, and how they join. Nobody signs up by themselves [S3]. */
export function addInvitations(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'admin', tag: 'Agent', deed: 'invite people' } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/invitations',
      summary: 'Who is invited and has not joined yet',
      answer: invitationsAnswer,
    },
    async (c) =>
      c.json({ invitations: await openInvitations(c.env.DB, c.get('agent').workspaceId, Date.now()) } satisfies z.infer<
        typeof invitationsAnswer
      >),
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/invitations',
      summary: 'Invite somebody',
      description:
        'Owners and admins; only owners invite owners. Nothing is sent: `link` is for you to hand over. It is in this answer and in no other, opens once, for this address, within seven days. Invited again, an address has only the newer link.',
      body: invitationRequest,
      answer: invitationAnswer,
    },
    async (c, { body }) => {
      const { workspaceId, id, name, role } = c.get('agent');
      if (!mayAppoint({ role }, body.role)) throw new ProblemError('forbidden', 'Only owners make or unmake owners.');
      const members = await membersWithNames(c.env.DB, workspaceId);
      if (members.some(({ email }) => email.toLowerCase() === body.email))
        throw new ProblemError('conflict', 'Whoever has this address is in the workspace already.');
      const now = Date.now();
      const { made, secret } = await invite(c.env.DB, workspaceId, body, { id, name }, now);
      return c.json({
        invitations: await openInvitations(c.env.DB, workspaceId, now),
        made,
        // Behind the hash: no server's log and no other page hears of it.
        link: `${c.get('settings').publicOrigin}/console/#/join/${secret}`,
      } satisfies z.infer<typeof invitationAnswer>);
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/invitations/:invitationId/withdraw',
      params: { invitationId },
      summary: 'Withdraw an invitation',
      answer: invitationsAnswer,
    },
    async (c) => {
      const { workspaceId, id, name, role } = c.get('agent');
      const now = Date.now();
      const known = await openInvitations(c.env.DB, workspaceId, now);
      const invitation = known.find((one) => one.id === param<string>(c, 'invitationId'));
      if (invitation === undefined) throw new ProblemError('not_found', 'This workspace has no such open invitation.');
      if (!mayAppoint({ role }, invitation.role))
        throw new ProblemError('forbidden', 'Only owners make or unmake owners.');
      await withdrawInvitation(c.env.DB, workspaceId, invitation, { id, name }, now);
      return c.json({ invitations: await openInvitations(c.env.DB, workspaceId, now) } satisfies z.infer<
        typeof invitationsAnswer
      >);
    },
  );

  const ofInvited = { access: 'console', tag: 'Agent', method: 'post' } as const;

  api.add(
    {
      ...ofInvited,
      path: '/v1/join/look',
      summary: 'What an invitation’s link is good for',
      description: 'A link that nobody made and one that is used, withdrawn or too old are one answer: 404.',
      body: joinLook,
      answer: joinLookAnswer,
    },
    async (c, { body: { secret } }) => {
      const { workspace, invitedBy: by, email, role, hasAccount } = await invitedOr404(c.env.DB, secret);
      const byAccess = c.get('settings').access !== null;
      return c.json({ workspace, invitedBy: by, email, role, hasAccount, byAccess } satisfies z.infer<
        typeof joinLookAnswer
      >);
    },
  );

  api.add(
    {
      ...ofInvited,
      path: '/v1/join',
      summary: 'Join a workspace',
      description:
        'With a link’s secret. Whoever has no account yet makes one with a name and a password; whoever has one gives its password. Sets the session’s cookie, as signing in does. The link is used up.',
      body: joinRequest,
    },
    async (c, { body: { secret, name, password } }) => {
      const invited = await invitedOr404(c.env.DB, secret);
      if (!invited.hasAccount && (name === null || name === ''))
        throw ProblemError.ofIssues([{ path: 'name', message: 'must not be empty' }]);
      const { access } = c.get('settings');
      if (access !== null) {
        await joinThroughAccess(c, access, invited, name);
        return c.json({});
      }
      if (password === null) throw ProblemError.ofIssues([{ path: 'password', message: 'must not be empty' }]);
      // [S40] Of an account that is there it is the one that it has.
      const { email, workspace } = invited;
      const context = { name: name ?? '', email, workspaces: [workspace] };
      const message = invited.hasAccount ? null : await passwordProblem(password, context);
      if (message !== null) throw ProblemError.ofIssues([{ path: 'password', message }]);
      const before = await passwordHashOf(c.env.DB, email);
      // Through the library's own handler: it hashes, counts tries, and makes the session.
      const [accounts, path, body] = invited.hasAccount
        ? ([accountsOf(c.env), '/v1/auth/sign-in/email', { email: invited.email, password }] as const)
        : ([invitedAccountsOf(c.env), '/v1/auth/sign-up/email', { email: invited.email, password, name }] as const);
      const answered = await accounts.handler(
        new Request(new URL(path, c.req.url), {
          method: 'POST',
          headers: c.req.raw.headers,
          body: JSON.stringify(body),
        }),
      );
      if (!answered.ok) return retold(answered);
      const { token, user } = await openedBy(answered);
      if (invited.hasAccount) await stillOpen(c, answered, before);
      if (!(await join(c.env.DB, invited, user.id, Date.now()))) throw noSuchLink();
      await setActiveWorkspace(c.env.DB, token, invited.workspaceId);
      return retold(answered);
    },
  );
}

/** [S25] Access says who it is; an account is made with a password that nobody ever hears. Throws where they are not who was invited. */
async function joinThroughAccess(
  c: Context<AppEnv>,
  access: AccessSettings,
  invited: Invited,
  name: string | null,
): Promise<void> {
  if ((await accessEmail(c, access)).email !== invited.email.toLowerCase())
    throw new ProblemError('forbidden', 'This invitation is for another address than the one you are signed in with.');
  if (!invited.hasAccount) {
    const body = { email: invited.email, password: randomText(64), name: name as string };
    const made = await invitedAccountsOf(c.env).api.signUpEmail({ body });
    if (made.user === undefined) throw new Error('the accounts library made no account');
  }
  const userId = await userByEmail(c.env.DB, invited.email);
  if (userId === null || !(await join(c.env.DB, invited, userId, Date.now()))) throw noSuchLink();
}

async function invitedOr404(db: D1Database, secret: string): Promise<Invited> {
  const invited = await invitedBy(db, secret, Date.now());
  if (invited === null) throw noSuchLink();
  return invited;
}

/** [S14] Not there and not any more are one answer. */
const noSuchLink = (): ProblemError =>
  new ProblemError('not_found', 'This invitation is not open. Ask whoever invited you for a new link.');
