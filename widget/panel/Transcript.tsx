import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Visit } from '../launcher/visits.ts';
import type { Conversation, ConversationView } from './conversation.ts';
import { EscalationCard, Wait, WhatSupportSees } from './EscalationCard.tsx';
import { Icon } from './Icon.tsx';
import { Draft, Message, PendingMessage, When, Writing } from './Message.tsx';
import { RichText } from './RichText.tsx';
import { type MessageEntry, type SharedEntry, type Standing, standingOf } from './transcript.ts';

/** Within this time one author's messages read as one. */
const GROUP_MS = 5 * 60_000;
/** Nearer to the end than this, the visitor is reading along. */
const NEAR_END_PX = 80;

type TranscriptProps = {
  conversation: Conversation;
  view: ConversationView;
  visit: Visit | null;
  now: number;
  isOpen: boolean;
  helpUrl(slug: string): string;
  onGuide(entry: MessageEntry): void;
};

export function Transcript({ conversation, view, visit, now, isOpen, helpUrl, onGuide }: TranscriptProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [missed, setMissed] = useState(false);
  const { entries, outgoing, draft, writing, loading } = view;
  const standing = standingOf(entries);
  const messages = outgoing.filter(({ kind }) => kind === 'message');
  const count = entries.length + messages.length;
  const mine = messages.length;

  const toEnd = () => {
    const box = scroller.current;
    if (box) box.scrollTop = box.scrollHeight;
    setMissed(false);
  };
  // Reading further up? Then nothing moves under the eyes; a button says that there is more.
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
    else setMissed(true);
  }, [count, loading]);
  useLayoutEffect(() => {
    if (atEnd.current) toEnd();
  }, [draft, writing, view.place, view.link]);
  // What one sends oneself one wants to see, and what is newest when one comes back. A hidden panel has no end to scroll to.
  useLayoutEffect(toEnd, [mine, isOpen]);

  const onScroll = () => {
    const box = scroller.current;
    if (!box) return;
    atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END_PX;
    if (atEnd.current) setMissed(false);
  };

  const waiting =
    visit === null &&
    view.link === 'none' &&
    view.visit !== 'failed' &&
    view.visit !== 'refused' &&
    view.visit !== 'expired';
  return (
    <div class="middle">
      {/* biome-ignore lint/a11y: what scrolls must be reachable by keyboard, and is no fieldset */}
      <div class="scroll" ref={scroller} onScroll={onScroll} tabIndex={0} role="group" aria-label="Messages">
        {loading || waiting ? (
          <Skeleton />
        ) : (
          <div class="greeting">
            <RichText text={visit?.workspace.greeting || 'How can we help?'} />
          </div>
        )}
        <div role="log" aria-label="Conversation" aria-live={loading ? 'off' : 'polite'} class="log">
          {entries.map((entry, i) => (
            <Entry
              key={entry.seq}
              entry={entry}
              before={entries[i - 1]}
              after={entries[i + 1]}
              standing={standing}
              view={view}
              now={now}
              helpUrl={helpUrl}
              onGuide={onGuide}
              conversation={conversation}
            />
          ))}
        </div>
        {messages.map((item) => (
          <PendingMessage
            key={item.id}
            item={item}
            offline={view.link === 'lost' || view.offline}
            onRetry={() => conversation.retry(item.id)}
          />
        ))}
        {draft !== '' ? (
          <Draft text={draft} />
        ) : (
          writing !== null && <Writing name={writing.kind === 'agent' ? writing.name : 'The assistant'} />
        )}
        {visit !== null && count === 0 && !loading && visit.workspace.suggestions.length > 0 && (
          <ul class="suggestions" aria-label="Suggestions">
            {visit.workspace.suggestions.map((text) => (
              <li key={text}>
                <button type="button" onClick={() => conversation.say(text)}>
                  {text}
                </button>
              </li>
            ))}
          </ul>
        )}
        {standing.resolved && (
          <div class="after">
            <button type="button" class="secondary" onClick={conversation.startNew}>
              Start a new conversation
            </button>
          </div>
        )}
      </div>
      {missed && (
        <button type="button" class="newer" onClick={toEnd}>
          <Icon name="down" /> New messages
        </button>
      )}
    </div>
  );
}

type EntryProps = Omit<TranscriptProps, 'visit' | 'isOpen'> & {
  entry: SharedEntry;
  before: SharedEntry | undefined;
  after: SharedEntry | undefined;
  standing: Standing;
};

