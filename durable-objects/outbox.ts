import type { z } from 'zod';
import { faultText } from '#domain/redaction/fault.ts';
import { within } from '../worker/within.ts';
import { logUnreadable, type RowName, tryStored } from './stored/read-stored.ts';

/** Rows go out in this order, one at a time per lane: what moves work, what is only written down, and what people are told beside it. */
export type Lane = 'work' | 'record' | 'notice';

export type OutboxRow<Effect> = { id: number; effect: Effect };

export const OUTBOX_SCHEMA = `create table outbox (
  id integer primary key autoincrement, lane text not null, effect text not null, attempts integer not null default 0,
  next_at integer not null) strict`;

/** Rows that this version cannot read: kept for whoever can, out of the way of the others. */
export const OUTBOX_PARKED_SCHEMA = `create table outbox_parked (
  id integer primary key, lane text not null, effect text not null, reason text not null, at integer not null) strict`;

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 60_000;
const BATCH = 50;
/** [O10] A database that has not answered by then is asked again: D1 itself gives up on a statement after thirty seconds, and a connection that hangs never does. */
const RECORD_WITHIN_MS = 10_000;
/** How long a delivered row may lie when nothing else is written. The timer keeps the object awake: whoever wakes it later finds no row. */
const FORGET_MS = 250;

/** How long a row may be under way before the alarm looks after it: the watch over whoever added it, for the case that the process dies. */
export const WATCH_MS = 5000;

/**
 * What must reach somebody else, in the object's own SQLite, so that a crash between deciding and telling loses nothing.
 * Delivery is at least once and in order within a lane; receivers are idempotent. A failing row holds its lane back (what
 * follows may depend on it) and is tried again with back-off, for ever: giving up would be losing. Only a row that cannot even be read is
 * set aside.
 *
 * With `forgetsLater`, what has been delivered is deleted with the next row that is added, or after a moment: a commit costs as much as the delivery. The next
 * delivery of a lane begins only after the one before it has been deleted, so a crash repeats one delivery at most, never two about the
 * same work.
 */
export class Outbox<Effect> {
  readonly #sql: SqlStorage;
  readonly #laneOf: (effect: Effect) => Lane;
  readonly #schema: z.ZodType<Effect>;
  readonly #object: RowName['object'];
  readonly #forgetsLater: boolean;
  readonly #lanes: readonly Lane[];
  /** Rows that have not been delivered, in SQL; with the last delivered id of each lane. */
  readonly #waits: string;
  readonly #running = new Map<Lane, Promise<void>>();
  /** Rows that this instance has added: a run that has emptied its lane looks again only when there is something new. */
  #added = 0;
  /** What this instance has just written: it need not be read from its text. */
  readonly #fresh = new Map<string, Effect>();
  /** Lanes that this instance has seen empty and added nothing to since. */
  readonly #empty = new Set<Lane>();
  /** Per lane, the last row that this instance has delivered; rows up to it are gone, or about to go. */
  readonly #delivered = new Map<Lane, number>();
  /** Per lane, the last row that this instance has added. */
  readonly #last = new Map<Lane, number>();
  /** Who waits for a row to be delivered, or for the run to end without it. */
  #waiting: { lane: Lane; id: number; resolve: () => void }[] = [];
  #isForgettable = false;
  #forgetting = false;

  constructor(
    sql: SqlStorage,
    kind: {
      object: RowName['object'];
      laneOf: (effect: Effect) => Lane;
      schema: z.ZodType<Effect>;
      lanes: readonly Lane[];
      /** Where one row follows the other closely. Otherwise each is deleted by itself, at once. */
      forgetsLater?: true;
    },
  ) {
    this.#sql = sql;
    this.#laneOf = kind.laneOf;
    this.#schema = kind.schema;
    this.#object = kind.object;
    this.#forgetsLater = kind.forgetsLater ?? false;
    this.#lanes = kind.lanes;
    this.#waits = kind.lanes.map((lane) => `not (lane = '${lane}' and id <= ?)`).join(' and ');
    this.#unpark();
  }

