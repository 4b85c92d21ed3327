import type { PutCause, QueuedEntry, QueueEntry, QueueEvent } from './queue.ts';

export const accepted = (...events: QueueEvent[]): { ok: true; events: QueueEvent[] } => ({ ok: true, events });

export const put = (entry: QueueEntry, because: PutCause): QueueEvent => ({ type: 'entry_put', entry, because });

/** The fields that an entry has in every state. */
export function common(entry: QueueEntry): Omit<QueuedEntry, 'state'> {
  const {
    escalationId,
    conversationId,
    ticketNumber,
    hop,
    subject,
    visitorName,
    company,
    area,
    because,
    skills,
    seq,
    facts,
    raises,
    terms,
    queuedAt,
    pathSince,
    dueAt,
    sortAt,
    needsKey,
    relaxed,
    stepsTaken,
    sendOnSince,
    epoch,
    cooldowns,
    preferred,
  } = entry;
  return {
    escalationId,
    conversationId,
    ticketNumber,
    hop,
    subject,
    visitorName,
    company,
    area,
    because,
    skills,
    seq,
    class: entry.class,
    facts,
    raises,
    terms,
    queuedAt,
    pathSince,
    dueAt,
    sortAt,
    needsKey,
    relaxed,
    stepsTaken,
    sendOnSince,
    epoch,
    cooldowns,
    preferred,
  };
}
