import type { QueueId } from '#domain/ids.ts';
import { hurried } from '#domain/priority/rank.ts';
import type { AssignedEntry, QueueConfig, QueueEntry, ReservedEntry } from '#domain/queue/queue.ts';
import { whyNoRoom } from '#domain/queue/room.ts';
import { isFull } from '#domain/queue/service.ts';
import type { Proposal } from '#domain/routing/agent.ts';
import type { QueueDown, QueueEntryView } from '#protocol/queue.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { SqlQueueStore } from './queue-store.ts';

/** At most so many are sent to a console of each; the counts are always true. */
const WAITING_SHOWN = 200;
const HELD_SHOWN = 100;

/** The queue as consoles see it: who waits in rank order, who is asked, what is in hands. `version` counts up with every change. */
export function queueFrame(store: SqlQueueStore, version: number, now: number): QueueDown {
  const { config } = store;
  const waiting: QueueEntry[] = [];
  for (const entry of store.waiting()) {
    if (waiting.length >= WAITING_SHOWN) break;
    waiting.push(entry);
  }
  const count = store.waitingCount();
  const closure = store.closure();
  return {
    type: 'queue',
    protocol: PROTOCOL_VERSION,
    version,
    queue: { id: config.id, name: config.name, tier: config.tier },
    order: config.order,
    entries: [...waiting, ...store.reserved().slice(0, HELD_SHOWN), ...store.assigned(HELD_SHOWN)].map(toView),
    waiting: count,
    ...store.heldCounts(),
    closed: closure === null ? null : { by: closure.by, at: closure.at },
    isFull: isFull(config, count),
    incidents: config.incidents,
    agents: store.agents().map((agent) => {
      const { id, name, presence, load, capacity } = agent;
      return { id, name, presence, load, capacity, why: whyNoRoom(store, agent, store.record(id), now) };
    }),
  };
}

/** What an agent is asked, or has taken: the work, its rank, and until when. */
export const toProposal = (entry: ReservedEntry | AssignedEntry, config: QueueConfig): Proposal => ({
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
  offeredAt: entry.state === 'reserved' ? entry.offeredAt : entry.assignedAt,
  expiresAt: entry.state === 'reserved' ? entry.expiresAt : entry.assignedAt,
});

/** One entry as consoles see it. */
export const toView = (entry: QueueEntry): QueueEntryView => ({
  promiseDueAt: entry.facts.promiseDueAt,
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
  severity: hurried(entry.facts),
  raises: entry.raises,
  skills: entry.skills,
  needs: entry.needsKey,
  because: entry.because,
  queuedAt: entry.queuedAt,
  dueAt: entry.dueAt,
});
