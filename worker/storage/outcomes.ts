import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { ConversationId, EpochMs, WorkspaceId } from '#domain/ids.ts';
import { type ConversationFacts, conversationFacts } from '#domain/metrics/facts.ts';
import { slicesOf, type Window } from '#domain/metrics/window.ts';
import { type EventRow, parseEventRows } from './outcome-event.ts';

/** One outcome event; `id` is the outbox row's key, so delivering it twice is one row. */
export const insertEvent = (
  db: D1Database,
  workspaceId: WorkspaceId,
  row: { id: string; conversationId: ConversationId; at: EpochMs; event: OutcomeEvent },
): D1PreparedStatement =>
  db
    .prepare(
      'insert into events (workspace_id, id, conversation_id, type, at, body) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
    )
    .bind(workspaceId, row.id, row.conversationId, row.event.type, row.at, JSON.stringify(row.event));

export const insertBundle = (db: D1Database, workspaceId: WorkspaceId, bundle: ContextBundle): D1PreparedStatement =>
  db
    .prepare(
      `insert into bundles (workspace_id, escalation_id, hop, conversation_id, body, created_at) values (?, ?, ?, ?, ?, ?)
       on conflict do nothing`,
    )
    .bind(
      workspaceId,
      bundle.escalationId,
      bundle.hop,
      bundle.conversationId,
      JSON.stringify(bundle),
      bundle.assembledAt,
    );

/** A cohort is read in parts of so many days: a busy year does not fit into the memory of one isolate. */
const SLICE_DAYS = 14;

/** What became of every conversation that began in the window, as the metrics see it; in order of their beginning. */
export async function cohortFacts(
  db: D1Database,
  workspaceId: WorkspaceId,
  window: Window,
): Promise<ConversationFacts[]> {
  const facts: ConversationFacts[] = [];
  for (const { from, to } of slicesOf(window, SLICE_DAYS)) {
    const { events, unreadable } = parseEventRows(await eventsOfCohort(db, workspaceId, from, to));
    if (unreadable > 0) console.warn(JSON.stringify({ at: 'metrics', workspaceId, from, to, unreadable }));
    for (const one of conversationFacts(events)) facts.push(one);
  }
  return facts;
}

/** Events of every conversation that began in the window, and what followed from them later; in no particular order. */
export async function eventsOfCohort(
  db: D1Database,
  workspaceId: WorkspaceId,
  from: EpochMs,
  to: EpochMs,
): Promise<EventRow[]> {
  const { results } = await db
    .prepare(
      `select e.conversation_id as conversationId, e.type, e.at, e.body from events s
       join events e on e.workspace_id = s.workspace_id and e.conversation_id = s.conversation_id
       where s.workspace_id = ? and s.type = 'conversation.started' and s.at >= ? and s.at < ?`,
    )
    .bind(workspaceId, from, to)
    .all<EventRow>();
  return results;
}
