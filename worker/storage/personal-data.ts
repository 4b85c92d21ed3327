import type { ConversationId, EpochMs, RecordingId, VisitorId, WorkspaceId } from '#domain/ids.ts';
import type { Counts } from '#domain/privacy/data-map.ts';
import type { PersonFound } from '#protocol/privacy-jobs.ts';
import { newId } from './ids.ts';
import { unlearnAliases } from './learned-aliases.ts';

/** Ids travel as one JSON list: a person may have more conversations than a statement takes parameters. */
const OF_CONVERSATIONS = 'workspace_id = ?1 and conversation_id in (select value from json_each(?2))';
const OF_RECORDINGS = 'workspace_id = ?1 and recording_id in (select value from json_each(?2))';

/** [Y4] Tables that lose the rows of a conversation, and their texts that are written over before. */
const BY_CONVERSATION: Record<string, string[]> = {
  bundles: ['body'],
  evaluations: ['facts', 'decision'],
  intent_labels: ['text'],
  learned_aliases: ['alias'],
};

/** What a job goes through: all conversations, and what was recorded in them, but those of whoever came back after `by`. */
export async function conversationsOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
  by: EpochMs,
): Promise<{ id: ConversationId; recordingId: RecordingId }[]> {
  const { results } = await db
    .prepare(
      `select id, recording_id as recordingId from conversations where workspace_id = ?1 and visitor_id = ?2 and created_at < coalesce(
         (select first_seen_at from visitors where workspace_id = ?1 and id = ?2 and first_seen_at > ?3), 9e15)
       order by created_at, id`,
    )
    .bind(workspaceId, visitorId, by)
    .all<{ id: ConversationId; recordingId: RecordingId }>();
  return results;
}

/** [Y1] How many rows are there of each kind. A visitor who came back after `by` is somebody else. */
export async function countPersonal(
  db: D1Database,
  workspaceId: WorkspaceId,
  of: {
    visitorId: VisitorId;
    by: EpochMs;
    conversations: readonly ConversationId[];
    recordings: readonly RecordingId[];
  },
): Promise<Counts> {
  const conversations = JSON.stringify(of.conversations);
  const recordings = JSON.stringify(of.recordings);
  const count = (table: string, where: string, about: string) =>
    db.prepare(`select '${table}' as name, count(*) as n from ${table} where ${where}`).bind(workspaceId, about);
  const answers = await db.batch<{ name: string; n: number }>([
    db
      .prepare(
        "select 'visitors' as name, count(*) as n from visitors where workspace_id = ? and id = ? and first_seen_at <= ?",
      )
      .bind(workspaceId, of.visitorId, of.by),
    count('conversations', 'workspace_id = ?1 and id in (select value from json_each(?2))', conversations),
    ...[...Object.keys(BY_CONVERSATION), 'events'].map((table) => count(table, OF_CONVERSATIONS, conversations)),
    ...['recording_segments', 'recording_keyframes'].map((table) => count(table, OF_RECORDINGS, recordings)),
  ]);
  return Object.fromEntries(answers.flatMap(({ results }) => results.map(({ name, n }) => [name, n])));
}

/** [Y5] From here on a visit that was given out before opens nothing. */
export async function eraseVisitor(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
  by: EpochMs,
): Promise<void> {
  const where = 'where workspace_id = ?1 and id = ?2 and first_seen_at <= ?3';
  await db.batch(
    [
      // The host's id by a number: no two may be alike, and blanks may be somebody's.
      `update visitors set ${['name', 'email', 'account', 'previous_account'].map(blanked).join(', ')},
         subject = case when subject is null then null else printf('%*d', length(cast(subject as blob)), rowid) end ${where}`,
      `delete from visitors ${where}`,
    ].map((sql) => db.prepare(sql).bind(workspaceId, visitorId, by)),
  );
}

/** [Y4] The rows of one conversation, with what was in them written over first. Once more is harmless. */
export async function eraseConversationRows(
  db: D1Database,
  workspaceId: WorkspaceId,
  id: ConversationId,
): Promise<void> {
  const bound = (sql: string) => db.prepare(sql).bind(workspaceId, id);
  const where = 'where workspace_id = ?1 and conversation_id = ?2';
  await db.batch([
    ...unlearnAliases(db, workspaceId, id),
    ...Object.entries(BY_CONVERSATION).flatMap(([table, columns]) => [
      bound(`update ${table} set ${columns.map(blanked).join(', ')} ${where}`),
      bound(`delete from ${table} ${where}`),
    ]),
    ...forgetWhose(db, workspaceId, id),
    bound(
      "update conversations set subject = printf('%*s', length(cast(subject as blob)), '') where workspace_id = ?1 and id = ?2",
    ),
    bound('delete from conversations where workspace_id = ?1 and id = ?2'),
  ]);
}

/** As long as it was: so the row is written in its own place. */
const blanked = (column: string) =>
  `${column} = case when ${column} is null then null else printf('%*s', length(cast(${column} as blob)), '') end`;

/**
 * [Y7] Events stay as numbers of nobody: under ids that are random and kept nowhere, without ticket number and page. They are append-only, so each is written anew and the
 * old one deleted; all in one transaction, so that none is counted twice.
 */
