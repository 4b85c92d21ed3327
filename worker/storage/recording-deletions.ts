import type { ConversationId, EpochMs, RecordingId, WorkspaceId } from '#domain/ids.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { recordingPrefix } from './recordings.ts';

/** Who wanted it gone: the visitor, an agent, or the workspace's own time limit. */
export type DeletionCause = { because: 'visitor' } | { because: 'agent'; by: Doer } | { because: 'retention' };

/** [X14] From here on nothing is taken in for this recording. Asked for again, the first one counts. */
export async function markDeleted(
  db: D1Database,
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
  cause: DeletionCause,
  at: EpochMs,
): Promise<void> {
  const by = cause.because === 'agent' ? cause.by : null;
  await db
    .prepare(
      `insert into recording_deletions (workspace_id, recording_id, because, by_id, by_name, asked_at, done_at)
       values (?, ?, ?, ?, ?, ?, null) on conflict do nothing`,
    )
    .bind(workspaceId, recordingId, cause.because, by?.id ?? null, by?.name ?? null, at)
    .run();
}

export async function isDeleted(db: D1Database, workspaceId: WorkspaceId, recordingId: RecordingId): Promise<boolean> {
  const row = await db
    .prepare('select 1 from recording_deletions where workspace_id = ? and recording_id = ?')
    .bind(workspaceId, recordingId)
    .first();
  return row !== null;
}

/** R2 gives up to 1,000 names at a time, and takes as many to delete. */
const AT_ONCE = 1000;

/**
 * [X14] Deletes all bytes of a recording that is marked, then its rows. The bytes first: without a row nobody would know of them. Once more is harmless; an upload
 * that was under way when the mark was set is found by the next run, because the mark is looked at again after its bytes were written.
 */
export async function eraseRecording(
  stores: { DB: D1Database; REPLAYS: R2Bucket },
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
  at: EpochMs,
): Promise<void> {
  const prefix = recordingPrefix(workspaceId, recordingId);
  for (;;) {
    const { objects } = await stores.REPLAYS.list({ prefix, limit: AT_ONCE });
    if (objects.length === 0) break;
    await stores.REPLAYS.delete(objects.map(({ key }) => key));
  }
  const bound = [workspaceId, recordingId] as const;
  await stores.DB.batch([
    stores.DB.prepare('delete from recording_segments where workspace_id = ? and recording_id = ?').bind(...bound),
    stores.DB.prepare('delete from recording_keyframes where workspace_id = ? and recording_id = ?').bind(...bound),
    stores.DB.prepare(
      'update recording_deletions set done_at = ?3 where workspace_id = ?1 and recording_id = ?2 and done_at is null',
    ).bind(...bound, at),
  ]);
}

export type DueRecording = { workspaceId: WorkspaceId; recordingId: RecordingId; conversationId: ConversationId };

/** Marked, and not yet known to be gone; the oldest first. */
export async function deletionsUnderWay(db: D1Database, limit: number): Promise<DueRecording[]> {
  const { results } = await db
    .prepare(
      `select d.workspace_id as workspaceId, d.recording_id as recordingId, c.id as conversationId
       from recording_deletions d join conversations c on c.workspace_id = d.workspace_id and c.recording_id = d.recording_id
       where d.done_at is null order by d.asked_at limit ?`,
    )
    .bind(limit)
    .all<DueRecording>();
  return results;
}

/** [X14] Recordings of one workspace of which nothing was stored since `before`, of conversations that are over. */
export async function recordingsPast(
  db: D1Database,
  workspaceId: WorkspaceId,
  before: EpochMs,
  limit: number,
): Promise<RecordingId[]> {
  const { results } = await db
    .prepare(
      `select s.recording_id as id from recording_segments s
       join conversations c on c.workspace_id = s.workspace_id and c.recording_id = s.recording_id
       where s.workspace_id = ?1 and s.stored_at < ?2 and c.status = 'resolved'
         and not exists (select 1 from recording_segments later
           where later.workspace_id = ?1 and later.recording_id = s.recording_id and later.stored_at >= ?2)
       group by s.recording_id limit ?3`,
    )
    .bind(workspaceId, before, limit)
    .all<{ id: RecordingId }>();
  return results.map(({ id }) => id);
}
