import { useId, useState } from 'preact/hooks';
import type { IntentLabelAnswer } from '#protocol/intents.ts';
import { type Answer, call } from '../api.ts';

const NONE = '';

const pathOf = (conversationId: string): string => `/v1/conversations/${conversationId}/intent`;

/** [G27] Says what the conversation is about, where the model was wrong or was not asked: it learns from it. `read` is what it made of the words. */
export function IntentLabel({ conversationId, read }: { conversationId: string; read: string | null }) {
  const [known, setKnown] = useState<IntentLabelAnswer | null>(null);
  const [choice, setChoice] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState('');
  const [isBusy, setBusy] = useState(false);
  const id = useId();
  const take = (answer: Answer<IntentLabelAnswer>): boolean => {
    setProblem(answer.ok ? '' : answer.refusal.message);
    if (!answer.ok) return false;
    setKnown(answer.value);
    const { label, intents } = answer.value;
    setChoice(label !== null ? (label.intent ?? NONE) : read !== null && intents.includes(read) ? read : NONE);
    return true;
  };
  const open = async () => {
    setSaid('');
    take(await call(pathOf(conversationId)));
  };
  const save = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    const isSaved = take(
      await call(pathOf(conversationId), { method: 'PUT', body: { intent: choice === NONE ? null : choice } }),
    );
    setBusy(false);
    if (!isSaved) return;
    setKnown(null);
    setSaid('Noted. The model learns from it within a minute.');
  };
  return (
    <div class="intent-label">
      {known === null ? (
        <button type="button" class="link" onClick={() => void open()}>
          Say what it is about
        </button>
      ) : known.intents.length === 0 ? (
        <p class="quiet small">This workspace has named no intents yet: Settings, Intents.</p>
      ) : (
        <form onSubmit={(event) => void save(event)}>
          <label for={id}>It is about</label>{' '}
          <select id={id} value={choice ?? NONE} onChange={({ currentTarget }) => setChoice(currentTarget.value)}>
            {known.intents.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
            <option value={NONE}>none of these</option>
          </select>{' '}
          <button type="submit" class="secondary" disabled={isBusy}>
            {isBusy ? 'Saving…' : 'Save'}
          </button>{' '}
          <button type="button" class="link" onClick={() => setKnown(null)}>
            Cancel
          </button>
          {known.label !== null && <p class="quiet small">Somebody has said so before; this takes its place.</p>}
        </form>
      )}
      <p role="status" class="quiet small">
        {said}
      </p>
      {problem !== '' && (
        <p class="failure" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
