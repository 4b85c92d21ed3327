import { useRef } from 'preact/hooks';
import { Icon } from '../kit/Icon.tsx';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import { type AreaDraft, newArea } from './draft.ts';
import { IssueLine } from './FieldRow.tsx';
import { AREAS } from './fields.ts';
import type { QueueForm } from './queue-form.ts';

/** Minutes forward for parts of the product. */
export function AreaRows({ form, isReadOnly }: { form: QueueForm; isReadOnly: boolean }) {
  const { areas } = form.draft.value;
  const list = useRef<HTMLFieldSetElement>(null);
  const change = (next: (areas: readonly AreaDraft[]) => readonly AreaDraft[]) =>
    form.change((draft) => ({ ...draft, areas: next(draft.areas) }));
  const update = (key: string, part: Partial<AreaDraft>) =>
    change((rows) => rows.map((row) => (row.key === key ? { ...row, ...part } : row)));
  const focusLater = (selector: string) =>
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(selector)?.focus());
  return (
    <fieldset ref={list} class="s-row s-part">
      <legend>Product areas</legend>
      <p id={`${idOf(AREAS)}-help`} class="s-help">
        Forward by this much when they are in this part of the product: the first part of the page’s address, such as
        billing. <span class="s-default">Default: billing, 1 min.</span>
        {form.apart.value.has(AREAS) && !isReadOnly && (
          <button
            type="button"
            class="link"
            onClick={() => form.reset([AREAS])}
            aria-label="Reset product areas to default"
          >
            Reset
          </button>
        )}
      </p>
      {areas.length === 0 && <p class="s-none">No area moves anybody.</p>}
      {areas.map(({ key, area, minutes }, index) => {
        const [areaPath, minutesPath] = [`${AREAS}.${index}.area`, `${AREAS}.${index}.minutes`];
        const [areaIssue, minutesIssue] = [issueAt(form, areaPath), issueAt(form, minutesPath)];
        return (
          <div key={key} class="s-area">
            <input
              id={idOf(areaPath)}
              type="text"
              autoComplete="off"
              spellcheck={false}
              aria-label={`Area ${index + 1}`}
              placeholder="area"
              value={area}
              readOnly={isReadOnly}
              {...describedBy(areaPath, areaIssue, `${idOf(AREAS)}-help`)}
              onInput={({ currentTarget }) => update(key, { area: currentTarget.value })}
              onBlur={() => leave(form, areaPath)}
            />
            <input
              id={idOf(minutesPath)}
              type="text"
              inputMode="decimal"
              autoComplete="off"
              aria-label={`Area ${index + 1}, minutes forward`}
              value={minutes}
              readOnly={isReadOnly}
              {...describedBy(minutesPath, minutesIssue)}
              onInput={({ currentTarget }) => update(key, { minutes: currentTarget.value })}
              onBlur={() => leave(form, minutesPath)}
            />
            <span class="s-unit" aria-hidden="true">
              min
            </span>
            {!isReadOnly && (
              <button
                type="button"
                class="plain"
                aria-label={`Remove area ${area.trim() || index + 1}`}
                title="Remove"
                onClick={() => {
                  change((rows) => rows.filter((row) => row.key !== key));
                  focusLater('.s-add');
                }}
              >
                <Icon name="close" />
              </button>
            )}
            <IssueLine path={areaPath} issue={areaIssue} />
            <IssueLine path={minutesPath} issue={minutesIssue} />
          </div>
        );
      })}
      {!isReadOnly && (
        <button
          id={idOf(AREAS)}
          type="button"
          class="secondary s-add"
          onClick={() => {
            change((rows) => [...rows, newArea()]);
            focusLater('.s-area:last-of-type input');
          }}
        >
          Add an area
        </button>
      )}
    </fieldset>
  );
}
