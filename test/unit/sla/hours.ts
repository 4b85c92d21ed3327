import { type Calendar, type OpenWindow, WEEKDAYS, type Weekday } from '#domain/sla/calendar.ts';

export const HOUR = 3_600_000;
export const at = (iso: string): number => {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new Error(`no instant: ${iso}`);
  return ms;
};
export const iso = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z');

const WORKDAYS = WEEKDAYS.slice(0, 5);

/** `09:00-12:00 13:00-17:00` as windows. */
export const windows = (text: string): OpenWindow[] =>
  text === ''
    ? []
    : text.split(' ').map((one) => {
        const [from = '', to = ''] = one.split('-');
        return { from, to };
      });

/** The same windows on some days; `exceptions` by date, empty text for a holiday. */
export function weekly(
  text: string,
  {
    days = WORKDAYS,
    zone = 'UTC',
    exceptions = {},
  }: { days?: readonly Weekday[]; zone?: string; exceptions?: Record<string, string> } = {},
): Extract<Calendar, { kind: 'weekly' }> {
  return {
    kind: 'weekly',
    zone,
    week: Object.fromEntries(days.map((day) => [day, windows(text)])),
    exceptions: Object.entries(exceptions).map(([date, special]) => ({
      date,
      name: 'special',
      windows: windows(special),
    })),
  };
}

/** Different windows on different days. */
export const byDay = (week: Partial<Record<Weekday, string>>, zone = 'UTC'): Calendar => ({
  kind: 'weekly',
  zone,
  week: Object.fromEntries(Object.entries(week).map(([day, text]) => [day, windows(text)])),
  exceptions: [],
});
