import { now } from '../clock.ts';
import { hrefOf } from '../route.ts';
import { duration } from '../wording.ts';
import type { Workplace } from '../workplace.ts';

export function OwnWork({ workplace }: { workplace: Workplace }) {
  const { state } = workplace.agent;
  const work = state.value?.work ?? [];
  const shown = workplace.current.value?.id;
  return (
    <section aria-label="Your work" class="work">
      <h2>Your work {work.length > 0 && <span class="count number">{work.length}</span>}</h2>
      {state.value === null ? (
        <div class="skeleton" aria-hidden="true">
          <i />
        </div>
      ) : work.length === 0 ? (
        <p class="empty">What you accept stays here until it is resolved or passed on.</p>
      ) : (
        <ul class="rows-list">
          {work.map((one) => {
            const unread = workplace.conversation(one.conversationId)?.unread.value ?? 0;
            return (
              <li key={one.escalationId}>
                <a
                  class={`row ${unread > 0 ? 'unread' : ''}`}
                  href={hrefOf({ page: 'conversation', id: one.conversationId })}
                  aria-current={one.conversationId === shown ? 'page' : undefined}
                >
                  <span class="subject">{one.subject}</span>
                  <span class="quiet">
                    {one.visitorName ?? 'Anonymous'}
                    {one.company !== null && <>, {one.company}</>} · {one.queueName} · {duration(now.value - one.since)}
                  </span>
                  {unread > 0 && <span class="new number">{unread} new</span>}
                </a>
              </li>
            );
          })}
        </ul>
      )}
      {state.value !== null && state.value.wrapping.length > 0 && (
        <>
          <h3 id="wrapping-up">Wrapping up</h3>
          <ul class="plain-list wrapping" aria-labelledby="wrapping-up">
            {state.value.wrapping.map(({ reservationId, ticketNumber, subject, endsAt }) => (
              <li key={reservationId}>
                <span class="grow">
                  <span class="subject">{subject}</span>
                  <span class="quiet small number">
                    {ticketNumber} · {endsAt > now.value ? `slot free in ${duration(endsAt - now.value)}` : 'ending…'}
                  </span>
                </span>
                <button
                  type="button"
                  class="secondary"
                  aria-label={`Done with ${ticketNumber}`}
                  onClick={() => void workplace.agent.finishWrapUp(reservationId)}
                >
                  Done
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
