import type { EpochMs, WorkspaceId } from '#domain/ids.ts';
import { DAY_MS } from '#domain/privacy/kept.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { conversationStub } from '../durable-objects/names.ts';
import type { Env } from './env.ts';
import {
  type DueRecording,
  deletionsUnderWay,
  eraseRecording,
  markDeleted,
  recordingsPast,
} from './storage/recording-deletions.ts';
import { limitsOf } from './storage/retention.ts';

/** So many recordings in one run; the rest with the next, a minute later. */
const MAX_RECORDINGS = 20;

/** [X14] Deletes what is marked, and marks what is older than its workspace keeps. One that fails is tried again with the next run. */
export async function forgetRecordings(env: Env, now: EpochMs): Promise<void> {
  for (const { id, days } of await limitsOf(env.DB, 'recordingDays')) {
    try {
      await markPast(env, id, days * DAY_MS, now);
    } catch (cause) {
      console.error(JSON.stringify({ at: 'retention', workspace: id, message: faultText(cause) }));
    }
  }
  for (const due of await deletionsUnderWay(env.DB, MAX_RECORDINGS)) {
    try {
      await forget(env, due, now);
    } catch (cause) {
      console.error(JSON.stringify({ at: 'retention', recording: due.recordingId, message: faultText(cause) }));
    }
  }
}

async function markPast(env: Env, workspaceId: WorkspaceId, keptMs: number, now: EpochMs): Promise<void> {
  for (const id of await recordingsPast(env.DB, workspaceId, now - keptMs, MAX_RECORDINGS))
    await markDeleted(env.DB, workspaceId, id, { because: 'retention' }, now);
}

/** [X14] All that is kept of one marked recording: the bytes, their rows, and what the conversation knows of them. */
export async function forget(
  env: Env,
  { workspaceId, recordingId, conversationId }: DueRecording,
  now: EpochMs,
): Promise<void> {
  await conversationStub(env, workspaceId, conversationId).recordingDeleted();
  await eraseRecording(env, workspaceId, recordingId, now);
}
