import type { AgentId, EpochMs, QueueId } from '#domain/ids.ts';
import { compareRank } from '#domain/priority/rank.ts';
import type { QueueEntry, ReservedEntry } from '#domain/queue/queue.ts';
import { loadOf } from '#domain/routing/agent.ts';
import { meetsAll, parseSkills, readNeedsKey, type SkillLevels } from '#domain/routing/skill.ts';
import type { Desk } from './desk.ts';

/** Something that must never be true was. The run ends: its numbers would mean nothing. */
export class InvariantBroken extends Error {
  override name = 'InvariantBroken';
}

/**
 * Looks over the shoulder of a run: after every step, at whatever the step touched. Written against the stores' and agents' states and not
 * with the core's own conditions, so that a mistake there is seen here.
 */
export class Watch {
  readonly #desk: Desk;
  readonly #skills = new Map<AgentId, SkillLevels>();
  readonly #entries = new Map<string, { queueId: QueueId; entry: QueueEntry }>();
  readonly #liveOf = new Map<string, Set<string>>();
  readonly #touchedWork = new Set<string>();
  readonly #touchedAgents = new Set<AgentId>();
  readonly #touchedQueues = new Set<QueueId>();

  constructor(desk: Desk) {
    this.#desk = desk;
    for (const [id, { skills }] of desk.agents) this.#skills.set(id, parseSkills(skills));
  }

  touchAgent(agentId: AgentId): void {
    this.#touchedAgents.add(agentId);
  }

  touchQueue(queueId: QueueId): void {
    this.#touchedQueues.add(queueId);
  }

  put(queueId: QueueId, entry: QueueEntry): void {
    const { escalationId, hop } = entry;
    const key = `${escalationId}/${hop}`;
    const live = this.#liveOf.get(escalationId) ?? new Set();
    this.#liveOf.set(escalationId, live);
    if (entry.state === 'closed') {
      live.delete(key);
      this.#entries.delete(key);
    } else {
      live.add(key);
      this.#entries.set(key, { queueId, entry });
    }
    this.#touchedWork.add(escalationId);
    this.#touchedQueues.add(queueId);
  }

  /** [Q1] [Q2] Who is offered something is offered what ranks first among all that they may take here. */
  reserved(queueId: QueueId, entry: ReservedEntry, now: EpochMs): void {
    const store = this.#desk.store(queueId);
    const skills = this.#skills.get(entry.agentId) as SkillLevels;
    for (const key of store.needsKeys()) {
      if (!readNeedsKey(key).some((needs) => meetsAll(skills, needs))) continue;
      for (const other of store.waitingWith(key)) {
        if (compareRank(entry, other) <= 0) break;
        if (isCooling(other, entry.agentId, now)) continue;
        this.#fail(
          now,
          `${entry.agentName} is offered ${entry.escalationId} before ${other.escalationId}, which ranks first`,
        );
      }
    }
  }

  /** After a step, when every message has arrived. `isOver` says whether the world thinks that this work has ended. */
  check(isOver: (escalationId: string) => boolean, now: EpochMs): void {
    for (const id of this.#touchedWork) {
      const places = this.#liveOf.get(id)?.size ?? 0;
      // [R1] In one place until it is over, then in none.
      if (places !== (isOver(id) ? 0 : 1)) this.#fail(now, `${id} is in ${places} places`);
      if (isOver(id)) this.#liveOf.delete(id);
    }
    for (const id of this.#touchedAgents) this.#checkAgent(id, now);
    for (const id of this.#touchedQueues) this.#checkQueue(id, now);
    this.#touchedWork.clear();
    this.#touchedAgents.clear();
    this.#touchedQueues.clear();
  }

  /** [A1] [R2] Within capacity, and every slot is one entry that says the same. */
  #checkAgent(id: AgentId, now: EpochMs): void {
    const state = this.#desk.agent(id);
    if (loadOf(state) > state.capacity) this.#fail(now, `${state.name} has ${loadOf(state)} of ${state.capacity}`);
    for (const slot of state.slots) {
      if (slot.state === 'wrapping') continue;
      const entry = this.#desk.store(slot.queueId).byReservation(slot.reservationId);
      const expected = slot.state === 'offered' ? 'reserved' : 'assigned';
      if (entry?.state !== expected || entry.agentId !== id) {
        this.#fail(
          now,
          `${state.name} holds ${slot.work.escalationId} as ${slot.state}, the queue says ${entry?.state}`,
        );
      }
    }
    for (const queueId of new Set(state.slots.map((slot) => slot.queueId))) {
      const store = this.#desk.store(queueId);
      const { perAgentLimit } = store.config;
      const held = store.heldBy(id).length;
      if (perAgentLimit !== null && held > perAgentLimit) {
        this.#fail(now, `${state.name} has ${held} of ${perAgentLimit} pieces of ${store.config.name}`);
      }
    }
  }

  /** [Q3] [M4] Nobody is idle while something waits that they may take. */
  #checkQueue(id: QueueId, now: EpochMs): void {
    const store = this.#desk.store(id);
    if (store.waitingCount() === 0) return;
    const { cost, perAgentLimit, fairness } = store.config;
    for (const mirror of store.agents()) {
      const state = this.#desk.agent(mirror.id);
      if (state.presence !== 'available' || state.goneAt !== null || loadOf(state) + cost > state.capacity) continue;
      if (perAgentLimit !== null && store.heldBy(mirror.id).length >= perAgentLimit) continue;
      if (fairness !== null) {
        const { takenAt } = store.record(mirror.id);
        const asked = store.heldBy(mirror.id).filter((held) => held.state === 'reserved').length;
        // What ends at this very moment is the alarm's, which may come after what else happens now.
        if (takenAt.filter((at) => at >= now - fairness.windowMs).length + asked >= fairness.count) continue;
      }
      const skills = this.#skills.get(mirror.id) as SkillLevels;
      for (const key of store.needsKeys()) {
        if (!readNeedsKey(key).some((needs) => meetsAll(skills, needs))) continue;
        for (const entry of store.waitingWith(key)) {
          if (isCooling(entry, mirror.id, now)) continue;
          this.#fail(now, `${mirror.name} has room and ${entry.escalationId} waits in ${store.config.name}`);
        }
      }
    }
  }

  #fail(now: EpochMs, what: string): never {
    throw new InvariantBroken(`at ${new Date(now).toISOString()}: ${what}`);
  }
}

const isCooling = ({ cooldowns }: QueueEntry, agent: AgentId, now: EpochMs): boolean =>
  cooldowns.some(({ agentId, until }) => agentId === agent && until >= now);