function forgetWhose(db: D1Database, workspaceId: WorkspaceId, id: ConversationId): D1PreparedStatement[] {
  const nobody = newId('conversation');
  // Which of the conversation's escalations it is, and no more.
  const nth = `(select count(distinct json_extract(o.body, '$.escalationId')) from events o
    where o.workspace_id = ?1 and o.conversation_id = ?2
      and json_extract(o.body, '$.escalationId') <= json_extract(events.body, '$.escalationId'))`;
  const without = `json_replace(body, '$.ticketNumber', '-', '$.area', null,
    '$.escalationId', 'esc_' || substr(?3, 5, 12) || ${nth})`;
  return [
    db
      .prepare(
        `insert into events (workspace_id, id, conversation_id, type, at, body)
         select workspace_id, ?3 || '/' || row_number() over (order by at, id), ?3, type, at, ${without}
         from events where workspace_id = ?1 and conversation_id = ?2`,
      )
      .bind(workspaceId, id, nobody),
    // [S28] Written anew they would be told anew, and what waits to be told of the old ones has nothing to tell.
    db
      .prepare(
        `delete from webhook_deliveries where workspace_id = ?1 and event_id in (
           select id from events where workspace_id = ?1 and conversation_id in (?2, ?3))`,
      )
      .bind(workspaceId, id, nobody),
    db.prepare('delete from events where workspace_id = ?1 and conversation_id = ?2').bind(workspaceId, id),
  ];
}

/** [Y6] Every row about the person, by table, as it is kept. */
export async function personalRows(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
  of: { id: ConversationId; recordingId: RecordingId }[],
): Promise<{ table: string; row: Record<string, unknown> }[]> {
  const conversations = JSON.stringify(of.map(({ id }) => id));
  const recordings = JSON.stringify(of.map(({ recordingId }) => recordingId));
  const asked: [string, string, string][] = [
    ['visitors', 'workspace_id = ?1 and id = ?2', visitorId],
    ['conversations', 'workspace_id = ?1 and id in (select value from json_each(?2))', conversations],
    ...[...Object.keys(BY_CONVERSATION), 'events'].map((table): [string, string, string] => [
      table,
      OF_CONVERSATIONS,
      conversations,
    ]),
    ...['recording_segments', 'recording_keyframes'].map((table): [string, string, string] => [
      table,
      OF_RECORDINGS,
      recordings,
    ]),
  ];
  const answers = await db.batch<Record<string, unknown>>(
    asked.map(([table, where, about]) => db.prepare(`select * from ${table} where ${where}`).bind(workspaceId, about)),
  );
  return answers.flatMap(({ results }, n) =>
    results.map((row) => ({ table: (asked[n] as (typeof asked)[number])[0], row })),
  );
}

/** Everybody who has, or ever had, a desk here: work may lie with whoever left. */
export async function agentsEver(db: D1Database, workspaceId: WorkspaceId): Promise<string[]> {
  const { results } = await db
    .prepare(
      `select agent_id as id from agent_profiles where workspace_id = ?1
       union select distinct json_extract(body, '$.agentId') from events
         where workspace_id = ?1 and type in ('escalation.assigned', 'escalation.agent_chosen') order by 1`,
    )
    .bind(workspaceId)
    .all<{ id: string | null }>();
  return results.flatMap(({ id }) => (id === null ? [] : [id]));
}

/** [Y8] Whether anything of before their erasure is there. */
export async function isBackAgain(
  db: D1Database,
  workspaceId: WorkspaceId,
  { visitorId, erasedAt }: { visitorId: VisitorId; erasedAt: EpochMs },
): Promise<boolean> {
  const row = await db
    .prepare(
      `select exists (select 1 from visitors where workspace_id = ?1 and id = ?2 and first_seen_at <= ?3)
         or exists (select 1 from conversations where workspace_id = ?1 and visitor_id = ?2 and created_at <= ?3) as back
       from workspaces where id = ?1`,
    )
    .bind(workspaceId, visitorId, erasedAt)
    .first<{ back: number }>();
  return row?.back === 1;
}

/** Whether anything is known of this visitor. */
export async function isKnown(db: D1Database, workspaceId: WorkspaceId, visitorId: VisitorId): Promise<boolean> {
  const row = await db
    .prepare(
      `select exists (select 1 from visitors where workspace_id = ?1 and id = ?2)
         or exists (select 1 from conversations where workspace_id = ?1 and visitor_id = ?2) as known`,
    )
    .bind(workspaceId, visitorId)
    .first<{ known: number }>();
  return row?.known === 1;
}

/** [Y9] Whose conversation it is, by its id or its number; null where there is none. */
export async function visitorOfConversation(
  db: D1Database,
  workspaceId: WorkspaceId,
  { conversationId, number }: { conversationId?: ConversationId | undefined; number?: number | undefined },
): Promise<VisitorId | null> {
  const row = await db
    .prepare(
      `select visitor_id as id from conversations where workspace_id = ?1 and (id = ?2 or number = ?3) order by created_at desc limit 1`,
    )
    .bind(workspaceId, conversationId ?? null, number ?? null)
    .first<{ id: VisitorId }>();
  return row?.id ?? null;
}

/** [Y9] Enough of a visitor to see that it is the right one; null where nothing is known of them. */
export async function personOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  visitorId: VisitorId,
): Promise<PersonFound | null> {
  const [visitors, talks] = await db.batch([
    db
      .prepare(
        'select subject, name, email, last_seen_at as lastSeenAt from visitors where workspace_id = ? and id = ?',
      )
      .bind(workspaceId, visitorId),
    db
      .prepare(
        `select count(*) as conversations, coalesce(sum(status <> 'resolved'), 0) as live from conversations
         where workspace_id = ? and visitor_id = ?`,
      )
      .bind(workspaceId, visitorId),
  ]);
  const known = visitors?.results[0] as Pick<PersonFound, 'subject' | 'name' | 'email' | 'lastSeenAt'> | undefined;
  const counted = talks?.results[0] as Pick<PersonFound, 'conversations' | 'live'>;
  if (known === undefined && counted.conversations === 0) return null;
  return { visitorId, ...(known ?? { subject: null, name: null, email: null, lastSeenAt: null }), ...counted };
}
