import { DurableObject } from 'cloudflare:workers';
import type { AgentId, ConversationId, EscalationId, QueueId, ReservationId, WorkspaceId } from '#domain/ids.ts';
import { compareRank, type RankFacts, type RankKey } from '#domain/priority/rank.ts';
import { decideQueue, nextQueueDeadline, type QueueCommand, type QueueRefusal } from '#domain/queue/decide.ts';
import type {
  AgentMirror,
  CloseOutcome,
  QueueConfig,
  QueueEntry,
  QueueEvent,
  ReservedEntry,
  WorkSummary,
} from '#domain/queue/queue.ts';
import type { Proposal } from '#domain/routing/agent.ts';
import { estimateWait } from '#domain/sla/wait-estimate.ts';
import { type QueueDown, type QueueEntryView, queueUp } from '#protocol/queue.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import type { Env } from '../worker/env.ts';
import { newId } from '../worker/storage/ids.ts';
import { handleTimesOf } from '../worker/storage/outcomes.ts';
import type { Place } from './conversation-object.ts';
import { agentStub, conversationStub } from './names.ts';
import { OUTBOX_SCHEMA, Outbox, type OutboxRow } from './outbox.ts';
import { QUEUE_SCHEMA, readFact, SERVED_KEPT, SqlQueueStore, writeFact } from './queue-store.ts';
import { applySchema } from './schema.ts';
import { acceptSocket, answerFrame, broadcast, PING, PONG, refuseSocket, send } from './sockets.ts';
import { TICKETS_SCHEMA, Tickets } from './tickets.ts';

/** A queue and where it lives; handed over with every call, because an object does not know its own name. */
export type QueueIdentity = { workspaceId: WorkspaceId; config: QueueConfig };

type QueueEffect =
  | {
      kind: 'assigned';
      conversationId: ConversationId;
      escalationId: EscalationId;
      hop: number;
      agentId: AgentId;
      agentName: string;
      reservationId: ReservationId;
    }
  | {
      kind: 'offer_ended';
      agentId: AgentId;
      reservationId: ReservationId;
      because: 'declined' | 'expired' | 'cancelled';
    };

/** At most this many entries are sent to a console; the count is always true. */
const VIEW_LIMIT = 200;
/** Only the front of the line hears its place: further back a number says nothing. */
const PLACES_TOLD = 50;

