import type { HandoverReasons } from '#domain/bundle/assemble.ts';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import type { Sla } from '#domain/sla/targets.ts';
import type { About, ConversationState, ConversationVisitor, KeptAttempt, Turn } from './conversation.ts';
import type { Effect, OutcomeEvent } from './effect.ts';
import type { EntryBody } from './entry.ts';
import type { CaptureMode, SharingWord } from './sharing.ts';

/** `clientId` on an entry makes the command that wrote it idempotent: the store keeps it beside the seq. */
export type ConversationEvent =
  | { type: 'entry'; body: EntryBody; clientId: string | null }
  | { type: 'turn_started'; turn: Turn; clientId: string | null }
  | { type: 'turn_ended' }
  | { type: 'classified'; about: About }
  | { type: 'attempt_kept'; attempt: KeptAttempt }
  | { type: 'attempts_failed'; failed: { id: string; because: string }[] }
  | { type: 'attempts_cleared' }
  | { type: 'escalation_changed'; escalation: Escalation; first: boolean }
  | { type: 'status_changed'; status: ConversationState['status'] }
  | { type: 'offer_changed'; open: boolean; refused: boolean }
  | { type: 'recording_wanted'; wanted: boolean }
  | { type: 'sharing_changed'; sharing: SharingWord }
  | { type: 'capture_changed'; capture: CaptureMode }
  | { type: 'handed_over'; reasons: HandoverReasons }
  | { type: 'bundled'; bundle: ContextBundle }
  | { type: 'read'; seq: number }
  | { type: 'visitor_known'; visitor: ConversationVisitor }
  | { type: 'sla_changed'; sla: Sla }
  | { type: 'effect'; effect: Effect };

export const ok = (...events: ConversationEvent[]): { ok: true; events: ConversationEvent[] } => ({ ok: true, events });

export const entry = (body: EntryBody, clientId: string | null = null): ConversationEvent => ({
  type: 'entry',
  body,
  clientId,
});

export const effect = (one: Effect): ConversationEvent => ({ type: 'effect', effect: one });

export function record(state: ConversationState, at: EpochMs, event: OutcomeEvent): ConversationEvent {
  return effect({ kind: 'outcome_event', at, conversationId: state.id, event });
}
