import { backOffMs } from '../kit/back-off.ts';
import { request } from '../kit/natives.ts';
import type { Core } from '../launcher/core.ts';
import type { Numbers } from './numbers.ts';
import type { Sealed } from './press/press.ts';
import type { Piece } from './ring.ts';

const MAX_IN_FLIGHT = 2;
/** A browser sends 64 KB behind a page that is gone, of everybody on it together. */
const MAX_BEHIND_BYTES = 56 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
/** A page that cannot upload keeps this much waiting, then drops the newest: the start of the story explains the end. */
const MAX_WAITING_BYTES = 12 * 1024 * 1024;
/** Visits renewed in a row for one segment. A token that is refused more often is not what is wrong. */
const MAX_RENEWALS = 3;
/** A page whose segments are all refused must not photograph itself all the time. */
const SNAPSHOT_EVERY_MS = 10_000;

/** `done`: the server has it, or never will; either way it is not sent again. */
type Upload = Pick<Sealed, 'gzip' | 'bytes'> & { n: number; done(): void };
/** What no press had the time for. */
export type Unpressed = { seq: number; text: string };

export type Uploader = {
  readonly recordingId: string | null;
  /** Switches to another recording, or to none. What was uploaded to this recording before is not uploaded again. */
  use(recordingId: string | null): void;
  add(piece: Piece): void;
  /** The page goes, perhaps for good: what waits, is under way or is not pressed yet goes up behind it as far as that is allowed. If it stays, sending it again is harmless. */
  leave(unpressed: readonly Unpressed[]): void;
  stats(): { uploaded: number; waiting: number; dropped: number };
  stop(): void;
};

/**
 * Uploads pieces as numbered segments, in order, at most two at a time. The number is the identity: sending one twice is harmless.
 * `onHole`: a segment will never arrive, and what follows it builds on a page that nobody has seen; a new full snapshot mends that.
 */
export function createUploader(
  core: Pick<Core, 'origin' | 'visits' | 'capture'>,
  numbers: Numbers,
  onHole: () => void,
): Uploader {
  let recordingId: string | null = null;
  let queue: Upload[] = [];
  const inFlight = new Set<Upload>();
  let stopped = false;
  let uploaded = 0;
  let dropped = 0;
  let holeAt = Number.NEGATIVE_INFINITY;
  const queued = new Set<number>();
  const { tab } = core.capture.trail;

  function pump(): void {
    while (!stopped && inFlight.size < MAX_IN_FLIGHT && recordingId !== null) {
      const next = queue.shift();
      if (!next) return;
      inFlight.add(next);
      void put(recordingId, next).finally(() => {
        inFlight.delete(next);
        pump();
      });
    }
  }

  // [X15] What is in it was noted by this clock.
  const ahead = () => (core.visits.clockAheadMs ? `?clockAheadMs=${core.visits.clockAheadMs}` : '');
  const send = (
    id: string,
    { n, gzip }: Pick<Upload, 'n' | 'gzip'>,
    token: string,
    how: RequestInit,
  ): Promise<Response> =>
    request(`${core.origin}/v1/recordings/${id}/segments/${tab}/${n}${ahead()}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/gzip', authorization: `Bearer ${token}` },
      body: gzip,
      credentials: 'omit',
      ...how,
    });

  async function put(id: string, upload: Upload): Promise<void> {
    let renewals = 0;
    for (let attempt = 0; !stopped && recordingId === id; attempt += 1) {
      let waitMs = backOffMs(attempt, Math.random(), 1000);
      const token = core.visits.current?.visitToken ?? '';
      try {
        const response = await send(id, upload, token, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
        if (response.ok) {
          uploaded += 1;
          upload.done();
          return;
        }
        if (response.status === 401 && renewals < MAX_RENEWALS) {
          renewals += 1;
          // The other one in flight may have renewed it already.
          if (core.visits.current?.visitToken === token) core.visits.renew();
          await core.visits.ensure();
          continue;
        }
        // Retry what may succeed, never what is wrong by itself.
        if (response.status !== 429 && response.status < 500) {
          upload.done();
          hole();
          return;
        }
        // A proxy may say it as a date, which is no number.
        waitMs = Math.max(waitMs, (Number(response.headers.get('retry-after')) || 0) * 1000);
      } catch {
        // No network.
      }
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  function hole(): void {
    dropped += 1;
    if (Date.now() - holeAt < SNAPSHOT_EVERY_MS) return;
    holeAt = Date.now();
    onHole();
  }

  return {
    get recordingId() {
      return recordingId;
    },
    use(id) {
      if (id === recordingId) return;
      recordingId = id;
      queue = [];
      queued.clear();
    },
    add(piece) {
      if (recordingId === null || stopped || queued.has(piece.seq)) return;
      if (queue.reduce((sum, one) => sum + one.bytes, piece.bytes) > MAX_WAITING_BYTES) {
        hole();
        return;
      }
      const id = recordingId;
      queued.add(piece.seq);
      const { n, stored } = numbers.segmentOf(id, piece);
      if (stored) return;
      const { gzip, bytes } = piece;
      queue.push({ n, gzip, bytes, done: () => numbers.stored(id, piece) });
      pump();
    },
    leave(unpressed) {
      const id = recordingId;
      if (id === null || stopped) return;
      const encoder = new TextEncoder();
      let left = MAX_BEHIND_BYTES;
      for (const upload of [
        // A browser ends with the page what it does for it.
        ...inFlight,
        ...queue,
        ...unpressed.map((one) => {
          const gzip = encoder.encode(one.text);
          return { n: numbers.segmentOf(id, one).n, gzip, bytes: gzip.length };
        }),
      ]) {
        left -= upload.bytes;
        // In order: what comes behind a gap would wait for it.
        if (left < 0) return;
        send(id, upload, core.visits.current?.visitToken ?? '', { keepalive: true }).catch(() => {});
      }
    },
    stats: () => ({ uploaded, waiting: queue.length + inFlight.size, dropped }),
    stop() {
      stopped = true;
      queue = [];
    },
  };
}
