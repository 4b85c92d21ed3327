import { useState } from 'preact/hooks';
import { WRAP_UP_CODES, type WrapUpCode } from '#domain/escalation/escalation.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { ChoiceField } from './ChoiceField.tsx';
import { ActionForm, Dialog, Field } from './Dialog.tsx';

export function ResolveDialog({ conversation, onClose }: { conversation: LiveConversation; onClose(): void }) {
  const [code, setCode] = useState<WrapUpCode | null>(null);
  const [note, setNote] = useState('');
  return (
    <Dialog
      title="Resolve"
      lead="The visitor is told that this is resolved, and can reopen it by writing again."
      onClose={onClose}
    >
      <ActionForm
        verb="Resolve"
        isComplete={code !== null}
        onSubmit={(id) => conversation.act({ type: 'resolve', code: code as WrapUpCode, note: note.trim() }, id)}
      >
        <ChoiceField
          name="code"
          legend="How did it end?"
          choices={WRAP_UP_CODES}
          chosen={code}
          problem="Say how it ended."
          onChoose={(one) => setCode(one)}
        />
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
