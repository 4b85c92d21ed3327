import { readJson } from '../kit/read-json.ts';
import type { Store } from '../kit/storage.ts';
import type { Journal, JournalOwner } from './journal.ts';
import type { RecordedEvent } from './mask.ts';
import type { Numbers } from './numbers.ts';
import { createRing, type Piece, playableAgain } from './ring.ts';
import { sealEvents } from './seal.ts';

/** More than this is not written while the page goes: it would hold up the next one. */
const MAX_UNSAVED_CHARS = 2_000_000;

/** Events that are in no journal yet, by the number that their piece will have. */
type Batch = { seq: number; startedAt: number; events: RecordedEvent[] };
type Unsaved = JournalOwner & { at: number; batches: Batch[] };

const isUnsaved = (value: unknown): value is Unsaved =>
  typeof value === 'object' && value !== null && 'batches' in value && Array.isArray(value.batches);

export type Tape = {
  /** A masked event. `begins`: a full snapshot starts with it. */
  push(event: RecordedEvent, begins: boolean): void;
  openEvents(): number;
  seal(): Promise<void>;
  /** Everything that is kept, once what was there before a reload is among it. */
  whole(): Promise<readonly Piece[]>;
  trim(now: number): void;
  /** The page goes, perhaps for good: what no journal has yet is written down at once. */
  leave(now: number): void;
  /** It did not go. */
  stay(): void;
  /** It went, others came, and now it is back from the browser's cache: what it had open was theirs to keep. */
  comeBack(): void;
  /** The same person under another name. What earlier pages kept was for the old one. */
  rename(visitor: string): void;
  lost(): number;
  bytes(): number;
  spanMs(now: number): number;
  /** Forgets everything, on the disk too. */
  clear(): void;
};

export type TapeOptions = {
  owner: JournalOwner;
  journal: Promise<Journal | null>;
  numbers: Numbers;
  session: Store;
  unsavedKey: string;
  now(): number;
  onPiece(piece: Piece): void;
};

/**
 * Events become pieces, pieces go into the ring and into the journal. After a reload the ring begins with what the journal has and with
 * what the page before wrote down as it went, so that the last minutes before a reload are there although the page that saw them is not.
 */
export function createTape({ owner, journal, numbers, session, unsavedKey, now, onPiece }: TapeOptions): Tape {
  const ring = createRing();
  const { tab } = owner;
  let { visitor } = owner;
  let open: RecordedEvent[] = [];
  let startedAt: number | null = null;
  let firstStartedAt: number | null = null;
  let unsaved: Batch[] = [];
  /** What the page before wrote down, until the journal has it: this page may go as fast as that one did. */
  let carried: Unsaved | null = takeUnsaved();
  let lost = 0;
  let cleared = false;
  /** One after the other: pieces must enter the ring in order, and after those from before. */
  let work: Promise<void> = resume();

  async function resume(): Promise<void> {
    try {
      const disk = await journal;
      const kept = (await disk?.read()) ?? [];
      const known = new Set(kept.map(({ seq }) => Math.floor(seq)));
      const fresh: Piece[] = [];
      for (const batch of carried?.batches ?? []) if (!known.has(batch.seq)) fresh.push(...(await piecesOf(batch)));
      if (cleared) return;
      const at = now();
      ring.restore(playableAgain([...kept, ...fresh], carried?.at ?? 0, at));
      ring.trim(at);
      const wanted = new Set(ring.pieces());
      await disk?.add(fresh.filter((piece) => wanted.has(piece)));
      forgetBefore(disk);
    } catch {
      // What was before is not there; what comes is.
    }
    carried = null;
    session.remove(unsavedKey);
  }

  function takeUnsaved(): Unsaved | null {
    const left = readJson(session, unsavedKey, isUnsaved);
    // A duplicated tab has a copy under another name, and the next visitor is none of the last one's business.
    if (left?.tab === tab && left.visitor === visitor) return left;
    session.remove(unsavedKey);
    return null;
  }

  async function piecesOf({ seq, startedAt: began, events }: Batch): Promise<Piece[]> {
    const { pieces, dropped } = await sealEvents(events);
    lost += dropped;
    return pieces.map((piece, i) => ({ ...piece, seq: seq + i / 1000, startedAt: began }));
  }

  function forgetBefore(disk: Journal | null): void {
    // Nothing kept yet: all that is on the disk is from before, and of no use.
    const from = ring.pieces()[0]?.seq ?? unsaved[0]?.seq ?? numbers.nextPiece();
    disk?.keepFrom(from);
    numbers.keepFrom(from);
  }

  function seal(): Promise<void> {
    if (open.length === 0) return work;
    const events = open;
    open = [];
    // Without a snapshot before them nothing could show them.
    if (startedAt === null) {
      lost += events.length;
      return work;
    }
    const batch: Batch = { seq: numbers.nextPiece(), startedAt, events };
    unsaved.push(batch);
    const saved = () => {
      unsaved = unsaved.filter((one) => one !== batch);
    };
    work = work
      .then(async () => {
        const pieces = await piecesOf(batch);
        if (cleared) return;
        const kept = pieces.filter((piece) => ring.add(piece));
        for (const piece of kept) onPiece(piece);
        const disk = await journal;
        // Not awaited: a slow disk must not hold up what an agent is watching.
        if (disk === null) saved();
        else void disk.add(kept).then(saved);
        trim(now());
      })
      .catch(() => {
        lost += events.length;
        saved();
      });
    return work;
  }

  function trim(at: number): void {
    const before = ring.pieces()[0];
    ring.trim(at);
    if (before !== undefined && ring.pieces()[0] !== before) void journal.then(forgetBefore);
  }

  return {
    push(event, begins) {
      if (begins) {
        void seal();
        startedAt = event.timestamp;
        firstStartedAt ??= startedAt;
        ring.begin(startedAt);
      }
      open.push(event);
    },
    openEvents: () => open.length,
    seal,
    whole: () => work.then(() => ring.pieces()),
    trim,
    leave(at) {
      // Sealing goes on if the page stays; if it goes, what is written here is all there will be.
      void seal();
      const batches = [...(carried?.batches ?? []), ...unsaved];
      if (batches.length === 0 || cleared) return;
      const text = JSON.stringify({ visitor, tab, at, batches } satisfies Unsaved);
      if (text.length <= MAX_UNSAVED_CHARS) session.set(unsavedKey, text);
    },
    stay() {
      if (carried === null) session.remove(unsavedKey);
    },
    comeBack() {
      open = [];
      unsaved = [];
      carried = takeUnsaved();
      ring.clear();
      work = work.then(resume);
    },
    rename(next) {
      if (next === visitor) return;
      visitor = next;
      carried = null;
      work = work.then(async () => {
        if (firstStartedAt !== null) ring.dropBefore(firstStartedAt);
        const disk = await journal;
        disk?.restart({ visitor, tab });
        await disk?.add(ring.pieces());
      });
    },
    lost: () => lost,
    bytes: ring.bytes,
    spanMs: ring.spanMs,
    clear() {
      cleared = true;
      open = [];
      unsaved = [];
      carried = null;
      ring.clear();
      session.remove(unsavedKey);
      void journal.then((disk) => {
        disk?.restart({ visitor, tab });
        disk?.close();
      });
    },
  };
}
