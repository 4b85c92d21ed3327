import type { Calendar, Weekday } from '#domain/sla/calendar.ts';
import type { NamedCalendar, SlaPolicyAnswer, SlaPolicyBody } from '#protocol/sla.ts';
import { randomId } from '../../kit/random-id.ts';
import type { Catalogue, Values } from './catalogue.ts';
import type { Issue } from './draft.ts';
import { hoursText, isZone, parseHours } from './hours.ts';
import { setAt, valueAt } from './paths.ts';
import { PROMISE_FIELDS } from './promise-fields.ts';
import type { ReadResult } from './settings-form.ts';
import { readText, textOf } from './text.ts';

/** The kernel's list loads the zones with it, which a page does not carry. */
export const DAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const satisfies Weekday[];

/** Promises and calendars as they stand in the fields. */
export type PromiseDraft = { values: Values; calendars: readonly CalendarDraft[] };
export type CalendarDraft = {
  /** Also the key of its row. */
  id: string;
  name: string;
  /** Hours are kept while it is open around the clock: a switch that is put back has lost nothing. */
  isAlways: boolean;
  zone: string;
  week: Readonly<Record<Weekday, string>>;
  exceptions: readonly ExceptionDraft[];
};
export type ExceptionDraft = { key: string; date: string; name: string; hours: string };

export type PromiseSettings = { policy: SlaPolicyBody; calendars: NamedCalendar[] };

export const EMPTY_PROMISES: PromiseDraft = { values: {}, calendars: [] };
export const CALENDARS = 'calendars';

const NO_HOURS: Record<Weekday, string> = {
  monday: '',
  tuesday: '',
  wednesday: '',
  thursday: '',
  friday: '',
  saturday: '',
  sunday: '',
};

const policyValues = (policy: SlaPolicyBody): Values =>
  Object.fromEntries(PROMISE_FIELDS.map((field) => [field.path, textOf(field, valueAt(policy, field.path))]));

/** What is in force, as it stands in the fields. */
export const promiseDraftOf = ({ policy, calendars }: SlaPolicyAnswer): PromiseDraft => ({
  values: policyValues(policy),
  calendars: calendars.map(({ id, name, calendar }) => ({ ...newCalendar(), id, name, ...hoursOf(calendar) })),
});

/** The defaults say nothing of calendars: they are each workspace's own, so those that are there stay. */
export const promiseDefaultsOf = (answer: SlaPolicyAnswer): PromiseDraft => ({
  ...promiseDraftOf(answer),
  values: policyValues(answer.defaults),
});

function hoursOf(calendar: Calendar): Partial<CalendarDraft> {
  if (calendar.kind === 'always') return { isAlways: true };
  return {
    isAlways: false,
    zone: calendar.zone,
    week: { ...NO_HOURS, ...Object.fromEntries(DAYS.map((day) => [day, hoursText(calendar.week[day] ?? [])])) },
    exceptions: calendar.exceptions.map(({ date, name, windows }) => ({
      key: randomId(8),
      date,
      name,
      hours: hoursText(windows),
    })),
  };
}

const OFFICE = '09:00–17:00';

/** A working week in this browser's zone: most that are made begin like this. */
export const newCalendar = (): CalendarDraft => ({
  id: `calendar-${randomId(12)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '0')}`,
  name: '',
  isAlways: false,
  zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  week: { ...NO_HOURS, monday: OFFICE, tuesday: OFFICE, wednesday: OFFICE, thursday: OFFICE, friday: OFFICE },
  exceptions: [],
});

export const newException = (): ExceptionDraft => ({ key: randomId(8), date: '', name: '', hours: '' });

/** The fields as promises and calendars, or everything that is wrong with them. What only counting with a calendar shows, the server says. */
export function readPromises(draft: PromiseDraft, base: SlaPolicyBody): ReadResult<PromiseSettings> {
  const issues: Issue[] = [];
  const policy = structuredClone(base);
  for (const field of PROMISE_FIELDS) {
    const read = readText(field, draft.values[field.path] ?? '');
    if (read.ok) setAt(policy, field.path, read.value);
    else issues.push({ path: field.path, message: read.message });
  }
  for (const [plan, id] of Object.entries(policy.calendars)) {
    if (id !== null && !draft.calendars.some((calendar) => calendar.id === id))
      issues.push({ path: `${CALENDARS}.${plan}`, message: 'This calendar is removed; choose another one.' });
  }
  const calendars = draft.calendars.map((calendar, index) => readCalendar(calendar, `${CALENDARS}.${index}`, issues));
  return issues.length === 0 ? { ok: true, settings: { policy, calendars } } : { ok: false, issues };
}

