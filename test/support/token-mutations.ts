import { createHmac, generateKeyPairSync, sign } from 'node:crypto';

type Json = Record<string, unknown>;
export type Mutation = { what: string; token: string };
export type Host = { kid: string; secret: string; audience: string; now: number };

const b64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64url');
const hmac = (hash: string, key: string | Uint8Array, text: string): string =>
  createHmac(hash, key).update(text).digest('base64url');

/** A token of these texts, signed by this key whatever the header says: what a careless host could send. */
export function signed(header: string, payload: string, key: string | Uint8Array, hash = 'sha256'): string {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${hmac(hash, key, input)}`;
}

/** The one token of a host that is right. */
export const rightToken = ({ kid, secret, audience, now }: Host): string =>
  signed(JSON.stringify(headerOf(kid)), JSON.stringify(claimsOf(audience, now)), secret);

const headerOf = (kid: string): Json => ({ alg: 'HS256', kid, typ: 'JWT' });
const claimsOf = (audience: string, now: number): Json => {
  const at = Math.floor(now / 1000);
  return { sub: 'usr_1', aud: audience, iat: at, exp: at + 600, name: 'Somebody' };
};

/** [S8] Ways to change a right token; none may be accepted. Those with the host's own signature are what a careless host sends. */
export function tokenMutations(host: Host): Mutation[] {
  const { kid, secret, audience, now } = host;
  const header = headerOf(kid);
  const claims = claimsOf(audience, now);
  const at = Math.floor(now / 1000);
  const right = rightToken(host);
  const [head, body, signature] = right.split('.') as [string, string, string];
  const made: Mutation[] = [];
  const add = (what: string, token: string) => made.push({ what, token });
  const withHeader = (changed: Json) =>
    signed(JSON.stringify({ ...header, ...changed }), JSON.stringify(claims), secret);
  const withClaims = (changed: Json) =>
    signed(JSON.stringify(header), JSON.stringify({ ...claims, ...changed }), secret);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = publicKey.export({ type: 'spki', format: 'pem' });

  // Algorithms: named, unnamed, written otherwise, with and without what they would sign.
  const algorithms = [
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    ' ',
    'HS256 ',
    ' HS256',
    'hs256',
    'Hs256',
    'HS384',
    'HS512',
    'HS1',
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS512',
    'ES256',
    'ES256K',
    'ES512',
    'EdDSA',
    'Ed25519',
    'dir',
    'A128KW',
    'RSA-OAEP',
    'ECDH-ES',
    'HS256\u0000',
    'HS256,none',
    'http://www.w3.org/2001/04/xmldsig-more#hmac-sha256',
  ];
  for (const alg of algorithms) {
    add(`alg ${JSON.stringify(alg)}, signed with our secret`, withHeader({ alg }));
    add(`alg ${JSON.stringify(alg)}, without a signature`, `${b64(JSON.stringify({ ...header, alg }))}.${body}.`);
  }
  for (const alg of [null, true, 0, 256, ['HS256'], { toString: 'HS256' }])
    add(`alg is ${JSON.stringify(alg)}`, withHeader({ alg }));
  add('alg is left out', signed(JSON.stringify({ kid, typ: 'JWT' }), JSON.stringify(claims), secret));
  for (const [alg, hash] of [
    ['HS384', 'sha384'],
    ['HS512', 'sha512'],
  ] as const)
    add(`a true ${alg}`, signed(JSON.stringify({ ...header, alg }), JSON.stringify(claims), secret, hash));
  for (const hash of ['sha1', 'sha384', 'sha512', 'md5'])
    add(`HS256 by ${hash}`, signed(JSON.stringify(header), JSON.stringify(claims), secret, hash));

  // Keys: of others, of nobody, and a public key taken for a secret.
  for (const [what, key] of [
    ['an empty key', ''],
    ['another secret', `${secret}x`],
    ['the secret in upper case', secret.toUpperCase()],
    ['the secret as base64', b64(secret)],
    ['the kid', kid],
    ['the public key of the workspace', audience],
    ['a PEM of a public key', pem],
    ['32 zeros', new Uint8Array(32)],
    ['the secret without its end', secret.slice(0, -1)],
    ['the word secret', 'secret'],
  ] as [string, string | Uint8Array][])
    add(`signed with ${what}`, signed(JSON.stringify(header), JSON.stringify(claims), key));
  add(
    'an RS256 signature',
    `${head}.${body}.${sign('RSA-SHA256', Buffer.from(`${head}.${body}`), privateKey).toString('base64url')}`,
  );
  for (const other of [
    undefined,
    null,
    '',
    'none',
    `${kid}x`,
    kid.toUpperCase(),
    '../../dev/null',
    "' or 1=1 --",
    '0',
    0,
    [kid],
    { kid },
    '*',
    '%00',
    `${kid}\u0000`,
    'constructor',
    '__proto__',
  ])
    add(`kid ${JSON.stringify(other)}`, withHeader({ kid: other }));

  // Headers for verifiers that fetch, unwrap or skip.
  for (const extra of [
    { jku: 'https://evil.test/keys' },
    { jwk: { kty: 'oct', k: b64('evil') } },
    { x5u: 'https://evil.test/x5u' },
    { x5c: ['MIIB'] },
    { x5t: 'abc' },
    { crit: ['exp'], exp: at + 600 },
    { crit: [] },
    { crit: ['b64'], b64: false },
    { b64: false },
    { crit: 'exp' },
    { zip: 'DEF' },
    { enc: 'A128GCM' },
    { cty: 'JWT' },
    { p2c: 1e9 },
    { url: 'x' },
    { nonce: 'x' },
    { __proto__x: 1 },
    { '': '' },
  ])
    add(`header ${JSON.stringify(extra)}`, withHeader(extra));

  // Said twice: of two readers each may take another one.
  const twice = (text: string, name: string, first: unknown) =>
    text.replace('{', `{${JSON.stringify(name)}:${JSON.stringify(first)},`);
  for (const [name, value] of [
    ['alg', 'none'],
    ['alg', 'HS256'],
    ['kid', 'other'],
    ['typ', 'JWT'],
  ])
    add(
      `header says ${name} twice`,
      signed(twice(JSON.stringify(header), name as string, value), JSON.stringify(claims), secret),
    );
  for (const [name, value] of Object.entries({
    sub: 'usr_other',
    aud: 'other',
    exp: at + 1,
    iat: at,
    name: 'Other',
    email: 'a@b',
  })) {
    const text = JSON.stringify({ email: 'x@y', ...claims });
    add(`claims say ${name} twice`, signed(JSON.stringify(header), twice(text, name, value), secret));
    add(
      `claims say ${name} twice, once escaped`,
      signed(
        JSON.stringify(header),
        text.replace('{', `{"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}":${JSON.stringify(value)},`),
        secret,
      ),
    );
  }
  add(
    'an account that says tier twice',
    signed(
      JSON.stringify(header),
      JSON.stringify(claims).replace('{', '{"account":{"tier":"free","tier":"enterprise"},'),
      secret,
    ),
  );

  // Claims that are missing, of other times and other people.
  for (const name of ['sub', 'aud', 'iat', 'exp']) add(`without ${name}`, withClaims({ [name]: undefined }));
  for (const aud of [
    '',
    `${audience}x`,
    audience.toUpperCase(),
    [],
    ['other'],
    null,
    0,
    { [audience]: true },
    `${audience} `,
  ])
    add(`aud ${JSON.stringify(aud)}`, withClaims({ aud }));
  for (const exp of [
    at - 60,
    at - 6,
    0,
    -1,
    at + 16 * 60,
    at + 1e6,
    1e18,
    Number.MAX_VALUE,
    String(at + 600),
    null,
    true,
    [at + 600],
    '9'.repeat(30),
  ])
    add(`exp ${JSON.stringify(exp)}`, withClaims({ exp }));
  for (const iat of [at - 16 * 60, 0, -1, at + 60, at + 1e6, 1e18, String(at), null, true, [at]])
    add(`iat ${JSON.stringify(iat)}`, withClaims({ iat }));
  for (const nbf of [at + 60, 1e18, String(at), null, true]) add(`nbf ${JSON.stringify(nbf)}`, withClaims({ nbf }));

  // The text itself.
  for (const [what, token] of [
    ['nothing', ''],
    ['dots', '..'],
    ['two parts', `${head}.${body}`],
    ['four parts', `${right}.x`],
    ['five parts', `${right}.x.y`],
    ['no signature', `${head}.${body}.`],
    ['half a signature', `${head}.${body}.${signature.slice(0, 20)}`],
    ['a longer signature', `${head}.${body}.${signature}AAAA`],
    ['a changed signature', `${head}.${body}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`],
    ['padding', `${head}.${body}.${signature}=`],
    ['a space before', ` ${right}`],
    ['a space behind', `${right} `],
    ['a line end', `${right}\n`],
    ['a zero', `${right}\u0000`],
    ['base64 of another alphabet', `${head}.${body}.${signature.replace(/[-_]/g, '+')}+`],
    ['Bearer before', `Bearer ${right}`],
    ['its parts in another order', `${body}.${head}.${signature}`],
    ['another body', `${head}.${b64(JSON.stringify({ ...claims, sub: 'usr_2' }))}.${signature}`],
    ['another head', `${b64(JSON.stringify({ ...header, typ: 'at+jwt' }))}.${body}.${signature}`],
    ['a body that is no JSON', signed(JSON.stringify(header), 'foo', secret)],
    ['a body that is a list', signed(JSON.stringify(header), '[]', secret)],
    ['a body that is null', signed(JSON.stringify(header), 'null', secret)],
    ['a body that is a number', signed(JSON.stringify(header), '1', secret)],
    ['a body of two objects', signed(JSON.stringify(header), `${JSON.stringify(claims)}{}`, secret)],
    ['a head that is a list', signed('[]', JSON.stringify(claims), secret)],
    ['a head that is no JSON', signed('foo', JSON.stringify(claims), secret)],
    ['an empty head', signed('', JSON.stringify(claims), secret)],
    ['JSON serialisation', JSON.stringify({ protected: head, payload: body, signature })],
    ['a fragment behind', `${right}#x`],
    ['its head twice', `${head}.${head}.${signature}`],
  ] as [string, string][])
    add(what, token);
  return made.filter(({ token }) => token !== right);
}
