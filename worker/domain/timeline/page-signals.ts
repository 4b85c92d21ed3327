import type { EpochMs } from '#domain/ids.ts';
import type { Breadcrumb, BreadcrumbKind } from '#domain/timeline/breadcrumb.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';

export type PageSignals = {
  failedRequests: number;
  errors: number;
  rageClicks: number;
  deadClicks: number;
  formRejections: number;
  /** How often the visitor did something that ended in the same refusal: the most of any one request. */
  repeatedFailures: number;
  inTrouble: boolean;
};

/** At a human pace nobody clicks three times in a second; who tries a third time and is refused again is as stuck. */
export const INSISTS_FROM = 3;
/** A request that begins later after a click, a submit or a new page has another reason. */
const CAUSED_WITHIN_MS = 10_000;
const DEEDS: readonly BreadcrumbKind[] = ['click', 'submit', 'navigation'];

/** Long enough to cover writing a message about it, short enough that yesterday's tab does not count. */
export const PAGE_SIGNALS_WINDOW_MS = 5 * 60_000;

/**
 * [L5] What went wrong on the page in the last minutes, as numbers for the triggers. Console errors are not counted as errors: many pages
 * write some while nothing is wrong. A rejected form or a dead click alone is ordinary use, so neither is trouble by itself.
 */
export function pageSignals(
  trail: readonly Breadcrumb[],
  now: EpochMs,
  windowMs: number = PAGE_SIGNALS_WINDOW_MS,
): PageSignals {
  const recent = orderTrail(trail).filter(({ at }) => at <= now && at > now - windowMs);
  const count = (kind: BreadcrumbKind) => recent.filter((crumb) => crumb.kind === kind).length;
  const failedRequests = count('request_failed');
  const errors = count('error');
  const rageClicks = count('rage_click');
  return {
    failedRequests,
    errors,
    rageClicks,
    deadClicks: count('dead_click'),
    formRejections: count('form_rejected'),
    repeatedFailures: repeatedFailures(recent),
    inTrouble: failedRequests + errors + rageClicks > 0,
  };
}

/**
 * [L6] The visitor needs help that they did not ask for: impatient clicks beside a failed request, or the same request refused again and again at
 * whatever pace. The widget offers it by this; the default policy's `offer_help` says the same over facts.
 */
export function deservesOffer({ rageClicks, failedRequests, repeatedFailures }: PageSignals): boolean {
  return (rageClicks > 0 && failedRequests > 0) || repeatedFailures >= INSISTS_FROM;
}

/**
 * Deeds that ended in a failure of the same method and path; one deed counts once. A page that asks its server by itself can fail for ever
 * without anybody noticing, and a blocked tracker fails at every click without an answer: neither is somebody who insists.
 */
function repeatedFailures(trail: readonly Breadcrumb[]): number {
  const deeds = new Map<string, Breadcrumb[]>();
  const causes = new Map<string, Set<string>>();
  for (const crumb of trail) {
    if (DEEDS.includes(crumb.kind)) {
      const ofTab = deeds.get(crumb.tab) ?? [];
      ofTab.push(crumb);
      deeds.set(crumb.tab, ofTab);
    } else if (crumb.kind === 'request_failed' && crumb.status !== 0) {
      const beganAt = crumb.at - crumb.durationMs;
      const cause = deeds.get(crumb.tab)?.findLast(({ at }) => at <= beganAt);
      if (cause === undefined || beganAt - cause.at > CAUSED_WITHIN_MS) continue;
      const request = `${crumb.method} ${crumb.path}`;
      causes.set(request, (causes.get(request) ?? new Set()).add(`${cause.tab} ${cause.n}`));
    }
  }
  return Math.max(0, ...[...causes.values()].map(({ size }) => size));
}
