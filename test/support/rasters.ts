import { crc32, deflateSync } from 'node:zlib';

const be = (value: number): Buffer => {
  const four = Buffer.alloc(4);
  four.writeUInt32BE(value);
  return four;
};
const le = (value: number, bytes: number): Buffer => {
  const out = Buffer.alloc(bytes);
  out.writeUIntLE(value, 0, bytes);
  return out;
};
const chunk = (name: string, data: Buffer): Buffer => {
  const named = Buffer.concat([Buffer.from(name), data]);
  return Buffer.concat([be(data.length), named, be(crc32(named))]);
};
const riff = (...chunks: [string, Buffer][]): Buffer => {
  const body = Buffer.concat(chunks.flatMap(([name, data]) => [Buffer.from(name), le(data.length, 4), data]));
  return Buffer.concat([Buffer.from('RIFF'), le(body.length + 4, 4), Buffer.from('WEBP'), body]);
};
const addressOf = (type: string, bytes: Buffer): string => `data:image/${type};base64,${bytes.toString('base64')}`;

/** A whole PNG of black points, one bit each: as small as so many can be. `mark` makes it another picture; `frames`: it says that it moves. */
export function pngOf(width: number, height: number, { mark = '', frames = 0 } = {}): string {
  const bytes = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', Buffer.concat([be(width), be(height), Buffer.from([1, 0, 0, 0, 0])])),
    ...(frames > 0 ? [chunk('acTL', Buffer.concat([be(frames), be(0)]))] : []),
    ...(mark === '' ? [] : [chunk('tEXt', Buffer.from(`n\0${mark}`))]),
    chunk('IDAT', deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height), { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return addressOf('png', bytes);
}

/** The rest say how large they are and hold no picture. */
export const gifOf = (width: number, height: number, frames: readonly [x: number, y: number, w: number, h: number][]) =>
  addressOf(
    'gif',
    Buffer.concat([
      Buffer.from('GIF89a'),
      le(width, 2),
      le(height, 2),
      Buffer.from([0x80, 0, 0, 0, 0, 0, 9, 9, 9, 0x21, 0xf9, 4, 0, 0, 0, 0, 0]),
      ...frames.map((frame) =>
        Buffer.concat([Buffer.from([0x2c]), ...frame.map((one) => le(one, 2)), Buffer.from([0, 2, 2, 0x4c, 1, 0])]),
      ),
      Buffer.from([0x3b]),
    ]),
  );

export const jpegOf = (width: number, height: number, marker = 0xc0) =>
  addressOf(
    'jpeg',
    Buffer.concat([
      Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 1, 0xff, 0xc4, 0, 3, 0, 0xff, marker, 0, 11, 8]),
      Buffer.from([height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    ]),
  );

export const webpOf = (kind: 'VP8 ' | 'VP8L' | 'VP8X', width: number, height: number, frames = 0) => {
  const data = {
    'VP8 ': () => Buffer.concat([Buffer.from([0, 0, 0, 0x9d, 1, 0x2a]), le(width, 2), le(height, 2)]),
    VP8L: () => Buffer.concat([Buffer.from([0x2f]), le((width - 1) | ((height - 1) << 14), 4)]),
    VP8X: () => Buffer.concat([Buffer.alloc(4), le(width - 1, 3), le(height - 1, 3)]),
  }[kind]();
  return addressOf(
    'webp',
    riff([kind, data], ...Array.from({ length: frames }, (): [string, Buffer] => ['ANMF', Buffer.alloc(16)])),
  );
};
