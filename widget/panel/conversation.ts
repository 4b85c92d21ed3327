import type { RedactionReceipt } from '#domain/redaction/receipt.ts';
import type { conversationAnswer, conversationRequest } from '#protocol/http.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { VisitorDown, VisitorUp } from '#protocol/visitor.ts';
import { backOffMs } from '../kit/back-off.ts';
import { type Link, openLink } from '../kit/link.ts';
import { json, openSocket, request } from '../kit/natives.ts';
import { randomId } from '../kit/random-id.ts';
import { describeReceipt } from '../kit/receipt-words.ts';
import type { Core } from '../launcher/core.ts';
import type { VisitState } from '../launcher/visits.ts';
import { createOutbox, type Outgoing } from './outbox.ts';
import { createPageReporter } from './page-reporter.ts';
import {
  addPart,
  type ContactWish,
  countUnread,
  type Drafts,
  draftText,
  mergeEntries,
  type SharedEntry,
} from './transcript.ts';

export type GuideEnd = Pick<Extract<VisitorUp, { type: 'guide.end' }>, 'answer' | 'outcome' | 'step'>;

export type Place = Omit<Extract<VisitorDown, { type: 'place' }>, 'type'>;

/**
 * Where the connection stands. `none`: no conversation yet, nothing to connect to. `lost`: coming back by itself. `expired`,
 * `outdated`, `refused`: not coming back without the visitor or the host.
 */
export type ConversationLink = 'none' | 'connecting' | 'live' | 'lost' | 'expired' | 'outdated' | 'refused';

/** All that the panel draws. A new object whenever something changed. */
export type ConversationView = {
  link: ConversationLink;
  /** The browser has no network; the connection may not have noticed yet. */
  offline: boolean;
  visit: VisitState;
  /** The history has not come yet. */
  loading: boolean;
  conversationId: string | null;
  entries: readonly SharedEntry[];
  outgoing: readonly Outgoing[];
  /** What the assistant has written so far; empty when it writes nothing. */
  draft: string;
  /** Somebody is about to answer: `assistant`, or the name of an agent who types. */
  writing: { kind: 'assistant' } | { kind: 'agent'; name: string } | null;
  status: 'open' | 'waiting' | 'resolved';
  agent: { id: string; name: string } | null;
  place: Place | null;
  readSeq: number;
  /** The visitor said no to the offer with this seq. */
  declinedOffer: number | null;
  /** Whether support sees this page, and who looks at it now. */
  sharing: { state: Extract<VisitorDown, { type: 'sharing' }>['sharing']; lookers: readonly string[] };
  /** Rises when somebody else is here. */
  people: number;
};

export type Conversation = {
  view(): ConversationView;
  onChange: ((view: ConversationView) => void) | null;
  onUnread: ((count: number) => void) | null;
  say(text: string): void;
  askForPerson(): void;
  declinePerson(offer: number): void;
  /** Out of the line. */
  withdraw(): void;
  /** Support may see this page, or may not any longer. Ending it takes effect here at once. */
  share(shares: boolean): void;
  /** How the answer should come. The newest counts; one that was refused is forgotten. */
  wishContact(wish: ContactWish): void;
  /** How a guide ended; `id` is the guide's own, so that it is told once. */
  endGuide(id: string, end: GuideEnd): void;
  retry(id: string): void;
  typing(): void;
  /** The panel is open and the page visible, or not any more. */
  watching(watched: boolean): void;
  startNew(): void;
  reconnect(): void;
  crumbAdded(): void;
  pageChanged(): void;
  visitChanged(): void;
  /** What support cannot see in the recording, one line each; empty while there is none. */
  readReceipt(): Promise<string[]>;
  /** Deletes every byte of the recording; false when that could not be done. */
  forgetRecording(): Promise<boolean>;
  debug(): { id: string | null; entries: number; unacked: number; unread: number };
  stop(): void;
};

type ConversationRequest = ReturnType<typeof conversationRequest.parse>;

