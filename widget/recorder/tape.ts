import { json } from '../kit/natives.ts';
import { readJson } from '../kit/read-json.ts';
import type { Store } from '../kit/storage.ts';
import type { Journal, JournalOwner } from './journal.ts';
import type { Numbers } from './numbers.ts';
import type { OpenPress } from './press/open-press.ts';
import type { Press, Sealed } from './press/press.ts';
import { createRing, type Piece, playableAgain } from './ring.ts';
import type { Unpressed } from './uploader.ts';

/** More than this is not written while the page goes: it would hold up the next one. */
const MAX_UNSAVED_CHARS = 2_000_000;
/** A crash may cost one second, but nobody wants three hundred uploads: so many pieces of a second become one. */
const JOINED = 8;

/** A masked event as JSON, and when it was. */
export type Line = { at: number; text: string };
/** Events that are in no journal yet, by the number that their piece will have. */
type Batch = { seq: number; startedAt: number; begins: boolean; events: Line[] };
type Unsaved = JournalOwner & { at: number; batches: Batch[] };

const isUnsaved = (value: unknown): value is Unsaved =>
  typeof value === 'object' && value !== null && 'batches' in value && Array.isArray(value.batches);

export type Tape = {
  /** `begins`: a full snapshot starts with it. */
  push(event: Line, begins: boolean): void;
  openEvents(): number;
  seal(): Promise<void>;
  /** Everything that is kept, once what was there before a reload is among it. */
  whole(): Promise<readonly Piece[]>;
  /** Drops what nobody needs any more, and folds what has expired into the beginning. */
  trim(now: number): Promise<void>;
  /** The page goes, perhaps for good: what no journal has yet is written down at once. */
  leave(now: number): void;
  /** What is sealed and still with the press, as a segment that nothing has compressed. */
  unpressed(): Unpressed[];
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
  press: Pick<OpenPress, 'press' | 'moves'>;
  session: Store;
  unsavedKey: string;
  now(): number;
  onPiece(piece: Piece): void;
  /** What was folded has become more than a new snapshot would be. */
  onOverload?(): void;
};

/**
 * Events become pieces, pieces go into the ring and into the journal. After a reload the ring begins with what the journal has and with
 * what the page before wrote down as it went, so that the last minutes before a reload are there although the page that saw them is not.
 */
