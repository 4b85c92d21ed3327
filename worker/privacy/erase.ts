import type { AgentId } from '#domain/ids.ts';
import {
  type ConversationStep,
  type Counts,
  ERASURE_STEPS,
  type ErasureStep,
  isAllGone,
} from '#domain/privacy/data-map.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../env.ts';
import { agentsEver, conversationsOf, countPersonal, eraseVisitor } from '../storage/personal-data.ts';
import type { PrivacyJobRow, PrivacyWork } from '../storage/privacy-jobs.ts';
import { recordingPrefix } from '../storage/recordings.ts';
import { queuesOf } from '../storage/workspaces.ts';
import { eraseStep } from './erase-conversations.ts';
import { countFiles, deleteFiles, exportPrefix, type Tombstone, tombstoneKey } from './files.ts';

/** What came of one portion: on at a step and position, to be tried again later, or all gone. */
export type Portion =
  | { is: 'on'; step: ErasureStep; position: number; work: PrivacyWork }
  | { is: 'later' }
  | { is: 'done'; found: Counts; left: Counts };

/** [Y2] [Y3] One portion of an erasure. Whoever dies in it does it again: everything in it may be done twice. Throws when a store does not answer. */
export async function erasePortion(env: Env, job: PrivacyJobRow, now: number): Promise<Portion> {
  const step = ERASURE_STEPS.find((one) => one === job.step);
  switch (step) {
    case 'find':
      return find(env, job);
    case 'conversations':
      // [Y5] What there was is kept by now: the door is closed.
      await eraseVisitor(env.DB, job.workspaceId, job.visitorId, job.askedAt);
      return through(env, job, step, now);
    case 'queues':
    case 'agents':
    case 'recordings':
    case 'database':
      return through(env, job, step, now);
    case 'exports':
      await deleteFiles(env.REPLAYS, exportPrefix(job.workspaceId, job.visitorId));
      return { is: 'on', step: 'check', position: 0, work: job.work };
    case 'check': {
      const { conversations, found } = await everything(env, job);
      const left = await countAll(env, job, conversations);
      if (isAllGone(left)) return { is: 'done', found, left };
      // Something was on its way while it went: once more, from the first store on.
      return { is: 'on', step: 'conversations', position: 0, work: { conversations, found } };
    }
    default:
      throw new Error(`an erasure has no step ${job.step}`);
  }
}

async function through(env: Env, job: PrivacyJobRow, step: ConversationStep, now: number): Promise<Portion> {
  const { workspaceId, position, work } = job;
  const goodbye = { workspaceId, conversations: work.conversations, because: { because: 'visitor' } } as const;
  const next = await eraseStep(env, goodbye, { step, position }, now);
  if (next === 'later') return { is: 'later' };
  const after = ERASURE_STEPS[ERASURE_STEPS.indexOf(step) + 1] as ErasureStep;
  return { is: 'on', work, ...(next === null ? { step: after, position: 0 } : { step, position: next }) };
}

/** [Y8] What there is, kept before anything goes, in the job and in the tombstone. */
async function find(env: Env, job: PrivacyJobRow): Promise<Portion> {
  const { workspaceId, visitorId, askedAt } = job;
  const { conversations } = await everything(env, job);
  const found = await countAll(env, job, conversations);
  const tombstone: Tombstone = { visitorId, erasedAt: askedAt, conversations };
  await env.REPLAYS.put(tombstoneKey(workspaceId, visitorId), JSON.stringify(tombstone));
  return { is: 'on', step: 'conversations', position: 0, work: { conversations, found } };
}

/** Their conversations: those that the job knows, those that an earlier erasure went through, and what began meanwhile. */
async function everything(env: Env, { workspaceId, visitorId, askedAt, work }: PrivacyJobRow): Promise<PrivacyWork> {
  const before = await (await env.REPLAYS.get(tombstoneKey(workspaceId, visitorId)))?.json<Tombstone>();
  const listed = await conversationsOf(env.DB, workspaceId, visitorId, askedAt);
  const known = new Map(
    [...(before?.conversations ?? []), ...work.conversations, ...listed].map((one) => [one.id, one]),
  );
  return { conversations: [...known.values()], found: work.found };
}

/** [Y1] All stores of the map. */
async function countAll(env: Env, job: PrivacyJobRow, of: PrivacyWork['conversations']): Promise<Counts> {
  const { workspaceId, visitorId, askedAt } = job;
  const conversations = of.map(({ id }) => id);
  const recordings = of.map(({ recordingId }) => recordingId);
  const counts: Counts = await countPersonal(env.DB, workspaceId, {
    visitorId,
    by: askedAt,
    conversations,
    recordings,
  });
  const add = (more: Counts) => {
    for (const [name, n] of Object.entries(more)) counts[name] = (counts[name] ?? 0) + n;
  };
  add({
    conversation_objects: 0,
    transcript_entries: 0,
    trail_crumbs: 0,
    queue_entries: 0,
    agent_rows: 0,
    replay_files: 0,
  });
  for (const id of conversations) add(await conversationStub(env, workspaceId, id).holdings());
  for (const { id } of await queuesOf(env.DB, workspaceId)) {
    const entries = await queueStub(env, workspaceId, id).workOf(conversations);
    add({ queue_entries: entries.filter(({ state, subject }) => state !== 'closed' || subject !== '').length });
  }
  for (const id of await agentsEver(env.DB, workspaceId))
    add({ agent_rows: await agentStub(env, workspaceId, id as AgentId).holdings(conversations) });
  for (const id of recordings) add({ replay_files: await countFiles(env.REPLAYS, recordingPrefix(workspaceId, id)) });
  add({ export_files: await countFiles(env.REPLAYS, exportPrefix(workspaceId, visitorId)) });
  return counts;
}
