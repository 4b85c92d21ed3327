import { useState } from 'preact/hooks';
import type { PasskeysAnswer } from '#protocol/passkeys.ts';
import { ActionForm, Dialog, Field } from '../dialogs/Dialog.tsx';
import type { Told } from '../requests.ts';
import { signIn } from '../session.ts';
import { deviceName } from './device-name.ts';
import { passkeysApi } from './passkeys-api.ts';

type AddProps = {
  email: string;
  /** Later the password is asked for once more (epoch ms). */
  freshUntil: number;
  onAdded(now: PasskeysAnswer, name: string): void;
  onClose(): void;
};

/** While somebody types a name, fifteen minutes may run out. */
const TO_SPARE_MS = 60_000;

/** [S30] A name, the password where signing in is a while ago, and then the device asks. */
export function AddPasskey({ email, freshUntil, onAdded, onClose }: AddProps) {
  const [name, setName] = useState(() => deviceName(navigator.userAgent));
  const [password, setPassword] = useState('');
  const [isFresh, setFresh] = useState(() => Date.now() < freshUntil - TO_SPARE_MS);
  const noName = name.trim() === '' ? 'Give it a name.' : null;
  const noPassword = isFresh || password !== '' ? null : 'Enter your password.';
  const add = async (): Promise<Told> => {
    if (!isFresh) {
      const again = await signIn(email, password);
      if (!again.ok)
        return {
          ok: false,
          message: again.refusal.kind === 'unauthenticated' ? 'That is not your password.' : again.refusal.message,
        };
      // Asked once: a try that fails at the device needs no second one.
      setFresh(true);
      setPassword('');
    }
    const answer = await passkeysApi.add(name.trim());
    if (answer.ok) {
      onAdded(answer.value, name.trim());
      return { ok: true, seq: null };
    }
    if (answer.refusal.kind === 'forbidden') setFresh(false);
    return { ok: false, message: answer.refusal.message || 'No passkey was added.' };
  };
  return (
    <Dialog title="Add a passkey" lead="Your device asks for its PIN, your finger or your face next." onClose={onClose}>
      <ActionForm verb="Add" isComplete={noName === null && noPassword === null} onSubmit={add}>
        <Field label="Name" hint="What you know it by: the device, or where its passkeys are kept." problem={noName}>
          <input
            type="text"
            autocomplete="off"
            maxLength={60}
            value={name}
            onInput={({ currentTarget }) => setName(currentTarget.value)}
          />
        </Field>
        {!isFresh && (
          <Field label="Password" hint="You signed in a while ago: this shows that it is you." problem={noPassword}>
            <input
              type="password"
              autocomplete="current-password"
              value={password}
              onInput={({ currentTarget }) => setPassword(currentTarget.value)}
            />
          </Field>
        )}
      </ActionForm>
    </Dialog>
  );
}
