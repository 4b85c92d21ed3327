import type { ComponentChildren } from 'preact';
import { RichText } from '../../panel/RichText.tsx';
import { exactTime } from '../../panel/wording.ts';
import { Icon } from '../kit/Icon.tsx';
import { Time } from '../kit/Time.tsx';
import { duration, PROMISES, sentenceOf, withoutEnd, withoutMarks } from '../wording.ts';
import type { Entry, MessageEntry } from './entries.ts';
import { SilenceMark } from './SilenceMark.tsx';

type EntryProps = {
  entry: Entry;
  follows: boolean;
  verdict: string | null;
  agentId: string;
  /** Shows the page as it was at a time; null where nothing was recorded then. */
  onShow?(at: number): (() => void) | null;
  /** [E8] Whether a person was needed at this message of the visitor's; left out where that is no question. */
  silence?: { by: string | null; onMark(missed: boolean): Promise<string | null> } | undefined;
};

export function EntryView({ entry, follows, verdict, agentId, onShow, silence }: EntryProps) {
  switch (entry.type) {
    case 'message':
      return (
        <MessageView
          entry={entry}
          follows={follows}
          verdict={verdict}
          agentId={agentId}
          show={onShow?.(entry.at) ?? null}
          silence={silence}
        />
      );
    case 'person_offered':
      return <Line at={entry.at}>The assistant offered a person{because(entry.because)}</Line>;
    case 'escalated':
      return (
        <Line at={entry.at} strong>
          Handed over to {entry.queueName} as {entry.ticketNumber}
          {because(entry.because.map(withoutMarks).join('; '))}
          {entry.passedOn.length > 0 && (
            <details>
              <summary>What the visitor was told is passed on</summary>
              <ul class="plain-list">
                {entry.passedOn.map((item) => (
                  <li key={item}>{item}</li>
                ))}
              </ul>
            </details>
          )}
        </Line>
      );
    case 'agent_joined':
      return <Line at={entry.at}>{entry.agent.id === agentId ? 'You' : entry.agent.name} joined</Line>;
    case 'agent_left':
      return (
        <Line at={entry.at}>
          {entry.because === 'taken_back'
            ? `Taken back from ${entry.agent.id === agentId ? 'you' : entry.agent.name}: the work went back in line`
            : `${entry.agent.id === agentId ? 'You' : entry.agent.name} left: ${entry.because}`}
        </Line>
      );
    case 'moved':
      return (
        <Line at={entry.at}>
          {MOVED[entry.kind]} to {entry.queueName}
        </Line>
      );
    case 'resolved':
      return (
        <Line at={entry.at} strong>
          {entry.by === null ? 'Resolved' : `${entry.by.id === agentId ? 'You' : entry.by.name} resolved this`}
        </Line>
      );
    case 'contact_wished':
      return (
        <Line at={entry.at}>
          {entry.wish.way === 'here'
            ? 'Wants the answer here'
            : `Wants ${entry.wish.way === 'email' ? 'an e-mail to' : 'a call to'} ${entry.wish.address}`}
        </Line>
      );
    case 'withdrawn':
      return <Line at={entry.at}>Left the line: a person is needed no longer</Line>;
    case 'sharing':
      return <Line at={entry.at}>{entry.shares ? 'Lets you see their page' : 'Stopped showing their page'}</Line>;
    case 'guide_ended':
      return <Line at={entry.at}>{entry.words}</Line>;
    case 'recording_deleted':
      return <Line at={entry.at}>The recording was deleted</Line>;
    case 'reopened':
      return <Line at={entry.at}>Reopened: the visitor wrote again</Line>;
    case 'attempt':
      return (
        <AgentsOnly
          at={entry.at}
          title={entry.text === '' ? 'The assistant had no answer' : 'Not sent: a person was asked instead'}
        >
          {entry.text !== '' && <blockquote>{entry.text}</blockquote>}
          <p class="quiet">{sentenceOf(entry.verdict)}</p>
        </AgentsOnly>
      );
    case 'attempt_failed':
      return (
        <AgentsOnly at={entry.at} title="The assistant’s answer did not help">
          <p>
            To “{entry.question}”: {withoutEnd(entry.because)}.
          </p>
        </AgentsOnly>
      );
    case 'raised':
      return (
        <AgentsOnly at={entry.at} title="More urgent by what came while they waited">
          <p>
            Severity {entry.severity}
            {entry.class === 0 && ', before all others'}
            {entry.because.length > 0 && <>: {withoutEnd(entry.because.join('; '))}</>}.
          </p>
        </AgentsOnly>
      );
    case 'note':
      return (
        <AgentsOnly at={entry.at} title={`Note by ${entry.agent.id === agentId ? 'you' : entry.agent.name}`} note>
          <RichText text={entry.text} />
        </AgentsOnly>
      );
    case 'hop_note':
      return (
        <AgentsOnly
          at={entry.at}
          title={`${entry.agent.name}, ${entry.from === entry.to ? `within ${entry.to}` : `${entry.from} → ${entry.to}`}`}
          note
        >
          <RichText text={entry.text} />
        </AgentsOnly>
      );
    // Stands at the message that it is about.
    case 'silence_marked':
      return null;
    case 'flagged':
      return (
        <AgentsOnly at={entry.at} title={`Flagged as unnecessary by ${entry.agent.name}`}>
          <p>
            {sentenceOf(entry.because)}
            {entry.note !== '' && <>: {entry.note}</>}
          </p>
        </AgentsOnly>
      );
    case 'wrapped_up':
      return (
        <AgentsOnly at={entry.at} title={`Wrapped up by ${entry.agent.name}`}>
          <p>
            {sentenceOf(entry.code)}
            {entry.note !== '' && <>: {entry.note}</>}
          </p>
        </AgentsOnly>
      );
    case 'sla_breached':
      return (
        <AgentsOnly at={entry.at} title={`Promise broken: ${PROMISES[entry.metric]}`}>
          <p>
            Promised within {duration(entry.targetMinutes * 60_000)}, due {exactTime(entry.dueAt)}.
          </p>
        </AgentsOnly>
      );
    default:
      // A newer server may write entries that this version cannot show.
      return null;
  }
}

