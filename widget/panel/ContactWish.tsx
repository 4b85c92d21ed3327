import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Conversation, ConversationView } from './conversation.ts';
import type { ContactWish } from './transcript.ts';
import { contactProblem, describeWish } from './wording.ts';

const WAYS = [
  { way: 'here', label: 'Answer me here' },
  { way: 'email', label: 'E-mail me' },
  { way: 'call', label: 'Call me' },
] as const;
const FIELDS = {
  email: { label: 'E-mail address', mode: 'email', autocomplete: 'email' },
  call: { label: 'Telephone number', mode: 'tel', autocomplete: 'tel' },
} as const;

type ContactWishProps = {
  conversation: Conversation;
  view: ConversationView;
  wish: ContactWish;
  /** When somebody is there again: a call is for then. */
  opensAt: number | null;
};

/** A way out for who cannot wait here: say where the answer should go, and leave. It can be changed as long as nobody has come. */
export function ContactWishForm({ conversation, view, wish, opensAt }: ContactWishProps) {
  const [isOpen, setOpen] = useState(false);
  const [way, setWay] = useState<ContactWish['way']>(wish.way);
  const [address, setAddress] = useState(wish.way === 'here' ? '' : wish.address);
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const wasOpen = useRef(false);
  // Who opened and closed the form by keyboard is where they were.
  useLayoutEffect(() => {
    if (!isOpen && wasOpen.current) opener.current?.focus();
    if (isOpen) form.current?.scrollIntoView({ block: 'nearest' });
    wasOpen.current = isOpen;
  }, [isOpen, way]);
  const pending = view.outgoing.find(({ kind }) => kind === 'contact');
  const failed = pending?.state === 'failed' ? pending : null;
  if (!isOpen) {
    return (
      <div class="reach">
        {pending !== undefined && failed === null ? (
          <span role="status">Saving…</span>
        ) : (
          <span role="status">{describeWish(wish, opensAt)}</span>
        )}
        {failed !== null && <span role="alert">{failed.problem || 'That could not be saved.'}</span>}
        <button ref={opener} type="button" class="secondary" onClick={() => setOpen(true)}>
          {wish.way === 'here' ? 'Reach me another way' : 'Change'}
        </button>
      </div>
    );
  }
  const field = way === 'here' ? null : FIELDS[way];
  const save = () => {
    const wished: ContactWish = way === 'here' ? { way } : { way, address: address.trim() };
    const wrong = contactProblem(wished);
    setProblem(wrong);
    if (wrong !== null) {
      input.current?.focus();
      return;
    }
    conversation.wishContact(wished);
    setOpen(false);
  };
  return (
    <form
      ref={form}
      class="reach"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <fieldset>
        <legend>How shall we reach you?</legend>
        {WAYS.map((one) => (
          <label key={one.way}>
            <input
              type="radio"
              name={`${id}-way`}
              checked={way === one.way}
              onChange={() => {
                setWay(one.way);
                setProblem(null);
              }}
            />
            {one.label}
          </label>
        ))}
      </fieldset>
      {field !== null && (
        <>
          <label for={`${id}-address`}>{field.label}</label>
          <input
            id={`${id}-address`}
            ref={input}
            type="text"
            inputMode={field.mode}
            autocomplete={field.autocomplete}
            maxLength={254}
            value={address}
            aria-invalid={problem !== null}
            aria-describedby={problem === null ? undefined : `${id}-problem`}
            onInput={({ currentTarget }) => setAddress(currentTarget.value)}
          />
          {problem !== null && (
            <p id={`${id}-problem`} class="wrong" role="alert">
              {problem}
            </p>
          )}
        </>
      )}
      <div>
        <button type="submit" class="primary">
          Save
        </button>
        <button type="button" class="secondary" onClick={() => setOpen(false)}>
          Cancel
        </button>
      </div>
    </form>
  );
}