function readCalendar(draft: CalendarDraft, path: string, issues: Issue[]): NamedCalendar {
  const { id, isAlways, zone, week, exceptions } = draft;
  const name = draft.name.trim();
  const report = (part: string, message: string) => issues.push({ path: `${path}.${part}`, message });
  if (name === '') report('name', 'Name the calendar.');
  if (isAlways) return { id, name, calendar: { kind: 'always' } };

  if (!isZone(zone.trim())) report('zone', 'Write a time zone such as Europe/Dublin.');
  const hours = (part: string, text: string) => {
    const windows = parseHours(text);
    if (windows === null)
      report(part, 'Write hours such as 09:00–17:00, with a comma between several. Empty is closed.');
    return windows ?? [];
  };
  const days = DAYS.map((day) => [day, hours(day, week[day])] as const);
  if (days.every(([day, windows]) => windows.length === 0 && parseHours(week[day]) !== null))
    report('monday', 'No day is open, so nothing would ever be due.');
  return {
    id,
    name,
    calendar: {
      kind: 'weekly',
      zone: zone.trim(),
      week: Object.fromEntries(days.filter(([, windows]) => windows.length > 0)),
      exceptions: exceptions.map(({ date, name: called, hours: text }, index) => {
        if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) report(`exceptions.${index}.date`, 'Choose a date.');
        return { date, name: called.trim(), windows: hours(`exceptions.${index}.hours`, text) };
      }),
    },
  };
}

/** The server names a day, a date or a part of a calendar; here they are rows. */
export function placePromiseIssues(issues: readonly Issue[], draft: PromiseDraft): Issue[] {
  return issues.map(({ path, message }) => {
    const said = message.charAt(0).toUpperCase() + message.slice(1);
    const [, index, where] = /^calendars\.(\d+)\.calendar\.(.+)$/.exec(path) ?? [];
    if (index === undefined || where === undefined) return { path: path.replace(/^policy\./, ''), message: said };
    const calendar = `${CALENDARS}.${index}`;
    const exception = draft.calendars[Number(index)]?.exceptions.findIndex(({ date }) => date === where) ?? -1;
    if (exception !== -1) return { path: `${calendar}.exceptions.${exception}.hours`, message: said };
    return { path: `${calendar}.${where === 'week' ? 'monday' : where}`, message: said };
  });
}

/** What people call a day. */
export const dayName = (day: Weekday): string => day.charAt(0).toUpperCase() + day.slice(1);

function calendarWords({ name, isAlways, zone, week, exceptions }: CalendarDraft): string {
  if (isAlways) return `${name.trim()}: around the clock`;
  const days = DAYS.flatMap((day) => (week[day].trim() === '' ? [] : [`${day.slice(0, 3)} ${week[day].trim()}`]));
  const others = exceptions.map(({ date, name: called, hours }) => `${date} ${called} ${hours || 'closed'}`);
  return `${name.trim()} (${zone}): ${[...days, ...others].join(', ')}`;
}

export const PROMISES: Catalogue<PromiseDraft> = {
  fields: PROMISE_FIELDS,
  rows: [
    {
      path: CALENDARS,
      label: 'Calendars',
      words: ({ calendars }) => calendars.map(calendarWords).join('; '),
      copy: (draft, from) => ({ ...draft, calendars: from.calendars }),
    },
  ],
  labelOf(path) {
    const field = PROMISE_FIELDS.find((one) => one.path === path);
    if (field !== undefined) return field.label;
    const [, index, part] = /^calendars\.(\d+)(?:\.(\w+))?/.exec(path) ?? [];
    if (index === undefined) return 'Calendars';
    const day = DAYS.find((one) => one === part);
    return `Calendar ${Number(index) + 1}${part === undefined ? '' : `, ${day === undefined ? (PARTS[part] ?? part) : dayName(day)}`}`;
  },
};

const PARTS: Record<string, string> = { name: 'name', zone: 'time zone', exceptions: 'other days' };
