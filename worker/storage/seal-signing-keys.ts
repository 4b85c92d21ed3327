import type { WorkspaceId } from '#domain/ids.ts';
import { type MasterKeys, open, seal, sealPrefix } from './sealed.ts';

/** So many in one run; the rest with the next. */
const MAX_ROWS = 200;

export type Swept = { sealed: number; failed: number };

/**
 * [S26] Seals what is not sealed by the current master key: secrets of before there was sealing, and those of the master key before. A row that changes
 * meanwhile is left to the next run; one that does not open stays as it is and is told of.
 */
export async function sealSigningKeys(db: D1Database, keys: MasterKeys): Promise<Swept> {
  const prefix = await sealPrefix(keys.current);
  const { results } = await db
    .prepare(
      // By chance, so that rows that do not open never keep the others waiting.
      `select workspace_id as workspaceId, kid, secret from signing_keys
       where secret <> '' and substr(secret, 1, ?) <> ? order by random() limit ${MAX_ROWS}`,
    )
    .bind(prefix.length, prefix)
    .all<{ workspaceId: WorkspaceId; kid: string; secret: string }>();
  const swept: Swept = { sealed: 0, failed: 0 };
  for (const { workspaceId, kid, secret } of results) {
    const place = { workspaceId, kind: 'signing_key', id: kid } as const;
    try {
      const sealed = await seal(keys, place, await open(keys, place, secret));
      const { meta } = await db
        .prepare('update signing_keys set secret = ? where workspace_id = ? and kid = ? and secret = ?')
        .bind(sealed, workspaceId, kid, secret)
        .run();
      swept.sealed += meta.changes;
    } catch (cause) {
      swept.failed += 1;
      console.error(JSON.stringify({ at: 'sealing', message: String(cause) }));
    }
  }
  return swept;
}
