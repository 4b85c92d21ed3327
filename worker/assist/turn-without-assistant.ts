import type { TurnOutcome } from '#domain/conversation/command.ts';
import type { ConversationState, Turn } from '#domain/conversation/conversation.ts';
import type { EscalationId, QueueId } from '#domain/ids.ts';
import type { Routes } from '#domain/routing/choose-queue.ts';
import { planOf, type SlaSettings, termsFor } from '#domain/sla/policy.ts';

/** [C9] What a turn comes to when the assistant itself fails: a person, in the queue where everything goes that is about nothing in particular. */
export function turnWithoutAssistant(
  desk: { queues: readonly { id: QueueId; slug: string; name: string }[]; routes: Routes; sla: SlaSettings },
  state: ConversationState,
  turn: Turn,
  escalationId: EscalationId,
): TurnOutcome {
  const queue = desk.queues.find(({ slug }) => slug === desk.routes.fallback) ?? desk.queues[0];
  if (queue === undefined) throw new Error('this workspace has no queue');
  const because = turn.question === '' ? 'Asked for a person' : 'The assistant could not answer';
  return {
    failed: [],
    about: { topic: null, area: null },
    attempt: null,
    evaluations: [],
    say: null,
    next: {
      kind: 'escalate',
      escalation: {
        id: escalationId,
        severity: 'normal',
        skills: [],
        class: 1,
        because: [because],
        queue: { id: queue.id, name: queue.name },
        passedOn: ['This conversation', ...(state.visitor.attested ? ['Your name and plan'] : [])],
        reasons: {
          signals: null,
          decision: 'escalate',
          because: ['The assistant failed, so nothing was decided by it.'],
          trace: [],
          routing: ['the default queue, because nothing could be read'],
        },
        sla: termsFor(desk.sla, planOf(state.visitor), 'normal'),
      },
    },
  };
}
