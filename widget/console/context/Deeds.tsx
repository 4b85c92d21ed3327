import { useEffect, useState } from 'preact/hooks';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { Deed, DeedsAnswer } from '#protocol/http.ts';
import { call } from '../api.ts';
import { Time } from '../kit/Time.tsx';
import { deedWords } from './deed-words.ts';

/** What has just happened is recorded a moment later: then it is looked at once more. */
const AGAIN_MS = 2000;

/** What was done to the work: who had it, lost it and why, moved it in line or chose somebody for it. */
export function Deeds({ conversationId, escalation }: { conversationId: string; escalation: Escalation | null }) {
  const [deeds, setDeeds] = useState<readonly Deed[] | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const look = async () => {
    const answer = await call<DeedsAnswer>(`/v1/conversations/${conversationId}/deeds`);
    if (answer.ok) setDeeds(answer.value.deeds);
    setFailure(answer.ok ? null : answer.refusal.message);
  };
  const holder = escalation !== null && 'agent' in escalation ? escalation.agent.id : '';
  useEffect(() => {
    void look();
    const timer = setTimeout(() => void look(), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [conversationId, escalation?.state, escalation?.hops.length, holder]);
  return (
    <>
      <h3 id="what-was-done">What was done</h3>
      {failure !== null ? (
        <p class="failure" role="alert">
          It could not be loaded. {failure}{' '}
          <button type="button" class="link" onClick={() => void look()}>
            Try again
          </button>
        </p>
      ) : deeds === null ? (
        <p class="quiet">Looking…</p>
      ) : deeds.length === 0 ? (
        <p class="quiet">Nobody has had it or moved it yet.</p>
      ) : (
        <ol class="hops" aria-labelledby="what-was-done">
          {deeds.map((deed) => (
            <li key={deed.id}>
              {deedWords(deed)}{' '}
              <span class="quiet">
                <Time at={deed.at} />
              </span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
