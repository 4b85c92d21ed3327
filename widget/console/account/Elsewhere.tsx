import { useState } from 'preact/hooks';
import type { EndedSessions } from '#protocol/sessions.ts';
import { call } from '../api.ts';
import { Sure } from '../settings/admin-parts.tsx';

const saidOf = (ended: number): string =>
  ended === 0
    ? 'You were signed in nowhere else.'
    : `Signed out in ${ended === 1 ? 'one other place' : `${ended} other places`}. Here you stay signed in.`;

/** [S31] For a device that is lost, or a screen that was left open: however it was signed in. */
export function Elsewhere() {
  const [isAsking, setAsking] = useState(false);
  const [said, setSaid] = useState('');
  return (
    <section class="s-group" aria-labelledby="account-elsewhere">
      <header>
        <h2 id="account-elsewhere">Signed in elsewhere</h2>
      </header>
      <p class="s-lead">
        After a lost device, or a screen that was left open: this ends all that you are signed in on but here, whether
        by password or passkey.
      </p>
      <p class="s-said" role="status">
        {said}
      </p>
      <div class="s-deeds">
        <button
          type="button"
          class="secondary"
          onClick={() => {
            setSaid('');
            setAsking(true);
          }}
        >
          Sign out everywhere else…
        </button>
      </div>
      {isAsking && (
        <Sure
          title="Sign out everywhere else?"
          verb="Sign out"
          onClose={() => setAsking(false)}
          onSure={async () => {
            const answer = await call<EndedSessions>('/v1/sessions/end-others', { method: 'POST', body: {} });
            if (answer.ok) setSaid(saidOf(answer.value.ended));
            return answer;
          }}
        >
          Other browsers and devices ask you to sign in again within a minute. What is written there and not sent stays
          there.
        </Sure>
      )}
    </section>
  );
}
