import type { Sealed } from './press/press.ts';

/** What an agent is promised: at least this much before the visitor asked for help. */
export const KEEP_MS = 5 * 60_000;
/** What is older is folded into the ring's beginning this often, so that it holds between 5.0 and 5.5 minutes. */
export const FOLD_EVERY_MS = 30_000;
/** Above it the beginning moves up earlier than promised: a page that changes this much is better remembered for less than not at all. */
export const MAX_RING_BYTES = 8 * 1024 * 1024;

export type Piece = Sealed & {
  /** Counts up in its tab, over reloads too. Parts of one run share the whole number. */
  seq: number;
  /** The full snapshot that it builds on, by when the recorder took it. */
  startedAt: number;
  /** Begins with a full snapshot: can be played without what was before. */
  begins: boolean;
  /** Of joined pieces the first number; `seq` is then the last. */
  since?: number;
  /** Made by folding, not by the page. */
  isBase?: boolean;
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
  /** Leading pieces that have expired and may become part of the beginning; none while that is not worth it. */
  expired(now: number): readonly Piece[];
  /** Neighbours become others with the same events. False when they are no longer there. */
  replace(old: readonly Piece[], fresh: readonly Piece[]): boolean;
  /** Drops the checkouts that began before. */
  dropBefore(at: number): void;
  pieces(): readonly Piece[];
  bytes(): number;
  /** From the first kept event to `now`. */
  spanMs(now: number): number;
  clear(): void;
};

/** Of parts of one run, all or none: a number names them together. */
const isWhole = (last: Piece, next: Piece | undefined): boolean =>
  next === undefined || Math.floor(next.seq) !== Math.floor(last.seq);

/**
 * The last minutes, in checkouts that begin with a full snapshot: one per page of this tab, and more only where something was lost. A
 * checkout from which the next one can take over goes as a whole; the one that is needed loses its beginning, which becomes a snapshot.
 */
export function createRing(keepMs = KEEP_MS, maxBytes = MAX_RING_BYTES): Ring {
  let checkouts: Checkout[] = [];
  const pieces = () => checkouts.flatMap((checkout) => checkout.pieces);
  const bytes = () => pieces().reduce((sum, piece) => sum + piece.bytes, 0);

  return {
    begin(at) {
      checkouts.push({ startedAt: at, pieces: [] });
    },
    add(piece) {
      const checkout = checkouts.findLast(({ startedAt }) => startedAt === piece.startedAt);
      checkout?.pieces.push(piece);
      return checkout !== undefined;
    },
    restore(restoredPieces) {
      const restored: Checkout[] = [];
      for (const piece of restoredPieces) {
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
    expired(now) {
      const [first] = checkouts;
      const [oldest] = first?.pieces ?? [];
      if (first === undefined || oldest === undefined) return [];
      let over = bytes() - maxBytes;
      if (oldest.from > now - keepMs - FOLD_EVERY_MS && over <= 0) return [];
      let count = 0;
      let whole = 0;
      for (const piece of first.pieces) {
        if (piece.to > now - keepMs && over <= 0) break;
        over -= piece.bytes;
        count += 1;
        if (isWhole(piece, first.pieces[count])) whole = count;
      }
      return first.pieces.slice(0, whole);
    },
    replace(old, fresh) {
      for (const checkout of checkouts) {
        const at = checkout.pieces.indexOf(old[0] as Piece);
        if (at === -1 || old.some((piece, i) => checkout.pieces[at + i] !== piece)) continue;
        checkout.pieces.splice(at, old.length, ...fresh);
        return true;
      }
      return false;
    },
    dropBefore(at) {
      checkouts = checkouts.filter(({ startedAt }) => startedAt >= at);
    },
    pieces,
    bytes,
    spanMs: (now) => {
      const first = checkouts[0];
      return first === undefined ? 0 : now - (first.pieces[0]?.from ?? first.startedAt);
    },
    clear() {
      checkouts = [];
    },
  };
}

/**
 * Of what was kept, the checkouts that can be played: each begins with a full snapshot and goes up to the first hole. One that ended
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
    if (first === undefined || !first.begins || endedAt < now - keepMs) return [];
    const hole = run.findIndex((piece, n) => n > 0 && !follows(run[n - 1] as Piece, piece));
    return hole === -1 ? run : run.slice(0, hole);
  });
}

const follows = (before: Piece, after: Piece): boolean =>
  Math.floor(after.since ?? after.seq) - Math.floor(before.seq) <= 1;
