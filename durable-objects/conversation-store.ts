import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Entry } from '#domain/conversation/entry.ts';
import type { ConversationEvent } from '#domain/conversation/event.ts';
import { evolveConversation } from '#domain/conversation/evolve.ts';
import type { AgentId } from '#domain/ids.ts';
import type { Page } from '#domain/page/page.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import type { SegmentRef } from '#protocol/agent-conversation.ts';
import type { Drafted } from '../worker/assist/ports.ts';
import type { Told } from './conversation-notices.ts';
import type { Place } from './conversation-object.ts';
import { OUTBOX_PARKED_SCHEMA } from './outbox.ts';
import * as stored from './stored/conversation.ts';
import { type RowName, readOrSkip, readStored } from './stored/read-stored.ts';

export const CONVERSATION_SCHEMA = [
  // The transcript. seq is gap-free and the one order for everybody.
  'create table entries (seq integer primary key, at integer not null, body text not null) strict',
  // What each client command came to, so that a repeated one is answered and not done again.
  'create table commands (client_id text primary key, seq integer not null) strict, without rowid',
  'create table facts (key text primary key, value text not null) strict, without rowid',
  'create table crumbs (tab text not null, n integer not null, at integer not null, body text not null, primary key (tab, n)) strict, without rowid',
  'create table segments (tab text not null, n integer not null, body text not null, primary key (tab, n)) strict, without rowid',
  OUTBOX_PARKED_SCHEMA,
  // Who was told that a promise is nearly late, or late.
  'create table told (notice_id text not null, agent_id text not null, primary key (notice_id, agent_id)) strict, without rowid',
];

/** The trail keeps this many; the oldest go first. */
export const MAX_TRAIL = 500;

