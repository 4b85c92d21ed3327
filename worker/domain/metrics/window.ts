import type { EpochMs } from '#domain/ids.ts';

export const DAY_MS = 86_400_000;
/** A year and a little, so that a year can be laid beside the same month of the year before. */
export const MAX_WINDOW_DAYS = 400;

/** From `from` on, up to but not including `to`. */
export type Window = { from: EpochMs; to: EpochMs };

/** Why this window cannot be reported, or null. */
export function whyNotReported({ from, to }: Window): string | null {
  if (to <= from) return '`to` must come after `from`.';
  if (to - from > MAX_WINDOW_DAYS * DAY_MS) return `A window has at most ${MAX_WINDOW_DAYS} days.`;
  return null;
}

/** The UTC day of a moment as an ISO date. */
export const utcDay = (at: EpochMs): string => new Date(at).toISOString().slice(0, 10);

/** Every UTC day that the window touches, in order. */
export function utcDays({ from, to }: Window): string[] {
  const days: string[] = [];
  for (let at = Math.floor(from / DAY_MS) * DAY_MS; at < to; at += DAY_MS) days.push(utcDay(at));
  return days;
}

/** The window in parts of at most `days` days: what is read at once stays small however long the window is. */
export function slicesOf({ from, to }: Window, days: number): Window[] {
  const slices: Window[] = [];
  for (let at = from; at < to; at += days * DAY_MS) slices.push({ from: at, to: Math.min(to, at + days * DAY_MS) });
  return slices;
}
