import { unreachable } from '#domain/result.ts';
import { type ConversationState, MAX_ATTEMPTS } from './conversation.ts';
import type { ConversationEvent } from './event.ts';

/** The state after the event. `head` counts entries; the store numbers them the same way. */
export function evolveConversation(state: ConversationState, event: ConversationEvent): ConversationState {
  switch (event.type) {
    case 'entry':
      return { ...state, head: state.head + 1 };
    case 'turn_started':
      return { ...state, turn: event.turn };
    case 'turn_ended':
      return { ...state, turn: null };
    case 'classified':
      return { ...state, about: event.about };
    case 'attempt_kept':
      return { ...state, attempts: [...state.attempts, event.attempt].slice(-MAX_ATTEMPTS) };
    case 'attempts_failed': {
      const because = new Map(event.failed.map(({ id, because }) => [id, because]));
      return {
        ...state,
        attempts: state.attempts.map((attempt) => ({
          ...attempt,
          failedBecause: attempt.failedBecause ?? because.get(attempt.id) ?? null,
        })),
      };
    }
    case 'attempts_cleared':
      return { ...state, attempts: [], offerOpen: false, offerRefused: false };
    case 'escalation_changed':
      return {
        ...state,
        escalation: event.escalation,
        escalations: state.escalations + (event.first ? 1 : 0),
        lastAgent: 'agent' in event.escalation ? event.escalation.agent : (state.lastAgent ?? null),
        bundle: event.first ? null : state.bundle,
      };
    case 'status_changed':
      return { ...state, status: event.status };
    case 'offer_changed':
      return { ...state, offerOpen: event.open, offerRefused: event.refused };
    case 'recording_wanted':
      return { ...state, recording: event.wanted };
    case 'sharing_changed':
      return { ...state, sharing: event.sharing };
    case 'capture_changed':
      return { ...state, capture: event.capture };
    case 'handed_over':
      return { ...state, reasons: event.reasons };
    case 'bundled':
      return { ...state, bundle: event.bundle };
    case 'read':
      return { ...state, readSeq: event.seq };
    case 'visitor_known':
      return { ...state, visitor: event.visitor };
    case 'sla_changed':
      return { ...state, sla: event.sla };
    case 'effect':
      return state;
    default:
      return unreachable(event);
  }
}
