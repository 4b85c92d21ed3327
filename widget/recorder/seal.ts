import type { RecordedEvent } from './mask.ts';
import type { Sealed } from './ring.ts';

/** Comfortably below what the server takes (512 KB), for proxies on the way add and count differently. */
export const MAX_PIECE_BYTES = 400 * 1024;
/** One full snapshot cannot be split; up to here it is still accepted. */
export const MAX_SINGLE_BYTES = 512 * 1024;

export async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The events again, of what was sealed on this page. */
export async function unseal({ gzip: packed }: Pick<Sealed, 'gzip'>): Promise<RecordedEvent[]> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return (await new Response(stream).json()) as RecordedEvent[];
}

type Seal = { pieces: Sealed[]; dropped: number };

/** Compresses events into pieces; too large ones are halved. An event that is too large alone is left out and counted. */
export async function sealEvents(events: readonly RecordedEvent[], compress = gzip): Promise<Seal> {
  const first = events[0];
  const last = events.at(-1);
  if (!first || !last) return { pieces: [], dropped: 0 };
  const packed = await compress(JSON.stringify(events));
  if (packed.byteLength <= MAX_PIECE_BYTES || (events.length === 1 && packed.byteLength <= MAX_SINGLE_BYTES))
    return {
      pieces: [
        { from: first.timestamp, to: last.timestamp, events: events.length, bytes: packed.byteLength, gzip: packed },
      ],
      dropped: 0,
    };
  return events.length === 1 ? { pieces: [], dropped: 1 } : sealHalves(events, compress);
}

/** Of two events or more, two pieces or more. */
export async function sealHalves(events: readonly RecordedEvent[], compress = gzip): Promise<Seal> {
  const middle = Math.ceil(events.length / 2);
  const head = await sealEvents(events.slice(0, middle), compress);
  const tail = await sealEvents(events.slice(middle), compress);
  return { pieces: [...head.pieces, ...tail.pieces], dropped: head.dropped + tail.dropped };
}
