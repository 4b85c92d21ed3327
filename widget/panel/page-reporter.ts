import { chunkTrail } from '../capture/trail.ts';
import { json } from '../kit/natives.ts';
import { randomId } from '../kit/random-id.ts';
import { readJson } from '../kit/read-json.ts';
import type { Core } from '../launcher/core.ts';

const BATCH_MS = 1500;
/** A route change is news for the agent, but a router may change the address several times at once. */
const ROUTE_MS = 150;

type Acked = { conversationId: string; n: number };
const isAcked = (value: unknown): value is Acked =>
  typeof value === 'object' && value !== null && 'conversationId' in value && 'n' in value;

export type PageReporter = {
  /** The connection is ready: everything that was not acknowledged goes out. */
  start(conversationId: string): void;
  pause(): void;
  crumbAdded(): void;
  pageChanged(): void;
  /** True when the id was one of ours. */
  answered(id: string, ok: boolean, retry: boolean): boolean;
};

/** Sends page and trail while a conversation is live; one update at a time, repeated until acknowledged. */
export function createPageReporter(core: Core, send: (frame: object) => boolean): PageReporter {
  let conversationId: string | null = null;
  let inFlight: { id: string; n: number } | null = null;
  let pageIsNews = true;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timerAt = 0;

  const ackedN = () => {
    const acked = readJson(core.session, core.keys.trailAcked, isAcked);
    return acked?.conversationId === conversationId ? acked.n : -1;
  };

  function soon(ms: number): void {
    if (conversationId === null) return;
    const at = Date.now() + ms;
    if (timer !== undefined && timerAt <= at) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(() => {
      timer = undefined;
      flush();
    }, ms);
  }

  function flush(): void {
    if (conversationId === null || inFlight !== null) return;
    const from = ackedN();
    const trail = chunkTrail(core.capture.trail.all().filter(({ n }) => n > from))[0] ?? [];
    if (trail.length === 0 && !pageIsNews) return;
    const id = randomId(20);
    const page = core.capture.page();
    const byServer = <T extends { at: number }>(one: T): T => ({
      ...one,
      at: Math.max(0, one.at - core.visits.clockAheadMs),
    });
    if (!send({ type: 'page.update', id, page: byServer(page), trail: trail.map(byServer) })) return;
    pageIsNews = false;
    inFlight = { id, n: trail.at(-1)?.n ?? from };
  }

  return {
    start(id) {
      conversationId = id;
      inFlight = null;
      pageIsNews = true;
      flush();
    },
    pause() {
      conversationId = null;
      inFlight = null;
      clearTimeout(timer);
      timer = undefined;
    },
    crumbAdded: () => soon(BATCH_MS),
    pageChanged() {
      pageIsNews = true;
      soon(ROUTE_MS);
    },
    answered(id, ok, retry) {
      if (inFlight?.id !== id) return false;
      // What the server can never accept is not sent for ever.
      if ((ok || !retry) && conversationId !== null)
        core.session.set(core.keys.trailAcked, json.stringify({ conversationId, n: inFlight.n } satisfies Acked));
      if (!ok && retry) pageIsNews = true;
      inFlight = null;
      const more = core.capture.trail.all().some(({ n }) => n > ackedN());
      if (more || pageIsNews) soon(ok && more ? 0 : BATCH_MS);
      return true;
    },
  };
}
