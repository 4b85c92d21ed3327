import type { Context } from 'hono';
import { z } from 'zod';
import type { AgentId } from '#domain/ids.ts';
import { OIDC_REFUSALS, type OidcRefusal, oidcBegun, oidcLook } from '#protocol/oidc.ts';
import type { AppEnv } from '../app-env.ts';
import { ProblemError } from '../middleware/problems.ts';
import { logSecurity } from '../middleware/security-log.ts';
import { askAccounts, refuseBesideAccess, retold, withCookies } from './accounts.ts';
import type { Api } from './api.ts';

const signedIn = z.object({ user: z.object({ id: z.string().transform((id) => id as AgentId) }) });
const said = z.object({ code: z.string() }).catch({ code: '' });

/** [S32] [S35] Signing in through an OpenID provider, where one is set. */
export function addOidc(api: Api): void {
  const shared = { access: 'console', tag: 'Agent' } as const;

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/auth/sign-in/oidc',
      summary: 'Is there an OpenID provider to sign in with?',
      answer: oidcLook,
    },
    (c) => {
      const { access, oidc } = c.get('settings');
      return c.json({ name: access === null ? (oidc?.name ?? null) : null } satisfies z.infer<typeof oidcLook>);
    },
  );

  api.add(
    {
      ...shared,
      method: 'post',
      path: '/v1/auth/sign-in/oidc/begin',
      summary: 'Begin to sign in with the OpenID provider',
      description:
        'Where the browser is to go. Good for one try within ten minutes, by whoever has the cookie that comes with it.',
      answer: oidcBegun,
    },
    async (c) => {
      refuseBesideAccess(c);
      refuseUnlessSet(c);
      const answer = await askAccounts(c, 'POST', '/sign-in/oidc/begin', {});
      if (!answer.ok)
        return retold(answer, {
          OIDC_PROVIDER: ['unavailable', 'The sign-in provider could not be asked. Try again in a moment.'],
        });
      return withCookies(answer, (await answer.clone().json()) as object);
    },
  );

  api.add(
    {
      ...shared,
      method: 'get',
      path: '/v1/auth/sign-in/oidc/callback',
      summary: 'Where the OpenID provider sends the browser back to',
      isRedirect: true,
    },
    async (c) => {
      refuseBesideAccess(c);
      refuseUnlessSet(c);
      const answer = await askAccounts(c, 'GET', `/sign-in/oidc/finish${new URL(c.req.url).search}`);
      const refused = answer.ok ? null : await refusalOf(answer);
      if (refused === null) logSecurity(c, 'signed_in', { who: signedIn.parse(await answer.json()).user.id });
      else logSecurity(c, 'refused', { kind: refused === 'too_many' ? 'rate_limited' : 'unauthenticated' });
      // Always to the console: nothing that came says where to.
      const headers = new Headers({ location: `/console/${refused === null ? '' : `?sign-in=${refused}`}` });
      for (const cookie of answer.headers.getSetCookie()) headers.append('set-cookie', cookie);
      return new Response(null, { status: 302, headers });
    },
  );
}

function refuseUnlessSet(c: Context<AppEnv>): void {
  if (c.get('settings').oidc === null)
    throw new ProblemError('not_found', 'Here nobody signs in with an OpenID provider.');
}

async function refusalOf(answer: Response): Promise<OidcRefusal> {
  if (answer.status === 429) return 'too_many';
  const { code } = said.parse(await answer.json().catch(() => null));
  const known = OIDC_REFUSALS.find((one) => code === `OIDC_${one.toUpperCase()}`);
  if (known === undefined) throw new Error(`the accounts library answered ${answer.status}`);
  return known;
}
