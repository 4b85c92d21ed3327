import { describedBy, idOf, issueAt, leave } from './control.ts';
import { DEFAULT_DRAFT } from './draft.ts';
import { IssueLine } from './FieldRow.tsx';
import { PLANS, SEVERITY_COLUMNS, targetField } from './fields.ts';
import type { QueueForm } from './queue-form.ts';

/** Target minutes of each plan and severity. */
export function TargetTable({ form, isReadOnly }: { form: QueueForm; isReadOnly: boolean }) {
  const { values } = form.draft.value;
  return (
    <div class="s-row s-part">
      <table class="s-targets">
        <caption>
          Targets in minutes
          <small>
            How long somebody of each plan and severity may wait. Smaller is sooner. A default is shown where it
            differs.
          </small>
        </caption>
        <thead>
          <tr>
            <th scope="col">Plan</th>
            {SEVERITY_COLUMNS.map(({ id, name }) => (
              <th key={id} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {PLANS.map((plan) => (
            <tr key={plan.id}>
              <th scope="row">{plan.name}</th>
              {SEVERITY_COLUMNS.map((severity) => {
                const { path, label } = targetField(plan, severity);
                const isApart = form.apart.value.has(path);
                return (
                  <td key={severity.id}>
                    <input
                      id={idOf(path)}
                      type="text"
                      inputMode="decimal"
                      autoComplete="off"
                      aria-label={`${label}, minutes`}
                      value={values[path]}
                      readOnly={isReadOnly}
                      {...describedBy(path, issueAt(form, path), isApart && `${idOf(path)}-default`)}
                      onInput={({ currentTarget: { value } }) =>
                        form.change((draft) => ({ ...draft, values: { ...draft.values, [path]: value } }))
                      }
                      onBlur={() => leave(form, path)}
                    />
                    {isApart && <small id={`${idOf(path)}-default`}>default {DEFAULT_DRAFT.values[path]}</small>}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {PLANS.flatMap((plan) =>
        SEVERITY_COLUMNS.map((severity) => {
          const { path } = targetField(plan, severity);
          return (
            <IssueLine
              key={path}
              path={path}
              issue={issueAt(form, path)}
              prefix={`${plan.name}, ${severity.name.toLowerCase()}: `}
            />
          );
        }),
      )}
    </div>
  );
}
