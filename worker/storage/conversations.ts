import type { ConversationStatus } from '#domain/conversation/conversation.ts';
import type { ConversationId, EpochMs, RecordingId, VisitorId, WorkspaceId } from '#domain/ids.ts';

export type ConversationRow = {
  id: ConversationId;
  number: number;
  visitorId: VisitorId;
  recordingId: RecordingId;
  status: ConversationStatus;
  subject: string;
  createdAt: EpochMs;
};

type Row = {
  id: string;
  number: number;
  visitor_id: string;
  recording_id: string;
  status: string;
  subject: string;
  created_at: number;
};

const COLUMNS = 'id, number, visitor_id, recording_id, status, subject, created_at';

const toConversation = (row: Row): ConversationRow => ({
  id: row.id as ConversationId,
  number: row.number,
  visitorId: row.visitor_id as VisitorId,
  recordingId: row.recording_id as RecordingId,
  status: row.status as ConversationStatus,
  subject: row.subject,
  createdAt: row.created_at,
});

/** The latest conversations that are not over, `limit` of them. */
export async function conversationsNotOver(
  db: D1Database,
  workspaceId: WorkspaceId,
  limit: number,
): Promise<{ ids: ConversationId[]; count: number }> {
  const { results } = await db
    .prepare(
      // By name: other indexes begin with the workspace too, and would be read through everything that is over.
      `select id, count(*) over () as count from conversations indexed by one_live_conversation
       where workspace_id = ? and status <> 'resolved' order by updated_at desc limit ?`,
    )
    .bind(workspaceId, limit)
    .all<{ id: ConversationId; count: number }>();
  return { ids: results.map(({ id }) => id), count: results[0]?.count ?? 0 };
}

export async function conversationById(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: ConversationId,
): Promise<ConversationRow | null> {
  const row = await db
    .prepare(`select ${COLUMNS} from conversations where workspace_id = ? and id = ?`)
    .bind(workspaceId, id)
    .first<Row>();
  return row === null ? null : toConversation(row);
}

export async function conversationByRecording(
  db: D1Database,
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
): Promise<ConversationRow | null> {
  const row = await db
    .prepare(`select ${COLUMNS} from conversations where workspace_id = ? and recording_id = ?`)
    .bind(workspaceId, recordingId)
    .first<Row>();
  return row === null ? null : toConversation(row);
}

/** The visitor's newest conversation, resolved or not. */
export async function latestConversation(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
): Promise<ConversationRow | null> {
  const row = await db
    .prepare(
      `select ${COLUMNS} from conversations where workspace_id = ? and visitor_id = ? order by created_at desc limit 1`,
    )
    .bind(workspaceId, visitorId)
    .first<Row>();
  return row === null ? null : toConversation(row);
}

/** The one that the visitor had last before `than` began; null when that is their first. */
export async function conversationBefore(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
  than: { id: ConversationId; startedAt: EpochMs },
): Promise<{ id: ConversationId; startedAt: EpochMs } | null> {
  return db
    .prepare(
      `select id, created_at as startedAt from conversations where workspace_id = ? and visitor_id = ? and created_at <= ? and id <> ?
       order by created_at desc limit 1`,
    )
    .bind(workspaceId, visitorId, than.startedAt, than.id)
    .first<{ id: ConversationId; startedAt: EpochMs }>();
}

/**
 * The visitor's live conversation, made when there is none. Two tabs that ask at once get the same one (a unique index says so),
 * and so does a repeated request. Throws when the row can be neither made nor found, which is a fault.
 */
export async function openConversation(
  db: D1Database,
  workspaceId: WorkspaceId,
  fresh: { id: ConversationId; visitorId: VisitorId; clientId: string; recordingId: RecordingId; at: EpochMs },
): Promise<ConversationRow> {
  const [, , found] = await db.batch<Row>([
    db.prepare('update workspaces set next_number = next_number + 1 where id = ?').bind(workspaceId),
    db
      .prepare(
        `insert into conversations (workspace_id, id, number, visitor_id, client_id, recording_id, status, subject, created_at, updated_at)
         select w.id, ?2, w.next_number - 1, ?3, ?4, ?5, 'open', '', ?6, ?6 from workspaces w where w.id = ?1
         on conflict do nothing`,
      )
      .bind(workspaceId, fresh.id, fresh.visitorId, fresh.clientId, fresh.recordingId, fresh.at),
    db
      .prepare(
        `select ${COLUMNS} from conversations where workspace_id = ? and visitor_id = ?
         order by client_id = ? desc, status <> 'resolved' desc, created_at desc limit 1`,
      )
      .bind(workspaceId, fresh.visitorId, fresh.clientId),
  ]);
  const row = found?.results[0];
  if (row === undefined) throw new Error('a conversation was neither made nor found');
  return toConversation(row);
}

/** Earlier conversations of the same visitor, newest first. */
export async function previousConversations(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
  except: ConversationId,
): Promise<{ id: ConversationId; at: EpochMs; subject: string; outcome: string }[]> {
  const { results } = await db
    .prepare(
      `select id, created_at as at, subject, case when outcome = '' then status else outcome end as outcome from conversations
       where workspace_id = ? and visitor_id = ? and id <> ? and subject <> '' order by created_at desc limit 10`,
    )
    .bind(workspaceId, visitorId, except)
    .all<{ id: ConversationId; at: number; subject: string; outcome: string }>();
  return results;
}

/** Mirrors what the object decided. `at` orders deliveries: a late one never undoes a newer one. */
export const updateConversation = (
  db: D1Database,
  workspaceId: WorkspaceId,
  id: ConversationId,
  row: { status: ConversationStatus; subject: string | null; outcome: string | null; at: EpochMs },
): D1PreparedStatement =>
  db
    .prepare(
      `update or ignore conversations set status = ?3, subject = case when subject = '' and ?4 is not null then ?4 else subject end,
         outcome = coalesce(?5, outcome), updated_at = ?6 where workspace_id = ?1 and id = ?2 and updated_at <= ?6`,
    )
    .bind(workspaceId, id, row.status, row.subject, row.outcome, row.at);
