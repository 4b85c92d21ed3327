// Loaded by whoever was invited: once.
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS } from '#domain/workspace/password.ts';
import type { JoinLookAnswer } from '#protocol/invitations.ts';
import { call, type Refusal } from '../api.ts';
import { roleName } from '../settings/role-words.ts';

/** [S14] What the link is good for, and a name and a password; whoever has an account gives its password. */
export default function JoinPage({ secret }: { secret: string }) {
  const [invited, setInvited] = useState<JoinLookAnswer | null>(null);
  const [failure, setFailure] = useState<Refusal | null>(null);
  const look = async () => {
    setFailure(null);
    const answer = await call<JoinLookAnswer>('/v1/join/look', { method: 'POST', body: { secret } });
    if (answer.ok) setInvited(answer.value);
    else setFailure(answer.refusal);
  };
  useEffect(() => void look(), [secret]);
  if (failure !== null)
    return (
      <div class="sign-in" role="alert">
        <span class="mark" aria-hidden="true" />
        <h1>{failure.kind === 'not_found' ? 'This invitation is not open' : 'The invitation could not be read'}</h1>
        {failure.kind === 'not_found' ? (
          <p>
            It was used, withdrawn or replaced by a newer one, or is older than seven days. Ask whoever invited you for
            a new link. If you have joined already, <a href="/console/">sign in</a>.
          </p>
        ) : (
          <>
            <p>{failure.message}</p>
            <button type="button" class="primary" onClick={() => void look()}>
              Try again
            </button>
          </>
        )}
      </div>
    );
  if (invited === null) return <span class="mark large" aria-hidden="true" />;
  return <JoinForm secret={secret} invited={invited} />;
}

function JoinForm({ secret, invited }: { secret: string; invited: JoinLookAnswer }) {
  const { workspace, invitedBy, email, role, hasAccount, byAccess } = invited;
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  /** [S40] What the server does not take, and what it says of it. */
  const [refused, setRefused] = useState<{ password: string; why: string } | null>(null);
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const id = useId();
  const wrongName = !hasAccount && name.trim() === '' ? 'Say what visitors and colleagues shall call you.' : null;
  const wrongPassword = byAccess
    ? null
    : password === ''
      ? hasAccount
        ? 'Your password is missing.'
        : 'Choose a password.'
      : password.length < MIN_PASSWORD_CHARS
        ? `A password has at least ${MIN_PASSWORD_CHARS} characters.`
        : password.length > MAX_PASSWORD_CHARS
          ? `A password has at most ${MAX_PASSWORD_CHARS} characters.`
          : password === refused?.password
            ? refused.why
            : null;
  const submit = async () => {
    if (busy) return;
    setTried(true);
    setFailure('');
    if (wrongName !== null || wrongPassword !== null) {
      form.current?.querySelector<HTMLElement>(`[name="${wrongName !== null ? 'name' : 'password'}"]`)?.focus();
      return;
    }
    setBusy(true);
    const body = { secret, name: hasAccount ? null : name.trim(), password: byAccess ? null : password };
    const answer = await call('/v1/join', { method: 'POST', body });
    if (answer.ok) {
      // A fresh page, and no secret in its address.
      location.replace('/console/');
      return;
    }
    setBusy(false);
    const issue = answer.refusal.issues?.find(({ path }) => path === 'password');
    if (issue !== undefined) {
      setRefused({ password, why: `This one ${issue.message}.` });
      form.current?.querySelector<HTMLElement>('[name="password"]')?.focus();
      return;
    }
    setFailure(
      answer.refusal.kind === 'unauthenticated'
        ? 'That is not the password of this account. The invitation is still open.'
        : answer.refusal.message,
    );
  };
  const said = (what: string, problem: string | null) =>
    tried && problem !== null ? { 'aria-invalid': true, 'aria-describedby': `${id}-${what}` } : {};
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
      <h1>Join {workspace}</h1>
      <p class="quiet">
        {invitedBy} invited you as {roleName(role)}.{' '}
        {hasAccount
          ? byAccess
            ? 'You have an account already.'
            : 'You have an account already: its password is all that is needed.'
          : 'Make your account:'}
      </p>
      <label class="field">
        <span>E-mail</span>
        <input type="email" name="email" autocomplete="username" readOnly value={email} />
      </label>
      {!hasAccount && (
        <label class="field">
          <span>Name</span>
          <input
            type="text"
            name="name"
            autocomplete="name"
            maxLength={80}
            value={name}
            {...said('name', wrongName)}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </label>
      )}
      {tried && wrongName !== null && (
        <p id={`${id}-name`} class="failure small" role="alert">
          {wrongName}
        </p>
      )}
      {!byAccess && (
        <label class="field">
          <span>Password</span>
          <input
            type="password"
            name="password"
            autocomplete={hasAccount ? 'current-password' : 'new-password'}
            value={password}
            {...said('password', wrongPassword)}
            onInput={({ currentTarget }) => {
              setPassword(currentTarget.value);
              setFailure('');
            }}
          />
        </label>
      )}
      {tried && wrongPassword !== null && (
        <p id={`${id}-password`} class="failure small" role="alert">
          {wrongPassword}
        </p>
      )}
      {failure !== '' && (
        <p class="failure" role="alert">
          {failure}
        </p>
      )}
      <button type="submit" class="primary" aria-disabled={busy}>
        {busy ? 'Joining…' : 'Join'}
      </button>
    </form>
  );
}
