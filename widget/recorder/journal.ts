import type { Piece } from './ring.ts';

const STORE = 'pieces';
const BY_END = 'to';
/** A browser that does not answer is one that has no such storage. */
const OPEN_WITHIN_MS = 2000;
/** What closed tabs left behind. Longer than the ring is long, because a tab that is open and idle writes nothing. */
const ABANDONED_MS = 15 * 60_000;

/** Whose pieces: nobody else's are ever read. */
export type JournalOwner = { visitor: string; tab: string };

/** The ring once more, where a reload does not reach it. What fails in here is only not there after the next reload. */
export type Journal = {
  read(): Promise<Piece[]>;
  /** Settles when it is written, or when it is certain that it is not. */
  add(pieces: readonly Piece[]): Promise<void>;
  keepFrom(seq: number): void;
  /** In one step, so that a page that ends meanwhile finds the old or the new: all from one number up to another, for these. */
  replace(from: number, to: number, pieces: readonly Piece[]): void;
  /** Forgets what is kept and goes on for this owner. */
  restart(owner: JournalOwner): void;
  close(): void;
};

type Key = [visitor: string, tab: string, seq: number];

/**
 * Opens this tab's journal and deletes what does not belong here: pieces of other visitors, and those of tabs that are long gone.
 * Null when the browser keeps nothing.
 */
export async function openJournal(name: string, first: JournalOwner, now: number): Promise<Journal | null> {
  const opened = await openDatabase(name);
  if (opened === null) return null;
  let database: IDBDatabase | null = opened;
  let owner = first;
  const close = () => {
    database?.close();
    database = null;
  };
  // Somebody signs out in another tab: what is on the disk goes, this page keeps what it has in memory.
  opened.onversionchange = close;
  opened.onclose = () => {
    database = null;
  };

  /** One transaction; settles with what `run` asked for, or null. Never rejects. */
  function transact<T>(
    mode: IDBTransactionMode,
    run: (store: IDBObjectStore) => IDBRequest<T> | undefined,
  ): Promise<T | null> {
    return new Promise((resolve) => {
      try {
        if (database === null) return resolve(null);
        const transaction = database.transaction(STORE, mode);
        const request = run(transaction.objectStore(STORE));
        transaction.oncomplete = () => resolve(request?.result ?? null);
        transaction.onabort = () => resolve(null);
        // A full disk is ours to deal with; unhandled it would be reported to the page.
        transaction.onerror = (event) => event.preventDefault();
        transaction.commit?.();
      } catch {
        resolve(null);
      }
    });
  }

  const remove = (...ranges: IDBKeyRange[]) =>
    void transact('readwrite', (store) => {
      for (const range of ranges) store.delete(range);
      return undefined;
    });
  // An array is greater than any number and any text: this is every piece of the tab, and every tab of the visitor.
  const ownRange = () => IDBKeyRange.bound([owner.visitor, owner.tab], [owner.visitor, owner.tab, []]);
  const forgetOthers = () =>
    remove(IDBKeyRange.upperBound([owner.visitor], true), IDBKeyRange.lowerBound([owner.visitor, []]));

  forgetOthers();
  void forgetAbandoned();

  async function forgetAbandoned(): Promise<void> {
    const range = IDBKeyRange.upperBound(now - ABANDONED_MS);
    const keys = (await transact('readonly', (store) => store.index(BY_END).getAllKeys(range))) ?? [];
    // This tab's own are judged by whether they can still be played.
    const gone = keys.filter((key) => (key as Key)[1] !== owner.tab);
    if (gone.length > 0) remove(...gone.map((key) => IDBKeyRange.only(key)));
  }

  return {
    async read() {
      return ((await transact('readonly', (store) => store.getAll(ownRange()))) ?? []).filter(isPiece);
    },
    async add(pieces) {
      await transact('readwrite', (store) => {
        for (const piece of pieces) store.put(piece, [owner.visitor, owner.tab, piece.seq] satisfies Key);
        return undefined;
      });
    },
    keepFrom: (seq) =>
      remove(IDBKeyRange.bound([owner.visitor, owner.tab], [owner.visitor, owner.tab, seq], false, true)),
    replace(from, to, pieces) {
      void transact('readwrite', (store) => {
        // Parts of the last run are numbered between it and the next.
        store.delete(
          IDBKeyRange.bound([owner.visitor, owner.tab, from], [owner.visitor, owner.tab, to + 1], false, true),
        );
        for (const piece of pieces) store.put(piece, [owner.visitor, owner.tab, piece.seq] satisfies Key);
        return undefined;
      });
    },
    restart(next) {
      remove(ownRange());
      owner = next;
      forgetOthers();
    },
    close,
  };
}

/** What an older version of this script may have written is left alone. */
const isPiece = (value: unknown): value is Piece =>
  typeof value === 'object' && value !== null && 'seq' in value && 'begins' in value && 'gzip' in value;

function openDatabase(name: string): Promise<IDBDatabase | null> {
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      resolve(null);
    }, OPEN_WITHIN_MS);
    const settle = (database: IDBDatabase | null) => {
      clearTimeout(timer);
      if (late) database?.close();
      else resolve(database);
    };
    try {
      // Blocked cookies make even naming it throw.
      const request = indexedDB.open(name, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE).createIndex(BY_END, 'to');
      request.onsuccess = () => settle(request.result);
      request.onerror = (event) => {
        event.preventDefault();
        settle(null);
      };
    } catch {
      settle(null);
    }
  });
}
