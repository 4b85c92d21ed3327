import type { AnswerOutcome } from '#domain/confidence/outcome-map.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { ConversationId, EpochMs } from '#domain/ids.ts';

type Told = { conversationId: ConversationId; at: EpochMs; event: OutcomeEvent };

/** In one turn: what failed is told before what was tried, and that before whom it was handed to. */
const COMES: readonly string[] = ['answer.failed', 'answer.withheld', 'answer.sent', 'escalation.created'];

/** Whoever has not come back within this time will not say any more that it did not help. */
export const SETTLED_AFTER_MS = 60 * 60_000;

/**
 * [G39] What became of the answers among these events, oldest first. An answer did not help when the visitor said so or asked again, and when a person was fetched before
 * another answer was said. Otherwise, an hour later, it is taken to have helped: who says nothing is counted so, which flatters it; who was never answered is
 * in no row, so below what is sent nothing is known.
 */
export function settledAnswers(events: readonly Told[], now: EpochMs): AnswerOutcome[] {
  const sorted = [...events].sort((a, b) => a.at - b.at || COMES.indexOf(a.event.type) - COMES.indexOf(b.event.type));
  const answers: { outcome: AnswerOutcome; at: EpochMs }[] = [];
  /** The latest answer of each conversation, and each by its id. */
  const latest = new Map<ConversationId, AnswerOutcome>();
  const byId = new Map<string, AnswerOutcome>();
  for (const { conversationId, at, event } of sorted) {
    switch (event.type) {
      case 'answer.sent': {
        const outcome = { group: event.topic, confidence: event.confidence, helped: true };
        answers.push({ outcome, at });
        latest.set(conversationId, outcome);
        byId.set(`${conversationId}/${event.attemptId}`, outcome);
        break;
      }
      case 'answer.failed': {
        const outcome = byId.get(`${conversationId}/${event.attemptId}`);
        if (outcome !== undefined) outcome.helped = false;
        break;
      }
      // They went on to something else: what follows says nothing of the answer before.
      case 'answer.withheld':
        latest.delete(conversationId);
        break;
      case 'escalation.created': {
        const outcome = latest.get(conversationId);
        if (outcome !== undefined) outcome.helped = false;
        latest.delete(conversationId);
        break;
      }
      default:
    }
  }
  return answers.filter(({ at }) => at <= now - SETTLED_AFTER_MS).map(({ outcome }) => outcome);
}
