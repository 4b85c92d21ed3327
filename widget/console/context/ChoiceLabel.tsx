import { useId, useState } from 'preact/hooks';
import type { Answer } from '../api.ts';

/** What can be said, what is said already or likely, and a word on that. */
export type Choices = { options: { value: string; text: string }[]; choice: string; note: string };

type Props = {
  /** What the button says, what stands before the choice, and what is said where there is nothing to choose. */
  ask: string;
  before: string;
  none: string;
  load(): Promise<Answer<Choices>>;
  /** Answers with the words that tell what comes of it. */
  save(choice: string): Promise<Answer<string>>;
};

/** Somebody who knows better says so, from a list that is read when they ask for it. */
export function ChoiceLabel({ ask, before, none, load, save }: Props) {
  const [known, setKnown] = useState<Choices | null>(null);
  const [choice, setChoice] = useState('');
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const open = async () => {
    setSaid('');
    const answer = await load();
    setProblem(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    setKnown(answer.value);
    setChoice(answer.value.choice);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await save(choice);
    setBusy(false);
    setProblem(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return;
    setKnown(null);
    setSaid(answer.value);
  };
  return (
    <div class="choice-label">
      {known === null ? (
        <button type="button" class="link" onClick={() => void open()}>
          {ask}
        </button>
      ) : known.options.length === 0 ? (
        <p class="quiet small">{none}</p>
      ) : (
        <form onSubmit={(event) => void submit(event)}>
          <label for={id}>{before}</label>{' '}
          <select id={id} value={choice} onChange={({ currentTarget }) => setChoice(currentTarget.value)}>
            {known.options.map(({ value, text }) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>{' '}
          <button type="submit" class="secondary" disabled={isBusy}>
            {isBusy ? 'Saving…' : 'Save'}
          </button>{' '}
          <button type="button" class="link" onClick={() => setKnown(null)}>
            Cancel
          </button>
          {known.note !== '' && <p class="quiet small">{known.note}</p>}
        </form>
      )}
      <p role="status" class="quiet small">
        {said}
      </p>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
