import { useEffect, useState } from 'preact/hooks';
import type { RedactionReceipt } from '#domain/redaction/receipt.ts';
import { describeReceipt } from '../../kit/receipt-words.ts';
import { call } from '../api.ts';

/** What the agent does not see in the recording, and by which rules it was taken out: the visitor reads the same. */
export function Receipt({ recordingId }: { recordingId: string }) {
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
    </>
  );
}
