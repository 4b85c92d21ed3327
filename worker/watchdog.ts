import type { ConversationId, WorkspaceId } from '#domain/ids.ts';
import { agentStub, conversationStub, queueStub } from '../durable-objects/names.ts';
import type { Env } from './env.ts';
import { agentsOf } from './storage/agents.ts';
import { configOf, queuesOf } from './storage/workspaces.ts';

/** So many of the latest conversations that are not over are looked at in one run; older ones are woken by whoever comes back to them. */
const MAX_CONVERSATIONS = 300;
/** Calls under way at once. */
const AT_ONCE = 20;
/** Later than this is worth a line in the log: alarms may be a minute late by themselves. */
const LATE_MS = 120_000;

export type Watched = { looked: number; late: number; failed: number };

/**
 * [Q13] Finds what is overdue. Objects sleep until their alarm; an alarm that keeps throwing is dropped for good by the platform, and then
 * nobody would come. Asking an object how late it is sets its alarm again, and tells it of settings that whoever saved them could not tell it of. Looks where somebody may be waiting: the conversations that
 * are not over, and the queues and agents of their workspaces. An object that cannot be reached is counted and left for the next run.
 */
export async function findOverdue(env: Env): Promise<Watched> {
  const conversations = await env.DB.prepare(
    `select workspace_id as workspaceId, id from conversations where status <> 'resolved' order by updated_at desc limit ?`,
  )
    .bind(MAX_CONVERSATIONS)
    .all<{ workspaceId: WorkspaceId; id: ConversationId }>();
  const workspaces = [...new Set(conversations.results.map(({ workspaceId }) => workspaceId))];
  const asked: (() => Promise<{ what: string; ms: number }>)[] = conversations.results.map(
    ({ workspaceId, id }) =>
      async () => ({ what: id, ms: await conversationStub(env, workspaceId, id).overdueMs() }),
  );
  for (const workspaceId of workspaces) {
    const [queues, agents] = await Promise.all([queuesOf(env.DB, workspaceId), agentsOf(env.DB, workspaceId)]);
    const configs = queues.map(configOf);
    for (const config of configs) {
      const { id } = config;
      asked.push(async () => ({
        what: id,
        ms: await queueStub(env, workspaceId, id).overdueMs({ workspaceId, config }),
      }));
    }
    for (const { changed: _, ...profile } of agents) {
      const serves = configs.filter(({ id }) => profile.queueIds.includes(id));
      asked.push(async () => ({
        what: profile.id,
        ms: await agentStub(env, workspaceId, profile.id).overdueMs({ workspaceId, profile, queues: serves }),
      }));
    }
  }
  const watched: Watched = { looked: asked.length, late: 0, failed: 0 };
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const answers = await Promise.allSettled(asked.slice(from, from + AT_ONCE).map((ask) => ask()));
    for (const answer of answers) {
      if (answer.status === 'rejected') {
        watched.failed += 1;
        console.error(JSON.stringify({ at: 'watchdog', message: String(answer.reason) }));
      } else if (answer.value.ms > LATE_MS) {
        watched.late += 1;
        console.error(JSON.stringify({ at: 'watchdog', overdue: answer.value.what, ms: answer.value.ms }));
      }
    }
  }
  return watched;
}
