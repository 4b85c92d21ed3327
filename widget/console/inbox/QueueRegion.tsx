import { useState } from 'preact/hooks';
import type { Me } from '#protocol/http.ts';
import type { QueueEntryView } from '#protocol/queue.ts';
import { now } from '../clock.ts';
import { Icon } from '../kit/Icon.tsx';
import { hrefOf } from '../route.ts';
import { due, duration, isLate, plural, withoutEnd, withoutMarks } from '../wording.ts';
import { EntryMenu } from './EntryMenu.tsx';
import { Explained } from './Explained.tsx';
import type { QueueFeed, QueueView } from './queue-feed.ts';
import { RankSum } from './RankSum.tsx';
import { inHandsWords, isSupervisor, needsWords, serviceWords } from './supervision.ts';

/** Rows of a queue before it asks to be opened further: the front of the line is what matters. */
const SHOWN = 6;

type QueueRegionProps = { feed: QueueFeed; agent: Me['agent']; shown: string | undefined };

export function QueueRegion({ feed, agent, shown }: QueueRegionProps) {
  const view = feed.view.value;
  const [open, setOpen] = useState(true);
  const [all, setAll] = useState(false);
  const entries = view?.entries ?? [];
  // Who is offered what is in sight, however many wait before it in the list.
  const visible = all ? entries : entries.filter(({ state }, index) => index < SHOWN || state === 'reserved');
  const supervises = isSupervisor(agent.role);
  const inHands = view === null ? null : inHandsWords(view);
  return (
    <section aria-label={`Queue ${feed.queue.name}`} class="queue">
      <h3>
        <button type="button" class="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="down" />
          <span>{feed.queue.name}</span>
          {feed.queue.mine && <span class="tag">yours</span>}
          <span class="grow" />
          {view !== null && (
            <span class={view.waiting > 0 ? 'count number' : 'quiet number'}>{view.waiting} waiting</span>
          )}
        </button>
      </h3>
      {inHands !== null && <p class="in-hands quiet small number">{inHands}</p>}
      {view !== null && <Service view={view} />}
      {open && (
        <>
          {view === null ? (
            <div class="skeleton" aria-hidden="true">
              <i />
            </div>
          ) : (
            entries.length > 0 && (
              <ul class="rows-list">
                {visible.map((entry) => (
                  <EntryRow
                    key={`${entry.escalationId}/${entry.hop}`}
                    entry={entry}
                    order={view.order}
                    agentId={agent.id}
                    shown={shown}
                    supervisedOn={supervises ? feed : null}
                  />
                ))}
              </ul>
            )
          )}
          {(all ? entries.length > SHOWN : entries.length > visible.length) && (
            <button type="button" class="link" onClick={() => setAll(!all)}>
              {all ? 'Show fewer' : `Show all ${entries.length}`}
            </button>
          )}
          {view !== null && (
            <div class="queue-foot">
              <Agents agents={view.agents} owner={feed.queue.ownerName} />
              {supervises && <ServiceSwitch feed={feed} view={view} />}
            </div>
          )}
        </>
      )}
    </section>
  );
}

/** Whether newcomers are taken, where they are not. */
function Service({ view }: { view: QueueView }) {
  const words = serviceWords(view);
  if (words.length === 0) return null;
  return (
    <div class="service small">
      {words.map((line) => (
        <p key={line} class="warning">
          {line}
        </p>
      ))}
    </div>
  );
}

/** Seldom wanted, so it is seen by who points at the queue or comes by keyboard; a closed queue keeps it in sight. */
function ServiceSwitch({ feed, view }: { feed: QueueFeed; view: QueueView }) {
  const [failure, setFailure] = useState('');
  const isClosed = view.closed !== null;
  const verb = isClosed ? 'Open queue' : 'Close queue';
  const toggle = async () => {
    setFailure('');
    const told = await feed.ask({ type: isClosed ? 'queue.open' : 'queue.close' });
    if (!told.ok) setFailure(told.message);
  };
  return (
    <>
      <button
        type="button"
        class={`plain service-switch ${isClosed ? 'needed' : ''}`}
        aria-label={`${verb} ${feed.queue.name}`}
        onClick={() => void toggle()}
      >
        {isClosed ? 'Open' : 'Close'}
      </button>
      {failure !== '' && (
        <p class="failure small" role="alert">
          {failure}
        </p>
      )}
    </>
  );
}

