/** A tab that is killed loses this much and the way to the server or the disk: less than a second together. */
const SEAL_EVERY_MS = 750;
/** [O7] While somebody looks: long enough that what one deed changes is one piece… */
const SOON_MS = 30;
/** …and a page that changes all the time makes so many uploads, not one for each change. */
const WATCHED_EVERY_MS = 200;

/**
 * How long what is recorded now waits until it becomes a piece, which is when it is kept and can be sent. `sealedAt`: when the last one did.
 * `waiting`: uploads that are not through yet; where the way is slow there are fewer and larger ones, or the agent would fall behind more and more.
 */
export const waitBeforeSeal = (isWatched: boolean, waiting: number, sealedAt: number, now: number): number =>
  isWatched
    ? Math.max(SOON_MS, sealedAt + Math.min(SEAL_EVERY_MS, WATCHED_EVERY_MS * (1 + waiting)) - now)
    : SEAL_EVERY_MS;
