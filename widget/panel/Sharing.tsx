import type { Conversation, ConversationView } from './conversation.ts';

/** [X12] [X13] Whether support sees this page, who looks at it just now, and the way to end that; a question where they have to ask first. */
export function Sharing({ conversation, view }: { conversation: Conversation; view: ConversationView }) {
  const { state, lookers } = view.sharing;
  const sent = view.outgoing.some(({ kind, state }) => kind === 'share' && state !== 'failed');
  if (state === 'off') return null;
  const button = (label: string, shares: boolean) => (
    <button type="button" disabled={sent} onClick={() => conversation.share(shares)}>
      {label}
    </button>
  );
  return (
    <div class="notice" role="status">
      {state === 'on' ? (
        <>
          <span>
            {lookers.length > 0 ? `${lookers.join(' and ')} can see this page now.` : 'Support can see this page.'}
          </span>
          {button('Stop', false)}
        </>
      ) : state === 'ask' ? (
        <>
          <span>
            <strong>May support see this page</strong> and its last minutes? What you type stays hidden.
          </span>
          {button('Show it', true)}
          {button('No', false)}
        </>
      ) : (
        <>
          <span>Support does not see this page.</span>
          {button('Show it', true)}
        </>
      )}
    </div>
  );
}
