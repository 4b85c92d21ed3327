import { type RouteTable, routeProblems } from '#domain/routing/route-table.ts';
import type { RoutesPreview } from '#domain/routing/routes-preview.ts';
import type { RoutesAnswer } from '#protocol/routes.ts';
import { randomId } from '../../kit/random-id.ts';
import { plural } from '../wording.ts';
import type { Names, Rows, Values } from './catalogue.ts';
import type { Field } from './fields.ts';
import { type Previewed, previewing } from './previewing.ts';
import type { RoutesApi } from './settings-api.ts';
import { type DraftForm, openForm } from './settings-form.ts';

/** Routes as they stand in the fields. `key` is the row's own, for as long as the page is open. */
export type RoutesDraft = { values: Values; topics: readonly RouteRowDraft[]; areas: readonly RouteRowDraft[] };
export type RouteRowDraft = { key: string; name: string; queue: string };
export type RoutePart = 'topics' | 'areas';

export type RoutesForm = DraftForm<RoutesDraft, RouteTable, RoutesAnswer> & Previewed<RoutesPreview>;

export const FALLBACK: Field = {
  path: 'fallback',
  label: 'Everything else',
  help: 'What no row is about, and whatever is handed over when the assistant fails.',
  isOwn: true,
  kind: 'pick',
  never: 'choose…',
};

const EMPTY: RoutesDraft = { values: {}, topics: [], areas: [] };

export const newRoute = (): RouteRowDraft => ({ key: randomId(8), name: '', queue: '' });

const draftOf = ({ routes: { topics, areas, fallback } }: RoutesAnswer): RoutesDraft => ({
  values: { fallback },
  topics: topics.map((row) => ({ ...newRoute(), ...row })),
  areas: areas.map((row) => ({ ...newRoute(), ...row })),
});

const tableIn = ({ values, topics, areas }: RoutesDraft): RouteTable => ({
  topics: topics.map(({ name, queue }) => ({ name: name.trim(), queue })),
  areas: areas.map(({ name, queue }) => ({ name: name.trim(), queue })),
  fallback: values.fallback ?? '',
});

const rowsOf = (part: RoutePart, label: string): Rows<RoutesDraft> => ({
  path: part,
  label,
  words: (draft, names: Names) =>
    draft[part]
      .map(({ name, queue }) => `${name.trim()} to ${names.get(queue) ?? queue}`)
      .sort()
      .join(', '),
  copy: (draft, from) => ({ ...draft, [part]: from[part].map((row) => ({ ...row, key: newRoute().key })) }),
});

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Which queue work comes to, being edited, and where the last hand-overs would have gone by it. */
export function openRoutesForm(api: RoutesApi): RoutesForm {
  const queues = () => form.base.value?.queues ?? [];
  const form: DraftForm<RoutesDraft, RouteTable, RoutesAnswer> = openForm<RoutesDraft, RouteTable, RoutesAnswer>({
    catalogue: {
      fields: [FALLBACK],
      rows: [rowsOf('topics', 'Topics'), rowsOf('areas', 'Product areas')],
      labelOf(path) {
        const [, part, index, detail] = /^(topics|areas)\.(\d+)\.(\w+)$/.exec(path) ?? [];
        if (index === undefined) return { topics: 'Topics', areas: 'Product areas' }[path] ?? FALLBACK.label;
        return `${part === 'topics' ? 'Topic' : 'Area'} ${Number(index) + 1}, ${detail}`;
      },
    },
    load: api.load,
    save: (table, { revision }) => api.save(table, revision),
    empty: EMPTY,
    draftOf,
    defaultsOf: draftOf,
    lastChangeOf: ({ changed }) => changed,
    read(draft) {
      const table = tableIn(draft);
      const problems = routeProblems(
        table,
        queues().map(({ slug }) => slug),
      );
      return problems.length === 0
        ? { ok: true, settings: table }
        : { ok: false, issues: problems.map(({ path, message }) => ({ path, message: capital(message) })) };
    },
    placeIssues: (issues) => issues.map(({ path, message }) => ({ path, message: capital(message) })),
    namesOf: () => new Map(queues().map(({ slug, name }) => [slug, name])),
    choicesOf: () => queues().map(({ slug, name }) => ({ id: slug, name })),
    saved: () => 'Saved. Within a minute everything that is handed over goes by it.',
  });
  return { ...form, ...previewing(form, api.preview) };
}

/** What other routes would have come to. */
export function routesPreviewSummary({ looked, otherwise, moves }: RoutesPreview, isOfChange: boolean): string {
  if (looked === 0) return 'Nothing has been handed over yet.';
  const all = looked === 1 ? 'The last hand-over' : `Of the last ${looked} hand-overs`;
  const fixed =
    otherwise === 0 ? '' : ` ${otherwise} went by a trigger or back to who had them before: no route changes that.`;
  if (!isOfChange)
    return `Change a route to see where the last ${plural(looked, 'hand-over')} would have gone.${fixed}`;
  const moved = moves.reduce((sum, { count }) => sum + count, 0);
  if (moved === 0) return `${all}${looked === 1 ? ' would not' : ' none would'} have gone elsewhere.${fixed}`;
  return `${all}${looked === 1 ? '' : ` ${moved}`} would have gone elsewhere.${fixed}`;
}
