import { useState } from 'preact/hooks';
import { WRAP_UP_CODES, type WrapUpCode } from '#domain/escalation/escalation.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { sentenceOf } from '../wording.ts';
import { ActionForm, Dialog, Field } from './Dialog.tsx';

export function ResolveDialog({ conversation, onClose }: { conversation: LiveConversation; onClose(): void }) {
  const [code, setCode] = useState<WrapUpCode>('answered');
  const [note, setNote] = useState('');
  return (
    <Dialog
      title="Resolve"
      lead="The visitor is told that this is resolved, and can reopen it by writing again."
      onClose={onClose}
    >
      <ActionForm verb="Resolve" onSubmit={(id) => conversation.act({ type: 'resolve', code, note: note.trim() }, id)}>
        <fieldset class="choices">
          <legend>How did it end?</legend>
          {WRAP_UP_CODES.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="code"
                value={one}
                checked={one === code}
                autofocus={one === code}
                onChange={() => setCode(one)}
              />
              <span>{sentenceOf(one)}</span>
            </label>
          ))}
        </fieldset>
        <Field label="Note" hint="For agents only. What would have helped the next person?">
          <textarea
            rows={3}
            maxLength={2000}
            value={note}
            onInput={({ currentTarget }) => setNote(currentTarget.value)}
          />
        </Field>
      </ActionForm>
    </Dialog>
  );
}
