import { DAY_MS, KEPT_DAYS } from '#domain/privacy/kept.ts';
import { MAX_NOTICES, type PromiseNotice, saysMore } from '#domain/sla/notice.ts';
import { promiseNotice } from './stored/parts.ts';
import { type RowName, readOrSkip } from './stored/read-stored.ts';

export const NOTICES_SCHEMA = `create table notices (
  id text primary key, at integer not null, body text not null, state text not null check (state in ('shown', 'seen', 'over'))) strict`;

/** Those that are over or seen are remembered for this long, so that what is told again late shows nothing anew. */
const REMEMBERED_MS = KEPT_DAYS.notices * DAY_MS;

const OF_CONVERSATIONS = "json_extract(body, '$.conversationId') in (select value from json_each(?))";

/** [K14] What an agent was told of promises, in the agent's own SQLite. Synchronous. */
export class Notices {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** True when it says something new. */
  add(notice: PromiseNotice): boolean {
    const known = this.#sql
      .exec<{ body: string; state: string }>('select body, state from notices where id = ?', notice.id)
      .toArray()[0];
    if (known?.state === 'over' || !saysMore(known === undefined ? null : read(notice.id, known.body), notice))
      return false;
    this.#sql.exec(
      "insert or replace into notices values (?, ?, ?, 'shown')",
      notice.id,
      notice.at,
      JSON.stringify(notice),
    );
    this.#sql.exec("delete from notices where state <> 'shown' and at < ?", notice.at - REMEMBERED_MS);
    return true;
  }

  /** The agent has seen it: it is not shown again, unless the warning becomes a breach. True when it was shown until now. */
  see(id: string): boolean {
    return this.#become('seen', id);
  }

  /** The promise is owed no longer. True when it was shown until now. */
  end(id: string): boolean {
    const wasShown = this.#become('over', id);
    this.#sql.exec("update notices set state = 'over' where id = ?", id);
    return wasShown;
  }

  /** [Y1] How many are about these conversations. */
  countOf(conversations: readonly string[]): number {
    return this.#sql
      .exec<{ n: number }>(`select count(*) as n from notices where ${OF_CONVERSATIONS}`, JSON.stringify(conversations))
      .one().n;
  }

  /** [Y3] Those about these conversations go, seen or not. */
  erase(conversations: readonly string[]): void {
    const about = JSON.stringify(conversations);
    this.#sql.exec(
      `update notices set body = printf('%*s', length(cast(body as blob)), '') where ${OF_CONVERSATIONS}`,
      about,
    );
    this.#sql.exec("delete from notices where trim(body) = ''");
  }

  #become(state: 'seen' | 'over', id: string): boolean {
    return this.#sql.exec("update notices set state = ? where id = ? and state = 'shown'", state, id).rowsWritten > 0;
  }

  /** What is shown, what came first at the top; the newest of many. */
  shown(): PromiseNotice[] {
    return this.#sql
      .exec<{ id: string; body: string }>(
        "select id, body from notices where state = 'shown' order by at desc, id limit ?",
        MAX_NOTICES,
      )
      .toArray()
      .flatMap(({ id, body }) => read(id, body) ?? [])
      .reverse();
  }
}

const read = (id: string, body: string): PromiseNotice | null => readOrSkip(promiseNotice, body, row(id));
const row = (key: string): RowName => ({ object: 'agent', table: 'notices', key });
