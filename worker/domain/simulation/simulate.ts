import type { AgentId, ConversationId, EpochMs, EscalationId, QueueId, ReservationId } from '#domain/ids.ts';
import type { RankFacts } from '#domain/priority/rank.ts';
import { needsKeyOf } from '#domain/queue/path.ts';
import type { QueueConfig, QueueEntry, QueueEvent, ReservedEntry } from '#domain/queue/queue.ts';
import { serversOf } from '#domain/queue/servers.ts';
import { isFull, type Service, serviceAt } from '#domain/queue/service.ts';
import { loadOf } from '#domain/routing/agent.ts';
import { workingHours } from '#domain/sla/calendar.ts';
import { type Arrival, arrivalsOf, PURPOSE } from './arrivals.ts';
import { Desk } from './desk.ts';
import { MinHeap } from './min-heap.ts';
import { isLateBy, nextTurnAt, type Promised, Promises, type PromiseTurn } from './promises.ts';
import { drawDuration, drawOf, keyOf } from './random.ts';
import type { Scenario, SimulatedQueue } from './scenario.ts';
import { Watch } from './watch.ts';

/** What became of one arrival. */
export type Fate = {
  escalationId: EscalationId;
  /** Where the person stands now, or stood last. */
  queueId: QueueId;
  hop: number;
  arrival: Arrival;
  /** [V10] Until when an accept is within the target of the person's plan and severity. */
  targetAt: EpochMs;
  firstAcceptedAt: EpochMs | null;
  end: 'served' | 'abandoned' | 'waiting' | 'with_agent';
  endedAt: EpochMs | null;
  hops: number;
  /** How the person moved on. */
  overflows: number;
  transfers: number;
  /** [W3] What they were told on coming: closed, where nobody was there outside the queue's hours. */
  service: Service['service'];
  /** What came of what was promised, by the yardstick of the run. */
  promised: Promised;
};

/** Looks on; what it sees must not change what happens. */
export type Observer = {
  queueEvent?(queueId: QueueId, event: QueueEvent, before: QueueEntry | null, now: EpochMs): void;
  agentLoad?(agentId: AgentId, load: number, isOnDuty: boolean, now: EpochMs): void;
  /** After somebody new is in line and everything that follows at once has happened. */
  arrived?(fate: Fate, desk: Desk, now: EpochMs): void;
  firstAccepted?(fate: Fate, now: EpochMs): void;
  ended?(fate: Fate, now: EpochMs): void;
  /** At each full minute of the virtual clock in which anything happens. */
  minute?(desk: Desk, now: EpochMs): void;
};

export type Outcome = {
  fates: Fate[];
  /** Events of the virtual clock, and commands that the cores were given by them. */
  steps: number;
  endedAt: EpochMs;
};

type Happening =
  | { type: 'arrives'; person: Person }
  | { type: 'gives_up'; person: Person }
  | { type: 'answers_offer'; queueId: QueueId; reservation: ReservedEntry; person: Person; accepts: boolean }
  | { type: 'finishes'; person: Person; hop: number; reservationId: ReservationId }
  | { type: 'notes_done'; agentId: AgentId; reservationId: ReservationId }
  | { type: 'queue_wakes'; queueId: QueueId }
  | { type: 'agent_wakes'; agentId: AgentId }
  | { type: 'shift_begins'; agentId: AgentId; until: EpochMs }
  | { type: 'shift_ends'; agentId: AgentId }
  | { type: 'switches_back'; agentId: AgentId }
  | { type: 'promise_due'; person: Person }
  | { type: 'incidents_change' };

type Person = Fate & {
  isOver: boolean;
  pathSince: EpochMs;
  /** What the workspace's own policy does about it, which may be another than the one that is measured by. */
  acting: Promised;
};

/** One run of a scenario. Deterministic: the same scenario and seed are the same run, event for event. `measure` has the targets that it is measured by, where they are not its own. */
export function simulate(
  scenario: Scenario,
  seed: number,
  observers: readonly Observer[] = [],
  measure: Yardstick = scenario,
): Outcome {
  return new World(scenario, seed, observers, measure).run();
}

