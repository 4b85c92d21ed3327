import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Entry as DomainEntry } from '#domain/conversation/entry.ts';
import { isSilence, missedBy } from '#domain/conversation/silence.ts';
import { randomId } from '../../kit/random-id.ts';
import { RichText } from '../../panel/RichText.tsx';
import { Icon } from '../kit/Icon.tsx';
import { EntryView } from './Entry.tsx';
import { continues, type Entry, shownEntries, verdictFor } from './entries.ts';
import type { LiveConversation, Written } from './live-conversation.ts';

/** Nearer to the end than this, the agent is reading along. */
const NEAR_END_PX = 80;

type LogProps = {
  conversation: LiveConversation;
  agentId: string;
  onShow(at: number): (() => void) | null;
};

export function Log({ conversation, agentId, onShow }: LogProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [missed, setMissed] = useState(false);
  const entries = conversation.entries.value;
  const shown = shownEntries(entries);
  const outgoing = conversation.outgoing.value;
  const draft = conversation.draft.value;
  const types = conversation.visitorTypes.value;
  const loading = conversation.standing.value === null;
  const offline = conversation.connection.value !== 'live';

  /** [E8] */
  const silenceOf = (entry: Entry) =>
    isSilence(entries as DomainEntry[], entry.seq)
      ? {
          by: missedBy(entries as DomainEntry[], entry.seq),
          onMark: async (isMissed: boolean) => {
            const told = await conversation.act(
              { type: 'silence.mark', message: entry.seq, missed: isMissed },
              randomId(20),
            );
            return told.ok ? null : told.message;
          },
        }
      : undefined;

  const toEnd = () => {
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
    setMissed(false);
  };
  // Reading further up? Then nothing moves under the eyes; a button says that there is more.
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setMissed(true);
  }, [shown.length]);
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  }, [draft, types]);
  // A keyboard that opens, a box that grows: whoever read the end still reads the end.
  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box) return;
    const observer = new ResizeObserver(() => atEnd.current && toEnd());
    observer.observe(box);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(toEnd, [outgoing.length, conversation.id, loading]);

  return (
    <div class="log-frame">
      <div
        class="log"
        role="log"
        aria-label="Conversation"
        aria-live={loading ? 'off' : 'polite'}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={scroller}
        onScroll={({ currentTarget: box }) => {
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
          if (atEnd.current) setMissed(false);
        }}
      >
        {loading && entries.length === 0 && (
          <div class="skeleton" aria-hidden="true">
            <i />
            <i />
            <i />
            <i />
          </div>
        )}
        {!loading && entries.length === 0 && outgoing.length === 0 && (
          <p class="empty">Nothing has been written yet. The first message of the visitor appears here.</p>
        )}
        {shown.map((entry, i) => (
          <EntryView
            key={entry.seq}
            entry={entry}
            follows={continues(shown[i - 1], entry)}
            verdict={entry.type === 'message' ? verdictFor(entries, entry) : null}
            agentId={agentId}
            onShow={onShow}
            silence={silenceOf(entry)}
          />
        ))}
        {outgoing.map((item) => (
          <Pending key={item.id} item={item} offline={offline} onRetry={() => conversation.retry(item.id)} />
        ))}
        {draft !== '' && (
          // Not for a screen reader: it would read every word again with each part.
          <div class="message assistant draft" aria-hidden="true">
            <p class="author">
              <strong>Assistant</strong> is writing
            </p>
            <div class="words">
              <RichText text={draft} />
            </div>
          </div>
        )}
        {types && (
          <p class="typing" aria-hidden="true">
            <span class="dots">
              <i />
              <i />
              <i />
            </span>
            The visitor is writing
          </p>
        )}
      </div>
      {missed && (
        <button type="button" class="newer" onClick={toEnd}>
          <Icon name="down" /> New below
        </button>
      )}
    </div>
  );
}

function Pending({ item, offline, onRetry }: { item: Written; offline: boolean; onRetry(): void }) {
  return (
    <article class={`message pending ${item.kind === 'note' ? 'note' : 'agent'} ${item.state}`}>
      <p class="author">
        <strong>{item.kind === 'note' ? 'Your note' : 'You'}</strong>{' '}
        {item.state !== 'failed' && (
          <span class="quiet">{offline ? 'goes out when the connection is back' : 'sending…'}</span>
        )}
      </p>
      <div class="words">
        <RichText text={item.text} />
      </div>
      {item.state === 'failed' && (
        <p class="failure" role="alert">
          Not sent. {item.problem}{' '}
          <button type="button" class="link" onClick={onRetry}>
            Retry
          </button>
        </p>
      )}
    </article>
  );
}
