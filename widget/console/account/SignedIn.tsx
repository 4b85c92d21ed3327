import { useEffect, useRef, useState } from 'preact/hooks';
import type { SessionEntry, SessionsAnswer } from '#protocol/sessions.ts';
import { exactTime } from '../../panel/wording.ts';
import { Time } from '../kit/Time.tsx';
import { LoadFailed, Sure } from '../settings/admin-parts.tsx';
import { Skeleton } from '../settings/Skeleton.tsx';
import { deviceWords } from './device-name.ts';
import { sessionsApi } from './sessions-api.ts';

const saidOf = (ended: number): string =>
  ended === 0
    ? 'You were signed in nowhere else.'
    : `Signed out in ${ended === 1 ? 'one other place' : `${ended} other places`}. Here you stay signed in.`;

type SignedInProps = {
  /** Null is not loaded yet. */
  sessions: readonly SessionEntry[] | null;
  failure: string;
  onChanged(now: SessionsAnswer): void;
  onReload(): void;
};
type Ending = SessionEntry | 'others' | null;

/** [S31] [S41] Where somebody is signed in, and the end of it: for a device that is lost, or a screen that was left open. */
export function SignedIn({ sessions, failure, onChanged, onReload }: SignedInProps) {
  const [ending, setEnding] = useState<Ending>(null);
  const [said, setSaid] = useState('');
  const heading = useRef<HTMLHeadingElement>(null);
  const isLost = useRef(false);
  // The button that was pressed is gone with its line: whoever is at the keyboard goes on from here.
  useEffect(() => {
    if (ending === null && isLost.current) heading.current?.focus();
    isLost.current = false;
  }, [ending]);
  const ask = (what: Ending) => {
    setSaid('');
    setEnding(what);
  };
  const onClose = () => setEnding(null);
  return (
    <section class="s-group" aria-labelledby="account-sessions">
      <header>
        <h2 id="account-sessions" ref={heading} tabIndex={-1}>
          Where you are signed in
        </h2>
      </header>
      <p class="s-lead">
        By password, passkey or otherwise. Whatever you do not know, sign out, and change your password. Times of last
        use are to within ten minutes.
      </p>
      {sessions === null ? (
        failure === '' ? (
          <Skeleton />
        ) : (
          <LoadFailed what="Where you are signed in" why={failure} onAgain={onReload} />
        )
      ) : (
        <ul class="s-incidents s-members">
          {sessions.map((session) => (
            <li key={session.id}>
              <span>
                <strong>{deviceWords(session.device)}</strong>
                {session.isThis && <span class="quiet"> (this one)</span>}
                <span class="quiet s-detail">
                  Signed in <Time at={session.begunAt} focusable />
                  {session.address !== null && ` from ${session.address}`}.
                  {!session.isThis && (
                    <>
                      {' '}
                      Last used <Time at={session.seenAt} focusable />.
                    </>
                  )}
                </span>
              </span>
              {!session.isThis && (
                <button
                  type="button"
                  class="secondary"
                  aria-label={`Sign out ${deviceWords(session.device)}, signed in ${exactTime(session.begunAt)}`}
                  onClick={() => ask(session)}
                >
                  Sign out…
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <p class="s-said" role="status">
        {said}
      </p>
      <div class="s-deeds">
        <button type="button" class="secondary" onClick={() => ask('others')}>
          Sign out everywhere else…
        </button>
      </div>
      {ending === 'others' && (
        <Sure
          title="Sign out everywhere else?"
          verb="Sign out"
          onClose={onClose}
          onSure={async () => {
            const answer = await sessionsApi.endOthers();
            if (answer.ok) {
              setSaid(saidOf(answer.value.ended));
              onReload();
            }
            return answer;
          }}
        >
          Other browsers and devices ask you to sign in again within a minute. What is written there and not sent stays
          there.
        </Sure>
      )}
      {ending !== null && ending !== 'others' && (
        <Sure
          title={`Sign out ${deviceWords(ending.device)}?`}
          verb="Sign out"
          onClose={onClose}
          onSure={async () => {
            const answer = await sessionsApi.end(ending.id);
            if (answer.ok) {
              isLost.current = true;
              setSaid(`${deviceWords(ending.device)} is signed out. Here you stay signed in.`);
              onChanged(answer.value);
            }
            // Ended elsewhere meanwhile: what is shown is old.
            else if (answer.refusal.kind === 'not_found') onReload();
            return answer;
          }}
        >
          It asks to be signed in again within a minute. What is written there and not sent stays there.
        </Sure>
      )}
    </section>
  );
}
