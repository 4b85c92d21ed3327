import { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { settingsChanged } from '#protocol/queue-settings.ts';
import { insertAuditIfChanged } from './audit.ts';
import { randomText } from './ids.ts';
import { parseColumn } from './json.ts';
import { type MasterKeys, seal } from './sealed.ts';
import { DEFAULT_AI_TOKENS_PER_DAY, type SettingsChanged } from './workspaces.ts';

/** A host rotates by having two: the new one signs while tokens of the old one are still about. */
export const MAX_LIVE_KEYS = 2;

export type SigningKeyEntry = { kid: string; createdAt: number; createdBy: string | null };
export type WorkspaceInForce = {
  revision: number;
  changed: SettingsChanged | null;
  name: string;
  allowedOrigins: string[];
  aiTokensPerDay: number | null;
  publicKey: string;
  keys: SigningKeyEntry[];
};

const stored = z.object({
  workspaceRevision: z.number().int().default(0),
  workspaceChanged: settingsChanged.nullable().default(null),
  aiTokensPerDay: z.number().int().nullable().default(DEFAULT_AI_TOKENS_PER_DAY),
});

/** The workspace as its admins see it; null where there is none. Secrets are not read. */
export async function workspaceInForce(db: D1Database, workspaceId: WorkspaceId): Promise<WorkspaceInForce | null> {
  const [rows, keys] = await db.batch<Record<string, unknown>>([
    db.prepare('select name, public_key, allowed_origins, settings from workspaces where id = ?').bind(workspaceId),
    db
      .prepare(
        `select kid, created_at as createdAt, created_by as createdBy from signing_keys
         where workspace_id = ? and ended_at is null order by created_at, kid`,
      )
      .bind(workspaceId),
  ]);
  const row = rows?.results[0] as
    | { name: string; public_key: string; allowed_origins: string; settings: string }
    | undefined;
  if (row === undefined) return null;
  const { workspaceRevision, workspaceChanged, aiTokensPerDay } = parseColumn(
    stored,
    row.settings,
    'workspaces.settings',
  );
  return {
    revision: workspaceRevision,
    changed: workspaceChanged,
    name: row.name,
    allowedOrigins: parseColumn(z.array(z.string()), row.allowed_origins, 'workspaces.allowed_origins'),
    aiTokensPerDay,
    publicKey: row.public_key,
    keys: (keys?.results ?? []) as SigningKeyEntry[],
  };
}

/** [Q14] Writes name, origins and the day's tokens as the next revision, with their line in the log, if `from` is still the one in force; resolves to whether it was. */
export async function saveWorkspace(
  db: D1Database,
  workspaceId: WorkspaceId,
  { name, allowedOrigins, aiTokensPerDay }: Pick<WorkspaceInForce, 'name' | 'allowedOrigins' | 'aiTokensPerDay'>,
  { from, changed, detail }: { from: number; changed: SettingsChanged; detail: string },
): Promise<boolean> {
  const [saved] = await db.batch([
    db
      .prepare(
        `update workspaces set name = ?1, allowed_origins = ?2,
           settings = json_set(settings, '$.workspaceRevision', ?3 + 1, '$.workspaceChanged', json(?4), '$.aiTokensPerDay', json(?6))
         where id = ?5 and coalesce(json_extract(settings, '$.workspaceRevision'), 0) = ?3`,
      )
      .bind(
        name,
        JSON.stringify(allowedOrigins),
        from,
        JSON.stringify(changed),
        workspaceId,
        JSON.stringify(aiTokensPerDay),
      ),
    insertAuditIfChanged(db, workspaceId, {
      id: `workspace/${from + 1}`,
      at: changed.at,
      by: { id: changed.by, name: changed.name },
      deed: 'workspace.changed',
      about: name,
      detail,
    }),
    db.prepare('update organization set name = ? where id = ? and changes() > 0').bind(name, workspaceId),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}

/** [S11] [S26] Makes a key, kept sealed, with its line in the log, unless there are two; null then. One statement counts and writes: of two who make the last one, one is told. */
export async function makeSigningKey(
  db: D1Database,
  workspaceId: WorkspaceId,
  line: { at: number; by: Doer },
  masterKeys: MasterKeys,
): Promise<{ kid: string; secret: string; createdAt: number } | null> {
  const key = { kid: `key-${randomText(8)}`, secret: randomText(43), createdAt: line.at };
  const sealed = await seal(masterKeys, { workspaceId, kind: 'signing_key', id: key.kid }, key.secret);
  const [made] = await db.batch([
    db
      .prepare(
        `insert into signing_keys (workspace_id, kid, secret, created_at, created_by) select ?1, ?2, ?3, ?4, ?5
         where (select count(*) from signing_keys where workspace_id = ?1 and ended_at is null) < ${MAX_LIVE_KEYS}`,
      )
      .bind(workspaceId, key.kid, sealed, line.at, line.by.name),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `signing-key/${key.kid}/made`,
      deed: 'signing_key.made',
      about: key.kid,
      detail: '',
    }),
  ]);
  return (made?.meta.changes ?? 0) > 0 ? key : null;
}

/** [S11] Ends a key: its secret is gone, its id stays so that none is called that again. Resolves to whether the workspace has such a key; ended twice it ended once. */
export async function endSigningKey(
  db: D1Database,
  workspaceId: WorkspaceId,
  kid: string,
  line: { at: number; by: Doer },
): Promise<boolean> {
  const [, , known] = await db.batch<{ kid: string }>([
    db
      .prepare(
        `update signing_keys set ended_at = ?, secret = '' where workspace_id = ? and kid = ? and ended_at is null`,
      )
      .bind(line.at, workspaceId, kid),
    insertAuditIfChanged(db, workspaceId, {
      ...line,
      id: `signing-key/${kid}/ended`,
      deed: 'signing_key.ended',
      about: kid,
      detail: '',
    }),
    db.prepare('select kid from signing_keys where workspace_id = ? and kid = ?').bind(workspaceId, kid),
  ]);
  return (known?.results.length ?? 0) > 0;
}