/** One queue of one workspace: entries in rank order, reservations, and a picture of the agents who serve it. */
export class QueueObject extends DurableObject<Env> {
  readonly #sql: SqlStorage;
  readonly #outbox: Outbox<QueueEffect>;
  readonly #tickets: Tickets<{ agentId: AgentId }>;
  #identity: QueueIdentity | null = null;
  #version = 0;
  /** Places told so far, so that nobody is told the same twice. A cache: after sleep everybody is told once more. */
  readonly #told = new Map<ConversationId, string>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    // The list that will grow comes last: a statement that is added must not move one that has been applied.
    applySchema(ctx.storage, [OUTBOX_SCHEMA, TICKETS_SCHEMA, ...QUEUE_SCHEMA]);
    this.#sql = ctx.storage.sql;
    this.#outbox = new Outbox(this.#sql, () => 'work');
    this.#tickets = new Tickets(this.#sql);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    const stored = readFact(this.#sql, 'identity');
    if (stored !== null) this.#identity = JSON.parse(stored) as QueueIdentity;
    this.#version = Number(readFact(this.#sql, 'version') ?? 0);
  }

  /** Puts work in line and offers it at once when somebody is free. Repeating it changes nothing [Q5]. */
  async enqueue(
    identity: QueueIdentity,
    work: WorkSummary,
    rank: { class: 0 | 1; facts: RankFacts; queuedAt: number; preferred: AgentId | null },
  ): Promise<{ terms: { label: string; minutes: number }[]; dueAt: number }> {
    this.#know(identity);
    this.#run({ type: 'enqueue', work, ...rank }, Date.now());
    await this.#offer();
    this.ctx.waitUntil(this.#recallHandleTimes());
    const entry = this.#store().entry(work.escalationId, work.hop) as QueueEntry;
    return { terms: entry.terms, dueAt: entry.dueAt };
  }

  /** New facts about waiting work; every console sees the new order at once. */
  rerank(identity: QueueIdentity, escalationId: EscalationId, hop: number, facts: RankFacts): void {
    this.#know(identity);
    this.#run({ type: 'rerank', escalationId, hop, facts }, Date.now());
  }

  /**
   * An agent's report. Answers with the rank of the best entry that this agent may take here, so that the agent's object can
   * compare its queues and pull from the best one.
   */
  mirrorAgent(identity: QueueIdentity, agent: AgentMirror): RankKey | null {
    this.#know(identity);
    this.#run({ type: 'mirror_agent', agent }, Date.now());
    const probe = decideQueue(
      this.#store(),
      { type: 'match', reservationId: 'rsv_probe0' as ReservationId, only: agent.id },
      Date.now(),
    );
    const put = probe.ok ? probe.events.find((event) => event.type === 'entry_put') : undefined;
    return put === undefined ? null : { class: put.entry.class, dueAt: put.entry.dueAt, seq: put.entry.seq };
  }

  /** Offers the best entry to this agent, if one may still be had. Resolves to whether an offer was made. */
  async offerTo(agentId: AgentId): Promise<boolean> {
    return (await this.#offerOnce(agentId)) === 'offered';
  }

  async accept(
    reservationId: ReservationId,
    epoch: number,
    agentId: AgentId,
  ): Promise<{ ok: true; conversationId: ConversationId } | { ok: false; reason: QueueRefusal; message: string }> {
    const refusal = this.#run({ type: 'accept', reservationId, epoch, agentId }, Date.now());
    if (refusal !== null) return { ok: false, ...refusal };
    await this.#drain();
    return { ok: true, conversationId: (this.#store().byReservation(reservationId) as QueueEntry).conversationId };
  }

  async decline(
    reservationId: ReservationId,
    epoch: number,
    agentId: AgentId,
  ): Promise<{ ok: true } | { ok: false; reason: QueueRefusal; message: string }> {
    const refusal = this.#run({ type: 'decline', reservationId, epoch, agentId }, Date.now());
    if (refusal !== null) return { ok: false, ...refusal };
    await this.#drain();
    await this.#offer();
    return { ok: true };
  }

  /** The agent who was offered this is gone: back to its own rank. */
  async orphan(reservationId: ReservationId, epoch: number): Promise<void> {
    this.#run({ type: 'orphan', reservationId, epoch }, Date.now());
    await this.#offer();
  }

  /** Work has left this queue. */
  async close(escalationId: EscalationId, hop: number, outcome: CloseOutcome): Promise<void> {
    this.#run({ type: 'close', escalationId, hop, outcome }, Date.now());
    await this.#drain();
  }

  issueTicket(identity: QueueIdentity, principal: { agentId: AgentId }): { ticket: string; expiresAt: number } {
    this.#know(identity);
    return this.#tickets.issue(principal, Date.now());
  }

  override async fetch(request: Request): Promise<Response> {
    const principal = this.#tickets.redeem(request.headers.get('x-baton-ticket') ?? '', Date.now());
    if (principal === null) return refuseSocket('unauthenticated');
    return acceptSocket(this.ctx, principal, ['console']);
  }

  override async webSocketMessage(socket: WebSocket, raw: string | ArrayBuffer): Promise<void> {
    await answerFrame(socket, raw, queueUp, Date.now(), () => send(socket, this.#view()));
  }

  override webSocketClose(): void {}

  override async alarm(): Promise<void> {
    // Must not throw: an alarm that keeps throwing is dropped for good.
    try {
      this.#run({ type: 'expire' }, Date.now());
      await this.#drain();
      await this.#offer();
    } catch (cause) {
      console.error(JSON.stringify({ at: 'queue.alarm', message: String(cause) }));
      await this.ctx.storage.setAlarm(Date.now() + 1000);
    }
  }

  #know(identity: QueueIdentity): void {
    const text = JSON.stringify(identity);
    if (JSON.stringify(this.#identity) === text) return;
    this.#identity = identity;
    writeFact(this.#sql, 'identity', text);
  }

  #store(): SqlQueueStore {
    if (this.#identity === null) throw new Error('this queue has not been told who it is');
    return new SqlQueueStore(this.#sql, this.#identity.config);
  }

  /** Decide, append, tell the consoles: one turn, no await. Answers with the refusal, or null. */
  #run(command: QueueCommand, now: number): { reason: QueueRefusal; message: string } | null {
    const store = this.#store();
    const before = command.type === 'decline' || command.type === 'expire' ? [...store.reserved()] : [];
    const decision = decideQueue(store, command, now);
    if (!decision.ok) return { reason: decision.reason, message: decision.message };
    if (decision.events.length === 0) return null;
    this.ctx.storage.transactionSync(() => {
      for (const event of decision.events) {
        store.apply(event);
        for (const effect of effectsOf(event, before)) this.#outbox.add(effect, now);
      }
      this.#version++;
      writeFact(this.#sql, 'version', String(this.#version));
    });
    this.#arm(now);
    const consoles = this.ctx.getWebSockets('console');
    if (consoles.length > 0) broadcast(consoles, this.#view());
    this.#tellPlaces();
    return null;
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
  async #offerOnce(only: AgentId | null): Promise<'offered' | 'refused' | 'nothing'> {
    const reservationId = newId('reservation');
    this.#run({ type: 'match', reservationId, only }, Date.now());
    const entry = this.#store().byReservation(reservationId);
    if (entry === null || entry.state !== 'reserved') return 'nothing';
    const identity = this.#identity as QueueIdentity;
    let granted: boolean;
    try {
      granted = await agentStub(this.env, identity.workspaceId, entry.agentId).grant(
        toProposal(entry, identity.config),
      );
    } catch (cause) {
      // Asked or not asked, we cannot know: the reservation's own expiry settles it.
      console.warn(JSON.stringify({ at: 'queue.grant', message: String(cause) }));
      granted = true;
    }
    if (granted) return 'offered';
    this.#run({ type: 'agent_refused', reservationId, epoch: entry.epoch }, Date.now());
    return 'refused';
  }

  /**
   * What this object has not served itself yet, D1 may remember: without handle times a visitor is told no wait at all. Once; should it
   * fail, the next hand-over tries again.
   */
  async #recallHandleTimes(): Promise<void> {
    if (readFact(this.#sql, 'recalled') !== null) return;
    const { workspaceId, config } = this.#identity as QueueIdentity;
    try {
      const recalled = await handleTimesOf(this.env.DB, workspaceId, config.name, SERVED_KEPT);
      this.ctx.storage.transactionSync(() => {
        // Asked twice at once: the first answer counts.
        if (readFact(this.#sql, 'recalled') !== null) return;
        for (const served of recalled) this.#store().apply({ type: 'served', ...served });
        writeFact(this.#sql, 'recalled', String(recalled.length));
      });
      this.#tellPlaces();
    } catch (cause) {
      console.warn(JSON.stringify({ at: 'queue.recall', message: String(cause) }));
    }
  }

  #drain(): Promise<void> {
    const { workspaceId } = this.#identity as QueueIdentity;
    const one = async ({ effect }: OutboxRow<QueueEffect>) => {
      if (effect.kind === 'assigned') {
        const { conversationId, escalationId, hop, agentId, agentName, reservationId } = effect;
        await conversationStub(this.env, workspaceId, conversationId).assigned(escalationId, hop, {
          id: agentId,
          name: agentName,
        });
        // The agent's object asked for this, but may have died before it heard the answer.
        await agentStub(this.env, workspaceId, agentId).offerAccepted(reservationId);
      } else {
        await agentStub(this.env, workspaceId, effect.agentId).offerEnded(effect.reservationId, effect.because);
      }
    };
    return this.#outbox
      .drain(
        {
          work: async (rows) => {
            await one(rows[0] as OutboxRow<QueueEffect>);
            return 1;
          },
          record: async (rows) => rows.length,
        },
        Date.now,
      )
      .then(() => this.#arm(Date.now()));
  }

  /** One alarm: the earliest of the next expiry and the next outbox row. */
  #arm(now: number): void {
    const deadlines = [nextQueueDeadline(this.#store(), now), this.#outbox.nextAt()].filter((at) => at !== null);
    if (deadlines.length === 0) void this.ctx.storage.deleteAlarm();
    else void this.ctx.storage.setAlarm(Math.max(Math.min(...deadlines), now + 1));
  }

  #view(): QueueDown {
    const store = this.#store();
    const { config } = store;
    const waiting: QueueEntry[] = [];
    for (const entry of store.waiting()) {
      if (waiting.length >= VIEW_LIMIT) break;
      waiting.push(entry);
    }
    return {
      type: 'queue',
      protocol: PROTOCOL_VERSION,
      version: this.#version,
      queue: { id: config.id, name: config.name },
      entries: [...waiting, ...store.reserved(), ...store.assigned()].slice(0, VIEW_LIMIT).map(toView),
      waiting: store.waitingCount(),
      agents: store.agents().map(({ id, name, presence, load, capacity }) => ({ id, name, presence, load, capacity })),
    };
  }

  /** Tells the front of the line where it stands. Not durable: a visitor who comes back asks again. */
  #tellPlaces(): void {
    const { workspaceId } = this.#identity as QueueIdentity;
    const store = this.#store();
    const serving = [...store.agents()].filter(({ presence }) => presence === 'available');
    const slots = serving.reduce((sum, { capacity }) => sum + capacity, 0);
    const handle = store.recentHandleMs();
    // Offered work is still in line for the visitor: nobody has taken it yet.
    const line = [...store.waiting(), ...store.reserved()].sort(compareRank).slice(0, PLACES_TOLD);
    const inLine = new Set<ConversationId>();
    for (const [index, entry] of line.entries()) {
      inLine.add(entry.conversationId);
      const place = {
        position: index + 1,
        estimate: estimateWait(index + 1, slots, handle),
        agentsAvailable: serving.length,
      };
      const text = JSON.stringify(place);
      if (this.#told.get(entry.conversationId) === text) continue;
      this.#told.set(entry.conversationId, text);
      this.ctx.waitUntil(this.#tellPlace(workspaceId, entry, place));
    }
    for (const id of this.#told.keys()) if (!inLine.has(id)) this.#told.delete(id);
  }

  async #tellPlace(
    workspaceId: WorkspaceId,
    { conversationId, escalationId }: QueueEntry,
    place: Place,
  ): Promise<void> {
    try {
      await conversationStub(this.env, workspaceId, conversationId).setPlace(escalationId, place);
    } catch {
      // Not heard: the next change tells it again.
      this.#told.delete(conversationId);
    }
  }
}

function effectsOf(event: QueueEvent, before: readonly ReservedEntry[]): QueueEffect[] {
  if (event.type !== 'entry_put') return [];
  const { entry, because } = event;
  if (because === 'accepted' && entry.state === 'assigned') {
    const { conversationId, escalationId, hop, agentId, agentName, reservationId } = entry;
    return [{ kind: 'assigned', conversationId, escalationId, hop, agentId, agentName, reservationId }];
  }
  if (because === 'expired' || because === 'declined') {
    const was = before.find(({ escalationId, hop }) => escalationId === entry.escalationId && hop === entry.hop);
    if (was !== undefined)
      return [{ kind: 'offer_ended', agentId: was.agentId, reservationId: was.reservationId, because }];
  }
  return [];
}

const toProposal = (entry: ReservedEntry, config: QueueConfig): Proposal => ({
  reservationId: entry.reservationId,
  epoch: entry.epoch,
  queueId: config.id as QueueId,
  queueName: config.name,
  work: {
    escalationId: entry.escalationId,
    conversationId: entry.conversationId,
    ticketNumber: entry.ticketNumber,
    hop: entry.hop,
    subject: entry.subject,
    visitorName: entry.visitorName,
    company: entry.company,
    area: entry.area,
    because: entry.because,
    skills: entry.skills,
  },
  tier: entry.facts.tier,
  terms: entry.terms,
  queuedAt: entry.queuedAt,
  dueAt: entry.dueAt,
  offeredAt: entry.offeredAt,
  expiresAt: entry.expiresAt,
});

const toView = (entry: QueueEntry): QueueEntryView => ({
  escalationId: entry.escalationId,
  conversationId: entry.conversationId,
  ticketNumber: entry.ticketNumber,
  hop: entry.hop,
  subject: entry.subject,
  visitorName: entry.visitorName,
  company: entry.company,
  tier: entry.facts.tier,
  area: entry.area,
  class: entry.class,
  state: entry.state === 'closed' ? 'assigned' : entry.state,
  agent: entry.state === 'reserved' || entry.state === 'assigned' ? { id: entry.agentId, name: entry.agentName } : null,
  rank: entry.terms,
  skills: entry.skills,
  because: entry.because,
  queuedAt: entry.queuedAt,
  dueAt: entry.dueAt,
});
