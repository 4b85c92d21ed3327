import type { AgentId, EpochMs, EscalationId, QueueId, ReservationId } from '#domain/ids.ts';
import { compareRank, type RankFacts, type RankKey, type RankTerm, rankAcross } from '#domain/priority/rank.ts';
import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import type { Incident } from '#domain/queue/incident.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type {
  AgentMirror,
  CloseOutcome,
  QueueConfig,
  QueuedEntry,
  QueueEntry,
  QueueEvent,
  ReservedEntry,
  WorkSummary,
} from '#domain/queue/queue.ts';
import { underSettings } from '#domain/queue/ranked.ts';
import { nextQueueWakeAt } from '#domain/queue/wake.ts';
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
} from '#domain/routing/agent.ts';

/** What the world around the desk is told, at once and in order. */
export type DeskListener = {
  queueChanged(queueId: QueueId, event: QueueEvent, before: QueueEntry | null, now: EpochMs): void;
  agentChanged(agentId: AgentId, event: AgentEvent, before: AgentState, after: AgentState, now: EpochMs): void;
  offered(queueId: QueueId, entry: ReservedEntry, now: EpochMs): void;
  overflowed(queueId: QueueId, entry: QueuedEntry, to: QueueId, now: EpochMs): void;
};

/** As in the agent's object: how long a console may be gone. */
export const GRACE_MS = 5_000;

/** An effect that leaves a queue's or an agent's object; here there is no way to go, so it arrives within the same instant. */
type Message = () => void;

/**
 * All queue objects and agent objects of a workspace around the same cores, without storage, sockets and network: what the shells in
 * `durable-objects/` do between a command and the next, in the same order. Messages between objects arrive at once, one after another.
 */
export class Desk {
  readonly stores = new Map<QueueId, MemoryQueueStore>();
  readonly agents = new Map<AgentId, AgentState>();
  readonly #serves = new Map<AgentId, readonly QueueId[]>();
  readonly #listener: DeskListener;
  readonly #messages: Message[] = [];
  #settling = false;
  #reservations = 0;

  constructor(
    queues: readonly QueueConfig[],
    agents: readonly { id: AgentId; name: string; skills: string[]; capacity: number; queues: readonly QueueId[] }[],
    listener: DeskListener,
  ) {
    this.#listener = listener;
    for (const config of queues) this.stores.set(config.id, new MemoryQueueStore(config));
    for (const { queues: serves, ...profile } of agents) {
      this.agents.set(profile.id, newAgent(profile));
      this.#serves.set(profile.id, serves);
    }
  }

  store(queueId: QueueId): MemoryQueueStore {
    const store = this.stores.get(queueId);
    if (store === undefined) throw new Error(`no queue ${queueId}`);
    return store;
  }

  agent(agentId: AgentId): AgentState {
    const agent = this.agents.get(agentId);
    if (agent === undefined) throw new Error(`no agent ${agentId}`);
    return agent;
  }

  /** When a queue must be ticked by itself. */
  queueWakesAt = (queueId: QueueId, now: EpochMs): EpochMs | null => nextQueueWakeAt(this.store(queueId), now);
  agentWakesAt = (agentId: AgentId): EpochMs | null => nextAgentDeadline(this.agent(agentId), GRACE_MS);

  enqueue(
    queueId: QueueId,
    work: WorkSummary,
    rank: {
      class: 0 | 1;
      facts: RankFacts;
      queuedAt: EpochMs;
      pathSince: EpochMs;
      raises?: RankTerm[];
      relaxed?: number;
      preferred: AgentId | null;
    },
    now: EpochMs,
  ): void {
    this.#run(queueId, { type: 'enqueue', work, ...rank }, now);
    this.#offer(queueId, now);
    if (this.store(queueId).config.path.length > 0) this.tickQueue(queueId, now);
    this.#settle();
  }

  /** The agent's click: the queue decides, then the agent's object hears of it. False when the offer had ended. */
  accept(queueId: QueueId, reservationId: ReservationId, epoch: number, agentId: AgentId, now: EpochMs): boolean {
    const isTaken = this.#run(queueId, { type: 'accept', reservationId, epoch, agentId }, now);
    const command: AgentCommand = isTaken
      ? { type: 'assigned', reservationId }
      : { type: 'offer_ended', reservationId, because: 'taken' };
    this.#runAgent(agentId, command, now);
    this.#settle();
    return isTaken;
  }

