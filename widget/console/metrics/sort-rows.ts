import type { MetricsAnswer } from '#protocol/http.ts';

type Row = MetricsAnswer['total'];

/** What a column sorts by; null is nothing to compare and goes last either way. */
export type SortKey = (row: Row) => number | string | null;

export function sortRows(rows: readonly Row[], by: SortKey, ascending: boolean): Row[] {
  const sign = ascending ? 1 : -1;
  return rows.toSorted((a, b) => {
    const [left, right] = [by(a), by(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return left < right ? -sign : left > right ? sign : 0;
  });
}