/** [V10] What a run is measured by. */
export type Yardstick = Pick<Scenario, 'queues' | 'promises'>;

/** [V10] The plan's target for the severity, in the queue that the person came to: what rank takes from it or gives is no other promise. */
function targetMs({ queues }: Yardstick, own: QueueConfig, { facts }: Arrival): number {
  const { rank } = queues.find(({ config }) => config.id === own.id)?.config ?? own;
  return rank.targetMinutes[facts.tier ?? 'unknown'][facts.severity] * 60_000;
}

class World {
  readonly #scenario: Scenario;
  readonly #measure: Yardstick;
  readonly #seed: number;
  readonly #observers: readonly Observer[];
  readonly #desk: Desk;
  readonly #watch: Watch;
  readonly #queues = new Map<QueueId, SimulatedQueue>();
  readonly #people = new Map<EscalationId, Person>();
  readonly #next = new MinHeap<Happening>();
  readonly #queueWakes = new Map<QueueId, EpochMs>();
  readonly #agentWakes = new Map<AgentId, EpochMs>();
  readonly #dirtyQueues = new Set<QueueId>();
  readonly #dirtyAgents = new Set<AgentId>();
  /** Until when each agent is on duty; null is not. */
  readonly #dutyUntil = new Map<AgentId, EpochMs | null>();
  readonly #acting: Promises;
  readonly #measured: Promises;
  readonly #promiseWakes = new Map<Person, EpochMs>();
  #steps = 0;
  #now: EpochMs;

  constructor(scenario: Scenario, seed: number, observers: readonly Observer[], measure: Yardstick) {
    this.#scenario = scenario;
    this.#measure = measure;
    this.#seed = seed;
    this.#observers = observers;
    this.#now = scenario.from;
    this.#acting = new Promises(scenario.promises);
    this.#measured = new Promises(measure.promises);
    for (const queue of scenario.queues) this.#queues.set(queue.config.id, queue);
    this.#desk = new Desk(
      scenario.queues.map(({ config }) => config),
      scenario.agents.map((agent) => ({ ...agent, skills: [...agent.skills] })),
      {
        queueChanged: (queueId, event, before) => this.#queueChanged(queueId, event, before),
        agentChanged: (agentId, event, before, after) => {
          this.#dirtyAgents.add(agentId);
          this.#watch.touchAgent(agentId);
          if (event.type === 'presence_changed' && event.presence === 'away' && event.because !== null) {
            this.#next.add(this.#now + scenario.behaviour.returnAfterMs, { type: 'switches_back', agentId });
          }
          if (event.type === 'slot_wrapping') this.#startNotes(agentId, event.reservationId, event.until);
          if (loadOf(before) !== loadOf(after) || before.presence !== after.presence) {
            for (const observer of observers)
              observer.agentLoad?.(agentId, loadOf(after), after.presence !== 'offline', this.#now);
          }
        },
        offered: (queueId, entry) => this.#consider(queueId, entry),
        overflowed: (queueId, entry, to) => this.#overflow(queueId, entry.escalationId, entry.hop, to),
      },
    );
    this.#watch = new Watch(this.#desk);
  }

