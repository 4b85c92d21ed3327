import { backOffMs } from '../kit/back-off.ts';
import { readJson } from '../kit/read-json.ts';
import type { Core } from '../launcher/core.ts';
import type { Piece } from './ring.ts';

const MAX_IN_FLIGHT = 2;
const REQUEST_TIMEOUT_MS = 30_000;
/** A page that cannot upload keeps this much waiting, then drops the newest: the start of the story explains the end. */
const MAX_WAITING_BYTES = 12 * 1024 * 1024;

type Counter = { recordingId: string; n: number };
const isCounter = (value: unknown): value is Counter =>
  typeof value === 'object' && value !== null && 'recordingId' in value && 'n' in value;

export type Uploader = {
  readonly recordingId: string | null;
  /** Switches to another recording, or to none. What was uploaded to this recording before is not uploaded again. */
  use(recordingId: string | null): void;
  add(piece: Piece): void;
  stats(): { uploaded: number; waiting: number; dropped: number };
  stop(): void;
};

/** Uploads pieces as numbered segments, in order, at most two at a time. The number is the identity: sending one twice is harmless. */
export function createUploader(core: Core): Uploader {
  let recordingId: string | null = null;
  let queue: { n: number; piece: Piece }[] = [];
  let inFlight = 0;
  let stopped = false;
  let uploaded = 0;
  let dropped = 0;
  const taken = new WeakMap<Piece, string>();
  const { tab } = core.capture.trail;

  /** Numbers go on after a reload; they are taken before the upload, so that a reload in between leaves a gap and never a mix-up. */
  function nextNumber(id: string): number {
    const counter = readJson(core.session, core.keys.segments, isCounter);
    const n = counter?.recordingId === id ? counter.n : 0;
    core.session.set(core.keys.segments, JSON.stringify({ recordingId: id, n: n + 1 } satisfies Counter));
    return n;
  }

  function pump(): void {
    while (!stopped && inFlight < MAX_IN_FLIGHT && recordingId !== null) {
      const next = queue.shift();
      if (!next) return;
      inFlight += 1;
      void put(recordingId, next.n, next.piece).finally(() => {
        inFlight -= 1;
        pump();
      });
    }
  }

  async function put(id: string, n: number, piece: Piece): Promise<void> {
    for (let attempt = 0; !stopped && recordingId === id; attempt += 1) {
      let waitMs = backOffMs(attempt, Math.random(), 1000);
      try {
        const response = await fetch(`${core.origin}/v1/recordings/${id}/segments/${tab}/${n}`, {
          method: 'PUT',
          headers: {
            'content-type': 'application/gzip',
            authorization: `Bearer ${core.visits.current?.visitToken ?? ''}`,
          },
          body: piece.gzip,
          credentials: 'omit',
          signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
        });
        if (response.ok) {
          uploaded += 1;
          return;
        }
        // Retry what may succeed, never what is wrong by itself.
        if (response.status !== 429 && response.status < 500) {
          dropped += 1;
          return;
        }
        waitMs = Math.max(waitMs, Number(response.headers.get('retry-after') ?? 0) * 1000);
      } catch {
        // No network.
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  return {
    get recordingId() {
      return recordingId;
    },
    use(id) {
      if (id === recordingId) return;
      recordingId = id;
      queue = [];
    },
    add(piece) {
      if (recordingId === null || taken.get(piece) === recordingId) return;
      if (queue.reduce((sum, one) => sum + one.piece.bytes, piece.bytes) > MAX_WAITING_BYTES) {
        dropped += 1;
        return;
      }
      taken.set(piece, recordingId);
      queue.push({ n: nextNumber(recordingId), piece });
      pump();
    },
    stats: () => ({ uploaded, waiting: queue.length + inFlight, dropped }),
    stop() {
      stopped = true;
      queue = [];
    },
  };
}