function Entry({ entry, before, after, standing, view, now, helpUrl, onGuide, conversation }: EntryProps) {
  const wait =
    standing.waitsAt === entry.seq && view.agent === null ? (
      <Wait view={view} wish={standing.wish} conversation={conversation} />
    ) : null;
  switch (entry.type) {
    case 'message':
      return (
        <Message
          entry={entry}
          follows={continues(before, entry)}
          last={!continues(entry, after)}
          now={now}
          helpUrl={helpUrl}
          onGuide={onGuide}
        />
      );
    case 'person_offered': {
      const open =
        standing.offer === entry.seq &&
        view.declinedOffer !== entry.seq &&
        standing.escalated === null &&
        !view.outgoing.some(({ kind }) => kind === 'person');
      return open ? (
        <div class="choice">
          <p>Shall I bring in a person? They get everything you have told me.</p>
          <div>
            <button type="button" class="primary" onClick={conversation.askForPerson}>
              Yes, bring in a person
            </button>
            <button type="button" class="secondary" onClick={() => conversation.declinePerson(entry.seq)}>
              No, keep going
            </button>
          </div>
        </div>
      ) : (
        <Line at={entry.at} now={now}>
          A person was offered
        </Line>
      );
    }
    case 'escalated':
      return (
        <EscalationCard entry={entry}>
          <WhatSupportSees conversation={conversation} />
          {wait}
        </EscalationCard>
      );
    case 'agent_joined':
      return (
        <Line at={entry.at} now={now}>
          {entry.agent.name} has joined and has read everything so far
        </Line>
      );
    case 'agent_left':
      return (
        <Line at={entry.at} now={now}>
          {entry.agent.name} has left.{' '}
          {entry.because === 'taken_back' ? 'Your place in line is kept.' : 'Nothing has to be repeated.'}
        </Line>
      );
    case 'moved':
      return (
        <>
          <Line at={entry.at} now={now}>
            Passed to {entry.queueName} with everything so far
          </Line>
          {wait !== null && (
            <section class="card" aria-label={`Waiting in ${entry.queueName}`}>
              {wait}
            </section>
          )}
        </>
      );
    case 'resolved':
      return (
        <Line at={entry.at} now={now}>
          {entry.by ? `${entry.by.name} marked this as resolved` : 'Resolved'}. Write again to reopen it.
        </Line>
      );
    case 'contact_wished':
      return (
        <Line at={entry.at} now={now}>
          {entry.wish.way === 'here'
            ? 'You asked to be answered here'
            : `You asked for ${entry.wish.way === 'email' ? 'an e-mail to' : 'a call to'} ${entry.wish.address}`}
        </Line>
      );
    case 'sharing':
      return (
        <Line at={entry.at} now={now}>
          {entry.shares ? 'You let support see this page' : 'You stopped showing this page'}
        </Line>
      );
    case 'guide_ended':
      return (
        <Line at={entry.at} now={now}>
          {entry.words}
        </Line>
      );
    case 'recording_deleted':
      return (
        <Line at={entry.at} now={now}>
          The recording was deleted
        </Line>
      );
    case 'withdrawn': {
      const canUndo = standing.leftAt === entry.seq && !view.outgoing.some(({ kind }) => kind === 'person');
      return (
        <>
          <Line at={entry.at} now={now}>
            You left the line
          </Line>
          {canUndo && (
            <div class="choice">
              <p>Asked for again within the hour, you keep the time that you have waited.</p>
              <div>
                <button type="button" class="secondary" onClick={conversation.askForPerson}>
                  Bring in a person after all
                </button>
              </div>
            </div>
          )}
        </>
      );
    }
    case 'reopened':
      return (
        <Line at={entry.at} now={now}>
          Reopened
        </Line>
      );
    default:
      // A newer server may write entries that this version cannot show.
      return null;
  }
}

function Line({ at, now, children }: { at: number; now: number; children: preact.ComponentChildren }) {
  return (
    <p class="line">
      {children} <When at={at} now={now} />
    </p>
  );
}

function continues(before: SharedEntry | undefined, after: SharedEntry | undefined): boolean {
  return (
    before?.type === 'message' &&
    after?.type === 'message' &&
    before.author.kind === after.author.kind &&
    ('id' in before.author ? before.author.id : '') === ('id' in after.author ? after.author.id : '') &&
    after.at - before.at < GROUP_MS
  );
}

function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      <i />
      <i />
      <i />
    </div>
  );
}
