import { gunzipSync, gzipSync } from 'node:zlib';
import type { RecordingId, WorkspaceId } from '#domain/ids.ts';
import type { PlainEvent } from '#domain/replay/compact.ts';
import { foldKeyframe, keyframeRun } from '#domain/replay/keyframes.ts';
import type { RecordingKeyframes } from '#protocol/keyframes.ts';
import { eraseRecording, isDeleted } from './recording-deletions.ts';
import { keyframeKey, segmentKey } from './recordings.ts';

export type TabOfRecording = { workspaceId: WorkspaceId; recordingId: RecordingId; tab: string };
type Stores = { DB: D1Database; REPLAYS: R2Bucket };

/** Our own bytes: at most the recorder's largest page, and what may have come to it since. */
const MAX_KEYFRAME_CHARS = 32 * 1024 * 1024;
/** The same as for segments. */
const GZIP_LEVEL = 6;

/** Keyframes of all tabs of a recording. */
export async function keyframesOf(
  db: D1Database,
  workspaceId: WorkspaceId,
  recordingId: RecordingId,
): Promise<RecordingKeyframes['keyframes']> {
  const { results } = await db
    .prepare(
      'select tab, n, at, bytes from recording_keyframes where workspace_id = ? and recording_id = ? order by tab, n',
    )
    .bind(workspaceId, recordingId)
    .all<RecordingKeyframes['keyframes'][number]>();
  return results;
}

/**
 * [O6] Makes the keyframes that are due in a tab: each from the one before it and the segments since, all of which are disarmed already. Made after
 * the upload was answered, so nobody waits for it. Two uploads at a time may make the same one: it is the same.
 */
export async function makeKeyframes(stores: Stores, tab: TabOfRecording): Promise<void> {
  const bound = [tab.workspaceId, tab.recordingId, tab.tab] as const;
  const [segments, keyframes] = await stores.DB.batch<{ n: number; bytes: number }>([
    stores.DB.prepare(
      // What is in a keyframe already is looked at no more: a page that somebody follows has thousands.
      `select n, bytes from recording_segments where workspace_id = ?1 and recording_id = ?2 and tab = ?3 and n > coalesce(
         (select max(n) from recording_keyframes where workspace_id = ?1 and recording_id = ?2 and tab = ?3), -1) order by n`,
    ).bind(...bound),
    stores.DB.prepare(
      'select n, bytes from recording_keyframes where workspace_id = ? and recording_id = ? and tab = ? order by n desc limit 1',
    ).bind(...bound),
  ]);
  let last = keyframes?.results[0] ?? null;
  for (;;) {
    const run = keyframeRun(segments?.results ?? [], last);
    const n = run.at(-1);
    if (n === undefined) return;
    const events = await eventsOf(stores, tab, last?.n ?? null, run);
    const made = events === null ? null : foldKeyframe(events);
    if (made === null) return;
    const text = JSON.stringify(made);
    if (text.length > MAX_KEYFRAME_CHARS) return;
    const packed = gzipSync(text, { level: GZIP_LEVEL });
    await stores.REPLAYS.put(keyframeKey(tab.workspaceId, tab.recordingId, tab.tab, n), packed, {
      httpMetadata: { contentType: 'application/json', contentEncoding: 'gzip' },
    });
    await stores.DB.prepare(
      'insert into recording_keyframes (workspace_id, recording_id, tab, n, at, bytes) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
    )
      .bind(...bound, n, made[0]?.timestamp ?? 0, packed.byteLength)
      .run();
    // Marked while this was under way: what was just written goes too [X14].
    if (await isDeleted(stores.DB, tab.workspaceId, tab.recordingId)) {
      await eraseRecording(stores, tab.workspaceId, tab.recordingId, Date.now());
      return;
    }
    last = { n, bytes: packed.byteLength };
  }
}

/** Null when a part is gone: the recording is being deleted. */
async function eventsOf(
  stores: Stores,
  tab: TabOfRecording,
  from: number | null,
  run: number[],
): Promise<PlainEvent[] | null> {
  const { workspaceId, recordingId, tab: name } = tab;
  const keys = [
    ...(from === null ? [] : [keyframeKey(workspaceId, recordingId, name, from)]),
    ...run.map((n) => segmentKey(workspaceId, recordingId, name, n)),
  ];
  const events: PlainEvent[] = [];
  for (const key of keys) {
    const object = await stores.REPLAYS.get(key);
    if (object === null) return null;
    const packed = new Uint8Array(await object.arrayBuffer());
    const text = new TextDecoder().decode(gunzipSync(packed, { maxOutputLength: MAX_KEYFRAME_CHARS }));
    // Within a segment by time, as a player plays it.
    for (const event of (JSON.parse(text) as PlainEvent[]).sort((a, b) => a.timestamp - b.timestamp))
      events.push(event);
  }
  return events;
}
