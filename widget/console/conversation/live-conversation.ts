import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { Page } from '#domain/page/page.ts';
import type { Breadcrumb } from '#domain/timeline/breadcrumb.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';
import type { AgentConversationDown, SegmentRef } from '#protocol/agent-conversation.ts';
import type { Me } from '#protocol/http.ts';
import { randomId } from '../../kit/random-id.ts';
import { openStore } from '../../kit/storage.ts';
import { createOutbox, type Outgoing } from '../../panel/outbox.ts';
import { addPart, type Drafts, draftText, mergeEntries } from '../../panel/transcript.ts';
import { type Feed, openFeed } from '../kit/feed.ts';
import { createRequests, type Told } from '../requests.ts';
import type { Entry } from './entries.ts';
import { openKept } from './kept.ts';

type Welcome = Extract<AgentConversationDown, { type: 'welcome' }>;
export type Written = Outgoing<'message' | 'note'>;

/** What changes together in one frame is drawn together. */
export type Standing = {
  status: Welcome['status'];
  visitor: Welcome['visitor'];
  escalation: Escalation | null;
  bundle: ContextBundle | null;
  page: Page | null;
  trail: readonly Breadcrumb[];
  recordingId: string | null;
  /** Whether the visitor shares what is recorded. */
  sharing: Welcome['sharing'];
  /** This agent holds the work. */
  mine: boolean;
  /** What was promised to the visitor, soonest due first. */
  sla: Welcome['sla'];
};

export type LiveConversation = Pick<Feed, 'connection' | 'reconnect' | 'close'> & {
  id: string;
  /** Null until the server has greeted us. */
  standing: ReadonlySignal<Standing | null>;
  entries: ReadonlySignal<readonly Entry[]>;
  outgoing: ReadonlySignal<readonly Written[]>;
  /** What the assistant has written so far; empty when it writes nothing. */
  draft: ReadonlySignal<string>;
  visitorTypes: ReadonlySignal<boolean>;
  segments: ReadonlySignal<readonly SegmentRef[]>;
  /** On the screen now. */
  watched: { value: boolean };
  /** Messages of the visitor since this was last on the screen. */
  unread: ReadonlySignal<number>;
  say(kind: Written['kind'], text: string): void;
  retry(id: string): void;
  typing(): void;
  /** Resolve, transfer, escalate, flag. The same id is one deed, however often it is tried. */
  act(frame: { type: string } & Record<string, unknown>, id: string): Promise<Told>;
  /** What is being written, kept over reloads and expired sessions. */
  written(kind: Written['kind']): string;
  keep(kind: Written['kind'], text: string): void;
};

const TYPES_MS = 6000;
const TYPING_EVERY_MS = 3000;
/** As many crumbs as a bundle keeps. */
const TRAIL_KEPT = 400;

const store = openStore('sessionStorage');

