import type { AgentId, EpochMs, EscalationId, ReservationId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { compareRank } from '#domain/priority/rank.ts';
import { isSkipping, wakeAt } from '#domain/queue/path.ts';
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
} from '#domain/queue/queue.ts';
import { type Open, underSettings } from '#domain/queue/ranked.ts';
import { type AgentRecord, NO_RECORD } from '#domain/routing/choose-agent.ts';
import { WAIT_RECORDS_KEPT, type WaitRecord } from '#domain/sla/wait-estimate.ts';
import * as stored from './stored/queue.ts';
import { logUnreadable, type RowName, readOrSkip } from './stored/read-stored.ts';

/** Recent service times kept for the wait estimate. */
export const SERVED_KEPT = 200;
/** Closed entries are kept so that a late or repeated command finds its answer; nothing is repeated after so many newer ones. */
const CLOSED_KEPT = 2000;

/** Entries read at a time: most matches are decided within the first, and a cursor must not stay open over a write. */
const PAGE = 8;

type Key = { class: number; sort_at: number; seq: number };

/** The queue in the object's SQLite. Rows hold the whole entry as JSON beside the columns that order and find it. */
export class SqlQueueStore implements QueueStore {
  readonly #sql: SqlStorage;
  config: QueueConfig;
  // What is below is a cache of the tables and nothing else writes them; `forget` when a transaction was rolled back.
  #agents: KnownAgents | null = null;
  #lines: Map<string, number> | null = null;
  #lastSeq: number | null = null;
  #closure: { is: Closure | null } | null = null;
  /** Agents whose picture in memory is newer than the stored one, in nothing that anybody depends on. */
  readonly #noted = new Set<AgentId>();
  /** Whose wait is being measured, by key. */
  #waited: Set<string> | null = null;
  /** Texts that have just been written or read, as what they say: most are read again within the same turn. */
  readonly #recent = new Map<string, QueueEntry>();
  /** In which line entries stood when this instance last put them. */
  readonly #lineOf = new Map<string, string | null>();

  constructor(sql: SqlStorage, config: QueueConfig) {
    this.#sql = sql;
    this.config = config;
    this.#unpark();
  }

  #entries<T extends QueueEntry>(rest: string, ...bindings: (string | number)[]): T[] {
    return this.#sql
      .exec<{ body: string }>(`select body from entries ${rest}`, ...bindings)
      .toArray()
      .flatMap(({ body }) => (this.#read(body) as T | null) ?? []);
  }

  /** Null for what cannot be read, which is then out of every line: it would stop whoever comes to it, again and again. */
  #read(body: string): QueueEntry | null {
    const known = this.#recent.get(body);
    if (known !== undefined) return known;
    const read = stored.readEntry(body);
    if (read.ok) {
      keepSome(this.#recent, body, read.value);
      return read.value;
    }
    // Found by its text: reading the key along with every entry would cost as much as checking it.
    const rows = this.#sql
      .exec<{ escalation_id: string; hop: number; state: string; needs: string }>(
        'delete from entries where body = ? returning escalation_id, hop, state, needs',
        body,
      )
      .toArray();
    for (const { escalation_id: escalationId, hop, state, needs } of rows) {
      logUnreadable(row('entries', `${escalationId}/${hop}`), read.reason);
      this.#lineOf.delete(`${escalationId}/${hop}`);
      if (state === 'queued') this.#countLine(needs, -1);
      this.#sql.exec('insert or replace into entries_parked values (?, ?, ?, ?)', escalationId, hop, body, read.reason);
    }
    return null;
  }

  /** A later version may know what an earlier one parked: back to its own place, unless it has been put in line again. */
  #unpark(): void {
    const parked = this.#sql
      .exec<{ escalation_id: string; hop: number; body: string }>('select escalation_id, hop, body from entries_parked')
      .toArray();
    for (const { escalation_id: escalationId, hop, body } of parked) {
      const read = stored.readEntry(body);
      if (!read.ok) continue;
      if (this.entry(escalationId as EscalationId, hop) === null) this.#put(read.value);
      this.#sql.exec('delete from entries_parked where escalation_id = ? and hop = ?', escalationId, hop);
    }
  }

