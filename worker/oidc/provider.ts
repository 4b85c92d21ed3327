import { createRemoteJWKSet, customFetch as keysFetch } from 'jose';
import * as oauth from 'oauth4webapi';
import { askPlainly } from '../outward.ts';
import type { OidcSettings } from '../settings.ts';

const WITHIN_MS = 5_000;
const MAX_BYTES = 256 * 1024;
/** What a provider says of itself hardly changes. */
const KNOWN_MS = 60 * 60_000;
/** Whoever shows a key that nobody knows makes us ask for the keys at most this often. */
const ASK_AGAIN_MS = 60_000;

/** [S32] One request to the provider. No redirect is followed, and what takes too long or is too much is a failure. */
export async function askProvider(
  address: string,
  { method, headers, body }: { method?: string; headers?: RequestInit['headers']; body?: unknown },
): Promise<Response> {
  const init = {
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(body == null ? {} : { body: body as BodyInit }),
  };
  return askPlainly(address, init, WITHIN_MS, async (response) => {
    const bytes = await bounded(response);
    return new Response(bytes, { status: response.status, headers: response.headers });
  });
}

async function bounded(response: Response): Promise<Uint8Array | null> {
  if (response.body === null) return null;
  const pieces: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop by an error ends what is still coming.
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > MAX_BYTES) throw new Error('the provider answered more than is read');
    pieces.push(piece);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.byteLength;
  }
  return whole;
}

export type Provider = {
  server: oauth.AuthorizationServer;
  authorizeAt: URL;
  keys: ReturnType<typeof createRemoteJWKSet>;
};

/** How the library is to ask: through ours, and without TLS only where the settings say so, which they cannot in production. */
export const waysOf = ({ issuer }: OidcSettings) => ({
  [oauth.customFetch]: askProvider,
  [oauth.allowInsecureRequests]: isBare(issuer),
});

const isBare = (issuer: string): boolean => new URL(issuer).protocol === 'http:';

const known = new Map<string, { provider: Provider; until: number }>();

/** [S32] What the provider says of itself, under the very issuer that is set, kept for an hour. Throws where it cannot be had or is not theirs. */
export async function providerOf(settings: OidcSettings, now = Date.now()): Promise<Provider> {
  const kept = known.get(settings.issuer);
  if (kept !== undefined && now < kept.until) return kept.provider;
  const issuer = new URL(settings.issuer);
  const server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, waysOf(settings)));
  // Said when somebody begins, not when they come back.
  endpoint(settings, server.token_endpoint);
  const provider = {
    server,
    authorizeAt: endpoint(settings, server.authorization_endpoint),
    // The same keys for as long as they lie at the same address: who has them is asked no more often for it.
    keys:
      kept?.provider.server.jwks_uri === server.jwks_uri && kept !== undefined
        ? kept.provider.keys
        : createRemoteJWKSet(endpoint(settings, server.jwks_uri), {
            cooldownDuration: ASK_AGAIN_MS,
            cacheMaxAge: KNOWN_MS,
            timeoutDuration: WITHIN_MS,
            [keysFetch]: askProvider as never,
          }),
  };
  known.set(settings.issuer, { provider, until: now + KNOWN_MS });
  return provider;
}

function endpoint({ issuer }: OidcSettings, address: string | undefined): URL {
  const url = new URL(address ?? '');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isBare(issuer)))
    throw new Error('an address of the provider is not https');
  return url;
}

/** For tests: the provider is asked for as after a start. */
export const forgetProviders = (): void => known.clear();
