import type { MetricsAnswer } from '#protocol/http.ts';

type Row = MetricsAnswer['total'];
export type Rate = Row['escalationRate'];
export type Spread = Row['timeToEscalation'];

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Below this many, a rate says little by itself: its interval is written beside it. */
export const FEW = 30;

/** Nothing to show. Not a zero, which would be a claim. */
export const NONE = '–';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
export const count = (n: number): string => whole.format(n);

/** "24%"; below ten per cent one decimal, where a point is much. */
export function percent(share: number | null): string {
  if (share === null) return NONE;
  const points = share * 100;
  return points > 0 && points < 9.95 ? `${points.toFixed(1)}%` : `${points.toFixed(0)}%`;
}

/** "45 s", "3.2 min", "24 min", "1.2 h", "2.1 d": two figures, which is all that such a number deserves. */
export function duration(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < MINUTE_MS - SECOND_MS / 2) return `${Math.round(ms / SECOND_MS)} s`;
  if (ms < 59.5 * MINUTE_MS) return `${twoFigures(ms / MINUTE_MS)} min`;
  return ms < 47.5 * HOUR_MS ? `${twoFigures(ms / HOUR_MS)} h` : `${twoFigures(ms / DAY_MS)} d`;
}

const twoFigures = (n: number): string => n.toFixed(n < 9.95 ? 1 : 0);

export const outOf = ({ numerator, denominator }: Rate): string => `${count(numerator)} of ${count(denominator)}`;

/** "2 min", "1.5 h", "2 d": short and even, for an axis. */
export function axisDuration(minutes: number): string {
  if (minutes === 0) return '0';
  if (minutes < 60) return `${minutes} min`;
  return minutes < 2 * 24 * 60 ? `${minutes / 60} h` : `${minutes / (24 * 60)} d`;
}

/** "8–41%", or null where there is nothing to bound. */
export function interval({ low, high }: Rate): string | null {
  if (low === null || high === null) return null;
  return `${(low * 100).toFixed(0)}–${(high * 100).toFixed(0)}%`;
}

/** A change of a rate in percentage points. Intervals that overlap may well be chance, and it says so. */
export function rateChange(now: Rate, before: Rate): string | null {
  if (now.rate === null || before.rate === null) return null;
  const points = Math.round((now.rate - before.rate) * 1000) / 10;
  if (points === 0) return 'unchanged';
  const said = `${points > 0 ? '+' : '−'}${Math.abs(points).toFixed(1)} pts`;
  const apart = (now.low as number) > (before.high as number) || (now.high as number) < (before.low as number);
  return apart ? said : `${said}, within chance`;
}

export function spreadChange(now: Spread, before: Spread): string | null {
  if (now.medianMs === null || before.medianMs === null || before.medianMs === 0) return null;
  return relative(now.medianMs / before.medianMs, 'longer', 'shorter');
}

export const countChange = (now: number, before: number): string | null =>
  before === 0 ? null : relative(now / before, 'more', 'fewer');

function relative(ratio: number, more: string, less: string): string {
  const by = Math.round((ratio - 1) * 100);
  return by === 0 ? 'unchanged' : `${Math.abs(by)}% ${by > 0 ? more : less}`;
}

/** How a group is called: queues have names, topics and areas have slugs. */
export function groupName(key: string): string {
  if (key === '') return 'Not classified';
  const words = key.replaceAll('-', ' ');
  const name = words.replace(/\bapi\b/gi, 'API');
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}

const shortDay = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const longDay = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });

/** "12 Nov" for an ISO date. Days are UTC days, whoever looks at them. */
export const dayName = (iso: string): string => shortDay.format(new Date(iso));
export const dayNameLong = (iso: string): string => longDay.format(new Date(iso)).replace(',', '');
