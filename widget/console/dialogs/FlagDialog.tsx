import { useState } from 'preact/hooks';
import { UNNECESSARY_REASONS, type UnnecessaryReason } from '#domain/escalation/escalation.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { ActionForm, Dialog, Field } from './Dialog.tsx';

export function FlagDialog({ conversation, onClose }: { conversation: LiveConversation; onClose(): void }) {
  const [because, setBecause] = useState<UnnecessaryReason | null>(null);
  const [note, setNote] = useState('');
  return (
    <Dialog
      title="Flag as unnecessary"
      lead="Says that no person was needed here. The work stays yours; the thresholds learn from it."
      onClose={onClose}
    >
      <ActionForm
        verb="Flag"
        isComplete={because !== null}
        onSubmit={(id) =>
          conversation.act({ type: 'flag', because: because as UnnecessaryReason, note: note.trim() }, id)
        }
      >
        <ChoiceField
          name="reason"
          legend="Why was no person needed?"
          choices={UNNECESSARY_REASONS}
          chosen={because}
          problem="Say why no person was needed."
          onChoose={(one) => setBecause(one)}
        />
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
