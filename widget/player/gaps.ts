import { EMPTY_IMAGE } from '../kit/empty-image.ts';

/** Grey on grey, readable on white and on black; a picture of it, because the policy of this page lets no other come from anywhere. */
const pictureOf = (words: string, width: number) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="48" viewBox="0 0 ${width} 48"><rect x=".5" y=".5" width="${width - 1}" height="47" fill="#88929022" stroke="#889290" stroke-dasharray="3 3"/><text x="${width / 2}" y="28" fill="#6b7573" font-family="sans-serif" font-size="11" text-anchor="middle">${words}</text></svg>`;
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
};

/** Set on a frame that has its document: the others are of another site, or were not there yet. */
export const FRAME_IS_SHOWN = 'data-baton-shown';

/**
 * Styles for the replayed page: a picture or a frame that was not recorded, or whose address was taken away on arrival, is a labelled place and not
 * a hole, so that nobody takes the hole for what the visitor saw.
 */
export const GAPS: string[] = [
  `img:not([src^="data:"]), img[src="${EMPTY_IMAGE}"] { content: ${pictureOf('Image not shown', 120)}; object-fit: contain; }`,
  `iframe:not([${FRAME_IS_SHOWN}]) { background: ${pictureOf('Frame of another site: not recorded', 220)} center / contain no-repeat, #88929022; }`,
];
