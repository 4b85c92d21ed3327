import type { EpochMs, RecordingId, WorkspaceId } from '#domain/ids.ts';
import { HIDDEN_KINDS, type HiddenCounts, type RedactionReceipt, receiptOf } from '#domain/redaction/receipt.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';

/** All bytes of one recording. */
export const recordingPrefix = (workspaceId: WorkspaceId, recordingId: RecordingId): string =>
  `${workspaceId}/${recordingId}/`;

/** Where a segment lives in R2. The workspace comes first, so that one prefix is one customer. */
export const segmentKey = (workspaceId: WorkspaceId, recordingId: RecordingId, tab: string, n: number): string =>
  `${workspaceId}/${recordingId}/${tab}/${String(n).padStart(6, '0')}.json.gz`;

/** Beside the segments, so that what deletes one recording's prefix leaves nothing. */
export const keyframeKey = (workspaceId: WorkspaceId, recordingId: RecordingId, tab: string, n: number): string =>
  `${workspaceId}/${recordingId}/${tab}/keyframes/${String(n).padStart(6, '0')}.json.gz`;

export async function hasSegment(
  db: D1Database,
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
  tab: string,
  n: number,
): Promise<boolean> {
  const row = await db
    .prepare('select 1 from recording_segments where workspace_id = ? and recording_id = ? and tab = ? and n = ?')
    .bind(workspaceId, recordingId, tab, n)
    .first();
  return row !== null;
}

/** The index row is written after the object in R2: a row without an object would be a hole in a replay [O4]. */
export async function indexSegment(
  db: D1Database,
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
  segment: SegmentRef,
  { ruleSet, hidden, storedAt }: { ruleSet: string; hidden: HiddenCounts; storedAt: EpochMs },
): Promise<void> {
  await db
    .prepare(
      `insert into recording_segments (workspace_id, recording_id, tab, n, r2_key, from_at, to_at, events, bytes, rule_set, hidden, stored_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    )
    .bind(
      workspaceId,
      recordingId,
      segment.tab,
      segment.n,
      segmentKey(workspaceId, recordingId, segment.tab, segment.n),
      segment.fromAt,
      segment.toAt,
      segment.events,
      segment.bytes,
      ruleSet,
      JSON.stringify(hidden),
      storedAt,
    )
    .run();
}

/** All segments of a recording, oldest first. */
export async function segmentsOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
): Promise<SegmentRef[]> {
  const { results } = await db
    .prepare(
      `select tab, n, from_at as fromAt, to_at as toAt, events, bytes from recording_segments
       where workspace_id = ? and recording_id = ? order by from_at, tab, n`,
    )
    .bind(workspaceId, recordingId)
    .all<SegmentRef>();
  return results;
}

/** What is not in a recording, and by which rules. Segments from before there were receipts have none. */
export async function receiptOfRecording(
  db: D1Database,
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
): Promise<RedactionReceipt> {
  const { results } = await db
    .prepare(
      `select rule_set as ruleSet, hidden from recording_segments where workspace_id = ? and recording_id = ? and rule_set <> ''`,
    )
    .bind(workspaceId, recordingId)
    .all<{ ruleSet: string; hidden: string }>();
  return receiptOf(results.map(({ ruleSet, hidden }) => ({ ruleSet, hidden: readCounts(hidden) })));
}

function readCounts(json: string): HiddenCounts {
  const value = JSON.parse(json) as Record<string, unknown>;
  return Object.fromEntries(
    HIDDEN_KINDS.flatMap((kind) => (typeof value[kind] === 'number' ? [[kind, value[kind]]] : [])),
  );
}
