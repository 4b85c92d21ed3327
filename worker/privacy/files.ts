import type { ConversationId, EpochMs, PrivacyJobId, RecordingId, VisitorId, WorkspaceId } from '#domain/ids.ts';
import { DAY_MS, KEPT_DAYS } from '#domain/privacy/kept.ts';

/** Exports live so long. */
export const EXPORT_MS = KEPT_DAYS.exports * DAY_MS;

/** One person's exports, all of them. The visitor's id comes before the job's, so that erasing finds them. */
export const exportPrefix = (workspaceId: WorkspaceId, visitorId: VisitorId): string =>
  `exports/${workspaceId}/${visitorId}/`;

export const exportKey = (workspaceId: WorkspaceId, visitorId: VisitorId, id: PrivacyJobId): string =>
  `${exportPrefix(workspaceId, visitorId)}${id}.ndjson`;

/** [Y8] That somebody is gone, kept where no backup of the database brings back the time before. Ids and a time. */
export type Tombstone = {
  visitorId: VisitorId;
  erasedAt: EpochMs;
  conversations: { id: ConversationId; recordingId: RecordingId }[];
};

export const tombstoneKey = (workspaceId: WorkspaceId, visitorId: VisitorId): string =>
  `erased/${workspaceId}/${visitorId}`;

/** R2 gives up to 1,000 names at a time, and takes as many to delete. */
const AT_ONCE = 1000;

/** How many files are there. */
export async function countFiles(bucket: R2Bucket, prefix: string): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const listed = await bucket.list({ prefix, limit: AT_ONCE, ...(cursor === undefined ? {} : { cursor }) });
    count += listed.objects.length;
    cursor = listed.truncated ? listed.cursor : undefined;
  } while (cursor !== undefined);
  return count;
}

export async function deleteFiles(bucket: R2Bucket, prefix: string): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list({ prefix, limit: AT_ONCE });
    if (objects.length === 0) return;
    await bucket.delete(objects.map(({ key }) => key));
  }
}