/** The conversation in the object's SQLite. Synchronous, so that deciding and keeping share one turn. */
export class ConversationStore {
  readonly #sql: SqlStorage;
  #state: ConversationState | null = null;
  #erasedAt: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    const text = this.#fact('state');
    // There is no conversation without it, and a new one over it would lose this one: a fault.
    const erasedAt = this.#fact('erased');
    if (erasedAt !== null) this.#erasedAt = Number(erasedAt);
    if (text !== null) this.#state = readStored(stored.conversationState, text, row('facts', 'state'));
  }

  get state(): ConversationState | null {
    return this.#state;
  }

  create(state: ConversationState): void {
    if (this.#state === null && !this.isErased) this.#save(state);
  }

  /** [Y3] There was a conversation, and there never will be one again. */
  get isErased(): boolean {
    return this.#erasedAt !== null;
  }

  /** [Y3] The tombstone, once all else is gone: whoever comes late makes nothing anew. */
  keepErased(at: number): void {
    this.#state = null;
    this.#erasedAt = at;
    this.#setFact('erased', String(at));
  }

  /** The seq that this command came to, or null when it has not been seen. */
  seqOf(clientId: string): number | null {
    return (
      this.#sql.exec<{ seq: number }>('select seq from commands where client_id = ?', clientId).toArray()[0]?.seq ??
      null
    );
  }

  /** Applies decided events. Call inside a transaction; returns the transcript entries that came of them. */
  append(events: readonly ConversationEvent[], now: number): Entry[] {
    let state = this.#state as ConversationState;
    const entries: Entry[] = [];
    for (const event of events) {
      state = evolveConversation(state, event);
      if (event.type === 'entry') {
        const entry: Entry = { seq: state.head, at: now, ...event.body };
        entries.push(entry);
        this.#sql.exec('insert into entries values (?, ?, ?)', entry.seq, now, JSON.stringify(event.body));
      }
      if ((event.type === 'entry' || event.type === 'turn_started') && event.clientId !== null) {
        this.#sql.exec('insert into commands values (?, ?)', event.clientId, state.head);
      }
    }
    this.#save(state);
    return entries;
  }

  /** Entries after a cursor, ascending. */
  entriesAfter(cursor: number): Entry[] {
    return this.#sql
      .exec<{ seq: number; at: number; body: string }>(
        'select seq, at, body from entries where seq > ? order by seq',
        cursor,
      )
      .toArray()
      .flatMap(({ seq, at, body }) => {
        const read = readOrSkip(stored.entryBody, body, row('entries', seq));
        return read === null ? [] : [{ seq, at, ...read }];
      });
  }

  /** [Y10] When the last entry was made that is somebody's; null where there is none. */
  lastWordAt(): number | null {
    return this.#sql
      .exec<{ at: number | null }>(
        "select max(at) as at from entries where coalesce(json_extract(body, '$.type'), '') <> 'recording_deleted'",
      )
      .one().at;
  }

  /** One entry; null where there is none with this seq, or none that can be read. */
  entryAt(seq: number): Entry | null {
    const found = this.#sql
      .exec<{ at: number; body: string }>('select at, body from entries where seq = ?', seq)
      .toArray()[0];
    const read = found === undefined ? null : readOrSkip(stored.entryBody, found.body, row('entries', seq));
    return found === undefined || read === null ? null : { seq, at: found.at, ...read };
  }

  page(): Page | null {
    const text = this.#fact('page');
    return text === null ? null : readOrSkip(stored.page, text, row('facts', 'page'));
  }

  /** Keeps the page and merges the trail; returns the crumbs that were new. */
  seePage(page: Page, trail: readonly Breadcrumb[]): Breadcrumb[] {
    const known = this.page();
    if (known === null || known.at <= page.at) this.#setFact('page', JSON.stringify(page));
    const fresh = trail.filter(
      (crumb) =>
        this.#sql.exec(
          'insert or ignore into crumbs values (?, ?, ?, ?)',
          crumb.tab,
          crumb.n,
          crumb.at,
          JSON.stringify(crumb),
        ).rowsWritten > 0,
    );
    if (fresh.length > 0) {
      this.#sql.exec(
        'delete from crumbs where (tab, n) in (select tab, n from crumbs order by at desc limit -1 offset ?)',
        MAX_TRAIL,
      );
    }
    return fresh;
  }

  trail(): Breadcrumb[] {
    return this.#sql
      .exec<{ tab: string; n: number; body: string }>('select tab, n, body from crumbs order by at, tab, n')
      .toArray()
      .flatMap(({ tab, n, body }) => readOrSkip(stored.breadcrumb, body, row('crumbs', `${tab}/${n}`)) ?? []);
  }

  addSegment(segment: SegmentRef): boolean {
    const cursor = this.#sql.exec(
      'insert or ignore into segments values (?, ?, ?)',
      segment.tab,
      segment.n,
      JSON.stringify(segment),
    );
    return cursor.rowsWritten > 0;
  }

  dropSegments(): void {
    this.#sql.exec('delete from segments');
  }

  segments(): SegmentRef[] {
    return this.#sql
      .exec<{ tab: string; n: number; body: string }>('select tab, n, body from segments')
      .toArray()
      .flatMap(({ tab, n, body }) => readOrSkip(stored.segment, body, row('segments', `${tab}/${n}`)) ?? [])
      .sort((a, b) => a.fromAt - b.fromAt || a.n - b.n);
  }

  readonly told: Told = {
    of: (noticeId) =>
      this.#sql
        .exec<{ id: AgentId }>('select agent_id as id from told where notice_id = ?', noticeId)
        .toArray()
        .map(({ id }) => id),
    add: (noticeId, agents) => {
      for (const id of agents) this.#sql.exec('insert or ignore into told values (?, ?)', noticeId, id);
    },
    forget: (noticeId) => {
      this.#sql.exec('delete from told where notice_id = ?', noticeId);
    },
  };

  place(): Place | null {
    const text = this.#fact('place');
    return text === null ? null : readOrSkip(stored.place, text, row('facts', 'place'));
  }

  setPlace(place: Place): void {
    this.#setFact('place', JSON.stringify(place));
  }

  /** [G25] What came of asking a model for this turn, if it was asked. */
  draftOf(turnId: string): Drafted | null {
    const text = this.#fact('draft');
    const kept = text === null ? null : readOrSkip(stored.keptDraft, text, row('facts', 'draft'));
    return kept?.turnId === turnId ? kept.drafted : null;
  }

  keepDraft(turnId: string, drafted: Drafted): void {
    this.#setFact('draft', JSON.stringify({ turnId, drafted }));
  }

  #save(state: ConversationState): void {
    this.#state = state;
    this.#setFact('state', JSON.stringify(state));
  }

  #fact(key: string): string | null {
    return this.#sql.exec<{ value: string }>('select value from facts where key = ?', key).toArray()[0]?.value ?? null;
  }

  #setFact(key: string, value: string): void {
    this.#sql.exec('insert or replace into facts values (?, ?)', key, value);
  }
}

const row = (table: string, key: string | number): RowName => ({ object: 'conversation', table, key });
