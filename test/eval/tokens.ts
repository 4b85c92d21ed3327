import { compactVerify, importJWK, type JWK } from 'jose';
import { isCompact, verifyToken } from '../../worker/middleware/verify-token.ts';
import { textTable } from '../bench/table.ts';
import { type Host, rightToken, signed, tokenMutations } from '../support/token-mutations.ts';
import { EvalProblem } from './problem.ts';
import { linesOf } from './rows-file.ts';

type Keys = JWK | { keys: JWK[] };
type Vector = {
  id: string;
  group: { private?: Keys; public?: Keys; publicKey?: { uncompressed: string }; tagSize?: number };
  test: { comment: string; result: string; jws?: string; key?: string; msg?: string; tag?: string; sig?: string };
};

const HOST: Host = {
  kid: 'key-2026',
  secret: 'a secret of the host, as long as one has to be',
  audience: 'pk_test_workspace',
  now: Date.UTC(2026, 10, 27, 12),
};

/**
 * `npm run eval -- tokens`: test vectors of Project Wycheproof (JSON Lines with `group` and `test`) against the verification of identity tokens, and our own changes to a right token. A
 * vector of JWS is tried three ways: as it is, with any key of its group that is a secret; its header and signature around claims that would be right; and by the library's own check of
 * signatures under our one algorithm. A vector of HMAC becomes a token whose signature is its tag. What is only valid there must be valid here where it is HMAC-SHA256 of 256 bits.
 */
export async function evaluateTokens(options: Record<string, string | undefined>) {
  if (options.vectors === undefined) throw new EvalProblem('--vectors FILE[,FILE …] is needed.');
  const vectors = options.vectors.split(',').flatMap((file) => linesOf<Vector>(file));
  const accepted: string[] = [];
  const refused: string[] = [];
  let tried = 0;
  let validSecrets = 0;
  let validSecretsAccepted = 0;
  const note = async (what: string, token: string, secret: Uint8Array): Promise<boolean> => {
    tried += 1;
    const read = await verifyToken(token, async () => secret, { audience: HOST.audience, now: HOST.now });
    if ('claims' in read) accepted.push(what);
    return 'claims' in read;
  };
  for (const { id, group, test } of vectors) {
    const what = `${id}: ${test.comment}`;
    if (test.jws !== undefined) {
      for (const secret of secretsOf(group.private, group.public)) {
        await note(what, test.jws, secret);
        const [head = '', , signature = ''] = test.jws.split('.');
        const [, body] = rightToken(HOST).split('.');
        await note(`${what}, around our claims`, `${head}.${body}.${signature}`, secret);
        tried += 1;
        const passes = isCompact(test.jws) && (await passesWith(test.jws, secret));
        if (test.result === 'valid') {
          validSecrets += 1;
          if (passes) validSecretsAccepted += 1;
          else refused.push(what);
        } else if (passes) accepted.push(`${what}, by its signature`);
      }
      for (const key of keysOf(group.public)) {
        tried += 1;
        const public_ = await importJWK(key, 'HS256').catch(() => null);
        if (public_ === null) continue;
        const passes = isCompact(test.jws) && (await passesWith(test.jws, public_));
        if (passes && key.kty !== 'oct') accepted.push(`${what}, by a public key`);
      }
    } else if (test.tag !== undefined && test.key !== undefined) {
      // The tag is of another text: as a token's signature it must never be right.
      const key = Buffer.from(test.key, 'hex');
      const [head, body] = rightToken(HOST).split('.');
      await note(what, `${head}.${body}.${Buffer.from(test.tag, 'hex').toString('base64url')}`, key);
      const own = signed(JSON.stringify({ alg: 'HS256', kid: HOST.kid }), claims(), key);
      const read = await verifyToken(own, async () => key, { audience: HOST.audience, now: HOST.now });
      validSecrets += 1;
      if ('claims' in read) validSecretsAccepted += 1;
      else refused.push(what);
    } else if (test.sig !== undefined) {
      const [head, body] = rightToken(HOST).split('.');
      const point = Buffer.from(group.publicKey?.uncompressed ?? '', 'hex');
      await note(what, `${head}.${body}.${Buffer.from(test.sig, 'hex').toString('base64url')}`, point);
    } else throw new EvalProblem(`${id} is no vector of JWS, HMAC or ECDSA.`);
  }
  const mutations = tokenMutations(HOST);
  const keyOf = async (kid: string) => (kid === HOST.kid ? new TextEncoder().encode(HOST.secret) : null);
  const passed: string[] = [];
  for (const { what, token } of mutations)
    if ('claims' in (await verifyToken(token, keyOf, { audience: HOST.audience, now: HOST.now }))) passed.push(what);
  const json = {
    vectors: vectors.length,
    tried,
    falseAccepts: accepted.length,
    rightSecrets: validSecrets,
    rightSecretsAccepted: validSecretsAccepted,
    mutations: mutations.length,
    mutationsAccepted: passed.length,
  };
  const shown = [
    textTable(
      ['measure', 'value'],
      Object.entries(json).map(([name, value]) => [name, String(value)]),
    ),
    ...refused.slice(0, 10).map((what) => `refused although right: ${what}`),
    ...[...accepted, ...passed].slice(0, 40).map((what) => `accepted: ${what}`),
  ].join('\n');
  return { shown, json };
}

const passesWith = (jws: string, key: Parameters<typeof compactVerify>[1]): Promise<boolean> =>
  compactVerify(jws, key, { algorithms: ['HS256'] }).then(
    () => true,
    () => false,
  );

const claims = (): string => {
  const at = Math.floor(HOST.now / 1000);
  return JSON.stringify({ sub: 'usr_1', aud: HOST.audience, iat: at, exp: at + 600 });
};

const keysOf = (keys: Keys | undefined): JWK[] =>
  keys === undefined ? [] : 'keys' in keys ? (keys.keys as JWK[]) : [keys as JWK];

const secretsOf = (...all: (Keys | undefined)[]): Uint8Array[] =>
  all.flatMap(keysOf).flatMap(({ k }) => (k === undefined ? [] : [new Uint8Array(Buffer.from(k, 'base64url'))]));
