import type { AgentId, EpochMs, EscalationId, ReservationId } from '#domain/ids.ts';
import { compareRank } from '#domain/priority/rank.ts';
import { type AgentRecord, NO_RECORD } from '#domain/routing/choose-agent.ts';
import { wakeAt } from './path.ts';
import type {
  AgentMirror,
  AssignedEntry,
  Closure,
  QueueConfig,
  QueuedEntry,
  QueueEntry,
  QueueEvent,
  QueueStore,
  ReservedEntry,
} from './queue.ts';

/** The queue in memory: for the model tests and the simulator. Passes the same contract suite as the SQLite one. */
export class MemoryQueueStore implements QueueStore {
  config: QueueConfig;
  readonly served: { at: number; waitMs: number; handleMs: number }[] = [];
  readonly #entries = new Map<string, QueueEntry>();
  readonly #byReservation = new Map<ReservationId, string>();
  readonly #lines = new Map<string, QueuedEntry[]>();
  readonly #held = new Map<AgentId, Map<string, ReservedEntry | AssignedEntry>>();
  readonly #wakes = new Map<string, EpochMs>();
  readonly #agents = new Map<AgentId, AgentMirror>();
  readonly #records = new Map<AgentId, AgentRecord>();
  #closure: Closure | null = null;
  #seq = 0;

  constructor(config: QueueConfig) {
    this.config = config;
  }

  entry(escalationId: EscalationId, hop: number): QueueEntry | null {
    return this.#entries.get(`${escalationId}/${hop}`) ?? null;
  }

  byReservation(reservationId: ReservationId): QueueEntry | null {
    const key = this.#byReservation.get(reservationId);
    return key === undefined ? null : (this.#entries.get(key) ?? null);
  }

  waiting(): QueuedEntry[] {
    return [...this.#lines.values()].flat().sort(compareRank);
  }

  waitingCount(): number {
    let count = 0;
    for (const line of this.#lines.values()) count += line.length;
    return count;
  }

  needsKeys(): string[] {
    return [...this.#lines].filter(([, line]) => line.length > 0).map(([key]) => key);
  }

  /** The line itself, not a copy: read it before anything is applied. */
  waitingWith(needsKey: string): readonly QueuedEntry[] {
    return this.#lines.get(needsKey) ?? [];
  }

  reserved(): ReservedEntry[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.state === 'reserved')
      .sort((a, b) => a.expiresAt - b.expiresAt || a.seq - b.seq);
  }

  heldBy(agentId: AgentId): (ReservedEntry | AssignedEntry)[] {
    return [...(this.#held.get(agentId)?.values() ?? [])].sort((a, b) => a.seq - b.seq);
  }

  dueBy(now: EpochMs): QueueEntry[] {
    return [...this.#wakes]
      .filter(([, at]) => at <= now)
      .map(([key, at]) => ({ at, entry: this.#entries.get(key) as QueueEntry }))
      .sort((a, b) => a.at - b.at || a.entry.seq - b.entry.seq)
      .map(({ entry }) => entry);
  }

  nextWakeAt(): EpochMs | null {
    let first: EpochMs | null = null;
    for (const at of this.#wakes.values()) if (first === null || at < first) first = at;
    return first;
  }

  agents(): AgentMirror[] {
    return [...this.#agents.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  agent(id: AgentId): AgentMirror | null {
    return this.#agents.get(id) ?? null;
  }

  record(id: AgentId): AgentRecord {
    return this.#records.get(id) ?? NO_RECORD;
  }

  closure(): Closure | null {
    return this.#closure;
  }

  nextSeq(): number {
    return this.#seq + 1;
  }

  apply(event: QueueEvent): void {
    switch (event.type) {
      case 'entry_put':
        this.#put(event.entry);
        return;
      case 'agent_put':
        this.#agents.set(event.agent.id, event.agent);
        return;
      case 'record_put':
        this.#records.set(event.agentId, event.record);
        return;
      case 'closure_put':
        this.#closure = event.closure;
        return;
      case 'served':
        this.served.push({ at: event.at, waitMs: event.waitMs, handleMs: event.handleMs });
        return;
      case 'overflowed':
        // The conversation moves it; the entry was put already.
        return;
    }
  }

  #put(entry: QueueEntry): void {
    const key = `${entry.escalationId}/${entry.hop}`;
    const before = this.#entries.get(key);
    if (before !== undefined) this.#forget(key, before);
    this.#seq = Math.max(this.#seq, entry.seq);
    this.#entries.set(key, entry);
    if ('reservationId' in entry) {
      this.#byReservation.set(entry.reservationId, key);
      const held = this.#held.get(entry.agentId) ?? new Map();
      this.#held.set(entry.agentId, held.set(key, entry));
    }
    if (entry.state === 'queued') {
      const line = this.#lines.get(entry.needsKey) ?? [];
      this.#lines.set(entry.needsKey, line);
      line.splice(placeOf(line, entry), 0, entry);
    }
    const at = wakeAt(entry, this.config);
    if (at !== null) this.#wakes.set(key, at);
  }

  #forget(key: string, entry: QueueEntry): void {
    this.#wakes.delete(key);
    if ('reservationId' in entry) {
      this.#byReservation.delete(entry.reservationId);
      this.#held.get(entry.agentId)?.delete(key);
    }
    if (entry.state === 'queued') {
      const line = this.#lines.get(entry.needsKey) as QueuedEntry[];
      line.splice(placeOf(line, entry), 1);
    }
  }
}

/** Where the entry stands or would stand in its line. */
function placeOf(line: readonly QueuedEntry[], entry: QueuedEntry): number {
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRank(line[middle] as QueuedEntry, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
