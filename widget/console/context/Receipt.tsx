import { useEffect, useState } from 'preact/hooks';
import type { RedactionReceipt } from '#domain/redaction/receipt.ts';
import { describeReceipt } from '../../kit/receipt-words.ts';
import { call } from '../api.ts';

/** What the agent does not see in the recording, and by which rules it was taken out: the visitor reads the same. */
export function Receipt({ recordingId, mayDelete }: { recordingId: string; mayDelete: boolean }) {
  const [receipt, setReceipt] = useState<RedactionReceipt | null>(null);
  useEffect(() => {
    let isGone = false;
    void call<RedactionReceipt>(`/v1/recordings/${encodeURIComponent(recordingId)}/receipt`).then((answer) => {
      if (!isGone && answer.ok) setReceipt(answer.value);
    });
    return () => {
      isGone = true;
    };
  }, [recordingId]);
  if (receipt === null || receipt.ruleSets.length === 0) return null;
  const lines = describeReceipt(receipt);
  return (
    <>
      <h3>Hidden in the recording</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {lines.length === 0 && <li>Nothing had to be.</li>}
      </ul>
      <p class="quiet small">
        Rules <span class="mono">{receipt.ruleSets.join(', ')}</span>. The visitor sees the same list.
      </p>
      {mayDelete && <DeleteRecording recordingId={recordingId} />}
    </>
  );
}

/** [X14] Asked twice, because nothing brings it back. */
function DeleteRecording({ recordingId }: { recordingId: string }) {
  const [asked, setAsked] = useState(false);
  const [state, setState] = useState<'still' | 'busy' | string>('still');
  const go = async () => {
    setState('busy');
    const answer = await call(`/v1/recordings/${encodeURIComponent(recordingId)}/delete`, { method: 'POST' });
    setState(answer.ok ? 'still' : answer.refusal.message);
    if (answer.ok) setAsked(false);
  };
  if (!asked)
    return (
      <button type="button" class="link" onClick={() => setAsked(true)}>
        Delete the recording…
      </button>
    );
  return (
    <section aria-label="Delete the recording">
      <p>Every byte of it goes, and nothing more is recorded in this conversation. What was said and the steps stay.</p>
      <button type="button" class="secondary" disabled={state === 'busy'} onClick={() => void go()}>
        {state === 'busy' ? 'Deleting…' : 'Delete for good'}
      </button>{' '}
      <button type="button" class="link" onClick={() => setAsked(false)}>
        Keep it
      </button>
      {state !== 'still' && state !== 'busy' && (
        <p class="failure" role="alert">
          {state}
        </p>
      )}
    </section>
  );
}
