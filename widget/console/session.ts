import { signal } from '@preact/signals';
import type { Me } from '#protocol/http.ts';
import { knowOwnHosts } from '../panel/own-hosts.ts';
import { type Answer, call, whenUnauthenticated } from './api.ts';
import { usePasskey } from './sign-in/passkey.ts';
import { choose, forgetWorkspace, stayIn } from './which-workspace.ts';

/**
 * `expired`: somebody was signed in and the server no longer knows them. The console stays as it is under the sign-in, with
 * everything that was typed.
 */
export type Session =
  | { state: 'loading' }
  | { state: 'unreachable'; message: string }
  | { state: 'signed_out' }
  /** [S12] An account that is in no workspace, or no longer in this one: nothing of it stays on the screen. */
  | { state: 'out' }
  | { state: 'signed_in'; me: Me }
  | { state: 'expired'; me: Me };

export const session = signal<Session>({ state: 'loading' });

/** Whoever signs out loses this session's sockets before the page is gone: nobody is to be asked who they are, and no socket to be opened anew. */
let isLeaving = false;

whenUnauthenticated(() => {
  if (isLeaving) return;
  const { value } = session;
  if (value.state === 'signed_in') session.value = { state: 'expired', me: value.me };
  else if (value.state !== 'expired') session.value = { state: 'signed_out' };
});

export async function loadSession(): Promise<void> {
  const answer = await call<Me>('/v1/me');
  if (answer.ok) {
    const { value } = session;
    // Somebody else signed in over an expired session: nothing of the first one may stay on the screen.
    // Nor of a workspace that they have left for another one.
    const before = 'me' in value ? value.me : null;
    const isOther = value.state === 'expired' && before?.agent.id !== answer.value.agent.id;
    stayIn(answer.value.workspace.id);
    knowOwnHosts(answer.value.workspace.hosts);
    if (isOther || (before !== null && before.workspace.id !== answer.value.workspace.id)) location.reload();
    else session.value = { state: 'signed_in', me: answer.value };
  } else if (answer.refusal.kind === 'forbidden') {
    // Somebody else's choice on this browser, or one that is theirs no more: the next look is for any that is.
    const hadChosen = forgetWorkspace();
    if (hadChosen && session.value.state === 'loading') return loadSession();
    session.value = { state: 'out' };
  } else if (answer.refusal.kind !== 'unauthenticated') {
    if (session.value.state === 'loading') session.value = { state: 'unreachable', message: answer.refusal.message };
  }
}

export async function signIn(email: string, password: string): Promise<Answer<unknown>> {
  const answer = await call('/v1/auth/sign-in/email', { method: 'POST', body: { email, password }, isSignIn: true });
  if (answer.ok) await loadSession();
  return answer;
}

/** [S30] Asks the server, the device, and the server again. An empty message: there is nothing to say, such as after an end on purpose. */
export async function signInWithPasskey(): Promise<Answer<unknown>> {
  const options = await call<PublicKeyCredentialRequestOptionsJSON>('/v1/auth/sign-in/passkey/options', {
    method: 'POST',
    isSignIn: true,
  });
  if (!options.ok) return options;
  const used = await usePasskey(options.value);
  if (!used.ok) return used;
  const answer = await call('/v1/auth/sign-in/passkey', { method: 'POST', body: used.value, isSignIn: true });
  if (answer.ok) await loadSession();
  return answer;
}

export async function signOut(): Promise<void> {
  const { value } = session;
  const elsewhere = 'me' in value ? value.me.signOutAt : null;
  if (elsewhere !== null) {
    location.assign(elsewhere);
    return;
  }
  isLeaving = true;
  await call('/v1/auth/sign-out', { method: 'POST', body: {} });
  // A fresh page: no conversation of this person stays in memory.
  location.hash = '';
  location.reload();
}

/** [S37] On with another workspace: nothing of this one stays on the screen. */
export function goToWorkspace(id: string): void {
  choose(id);
  location.hash = '';
  location.reload();
}