/** An agent's end of a conversation: the transcript by cursor, what is written and not yet there, and the bundle as it is now. */
export function openConversation(id: string, me: Me): LiveConversation {
  const standing = signal<Standing | null>(null);
  const entries = signal<readonly Entry[]>([]);
  const drafts = signal<Drafts>(new Map());
  const visitorTypes = signal(false);
  const segments = signal<readonly SegmentRef[]>([]);
  const isWatched = signal(false);
  /** Leaving marks everything as read: it was on the screen. */
  const watched = {
    get value() {
      return isWatched.value;
    },
    set value(next: boolean) {
      if (next === isWatched.peek()) return;
      if (!next) readSeq.value = entries.peek().at(-1)?.seq ?? readSeq.peek();
      isWatched.value = next;
      tellLooking();
    },
  };
  const readSeq = signal<number | null>(null);
  const endedTurns = new Set<string>();
  const kept = openKept(store, me.agent.id, id);
  const outbox = createOutbox<Written['kind']>();
  outbox.restore(kept.outgoing());
  const outgoing = signal<readonly Written[]>(outbox.items());
  const requests = createRequests((frame) => feed.send(frame));
  let typedAt = 0;
  let typesTimer: ReturnType<typeof setTimeout> | undefined;
  let outboxTimer: ReturnType<typeof setTimeout> | undefined;

  const change = (next: Partial<Standing>) => {
    if (standing.value !== null) standing.value = { ...standing.value, ...next };
  };

  /** [X13] The visitor is told who looks: who has it on a screen that is seen. */
  let toldLooking = false;
  function tellLooking(): void {
    const looking = isWatched.peek() && document.visibilityState === 'visible';
    if (standing.peek() === null || (looking === toldLooking && !looking)) return;
    toldLooking = feed.send({ type: 'looking', id: randomId(20), looking }) && looking;
  }
  document.addEventListener('visibilitychange', tellLooking);

  const feed = openFeed<AgentConversationDown>(
    { socket: 'conversation', conversationId: id },
    {
      hello: () => ({ cursor: entries.value.at(-1)?.seq ?? 0 }),
      frame: (frame) => batch(() => onFrame(frame)),
      lost() {
        outbox.connectionLost();
        drafts.value = new Map();
        visitorTypes.value = false;
      },
    },
  );

  function onFrame(frame: AgentConversationDown): void {
    switch (frame.type) {
      case 'welcome': {
        const { status, visitor, escalation, bundle, page, trail, recordingId, sharing, mine, sla } = frame;
        standing.value = {
          status,
          visitor,
          escalation,
          bundle,
          page,
          trail: orderTrail(trail),
          recordingId,
          sharing,
          mine,
          sla,
        };
        segments.value = frame.segments;
        feed.settled();
        requests.resend();
        tellLooking();
        pump();
        return;
      }
      case 'entries':
        onEntries(frame.entries);
        return;
      case 'ack':
        if (!requests.answered(frame)) outbox.acked(frame.id);
        show();
        return;
      case 'nack':
        if (!requests.answered(frame)) outbox.nacked(frame.id, frame.problem, Date.now());
        show();
        return;
      case 'assistant.delta':
        if (!endedTurns.has(frame.turn)) drafts.value = addPart(drafts.value, frame.turn, frame.part, frame.text);
        return;
      case 'assistant.end':
        endedTurns.add(frame.turn);
        drafts.value = new Map([...drafts.value].filter(([turn]) => turn !== frame.turn));
        return;
      case 'page':
        change({
          page: frame.page,
          trail: orderTrail([...(standing.value?.trail ?? []), ...frame.trail]).slice(-TRAIL_KEPT),
        });
        return;
      case 'visitor':
        if (standing.value !== null) change({ visitor: { ...standing.value.visitor, online: frame.online } });
        if (!frame.online) visitorTypes.value = false;
        return;
      case 'sharing':
        change({ sharing: frame.sharing });
        return;
      case 'typing':
        visitorTypes.value = true;
        clearTimeout(typesTimer);
        typesTimer = setTimeout(() => {
          visitorTypes.value = false;
        }, TYPES_MS);
        return;
      case 'escalation':
        change({ escalation: frame.escalation, bundle: frame.bundle, mine: frame.mine, sla: frame.sla });
        return;
      case 'sla':
        change({ sla: frame.sla });
        return;
      case 'recording_deleted':
        segments.value = [];
        return;
      case 'segment':
        if (!segments.value.some(({ tab, n }) => tab === frame.segment.tab && n === frame.segment.n))
          segments.value = [...segments.value, frame.segment];
        return;
      default:
        // A newer server may say more than this version knows.
        return;
    }
  }

  function onEntries(incoming: readonly Entry[]): void {
    entries.value = mergeEntries(entries.value, incoming);
    for (const entry of incoming) {
      if (entry.type === 'message') {
        outbox.arrived(entry.clientId);
        if (entry.author.kind === 'visitor') visitorTypes.value = false;
        if (entry.author.kind === 'assistant') drafts.value = new Map();
      }
      // A note carries no client id, and its entry comes just before its ack: shown once, not twice for a blink.
      if (entry.type === 'note' && entry.agent.id === me.agent.id) {
        const same = outbox.items().find(({ kind, text }) => kind === 'note' && text === entry.text);
        if (same !== undefined) outbox.arrived(same.id);
      }
      if (entry.type === 'resolved') change({ status: 'resolved' });
      if (entry.type === 'reopened') change({ status: 'open' });
      if (entry.type === 'escalated') change({ status: 'waiting' });
    }
    // What was there before we looked is not news.
    readSeq.value ??= entries.value.at(-1)?.seq ?? 0;
    show();
  }

  function show(): void {
    outgoing.value = outbox.items();
    kept.keepOutgoing(outgoing.value);
    schedule();
  }

  function pump(): void {
    if (feed.connection.value === 'live') {
      for (const { kind, id, text } of outbox.takeDue(Date.now()))
        feed.send({ type: kind === 'message' ? 'message.send' : 'note.add', id, text });
    }
    show();
  }

  function schedule(): void {
    clearTimeout(outboxTimer);
    const at = outbox.nextAt();
    if (at === null) return;
    outboxTimer = setTimeout(
      () => {
        outbox.expire(Date.now());
        pump();
      },
      Math.max(50, at - Date.now()),
    );
  }

  return {
    id,
    connection: feed.connection,
    reconnect: feed.reconnect,
    close() {
      clearTimeout(typesTimer);
      clearTimeout(outboxTimer);
      document.removeEventListener('visibilitychange', tellLooking);
      feed.close();
    },
    standing,
    entries,
    outgoing,
    draft: computed(() => draftText(drafts.value)),
    visitorTypes,
    segments,
    watched,
    unread: computed(() => {
      const from = readSeq.value;
      if (watched.value || from === null) return 0;
      return entries.value.filter(
        (entry) => entry.seq > from && entry.type === 'message' && entry.author.kind === 'visitor',
      ).length;
    }),
    say(kind, text) {
      outbox.add({ id: randomId(20), kind, text, at: Date.now(), state: 'sending', problem: '' });
      pump();
    },
    retry(itemId) {
      outbox.retry(itemId);
      pump();
    },
    typing() {
      const now = Date.now();
      if (now - typedAt < TYPING_EVERY_MS || standing.value?.mine !== true) return;
      typedAt = now;
      feed.send({ type: 'typing', id: randomId(20) });
    },
    act: (frame, actId) => requests.ask(frame, actId),
    written: kept.draft,
    keep: kept.keepDraft,
  };
}
