/** An alarm that is so late is set again. */
const LOST_MS = 2000;

/** Sets an object's one alarm to the earliest of its deadlines, or takes it away. Answers with that deadline; null is none. */
export function setEarliestAlarm(
  storage: DurableObjectStorage,
  deadlines: readonly (number | null)[],
  now: number,
): number | null {
  const earliest = earliestOf(deadlines);
  // In the past it would ring as well, but an equal time is taken for the alarm that is running.
  if (earliest === null) void storage.deleteAlarm();
  else void storage.setAlarm(Math.max(earliest, now + 1));
  return earliest;
}

/**
 * An object's one alarm where deadlines come and go with every change. It is moved only when it would ring too late; one that rings for
 * nothing is set anew, which is cheaper: each move is a commit of its own beside the object's.
 */
export class LazyAlarm {
  readonly #storage: DurableObjectStorage;
  /** When it rings, as set by this instance; null when it has set none. */
  #at: number | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
  }

  /** It has rung, or whoever asks does not trust that it will. */
  forget(): void {
    this.#at = null;
  }

  /** Whether it rings by `at`. One that is due and has not rung yet counts: moving it, a busy object could put it off for ever. Unless it seems to be lost. */
  ringsBy(at: number, now: number): boolean {
    return this.#at !== null && this.#at <= at && this.#at > now - LOST_MS;
  }

  /** Sees that it rings by the earliest of these. */
  ringBy(deadlines: readonly (number | null)[], now: number): void {
    const earliest = earliestOf(deadlines);
    if (earliest === null) return;
    // In the past it would ring as well, but an equal time is taken for the alarm that is running.
    const at = Math.max(earliest, now + 1);
    if (this.ringsBy(at, now)) return;
    this.#at = at;
    void this.#storage.setAlarm(at);
  }
}

/** The first of some deadlines; null when there is none. */
export const earliestOf = (deadlines: readonly (number | null)[]): number | null =>
  deadlines.reduce<number | null>((first, at) => (at !== null && (first === null || at < first) ? at : first), null);

/** How long ago a deadline was; 0 when it is still ahead or there is none. */
export const overdueBy = (deadline: number | null, now: number): number =>
  deadline === null ? 0 : Math.max(0, now - deadline);
