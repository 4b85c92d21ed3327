import { z } from 'zod';
import { epochMs, passkeyId } from './primitives.ts';

/** A way into an account beside its password. What recognizes it is in no answer. */
export const passkeyEntry = z.object({
  id: passkeyId,
  name: z.string(),
  createdAt: epochMs,
  /** When it signed in last; null is never. */
  usedAt: epochMs.nullable(),
});
export type PasskeyEntry = z.infer<typeof passkeyEntry>;

/** `GET /v1/passkeys`: those of whoever asks, oldest first. */
export const passkeysAnswer = z.object({
  passkeys: z.array(passkeyEntry),
  /** Until then one can be added; after that whoever is signed in signs in once more. */
  freshUntil: epochMs,
});
export type PasskeysAnswer = z.infer<typeof passkeysAnswer>;

const MAX_NAME_CHARS = 60;
const name = z
  .string()
  .max(MAX_NAME_CHARS)
  .refine((text) => text.trim() === text, 'must not begin or end with a space')
  .refine((text) => text !== '', 'must not be empty');

/** `POST /v1/passkeys/:passkeyId/rename` */
export const passkeyName = z.strictObject({ name });

/** As devices give it, in the alphabet of addresses. */
const bytes = (maxBytes: number) =>
  z
    .string()
    .min(1)
    .max(Math.ceil((maxBytes * 4) / 3))
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url')
    // One letter more than whole bytes is none.
    .refine((text) => text.length % 4 !== 1, 'must be base64url');
/** WebAuthn's own limit. */
const credentialId = bytes(1023);
const clientDataJSON = bytes(4096);
const authenticatorData = bytes(8192);

/**
 * `POST /v1/passkeys`: what `navigator.credentials.create` gave, but for its attestation. Nothing here asks who made a device, so nothing of what could say it is taken: it holds certificates,
 * and in them addresses to ask.
 */
export const newPasskey = z.strictObject({
  name,
  id: credentialId,
  clientDataJSON,
  authenticatorData,
  /** How the device is reached, for the browser's own words. */
  transports: z.array(z.string().regex(/^[a-z-]{1,20}$/)).max(10),
});
export type NewPasskey = z.infer<typeof newPasskey>;

/** `POST /v1/auth/sign-in/passkey`: what `navigator.credentials.get` gave. */
export const passkeySignIn = z.strictObject({
  id: credentialId,
  clientDataJSON,
  authenticatorData,
  signature: bytes(2048),
});
export type PasskeySignIn = z.infer<typeof passkeySignIn>;

const described = z.looseObject({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.array(z.string()).optional(),
});

/** What `PublicKeyCredential.parseRequestOptionsFromJSON` takes. */
export const passkeyRequest = z.looseObject({
  challenge: z.string(),
  rpId: z.string(),
  userVerification: z.literal('required'),
  allowCredentials: z.array(described).optional(),
});

/** What `PublicKeyCredential.parseCreationOptionsFromJSON` takes. */
export const passkeyCreation = z.looseObject({
  challenge: z.string(),
  rp: z.looseObject({ id: z.string(), name: z.string() }),
  user: z.looseObject({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.looseObject({ type: z.literal('public-key'), alg: z.number() })),
  excludeCredentials: z.array(described).optional(),
});
