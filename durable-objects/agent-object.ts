import { DurableObject } from 'cloudflare:workers';
import { z } from 'zod';
import type { AgentId, ConversationId, EscalationId, QueueId, ReservationId, WorkspaceId } from '#domain/ids.ts';
import { isSame } from '#domain/is-same.ts';
import { compareRank, type Rank, type RankKey } from '#domain/priority/rank.ts';
import type { Doer } from '#domain/queue/deed.ts';
import type { AgentMirror } from '#domain/queue/queue.ts';
import { faultText } from '#domain/redaction/fault.ts';
import {
  type AgentCommand,
  type AgentEvent,
  type AgentState,
  decideAgent,
  evolveAgent,
  loadOf,
  newAgent,
  nextAgentDeadline,
  type Proposal,
  type Slot,
} from '#domain/routing/agent.ts';
import type { PromiseNotice } from '#domain/sla/notice.ts';
import { type AgentDown, type AgentUp, agentUp, type Offer, type Work } from '#protocol/agent.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { Env } from '../worker/env.ts';
import type { SignedInBy } from '../worker/signed-in-by.ts';
import type { AgentProfile } from '../worker/storage/agents.ts';
import { standingOf } from '../worker/storage/members.ts';
import { within } from '../worker/within.ts';
import { earliestOf, LazyAlarm, overdueBy } from './alarm.ts';
import { queueStub } from './names.ts';
import { NOTICES_SCHEMA, Notices } from './notices.ts';
import { OUTBOX_PARKED_SCHEMA, OUTBOX_SCHEMA, Outbox, type OutboxRow, WATCH_MS } from './outbox.ts';
import type { QueueIdentity } from './queue-object.ts';
import { readFact, writeFact } from './queue-store.ts';
import { applySchema } from './schema.ts';
import { LOOK_WITHIN_MS, type Seat, Seats, seat, seatNow } from './seats.ts';
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
import { agentEffect, agentIdentity, agentState, agentTicket } from './stored/agent.ts';
import { type RowName, readOrSkip, readStored } from './stored/read-stored.ts';
import { TICKETS_SCHEMA, Tickets } from './tickets.ts';

/** Who the agent is and which queues they serve; handed over each time a console opens, and when that is changed. */
export type AgentSetup = { workspaceId: WorkspaceId; profile: AgentProfile; queues: QueueIdentity['config'][] };

/** The same as it is kept. `left` are queues that they no longer serve and that must still hear how they stand: that, and while they have its work. */
export type AgentIdentity = AgentSetup & { left: QueueIdentity['config'][] };

export type AgentEffect =
  /** Tell every queue how the agent stands now. Only the newest matters, so waiting ones are replaced. */
  | { kind: 'publish' }
  | { kind: 'orphan'; queueId: QueueId; reservationId: ReservationId; epoch: number }
  /** [S12] They may not answer any more: what they have is for somebody else. */
  | { kind: 'give_up'; queueId: QueueId; escalationId: EscalationId; hop: number; by: Doer };

const SCHEMA = [
  OUTBOX_SCHEMA,
  TICKETS_SCHEMA,
  'create table facts (key text primary key, value text not null) strict, without rowid',
  OUTBOX_PARKED_SCHEMA,
  NOTICES_SCHEMA,
];

/** How long a console may be gone (a reload, a lift, a changed network) before the agent counts as offline. */
const GRACE_MS = 5_000;

/** Parsed again on waking: an older deploy may have written it. */
const attachment = z.object({ agentId: z.string(), ...seat });

