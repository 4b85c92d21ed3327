import type { WorkspaceId } from '#domain/ids.ts';
import type { AuditDeed, Author } from '#domain/queue/deed.ts';
import type { AuditAnswer, AuditEntry } from '#protocol/audit.ts';

/** A line of the log: who did what to what, when (epoch ms); `detail` is what changed, in words. */
export type AuditRow = { id: string; at: number; by: Author; deed: AuditDeed; about: string; detail: string };

const COLUMNS = 'insert into audit (workspace_id, id, at, by_id, by_name, deed, about, detail)';

const bound = (
  statement: D1PreparedStatement,
  workspaceId: WorkspaceId,
  { id, at, by, deed, about, detail }: AuditRow,
) => statement.bind(workspaceId, id, at, by.id, by.name, deed, about, detail);

/** Writes the line; delivered again it is the same one. */
export const insertAudit = (db: D1Database, workspaceId: WorkspaceId, row: AuditRow): D1PreparedStatement =>
  bound(db.prepare(`${COLUMNS} values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`), workspaceId, row);

/** For the statement right behind the change in one `db.batch`: writes the line if that changed a row. */
export const insertAuditIfChanged = (db: D1Database, workspaceId: WorkspaceId, row: AuditRow): D1PreparedStatement =>
  bound(
    db.prepare(`${COLUMNS} select ?, ?, ?, ?, ?, ?, ?, ? where changes() > 0 on conflict do nothing`),
    workspaceId,
    row,
  );

/** So many lines at once. */
const SHOWN = 100;

/**
 * The log, newest first, behind the line `before` (null is from the latest): what the audit table has, and what is kept where it belongs,
 * such as an incident and who said it.
 */
export async function auditOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  before: { at: number; id: string } | null,
): Promise<AuditAnswer> {
  const { results } = await db
    .prepare(
      `select * from (
         select id, at, by_name as by, deed, about, detail from audit where workspace_id = ?1
         union all
         select id || '/declared', started_at, started_by, 'incident.declared', title, coalesce('in ' || area, 'everywhere')
         from incidents where workspace_id = ?1
         union all
         select id || '/ended', ended_at, ended_by, 'incident.ended', title, '' from incidents
         where workspace_id = ?1 and ended_at is not null
         union all
         select 'promises/' || p.version, p.created_at, coalesce(u.name, 'API key ' || k.name, 'somebody who has left'), 'promises.changed', 'Promises', 'version ' || p.version
         from sla_policies p left join user u on u.id = p.author
         left join api_keys k on k.workspace_id = p.workspace_id and k.id = p.author where p.workspace_id = ?1 and p.author <> 'seed'
       ) where at < ?2 or (at = ?2 and id > ?3) order by at desc, id limit ${SHOWN + 1}`,
    )
    .bind(workspaceId, before?.at ?? Number.MAX_SAFE_INTEGER, before?.id ?? '')
    .all<AuditEntry>();
  return { entries: results.slice(0, SHOWN), more: results.length > SHOWN };
}
