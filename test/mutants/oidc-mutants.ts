import type { Mutant } from './mutants.ts';

const FLOW = 'worker/oidc/sign-in.ts';
const PROVIDER = 'worker/oidc/provider.ts';
const PLUGIN = 'worker/oidc/plugin.ts';
const STORE = 'worker/storage/oidc-identities.ts';
const ROUTES = 'worker/routes/oidc.ts';
const ACCOUNTS = 'worker/accounts.ts';
const TABLE = 'migrations/0031_oidc_identities.sql';

const oidc = (name: string, file: string, from: string, to: string): Mutant => ({
  name: `oidc: ${name}`,
  file,
  from,
  to,
  suite: 'oidc',
});

/** Planted bugs of signing in through an OpenID provider. */
export const OIDC_MUTANTS: Mutant[] = [
  oidc('any algorithm', FLOW, "['RS256', 'PS256', 'ES256']", "['RS256', 'RS512', 'PS256', 'ES256']"),
  oidc(
    'the signature is not looked at',
    FLOW,
    'await jwtVerify(tokens.id_token as string, keys, {',
    "await (async (token: string, ..._: unknown[]) => ({ payload: JSON.parse(atob((token.split('.')[1] as string).replaceAll('-', '+').replaceAll('_', '/'))) }))(tokens.id_token as string, keys, {",
  ),
  oidc(
    'any nonce',
    FLOW,
    'expectedNonce: nonce',
    'expectedNonce: JSON.parse(atob(((await answer.clone().json()) as { id_token: string }).id_token.split(".")[1] as string)).nonce ?? nonce',
  ),
  oidc('not verified is enough', FLOW, 'isVerified !== true', 'isVerified === false'),
  oidc('a word is a yes', FLOW, 'isVerified !== true', "isVerified !== true && isVerified !== 'true'"),
  oidc(
    'state is not compared',
    PLUGIN,
    "typeof state !== 'string' || came.get('state') !== state",
    "typeof state !== 'string'",
  ),
  oidc(
    'any browser may end it',
    PLUGIN,
    'await ctx.getSignedCookie(cookie.name, ctx.context.secret);',
    "came.get('state');",
  ),
  oidc('an answer counts again', PLUGIN, 'consumeVerificationValue(rowOf', 'findVerificationValue(rowOf'),
  oidc('redirects are followed', 'worker/outward.ts', "redirect: 'manual'", "redirect: 'follow'"),
  oidc('any size', PROVIDER, 'size > MAX_BYTES', 'size > 1e9'),
  oidc('any time', PROVIDER, 'const WITHIN_MS = 5_000', 'const WITHIN_MS = 500_000'),
  oidc(
    'any issuer',
    PROVIDER,
    'processDiscoveryResponse(issuer,',
    'processDiscoveryResponse(oauth._nodiscoverycheck as never,',
  ),
  oidc('without TLS', PROVIDER, "url.protocol === 'http:' && isBare(issuer)", "url.protocol === 'http:'"),
  oidc('of no member', STORE, ' and exists (select 1 from member where member.userId = user.id)', ''),
  oidc('any account of theirs', STORE, 'linked?.agentId === row.id ? linked', 'row.id ? { agentId: row.id }'),
  oidc('one person by two accounts', TABLE, 'create unique index', 'create index'),
  oidc(
    'a way around Access',
    ROUTES,
    "      refuseBesideAccess(c);\n      refuseUnlessSet(c);\n      const answer = await askAccounts(c, 'GET'",
    "      refuseUnlessSet(c);\n      const answer = await askAccounts(c, 'GET'",
  ),
  oidc(
    'the button is there with Access',
    ROUTES,
    'access === null ? (oidc?.name ?? null) : null',
    'access === undefined ? null : (oidc?.name ?? null)',
  ),
  oidc('sign-ins are not logged', ROUTES, "logSecurity(c, 'signed_in', {", 'void ({'),
  oidc(
    'tries are not counted',
    ACCOUNTS,
    "  '/sign-in/oidc/finish': TRIES,\n",
    "  '/sign-in/oidc/finish': { window: 10, max: 1000 },\n",
  ),
];
