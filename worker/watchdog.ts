import type { ConversationId, WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { agentStub, conversationStub, queueStub } from '../durable-objects/names.ts';
import type { Env } from './env.ts';
import { agentsOf } from './storage/agents.ts';
import { configOf, queuesOf } from './storage/workspaces.ts';

/** So many of the latest conversations that are not over are looked at in every run; the others in turn, so many in each. */
const LATEST = 100;
const IN_TURN = 300;
/** Workspaces with somebody waiting, in one run. */
const MAX_WORKSPACES = 200;
const RUN_MS = 60_000;
/** Calls under way at once. */
const AT_ONCE = 20;
/** Later than this is worth a line in the log: alarms may be a minute late by themselves. */
const LATE_MS = 120_000;

export type Watched = { looked: number; late: number; failed: number };

/**
 * [Q13] Finds what is overdue. Objects sleep until their alarm; an alarm that keeps throwing is dropped for good by the platform, and then
 * nobody would come. Asking an object how late it is sets its alarm again, and tells it of settings that whoever saved them could not tell it of. Looks where somebody may be waiting: the latest conversations that
 * are not over and, in turn, all others; the queues and agents of their workspaces and of every one where somebody waits for a person, so that
 * nobody's busy day hides another workspace. An object that cannot be reached is counted and left for the next run. `now` in ms chooses whose turn it is.
 */
export async function findOverdue(env: Env, now = Date.now()): Promise<Watched> {
  const open = await openConversations(env.DB, now);
  const workspaces = await waitingWorkspaces(env.DB, now);
  for (const { workspaceId } of open) workspaces.add(workspaceId);
  const asked: (() => Promise<{ what: string; ms: number }>)[] = open.map(({ workspaceId, id }) => async () => ({
    what: id,
    ms: await conversationStub(env, workspaceId, id).overdueMs(),
  }));
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
        console.error(JSON.stringify({ at: 'watchdog', message: faultText(answer.reason) }));
      } else if (answer.value.ms > LATE_MS) {
        watched.late += 1;
        console.error(JSON.stringify({ at: 'watchdog', overdue: answer.value.what, ms: answer.value.ms }));
      }
    }
  }
  return watched;
}

type Watching = { workspaceId: WorkspaceId; id: ConversationId };

async function openConversations(db: D1Database, now: number): Promise<Watching[]> {
  const count = await db
    .prepare(`select count(*) as n from conversations where status <> 'resolved'`)
    .first<number>('n');
  const read = async (limit: number, offset: number) =>
    (
      await db
        .prepare(
          `select workspace_id as workspaceId, id from conversations where status <> 'resolved' order by updated_at desc limit ? offset ?`,
        )
        .bind(limit, offset)
        .all<Watching>()
    ).results;
  const latest = await read(LATEST, 0);
  const others = (count ?? 0) - LATEST;
  return others <= 0 ? latest : [...latest, ...(await read(IN_TURN, LATEST + turnOf(others, IN_TURN, now)))];
}

async function waitingWorkspaces(db: D1Database, now: number): Promise<Set<WorkspaceId>> {
  const { results } = await db
    .prepare(`select distinct workspace_id as id from conversations where status = 'waiting' order by workspace_id`)
    .all<{ id: WorkspaceId }>();
  const from = turnOf(results.length, MAX_WORKSPACES, now);
  return new Set(results.slice(from, from + MAX_WORKSPACES).map(({ id }) => id));
}

/** Where the part begins whose turn it is: the parts of `size` among `count`, one run after the other. */
const turnOf = (count: number, size: number, now: number): number =>
  (Math.floor(now / RUN_MS) % Math.max(1, Math.ceil(count / size))) * size;
