import type { EpochMs, WorkspaceId } from '#domain/ids.ts';

/** Days are UTC: a cap has to begin anew at the same moment everywhere. */
const dayOf = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10);

/**
 * [G24] Counts tokens that are about to be used, unless the day's cap would be passed; resolves to whether they were. One statement compares and counts, so of many
 * who ask at once none passes it.
 */
export async function reserveTokens(
  db: D1Database,
  workspaceId: WorkspaceId,
  { tokens, cap, at }: { tokens: number; cap: number | null; at: EpochMs },
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `insert into ai_spend (workspace_id, day, tokens) select ?1, ?2, ?3 where ?4 is null or ?3 <= ?4
       on conflict (workspace_id, day) do update set tokens = tokens + excluded.tokens
       where ?4 is null or tokens + excluded.tokens <= ?4`,
    )
    .bind(workspaceId, dayOf(at), tokens, cap)
    .run();
  return meta.changes > 0;
}

/** What it came to, on the day on which it was reserved. Tried once: told twice it would be taken off twice, and not told at all the larger number stands. */
export async function settleTokens(
  db: D1Database,
  workspaceId: WorkspaceId,
  { reserved, spent, at }: { reserved: number; spent: number; at: EpochMs },
): Promise<void> {
  await db
    .prepare('update ai_spend set tokens = max(0, tokens + ?3) where workspace_id = ?1 and day = ?2')
    .bind(workspaceId, dayOf(at), spent - reserved)
    .run();
}

/** Tokens that a workspace used on that day. */
export async function tokensUsed(db: D1Database, workspaceId: WorkspaceId, at: EpochMs): Promise<number> {
  const row = await db
    .prepare('select tokens from ai_spend where workspace_id = ? and day = ?')
    .bind(workspaceId, dayOf(at))
    .first<{ tokens: number }>();
  return row?.tokens ?? 0;
}
