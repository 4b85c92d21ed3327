import type { PasskeysAnswer } from '#protocol/passkeys.ts';
import { type Answer, call } from '../api.ts';
import { makePasskey } from '../sign-in/passkey.ts';

/** [S30] Of whoever is signed in, their own. */
export const passkeysApi = {
  load: (): Promise<Answer<PasskeysAnswer>> => call('/v1/passkeys'),
  /** Asks the server, the device, and the server again. */
  async add(name: string): Promise<Answer<PasskeysAnswer>> {
    const options = await call<PublicKeyCredentialCreationOptionsJSON>('/v1/passkeys/options', { method: 'POST' });
    if (!options.ok) return options;
    const made = await makePasskey(options.value);
    return made.ok ? call('/v1/passkeys', { method: 'POST', body: { name, ...made.value } }) : made;
  },
  rename: (id: string, name: string): Promise<Answer<PasskeysAnswer>> =>
    call(`/v1/passkeys/${id}/rename`, { method: 'POST', body: { name } }),
  remove: (id: string): Promise<Answer<PasskeysAnswer>> => call(`/v1/passkeys/${id}/remove`, { method: 'POST' }),
};
