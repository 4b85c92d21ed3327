import { DurableObject } from 'cloudflare:workers';
import { z } from 'zod';
import type { Outlook } from '#domain/confidence/answer-costs.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { AgentId, ConversationId, EscalationId, ReservationId, WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import {
  isSameRank,
  type Rank,
  type RankFacts,
  type RankKey,
  type RankTerm,
  rankAcross,
} from '#domain/priority/rank.ts';
import type { QueueCommand, QueueRefusal } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import type { Doer } from '#domain/queue/deed.ts';
import { wakeAt } from '#domain/queue/path.ts';
import type {
  AgentMirror,
  CloseOutcome,
  Closure,
  QueueConfig,
  QueueEntry,
  QueueEvent,
  ReservedEntry,
  WorkSummary,
} from '#domain/queue/queue.ts';
import { whyNotOffered } from '#domain/queue/room.ts';
import { nextHoursEdge } from '#domain/queue/service.ts';
import { MAX_PER_TICK } from '#domain/queue/tick.ts';
import { nextQueueWakeAt } from '#domain/queue/wake.ts';
import { faultText } from '#domain/redaction/fault.ts';
import type { Proposal } from '#domain/routing/agent.ts';
import { isSupervisor } from '#domain/routing/role.ts';
import { type WorkingHours, workingHours } from '#domain/sla/calendar.ts';
import { type QueueEntryView, type QueueUp, queueUp } from '#protocol/queue.ts';
import type { QueuePreview } from '#protocol/queue-settings.ts';
import type { Env } from '../worker/env.ts';
import type { SignedInBy } from '../worker/signed-in-by.ts';
import { newId } from '../worker/storage/ids.ts';
import { handleTimesOf } from '../worker/storage/outcomes.ts';
import { earliestOf, LazyAlarm, overdueBy } from './alarm.ts';
import { AnsweredFrames } from './answered-frames.ts';
import { agentStub } from './names.ts';
import { OUTBOX_SCHEMA, Outbox, WATCH_MS } from './outbox.ts';
import { QueueDeliveries, recordDeeds } from './queue-delivery.ts';
import { effectsOf, independentOf, isToldOfBefore, laneOf, offerReranked, type QueueEffect } from './queue-effects.ts';
import { outlookIn, PlaceTeller } from './queue-places.ts';
import { type AgentInQueuePreview, previewSettings, previewSkills } from './queue-previews.ts';
import { QUEUE_SCHEMA } from './queue-schema.ts';
import { readFact, SERVED_KEPT, SqlQueueStore, writeFact } from './queue-store.ts';
import { queueFrame, toProposal, toView } from './queue-views.ts';
import { applySchema } from './schema.ts';
import { type Seat, Seats, seat, seatNow } from './seats.ts';
import { acceptSocket, answerFrame, broadcast, FrameRefused, PING, PONG, refuseSocket, send } from './sockets.ts';
import { queueEffect, queueIdentity } from './stored/queue.ts';
import { readOrSkip } from './stored/read-stored.ts';
import { TICKETS_SCHEMA, Tickets } from './tickets.ts';

/** A queue and where it lives; handed over with every call, because an object does not know its own name. */
export type QueueIdentity = { workspaceId: WorkspaceId; config: QueueConfig };

/** Who looks at the queue. Parsed again on waking: an older deploy may have written it. */
const viewer = z.object({ agentId: z.string(), name: z.string(), isSupervisor: z.boolean() });
export type QueueViewer = z.infer<typeof viewer>;
const attachment = viewer.extend(seat);

/** Consoles are told together what happens within this time: a burst is one picture, not a hundred. */
const TELL_AFTER_MS = 25;
/** Visitors hear of their places at most so often: each is a call to another object, and nobody reads faster. */
const PLACES_EVERY_MS = 500;
/** A queue that was called so recently is busy. */
const BUSY_MS = 250;
/** So long a busy queue gathers calls before it begins with them. */
const GATHER_MS = 5;
/** How long what was only noted may wait for something else to be written. */
const WRITE_MS = 250;
/** Numbers of pictures are kept in blocks of so many. */
const VERSIONS_AHEAD = 10_000;

