import { PLACES_TOLD } from '#domain/queue/places-told.ts';
import type { ContactWish } from './transcript.ts';

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

/** [W2] The range with how often it holds: `WAIT_COVERAGE` in words. A range that says no such thing sounds like a promise. */
export const describeExpected = (estimate: { lowMs: number; highMs: number }): string =>
  `Expect ${describeWait(estimate)}; four in five are answered within that.`;

/** "You are next in line", "You are 3rd in line". */
export function describePosition(position: number): string {
  if (position > PLACES_TOLD) return `More than ${PLACES_TOLD} people are in line before you`;
  return position <= 1 ? 'You are next in line' : `You are ${ordinal(position)} in line`;
}

type Place = {
  service: 'open' | 'closed' | 'full';
  position: number | null;
  agentsAvailable: number;
  opensAt: number | null;
  estimate: { lowMs: number; highMs: number } | null;
};

/** The first thing to know: that it is closed and until when, or else the place; nobody is next while nobody is served. */
export function describePlace(
  { service, position, opensAt }: Pick<Place, 'service' | 'position' | 'opensAt'>,
  now = Date.now(),
  locale?: string,
): string {
  if (service === 'closed')
    return opensAt === null
      ? 'Support is closed for now'
      : `Support is closed; we’re back ${openingTime(opensAt, now, locale)}`;
  return position === null ? 'Finding the right person' : describePosition(position);
}

function ordinal(n: number): string {
  const tail = n % 100;
  const suffix = tail >= 11 && tail <= 13 ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[n % 10] ?? 'th');
  return `${n}${suffix}`;
}

/** In one line, whether somebody is coming: nobody is on the way while nobody is there. */
export function describeComing(
  place: { service: string; agentsAvailable: number; position: number | null } | null,
): string {
  if (place?.service === 'closed') return 'Closed now; your place is kept';
  return place !== null && place.position !== null && place.agentsAvailable === 0
    ? 'Waiting for a person'
    : 'A person is on the way';
}

/** [W3] The line is longer than the company wants it to be. */
const FULL = 'The line is full: it takes longer than usual.';

/** What there is to say of the service beside the wait; the truth, also when it is no good news. */
export function describeService(place: Place, now = Date.now(), locale?: string): string {
  // The headline has said that, and until when.
  if (place.service === 'closed')
    return place.position === null ? 'Your place is kept.' : `Your place is kept. ${describePosition(place.position)}.`;
  const back = place.opensAt === null ? null : `We’re back ${openingTime(place.opensAt, now, locale)}`;
  if (back !== null) return `Nobody gets to you before we close today. ${back}; your place is kept.`;
  if (place.agentsAvailable === 0)
    return `${place.service === 'full' ? `${FULL} ` : ''}No one is available right now; your place is kept and you will be answered.`;
  if (place.service === 'full') return FULL;
  return place.estimate === null ? `${describeWait(null)}.` : '';
}

/** "today at 14:00", "tomorrow at 09:00", "on Monday at 09:00", "on 4 January at 09:00", in the visitor's own zone. */
export function openingTime(at: number, now: number, locale?: string): string {
  const time = new Date(at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  const days = Math.round((midnight(at) - midnight(now)) / (24 * HOUR_MS));
  if (days <= 0) return `today at ${time}`;
  if (days === 1) return `tomorrow at ${time}`;
  const day = new Date(at).toLocaleDateString(
    locale,
    days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' },
  );
  return `on ${day} at ${time}`;
}

/** What becomes of the wish, as a promise that is kept. */
export function describeWish(wish: ContactWish, opensAt: number | null, now = Date.now(), locale?: string): string {
  if (wish.way === 'here') return '';
  if (wish.way === 'email') return `Whoever takes this writes to ${wish.address}.`;
  const when =
    opensAt === null ? 'as soon as someone is free' : `when we’re back, ${openingTime(opensAt, now, locale)}`;
  return `Whoever takes this calls ${wish.address}, ${when}.`;
}

/** What is wrong with the address, in words; the server has the last one. */
export function contactProblem(wish: ContactWish): string | null {
  if (wish.way === 'email' && !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(wish.address))
    return 'Write an e-mail address, such as name@example.com.';
  if (wish.way === 'call' && !/^\+?[\d\s()./-]{6,40}$/.test(wish.address))
    return 'Write a telephone number, such as +353 1 234 5678.';
  return null;
}
