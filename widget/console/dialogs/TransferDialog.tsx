import { useState } from 'preact/hooks';
import type { Me } from '#protocol/http.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { ActionForm, Dialog, Field } from './Dialog.tsx';

type TransferDialogProps = { conversation: LiveConversation; queues: Me['queues']; onClose(): void };

export function TransferDialog({ conversation, queues, onClose }: TransferDialogProps) {
  const here = conversation.standing.value?.escalation?.hops.at(-1)?.queueId;
  const others = queues.filter(({ id }) => id !== here);
  const [queueId, setQueueId] = useState<string>(others[0]?.id ?? '');
  const [note, setNote] = useState('');
  return (
    <Dialog
      title="Transfer"
      lead="Everything goes along: transcript, context and replay. The visitor is told and repeats nothing."
      onClose={onClose}
    >
      <ActionForm
        verb="Transfer"
        isComplete={note.trim() !== ''}
        onSubmit={(id) => conversation.act({ type: 'transfer', queueId, note: note.trim() }, id)}
      >
        <Field label="Queue">
          <select autofocus value={queueId} onChange={({ currentTarget }) => setQueueId(currentTarget.value)}>
            {others.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </Field>
        <Field
          label="Note"
          problem={note.trim() === '' ? 'Say why it is theirs; without a word they begin from nothing.' : null}
          hint="The first thing the next agent reads: what you tried, and why it is theirs."
        >
          <textarea
            rows={4}
            required
            maxLength={2000}
            value={note}
            onInput={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </Field>
      </ActionForm>
    </Dialog>
  );
}