  decline(queueId: QueueId, reservationId: ReservationId, epoch: number, agentId: AgentId, now: EpochMs): void {
    this.#run(queueId, { type: 'decline', reservationId, epoch, agentId }, now);
    this.#runAgent(agentId, { type: 'offer_ended', reservationId, because: 'declined' }, now);
    this.#offer(queueId, now);
    this.#settle();
  }

  /** [P7] Other facts than those it came with. */
  rerank(queueId: QueueId, escalationId: EscalationId, hop: number, facts: RankFacts, now: EpochMs): void {
    this.#run(queueId, { type: 'rerank', escalationId, hop, facts }, now);
    this.#settle();
  }

  /** [K12] The path's times are not waited for. */
  sendOn(queueId: QueueId, escalationId: EscalationId, hop: number, now: EpochMs): void {
    this.#run(queueId, { type: 'send_on', escalationId, hop }, now);
    this.tickQueue(queueId, now);
  }

  /** [P8] Declared and ended incidents: every queue ranks anew. */
  setIncidents(incidents: readonly Incident[], now: EpochMs): void {
    for (const [queueId, store] of this.stores) {
      const before = store.config;
      store.config = { ...before, incidents: [...incidents] };
      for (const entry of [...store.waiting(), ...store.reserved()])
        this.#apply(
          queueId,
          { type: 'entry_put', entry: underSettings(entry, store.config, before), because: 'reranked' },
          now,
        );
      this.tickQueue(queueId, now);
    }
  }

  answered(queueId: QueueId, escalationId: EscalationId, hop: number, agentId: AgentId, now: EpochMs): void {
    this.#run(queueId, { type: 'answered', escalationId, hop, agentId }, now);
    this.#settle();
  }

  close(queueId: QueueId, escalationId: EscalationId, hop: number, outcome: CloseOutcome, now: EpochMs): void {
    this.#run(queueId, { type: 'close', escalationId, hop, outcome }, now);
    this.#settle();
  }

  /** Presence, notes, the clock of the agent's object. */
  tellAgent(agentId: AgentId, command: AgentCommand, now: EpochMs): void {
    this.#runAgent(agentId, command, now);
    this.#settle();
  }

  tickQueue(queueId: QueueId, now: EpochMs): void {
    this.#run(queueId, { type: 'tick' }, now);
    this.#settle();
    this.#offer(queueId, now);
    this.#settle();
  }

  /** Decide and apply, then what others must hear (`effectsOf` in the queue's object). False when it was refused. */
  #run(queueId: QueueId, command: QueueCommand, now: EpochMs): boolean {
    const store = this.store(queueId);
    const decision = decideQueue(store, command, now);
    if (!decision.ok) return false;
    for (const event of decision.events) this.#apply(queueId, event, now);
    return true;
  }

  #apply(queueId: QueueId, event: QueueEvent, now: EpochMs): void {
    const store = this.store(queueId);
    const before = event.type === 'entry_put' ? store.entry(event.entry.escalationId, event.entry.hop) : null;
    store.apply(event);
    this.#listener.queueChanged(queueId, event, before, now);
    this.#effects(queueId, event, before, now);
  }

  #effects(queueId: QueueId, event: QueueEvent, before: QueueEntry | null, now: EpochMs): void {
    if (event.type === 'overflowed') {
      this.#messages.push(() => this.#listener.overflowed(queueId, event.entry, event.to, now));
      return;
    }
    if (event.type !== 'entry_put' || before === null) return;
    const { because } = event;
    if ((because === 'expired' || because === 'declined') && before.state === 'reserved') {
      this.#messages.push(() => this.#offerEnded(before, because, now));
    } else if (because === 'refused_by_agent' && before.state === 'reserved') {
      this.#messages.push(() => this.#offerEnded(before, 'cancelled', now));
    } else if (because === 'closed' && before.state === 'reserved') {
      this.#messages.push(() => this.#offerEnded(before, 'cancelled', now));
    } else if ((because === 'reranked' || because === 'adjusted') && event.entry.state === 'reserved') {
      const { agentId, reservationId, epoch, terms, dueAt } = event.entry;
      this.#messages.push(() =>
        this.#runAgent(agentId, { type: 'offer_reranked', reservationId, epoch, terms, dueAt }, now),
      );
    } else if ((because === 'closed' || because === 'taken_back') && before.state === 'assigned') {
      const { escalationId, hop, agentId } = before;
      this.#messages.push(() => this.#runAgent(agentId, { type: 'release', escalationId, hop }, now));
    }
  }

  #offerEnded(
    { agentId, reservationId }: ReservedEntry,
    because: 'declined' | 'expired' | 'cancelled',
    now: EpochMs,
  ): void {
    const { version } = this.agent(agentId);
    this.#runAgent(agentId, { type: 'offer_ended', reservationId, because }, now);
    const after = this.agent(agentId);
    if (after.version !== version) return;
    // Known already, or never arrived: the queue still counts the slot as used until it hears how things stand.
    this.agents.set(agentId, { ...after, version: after.version + 1 });
    this.#messages.push(() => this.#publish(agentId, now));
  }

  #runAgent(agentId: AgentId, command: AgentCommand, now: EpochMs): boolean {
    const before = this.agent(agentId);
    const decision = decideAgent(before, command, now);
    if (!decision.ok) return false;
    let state = before;
    for (const event of decision.events) {
      const previous = state;
      state = evolveAgent(state, event);
      this.agents.set(agentId, state);
      this.#listener.agentChanged(agentId, event, previous, state, now);
      if (event.type === 'slot_freed' && event.because === 'offline') {
        const slot = before.slots.find(({ reservationId }) => reservationId === event.reservationId);
        if (slot === undefined) continue;
        this.#messages.push(() => {
          this.#run(slot.queueId, { type: 'orphan', reservationId: slot.reservationId, epoch: slot.epoch }, now);
          this.#offer(slot.queueId, now);
        });
      }
    }
    if (state.version !== before.version) this.#messages.push(() => this.#publish(agentId, now));
    return true;
  }

  #settle(): void {
    // Whoever is settling already also delivers what was added in the meantime.
    if (this.#settling) return;
    this.#settling = true;
    for (let i = 0; i < this.#messages.length; i += 1) (this.#messages[i] as Message)();
    this.#messages.length = 0;
    this.#settling = false;
  }

  #offer(queueId: QueueId, now: EpochMs): void {
    while (this.#offerOnce(queueId, null, now) !== 'nothing');
  }

  /** Reserve, then ask the agent's object for the slot. */
  #offerOnce(queueId: QueueId, only: AgentId | null, now: EpochMs): 'offered' | 'refused' | 'nothing' {
    this.#reservations += 1;
    const reservationId = `rsv_${this.#reservations}` as ReservationId;
    this.#run(queueId, { type: 'match', reservationId, only }, now);
    const store = this.store(queueId);
    const entry = store.byReservation(reservationId);
    if (entry?.state !== 'reserved') return 'nothing';
    if (this.#runAgent(entry.agentId, { type: 'grant', proposal: toProposal(entry, store.config) }, now)) {
      this.#listener.offered(queueId, entry, now);
      return 'offered';
    }
    this.#run(queueId, { type: 'agent_refused', reservationId, epoch: entry.epoch }, now);
    return 'refused';
  }

  /** Reports to every queue, then pulls from the queue whose best entry ranks first [M4]. */
  #publish(agentId: AgentId, now: EpochMs): void {
    const state = this.agent(agentId);
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
    let best: { queueId: QueueId; head: RankKey } | null = null;
    for (const queueId of this.#serves.get(agentId) as readonly QueueId[]) {
      this.#run(queueId, { type: 'mirror_agent', agent: mirror }, now);
      const { path } = this.store(queueId).config;
      if (path.some(({ skipWhenNobody }) => skipWhenNobody)) {
        this.#run(queueId, { type: 'tick' }, now);
        // The clock may have given something back as well.
        this.#messages.push(() => this.#offer(queueId, now));
      }
      if (mirror.presence !== 'available' || mirror.load >= mirror.capacity) continue;
      const probe = decideQueue(
        this.store(queueId),
        { type: 'match', reservationId: 'rsv_probe' as ReservationId, only: agentId },
        now,
      );
      const put = probe.ok ? probe.events.find((event) => event.type === 'entry_put') : undefined;
      if (put === undefined) continue;
      const head = rankAcross(put.entry);
      if (best === null || compareRank(head, best.head) < 0) best = { queueId, head };
    }
    if (best !== null) this.#offerOnce(best.queueId, agentId, now);
  }
}

const toProposal = (entry: ReservedEntry, config: QueueConfig): Proposal => ({
  reservationId: entry.reservationId,
  epoch: entry.epoch,
  queueId: config.id,
  queueName: config.name,
  work: entry,
  cost: config.cost,
  wrapUpMs: config.wrapUpMs,
  unansweredLimit: config.unansweredLimit,
  tier: entry.facts.tier,
  terms: entry.terms,
  queuedAt: entry.queuedAt,
  dueAt: entry.dueAt,
  offeredAt: entry.offeredAt,
  expiresAt: entry.expiresAt,
});