  entry(escalationId: EscalationId, hop: number): QueueEntry | null {
    const entry = this.#entries('where escalation_id = ? and hop = ?', escalationId, hop)[0] ?? null;
    if (entry === null) keepSome(this.#lineOf, keyOf({ escalationId, hop }), null);
    return entry;
  }

  byReservation(reservationId: ReservationId): QueueEntry | null {
    return this.#entries('where reservation_id = ?', reservationId)[0] ?? null;
  }

  waiting(part: LinePart = 'all'): Iterable<QueuedEntry> {
    return this.#partOf("state = 'queued'", [], part);
  }

  waitingWith(needsKey: string, part: LinePart = 'all'): Iterable<QueuedEntry> {
    return this.#partOf("state = 'queued' and needs = ?", [needsKey], part);
  }

  #partOf(where: string, bindings: string[], part: LinePart): Iterable<QueuedEntry> {
    const isOpen = this.closure() === null;
    const offered = this.#inOrder(`${where} and newcomer = 0`, ...bindings);
    if (part === 'offered' || isOpen) return offered;
    return mergedByRank(offered, this.#inOrder(`${where} and newcomer = 1`, ...bindings));
  }

  skipping(needsKey: string): Iterable<QueuedEntry> {
    return this.#inOrder('skips = 1 and needs = ?', needsKey);
  }

  /** Page by page from where the last one ended: an offset would read everything before it again. */
  *#inOrder(where: string, ...bindings: (string | number)[]): Iterable<QueuedEntry> {
    let after: Key | null = null;
    for (;;) {
      const from: (string | number)[] = after === null ? [] : [after.class, after.sort_at, after.seq];
      const rows: (Key & { body: string })[] = this.#sql
        .exec<Key & { body: string }>(
          `select class, sort_at, seq, body from entries where ${where}
           ${after === null ? '' : 'and (class, sort_at, seq) > (?, ?, ?)'} order by class, sort_at, seq limit ${PAGE}`,
          ...bindings,
          ...from,
        )
        .toArray();
      for (const { body } of rows) {
        const entry = this.#read(body);
        if (entry !== null) yield entry as QueuedEntry;
      }
      if (rows.length < PAGE) return;
      after = rows.at(-1) as Key;
    }
  }

  waitingCount(): number {
    let count = 0;
    for (const waiting of this.#counts().values()) count += waiting;
    return count;
  }

  needsKeys(): string[] {
    return [...this.#counts()].filter(([, waiting]) => waiting > 0).map(([needs]) => needs);
  }

  #counts(): Map<string, number> {
    this.#lines ??= new Map(
      this.#sql
        .exec<{ needs: string; waiting: number }>('select needs, waiting from lines')
        .toArray()
        .map(({ needs, waiting }) => [needs, waiting]),
    );
    return this.#lines;
  }

  reserved(): ReservedEntry[] {
    return this.#entries(`where state = 'reserved' order by wake_at, seq`);
  }

  heldBy(agentId: AgentId): (ReservedEntry | AssignedEntry)[] {
    return this.#entries('where agent_id = ? order by seq', agentId);
  }

  *dueBy(now: EpochMs): Iterable<QueueEntry> {
    yield* this.#entries<QueueEntry>('where wake_at <= ? order by wake_at, seq limit 1000', now);
  }

  nextWakeAt(): EpochMs | null {
    return this.#sql
      .exec<{ at: number | null }>('select min(wake_at) as at from entries where wake_at is not null')
      .one().at;
  }

  /** How much is being offered, and how much is in hands. */
  heldCounts(): { offered: number; inHands: number } {
    return this.#sql
      .exec<{ offered: number; inHands: number }>(
        `select coalesce(sum(state = 'reserved'), 0) as offered, coalesce(sum(state = 'assigned'), 0) as inHands
         from entries where agent_id is not null`,
      )
      .one();
  }

