import type { QueueId, WorkspaceId } from '#domain/ids.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { type FindAnswer, type FoundConversation, findAnswer, findWanted } from '#protocol/find.ts';
import { conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../env.ts';
import { type FoundRow, findConversations } from '../storage/find-conversations.ts';
import { configOf, queuesOf } from '../storage/workspaces.ts';
import { within } from '../within.ts';
import type { Api } from './api.ts';

const MAX_FOUND = 20;
/** Of so many that are not over is asked where they stand. */
const MAX_PLACED = 5;
/** What stands in a line that does not answer is found all the same. */
const PLACE_WITHIN_MS = 1_500;

/** [B7] Any conversation by what somebody knows of it. */
export function addFind(api: Api): void {
  api.add(
    {
      method: 'post',
      path: '/v1/conversations/find',
      access: 'agent',
      keys: 'conversations',
      least: 'agent',
      isRead: true,
      deed: 'look for conversations',
      tag: 'Agent',
      summary: 'Find a conversation',
      description:
        'By the ticket’s number, the visitor’s id, or words of subject, name, address or company; words among the latest 5,000 conversations. At most 20, newest first; of the first five that wait for a person or are with one, where they stand. In a body, so that no name is in an address. Changes nothing.',
      body: findWanted,
      answer: findAnswer,
    },
    async (c, { body: { words } }) => {
      const { workspaceId } = c.get('agent');
      const rows = await findConversations(c.env.DB, workspaceId, words, MAX_FOUND + 1);
      const shown = rows.slice(0, MAX_FOUND);
      const placed = new Set(shown.filter(({ status }) => status === 'waiting').slice(0, MAX_PLACED));
      const found = await Promise.all(
        shown.map(
          async (row): Promise<FoundConversation> => ({
            ...row,
            line: placed.has(row) ? await lineOf(c.env, workspaceId, row) : null,
          }),
        ),
      );
      return c.json({ found, hasMore: rows.length > MAX_FOUND } satisfies FindAnswer);
    },
  );
}

/** Where it stands; null where that is not known, or not in time. */
async function lineOf(
  env: Env,
  workspaceId: WorkspaceId,
  { conversationId }: FoundRow,
): Promise<FoundConversation['line']> {
  const asking = async () => {
    const work = await conversationStub(env, workspaceId, conversationId).liveWork();
    const queue =
      work === null ? undefined : (await queuesOf(env.DB, workspaceId)).find(({ id }) => id === work.queueId);
    if (work === null || queue === undefined) return null;
    const identity = { workspaceId, config: configOf(queue) };
    const stands = await queueStub(env, workspaceId, queue.id).lookUp(identity, work.escalationId, work.hop);
    return stands === null ? null : { queueId: queue.id as QueueId, ...stands };
  };
  return within(PLACE_WITHIN_MS, asking(), 'the line').catch((cause) => {
    console.warn(JSON.stringify({ at: 'find', message: faultText(cause) }));
    return null;
  });
}
