// Loaded when somebody opens it: routes are set once, and looked at when something goes astray.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { Icon } from '../kit/Icon.tsx';
import { ROUTES_PART, type Route } from '../route.ts';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import { FieldRow, IssueLine } from './FieldRow.tsx';
import { FormPage, GroupSection } from './FormPage.tsx';
import { PreviewBox } from './PreviewBox.tsx';
import {
  FALLBACK,
  newRoute,
  openRoutesForm,
  type RoutePart,
  type RouteRowDraft,
  type RoutesForm,
  routesPreviewSummary,
} from './routes-form.ts';
import { routesApi } from './settings-api.ts';

const PARTS = [
  {
    part: 'topics',
    one: 'Topic',
    title: 'By topic',
    lead: 'What the message is about, as the assistant reads it: the area of the articles that come nearest. It counts before the page.',
    none: 'No topic decides.',
    add: 'Add a topic',
  },
  {
    part: 'areas',
    one: 'Area',
    title: 'By product area',
    lead: 'Where it was written: the first part of the page’s address, such as billing, or what the page calls itself.',
    none: 'No area decides.',
    add: 'Add an area',
  },
] as const satisfies { part: RoutePart; [words: string]: string }[];

/** [M2] Which queue work comes to. */
export default function RoutesPage({ isReadOnly }: { isReadOnly: boolean }) {
  const form = useMemo(() => openRoutesForm(routesApi), []);
  useEffect(() => {
    void form.load();
    return form.close;
  }, [form]);
  const shared = { form, isReadOnly };
  return (
    <FormPage
      {...shared}
      name="Routes"
      what="which queue work comes to"
      isHere={(to: Route) => to.page === 'settings' && to.part === ROUTES_PART}
      aside={<Elsewhere form={form} />}
    >
      <p class="s-lead">
        A trigger that names a queue comes first, then whoever had the visitor’s conversation before, then these rows.
      </p>
      {PARTS.map(({ part, title, lead, ...words }) => (
        <GroupSection key={part} {...shared} id={`routes-${part}`} title={title} lead={lead} paths={[]}>
          <RouteRows {...shared} part={part} {...words} />
        </GroupSection>
      ))}
      <GroupSection
        {...shared}
        id="routes-fallback"
        title="Otherwise"
        lead="There is always somewhere to go."
        paths={[]}
      >
        <FieldRow {...shared} field={FALLBACK} />
      </GroupSection>
    </FormPage>
  );
}

type RouteRowsProps = {
  form: RoutesForm;
  isReadOnly: boolean;
  part: RoutePart;
  one: string;
  none: string;
  add: string;
};

function RouteRows({ form, isReadOnly, part, one, none, add }: RouteRowsProps) {
  const rows = form.draft.value[part];
  const { queues = [], known } = form.base.value ?? {};
  const list = useRef<HTMLDivElement>(null);
  const change = (next: (rows: readonly RouteRowDraft[]) => readonly RouteRowDraft[]) =>
    form.change((draft) => ({ ...draft, [part]: next(draft[part]) }));
  const update = (key: string, changed: Partial<RouteRowDraft>) =>
    change((before) => before.map((row) => (row.key === key ? { ...row, ...changed } : row)));
  const focusLater = (selector: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(selector)?.focus());
  return (
    <div ref={list} class="s-row s-part">
      {rows.length === 0 && <p class="s-none">{none}</p>}
      {rows.map(({ key, name, queue }, index) => {
        const [namePath, queuePath] = [`${part}.${index}.name`, `${part}.${index}.queue`];
        const [nameIssue, queueIssue] = [issueAt(form, namePath), issueAt(form, queuePath)];
        const called = name.trim() || `${one.toLowerCase()} ${index + 1}`;
        return (
          <div key={key} class="s-area s-route">
            <input
              id={idOf(namePath)}
              type="text"
              list={`${idOf(part)}-known`}
              autoComplete="off"
              autocapitalize="off"
              spellcheck={false}
              aria-label={`${one} ${index + 1}`}
              placeholder={one.toLowerCase()}
              value={name}
              readOnly={isReadOnly}
              {...describedBy(namePath, nameIssue)}
              onInput={({ currentTarget }) => update(key, { name: currentTarget.value })}
              onBlur={() => leave(form, namePath)}
            />
            <span class="s-unit" aria-hidden="true">
              to
            </span>
            <select
              id={idOf(queuePath)}
              aria-label={`Queue of ${called}`}
              value={queue}
              disabled={isReadOnly}
              {...describedBy(queuePath, queueIssue)}
              onChange={({ currentTarget }) => update(key, { queue: currentTarget.value })}
              onBlur={() => leave(form, queuePath)}
            >
              <option value="">choose…</option>
              {queues.map((one) => (
                <option key={one.slug} value={one.slug}>
                  {one.name}
                </option>
              ))}
              {queue !== '' && !queues.some(({ slug }) => slug === queue) && (
                <option value={queue}>{queue}, which is not there</option>
              )}
            </select>
            {!isReadOnly && (
              <button
                type="button"
                class="plain"
                aria-label={`Remove ${called}`}
                title="Remove"
                onClick={() => {
                  change((before) => before.filter((row) => row.key !== key));
                  focusLater('.s-add');
                }}
              >
                <Icon name="close" />
              </button>
            )}
            <IssueLine path={namePath} issue={nameIssue} />
            <IssueLine path={queuePath} issue={queueIssue} />
          </div>
        );
      })}
      {!isReadOnly && (
        <button
          id={idOf(part)}
          type="button"
          class="secondary s-add"
          onClick={() => {
            change((before) => [...before, newRoute()]);
            focusLater('.s-area:last-of-type input');
          }}
        >
          {add}
        </button>
      )}
      <datalist id={`${idOf(part)}-known`}>
        {(known?.[part] ?? [])
          .filter((name) => !rows.some((row) => row.name.trim() === name))
          .map((name) => (
            <option key={name} value={name} />
          ))}
      </datalist>
    </div>
  );
}

/** Where the last hand-overs would have gone. */
function Elsewhere({ form }: { form: RoutesForm }) {
  return (
    <PreviewBox form={form} id="routes-preview" title="Preview" summary={routesPreviewSummary}>
      {({ moves }) =>
        moves.length > 0 && (
          <ul>
            {moves.map(({ from, to, count }) => (
              <li key={`${from} ${to}`}>
                <strong class="number">{count}</strong> to {to} <span class="quiet">instead of {from}</span>
              </li>
            ))}
          </ul>
        )
      }
    </PreviewBox>
  );
}
