import type { z } from 'zod';
import type { AgentId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { accountRole, type Role, reaches, roleOf } from '#domain/routing/role.ts';
import type { MemberEntry } from '#protocol/members.ts';
import { settingsChanged } from '#protocol/queue-settings.ts';
import { insertAuditIfChanged } from './audit.ts';
import { randomText } from './ids.ts';
import { columnOrNull } from './json.ts';

/** Everybody of a workspace, by name. */
export async function membersWithNames(db: D1Database, workspaceId: WorkspaceId): Promise<MemberEntry[]> {
  const { results } = await db
    .prepare(
      `select u.id, u.name, u.email, m.role, m.createdAt as since from member m join user u on u.id = m.userId
       where m.organizationId = ? order by u.name, u.id`,
    )
    .bind(workspaceId)
    .all<{ id: AgentId; name: string; email: string; role: string; since: string | number }>();
  return results.map(({ role, since, ...one }) => ({ ...one, role: roleOf({ role }), since: epochOf(since) }));
}

/** Accounts write dates as text or as a number. */
function epochOf(since: string | number): number {
  const at = new Date(since).getTime();
  return Number.isNaN(at) ? 0 : at;
}

export type Seated = { name: string; role: string; sessions: ReadonlySet<string> };

/** [S12] [S31] Of these, who may answer in the workspace, by what name and role, and which of their own sessions among these go on. One question for all. */
export async function seatedAmong(
  db: D1Database,
  workspaceId: WorkspaceId,
  seats: readonly { agentId: string; sessionId: string | null }[],
  now: EpochMs,
): Promise<Map<string, Seated>> {
  const { results } = await db
    .prepare(
      `select u.id, u.name, m.role, s.id as session, s.expiresAt as endsAt from member m join user u on u.id = m.userId
       join agent_profiles p on p.agent_id = u.id and p.workspace_id = m.organizationId
       left join session s on s.userId = u.id and s.id in (select value from json_each(?3))
       where m.organizationId = ?1 and u.id in (select value from json_each(?2))`,
    )
    .bind(
      workspaceId,
      JSON.stringify([...new Set(seats.map(({ agentId }) => agentId))]),
      JSON.stringify([...new Set(seats.flatMap(({ sessionId }) => sessionId ?? []))]),
    )
    .all<{ id: string; name: string; role: string; session: string | null; endsAt: string | number | null }>();
  const seated = new Map<string, Seated & { sessions: Set<string> }>();
  for (const { id, name, role, session, endsAt } of results) {
    if (!reaches({ role }, 'agent')) continue;
    const one = seated.get(id) ?? { name, role, sessions: new Set() };
    if (session !== null && epochOf(endsAt ?? 0) > now) one.sessions.add(session);
    seated.set(id, one);
  }
  return seated;
}

/** [S12] How an agent stands in the workspace: `isIn` is whether they may answer; `by` is who changed that last. */
export async function standingOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  agentId: AgentId,
): Promise<{ isIn: boolean; revision: number; by: Doer | null }> {
  const row = await db
    .prepare(
      `select m.role, p.revision, p.changed from agent_profiles p
       left join member m on m.organizationId = p.workspace_id and m.userId = p.agent_id
       where p.workspace_id = ? and p.agent_id = ?`,
    )
    .bind(workspaceId, agentId)
    .first<{ role: string | null; revision: number; changed: string | null }>();
  if (row === null) return { isIn: false, revision: 0, by: null };
  const changed = row.changed === null ? null : columnOrNull(settingsChanged, row.changed, 'agent_profiles.changed');
  return {
    isIn: row.role !== null && reaches({ role: row.role }, 'agent'),
    revision: row.revision,
    // Whoever changed it last: only the name is shown.
    by: changed === null ? null : { id: changed.by as AgentId, name: changed.name },
  };
}

/**
 * [S13] Gives somebody another role (null: takes them out), with its line in the log, if they still have the one they had, whoever does it still may, and an owner is left. One
 * statement looks and writes, so of two owners who unmake each other one stays. Resolves to whether it was done. Who may not answer any more serves no queue.
 */
export async function changeRole(
  db: D1Database,
  workspaceId: WorkspaceId,
  member: Pick<MemberEntry, 'id' | 'name' | 'role'>,
  next: Role | null,
  by: Doer,
  now: number,
): Promise<boolean> {
  const { id, name, role: was } = member;
  const isAboutOwners = was === 'owner' || next === 'owner';
  const may = JSON.stringify(isAboutOwners ? ['owner'] : ['admin', 'owner']);
  const change = next === null ? 'delete from member' : 'update member set role = ?6';
  const stays = next !== null && reaches({ role: next }, 'agent');
  const changed = JSON.stringify({ by: by.id, name: by.name, at: now } satisfies z.infer<typeof settingsChanged>);
  const [done] = await db.batch([
    db
      .prepare(
        `${change} where organizationId = ?1 and userId = ?2 and (case role when 'agent' then 'member' else role end = ?3 or (?3 is null and role not in (select value from json_each(?7))))
           and exists (select 1 from member as doer where doer.organizationId = ?1 and doer.userId = ?4
             and doer.role in (select value from json_each(?5)))
           and (role <> 'owner' or ?6 = 'owner'
             or (select count(*) from member as other where other.organizationId = ?1 and other.role = 'owner') > 1)`,
      )
      .bind(
        workspaceId,
        id,
        was === null ? null : accountRole(was),
        by.id,
        may,
        next === null ? '' : accountRole(next),
        KNOWN,
      ),
    insertAuditIfChanged(db, workspaceId, {
      id: `member/${id}/${randomText(16)}`,
      at: now,
      by,
      deed: next === null ? 'member.removed' : 'member.role_changed',
      about: name,
      detail: next === null ? `was ${was ?? 'of an unknown role'}` : `${was ?? 'an unknown role'} → ${next}`,
    }),
    ...(stays
      ? []
      : [
          db
            .prepare(
              `update agent_profiles set queue_ids = '[]', revision = revision + 1, changed = ?
               where workspace_id = ? and agent_id = ? and changes() > 0`,
            )
            .bind(changed, workspaceId, id),
        ]),
  ]);
  return (done?.meta.changes ?? 0) > 0;
}

/** As accounts write those that we know. */
const KNOWN = JSON.stringify(['viewer', 'member', 'agent', 'supervisor', 'admin', 'owner']);
