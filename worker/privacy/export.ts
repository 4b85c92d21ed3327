import { conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../env.ts';
import { conversationsOf, personalRows } from '../storage/personal-data.ts';
import type { PrivacyJobRow } from '../storage/privacy-jobs.ts';
import { queuesOf } from '../storage/workspaces.ts';
import { exportKey } from './files.ts';

/**
 * [Y6] Everything about the person as lines of JSON, one thing each, in R2; resolves to how many of each store. Recordings are named by where each part of them is read: they
 * may be larger than an isolate's memory. Once more writes the same file anew.
 */
export async function writeExport(env: Env, job: PrivacyJobRow): Promise<Record<string, number>> {
  const { workspaceId, visitorId } = job;
  const conversations = await conversationsOf(env.DB, workspaceId, visitorId, Number.MAX_SAFE_INTEGER);
  const found: Record<string, number> = {};
  const lines: string[] = [];
  const add = (store: string, value: unknown) => {
    found[store] = (found[store] ?? 0) + 1;
    lines.push(JSON.stringify({ store, value }));
  };
  for (const { table, row } of await personalRows(env.DB, workspaceId, visitorId, conversations)) {
    add(table, unpacked(row));
    if (table === 'recording_segments')
      add('recordings', { read: `/v1/recordings/${row.recording_id}/segments/${row.tab}/${row.n}` });
  }
  for (const { id } of conversations) {
    const kept = await conversationStub(env, workspaceId, id).exported();
    if (kept !== null) add('conversation_objects', kept);
  }
  for (const { id } of await queuesOf(env.DB, workspaceId)) {
    const entries = await queueStub(env, workspaceId, id).workOf(conversations.map((one) => one.id));
    for (const entry of entries) add('queue_entries', entry);
  }
  await env.REPLAYS.put(exportKey(workspaceId, visitorId, job.id), `${lines.join('\n')}\n`, {
    httpMetadata: { contentType: 'application/x-ndjson' },
  });
  return found;
}

/** JSON columns as what they say. */
function unpacked(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (typeof value !== 'string' || !/^[[{]/.test(value)) return [name, value];
      try {
        return [name, JSON.parse(value)];
      } catch {
        return [name, value];
      }
    }),
  );
}
