import { guideEndedWords, isMismatch } from '#domain/guide/guide.ts';
import { type Decision, refuse } from '#domain/result.ts';
import type { ConversationCommand, ConversationRefusal } from './command.ts';
import type { ConversationState } from './conversation.ts';
import { type ConversationEvent, entry, ok } from './event.ts';
import { isEscalated } from './work.ts';

/**
 * [C11] A guide ended on the visitor's page. Both sides see how; where the page did not match a person is offered, as far as one may be [C6]: the article is wrong, or the
 * page is.
 */
export function guideEnded(
  state: ConversationState,
  { clientId, answer, guide, outcome, step }: Extract<ConversationCommand, { type: 'guide_ended' }>,
): Decision<ConversationEvent, ConversationRefusal> {
  if (step > guide.length) return refuse('no_such_step', 'This answer has no such step.');
  const words = guideEndedWords(outcome, step, guide);
  const ended = entry({ type: 'guide_ended', answer, outcome, step, words }, clientId);
  const mayOffer = state.status === 'open' && !isEscalated(state) && !state.offerOpen && !state.offerRefused;
  if (!isMismatch(outcome) || !mayOffer) return ok(ended);
  return ok(
    ended,
    { type: 'offer_changed', open: true, refused: false },
    entry({ type: 'person_offered', because: words }),
  );
}
