import type { Field } from './fields.ts';
import { readText } from './text.ts';

/** What stands in the single fields, by path: text, so that something half written stays as it was written. */
export type Values = Readonly<Record<string, string>>;
type AnyDraft = { values: Values };

/** What queues, people and calendars are called, by id. */
export type Names = ReadonlyMap<string, string>;

/** Rows that are one setting: an area more is a change of "product areas". */
export type Rows<D> = {
  path: string;
  label: string;
  /** All of it in one line; the same text is the same setting. */
  words(draft: D, names: Names): string;
  copy(draft: D, from: D): D;
};

/** Everything that can be set on one page. */
export type Catalogue<D> = { fields: readonly Field[]; rows: readonly Rows<D>[]; labelOf(path: string): string };

const pathsOf = <D>({ fields, rows }: Catalogue<D>): string[] => [...fields, ...rows].map(({ path }) => path);

/** Which settings differ, by path. "90 s" and "1 min 30 s" are the same. */
export const changedPaths = <D extends AnyDraft>(catalogue: Catalogue<D>, from: D, to: D): string[] =>
  pathsOf(catalogue).filter((path) => !isSame(catalogue, path, from, to));

const NO_NAMES: Names = new Map();

function isSame<D extends AnyDraft>({ fields, rows }: Catalogue<D>, path: string, from: D, to: D): boolean {
  const part = rows.find((one) => one.path === path);
  if (part !== undefined) return part.words(from, NO_NAMES) === part.words(to, NO_NAMES);
  const field = fields.find((one) => one.path === path);
  const [a, b] = [from.values[path] ?? '', to.values[path] ?? ''];
  if (a === b || field === undefined) return a === b;
  const [readA, readB] = [readText(field, a), readText(field, b)];
  return readA.ok && readB.ok && String(readA.value) === String(readB.value);
}

/** One setting put to what it is in another draft. */
export function withPath<D extends AnyDraft>({ rows }: Catalogue<D>, draft: D, path: string, from: D): D {
  const part = rows.find((one) => one.path === path);
  if (part !== undefined) return part.copy(draft, from);
  return { ...draft, values: { ...draft.values, [path]: from.values[path] ?? '' } };
}

export type Merged<D> = {
  draft: D;
  /** What the other person changed. */
  theirs: string[];
  /** What both changed, and differently: mine stands in the draft. */
  both: string[];
};

/** My changes to what we both began with, on top of what somebody else has made of it. */
export function mergeOnto<D extends AnyDraft>(catalogue: Catalogue<D>, base: D, mine: D, theirs: D): Merged<D> {
  const changedByMe = changedPaths(catalogue, base, mine);
  const changedByThem = changedPaths(catalogue, base, theirs);
  return {
    draft: changedByMe.reduce((draft, path) => withPath(catalogue, draft, path, mine), theirs),
    theirs: changedByThem,
    both: changedByMe.filter((path) => changedByThem.includes(path) && !isSame(catalogue, path, mine, theirs)),
  };
}

/** What a setting says, in one line. */
export function wordsAt<D extends AnyDraft>(
  { fields, rows }: Catalogue<D>,
  draft: D,
  path: string,
  names: Names,
): string {
  const part = rows.find((one) => one.path === path);
  if (part !== undefined) return part.words(draft, names) || 'none';
  const field = fields.find((one) => one.path === path);
  const text = draft.values[path] ?? '';
  return field === undefined ? text : fieldWords(field, text, names);
}

/** A field's text with its unit: "15 min", "never", "Longest idle". */
export function fieldWords(field: Field, text: string, names: Names = NO_NAMES): string {
  switch (field.kind) {
    case 'switch':
      return text === 'on' ? 'on' : 'off';
    case 'choice':
      return field.options.find(({ value }) => value === text)?.label ?? text;
    case 'set': {
      const chosen = text.split(',');
      const labels = field.options.filter(({ value }) => chosen.includes(value)).map(({ label }) => label);
      return labels.join(', ').toLowerCase() || field.never;
    }
    case 'pick':
      return text === '' ? field.never : (names.get(text) ?? text);
    case 'text':
      return text.trim();
    default:
      if (text.trim() === '') return field.never ?? 'empty';
      if (field.unit === undefined) return text;
      return `${text} ${text === '1' ? field.unit.replace(/s$/, '') : field.unit}`;
  }
}
