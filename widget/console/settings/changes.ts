import { type Draft, newArea, newStep, type StepDraft } from './draft.ts';
import { AREAS, FIELDS, type Field, GROUPS, PATH } from './fields.ts';
import { readText } from './text.ts';

const KEYS: readonly string[] = [...FIELDS.map(({ path }) => path), AREAS, PATH];
const BY_PATH: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.path, field]));

/** Which settings differ, by path; rows of areas and steps of the path as a whole. "90 s" and "1 min 30 s" are the same. */
export const changedPaths = (from: Draft, to: Draft): string[] => KEYS.filter((path) => !isSame(path, from, to));

function isSame(path: string, from: Draft, to: Draft): boolean {
  const field = BY_PATH.get(path);
  if (field === undefined) return partText(path, from) === partText(path, to);
  const [a, b] = [from.values[path] ?? '', to.values[path] ?? ''];
  if (a === b) return true;
  const [readA, readB] = [readText(field, a), readText(field, b)];
  return readA.ok && readB.ok && String(readA.value) === String(readB.value);
}

/** One setting put back to what it is in another draft. */
export function withPath(draft: Draft, path: string, from: Draft): Draft {
  // Rows get keys of their own: the same row in two drafts would be one row on the page.
  if (path === AREAS) return { ...draft, areas: from.areas.map((row) => ({ ...row, key: newArea().key })) };
  if (path === PATH) return { ...draft, steps: from.steps.map((step) => ({ ...step, key: newStep().key })) };
  return { ...draft, values: { ...draft.values, [path]: from.values[path] ?? '' } };
}

export type Merged = {
  draft: Draft;
  /** What the other person changed. */
  theirs: string[];
  /** What both changed, and differently: mine stands in the draft. */
  both: string[];
};

/** My changes to what we both began with, on top of what somebody else has made of it. */
export function mergeOnto(base: Draft, mine: Draft, theirs: Draft): Merged {
  const changedByMe = changedPaths(base, mine);
  const changedByThem = changedPaths(base, theirs);
  return {
    draft: changedByMe.reduce((draft, path) => withPath(draft, path, mine), theirs),
    theirs: changedByThem,
    both: changedByMe.filter((path) => changedByThem.includes(path) && !isSame(path, mine, theirs)),
  };
}

const STEP_PARTS: Record<string, string> = { afterMs: 'time', minutes: 'minutes', skills: 'skills', to: 'queue' };

/** What a setting is called. */
export function labelOf(path: string): string {
  if (path === AREAS || path.startsWith(`${AREAS}.`)) return 'Product areas';
  const [, index, part] = /^path\.(\d+)(?:\.(\w+))?$/.exec(path) ?? [];
  if (index !== undefined)
    return `Step ${Number(index) + 1} of the path${part === undefined ? '' : `, ${STEP_PARTS[part] ?? part}`}`;
  return path === PATH ? 'Steps of the path' : (BY_PATH.get(path)?.label ?? path);
}

/** What queues and people are called, by id. */
export type Names = ReadonlyMap<string, string>;

/** What a setting says, in one line. */
export function wordsAt(draft: Draft, path: string, names: Names): string {
  const field = BY_PATH.get(path);
  if (field === undefined) return partText(path, draft, names) || 'none';
  return fieldWords(field, draft.values[path] ?? '', names);
}

/** A field's text with its unit: "15 min", "never", "Longest idle". */
export function fieldWords(field: Field, text: string, names: Names = new Map()): string {
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
    case 'agent':
      return text === '' ? field.never : (names.get(text) ?? text);
    default:
      if (text.trim() === '') return field.never ?? 'empty';
      if (field.unit === undefined) return text;
      return `${text} ${text === '1' ? field.unit.replace(/s$/, '') : field.unit}`;
  }
}

const partText = (path: string, { areas, steps }: Draft, names: Names = new Map()): string =>
  path === AREAS
    ? areas
        .map(({ area, minutes }) => `${area.trim()} ${minutes.trim()} min`)
        .sort()
        .join(', ')
    : steps.map((step) => stepWords(step, names)).join('; ');

function stepWords({ do: deed, after, skipWhenNobody, minutes, skills, to }: StepDraft, names: Names): string {
  const what =
    deed === 'raise'
      ? `move forward ${minutes.trim()} min`
      : deed === 'also_allow'
        ? `also allow ${skills.trim() || 'anybody'}`
        : `send to ${names.get(to) ?? to}`;
  return `after ${after.trim()} ${what}${skipWhenNobody ? ', at once when nobody is available' : ''}`;
}

/** The settings of one group, by path. */
export const pathsOfGroup = (id: string): string[] =>
  (GROUPS.find((group) => group.id === id)?.items ?? []).flatMap((item) => {
    if (typeof item !== 'string') return [item.path];
    if (item === 'areas') return [AREAS];
    return item === 'path' ? [PATH] : KEYS.filter((path) => path.startsWith('rank.targetMinutes.'));
  });
