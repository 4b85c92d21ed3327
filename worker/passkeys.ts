import { passkey } from '@better-auth/passkey';
import { APIError } from 'better-auth/api';

/** The refusal of a device that did not ask who it is, as the library's own are. */
export const USER_NOT_VERIFIED = 'USER_NOT_VERIFIED';

/**
 * [S30] The library takes what a device signed without asking for PIN, finger or face, and then whoever holds the device is the agent. Both ceremonies are refused here, before anything is kept
 * or opened.
 */
function requireVerified(isVerified: boolean | undefined): void {
  if (isVerified !== true)
    throw new APIError('BAD_REQUEST', { code: USER_NOT_VERIFIED, message: 'The device did not ask who it is.' });
}

/** [S30] Passkeys by the accounts library's own plugin, for this console's origin alone. Decision record 0014. Challenges are its own: used once, five minutes. */
export const passkeys = (publicOrigin: string) =>
  passkey({
    rpID: new URL(publicOrigin).hostname,
    rpName: 'Baton',
    origin: publicOrigin,
    // Found by the device itself: nobody says first who they are.
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    advanced: { webAuthnChallengeCookie: 'passkey_challenge' },
    registration: {
      afterVerification: async ({ verification }) => requireVerified(verification.registrationInfo?.userVerified),
    },
    authentication: {
      afterVerification: async ({ verification }) => requireVerified(verification.authenticationInfo.userVerified),
    },
  });
