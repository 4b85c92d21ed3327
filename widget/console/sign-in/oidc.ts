import type { OidcLook } from '#protocol/oidc.ts';
import { type Answer, call } from '../api.ts';

/** Why the provider sent somebody back with nothing; it stands in the address until it was read. */
const came = new URLSearchParams(location.search).get('sign-in');
if (came !== null) history.replaceState(history.state, '', `${location.pathname}${location.hash}`);
export const cameBackWith: string | null = came;

/** [S35] What stands on the button; null where there is none, or nobody can say: the password works as before. */
export async function oidcName(): Promise<string | null> {
  const look = await call<OidcLook>('/v1/auth/sign-in/oidc', { isSignIn: true });
  return look.ok ? look.value.name : null;
}

/** Leaves for the provider. Resolves before the page is gone, or with why it stays. */
export async function signInWithOidc(): Promise<Answer<unknown>> {
  const begun = await call<{ address: string }>('/v1/auth/sign-in/oidc/begin', { method: 'POST', isSignIn: true });
  if (begun.ok) location.assign(begun.value.address);
  return begun;
}
