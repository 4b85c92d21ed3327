import { describe, expect, test } from 'vitest';
import { isDecodedAtOnce, MAX_PICTURE_PIXELS, pixelsOf } from '#domain/redaction/picture-size.ts';
import { EMPTY_IMAGE } from '../../widget/kit/empty-image.ts';
import { gifOf, jpegOf, pngOf, webpOf } from '../support/rasters.ts';

const cut = (address: string, chars: number) => address.slice(0, -chars);

describe('[X8] how many pixels a picture is', () => {
  test.each([
    ['a PNG', pngOf(300, 200), 60_000],
    ['a PNG that moves', pngOf(300, 200, { frames: 9 }), 240_000],
    ['a GIF', gifOf(300, 200, [[0, 0, 300, 200]]), 60_000],
    ['a GIF whose frame is larger', gifOf(1, 1, [[100, 0, 300, 200]]), 80_000],
    [
      'a GIF that moves',
      gifOf(30, 20, [
        [0, 0, 1, 1],
        [0, 0, 1, 1],
      ]),
      1200,
    ],
    ['what stands for a picture', EMPTY_IMAGE, 1],
    ['a JPEG', jpegOf(300, 200), 60_000],
    ['a JPEG that comes in passes', jpegOf(300, 200, 0xc2), 60_000],
    ['a WebP', webpOf('VP8 ', 300, 200), 60_000],
    ['a WebP without loss', webpOf('VP8L', 300, 200), 60_000],
    ['a WebP of parts', webpOf('VP8X', 300, 200), 60_000],
    ['a WebP that moves', webpOf('VP8X', 300, 200, 3), 180_000],
    ['a PNG under another name', pngOf(300, 200).replace('png', 'gif'), 60_000],
  ])('%s', (_, address, pixels) => {
    expect(pixelsOf(address)).toBe(pixels);
    expect(isDecodedAtOnce(address, MAX_PICTURE_PIXELS)).toBe(true);
  });

  test.each([
    ['a PNG that is cut off', 'data:image/png;base64,iVBORw0KGgo='],
    ['a PNG whose head is another', pngOf(8, 8).replace('SUhEUg', 'SUhEUh')],
    ['a PNG of more than a side', pngOf(16_385, 1)],
    ['a PNG of nothing', pngOf(0, 8)],
    ['a PNG of very many frames', pngOf(8, 8, { frames: 201 })],
    ['a GIF that does not end', cut(gifOf(8, 8, [[0, 0, 8, 8]]), 8)],
    ['a GIF without a frame’s end', cut(gifOf(8, 8, []), 4)],
    ['a JPEG that is cut off', cut(jpegOf(8, 8), 16)],
    ['a JPEG that begins before it is said', jpegOf(8, 8, 0xda)],
    ['a WebP of another kind', webpOf('VP8 ', 8, 8).replace('VlA4', 'VlA5')],
    ['an AVIF', 'data:image/avif;base64,AAAAHGZ0eXBhdmlm'],
    ['a BMP', 'data:image/png;base64,Qk0eAAAAAAAAABoAAAAMAAAAAQABAAEAGAAAAP8A'],
    ['what is not in base64', 'data:image/png,%89PNG'],
    ['what is no base64', 'data:image/png;base64,%%%'],
    ['nothing', ''],
  ])('%s is not known', (_, address) => {
    expect(pixelsOf(address)).toBeNull();
    expect(isDecodedAtOnce(address, MAX_PICTURE_PIXELS)).toBe(false);
  });

  test.each([
    ['a PNG', pngOf(5000, 5000)],
    ['a GIF', gifOf(1, 1, [[0, 0, 5000, 5000]])],
    ['a JPEG', jpegOf(5000, 5000)],
    ['a WebP', webpOf('VP8X', 5000, 5000)],
  ])('%s can be too many', (_, address) => {
    expect(isDecodedAtOnce(address, MAX_PICTURE_PIXELS)).toBe(false);
  });
});
