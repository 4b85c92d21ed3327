import type { EpochMs, WorkspaceId } from '#domain/ids.ts';
import { DAY_MS } from '#domain/privacy/kept.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { conversationStub } from '../../durable-objects/names.ts';
import type { Env } from '../env.ts';
import { forgetPeople, letStay, takePast, workspacesPast } from '../storage/retention.ts';
import { within } from '../within.ts';
import { eraseThrough, type Going } from './erase-conversations.ts';

/** In one run: so many workspaces side by side, and of each so many conversations and people at most; the rest with the next, a minute later. */
const MAX_WORKSPACES = 8;
const MAX_CONVERSATIONS = 20;
const MAX_PEOPLE = 200;
/** Together: each costs about twenty questions to the database, of which a run has a thousand. */
const MAX_TOGETHER = 40;
/** A conversation that was taken and is still there is looked at again after this long; one that goes on, after a day. */
export const TRY_AGAIN_MS = 10 * 60_000;
/** Nobody waits for these longer: the run goes on without them, and what comes of it counts all the same. */
const OBJECT_WITHIN_MS = 5_000;
const WORKSPACE_WITHIN_MS = 20_000;

/**
 * [Y10] Conversations whose time is over go as with an erasure, and people who have none left and were not seen for as long. Whoever dies in it does it again: everything may be done twice, and
 * the row by which a conversation is found goes last. A workspace or an object that is slow or fails holds no other up.
 */
export async function forgetPast(env: Env, now: EpochMs): Promise<void> {
  const due = await workspacesPast(env.DB, now, MAX_WORKSPACES);
  const limit = Math.max(1, Math.min(MAX_CONVERSATIONS, Math.floor(MAX_TOGETHER / 2 / Math.max(1, due.length))));
  await Promise.all(
    due.map(({ id, before }) =>
      within(WORKSPACE_WITHIN_MS, forgetIn(env, id, { before, now, limit }), 'a workspace').catch((cause) =>
        failed({ workspace: id }, cause),
      ),
    ),
  );
}

type Past = { before: EpochMs; now: EpochMs; limit: number };

async function forgetIn(env: Env, workspaceId: WorkspaceId, { before, now, limit }: Past): Promise<void> {
  const taken = await takePast(env.DB, workspaceId, { before, now, until: now + TRY_AGAIN_MS, limit });
  const gone = await emptied(env, workspaceId, taken, { before, now });
  await forgetConversations(env, workspaceId, gone, now).catch((cause) => failed({ workspace: workspaceId }, cause));
  if (before > 0) await forgetPeople(env.DB, workspaceId, before, MAX_PEOPLE);
}

/** What is left of them elsewhere: in queues and with agents of all at once, then of each by itself. */
async function forgetConversations(
  env: Env,
  workspaceId: WorkspaceId,
  gone: readonly Going[],
  now: EpochMs,
): Promise<void> {
  if (gone.length === 0) return;
  const goodbye = { workspaceId, conversations: gone, because: { because: 'retention' } } as const;
  await eraseThrough(env, goodbye, ['queues', 'agents'], now);
  for (const one of gone) {
    try {
      await eraseThrough(env, { ...goodbye, conversations: [one] }, ['recordings', 'database'], now);
    } catch (cause) {
      failed({ conversation: one.id }, cause);
    }
  }
}

/** Those whose objects are empty now: each decides by itself whether its time is over. */
async function emptied(
  env: Env,
  workspaceId: WorkspaceId,
  taken: readonly Going[],
  { before, now }: { before: EpochMs; now: EpochMs },
): Promise<Going[]> {
  const answers = await Promise.all(
    taken.map(async (one) => {
      try {
        const erasing = conversationStub(env, workspaceId, one.id).eraseIfPast(before);
        return { one, answer: await within(OBJECT_WITHIN_MS, erasing, 'a conversation') };
      } catch (cause) {
        failed({ conversation: one.id }, cause);
        return { one, answer: 'later' as const };
      }
    }),
  );
  const those = (which: (typeof answers)[number]['answer']) =>
    answers.flatMap(({ one, answer }) => (answer === which ? [one] : []));
  const live = those('live').map(({ id }) => id);
  if (live.length > 0) await letStay(env.DB, workspaceId, live, { before, until: now + DAY_MS });
  return those('gone');
}

const failed = (where: object, cause: unknown): void =>
  console.error(JSON.stringify({ at: 'retention', ...where, message: faultText(cause) }));