  /** Call in the same turn as the events that made the effect. */
  add(effect: Effect, now: number): void {
    const lane = this.#laneOf(effect);
    this.#added += 1;
    this.#empty.delete(lane);
    if (this.#isForgettable) this.#forget();
    const text = JSON.stringify(effect);
    const { id } = this.#sql
      .exec<{ id: number }>('insert into outbox (lane, effect, next_at) values (?, ?, ?) returning id', lane, text, now)
      .one();
    this.#last.set(lane, id);
    this.#fresh.set(text, effect);
    if (this.#fresh.size > BATCH) this.#fresh.delete(this.#fresh.keys().next().value as string);
  }

  /**
   * When the next delivery is due, for the alarm; null when nothing is waiting. Only the head of each lane counts: what stands behind a
   * failing row is due already, and an alarm for it would go off again and again. A row that has not been tried yet is not due before
   * `untriedFrom`: whoever added it is delivering it.
   */
  nextAt(untriedFrom = 0): number | null {
    if (this.#lanes.every((lane) => this.#empty.has(lane))) return null;
    return this.#sql
      .exec<{ at: number | null }>(
        `select min(case attempts when 0 then max(next_at, ?) else next_at end) as at from outbox
         where id in (select min(id) from outbox where ${this.#waits} group by lane)`,
        untriedFrom,
        ...this.#deliveredIds(),
      )
      .one().at;
  }

  /** How many rows wait; for tests and health. */
  depth(): number {
    return this.#sql
      .exec<{ n: number }>(`select count(*) as n from outbox where ${this.#waits}`, ...this.#deliveredIds())
      .one().n;
  }

  /** [Y3] Rows that nobody could read and that name one of these go: they may hold anything. */
  eraseParked(names: readonly string[]): void {
    for (const name of names) this.#sql.exec('delete from outbox_parked where instr(effect, ?) > 0', name);
  }

  #deliveredIds(): number[] {
    return this.#lanes.map((lane) => this.#delivered.get(lane) ?? 0);
  }

  /** Deletes what has been delivered. It may be asked again: a transaction that was rolled back has taken the deletion along. */
  #forget(): void {
    this.#isForgettable = false;
    for (const [lane, id] of this.#delivered) {
      this.#sql.exec('delete from outbox where lane = ? and id <= ?', lane, id);
    }
  }

  #forgetLater(): void {
    this.#isForgettable = true;
    if (this.#forgetting) return;
    this.#forgetting = true;
    setTimeout(() => {
      this.#forgetting = false;
      this.#forget();
    }, FORGET_MS);
  }

  /**
   * Delivers what is due. `deliver` gets up to 50 rows of one lane and resolves to how many of them, from the first on, were
   * delivered; it throws when the next one failed. Never throws itself. One run per lane at a time.
   *
   * [O10] Resolves with the end of the lane `work`. What is only recorded, or told beside it, is nobody's to wait for: a run of another lane that begins here is handed to
   * `beside`.
   */
  async drain(
    deliver: { [L in Lane]?: (rows: OutboxRow<Effect>[]) => Promise<number> },
    clock: () => number,
    beside: (run: Promise<void>) => void,
  ): Promise<void> {
    for (const lane of this.#lanes) {
      const one = deliver[lane];
      // A run under way will see the new rows: it reads the table again before it ends.
      if (one === undefined || this.#empty.has(lane) || this.#running.has(lane)) continue;
      const run = this.#drainLane(lane, one, clock).finally(() => {
        this.#running.delete(lane);
        this.#tellPassed(lane, Number.POSITIVE_INFINITY);
      });
      this.#running.set(lane, run);
      if (lane !== 'work') beside(run);
    }
    await this.#running.get('work');
  }

  /**
   * During a drain: resolves when what this instance has added to this lane before the call is delivered, or has to wait for its next try.
   * What others add meanwhile is not waited for: on a busy object a run may not end for long.
   */
  passed(lane: Lane): Promise<void> {
    const id = this.#last.get(lane);
    if (id === undefined || id <= (this.#delivered.get(lane) ?? 0) || !this.#running.has(lane))
      return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ lane, id, resolve }));
  }

