import type { Escalation } from '#domain/escalation/escalation.ts';
import type { EpochMs } from '#domain/ids.ts';
import { unreachable } from '#domain/result.ts';
import { noticeId } from '#domain/sla/notice.ts';
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
  const advanced = advanceSla(terms === null ? sla : withTerms(sla, terms, now), now, happens);
  if (advanced.sla === sla) return [];
  const told = advanced.told.flatMap((one) => tellSla(state, escalation, advanced.sla.terms, one, now));
  // Other terms are due at another time, and whoever looks at the line sees which.
  const dueAt = promiseDueAt(advanced.sla);
  const isMoved = dueAt !== promiseDueAt(sla);
  const moved = !isMoved
    ? []
    : escalation.state === 'assigned'
      ? [promised(escalation, dueAt)]
      : advanced.sla.terms !== sla.terms
        ? rerankWhileWaiting(state)
        : [];
  return [{ type: 'sla_changed', sla: advanced.sla }, ...told, ...moved, ...overNow(sla, advanced)];
}

/** [K14] Promises that somebody was told of and that are owed no longer, however that came about. */
function overNow(before: Sla, { sla, told }: { sla: Sla; told: SlaTold[] }): ConversationEvent[] {
  const idOf = (target: Parameters<typeof noticeId>[1]) => noticeId(sla.escalationId, target);
  const running = new Set(sla.targets.filter(({ clock }) => clock.stoppedAt === null).map(idOf));
  const toldNow = new Set(told.filter(({ what }) => what !== 'met').map(idOf));
  return before.targets
    .filter(({ clock, state, warnedAt }) => clock.stoppedAt === null && (warnedAt !== null || state === 'breached'))
    .map(idOf)
    .concat([...toldNow])
    .filter((id, i, all) => !running.has(id) && all.indexOf(id) === i)
    .map((id) => effect({ kind: 'notice_over', noticeId: id }));
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
      return [
        record(state, now, { type: 'sla.warned', ...promise, dueAt: told.dueAt }),
        ...(onBreach.notify ? [notice(state, escalation, { ...told, what: 'warned' }, now)] : []),
      ];
    case 'met':
      return [record(state, now, { type: 'sla.met', ...promise, dueAt: told.dueAt, elapsedMs: told.elapsedMs })];
    case 'breached': {
      const events = [record(state, now, { type: 'sla.breached', ...promise, dueAt: told.dueAt })];
      if (onBreach.notify) {
        events.push(entry({ type: 'sla_breached', metric, dueAt: told.dueAt, targetMinutes }));
        events.push(notice(state, escalation, { ...told, what: 'breached' }, now));
      }
      if (onBreach.rerank) events.push(...rerankWhileWaiting(state));
      if (onBreach.sendOn && escalation.state === 'queued') events.push(sendOn(escalation));
      return events;
    }
    default:
      return unreachable(told);
  }
}

/** [K14] */
const notice = (
  state: ConversationState,
  { id, ticketNumber, hops }: Escalation,
  { what, metric, ordinal, dueAt }: { what: 'warned' | 'breached' } & Pick<SlaTold, 'metric' | 'ordinal' | 'dueAt'>,
  at: EpochMs,
): ConversationEvent =>
  effect({
    kind: 'notice',
    notice: {
      id: noticeId(id, { metric, ordinal }),
      what,
      at,
      metric,
      dueAt,
      escalationId: id,
      conversationId: state.id,
      ticketNumber,
      subject: state.bundle?.subject ?? '',
      queueName: hops.at(-1)!.queueName,
    },
  });

/** [K12] */
export const sendOn = (escalation: Escalation): ConversationEvent =>
  effect({
    kind: 'send_on',
    escalationId: escalation.id,
    hop: escalation.hops.length,
    queueId: lastQueue(escalation),
  });

const promised = (escalation: Escalation, dueAt: EpochMs | null): ConversationEvent =>
  effect({
    kind: 'entry_promised',
    escalationId: escalation.id,
    hop: escalation.hops.length,
    queueId: lastQueue(escalation),
    dueAt,
  });

/** [P7] What the visitor writes (`said` is its seq), or who vouches for what, may move a place in line. */
export function rerankWhileWaiting({ escalation }: ConversationState, said?: number): ConversationEvent[] {
  return escalation?.state === 'queued' ? [rerank(escalation, said)] : [];
}

/** Ranked anew where it waits, with what is known when this is delivered. */
export const rerank = (escalation: Escalation, said?: number): ConversationEvent =>
  effect({
    kind: 'rerank',
    escalationId: escalation.id,
    hop: escalation.hops.length,
    queueId: lastQueue(escalation),
    ...(said === undefined ? {} : { said }),
  });
