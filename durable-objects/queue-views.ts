import type { QueueId } from '#domain/ids.ts';
import type { QueueConfig, QueueEntry, ReservedEntry } from '#domain/queue/queue.ts';
import type { Proposal } from '#domain/routing/agent.ts';
import type { QueueDown, QueueEntryView } from '#protocol/queue.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { SqlQueueStore } from './queue-store.ts';

/** At most this many entries are sent to a console; the count is always true. */
const VIEW_LIMIT = 200;

/** The queue as consoles see it: who waits in rank order, who is asked, what is in hands. `version` counts up with every change. */
export function queueFrame(store: SqlQueueStore, version: number): QueueDown {
  const { config } = store;
  const waiting: QueueEntry[] = [];
  for (const entry of store.waiting()) {
    if (waiting.length >= VIEW_LIMIT) break;
    waiting.push(entry);
  }
  const left = VIEW_LIMIT - waiting.length;
  const count = store.waitingCount();
  return {
    type: 'queue',
    protocol: PROTOCOL_VERSION,
    version,
    queue: { id: config.id, name: config.name },
    entries: [...waiting, ...store.reserved(), ...store.assigned(Math.max(left, 1))].slice(0, VIEW_LIMIT).map(toView),
    waiting: count,
    closed: store.closure(),
    isFull: config.maxWaiting !== null && count >= config.maxWaiting,
    incidents: config.incidents,
    agents: store.agents().map(({ id, name, presence, load, capacity }) => ({ id, name, presence, load, capacity })),
  };
}

/** What an agent is asked: the work, its rank, and until when. */
export const toProposal = (entry: ReservedEntry, config: QueueConfig): Proposal => ({
  reservationId: entry.reservationId,
  epoch: entry.epoch,
  queueId: config.id as QueueId,
  queueName: config.name,
  work: {
    escalationId: entry.escalationId,
    conversationId: entry.conversationId,
    ticketNumber: entry.ticketNumber,
    hop: entry.hop,
    subject: entry.subject,
    visitorName: entry.visitorName,
    company: entry.company,
    area: entry.area,
    because: entry.because,
    skills: entry.skills,
  },
  cost: config.cost,
  wrapUpMs: config.wrapUpMs,
  unansweredLimit: config.unansweredLimit,
  tier: entry.facts.tier,
  terms: entry.terms,
  queuedAt: entry.queuedAt,
  dueAt: entry.dueAt,
  offeredAt: entry.offeredAt,
  expiresAt: entry.expiresAt,
});

const toView = (entry: QueueEntry): QueueEntryView => ({
  escalationId: entry.escalationId,
  conversationId: entry.conversationId,
  ticketNumber: entry.ticketNumber,
  hop: entry.hop,
  subject: entry.subject,
  visitorName: entry.visitorName,
  company: entry.company,
  tier: entry.facts.tier,
  area: entry.area,
  class: entry.class,
  state: entry.state === 'closed' ? 'assigned' : entry.state,
  agent: entry.state === 'reserved' || entry.state === 'assigned' ? { id: entry.agentId, name: entry.agentName } : null,
  rank: entry.terms,
  skills: entry.skills,
  needs: entry.needsKey,
  because: entry.because,
  queuedAt: entry.queuedAt,
  dueAt: entry.dueAt,
});
