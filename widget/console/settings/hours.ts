import type { OpenWindow } from '#domain/sla/calendar.ts';

/** "09:00–12:00, 13:00–18:00"; the empty text is closed. */
export const hoursText = (windows: readonly OpenWindow[]): string =>
  windows.map(({ from, to }) => `${from}–${to}`).join(', ');

const WINDOW = /^(\d{1,2})(?::?(\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?::?(\d{2}))?$/i;

/** Opening hours as people write them, `9-17` included; null for what is none. Whether they make sense the server says. */
export function parseHours(text: string): OpenWindow[] | null {
  const plain = text.trim();
  if (plain === '' || /^closed$/i.test(plain)) return [];
  const windows: OpenWindow[] = [];
  for (const part of plain.split(',')) {
    const [, fromHour, fromMinute = '00', toHour, toMinute = '00'] = WINDOW.exec(part.trim()) ?? [];
    if (fromHour === undefined || toHour === undefined) return null;
    const [from, to] = [`${fromHour.padStart(2, '0')}:${fromMinute}`, `${toHour.padStart(2, '0')}:${toMinute}`];
    if (!isTime(from) || !isTime(to)) return null;
    windows.push({ from, to });
  }
  return windows;
}

/** `24:00` is the end of the day. */
const isTime = (text: string): boolean => text === '24:00' || /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);

/** Whether this browser knows the zone; the server has the last word. */
export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone !== '';
  } catch {
    return false;
  }
}

/** Zones to choose from, where the browser tells. */
export const zones = (): string[] => Intl.supportedValuesOf?.('timeZone') ?? [];
