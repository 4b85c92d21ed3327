// Loaded when the page is idle and only when recording is allowed: the largest chunk of the widget.

import { compactEvent } from '#domain/replay/compact.ts';
import { json } from '../kit/natives.ts';
import type { Core } from '../launcher/core.ts';
import type { DebugSnapshot } from '../loader/api.ts';
import { openJournal } from './journal.ts';
import { createEventMasker, type RecordedEvent } from './mask.ts';
import { createNumbers } from './numbers.ts';
import { waitBeforeSeal } from './pace.ts';
import { openPress, PressHost } from './press/open-press.ts';
import { FOLD_EVERY_MS } from './ring.ts';
import { isWrittenIn, type RunningRecord, startRrweb } from './start-rrweb.ts';
import { createTape } from './tape.ts';
import { createUploader } from './uploader.ts';

/** A busy page is sealed earlier, so that raw events never take much memory. */
const MAX_OPEN_EVENTS = 3000;
const IDLE_TIMEOUT_MS = 4000;
/** rrweb's number of a full snapshot. */
const FULL_SNAPSHOT = 2;

export type Recorder = {
  /** Uploads the whole ring to this recording and goes on live; null stops the upload and keeps the ring. */
  upload(recordingId: string | null): void;
  /** [O7] An agent has the page on their screen, or no longer: what is recorded is sent as it comes. */
  watch(on: boolean): void;
  /** The visitor has signed in: the same person, known by another id from now on. */
  rename(visitorId: string): void;
  debug(): DebugSnapshot['recorder'];
  /** Ends it and forgets what was recorded. */
  stop(): void;
};

/** Records into the ring from now on. Whatever breaks in here stays in here. */
export function startRecorder(core: Core, visitorId: string): Recorder {
  const owner = { visitor: visitorId, tab: core.capture.trail.tab };
  const masker = createEventMasker(isWrittenIn);
  const numbers = createNumbers(core.session, core.keys.segments, owner.tab);
  const uploader = createUploader(core, numbers, snapshotSoon);
  const press = openPress(core.origin, core.shadow, pressHostsFor(core), () =>
    core.session.set(core.keys.noFrame, '1'),
  );
  const tape = createTape({
    owner,
    journal: openJournal(core.keys.database, owner, Date.now()),
    numbers,
    press,
    session: core.session,
    unsavedKey: core.keys.unsaved,
    now: Date.now,
    onPiece: (piece) => followsRing && uploader.add(piece),
    onOverload: snapshotSoon,
  });
  let state = 'recording';
  let lost = 0;
  /** What is sealed now goes up behind the ring, never before it. */
  let followsRing = false;
  let isWatched = false;
  let sealedAt = 0;
  let sealTimer: ReturnType<typeof setTimeout> | undefined;

  /** A snapshot and what came after it, until the page has had a breath: taking it was one long task, and this would make it longer. */
  let waiting: { event: RecordedEvent; isSnapshotStart: boolean }[] = [];

  const onEvent = (event: RecordedEvent, isSnapshotStart: boolean) => {
    if (state !== 'recording') return;
    const isFirst = waiting.length === 0;
    if (isFirst && event.type !== FULL_SNAPSHOT) return encode(event, isSnapshotStart);
    waiting.push({ event, isSnapshotStart });
    if (isFirst) setTimeout(encodeWaiting);
  };

  function encodeWaiting(): void {
    const events = waiting;
    waiting = [];
    for (const { event, isSnapshotStart } of events) encode(event, isSnapshotStart);
  }

  /** As text from here on: a worker takes texts far faster than objects, and none of the page's memory is held by them. */
  function encode(event: RecordedEvent, isSnapshotStart: boolean): void {
    try {
      tape.push({ at: event.timestamp, text: json.stringify(compactEvent(masker.mask(event))) }, isSnapshotStart);
    } catch {
      // What could not be masked is not kept.
      lost += 1;
      return;
    }
    // rrweb remembers its last snapshot for the time of it, and with it a copy of the whole page. Of other events it still reads the data
    // when it has told us of them: without, it would fail there and say the same positions again and again.
    if (event.type === FULL_SNAPSHOT) event.data = null;
    if (tape.openEvents() >= MAX_OPEN_EVENTS) seal();
    sealTimer ??= setTimeout(seal, waitBeforeSeal(isWatched, uploader.stats().waiting, sealedAt, Date.now()));
  }

  function seal(): void {
    clearTimeout(sealTimer);
    sealTimer = undefined;
    sealedAt = Date.now();
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

  const folding = setInterval(() => void tape.trim(Date.now()), FOLD_EVERY_MS / 2);

  // Compressing takes longer than a page that goes has left, and a phone may end a hidden page without a word.
  const leave = () => {
    encodeWaiting();
    tape.leave(Date.now());
    uploader.leave(followsRing ? tape.unpressed() : []);
  };
  const onVisibility = () => (document.visibilityState === 'hidden' ? leave() : tape.stay());
  const onReturn = ({ persisted }: PageTransitionEvent) => {
    if (!persisted) return;
    tape.comeBack();
    snapshotSoon();
  };
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('pagehide', leave);
  window.addEventListener('pageshow', onReturn);

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
      encodeWaiting();
      seal();
    },
    watch(on) {
      isWatched = on;
      // What waits has waited long enough for somebody who has just come.
      if (on) seal();
    },
    rename: tape.rename,
    debug: () => ({
      host: press.host(),
      state: state === 'recording' && uploader.recordingId !== null ? 'uploading' : state,
      ringSeconds: Math.round(tape.spanMs(Date.now()) / 1000),
      ringBytes: tape.bytes(),
      ...uploader.stats(),
      dropped: uploader.stats().dropped + lost + tape.lost(),
    }),
    stop() {
      state = 'stopped';
      clearInterval(folding);
      clearTimeout(sealTimer);
      document.removeEventListener('visibilitychange', onVisibility);
      window.removeEventListener('pagehide', leave);
      window.removeEventListener('pageshow', onReturn);
      running?.stop();
      uploader.stop();
      tape.clear();
      press.close();
    },
  };
}

/**
 * A page whose policy forbids a frame reports the attempt to its owner, and no page can be asked for its policy. So where there is a sign
 * of one the host has to say that it allows a frame; and where a frame was refused there is not another attempt in this tab.
 */
function pressHostsFor({ worker, session, keys }: Core): PressHost[] {
  if (worker !== undefined) return [worker];
  const hasPolicy = document.querySelector('script[nonce],meta[http-equiv="content-security-policy" i]') !== null;
  return hasPolicy || session.get(keys.noFrame) !== null ? [] : [PressHost.Frame];
}

function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === 'function') requestIdleCallback(run, { timeout: IDLE_TIMEOUT_MS });
  else setTimeout(run, 1);
}
