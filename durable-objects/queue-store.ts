import type { AgentId, EscalationId, ReservationId } from '#domain/ids.ts';
import type {
  AgentMirror,
  AssignedEntry,
  QueueConfig,
  QueuedEntry,
  QueueEntry,
  QueueEvent,
  QueueStore,
  ReservedEntry,
} from '#domain/queue/queue.ts';

/** Recent service times kept for the wait estimate. */
export const SERVED_KEPT = 200;

export const QUEUE_SCHEMA = [
  `create table entries (
     escalation_id text not null, hop integer not null, state text not null, class integer not null, due_at integer not null,
     seq integer not null, reservation_id text, agent_id text, expires_at integer, body text not null,
     primary key (escalation_id, hop)) strict`,
  // The order of service is this index: reading the head touches one row.
  "create index entries_by_rank on entries (class, due_at, seq) where state = 'queued'",
  'create index entries_by_reservation on entries (reservation_id) where reservation_id is not null',
  "create index entries_live on entries (state, expires_at) where state in ('reserved', 'assigned')",
  // max(seq) is the end of this index, not a scan.
  'create index entries_by_seq on entries (seq)',
  'create table agents (id text primary key, body text not null) strict, without rowid',
  'create table served (id integer primary key autoincrement, at integer not null, wait_ms integer not null, handle_ms integer not null) strict',
  'create table facts (key text primary key, value text not null) strict, without rowid',
  // One partial index for two states served neither: the planner wants the query's own condition.
  'drop index entries_live',
  "create index entries_reserved on entries (expires_at) where state = 'reserved'",
  "create index entries_assigned on entries (agent_id, seq) where state = 'assigned'",
];

/** The queue in the object's SQLite. Rows hold the whole entry as JSON beside the columns that order and find it. */
export class SqlQueueStore implements QueueStore {
  readonly #sql: SqlStorage;
  config: QueueConfig;

  constructor(sql: SqlStorage, config: QueueConfig) {
    this.#sql = sql;
    this.config = config;
  }

  #entries<T extends QueueEntry>(where: string, ...bindings: (string | number)[]): T[] {
    return this.#sql
      .exec<{ body: string }>(`select body from entries where ${where}`, ...bindings)
      .toArray()
      .map(({ body }) => JSON.parse(body) as T);
  }

  entry(escalationId: EscalationId, hop: number): QueueEntry | null {
    return this.#entries('escalation_id = ? and hop = ?', escalationId, hop)[0] ?? null;
  }

  byReservation(reservationId: ReservationId): QueueEntry | null {
    return this.#entries('reservation_id = ?', reservationId)[0] ?? null;
  }

  *waiting(): Iterable<QueuedEntry> {
    // Read in pages: most matches are decided within the first rows, and a cursor must not stay open over a write.
    const page = 20;
    for (let offset = 0; ; offset += page) {
      const rows = this.#entries<QueuedEntry>(
        `state = 'queued' order by class, due_at, seq limit ${page} offset ?`,
        offset,
      );
      yield* rows;
      if (rows.length < page) return;
    }
  }

  reserved(): ReservedEntry[] {
    return this.#entries(`state = 'reserved' order by expires_at`);
  }

  assigned(): AssignedEntry[] {
    return this.#entries(`state = 'assigned' order by seq`);
  }

  assignedTo(agentId: AgentId): AssignedEntry[] {
    return this.#entries(`state = 'assigned' and agent_id = ? order by seq`, agentId);
  }

  agents(): AgentMirror[] {
    return this.#sql
      .exec<{ body: string }>('select body from agents order by id')
      .toArray()
      .map(({ body }) => JSON.parse(body) as AgentMirror);
  }

  agent(id: AgentId): AgentMirror | null {
    const row = this.#sql.exec<{ body: string }>('select body from agents where id = ?', id).toArray()[0];
    return row === undefined ? null : (JSON.parse(row.body) as AgentMirror);
  }

  nextSeq(): number {
    return this.#sql.exec<{ n: number }>('select coalesce(max(seq), 0) + 1 as n from entries').one().n;
  }

  waitingCount(): number {
    return this.#sql.exec<{ n: number }>(`select count(*) as n from entries where state = 'queued'`).one().n;
  }

  recentHandleMs(): number[] {
    return this.#sql
      .exec<{ ms: number }>('select handle_ms as ms from served order by id desc limit ?', SERVED_KEPT)
      .toArray()
      .map(({ ms }) => ms);
  }

  apply(event: QueueEvent): void {
    switch (event.type) {
      case 'entry_put': {
        const { entry } = event;
        this.#sql.exec(
          `insert or replace into entries
             (escalation_id, hop, state, class, due_at, seq, reservation_id, agent_id, expires_at, body)
           values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          entry.escalationId,
          entry.hop,
          entry.state,
          entry.class,
          entry.dueAt,
          entry.seq,
          'reservationId' in entry ? entry.reservationId : null,
          'agentId' in entry ? entry.agentId : null,
          entry.state === 'reserved' ? entry.expiresAt : null,
          JSON.stringify(entry),
        );
        return;
      }
      case 'agent_put':
        this.#sql.exec('insert or replace into agents values (?, ?)', event.agent.id, JSON.stringify(event.agent));
        return;
      case 'served':
        this.#sql.exec(
          'insert into served (at, wait_ms, handle_ms) values (?, ?, ?)',
          event.at,
          event.waitMs,
          event.handleMs,
        );
        this.#sql.exec('delete from served where id <= (select max(id) from served) - ?', SERVED_KEPT);
    }
  }
}

/** Small facts that an object keeps beside its tables. */
export function readFact(sql: SqlStorage, key: string): string | null {
  return sql.exec<{ value: string }>('select value from facts where key = ?', key).toArray()[0]?.value ?? null;
}

export function writeFact(sql: SqlStorage, key: string, value: string): void {
  sql.exec('insert or replace into facts values (?, ?)', key, value);
}
