import type { AgentId, ConversationId, EpochMs, RecordingId, WorkspaceId } from '#domain/ids.ts';
import type { ConversationStep } from '#domain/privacy/data-map.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../env.ts';
import { agentsEver, eraseConversationRows } from '../storage/personal-data.ts';
import { type DeletionCause, eraseRecording, markDeleted } from '../storage/recording-deletions.ts';
import { configOf, queuesOf } from '../storage/workspaces.ts';

/** So many objects, recordings or conversations in one go; then it is kept how far it is. */
export const PORTION = 20;

/** A conversation that goes, with its recording. */
export type Going = { id: ConversationId; recordingId: RecordingId };

/** Whose they are, which they are, and why they go. */
export type Goodbye = { workspaceId: WorkspaceId; conversations: readonly Going[]; because: DeletionCause };

/**
 * [Y3] [Y10] One portion of a step, from `position` on. Resolves to where the step goes on, null when it is done, or `later` where an object could not tell everybody yet. All of
 * it may be done twice. Throws when a store does not answer.
 */
export async function eraseStep(
  env: Env,
  { workspaceId, conversations, because }: Goodbye,
  { step, position }: { step: ConversationStep; position: number },
  now: EpochMs,
): Promise<number | null | 'later'> {
  const ids = conversations.map(({ id }) => id);
  const portion = <T>(all: readonly T[]) => {
    const end = position + PORTION;
    return { here: all.slice(position, end), next: end < all.length ? end : null };
  };
  switch (step) {
    case 'conversations': {
      const { here, next } = portion(ids);
      const answers = await Promise.all(here.map((id) => conversationStub(env, workspaceId, id).erase()));
      return answers.includes('later') ? 'later' : next;
    }
    case 'queues': {
      const { here, next } = portion(await queuesOf(env.DB, workspaceId));
      for (const queue of here) {
        const config = configOf(queue);
        await queueStub(env, workspaceId, config.id).eraseWork({ workspaceId, config }, ids);
      }
      return next;
    }
    case 'agents': {
      const { here, next } = portion(await agentsEver(env.DB, workspaceId));
      await Promise.all(here.map((id) => agentStub(env, workspaceId, id as AgentId).eraseWork(ids)));
      return next;
    }
    case 'recordings': {
      const { here, next } = portion(conversations);
      for (const { recordingId } of here) {
        // [X14] Marked first: an upload that is under way takes itself back.
        await markDeleted(env.DB, workspaceId, recordingId, because, now);
        await eraseRecording(env, workspaceId, recordingId, now);
      }
      return next;
    }
    case 'database': {
      const { here, next } = portion(ids);
      for (const id of here) await eraseConversationRows(env.DB, workspaceId, id);
      return next;
    }
    default:
      throw new Error(`conversations are not erased by ${step satisfies never}`);
  }
}

/** Several steps, each to its end. Throws when a store does not answer, or somebody could not be told yet: whoever comes again does it all again. */
export async function eraseThrough(
  env: Env,
  goodbye: Goodbye,
  steps: readonly ConversationStep[],
  now: EpochMs,
): Promise<void> {
  for (const step of steps)
    for (let position: number | null = 0; position !== null; ) {
      const next: number | null | 'later' = await eraseStep(env, goodbye, { step, position }, now);
      if (next === 'later') throw new Error('a conversation could not tell everybody yet');
      position = next;
    }
}
