import type { AgentId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import type { Role } from '#domain/routing/role.ts';
import { deviceOf } from '#domain/workspace/device.ts';
import type { SessionEntry } from '#protocol/sessions.ts';
import { randomText } from './ids.ts';

/* Rows of the accounts library: a session is of a person, who is in no workspace, or in several, so what comes first here is whose it is. */

/** More than anybody reads; *everywhere else* ends the rest as well. */
const SHOWN = 100;

type Row = {
  id: string;
  createdAt: string | number;
  updatedAt: string | number;
  expiresAt: string | number;
  ipAddress: string | null;
  userAgent: string | null;
};
const epochOf = (at: string | number): EpochMs => new Date(at).getTime();

/** [S41] Somebody's own that have not run out: the one that asks first, then as they were seen last. */
export async function sessionsOf(
  db: D1Database,
  agentId: AgentId,
  sessionId: string,
  now: EpochMs,
): Promise<SessionEntry[]> {
  const { results } = await db
    .prepare('select id, createdAt, updatedAt, expiresAt, ipAddress, userAgent from session where userId = ?')
    .bind(agentId)
    .all<Row>();
  return results
    .filter(({ expiresAt }) => epochOf(expiresAt) > now)
    .map(
      ({ id, createdAt, updatedAt, ipAddress, userAgent }): SessionEntry => ({
        id,
        begunAt: epochOf(createdAt),
        seenAt: epochOf(updatedAt),
        device: deviceOf(userAgent ?? ''),
        address: ipAddress === '' ? null : ipAddress,
        isThis: id === sessionId,
      }),
    )
    .sort((a, b) => Number(b.isThis) - Number(a.isThis) || b.seenAt - a.seenAt || (a.id < b.id ? -1 : 1))
    .slice(0, SHOWN);
}

/** [S41] False where it is not theirs, or not there: both are one answer. */
export async function endSession(db: D1Database, agentId: AgentId, sessionId: string): Promise<boolean> {
  const { meta } = await db.prepare('delete from session where userId = ? and id = ?').bind(agentId, sessionId).run();
  return meta.changes > 0;
}

/** The one that was opened to see whether a password is right. */
export async function endSessionByToken(db: D1Database, agentId: AgentId, token: string): Promise<void> {
  await db.prepare('delete from session where userId = ? and token = ?').bind(agentId, token).run();
}

/** [S31] Ends every session of somebody but this one; resolves to how many there were that had not run out. */
export async function endOtherSessions(
  db: D1Database,
  agentId: AgentId,
  sessionId: string,
  now: EpochMs,
): Promise<number> {
  const { results } = await db
    .prepare('delete from session where userId = ? and id <> ? returning expiresAt as endsAt')
    .bind(agentId, sessionId)
    .all<{ endsAt: string | number }>();
  return results.filter(({ endsAt }) => epochOf(endsAt) > now).length;
}

/**
 * [S42] Ends every session of a member, with its line in the log, if they still have the role that was looked at and whoever does it still may: both or neither. Resolves to whether it was done.
 */
export async function endMembersSessions(
  db: D1Database,
  workspaceId: WorkspaceId,
  member: { id: AgentId; name: string; role: Role | null },
  by: Doer,
  now: EpochMs,
): Promise<boolean> {
  const line = `member/${member.id}/sessions/${randomText(16)}`;
  const may = JSON.stringify(member.role === 'owner' ? ['owner'] : ['admin', 'owner']);
  const [logged] = await db.batch([
    db
      .prepare(
        `insert into audit (workspace_id, id, at, by_id, by_name, deed, about, detail)
         select ?1, ?2, ?3, ?4, ?5, 'member.sessions_ended', ?6, '' from member m
         where m.organizationId = ?1 and m.userId = ?7 and (m.role = 'owner') = ?8
           and exists (select 1 from member doer where doer.organizationId = ?1 and doer.userId = ?4
             and doer.role in (select value from json_each(?9)))`,
      )
      .bind(workspaceId, line, now, by.id, by.name, member.name, member.id, member.role === 'owner' ? 1 : 0, may),
    db
      .prepare(
        'delete from session where userId = ?1 and exists (select 1 from audit where workspace_id = ?2 and id = ?3)',
      )
      .bind(member.id, workspaceId, line),
  ]);
  return (logged?.meta.changes ?? 0) > 0;
}
