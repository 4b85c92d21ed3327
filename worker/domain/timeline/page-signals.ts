import type { EpochMs } from '#domain/ids.ts';
import type { Breadcrumb, BreadcrumbKind } from '#domain/timeline/breadcrumb.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';

export type PageSignals = {
  failedRequests: number;
  errors: number;
  rageClicks: number;
  deadClicks: number;
  formRejections: number;
  inTrouble: boolean;
};

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
    inTrouble: failedRequests + errors + rageClicks > 0,
  };
}
