import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

type Key = { kid: string; alg: string; privateKey: CryptoKey; jwk: Record<string, unknown> };
type Person = { sub: string; email: string; email_verified: unknown };
type Code = { nonce: string; challenge: string; redirectUri: string; person: Person };
export type OidcPath = 'discovery' | 'token' | 'keys';

/** How the next tokens differ from what is right: undefined takes a claim away. */
export type Twist = {
  claims?: JWTPayload;
  /** `none`: no signature. `HS256`: by the public key as if it were a secret. `foreign`: by a key that is not told, under the id of one that is. */
  signing?: 'none' | 'HS256' | 'foreign';
  /** Of this algorithm, by a key that is told. */
  alg?: string;
};

async function aKey(n: number, alg: string): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const kid = `oidc-${n}`;
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
const encode = (value: unknown): string => base64url(new TextEncoder().encode(JSON.stringify(value)));
const json = (value: unknown, status = 200): Response => Response.json(value, { status });

export const OIDC_CLIENT = { id: 'baton-console', secret: 'a secret: with/signs & more' };

/**
 * An OpenID provider: discovery, authorize, token (code with PKCE, once, secret by Basic) and keys, by the protocol's own rules, and what it gets wrong is said by `twist` and `instead`. It answers requests;
 * over a network or not is for whoever holds it.
 */
export class OidcServer {
  /** Who is there when a browser comes. */
  person: Person = { sub: 'person-1', email: 'maya@baton.test', email_verified: true };
  twist: Twist = {};
  metadata: Record<string, unknown> = {};
  readonly instead = new Map<OidcPath, () => Response | Promise<Response>>();
  readonly asked: string[] = [];
  readonly #codes = new Map<string, Code>();
  #keys: Key[] = [];
  #made = 0;

  readonly issuer: string;

  private constructor(issuer: string) {
    this.issuer = issuer;
  }

  static async make(issuer: string): Promise<OidcServer> {
    const server = new OidcServer(issuer);
    await server.rotate();
    return server;
  }

  /** Another key signs from now on, and is the only one that is told. */
  async rotate(alg = 'RS256'): Promise<void> {
    this.#made += 1;
    this.#keys = [await aKey(this.#made, alg)];
  }

  async answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const path = pathname.slice(new URL(this.issuer).pathname.replace(/\/$/, '').length);
    this.asked.push(path);
    switch (path) {
      case '/.well-known/openid-configuration':
        return (await this.instead.get('discovery')?.()) ?? json(this.#discovery());
      case '/authorize':
        return this.#authorize(searchParams);
      case '/token':
        return (await this.instead.get('token')?.()) ?? this.#token(request);
      case '/keys':
        return (await this.instead.get('keys')?.()) ?? json({ keys: this.#keys.map(({ jwk }) => jwk) });
      default:
        return new Response('nothing here', { status: 404 });
    }
  }

  #discovery(): object {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      jwks_uri: `${this.issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256', 'ES256', 'HS256', 'none'],
      authorization_response_iss_parameter_supported: true,
      ...this.metadata,
    };
  }

  /** Whoever is asked says yes at once. */
  #authorize(asked: URLSearchParams): Response {
    const wanted = { client_id: OIDC_CLIENT.id, response_type: 'code', code_challenge_method: 'S256' };
    for (const [name, value] of Object.entries(wanted))
      if (asked.get(name) !== value) return json({ error: 'invalid_request', name }, 400);
    const [state, nonce, challenge, redirectUri] = ['state', 'nonce', 'code_challenge', 'redirect_uri'].map((name) =>
      asked.get(name),
    );
    if (!state || !nonce || !challenge || !redirectUri || !asked.get('scope')?.split(' ').includes('openid'))
      return json({ error: 'invalid_request' }, 400);
    const code = crypto.randomUUID();
    this.#codes.set(code, { nonce, challenge, redirectUri, person: { ...this.person } });
    const back = new URL(redirectUri);
    for (const [name, value] of Object.entries({ code, state, iss: this.issuer })) back.searchParams.set(name, value);
    return new Response(null, { status: 302, headers: { location: back.href } });
  }

  async #token(request: Request): Promise<Response> {
    const basic = atob((request.headers.get('authorization') ?? '').replace('Basic ', ''));
    const [id, secret] = basic.split(':').map((one) => decodeURIComponent(one.replaceAll('+', ' ')));
    if (id !== OIDC_CLIENT.id || secret !== OIDC_CLIENT.secret) return json({ error: 'invalid_client' }, 401);
    const form = new URLSearchParams(new TextDecoder().decode(await request.arrayBuffer()));
    const code = this.#codes.get(form.get('code') ?? '');
    this.#codes.delete(form.get('code') ?? '');
    const verifier = new TextEncoder().encode(form.get('code_verifier') ?? '');
    const challenge = base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', verifier)));
    if (code?.challenge !== challenge || code.redirectUri !== form.get('redirect_uri'))
      return json({ error: 'invalid_grant' }, 400);
    return json({ access_token: 'unused', token_type: 'Bearer', expires_in: 60, id_token: await this.#idToken(code) });
  }

  async #idToken({ nonce, person }: Code): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: this.issuer,
      aud: OIDC_CLIENT.id,
      iat: now,
      exp: now + 300,
      nonce,
      ...person,
      ...this.twist.claims,
    };
    const whole = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
    const key = this.#keys[0] as Key;
    if (this.twist.signing === 'none') return `${encode({ alg: 'none' })}.${encode(whole)}.`;
    const alg = this.twist.signing === 'HS256' ? 'HS256' : key.alg;
    const signer = new SignJWT(whole).setProtectedHeader({ alg, kid: key.kid });
    if (alg === 'HS256') return signer.sign(new TextEncoder().encode(JSON.stringify(key.jwk)));
    return signer.sign(this.twist.signing === 'foreign' ? (await aKey(0, key.alg)).privateKey : key.privateKey);
  }
}
