// Loaded when the page is idle and only when recording is allowed: the largest chunk of the widget.
import type { Core } from '../launcher/core.ts';
import type { DebugSnapshot } from '../loader/api.ts';
import { openJournal } from './journal.ts';
import { createEventMasker, type RecordedEvent } from './mask.ts';
import { createNumbers } from './numbers.ts';
import { CHECKOUT_EVERY_MS } from './ring.ts';
import { type RunningRecord, startRrweb } from './start-rrweb.ts';
import { createTape } from './tape.ts';
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
  /** The visitor has signed in: the same person, known by another id from now on. */
  rename(visitorId: string): void;
  debug(): DebugSnapshot['recorder'];
  /** Ends it and forgets what was recorded. */
  stop(): void;
};

/** Records into the ring from now on. Whatever breaks in here stays in here. */
export function startRecorder(core: Core, visitorId: string): Recorder {
  const owner = { visitor: visitorId, tab: core.capture.trail.tab };
  const masker = createEventMasker();
  const numbers = createNumbers(core.session, core.keys.segments, owner.tab);
  const uploader = createUploader(core, numbers, snapshotSoon);
  const tape = createTape({
    owner,
    journal: openJournal(core.keys.database, owner, Date.now()),
    numbers,
    session: core.session,
    unsavedKey: core.keys.unsaved,
    now: Date.now,
    onPiece: (piece) => followsRing && uploader.add(piece),
  });
  let state = 'recording';
  let lost = 0;
  /** What is sealed now goes up behind the ring, never before it. */
  let followsRing = false;
  let lastSnapshotAt = 0;
  let eventsSinceSnapshot = 0;
  let sealTimer: ReturnType<typeof setTimeout> | undefined;

  const onEvent = (event: RecordedEvent, isSnapshotStart: boolean) => {
    if (state !== 'recording') return;
    try {
      tape.push(masker.mask(event), isSnapshotStart);
    } catch {
      // What could not be masked is not kept.
      lost += 1;
      return;
    }
    if (isSnapshotStart) {
      lastSnapshotAt = event.timestamp;
      eventsSinceSnapshot = 0;
    } else eventsSinceSnapshot += 1;
    if (tape.openEvents() >= MAX_OPEN_EVENTS) seal();
    sealTimer ??= setTimeout(seal, uploader.recordingId === null ? SEAL_EVERY_MS : SEAL_LIVE_MS);
  };

  function seal(): void {
    clearTimeout(sealTimer);
    sealTimer = undefined;
    void tape.seal();
  }

  let running: RunningRecord | null = null;
  try {
    running = startRrweb(onEvent);
  } catch (cause) {
    state = `broken: ${cause instanceof Error ? cause.name : 'unknown'}`;
  }

  function snapshotSoon(): void {
    whenIdle(() => {
      if (state !== 'recording') return;
      try {
        running?.takeSnapshot();
      } catch {
        lost += 1;
      }
    });
  }

  /** A page on which nothing happens needs no new snapshot; a hidden one is not worth its cost. */
  const checkout = setInterval(() => {
    tape.trim(Date.now());
    const isDue = Date.now() - lastSnapshotAt >= CHECKOUT_EVERY_MS - 1000;
    if (isDue && eventsSinceSnapshot > 0 && document.visibilityState !== 'hidden') snapshotSoon();
  }, CHECKOUT_EVERY_MS / 4);

  // Compressing takes longer than a page that goes has left, and a phone may end a hidden page without a word.
  const leave = () => tape.leave(Date.now());
  const onVisibility = () => (document.visibilityState === 'hidden' ? leave() : tape.stay());
  const onReturn = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return;
    tape.comeBack();
    snapshotSoon();
  };
  document.addEventListener('visibilitychange', onVisibility);
  addEventListener('pagehide', leave);
  addEventListener('pageshow', onReturn);

  return {
    upload(recordingId) {
      followsRing = false;
      uploader.use(recordingId);
      if (recordingId === null) return;
      void tape.whole().then((pieces) => {
        for (const piece of pieces) uploader.add(piece);
        followsRing = true;
      });
      // Whatever is still open follows behind the ring.
      seal();
    },
    rename: tape.rename,
    debug: () => ({
      state: state === 'recording' && uploader.recordingId !== null ? 'uploading' : state,
      ringSeconds: Math.round(tape.spanMs(Date.now()) / 1000),
      ringBytes: tape.bytes(),
      ...uploader.stats(),
      dropped: uploader.stats().dropped + lost + tape.lost(),
    }),
    stop() {
      state = 'stopped';
      clearInterval(checkout);
      clearTimeout(sealTimer);
      document.removeEventListener('visibilitychange', onVisibility);
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', onReturn);
      running?.stop();
      uploader.stop();
      tape.clear();
    },
  };
}

function whenIdle(run: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(run, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(run, 1);
}
