import type { z } from 'zod';
import { randomText } from '../worker/storage/ids.ts';
import { type RowName, readOrSkip } from './stored/read-stored.ts';

export const TICKETS_SCHEMA =
  'create table tickets (ticket text primary key, principal text not null, expires_at integer not null) strict, without rowid';

const TICKET_MS = 30_000;

/** Single-use tickets for this object's sockets: a cookie alone opens nothing, and a leaked ticket is worth one socket for 30 s. */
export class Tickets<Principal> {
  readonly #sql: SqlStorage;
  readonly #schema: z.ZodType<Principal>;
  readonly #object: RowName['object'];

  constructor(sql: SqlStorage, kind: { object: RowName['object']; schema: z.ZodType<Principal> }) {
    this.#sql = sql;
    this.#schema = kind.schema;
    this.#object = kind.object;
  }

  issue(principal: Principal, now: number): { ticket: string; expiresAt: number } {
    const ticket = `tkt_${randomText(32)}`;
    const expiresAt = now + TICKET_MS;
    this.#sql.exec('delete from tickets where expires_at <= ?', now);
    this.#sql.exec('insert into tickets values (?, ?, ?)', ticket, JSON.stringify(principal), expiresAt);
    return { ticket, expiresAt };
  }

  /** Whose ticket it is, once; null when it is unknown, used or too old. */
  redeem(ticket: string, now: number): Principal | null {
    const row = this.#sql
      .exec<{ principal: string; expires_at: number }>(
        'delete from tickets where ticket = ? returning principal, expires_at',
        ticket,
      )
      .toArray()[0];
    if (row === undefined || row.expires_at <= now) return null;
    // The ticket itself is a secret: the log names its end.
    return readOrSkip(this.#schema, row.principal, { object: this.#object, table: 'tickets', key: row.expires_at });
  }
}
