import { DurableObject } from 'cloudflare:workers';
import { z } from 'zod';
import type { ConversationCommand, ConversationRefusal, Destination } from '#domain/conversation/command.ts';
import type { ConversationState, ConversationVisitor } from '#domain/conversation/conversation.ts';
import { decideConversation } from '#domain/conversation/decide.ts';
import type { Effect } from '#domain/conversation/effect.ts';
import { type Entry, isShared } from '#domain/conversation/entry.ts';
import type { ConversationEvent } from '#domain/conversation/event.ts';
import { type CaptureMode, sharingOf } from '#domain/conversation/sharing.ts';
import { isSilence, missedBy } from '#domain/conversation/silence.ts';
import { isOver, lastQueue } from '#domain/conversation/work.ts';
import type { Escalation } from '#domain/escalation/escalation.ts';
import type { AgentId, ConversationId, EpochMs, EscalationId, QueueId, RecordingId, WorkspaceId } from '#domain/ids.ts';
import { areaOfPath } from '#domain/page/page.ts';
import { type Rank, type RankTerm, REPEAT_WITHIN_MS } from '#domain/priority/rank.ts';
import type { Counts } from '#domain/privacy/data-map.ts';
import type { TakenBackCause } from '#domain/queue/deed.ts';
import { faultText } from '#domain/redaction/fault.ts';
import { redactDeep, redactText } from '#domain/redaction/redact.ts';
import { planOf, type SlaSettings, termsFor } from '#domain/sla/policy.ts';
import { nextSlaDeadline, type SlaChange, underTerms, viewSla } from '#domain/sla/targets.ts';
import {
  type AgentConversationDown,
  type AgentConversationUp,
  agentConversationUp,
  type SegmentRef,
} from '#protocol/agent-conversation.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import { type VisitorDown, type VisitorUp, visitorUp } from '#protocol/visitor.ts';
import { loadDesk, loadDeskFresh } from '../worker/assist/desk.ts';
import type { Env } from '../worker/env.ts';
import type { SignedInBy } from '../worker/signed-in-by.ts';
import { agentProfile } from '../worker/storage/agents.ts';
import { conversationBefore } from '../worker/storage/conversations.ts';
import { randomText } from '../worker/storage/ids.ts';
import { within } from '../worker/within.ts';
import { overdueBy, setEarliestAlarm } from './alarm.ts';
import { deliverRecords, deliverWork } from './conversation-delivery.ts';
import { deliverNotice } from './conversation-notices.ts';
import { CONVERSATION_SCHEMA, ConversationStore } from './conversation-store.ts';
import { conversationStub } from './names.ts';
import { type Lane, OUTBOX_SCHEMA, Outbox } from './outbox.ts';
import { overwriteConversation } from './overwrite.ts';
import { applySchema } from './schema.ts';
import { type Seat, Seats, seat, seatNow } from './seats.ts';
import {
  acceptSocket,
  answerFrame,
  broadcast,
  closeSocket,
  FrameRefused,
  PING,
  PONG,
  refuseSocket,
  send,
} from './sockets.ts';
import { conversationEffect, conversationTicket } from './stored/conversation.ts';
import { TICKETS_SCHEMA, Tickets } from './tickets.ts';
import { TurnRunner } from './turn-runner.ts';

/** What the D1 row says; the object is made from it the first time anybody comes. */
export type ConversationSeed = {
  workspaceId: WorkspaceId;
  id: ConversationId;
  number: number;
  recordingId: RecordingId;
  startedAt: number;
  visitor: ConversationVisitor;
  capture: CaptureMode;
};

/** What a conversation leaves to the next one of its visitor. */
export type LastWork = { escalation: Escalation | null; agent: { id: AgentId; name: string } | null };
const NOTHING_BEFORE: LastWork = { escalation: null, agent: null };

export type Place = {
  position: number | null;
  estimate: { lowMs: number; highMs: number } | null;
  agentsAvailable: number;
  service: 'open' | 'closed' | 'full';
  opensAt: number | null;
};

/** Parsed again on waking: an older deploy may have written it. */
const attachment = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('visitor'), greeted: z.boolean() }),
  z.object({
    kind: z.literal('agent'),
    id: z.string(),
    name: z.string(),
    greeted: z.boolean(),
    /** The conversation is on their screen. */
    looking: z.boolean().default(false),
    ...seat,
  }),
]);
type Attachment = z.infer<typeof attachment>;

/** [O10] So long a visitor waits at most for what was before, and an agent for whether a colleague serves a queue. */
const BEFORE_WITHIN_MS = 1_500;
const COLLEAGUE_WITHIN_MS = 3_000;

const NOT_IN_LINE: Place = { position: null, estimate: null, agentsAvailable: 0, service: 'open', opensAt: null };

