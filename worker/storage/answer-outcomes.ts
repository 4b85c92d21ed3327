import { z } from 'zod';
import { NO_OUTCOMES, type OutcomeMaps } from '#domain/confidence/outcome-map.ts';
import type { EpochMs, WorkspaceId } from '#domain/ids.ts';
import type { CohortEvent } from '#domain/metrics/facts.ts';
import { parseColumn } from './json.ts';
import { type EventRow, parseEventRows } from './outcome-event.ts';

const DAY_MS = 86_400_000;
/** What answers were worth a quarter ago says little of today's articles. */
export const OUTCOME_DAYS = 90;
/** Of events, the latest; some two thousand answers. */
const MAX_EVENTS = 10_000;
/** How often maps are made anew, where there is something new. */
const MAPS_EVERY_MS = 60 * 60_000;

/** As the index names them, so that it is used. */
const OF_ANSWERS = "type in ('answer.sent', 'answer.withheld', 'answer.failed', 'escalation.created')";

const platt = z.object({ slope: z.number().min(0), offset: z.number() });
const storedMaps = z.object({
  all: platt,
  groups: z.record(z.string(), platt),
  outcomes: z.number().int(),
}) satisfies z.ZodType<OutcomeMaps>;

/** What was tried and what came of it in the last 90 days, the latest 10,000; in no particular order. */
export async function answerEvents(db: D1Database, workspaceId: WorkspaceId, now: EpochMs): Promise<CohortEvent[]> {
  const { results } = await db
    .prepare(
      `select conversation_id as conversationId, type, at, body from events
       where workspace_id = ?1 and at >= ?2 and ${OF_ANSWERS} order by at desc limit ${MAX_EVENTS}`,
    )
    .bind(workspaceId, now - OUTCOME_DAYS * DAY_MS)
    .all<EventRow>();
  return parseEventRows(results).events;
}

/** The maps that confidence goes through; without any, the ones that change nothing. */
export async function outcomeMapsOf(db: D1Database, workspaceId: WorkspaceId): Promise<OutcomeMaps> {
  const row = await db
    .prepare('select body from outcome_maps where workspace_id = ?')
    .bind(workspaceId)
    .first<{ body: string }>();
  return row === null ? NO_OUTCOMES : parseColumn(storedMaps, row.body, 'outcome_maps.body');
}

export async function keepOutcomeMaps(
  db: D1Database,
  workspaceId: WorkspaceId,
  maps: OutcomeMaps,
  at: EpochMs,
): Promise<void> {
  await db
    .prepare(
      `insert into outcome_maps (workspace_id, body, made_at) values (?1, ?2, ?3)
       on conflict do update set body = excluded.body, made_at = excluded.made_at where excluded.made_at > made_at`,
    )
    .bind(workspaceId, JSON.stringify(maps), at)
    .run();
}

/** Workspaces that something happened in since their maps were made, an hour ago at least; some of them. */
export async function workspacesWithOutcomes(db: D1Database, now: EpochMs, limit: number): Promise<WorkspaceId[]> {
  const { results } = await db
    .prepare(
      `select w.id from workspaces w left join outcome_maps m on m.workspace_id = w.id
       where coalesce(m.made_at, 0) < ?1 and exists (
         select 1 from events where workspace_id = w.id and at > coalesce(m.made_at, 0) and ${OF_ANSWERS})
       order by coalesce(m.made_at, 0) limit ?2`,
    )
    .bind(now - MAPS_EVERY_MS, limit)
    .all<{ id: WorkspaceId }>();
  return results.map(({ id }) => id);
}
