import type { RankFacts, RankTerm } from '#domain/priority/rank.ts';
import type { QueueCommand } from '#domain/queue/command.ts';
import type { AgentMirror, QueueConfig } from '#domain/queue/queue.ts';
import { soonest } from './naive-choice.ts';
import { bySeverityThenAge, naiveDueAt } from './naive-rank.ts';

/*
 * The queue as it would be written if it were never long: a list of works, looked through from the beginning each time. It follows SPEC
 * and calls nothing of the product; whom the product asked is checked against who is to be asked.
 */

type Command<T extends QueueCommand['type']> = Extract<QueueCommand, { type: T }>;
export type ModelWork = {
  key: string;
  state: 'queued' | 'reserved' | 'assigned' | 'closed';
  seq: number;
  class: 0 | 1;
  facts: RankFacts;
  raises: RankTerm[];
  skills: string[];
  queuedAt: number;
  pathSince: number;
  relaxed: number;
  steps: number;
  sendOnSince: number | null;
  epoch: number;
  cooldowns: Map<string, number>;
  preferred: string | null;
  holder: string | null;
  reservation: string | null;
  expiresAt: number;
  askedAt: number;
  askedBefore: number;
  assignedAt: number;
  owedSince: number | null;
  vanishedAt: number | null;
};
/** Whom the product asked, and for what. */
export type Chosen = { agentId: string; key: string } | null;

export class QueueModel {
  config: QueueConfig;
  readonly works = new Map<string, ModelWork>();
  readonly agents = new Map<string, AgentMirror>();
  readonly taken = new Map<string, number[]>();
  readonly #askedAt = new Map<string, number>();
  overflowed: string[] = [];
  /** [Q18] How many had come when the queue was closed; null while it is open. */
  lastBeforeClosing: number | null = null;

  constructor(config: QueueConfig) {
    this.config = config;
  }

  /** [Q1] Those in line, in order of service. */
  line(): ModelWork[] {
    const line = [...this.works.values()].filter(({ state }) => state === 'queued');
    if (this.config.order === 'strict')
      return line.sort((a, b) => a.class - b.class || bySeverityThenAge(a, b) || a.seq - b.seq);
    const dueAt = new Map(line.map((work) => [work, this.dueAt(work)]));
    const due = (work: ModelWork) => dueAt.get(work) as number;
    return line.sort((a, b) => a.class - b.class || due(a) - due(b) || a.seq - b.seq);
  }

  /** [Q18] Those in line whom anybody may be asked for without a supervisor's word. */
  served(): ModelWork[] {
    return this.line().filter(({ seq }) => this.lastBeforeClosing === null || seq <= this.lastBeforeClosing);
  }

  dueAt(work: ModelWork): number {
    return naiveDueAt(work, this.config);
  }

  /** [Q11] Other settings: ranks and lines follow from them; what has to be said is where on the other path everything stands. */
  configure(to: QueueConfig): void {
    const before = this.config.path;
    this.config = to;
    for (const work of this.works.values()) {
      if (work.state === 'closed') continue;
      const last = before[work.steps - 1];
      const isSameSoFar = before
        .slice(0, work.steps)
        .every((step, i) => JSON.stringify(step) === JSON.stringify(to.path[i]));
      if (last !== undefined && !isSameSoFar)
        work.steps = to.path.filter(({ afterMs }) => afterMs <= last.afterMs).length;
      // [M3] What was dropped is not asked for again; what the steps that count as taken drop is dropped.
      for (const step of to.path.slice(0, work.steps)) if (step.do === 'relax') this.#drop(work, step.to);
    }
  }