/** More tabs than anybody has of one conversation. */
const MAX_VISITOR_SOCKETS = 30;

/** The list that will grow comes last: a statement that is added must not move one that has been applied. */
const SCHEMA = [OUTBOX_SCHEMA, TICKETS_SCHEMA, ...CONVERSATION_SCHEMA];

/** [Y3] So often what is under way is waited for before the job comes again later. */
const ERASURE_TRIES = 20;
const ERASURE_PAUSE_MS = 50;

/** One conversation: its transcript, the assistant's turn, and the steps of its escalation. */
export class ConversationObject extends DurableObject<Env> {
  readonly #store: ConversationStore;
  readonly #outbox: Outbox<Effect>;
  readonly #tickets: Tickets<{ id: AgentId; name: string } & Seat>;
  readonly #seats: Seats;
  readonly #turns: TurnRunner;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    applySchema(ctx.storage, SCHEMA);
    this.#store = new ConversationStore(ctx.storage.sql);
    this.#outbox = new Outbox(ctx.storage.sql, {
      object: 'conversation',
      laneOf,
      schema: conversationEffect,
      lanes: ['work', 'record', 'notice'],
    });
    this.#tickets = new Tickets(ctx.storage.sql, { object: 'conversation', schema: conversationTicket });
    this.#seats = new Seats({
      sockets: () => ctx.getWebSockets('agent'),
      read: (socket) => {
        const { data } = attachment.safeParse(socket.deserializeAttachment());
        return data?.kind === 'agent' ? { ...data, agentId: data.id } : null;
      },
      keep: (socket, { name }, now) =>
        socket.serializeAttachment({ ...attachment.parse(socket.deserializeAttachment()), name, checkedAt: now }),
    });
    this.#turns = new TurnRunner({
      env,
      store: this.#store,
      state: () => this.#state(),
      finish: async (turnId, outcome) => {
        this.#run({ type: 'finish_turn', turnId, outcome });
        await this.#drain();
      },
      hearers: () => this.#greeted('visitor').length + this.#greeted('agent').length,
      tell: (frame) => {
        broadcast(this.#greeted('visitor'), frame);
        this.#tellAgents(frame);
      },
      later: (work) => ctx.waitUntil(work),
      againAt: (at) => ctx.storage.setAlarm(at),
    });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    // Whatever was under way when the last process died goes on: the alarm finishes turns and empties the outbox.
    if (this.#store.state !== null) this.#arm();
  }

  /** Makes the object what it is, once, and brings the visitor's identity up to date. */
  async open(seed: ConversationSeed): Promise<void> {
    if (this.#store.isErased) return;
    const before = this.#store.state === null ? await this.#readBefore(seed) : { ...NOTHING_BEFORE, wroteBefore: null };
    this.#store.create({
      workspaceId: seed.workspaceId,
      id: seed.id,
      number: seed.number,
      visitor: seed.visitor,
      status: 'open',
      startedAt: seed.startedAt,
      head: 0,
      readSeq: 0,
      turn: null,
      attempts: [],
      about: null,
      escalation: null,
      escalations: 0,
      sla: null,
      before: before.escalation,
      lastAgent: before.agent,
      wroteBefore: before.wroteBefore,
      offerOpen: false,
      offerRefused: false,
      recordingId: seed.recordingId,
      recording: seed.capture === 'always',
      capture: seed.capture,
      sharing: 'nothing',
      reasons: null,
      bundle: null,
    });
    // [Y3] Erased while it was looked up what was before.
    if (this.#store.isErased) return;
    this.#run({ type: 'visitor_known', visitor: seed.visitor });
  }

  /** [P10] The host's systems say something else of the account than before. Whoever waits is ranked anew. */
  accountTold({ account, company }: Pick<ConversationState['visitor'], 'account' | 'company'>): void {
    const { state } = this.#store;
    if (state === null || this.#store.isErased || !state.visitor.attested) return;
    this.#run({ type: 'visitor_known', visitor: { ...state.visitor, account, company } });
  }

  /** [M7] [M8] The visitor's last work here and who had it, for the conversation that they begin next. */
  lastWork(): LastWork {
    const { state } = this.#store;
    return state === null ? NOTHING_BEFORE : { escalation: state.escalation ?? state.before, agent: state.lastAgent };
  }

  /** Whoever cannot be asked what was before keeps nobody from opening a conversation. */
  async #readBefore({
    workspaceId,
    id,
    visitor,
    startedAt,
  }: ConversationSeed): Promise<LastWork & { wroteBefore: boolean | null }> {
    let wroteBefore: boolean | null = null;
    try {
      const reading = conversationBefore(this.env.DB, workspaceId, visitor.id, { id, startedAt });
      const last = await within(BEFORE_WITHIN_MS, reading, 'the database');
      wroteBefore = last !== null && last.startedAt > startedAt - REPEAT_WITHIN_MS;
      const work = last === null ? NOTHING_BEFORE : await conversationStub(this.env, workspaceId, last.id).lastWork();
      return { ...work, wroteBefore };
    } catch (cause) {
      console.warn(JSON.stringify({ at: 'conversation.before', message: faultText(cause) }));
      return { ...NOTHING_BEFORE, wroteBefore };
    }
  }

  issueTicket(
    principal: { id: AgentId; name: string },
    by: SignedInBy | null = null,
  ): { ticket: string; expiresAt: number } {
    return this.#tickets.issue({ ...principal, ...seatNow(by, Date.now()) }, Date.now());
  }

  /** From the queue: an agent accepted. */
  assigned(
    escalationId: EscalationId,
    hop: number,
    agent: { id: AgentId; name: string },
    rank: Rank | null,
    /** Null from a queue that does not say: then what it came with is what it has. */
    raises: RankTerm[] | null = null,
  ): void {
    this.#run({ type: 'assigned', escalationId, hop, agent, raises });
    if (rank !== null) this.#run({ type: 'ranked', escalationId, hop, rank });
    this.setPlace(escalationId, NOT_IN_LINE);
    this.#drainLater();
  }

  /** From the queue: the work is in line again. */
  takenBack(
    escalationId: EscalationId,
    hop: number,
    agent: { id: AgentId; name: string },
    cause: TakenBackCause | null,
  ): void {
    this.#run({ type: 'taken_back', escalationId, hop, agent, cause });
    // The queue may have told the place before this: then it was kept, and nobody in line heard of it.
    this.#tellPlace();
    this.#drainLater();
  }

  /** What other promises would do here, beside those in force; null when nothing is owed. Changes nothing. */
  previewSla(from: SlaSettings, to: SlaSettings): (SlaChange & { ticketNumber: string; subject: string }) | null {
    if (this.#store.state === null) return null;
    const { sla, escalation, visitor, bundle } = this.#state();
    if (sla === null || escalation === null || sla.escalationId !== escalation.id) return null;
    const termsOf = (settings: SlaSettings) => termsFor(settings, planOf(visitor), escalation.severity);
    const change = underTerms(sla, { from: termsOf(from), to: termsOf(to) }, Date.now());
    return change && { ...change, ticketNumber: escalation.ticketNumber, subject: bundle?.subject ?? '' };
  }

  /** From the queue: its path sends the work on. A queue that is gone by now leaves the work where it is. */
  async overflow(
    escalationId: EscalationId,
    hop: number,
    to: QueueId,
    because: string,
    raises: RankTerm[],
    relaxed: number,
  ): Promise<void> {
    if (this.#store.isErased) return;
    const desk = await loadDeskFresh(this.env, this.#state().workspaceId);
    const queue = desk.queues.find(({ id }) => id === to);
    if (queue === undefined) return;
    this.#run({
      type: 'overflow',
      escalationId,
      hop,
      to: { id: queue.id, name: queue.name },
      because,
      raises,
      relaxed,
    });
    this.#drainLater();
  }

  /** From the queue: where the visitor stands. Not part of the transcript; the newest is the truth. */
  setPlace(escalationId: EscalationId, place: Place): void {
    if (this.#store.isErased) return;
    if (this.#state().escalation?.id !== escalationId) return;
    this.#store.setPlace(place);
    this.#tellPlace();
  }

  /** [W4] Whom somebody has stands in no line, whatever the queue said last. */
  #tellPlace(): void {
    const isInLine = this.#state().escalation?.state === 'queued';
    const place = (isInLine ? this.#store.place() : null) ?? NOT_IN_LINE;
    broadcast(this.ctx.getWebSockets('visitor'), { type: 'place', ...place } satisfies VisitorDown);
  }

  /** A replay segment is durable in R2 and indexed in D1. Telling it twice changes nothing. */
  segmentStored(segment: SegmentRef): void {
    // Nobody has opened the conversation yet, so nobody waits; the index in D1 has the segment.
    if (this.#store.state === null) return;
    if (this.#store.addSegment(segment)) {
      this.#tellAgents({ type: 'segment', recordingId: this.#state().recordingId, segment });
    }
  }

  /** [X14] The recording is gone, or about to be: nothing of it is named any more, and no more is wanted. */
  recordingDeleted(): void {
    if (this.#store.state === null) return;
    this.#store.dropSegments();
    this.#run({ type: 'recording_deleted' });
    this.#tellAgents({ type: 'recording_deleted' });
  }

  /** [Y1] How much of each kind is here. */
  holdings(): Counts {
    const count = (table: string) =>
      this.ctx.storage.sql.exec<{ n: number }>(`select count(*) as n from ${table}`).one().n;
    return {
      conversation_objects: this.#store.state === null ? 0 : 1,
      transcript_entries: count('entries'),
      trail_crumbs: count('crumbs'),
    };
  }

  /** [Y6] Everything that is here about the visitor, for their export; null where there is nothing. */
  exported(): object | null {
    const { state } = this.#store;
    if (state === null) return null;
    return {
      state,
      entries: this.#store.entriesAfter(0),
      page: this.#store.page(),
      trail: this.#store.trail(),
      segments: this.#store.segments(),
    };
  }

  /**
   * [Y3] Ends the conversation, waits until everybody who must hear of that has, and forgets all of it. Resolves to whether it is gone: `later` is that something could not be
   * delivered yet, and nothing is lost by asking again. Asked again when it is gone, it stays gone.
   */
  async erase(): Promise<'gone' | 'later'> {
    return (await this.#erase(() => true)) ? 'gone' : 'later';
  }

  /**
   * [Y10] Erased, if nobody waits or works here and the last word was said before `before`. It is the conversation that knows: `live` is that it stays, also where somebody
   * wrote while it was about to go. One that is gone stays gone, whenever that was.
   */
  async eraseIfPast(before: EpochMs): Promise<'gone' | 'later' | 'live'> {
    const isPast = () => this.#store.state === null || (isOver(this.#store.state) && this.#lastWordAt() < before);
    if (!isPast()) return 'live';
    if (await this.#erase(isPast)) return 'gone';
    return isPast() ? 'later' : 'live';
  }

  /** False where it could not be done yet, or may not be done any more. */
  async #erase(mayGo: () => boolean): Promise<boolean> {
    this.#closeAll();
    this.#turns.stop();
    if (this.#store.isErased) return true;
    if (this.#store.state !== null) {
      this.#run({ type: 'person_erased' });
      for (let tries = 0; this.#outbox.depth() > 0; tries += 1) {
        if (tries === ERASURE_TRIES) return false;
        await this.#drain();
        if (this.#outbox.depth() > 0) await new Promise((resolve) => setTimeout(resolve, ERASURE_PAUSE_MS));
      }
      if (this.#store.isErased) return true;
    }
    // Somebody may have come back meanwhile. From here on nobody can: nothing is heard while storage is waited for.
    if (!mayGo()) return false;
    // What is deleted may lie in the file's free pages; what is written over does not.
    overwriteConversation(this.ctx.storage);
    await this.ctx.storage.deleteAll();
    applySchema(this.ctx.storage, SCHEMA);
    this.#store.keepErased(Date.now());
    // Who came while it was waited for would look at what is no more.
    this.#closeAll();
    return true;
  }

  #closeAll(): void {
    for (const socket of this.ctx.getWebSockets()) closeSocket(socket, 'forbidden');
  }

  /** When somebody last said or did something here. That a recording was deleted is nobody's word. */
  #lastWordAt(): EpochMs {
    return this.#store.lastWordAt() ?? this.#state().startedAt;
  }

  /** [B7] The work that waits or is in hands, for whoever looks where it stands; null where there is none. */
  liveWork(): { escalationId: EscalationId; hop: number; queueId: QueueId } | null {
    const escalation = this.#store.state?.escalation;
    if (escalation?.state !== 'queued' && escalation?.state !== 'assigned') return null;
    return { escalationId: escalation.id, hop: escalation.hops.length, queueId: lastQueue(escalation) };
  }

  /** The transcript and bundle for an agent's reading of an earlier conversation; null where it is gone. */
  read(): { entries: Entry[]; bundle: ConversationState['bundle'] } | null {
    // [Y3] [Y10] Its row may be there a moment longer.
    if (this.#store.isErased) return null;
    return { entries: this.#store.entriesAfter(0), bundle: this.#state().bundle };
  }

  override async fetch(request: Request): Promise<Response> {
    if (this.#store.isErased) return refuseSocket('forbidden');
    const ticket = request.headers.get('x-baton-ticket');
    if (ticket !== null) {
      const agent = this.#tickets.redeem(ticket, Date.now());
      if (agent === null || this.#store.state === null) return refuseSocket('unauthenticated');
      const response = acceptSocket(
        this.ctx,
        { kind: 'agent', ...agent, greeted: false, looking: false } satisfies Attachment,
        ['agent', agent.id],
      );
      this.#seats.changed();
      this.#arm();
      return response;
    }
    if (this.#store.state === null) return refuseSocket('forbidden');
    // [S21] Each hears whatever is said: who holds hundreds open has the others wait.
    if (this.ctx.getWebSockets('visitor').length >= MAX_VISITOR_SOCKETS) return refuseSocket('overloaded');
    const response = acceptSocket(this.ctx, { kind: 'visitor', greeted: false } satisfies Attachment, ['visitor']);
    this.#tellAgents({ type: 'visitor', online: true });
    return response;
  }

  override async webSocketMessage(socket: WebSocket, raw: string | ArrayBuffer): Promise<void> {
    if (this.#store.isErased) return;
    const who = attachment.parse(socket.deserializeAttachment());
    if (who.kind === 'visitor') {
      await answerFrame(socket, raw, visitorUp, Date.now(), (frame) => this.#fromVisitor(socket, who, frame));
    } else {
      const agent = { ...who, id: who.id as AgentId };
      await answerFrame(socket, raw, agentConversationUp, Date.now(), (frame) => this.#fromAgent(socket, agent, frame));
    }
    await this.#proceed();
  }

  override async webSocketClose(socket: WebSocket): Promise<void> {
    const who = attachment.safeParse(socket.deserializeAttachment());
    if (!who.success) return;
    if (who.data.kind === 'agent') {
      if (who.data.looking) this.#tellSharing(socket);
      return;
    }
    const left = this.ctx
      .getWebSockets('visitor')
      .filter((other) => other !== socket && other.readyState === WebSocket.READY_STATE_OPEN);
    if (left.length === 0) this.#tellAgents({ type: 'visitor', online: false });
  }

  override async webSocketError(socket: WebSocket): Promise<void> {
    await this.webSocketClose(socket);
  }

  override async alarm(): Promise<void> {
    try {
      await this.#proceed();
    } catch (cause) {
      console.error(JSON.stringify({ at: 'conversation.alarm', message: faultText(cause) }));
      await this.ctx.storage.setAlarm(Date.now() + 1000);
    }
  }

  #fromVisitor(socket: WebSocket, who: Extract<Attachment, { kind: 'visitor' }>, frame: VisitorUp): { seq?: number } {
    switch (frame.type) {
      case 'hello': {
        if (frame.protocol !== PROTOCOL_VERSION)
          throw new FrameRefused('unsupported', 'This page runs an old widget; reload it.');
        if (frame.gpc) this.#run({ type: 'visitor_wants_privacy' });
        this.#greetVisitor(socket, frame.cursor);
        socket.serializeAttachment({ ...who, greeted: true } satisfies Attachment);
        return {};
      }
      case 'message.send':
        // Cards and secrets do not enter the transcript: an agent needs neither, and a transcript lives long.
        return this.#once(frame.id, {
          type: 'visitor_says',
          clientId: frame.id,
          text: redactText(frame.text).text,
          turnId: randomText(16),
        });
      case 'person.request':
        return this.#once(frame.id, { type: 'visitor_asks_for_person', clientId: frame.id, turnId: randomText(16) });
      case 'person.decline':
        this.#run({ type: 'visitor_declines_person' });
        return {};
      case 'person.withdraw': {
        const answer = this.#once(frame.id, { type: 'visitor_withdraws', clientId: frame.id });
        const { escalation } = this.#state();
        if (escalation !== null) this.setPlace(escalation.id, NOT_IN_LINE);
        return answer;
      }
      case 'contact.wish':
        return this.#once(frame.id, { type: 'visitor_wishes_contact', clientId: frame.id, wish: frame.wish });
      case 'recording.share':
        return this.#once(frame.id, { type: 'visitor_shares', clientId: frame.id, shares: frame.shares });
      case 'guide.end': {
        const answer = this.#store.entryAt(frame.answer);
        const guide = answer?.type === 'message' ? answer.guide : undefined;
        if (guide === undefined) throw new FrameRefused('not_found', 'There is no guide in this place.');
        // What it pointed at is read from the answer: a page could say anything.
        return this.#once(frame.id, {
          type: 'guide_ended',
          clientId: frame.id,
          answer: frame.answer,
          guide,
          outcome: frame.outcome,
          step: frame.step,
        });
      }
      case 'page.update': {
        const page = redactDeep(frame.page);
        const before = this.#store.page();
        const fresh = this.#store.seePage(page, redactDeep(frame.trail, { emails: true }));
        // [P4] Another page, or a request that failed: that ranks. Clicks do not.
        if (
          areaOfPath(before?.path ?? '/') !== areaOfPath(page.path) ||
          fresh.some(({ kind }) => kind === 'request_failed')
        )
          this.#run({ type: 'page_seen' });
        this.#tellAgents({ type: 'page', page, trail: fresh });
        return {};
      }
      case 'read':
        this.#run({ type: 'visitor_reads', seq: frame.seq });
        return {};
      case 'typing':
        this.#tellAgents({ type: 'typing', name: this.#state().visitor.name ?? 'Visitor' });
        return {};
    }
  }

  async #fromAgent(
    socket: WebSocket,
    who: Extract<Attachment, { kind: 'agent' }> & { id: AgentId },
    frame: AgentConversationUp,
  ): Promise<{ seq?: number }> {
    const agent = { id: who.id, name: who.name };
    switch (frame.type) {
      case 'hello':
        if (frame.protocol !== PROTOCOL_VERSION)
          throw new FrameRefused('unsupported', 'This console is old; reload it.');
        this.#greetAgent(socket, agent.id, frame.cursor);
        socket.serializeAttachment({ ...who, greeted: true } satisfies Attachment);
        return {};
      case 'message.send':
        return this.#once(frame.id, { type: 'agent_says', agent, clientId: frame.id, text: frame.text });
      case 'note.add':
        return this.#once(frame.id, { type: 'agent_notes', agent, clientId: frame.id, text: frame.text });
      case 'typing':
        // Others may read along; a visitor hears only of who is with them.
        if (isHeldBy(this.#state(), agent.id))
          broadcast(this.#greeted('visitor'), { type: 'typing', name: agent.name } satisfies VisitorDown);
        return {};
      case 'looking':
        socket.serializeAttachment({ ...who, looking: frame.looking } satisfies Attachment);
        this.#tellSharing();
        return {};
      case 'resolve':
        return this.#once(frame.id, { type: 'resolve', agent, clientId: frame.id, code: frame.code, note: frame.note });
      case 'transfer':
        return this.#once(frame.id, {
          type: 'transfer',
          agent,
          clientId: frame.id,
          to: await this.#destination(frame.queueId, frame.agentId),
          note: frame.note,
        });
      case 'escalate':
        return this.#once(frame.id, {
          type: 'escalate',
          agent,
          clientId: frame.id,
          to: await this.#destination(frame.queueId, null),
          report: redactDeep(frame.report),
        });
      case 'silence.mark': {
        const entries = this.#store.entriesAfter(0);
        const { message, missed } = frame;
        return this.#once(frame.id, {
          type: 'mark_silence',
          agent,
          clientId: frame.id,
          message,
          missed,
          isSilence: isSilence(entries, message),
          wasMissed: missedBy(entries, message) !== null,
        });
      }
      case 'flag':
        return this.#once(frame.id, {
          type: 'flag',
          agent,
          clientId: frame.id,
          because: frame.because,
          note: frame.note,
        });
    }
  }

  /** Throws `not_found` for a queue that is not there, or an agent who does not serve it. */
  async #destination(queueId: QueueId, agentId: AgentId | null): Promise<Destination> {
    const { workspaceId, escalation } = this.#state();
    const { queues } = await loadDeskFresh(this.env, workspaceId).catch(cannotBeSaid);
    const to = queues.find(({ id }) => id === queueId);
    if (to === undefined) throw new FrameRefused('not_found', 'There is no such queue in this workspace.');
    const here = queues.find(({ id }) => id === escalation?.hops.at(-1)?.queueId);
    const agent =
      agentId === null
        ? null
        : await within(COLLEAGUE_WITHIN_MS, agentProfile(this.env.DB, workspaceId, agentId), 'the database').catch(
            cannotBeSaid,
          );
    if (agentId !== null && !agent?.queueIds.includes(queueId))
      throw new FrameRefused('not_found', `This agent does not serve ${to.name}.`);
    return {
      id: to.id,
      name: to.name,
      asks: here !== undefined && to.tier > here.tier ? to.asks : [],
      wanted: agent === null ? null : { id: agent.id, name: agent.name },
    };
  }

  /** [C2] A command that took effect before is answered with what it came to. */
  #once(clientId: string, command: ConversationCommand): { seq?: number } {
    const known = this.#store.seqOf(clientId);
    if (known !== null) return { seq: known };
    const refusal = this.#run(command);
    if (refusal !== null) throw new FrameRefused('conflict', refusal.message);
    return { seq: this.#store.seqOf(clientId) ?? this.#state().head };
  }

  /** Decide, append, broadcast: one turn, no await in between, so that everybody sees the one order. */
  #run(command: ConversationCommand): { reason: ConversationRefusal; message: string } | null {
    if (this.#store.isErased) return null;
    const now = Date.now();
    const before = this.#state();
    const decision = decideConversation(before, command, now);
    if (!decision.ok) return { reason: decision.reason, message: decision.message };
    if (decision.events.length === 0) return null;
    const entries = this.ctx.storage.transactionSync(() => {
      const appended = this.#store.append(decision.events, now);
      for (const event of decision.events) if (event.type === 'effect') this.#outbox.add(event.effect, now);
      return appended;
    });
    this.#arm();
    this.#tell(before, decision.events, entries);
    return null;
  }

  #tell(before: ConversationState, events: readonly ConversationEvent[], entries: Entry[]): void {
    const state = this.#state();
    const visitors = this.#greeted('visitor');
    if (entries.length > 0) {
      this.#tellAgents({ type: 'entries', entries });
      const shared = entries.filter(isShared);
      if (shared.length > 0) broadcast(visitors, { type: 'entries', entries: shared } satisfies VisitorDown);
    }
    if (before.turn !== null && state.turn?.id !== before.turn.id) {
      const end = { type: 'assistant.end', turn: before.turn.id } as const;
      broadcast(visitors, end);
      this.#tellAgents(end);
    }
    const changed = new Set(events.map(({ type }) => type));
    if (changed.has('status_changed') || changed.has('escalation_changed')) {
      broadcast(visitors, { type: 'status', status: state.status, agent: agentIn(state) } satisfies VisitorDown);
    }
    if (changed.has('recording_wanted')) {
      broadcast(visitors, {
        type: 'record',
        recordingId: state.recording ? state.recordingId : null,
      } satisfies VisitorDown);
    }
    if (sharingOf(before) !== sharingOf(state)) {
      this.#tellSharing();
      this.#tellAgents({ type: 'sharing', sharing: sharingOf(state) });
    }
    if (changed.has('escalation_changed') || changed.has('bundled')) {
      for (const socket of this.#greeted('agent')) {
        const who = attachment.parse(socket.deserializeAttachment());
        if (who.kind !== 'agent') continue;
        send(socket, {
          type: 'escalation',
          escalation: state.escalation,
          bundle: state.bundle,
          mine: isHeldBy(state, who.id),
          sla: slaOf(state),
        } satisfies AgentConversationDown);
      }
    } else if (changed.has('sla_changed')) this.#tellAgents({ type: 'sla', sla: slaOf(state) });
  }

  /** [X13] Whether the page is seen, and by whom just now. */
  #sharing(gone: WebSocket | null = null): Extract<VisitorDown, { type: 'sharing' }> {
    const sharing = sharingOf(this.#state());
    const lookers = this.#greeted('agent').flatMap((socket) => {
      const who = attachment.parse(socket.deserializeAttachment());
      return socket !== gone && who.kind === 'agent' && who.looking ? [who.name] : [];
    });
    return { type: 'sharing', sharing, lookers: sharing === 'on' ? [...new Set(lookers)].sort() : [] };
  }
  #tellSharing(gone: WebSocket | null = null): void {
    broadcast(this.#greeted('visitor'), this.#sharing(gone));
  }

  #greetVisitor(socket: WebSocket, cursor: number): void {
    const state = this.#state();
    send(socket, {
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      conversationId: state.id,
      status: state.status,
      head: state.head,
      readSeq: state.readSeq,
      agent: agentIn(state),
      record: state.recording ? { recordingId: state.recordingId } : null,
    } satisfies VisitorDown);
    send(socket, { type: 'entries', entries: this.#store.entriesAfter(cursor).filter(isShared) } satisfies VisitorDown);
    send(socket, this.#sharing());
    const place = this.#store.place();
    if (place !== null && state.escalation?.state === 'queued')
      send(socket, { type: 'place', ...place } satisfies VisitorDown);
  }

  #greetAgent(socket: WebSocket, agentId: AgentId, cursor: number): void {
    const state = this.#state();
    const { id, name, email, attested } = state.visitor;
    send(socket, {
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      conversationId: state.id,
      status: state.status,
      head: state.head,
      visitor: { id, name, email: attested ? email : null, attested, online: this.#greeted('visitor').length > 0 },
      escalation: state.escalation,
      bundle: state.bundle,
      page: this.#store.page(),
      trail: this.#store.trail(),
      recordingId: state.recordingId,
      segments: this.#store.segments(),
      sharing: sharingOf(state),
      mine: isHeldBy(state, agentId),
      sla: slaOf(state),
    } satisfies AgentConversationDown);
    send(socket, { type: 'entries', entries: this.#store.entriesAfter(cursor) } satisfies AgentConversationDown);
  }

  /** Sockets that have said hello: before that a client has no cursor, and would miss what came earlier. */
  #greeted(kind: 'visitor' | 'agent'): WebSocket[] {
    return this.ctx.getWebSockets(kind).filter((socket) => {
      const who = attachment.safeParse(socket.deserializeAttachment());
      return who.success && who.data.greeted;
    });
  }

  #tellAgents(frame: AgentConversationDown): void {
    broadcast(this.#greeted('agent'), frame);
  }

  #state(): ConversationState {
    const { state } = this.#store;
    if (state === null) throw new Error('this conversation has not been opened');
    return state;
  }

  /** Empties the outbox and finishes the assistant's turn, side by side: a slow turn holds no hand-over back. */
  async #proceed(): Promise<void> {
    if (this.#store.state === null) return;
    await Promise.all([
      this.#checkSla(),
      this.#drain(),
      this.#turns.run(),
      this.#seats.look(this.env.DB, this.#state().workspaceId, Date.now()),
    ]);
    this.#arm();
  }

  /**
   * [K7] [K8] Learns what is promised by now, and tells what fell due. Something that is due waits for the settings as they are now,
   * because a breach cannot be unmade; when they cannot be read, what was known last counts.
   */
  async #checkSla(): Promise<void> {
    const { sla, workspaceId } = this.#state();
    if (sla === null || sla.targets.every(({ clock }) => clock.stoppedAt !== null)) return;
    const deadline = nextSlaDeadline(sla);
    const isDue = deadline !== null && deadline <= Date.now();
    const desk = await (isDue ? loadDeskFresh : loadDesk)(this.env, workspaceId).catch((cause) => {
      console.warn(JSON.stringify({ at: 'sla', message: faultText(cause) }));
      return null;
    });
    // The work may be over by now, or another.
    const { escalation, visitor } = this.#state();
    if (escalation === null) return;
    const terms = desk === null ? null : termsFor(desk.sla, planOf(visitor), escalation.severity);
    this.#run({ type: 'sla_checked', terms });
  }

  /**
   * For calls from other objects' outboxes: what they told is kept, and that is the answer. Waiting for what follows from it could wait
   * for the caller itself, who may be told something in turn.
   */
  #drainLater(): void {
    this.ctx.waitUntil(this.#drain());
  }

  async #drain(): Promise<void> {
    if (this.#store.state === null) return;
    await this.#outbox.drain(
      {
        work: (rows) =>
          deliverWork(
            {
              env: this.env,
              state: this.#state(),
              entries: () => this.#store.entriesAfter(0),
              page: () => this.#store.page(),
              trail: () => this.#store.trail(),
              keepBundle: (bundle) => {
                this.#run({ type: 'bundled', bundle });
              },
              keepRank: (escalationId, hop, rank) => {
                this.#run({ type: 'ranked', escalationId, hop, rank });
              },
              keepHeard: (escalationId, said, heard, terms) => {
                this.#run({ type: 'heard', escalationId, said, heard, terms });
                return this.#state();
              },
            },
            rows,
          ),
        record: (rows) => deliverRecords(this.env, this.#state(), rows),
        notice: (rows) => deliverNotice(this.env, this.#state(), this.#store.told, rows),
      },
      Date.now,
      (run) => this.ctx.waitUntil(run.then(() => void this.#arm())),
    );
    this.#arm();
  }

  /** For the watchdog: how late something here is, in ms; an alarm that was lost is set again. */
  overdueMs(): number {
    return this.#store.state === null ? 0 : overdueBy(this.#arm(), Date.now());
  }

  /** One alarm: the next outbox row, a turn that nobody is working on, the next promise that comes due, or who sits here [S12]. */
  #arm(): number | null {
    const now = Date.now();
    const { state } = this.#store;
    return setEarliestAlarm(
      this.ctx.storage,
      [
        this.#outbox.nextAt(),
        state?.turn == null ? null : now + 5000,
        state?.sla == null ? null : nextSlaDeadline(state.sla),
        this.#seats.nextAt(),
      ],
      now,
    );
  }
}

/** Word to other objects goes in order; what is only recorded may wait for the database. */
const LANES: Record<Effect['kind'], Lane> = {
  hand_over: 'work',
  close_entry: 'work',
  release_slot: 'work',
  rerank: 'work',
  send_on: 'work',
  entry_answered: 'work',
  entry_owed: 'work',
  entry_promised: 'work',
  notice: 'notice',
  notice_over: 'notice',
  bundle_row: 'record',
  evaluation_row: 'record',
  conversation_row: 'record',
  outcome_event: 'record',
};
const laneOf = ({ kind }: Effect): Lane => LANES[kind];

/** [O10] Who sends work on is told at once that nothing came of it. */
function cannotBeSaid(cause: unknown): never {
  console.warn(JSON.stringify({ at: 'conversation.destination', message: faultText(cause) }));
  throw new FrameRefused(
    'unavailable',
    'The settings cannot be read at this moment; the work is still yours. Try again.',
  );
}

const slaOf = ({ sla }: ConversationState) => (sla === null ? [] : viewSla(sla));

const agentIn = (state: ConversationState): { id: string; name: string } | null =>
  state.escalation?.state === 'assigned' ? state.escalation.agent : null;

const isHeldBy = (state: ConversationState, agentId: string): boolean =>
  state.escalation?.state === 'assigned' && state.escalation.agent.id === agentId;
