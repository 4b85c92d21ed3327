// Loaded when the page is idle and only when recording is allowed: the largest chunk of the widget.
import type { Core } from '../launcher/core.ts';
import type { DebugSnapshot } from '../loader/api.ts';
import { createEventMasker, type RecordedEvent } from './mask.ts';
import { CHECKOUT_EVERY_MS, createRing } from './ring.ts';
import { sealEvents } from './seal.ts';
import { type RunningRecord, startRrweb } from './start-rrweb.ts';
import { createUploader } from './uploader.ts';

/** Sealing compresses: rarely while it only fills the ring, often while an agent watches. */
const SEAL_EVERY_MS = 8000;
const SEAL_LIVE_MS = 1000;
/** A busy page is sealed earlier, so that raw events never take much memory. */
const MAX_OPEN_EVENTS = 3000;
const IDLE_TIMEOUT_MS = 4000;

export type Recorder = {
  /** Uploads the whole ring to this recording and goes on live; null stops the upload and keeps the ring. */
  upload(recordingId: string | null): void;
  debug(): DebugSnapshot['recorder'];
  stop(): void;
};

/** Records into the ring from now on. Whatever breaks in here stays in here. */
export function startRecorder(core: Core): Recorder {
  const masker = createEventMasker();
  const ring = createRing();
  const uploader = createUploader(core);
  let open: RecordedEvent[] = [];
  let state = 'recording';
  let lost = 0;
  let lastSnapshotAt = 0;
  let eventsSinceSnapshot = 0;
  let sealTimer: ReturnType<typeof setTimeout> | undefined;
  /** Seals run one after the other: pieces must enter the ring in order. */
  let sealing: Promise<void> = Promise.resolve();

  const onEvent = (event: RecordedEvent, isSnapshotStart: boolean) => {
    if (state !== 'recording') return;
    try {
      if (isSnapshotStart) {
        void seal();
        ring.begin(event.timestamp);
        lastSnapshotAt = event.timestamp;
        eventsSinceSnapshot = 0;
      } else eventsSinceSnapshot += 1;
      open.push(masker.mask(event));
    } catch {
      // What could not be masked is not kept.
      lost += 1;
      return;
    }
    if (open.length >= MAX_OPEN_EVENTS) void seal();
    sealTimer ??= setTimeout(seal, uploader.recordingId === null ? SEAL_EVERY_MS : SEAL_LIVE_MS);
  };

  function seal(): Promise<void> {
    clearTimeout(sealTimer);
    sealTimer = undefined;
    if (open.length === 0) return sealing;
    const events = open;
    open = [];
    sealing = sealing
      .then(async () => {
        const { pieces, dropped } = await sealEvents(events);
        lost += dropped;
        for (const piece of pieces) {
          ring.add(piece);
          uploader.add(piece);
        }
        ring.trim(Date.now());
      })
      .catch(() => {
        lost += events.length;
      });
    return sealing;
  }

  let running: RunningRecord | null = null;
  try {
    running = startRrweb(onEvent);
  } catch (cause) {
    state = `broken: ${cause instanceof Error ? cause.name : 'unknown'}`;
  }

  /** A page on which nothing happens needs no new snapshot; a hidden one is not worth its cost. */
  const checkout = setInterval(() => {
    ring.trim(Date.now());
    const isDue = Date.now() - lastSnapshotAt >= CHECKOUT_EVERY_MS - 1000;
    if (!isDue || eventsSinceSnapshot === 0 || document.visibilityState === 'hidden') return;
    whenIdle(() => {
      if (state !== 'recording') return;
      try {
        running?.takeSnapshot();
      } catch {
        lost += 1;
      }
    });
  }, CHECKOUT_EVERY_MS / 4);

  // The last moment at which compressing still has the time to finish.
  const onHidden = () => {
    if (document.visibilityState === 'hidden') void seal();
  };
  document.addEventListener('visibilitychange', onHidden);

  return {
    upload(recordingId) {
      uploader.use(recordingId);
      if (recordingId === null) return;
      for (const piece of ring.pieces()) uploader.add(piece);
      // Whatever is still open follows behind the ring.
      void seal();
    },
    debug: () => ({
      state: state === 'recording' && uploader.recordingId !== null ? 'uploading' : state,
      ringSeconds: Math.round(ring.spanMs(Date.now()) / 1000),
      ringBytes: ring.bytes(),
      ...uploader.stats(),
      dropped: uploader.stats().dropped + lost,
    }),
    stop() {
      state = 'stopped';
      clearInterval(checkout);
      clearTimeout(sealTimer);
      document.removeEventListener('visibilitychange', onHidden);
      running?.stop();
      uploader.stop();
      ring.clear();
      open = [];
    },
  };
}

function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(run, 1);
}
