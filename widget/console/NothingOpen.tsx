import { now } from './clock.ts';
import { duration, plural, withoutMarks } from './wording.ts';
import type { Workplace } from './workplace.ts';

/** What will appear here, and how to make it appear. */
export function NothingOpen({ workplace }: { workplace: Workplace }) {
  const state = workplace.agent.state.value;
  const waiting = workplace.queues.reduce((sum, { view }) => sum + (view.value?.waiting ?? 0), 0);
  const offer = state?.offers[0];
  const away = state !== null && state.presence !== 'available';
  if (offer !== undefined) {
    const left = offer.expiresAt - now.value;
    return (
      <main class="nothing">
        <span class="mark large" aria-hidden="true" />
        <h1>An offer is waiting on the left</h1>
        <p class="offered">
          <strong>{offer.subject}</strong>
        </p>
        <p>
          {[offer.visitorName ?? 'Anonymous visitor', offer.company].filter(Boolean).join(', ')}, for {offer.queueName}
          {offer.because.length > 0 && <>: {offer.because.map(withoutMarks).join('; ')}</>}
        </p>
        <p class="number">
          {left > 0 ? `${duration(left)} left to answer it.` : 'It is ending…'} <kbd>a</kbd> accepts, <kbd>d</kbd>{' '}
          declines.
        </p>
      </main>
    );
  }
  return (
    <main class="nothing">
      <span class="mark large" aria-hidden="true" />
      <h1>{waiting > 0 ? `${plural(waiting, 'person', 'people')} waiting` : 'Nobody is waiting'}</h1>
      <p>
        {away
          ? 'You are away. Turn on Available and the next piece of work that fits you is offered on the left.'
          : 'The next piece of work that fits you is offered on the left. What you accept opens here: the conversation, the replay of the page, and why it needs a person.'}
      </p>
      <p>Any row of a queue can be opened to read along.</p>
      {location.hostname === 'localhost' && (
        <p>
          To see one arrive, open <a href="/demo/">the demo</a> in another tab, press <em>Pay</em> on the billing page
          and ask for a person.
        </p>
      )}
      <p class="quiet">
        <kbd>?</kbd> shows the keyboard shortcuts.
      </p>
    </main>
  );
}
