import type { NewPasskey, PasskeySignIn } from '#protocol/passkeys.ts';
import type { Answer } from '../api.ts';
import { passkeyProblem } from './passkey-words.ts';

/** Current browsers read and write WebAuthn's JSON by themselves; one that does not is one without passkeys here, and no library is loaded for it. */
export const canUsePasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential;

/** A cancelled try says nothing. */
type Failed = { ok: false; refusal: { kind: 'invalid'; message: string } };

async function fromDevice(isAdding: boolean, ask: () => Promise<Credential | null>): Promise<Answer<Credential>> {
  const failed = (name: string): Failed => ({
    ok: false,
    refusal: { kind: 'invalid', message: passkeyProblem(name, isAdding) ?? '' },
  });
  try {
    const credential = await ask();
    return credential === null ? failed('') : { ok: true, value: credential };
  } catch (cause) {
    return failed(cause instanceof Error ? cause.name : '');
  }
}

/** Has the device sign what the server asked. Never throws. */
export async function usePasskey(options: PublicKeyCredentialRequestOptionsJSON): Promise<Answer<PasskeySignIn>> {
  const used = await fromDevice(false, () =>
    navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
  );
  if (!used.ok) return used;
  const { id, response } = (used.value as PublicKeyCredential).toJSON() as AuthenticationResponseJSON;
  const { clientDataJSON, authenticatorData, signature } = response;
  return { ok: true, value: { id, clientDataJSON, authenticatorData, signature } };
}

/** Has the device make one. Never throws. */
export async function makePasskey(
  options: PublicKeyCredentialCreationOptionsJSON,
): Promise<Answer<Omit<NewPasskey, 'name'>>> {
  const made = await fromDevice(true, () =>
    navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  );
  if (!made.ok) return made;
  const { id, response } = (made.value as PublicKeyCredential).toJSON() as RegistrationResponseJSON;
  const { clientDataJSON, authenticatorData, transports } = response;
  return { ok: true, value: { id, clientDataJSON, authenticatorData, transports } };
}
