import type { AgentId, EpochMs } from '#domain/ids.ts';
import { randomText } from './ids.ts';

/* Rows of the accounts library, whose sign-in verifies what is kept here as a hash: an account is in no workspace, or in several, so what comes first here is whose it is. */

/** The library asks the clock twice where it makes an account. */
const ONE_WRITE_MS = 1000;

/** The hash of whoever has this address of mail, as it is now; null where there is none. For comparing with a later one: no two are alike, not of the same password either. */
export async function passwordHashOf(db: D1Database, email: string): Promise<string | null> {
  const row = await db
    .prepare(
      `select a.password as hash from account a join user u on u.id = a.userId
       where u.email = lower(?) and a.providerId = 'credential'`,
    )
    .bind(email)
    .first<{ hash: string | null }>();
  return row?.hash ?? null;
}

/** When it was changed last; null where it is the one that the account began with, or where there is none. */
export async function passwordChangedAt(db: D1Database, agentId: AgentId): Promise<EpochMs | null> {
  const row = await db
    .prepare(`select createdAt, updatedAt from account where userId = ? and providerId = 'credential'`)
    .bind(agentId)
    .first<{ createdAt: string | number; updatedAt: string | number }>();
  if (row === null) return null;
  const changedAt = new Date(row.updatedAt).getTime();
  return changedAt - new Date(row.createdAt).getTime() < ONE_WRITE_MS ? null : changedAt;
}

/**
 * [S39] The new hash in place of this one, all sessions but this one ended, and a line in the log of each workspace that the account is a way into: all of it or nothing. Resolves to how many sessions there were
 * that had not run out; null where the hash is no longer the one that was verified.
 */
export async function changePassword(
  db: D1Database,
  agentId: AgentId,
  sessionId: string,
  { from, to }: { from: string; to: string },
  now: EpochMs,
): Promise<number | null> {
  const [changed, , ended] = await db.batch<{ endsAt: string | number }>([
    db
      .prepare(
        `update account set password = ?1, updatedAt = ?2 where userId = ?3 and providerId = 'credential' and password = ?4`,
      )
      .bind(to, new Date(now).toISOString(), agentId, from),
    db
      .prepare(
        `insert into audit (workspace_id, id, at, by_id, by_name, deed, about, detail)
         select w.id, 'password/' || ?1, ?2, u.id, u.name, 'password.changed', u.name, '' from user u
         join member m on m.userId = u.id join workspaces w on w.id = m.organizationId where u.id = ?3 and changes() > 0`,
      )
      .bind(randomText(21), now, agentId),
    // What the first statement came to, and not how many lines the second wrote.
    db
      .prepare(
        `delete from session where userId = ?1 and id <> ?2
           and exists (select 1 from account where userId = ?1 and providerId = 'credential' and password = ?3)
         returning expiresAt as endsAt`,
      )
      .bind(agentId, sessionId, to),
  ]);
  if (changed?.meta.changes !== 1) return null;
  return (ended?.results ?? []).filter(({ endsAt }) => new Date(endsAt).getTime() > now).length;
}

/**
 * [S39] Ends a session that was just opened by a password, if that is no longer the one that it was: whoever verified the old one and opened the session behind the change would stay. Resolves to whether it was ended.
 */
export async function endIfChangedMeanwhile(
  db: D1Database,
  agentId: AgentId,
  sessionToken: string,
  hashBefore: string | null,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `delete from session where token = ?1 and userId = ?2
         and not exists (select 1 from account where userId = ?2 and providerId = 'credential' and password = ?3)`,
    )
    .bind(sessionToken, agentId, hashBefore)
    .run();
  return meta.changes > 0;
}
