import { z } from 'zod';

/** [S35] Why nobody was signed in through the OpenID provider; the console has the words. */
export const OIDC_REFUSALS = [
  'cancelled',
  'provider',
  'not_accepted',
  'unverified',
  'nobody',
  'invited',
  'another',
  'too_late',
  'too_many',
] as const;
export type OidcRefusal = (typeof OIDC_REFUSALS)[number];

/** [S35] What stands on the button; null where there is none. */
export const oidcLook = z.strictObject({ name: z.string().nullable() });
export type OidcLook = z.infer<typeof oidcLook>;

/** Where the browser goes to sign in. */
export const oidcBegun = z.strictObject({ address: z.url() });
