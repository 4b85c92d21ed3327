import { json } from '../kit/natives.ts';
import { readJson } from '../kit/read-json.ts';
import type { Store } from '../kit/storage.ts';
import type { Piece } from './ring.ts';

/** A piece that became a segment: its number there, and whether the server has it. */
type Taken = { seq: number; n: number; stored: boolean };
type Saved = { tab: string; seq: number; recordingId: string | null; n: number; taken: Taken[] };

const isSaved = (value: unknown): value is Saved =>
  typeof value === 'object' && value !== null && 'taken' in value && Array.isArray(value.taken);

/**
 * Numbers that go on after a reload: of the pieces of this tab, and of the segments that they became in the recording. In
 * `sessionStorage`, because that is written when the call returns: a page that goes leaves no number in doubt.
 */
export type Numbers = {
  nextPiece(): number;
  /** The number under which a piece is uploaded: always the same one, so that sending it again after a reload is harmless. */
  segmentOf(recordingId: string, piece: Pick<Piece, 'seq'>): { n: number; stored: boolean };
  /** A recording knows a piece under this number. */
  hasSegment(seq: number): boolean;
  stored(recordingId: string, piece: Piece): void;
  /** Pieces before this one are gone. */
  keepFrom(seq: number): void;
};

export function createNumbers(store: Store, key: string, tab: string): Numbers {
  const empty: Saved = { tab, seq: 0, recordingId: null, n: 0, taken: [] };
  // Read each time: a page that comes back from the browser's cache finds what the pages after it have counted.
  const read = (): Saved => {
    const saved = readJson(store, key, isSaved);
    return saved?.tab === tab ? saved : empty;
  };
  const write = (next: Saved) => store.set(key, json.stringify(next));
  const of = (recordingId: string): Saved => {
    const saved = read();
    return saved.recordingId === recordingId ? saved : { ...saved, recordingId, n: 0, taken: [] };
  };

  return {
    nextPiece() {
      const saved = read();
      write({ ...saved, seq: saved.seq + 1 });
      return saved.seq;
    },
    segmentOf(recordingId, { seq }) {
      const saved = of(recordingId);
      const known = saved.taken.find((one) => one.seq === seq);
      if (known !== undefined) return known;
      const taken = { seq, n: saved.n, stored: false };
      write({ ...saved, n: saved.n + 1, taken: [...saved.taken, taken] });
      return taken;
    },
    hasSegment: (seq) => read().taken.some((one) => one.seq === seq),
    stored(recordingId, { seq }) {
      const saved = read();
      if (saved.recordingId !== recordingId) return;
      write({ ...saved, taken: saved.taken.map((one) => (one.seq === seq ? { ...one, stored: true } : one)) });
    },
    keepFrom(seq) {
      const saved = read();
      if (saved.taken.some((one) => one.seq < seq))
        write({ ...saved, taken: saved.taken.filter((one) => one.seq >= seq) });
    },
  };
}
