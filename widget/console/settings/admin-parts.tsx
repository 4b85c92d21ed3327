import { useState } from 'preact/hooks';
import type { Answer } from '../api.ts';
import { Dialog } from '../dialogs/Dialog.tsx';

/** The server decides; this says it before it is asked. */
export function AdminsOnly({ what }: { what: string }) {
  return (
    <div class="s-column">
      <p class="s-read-only">Only owners and admins see {what}.</p>
    </div>
  );
}

export function LoadFailed({ what, why, onAgain }: { what: string; why: string; onAgain(): void }) {
  return (
    <div class="s-box bad" role="alert">
      <h2>{what} could not be loaded</h2>
      <p>{why} Everything works as before.</p>
      <div class="s-deeds">
        <button type="button" class="secondary" onClick={onAgain}>
          Try again
        </button>
      </div>
    </div>
  );
}

/** Something to take elsewhere, whole: it is selected by a click where the browser allows no copying. */
export function CopyBox({ label, text }: { label: string; text: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      setSaid('The browser did not allow it; select and copy it by hand.');
    }
  };
  const isLong = text.includes('\n');
  return (
    <div class={isLong ? 's-copy long' : 's-copy'}>
      <textarea
        aria-label={label}
        readOnly
        rows={isLong ? text.trimEnd().split('\n').length : 1}
        spellcheck={false}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
      />
      <button type="button" class="secondary" onClick={() => void copy()}>
        Copy
      </button>
      <span class="quiet small" role="status">
        {said}
      </span>
    </div>
  );
}

type SureProps = {
  title: string;
  verb: string;
  children: string;
  onSure(): Promise<Answer<unknown>>;
  onClose(): void;
};

/** Asked before something that cannot be undone; `verb` is what the button does. Closes when it was done, and says why when it was not. */
export function Sure({ title, verb, children, onSure, onClose }: SureProps) {
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const doIt = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await onSure();
    setBusy(false);
    if (answer.ok) onClose();
    else setProblem(answer.refusal.message);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={(event) => void doIt(event)}>
        <div class="fields">
          <p>{children}</p>
        </div>
        <footer>
          {problem !== '' && (
            <p class="failure" role="alert">
              {problem}
            </p>
          )}
          <span class="grow" />
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" aria-disabled={isBusy}>
            {isBusy ? 'Working…' : verb}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
