/** Kept free between the card and the window's edge. */
const EDGE_PX = 8;

/** Beside its row where there is room; otherwise as far up as it must be to be whole. */
export const cardTop = (rowTop: number, cardHeight: number, windowHeight: number): number =>
  Math.max(EDGE_PX, Math.min(rowTop, windowHeight - cardHeight - EDGE_PX));