export function createTape(options: TapeOptions): Tape {
  const { owner, journal, numbers, press, session, unsavedKey, now, onPiece } = options;
  const ring = createRing();
  const { tab } = owner;
  let { visitor } = owner;
  let open: Line[] = [];
  let openBegins = false;
  let startedAt: number | null = null;
  let firstStartedAt: number | null = null;
  let unsaved: Batch[] = [];
  /** Those of them that are not compressed yet. */
  const pressing = new Set<Batch>();
  /** What the page before wrote down, until the journal has it: this page may go as fast as that one did. */
  let carried: Unsaved | null = takeUnsaved();
  let lost = 0;
  let cleared = false;
  /** What the press has a copy of: up to this number, of this checkout, since it last moved. */
  let folded = { startedAt: 0, seq: -1, moves: -1 };
  /** Pieces of a second that are to be joined. */
  let small: Piece[] = [];
  /** One after the other: pieces must enter the ring in order, and after those from before. */
  let work: Promise<void> = resume();

  async function resume(): Promise<void> {
    try {
      const disk = await journal;
      const kept = (await disk?.read()) ?? [];
      const isKept = (seq: number) =>
        kept.some((piece) => (piece.since ?? Math.floor(piece.seq)) <= seq && seq <= piece.seq);
      const fresh: Piece[] = [];
      for (const batch of carried?.batches ?? []) if (!isKept(batch.seq)) fresh.push(...(await piecesOf(batch)));
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

  async function piecesOf({ seq, startedAt: began, begins, events }: Batch): Promise<Piece[]> {
    const lines = { lines: events.map(({ text }) => text).join('\n'), times: events.map(({ at }) => at) };
    const { pieces, dropped } = await withPress((to) => to.seal(lines));
    lost += dropped;
    return piecesFrom(pieces, seq, began, begins && dropped === 0);
  }

  /** A press may break in the middle; what it was asked is asked of the next. */
  async function withPress<T>(run: (to: Press) => Promise<T>): Promise<T> {
    const moves = press.moves();
    try {
      return await run(await press.press());
    } catch (cause) {
      if (press.moves() === moves) throw cause;
      return run(await press.press());
    }
  }

  function forgetBefore(disk: Journal | null): void {
    // What has been forgotten leaves no number behind, also where this was waited for.
    if (cleared) return;
    // Nothing kept yet: all that is on the disk is from before, and of no use.
    const from = ring.pieces()[0]?.seq ?? unsaved[0]?.seq ?? numbers.nextPiece();
    disk?.keepFrom(from);
    numbers.keepFrom(from);
  }

  function seal(): Promise<void> {
    if (cleared || open.length === 0) return work;
    const events = open;
    open = [];
    // Without a snapshot before them nothing could show them.
    if (startedAt === null) {
      lost += events.length;
      return work;
    }
    const batch: Batch = { seq: numbers.nextPiece(), startedAt, begins: openBegins, events };
    openBegins = false;
    unsaved.push(batch);
    pressing.add(batch);
    const saved = () => {
      unsaved = unsaved.filter((one) => one !== batch);
    };
    work = work
      .then(async () => {
        const pieces = await piecesOf(batch).finally(() => pressing.delete(batch));
        if (cleared) return;
        const kept = pieces.filter((piece) => ring.add(piece));
        for (const piece of kept) onPiece(piece);
        const disk = await journal;
        // Not awaited: a slow disk must not hold up what an agent is watching.
        if (disk === null) saved();
        else void disk.add(kept).then(saved);
        small = batch.begins ? [] : [...small, ...kept];
        await join(disk);
      })
      .catch(() => {
        lost += events.length;
        saved();
      });
    return work;
  }

  /** Unless a recording has one of them under a number of its own. */
  async function join(disk: Journal | null): Promise<void> {
    if (small.length < JOINED) return;
    const [old, first, last] = [small, small[0] as Piece, small.at(-1) as Piece];
    small = [];
    const isTaken = () => old.some(({ seq }) => numbers.hasSegment(seq));
    if (isTaken()) return;
    const { pieces, dropped } = await withPress((to) => to.join(old.map(({ gzip }) => gzip)));
    if (cleared || dropped > 0 || isTaken()) return;
    // Numbered as the last one, so that what comes next goes on from there with no hole.
    const seq = Math.floor(last.seq);
    const joined = piecesFrom(pieces, seq, first.startedAt, first.begins).map((piece, i) =>
      i === 0 ? { ...piece, since: first.seq } : piece,
    );
    if (ring.replace(old, joined)) disk?.replace(first.seq, seq, joined);
  }

  async function fold(at: number): Promise<void> {
    ring.trim(at);
    const old = ring.expired(at);
    const [first] = old;
    const last = old.at(-1);
    // What is a beginning already would become what it is.
    if (first === undefined || last === undefined || old.every(({ isBase }) => isBase)) return;
    const moves = press.moves();
    const to = await press.press();
    const isContinued = folded.startedAt === first.startedAt && folded.moves === moves && first.seq <= folded.seq;
    const done = isContinued ? folded.seq : -1;
    // Until it is certain that all went well, nothing is certain.
    folded = { ...folded, moves: -1 };
    if (!isContinued) await to.forget();
    await to.fold(old.filter(({ seq }) => Math.floor(seq) > done).map(({ gzip }) => gzip));
    const seq = Math.floor(last.seq);
    folded = { startedAt: first.startedAt, seq, moves };
    const { pieces, dropped, isOverloaded } = await to.base(last.to);
    // A beginning that no segment can hold is none: the old one stays.
    if (cleared || pieces.length === 0 || dropped > 0) return;
    if (isOverloaded) options.onOverload?.();
    const base = piecesFrom(pieces, seq, first.startedAt, true).map((piece) => ({
      ...piece,
      isBase: true,
      // All that was before is in it.
      since: 0,
    }));
    if (!ring.replace(old, base)) return;
    small = small.filter((piece) => !old.includes(piece));
    (await journal)?.replace(first.seq, seq, base);
    numbers.keepFrom(seq);
  }

  function trim(at: number): Promise<void> {
    work = work.then(async () => {
      const before = ring.pieces()[0];
      await fold(at).catch(() => {});
      if (before !== undefined && ring.pieces()[0] !== before) forgetBefore(await journal);
    });
    return work;
  }

  return {
    push(event, begins) {
      if (begins) {
        void seal();
        startedAt = event.at;
        firstStartedAt ??= startedAt;
        openBegins = true;
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
      const text = json.stringify({ visitor, tab, at, batches } satisfies Unsaved);
      if (text.length <= MAX_UNSAVED_CHARS) session.set(unsavedKey, text);
    },
    unpressed: () => [...pressing].map(({ seq, events }) => ({ seq, text: `[${events.map(({ text }) => text)}]` })),
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
      pressing.clear();
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

const piecesFrom = (sealed: readonly Sealed[], seq: number, startedAt: number, begins: boolean): Piece[] =>
  sealed.map((one, i) => ({ ...one, seq: seq + i / 1000, startedAt, begins: begins && i === 0 }));
