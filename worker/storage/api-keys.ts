import { z } from 'zod';
import type { ApiKeyId, WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { SCOPES, type Scope } from '#domain/workspace/scope.ts';
import type { ApiKeyEntry } from '#protocol/api-keys.ts';
import { insertAuditIfChanged } from './audit.ts';
import { newId, randomText } from './ids.ts';
import { parseColumn } from './json.ts';

/** More keys than this nobody keeps apart. */
export const MAX_API_KEYS = 50;

/** Told apart from every other credential at a glance, by people and by tools that look for secrets in code. */
const PREFIX = 'baton_';
const SECRET_CHARS = 43;
export const looksLikeApiKey = (credential: string): boolean => credential.startsWith(PREFIX);

const scopes = z
  .array(z.string())
  .transform((list) => list.filter((one): one is Scope => SCOPES.some((s) => s === one)));

type Row = {
  id: ApiKeyId;
  name: string;
  scopes: string;
  created_at: number;
  created_by: string;
  expires_at: number | null;
  used_at: number | null;
};

/** [S15] The keys that have not been ended, the newest first; a key that is over by its own date is still there, and says so. */
export async function apiKeysOf(db: D1Database, workspaceId: WorkspaceId): Promise<ApiKeyEntry[]> {
  const { results } = await db
    .prepare(
      `select id, name, scopes, created_at, created_by, expires_at, used_at from api_keys
       where workspace_id = ? and ended_at is null order by created_at desc, id limit ${MAX_API_KEYS}`,
    )
    .bind(workspaceId)
    .all<Row>();
  return results.map((row) => ({
    id: row.id,
    name: row.name,
    scopes: parseColumn(scopes, row.scopes, 'api_keys.scopes'),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }));
}

/** [S15] Makes a key, with its line in the log, unless there are as many as there may be; null then. The secret is in this answer and nowhere else. */
export async function makeApiKey(
  db: D1Database,
  workspaceId: WorkspaceId,
  wanted: { name: string; scopes: readonly Scope[]; expiresAt: number | null },
  line: { at: number; by: Doer },
): Promise<{ id: ApiKeyId; secret: string } | null> {
  const id = newId('apiKey');
  const secret = `${PREFIX}${randomText(SECRET_CHARS)}`;
  const [made] = await db.batch([
    db
      .prepare(
        `insert into api_keys (workspace_id, id, name, scopes, hash, created_at, created_by, expires_at)
         select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
         where (select count(*) from api_keys where workspace_id = ?1 and ended_at is null) < ${MAX_API_KEYS}`,
      )
      .bind(
        workspaceId,
        id,
        wanted.name,
        JSON.stringify(wanted.scopes),
        await hashOf(secret),
        line.at,
        line.by.name,
        wanted.expiresAt,
      ),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `api-key/${id}/made`,
      deed: 'api_key.made',
      about: wanted.name,
      detail: wanted.scopes.join(', '),
    }),
  ]);
  return (made?.meta.changes ?? 0) > 0 ? { id, secret } : null;
}

/** [S15] Ends a key, from the next call on. Resolves to whether the workspace has such a key; ended twice it ended once. */
export async function endApiKey(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: ApiKeyId,
  line: { at: number; by: Doer },
): Promise<boolean> {
  const known = await db
    .prepare('select name from api_keys where workspace_id = ? and id = ?')
    .bind(workspaceId, id)
    .first<{ name: string }>();
  if (known === null) return false;
  await db.batch([
    db
      .prepare('update api_keys set ended_at = ? where workspace_id = ? and id = ? and ended_at is null')
      .bind(line.at, workspaceId, id),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `api-key/${id}/ended`,
      deed: 'api_key.ended',
      about: known.name,
      detail: '',
    }),
  ]);
  return true;
}

const HOUR_MS = 3_600_000;

/** Whose key this is, by its secret; null is one that is not, not any more, or over. When it was used is kept to the hour: a write per call would cost more than the call. */
export async function apiKeyBy(
  db: D1Database,
  secret: string,
  now: number,
): Promise<{ workspaceId: WorkspaceId; id: ApiKeyId; name: string; scopes: Scope[] } | null> {
  const row = await db
    .prepare(
      `select workspace_id, id, name, scopes, used_at from api_keys
       where hash = ?1 and ended_at is null and (expires_at is null or expires_at > ?2)`,
    )
    .bind(await hashOf(secret), now)
    .first<Pick<Row, 'id' | 'name' | 'scopes' | 'used_at'> & { workspace_id: WorkspaceId }>();
  if (row === null) return null;
  const hour = now - (now % HOUR_MS);
  if ((row.used_at ?? 0) < hour)
    await db
      .prepare('update api_keys set used_at = ? where workspace_id = ? and id = ?')
      .bind(hour, row.workspace_id, row.id)
      .run();
  return {
    workspaceId: row.workspace_id,
    id: row.id,
    name: row.name,
    scopes: parseColumn(scopes, row.scopes, 'api_keys.scopes'),
  };
}

/** A secret of 256 random bits needs no slow hash, and is found by its hash: nothing about it is compared letter by letter. */
async function hashOf(secret: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(secret)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
