import type { Breadcrumb, BreadcrumbKind } from '#domain/timeline/breadcrumb.ts';

const DEEDS: readonly BreadcrumbKind[] = ['click', 'input', 'submit', 'navigation'];
/** What a deed causes begins so soon after it. */
const CAUSED_WITHIN_MS = 2_000;
/** From so many on, a failure that comes by itself is the page's habit. */
const HABIT_FROM = 3;

/**
 * [L8] What a page keeps doing wrong whatever anybody does: the same failed request, error or console message, three times or more, and most times not after
 * something that the visitor did. A poll that fails, a blocked tracker, a library that complains. It is no trouble of theirs, however much there is of it.
 * `ordered` as `orderTrail` gives it.
 */
export function backgroundNoise(ordered: readonly Breadcrumb[]): ReadonlySet<Breadcrumb> {
  const bySaying = new Map<string, { crumbs: Breadcrumb[]; caused: number }>();
  const lastDeed = new Map<string, number[]>();
  for (const crumb of ordered) {
    const deeds = lastDeed.get(crumb.tab) ?? [];
    if (DEEDS.includes(crumb.kind)) lastDeed.set(crumb.tab, [...deeds.slice(-20), crumb.at]);
    const saying = sayingOf(crumb);
    if (saying === null) continue;
    const beganAt = 'durationMs' in crumb ? crumb.at - crumb.durationMs : crumb.at;
    const isCaused = deeds.some((at) => at <= beganAt && beganAt - at <= CAUSED_WITHIN_MS);
    const group = bySaying.get(saying) ?? { crumbs: [], caused: 0 };
    group.crumbs.push(crumb);
    if (isCaused) group.caused += 1;
    bySaying.set(saying, group);
  }
  const habits = [...bySaying.values()].filter(
    ({ crumbs, caused }) => crumbs.length >= HABIT_FROM && caused * 2 < crumbs.length,
  );
  return new Set(habits.flatMap(({ crumbs }) => crumbs));
}

/** What is the same failure again; null for what no page does by itself. */
function sayingOf(crumb: Breadcrumb): string | null {
  switch (crumb.kind) {
    case 'request_failed':
      return `${crumb.tab} ${crumb.method} ${crumb.path} ${crumb.status}`;
    case 'request_slow':
      return `${crumb.tab} slow ${crumb.method} ${crumb.path}`;
    case 'error':
    case 'console_error':
      return `${crumb.tab} ${crumb.message}`;
    default:
      return null;
  }
}
