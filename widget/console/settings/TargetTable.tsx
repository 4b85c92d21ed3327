import { describedBy, idOf, issueAt, leave } from './control.ts';
import { IssueLine } from './FieldRow.tsx';
import { type Field, PLANS, SEVERITY_COLUMNS } from './fields.ts';
import type { FieldForm } from './settings-form.ts';

type TargetTableProps = {
  form: FieldForm;
  caption: string;
  help: string;
  /** What a cell is for. */
  fieldOf(plan: (typeof PLANS)[number], severity: (typeof SEVERITY_COLUMNS)[number]): Field;
  isReadOnly: boolean;
};

/** Minutes for each plan and severity. */
export function TargetTable({ form, caption, help, fieldOf, isReadOnly }: TargetTableProps) {
  const values = form.values.value;
  return (
    <div class="s-row s-part">
      <table class="s-targets">
        <caption>
          {caption}
          <small>{help}</small>
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
                const field = fieldOf(plan, severity);
                const { path, label } = field;
                const isApart = form.apart.value.has(path);
                return (
                  <td key={severity.id}>
                    <input
                      id={idOf(path)}
                      type="text"
                      inputMode="decimal"
                      autoComplete="off"
                      aria-label={`${label}, minutes`}
                      placeholder={'never' in field ? field.never : undefined}
                      value={values[path]}
                      readOnly={isReadOnly}
                      {...describedBy(path, issueAt(form, path), isApart && `${idOf(path)}-default`)}
                      onInput={({ currentTarget: { value } }) => form.setText(path, value)}
                      onBlur={() => leave(form, path)}
                    />
                    {isApart && (
                      <small id={`${idOf(path)}-default`}>default {form.defaults.value[path] || 'none'}</small>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {PLANS.flatMap((plan) =>
        SEVERITY_COLUMNS.map((severity) => {
          const { path } = fieldOf(plan, severity);
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
