import type { Outlook } from '#domain/confidence/answer-costs.ts';
import { MAX_WAIT_MINUTES } from '#domain/confidence/answer-costs.ts';
import type { ConversationId, WorkspaceId } from '#domain/ids.ts';
import { compareRank } from '#domain/priority/rank.ts';
import { needsKeyOf } from '#domain/queue/path.ts';
import { PLACES_TOLD } from '#domain/queue/places-told.ts';
import { isNewcomer, type QueuedEntry, type QueueEntry } from '#domain/queue/queue.ts';
import { cooldownMs, serversOf } from '#domain/queue/servers.ts';
import { beforeClosing, serviceAt } from '#domain/queue/service.ts';
import type { WorkingHours } from '#domain/sla/calendar.ts';
import { estimateWait, predictWait, startingAfter } from '#domain/sla/wait-estimate.ts';
import type { Env } from '../worker/env.ts';
import type { Place } from './conversation-object.ts';
import { cameToFull, type FarLine, FarTeller } from './far-places.ts';
import { conversationStub } from './names.ts';
import type { SqlQueueStore } from './queue-store.ts';

function firstOf(line: Iterable<QueuedEntry>, count: number): QueuedEntry[] {
  const first: QueuedEntry[] = [];
  for (const entry of line) {
    first.push(entry);
    if (first.length >= count) break;
  }
  return first;
}

/** [G38] What a newcomer would find whom anybody may take. With nobody there the wait is as long as it is ever counted. */
export function outlookIn(store: SqlQueueStore, now: number): Outlook {
  const waiting = store.waitingCount();
  const { agentsAvailable, slots, freeSlots } = serversOf(store, now)(needsKeyOf([], 0, store.config.path, 0));
  if (agentsAvailable === 0) return { waiting, waitMinutes: MAX_WAIT_MINUTES };
  const waitMs = predictWait(waiting + 1, slots, store.recentHandleMs(), freeSlots);
  return { waiting, waitMinutes: waitMs === null ? null : Math.round(waitMs / 60_000) };
}

/** [W1] [W3] [W4] Tells a line where it stands: its front by the place, the others that they are in it. A conversation keeps what it was told last. */
export class PlaceTeller {
  readonly #waitUntil: (promise: Promise<unknown>) => void;
  /** Places told so far, so that nobody is told the same twice. A cache: after sleep everybody is told once more. */
  readonly #told = new Map<ConversationId, { text: string; entry: QueueEntry }>();
  readonly #far = new FarTeller(({ env, workspaceId }, entry, place) => this.#send(env, workspaceId, entry, place));

  constructor(waitUntil: (promise: Promise<unknown>) => void) {
    this.#waitUntil = waitUntil;
  }

  /** Tells whoever's place is another than the one they heard last; the first that each is told is kept, for the estimate to learn from. */
  tell(env: Env, workspaceId: WorkspaceId, store: SqlQueueStore, hours: WorkingHours, now: number): void {
    const { config } = store;
    const closure = store.closure();
    const front = firstOf(store.waiting('offered'), PLACES_TOLD);
    // [Q18] Newcomers stand behind everybody who was there before the closing.
    const others =
      closure === null ? [] : firstOf(store.waiting(), PLACES_TOLD).filter((one) => isNewcomer(one, closure));
    const reserved = store.reserved();
    if (front.length + others.length + reserved.length === 0) {
      this.#told.clear();
      return;
    }
    const serversFor = serversOf(store, now);
    const handle = store.recentHandleMs();
    const records = store.waitRecords();
    const fullFrom = store.fullFrom(config.maxWaiting);
    // Offered work is still in line for the visitor: nobody has taken it yet.
    const line = [...[...front, ...reserved].sort(compareRank), ...others].slice(0, PLACES_TOLD);
    const inLine = new Set<ConversationId>();
    for (const [index, entry] of line.entries()) {
      inLine.add(entry.conversationId);
      const servers = serversFor(entry.needsKey);
      const { agentsAvailable, slots, freeSlots, isBefore } = servers;
      const position = 1 + line.slice(0, index).filter(({ needsKey }) => isBefore(needsKey)).length;
      const isClosed = entry.state === 'queued' && isNewcomer(entry, closure);
      const { service, opensAt } = serviceAt(
        { hours, isFull: cameToFull(entry, fullFrom), isClosed, agentsAvailable },
        now,
      );
      // Who is being asked may say yes.
      const coolsMs = entry.state === 'queued' ? cooldownMs(servers, entry, now) : 0;
      const estimate = startingAfter(coolsMs, estimateWait(position, slots, handle, { freeSlots, records }));
      const place: Place = {
        position,
        agentsAvailable,
        service,
        opensAt,
        ...(service === 'closed' ? { estimate: null } : beforeClosing(estimate, hours, now)),
      };
      const text = JSON.stringify(place);
      const before = this.#told.get(entry.conversationId);
      if (before?.text === text) continue;
      // How long a queue stays closed is no wait to learn from.
      const predictedMs = isClosed ? null : predictWait(position, slots, handle, freeSlots);
      if (before === undefined && predictedMs !== null) store.tell(entry, predictedMs, now);
      this.#told.set(entry.conversationId, { text, entry });
      this.#waitUntil(this.#send(env, workspaceId, entry, place));
    }
    const far: FarLine = { env, workspaceId, store, hours, now, serversFor, fullFrom, front: inLine };
    for (const [id, { entry }] of this.#told) {
      if (inLine.has(id)) continue;
      this.#told.delete(id);
      // Others have come before them: the number that they heard is none any more.
      if (store.entry(entry.escalationId, entry.hop)?.state === 'queued')
        this.#waitUntil(this.#send(env, workspaceId, entry, this.#far.placeOf(far, entry)));
    }
    if (store.waitingCount() + reserved.length > PLACES_TOLD) this.#waitUntil(this.#far.tell(far));
  }

  async #send(
    env: Env,
    workspaceId: WorkspaceId,
    { conversationId, escalationId }: QueueEntry,
    place: Place,
  ): Promise<boolean> {
    try {
      await conversationStub(env, workspaceId, conversationId).setPlace(escalationId, place);
      return true;
    } catch {
      // Not heard: the next change tells it again.
      this.#told.delete(conversationId);
      return false;
    }
  }
}
