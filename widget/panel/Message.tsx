import { Icon } from './Icon.tsx';
import type { Outgoing } from './outbox.ts';
import { RichText } from './RichText.tsx';
import type { MessageEntry } from './transcript.ts';
import { exactTime, relativeTime } from './wording.ts';

type MessageProps = {
  entry: MessageEntry;
  /** Continues what the same author just said. */
  follows: boolean;
  /** Nothing of the same author comes right after it. */
  last: boolean;
  now: number;
  helpUrl(slug: string): string;
  onGuide(entry: MessageEntry): void;
};

export function Message({ entry, follows, last, now, helpUrl, onGuide }: MessageProps) {
  const { author } = entry;
  const mine = author.kind === 'visitor';
  const sources = entry.citations.filter(
    ({ slug, heading }, i, all) => all.findIndex((one) => one.slug === slug && one.heading === heading) === i,
  );
  return (
    <article class={`message ${author.kind} ${follows ? 'follows' : ''}`}>
      {!follows && (
        <Author name={mine ? null : author.kind === 'agent' ? author.name : 'Assistant'} kind={author.kind} />
      )}
      {mine && <span class="unseen">You: </span>}
      <div class="words">
        <RichText text={entry.text} />
      </div>
      {entry.guide && (
        <button type="button" class="secondary" onClick={() => onGuide(entry)}>
          Show me on the page
        </button>
      )}
      {sources.map(({ slug, title, heading }) => (
        <a key={slug + heading} class="source" href={helpUrl(slug)} target="_blank" rel="noopener">
          <Icon name="page" />
          <span>
            From: {title}
            {heading && heading !== title && ` › ${heading}`}
          </span>
        </a>
      ))}
      {last && <When at={entry.at} now={now} />}
    </article>
  );
}

function Author({ name, kind }: { name: string | null; kind: 'visitor' | 'assistant' | 'agent' }) {
  if (name === null) return null;
  return (
    <div class="author">
      <span class={`face ${kind}`} aria-hidden="true">
        {kind === 'agent' ? name.slice(0, 1).toUpperCase() : ''}
      </span>
      {name}
    </div>
  );
}

export function When({ at, now }: { at: number; now: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={exactTime(at)} data-exact={exactTime(at)}>
      <span>{relativeTime(at, now)}</span>
    </time>
  );
}

/** A message that has no place in the transcript yet. */
export function PendingMessage({ item, offline, onRetry }: { item: Outgoing; offline: boolean; onRetry(): void }) {
  return (
    <article class={`message visitor pending ${item.state}`}>
      <span class="unseen">You: </span>
      <div class="words">
        <RichText text={item.text} />
      </div>
      {item.state === 'failed' ? (
        <p class="failure" role="alert">
          <span>Not sent. {item.problem}</span>{' '}
          <button type="button" onClick={onRetry}>
            Retry
          </button>
        </p>
      ) : (
        <p class="fate">
          {item.state === 'sent' ? 'Sent' : offline ? 'Will be sent when the connection is back' : 'Sending…'}
        </p>
      )}
    </article>
  );
}

/** What the assistant has written so far. Not in the log: a screen reader would read every word again. */
export function Draft({ text }: { text: string }) {
  return (
    <div class="message assistant draft" aria-hidden="true">
      <Author name="Assistant" kind="assistant" />
      <div class="words">
        <RichText text={text} />
      </div>
    </div>
  );
}

export function Writing({ name }: { name: string }) {
  return (
    <div class="writing" aria-hidden="true">
      <span class="dots">
        <i />
        <i />
        <i />
      </span>
      {name} is writing
    </div>
  );
}
