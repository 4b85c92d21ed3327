import type { MetricsAnswer } from '#protocol/http.ts';

export const WINDOW_DAYS = [7, 30, 90] as const;
export type WindowDays = (typeof WINDOW_DAYS)[number];
export type Grouping = MetricsAnswer['by'];
export type Choice = { days: WindowDays; by: Grouping };
export type Window = { from: number; to: number };

const DAY_MS = 86_400_000;

/**
 * The last `days` UTC days, today so far included, and the window before it. Both end at the same time of day, so that a morning
 * is compared with a morning and never with a whole day.
 */
export function windowsOf(days: number, now: number): { current: Window; before: Window } {
  const from = Math.floor(now / DAY_MS) * DAY_MS - (days - 1) * DAY_MS;
  // Whole minutes: what began in this very minute is still being written down.
  const to = Math.max(from + 60_000, Math.ceil(now / 60_000) * 60_000);
  const back = days * DAY_MS;
  return { current: { from, to }, before: { from: from - back, to: to - back } };
}
