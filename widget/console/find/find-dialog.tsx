// Loaded by whoever looks for something.
import './find.css';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { FindAnswer, FoundConversation } from '#protocol/find.ts';
import { call } from '../api.ts';
import { EntryMenu } from '../inbox/EntryMenu.tsx';
import type { QueueFeed } from '../inbox/queue-feed.ts';
import { isSupervisor } from '../inbox/supervision.ts';
import { Time } from '../kit/Time.tsx';
import { hrefOf } from '../route.ts';
import { plural } from '../wording.ts';
import type { Workplace } from '../workplace.ts';
import { standsWords, ticketOf } from './find-words.ts';

/** After the last key, so that not each of them asks. */
const PAUSE_MS = 250;

type Found = { words: string } & ({ answer: FindAnswer } | { failure: string });

/** [B7] Any conversation by what somebody knows of it, and what a supervisor may do with what waits. */
export default function Find({ workplace, onGone }: { workplace: Workplace; onGone(): void }) {
  const [words, setWords] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const [tries, setTries] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const wanted = words.trim();
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (wanted === '') {
      setFound(null);
      return;
    }
    let isOver = false;
    const timer = setTimeout(() => {
      void call<FindAnswer>('/v1/conversations/find', { method: 'POST', body: { words: wanted } }).then((answer) => {
        // What was typed since has its own answer.
        if (isOver) return;
        setFound({
          words: wanted,
          ...(answer.ok ? { answer: answer.value } : { failure: answer.refusal.message }),
        });
      });
    }, PAUSE_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [wanted, tries]);
  const isLooking = wanted !== '' && found?.words !== wanted;
  return (
    <div class="fields find">
      <div class="field">
        <label for={id}>A ticket’s number, or who it is about</label>
        <input
          ref={field}
          id={id}
          type="search"
          autocomplete="off"
          spellcheck={false}
          maxLength={200}
          placeholder="BTN-1042, Ada, Acme, invoice"
          value={words}
          onInput={({ currentTarget }) => setWords(currentTarget.value)}
        />
      </div>
      <p class="quiet small" role="status">
        {saidOf(wanted, isLooking, found)}
      </p>
      {found !== null && 'failure' in found && (
        <p class="failure" role="alert">
          {found.failure}{' '}
          <button type="button" class="link" onClick={() => setTries(tries + 1)}>
            Try again
          </button>
        </p>
      )}
      {found !== null && 'answer' in found && found.answer.found.length > 0 && (
        <ul class="rows-list" aria-busy={isLooking}>
          {found.answer.found.map((one) => (
            <FoundRow
              key={one.conversationId}
              one={one}
              feed={workplace.queues.find(({ queue }) => queue.id === one.line?.queueId)}
              supervises={isSupervisor(workplace.me.agent.role)}
              onGone={onGone}
              onDone={() => setTries(tries + 1)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}

function saidOf(wanted: string, isLooking: boolean, found: Found | null): string {
  if (wanted === '')
    return 'Words are looked for among the latest 5,000 conversations, numbers and your own ids among all.';
  if (isLooking) return 'Looking…';
  if (found === null || 'failure' in found) return '';
  const { length } = found.answer.found;
  if (length === 0) return `Nothing has “${wanted}” in its number, subject, name, address or company.`;
  return found.answer.hasMore ? `The latest ${length}; there are more.` : plural(length, 'conversation');
}

type FoundRowProps = {
  one: FoundConversation;
  feed: QueueFeed | undefined;
  supervises: boolean;
  onGone(): void;
  onDone(): void;
};

function FoundRow({ one, feed, supervises, onGone, onDone }: FoundRowProps) {
  const { conversationId, line } = one;
  const isSupervised = supervises && line !== null && feed !== undefined;
  return (
    <li class={isSupervised ? 'supervised' : undefined}>
      <a class="row" href={hrefOf({ page: 'conversation', id: conversationId })} onClick={onGone}>
        <span class="subject">{one.subject === '' ? 'Nothing said yet' : one.subject}</span>
        <span class="quiet">
          {ticketOf(one)} · {[one.visitorName ?? 'Anonymous visitor', one.company].filter(Boolean).join(', ')}
          <br />
          {standsWords(one, feed?.queue.name ?? null)} · <Time at={one.at} />
        </span>
      </a>
      {isSupervised && <EntryMenu entry={line.entry} feed={feed} onDone={onDone} />}
    </li>
  );
}
