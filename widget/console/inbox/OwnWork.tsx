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
    </section>
  );
}
