import { type DayNumber, type Zone, zoneOf } from './zone.ts';

export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/**
 * Local clock times, `HH:MM`, from the first included to the last excluded. `24:00` is the end of the day. A `to` that is not after
 * `from` is on the next day: `22:00` to `06:00` is a night shift, and belongs to the day on which it opens.
 */
export type OpenWindow = { from: string; to: string };

/** When somebody is there to answer, as data: a row in D1. Days that are not named are closed. */
export type Calendar =
  | { kind: 'always' }
  | {
      kind: 'weekly';
      /** IANA name, such as `Europe/Dublin`. */
      zone: string;
      week: Partial<Record<Weekday, OpenWindow[]>>;
      /** Holidays (no window) and special hours. They replace the windows that open on that date, and no others [K3]. */
      exceptions: { date: string; name: string; windows: OpenWindow[] }[];
    };

export const ALWAYS_OPEN: Calendar = { kind: 'always' };

/** What is wrong with a calendar, and where, in words for the person who wrote it. */
export type CalendarProblem = { where: string; problem: string };

/** Minutes after local midnight; `to` may be beyond 1440, on the next day. */
export type Span = { from: number; to: number };

/** A calendar that has been read: what business time is counted with. */
export type WorkingHours =
  | { kind: 'always' }
  | {
      kind: 'weekly';
      zone: Zone;
      week: readonly (readonly Span[])[];
      exceptions: ReadonlyMap<DayNumber, readonly Span[]>;
    };

const DAY_MINUTES = 1440;
const DAY_MS = 86_400_000;

const read = new WeakMap<Calendar, WorkingHours>();

/** The calendar as working hours. Throws when it has a problem: whoever lets calendars in asks `calendarProblems` first. */
export function workingHours(calendar: Calendar): WorkingHours {
  let hours = read.get(calendar);
  if (hours === undefined) {
    const result = readCalendar(calendar);
    if (result.problems[0] !== undefined)
      throw new Error(`calendar, ${result.problems[0].where}: ${result.problems[0].problem}`);
    hours = result.hours;
    read.set(calendar, hours);
  }
  return hours;
}

/** Everything that is wrong with a calendar; empty when it can be used. */
export const calendarProblems = (calendar: Calendar): CalendarProblem[] => readCalendar(calendar).problems;

function readCalendar(calendar: Calendar): { hours: WorkingHours; problems: CalendarProblem[] } {
  if (calendar.kind === 'always') return { hours: calendar, problems: [] };
  const problems: CalendarProblem[] = [];
  const report = (where: string, problem: string) => problems.push({ where, problem });

  const zone = zoneOf(calendar.zone);
  if (zone === null) report('zone', `${calendar.zone} is no time zone; write one such as Europe/Dublin`);
  const week = WEEKDAYS.map((day) => readWindows(calendar.week[day] ?? [], day, report));
  if (week.every((spans) => spans.length === 0)) report('week', 'no day has a window, so nothing would ever be due');
  const exceptions = new Map<DayNumber, readonly Span[]>();
  for (const { date, windows } of calendar.exceptions) {
    const day = readDate(date);
    if (day === null) report(date, 'is no date; write one such as 2026-12-25');
    else if (exceptions.has(day)) report(date, 'is there twice');
    else exceptions.set(day, readWindows(windows, date, report));
  }
  // Without a zone there is a problem, and nobody gets to use these hours.
  return { hours: zone === null ? ALWAYS : { kind: 'weekly', zone, week, exceptions }, problems };
}

const ALWAYS: WorkingHours = { kind: 'always' };

function readWindows(
  windows: readonly OpenWindow[],
  where: string,
  report: (where: string, problem: string) => void,
): Span[] {
  const spans: Span[] = [];
  for (const { from, to } of windows) {
    const [opens, closes] = [readTime(from), readTime(to)];
    if (opens === null || opens === DAY_MINUTES) report(where, `${from} is no time of day to open at`);
    else if (closes === null) report(where, `${to} is no time of day`);
    else if (opens === closes) report(where, `${from} to ${to} is empty; the whole day is 00:00 to 24:00`);
    else spans.push({ from: opens, to: closes > opens ? closes : closes + DAY_MINUTES });
  }
  spans.sort((a, b) => a.from - b.from);
  for (const [i, span] of spans.entries()) {
    const next = spans[i + 1];
    if (next !== undefined && next.from < span.to) report(where, `two windows overlap at ${timeText(next.from)}`);
  }
  return spans;
}

/** Minutes after midnight, or null for what is no time. */
function readTime(text: string): number | null {
  if (text === '24:00') return DAY_MINUTES;
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  return match === null ? null : Number(match[1]) * 60 + Number(match[2]);
}

function readDate(text: string): DayNumber | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const at = Date.parse(`${text}T00:00:00Z`);
  // 2026-02-30 is read as March by some engines.
  return Number.isNaN(at) || !new Date(at).toISOString().startsWith(text) ? null : at / DAY_MS;
}

const timeText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

/** The windows that open on a local date, in order. */
export const spansOn = (hours: Extract<WorkingHours, { kind: 'weekly' }>, day: DayNumber): readonly Span[] =>
  // 1970-01-01 was a Thursday.
  hours.exceptions.get(day) ?? (hours.week[(((day + 3) % 7) + 7) % 7] as readonly Span[]);
