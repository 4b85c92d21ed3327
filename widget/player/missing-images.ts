import { EMPTY_IMAGE } from '../kit/empty-image.ts';

/** Grey on grey, readable on white and on black; a picture of it, because the policy of this page lets no other come from anywhere. */
const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="120" height="48" viewBox="0 0 120 48"><rect x=".5" y=".5" width="119" height="47" fill="#88929022" stroke="#889290" stroke-dasharray="3 3"/><text x="60" y="28" fill="#6b7573" font-family="sans-serif" font-size="11" text-anchor="middle">Image not shown</text></svg>`;

/**
 * Styles for the replayed page: a picture that was not recorded, or whose address was taken away on arrival, is a labelled place and not
 * a hole, so that nobody takes the hole for what the visitor saw.
 */
export const MISSING_IMAGES: string[] = [
  `img:not([src^="data:"]), img[src="${EMPTY_IMAGE}"] { content: url("data:image/svg+xml,${encodeURIComponent(PICTURE)}"); object-fit: contain; }`,
];
