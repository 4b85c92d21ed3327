import type { PlainEvent } from './compact.ts';
import { createFoldedPage } from './fold.ts';

/** What a segment or keyframe weighs, compressed. */
export type Weighed = { n: number; bytes: number };

/** About what a player reads and folds in a tenth of a second. */
const EVERY_BYTES = 64 * 1024;
/** Of a large page: its keyframes come to at most five times what happens on it. */
const SHARE_OF_LAST = 1 / 5;
/** However little there is in them: a player asks for each by itself, and one upload never pays for all that came before it. Of a large page a keyframe is dear. */
const MAX_RUN = { small: 20, large: 60 };

/**
 * [O6] The segments whose end deserves a keyframe next: all that follow the last keyframe without a hole, when there is enough in them or there are many. Without one
 * they begin with number 0, which holds a whole page itself. Empty while nothing is due.
 */
export function keyframeRun(segments: readonly Weighed[], last: Weighed | null): number[] {
  const ordered = [...segments].sort((a, b) => a.n - b.n);
  const first = ordered[0];
  if (first === undefined) return [];
  const limit = Math.max(EVERY_BYTES, (last ?? first).bytes * SHARE_OF_LAST);
  const most = (last ?? first).bytes > EVERY_BYTES ? MAX_RUN.large : MAX_RUN.small;
  const run: number[] = [];
  let bytes = 0;
  for (const { n, bytes: own } of ordered) {
    if (last !== null && n <= last.n) continue;
    if (n !== (last?.n ?? -1) + run.length + 1) return [];
    run.push(n);
    // The first part is a picture itself: nothing is saved by a second one of it.
    if (last !== null || n > 0) bytes += own;
    if (bytes >= limit || run.length === most) return run;
  }
  return [];
}

/**
 * [O6] The page after these events, as the events that say it; null when there is no whole page among them, or too much that has to be told event by
 * event. Changes what it is given.
 */
export function foldKeyframe(events: Iterable<PlainEvent>): PlainEvent[] | null {
  const page = createFoldedPage();
  let at = 0;
  for (const event of events) {
    page.apply(event);
    at = Math.max(at, event.timestamp);
  }
  return page.isOverloaded() ? null : page.snapshotAt(at);
}
