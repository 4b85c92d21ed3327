import './kept.css';
import { useId, useState } from 'preact/hooks';
import type { KeptDays } from '#domain/privacy/kept.ts';
import type { PrivacyPreview } from '#protocol/privacy.ts';
import { ActionForm, Dialog, Field } from '../dialogs/Dialog.tsx';
import type { Told } from '../requests.ts';
import { plural } from '../wording.ts';
import { daysTyped, doomedWords, keptRows, WRONG_DAYS } from './kept-words.ts';

type DaysFieldProps = {
  id: string;
  label: string;
  /** What nothing typed means. */
  otherwise: string;
  value: string;
  isReadOnly: boolean;
  onInput(value: string): void;
};

/** A number of days, or nothing for good. */
export function DaysField({ id, label, otherwise, value, isReadOnly, onInput }: DaysFieldProps) {
  const isWrong = daysTyped(value) === undefined;
  return (
    <p class="k-days">
      <label for={id}>{label}</label>
      <input
        id={id}
        inputMode="numeric"
        autocomplete="off"
        size={6}
        value={value}
        disabled={isReadOnly}
        aria-invalid={isWrong}
        aria-describedby={`${id}-help`}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
      />
      <span id={`${id}-help`} class={isWrong ? 'failure' : 'quiet'}>
        {isWrong ? WRONG_DAYS : `empty: ${otherwise}`}
      </span>
    </p>
  );
}

/** [Y11] What is kept and for how long, as it is saved. */
export function KeptTable({ kept }: { kept: KeptDays }) {
  const id = useId();
  return (
    <section class="s-group" aria-labelledby={id}>
      <header>
        <h2 id={id}>What is kept, and for how long</h2>
      </header>
      <p class="s-lead">
        As it is saved. Backups of the platform keep what was deleted for thirty days more; what comes back from one is
        deleted again.
      </p>
      <table class="k-table" aria-labelledby={id}>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">For how long</th>
          </tr>
        </thead>
        <tbody>
          {keptRows(kept).map((row) => (
            <tr key={row.what}>
              <th scope="row">{row.what}</th>
              <td>{row.kept}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

type ShorterProps = { doomed: PrivacyPreview; kept: KeptDays; onSave(): Promise<Told>; onClose(): void };

/** [Y11] Before a shorter time counts: what it deletes. Where conversations go, whoever saves writes how many. */
export function Shorter({ doomed, kept, onSave, onClose }: ShorterProps) {
  const [typed, setTyped] = useState('');
  const { conversations } = doomed;
  const lines = doomedWords(doomed, kept);
  const isRight = conversations === 0 || typed.trim() === String(conversations);
  return (
    <Dialog
      title={lines.length === 0 ? 'Keep less from now on?' : 'Delete what is older?'}
      lead={lines.length === 0 ? undefined : 'Deleting cannot be undone.'}
      onClose={onClose}
    >
      <ActionForm
        verb={lines.length === 0 ? 'Save' : 'Delete for ever and save'}
        isComplete={isRight}
        onSubmit={onSave}
      >
        {lines.length === 0 ? (
          <p>
            Nothing is older than that today. What becomes older is deleted from now on, and cannot be brought back.
          </p>
        ) : (
          <ul class="k-doomed">
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
            <li>The same happens to whatever becomes so old from now on.</li>
            <li>Conversations in which somebody waits or works stay. What is counted stays, as numbers of nobody.</li>
          </ul>
        )}
        {conversations > 0 && (
          <Field
            label={`Write ${conversations} to delete ${plural(conversations, 'conversation')}`}
            problem={isRight ? null : `This is not ${conversations}.`}
          >
            <input
              type="text"
              inputMode="numeric"
              autocomplete="off"
              value={typed}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </Field>
        )}
      </ActionForm>
    </Dialog>
  );
}
