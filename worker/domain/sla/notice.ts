import type { ConversationId, EpochMs, EscalationId } from '#domain/ids.ts';
import type { SlaClock } from './policy.ts';
import type { SlaTarget } from './targets.ts';

/** [K14] What those who answer for a promise are told of it. `id` names the promise: what is told later takes the place of what was told before. */
export type PromiseNotice = {
  id: string;
  what: 'warned' | 'breached';
  at: EpochMs;
  metric: SlaClock;
  /** Null when its clock stands still. */
  dueAt: EpochMs | null;
  escalationId: EscalationId;
  conversationId: ConversationId;
  ticketNumber: string;
  subject: string;
  queueName: string;
};

/** The name of one promise of one escalation; the same for its warning, its breach and its end. */
export const noticeId = (
  escalationId: EscalationId,
  { metric, ordinal }: Pick<SlaTarget, 'metric' | 'ordinal'>,
): string => `${escalationId}/${metric}/${ordinal}`;

/** Whether `next` says more than `known`: nothing is told twice, and a warning never comes after the breach that it warned of. */
export const saysMore = (known: PromiseNotice | null, next: PromiseNotice): boolean =>
  known === null || (known.what === 'warned' && next.what === 'breached');

/** An agent is shown this many, the newest. */
export const MAX_NOTICES = 50;
