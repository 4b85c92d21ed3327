const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** "just now", "4 min ago", then the time of day, then the day: what one would say. */
export function relativeTime(at: number, now: number, locale?: string): string {
  const ago = now - at;
  if (ago < MINUTE_MS) return 'just now';
  if (ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min ago`;
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return new Date(at).toLocaleString(
    locale,
    sameDay ? { timeStyle: 'short' } : { month: 'short', day: 'numeric', hour: 'numeric', minute: '2-digit' },
  );
}

export const exactTime = (at: number, locale?: string): string =>
  new Date(at).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'medium' });

/** A wait as a range in words. Rounded outwards: a promise that is kept early is still kept. */
export function describeWait(estimate: { lowMs: number; highMs: number } | null): string {
  if (estimate === null) return 'We can’t estimate the wait yet';
  const low = Math.floor(estimate.lowMs / MINUTE_MS);
  const high = Math.ceil(estimate.highMs / MINUTE_MS);
  if (high <= 1) return 'about a minute or less';
  if (high > 90)
    return low < 60
      ? `up to ${Math.ceil(high / 60)} hours`
      : `about ${Math.floor(low / 60)}–${Math.ceil(high / 60)} hours`;
  if (low === 0) return `up to ${high} minutes`;
  return low === high ? `about ${high} minutes` : `about ${low}–${high} minutes`;
}

/** "You are next in line", "You are 3rd in line". */
export function describePosition(position: number): string {
  return position <= 1 ? 'You are next in line' : `You are ${ordinal(position)} in line`;
}

function ordinal(n: number): string {
  const tail = n % 100;
  const suffix = tail >= 11 && tail <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th');
  return `${n}${suffix}`;
}
