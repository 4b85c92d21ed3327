import type { WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { type MasterKeys, open, type SealedPlace, seal, sealPrefix } from './sealed.ts';

/** Every column that holds a sealed secret. What is not here is not sealed anew when the master key changes. */
const SEALED_COLUMNS = [
  { kind: 'signing_key', table: 'signing_keys', id: 'kid', column: 'secret' },
  { kind: 'webhook', table: 'webhooks', id: 'id', column: 'secret' },
  { kind: 'webhook', table: 'webhooks', id: 'id', column: 'secret_before' },
] as const satisfies { kind: SealedPlace['kind']; table: string; id: string; column: string }[];

/** So many of each column in one run; the rest with the next. */
const MAX_ROWS = 200;

export type Swept = { sealed: number; failed: number };

/**
 * [S26] Seals what is not sealed by the current master key: secrets of before there was sealing, and those of the master key before. A row that changes
 * meanwhile is left to the next run; one that does not open stays as it is and is told of.
 */
export async function sealSecrets(db: D1Database, keys: MasterKeys): Promise<Swept> {
  const prefix = await sealPrefix(keys.current);
  const swept: Swept = { sealed: 0, failed: 0 };
  for (const { kind, table, id: idColumn, column } of SEALED_COLUMNS) {
    const { results } = await db
      .prepare(
        // By chance, so that rows that do not open never keep the others waiting.
        `select workspace_id as workspaceId, ${idColumn} as id, ${column} as secret from ${table}
         where ${column} <> '' and substr(${column}, 1, ?) <> ? order by random() limit ${MAX_ROWS}`,
      )
      .bind(prefix.length, prefix)
      .all<{ workspaceId: WorkspaceId; id: string; secret: string }>();
    for (const { workspaceId, id, secret } of results) {
      const place = { workspaceId, kind, id };
      try {
        const sealed = await seal(keys, place, await open(keys, place, secret));
        const { meta } = await db
          .prepare(`update ${table} set ${column} = ? where workspace_id = ? and ${idColumn} = ? and ${column} = ?`)
          .bind(sealed, workspaceId, id, secret)
          .run();
        swept.sealed += meta.changes;
      } catch (cause) {
        swept.failed += 1;
        console.error(JSON.stringify({ at: 'sealing', message: faultText(cause) }));
      }
    }
  }
  return swept;
}
