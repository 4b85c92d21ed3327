import type { Signal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ContactWish } from '#domain/conversation/entry.ts';
import { Icon } from '../kit/Icon.tsx';
import { hrefOf } from '../route.ts';
import type { DialogName } from '../screen.ts';
import { wishOf } from './entries.ts';
import { Log } from './Log.tsx';
import type { LiveConversation, Standing, Written } from './live-conversation.ts';
import { Promises } from './Promises.tsx';
import { ReplyBox } from './ReplyBox.tsx';

type ConversationPaneProps = {
  conversation: LiveConversation;
  agentId: string;
  mode: Signal<Written['kind']>;
  field: { current: HTMLTextAreaElement | null };
  onDialog(name: DialogName): void;
  /** Shows the page as it was at a time; null where nothing was recorded then. */
  onShow(at: number): (() => void) | null;
};

export function ConversationPane({ conversation, agentId, mode, field, onDialog, onShow }: ConversationPaneProps) {
  const standing = conversation.standing.value;
  const title = useRef<HTMLHeadingElement>(null);
  const toTitle = () => title.current?.focus({ preventScroll: true });
  // Whoever opens work by a key is there, and not still on the switch that Space would turn.
  useEffect(toTitle, []);
  return (
    <main class="conversation">
      <Head title={title} standing={standing} wish={wishOf(conversation.entries.value)} />
      {standing !== null && <Actions standing={standing} agentId={agentId} onDialog={onDialog} />}
      <Log conversation={conversation} agentId={agentId} onShow={onShow} />
      <ReplyBox key={conversation.id} conversation={conversation} mode={mode} field={field} onLeave={toTitle} />
    </main>
  );
}

type HeadProps = { title: RefObject<HTMLHeadingElement | null>; standing: Standing | null; wish: ContactWish | null };

function Head({ title, standing, wish }: HeadProps) {
  const visitor = standing?.visitor;
  const ticket = standing?.escalation?.ticketNumber;
  return (
    <header class="head">
      <a class="plain back" href={hrefOf({ page: 'inbox' })} aria-label="Back to the inbox">
        <Icon name="back" />
      </a>
      <div class="grow">
        <h1 ref={title} tabIndex={-1}>
          {standing === null ? 'Opening…' : (standing.bundle?.subject ?? 'Conversation')}
        </h1>
        {visitor !== undefined && (
          <p class="quiet">
            <span class={`dot ${visitor.online ? 'available' : 'offline'}`} aria-hidden="true" />
            {visitor.name ?? 'Anonymous visitor'}
            {visitor.email !== null && <>, {visitor.email}</>}
            {' · '}
            {visitor.online ? 'online' : 'not on the page'}
            {!visitor.attested && ' · not verified'}
            {ticket !== undefined && (
              <>
                {' · '}
                <span class="number">{ticket}</span>
              </>
            )}
          </p>
        )}
        {wish !== null && wish.way !== 'here' && <Reach wish={wish} />}
        {standing !== null && <Promises targets={standing.sla} />}
      </div>
    </header>
  );
}

/** Who could not wait: the answer is not only for the page. */
function Reach({ wish }: { wish: Exclude<ContactWish, { way: 'here' }> }) {
  const isMail = wish.way === 'email';
  return (
    <p class="reach">
      <Icon name="alert" /> Wants {isMail ? 'an e-mail to' : 'a call to'}{' '}
      <a href={isMail ? `mailto:${wish.address}` : `tel:${wish.address.replace(/[^\d+]/g, '')}`}>{wish.address}</a>
    </p>
  );
}

/** Who has it, and what can be done about it. */
function Actions({
  standing,
  agentId,
  onDialog,
}: {
  standing: Standing;
  agentId: string;
  onDialog(name: DialogName): void;
}) {
  const { escalation, mine } = standing;
  const wasMine = escalation?.state === 'resolved' && escalation.agent.id === agentId;
  return (
    <div class="actions">
      {mine && (
        <>
          <button type="button" class="secondary" title="Resolve (e)" onClick={() => onDialog('resolve')}>
            <Icon name="check" /> Resolve
          </button>
          <button type="button" class="secondary" title="Transfer (t)" onClick={() => onDialog('transfer')}>
            <Icon name="move" /> Transfer
          </button>
          <button type="button" class="secondary" title="Escalate (b)" onClick={() => onDialog('escalate')}>
            <Icon name="up" /> Escalate
          </button>
        </>
      )}
      {!mine && <p class="standing">{standingOf(standing, agentId)}</p>}
      <span class="grow" />
      {(mine || wasMine) && (
        <button
          type="button"
          class="plain"
          aria-label="Flag as unnecessary"
          title="Flag as unnecessary"
          onClick={() => onDialog('flag')}
        >
          <Icon name="flag" />
        </button>
      )}
    </div>
  );
}

function standingOf({ escalation }: Standing, agentId: string): string {
  if (escalation === null) return 'With the assistant. Nobody has asked for a person yet.';
  const queue = escalation.hops.at(-1)?.queueName ?? 'a queue';
  switch (escalation.state) {
    case 'queued':
      return `Waiting in ${queue}. Read-only until it is accepted.`;
    case 'assigned':
      return `${escalation.agent.name} has this, from ${queue}. Read-only; notes reach them.`;
    case 'resolved':
      return `Resolved by ${escalation.agent.id === agentId ? 'you' : escalation.agent.name}. It reopens when the visitor writes again.`;
    case 'abandoned':
      return 'The visitor left the line before anybody had it.';
    default:
      return escalation satisfies never;
  }
}
