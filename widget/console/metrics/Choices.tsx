type ChoicesProps<T extends string | number> = {
  legend: string;
  name: string;
  options: readonly { value: T; label: string }[];
  chosen: T;
  onChoose(value: T): void;
};

/** Radio buttons that look like one control; arrow keys and form semantics come with them. */
export function Choices<T extends string | number>({ legend, name, options, chosen, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset class="m-choices">
      <legend class="m-unseen">{legend}</legend>
      {options.map(({ value, label }) => (
        <label key={value}>
          <input type="radio" name={name} checked={value === chosen} onChange={() => onChoose(value)} />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  );
}
