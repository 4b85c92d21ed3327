import { type Decision, refuse } from '#domain/result.ts';
import type { ConversationRefusal } from './command.ts';
import type { ConversationState } from './conversation.ts';
import { type ConversationEvent, entry, ok } from './event.ts';
import { isEscalated } from './work.ts';

/** [X12] When a recording leaves the page: with the hand-over, always, with the hand-over if the visitor agrees, or never. */
export const CAPTURE_MODES = ['on_escalation', 'always', 'ask', 'off'] as const;
export type CaptureMode = (typeof CAPTURE_MODES)[number];

/** [X12] What the visitor has said about being recorded, in this conversation. */
export const SHARING_WORDS = ['nothing', 'yes', 'no'] as const;
export type SharingWord = (typeof SHARING_WORDS)[number];

/** [X12] Whether a recording may leave the page while a person is wanted. */
export const maySend = ({ capture, sharing }: Pick<ConversationState, 'capture' | 'sharing'>): boolean =>
  capture !== 'off' && sharing !== 'no' && (capture !== 'ask' || sharing === 'yes');

/** How sharing stands for the visitor: `ask` has a question that waits for an answer, `stopped` one that was answered with no. */
export type Sharing = 'off' | 'ask' | 'on' | 'stopped';
export function sharingOf(state: ConversationState): Sharing {
  if (state.recording) return 'on';
  if (state.capture === 'off' || !isEscalated(state)) return 'off';
  return state.sharing === 'no' ? 'stopped' : maySend(state) ? 'off' : 'ask';
}

/** [X12] The visitor agrees, or wants it to end; at any time, also after the other. */
export function share(
  state: ConversationState,
  { clientId, shares }: { clientId: string; shares: boolean },
): Decision<ConversationEvent, ConversationRefusal> {
  if (state.capture === 'off') return refuse('records_nothing', 'Nothing is recorded here.');
  const sharing = shares ? 'yes' : 'no';
  const wanted = shares && (isEscalated(state) || state.capture === 'always');
  if (state.sharing === sharing && state.recording === wanted) return ok();
  return ok(
    { type: 'sharing_changed', sharing },
    entry({ type: 'sharing', shares }, clientId),
    ...(state.recording === wanted ? [] : [{ type: 'recording_wanted' as const, wanted }]),
  );
}

/** [X12] The browser says that its user does not want to be tracked: nothing is sent before they have agreed here. */
export function askFirst(state: ConversationState): Decision<ConversationEvent, ConversationRefusal> {
  if (state.capture === 'ask' || state.capture === 'off') return ok();
  const ends = state.recording && state.sharing !== 'yes';
  return ok(
    { type: 'capture_changed', capture: 'ask' },
    ...(ends ? [{ type: 'recording_wanted' as const, wanted: false }] : []),
  );
}

/** [X14] What is gone is not begun anew under the same name: from here on this conversation records nothing. */
export function recordingDeleted(state: ConversationState): Decision<ConversationEvent, ConversationRefusal> {
  if (state.capture === 'off') return ok();
  return ok(
    { type: 'capture_changed', capture: 'off' },
    entry({ type: 'recording_deleted' }),
    ...(state.recording ? [{ type: 'recording_wanted' as const, wanted: false }] : []),
  );
}