  /** The work under way, latest first, for whoever looks at the queue. */
  assigned(limit: number): AssignedEntry[] {
    return this.#entries<AssignedEntry>(
      `where agent_id is not null and state = 'assigned' order by seq desc limit ?`,
      limit,
    );
  }

  /** Everything that is not over, oldest first. */
  open(): Iterable<Open> {
    return this.#entries<Open>("where state <> 'closed' order by seq");
  }

  /** The same as the present settings rank and line it; put again, because every column may differ. */
  *reapply(before: QueueConfig): Iterable<QueueEvent> {
    for (const entry of this.open())
      yield { type: 'entry_put', entry: underSettings(entry, this.config, before), because: 'reranked' };
  }

  /** [Y1] All entries of these conversations, closed ones too. */
  ofConversations(conversations: ReadonlySet<string>): QueueEntry[] {
    return this.#entries<QueueEntry>(
      "where json_extract(body, '$.conversationId') in (select value from json_each(?)) order by seq",
      JSON.stringify([...conversations]),
    );
  }

  /** [Y3] Closed entries of these conversations lose name, company and what they were about, and keep their place; what cannot be read goes. */
  scrub(conversations: ReadonlySet<string>): void {
    for (const entry of this.ofConversations(conversations)) {
      const bare = { ...entry, subject: '', visitorName: null, company: null, area: null, because: [] };
      const terms = { terms: [], raises: [], facts: { ...entry.facts, area: null, incident: null } };
      // As long as it was: so it is written over what was there, and nothing of it is left in the file.
      const body = JSON.stringify({ ...bare, ...terms });
      this.#sql.exec(
        `update entries set body = ?3 || printf('%*s', max(0, length(cast(body as blob)) - length(cast(?3 as blob))), '')
         where escalation_id = ?1 and hop = ?2`,
        entry.escalationId,
        entry.hop,
        body,
      );
    }
    for (const id of conversations) this.#sql.exec('delete from entries_parked where instr(body, ?) > 0', id);
    this.#recent.clear();
  }

  agents(): AgentMirror[] {
    return this.#known().mirrors;
  }

  agent(id: AgentId): AgentMirror | null {
    return this.#known().byId.get(id)?.mirror ?? null;
  }

  record(id: AgentId): AgentRecord {
    return this.#known().byId.get(id)?.record ?? NO_RECORD;
  }

  /** Read once: every match looks at all of them. Whatever changes one goes through `apply`. */
  #known(): KnownAgents {
    if (this.#agents !== null) return this.#agents;
    const byId: KnownAgents['byId'] = new Map();
    const rows = this.#sql.exec<{ id: string; body: string; record: string | null }>(
      'select id, body, record from agents order by id',
    );
    for (const { id, body, record } of rows.toArray()) {
      byId.set(id as AgentId, {
        // An unreadable picture is no picture: the agent's next report is a new one.
        mirror: body === '' ? null : readOrSkip(stored.agentMirror, body, row('agents', id)),
        record: record === null ? null : readOrSkip(stored.agentRecord, record, row('agents', id)),
      });
    }
    this.#agents = { byId, mirrors: mirrorsOf(byId) };
    return this.#agents;
  }

  #keepAgent(id: AgentId, changed: { mirror?: AgentMirror; record?: AgentRecord }): void {
    const { byId } = this.#known();
    byId.set(id, { mirror: null, record: null, ...byId.get(id), ...changed });
    if ('mirror' in changed) this.#agents = { byId, mirrors: mirrorsOf(byId) };
  }

  /**
   * Takes over a report that says nothing new: the same load and presence under a later version. True when it was one. It is written with
   * the next entry or by `writeNoted`. Should it be lost, the stored picture says the same and is only older.
   */
  noteAgent(agent: AgentMirror): boolean {
    const known = this.agent(agent.id);
    if (known === null || known.version >= agent.version) return false;
    const { version, idleSince } = agent;
    if (!isSame({ ...known, version, idleSince }, agent)) return false;
    this.#keepAgent(agent.id, { mirror: agent });
    this.#noted.add(agent.id);
    return true;
  }

  /** Writes what was only noted. */
  writeNoted(): void {
    for (const id of this.#noted) {
      const mirror = this.agent(id);
      if (mirror !== null) this.#sql.exec('update agents set body = ? where id = ?', JSON.stringify(mirror), id);
    }
    this.#noted.clear();
  }

  /** After a transaction that was rolled back: what is in memory may not be what is stored. */
  forget(): void {
    this.#agents = null;
    this.#noted.clear();
    this.#lines = null;
    this.#lastSeq = null;
    this.#closure = null;
    this.#waited = null;
    this.#lineOf.clear();
  }

  /** [W4] How far those at the back have been told. Nobody yet, where that cannot be read: they are told once more. */
  farTold(): stored.FarTold {
    const text = readFact(this.#sql, 'far-told');
    const read = text === null ? null : readOrSkip(stored.farTold, text, row('facts', 'far-told'));
    return read ?? { closedAfter: null, lines: {}, seq: -1 };
  }

  keepFarTold(told: stored.FarTold): void {
    writeFact(this.#sql, 'far-told', JSON.stringify(told));
  }

  /** How many wait that are served before this one, by the index alone. */
  waitingBefore({ class: rankClass, sortAt, seq }: QueueEntry): number {
    return this.#sql
      .exec<{ n: number }>(
        `select (select count(*) from entries where state = 'queued' and newcomer = 0 and (class, sort_at, seq) < (?1, ?2, ?3))
              + (select count(*) from entries where state = 'queued' and newcomer = 1 and (class, sort_at, seq) < (?1, ?2, ?3)) as n`,
        rankClass,
        sortAt,
        seq,
      )
      .one().n;
  }

  /** [W3] The number of the first that came when so many were in line already; null where it is not full. What is offered is still in line. */
  fullFrom(maxWaiting: number | null): number | null {
    if (maxWaiting === null || this.waitingCount() + this.reserved().length <= maxWaiting) return null;
    const rows = this.#sql.exec<{ seq: number }>(
      "select seq from entries where state in ('queued', 'reserved') order by seq limit 1 offset ?",
      maxWaiting,
    );
    return rows.toArray()[0]?.seq ?? null;
  }

  /** Who waits of those that came after this number, in the order in which they came. */
  waitingAfter(seq: number, limit: number): QueuedEntry[] {
    return this.#entries<QueuedEntry>("where state = 'queued' and seq > ? order by seq limit ?", seq, limit);
  }

  /** Read once: every match asks for it. */
  closure(): Closure | null {
    if (this.#closure === null) {
      const text = readFact(this.#sql, 'closure') ?? '';
      const is = text === '' ? null : readOrSkip(stored.closure, text, row('facts', 'closure'));
      this.#closure = { is };
      // A closing that cannot be read is none: whoever came after it is offered like everybody.
      if (is === null && text !== '') this.#openToNewcomers();
    }
    return this.#closure.is;
  }

  #openToNewcomers(): void {
    this.#sql.exec("update entries set newcomer = 0 where state = 'queued' and newcomer = 1");
  }

  nextSeq(): number {
    this.#lastSeq ??= this.#sql.exec<{ n: number }>('select coalesce(max(seq), 0) as n from entries').one().n;
    return this.#lastSeq + 1;
  }

  recentHandleMs(): number[] {
    return this.#sql
      .exec<{ ms: number }>('select handle_ms as ms from served order by id desc limit ?', SERVED_KEPT)
      .toArray()
      .map(({ ms }) => ms);
  }

  /** What a visitor is told for the first time. */
  tell({ escalationId, hop }: QueueEntry, predictedMs: number, now: EpochMs): void {
    this.#sql.exec(
      'insert or ignore into told (escalation_id, hop, at, predicted_ms) values (?, ?, ?, ?)',
      escalationId,
      hop,
      now,
      predictedMs,
    );
    this.#measured().add(keyOf({ escalationId, hop }));
  }

  #measured(): Set<string> {
    this.#waited ??= new Set(
      this.#sql
        .exec<{ escalationId: string; hop: number }>(
          'select escalation_id as escalationId, hop from told where wait_ms is null',
        )
        .toArray()
        .map(keyOf),
    );
    return this.#waited;
  }

  waitRecords(): WaitRecord[] {
    return this.#sql
      .exec<{ predictedMs: number; waitMs: number }>(
        'select predicted_ms as predictedMs, wait_ms as waitMs from told where wait_ms is not null order by id desc limit ?',
        WAIT_RECORDS_KEPT,
      )
      .toArray();
  }

  apply(event: QueueEvent): void {
    switch (event.type) {
      case 'entry_put':
        this.#put(event.entry);
        return;
      case 'agent_put':
        this.#sql.exec(
          `insert into agents (id, body, record) values (?, ?, ?) on conflict (id) do update
             set body = excluded.body, record = coalesce(excluded.record, record)`,
          event.agent.id,
          JSON.stringify(event.agent),
          event.record === undefined ? null : JSON.stringify(event.record),
        );
        this.#keepAgent(
          event.agent.id,
          event.record === undefined ? { mirror: event.agent } : { mirror: event.agent, record: event.record },
        );
        return;
      case 'record_put':
        this.#sql.exec(
          `insert into agents (id, body, record) values (?, '', ?) on conflict (id) do update set record = excluded.record`,
          event.agentId,
          JSON.stringify(event.record),
        );
        this.#keepAgent(event.agentId, { record: event.record });
        return;
      case 'closure_put':
        this.#closure = { is: event.closure };
        writeFact(this.#sql, 'closure', event.closure === null ? '' : JSON.stringify(event.closure));
        if (event.closure === null) this.#openToNewcomers();
        return;
      case 'served':
        this.#sql.exec(
          'insert into served (at, wait_ms, handle_ms) values (?, ?, ?)',
          event.at,
          event.waitMs,
          event.handleMs,
        );
        this.#sql.exec('delete from served where id <= (select max(id) from served) - ?', SERVED_KEPT);
        return;
      case 'overflowed':
        // The conversation moves it; the entry was put already.
        return;
    }
  }

  #put(entry: QueueEntry): void {
    this.writeNoted();
    const left = this.#lineBefore(entry);
    const joined = entry.state === 'queued' ? entry.needsKey : null;
    const body = JSON.stringify(entry);
    this.#sql.exec(
      `insert into entries
         (escalation_id, hop, state, class, sort_at, seq, needs, reservation_id, agent_id, wake_at, skips, newcomer, body)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       on conflict (escalation_id, hop) do update set state = excluded.state, class = excluded.class,
         sort_at = excluded.sort_at, needs = excluded.needs, reservation_id = excluded.reservation_id,
         agent_id = excluded.agent_id, wake_at = excluded.wake_at, skips = excluded.skips, newcomer = excluded.newcomer,
         body = excluded.body`,
      entry.escalationId,
      entry.hop,
      entry.state,
      entry.class,
      entry.sortAt,
      entry.seq,
      entry.needsKey,
      'reservationId' in entry ? entry.reservationId : null,
      'agentId' in entry ? entry.agentId : null,
      wakeAt(entry, this.config),
      isSkipping(entry, this.config) ? 1 : 0,
      isNewcomer(entry, this.closure()) ? 1 : 0,
      body,
    );
    if (this.#lastSeq !== null && entry.seq > this.#lastSeq) this.#lastSeq = entry.seq;
    keepSome(this.#recent, body, entry);
    keepSome(this.#lineOf, keyOf(entry), joined);
    if (left !== joined) {
      if (left !== null) this.#countLine(left, -1);
      if (joined !== null) this.#countLine(joined, 1);
    }
    if (entry.state === 'assigned' && this.#measured().delete(keyOf(entry))) {
      this.#sql.exec(
        'update told set wait_ms = ? - at where escalation_id = ? and hop = ? and wait_ms is null',
        entry.assignedAt,
        entry.escalationId,
        entry.hop,
      );
    }
    if (entry.state === 'closed') this.#forgetOldClosed();
  }

  /** The line that this entry stands in until it is put again; null when it is in none. */
  #lineBefore({ escalationId, hop }: QueueEntry): string | null {
    const known = this.#lineOf.get(keyOf({ escalationId, hop }));
    if (known !== undefined) return known;
    const found = this.#sql
      .exec<{ state: string; needs: string }>(
        'select state, needs from entries where escalation_id = ? and hop = ?',
        escalationId,
        hop,
      )
      .toArray()[0];
    return found?.state === 'queued' ? found.needs : null;
  }

  #countLine(needs: string, change: 1 | -1): void {
    this.#sql.exec(
      'insert into lines values (?, ?) on conflict (needs) do update set waiting = waiting + excluded.waiting',
      needs,
      change,
    );
    if (this.#lines !== null) this.#lines.set(needs, (this.#lines.get(needs) ?? 0) + change);
  }

  #forgetOldClosed(): void {
    this.#sql.exec(
      `delete from entries where state = 'closed' and seq <= (select max(seq) from entries) - ?`,
      CLOSED_KEPT,
    );
    this.#sql.exec('delete from told where id <= (select max(id) from told) - ?', CLOSED_KEPT);
  }
}

