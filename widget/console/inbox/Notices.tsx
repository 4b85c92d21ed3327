import type { Notice } from '#protocol/agent.ts';
import { now } from '../clock.ts';
import { Icon } from '../kit/Icon.tsx';
import { hrefOf } from '../route.ts';
import { noticeWords } from '../wording.ts';
import type { Workplace } from '../workplace.ts';

/** Promises that this agent answers for and that are nearly late, or late. Not there while there are none. */
export function Notices({ workplace }: { workplace: Workplace }) {
  const { notices } = workplace.agent;
  return (
    <section aria-label="Promises at risk" class="notices" aria-live="polite">
      {notices.value.length > 0 && (
        <>
          <h2>
            Promises at risk <span class="count number">{notices.value.length}</span>
          </h2>
          <ul class="plain-list">
            {notices.value.map((notice) => (
              <One key={notice.id} notice={notice} onSeen={() => void workplace.agent.see(notice)} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function One({ notice, onSeen }: { notice: Notice; onSeen(): void }) {
  const words = noticeWords(notice, now.value);
  return (
    <li class={words.tone}>
      <a class="grow" href={hrefOf({ page: 'conversation', id: notice.conversationId })}>
        <strong>{words.text}</strong>
        <span class="subject">{notice.subject || notice.ticketNumber}</span>
        <span class="quiet small number">
          {notice.ticketNumber} · {notice.queueName}
        </span>
      </a>
      <button type="button" class="plain" aria-label={`Seen: ${notice.ticketNumber}`} title="Seen" onClick={onSeen}>
        <Icon name="check" />
      </button>
    </li>
  );
}
