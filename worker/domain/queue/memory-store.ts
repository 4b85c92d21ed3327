import type { AgentId, EscalationId, ReservationId } from '#domain/ids.ts';
import { compareRank } from '#domain/priority/rank.ts';
import type {
  AgentMirror,
  AssignedEntry,
  QueueConfig,
  QueuedEntry,
  QueueEntry,
  QueueEvent,
  QueueStore,
  ReservedEntry,
} from './queue.ts';

/** The queue in memory: for the model tests and the simulator. Passes the same contract suite as the SQLite one. */
export class MemoryQueueStore implements QueueStore {
  readonly config: QueueConfig;
  readonly served: { at: number; waitMs: number; handleMs: number }[] = [];
  readonly #entries = new Map<string, QueueEntry>();
  readonly #agents = new Map<AgentId, AgentMirror>();
  #seq = 0;

  constructor(config: QueueConfig) {
    this.config = config;
  }

  entry(escalationId: EscalationId, hop: number): QueueEntry | null {
    return this.#entries.get(`${escalationId}/${hop}`) ?? null;
  }

  byReservation(reservationId: ReservationId): QueueEntry | null {
    for (const entry of this.#entries.values()) {
      if ('reservationId' in entry && entry.reservationId === reservationId) return entry;
    }
    return null;
  }

  waiting(): QueuedEntry[] {
    return [...this.#entries.values()].filter((entry) => entry.state === 'queued').sort(compareRank);
  }

  reserved(): ReservedEntry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.state === 'reserved')
      .sort((a, b) => a.expiresAt - b.expiresAt);
  }

  assignedTo(agentId: AgentId): AssignedEntry[] {
    return [...this.#entries.values()].filter(
      (entry) => entry.state === 'assigned' && entry.agentId === agentId,
    ) as AssignedEntry[];
  }

  agents(): AgentMirror[] {
    return [...this.#agents.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  agent(id: AgentId): AgentMirror | null {
    return this.#agents.get(id) ?? null;
  }

  nextSeq(): number {
    return this.#seq + 1;
  }

  apply(event: QueueEvent): void {
    switch (event.type) {
      case 'entry_put':
        this.#seq = Math.max(this.#seq, event.entry.seq);
        this.#entries.set(`${event.entry.escalationId}/${event.entry.hop}`, event.entry);
        return;
      case 'agent_put':
        this.#agents.set(event.agent.id, event.agent);
        return;
      case 'served':
        this.served.push({ at: event.at, waitMs: event.waitMs, handleMs: event.handleMs });
    }
  }
}
