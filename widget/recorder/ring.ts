/** What an agent is promised: at least this much before the visitor asked for help. */
export const KEEP_MS = 5 * 60_000;
/** A new full snapshot this often: what is kept must begin with one, so the ring holds between 5 and 6 minutes. */
export const CHECKOUT_EVERY_MS = 60_000;
export const MAX_RING_BYTES = 8 * 1024 * 1024;

/** A sealed, compressed run of events. */
export type Sealed = { from: number; to: number; events: number; bytes: number; gzip: Uint8Array<ArrayBuffer> };

export type Piece = Sealed & {
  /** Counts up in its tab, over reloads too. Halves of one run share the whole number. */
  seq: number;
  /** The full snapshot that it builds on. */
  startedAt: number;
};

type Checkout = { startedAt: number; pieces: Piece[] };

export type Ring = {
  /** A full snapshot begins; what follows can be replayed without what was before. */
  begin(at: number): void;
  /** False when the snapshot that it builds on is not here (any more): nothing could show it. */
  add(piece: Piece): boolean;
  /** What earlier pages of this tab kept, in front of everything. */
  restore(pieces: readonly Piece[]): void;
  /** Drops what nobody needs any more. */
  trim(now: number): void;
  /** Drops the checkouts that began before. */
  dropBefore(at: number): void;
  pieces(): readonly Piece[];
  bytes(): number;
  /** From the first kept event to `now`. */
  spanMs(now: number): number;
  clear(): void;
};

/** The last minutes, in checkouts that begin with a full snapshot. Whole checkouts go: half of one cannot be replayed. */
export function createRing(keepMs = KEEP_MS, maxBytes = MAX_RING_BYTES): Ring {
  let checkouts: Checkout[] = [];
  const bytesOf = ({ pieces }: Checkout) => pieces.reduce((sum, { bytes }) => sum + bytes, 0);
  const bytes = () => checkouts.reduce((sum, checkout) => sum + bytesOf(checkout), 0);

  return {
    begin(at) {
      checkouts.push({ startedAt: at, pieces: [] });
    },
    add(piece) {
      const checkout = checkouts.findLast(({ startedAt }) => startedAt === piece.startedAt);
      checkout?.pieces.push(piece);
      return checkout !== undefined;
    },
    restore(pieces) {
      const restored: Checkout[] = [];
      for (const piece of pieces) {
        const last = restored.at(-1);
        if (last?.startedAt === piece.startedAt) last.pieces.push(piece);
        else restored.push({ startedAt: piece.startedAt, pieces: [piece] });
      }
      checkouts = [...restored, ...checkouts];
    },
    trim(now) {
      // The oldest may go once the next one alone reaches back far enough.
      while (checkouts[1] && checkouts[1].startedAt <= now - keepMs) checkouts.shift();
      while (checkouts.length > 1 && bytes() > maxBytes) checkouts.shift();
    },
    dropBefore(at) {
      checkouts = checkouts.filter(({ startedAt }) => startedAt >= at);
    },
    pieces: () => checkouts.flatMap(({ pieces }) => pieces),
    bytes,
    spanMs: (now) => (checkouts[0] ? now - checkouts[0].startedAt : 0),
    clear() {
      checkouts = [];
    },
  };
}

/**
 * Of what was kept, the checkouts that can be played: each begins with its full snapshot and goes up to the first hole. One that ended
 * more than `keepMs` before `now` is nobody's business any more; the last one ended when its page was left.
 */
export function playableAgain(kept: readonly Piece[], leftAt: number, now: number, keepMs = KEEP_MS): Piece[] {
  const runs: Piece[][] = [];
  for (const piece of [...kept].sort((a, b) => a.seq - b.seq)) {
    const run = runs.at(-1);
    if (run?.[0]?.startedAt === piece.startedAt) run.push(piece);
    else runs.push([piece]);
  }
  return runs.flatMap((run, i) => {
    const first = run[0];
    const endedAt = runs[i + 1]?.[0]?.startedAt ?? Math.max(leftAt, run.at(-1)?.to ?? 0);
    if (first === undefined || first.from !== first.startedAt || endedAt < now - keepMs) return [];
    const hole = run.findIndex((piece, n) => n > 0 && !follows(run[n - 1] as Piece, piece));
    return hole === -1 ? run : run.slice(0, hole);
  });
}

const follows = (before: Piece, after: Piece): boolean => Math.floor(after.seq) - Math.floor(before.seq) <= 1;
