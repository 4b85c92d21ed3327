import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { Escalation, Hop } from '#domain/escalation/escalation.ts';
import { FieldOf, Missing } from '../kit/FieldOf.tsx';
import { Time } from '../kit/Time.tsx';
import { open } from '../screen.ts';
import { plural, sentenceOf } from '../wording.ts';
import { Deeds } from './Deeds.tsx';

const HOP_WORDS = {
  handoff: 'Handed over',
  transfer: 'Transferred',
  escalation: 'Escalated',
  overflow: 'Sent on',
} as const;

type HistoryProps = {
  conversationId: string;
  bundle: ContextBundle | null;
  hops: readonly Hop[];
  escalation: Escalation | null;
};

export function History({ conversationId, bundle, hops, escalation }: HistoryProps) {
  const history = bundle?.history;
  return (
    <>
      <p class="answer-line">
        {history?.status === 'present'
          ? history.value.length === 0
            ? 'This is the first conversation with this visitor.'
            : `${plural(history.value.length, 'earlier conversation')} with this visitor.`
          : 'Earlier conversations are not known.'}
      </p>
      {history === undefined ? (
        <Missing reason="it is read when somebody asks for a person" />
      ) : (
        <FieldOf field={history}>
          {(conversations) => (
            <ul class="rows-list">
              {conversations.map(({ conversationId, at, subject, outcome }) => (
                <li key={conversationId}>
                  <button
                    type="button"
                    class="row"
                    onClick={() => {
                      open.value = { history: conversationId, subject };
                    }}
                  >
                    <span class="subject">{subject}</span>
                    <span class="quiet">
                      {sentenceOf(outcome)} · <Time at={at} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </FieldOf>
      )}
      <h3>Who had it</h3>
      {hops.length === 0 ? (
        <p class="quiet">Only the assistant so far.</p>
      ) : (
        <ol class="hops">
          {hops.map(({ hop, kind, queueName, at, by, note }) => (
            <li key={hop}>
              <strong>
                {HOP_WORDS[kind]} to {queueName}
              </strong>{' '}
              <span class="quiet">
                by{' '}
                {by.kind === 'assistant' ? 'the assistant' : by.kind === 'queue' ? `the rules of ${by.name}` : by.name},{' '}
                <Time at={at} />
              </span>
              {note !== null && note !== '' && <p>{note}</p>}
            </li>
          ))}
        </ol>
      )}
      <Deeds conversationId={conversationId} escalation={escalation} />
      {bundle?.assignedTo != null && <p class="quiet">With {bundle.assignedTo.name} when this was put together.</p>}
    </>
  );
}
