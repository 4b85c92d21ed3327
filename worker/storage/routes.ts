import { z } from 'zod';
import type { WorkspaceId } from '#domain/ids.ts';
import { DEFAULT_ROUTES, type Routes } from '#domain/routing/choose-queue.ts';
import type { PastHandover } from '#domain/routing/routes-preview.ts';
import { settingsChanged } from '#protocol/queue-settings.ts';
import { insertAuditIfChanged } from './audit.ts';
import { parseColumn } from './json.ts';
import { type SettingsChanged, storedRoutes } from './workspaces.ts';

export type RoutesInForce = { revision: number; changed: SettingsChanged | null; routes: Routes };

const stored = z.object({
  routes: storedRoutes.default(DEFAULT_ROUTES),
  routesRevision: z.number().int().default(0),
  routesChanged: settingsChanged.nullable().default(null),
});

/** By which a workspace sends work, and who said so. */
export async function routesInForce(db: D1Database, workspaceId: WorkspaceId): Promise<RoutesInForce> {
  const row = await db
    .prepare('select settings from workspaces where id = ?')
    .bind(workspaceId)
    .first<{ settings: string }>();
  const { routes, routesRevision, routesChanged } = parseColumn(stored, row?.settings, 'workspaces.settings');
  return { revision: routesRevision, changed: routesChanged, routes };
}

/** [Q14] Writes the routes as the next revision, with their line in the log, if `from` is still the one in force; resolves to whether it was. */
export async function saveRoutes(
  db: D1Database,
  workspaceId: WorkspaceId,
  routes: Routes,
  { from, changed, detail }: { from: number; changed: SettingsChanged; detail: string },
): Promise<boolean> {
  const [saved] = await db.batch([
    db
      .prepare(
        `update workspaces set settings = json_set(settings, '$.routes', json(?1), '$.routesRevision', ?2 + 1, '$.routesChanged', json(?3))
         where id = ?4 and coalesce(json_extract(settings, '$.routesRevision'), 0) = ?2`,
      )
      .bind(JSON.stringify(routes), from, JSON.stringify(changed), workspaceId),
    insertAuditIfChanged(db, workspaceId, {
      id: `routes/${from + 1}`,
      at: changed.at,
      by: { id: changed.by, name: changed.name },
      deed: 'routes.changed',
      about: 'Routes',
      detail,
    }),
  ]);
  return (saved?.meta.changes ?? 0) > 0;
}

/** The last hand-overs of the assistant, newest first. */
export async function pastHandovers(db: D1Database, workspaceId: WorkspaceId, limit: number): Promise<PastHandover[]> {
  const { results } = await db
    .prepare(
      `select e.body ->> 'queue' as queue, e.body ->> 'topic' as topic, e.body ->> 'area' as area,
         b.body ->> '$.routing.value.because[0]' as because
       from events e left join bundles b on b.workspace_id = e.workspace_id and b.escalation_id = e.body ->> 'escalationId' and b.hop = 1
       where e.workspace_id = ?1 and e.type = 'escalation.created' order by e.at desc limit ?2`,
    )
    .bind(workspaceId, limit)
    .all<PastHandover>();
  return results;
}

/** Product areas that articles are about; what the assistant reads as a topic is one of them. */
export async function articleAreas(db: D1Database, workspaceId: WorkspaceId): Promise<string[]> {
  const { results } = await db
    .prepare('select distinct area from articles where workspace_id = ? order by area')
    .bind(workspaceId)
    .all<{ area: string }>();
  return results.map(({ area }) => area);
}
