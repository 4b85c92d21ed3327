import type { Context } from 'hono';
import type { z } from 'zod';
import type { AgentId } from '#domain/ids.ts';
import { mayAppoint, type Role } from '#domain/routing/role.ts';
import { type MemberEntry, memberRemoval, membersAnswer, roleChange } from '#protocol/members.ts';
import { agentId } from '#protocol/primitives.ts';
import type { AppEnv } from '../app-env.ts';
import { tellMembershipChanged, tellSessionsEnded } from '../membership.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import { changeRole, membersWithNames } from '../storage/members.ts';
import { endMembersSessions } from '../storage/sessions.ts';
import { refuseBesideAccess } from './accounts.ts';
import { type Api, param } from './api.ts';

/** [S12] [S13] Who is in the workspace, and as what. */
export function addMembers(api: Api): void {
  const shared = { access: 'agent', keys: null, least: 'admin', tag: 'Agent', answer: membersAnswer } as const;
  const one = { ...shared, method: 'post', params: { agentId }, deed: 'change who is in the workspace' } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/members',
      deed: 'see who is in the workspace',
      summary: 'Who is in the workspace, and as what',
    },
    async (c) =>
      c.json({ members: await membersWithNames(c.env.DB, c.get('agent').workspaceId) } satisfies z.infer<
        typeof membersAnswer
      >),
  );

  api.add(
    {
      ...one,
      path: '/v1/members/:agentId/role',
      summary: 'Give somebody another role',
      description:
        'Owners and admins; only owners make or unmake owners, nobody changes their own role, and an owner is always left. It counts with the next request, and on open sockets within a minute. `was` is the role that the change was made from; when it is no longer that, the answer is 409 and nothing has changed.',
      body: roleChange,
    },
    (c, { body: { role, was } }) => change(c, was, role),
  );

  api.add(
    {
      ...one,
      path: '/v1/members/:agentId/remove',
      summary: 'Take somebody out of the workspace',
      description:
        'As for a role. Their sockets close within a minute, their offers go back to their own rank, and what they had in hand is in line again. What they did stays.',
      body: memberRemoval,
    },
    (c, { body: { was } }) => change(c, was, null),
  );

  api.add(
    {
      ...shared,
      method: 'post',
      params: { agentId },
      deed: 'sign members out',
      path: '/v1/members/:agentId/end-sessions',
      summary: 'Sign a member out everywhere',
      description:
        'Owners and admins; an owner is signed out by owners only, and yourself by your own account. Each session of theirs ends with the next request, and its sockets as those of `POST /v1/sessions/end-others`. A session is of a person: who is in other workspaces is signed out there too. They may sign in again at once. With Cloudflare Access in front sessions are Access’s.',
    },
    async (c) => {
      refuseBesideAccess(c);
      const { workspaceId, id: by, name, role } = c.get('agent');
      const member = await memberOr404(c);
      if (member.id === by) throw new ProblemError('forbidden', 'Your own sessions end on the page of your account.');
      if (!mayAppoint({ role }, member.role)) throw new ProblemError('forbidden', 'Only owners sign owners out.');
      if (!(await endMembersSessions(c.env.DB, workspaceId, member, { id: by, name }, Date.now())))
        throw outdated(member.name);
      logSecurity(c, 'members_sessions_ended', { whom: member.id });
      c.executionCtx.waitUntil(tellSessionsEnded(c.env, member.id));
      return c.json({ members: await membersWithNames(c.env.DB, workspaceId) } satisfies z.infer<typeof membersAnswer>);
    },
  );
}

async function change(c: Context<AppEnv>, was: Role | null, next: Role | null): Promise<Response> {
  const { workspaceId, id: by, name, role } = c.get('agent');
  const member = await memberOr404(c);
  const { id } = member;
  if (id === by) throw new ProblemError('forbidden', 'Nobody changes their own role; another admin does.');
  if (!mayAppoint({ role }, member.role, next))
    throw new ProblemError('forbidden', 'Only owners make or unmake owners.');
  if (member.role !== was) throw outdated(member.name);
  const isNew = next !== was;
  if (isNew && !(await changeRole(c.env.DB, workspaceId, member, next, { id: by, name }, Date.now())))
    throw outdated(member.name);
  if (isNew) await tellMembershipChanged(c.env, workspaceId, id);
  return c.json({ members: await membersWithNames(c.env.DB, workspaceId) } satisfies z.infer<typeof membersAnswer>);
}

async function memberOr404(c: Context<AppEnv>): Promise<MemberEntry> {
  const id = param<AgentId>(c, 'agentId');
  const member = (await membersWithNames(c.env.DB, c.get('agent').workspaceId)).find((one) => one.id === id);
  if (member === undefined) throw new ProblemError('not_found', 'Nobody of this workspace is called that.');
  return member;
}

/** [Q14] Or whoever asks may not any more, or it would be the last owner: the newer list says which. */
const outdated = (name: string): ProblemError =>
  new ProblemError(
    'conflict',
    `Who is in the workspace was changed after you opened it. ${name} is as they were; look at the newer list first.`,
  );
