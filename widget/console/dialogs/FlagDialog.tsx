import { useState } from 'preact/hooks';
import { UNNECESSARY_REASONS, type UnnecessaryReason } from '#domain/escalation/escalation.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { sentenceOf } from '../wording.ts';
import { ActionForm, Dialog, Field } from './Dialog.tsx';

export function FlagDialog({ conversation, onClose }: { conversation: LiveConversation; onClose(): void }) {
  const [because, setBecause] = useState<UnnecessaryReason>('answer_was_in_knowledge_base');
  const [note, setNote] = useState('');
  return (
    <Dialog
      title="Flag as unnecessary"
      lead="Says that no person was needed here. The work stays yours; the thresholds learn from it."
      onClose={onClose}
    >
      <ActionForm verb="Flag" onSubmit={(id) => conversation.act({ type: 'flag', because, note: note.trim() }, id)}>
        <fieldset class="choices">
          <legend>Why was no person needed?</legend>
          {UNNECESSARY_REASONS.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="reason"
                value={one}
                checked={one === because}
                autofocus={one === because}
                onChange={() => setBecause(one)}
              />
              <span>{sentenceOf(one)}</span>
            </label>
          ))}
        </fieldset>
        <Field label="Note">
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
