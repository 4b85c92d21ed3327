import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '#domain/workspace/password.ts';
import { Dialog, Field, Tried } from '../dialogs/Dialog.tsx';
import { Time } from '../kit/Time.tsx';
import { sessionsApi } from './sessions-api.ts';

type PasswordProps = {
  email: string;
  /** Epoch ms; null is never, or not known yet. */
  changedAt: number | null;
  onChanged(): void;
};

/** [S39] The password, and another one in its place. */
export function Password({ email, changedAt, onChanged }: PasswordProps) {
  const [isOpen, setOpen] = useState(false);
  const [said, setSaid] = useState('');
  return (
    <section class="s-group" aria-labelledby="account-password">
      <header>
        <h2 id="account-password">Password</h2>
      </header>
      <p class="s-lead">
        {changedAt !== null && (
          <>
            Last changed <Time at={changedAt} focusable />.{' '}
          </>
        )}
        Changing it signs you out everywhere but here. If it was changed and not by you, tell an admin of your
        workspace.
      </p>
      <p class="s-said" role="status">
        {said}
      </p>
      <div class="s-deeds">
        <button
          type="button"
          class="secondary"
          onClick={() => {
            setSaid('');
            setOpen(true);
          }}
        >
          Change your password…
        </button>
      </div>
      {isOpen && (
        <ChangePassword
          email={email}
          onClose={() => setOpen(false)}
          onChanged={(ended) => {
            setSaid(
              `Your password is changed. ${ended === 0 ? 'You were signed in nowhere else.' : `You are signed out in ${ended === 1 ? 'one other place' : `${ended} other places`}.`}`,
            );
            onChanged();
          }}
        />
      )}
    </section>
  );
}

type ChangeProps = { email: string; onChanged(ended: number): void; onClose(): void };
type Wrong = { current: string | null; next: string | null };
const NOTHING_WRONG: Wrong = { current: null, next: null };

/** What can be known before anybody is asked. */
const wrongOf = (current: string, next: string): Wrong => ({
  current: current === '' ? 'Enter the password that you have now.' : null,
  next:
    next.length < MIN_PASSWORD_CHARS
      ? `A password has at least ${MIN_PASSWORD_CHARS} characters.`
      : next.length > MAX_PASSWORD_CHARS
        ? `A password has at most ${MAX_PASSWORD_CHARS} characters.`
        : next === current
          ? 'This is the one that you have.'
          : null,
});
const isRight = ({ current, next }: Wrong) => current === null && next === null;

function ChangePassword({ email, onChanged, onClose }: ChangeProps) {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isShown, setShown] = useState(false);
  const [wrong, setWrong] = useState(NOTHING_WRONG);
  const [failure, setFailure] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [tries, setTries] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  useLayoutEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tries]);
  const show = (problems: Wrong) => {
    setWrong(problems);
    setTries(tries + 1);
  };
  const submit = async () => {
    if (isBusy) return;
    setFailure('');
    const before = wrongOf(current, next);
    if (!isRight(before)) return show(before);
    setBusy(true);
    const answer = await sessionsApi.changePassword(current, next);
    setBusy(false);
    if (answer.ok) {
      onChanged(answer.value.ended);
      return onClose();
    }
    const saidOf = (field: string) => answer.refusal.issues?.find(({ path }) => path === field)?.message;
    const [ofCurrent, ofNext] = [saidOf('current'), saidOf('next')];
    const after: Wrong = {
      current: ofCurrent === undefined ? null : 'That is not your password.',
      next: ofNext === undefined ? null : `This one ${ofNext}.`,
    };
    if (isRight(after)) setFailure(answer.refusal.message);
    else show(after);
  };
  /** What was said of the last try is not true of this one. */
  const forget = (field: keyof Wrong) => {
    setFailure('');
    setWrong({ ...wrong, [field]: null });
  };
  const kind = isShown ? ({ type: 'text' } as const) : ({ type: 'password' } as const);
  return (
    <Dialog title="Change your password" lead="It signs you out everywhere else." onClose={onClose}>
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <div class="fields">
          {/* So that a password manager knows whose it is. */}
          <input type="email" name="username" autocomplete="username" readOnly hidden value={email} />
          <Tried.Provider value={true}>
            <Field label="Present password" problem={wrong.current}>
              <input
                {...kind}
                name="current"
                autocomplete="current-password"
                autocapitalize="off"
                spellcheck={false}
                value={current}
                onInput={({ currentTarget }) => {
                  setCurrent(currentTarget.value);
                  forget('current');
                }}
              />
            </Field>
            <Field
              label="New password"
              hint={`At least ${MIN_PASSWORD_CHARS} characters, of any kind, blanks too. A few words that only you would put together are a good one.`}
              problem={wrong.next}
            >
              <input
                {...kind}
                name="next"
                autocomplete="new-password"
                autocapitalize="off"
                spellcheck={false}
                value={next}
                onInput={({ currentTarget }) => {
                  setNext(currentTarget.value);
                  forget('next');
                }}
              />
            </Field>
          </Tried.Provider>
          <label class="s-shown">
            <input
              type="checkbox"
              checked={isShown}
              onChange={({ currentTarget }) => setShown(currentTarget.checked)}
            />
            Show both
          </label>
        </div>
        <footer>
          {failure !== '' && (
            <p class="failure" role="alert">
              {failure} What you wrote is kept here.
            </p>
          )}
          <span class="grow" />
          <button type="button" class="secondary" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" aria-disabled={isBusy}>
            {isBusy ? 'Changing…' : 'Change'}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
