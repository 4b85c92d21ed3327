import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { ConversationId, EpochMs, WorkspaceId } from '#domain/ids.ts';

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

/** Events of every conversation that began in the window, and what followed from them later. */
export async function eventsOfCohort(
  db: D1Database,
  workspaceId: WorkspaceId,
  from: EpochMs,
  to: EpochMs,
): Promise<{ conversationId: ConversationId; type: string; at: EpochMs; body: string }[]> {
  const { results } = await db
    .prepare(
      `select e.conversation_id as conversationId, e.type, e.at, e.body from events s
       join events e on e.workspace_id = s.workspace_id and e.conversation_id = s.conversation_id
       where s.workspace_id = ? and s.type = 'conversation.started' and s.at >= ? and s.at < ? order by e.at, e.id`,
    )
    .bind(workspaceId, from, to)
    .all<{ conversationId: ConversationId; type: string; at: number; body: string }>();
  return results;
}