  /** [Q10] When something happens to this work by itself. */
  wakeOf(work: ModelWork): number | null {
    const { silentMs, vanishedMs } = this.config;
    const times: number[] = [];
    if (work.state === 'reserved') times.push(work.expiresAt);
    if (work.state === 'assigned' && work.owedSince !== null && silentMs !== null)
      times.push(work.owedSince + silentMs);
    if (work.state === 'assigned' && work.vanishedAt !== null && vanishedMs !== null)
      times.push(work.vanishedAt + vanishedMs);
    if (work.state === 'queued')
      times.push(...[this.#relaxAt(work), this.#stepAt(work), ...work.cooldowns.values()].filter((at) => at !== null));
    return times.length === 0 ? null : Math.min(...times);
  }

  #relaxAt({ skills, relaxed, pathSince }: ModelWork): number | null {
    const after = this.config.relaxAfterMs[relaxed];
    return after == null || skills.length === 0 ? null : pathSince + after;
  }
  #stepAt({ steps, pathSince, sendOnSince }: ModelWork): number | null {
    const step = this.config.path[steps];
    if (step === undefined) return null;
    const firstOverflow = this.config.path.findIndex((one) => one.do === 'overflow');
    const at = pathSince + step.afterMs;
    return sendOnSince !== null && steps <= firstOverflow ? Math.min(at, sendOnSince) : at;
  }

  /** [M1] [M3] [M6] Every reason for which this agent may not be offered this work now. */
  mayTake(agent: AgentMirror, work: ModelWork, now: number, isSupervisors = false): boolean {
    const { cost, perAgentLimit, fairness } = this.config;
    const held = [...this.works.values()].filter(({ holder }) => holder === agent.id);
    if (!agent.serves || agent.presence !== 'available' || agent.load + cost > agent.capacity) return false;
    if (perAgentLimit !== null && held.length >= perAgentLimit) return false;
    if (fairness !== null) {
      const recent = (this.taken.get(agent.id) ?? []).filter((at) => at > now - fairness.windowMs).length;
      const asked = held.filter(({ state }) => state === 'reserved').length;
      if (recent + asked >= fairness.count) return false;
    }
    if (isSupervisors) return true;
    return (work.cooldowns.get(agent.id) ?? 0) <= now && this.#isAble(agent, work);
  }

