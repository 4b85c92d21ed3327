import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import { z } from 'zod';
import type { OidcSettings } from '../settings.ts';
import { personOf } from '../storage/oidc-identities.ts';
import { type Begun, beginAt, callbackOf, identityFrom } from './sign-in.ts';

/** Long enough for a password and a second factor over there. */
const OPEN_S = 10 * 60;
const COOKIE = 'oidc_state';

const begun = z.object({ state: z.string(), nonce: z.string(), verifier: z.string() });
/** Not the name of a passkey's challenge, which lies in the same table. */
const rowOf = (state: string): string => `oidc/${state}`;

const refuse = (code: string): never => {
  throw new APIError('UNAUTHORIZED', { code: `OIDC_${code.toUpperCase()}`, message: 'Not signed in.' });
};

/**
 * [S32] [S33] Signing in through an OpenID provider, as a plugin of the accounts library: it keeps what must come back, counts tries, and makes the session as for every other way in. Decision record 0016 says why
 * not its own.
 */
export const oidcSignIn = (settings: OidcSettings, db: D1Database, publicOrigin: string) =>
  ({
    id: 'oidc',
    endpoints: {
      beginOidc: createAuthEndpoint('/sign-in/oidc/begin', { method: 'POST' }, async (ctx) => {
        const begins = await beginAt(settings, callbackOf(publicOrigin));
        if (begins === null) return refuse('provider');
        const { state } = begins.begun;
        await ctx.context.internalAdapter.createVerificationValue({
          identifier: rowOf(state),
          value: JSON.stringify(begins.begun),
          expiresAt: new Date(Date.now() + OPEN_S * 1000),
        });
        const cookie = ctx.context.createAuthCookie(COOKIE);
        await ctx.setSignedCookie(cookie.name, state, ctx.context.secret, { ...cookie.attributes, maxAge: OPEN_S });
        return ctx.json({ address: begins.address });
      }),
      finishOidc: createAuthEndpoint('/sign-in/oidc/finish', { method: 'GET' }, async (ctx) => {
        const came = new URL((ctx.request as Request).url).searchParams;
        const cookie = ctx.context.createAuthCookie(COOKIE);
        // Only the browser that began may end it: otherwise somebody is signed in as whoever sent them a link.
        const state = await ctx.getSignedCookie(cookie.name, ctx.context.secret);
        if (typeof state !== 'string' || came.get('state') !== state) return refuse('too_late');
        const kept = await ctx.context.internalAdapter.consumeVerificationValue(rowOf(state));
        if (kept === null) return refuse('too_late');
        const known: Begun = begun.parse(JSON.parse(kept.value));
        const identity = await identityFrom(settings, callbackOf(publicOrigin), came, known);
        if ('refused' in identity) return refuse(identity.refused);
        const person = await personOf(db, identity, Date.now());
        if ('refused' in person) return refuse(person.refused);
        const user = await ctx.context.internalAdapter.findUserById(person.agentId);
        if (user === null) return refuse('nobody');
        const session = await ctx.context.internalAdapter.createSession(user.id);
        ctx.setCookie(cookie.name, '', { ...cookie.attributes, maxAge: 0 });
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ user: { id: user.id } });
      }),
    },
  }) satisfies BetterAuthPlugin;
