import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { Transport } from './transport.ts';

type Key = { kid: string; privateKey: CryptoKey; jwk: object };

export type AccessServer = {
  /** What is set as the team's address. */
  team: string;
  /** How often somebody asked for the keys. */
  asked(): number;
  /** Signs as Access would; `claims` take the place of its own, and undefined takes one away. */
  assertion(claims?: JWTPayload, more?: { alg?: string; kid?: string }): Promise<string>;
  /** A new key signs from now on; the old ones are still told, as many as `keeps`. */
  rotate(keeps?: number): Promise<void>;
  /** What is answered instead of keys; null is keys again. */
  answer(instead: { status: number; body: string } | 'nothing' | null): void;
  close(): Promise<void>;
};

export const AUDIENCE = '0123456789abcdef0123456789abcdef';

async function aKey(n: number): Promise<Key> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const kid = `key-${n}`;
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' } };
}

/** A server that tells keys as Cloudflare Access does, under `/cdn-cgi/access/certs`, and signs as it does. */
export async function startAccessServer(): Promise<AccessServer> {
  let keys = [await aKey(1)];
  let made = 1;
  let count = 0;
  let instead: { status: number; body: string } | 'nothing' | null = null;
  const server = createServer((request, response) => {
    if (request.url !== '/cdn-cgi/access/certs') return void response.writeHead(404).end();
    count += 1;
    if (instead === 'nothing') return;
    const { status, body } = instead ?? { status: 200, body: JSON.stringify({ keys: keys.map(({ jwk }) => jwk) }) };
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const team = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    team,
    asked: () => count,
    async assertion(claims = {}, { alg = 'RS256', kid } = {}) {
      const key = keys[0] as Key;
      const now = Math.floor(Date.now() / 1000);
      const payload = {
        aud: [AUDIENCE],
        email: 'ines@baton.test',
        exp: now + 3600,
        iat: now,
        nbf: now,
        iss: team,
        type: 'app',
        sub: 'f174e90a-fafe-4643-bbbc-4a0ed4fc8415',
        country: 'DE',
        ...claims,
      };
      const whole = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
      const signer = new SignJWT(whole).setProtectedHeader({ alg, kid: kid ?? key.kid });
      return signer.sign(alg === 'HS256' ? new TextEncoder().encode(JSON.stringify(key.jwk)) : key.privateKey);
    },
    async rotate(keeps = 1) {
      made += 1;
      keys = [await aKey(made), ...keys].slice(0, keeps + 1);
    },
    answer: (other) => {
      instead = other;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What Access adds to each call and each socket of whoever came through it. */
export const behindAccess = (transport: Transport, assertion: string): Transport => {
  const headers = { 'cf-access-jwt-assertion': assertion };
  return {
    ...transport,
    fetch: (path, init = {}) =>
      transport.fetch(path, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } }),
    dial: (path, credential, more) => transport.dial(path, credential, { ...more, ...headers }),
  };
};
