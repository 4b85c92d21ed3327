import type { AgentId, EpochMs, EscalationId, ReservationId } from '#domain/ids.ts';
import { compareRank } from '#domain/priority/rank.ts';
import { type AgentRecord, NO_RECORD } from '#domain/routing/choose-agent.ts';
import { isSkipping, wakeAt } from './path.ts';
import {
  type AgentMirror,
  type AssignedEntry,
  type Closure,
  isNewcomer,
  type LinePart,
  type QueueConfig,
  type QueuedEntry,
  type QueueEntry,
  type QueueEvent,
  type QueueStore,
  type ReservedEntry,
} from './queue.ts';

/** The queue in memory: for the model tests and the simulator. Passes the same contract suite as the SQLite one. */
export class MemoryQueueStore implements QueueStore {
  config: QueueConfig;
  readonly served: { at: number; waitMs: number; handleMs: number }[] = [];
  readonly #entries = new Map<string, QueueEntry>();
  readonly #byReservation = new Map<ReservationId, string>();
  readonly #lines = new Map<string, QueuedEntry[]>();
  readonly #held = new Map<AgentId, Map<string, ReservedEntry | AssignedEntry>>();
  readonly #reserved = new Map<string, ReservedEntry>();
  /** Earliest first; beside it when each entry wakes, because settings may have changed since it was put there. */
  readonly #wakes: Wake[] = [];
  readonly #wakeOf = new Map<string, Wake>();
  readonly #agents = new Map<AgentId, AgentMirror>();
  /** Those who serve, by id. */
  readonly #agentList: AgentMirror[] = [];
  readonly #records = new Map<AgentId, AgentRecord>();
  readonly #skipping = new Map<string, QueuedEntry>();
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

  waiting(part: LinePart = 'all'): QueuedEntry[] {
    return [...this.#lines.values()].flatMap((line) => this.#partOf(line, part)).sort(compareRank);
  }

  waitingCount(): number {
    let count = 0;
    for (const line of this.#lines.values()) count += line.length;
    return count;
  }

  needsKeys(): string[] {
    return [...this.#lines].filter(([, line]) => line.length > 0).map(([key]) => key);
  }

  /** The line itself, not a copy, where all of it is asked for: read it before anything is applied. */
  waitingWith(needsKey: string, part: LinePart = 'all'): readonly QueuedEntry[] {
    return this.#partOf(this.#lines.get(needsKey) ?? [], part);
  }

  #partOf(line: readonly QueuedEntry[], part: LinePart): readonly QueuedEntry[] {
    return part === 'all' || this.#closure === null ? line : line.filter((entry) => !isNewcomer(entry, this.#closure));
  }

  reserved(): ReservedEntry[] {
    return [...this.#reserved.values()].sort((a, b) => a.expiresAt - b.expiresAt || a.seq - b.seq);
  }

  heldBy(agentId: AgentId): (ReservedEntry | AssignedEntry)[] {
    return [...(this.#held.get(agentId)?.values() ?? [])].sort((a, b) => a.seq - b.seq);
  }

  skipping(needsKey: string): QueuedEntry[] {
    return [...this.#skipping.values()].filter((entry) => entry.needsKey === needsKey).sort(compareRank);
  }

  dueBy(now: EpochMs): QueueEntry[] {
    const due: QueueEntry[] = [];
    for (const { at, key } of this.#wakes) {
      if (at > now) break;
      due.push(this.#entries.get(key) as QueueEntry);
    }
    return due;
  }

  nextWakeAt(): EpochMs | null {
    return this.#wakes[0]?.at ?? null;
  }

  /** The list itself, not a copy. */
  agents(): readonly AgentMirror[] {
    return this.#agentList;
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
        this.#putAgent(event.agent);
        if (event.record !== undefined) this.#records.set(event.agent.id, event.record);
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

  #putAgent(agent: AgentMirror): void {
    const at = placeOf(this.#agentList, agent, (a, b) => (a.id === b.id ? 0 : a.id < b.id ? -1 : 1));
    const isListed = this.#agents.get(agent.id)?.serves === true;
    this.#agentList.splice(at, isListed ? 1 : 0, ...(agent.serves ? [agent] : []));
    this.#agents.set(agent.id, agent);
  }

  #put(entry: QueueEntry): void {
    // As the other store, whose columns are whole numbers.
    if (!Number.isInteger(entry.sortAt)) throw new TypeError(`sortAt is no whole number: ${entry.sortAt}`);
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
      line.splice(placeOf(line, entry, compareRank), 0, entry);
    }
    if (entry.state === 'reserved') this.#reserved.set(key, entry);
    if (isSkipping(entry, this.config)) this.#skipping.set(key, entry);
    const at = wakeAt(entry, this.config);
    if (at === null) return;
    const wake = { at, seq: entry.seq, key };
    this.#wakes.splice(placeOf(this.#wakes, wake, compareWake), 0, wake);
    this.#wakeOf.set(key, wake);
  }

  #forget(key: string, entry: QueueEntry): void {
    const wake = this.#wakeOf.get(key);
    if (wake !== undefined) this.#wakes.splice(placeOf(this.#wakes, wake, compareWake), 1);
    this.#wakeOf.delete(key);
    this.#reserved.delete(key);
    this.#skipping.delete(key);
    if ('reservationId' in entry) {
      this.#byReservation.delete(entry.reservationId);
      this.#held.get(entry.agentId)?.delete(key);
    }
    if (entry.state === 'queued') {
      const line = this.#lines.get(entry.needsKey) as QueuedEntry[];
      line.splice(placeOf(line, entry, compareRank), 1);
    }
  }
}

type Wake = { at: EpochMs; seq: number; key: string };

const compareWake = (a: Wake, b: Wake): number => a.at - b.at || a.seq - b.seq;

/** Where one stands or would stand in a list that is in order. */
function placeOf<T>(list: readonly T[], one: T, compare: (a: T, b: T) => number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(list[middle] as T, one) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
