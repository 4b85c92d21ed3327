import type { AgentId, EpochMs, PasskeyId } from '#domain/ids.ts';
import type { PasskeyEntry } from '#protocol/passkeys.ts';

/*
 * Rows of the accounts library: an account is in no workspace, or in several, so what comes first here is whose they are. Adding is the library's; lines of the log are written by the table itself
 * (migration 0027).
 */

/** More than anybody has devices. */
export const MAX_PASSKEYS = 20;

type Row = Omit<PasskeyEntry, 'createdAt'> & { createdAt: string };

/** [S30] Somebody's own, oldest first. */
export async function passkeysOf(db: D1Database, agentId: AgentId): Promise<PasskeyEntry[]> {
  const { results } = await db
    .prepare(
      `select id, coalesce(name, '') as name, createdAt, lastUsedAt as usedAt from passkey where userId = ? order by createdAt, id`,
    )
    .bind(agentId)
    .all<Row>();
  return results.map((row) => ({ ...row, createdAt: Date.parse(row.createdAt) }));
}

/** [S30] False where it is not theirs, or not there: both are one answer. */
export async function renamePasskey(db: D1Database, agentId: AgentId, id: PasskeyId, name: string): Promise<boolean> {
  const { meta } = await db
    .prepare('update passkey set name = ? where userId = ? and id = ?')
    .bind(name, agentId, id)
    .run();
  return meta.changes > 0;
}

/** [S30] False where it is not theirs, or not there. From then on it opens nothing; sessions that it has opened go on (`endOtherSessions` ends those). */
export async function removePasskey(db: D1Database, agentId: AgentId, id: PasskeyId): Promise<boolean> {
  const { meta } = await db.prepare('delete from passkey where userId = ? and id = ?').bind(agentId, id).run();
  return meta.changes > 0;
}

/** Notes that it has signed somebody in. `credentialId` is the device's own name of it. */
export async function notePasskeyUsed(db: D1Database, agentId: AgentId, credentialId: string, at: EpochMs) {
  await db
    .prepare('update passkey set lastUsedAt = ? where userId = ? and credentialID = ?')
    .bind(at, agentId, credentialId)
    .run();
}

/** Challenges that were asked for and not answered in time: the library leaves them lying, and anybody may ask. */
export async function forgetChallenges(db: D1Database, now: EpochMs): Promise<void> {
  await db.prepare('delete from verification where expiresAt < ?').bind(new Date(now).toISOString()).run();
}
