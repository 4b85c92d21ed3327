import { type ComponentChildren, cloneElement, createContext, type VNode } from 'preact';
import { useContext, useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { randomId } from '../../kit/random-id.ts';
import { Icon } from '../kit/Icon.tsx';
import type { Told } from '../requests.ts';

type DialogProps = {
  title: string;
  /** One line on what will happen. */
  lead?: ComponentChildren;
  wide?: boolean;
  onClose(): void;
  children: ComponentChildren;
};

const Close = createContext<() => void>(() => {});
/** Somebody has tried to send the form: from then on it says what is missing. */
export const Tried = createContext(false);

/** A native modal: it keeps the focus inside, closes with Escape, and gives the focus back to what opened it. */
export function Dialog({ title, lead, wide = false, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => element.current?.close();
  useEffect(() => {
    const dialog = element.current;
    const before = document.activeElement;
    if (dialog !== null && !dialog.open) dialog.showModal();
    return () => {
      // Removed without closing the browser would not give the focus back.
      dialog?.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog ref={element} class={wide ? 'wide' : ''} aria-labelledby={id} onClose={onClose}>
      <header>
        <div>
          <h2 id={id}>{title}</h2>
          {lead !== undefined && <p class="quiet">{lead}</p>}
        </div>
        <button type="button" class="plain" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      <Close.Provider value={close}>{children}</Close.Provider>
    </dialog>
  );
}

type ActionFormProps = {
  /** The button's word, which is also the deed's. */
  verb: string;
  icon?: ComponentChildren;
  /** False while a field has a problem: nothing is sent, each such field says so, and the first has the focus. */
  isComplete?: boolean;
  /** Does it. The id stays the same while the dialog is open: trying twice is one deed. */
  onSubmit(id: string): Promise<Told>;
  children: ComponentChildren;
};

/** The inside of a dialog that does one thing; closes when it is done, and says why when it is not. */
export function ActionForm({ verb, icon, isComplete = true, onSubmit, children }: ActionFormProps) {
  const close = useContext(Close);
  const [state, setState] = useState<'idle' | 'busy' | { failed: string }>('idle');
  const [id] = useState(() => randomId(20));
  const [tries, setTries] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    if (tries === 0) return;
    const wrong = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    // A group has the focus in one of its choices.
    (wrong?.matches('[role="radiogroup"]') ? wrong.querySelector<HTMLElement>('input') : wrong)?.focus();
  }, [tries]);
  const submit = async () => {
    if (state === 'busy') return;
    if (!isComplete) {
      setTries(tries + 1);
      return;
    }
    setState('busy');
    const told = await onSubmit(id);
    if (told.ok) close();
    else setState({ failed: told.message });
  };
  return (
    <form
      ref={form}
      // The browser's bubbles vanish, cover what is beside them, and speak another language than the page.
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <div class="fields">
        <Tried.Provider value={tries > 0}>{children}</Tried.Provider>
      </div>
      <footer>
        {typeof state === 'object' && (
          <p class="failure" role="alert">
            {state.failed} What you wrote is kept here.
          </p>
        )}
        <span class="grow" />
        <button type="button" class="secondary" onClick={close}>
          Cancel
        </button>
        <button type="submit" class="primary" aria-disabled={state === 'busy'}>
          {icon}
          {state === 'busy' ? 'Working…' : verb}
        </button>
      </footer>
    </form>
  );
}

type FieldProps = {
  label: string;
  hint?: string;
  /** What is wrong with what is in it; said once somebody has tried to send the form. */
  problem?: string | null;
  children: VNode<{ 'aria-describedby'?: string; 'aria-invalid'?: boolean }>;
};

/** Hint and problem describe the control; they are not part of its name. */
export function Field({ label, hint, problem = null, children }: FieldProps) {
  const id = useId();
  const said = useContext(Tried) ? problem : null;
  const describedBy = [...(said === null ? [] : [`${id}-problem`]), ...(hint === undefined ? [] : [`${id}-hint`])];
  return (
    <div class="field">
      {/* biome-ignore lint/a11y/noLabelWithoutControl: the control is the child */}
      <label>
        <span>{label}</span>
        {cloneElement(children, {
          ...(describedBy.length === 0 ? {} : { 'aria-describedby': describedBy.join(' ') }),
          ...(said === null ? {} : { 'aria-invalid': true }),
        })}
      </label>
      {said !== null && (
        <small id={`${id}-problem`} class="failure">
          {said}
        </small>
      )}
      {hint !== undefined && <small id={`${id}-hint`}>{hint}</small>}
    </div>
  );
}
