import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';

/**
 * [L1] A trail as it happened: by time, then by tab and count, each crumb once however often it was sent. A crumb without a usable time
 * is left out, for nothing can be said about it.
 */
export function orderTrail(trail: readonly Breadcrumb[]): Breadcrumb[] {
  const once = new Map<string, Breadcrumb>();
  for (const crumb of trail) if (Number.isFinite(crumb.at)) once.set(`${crumb.n} ${crumb.tab}`, crumb);
  return [...once.values()].sort((a, b) => a.at - b.at || (a.tab < b.tab ? -1 : a.tab > b.tab ? 1 : a.n - b.n));
}
