import { durationText, parseDuration } from './durations.ts';
import type { Field } from './fields.ts';

export type Read = { ok: true; value: unknown } | { ok: false; message: string };

/** A value of the settings as it stands in its field. */
export function textOf(field: Field, value: unknown): string {
  if (value === null || value === undefined) return '';
  switch (field.kind) {
    case 'duration':
      return durationText(value as number);
    case 'percent':
      // 0.07 × 100 is 7.000000000000001.
      return numberText(Number(((value as number) * 100).toPrecision(12)));
    case 'number':
    case 'whole':
      return numberText(value as number);
    case 'switch':
      return value === true ? 'on' : '';
    case 'set':
      return (value as string[]).join(',');
    case 'text':
    case 'choice':
    case 'pick':
      return String(value);
  }
}

/** What stands in the field as a value, or what is wrong with it and what would be right. */
export function readText(field: Field, text: string): Read {
  const plain = text.trim();
  switch (field.kind) {
    case 'text': {
      if (plain === '') return no('This cannot be empty.');
      return plain.length > field.maxChars ? no(`At most ${field.maxChars} characters.`) : { ok: true, value: plain };
    }
    case 'choice':
      return { ok: true, value: field.isNumber ? Number(text) : text };
    case 'switch':
      return { ok: true, value: text === 'on' };
    case 'pick':
      return { ok: true, value: text === '' ? null : text };
    case 'set': {
      const chosen = text.split(',');
      return { ok: true, value: field.options.map(({ value }) => value).filter((value) => chosen.includes(value)) };
    }
    case 'duration': {
      if (plain === '') return empty(field);
      const ms = parseDuration(plain);
      if (ms === null)
        return no(
          /^\d+(?:\.\d+)?$/.test(plain)
            ? `Say the unit too: “${plain} s” or “${plain} min”.`
            : 'Write a time such as “90 s”, “10 min” or “1 h 30 min”.',
        );
      return within(field, ms, durationText);
    }
    case 'percent':
    case 'number':
    case 'whole': {
      if (plain === '') return empty(field);
      const number = parseNumber(plain) ?? (field.unit === 'min' ? minutesOf(plain) : null);
      const isWhole = field.kind === 'whole';
      if (number === null) return no(`Write a number such as ${isWhole ? '3' : '15 or 7.5'}.`);
      if (isWhole && !Number.isInteger(number)) return no('Write a whole number such as 3.');
      const read = within(field, number, numberText);
      return read.ok && field.kind === 'percent' ? { ok: true, value: number / 100 } : read;
    }
  }
}

const no = (message: string): Read => ({ ok: false, message });

const empty = (field: Field): Read =>
  'never' in field && field.never !== undefined ? { ok: true, value: null } : no('This cannot be empty.');

function within({ min, max }: { min: number; max: number }, value: number, write: (value: number) => string): Read {
  if (value < min) return no(`At least ${write(min)}.`);
  if (value > max) return no(`At most ${write(max)}.`);
  return { ok: true, value };
}

/** Minutes may be written as a time, with its unit: two days are no number that one knows by heart. */
function minutesOf(text: string): number | null {
  const ms = parseDuration(text);
  return ms === null ? null : ms / 60_000;
}

/** A number as people write it, with or without commas between thousands; null for anything else. */
export function parseNumber(text: string): number | null {
  const plain = text.trim().replace('−', '-');
  if (!/^-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/.test(plain)) return null;
  const number = Number(plain.replaceAll(',', ''));
  return Number.isFinite(number) ? number : null;
}

const grouped = new Intl.NumberFormat('en', { maximumFractionDigits: 20 });
export const numberText = (value: number): string => grouped.format(value);
