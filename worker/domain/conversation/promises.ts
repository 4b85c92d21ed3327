import type { Escalation } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import { unreachable } from '#domain/result.ts';
import type { SlaTerms } from '#domain/sla/policy.ts';
import { advanceSla, promiseDueAt, type Sla, type SlaTold, withTerms } from '#domain/sla/targets.ts';
import type { ConversationState } from './conversation.ts';
import { type ConversationEvent, effect, entry, record } from './event.ts';
import { lastQueue } from './work.ts';

/**
 * [K8] What something does to the promises, and what is to be told of it. Told before the thing itself: what was late by now was late
 * before it. [K7] What has not been told yet is judged by the newest terms.
 */
export function onSla(
  state: ConversationState,
  now: EpochMs,
  happens: (sla: Sla) => Sla,
  terms: SlaTerms | null = null,
): ConversationEvent[] {
  const { sla, escalation } = state;
  if (sla === null || escalation === null || sla.escalationId !== escalation.id) return [];
  const advanced = advanceSla(terms === null ? sla : withTerms(sla, terms), now, happens);
  if (advanced.sla === sla) return [];
  const told = advanced.told.flatMap((one) => tellSla(state, escalation, advanced.sla.terms, one, now));
  // Other terms are due at another time, and whoever looks at the line sees which.
  const isMoved = advanced.sla.terms !== sla.terms && promiseDueAt(advanced.sla) !== promiseDueAt(sla);
  const moved = isMoved ? rerankWhileWaiting(state) : [];
  return [{ type: 'sla_changed', sla: advanced.sla }, ...told, ...moved];
}

function tellSla(
  state: ConversationState,
  escalation: Escalation,
  { onBreach }: SlaTerms,
  told: SlaTold,
  now: EpochMs,
): ConversationEvent[] {
  const { metric, ordinal, targetMinutes } = told;
  const promise = {
    escalationId: escalation.id,
    metric,
    ordinal,
    targetMinutes,
    queue: escalation.hops.at(-1)!.queueName,
    hop: escalation.hops.length,
    agentId: escalation.state === 'assigned' ? escalation.agent.id : null,
  };
  switch (told.what) {
    case 'warned':
      return [record(state, now, { type: 'sla.warned', ...promise, dueAt: told.dueAt })];
    case 'met':
      return [record(state, now, { type: 'sla.met', ...promise, dueAt: told.dueAt, elapsedMs: told.elapsedMs })];
    case 'breached': {
      const events = [record(state, now, { type: 'sla.breached', ...promise, dueAt: told.dueAt })];
      if (onBreach.notify) events.push(entry({ type: 'sla_breached', metric, dueAt: told.dueAt, targetMinutes }));
      if (onBreach.rerank) events.push(...rerankWhileWaiting(state));
      if (onBreach.sendOn && escalation.state === 'queued') events.push(sendOn(escalation));
      return events;
    }
    default:
      return unreachable(told);
  }
}

/** [K12] */
export const sendOn = (escalation: Escalation): ConversationEvent =>
  effect({
    kind: 'send_on',
    escalationId: escalation.id,
    hop: escalation.hops.length,
    queueId: lastQueue(escalation),
  });

/** [P7] What the visitor writes, or who vouches for what, may move a place in line. */
export function rerankWhileWaiting({ escalation }: ConversationState): ConversationEvent[] {
  return escalation?.state === 'queued' ? [rerank(escalation)] : [];
}

/** Ranked anew where it waits, with what is known when this is delivered. */
export const rerank = (escalation: Escalation): ConversationEvent =>
  effect({
    kind: 'rerank',
    escalationId: escalation.id,
    hop: escalation.hops.length,
    queueId: lastQueue(escalation),
  });
