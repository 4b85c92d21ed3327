import type { IncidentId, WorkspaceId } from '#domain/ids.ts';
import type { Window } from '#domain/metrics/window.ts';
import type { Incident } from '#domain/queue/incident.ts';

export type EndedIncident = Incident & { endedAt: number; endedBy: string };

/** So many that have ended are shown; all are kept. */
const ENDED_SHOWN = 20;

const COLUMNS = 'id, title, area, started_at as startedAt, started_by as by';

/** What runs and what has ended lately, newest first. */
export async function incidentsOf(
  db: D1Database,
  workspaceId: WorkspaceId,
): Promise<{ running: Incident[]; ended: EndedIncident[] }> {
  const [running, ended] = await db.batch([
    db
      .prepare(
        `select ${COLUMNS} from incidents where workspace_id = ? and ended_at is null order by started_at desc, id`,
      )
      .bind(workspaceId),
    db
      .prepare(
        `select ${COLUMNS}, ended_at as endedAt, ended_by as endedBy from incidents
         where workspace_id = ? and ended_at is not null order by ended_at desc, id limit ${ENDED_SHOWN}`,
      )
      .bind(workspaceId),
  ]);
  return { running: (running?.results ?? []) as Incident[], ended: (ended?.results ?? []) as EndedIncident[] };
}

/** At most so many of a window are told. */
const DURING_LIMIT = 1000;

/** What ran at some time in `[from, to)`, oldest first; `endedAt` is null while it still runs. */
export async function incidentsDuring(
  db: D1Database,
  workspaceId: WorkspaceId,
  { from, to }: Window,
): Promise<(Incident & { endedAt: number | null })[]> {
  const { results } = await db
    .prepare(
      `select ${COLUMNS}, ended_at as endedAt from incidents
       where workspace_id = ?1 and started_at < ?3 and coalesce(ended_at, ?3) > ?2 order by started_at, id limit ${DURING_LIMIT}`,
    )
    .bind(workspaceId, from, to)
    .all<Incident & { endedAt: number | null }>();
  return results;
}

/** Writes that it began; a repeated one changes nothing. */
export async function startIncident(db: D1Database, workspaceId: WorkspaceId, incident: Incident): Promise<void> {
  await db
    .prepare(
      `insert into incidents (workspace_id, id, title, area, started_at, started_by) values (?, ?, ?, ?, ?, ?)
       on conflict (workspace_id, id) do nothing`,
    )
    .bind(workspaceId, incident.id, incident.title, incident.area, incident.startedAt, incident.by)
    .run();
}

/** Writes that it is over; resolves to whether there is such an incident. The first to end it did. */
export async function endIncident(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: IncidentId,
  { at, by }: { at: number; by: string },
): Promise<boolean> {
  const [, known] = await db.batch([
    db
      .prepare('update incidents set ended_at = ?, ended_by = ? where workspace_id = ? and id = ? and ended_at is null')
      .bind(at, by, workspaceId, id),
    db.prepare('select 1 from incidents where workspace_id = ? and id = ?').bind(workspaceId, id),
  ]);
  return (known?.results.length ?? 0) > 0;
}