  /** [M1] [M3] By skills alone. */
  #isAble(agent: AgentMirror, work: ModelWork): boolean {
    const levels = new Map(agent.skills.map((text) => [text.split(':')[0], Number(text.split(':')[1] ?? 1)]));
    const can = (needs: readonly string[]) =>
      needs.every((text) => {
        const [name, level = '1'] = (text.split('#')[0] as string).split('>=');
        return (levels.get(name as string) ?? 0) >= Number(level);
      });
    const classOf = (text: string) => Number(text.split('#')[1] ?? 1);
    const classes = [...new Set(work.skills.map(classOf))].filter((one) => one > 0).sort((a, b) => b - a);
    const dropped = classes.slice(0, work.relaxed);
    if (can(work.skills.filter((text) => !dropped.includes(classOf(text))))) return true;
    return this.config.path.slice(0, work.steps).some((step) => step.do === 'also_allow' && can(step.skills));
  }

  /** Does the command; answers with the refusal's reason, or null. `chosen` is what the product reserved, if it did. */
  do(command: QueueCommand, now: number, chosen: Chosen): string | null {
    this.overflowed = [];
    switch (command.type) {
      case 'enqueue':
        return this.#enqueue(command, now, chosen);
      case 'match':
        return this.#match(command, now, chosen);
      case 'mirror_agent':
        return this.#report(command.agent, now);
      case 'set_closure':
        // [Q18] Closed again, the same ones are new.
        if (command.closure === null) this.lastBeforeClosing = null;
        else this.lastBeforeClosing ??= this.works.size;
        return null;
      case 'tick':
        return this.#tick(now);
      case 'accept':
        return this.#accept(command, now);
      case 'decline': {
        const work = this.#asked(command.reservationId);
        if (work === null) return null;
        if (work.holder !== command.agentId) return 'not_yours';
        if (work.epoch !== command.epoch) return 'stale_epoch';
        this.#lapse(work, now);
        return null;
      }
      case 'orphan':
      case 'agent_refused': {
        const work = this.#asked(command.reservationId);
        if (work === null || work.epoch !== command.epoch) return null;
        const agent = this.agents.get(work.holder as string);
        if (command.type === 'agent_refused' && agent !== undefined) {
          this.agents.set(agent.id, { ...agent, load: agent.capacity });
          // [M1] Nobody asked them.
          if (this.#askedAt.get(agent.id) === work.askedAt) this.#askedAt.set(agent.id, work.askedBefore);
        }
        this.#back(work, now);
        return null;
      }
      case 'send_on': {
        // [K12] Only where the path leads somewhere, and earlier than by itself.
        const work = this.works.get(keyOf(command));
        if (work === undefined || work.state === 'closed' || work.sendOnSince !== null) return null;
        work.sendOnSince = now;
        if (this.#stepAt(work) !== now) work.sendOnSince = null;
        return null;
      }
      case 'answered': {
        const work = this.works.get(keyOf(command));
        if (work?.state === 'assigned' && work.holder === command.agentId) work.owedSince = null;
        return null;
      }
      case 'owed': {
        const work = this.works.get(keyOf(command));
        if (work?.state === 'assigned' && work.holder === command.agentId) work.owedSince ??= command.at;
        return null;
      }
      case 'promised': {
        const work = this.works.get(keyOf(command));
        if (work?.state === 'assigned') work.facts = { ...work.facts, promiseDueAt: command.promiseDueAt };
        return null;
      }
      default: {
        const work = this.works.get(keyOf(command));
        if (work === undefined) return 'unknown_entry';
        if (command.type === 'take_back') {
          if (work.state === 'closed') return 'already_closed';
          if (work.state === 'queued') return 'nobody_has_it';
          if (work.state === 'assigned') this.#takeBack(work, true, now);
          else this.#withdraw(work, now);
          return null;
        }
        if (command.type === 'close') {
          if (work.state !== 'closed') this.#free(work, 'closed');
          return null;
        }
        if (work.state === 'closed') return 'already_closed';
        if (command.type === 'rerank') {
          work.facts = command.facts;
          if (command.class === 0) work.class = 0;
        } else {
          if (command.minutes === 0) return 'no_minutes';
          // [P2] No more than is left before it would be due when it came.
          const left = this.config.order === 'strict' ? command.minutes : (this.dueAt(work) - work.queuedAt) / 60_000;
          const minutes = Math.min(command.minutes, left);
          if (command.minutes > 0 && minutes <= 0) return 'at_front';
          work.raises = [...work.raises, { label: '', minutes: -minutes }];
        }
        return null;
      }
    }
  }

  #enqueue(command: Command<'enqueue'>, now: number, chosen: Chosen): string | null {
    const key = keyOf(command.work);
    if (this.works.has(key)) return null;
    const isAlone = this.line().length === 0;
    const work: ModelWork = {
      key,
      state: 'queued',
      // [R5] The order of arrival, for life.
      seq: this.works.size + 1,
      class: command.class,
      facts: command.facts,
      raises: command.raises ?? [],
      skills: command.work.skills,
      queuedAt: command.queuedAt,
      pathSince: command.pathSince ?? command.queuedAt,
      relaxed: command.relaxed ?? 0,
      steps: 0,
      sendOnSince: null,
      epoch: 0,
      cooldowns: new Map(
        command.passedBy && this.config.cooldownMs > 0 ? [[command.passedBy, now + this.config.cooldownMs]] : [],
      ),
      preferred: command.preferred,
      holder: null,
      reservation: null,
      expiresAt: 0,
      askedAt: 0,
      askedBefore: 0,
      assignedAt: 0,
      owedSince: null,
      vanishedAt: null,
    };
    this.works.set(key, work);
    const { reservationId } = command;
    const among = [...this.agents.values()];
    const isOpen = this.lastBeforeClosing === null;
    if (reservationId !== undefined && isOpen && isAlone && among.some((agent) => this.mayTake(agent, work, now))) {
      this.#reserve(work, { reservationId, among, isSupervisors: false }, chosen, now);
    } else must(chosen === null, 'offered although somebody stands before it, or nobody is free');
    return null;
  }

  #match({ reservationId, only, entry }: Command<'match'>, now: number, chosen: Chosen): string | null {
    const agents = [...this.agents.values()].filter(({ id }) => only === null || id === only);
    const wanted = entry === undefined ? null : this.works.get(keyOf(entry));
    // [R4] [Q3] The first in line that anybody may take; what nobody may take blocks nothing.
    const first =
      entry === undefined
        ? this.served().find((work) => agents.some((agent) => this.mayTake(agent, work, now)))
        : wanted?.state === 'queued' && agents.some((agent) => this.mayTake(agent, wanted, now, true))
          ? wanted
          : undefined;
    if (first === undefined) must(chosen === null, 'offered what nobody may take');
    else this.#reserve(first, { reservationId, among: agents, isSupervisors: entry !== undefined }, chosen, now);
    return null;
  }

  #reserve(
    work: ModelWork,
    offer: { reservationId: string; among: readonly AgentMirror[]; isSupervisors: boolean },
    chosen: Chosen,
    now: number,
  ): void {
    must(chosen !== null && chosen.key === work.key, `offered ${chosen?.key ?? 'nothing'} instead of ${work.key}`);
    const able = offer.among.filter((agent) => this.mayTake(agent, work, now, offer.isSupervisors));
    // [R15] Among those who have room for it.
    const agent = able.find(({ id }) => id === chosen?.agentId);
    if (agent === undefined) throw new Error(`offered to ${chosen?.agentId}, who may not take it`);
    // [M1] A supervisor chooses whom, not for which skill.
    const asked = offer.isSupervisors ? [] : work.skills;
    const first = soonest(able, { ...this.config, asked, preferred: work.preferred, askedAt: this.#askedAt });
    must(first.includes(agent), `offered to ${agent.id} before ${first.map(({ id }) => id).join(' or ')}`);
    work.askedAt = now;
    work.askedBefore = this.#askedAt.get(agent.id) ?? 0;
    this.#askedAt.set(agent.id, now);
    const { offerMs, cost } = this.config;
    this.agents.set(agent.id, { ...agent, load: agent.load + cost });
    Object.assign(work, {
      state: 'reserved',
      epoch: work.epoch + 1,
      reservation: offer.reservationId,
      holder: agent.id,
    });
    work.expiresAt = now + offerMs;
  }

  #report(agent: AgentMirror, now: number): null {
    const known = this.agents.get(agent.id);
    if (known !== undefined && known.version >= agent.version) return null;
    this.agents.set(agent.id, agent);
    // [A7] What they could take and no longer can.
    if (known !== undefined)
      for (const work of this.works.values())
        if (
          work.state === 'reserved' &&
          work.holder === agent.id &&
          this.#isAble(known, work) &&
          !this.#isAble(agent, work)
        )
          this.#back(work, now);
    const isGone = agent.presence === 'offline';
    if (isGone === (known?.presence === 'offline')) return null;
    for (const work of this.works.values()) {
      if (work.state !== 'assigned' || work.holder !== agent.id) continue;
      if (!isGone) work.vanishedAt = null;
      else work.vanishedAt ??= now;
    }
    return null;
  }

  #asked(reservation: string): ModelWork | null {
    return (
      [...this.works.values()].find((work) => work.state === 'reserved' && work.reservation === reservation) ?? null
    );
  }

  /** [R3] [Q4] [Q6] */
  #accept({ reservationId, epoch, agentId }: Command<'accept'>, now: number): string | null {
    const work = [...this.works.values()].find(({ reservation }) => reservation === reservationId);
    if (work === undefined) return 'reservation_expired';
    if (work.holder !== agentId) return 'not_yours';
    if (work.state === 'assigned') return null;
    if (work.epoch !== epoch) return 'stale_epoch';
    if (work.expiresAt <= now) return 'reservation_expired';
    Object.assign(work, { state: 'assigned', assignedAt: now, owedSince: now });
    work.vanishedAt = this.agents.get(agentId)?.presence === 'offline' ? now : null;
    if (this.config.fairness !== null) this.taken.set(agentId, [...(this.taken.get(agentId) ?? []), now]);
    return null;
  }

  #free(work: ModelWork, state: 'queued' | 'closed'): void {
    Object.assign(work, { state, holder: null, reservation: null, vanishedAt: null });
  }

  /** [R5] [Q7] In line again, at its own place. */
  #back(work: ModelWork, now: number): void {
    const agent = work.holder as string;
    for (const [one, until] of work.cooldowns) if (until <= now || one === agent) work.cooldowns.delete(one);
    this.#free(work, 'queued');
  }
  #lapse(work: ModelWork, now: number): void {
    const agent = work.holder as string;
    this.#back(work, now);
    if (this.config.cooldownMs > 0) work.cooldowns.set(agent, now + this.config.cooldownMs);
    if (this.config.advanceOnLapse) this.#step(work);
  }
  /** [Q8] */
  /** [A5] Silence is somebody's doing, there or not; being gone for too long is not. */
  #isVanished({ vanishedAt }: ModelWork, now: number): boolean {
    const { vanishedMs } = this.config;
    return vanishedAt !== null && vanishedMs !== null && vanishedAt + vanishedMs <= now;
  }

  /** [Q17] As after a no, but it is no answer of theirs: the path does not go on. */
  #withdraw(work: ModelWork, now: number): void {
    const agent = work.holder as string;
    this.#back(work, now);
    if (this.config.cooldownMs > 0) work.cooldowns.set(agent, now + this.config.cooldownMs);
  }

  #takeBack(work: ModelWork, isSomebodysDoing: boolean, now: number): void {
    const agent = work.holder as string;
    for (const [one, until] of work.cooldowns) if (until <= now) work.cooldowns.delete(one);
    this.#free(work, 'queued');
    work.preferred = isSomebodysDoing ? null : agent;
    if (isSomebodysDoing && this.config.cooldownMs > 0) work.cooldowns.set(agent, now + this.config.cooldownMs);
  }

  /** [Q9] */
  #step(work: ModelWork): void {
    const step = this.config.path[work.steps];
    if (step === undefined) return;
    work.steps += 1;
    if (step.do === 'raise') work.raises = [...work.raises, { label: '', minutes: -step.minutes }];
    if (step.do === 'relax') this.#drop(work, step.to);
    if (step.do === 'overflow') this.overflowed.push(work.key);
  }

  /** [M3] The further of the two holds. */
  #drop(work: ModelWork, lowest: number): void {
    const classes = new Set(work.skills.map((text) => Number(text.split('#')[1] ?? 1)));
    work.relaxed = Math.max(work.relaxed, [...classes].filter((one) => one >= lowest).length);
  }

  /** [R6] Each work once; then the steps before which nobody waits while nobody is there. */
  #tick(now: number): null {
    const touched = new Set<string>();
    for (const work of this.works.values()) {
      const at = this.wakeOf(work);
      if (at === null || at > now) continue;
      touched.add(work.key);
      if (work.state === 'reserved') this.#lapse(work, now);
      else if (work.state === 'assigned') this.#takeBack(work, !this.#isVanished(work, now), now);
      else {
        const [relaxAt, stepAt] = [this.#relaxAt(work), this.#stepAt(work)];
        const isStepDue = stepAt !== null && stepAt <= now;
        if (relaxAt !== null && relaxAt <= now && (!isStepDue || relaxAt <= stepAt)) work.relaxed += 1;
        else if (isStepDue) this.#step(work);
        else for (const [one, until] of work.cooldowns) if (until <= now) work.cooldowns.delete(one);
      }
    }
    const { cost, perAgentLimit } = this.config;
    const isSomebodyFor = (work: ModelWork) =>
      [...this.agents.values()].some(
        (agent) =>
          agent.serves &&
          (agent.presence === 'available' || agent.comesBack) &&
          agent.capacity >= cost &&
          perAgentLimit !== 0 &&
          this.#isAble(agent, work),
      );
    for (const work of this.line()) {
      while (!touched.has(work.key) && this.config.path[work.steps]?.skipWhenNobody && !isSomebodyFor(work)) {
        const isLast = this.config.path[work.steps]?.do === 'overflow';
        this.#step(work);
        if (isLast) break;
      }
    }
    return null;
  }
}

const keyOf = ({ escalationId, hop }: { escalationId: string; hop: number }): string => `${escalationId}/${hop}`;

/** As an assertion, without its price: it is asked millions of times. */
export function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
