import type { AgentId, WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { accountRole, type Role, roleOf } from '#domain/routing/role.ts';
import type { InvitationEntry } from '#protocol/invitations.ts';
import { insertAuditIfChanged } from './audit.ts';
import { randomText } from './ids.ts';

/** [S14] A link is handed over by hand, and read within days. */
const OPEN_MS = 7 * 86_400_000;
/** How much a new agent may have at once until somebody says otherwise. */
const FIRST_CAPACITY = 3;

const COLUMNS = `invitations.id, invitations.email, invitations.role, invited_by as invitedBy, created_at as createdAt,
  expires_at as expiresAt`;

/** Not used, not withdrawn, not too old at `at`; and whoever invited still may: nobody leaves a way back in behind them. */
const isOpen = (at: string): string =>
  `accepted_at is null and withdrawn_at is null and expires_at > ${at} and exists (
     select 1 from member inviter where inviter.organizationId = invitations.workspace_id and inviter.userId = invited_by_id
       and (inviter.role = 'owner' or (inviter.role = 'admin' and invitations.role <> 'owner')))`;

type Row = Omit<InvitationEntry, 'role'> & { role: string };
const toEntry = ({ role, ...row }: Row): InvitationEntry | null => {
  const known = roleOf({ role });
  return known === null ? null : { ...row, role: known };
};

/** Those that are open, newest first. */
export async function openInvitations(
  db: D1Database,
  workspaceId: WorkspaceId,
  now: number,
): Promise<InvitationEntry[]> {
  const { results } = await db
    .prepare(
      `select ${COLUMNS} from invitations where workspace_id = ? and ${isOpen('?')} order by created_at desc, id`,
    )
    .bind(workspaceId, now)
    .all<Row>();
  return results.flatMap((row) => toEntry(row) ?? []);
}

/** [S14] Invites, with a line in the log; an earlier invitation of the same address ends with it. The secret is told here and nowhere else: what is kept is its hash. */
export async function invite(
  db: D1Database,
  workspaceId: WorkspaceId,
  { email, role }: { email: string; role: Role },
  by: Doer,
  now: number,
): Promise<{ made: InvitationEntry; secret: string }> {
  const secret = randomText(43);
  const made = {
    id: `ivt_${randomText(21)}`,
    email,
    role,
    invitedBy: by.name,
    createdAt: now,
    expiresAt: now + OPEN_MS,
  };
  await db.batch([
    db
      .prepare(
        `update invitations set withdrawn_at = ?1 where workspace_id = ?2 and email = ?3 and accepted_at is null and withdrawn_at is null`,
      )
      .bind(now, workspaceId, email),
    db
      .prepare(
        `insert into invitations (workspace_id, id, email, role, secret_hash, invited_by_id, invited_by, created_at, expires_at)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .bind(workspaceId, made.id, email, accountRole(role), await hashOf(secret), by.id, by.name, now, made.expiresAt),
    insertAuditIfChanged(db, workspaceId, {
      id: `invitation/${made.id}/made`,
      at: now,
      by,
      deed: 'invitation.made',
      about: email,
      detail: `as ${role}`,
    }),
  ]);
  return { made, secret };
}

/** Withdraws one that is open, with a line in the log; resolves to whether it was. */
export async function withdrawInvitation(
  db: D1Database,
  workspaceId: WorkspaceId,
  { id, email }: Pick<InvitationEntry, 'id' | 'email'>,
  by: Doer,
  now: number,
): Promise<boolean> {
  const [done] = await db.batch([
    db
      .prepare(`update invitations set withdrawn_at = ?1 where workspace_id = ?2 and id = ?3 and ${isOpen('?1')}`)
      .bind(now, workspaceId, id),
    insertAuditIfChanged(db, workspaceId, {
      id: `invitation/${id}/withdrawn`,
      at: now,
      by,
      deed: 'invitation.withdrawn',
      about: email,
      detail: '',
    }),
  ]);
  return (done?.meta.changes ?? 0) > 0;
}

export type Invited = InvitationEntry & { workspaceId: WorkspaceId; workspace: string; hasAccount: boolean };

/** What the secret of a link is good for; null for one that nobody made, and for one that is used, withdrawn or too old. Found by its hash: there is nothing to compare letter by letter. */
export async function invitedBy(db: D1Database, secret: string, now: number): Promise<Invited | null> {
  const row = await db
    .prepare(
      `select ${COLUMNS}, w.id as workspaceId, w.name as workspace,
         exists (select 1 from user u where u.email = invitations.email) as hasAccount
       from invitations join workspaces w on w.id = invitations.workspace_id
       where secret_hash = ? and ${isOpen('?')}`,
    )
    .bind(await hashOf(secret), now)
    .first<Row & { workspaceId: WorkspaceId; workspace: string; hasAccount: number }>();
  const entry = row === null ? null : toEntry(row);
  if (row === null || entry === null) return null;
  return { ...entry, workspaceId: row.workspaceId, workspace: row.workspace, hasAccount: row.hasAccount === 1 };
}

/**
 * [S14] Whoever has the account of the invited address becomes a member, with an agent's profile and a line in the log, if the invitation is still open: one statement uses it up, and the rest follows
 * from that. Resolves to whether it was. Who was here before has the skills they had.
 */
export async function join(db: D1Database, invited: Invited, agentId: AgentId, now: number): Promise<boolean> {
  const { workspaceId, id, email, role } = invited;
  const by = `(select id from user where id = ?2 and email = ?3)`;
  const [used] = await db.batch([
    db
      .prepare(
        `update invitations set accepted_at = ?1 where workspace_id = ?4 and id = ?5 and email = ?3 and ${isOpen('?1')} and ${by} is not null`,
      )
      .bind(now, agentId, email, workspaceId, id),
    db
      .prepare(
        `insert into member (id, organizationId, userId, role, createdAt) select ?, ?, ?, ?, ? where changes() > 0
         on conflict (organizationId, userId) do update set role = member.role`,
      )
      .bind(`mem_${randomText(24)}`, workspaceId, agentId, accountRole(role), new Date(now).toISOString()),
    db
      .prepare(
        `insert into audit (workspace_id, id, at, by_id, by_name, deed, about, detail)
         select ?1, ?2, ?3, u.id, u.name, 'member.joined', u.name, ?4 from user u where u.id = ?5 and changes() > 0 on conflict do nothing`,
      )
      .bind(workspaceId, `invitation/${id}/accepted`, now, `as ${role}, invited by ${invited.invitedBy}`, agentId),
    db
      .prepare(
        `insert into agent_profiles (workspace_id, agent_id, skills, capacity, queue_ids) select ?, ?, '[]', ?, '[]' where changes() > 0
         on conflict (workspace_id, agent_id) do update set revision = revision + 1`,
      )
      .bind(workspaceId, agentId, FIRST_CAPACITY),
  ]);
  return (used?.meta.changes ?? 0) > 0;
}

/** They have just signed in to join this one: it is the one that their session is about. */
export async function setActiveWorkspace(
  db: D1Database,
  sessionToken: string,
  workspaceId: WorkspaceId,
): Promise<void> {
  await db.prepare('update session set activeOrganizationId = ? where token = ?').bind(workspaceId, sessionToken).run();
}

async function hashOf(secret: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
