import { useEffect, useRef } from 'preact/hooks';
import { Desk } from './Desk.tsx';
import { LazyPart } from './LazyRoom.tsx';
import { route } from './route.ts';
import { loadSession, session, signOut } from './session.ts';
import { SignIn } from './sign-in/SignIn.tsx';

export function App() {
  const { value } = session;
  // Whoever is signed in just now: the link is about somebody else, perhaps.
  if (route.value.page === 'join')
    return (
      <main class="alone">
        <LazyPart
          key={route.value.secret}
          name="The invitation"
          load={() => import('./join/join-page.tsx')}
          props={{ secret: route.value.secret }}
        />
      </main>
    );
  switch (value.state) {
    case 'loading':
      return (
        <main class="alone" aria-busy="true">
          <span class="mark large" aria-hidden="true" />
        </main>
      );
    case 'unreachable':
      return (
        <main class="alone">
          <div class="sign-in" role="alert">
            <span class="mark" aria-hidden="true" />
            <h1>Baton cannot be reached</h1>
            <p>{value.message} Nothing is lost: conversations wait on the server.</p>
            <button
              type="button"
              class="primary"
              onClick={() => {
                session.value = { state: 'loading' };
                void loadSession();
              }}
            >
              Try again
            </button>
          </div>
        </main>
      );
    case 'out':
      return (
        <main class="alone">
          <div class="sign-in" role="alert">
            <span class="mark" aria-hidden="true" />
            <h1>You are not in this workspace any more</h1>
            <p>
              What you had in hand is in line for somebody else. An owner or admin of the workspace can invite you
              again.
            </p>
            <button type="button" class="primary" onClick={() => void signOut()}>
              Sign out
            </button>
          </div>
        </main>
      );
    case 'signed_out':
      return (
        <main class="alone">
          <SignIn />
        </main>
      );
    case 'signed_in':
    case 'expired':
      return (
        <>
          <Desk me={value.me} />
          {value.state === 'expired' && (
            <SignInAgain email={value.me.agent.email} isByAccess={value.me.signOutAt !== null} />
          )}
        </>
      );
    default:
      return value satisfies never;
  }
}

/** Over everything, with everything still there underneath. Escape would only hide that nothing works. */
function SignInAgain({ email, isByAccess }: { email: string; isByAccess: boolean }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    return () => dialog.current?.close();
  }, []);
  return (
    <dialog ref={dialog} aria-label="Sign in again" onCancel={(event) => event.preventDefault()}>
      {isByAccess ? <ByAccessAgain /> : <SignIn again={email} />}
    </dialog>
  );
}

/** [S25] [S31] Nothing here signs anybody in then: Access does, when the page is asked for. */
function ByAccessAgain() {
  return (
    <div class="sign-in">
      <span class="mark" aria-hidden="true" />
      <h1>Sign in again</h1>
      <p class="quiet">
        Cloudflare Access vouches for you no more. Replies and notes that you have typed stay in this tab.
      </p>
      <button type="button" class="primary" autofocus onClick={() => location.reload()}>
        Load the page again
      </button>
    </div>
  );
}
