import { useState } from 'preact/hooks';
import { signIn } from '../session.ts';

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
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (busy) return;
    setBusy(true);
    setFailure('');
    const answer = await signIn(email.trim(), password);
    setBusy(false);
    if (!answer.ok)
      setFailure(
        answer.refusal.kind === 'unauthenticated'
          ? 'That e-mail and password do not belong together. Nothing else was tried; check both and sign in again.'
          : answer.refusal.message,
      );
  };
  return (
    <form
      class="sign-in"
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
          onInput={({ currentTarget }) => setEmail(currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>Password</span>
        <input
          type="password"
          name="password"
          autofocus={again !== null}
          autocomplete="current-password"
          required
          value={password}
          onInput={({ currentTarget }) => setPassword(currentTarget.value)}
        />
      </label>
      {failure !== '' && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </button>
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
