import { useState } from 'preact/hooks';
import { Icon } from '../kit/Icon.tsx';

type SilenceMarkProps = {
  /** Who says that a person was needed here; null where nobody does. */
  by: string | null;
  /** Resolves to what went wrong, in words; null where nothing did. */
  onMark(missed: boolean): Promise<string | null>;
};

/** [E8] Beside a message that the assistant kept to itself: a person was needed here. Pressed again it is taken back. */
export function SilenceMark({ by, onMark }: SilenceMarkProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isMarked = by !== null;
  const mark = async () => {
    setBusy(true);
    setProblem(await onMark(!isMarked));
    setBusy(false);
  };
  return (
    <>
      <button
        type="button"
        class={`plain then missed ${isMarked ? 'on' : ''}`}
        aria-label="A person was needed here"
        aria-pressed={isMarked}
        title={isMarked ? 'A person was needed here. Press to take that back.' : 'A person was needed here'}
        disabled={isBusy}
        onClick={() => void mark()}
      >
        <Icon name="flag" />
      </button>
      {isMarked && (
        <p class="verdict" title="Only agents see this">
          <Icon name="lock" /> {by}: a person was needed here
        </p>
      )}
      {problem !== null && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
