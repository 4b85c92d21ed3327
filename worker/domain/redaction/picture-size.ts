/** Of one picture that is decoded: what a phone's camera makes is about that, and no page needs it. */
export const MAX_PICTURE_PIXELS = 16_000_000;
/** Of one in a style sheet, where it is an icon, and where nobody can count how many of them a page shows. */
export const MAX_SHEET_PIXELS = 1_000_000;
/** Nobody's picture has that many in one direction; browsers refuse about as much. */
const MAX_SIDE = 16_384;
/** Frames of something that moves; each is decoded anew. */
const MAX_FRAMES = 200;
const RASTER = /^\s*data:image\/(?:png|jpe?g|gif|webp)(?:;[^,;]*)*;\s*base64\s*,/i;

/**
 * [X8] How many pixels a browser decodes for the picture of a data address, read out of its header: a few kilobytes can be gigabytes. Null:
 * nobody knows, because it is cut off, garbled, of no format that is read here (AVIF, BMP, icons), or not in base64. A browser looks at what
 * is in it and not at what the address says it is, and so does this.
 */
export function pixelsOf(address: string): number | null {
  const head = RASTER.exec(address)?.[0];
  if (head === undefined) return null;
  const bytes = bytesOf(address.slice(head.length));
  return bytes === null ? null : pixelsIn(bytes);
}

/** Whether it is decoded in an instant. */
export function isDecodedAtOnce(address: string, maxPixels: number): boolean {
  const pixels = pixelsOf(address);
  return pixels !== null && pixels <= maxPixels;
}

function bytesOf(base64: string): Uint8Array | null {
  try {
    return Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  } catch {
    return null;
  }
}

function pixelsIn(bytes: Uint8Array): number | null {
  const view = new DataView(bytes.buffer);
  try {
    if (isAt(bytes, 0, '\x89PNG\r\n\x1a\n')) return pngPixels(bytes, view);
    if (isAt(bytes, 0, '\xff\xd8\xff')) return jpegPixels(view);
    if (isAt(bytes, 0, 'GIF87a') || isAt(bytes, 0, 'GIF89a')) return gifPixels(view);
    if (isAt(bytes, 0, 'RIFF') && isAt(bytes, 8, 'WEBP')) return webpPixels(bytes, view);
    return null;
  } catch {
    // It ends before it says so.
    return null;
  }
}

const isAt = (bytes: Uint8Array, at: number, sign: string): boolean =>
  [...sign].every((one, n) => bytes[at + n] === one.charCodeAt(0));

const area = (width: number, height: number): number | null =>
  width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE ? null : width * height;

function pngPixels(bytes: Uint8Array, view: DataView): number | null {
  if (view.getUint32(8) !== 13 || !isAt(bytes, 12, 'IHDR')) return null;
  const screen = area(view.getUint32(16), view.getUint32(20));
  let frames = 1;
  // Of one that moves (APNG) it says how many frames there are, before the first.
  for (let at = 33; at + 8 <= bytes.length && !isAt(bytes, at + 4, 'IDAT'); at += 12 + view.getUint32(at)) {
    if (isAt(bytes, at + 4, 'acTL')) frames = view.getUint32(at + 8);
  }
  return moving(screen, frames);
}

/** As many as one frame: a browser keeps few of them. Too many are none. */
const moving = (screen: number | null, frames: number): number | null =>
  screen === null || frames > MAX_FRAMES ? null : screen * Math.max(1, Math.min(frames, 4));

function jpegPixels(view: DataView): number | null {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    // A start of frame; C4, C8 and CC are none.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
      return area(view.getUint16(at + 7), view.getUint16(at + 5));
    // Its data begins, or it ends, and nothing has been said.
    if (marker < 0xc0 || marker === 0xd8 || marker === 0xd9 || marker === 0xda) return null;
    at += 2 + view.getUint16(at + 2);
  }
}

/** By its screen or its largest frame: either can be the larger. */
function gifPixels(view: DataView): number | null {
  const table = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  const blocks = (from: number): number => {
    let at = from;
    while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
    return at + 1;
  };
  let [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let frames = 0;
  for (let at = 13 + table(view.getUint8(10)); ; ) {
    const sign = view.getUint8(at);
    if (sign === 0x3b) break;
    if (sign === 0x21) at = blocks(at + 2);
    else if (sign === 0x2c) {
      frames += 1;
      width = Math.max(width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true));
      height = Math.max(height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true));
      at = blocks(at + 11 + table(view.getUint8(at + 9)));
    } else return null;
  }
  return moving(area(width, height), frames);
}

function webpPixels(bytes: Uint8Array, view: DataView): number | null {
  const size24 = (at: number) => 1 + view.getUint16(at, true) + 65_536 * view.getUint8(at + 2);
  if (isAt(bytes, 12, 'VP8 '))
    return isAt(bytes, 23, '\x9d\x01\x2a')
      ? area(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
      : null;
  if (isAt(bytes, 12, 'VP8L')) {
    const bits = view.getUint32(21, true);
    return view.getUint8(20) === 0x2f ? area(1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)) : null;
  }
  if (!isAt(bytes, 12, 'VP8X')) return null;
  const screen = area(size24(24), size24(27));
  let frames = 0;
  for (let at = 30; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at + 4, true);
    if (isAt(bytes, at, 'ANMF')) frames += 1;
    at += 8 + length + (length & 1);
  }
  return moving(screen, frames);
}

export const PICTURE_RULES: readonly unknown[] = [MAX_PICTURE_PIXELS, MAX_SHEET_PIXELS, MAX_SIDE, MAX_FRAMES, RASTER];
