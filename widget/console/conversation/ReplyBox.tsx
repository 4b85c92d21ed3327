import type { Signal } from '@preact/signals';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../kit/Icon.tsx';
import type { LiveConversation, Written } from './live-conversation.ts';

const MAX_CHARS = 4000;
const COUNT_FROM = 3500;
const MAX_HEIGHT_PX = 200;

type ReplyBoxProps = {
  conversation: LiveConversation;
  mode: Signal<Written['kind']>;
  field: { current: HTMLTextAreaElement | null };
  /** Out of the box, so that keys are shortcuts again. */
  onLeave(): void;
};

/** A reply to the visitor, or a note for agents; each keeps its own draft, and the box never looks the same for both. */
export function ReplyBox({ conversation, mode, field, onLeave }: ReplyBoxProps) {
  const mine = conversation.standing.value?.mine === true;
  const kind: Written['kind'] = mine ? mode.value : 'note';
  const [text, setText] = useState(conversation.written(kind));
  const shown = useRef(kind);
  const name = conversation.standing.value?.visitor.name ?? 'the visitor';

  useLayoutEffect(() => {
    if (shown.current === kind) return;
    shown.current = kind;
    setText(conversation.written(kind));
  }, [kind]);
  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${Math.min(MAX_HEIGHT_PX, box.scrollHeight + 2)}px`;
  }, [text, kind]);

  const change = (next: string) => {
    setText(next);
    conversation.keep(kind, next);
  };
  const send = () => {
    if (text.trim() === '') return;
    conversation.say(kind, text.trim());
    change('');
    field.current?.focus();
  };
  return (
    <form
      class={`reply ${kind}`}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div class="modes">
        {mine && (
          <button type="button" aria-pressed={kind === 'message'} onClick={() => (mode.value = 'message')}>
            To {name}
          </button>
        )}
        <button type="button" aria-pressed={kind === 'note'} onClick={() => (mode.value = 'note')}>
          <Icon name="lock" /> Internal note
        </button>
        {!mine && <span class="quiet">You read along; the visitor sees nothing of it.</span>}
      </div>
      <div class="box">
        <textarea
          ref={field}
          rows={2}
          aria-label={kind === 'message' ? 'Reply' : 'Note'}
          placeholder={kind === 'message' ? `Write to ${name}` : 'Only agents will see this'}
          maxLength={MAX_CHARS}
          value={text}
          enterkeyhint="send"
          onInput={({ currentTarget }) => {
            change(currentTarget.value);
            if (kind === 'message' && currentTarget.value !== '') conversation.typing();
          }}
          onKeyDown={(event) => {
            // While an input method is composing, Enter chooses a word and Escape drops it. Safari says so only by the old key code.
            if (event.isComposing || event.keyCode === 229) return;
            if (event.key === 'Escape') {
              event.preventDefault();
              onLeave();
            }
            if (event.key !== 'Enter' || event.shiftKey) return;
            event.preventDefault();
            send();
          }}
        />
        <button
          type="submit"
          class="send"
          aria-label={kind === 'message' ? 'Send' : 'Save note'}
          aria-disabled={text.trim() === ''}
        >
          <Icon name={kind === 'message' ? 'send' : 'check'} />
        </button>
      </div>
      <p class="under quiet">
        {text.length >= COUNT_FROM ? (
          <span role="status" class="number">
            {MAX_CHARS - text.length} characters left
          </span>
        ) : (
          <span>
            <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> new line
          </span>
        )}
      </p>
    </form>
  );
}
