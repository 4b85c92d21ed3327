import type { ConversationView } from './conversation.ts';
import type { EscalatedEntry } from './transcript.ts';
import { describePosition, describeWait } from './wording.ts';

/** What the visitor gets for having asked: a number, the promise not to repeat anything, and an honest wait. */
export function EscalationCard({
  entry,
  current,
  view,
}: {
  entry: EscalatedEntry;
  current: boolean;
  view: ConversationView;
}) {
  const waits = current && view.agent === null;
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
      {waits && <Waiting place={view.place} />}
    </section>
  );
}

function Waiting({ place }: { place: ConversationView['place'] }) {
  if (place === null || place.position === null)
    return (
      <footer>
        <strong>Finding the right person</strong>
        <span>You can leave this page; the conversation stays here.</span>
      </footer>
    );
  if (place.service === 'closed' || place.agentsAvailable === 0)
    return (
      <footer>
        <strong>{describePosition(place.position)}</strong>
        <span>
          {place.service === 'closed' ? 'Support is closed for now' : 'No one is available right now'}; your place is
          kept and you will be answered here. You can leave this page; the conversation stays.
        </span>
      </footer>
    );
  const wait = describeWait(place.estimate);
  return (
    <footer>
      <strong>{describePosition(place.position)}</strong>
      <span>
        {place.service === 'full' && 'Many people are asking right now. '}
        {place.estimate === null ? `${wait}. ` : `Expect ${wait}. `}
        You can leave this page; the conversation stays here.
      </span>
    </footer>
  );
}
