import { type CompactEvent, compactEvent, type PlainEvent } from '#domain/replay/compact.ts';
import { compactParts } from '#domain/replay/compact-parts.ts';
import { expandEvents } from '#domain/replay/expand.ts';
import { createFoldedPage, type FoldedPage } from '#domain/replay/fold.ts';

/** So that a page that dies can still send its last one: what a browser sends behind a page is 64 KB in all. */
export const MAX_PIECE_BYTES = 56 * 1024;
/** One full snapshot cannot be split; up to here the server accepts it. */
export const MAX_SINGLE_BYTES = 512 * 1024;
/** Where the page’s own thread does this work it is interrupted this often. */
const SLICE_MS = 8;
/** Nodes that are written before the clock is looked at. */
const PARTS_IN_A_BREATH = 256;

/** A sealed, compressed run of events. */
export type Sealed = { from: number; to: number; events: number; bytes: number; gzip: Uint8Array<ArrayBuffer> };
export type Seal = { pieces: Sealed[]; dropped: number };
/** `lines`: one event each, as JSON, with their times. */
export type Lines = { lines: string; times: number[] };

/**
 * The heavy half of the recorder: compresses events, and folds those that have expired into a copy of the page. Runs in a worker; where a
 * page allows none, on the page's own thread, in slices. Its calls are answered in order.
 */
export type Press = {
  seal(events: Lines): Promise<Seal>;
  /** Pieces that follow each other, in as few as they fit into. */
  join(pieces: Uint8Array<ArrayBuffer>[]): Promise<Seal>;
  /** Applies pieces to the copy. */
  fold(pieces: Uint8Array<ArrayBuffer>[]): Promise<void>;
  /** The copy as a snapshot. Without pieces when there is none. */
  base(at: number): Promise<Seal & { isOverloaded: boolean }>;
  forget(): Promise<void>;
};

type Timed = { at: number; text: string };

/** `isSliced`: gives the thread back every few milliseconds. */
export function createPress(isSliced: boolean): Press {
  let page: FoldedPage = createFoldedPage();
  let sliceEndsAt = 0;

  /** Asked often; mostly answers at once. */
  async function breathe(): Promise<void> {
    if (!isSliced || performance.now() < sliceEndsAt) return;
    await new Promise((resolve) => setTimeout(resolve));
    sliceEndsAt = performance.now() + SLICE_MS;
  }

  async function textOf(event: PlainEvent): Promise<string> {
    const parts = isSliced ? compactParts(event) : null;
    if (parts === null) return JSON.stringify(compactEvent(event));
    const written: string[] = [];
    for (const part of parts) {
      written.push(part);
      if (written.length % PARTS_IN_A_BREATH === 0) await breathe();
    }
    return written.join('');
  }

  async function timedOf(pieces: readonly Uint8Array<ArrayBuffer>[]): Promise<Timed[]> {
    const all: Timed[] = [];
    for (const piece of pieces)
      for (const event of await unseal({ gzip: piece })) {
        all.push({ at: timeOf(event), text: JSON.stringify(event) });
        await breathe();
      }
    return all;
  }

  return {
    seal: ({ lines, times }) => sealEvents(lines.split('\n').map((text, i) => ({ at: times[i] as number, text }))),
    join: async (pieces) => sealEvents(await timedOf(pieces)),
    async fold(pieces) {
      for (const piece of pieces)
        for (const event of expandEvents(await unseal({ gzip: piece }))) {
          if (event !== null) page.apply(event as PlainEvent);
          await breathe();
        }
    },
    async base(at) {
      const events = page.snapshotAt(at) ?? [];
      const timed: Timed[] = [];
      for (const event of events) {
        timed.push({ at, text: await textOf(event) });
        await breathe();
      }
      return { ...(await sealEvents(timed)), isOverloaded: page.isOverloaded() };
    },
    async forget() {
      page = createFoldedPage();
    },
  };
}

const timeOf = (event: CompactEvent): number => (Array.isArray(event) ? (event[1] as number) : event.timestamp);

/** Compresses events into pieces; too large ones are halved. An event that is too large alone is left out and counted. */
export async function sealEvents(events: readonly Timed[], compress = gzip): Promise<Seal> {
  const first = events[0];
  const last = events.at(-1);
  if (!first || !last) return { pieces: [], dropped: 0 };
  const packed = await compress(`[${events.map(({ text }) => text).join()}]`);
  const limit = events.length === 1 ? MAX_SINGLE_BYTES : MAX_PIECE_BYTES;
  if (packed.byteLength <= limit)
    return {
      pieces: [{ from: first.at, to: last.at, events: events.length, bytes: packed.byteLength, gzip: packed }],
      dropped: 0,
    };
  if (events.length === 1) return { pieces: [], dropped: 1 };
  const middle = Math.ceil(events.length / 2);
  const head = await sealEvents(events.slice(0, middle), compress);
  const tail = await sealEvents(events.slice(middle), compress);
  return { pieces: [...head.pieces, ...tail.pieces], dropped: head.dropped + tail.dropped };
}

/** The events again, of what was sealed here. */
export async function unseal({ gzip: packed }: Pick<Sealed, 'gzip'>): Promise<CompactEvent[]> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as CompactEvent[];
}

async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
