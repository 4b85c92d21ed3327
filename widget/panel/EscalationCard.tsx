import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { ContactWishForm } from './ContactWish.tsx';
import type { Conversation, ConversationView } from './conversation.ts';
import type { ContactWish, EscalatedEntry } from './transcript.ts';
import { describeExpected, describePlace, describeService } from './wording.ts';

/** What the visitor gets for having asked: a number, and the promise not to repeat anything. */
export function EscalationCard({ entry, children }: { entry: EscalatedEntry; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={`Ticket ${entry.ticketNumber}`}>
      <header>
        <strong>Passed to {entry.queueName || 'a person'}</strong>
        <span class="ticket">{entry.ticketNumber}</span>
      </header>
      {entry.passedOn.length > 0 && (
        <>
          <p class="quiet">Passed on so you don’t have to repeat it:</p>
          <ul class="passed">
            {entry.passedOn.map((item) => (
              <li key={item}>{item}</li>
            ))}
          </ul>
        </>
      )}
      {children}
    </section>
  );
}

/** An honest wait, and a way for who cannot: once, where the work went last. */
export function Wait({
  view,
  wish,
  conversation,
}: {
  view: ConversationView;
  wish: ContactWish;
  conversation: Conversation;
}) {
  return (
    <footer>
      <Waiting place={view.place} />
      <ContactWishForm conversation={conversation} view={view} wish={wish} opensAt={view.place?.opensAt ?? null} />
      <Leave conversation={conversation} view={view} />
    </footer>
  );
}

/** The page as support sees it, with what is not in it. Read when it is opened: it grows as long as the page is recorded. */
export function WhatSupportSees({ conversation }: { conversation: Conversation }) {
  const [lines, setLines] = useState<string[]>([]);
  return (
    <details class="quiet" onToggle={() => void conversation.readReceipt().then(setLines, () => {})}>
      <summary>What support can see</summary>
      This page and what you do on it, without:
      {lines.map((line) => (
        <div key={line}>{line}</div>
      ))}
      <Forget conversation={conversation} />
    </details>
  );
}

/** [X14] Asked twice, because nothing brings it back. */
function Forget({ conversation }: { conversation: Conversation }) {
  const [at, setAt] = useState<'still' | 'asked' | 'busy' | 'failed' | 'done'>('still');
  if (at === 'done') return <div role="status">The recording is deleted.</div>;
  const go = () => {
    setAt('busy');
    void conversation.forgetRecording().then((ok) => setAt(ok ? 'done' : 'failed'));
  };
  return (
    <button
      type="button"
      class="secondary"
      disabled={at === 'busy'}
      onClick={at === 'still' ? () => setAt('asked') : go}
    >
      {at === 'still'
        ? 'Delete the recording'
        : at === 'asked'
          ? 'Delete it for good'
          : at === 'busy'
            ? 'Deleting…'
            : 'That failed: try again'}
    </button>
  );
}

/** Out of the line. Asking again undoes it, so it is not asked twice. */
function Leave({ conversation, view }: { conversation: Conversation; view: ConversationView }) {
  const sent = view.outgoing.find(({ kind }) => kind === 'withdraw');
  const failed = sent?.state === 'failed' ? sent : null;
  return (
    <div class="reach">
      {failed !== null && <span role="alert">{failed.problem || 'That could not be done.'}</span>}
      <button
        type="button"
        class="secondary"
        disabled={sent !== undefined && failed === null}
        onClick={conversation.withdraw}
      >
        {sent === undefined || failed !== null ? 'I don’t need a person any more' : 'Leaving the line…'}
      </button>
    </div>
  );
}

function Waiting({ place }: { place: ConversationView['place'] }) {
  if (place === null || (place.position === null && place.service !== 'closed'))
    return (
      <>
        <strong>Finding the right person</strong>
        <span>You can leave this page; the conversation stays here.</span>
      </>
    );
  return (
    <>
      <strong>{describePlace(place)}</strong>
      <span>
        {describeService(place)} {place.estimate !== null && `${describeExpected(place.estimate)} `}
        You can leave this page; the conversation stays here.
      </span>
    </>
  );
}
