import { z } from 'zod';
import { shortText } from '#protocol/primitives.ts';
import { PROBLEM_KINDS, type ProblemKind } from '#protocol/problem.ts';
import { accountsOf } from '../accounts.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import type { Api } from './api.ts';

const signIn = z.strictObject({ email: z.email().max(320), password: z.string().min(1).max(128) });
const signedIn = z.object({ user: z.object({ id: z.string() }) });
const said = z.object({ message: shortText }).catch({ message: '' });

/**
 * The accounts library's calls that the console needs, and no others: what it could do besides (sign-up, new workspaces) has
 * no address here. Its refusals are retold as Problems.
 */
export function addAccounts(api: Api): void {
  api.add(
    {
      method: 'post',
      path: '/v1/auth/sign-in/email',
      access: 'console',
      tag: 'Agent',
      summary: 'Sign in',
      description: 'Sets an http-only session cookie for twelve hours.',
      body: signIn,
    },
    async (c, { body }) => {
      // [S25] A password would be a way around it.
      if (c.get('settings').access !== null)
        throw new ProblemError('forbidden', 'Here agents sign in through Cloudflare Access. Load the page again.');
      const request = new Request(c.req.url, {
        method: 'POST',
        headers: c.req.raw.headers,
        body: JSON.stringify(body),
      });
      const response = await accountsOf(c.env).handler(request);
      if (response.ok) {
        const { user } = signedIn.parse(await response.clone().json());
        logSecurity(c, 'signed_in', { who: user.id });
      }
      return retold(response);
    },
  );
  api.add(
    { method: 'post', path: '/v1/auth/sign-out', access: 'console', tag: 'Agent', summary: 'Sign out' },
    async (c) => {
      const session = await accountsOf(c.env).api.getSession({ headers: c.req.raw.headers });
      const request = new Request(c.req.url, { method: 'POST', headers: c.req.raw.headers, body: '{}' });
      const answer = await retold(await accountsOf(c.env).handler(request));
      if (session !== null) logSecurity(c, 'signed_out', { who: session.user.id });
      return answer;
    },
  );
}

/** The cookie is the whole answer: a session's token has no business in a script's hands. */
export async function retold(response: Response): Promise<Response> {
  if (response.ok) {
    await response.body?.cancel();
    const headers = new Headers({ 'content-type': 'application/json' });
    for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie);
    return new Response('{}', { headers });
  }
  if (response.status >= 500) throw new Error(`the accounts library answered ${response.status}`);
  const kinds = Object.entries(PROBLEM_KINDS) as [ProblemKind, number][];
  const kind = kinds.find(([, status]) => status === response.status)?.[0] ?? 'invalid';
  const { message } = said.parse(await response.json().catch(() => null));
  const wait = Number(response.headers.get('x-retry-after') ?? 0);
  throw new ProblemError(kind, message || 'This did not work.', wait > 0 ? wait * 1000 : undefined);
}
