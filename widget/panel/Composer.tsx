import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { Store } from '../kit/storage.ts';
import type { Conversation, ConversationView } from './conversation.ts';
import { Icon } from './Icon.tsx';
import { standingOf } from './transcript.ts';
import { describeComing } from './wording.ts';

const MAX_CHARS = 4000;
/** From here on it helps to know how much room is left. */
const COUNT_FROM = 3500;
const MAX_HEIGHT_PX = 168;

type ComposerProps = {
  conversation: Conversation;
  view: ConversationView;
  store: Store;
  draftKey: string;
  disabled: boolean;
  field: { current: HTMLTextAreaElement | null };
};

export function Composer({ conversation, view, store, draftKey, disabled, field }: ComposerProps) {
  const [text, setText] = useState('');
  const canSend = !disabled && text.trim() !== '';

  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    // The border is not part of the scroll height.
    box.style.height = `${Math.min(MAX_HEIGHT_PX, box.scrollHeight + 2)}px`;
  }, [text]);

  // Before the visit says who is here, the draft may be somebody else's.
  const isKnown = view.visit === 'ready';
  useEffect(() => {
    if (isKnown) setText((typed) => typed || (store.get(draftKey) ?? ''));
  }, [isKnown]);

  const change = (next: string) => {
    setText(next);
    if (next === '') store.remove(draftKey);
    else store.set(draftKey, next);
  };
  const send = () => {
    if (!canSend) return;
    conversation.say(text.trim());
    change('');
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method is composing, Enter chooses a word. Safari says so only by the old key code.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="field">
        <textarea
          ref={field}
          rows={1}
          aria-label="Message"
          placeholder="Write a message"
          maxLength={MAX_CHARS}
          value={text}
          disabled={disabled}
          enterkeyhint="send"
          onInput={({ currentTarget }) => {
            change(currentTarget.value);
            if (currentTarget.value !== '') conversation.typing();
          }}
          onKeyDown={onKeyDown}
        />
        <button type="submit" class="send" aria-label="Send" aria-disabled={!canSend}>
          <Icon name="send" />
        </button>
      </div>
      <div class="under">
        <PersonButton conversation={conversation} view={view} disabled={disabled} />
        {text.length >= COUNT_FROM && (
          <span class="count" role="status">
            {MAX_CHARS - text.length} left
          </span>
        )}
      </div>
    </form>
  );
}

/** Always there: nobody has to search for the way to a person, or argue for it. */
function PersonButton({
  conversation,
  view,
  disabled,
}: {
  conversation: Conversation;
  view: ConversationView;
  disabled: boolean;
}) {
  const asked = view.outgoing.some(({ kind }) => kind === 'person');
  const coming = standingOf(view.entries).escalated !== null || view.status === 'waiting';
  const label =
    view.agent !== null
      ? `${view.agent.name} is here`
      : asked || coming
        ? describeComing(view.place)
        : 'Talk to a person';
  const inert = disabled || asked || coming || view.agent !== null;
  return (
    // Not `disabled`: the button must not lose the focus under somebody who has just pressed it.
    <button type="button" class="person" aria-disabled={inert} onClick={() => !inert && conversation.askForPerson()}>
      <Icon name="person" />
      {label}
    </button>
  );
}
