import type { AgentId, EpochMs } from '#domain/ids.ts';

/* Rows of the accounts library: a session is of a person, who is in no workspace, or in several, so what comes first here is whose it is. */

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
  return results.filter(({ endsAt }) => new Date(endsAt).getTime() > now).length;
}
