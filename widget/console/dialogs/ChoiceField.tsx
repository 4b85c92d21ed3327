import { useContext, useId } from 'preact/hooks';
import { sentenceOf } from '../wording.ts';
import { Tried } from './Dialog.tsx';

type ChoiceFieldProps<Choice extends string> = {
  name: string;
  legend: string;
  choices: readonly Choice[];
  chosen: Choice | null;
  /** What is said once somebody has tried to send the form without a choice. */
  problem: string;
  onChoose(choice: Choice): void;
};

/**
 * One of a few, and none beforehand: an answer that is already there is given by whoever presses Enter too early. The focus waits on the
 * first choice without making it.
 */
export function ChoiceField<Choice extends string>(props: ChoiceFieldProps<Choice>) {
  const { name, legend, choices, chosen, problem, onChoose } = props;
  const id = useId();
  const isMissing = useContext(Tried) && chosen === null;
  return (
    <div
      class="choices"
      role="radiogroup"
      aria-labelledby={`${id}-legend`}
      aria-required="true"
      {...(isMissing ? { 'aria-invalid': true, 'aria-describedby': `${id}-problem` } : {})}
    >
      <p id={`${id}-legend`} class="legend">
        {legend}
      </p>
      {choices.map((one, i) => (
        <label key={one}>
          <input
            type="radio"
            name={name}
            value={one}
            checked={one === chosen}
            autofocus={i === 0}
            onChange={() => onChoose(one)}
          />
          <span>{sentenceOf(one)}</span>
        </label>
      ))}
      {isMissing && (
        <small id={`${id}-problem`} class="failure">
          {problem}
        </small>
      )}
    </div>
  );
}