type EntryRowProps = {
  entry: QueueEntryView;
  order: QueueView['order'];
  agentId: string;
  shown: string | undefined;
  supervisedOn: QueueFeed | null;
};

function EntryRow({ entry, order, agentId, shown, supervisedOn }: EntryRowProps) {
  const { promiseDueAt } = entry;
  const late = promiseDueAt !== null && isLate(promiseDueAt, now.value);
  const id = `why-${entry.escalationId}-${entry.hop}`;
  const needs = needsWords(entry);
  const [isOpen, setOpen] = useState(false);
  const why = (
    <>
      <RankSum
        terms={entry.rank}
        dueAt={entry.dueAt}
        standing={{ ...entry, order }}
        isTaken={entry.state === 'assigned'}
      />
      {entry.because.length > 0 && <p>Because: {withoutEnd(entry.because.map(withoutMarks).join('; '))}.</p>}
      {needs !== null && <p>{needs}</p>}
    </>
  );
  return (
    <li class={supervisedOn === null ? undefined : 'supervised'}>
      <Explained id={id} why={why}>
        <a
          class={`row ${entry.state}`}
          href={hrefOf({ page: 'conversation', id: entry.conversationId })}
          aria-current={entry.conversationId === shown ? 'page' : undefined}
          aria-describedby={id}
        >
          <span class="subject">
            {entry.class === 0 && <strong class="critical">Critical </strong>}
            {entry.subject}
          </span>
          <span class="quiet">
            {stateOf(entry, agentId)}
            {entry.tier !== null && <> · {entry.tier}</>}
            <span class={`number ${late ? 'late' : ''}`}>
              {entry.state !== 'assigned' && <> · {duration(now.value - entry.queuedAt)}</>}
              {promiseDueAt !== null && <> · {due(promiseDueAt, now.value)}</>}
            </span>
          </span>
        </a>
      </Explained>
      {/* A finger points at nothing, and a phone has no room beside the list. */}
      <button
        type="button"
        class="link small why-here"
        aria-expanded={isOpen}
        aria-label={`Why here: ${entry.subject}`}
        onClick={() => setOpen(!isOpen)}
      >
        Why here
      </button>
      {isOpen && <div class="why-inline small">{why}</div>}
      {supervisedOn !== null && <EntryMenu entry={entry} feed={supervisedOn} />}
    </li>
  );
}

function stateOf({ state, agent }: QueueEntryView, agentId: string): string {
  const name = agent === null ? 'somebody' : agent.id === agentId ? 'you' : agent.name;
  if (state === 'queued') return 'Waiting';
  return state === 'reserved' ? `Offered to ${name}` : `With ${name}`;
}

const PRESENCE = { available: 'available', away: 'away', offline: 'offline' } as const;

function Agents({ agents, owner }: { agents: QueueView['agents']; owner: string | null }) {
  const answers = owner === null ? null : `${owner} answers for it.`;
  if (agents.length === 0)
    return <p class="empty">Nobody has signed in to serve this queue yet.{answers !== null && ` ${answers}`}</p>;
  const available = agents.filter(({ presence }) => presence === 'available').length;
  return (
    <details class="agents">
      <summary>{available === 0 ? 'Nobody available' : `${plural(available, 'agent')} available`}</summary>
      <ul class="plain-list">
        {agents.map(({ id, name, presence, load, capacity }) => (
          <li key={id}>
            <span class={`dot ${presence}`} aria-hidden="true" />
            {name}
            <span class="quiet">
              {' '}
              {PRESENCE[presence]}, <span class="number">{`${load} of ${capacity}`}</span>
            </span>
          </li>
        ))}
        {answers !== null && <li class="quiet">{answers}</li>}
      </ul>
    </details>
  );
}