  run(): Outcome {
    const { scenario, seed } = { scenario: this.#scenario, seed: this.#seed };
    for (const { id, shifts } of scenario.agents) {
      this.#dutyUntil.set(id, null);
      for (const { from, to } of shifts) {
        this.#next.add(from, { type: 'shift_begins', agentId: id, until: to });
        this.#next.add(to, { type: 'shift_ends', agentId: id });
      }
    }
    for (const { startedAt, endedAt } of scenario.incidents) {
      this.#next.add(startedAt, { type: 'incidents_change' });
      this.#next.add(endedAt, { type: 'incidents_change' });
    }
    const fates: Person[] = arrivalsOf(scenario, seed).map((arrival, index) => ({
      arrival,
      targetAt: arrival.at,
      firstAcceptedAt: null,
      end: 'waiting',
      endedAt: null,
      hops: 1,
      overflows: 0,
      transfers: 0,
      escalationId: `esc_${index}` as EscalationId,
      queueId: arrival.queueId,
      hop: 1,
      isOver: false,
      pathSince: arrival.at,
      service: 'open',
      promised: NOTHING_PROMISED,
      acting: NOTHING_PROMISED,
    }));
    // One at a time: the heap stays as small as what is going on.
    let coming = 0;
    const last = scenario.to + scenario.drainMs;
    let minute = 0;
    for (;;) {
      const person = fates[coming];
      const next = this.#next.peek();
      let happening: Happening;
      if (person !== undefined && (next === undefined || person.arrival.at < next.at)) {
        this.#now = person.arrival.at;
        happening = { type: 'arrives', person };
        coming += 1;
      } else {
        if (next === undefined || next.at > last) break;
        this.#next.take();
        this.#now = next.at;
        happening = next.value;
      }
      if (this.#now > last) break;
      this.#steps += 1;
      this.#happen(happening);
      this.#settle();
      if (happening.type === 'arrives') {
        for (const observer of this.#observers) observer.arrived?.(happening.person, this.#desk, this.#now);
      }
      const present = Math.floor(this.#now / 60_000);
      if (present !== minute) {
        minute = present;
        for (const observer of this.#observers) observer.minute?.(this.#desk, this.#now);
      }
      if (coming >= fates.length && this.#open === 0 && this.#now >= scenario.to) break;
    }
    return { fates, steps: this.#steps, endedAt: this.#now };
  }

  #open = 0;

  #happen(happening: Happening): void {
    const now = this.#now;
    switch (happening.type) {
      case 'arrives':
        this.#arrive(happening.person);
        return;
      case 'gives_up': {
        const { person } = happening;
        if (person.isOver || person.firstAcceptedAt !== null) return;
        this.#end(person, 'abandoned');
        this.#desk.close(person.queueId, person.escalationId, person.hop, 'abandoned', now);
        return;
      }
      case 'answers_offer': {
        const { queueId, reservation, accepts, person } = happening;
        const entry = this.#desk.store(queueId).byReservation(reservation.reservationId);
        // Withdrawn, run out or taken back in the meantime: there is no button any more.
        if (entry?.state !== 'reserved') return;
        const { reservationId, epoch, agentId } = reservation;
        if (!accepts) this.#desk.decline(queueId, reservationId, epoch, agentId, now);
        else if (this.#desk.accept(queueId, reservationId, epoch, agentId, now))
          this.#begin(person, reservationId, agentId);
        return;
      }
      case 'finishes':
        this.#finish(happening.person, happening.hop, happening.reservationId);
        return;
      case 'notes_done':
        this.#desk.tellAgent(happening.agentId, { type: 'wrapped_up', reservationId: happening.reservationId }, now);
        return;
      case 'queue_wakes':
        if (this.#queueWakes.get(happening.queueId) === now) {
          this.#queueWakes.delete(happening.queueId);
          this.#desk.tickQueue(happening.queueId, now);
        }
        this.#dirtyQueues.add(happening.queueId);
        return;
      case 'agent_wakes':
        if (this.#agentWakes.get(happening.agentId) === now) this.#agentWakes.delete(happening.agentId);
        this.#desk.tellAgent(happening.agentId, { type: 'tick', graceMs: 5_000 }, now);
        this.#dirtyAgents.add(happening.agentId);
        return;
      case 'shift_begins': {
        const { agentId, until } = happening;
        this.#dutyUntil.set(agentId, until);
        this.#desk.tellAgent(agentId, { type: 'console_opened' }, now);
        this.#desk.tellAgent(agentId, { type: 'set_presence', presence: 'available' }, now);
        return;
      }
      case 'shift_ends': {
        const { agentId } = happening;
        // Shifts may touch: the next one has begun already then.
        if (this.#dutyUntil.get(agentId) !== now) return;
        this.#dutyUntil.set(agentId, null);
        this.#desk.tellAgent(agentId, { type: 'set_presence', presence: 'away' }, now);
        this.#leaveWhenDone(agentId);
        return;
      }
      case 'switches_back':
        if (this.#dutyUntil.get(happening.agentId) == null) return;
        this.#desk.tellAgent(happening.agentId, { type: 'set_presence', presence: 'available' }, now);
        return;
      case 'promise_due': {
        const { person } = happening;
        if (this.#promiseWakes.get(person) !== now) return;
        this.#promiseWakes.delete(person);
        this.#turn(person, { type: 'clock' });
        return;
      }
      case 'incidents_change':
        this.#desk.setIncidents(
          this.#scenario.incidents.filter(({ startedAt, endedAt }) => startedAt <= now && now < endedAt),
          now,
        );
        return;
      default:
        happening satisfies never;
    }
  }

  /** Something happens to what a person was promised: it is counted, and what the policy says to a breach is done. */
  #turn(person: Person, turn: PromiseTurn): void {
    if (person.promised !== person.acting) this.#measured.turn(person.promised, turn, this.#now);
    const told = this.#acting.turn(person.acting, turn, this.#now);
    this.#armPromises(person);
    if (person.isOver || !told.some(({ what }) => what === 'breached')) return;
    this.#hurry(person);
  }

  /** [K10] [K12] Late, and somebody waits: ranked anew, sent on, as the policy says. */
  #hurry(person: Person): void {
    const late = isLateBy(person.acting);
    const { queueId, escalationId, hop } = person;
    const entry = this.#desk.store(queueId).entry(escalationId, hop);
    if (late === null || entry === null || entry.state === 'closed' || entry.state === 'assigned') return;
    if (late.rerank) this.#desk.rerank(queueId, escalationId, hop, factsNow(person), this.#now);
    if (late.sendOn) this.#desk.sendOn(queueId, escalationId, hop, this.#now);
  }

  #armPromises(person: Person): void {
    // Both clocks have the same beginning, and each its own deadlines.
    const deadlines = [person.acting, person.promised].flatMap((one) => nextTurnAt(one) ?? []);
    if (person.isOver || deadlines.length === 0) return;
    const at = Math.min(...deadlines);
    this.#arm(this.#promiseWakes, person, at, { type: 'promise_due', person });
  }

  #arrive(person: Person): void {
    const { arrival, escalationId } = person;
    this.#open += 1;
    this.#people.set(escalationId, person);
    const { service, opensAt } = this.#serviceTo(arrival);
    person.service = service;
    person.acting = this.#acting.start(escalationId, arrival.queueId, arrival.facts, arrival.at);
    person.promised =
      this.#measure.promises === this.#scenario.promises
        ? person.acting
        : this.#measured.start(escalationId, arrival.queueId, arrival.facts, arrival.at);
    this.#enqueue(person, arrival.queueId, arrival.skills);
    this.#armPromises(person);
    person.targetAt = arrival.at + targetMs(this.#measure, this.#desk.store(arrival.queueId).config, arrival);
    // Who is told that it is closed leaves it there: their patience begins when somebody is said to be back.
    if (arrival.patienceMs !== null && (person.service !== 'closed' || opensAt !== null))
      this.#next.add((opensAt ?? arrival.at) + arrival.patienceMs, { type: 'gives_up', person });
  }

  /** [W3] What a newcomer is told, by the queue's hours, its limit and who is there. */
  #serviceTo({ queueId, skills }: Arrival): Service {
    const store = this.#desk.store(queueId);
    const { config } = store;
    return serviceAt(
      {
        isClosed: store.closure() !== null,
        isFull: isFull(config, store.waitingCount()),
        agentsAvailable: serversOf(store, this.#now)(needsKeyOf(skills, 0, config.path, 0)).agentsAvailable,
        hours: workingHours(config.hours),
      },
      this.#now,
    );
  }

  #enqueue(
    person: Person,
    queueId: QueueId,
    skills: readonly string[],
    { raises, relaxed }: Pick<QueueEntry, 'raises' | 'relaxed'> = { raises: [], relaxed: 0 },
  ): void {
    const { arrival, escalationId, hop } = person;
    person.queueId = queueId;
    this.#desk.enqueue(
      queueId,
      {
        escalationId,
        conversationId: escalationId as unknown as ConversationId,
        ticketNumber: arrival.id,
        hop,
        subject: '',
        visitorName: null,
        company: null,
        area: null,
        because: NOTHING,
        skills: skills as string[],
      },
      {
        class: arrival.class,
        facts: factsNow(person),
        queuedAt: arrival.at,
        pathSince: person.pathSince,
        raises,
        relaxed,
        preferred: null,
      },
      this.#now,
    );
  }

  /** The agent sees the offer: what they will do, and when. The same person's offer finds the same mood in every configuration. */
  #consider(queueId: QueueId, reservation: ReservedEntry): void {
    const person = this.#people.get(reservation.escalationId) as Person;
    const { behaviour } = this.#scenario;
    const draw = drawOf(
      this.#seed,
      person.arrival.key,
      person.arrival.n,
      PURPOSE.offer,
      reservation.hop,
      reservation.epoch,
    );
    const mood = draw();
    if (mood < behaviour.ignores) return;
    const at = this.#now + drawDuration(behaviour.reaction, draw);
    const accepts = mood >= behaviour.ignores + behaviour.declines;
    this.#next.add(at, { type: 'answers_offer', queueId, reservation, person, accepts });
  }

  #begin(person: Person, reservationId: ReservationId, agentId: AgentId): void {
    const { arrival, escalationId, hop, queueId } = person;
    const now = this.#now;
    if (person.firstAcceptedAt === null) {
      person.firstAcceptedAt = now;
      for (const observer of this.#observers) observer.firstAccepted?.(person, now);
    }
    person.end = 'with_agent';
    this.#turn(person, { type: 'first_word' });
    this.#desk.answered(queueId, escalationId, hop, agentId, now);
    const queue = this.#queues.get(queueId) as SimulatedQueue;
    const recorded = hop === 1 ? arrival.handleMs : null;
    const handleMs =
      recorded ?? drawDuration(queue.handle, drawOf(this.#seed, arrival.key, arrival.n, PURPOSE.handle, hop));
    this.#next.add(now + handleMs, { type: 'finishes', person, hop, reservationId });
  }

  #finish(person: Person, hop: number, reservationId: ReservationId): void {
    const { queueId, escalationId, arrival } = person;
    if (person.hop !== hop) return;
    const entry = this.#desk.store(queueId).entry(escalationId, hop);
    // Taken back in the meantime: whoever has it next begins anew.
    if (entry?.state !== 'assigned' || entry.reservationId !== reservationId) return;
    const { agentId } = entry;
    const { transfers } = this.#queues.get(queueId) as SimulatedQueue;
    let left = drawOf(this.#seed, arrival.key, arrival.n, PURPOSE.transfer, hop)();
    const to = transfers.find(({ probability }) => {
      left -= probability;
      return left < 0;
    })?.to;
    if (to === undefined) {
      this.#end(person, 'served');
      this.#desk.close(queueId, escalationId, hop, 'resolved', this.#now);
    } else {
      person.transfers += 1;
      person.end = 'waiting';
      person.pathSince = this.#now;
      this.#moveOn(person, to);
    }
    this.#leaveWhenDone(agentId);
  }

  /** [E4] As the conversation does it: while nobody has it, and only from where it stands. */
  #overflow(from: QueueId, escalationId: EscalationId, hop: number, to: QueueId): void {
    const person = this.#people.get(escalationId) as Person;
    const entry = this.#desk.store(from).entry(escalationId, hop);
    if (person.isOver || person.hop !== hop || from === to || entry?.state === 'assigned') return;
    person.overflows += 1;
    this.#moveOn(person, to, entry);
  }

  /** [E3] In the new queue before it leaves the old one. */
  #moveOn(person: Person, to: QueueId, overflowed: QueueEntry | null = null): void {
    const { queueId: from, hop, escalationId } = person;
    person.hop += 1;
    person.hops += 1;
    this.#turn(person, { type: 'moved', to });
    this.#enqueue(person, to, overflowed?.skills ?? [], overflowed ?? undefined);
    this.#desk.close(from, escalationId, hop, 'moved', this.#now);
  }

  #end(person: Person, end: 'served' | 'abandoned'): void {
    person.isOver = true;
    person.end = end;
    person.endedAt = this.#now;
    this.#turn(person, { type: end === 'served' ? 'served' : 'left' });
    this.#promiseWakes.delete(person);
    this.#open -= 1;
    for (const observer of this.#observers) observer.ended?.(person, this.#now);
  }

  #startNotes(agentId: AgentId, reservationId: ReservationId, until: EpochMs): void {
    const { wrapUp } = this.#scenario.behaviour;
    if (wrapUp === null) return;
    const done = this.#now + drawDuration(wrapUp, drawOf(this.#seed, keyOf(reservationId), PURPOSE.wrapUp));
    if (done < until) this.#next.add(done, { type: 'notes_done', agentId, reservationId });
  }

  #leaveWhenDone(agentId: AgentId): void {
    const { presence, slots } = this.#desk.agent(agentId);
    if (this.#dutyUntil.get(agentId) !== null || presence === 'offline' || slots.length > 0) return;
    this.#desk.tellAgent(agentId, { type: 'consoles_gone' }, this.#now);
  }

  #queueChanged(queueId: QueueId, event: QueueEvent, before: QueueEntry | null): void {
    this.#dirtyQueues.add(queueId);
    this.#watch.touchQueue(queueId);
    if (event.type === 'entry_put') {
      this.#watch.put(queueId, event.entry);
      if (event.because === 'reserved' && event.entry.state === 'reserved')
        this.#watch.reserved(queueId, event.entry, this.#now);
      if (event.because === 'taken_back') {
        const person = this.#people.get(event.entry.escalationId) as Person;
        person.end = 'waiting';
      }
    }
    for (const observer of this.#observers) observer.queueEvent?.(queueId, event, before, this.#now);
  }

  /** Alarms as the objects set them, and the look over the shoulder. */
  #settle(): void {
    for (const agentId of this.#dirtyAgents) {
      this.#leaveWhenDone(agentId);
      this.#arm(this.#agentWakes, agentId, this.#desk.agentWakesAt(agentId), { type: 'agent_wakes', agentId });
    }
    for (const queueId of this.#dirtyQueues)
      this.#arm(this.#queueWakes, queueId, this.#desk.queueWakesAt(queueId, this.#now), {
        type: 'queue_wakes',
        queueId,
      });
    this.#dirtyAgents.clear();
    this.#dirtyQueues.clear();
    this.#watch.check((id) => this.#people.get(id as EscalationId)?.isOver ?? false, this.#now);
  }

  /** One alarm that counts each; an earlier one replaces it, a superseded one does nothing when it rings. */
  #arm<K>(alarms: Map<K, EpochMs>, key: K, wakeAt: EpochMs | null, happening: Happening): void {
    if (wakeAt === null) return;
    const at = Math.max(wakeAt, this.#now);
    const armed = alarms.get(key);
    if (armed !== undefined && armed <= at) return;
    alarms.set(key, at);
    this.#next.add(at, happening);
  }
}

/** What ranks a person now: what they came with, and that they are late, where the policy hurries then. */
const factsNow = ({ arrival, acting }: Person): RankFacts =>
  isLateBy(acting)?.rerank ? { ...arrival.facts, isLate: true } : arrival.facts;

const NOTHING_PROMISED: Promised = { sla: null, kept: {}, broken: {} };
const NOTHING: string[] = [];
