/** What an agent is promised: at least this much before the visitor asked for help. */
export const KEEP_MS = 5 * 60_000;
/** A new full snapshot this often: what is kept must begin with one, so the ring holds between 5 and 6 minutes. */
export const CHECKOUT_EVERY_MS = 60_000;
export const MAX_RING_BYTES = 8 * 1024 * 1024;

/** A sealed, compressed run of events. */
export type Piece = { from: number; to: number; events: number; bytes: number; gzip: Uint8Array<ArrayBuffer> };

type Checkout = { startedAt: number; pieces: Piece[] };

export type Ring = {
  /** A full snapshot begins; what follows can be replayed without what was before. */
  begin(at: number): void;
  add(piece: Piece): void;
  /** Drops what nobody needs any more. */
  trim(now: number): void;
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
      // Events before the first snapshot cannot be shown.
      checkouts.findLast(({ startedAt }) => startedAt <= piece.from)?.pieces.push(piece);
    },
    trim(now) {
      // The oldest may go once the next one alone reaches back far enough.
      while (checkouts[1] && checkouts[1].startedAt <= now - keepMs) checkouts.shift();
      while (checkouts.length > 1 && bytes() > maxBytes) checkouts.shift();
    },
    pieces: () => checkouts.flatMap(({ pieces }) => pieces),
    bytes,
    spanMs: (now) => (checkouts[0] ? now - checkouts[0].startedAt : 0),
    clear() {
      checkouts = [];
    },
  };
}
