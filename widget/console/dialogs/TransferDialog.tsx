import { useState } from 'preact/hooks';
import { additionWords } from '#domain/escalation/additions.ts';
import type { Me } from '#protocol/http.ts';
import type { LiveConversation } from '../conversation/live-conversation.ts';
import { ActionForm, Dialog, Field } from './Dialog.tsx';

type TransferDialogProps = { conversation: LiveConversation; me: Me; onClose(): void };

/** To a colleague in the same queue, across or down a tier, to a queue or to somebody in it. Up to a tier that asks for more is what *Escalate* is for. */
export function TransferDialog({ conversation, me, onClose }: TransferDialogProps) {
  const hereId = conversation.standing.value?.escalation?.hops.at(-1)?.queueId;
  const here = me.queues.find(({ id }) => id === hereId);
  const isUp = ({ tier, asks }: Me['queues'][number]) => tier > (here?.tier ?? 1) && asks.length > 0;
  const others = me.queues.filter(({ id }) => id !== hereId);
  // Nothing is chosen for them: work would go where nobody meant it to.
  const [queueId, setQueueId] = useState('');
  const [agentId, setAgentId] = useState('');
  const [note, setNote] = useState('');
  const colleagues = me.queues.find(({ id }) => id === queueId)?.agents.filter(({ id }) => id !== me.agent.id) ?? [];
  const staysHere = queueId === hereId;
  const above = others.filter(isUp);
  return (
    <Dialog
      title="Transfer"
      lead="Everything goes along: transcript, context and replay. The visitor is told and repeats nothing."
      onClose={onClose}
    >
      <ActionForm
        verb="Transfer"
        isComplete={note.trim() !== '' && queueId !== ''}
        onSubmit={(id) =>
          conversation.act(
            { type: 'transfer', queueId, agentId: agentId === '' ? null : agentId, note: note.trim() },
            id,
          )
        }
      >
        <div class="pair equal">
          <Field
            label="Queue"
            problem={queueId === '' ? 'Say where it goes.' : null}
            {...(above.length > 0
              ? {
                  hint: above
                    .map(({ name, asks }) => `${name} needs ${additionWords(asks)}: escalate instead.`)
                    .join(' '),
                }
              : {})}
          >
            <select
              autofocus
              value={queueId}
              onChange={({ currentTarget }) => {
                setQueueId(currentTarget.value);
                setAgentId('');
              }}
            >
              {queueId === '' && <option value="">Choose a queue</option>}
              {here !== undefined && <option value={here.id}>{here.name} (where it is)</option>}
              {others.map((queue) => (
                <option key={queue.id} value={queue.id} disabled={isUp(queue)}>
                  {queue.name}
                </option>
              ))}
            </select>
          </Field>
          <Field
            label="Ask first"
            hint={`While they are there and have room; otherwise whoever is free.${staysHere ? ' It keeps its place in line, and others are asked before you.' : ''}`}
          >
            <select value={agentId} onChange={({ currentTarget }) => setAgentId(currentTarget.value)}>
              <option value="">Whoever is free</option>
              {colleagues.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          </Field>
        </div>
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