const EMPTY: Omit<ConversationView, 'visit' | 'people'> = {
  link: 'none',
  offline: false,
  loading: false,
  conversationId: null,
  entries: [],
  outgoing: [],
  draft: '',
  writing: null,
  status: 'open',
  agent: null,
  place: null,
  readSeq: 0,
  declinedOffer: null,
  sharing: { state: 'off', lookers: [] },
};

/** An assistant that has not begun by now is not about to. */
const ASSISTANT_WRITES_MS = 30_000;
const AGENT_TYPES_MS = 6000;
const TYPING_EVERY_MS = 3000;

/** `owner`: the person who wrote it; empty where nobody had said who they are. */
type SavedOutgoing = Outgoing & { owner: string };

const isSaved = (value: unknown): value is SavedOutgoing =>
  typeof value === 'object' &&
  value !== null &&
  'id' in value &&
  'kind' in value &&
  'text' in value &&
  'at' in value &&
  'state' in value &&
  'owner' in value;

/** The visitor's end of the conversation. Nothing leaves the page before the first message or the wish for a person. */
export function startConversation(core: Core): Conversation {
  const { local, keys, visits, events } = core;
  const outbox = createOutbox();
  /** Whose the outbox is; unknown until there is a visit. */
  let person: string | null = null;
  let view: ConversationView = { ...EMPTY, visit: visits.state, people: 0 };
  let drafts: Drafts = new Map();
  const endedTurns = new Set<string>();
  let link: Link | null = null;
  let linkedWith = '';
  let watched = false;
  let unread = 0;
  let stopped = false;
  /** The request that makes the conversation: one id until it is answered, so that trying twice makes one. */
  let opening: ConversationRequest | null = null;
  let openingRuns = false;
  let typedAt = 0;
  /** Tokens or conversations refused in a row. */
  let refusals = 0;
  let writingTimer: ReturnType<typeof setTimeout> | undefined;
  let outboxTimer: ReturnType<typeof setTimeout> | undefined;
  const reporter = createPageReporter(core, (frame) => link?.send(frame) ?? false);

  const conversation: Conversation = {
    view: () => view,
    onChange: null,
    onUnread: null,
    say: (text) => put({ kind: 'message', text }),
    askForPerson: () => put({ kind: 'person', text: '' }),
    declinePerson(offer) {
      update({ declinedOffer: offer });
      put({ kind: 'decline', text: '' });
    },
    withdraw() {
      for (const { id, kind } of outbox.items()) if (kind === 'withdraw') forget(id);
      put({ kind: 'withdraw', text: '' });
    },
    share(shares) {
      if (!shares) record(null);
      for (const { id, kind } of outbox.items()) if (kind === 'share') forget(id);
      put({ kind: 'share', text: String(shares) });
    },
    wishContact(wish) {
      for (const { id, kind } of outbox.items()) if (kind === 'contact') forget(id);
      put({ kind: 'contact', text: json.stringify(wish) });
    },
    endGuide: (id, end) => put({ kind: 'guide', text: json.stringify(end) }, id),
    retry(id) {
      outbox.retry(id);
      pump();
    },
    typing() {
      const now = Date.now();
      if (view.link !== 'live' || view.status !== 'waiting' || now - typedAt < TYPING_EVERY_MS) return;
      typedAt = now;
      link?.send({ type: 'typing', id: randomId(20) });
    },
    watching(next) {
      watched = next;
      markRead();
    },
    startNew() {
      opening = { clientId: randomId(20), startNew: true };
      drop();
      local.remove(keys.conversation);
      update({ ...EMPTY, outgoing: outbox.items() });
    },
    reconnect() {
      visits.renew();
    },
    crumbAdded: reporter.crumbAdded,
    pageChanged: reporter.pageChanged,
    visitChanged,
    readReceipt,
    forgetRecording,
    debug: () => ({ id: view.conversationId, entries: view.entries.length, unacked: outbox.items().length, unread }),
    stop() {
      stopped = true;
      drop();
      clearTimeout(writingTimer);
      clearTimeout(outboxTimer);
      window.removeEventListener('storage', onStorage);
      window.removeEventListener('online', onNetwork);
      window.removeEventListener('offline', onNetwork);
      document.removeEventListener('visibilitychange', markRead);
    },
  };

  function update(change: Partial<ConversationView>): void {
    view = { ...view, ...change, visit: visits.state };
    const count = watched && document.visibilityState !== 'hidden' ? 0 : countUnread(view.entries, view.readSeq);
    if (count !== unread) {
      unread = count;
      conversation.onUnread?.(count);
    }
    conversation.onChange?.(view);
  }

  function visitChanged(): void {
    const visit = visits.current;
    if (visits.state === 'expired' || visits.state === 'refused') {
      drop();
      update({ link: visits.state, loading: false });
      return;
    }
    if (visits.state !== 'ready' || visit === null) {
      update({});
      return;
    }
    if (person !== visits.person) becomePerson(visits.person);
    const id = opening?.startNew ? view.conversationId : (visit.conversationId ?? view.conversationId);
    if (id !== null) connect(id);
    else update({ link: 'none', loading: false });
    if (outbox.items().some(({ state }) => state === 'sending')) pump();
  }

  /** What was written before anybody was known is theirs who is known now; what somebody else wrote is not. */
  function becomePerson(next: string): void {
    if (person) {
      drop();
      opening = null;
      for (const { id } of outbox.items()) outbox.arrived(id);
      update({ ...EMPTY, people: view.people + 1 });
    }
    person = next;
    const saved = readSaved();
    outbox.restore(saved.filter(({ owner }) => owner === '' || owner === next).map(({ owner, ...item }) => item));
    // Somebody whose session ended may come back for what they wrote; somebody else at their browser may not find it.
    if (next !== '')
      for (const { id, owner } of saved) if (owner !== '' && owner !== next) local.remove(keys.outgoing + id);
    for (const item of outbox.items()) if (item.state !== 'sent') save(item);
    update({ outgoing: outbox.items() });
  }

  function connect(id: string): void {
    const token = visits.current?.visitToken;
    if (token === undefined || stopped || linkedWith === `${id} ${token}`) return;
    drop();
    linkedWith = `${id} ${token}`;
    const isOther = id !== view.conversationId;
    update({
      ...(isOther ? { ...EMPTY, outgoing: outbox.items() } : {}),
      conversationId: id,
      link: 'connecting',
      loading: isOther || view.entries.length === 0,
    });
    link = openLink<VisitorDown>({
      tools: { open: openSocket, json },
      address: () => ({
        url: `${core.origin.replace(/^http/, 'ws')}/v1/conversations/${id}/socket`,
        credential: `visit.${token}`,
      }),
      onOpen: () =>
        link?.send({
          type: 'hello',
          id: randomId(20),
          protocol: PROTOCOL_VERSION,
          cursor: view.entries.at(-1)?.seq ?? 0,
          tab: core.capture.trail.tab,
          ...('globalPrivacyControl' in navigator && navigator.globalPrivacyControl === true ? { gpc: true } : {}),
        }),
      onFrame,
      onState(state) {
        if (state === 'lost') {
          outbox.connectionLost();
          reporter.pause();
          drafts = new Map();
          setWriting(null);
          update({ link: 'lost', draft: '' });
        } else if (view.link !== 'lost' || state === 'live') update({ link: state });
      },
      onEnd(end) {
        link = null;
        linkedWith = '';
        switch (end) {
          case 'unauthenticated':
            // A fresh visit token leads back here through `visitChanged`. Slower each time: the token may not be what is wrong.
            refusals += 1;
            setTimeout(() => !stopped && visits.renew(), refusals === 1 ? 0 : backOffMs(refusals, Math.random()));
            return;
          case 'protocol_too_old':
            update({ link: 'outdated', loading: false });
            return;
          case 'forbidden':
            // Not this visitor's conversation, perhaps the last one's on this browser; or it is gone. What is written now begins another, and by name: what the visit knows of is
            // this one. Slower each time, as above.
            local.remove(keys.conversation);
            opening = { clientId: randomId(20), startNew: true };
            update({ ...EMPTY, outgoing: outbox.items() });
            refusals += 1;
            setTimeout(() => !stopped && pump(), refusals === 1 ? 0 : backOffMs(refusals, Math.random()));
            return;
          case 'replaced':
            update({ link: 'refused', loading: false });
            return;
          default:
            end satisfies never;
            return;
        }
      },
    });
  }

  function drop(): void {
    const last = link;
    link = null;
    linkedWith = '';
    reporter.pause();
    outbox.connectionLost();
    last?.close();
  }

  let recordingId: string | null = null;
  function record(id: string | null): void {
    recordingId = id ?? recordingId;
    core.record(id);
  }

  async function readReceipt(): Promise<string[]> {
    const visit = await visits.ensure();
    if (recordingId === null || visit === null) return ['Nothing has been recorded.'];
    const response = await request(`${core.origin}/v1/recordings/${recordingId}/what-support-sees`, {
      headers: { authorization: `Bearer ${visit.visitToken}` },
      credentials: 'omit',
    });
    if (!response.ok) throw new Error('no receipt');
    return describeReceipt((await response.json()) as RedactionReceipt);
  }

  async function forgetRecording(): Promise<boolean> {
    const visit = await visits.ensure();
    record(null);
    const response = await request(`${core.origin}/v1/recordings/${recordingId}/forget`, {
      method: 'POST',
      headers: { authorization: `Bearer ${visit.visitToken}` },
      credentials: 'omit',
    }).catch(() => null);
    return response?.ok === true;
  }

  function onFrame(frame: VisitorDown): void {
    switch (frame.type) {
      case 'welcome':
        refusals = 0;
        link?.settled();
        update({ status: frame.status, agent: frame.agent, readSeq: Math.max(view.readSeq, frame.readSeq) });
        record(frame.record?.recordingId ?? null);
        reporter.start(frame.conversationId);
        // The page first, the words after it: the assistant reads both.
        pump();
        return;
      case 'entries':
        onEntries(frame.entries);
        return;
      case 'ack': {
        if (reporter.answered(frame.id, true, false)) return;
        const item = outbox.acked(frame.id);
        if (item === null) return;
        if (item.kind === 'person' && view.status !== 'waiting') setWriting({ kind: 'assistant' });
        saveAndShow(item);
        return;
      }
      case 'nack': {
        const { kind } = frame.problem;
        const retry = kind === 'rate_limited' || kind === 'internal' || kind === 'unavailable';
        if (reporter.answered(frame.id, false, retry)) return;
        const item = outbox.nacked(frame.id, frame.problem, Date.now());
        // Of a conversation that is another by now: nobody waits for it.
        if (item?.kind === 'guide' && item.state === 'failed') forget(item.id);
        else if (item !== null) saveAndShow(item);
        return;
      }
      case 'assistant.delta':
        if (endedTurns.has(frame.turn)) return;
        drafts = addPart(drafts, frame.turn, frame.part, frame.text);
        update({ draft: draftText(drafts) });
        return;
      case 'assistant.end':
        endTurns([frame.turn]);
        return;
      case 'place':
        update({
          place: {
            position: frame.position,
            estimate: frame.estimate,
            agentsAvailable: frame.agentsAvailable,
            service: frame.service,
            opensAt: frame.opensAt,
          },
        });
        return;
      case 'status':
        update({
          status: frame.status,
          agent: frame.agent,
          ...(frame.status === 'waiting' ? {} : { place: null }),
        });
        return;
      case 'record':
        record(frame.recordingId);
        return;
      case 'sharing':
        update({ sharing: { state: frame.sharing, lookers: frame.lookers } });
        core.watch(frame.lookers.length > 0);
        return;
      case 'typing':
        setWriting({ kind: 'agent', name: frame.name });
        return;
      default:
        // A newer server may say more than this version knows.
        return;
    }
  }

  function onEntries(incoming: readonly SharedEntry[]): void {
    const first = view.loading;
    const before = view.entries.at(-1)?.seq ?? 0;
    const entries = mergeEntries(view.entries, incoming);
    const fresh = incoming.filter(({ seq }) => seq > before);
    for (const entry of fresh) {
      if (entry.type === 'message' && entry.author.kind === 'visitor') forget(entry.clientId);
      if (entry.type === 'sharing') for (const { id, kind } of outbox.items()) if (kind === 'share') forget(id);
      // Done, or too late: either way there is nothing left to ask for.
      if (entry.type === 'withdrawn' || entry.type === 'agent_joined')
        for (const { id, kind } of outbox.items()) if (kind === 'withdraw') forget(id);
    }
    const answered = fresh.some((entry) => entry.type !== 'message' || entry.author.kind !== 'visitor');
    if (answered) {
      endTurns([...drafts.keys()]);
      setWriting(null);
    } else if (!first && fresh.length > 0 && view.status !== 'waiting') setWriting({ kind: 'assistant' });
    update({ entries, loading: false, outgoing: outbox.items() });
    markRead();
    if (!first) for (const entry of fresh) tell(entry);
  }

  function tell(entry: SharedEntry): void {
    if (entry.type === 'message') {
      events.emit('message', { from: entry.author.kind });
      if (unread > 0 && entry.author.kind !== 'visitor')
        core.announce(
          entry.author.kind === 'agent' ? `New message from ${entry.author.name}` : 'New message from support',
        );
    } else if (entry.type === 'escalated') events.emit('escalated', { ticketNumber: entry.ticketNumber });
    else if (entry.type === 'agent_joined') {
      events.emit('agentJoined', { name: entry.agent.name });
      if (!watched) core.announce(`${entry.agent.name} has joined the conversation`);
    } else if (entry.type === 'resolved') events.emit('resolved', undefined);
  }

  function endTurns(turns: readonly string[]): void {
    for (const turn of turns) endedTurns.add(turn);
    drafts = new Map([...drafts].filter(([turn]) => !endedTurns.has(turn)));
    setWriting(null);
    update({ draft: draftText(drafts) });
  }

  function setWriting(writing: ConversationView['writing']): void {
    clearTimeout(writingTimer);
    if (writing !== null)
      writingTimer = setTimeout(
        () => update({ writing: null }),
        writing.kind === 'agent' ? AGENT_TYPES_MS : ASSISTANT_WRITES_MS,
      );
    update({ writing });
  }

  function markRead(): void {
    if (!watched || document.visibilityState === 'hidden') return;
    const head = view.entries.at(-1)?.seq ?? 0;
    if (head <= view.readSeq) {
      update({});
      return;
    }
    if (!link?.send({ type: 'read', id: randomId(20), seq: head })) return;
    local.set(keys.read, `${view.conversationId} ${head}`);
    update({ readSeq: head });
  }

  function put(what: Pick<Outgoing, 'kind' | 'text'>, id = randomId(20)): void {
    const item: Outgoing = { id, ...what, at: Date.now(), state: 'sending', problem: '' };
    outbox.add(item);
    saveAndShow(item);
    pump();
  }

  /** Hands over what is due, and makes the conversation first when there is none. */
  function pump(): void {
    clearTimeout(outboxTimer);
    const now = Date.now();
    if (outbox.expire(now)) update({ outgoing: outbox.items() });
    if (view.conversationId === null) {
      if (outbox.items().some(({ state }) => state === 'sending')) void openConversation();
      return;
    }
    if (view.link === 'live') {
      for (const item of outbox.takeDue(now)) link?.send(frameOf(item));
      update({ outgoing: outbox.items() });
    }
    const next = outbox.nextAt();
    if (next !== null) outboxTimer = setTimeout(pump, Math.max(50, next - Date.now()));
  }

  async function openConversation(): Promise<void> {
    if (openingRuns) return;
    openingRuns = true;
    opening ??= { clientId: randomId(20), startNew: false };
    try {
      for (let attempt = 0; !stopped && view.conversationId === null; attempt += 1) {
        const visit = await visits.ensure();
        const whose = visits.person;
        opening ??= { clientId: randomId(20), startNew: false };
        if (stopped || view.conversationId !== null) return;
        // A visit made meanwhile may know of a conversation; only the wish for a new one overrules it.
        const known = opening.startNew ? null : visit.conversationId;
        const id = known ?? (await begin(visit.visitToken));
        // Somebody else came meanwhile: what was found is not theirs.
        if (visits.person !== whose) continue;
        if (id !== null) {
          opening = null;
          local.set(keys.conversation, id);
          connect(id);
          return;
        }
        update({ link: 'lost' });
        await new Promise((resolve) => setTimeout(resolve, backOffMs(attempt, Math.random())));
      }
    } finally {
      openingRuns = false;
    }
  }

  async function begin(token: string): Promise<string | null> {
    try {
      const response = await request(`${core.origin}/v1/conversations`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: json.stringify(opening),
        credentials: 'omit',
      });
      if (response.ok) return ((await response.json()) as ReturnType<typeof conversationAnswer.parse>).conversationId;
      if (response.status === 401) visits.renew();
    } catch {
      // No network: tried again by the caller.
    }
    return null;
  }

  /** Kept until acknowledged, each under its own key: two tabs never write over each other's. */
  function saveAndShow(item: Outgoing): void {
    if (item.state === 'sent') local.remove(keys.outgoing + item.id);
    else save(item);
    update({ outgoing: outbox.items() });
  }

  function save(item: Outgoing): void {
    local.set(keys.outgoing + item.id, json.stringify({ ...item, owner: person ?? '' } satisfies SavedOutgoing));
  }

  function forget(id: string): void {
    outbox.arrived(id);
    local.remove(keys.outgoing + id);
  }

  function readSaved(): SavedOutgoing[] {
    return local
      .keys()
      .filter((key) => key.startsWith(keys.outgoing))
      .flatMap((key) => {
        try {
          const value: unknown = json.parse(local.get(key) ?? '');
          if (isSaved(value)) return [value];
        } catch {
          // Falls through: unreadable is of no use to anybody.
        }
        local.remove(key);
        return [];
      });
  }

  /** Another tab of the same visitor began a conversation, or read it. */
  function onStorage({ key, newValue }: StorageEvent): void {
    if (newValue === null) return;
    if (key === keys.conversation && view.conversationId === null && visits.state === 'ready') connect(newValue);
    if (key === keys.read) {
      const [id, seq] = newValue.split(' ');
      if (id === view.conversationId && Number(seq) > view.readSeq) update({ readSeq: Number(seq) });
    }
  }
  const onNetwork = () => update({ offline: !navigator.onLine });
  window.addEventListener('online', onNetwork);
  window.addEventListener('offline', onNetwork);
  window.addEventListener('storage', onStorage);
  document.addEventListener('visibilitychange', markRead);

  visitChanged();
  return conversation;
}

function frameOf({ id, kind, text }: Outgoing): object {
  switch (kind) {
    case 'message':
      return { type: 'message.send', id, text };
    case 'person':
      return { type: 'person.request', id };
    case 'decline':
      return { type: 'person.decline', id };
    case 'withdraw':
      return { type: 'person.withdraw', id };
    case 'contact':
      return { type: 'contact.wish', id, wish: json.parse(text) };
    case 'guide':
      return { type: 'guide.end', id, ...json.parse(text) };
    case 'share':
      return { type: 'recording.share', id, shares: text === 'true' };
    default:
      return kind satisfies never;
  }
}
