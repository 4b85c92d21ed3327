import type { AgentId, ConversationId, QueueId, WorkspaceId } from '#domain/ids.ts';
import { agentStub, conversationStub, queueStub } from '../durable-objects/names.ts';
import type { Env } from './env.ts';

/** So many of the latest conversations that are not over are looked at in one run; older ones are woken by whoever comes back to them. */
const MAX_CONVERSATIONS = 300;
/** Calls under way at once. */
const AT_ONCE = 20;
/** Later than this is worth a line in the log: alarms may be a minute late by themselves. */
const LATE_MS = 120_000;

export type Watched = { looked: number; late: number; failed: number };

/**
 * [Q13] Finds what is overdue. Objects sleep until their alarm; an alarm that keeps throwing is dropped for good by the platform, and then
 * nobody would come. Asking an object how late it is sets its alarm again. Looks where somebody may be waiting: the conversations that
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
    const [queues, agents] = await env.DB.batch<{ id: string }>([
      env.DB.prepare('select id from queues where workspace_id = ?').bind(workspaceId),
      env.DB.prepare('select agent_id as id from agent_profiles where workspace_id = ?').bind(workspaceId),
    ]);
    for (const { id } of queues?.results ?? [])
      asked.push(async () => ({ what: id, ms: await queueStub(env, workspaceId, id as QueueId).overdueMs() }));
    for (const { id } of agents?.results ?? [])
      asked.push(async () => ({ what: id, ms: await agentStub(env, workspaceId, id as AgentId).overdueMs() }));
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
