import { Temporal } from 'temporal-polyfill';
import type { EpochMs } from '#domain/ids.ts';

/** A local date as days since 1970-01-01. */
export type DayNumber = number;

/**
 * What business time needs of a time zone. The only file of the kernel that knows Temporal; every rule about offsets is Temporal's,
 * ours are the two choices of K2.
 */
export type Zone = {
  id: string;
  /** The local date at an instant. */
  dayOf(at: EpochMs): DayNumber;
  /** The first instant of a local date; 00:00, or later where the clock skips midnight. */
  startOf(day: DayNumber): EpochMs;
  /** The instant at which the local clock shows so many minutes after midnight; 1440 and more is the next day [K2]. */
  instantOf(day: DayNumber, minutes: number): EpochMs;
};

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
/** Ten years of days; beyond that the memory is begun anew. */
const KEPT_DAYS = 3660;

const zones = new Map<string, Zone | null>();

/** The zone with this IANA name, or null when there is none. Remembered: asking Temporal for an offset takes microseconds. */
export function zoneOf(id: string): Zone | null {
  let zone = zones.get(id);
  if (zone === undefined) {
    zone = isZone(id) ? makeZone(id) : null;
    // Names that are none come from outside and are not worth remembering.
    if (zone !== null) zones.set(id, zone);
  }
  return zone;
}

/** A fixed offset such as `+01:00` is a zone to Temporal and none here: it would be wrong for half of the year. */
function isZone(id: string): boolean {
  if (!/^[A-Za-z]/.test(id)) return false;
  try {
    return new Temporal.ZonedDateTime(0n, id) !== null;
  } catch {
    return false;
  }
}

function makeZone(id: string): Zone {
  const starts = new Map<DayNumber, EpochMs>();
  const edges = new Map<number, EpochMs>();

  const startOf = (day: DayNumber): EpochMs => {
    let start = starts.get(day);
    if (start === undefined) {
      start = plainDate(day).toZonedDateTime(id).epochMilliseconds;
      if (starts.size >= KEPT_DAYS) starts.clear();
      starts.set(day, start);
    }
    return start;
  };

  const instantOf = (day: DayNumber, minutes: number): EpochMs => {
    if (minutes >= DAY_MINUTES) return instantOf(day + 1, minutes - DAY_MINUTES);
    const start = startOf(day);
    // A day of 24 hours is one without a change; only the others need to be asked about.
    if (startOf(day + 1) - start === DAY_MS) return start + minutes * MINUTE_MS;
    const key = day * DAY_MINUTES + minutes;
    let edge = edges.get(key);
    if (edge === undefined) {
      edge = onChangingDay(id, day, minutes);
      if (edges.size >= KEPT_DAYS) edges.clear();
      edges.set(key, edge);
    }
    return edge;
  };

  return {
    id,
    startOf,
    instantOf,
    dayOf(at) {
      // UTC's date is at most one day off.
      let day = Math.floor(at / DAY_MS);
      while (startOf(day) > at) day--;
      while (startOf(day + 1) <= at) day++;
      return day;
    },
  };
}

/**
 * [K2] A local time that comes twice is its first; one that the clock skips is the moment of the skip. So later times of a day are
 * never earlier instants, which Temporal's own default (it carries a skipped time on by the skip's length) does not give.
 */
function onChangingDay(id: string, day: DayNumber, minutes: number): EpochMs {
  const local = plainDate(day).toPlainDateTime({ hour: Math.floor(minutes / 60), minute: minutes % 60 });
  const first = local.toZonedDateTime(id, { disambiguation: 'earlier' });
  if (first.toPlainDateTime().equals(local)) return first.epochMilliseconds;
  return first.getTimeZoneTransition('next')?.epochMilliseconds ?? first.epochMilliseconds;
}

function plainDate(day: DayNumber): Temporal.PlainDate {
  const utc = new Date(day * DAY_MS);
  return new Temporal.PlainDate(utc.getUTCFullYear(), utc.getUTCMonth() + 1, utc.getUTCDate());
}
