import { fieldWords } from './catalogue.ts';
import { describedBy, idOf, issueAt, leave } from './control.ts';
import type { Field } from './fields.ts';
import type { FieldForm } from './settings-form.ts';

type FieldRowProps = { form: FieldForm; field: Field; isReadOnly: boolean };

/** One setting: what it is called and does on the left, its value on the right, what is wrong with it below. */
export function FieldRow(props: FieldRowProps) {
  switch (props.field.kind) {
    case 'choice':
      return <ChoiceRow {...props} field={props.field} />;
    case 'switch':
      return <SwitchRow {...props} />;
    case 'set':
      return <SetRow {...props} field={props.field} />;
    case 'pick':
      return <PickRow {...props} field={props.field} />;
    default:
      return <TextRow {...props} field={props.field} />;
  }
}

function TextRow({
  form,
  field,
  isReadOnly,
}: FieldRowProps & { field: Extract<Field, { kind: 'text' | 'duration' | 'number' | 'whole' | 'percent' }> }) {
  const { path, label, unit } = field;
  const never = 'never' in field ? field.never : undefined;
  const id = idOf(path);
  const issue = issueAt(form, path);
  return (
    <div class={field.kind === 'text' ? 's-row s-wide' : 's-row'}>
      <div class="s-words">
        <label for={id}>{label}</label>
        <Help form={form} field={field} isReadOnly={isReadOnly} />
      </div>
      <div class="s-control">
        <input
          id={id}
          type="text"
          inputMode={field.kind === 'duration' || field.kind === 'text' ? 'text' : 'decimal'}
          autoComplete="off"
          spellcheck={false}
          value={form.values.value[path]}
          placeholder={never}
          readOnly={isReadOnly}
          {...describedBy(path, issue, unit !== undefined && `${id}-unit`, `${id}-help`)}
          onInput={({ currentTarget }) => form.setText(path, currentTarget.value)}
          onBlur={() => leave(form, path)}
        />
        {unit !== undefined && (
          <span id={`${id}-unit`} class="s-unit">
            {unit}
          </span>
        )}
      </div>
      <IssueLine path={path} issue={issue} />
    </div>
  );
}

function ChoiceRow({ form, field, isReadOnly }: FieldRowProps & { field: Extract<Field, { kind: 'choice' }> }) {
  const { path, label, options } = field;
  const value = form.values.value[path];
  return (
    <fieldset class="s-row s-choice">
      <legend>{label}</legend>
      {options.map((option) => (
        <label key={option.value} class="s-option">
          <input
            id={value === option.value ? idOf(path) : undefined}
            type="radio"
            name={idOf(path)}
            checked={value === option.value}
            disabled={isReadOnly && value !== option.value}
            aria-describedby={`${idOf(path)}-${option.value}`}
            onChange={() => form.setText(path, option.value)}
          />
          <span>
            {option.label}
            <small id={`${idOf(path)}-${option.value}`}>{option.help}</small>
          </span>
        </label>
      ))}
      <Help form={form} field={field} isReadOnly={isReadOnly} />
    </fieldset>
  );
}

function SetRow({ form, field, isReadOnly }: FieldRowProps & { field: Extract<Field, { kind: 'set' }> }) {
  const { path, label, options } = field;
  const chosen = new Set((form.values.value[path] ?? '').split(','));
  return (
    <fieldset class="s-row s-choice">
      <legend>{label}</legend>
      {options.map(({ value, label: name, help }, index) => (
        <label key={value} class="s-option">
          <input
            id={index === 0 ? idOf(path) : undefined}
            type="checkbox"
            checked={chosen.has(value)}
            disabled={isReadOnly}
            aria-describedby={`${idOf(path)}-${value}`}
            onChange={({ currentTarget: { checked } }) =>
              form.setText(
                path,
                options
                  .map((option) => option.value)
                  .filter((one) => (one === value ? checked : chosen.has(one)))
                  .join(','),
              )
            }
          />
          <span>
            {name}
            <small id={`${idOf(path)}-${value}`}>{help}</small>
          </span>
        </label>
      ))}
      <Help form={form} field={field} isReadOnly={isReadOnly} />
    </fieldset>
  );
}

function PickRow({ form, field, isReadOnly }: FieldRowProps & { field: Extract<Field, { kind: 'pick' }> }) {
  const { path, label, never } = field;
  const issue = issueAt(form, path);
  const value = form.values.value[path] ?? '';
  const choices = form.choicesOf(path);
  return (
    <div class="s-row">
      <div class="s-words">
        <label for={idOf(path)}>{label}</label>
        <Help form={form} field={field} isReadOnly={isReadOnly} />
      </div>
      <div class="s-control">
        <select
          id={idOf(path)}
          value={value}
          disabled={isReadOnly}
          {...describedBy(path, issue, `${idOf(path)}-help`)}
          onChange={({ currentTarget }) => form.setText(path, currentTarget.value)}
        >
          <option value="">{never}</option>
          {choices.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
          {value !== '' && !choices.some(({ id }) => id === value) && <option value={value}>not in this list</option>}
        </select>
      </div>
      <IssueLine path={path} issue={issue} />
    </div>
  );
}

function SwitchRow({ form, field, isReadOnly }: FieldRowProps) {
  const { path, label } = field;
  return (
    <div class="s-row">
      <div class="s-words">
        <label for={idOf(path)}>{label}</label>
        <Help form={form} field={field} isReadOnly={isReadOnly} />
      </div>
      <div class="s-control">
        <input
          id={idOf(path)}
          type="checkbox"
          checked={form.values.value[path] === 'on'}
          disabled={isReadOnly}
          aria-describedby={`${idOf(path)}-help`}
          onChange={({ currentTarget }) => form.setText(path, currentTarget.checked ? 'on' : '')}
        />
      </div>
    </div>
  );
}

/** What it does, what it is when nobody has changed it, and the way back to that. */
function Help({ form, field, isReadOnly }: FieldRowProps) {
  const { path, label, help } = field;
  const words = fieldWords(field, form.defaults.value[path] ?? '');
  const isApart = form.apart.value.has(path);
  return (
    <p class="s-help">
      <span id={`${idOf(path)}-help`}>
        {help !== '' && `${help} `}
        {field.isOwn ? null : 'min' in field && field.never === words ? (
          <span class="s-default">Empty, the default, is {words}.</span>
        ) : (
          <span class="s-default">Default: {words}.</span>
        )}
      </span>
      {isApart && !isReadOnly && !field.isOwn && (
        <button
          type="button"
          class="link"
          aria-label={`Reset ${label} to default, ${words}`}
          onClick={() => {
            form.reset([path]);
            // The button goes; its field is where the reader was.
            document.getElementById(idOf(path))?.focus();
          }}
        >
          Reset
        </button>
      )}
    </p>
  );
}

/** What is wrong, tied to its control by `describedBy`. */
export function IssueLine({ path, issue, prefix = '' }: { path: string; issue: string | null; prefix?: string }) {
  if (issue === null) return null;
  return (
    <p id={`${idOf(path)}-issue`} class="s-issue">
      {prefix}
      {issue}
    </p>
  );
}
