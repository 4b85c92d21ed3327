import type { Context } from 'hono';
import { z } from 'zod';
import type { AgentId } from '#domain/ids.ts';
import { passkeyRequest, passkeySignIn } from '#protocol/passkeys.ts';
import { shortText } from '#protocol/primitives.ts';
import { PROBLEM_KINDS, type ProblemKind } from '#protocol/problem.ts';
import { accountsOf } from '../accounts.ts';
import type { AppEnv } from '../app-env.ts';
import { tellSessionsEnded } from '../membership.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import { USER_NOT_VERIFIED } from '../passkeys.ts';
import { notePasskeyUsed } from '../storage/passkeys.ts';
import { endIfChangedMeanwhile, passwordHashOf } from '../storage/passwords.ts';
import type { Api } from './api.ts';

const signIn = z.strictObject({ email: z.email().max(320), password: z.string().min(1).max(128) });
const signedIn = z.object({ user: z.object({ id: z.string().transform((id) => id as AgentId) }) });
const opened = signedIn.extend({ token: z.string() });
const said = z.object({ message: shortText, code: z.string().catch('') }).catch({ message: '', code: '' });

/**
 * The accounts library's calls that the console needs, and no others: what it could do besides (sign-up, new workspaces) has
 * no address here. Its refusals are retold as Problems.
 */
export function addAccounts(api: Api): void {
  const ofConsole = { method: 'post', access: 'console', tag: 'Agent' } as const;

  api.add(
    {
      ...ofConsole,
      path: '/v1/auth/sign-in/email',
      summary: 'Sign in',
      description: 'Sets an http-only session cookie for twelve hours.',
      body: signIn,
    },
    async (c, { body }) => {
      refuseBesideAccess(c);
      const before = await passwordHashOf(c.env.DB, body.email);
      const response = await askAccounts(c, 'POST', '/sign-in/email', body);
      if (response.ok) logSecurity(c, 'signed_in', { who: await stillOpen(c, response, before) });
      return retold(response);
    },
  );

  api.add(
    {
      ...ofConsole,
      path: '/v1/auth/sign-in/passkey/options',
      summary: 'Begin to sign in with a passkey',
      description:
        'What `navigator.credentials.get` is asked with. The challenge is good for one try within five minutes, by whoever has the cookie that comes with it.',
      answer: passkeyRequest,
    },
    async (c) => {
      refuseBesideAccess(c);
      const response = await askAccounts(c, 'GET', '/passkey/generate-authenticate-options');
      if (!response.ok) return retold(response);
      const options = (await response.clone().json()) as object;
      return withCookies(response, { ...options, userVerification: 'required' });
    },
  );

  api.add(
    {
      ...ofConsole,
      path: '/v1/auth/sign-in/passkey',
      summary: 'Sign in with a passkey',
      description:
        'Sets the same cookie as a password does. The device must have asked for a PIN, a finger or a face. A passkey that is not known, not any more, or not accepted is one answer.',
      body: passkeySignIn,
    },
    async (c, { body: { id, ...response } }) => {
      refuseBesideAccess(c);
      const answer = await askAccounts(c, 'POST', '/passkey/verify-authentication', {
        response: { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response },
      });
      if (answer.ok) {
        const { user } = signedIn.parse(await answer.clone().json());
        await notePasskeyUsed(c.env.DB, user.id, id, Date.now());
        logSecurity(c, 'signed_in', { who: user.id });
      }
      return retold(answer, SIGN_IN_WORDS);
    },
  );

  api.add({ ...ofConsole, path: '/v1/auth/sign-out', summary: 'Sign out' }, async (c) => {
    const session = await accountsOf(c.env).api.getSession({ headers: c.req.raw.headers });
    const answer = await retold(await askAccounts(c, 'POST', '/sign-out', {}));
    if (session === null) return answer;
    logSecurity(c, 'signed_out', { who: session.user.id });
    c.executionCtx.waitUntil(tellSessionsEnded(c.env, session.user.id as AgentId));
    return answer;
  });
}

/** Whose session a password has opened, and its token. */
export const openedBy = async (response: Response): Promise<z.infer<typeof opened>> =>
  opened.parse(await response.clone().json());

/** [S39] Whose session a password has opened. Throws where the password was changed while it was verified: it opens nothing any more. `before` is its hash from before it was asked for. */
export async function stillOpen(c: Context<AppEnv>, response: Response, before: string | null): Promise<AgentId> {
  const { user, token } = await openedBy(response);
  if (await endIfChangedMeanwhile(c.env.DB, user.id, token, before))
    throw new ProblemError('unauthenticated', 'The password was changed just now. Sign in with the new one.');
  return user.id;
}

/** [S25] With Access in front a password or a passkey would be a way around it. */
export function refuseBesideAccess(c: Context<AppEnv>): void {
  if (c.get('settings').access !== null)
    throw new ProblemError('forbidden', 'Here agents sign in through Cloudflare Access. Load the page again.');
}

/** Through the library's own handler: it verifies, counts tries, and sets cookies. */
export function askAccounts(
  c: Context<AppEnv>,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<Response> {
  const headers = new Headers(c.req.raw.headers);
  // Of the body that came, which is another one.
  headers.delete('content-length');
  if (body === undefined) headers.delete('content-type');
  else headers.set('content-type', 'application/json');
  return accountsOf(c.env).handler(
    new Request(new URL(`/v1/auth${path}`, c.req.url), {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
}

/** What the library refuses, by its code: in our words, where its own say too little or the wrong thing. */
export type RefusalWords = Record<string, readonly [ProblemKind, string]>;

const NOT_ACCEPTED = [
  'unauthenticated',
  'This passkey opens nothing here, or nothing any more. Sign in with your password.',
] as const;
export const TOO_LATE = [
  'invalid',
  'That took longer than five minutes, or was tried a second time. Begin again.',
] as const;

const SIGN_IN_WORDS: RefusalWords = {
  CHALLENGE_NOT_FOUND: TOO_LATE,
  PASSKEY_NOT_FOUND: NOT_ACCEPTED,
  AUTHENTICATION_FAILED: NOT_ACCEPTED,
  [USER_NOT_VERIFIED]: [
    'unauthenticated',
    'Your device did not ask for a PIN, a finger or a face, and without that a passkey opens nothing here. Sign in with your password.',
  ],
};

/** The library's answer with its cookies, and this in place of what it says. */
export function withCookies(response: Response, value: object): Response {
  const headers = new Headers({ 'content-type': 'application/json' });
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie);
  return new Response(JSON.stringify(value), { headers });
}

/** The cookie is the whole answer: a session's token has no business in a script's hands. */
export async function retold(response: Response, words: RefusalWords = {}): Promise<Response> {
  if (response.ok) {
    await response.body?.cancel();
    return withCookies(response, {});
  }
  const { message, code } = said.parse(await response.json().catch(() => null));
  const told = words[code];
  if (told !== undefined) throw new ProblemError(...told);
  if (response.status >= 500) throw new Error(`the accounts library answered ${response.status}`);
  const kinds = Object.entries(PROBLEM_KINDS) as [ProblemKind, number][];
  const kind = kinds.find(([, status]) => status === response.status)?.[0] ?? 'invalid';
  const wait = Number(response.headers.get('x-retry-after') ?? 0);
  throw new ProblemError(kind, message || 'This did not work.', wait > 0 ? wait * 1000 : undefined);
}
