import type { IntentLabelAnswer } from '#protocol/intents.ts';
import { call } from '../api.ts';
import { ChoiceLabel } from './ChoiceLabel.tsx';

const NONE = '';

/** [G27] Says what the conversation is about, where the model was wrong or was not asked: it learns from it. `read` is what it made of the words. */
export function IntentLabel({ conversationId, read }: { conversationId: string; read: string | null }) {
  const path = `/v1/conversations/${conversationId}/intent`;
  return (
    <ChoiceLabel
      ask="Say what it is about"
      before="It is about"
      none="This workspace has named no intents yet: Settings, Intents."
      load={async () => {
        const answer = await call<IntentLabelAnswer>(path);
        if (!answer.ok) return answer;
        const { label, intents } = answer.value;
        const names = intents.map((name) => ({ value: name, text: name }));
        const likely = read !== null && intents.includes(read) ? read : NONE;
        return {
          ok: true,
          value: {
            options: names.length === 0 ? [] : [...names, { value: NONE, text: 'none of these' }],
            choice: label === null ? likely : (label.intent ?? NONE),
            note: label === null ? '' : 'Somebody has said so before; this takes its place.',
          },
        };
      }}
      save={async (choice) => {
        const intent = choice === NONE ? null : choice;
        const answer = await call<IntentLabelAnswer>(path, { method: 'PUT', body: { intent } });
        return answer.ok ? { ok: true, value: 'Noted. The model learns from it within a minute.' } : answer;
      }}
    />
  );
}
