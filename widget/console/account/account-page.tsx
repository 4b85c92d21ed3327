// Loaded when somebody opens it: passkeys are added once a device.
import '../settings/settings.css';
import { useEffect, useState } from 'preact/hooks';
import { roleOf } from '#domain/routing/role.ts';
import type { Me } from '#protocol/http.ts';
import type { PasskeyEntry, PasskeysAnswer } from '#protocol/passkeys.ts';
import type { SessionsAnswer } from '#protocol/sessions.ts';
import { ActionForm, Dialog, Field } from '../dialogs/Dialog.tsx';
import { Time } from '../kit/Time.tsx';
import { LoadFailed, Sure } from '../settings/admin-parts.tsx';
import { roleName } from '../settings/role-words.ts';
import { Skeleton } from '../settings/Skeleton.tsx';
import { canUsePasskeys } from '../sign-in/passkey.ts';
import { AddPasskey } from './AddPasskey.tsx';
import { Password } from './Password.tsx';
import { passkeysApi } from './passkeys-api.ts';
import { SignedIn } from './SignedIn.tsx';
import { sessionsApi } from './sessions-api.ts';

/** [S30] Who is signed in, and how they sign in. */
export default function AccountPage({ me }: { me: Me }) {
  const { name, email, role } = me.agent;
  return (
    <section class="s-page" aria-labelledby="account-title">
      <header class="s-head">
        <h1 id="account-title">
          Your account <small>{me.workspace.name}</small>
        </h1>
      </header>
      <div class="s-column">
        <div class="s-groups">
          <p class="s-lead">
            {name}, {email}. {roleName(roleOf({ role }))} of {me.workspace.name}.
          </p>
          {me.signOutAt === null ? <WaysIn email={email} /> : <ByAccess />}
        </div>
      </div>
    </section>
  );
}

/** By what somebody signs in, and where they are. */
function WaysIn({ email }: { email: string }) {
  const [known, setKnown] = useState<SessionsAnswer | null>(null);
  const [failure, setFailure] = useState('');
  const load = async () => {
    setFailure('');
    const answer = await sessionsApi.load();
    if (answer.ok) setKnown(answer.value);
    else setFailure(answer.refusal.message);
  };
  useEffect(() => void load(), []);
  return (
    <>
      <Password email={email} changedAt={known?.passwordChangedAt ?? null} onChanged={() => void load()} />
      <Passkeys email={email} />
      <SignedIn
        sessions={known?.sessions ?? null}
        failure={failure}
        onChanged={setKnown}
        onReload={() => void load()}
      />
    </>
  );
}

/** [S25] Nothing of ours signs anybody in then. */
function ByAccess() {
  return (
    <section class="s-group" aria-labelledby="account-passkeys">
      <header>
        <h2 id="account-passkeys">Passkeys</h2>
      </header>
      <p class="s-lead">Here agents sign in through Cloudflare Access: passwords and passkeys of Baton open nothing.</p>
    </section>
  );
}

type Open = { add: true } | { rename: PasskeyEntry } | { remove: PasskeyEntry } | null;

