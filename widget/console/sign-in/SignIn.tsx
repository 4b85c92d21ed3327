import { useEffect, useRef, useState } from 'preact/hooks';
import { signIn, signInWithPasskey } from '../session.ts';
import { cameBackWith, oidcName, signInWithOidc } from './oidc.ts';
import { oidcProblem } from './oidc-words.ts';
import { canUsePasskeys } from './passkey.ts';
import { NO_PROBLEMS, type SignInProblems, signInProblems } from './sign-in-problems.ts';

/** Seeded on a developer's machine and nowhere else. */
const DEMO_ACCOUNTS = [
  { email: 'maya@baton.test', says: 'Maya: billing, general' },
  { email: 'jonas@baton.test', says: 'Jonas: technical, general' },
  { email: 'ines@baton.test', says: 'Ines: engineering' },
];
const DEMO_PASSWORD = 'baton-demo-2026';

export function SignIn({ again = null }: { again?: string | null }) {
  const [email, setEmail] = useState(again ?? '');
  const [password, setPassword] = useState('');
  const [failure, setFailure] = useState('');
  const [wrong, setWrong] = useState<SignInProblems>(NO_PROBLEMS);
  const form = useRef<HTMLFormElement>(null);
  const [busy, setBusy] = useState<'password' | 'passkey' | 'oidc' | null>(null);
  const [provider, setProvider] = useState<string | null>(null);
  useEffect(() => {
    void oidcName().then((name) => {
      setProvider(name);
      if (again === null && cameBackWith !== null) setFailure(oidcProblem(cameBackWith, name ?? 'The provider') ?? '');
    });
  }, []);
  const submit = async () => {
    if (busy !== null) return;
    setFailure('');
    const problems = signInProblems(email, password);
    setWrong(problems);
    if (problems.email !== null || problems.password !== null) {
      form.current?.querySelector<HTMLElement>(`[name="${problems.email !== null ? 'email' : 'password'}"]`)?.focus();
      return;
    }
    setBusy('password');
    const answer = await signIn(email.trim(), password);
    setBusy(null);
    if (!answer.ok)
      setFailure(
        answer.refusal.kind === 'unauthenticated'
          ? 'That e-mail and password do not belong together. Nothing else was tried; check both and sign in again.'
          : answer.refusal.message,
      );
  };
  const byPasskey = async () => {
    if (busy !== null) return;
    setFailure('');
    setWrong(NO_PROBLEMS);
    setBusy('passkey');
    const answer = await signInWithPasskey();
    setBusy(null);
    if (!answer.ok) setFailure(answer.refusal.message);
  };
  const byOidc = async () => {
    if (busy !== null) return;
    setFailure('');
    setWrong(NO_PROBLEMS);
    setBusy('oidc');
    const answer = await signInWithOidc();
    // Otherwise the page is about to go.
    if (answer.ok) return;
    setBusy(null);
    setFailure(answer.refusal.message);
  };
  /** What was said of the last try is not true of this one. */
  const forget = (field: keyof SignInProblems) => {
    setFailure('');
    setWrong({ ...wrong, [field]: null });
  };
  return (
    <form
      ref={form}
      class="sign-in"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <span class="mark" aria-hidden="true" />
      <h1>{again === null ? 'Sign in to Baton' : 'Sign in again'}</h1>
      <p class="quiet">
        {again === null
          ? 'Conversations that need a person, with everything already known about them.'
          : 'Your session ended. The console is still here underneath, with all that you typed.'}
      </p>
      <label class="field">
        <span>E-mail</span>
        <input
          type="email"
          name="email"
          autocomplete="username"
          required
          value={email}
          {...(wrong.email === null ? {} : { 'aria-invalid': true, 'aria-describedby': 'email-problem' })}
          onInput={({ currentTarget }) => {
            setEmail(currentTarget.value);
            forget('email');
          }}
        />
      </label>
      {wrong.email !== null && (
        <p id="email-problem" class="failure small" role="alert">
          {wrong.email}
        </p>
      )}
      <label class="field">
        <span>Password</span>
        <input
          type="password"
          name="password"
          autofocus={again !== null}
          autocomplete="current-password"
          required
          value={password}
          {...(wrong.password === null ? {} : { 'aria-invalid': true, 'aria-describedby': 'password-problem' })}
          onInput={({ currentTarget }) => {
            setPassword(currentTarget.value);
            forget('password');
          }}
        />
      </label>
      {wrong.password !== null && (
        <p id="password-problem" class="failure small" role="alert">
          {wrong.password}
        </p>
      )}
      {failure !== '' && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy !== null}>
        {busy === 'password' ? 'Signing in…' : 'Sign in'}
      </button>
      {canUsePasskeys() && (
        <button type="button" class="secondary" aria-disabled={busy !== null} onClick={() => void byPasskey()}>
          {busy === 'passkey' ? 'Waiting for your device…' : 'Sign in with a passkey'}
        </button>
      )}
      {provider !== null && again === null && (
        <button type="button" class="secondary" aria-disabled={busy !== null} onClick={() => void byOidc()}>
          {busy === 'oidc' ? `Going to ${provider}…` : `Sign in with ${provider}`}
        </button>
      )}
      {provider !== null && again !== null && (
        <p class="quiet small">
          To sign in with {provider}, load this page again; what you typed and did not send would be gone.
        </p>
      )}
      {location.hostname === 'localhost' && (
        <div class="demo-accounts">
          <p class="quiet">Demo accounts; each fills in the form:</p>
          {DEMO_ACCOUNTS.filter(({ email }) => again === null || again === email).map((one) => (
            <button
              key={one.email}
              type="button"
              class="secondary"
              onClick={() => {
                setEmail(one.email);
                setPassword(DEMO_PASSWORD);
                setFailure('');
                setWrong(NO_PROBLEMS);
              }}
            >
              {one.says}
            </button>
          ))}
        </div>
      )}
    </form>
  );
}