const MOVED = { transfer: 'Transferred', escalation: 'Escalated', overflow: 'Sent on by the queue’s rules' } as const;

const because = (reason: string): string => (reason === '' ? '' : `: ${reason}`);

type MessageProps = Omit<EntryProps, 'entry' | 'onShow'> & { entry: MessageEntry; show: (() => void) | null };

function MessageView({ entry, follows, verdict, agentId, show, silence }: MessageProps) {
  const { author } = entry;
  const mine = author.kind === 'agent' && author.id === agentId;
  const name =
    author.kind === 'visitor'
      ? (author.name ?? 'Visitor')
      : author.kind === 'assistant'
        ? 'Assistant'
        : mine
          ? 'You'
          : author.name;
  return (
    <article class={`message ${author.kind} ${follows ? 'follows' : ''}`}>
      {follows ? (
        <span class="unseen">{name}: </span>
      ) : (
        <p class="author">
          <strong>{name}</strong> <Time at={entry.at} />
        </p>
      )}
      <div class="words">
        <RichText text={entry.text} />
      </div>
      {show !== null && (
        <button
          type="button"
          class="plain then"
          aria-label="Show the page as it was then"
          title="Show the page as it was then"
          onClick={show}
        >
          <Icon name="page" />
        </button>
      )}
      {entry.citations.length > 0 && (
        <p class="quiet sources">
          From: {entry.citations.map(({ title, heading }) => (heading ? `${title} › ${heading}` : title)).join('; ')}
        </p>
      )}
      {silence !== undefined && <SilenceMark {...silence} />}
      {verdict !== null && (
        <p class="verdict" title="Only agents see this">
          <Icon name="lock" /> {verdict}
        </p>
      )}
    </article>
  );
}

function Line({ at, strong = false, children }: { at: number; strong?: boolean; children: ComponentChildren }) {
  return (
    <div class={`line ${strong ? 'strong' : ''}`}>
      <div>{children}</div> <Time at={at} />
    </div>
  );
}

type AgentsOnlyProps = { at: number; title: string; note?: boolean; children: ComponentChildren };

function AgentsOnly({ at, title, note = false, children }: AgentsOnlyProps) {
  return (
    <div class={`agents-only ${note ? 'note' : ''}`} title="Only agents see this">
      <p class="author">
        <Icon name="lock" />
        <strong>{title}</strong> <span class="quiet">agents only</span> <Time at={at} />
      </p>
      {children}
    </div>
  );
}
