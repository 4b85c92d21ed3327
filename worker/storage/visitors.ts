import { z } from 'zod';
import type { ConversationId, EpochMs, VisitorId, WorkspaceId } from '#domain/ids.ts';
import { columnOrNull } from './json.ts';

const account = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type AttestedAccount = z.infer<typeof account>;

export type VisitorRow = {
  id: VisitorId;
  name: string | null;
  email: string | null;
  account: AttestedAccount;
  previousAccount: AttestedAccount | null;
  firstSeenAt: EpochMs;
  /** When the host last vouched for the account facts, with a visit or beside one. */
  vouchedAt: EpochMs;
};

/**
 * Keeps what the host attested. When the account facts differ from the last visit's, the old ones are kept beside them, so that
 * an agent sees what changed since things last worked. Resolves to the id of their latest conversation, resolved or not; null where there is none: one trip
 * to the database for both, because every page that has the widget begins with it.
 */
export async function seeVisitor(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitor: {
    id: VisitorId;
    subject: string | null;
    name: string | null;
    email: string | null;
    account: AttestedAccount;
    at: EpochMs;
  },
): Promise<ConversationId | null> {
  const seen = db
    .prepare(
      `insert into visitors (workspace_id, id, subject, name, email, account, first_seen_at, last_seen_at)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
       on conflict (workspace_id, id) do update set name = ?4, email = ?5, last_seen_at = ?7,
         previous_account = case when account <> ?6 then account else previous_account end, account = ?6`,
    )
    .bind(
      workspaceId,
      visitor.id,
      visitor.subject,
      visitor.name,
      visitor.email,
      JSON.stringify(visitor.account),
      visitor.at,
    );
  const latest = db
    .prepare('select id from conversations where workspace_id = ? and visitor_id = ? order by created_at desc limit 1')
    .bind(workspaceId, visitor.id);
  const [, found] = await db.batch<{ id: ConversationId }>([seen, latest]);
  return found?.results[0]?.id ?? null;
}

/**
 * [P10] What the host's systems vouch for between tokens; the facts before are kept beside them as when a token brings others. False when nobody of
 * this id has been here.
 */
export async function tellAccount(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: VisitorId,
  told: AttestedAccount,
  at: EpochMs,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `update visitors set previous_account = case when account <> ?3 then account else previous_account end, account = ?3, told_at = ?4
       where workspace_id = ?1 and id = ?2`,
    )
    .bind(workspaceId, id, JSON.stringify(told), at)
    .run();
  return meta.changes > 0;
}

export async function visitorById(db: D1Database, workspaceId: WorkspaceId, id: VisitorId): Promise<VisitorRow | null> {
  const row = await db
    .prepare(
      `select id, name, email, account, previous_account, first_seen_at,
       max(last_seen_at, coalesce(told_at, 0)) as vouched_at from visitors where workspace_id = ? and id = ?`,
    )
    .bind(workspaceId, id)
    .first<{
      id: string;
      name: string | null;
      email: string | null;
      account: string;
      previous_account: string | null;
      first_seen_at: number;
      vouched_at: number;
    }>();
  if (row === null) return null;
  return {
    id: row.id as VisitorId,
    name: row.name,
    email: row.email,
    // Without account facts a visitor is served all the same, and the next visit writes them anew.
    account: columnOrNull(account, row.account, 'visitors.account') ?? {},
    previousAccount:
      row.previous_account === null ? null : columnOrNull(account, row.previous_account, 'visitors.previous_account'),
    firstSeenAt: row.first_seen_at,
    vouchedAt: row.vouched_at,
  };
}

/** [Y5] Whether a visit that was given out at `issuedAt` (a whole second) is still somebody's: whoever was erased and came back is somebody else. */
export async function isVisiting(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
  issuedAt: EpochMs,
): Promise<boolean> {
  const firstSeenAt = await db
    .prepare('select first_seen_at from visitors where workspace_id = ? and id = ?')
    .bind(workspaceId, visitorId)
    .first<number>('first_seen_at');
  return firstSeenAt !== null && firstSeenAt < issuedAt + 1000;
}
