import { errors, jwtVerify } from 'jose';
import * as oauth from 'oauth4webapi';
import type { OidcSettings } from '../settings.ts';
import type { OidcIdentity } from '../storage/oidc-identities.ts';
import { type Provider, providerOf, waysOf } from './provider.ts';

/** [S32] Ours, not what the provider or a token says: never `none`, never one whose key is a secret. */
const ALGORITHMS = ['RS256', 'PS256', 'ES256'];
/** Clocks differ a little. */
const TOLERANCE_S = 30;

/** What is kept of a sign-in while its browser is at the provider. */
export type Begun = { state: string; nonce: string; verifier: string };

/** `cancelled`: the person, or the provider, said no. `provider`: it could not be asked, or answered nonsense. `not_accepted`: what it vouched for is not for us, not now, or not by it. */
export type OidcRefused = 'cancelled' | 'provider' | 'not_accepted' | 'unverified';

export const callbackOf = (publicOrigin: string): string => `${publicOrigin}/v1/auth/sign-in/oidc/callback`;

/** [S32] Where the browser is sent, and what must come back with it. Null where the provider cannot be asked. */
export async function beginAt(
  settings: OidcSettings,
  callback: string,
): Promise<{ address: string; begun: Begun } | null> {
  const provider = await providerOf(settings).catch(failed);
  if (provider === null) return null;
  const begun = {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
  const address = new URL(provider.authorizeAt);
  const asked = {
    client_id: settings.clientId,
    redirect_uri: callback,
    response_type: 'code',
    scope: 'openid email',
    state: begun.state,
    nonce: begun.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
  return { address: address.href, begun };
}

/**
 * [S32] Whom the provider vouches for in what came back: code for token with the verifier, then the ID token by the provider's present keys, from this issuer, for this client, not over, of this sign-in
 * (nonce), with an address that it has verified. Never throws for what a provider or a browser says.
 */
export async function identityFrom(
  settings: OidcSettings,
  callback: string,
  came: URLSearchParams,
  { state, nonce, verifier }: Begun,
): Promise<OidcIdentity | { refused: OidcRefused }> {
  const provider = await providerOf(settings).catch(failed);
  if (provider === null) return { refused: 'provider' };
  const { server, keys } = provider;
  const client = { client_id: settings.clientId, [oauth.clockTolerance]: TOLERANCE_S };
  try {
    const code = oauth.validateAuthResponse(server, client, came, state);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      authOf(settings, server),
      code,
      callback,
      verifier,
      waysOf(settings),
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    const { payload } = await jwtVerify(tokens.id_token as string, keys, {
      algorithms: ALGORITHMS,
      issuer: server.issuer,
      audience: settings.clientId,
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: TOLERANCE_S,
    });
    const { sub, email, email_verified: isVerified } = payload;
    // A word that says yes is no yes, and neither is silence.
    if (isVerified !== true || typeof email !== 'string' || !email.includes('@')) return { refused: 'unverified' };
    return { issuer: settings.issuer, subject: sub as string, email };
  } catch (cause) {
    failed(cause);
    return { refused: refusalOf(cause) };
  }
}

/** As the provider wants it; `Basic` is what it takes where it does not say. */
function authOf({ clientSecret }: OidcSettings, server: Provider['server']): oauth.ClientAuth {
  const ways = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return ways.includes('client_secret_basic')
    ? oauth.ClientSecretBasic(clientSecret)
    : oauth.ClientSecretPost(clientSecret);
}

function refusalOf(cause: unknown): OidcRefused {
  if (cause instanceof oauth.AuthorizationResponseError) return 'cancelled';
  if (cause instanceof oauth.ResponseBodyError && cause.error === 'invalid_grant') return 'not_accepted';
  // Not asked, not answered, or not as the protocol says.
  const isNoAnswer =
    cause instanceof oauth.ResponseBodyError ||
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    (cause instanceof errors.JOSEError && cause.code === 'ERR_JOSE_GENERIC') ||
    (cause instanceof oauth.OperationProcessingError && cause.code === oauth.RESPONSE_IS_NOT_CONFORM) ||
    !(cause instanceof errors.JOSEError || cause instanceof oauth.OperationProcessingError);
  return isNoAnswer ? 'provider' : 'not_accepted';
}

/** [S24] By name and code: messages and causes of the libraries have claims in them. */
function failed(cause: unknown): null {
  const { name, code, error } = cause as { name?: string; code?: string; error?: string };
  console.warn(JSON.stringify({ at: 'oidc', name, code, ...(/^[a-z_]{1,40}$/.test(error ?? '') ? { error } : {}) }));
  return null;
}