/** One queue of one workspace: entries in rank order, reservations, and a picture of the agents who serve it. */
export class QueueObject extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #outbox: Outbox<QueueEffect>;
  readonly #tickets: Tickets<QueueViewer & Seat>;
  #identity: QueueIdentity | null = null;
  #store: SqlQueueStore | null = null;
  #workingHours: WorkingHours | null = null;
  /** Counts what consoles were shown. Stored is a number that none has reached: a new instance goes on from there. */
  #version = 0;
  #versionKept = 0;
  #telling = false;
  #placesToldAt = 0;
  #placesWait = false;
  readonly #alarm: LazyAlarm;
  readonly #seats: Seats;
  readonly #answered: AnsweredFrames;
  #hasRecalled = false;
  #calledAt = 0;
  #nextTurn: Promise<void> | null = null;
  readonly #places: PlaceTeller;
  readonly #deliveries = new QueueDeliveries();
  #writing = false;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    // The list that will grow comes last: a statement that is added must not move one that has been applied.
    applySchema(ctx.storage, [OUTBOX_SCHEMA, TICKETS_SCHEMA, ...QUEUE_SCHEMA]);
    this.#sql = ctx.storage.sql;
    this.#alarm = new LazyAlarm(ctx.storage);
    this.#outbox = new Outbox(this.#sql, {
      object: 'queue',
      laneOf,
      schema: queueEffect,
      lanes: ['work', 'record'],
      forgetsLater: true,
    });
    this.#tickets = new Tickets(this.#sql, { object: 'queue', schema: attachment });
    this.#answered = new AnsweredFrames(this.#sql);
    this.#seats = new Seats({
      sockets: () => ctx.getWebSockets('console'),
      read: (socket) => attachment.safeParse(socket.deserializeAttachment()).data ?? null,
      keep: (socket, { name, role }, now) =>
        socket.serializeAttachment({
          ...attachment.parse(socket.deserializeAttachment()),
          name,
          isSupervisor: isSupervisor({ role }),
          checkedAt: now,
        }),
    });
    this.#places = new PlaceTeller((promise) => ctx.waitUntil(promise));
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    const stored = readFact(this.#sql, 'identity');
    // Handed over again with the next call.
    if (stored !== null)
      this.#identity = readOrSkip(queueIdentity, stored, { object: 'queue', table: 'facts', key: 'identity' });
    this.#version = Number(readFact(this.#sql, 'version') ?? 0);
    this.#versionKept = this.#version;
    // An alarm that was lost with the last process is set again by whoever wakes the object.
    if (this.#identity !== null) this.#arm(Date.now(), 0);
  }

  /** Puts work in line and offers it at once when somebody is free. Repeating it changes nothing [Q5]. */
  async enqueue(
    identity: QueueIdentity,
    work: WorkSummary,
    rank: {
      class: 0 | 1;
      facts: RankFacts;
      queuedAt: number;
      pathSince?: number;
      raises?: RankTerm[];
      relaxed?: number;
      preferred: AgentId | null;
      passedBy?: AgentId | null;
    },
  ): Promise<{ terms: { label: string; minutes: number }[]; dueAt: number }> {
    await this.#together();
    this.#know(identity);
    // Where nobody waits it is put in line and reserved in one step, which is written once.
    const reservationId = newId('reservation');
    const applied = this.#apply([{ type: 'enqueue', work, ...rank, reservationId }], Date.now());
    await this.#propose(reservationId, applied);
    await this.#offer();
    // Steps that are not waited for when nobody is there.
    if (identity.config.path.length > 0) await this.#tick();
    this.ctx.waitUntil(this.#recallHandleTimes());
    const { terms, dueAt } = putIn(applied) ?? (this.#view().entry(work.escalationId, work.hop) as QueueEntry);
    return { terms, dueAt };
  }

  /** Takes over other settings: what waits is ranked and lined up anew. */
  async configure(identity: QueueIdentity): Promise<void> {
    await this.#together();
    this.#know(identity);
    await this.#tick();
  }

  /** What other settings would do to the line, first fifty of both orders. Changes nothing. */
  async preview(identity: QueueIdentity, config: QueueConfig): Promise<QueuePreview> {
    await this.#together();
    this.#know(identity);
    return previewSettings(this.#view(), config, Date.now());
  }

  /** [A7] Whom of those who wait an agent with these skills could be offered besides, and whom no longer; null is one who does not serve this queue. */
  async previewAgent(
    identity: QueueIdentity,
    was: readonly string[] | null,
    would: readonly string[] | null,
  ): Promise<AgentInQueuePreview> {
    await this.#together();
    this.#know(identity);
    return previewSkills(this.#view(), was, would);
  }

  /** New facts about waiting work; every console sees the new order at once. Answers with the rank; null when the work is not here. */
  async rerank(
    identity: QueueIdentity,
    escalationId: EscalationId,
    hop: number,
    facts: RankFacts,
    rankClass?: 0 | 1,
  ): Promise<Rank | null> {
    await this.#together();
    this.#know(identity);
    const raised = rankClass === undefined ? {} : { class: rankClass };
    this.#run({ type: 'rerank', escalationId, hop, facts, ...raised }, Date.now());
    this.#drainLater();
    const entry = this.#view().entry(escalationId, hop);
    return entry === null ? null : { terms: entry.terms, dueAt: entry.dueAt };
  }

  /** [G38] What a newcomer would find whom anybody may take; whoever is there counts, also where nothing waits. */
  async outlook(identity: QueueIdentity): Promise<Outlook> {
    await this.#together();
    this.#know(identity);
    return outlookIn(this.#view(), Date.now());
  }

  /** [K12] A promise is broken while it waits: on along the path, when nobody is being asked. */
  async sendOn(escalationId: EscalationId, hop: number): Promise<void> {
    await this.#together();
    this.#run({ type: 'send_on', escalationId, hop }, Date.now());
    // The conversation that told us of it is the one that will be told to move it.
    this.ctx.waitUntil(this.#tick());
  }

  /** The visitor has heard from the agent: nothing is owed. */
  async answered(escalationId: EscalationId, hop: number, agentId: AgentId): Promise<void> {
    await this.#together();
    this.#run({ type: 'answered', escalationId, hop, agentId }, Date.now());
  }

  /** [A5] The visitor wrote at `at`, and waits for a word of the agent. */
  async owed(escalationId: EscalationId, hop: number, agentId: AgentId, at: number): Promise<void> {
    await this.#together();
    this.#run({ type: 'owed', escalationId, hop, agentId, at }, Date.now());
  }

  /** [K9] While somebody has it: when the next promise breaks, for whoever looks at the queue. */
  async promised(escalationId: EscalationId, hop: number, promiseDueAt: number | null): Promise<void> {
    await this.#together();
    this.#run({ type: 'promised', escalationId, hop, promiseDueAt }, Date.now());
  }

  /**
   * An agent's report. Answers with the rank of the best entry that this agent may take here, so that the agent's object can
   * compare its queues and pull from the best one.
   */
  async mirrorAgent(identity: QueueIdentity, agent: AgentMirror): Promise<RankKey | null> {
    await this.#together();
    this.#know(identity);
    // Most reports say what this queue has counted already: they are written with what comes next.
    if (this.#view().noteAgent(agent)) this.#writeLater();
    const mirrored = this.#apply([{ type: 'mirror_agent', agent }], Date.now());
    // [A7] What was withdrawn from them may be for somebody else.
    if (mirrored.ok && mirrored.events.some((event) => event.type === 'entry_put' && event.because === 'unfit'))
      this.ctx.waitUntil(this.#drain().then(() => this.#offer()));
    // [Q9] The last one for some work may have gone, or be so no longer: steps that are not waited for then are taken now, not with whatever happens next.
    if (identity.config.path.some(({ skipWhenNobody }) => skipWhenNobody)) {
      this.#run({ type: 'tick' }, Date.now());
      // The clock may have given something back as well.
      this.ctx.waitUntil(this.#drain().then(() => this.#offer()));
    }
    const probe = decideQueue(
      this.#view(),
      { type: 'match', reservationId: 'rsv_probe0' as ReservationId, only: agent.id },
      Date.now(),
    );
    const put = probe.ok ? probe.events.find((event) => event.type === 'entry_put') : undefined;
    return put === undefined ? null : rankAcross(put.entry);
  }

  /** Offers the best entry to this agent, if one may still be had. Resolves to whether an offer was made. */
  async offerTo(agentId: AgentId): Promise<boolean> {
    return (await this.#offerOnce(agentId)) === 'offered';
  }

  /** The agent takes the work; answered when the conversation has heard of it. */
  async accept(
    reservationId: ReservationId,
    epoch: number,
    agentId: AgentId,
  ): Promise<{ ok: true; conversationId: ConversationId } | { ok: false; reason: QueueRefusal; message: string }> {
    await this.#together();
    const applied = this.#apply([{ type: 'accept', reservationId, epoch, agentId }], Date.now());
    if (!applied.ok) return applied;
    const { conversationId } = putIn(applied) ?? (this.#view().byReservation(reservationId) as QueueEntry);
    this.#drainLater();
    await this.#outbox.passed('work');
    return { ok: true, conversationId };
  }

  async decline(
    reservationId: ReservationId,
    epoch: number,
    agentId: AgentId,
  ): Promise<{ ok: true } | { ok: false; reason: QueueRefusal; message: string }> {
    await this.#together();
    const refusal = this.#run({ type: 'decline', reservationId, epoch, agentId }, Date.now());
    if (refusal !== null) return refusal;
    await this.#drain();
    await this.#offer();
    return { ok: true };
  }

  /** The agent who was offered this is gone: back to its own rank. [A7] Where they had taken it before, it is theirs, and they are told what it was. */
  async orphan(reservationId: ReservationId, epoch: number): Promise<Proposal | null> {
    await this.#together();
    this.#run({ type: 'orphan', reservationId, epoch }, Date.now());
    this.ctx.waitUntil(this.#offer());
    const view = this.#view();
    const entry = view.byReservation(reservationId);
    return entry?.state === 'assigned' && entry.epoch === epoch ? toProposal(entry, view.config) : null;
  }

  /** [S12] Whoever has it may not answer any more. Asked again, or when somebody else has it by now, it changes nothing. */
  async giveUp(escalationId: EscalationId, hop: number, agentId: AgentId, by: Doer): Promise<void> {
    await this.#together();
    const entry = this.#view().entry(escalationId, hop);
    if (entry?.state !== 'assigned' || entry.agentId !== agentId) return;
    this.#run({ type: 'take_back', escalationId, hop, by }, Date.now());
    this.ctx.waitUntil(this.#drain().then(() => this.#offer()));
  }

  /** [S12] Somebody was given another role or taken out: their sockets hear of it now. */
  async recheckMembers(): Promise<void> {
    if (this.#identity === null) return;
    await this.#look(true);
    this.#arm(Date.now());
  }

  async #look(isNow = false): Promise<void> {
    const { workspaceId } = this.#identity as QueueIdentity;
    await this.#seats.look(this.env.DB, workspaceId, Date.now(), isNow);
  }

  /** Work has left this queue. */
  async close(escalationId: EscalationId, hop: number, outcome: CloseOutcome): Promise<void> {
    await this.#together();
    this.#run({ type: 'close', escalationId, hop, outcome }, Date.now());
    this.#drainLater();
  }

  /** [B7] One piece of work that is here, and how far back it stands, null of what does not wait. However long the line is, it is not read. */
  lookUp(
    identity: QueueIdentity,
    escalationId: EscalationId,
    hop: number,
  ): { place: number | null; entry: QueueEntryView } | null {
    this.#know(identity);
    const entry = this.#view().entry(escalationId, hop);
    if (entry === null || entry.state === 'closed') return null;
    return { place: entry.state === 'queued' ? 1 + this.#view().waitingBefore(entry) : null, entry: toView(entry) };
  }

  /** [Y1] [Y6] What is here of the work of these conversations. */
  workOf(conversations: readonly ConversationId[]): QueueEntry[] {
    return this.#identity === null ? [] : this.#view().ofConversations(new Set(conversations));
  }

  /** [Y3] Nothing of these conversations' visitors is left here. Their work has left the queue before; what is left of it says neither who nor about what. */
  async eraseWork(identity: QueueIdentity, conversations: readonly ConversationId[]): Promise<void> {
    await this.#together();
    this.#know(identity);
    const now = Date.now();
    for (const { escalationId, hop, state } of this.workOf(conversations))
      if (state !== 'closed') this.#run({ type: 'close', escalationId, hop, outcome: 'abandoned' }, now);
    await this.#drain();
    this.ctx.storage.transactionSync(() => this.#view().scrub(new Set(conversations)));
    this.#outbox.eraseParked(conversations);
  }

  issueTicket(
    identity: QueueIdentity,
    principal: QueueViewer,
    by: SignedInBy | null = null,
  ): { ticket: string; expiresAt: number } {
    this.#know(identity);
    return this.#tickets.issue({ ...principal, ...seatNow(by, Date.now()) }, Date.now());
  }

  override async fetch(request: Request): Promise<Response> {
    const principal = this.#tickets.redeem(request.headers.get('x-baton-ticket') ?? '', Date.now());
    if (principal === null) return refuseSocket('unauthenticated');
    const response = acceptSocket(this.ctx, principal, ['console']);
    this.#seats.changed();
    if (this.#identity !== null) this.#arm(Date.now());
    return response;
  }

  override async webSocketMessage(socket: WebSocket, raw: string | ArrayBuffer): Promise<void> {
    await answerFrame(socket, raw, queueUp, Date.now(), (frame) => this.#handle(socket, frame));
  }

  override webSocketClose(): void {}

  override async alarm(): Promise<void> {
    this.#alarm.forget();
    // Must not throw: an alarm that keeps throwing is dropped for good.
    try {
      // [O10] Beside the clock: whoever waits for an offer's end does not wait for the database.
      if (this.#identity !== null) this.ctx.waitUntil(this.#look().then(() => this.#arm(Date.now())));
      await this.#tick();
    } catch (cause) {
      console.error(JSON.stringify({ at: 'queue.alarm', message: faultText(cause) }));
      await this.ctx.storage.setAlarm(Date.now() + 1000);
    }
  }

  async #handle(socket: WebSocket, frame: QueueUp): Promise<void> {
    if (frame.type === 'hello') {
      send(socket, queueFrame(this.#view(), this.#version, Date.now()));
      return;
    }
    const who = viewer.parse(socket.deserializeAttachment());
    if (!who.isSupervisor) throw new FrameRefused('forbidden', 'Only a supervisor may do this.');
    const by = { id: who.agentId as AgentId, name: who.name };
    // [R12] Ids are their sender's.
    const key = `${by.id}/${frame.id}`;
    const { refusal } = await this.#answered.once(key, async () => {
      // In the same turn: what was done, who did it and that it was done are written as one.
      const outcome = (refused: { message: string } | null) =>
        this.#answered.keep(key, { refusal: refused?.message ?? null });
      const choice = this.#supervise(frame, by, Date.now());
      outcome(choice.refused);
      if (choice.offering !== undefined) outcome(await choice.offering);
    });
    if (refusal !== null) throw new FrameRefused('conflict', refusal);
    await this.#drain();
    await this.#offer();
  }

  /** One turn, no await. `offering` is what has yet to be heard, and why it came to nothing, if it does. */
  #supervise(frame: Exclude<QueueUp, { type: 'hello' }>, by: Doer & { id: AgentId }, now: number): Supervised {
    switch (frame.type) {
      case 'entry.adjust': {
        const { escalationId, hop, minutes } = frame;
        const refused = this.#run({ type: 'adjust', escalationId, hop, minutes, by: by.name }, now);
        if (refused === null) {
          // [P2] What was given, which may be less than was asked for.
          const given = 0 - (this.#view().entry(escalationId, hop)?.raises.at(-1)?.minutes ?? 0 - minutes);
          const event = { type: 'escalation.adjusted', escalationId, hop, by: by.id, minutes: given } as const;
          this.#audit(escalationId, hop, event, now);
        }
        return { refused };
      }
      case 'entry.take_back': {
        const { escalationId, hop } = frame;
        const before = this.#view().entry(escalationId, hop);
        const refused = this.#run({ type: 'take_back', escalationId, hop, by }, now);
        // [O3] What somebody had goes into the history with the conversation's own word of it.
        if (refused === null && before?.state === 'reserved') {
          const { agentId } = before;
          const event = { type: 'escalation.offer_withdrawn', escalationId, hop, by: by.id, agentId } as const;
          this.#audit(escalationId, hop, event, now);
        }
        return { refused };
      }
      case 'entry.assign':
        return this.#assign(frame, by.id, now);
      case 'queue.close':
        return { refused: this.#setClosure({ by: by.name, at: now }, by, now) };
      case 'queue.open':
        return { refused: this.#setClosure(null, by, now) };
      default:
        return frame satisfies never;
    }
  }

  /** A supervisor's choice is an offer like any other: the agent's object gives the slot, the agent accepts. */
  #assign(
    { escalationId, hop, agentId }: { escalationId: EscalationId; hop: number; agentId: AgentId },
    by: AgentId,
    now: number,
  ): Supervised {
    const why = whyNotOffered(this.#view(), { escalationId, hop, agentId }, now);
    if (why !== null) return { refused: { message: why } };
    const reservationId = newId('reservation');
    const match = { type: 'match', reservationId, only: agentId, entry: { escalationId, hop } } as const;
    const applied = this.#apply([match], now);
    this.#audit(escalationId, hop, { type: 'escalation.agent_chosen', escalationId, hop, by, agentId }, now);
    const offering = this.#propose(reservationId, applied).then((came) =>
      came === 'offered' ? null : { message: 'Their last slot went to other work at this moment.' },
    );
    // Should we die before they are asked, it was offered: the reservation's own expiry settles it.
    return { refused: null, offering };
  }

  /** [O3] Closing what is closed is no deed. */
  #setClosure(
    closure: Pick<Closure, 'by' | 'at'> | null,
    by: Doer,
    now: number,
  ): Extract<Applied, { ok: false }> | null {
    const applied = this.#apply([{ type: 'set_closure', closure }], now);
    if (!applied.ok) return applied;
    if (applied.events.length > 0) {
      this.#outbox.add({ kind: 'audit', at: now, by, deed: closure === null ? 'queue.opened' : 'queue.closed' }, now);
      this.#arm(now);
    }
    return null;
  }

  /** What a supervisor did stands in the history of the conversation. */
  #audit(escalationId: EscalationId, hop: number, event: OutcomeEvent, now: number): void {
    const entry = this.#view().entry(escalationId, hop);
    if (entry === null) return;
    this.#outbox.add({ kind: 'outcome_event', conversationId: entry.conversationId, at: now, event }, now);
    this.#arm(now);
  }

  /**
   * Calls of a busy queue are gathered and begin in one turn, in the order in which they came: what they write is one commit, and a commit
   * costs more than all else that a call does. A call that comes alone does not wait.
   */
  async #together(): Promise<void> {
    const now = Date.now();
    const isAlone = now - this.#calledAt > BUSY_MS;
    this.#calledAt = now;
    if (isAlone && this.#nextTurn === null) return;
    this.#nextTurn ??= new Promise((resolve) =>
      setTimeout(() => {
        this.#nextTurn = null;
        resolve();
      }, GATHER_MS),
    );
    await this.#nextTurn;
  }

  /** Takes over the settings. New ones re-rank and re-line everything that is here, so that nobody is judged by two. */
  #know(identity: QueueIdentity): void {
    const before = this.#identity;
    if (isSame(before, identity)) return;
    // Whoever hands over work may have read the settings a moment before they were changed.
    if (before !== null && before.config.asOf > identity.config.asOf) return;
    if (before !== null && isSame(before, { ...identity, config: { ...identity.config, asOf: before.config.asOf } })) {
      // Something else of the workspace has changed; from now on nothing older counts.
      this.#identity = identity;
      writeFact(this.#sql, 'identity', JSON.stringify(identity));
      return;
    }
    this.#identity = identity;
    this.#store = null;
    this.#workingHours = null;
    const store = this.#view();
    this.ctx.storage.transactionSync(() => {
      writeFact(this.#sql, 'identity', JSON.stringify(identity));
      for (const event of [...store.reapply(before?.config ?? identity.config)]) {
        store.apply(event);
        for (const effect of effectsOf(event, null)) this.#outbox.add(effect, Date.now());
      }
    });
    if (before !== null) this.#changed(Date.now());
  }

  #view(): SqlQueueStore {
    if (this.#identity === null) throw new Error('this queue has not been told who it is');
    this.#store ??= new SqlQueueStore(this.#sql, this.#identity.config);
    return this.#store;
  }

  #hours(): WorkingHours {
    this.#workingHours ??= workingHours(this.#view().config.hours);
    return this.#workingHours;
  }

  /** At once when the last time is long enough ago, otherwise when it will be. */
  #tellPlacesSoon(): void {
    if (this.#placesWait) return;
    const waitMs = Math.min(PLACES_EVERY_MS, this.#placesToldAt + PLACES_EVERY_MS - Date.now());
    if (waitMs <= 0) {
      this.#tellPlaces();
      return;
    }
    this.#placesWait = true;
    setTimeout(() => {
      this.#placesWait = false;
      this.#tellPlaces();
    }, waitMs);
  }

  #tellPlaces(): void {
    this.#placesToldAt = Date.now();
    const { workspaceId } = this.#identity as QueueIdentity;
    this.#places.tell(this.env, workspaceId, this.#view(), this.#hours(), Date.now());
  }

  /** Decide, append: one turn, no await. Answers with the refusal, or null. Consoles hear of it within a blink. */
  #run(command: QueueCommand, now: number): Extract<Applied, { ok: false }> | null {
    const applied = this.#apply([command], now);
    return applied.ok ? null : applied;
  }

  /** The same for commands that belong together, each decided on what the one before it left. The first refusal ends it. */
  #apply(commands: readonly QueueCommand[], now: number): Applied {
    const store = this.#view();
    const applied: QueueEvent[] = [];
    try {
      return this.ctx.storage.transactionSync((): Applied => {
        for (const command of commands) {
          const decision = decideQueue(store, command, now);
          if (!decision.ok) return { ok: false, reason: decision.reason, message: decision.message };
          for (const event of decision.events) {
            const before = isToldOfBefore(event) ? store.entry(event.entry.escalationId, event.entry.hop) : null;
            store.apply(event);
            applied.push(event);
            for (const effect of effectsOf(event, before)) this.#outbox.add(effect, now);
          }
        }
        return { ok: true, events: applied };
      });
    } catch (cause) {
      store.forget();
      throw cause;
    } finally {
      if (applied.length > 0) this.#changed(now, applied);
    }
  }

  #changed(now: number, events: readonly QueueEvent[] | null = null): void {
    this.#armFor(events, now);
    if (this.#telling) return;
    this.#telling = true;
    setTimeout(() => {
      this.#telling = false;
      this.#countVersion();
      const consoles = this.ctx.getWebSockets('console');
      if (consoles.length > 0) broadcast(consoles, queueFrame(this.#view(), this.#version, Date.now()));
      this.#tellPlacesSoon();
    }, TELL_AFTER_MS);
  }

  /** What was only noted is written after a moment, if nothing else is. The timer keeps the object awake. */
  #writeLater(): void {
    if (this.#writing) return;
    this.#writing = true;
    setTimeout(() => {
      this.#writing = false;
      this.#view().writeNoted();
    }, WRITE_MS);
  }

  #countVersion(): void {
    this.#version += 1;
    if (this.#version < this.#versionKept) return;
    this.#versionKept = this.#version + VERSIONS_AHEAD;
    writeFact(this.#sql, 'version', String(this.#versionKept));
  }

  async #tick(): Promise<void> {
    for (let more = true; more; ) {
      const applied = this.#apply([{ type: 'tick' }], Date.now());
      more = applied.ok && applied.events.length >= MAX_PER_TICK;
    }
    this.#tellPlacesSoon();
    await this.#drain();
    await this.#offer();
  }

  /** Offers until nobody more can be offered anything. */
  async #offer(): Promise<void> {
    for (;;) {
      const outcome = await this.#offerOnce(null);
      if (outcome === 'nothing') return;
    }
  }

  /**
   * Reserve first, durably, then ask the agent's object for a slot. Should we die in between, the reservation runs out and the
   * work is back at its rank; the agent was never asked, so nothing is held against them.
   */
  #offerOnce(only: AgentId | null): Promise<'offered' | 'refused' | 'nothing'> {
    const reservationId = newId('reservation');
    return this.#propose(reservationId, this.#apply([{ type: 'match', reservationId, only }], Date.now()));
  }

  async #propose(reservationId: ReservationId, applied: Applied): Promise<'offered' | 'refused' | 'nothing'> {
    const entry = applied.ok ? reservedIn(applied.events) : null;
    if (entry === null) return 'nothing';
    const granted = await this.#askForSlot(entry);
    if (granted) {
      this.#tellRankSince(entry);
      return 'offered';
    }
    this.#run({ type: 'agent_refused', reservationId, epoch: entry.epoch }, Date.now());
    return 'refused';
  }

  /** An object that died over the question is asked once more, as the one that came after it: asking twice gives one slot. */
  async #askForSlot(entry: ReservedEntry): Promise<boolean> {
    const { workspaceId, config } = this.#identity as QueueIdentity;
    for (let tries = 0; tries < 2; tries += 1) {
      try {
        return await agentStub(this.env, workspaceId, entry.agentId).grant(toProposal(entry, config));
      } catch (cause) {
        console.warn(JSON.stringify({ at: 'queue.grant', message: faultText(cause) }));
      }
    }
    // Asked or not asked, we cannot know: the reservation's own expiry settles it.
    return true;
  }

  /** Ranked anew while the agent's object was being asked: that word may have come there before the offer. */
  #tellRankSince(proposed: ReservedEntry): void {
    const entry = this.#view().byReservation(proposed.reservationId);
    if (entry?.state !== 'reserved' || isSameRank(entry, proposed)) return;
    this.#outbox.add(offerReranked(entry), Date.now());
    this.#drainLater();
  }

  /**
   * What this object has not served itself yet, D1 may remember: without handle times a visitor is told no wait at all. Once; should it
   * fail, the next hand-over tries again.
   */
  async #recallHandleTimes(): Promise<void> {
    if (this.#hasRecalled) return;
    this.#hasRecalled = readFact(this.#sql, 'recalled') !== null;
    if (this.#hasRecalled) return;
    const { workspaceId, config } = this.#identity as QueueIdentity;
    try {
      const recalled = await handleTimesOf(this.env.DB, workspaceId, config.name, SERVED_KEPT);
      this.ctx.storage.transactionSync(() => {
        // Asked twice at once: the first answer counts.
        if (readFact(this.#sql, 'recalled') !== null) return;
        for (const served of recalled) this.#view().apply({ type: 'served', ...served });
        writeFact(this.#sql, 'recalled', String(recalled.length));
      });
      this.#tellPlaces();
    } catch (cause) {
      console.warn(JSON.stringify({ at: 'queue.recall', message: faultText(cause) }));
    }
  }

  /** For calls from other objects' outboxes: what they told is kept, and that is the answer; never wait for what follows from it. */
  #drainLater(): void {
    this.ctx.waitUntil(this.#drain());
  }

  #drain(): Promise<void> {
    const { workspaceId } = this.#identity as QueueIdentity;
    const thenArm = () => {
      // Whoever added the rows has set the alarm; one that failed has its own time now.
      const now = Date.now();
      if (this.#outbox.nextAt(now + WATCH_MS) !== null || !this.#alarm.ringsBy(Number.POSITIVE_INFINITY, now))
        this.#arm(now);
    };
    return this.#outbox
      .drain(
        {
          work: (rows) => this.#deliveries.inOrder(this.env, workspaceId, independentOf(rows)),
          record: (rows) => recordDeeds(this.env.DB, workspaceId, this.#view().config, rows),
        },
        Date.now,
        (run) => this.ctx.waitUntil(run.then(thenArm)),
      )
      .then(thenArm);
  }

  /** For the watchdog: how late something here is, in ms; an alarm that was lost is set again. */
  overdueMs(identity: QueueIdentity | null = null): number {
    if (this.#identity === null) return 0;
    // [Q13] Whoever saved them may have died before they were told here.
    if (identity !== null) this.#know(identity);
    const now = Date.now();
    this.#alarm.forget();
    return overdueBy(this.#arm(now, 0), now);
  }

  /**
   * One alarm: the earliest of the next wake-up and the next outbox row; answers with that deadline. Rows are delivered by whoever added
   * them; for them the alarm is only the watch over that.
   */
  #arm(now: number, watchMs = WATCH_MS): number | null {
    // What is told changes with the hours: somebody must be awake to say it.
    const edge = this.#view().waitingCount() > 0 ? nextHoursEdge(this.#hours(), now) : null;
    const wakeAt = nextQueueWakeAt(this.#view(), now);
    const look = this.#seats.nextAt();
    this.#alarm.ringBy([wakeAt, edge, look, this.#outbox.nextAt(now + watchMs)], now);
    return earliestOf([wakeAt, edge, look, this.#outbox.nextAt()]);
  }

  /** Looks only at what has changed: what has not was looked at when the alarm was last set. */
  #armFor(events: readonly QueueEvent[] | null, now: number): void {
    const { config } = this.#view();
    if (events === null || config.fairness !== null) {
      this.#arm(now);
      return;
    }
    const soonest = events.reduce((at, event) => {
      const wakes = event.type === 'entry_put' ? wakeAt(event.entry, config) : null;
      return wakes === null ? at : Math.min(at, wakes);
    }, now + WATCH_MS);
    if (!this.#alarm.ringsBy(soonest, now)) this.#arm(now);
  }
}

/** What a supervisor's frame comes to in its turn. */
type Supervised = { refused: { message: string } | null; offering?: Promise<{ message: string } | null> };

type Applied = { ok: true; events: QueueEvent[] } | { ok: false; reason: QueueRefusal; message: string };

/** The entry that was put first; null when nothing changed, because the command was a repetition. */
function putIn(applied: Applied): QueueEntry | null {
  const put = applied.ok ? applied.events.find((event) => event.type === 'entry_put') : undefined;
  return put?.entry ?? null;
}

/** The entry that a match reserved, if it did. */
function reservedIn(events: readonly QueueEvent[]): ReservedEntry | null {
  for (const event of events) {
    if (event.type === 'entry_put' && event.entry.state === 'reserved' && event.because === 'reserved')
      return event.entry;
  }
  return null;
}
