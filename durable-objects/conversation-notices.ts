import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Effect } from '#domain/conversation/effect.ts';
import type { AgentId } from '#domain/ids.ts';
import { isSupervisor } from '#domain/routing/role.ts';
import { loadDesk } from '../worker/assist/desk.ts';
import type { Env } from '../worker/env.ts';
import { membersOf } from '../worker/storage/agents.ts';
import { within } from '../worker/within.ts';
import { agentStub } from './names.ts';
import type { OutboxRow } from './outbox.ts';

/** [O10] Later than that it is tried again. */
const MEMBERS_WITHIN_MS = 10_000;

/** What delivery needs of the conversation's store: who was told of a promise, so that its end reaches the same people. */
export type Told = {
  of(noticeId: string): AgentId[];
  add(noticeId: string, agents: readonly AgentId[]): void;
  forget(noticeId: string): void;
};

/** Delivers the first row; resolves to 1. Throws when it must be tried again. */
export async function deliverNotice(
  env: Env,
  state: ConversationState,
  told: Told,
  rows: OutboxRow<Effect>[],
): Promise<number> {
  const { effect } = rows[0] as OutboxRow<Effect>;
  const { workspaceId } = state;
  const each = (agents: readonly AgentId[], tell: (stub: ReturnType<typeof agentStub>) => Promise<void>) =>
    Promise.all(agents.map((id) => tell(agentStub(env, workspaceId, id))));
  switch (effect.kind) {
    case 'notice': {
      const agents = await whoAnswers(env, state);
      // Kept first: whoever may have heard of it hears of its end too.
      told.add(effect.notice.id, agents);
      await each(agents, async (stub) => void (await stub.notice(effect.notice)));
      return 1;
    }
    case 'notice_over':
      await each(told.of(effect.noticeId), async (stub) => void (await stub.noticeOver(effect.noticeId)));
      told.forget(effect.noticeId);
      return 1;
    default:
      throw new Error(`${effect.kind} is no notice`);
  }
}

/** [K14] The agent who has the work, and the queue's owner; where it has none, every supervisor. */
async function whoAnswers(env: Env, { workspaceId, escalation }: ConversationState): Promise<AgentId[]> {
  if (escalation === null) return [];
  const queueId = escalation.hops.at(-1)?.queueId;
  const { queues } = await loadDesk(env, workspaceId);
  const ownerId = queues.find(({ id }) => id === queueId)?.ownerId ?? null;
  const members = await within(MEMBERS_WITHIN_MS, membersOf(env.DB, workspaceId), 'the database');
  // Somebody who has left the workspace answers for nothing.
  const owner = members.filter(({ id }) => id === ownerId);
  const answering = owner.length > 0 ? owner : members.filter(isSupervisor);
  const holder = escalation.state === 'assigned' ? [escalation.agent.id] : [];
  return [...new Set([...holder, ...answering.map(({ id }) => id)])];
}
