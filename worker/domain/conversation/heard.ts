import { worse } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import type { Decision } from '#domain/result.ts';
import type { ConversationCommand, ConversationRefusal } from './command.ts';
import type { ConversationState } from './conversation.ts';
import { type ConversationEvent, effect, entry, ok } from './event.ts';
import { onSla } from './promises.ts';

/**
 * [P9] What the policy says of somebody who waits already. It makes the work more urgent and never less: who calms down keeps what they
 * were given, and a repeated delivery finds nothing left to raise.
 */
export function heard(
  state: ConversationState,
  { escalationId, said, heard: { evaluation, ...heard }, terms }: Extract<ConversationCommand, { type: 'heard' }>,
  now: EpochMs,
): Decision<ConversationEvent, ConversationRefusal> {
  const { escalation } = state;
  // Somebody has it, and reads it themselves; or it is over.
  if (escalation?.state !== 'queued' || escalation.id !== escalationId) return ok();
  const severity = worse(escalation.severity, heard.severity);
  const rankClass = Math.min(escalation.class, heard.class) as 0 | 1;
  const isRaised = severity !== escalation.severity || rankClass !== escalation.class;
  if (said === null && !isRaised) return ok();
  const { which: _which, ...row } = evaluation;
  const id = `${escalationId}/${said === null ? `seen-${state.head}` : `said-${said}`}`;
  const kept = effect({ kind: 'evaluation_row', id, at: now, ...row });
  if (!isRaised) return ok(kept);
  const raised = {
    ...escalation,
    severity,
    class: rankClass,
    because: [...new Set([...escalation.because, ...heard.because])],
  };
  const { bundle } = state;
  return ok(
    kept,
    { type: 'escalation_changed', first: false, escalation: raised },
    entry({ type: 'raised', severity, class: rankClass, because: heard.because }),
    // [B6] What agents see of it is the newest.
    ...(bundle?.escalationId === escalationId ? [{ type: 'bundled' as const, bundle: { ...bundle, severity } }] : []),
    // [K7] More urgent work is promised sooner, and what has elapsed stays.
    ...onSla({ ...state, escalation: raised }, now, (sla) => sla, terms),
  );
}
