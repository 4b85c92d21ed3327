import type { Catalogue, Names } from './catalogue.ts';
import { type Draft, newArea, newStep, type StepDraft } from './draft.ts';
import { AREAS, FIELDS, GROUPS, PATH } from './fields.ts';

/** Everything that can be set about a queue. Rows that are copied get keys of their own: one row in two drafts would be one row on the page. */
export const QUEUE: Catalogue<Draft> = {
  fields: FIELDS,
  rows: [
    {
      path: AREAS,
      label: 'Product areas',
      words: ({ areas }) =>
        areas
          .map(({ area, minutes }) => `${area.trim()} ${minutes.trim()} min`)
          .sort()
          .join(', '),
      copy: (draft, from) => ({ ...draft, areas: from.areas.map((row) => ({ ...row, key: newArea().key })) }),
    },
    {
      path: PATH,
      label: 'Steps of the path',
      words: ({ steps }, names) => steps.map((step) => stepWords(step, names)).join('; '),
      copy: (draft, from) => ({ ...draft, steps: from.steps.map((row) => ({ ...row, key: newStep().key })) }),
    },
  ],
  labelOf(path) {
    if (path.startsWith(AREAS)) return 'Product areas';
    const [, index, part] = /^path\.(\d+)(?:\.(\w+))?$/.exec(path) ?? [];
    if (index !== undefined)
      return `Step ${Number(index) + 1} of the path${part === undefined ? '' : `, ${STEP_PARTS[part] ?? part}`}`;
    return path === PATH ? 'Steps of the path' : (FIELDS.find((field) => field.path === path)?.label ?? path);
  },
};

/** Which classes a step drops: "#3", "#3 and #2". */
export const relaxWords = (to: string): string =>
  ['3', '2', '1']
    .filter((one) => one >= to)
    .map((one) => `#${one}`)
    .join(', ')
    .replace(/, (#\d)$/, ' and $1');

const STEP_PARTS: Record<string, string> = { afterMs: 'time', minutes: 'minutes', skills: 'skills', to: 'queue' };

function stepWords({ do: deed, after, skipWhenNobody, minutes, skills, relaxTo, to }: StepDraft, names: Names): string {
  const what =
    deed === 'raise'
      ? `move forward ${minutes.trim()} min`
      : deed === 'also_allow'
        ? `also allow ${skills.trim() || 'anybody'}`
        : deed === 'relax'
          ? `drop skills ${relaxWords(relaxTo)}`
          : `send to ${names.get(to) ?? to}`;
  return `after ${after.trim()} ${what}${skipWhenNobody ? ', at once when nobody is available' : ''}`;
}

/** The settings of one group, by path. */
export const pathsOfGroup = (id: string): string[] =>
  (GROUPS.find((group) => group.id === id)?.items ?? []).flatMap((item) => {
    if (typeof item !== 'string') return [item.path];
    if (item === 'areas') return [AREAS];
    return item === 'path'
      ? [PATH]
      : FIELDS.map(({ path }) => path).filter((path) => path.startsWith('rank.targetMinutes.'));
  });