function Passkeys({ email }: { email: string }) {
  const [known, setKnown] = useState<PasskeysAnswer | null>(null);
  const [failure, setFailure] = useState('');
  const [open, setOpen] = useState<Open>(null);
  const [said, setSaid] = useState('');
  const load = async () => {
    setFailure('');
    const answer = await passkeysApi.load();
    if (answer.ok) setKnown(answer.value);
    else setFailure(answer.refusal.message);
  };
  useEffect(() => void load(), []);
  if (known === null)
    return failure === '' ? (
      <Skeleton />
    ) : (
      <LoadFailed what="Your passkeys" why={failure} onAgain={() => void load()} />
    );
  const isAble = canUsePasskeys();
  const show = (what: Open) => {
    setSaid('');
    setOpen(what);
  };
  const done = (now: PasskeysAnswer, words: string) => {
    setKnown(now);
    setSaid(words);
  };
  const onClose = () => setOpen(null);
  return (
    <section class="s-group" aria-labelledby="account-passkeys">
      <header>
        <h2 id="account-passkeys">Passkeys</h2>
      </header>
      <p class="s-lead">
        With a passkey you sign in by the PIN, finger or face that unlocks your device. It stays with you: Baton keeps
        only what recognizes it. Your password goes on working.
      </p>
      {known.passkeys.length === 0 ? (
        <p class="s-none">You have no passkey yet.</p>
      ) : (
        <ul class="s-incidents s-members">
          {known.passkeys.map((passkey) => (
            <li key={passkey.id}>
              <span>
                <strong>{passkey.name}</strong>
                <span class="quiet s-detail">
                  Added <Time at={passkey.createdAt} focusable />.{' '}
                  {passkey.usedAt === null ? (
                    'Never used.'
                  ) : (
                    <>
                      Last used <Time at={passkey.usedAt} focusable />.
                    </>
                  )}
                </span>
              </span>
              <span class="s-member-deeds">
                <button
                  type="button"
                  class="secondary"
                  aria-label={`Rename ${passkey.name}`}
                  onClick={() => show({ rename: passkey })}
                >
                  Rename…
                </button>
                <button
                  type="button"
                  class="secondary"
                  aria-label={`Remove ${passkey.name}`}
                  onClick={() => show({ remove: passkey })}
                >
                  Remove…
                </button>
              </span>
            </li>
          ))}
        </ul>
      )}
      <p class="s-said" role="status">
        {said}
      </p>
      {isAble ? (
        <div class="s-deeds">
          <button type="button" class="primary" onClick={() => show({ add: true })}>
            Add a passkey
          </button>
        </div>
      ) : (
        <p class="s-read-only">This browser cannot use passkeys. A newer one can; your password works in both.</p>
      )}
      {open !== null && 'add' in open && (
        <AddPasskey
          email={email}
          freshUntil={known.freshUntil}
          onAdded={(now, name) => done(now, `${name} signs you in from now on.`)}
          onClose={onClose}
        />
      )}
      {open !== null && 'rename' in open && (
        <RenamePasskey
          passkey={open.rename}
          onRenamed={(now, name) => done(now, `${open.rename.name} is called ${name} now.`)}
          onClose={onClose}
        />
      )}
      {open !== null && 'remove' in open && (
        <Sure
          title={`Remove ${open.remove.name}?`}
          verb="Remove"
          onClose={onClose}
          onSure={async () => {
            const answer = await passkeysApi.remove(open.remove.id);
            if (answer.ok)
              done(
                answer.value,
                `${open.remove.name} signs nobody in any more. If its device is lost, sign out everywhere else too.`,
              );
            // Removed elsewhere meanwhile: what is shown is old.
            else if (answer.refusal.kind === 'not_found') void load();
            return answer;
          }}
        >
          It signs you in no more. Who is signed in with it stays so: if the device is lost, sign out everywhere else as
          well, below. Your device may keep offering it until you delete it there too.
        </Sure>
      )}
    </section>
  );
}

type RenameProps = { passkey: PasskeyEntry; onRenamed(now: PasskeysAnswer, name: string): void; onClose(): void };

function RenamePasskey({ passkey, onRenamed, onClose }: RenameProps) {
  const [name, setName] = useState(passkey.name);
  const problem = name.trim() === '' ? 'Give it a name.' : null;
  return (
    <Dialog title={`Rename ${passkey.name}`} onClose={onClose}>
      <ActionForm
        verb="Rename"
        isComplete={problem === null}
        onSubmit={async () => {
          const answer = await passkeysApi.rename(passkey.id, name.trim());
          if (!answer.ok) return { ok: false, message: answer.refusal.message };
          onRenamed(answer.value, name.trim());
          return { ok: true, seq: null };
        }}
      >
        <Field label="Name" problem={problem}>
          <input
            type="text"
            autocomplete="off"
            maxLength={60}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </Field>
      </ActionForm>
    </Dialog>
  );
}