  #tellPassed(lane: Lane, upTo: number): void {
    const passed = this.#waiting.filter((one) => one.lane === lane && one.id <= upTo);
    if (passed.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => !passed.includes(one));
    for (const { resolve } of passed) resolve();
  }

  async #drainLane(
    lane: Lane,
    deliver: (rows: OutboxRow<Effect>[]) => Promise<number>,
    clock: () => number,
  ): Promise<void> {
    for (;;) {
      const added = this.#added;
      const rows = this.#sql
        .exec<{ id: number; effect: string; attempts: number; next_at: number }>(
          'select id, effect, attempts, next_at from outbox where lane = ? and id > ? order by id limit ?',
          lane,
          this.#delivered.get(lane) ?? 0,
          BATCH,
        )
        .toArray();
      const first = rows[0];
      if (first === undefined) this.#empty.add(lane);
      if (first === undefined || first.next_at > clock()) return;
      const readable = this.#readable(lane, rows, clock());
      if (readable.length === 0) continue;
      this.#forget();
      try {
        const delivering = deliver(readable);
        // Rows that move work are never sent again while the first time may still be under way: what follows must not overtake it.
        const done = await (lane === 'record' ? within(RECORD_WITHIN_MS, delivering, 'the database') : delivering);
        const last = readable[done - 1];
        if (last === undefined) return;
        this.#delivered.set(lane, last.id);
        if (this.#forgetsLater) this.#forgetLater();
        else this.#forget();
        this.#tellPassed(lane, last.id);
        if (last.id === rows.at(-1)?.id && rows.length < BATCH && this.#added === added) {
          this.#empty.add(lane);
          return;
        }
      } catch (cause) {
        const backOff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** first.attempts);
        console.warn(JSON.stringify({ at: 'outbox', lane, attempts: first.attempts + 1, message: faultText(cause) }));
        this.#sql.exec(
          'update outbox set attempts = attempts + 1, next_at = ? where id = ?',
          clock() + backOff,
          first.id,
        );
        return;
      }
    }
  }

  /** Parks what cannot be read: it would hold its lane for ever. */
  #readable(lane: Lane, rows: { id: number; effect: string }[], now: number): OutboxRow<Effect>[] {
    const readable: OutboxRow<Effect>[] = [];
    for (const { id, effect } of rows) {
      const fresh = this.#fresh.get(effect);
      const read = fresh === undefined ? tryStored(this.#schema, effect) : ({ ok: true, value: fresh } as const);
      if (read.ok) {
        readable.push({ id, effect: read.value });
        continue;
      }
      logUnreadable({ object: this.#object, table: 'outbox', key: id }, read.reason);
      this.#sql.exec('insert into outbox_parked values (?, ?, ?, ?, ?)', id, lane, effect, read.reason, now);
      this.#sql.exec('delete from outbox where id = ?', id);
    }
    return readable;
  }

  /** A later version may know what an earlier one parked: it goes out late rather than never, at its old place before what is waiting. */
  #unpark(): void {
    const parked = this.#sql
      .exec<{ id: number; lane: string; effect: string }>('select id, lane, effect from outbox_parked order by id')
      .toArray();
    for (const { id, lane, effect } of parked) {
      if (!tryStored(this.#schema, effect).ok) continue;
      this.#sql.exec('insert into outbox (id, lane, effect, next_at) values (?, ?, ?, 0)', id, lane, effect);
      this.#sql.exec('delete from outbox_parked where id = ?', id);
    }
  }
}