/** One agent of one workspace: presence and capacity slots. The only place where a slot is given. */
export class AgentObject extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #outbox: Outbox<AgentEffect>;
  readonly #tickets: Tickets<{ agentId: AgentId } & Seat>;
  readonly #notices: Notices;
  readonly #alarm: LazyAlarm;
  readonly #seats: Seats;
  /** [S12] Since this instance knows that they are out. */
  #outBy: Doer | null = null;
  /** Work that was let go of since a queue was last asked about an offer that went back. */
  readonly #letGo = new Set<string>();
  #identity: AgentIdentity | null = null;
  #state: AgentState | null = null;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    applySchema(ctx.storage, SCHEMA);
    this.#sql = ctx.storage.sql;
    this.#alarm = new LazyAlarm(ctx.storage);
    this.#outbox = new Outbox(this.#sql, {
      object: 'agent',
      laneOf: () => 'work',
      schema: agentEffect,
      lanes: ['work'],
      forgetsLater: true,
    });
    this.#tickets = new Tickets(this.#sql, { object: 'agent', schema: agentTicket });
    this.#notices = new Notices(this.#sql);
    this.#seats = new Seats({
      sockets: () => ctx.getWebSockets('console'),
      read: (socket) => attachment.safeParse(socket.deserializeAttachment()).data ?? null,
      keep: (socket, _, now) =>
        socket.serializeAttachment({ ...attachment.parse(socket.deserializeAttachment()), checkedAt: now }),
    });
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    const identity = readFact(this.#sql, 'identity');
    const state = readFact(this.#sql, 'state');
    // The identity is handed over again by the next console; slots are nowhere else, so an unreadable state is a fault.
    if (identity !== null) this.#identity = readOrSkip(agentIdentity, identity, fact('identity'));
    if (state !== null) this.#state = readStored(agentState, state, fact('state'));
    // A process that died took the sockets with it and told nobody: notice on waking that no console is there.
    if (this.#state !== null && ctx.getWebSockets('console').length === 0)
      this.#run({ type: 'consoles_gone' }, Date.now());
    // Rows that the last process left: nobody is delivering them.
    this.#arm(Date.now(), 0);
  }

  issueTicket(setup: AgentSetup, by: SignedInBy | null = null): { ticket: string; expiresAt: number } {
    this.#outBy = null;
    this.#know(setup);
    this.#drainLater();
    return this.#tickets.issue({ agentId: setup.profile.id, ...seatNow(by, Date.now()) }, Date.now());
  }

  /** [A7] Takes over other settings, and lets every queue that they concern hear of it: what waits is matched anew. */
  async configure(setup: AgentSetup): Promise<void> {
    this.#know(setup);
    await this.#drain();
  }

  /** [S12] Somebody was given another role or taken out, or it is time to look: who may not answer any more is closed, is offered nothing, and has nothing in hand. */
  async recheckMembers(): Promise<void> {
    if (this.#identity === null) return;
    const { workspaceId, profile } = this.#identity;
    await this.#seats.look(this.env.DB, workspaceId, Date.now(), true);
    const { isIn, revision, by } = await within(
      LOOK_WITHIN_MS,
      standingOf(this.env.DB, workspaceId, profile.id),
      'the database',
    );
    if (!isIn) this.#leave(revision, by ?? { id: profile.id, name: profile.name });
    // [S31] Whoever is signed out may be gone without a word; what closes a socket here does not hear of it.
    else if (this.#isGone()) this.#run({ type: 'consoles_gone' }, Date.now());
    this.#drainLater();
  }

  /** For the alarm. A database that does not answer is asked again with the next one. */
  async #recheckByItself(): Promise<void> {
    await this.recheckMembers().catch((cause) => {
      console.warn(JSON.stringify({ at: 'agent.recheck', message: faultText(cause) }));
      this.#seats.lookAgain(Date.now());
    });
    this.#arm(Date.now());
  }

  #isGone(): boolean {
    return this.ctx.getWebSockets('console').every(({ readyState }) => readyState !== WebSocket.READY_STATE_OPEN);
  }

  #leave(revision: number, by: Doer): void {
    const { workspaceId, profile } = this.#known();
    const last = Math.max(revision, profile.revision);
    // What was only offered here may be accepted at the queue by now.
    const had = (this.#state as AgentState).slots.filter(({ state }) => state !== 'wrapping');
    this.#know({ workspaceId, profile: { ...profile, revision: last, queueIds: [] }, queues: [] });
    const now = Date.now();
    for (const socket of this.ctx.getWebSockets('console')) closeSocket(socket, 'forbidden');
    this.#run({ type: 'consoles_gone' }, now);
    this.#run({ type: 'tick', graceMs: 0 }, now);
    this.#outBy = by;
    for (const slot of had) this.#giveUp(slot, by, now);
    this.#arm(now);
  }

  /** [A7] An offer that went back had been taken: the work is in hand. Unless it was let go of while the queue was asked, or is for somebody else [S12]. */
  #takenAfterAll(proposal: Proposal): void {
    const { reservationId, work } = proposal;
    if (this.#letGo.has(`${work.escalationId}/${work.hop}`)) return;
    const now = Date.now();
    if (this.#outBy === null) this.#run({ type: 'assigned', reservationId, proposal }, now);
    else this.#giveUp(proposal, this.#outBy, now);
  }

  #giveUp({ queueId, work: { escalationId, hop } }: Proposal, by: Doer, now: number): void {
    this.#outbox.add({ kind: 'give_up', queueId, escalationId, hop, by }, now);
  }

  #know(setup: AgentSetup): void {
    const before = this.#identity;
    // Whoever opens a console may have read the settings a moment before they were changed.
    if (before !== null && before.profile.revision > setup.profile.revision) return;
    const serves = new Set(setup.queues.map(({ id }) => id));
    const left = [...(before?.queues ?? []), ...(before?.left ?? [])].filter(({ id }) => !serves.has(id));
    const identity: AgentIdentity = { ...setup, left };
    if (!isSame(before, identity)) {
      this.#identity = identity;
      writeFact(this.#sql, 'identity', JSON.stringify(identity));
    }
    const { id, name, skills, capacity } = setup.profile;
    if (this.#state === null) {
      this.#state = newAgent({ id, name, skills, capacity });
      writeFact(this.#sql, 'state', JSON.stringify(this.#state));
      return;
    }
    const { version } = this.#state;
    this.#run({ type: 'profile', name, skills, capacity, queueIds: setup.profile.queueIds }, Date.now());
    const servedBefore = before?.queues.map((queue) => queue.id).join() ?? '';
    if (this.#state.version === version && servedBefore !== [...serves].join()) this.#republish();
  }

  /** A queue asks for a slot for work that it has reserved. True when the slot is given and the offer shown. */
  grant(proposal: Proposal): boolean {
    // [A7] A queue that has not heard yet that they no longer serve it.
    if (this.#state === null || this.#identity?.queues.some(({ id }) => id === proposal.queueId) === false)
      return false;
    const isGranted = this.#run({ type: 'grant', proposal }, Date.now()) === null;
    this.#drainLater();
    return isGranted;
  }

  /** From the queue's outbox: this agent's accept took effect there. Usually known already. */
  offerAccepted(reservationId: ReservationId): void {
    if (this.#state === null) return;
    this.#run({ type: 'assigned', reservationId }, Date.now());
    this.#drainLater();
  }

  /** From the queue's outbox: the same offer, ranked anew. */
  offerReranked(reservationId: ReservationId, epoch: number, rank: Rank): void {
    if (this.#state !== null) this.#run({ type: 'offer_reranked', reservationId, epoch, ...rank }, Date.now());
  }

  offerEnded(
    reservationId: ReservationId,
    because: 'declined' | 'expired' | 'cancelled' | 'unfit' | 'withdrawn',
  ): void {
    if (this.#state === null) return;
    const { version } = this.#state;
    this.#run({ type: 'offer_ended', reservationId, because }, Date.now());
    // An offer that never got here: the queue still counts its slot as used, so it must hear how things stand.
    if (this.#state.version === version) this.#republish();
    this.#drainLater();
  }

  /** The work is over here, or was taken back: then only what was held by that reservation. `isUndone`: it left before anything could be done about it. */
  release(escalationId: EscalationId, hop: number, reservationId: ReservationId | null = null, isUndone = false): void {
    if (this.#state === null) return;
    this.#letGo.add(`${escalationId}/${hop}`);
    this.#run({ type: 'release', escalationId, hop, reservationId, isUndone }, Date.now());
    this.#drainLater();
  }

  /** [M7] Whether they are there for work of this queue; who is only reloading their page is. */
  isThereFor(queueId: QueueId): boolean {
    if (this.#state?.presence !== 'available') return false;
    return this.#identity?.queues.some(({ id }) => id === queueId) === true;
  }

  /** [Y1] How much is here of the work of these conversations. */
  holdings(conversations: readonly ConversationId[]): number {
    const about = new Set<string>(conversations);
    const slots = this.#state?.slots.filter(({ work }) => about.has(work.conversationId)).length ?? 0;
    return slots + this.#notices.countOf(conversations);
  }

  /** [Y3] Nothing of these conversations' visitors is left here: their slots are free, and no notice tells of them. */
  async eraseWork(conversations: readonly ConversationId[]): Promise<void> {
    this.#notices.erase(conversations);
    this.#outbox.eraseParked(conversations);
    if (this.#state === null) return;
    const about = new Set<string>(conversations);
    const now = Date.now();
    for (const { state, reservationId, work } of this.#state.slots.filter((slot) =>
      about.has(slot.work.conversationId),
    ))
      this.#run(
        state === 'wrapping'
          ? { type: 'wrapped_up', reservationId }
          : { type: 'release', escalationId: work.escalationId, hop: work.hop, reservationId, isUndone: true },
        now,
      );
    this.#tellNotices();
    await this.#drain();
  }

  /** [K14] From a conversation: a promise that this agent answers for is nearly late, or late. Kept until it is over or seen. */
  notice(notice: PromiseNotice): void {
    if (this.#notices.add(notice)) this.#tellNotices();
  }

  /** [K14] From a conversation: the promise is owed no longer. */
  noticeOver(noticeId: string): void {
    if (this.#notices.end(noticeId)) this.#tellNotices();
  }

  #tellNotices(): void {
    broadcast(this.ctx.getWebSockets('console'), {
      type: 'notices',
      notices: this.#notices.shown(),
    } satisfies AgentDown);
  }

  override async fetch(request: Request): Promise<Response> {
    const principal = this.#tickets.redeem(request.headers.get('x-baton-ticket') ?? '', Date.now());
    if (principal === null) return refuseSocket('unauthenticated');
    const response = acceptSocket(this.ctx, principal, ['console']);
    this.#seats.changed();
    this.#run({ type: 'console_opened' }, Date.now());
    this.ctx.waitUntil(this.#drain());
    return response;
  }

  override async webSocketMessage(socket: WebSocket, raw: string | ArrayBuffer): Promise<void> {
    await answerFrame(socket, raw, agentUp, Date.now(), (frame) => this.#handle(socket, frame));
    await this.#drain();
  }

  override async webSocketClose(): Promise<void> {
    // The closing socket may still be listed.
    if (this.#isGone() && this.#state !== null) this.#run({ type: 'consoles_gone' }, Date.now());
    await this.#drain();
  }

  override async webSocketError(): Promise<void> {
    await this.webSocketClose();
  }

  override async alarm(): Promise<void> {
    this.#alarm.forget();
    try {
      if (this.#state !== null) this.#run({ type: 'tick', graceMs: GRACE_MS }, Date.now());
      const look = this.#seats.nextAt();
      // [O10] Beside what is to be told: an offer that went back does not wait for the database.
      if (look !== null && look <= Date.now()) this.ctx.waitUntil(this.#recheckByItself());
      await this.#drain();
    } catch (cause) {
      console.error(JSON.stringify({ at: 'agent.alarm', message: faultText(cause) }));
      await this.ctx.storage.setAlarm(Date.now() + 1000);
    }
  }

  async #handle(socket: WebSocket, frame: AgentUp): Promise<void> {
    switch (frame.type) {
      case 'hello':
        send(socket, this.#frame());
        send(socket, { type: 'notices', notices: this.#notices.shown() } satisfies AgentDown);
        return;
      case 'notice.seen':
        if (this.#notices.see(frame.notice)) this.#tellNotices();
        return;
      case 'presence.set':
        this.#run({ type: 'set_presence', presence: frame.presence }, Date.now());
        return;
      case 'wrap_up.done':
        this.#run({ type: 'wrapped_up', reservationId: frame.reservationId }, Date.now());
        return;
      case 'offer.accept': {
        this.#refuseStale(frame);
        const identity = this.#known();
        const slot = this.#state?.slots.find(({ reservationId }) => reservationId === frame.reservationId);
        const answer = await queueStub(this.env, identity.workspaceId, frame.queueId).accept(
          frame.reservationId,
          frame.epoch,
          identity.profile.id,
        );
        if (!answer.ok) {
          this.#run({ type: 'offer_ended', reservationId: frame.reservationId, because: 'taken' }, Date.now());
          throw new FrameRefused('conflict', answer.message);
        }
        // [S12] Taken out while the queue was asked: it is somebody else's.
        if (this.#outBy !== null && slot !== undefined) this.#giveUp(slot, this.#outBy, Date.now());
        this.#run({ type: 'assigned', reservationId: frame.reservationId }, Date.now());
        return;
      }
      case 'offer.decline': {
        this.#refuseStale(frame);
        const identity = this.#known();
        const answer = await queueStub(this.env, identity.workspaceId, frame.queueId).decline(
          frame.reservationId,
          frame.epoch,
          identity.profile.id,
        );
        this.#run({ type: 'offer_ended', reservationId: frame.reservationId, because: 'declined' }, Date.now());
        if (!answer.ok) throw new FrameRefused('conflict', answer.message);
        return;
      }
    }
  }

  /** A frame about an older offer must not end the one that replaced it. */
  #refuseStale({ reservationId, epoch }: { reservationId: ReservationId; epoch: number }): void {
    const slot = this.#state?.slots.find((one) => one.reservationId === reservationId);
    if (slot !== undefined && slot.epoch !== epoch) {
      throw new FrameRefused('conflict', 'This offer has been replaced by a newer one.');
    }
  }

  /** Decide, keep, tell the consoles: one turn, no await. Answers with the refusal's reason, or null. */
  #run(command: AgentCommand, now: number): string | null {
    const before = this.#state as AgentState;
    const decision = decideAgent(before, command, now);
    if (!decision.ok) return decision.reason;
    if (decision.events.length > 0) {
      let state = before;
      this.ctx.storage.transactionSync(() => {
        for (const event of decision.events) {
          state = evolveAgent(state, event);
          const orphan = orphanOf(event, before);
          if (orphan !== null) this.#outbox.add(orphan, now);
        }
        writeFact(this.#sql, 'state', JSON.stringify(state));
        // What queues need not know of asks none of them.
        if (state.version !== before.version) this.#outbox.add({ kind: 'publish' }, now);
      });
      this.#state = state;
      const consoles = this.ctx.getWebSockets('console');
      for (const event of decision.events) {
        if (
          event.type === 'slot_freed' &&
          (event.because === 'expired' ||
            event.because === 'taken' ||
            event.because === 'cancelled' ||
            event.because === 'unfit' ||
            event.because === 'withdrawn')
        ) {
          broadcast(consoles, { type: 'offer.withdrawn', reservationId: event.reservationId, because: event.because });
        }
      }
      broadcast(consoles, this.#frame());
    }
    this.#arm(now);
    return null;
  }

  #known(): AgentIdentity {
    if (this.#identity === null) throw new Error('this agent’s object has not been told who it is');
    return this.#identity;
  }

  #republish(): void {
    const state = this.#state as AgentState;
    this.#state = { ...state, version: state.version + 1 };
    writeFact(this.#sql, 'state', JSON.stringify(this.#state));
    this.#outbox.add({ kind: 'publish' }, Date.now());
  }

  /** For calls from queues' outboxes: what they told is kept, and that is the answer; never wait for what follows from it. */
  #drainLater(): void {
    this.ctx.waitUntil(this.#drain());
  }

  #drain(): Promise<void> {
    return this.#outbox
      .drain(
        {
          work: async (rows) => {
            const first = rows[0] as OutboxRow<AgentEffect>;
            if (first.effect.kind === 'orphan') {
              const { queueId, reservationId, epoch } = first.effect;
              const { workspaceId } = this.#known();
              this.#letGo.clear();
              const taken = await queueStub(this.env, workspaceId, queueId).orphan(reservationId, epoch);
              if (taken !== null) this.#takenAfterAll(taken);
              return 1;
            }
            if (first.effect.kind === 'give_up') {
              const { workspaceId, profile } = this.#known();
              const { queueId, escalationId, hop, by } = first.effect;
              await queueStub(this.env, workspaceId, queueId).giveUp(escalationId, hop, profile.id, by);
              return 1;
            }
            // Publishing twice in a row says nothing new: the second report is the one that counts.
            let run = 1;
            while (rows[run]?.effect.kind === 'publish') run++;
            await this.#publish();
            return run;
          },
        },
        Date.now,
        (run) => this.ctx.waitUntil(run),
      )
      .then(() => void this.#arm(Date.now()));
  }

  /** Reports to every queue, then, while a slot is free, pulls from the queue whose best entry ranks first [M4]. */
  async #publish(): Promise<void> {
    const identity = this.#known();
    const { workspaceId, queues, left } = identity;
    const state = this.#state as AgentState;
    const mirror: AgentMirror = {
      id: state.id,
      name: state.name,
      version: state.version,
      presence: state.goneAt === null ? state.presence : 'away',
      comesBack: state.goneAt !== null && state.presence === 'available',
      load: loadOf(state),
      capacity: state.capacity,
      skills: state.skills,
      serves: true,
      idleSince: state.idleSince,
    };
    await Promise.all(
      left.map((config) =>
        queueStub(this.env, workspaceId, config.id).mirrorAgent({ workspaceId, config }, { ...mirror, serves: false }),
      ),
    );
    this.#forgetLeft(identity);
    const heads = await Promise.all(
      queues.map(async (config) => ({
        config,
        head: (await queueStub(this.env, workspaceId, config.id).mirrorAgent(
          { workspaceId, config },
          mirror,
        )) as RankKey | null,
      })),
    );
    if (mirror.presence !== 'available' || mirror.load >= mirror.capacity) return;
    const ranked = heads
      .flatMap(({ config, head }) => (head === null ? [] : [{ config, head }]))
      .sort((a, b) => compareRank(a.head, b.head));
    // The grant makes a new report, which comes back here: one offer per round, always the best one. What another agent was given meanwhile leaves room for the
    // next best: nobody else would come by for it.
    for (const { config } of ranked) {
      if (await queueStub(this.env, workspaceId, config.id).offerTo(mirror.id)) return;
    }
  }

  /** A queue that has heard that they no longer serve it hears on only while they have its work. */
  #forgetLeft(told: AgentIdentity): void {
    const holds = (queueId: QueueId) => (this.#state as AgentState).slots.some((slot) => slot.queueId === queueId);
    const left = told.left.filter(({ id }) => holds(id));
    // Told anew meanwhile: the next report is of that.
    if (this.#identity !== told || left.length === told.left.length) return;
    this.#identity = { ...told, left };
    writeFact(this.#sql, 'identity', JSON.stringify(this.#identity));
  }

  /** For the watchdog: how late something here is, in ms; an alarm that was lost is set again. */
  overdueMs(setup: AgentSetup | null = null): number {
    // [Q13] Whoever saved them may have died before they were told here. Nobody who has not opened a console yet is somebody.
    if (setup !== null && this.#identity !== null) {
      const { left: _, ...known } = this.#identity;
      if (!isSame(setup, known)) {
        this.#know(setup);
        this.#drainLater();
      }
    }
    const now = Date.now();
    this.#alarm.forget();
    return overdueBy(this.#arm(now, 0), now);
  }

  /**
   * One alarm: the agent's next deadline or the next outbox row. Answers with it, null is none. Reports are sent by whoever made them; for
   * them the alarm is only the watch over that.
   */
  #arm(now: number, watchMs = WATCH_MS): number | null {
    const deadline = this.#state === null ? null : nextAgentDeadline(this.#state, GRACE_MS);
    const look = this.#seats.nextAt();
    this.#alarm.ringBy([deadline, look, this.#outbox.nextAt(now + watchMs)], now);
    return earliestOf([deadline, look, this.#outbox.nextAt()]);
  }

  #frame(): AgentDown {
    const state = this.#state as AgentState;
    return {
      type: 'state',
      protocol: PROTOCOL_VERSION,
      agent: { id: state.id, name: state.name },
      presence: state.presence,
      presenceBecause: state.presenceBecause,
      load: loadOf(state),
      capacity: state.capacity,
      offers: state.slots.filter(({ state }) => state === 'offered').map(toOffer),
      work: state.slots.flatMap((slot) => (slot.state === 'assigned' ? [toWork(slot)] : [])),
      wrapping: state.slots.flatMap((slot) =>
        slot.state === 'wrapping'
          ? [
              {
                reservationId: slot.reservationId,
                ticketNumber: slot.work.ticketNumber,
                subject: slot.work.subject,
                endsAt: slot.wrapEndsAt,
              },
            ]
          : [],
      ),
    };
  }
}

const fact = (key: string): RowName => ({ object: 'agent', table: 'facts', key });

function orphanOf(event: AgentEvent, before: AgentState): AgentEffect | null {
  if (event.type !== 'slot_freed' || (event.because !== 'offline' && event.because !== 'unfit')) return null;
  const slot = before.slots.find(({ reservationId }) => reservationId === event.reservationId);
  return slot === undefined
    ? null
    : { kind: 'orphan', queueId: slot.queueId, reservationId: slot.reservationId, epoch: slot.epoch };
}

const toOffer = (slot: Slot): Offer => ({
  reservationId: slot.reservationId,
  epoch: slot.epoch,
  queueId: slot.queueId,
  queueName: slot.queueName,
  escalationId: slot.work.escalationId,
  conversationId: slot.work.conversationId,
  ticketNumber: slot.work.ticketNumber,
  subject: slot.work.subject,
  visitorName: slot.work.visitorName,
  company: slot.work.company,
  tier: slot.tier,
  area: slot.work.area,
  hop: slot.work.hop,
  because: slot.work.because,
  rank: slot.terms,
  queuedAt: slot.queuedAt,
  dueAt: slot.dueAt,
  offeredAt: slot.offeredAt,
  expiresAt: slot.expiresAt,
});

const toWork = (slot: Slot & { state: 'assigned' }): Work => ({
  escalationId: slot.work.escalationId,
  conversationId: slot.work.conversationId,
  queueId: slot.queueId,
  queueName: slot.queueName,
  ticketNumber: slot.work.ticketNumber,
  subject: slot.work.subject,
  visitorName: slot.work.visitorName,
  company: slot.work.company,
  since: slot.assignedAt,
});
