import type { WorkspaceId } from '#domain/ids.ts';
import { PLACES_TOLD } from '#domain/queue/places-told.ts';
import { isNewcomer, type QueueEntry } from '#domain/queue/queue.ts';
import type { Servers } from '#domain/queue/servers.ts';
import { serviceAt } from '#domain/queue/service.ts';
import type { WorkingHours } from '#domain/sla/calendar.ts';
import type { Env } from '../worker/env.ts';
import type { Place } from './conversation-object.ts';
import type { SqlQueueStore } from './queue-store.ts';

/** Told at once; the next ones when these have heard. */
const PAGE = 25;

export type FarLine = {
  env: Env;
  workspaceId: WorkspaceId;
  store: SqlQueueStore;
  hours: WorkingHours;
  now: number;
  serversFor(needsKey: string): Servers;
  /** [W3] From which number on they came to a full line; null where it is not full. */
  fullFrom: number | null;
  /** Who hears their place, by conversation. */
  front: { has(conversationId: string): boolean };
};

/** False when it was not heard. */
type Send = (line: FarLine, entry: QueueEntry, place: Place) => Promise<boolean>;

/**
 * [W4] Tells those behind the front of a line that they are in it, and what there is to know of the queue: once on arrival, and again when the queue
 * closes, opens, or has nobody for them any more. A change is one line of work for each of them, so they are told in pages, and how far that has
 * come is kept: an object that slept goes on from there and tells nobody twice.
 */
export class FarTeller {
  readonly #send: Send;
  #line: FarLine | null = null;
  #isTelling = false;
  /** Something has changed since the last page was begun. */
  #isNewer = false;
  /** Who could not be told. They are tried again with the next change, or hear of it when they come back. */
  #unheard: QueueEntry[] = [];

  constructor(send: Send) {
    this.#send = send;
  }

  /** Looks whether somebody has to be told. Resolves when all have been, or at once when somebody is at it. */
  async tell(line: FarLine): Promise<void> {
    this.#line = line;
    this.#isNewer = true;
    if (this.#isTelling) return;
    this.#isTelling = true;
    try {
      const again = this.#unheard.flatMap(({ escalationId, hop }) => line.store.entry(escalationId, hop) ?? []);
      this.#unheard = [];
      await this.#tellAll(again.filter(({ state }) => state === 'queued'));
      while (this.#isNewer) {
        this.#isNewer = false;
        if (await this.#tellPage()) this.#isNewer = true;
      }
    } finally {
      this.#isTelling = false;
      this.#line = null;
    }
  }

  /** What somebody that far back is told. How many are there for them changes too often to be said to all; whether anybody is does not. */
  placeOf(line: FarLine, entry: QueueEntry): Place {
    const closure = line.store.closure();
    return {
      position: PLACES_TOLD + 1,
      estimate: null,
      ...statusOf(line, entry.needsKey, {
        isClosed: isNewcomer(entry, closure),
        isFull: cameToFull(entry, line.fullFrom),
      }),
    };
  }

  async #tellAll(entries: readonly QueueEntry[]): Promise<void> {
    const line = this.#line as FarLine;
    await Promise.all(
      entries.map(async (entry) => {
        if (line.front.has(entry.conversationId)) return;
        if (!(await this.#send(line, entry, this.placeOf(line, entry)))) this.#unheard.push(entry);
      }),
    );
  }

  /** False when nobody is left. */
  async #tellPage(): Promise<boolean> {
    const line = this.#line as FarLine;
    const { store } = line;
    const known = store.farTold();
    const seen = { closedAfter: store.closure()?.lastSeq ?? null, lines: linesOf(line) };
    // Of a line that nobody was told of before, whoever stands in it comes behind the ones that have been told.
    const isOther =
      known.closedAfter !== seen.closedAfter ||
      Object.entries(seen.lines).some(([needs, status]) => (known.lines[needs] ?? status) !== status);
    const after = isOther ? -1 : known.seq;
    const page = store.waitingAfter(after, PAGE);
    const last = page.at(-1)?.seq ?? after;
    if (isOther || last !== known.seq) store.keepFarTold({ ...seen, seq: last });
    await this.#tellAll(page);
    return page.length === PAGE;
  }
}

/** [W3] Who came while there was room is told nothing of those who came later, also where these rank before them. */
export const cameToFull = ({ seq }: { seq: number }, fullFrom: number | null): boolean =>
  fullFrom !== null && seq >= fullFrom;

function statusOf(
  { hours, now, serversFor }: FarLine,
  needsKey: string,
  came: { isClosed: boolean; isFull: boolean },
): Pick<Place, 'agentsAvailable' | 'service' | 'opensAt'> {
  const agentsAvailable = Math.min(1, serversFor(needsKey).agentsAvailable);
  return { agentsAvailable, ...serviceAt({ hours, agentsAvailable, ...came }, now) };
}

/** What those in each line are told apart from being full, which is about newcomers. */
const linesOf = (line: FarLine): Record<string, string> =>
  Object.fromEntries(
    line.store.needsKeys().map((needs) => {
      const { agentsAvailable, service, opensAt } = statusOf(line, needs, { isClosed: false, isFull: false });
      return [needs, JSON.stringify([agentsAvailable, service === 'closed', opensAt])];
    }),
  );