/** Two lines in rank order as one. */
function* mergedByRank(a: Iterable<QueuedEntry>, b: Iterable<QueuedEntry>): Iterable<QueuedEntry> {
  const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  let [one, other] = [left.next(), right.next()];
  while (!one.done || !other.done) {
    if (other.done || (!one.done && compareRank(one.value, other.value) < 0)) {
      yield one.value as QueuedEntry;
      one = left.next();
    } else {
      yield other.value;
      other = right.next();
    }
  }
}

const keyOf = ({ escalationId, hop }: { escalationId: string; hop: number }): string => `${escalationId}/${hop}`;

/** Kept in memory of each kind; the oldest goes first. */
const RECENT = 256;

function keepSome<K, V>(map: Map<K, V>, key: K, value: V): void {
  map.set(key, value);
  if (map.size > RECENT) map.delete(map.keys().next().value as K);
}

type KnownAgents = {
  byId: Map<AgentId, { mirror: AgentMirror | null; record: AgentRecord | null }>;
  /** By id. */
  mirrors: AgentMirror[];
};

const mirrorsOf = (byId: KnownAgents['byId']): AgentMirror[] =>
  [...byId.values()].flatMap(({ mirror }) => (mirror?.serves ? [mirror] : [])).sort((a, b) => (a.id < b.id ? -1 : 1));

const row = (table: string, key: string): RowName => ({ object: 'queue', table, key });

/** Small facts that an object keeps beside its tables. */
export function readFact(sql: SqlStorage, key: string): string | null {
  return sql.exec<{ value: string }>('select value from facts where key = ?', key).toArray()[0]?.value ?? null;
}

export function writeFact(sql: SqlStorage, key: string, value: string): void {
  sql.exec('insert or replace into facts values (?, ?)', key, value);
}
