import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Entry } from '#domain/conversation/entry.ts';
import type { AgentId, EpochMs, QueueId } from '#domain/ids.ts';
import { isOpen } from '#domain/sla/business-time.ts';
import { ALWAYS_OPEN, type Calendar, workingHours } from '#domain/sla/calendar.ts';
import { answerabilityOf } from './answerability.ts';
import { type Knowledge, retrieve } from './knowledge.ts';
import { withoutWish } from './wants-person.ts';

type Queue = { id: QueueId; slug: string; tier: number; hours?: Calendar };

/** The lowest tier of people. */
const FIRST_LINE = 1;

const workBefore = ({ escalation, before }: ConversationState) => escalation ?? before;

/** [M7] Above the first line, in a queue that there still is: who resolved what the visitor had before, and where. Null otherwise; who resolved it in the first line is found there anyway. */
export function resolvedHigher<Q extends Queue>(
  state: ConversationState,
  queues: readonly Q[],
): { agentId: AgentId; queue: Q } | null {
  const before = workBefore(state);
  if (before?.state !== 'resolved') return null;
  const queue = queues.find(({ id }) => id === before.hops.at(-1)?.queueId);
  return queue === undefined || queue.tier <= FIRST_LINE ? null : { agentId: before.agent.id, queue };
}

/**
 * [M7] The queue, by slug, that a visitor goes back to, when they came back and have said nothing since that has a topic of its own: where it was resolved, while that agent is
 * there (`isBackThere`), else the first-line queue that had it last. Without them not a higher tier: work goes up only with what that tier asks for [E5].
 */
export function queueBefore(turn: {
  state: ConversationState;
  entries: readonly Entry[];
  desk: { knowledge: Knowledge; queues: readonly Queue[] };
  now: EpochMs;
  isBackThere?: boolean;
}): string | null {
  const { state, entries, desk, now, isBackThere = false } = turn;
  const before = workBefore(state);
  if (before === null) return null;
  const since = entries.slice(entries.findLastIndex(({ type }) => type === 'resolved') + 1);
  if (since.some((entry) => entry.type === 'message' && entry.author.kind === 'visitor' && isAbout(entry.text)))
    return null;
  const higher = isBackThere ? resolvedHigher(state, desk.queues) : null;
  if (higher !== null && isOpen(workingHours(higher.queue.hours ?? ALWAYS_OPEN), now)) return higher.queue.slug;
  const firstLine = before.hops
    .map(({ queueId }) => desk.queues.find(({ id }) => id === queueId))
    .findLast((queue) => queue !== undefined && queue.tier <= FIRST_LINE);
  return firstLine?.slug ?? null;

  function isAbout(text: string): boolean {
    const question = withoutWish(text);
    return answerabilityOf(desk.knowledge, question, retrieve(desk.knowledge, question)).grounded;
  }
}
