import type { AgentId, EpochMs, EscalationId, ReservationId } from '#domain/ids.ts';
import { compareRank, isSameRank, type RankFacts, type RankTerm } from '#domain/priority/rank.ts';
import { type Decision, refuse, unreachable } from '#domain/result.ts';
import { type Candidate, chooseAgent } from '#domain/routing/choose-agent.ts';
import { meetsAll, parseNeed, parseSkills, readNeedsKey } from '#domain/routing/skill.ts';
import { needsKeyOf, nextRelaxAt, nextStepAt, type PathStep } from './path.ts';
import type {
  AgentMirror,
  AssignedEntry,
  CloseOutcome,
  Closure,
  PutCause,
  QueueConfig,
  QueuedEntry,
  QueueEntry,
  QueueEvent,
  QueueView,
  ReservedEntry,
  WorkSummary,
} from './queue.ts';
import { ranked } from './ranked.ts';
import { hasRoom } from './room.ts';

export type QueueCommand =
  | {
      type: 'enqueue';
      work: WorkSummary;
      class: 0 | 1;
      facts: RankFacts;
      queuedAt: EpochMs;
      /** Where it is not `queuedAt`. */
      pathSince?: EpochMs;
      /** Minutes that it was given before it came here. */
      raises?: RankTerm[];
      preferred: AgentId | null;
      /** Offered under this id at once, if nobody stands before it and somebody is free: the same as a match right after it. */
      reservationId?: ReservationId;
    }
  | { type: 'rerank'; escalationId: EscalationId; hop: number; facts: RankFacts }
  /** A supervisor's word: minutes forward (positive) or back. */
  | { type: 'adjust'; escalationId: EscalationId; hop: number; minutes: number; by: string }
  | { type: 'mirror_agent'; agent: AgentMirror }
  /** Reserve the best entry that some agent may take; `only` an agent, or `entry` for a supervisor's choice. */
  | {
      type: 'match';
      reservationId: ReservationId;
      only: AgentId | null;
      entry?: { escalationId: EscalationId; hop: number };
    }
  | { type: 'agent_refused'; reservationId: ReservationId; epoch: number }
  | { type: 'accept'; reservationId: ReservationId; epoch: number; agentId: AgentId }
  /** The visitor has heard from the agent: the work is no longer silent. */
  | { type: 'answered'; escalationId: EscalationId; hop: number }
  | { type: 'decline'; reservationId: ReservationId; epoch: number; agentId: AgentId }
  | { type: 'orphan'; reservationId: ReservationId; epoch: number }
  | { type: 'take_back'; escalationId: EscalationId; hop: number }
  /** [K12] A promise to the visitor is broken, and the rule says not to wait for the path's times. */
  | { type: 'send_on'; escalationId: EscalationId; hop: number }
  | { type: 'set_closure'; closure: Closure | null }
  /** The clock: offers that ran out, steps of the path, relaxing, cool-downs, silence. */
  | { type: 'tick' }
  | { type: 'close'; escalationId: EscalationId; hop: number; outcome: CloseOutcome };

export type QueueRefusal = 'unknown_entry' | 'reservation_expired' | 'stale_epoch' | 'not_yours' | 'already_closed';

const accepted = (...events: QueueEvent[]): { ok: true; events: QueueEvent[] } => ({ ok: true, events });
const put = (entry: QueueEntry, because: PutCause): QueueEvent => ({ type: 'entry_put', entry, because });

/**
 * The queue's whole behaviour. Pure: reads the view, answers with events or a refusal, and the same command on the same state
 * is answered the same. Repeating a command that took effect answers ok with no events [Q5].
 */
export function decideQueue(view: QueueView, command: QueueCommand, now: EpochMs): Decision<QueueEvent, QueueRefusal> {
  switch (command.type) {
    case 'enqueue':
      return enqueue(view, command, now);
    case 'rerank': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state === 'closed') return refuse('already_closed', 'This work has left the queue.');
      const after = ranked({ ...entry, facts: command.facts }, view.config);
      // Facts that move nothing today are kept: other settings may ask for them tomorrow.
      return isSameFacts(entry.facts, command.facts)
        ? changed(entry, after, 'reranked')
        : accepted(put(after, 'reranked'));
    }
    case 'adjust': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      if (entry.state === 'closed') return refuse('already_closed', 'This work has left the queue.');
      const raise = { label: `moved by ${command.by}`, minutes: 0 - command.minutes };
      return changed(entry, ranked({ ...entry, raises: [...entry.raises, raise] }, view.config), 'adjusted');
    }
    case 'mirror_agent':
      return mirrorAgent(view, command.agent, now);
    case 'match':
      return accepted(...match(view, command, now));
    case 'accept':
      return accept(view, command, now);
    case 'answered': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null || entry.state !== 'assigned' || entry.isAnswered) return accepted();
      return accepted(put({ ...entry, isAnswered: true }, 'answered'));
    }
    case 'decline': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved') return accepted();
      if (entry.agentId !== command.agentId) return refuse('not_yours', 'This offer was made to somebody else.');
      if (entry.epoch !== command.epoch) return refuse('stale_epoch', 'This offer has been replaced by a newer one.');
      return accepted(...giveBack(view, entry, 'declined', now));
    }
    case 'agent_refused': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved' || entry.epoch !== command.epoch) return accepted();
      const events = giveBack(view, entry, 'refused_by_agent', now);
      // Its slots went elsewhere, which is nobody's doing; the agent's next report tells when one frees.
      const mirror = view.agent(entry.agentId);
      if (mirror !== null) events.push({ type: 'agent_put', agent: { ...mirror, load: mirror.capacity } });
      return accepted(...events);
    }
    case 'orphan': {
      const entry = view.byReservation(command.reservationId);
      if (entry === null || entry.state !== 'reserved' || entry.epoch !== command.epoch) return accepted();
      return accepted(...giveBack(view, entry, 'orphaned', now));
    }
    case 'take_back': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
      return entry.state === 'assigned' ? accepted(takenBack(entry, view.config, 'asked', now)) : accepted();
    }
    case 'send_on': {
      const entry = view.entry(command.escalationId, command.hop);
      if (entry === null || entry.state === 'closed' || entry.sendOnSince !== null) return accepted();
      const after = { ...entry, sendOnSince: now };
      // Where the path leads nowhere there is nothing to wait for either.
      return nextStepAt({ ...common(after), state: 'queued' }, view.config) === now
        ? accepted(put(after, 'sent_on'))
        : accepted();
    }
    case 'set_closure': {
      const isClosed = view.closure() !== null;
      return isClosed === (command.closure !== null)
        ? accepted()
        : accepted({ type: 'closure_put', closure: command.closure });
    }
    case 'tick':
      return accepted(...tick(view, now));
    case 'close':
      return close(view, command, now);
    default:
      return unreachable(command);
  }
}

function enqueue(
  view: QueueView,
  command: Extract<QueueCommand, { type: 'enqueue' }>,
  now: EpochMs,
): Decision<QueueEvent, QueueRefusal> {
  const { work, facts, queuedAt, preferred } = command;
  // [Q5] The escalation and its hop are the key: a repeated hand-over is the same place in line.
  if (view.entry(work.escalationId, work.hop) !== null) return accepted();
  const entry: QueuedEntry = {
    ...work,
    state: 'queued',
    seq: view.nextSeq(),
    class: command.class,
    facts,
    raises: command.raises ?? [],
    terms: [],
    queuedAt,
    pathSince: command.pathSince ?? queuedAt,
    dueAt: queuedAt,
    sortAt: queuedAt,
    needsKey: needsKeyOf(work.skills, 0, view.config.path, 0),
    relaxed: 0,
    stepsTaken: 0,
    sendOnSince: null,
    epoch: 0,
    cooldowns: [],
    preferred,
  };
  const queued = ranked(entry, view.config);
  if (command.reservationId !== undefined && [...view.needsKeys()].length === 0) {
    const free = freeAgents(view, view.agents(), now);
    const agent = chooseFor(view, queued, ableTo(free, queued.needsKey), now);
    if (agent !== null) return accepted(...reserve(view, queued, agent, command.reservationId, now));
  }
  return accepted(put(queued, 'queued'));
}

const isSameFacts = (a: RankFacts, b: RankFacts): boolean =>
  (Object.keys(a) as (keyof RankFacts)[]).every((name) => a[name] === b[name]);

/** Nothing changed, nothing to tell anybody. */
function changed(before: QueueEntry, after: QueueEntry, because: PutCause): { ok: true; events: QueueEvent[] } {
  return before.sortAt === after.sortAt && isSameRank(before, after) ? accepted() : accepted(put(after, because));
}

/** [A5] Who goes offline starts the clock of what they hold; who is back stops it. */
function mirrorAgent(view: QueueView, agent: AgentMirror, now: EpochMs): Decision<QueueEvent, QueueRefusal> {
  const known = view.agent(agent.id);
  // Reports travel through an outbox and may arrive late or twice; an older one must not undo a newer one.
  if (known !== null && known.version >= agent.version) return accepted();
  const events: QueueEvent[] = [{ type: 'agent_put', agent }];
  const isGone = agent.presence === 'offline';
  // Whether or not it is taken back from them: should that be switched on, it counts from when they went.
  if (isGone !== (known?.presence === 'offline')) {
    for (const entry of view.heldBy(agent.id)) {
      if (entry.state !== 'assigned' || (entry.vanishedAt !== null) === isGone) continue;
      events.push(put({ ...entry, vanishedAt: isGone ? now : null }, isGone ? 'agent_gone' : 'agent_back'));
    }
  }
  return accepted(...events);
}

/**
 * [Q2] Reserves the first entry in rank order that some agent may take. Entries with the same requirement stand in one line, so only
 * the heads are compared: a line that nobody here may serve is left out as a whole, and blocks nothing [Q3].
 */
function match(
  view: QueueView,
  { reservationId, only, entry: wanted }: Extract<QueueCommand, { type: 'match' }>,
  now: EpochMs,
): QueueEvent[] {
  const keys = wanted === undefined ? [...view.needsKeys()] : [];
  // Most looks find nobody waiting; then nobody need be looked for.
  if (wanted === undefined && keys.length === 0) return [];
  const agents = only === null ? view.agents() : [view.agent(only)].filter((agent) => agent !== null);
  const free = freeAgents(view, agents, now);
  if (free.length === 0) return [];

  if (wanted !== undefined) {
    const entry = view.entry(wanted.escalationId, wanted.hop);
    if (entry === null || entry.state !== 'queued') return [];
    // A supervisor's choice outweighs a cool-down and a skill; capacity it does not.
    const agent = chooseAgent(free, view.config.choice, [], entry.preferred);
    return agent === null ? [] : reserve(view, entry, agent, reservationId, now);
  }

  const lines: { head: QueuedEntry; rest: Iterator<QueuedEntry>; candidates: Candidate[] }[] = [];
  for (const key of keys) {
    const candidates = ableTo(free, key);
    if (candidates.length === 0) continue;
    const rest = view.waitingWith(key)[Symbol.iterator]();
    const first = rest.next();
    if (!first.done) lines.push({ head: first.value, rest, candidates });
  }
  try {
    while (lines.length > 0) {
      const line = lines.reduce((best, one) => (compareRank(one.head, best.head) < 0 ? one : best));
      const agent = chooseFor(view, line.head, line.candidates, now);
      if (agent !== null) return reserve(view, line.head, agent, reservationId, now);
      // Everybody who may is in a cool-down against this one: the next in the same line.
      const next = line.rest.next();
      if (next.done) lines.splice(lines.indexOf(line), 1);
      else line.head = next.value;
    }
    return [];
  } finally {
    // A store may hold a cursor open; nothing may be written while it does.
    for (const { rest } of lines) rest.return?.();
  }
}

type FreeAgent = Candidate & { skills: ReturnType<typeof parseSkills> };

function freeAgents(view: QueueView, agents: Iterable<AgentMirror>, now: EpochMs): FreeAgent[] {
  const free: FreeAgent[] = [];
  for (const agent of agents) {
    const record = view.record(agent.id);
    if (hasRoom(view, agent, record, now)) free.push({ agent, record, skills: parseSkills(agent.skills) });
  }
  return free;
}

function ableTo(free: readonly FreeAgent[], needsKey: string): FreeAgent[] {
  const alternatives = readNeedsKey(needsKey);
  return free.filter(({ skills }) => alternatives.some((needs) => meetsAll(skills, needs)));
}

/** [M1] Among those who are able, whoever is in no cool-down against this entry, by the queue's choice. */
const chooseFor = (view: QueueView, entry: QueuedEntry, able: readonly Candidate[], now: EpochMs): AgentMirror | null =>
  chooseAgent(
    able.filter(({ agent }) => !entry.cooldowns.some(({ agentId, until }) => agentId === agent.id && until > now)),
    view.config.choice,
    // What was asked for at first, also where it has been relaxed or others are allowed: they may take it, and fit as well as they fit.
    entry.skills.flatMap((text) => parseNeed(text) ?? []),
    entry.preferred,
  );

function reserve(
  view: QueueView,
  entry: QueuedEntry,
  agent: AgentMirror,
  reservationId: ReservationId,
  now: EpochMs,
): QueueEvent[] {
  const reserved: ReservedEntry = {
    ...entry,
    state: 'reserved',
    epoch: entry.epoch + 1,
    reservationId,
    agentId: agent.id,
    agentName: agent.name,
    offeredAt: now,
    expiresAt: now + view.config.offerMs,
  };
  return [
    put(reserved, 'reserved'),
    // Optimistic: until the agent object reports again, this queue must not offer the same slot twice.
    {
      type: 'agent_put',
      agent: { ...agent, load: agent.load + view.config.cost },
      record: { ...view.record(agent.id), lastOfferedAt: now },
    },
  ];
}

function accept(
  view: QueueView,
  { reservationId, epoch, agentId }: Extract<QueueCommand, { type: 'accept' }>,
  now: EpochMs,
): Decision<QueueEvent, QueueRefusal> {
  const entry = view.byReservation(reservationId);
  if (entry === null) return refuse('reservation_expired', 'This offer has ended; the work went back to the queue.');
  if (entry.state === 'assigned') {
    // [Q4] A second accept of the same reservation hears the first result.
    return entry.agentId === agentId ? accepted() : refuse('not_yours', 'Another agent has this work.');
  }
  if (entry.state !== 'reserved') return refuse('reservation_expired', 'This offer has ended.');
  if (entry.agentId !== agentId) return refuse('not_yours', 'This offer was made to somebody else.');
  if (entry.epoch !== epoch) return refuse('stale_epoch', 'This offer has been replaced by a newer one.');
  // [Q6] The clock decides, not the alarm: an alarm may be a minute late.
  if (entry.expiresAt <= now) return refuse('reservation_expired', 'This offer ran out before it was accepted.');
  const { offeredAt: _offeredAt, expiresAt: _expiresAt, ...kept } = entry;
  const { fairness } = view.config;
  const record = view.record(agentId);
  // They left between their click and now.
  const isOffline = view.agent(agentId)?.presence === 'offline';
  return accepted(
    put(
      { ...kept, state: 'assigned', assignedAt: now, isAnswered: false, vanishedAt: isOffline ? now : null },
      'accepted',
    ),
    ...(fairness === null
      ? []
      : [
          {
            type: 'record_put' as const,
            agentId,
            record: { ...record, takenAt: [...record.takenAt.filter((at) => at > now - fairness.windowMs), now] },
          },
        ]),
  );
}

/** [Q7] Back to the line at its own rank: seq, queuedAt and dueAt are untouched. */
function giveBack(
  view: QueueView,
  entry: ReservedEntry,
  because: 'declined' | 'expired' | 'orphaned' | 'refused_by_agent',
  now: EpochMs,
): QueueEvent[] {
  const { cooldownMs, advanceOnLapse, path } = view.config;
  const cooldowns = entry.cooldowns.filter(({ until, agentId }) => until > now && agentId !== entry.agentId);
  // A cool-down is for who was asked and said no, or nothing.
  if (cooldownMs > 0 && (because === 'declined' || because === 'expired')) {
    cooldowns.push({ agentId: entry.agentId, until: now + cooldownMs });
  }
  const queued: QueuedEntry = { ...common(entry), state: 'queued', cooldowns };
  // [Q9] Only a lapse goes on to the next step; a refusal by the agent's object was no offer at all.
  const lapsed = because === 'declined' || because === 'expired';
  if (!lapsed || !advanceOnLapse || path[queued.stepsTaken] === undefined) return [put(queued, because)];
  return takeStep(queued, view.config, because, because === 'declined' ? 'declined' : 'not taken in time');
}

/**
 * [Q8] Taken-back work keeps the rank it had earned: same seq, same queuedAt. Who vanished is asked first when they are back; who was
 * there and silent, or lost it to a supervisor, is not asked again for a while.
 */
function takenBack(
  entry: AssignedEntry,
  { cooldownMs }: QueueConfig,
  why: 'asked' | 'silent' | 'vanished',
  now: EpochMs,
): QueueEvent {
  const { reservationId: _r, agentId, agentName: _n, assignedAt: _a, isAnswered: _i, vanishedAt: _v, ...kept } = entry;
  const cooldowns = kept.cooldowns.filter(({ until }) => until > now);
  if (why !== 'vanished' && cooldownMs > 0) cooldowns.push({ agentId, until: now + cooldownMs });
  const preferred = why === 'vanished' ? agentId : null;
  return put({ ...kept, cooldowns, state: 'queued', preferred }, 'taken_back');
}

/** One turn of the object must end; from so many events on there may be more to do, and the caller ticks again. */
export const MAX_PER_TICK = 500;

/** [Q10] Everything whose time has come, each entry once per tick; what is then due again is done by the next. */
function tick(view: QueueView, now: EpochMs): QueueEvent[] {
  const events: QueueEvent[] = [];
  let looked = 0;
  for (const entry of view.dueBy(now)) {
    if (++looked > MAX_PER_TICK) break;
    switch (entry.state) {
      case 'reserved':
        events.push(...giveBack(view, entry, 'expired', now));
        break;
      case 'assigned':
        events.push(takenBack(entry, view.config, entry.vanishedAt === null ? 'silent' : 'vanished', now));
        break;
      case 'queued':
        events.push(...moveAlong(entry, view.config, now));
        break;
      case 'closed':
        break;
      default:
        unreachable(entry);
    }
  }
  // [Q9] A step that is not waited for when nobody is there, which only the present can tell.
  if (view.config.path.some(({ skipWhenNobody }) => skipWhenNobody) && !isAnybodyHere(view)) {
    const done = new Set(events.flatMap((event) => (event.type === 'entry_put' ? [keyOf(event.entry)] : [])));
    for (const entry of view.waiting()) {
      if (events.length >= MAX_PER_TICK) break;
      if (!done.has(keyOf(entry))) events.push(...takeSkipped(entry, view.config));
    }
  }
  return events;
}

const keyOf = ({ escalationId, hop }: QueueEntry): string => `${escalationId}/${hop}`;

/** The steps before which nobody waits while nobody is there, one after another; an overflow is the last, the rest is the other queue's. */
function takeSkipped(entry: QueuedEntry, config: QueueConfig): QueueEvent[] {
  const events: QueueEvent[] = [];
  let at: QueuedEntry = entry;
  while (config.path[at.stepsTaken]?.skipWhenNobody) {
    const taken = takeStep(at, config, 'stepped', 'nobody is available');
    events.push(...taken);
    const [put] = taken;
    if (put?.type !== 'entry_put' || put.entry.state !== 'queued' || taken.length > 1) break;
    at = put.entry;
  }
  return events;
}

function isAnybodyHere(view: QueueView): boolean {
  for (const { presence } of view.agents()) if (presence === 'available') return true;
  return false;
}

/** A waiting entry at its time: a class relaxed, a step taken, or cool-downs that have ended. */
function moveAlong(entry: QueuedEntry, config: QueueConfig, now: EpochMs): QueueEvent[] {
  const stepAt = nextStepAt(entry, config);
  const relaxAt = nextRelaxAt(entry, config);
  const isStepDue = stepAt !== null && stepAt <= now;
  if (relaxAt !== null && relaxAt <= now && (!isStepDue || relaxAt <= stepAt)) {
    const relaxed = entry.relaxed + 1;
    const key = needsKeyOf(entry.skills, relaxed, config.path, entry.stepsTaken);
    return [put({ ...entry, relaxed, needsKey: key }, 'relaxed')];
  }
  if (isStepDue) {
    const { afterMs } = config.path[entry.stepsTaken] as PathStep;
    const isEarly = stepAt < entry.pathSince + afterMs;
    return takeStep(
      entry,
      config,
      'stepped',
      isEarly ? 'promise broken' : `waited ${Math.round(afterMs / 60_000)} min`,
    );
  }
  const cooldowns = entry.cooldowns.filter(({ until }) => until > now);
  return cooldowns.length === entry.cooldowns.length ? [] : [put({ ...entry, cooldowns }, 'cooled_down')];
}

/** `why` stands in the explanation of the rank, and goes along to another queue. */
function takeStep(entry: QueuedEntry, config: QueueConfig, because: PutCause, why: string): QueueEvent[] {
  const step = config.path[entry.stepsTaken];
  if (step === undefined) return [put(entry, because)];
  const next: QueuedEntry = { ...entry, stepsTaken: entry.stepsTaken + 1 };
  switch (step.do) {
    case 'raise':
      return [
        put(ranked({ ...next, raises: [...entry.raises, { label: why, minutes: 0 - step.minutes }] }, config), because),
      ];
    case 'also_allow':
      return [
        put({ ...next, needsKey: needsKeyOf(entry.skills, entry.relaxed, config.path, next.stepsTaken) }, because),
      ];
    case 'overflow':
      // It stays in this line until the conversation has put it into the other: nothing is ever in no line.
      return [put(next, because), { type: 'overflowed', entry: next, to: step.to, because: why }];
    default:
      return unreachable(step);
  }
}

function close(
  view: QueueView,
  { escalationId, hop, outcome }: Extract<QueueCommand, { type: 'close' }>,
  now: EpochMs,
): Decision<QueueEvent, QueueRefusal> {
  const entry = view.entry(escalationId, hop);
  if (entry === null) return refuse('unknown_entry', 'This work is not in this queue.');
  if (entry.state === 'closed') return accepted();
  const events: QueueEvent[] = [put({ ...common(entry), state: 'closed', outcome, closedAt: now }, 'closed')];
  if (entry.state === 'assigned') {
    events.push({
      type: 'served',
      at: now,
      waitMs: entry.assignedAt - entry.queuedAt,
      handleMs: now - entry.assignedAt,
    });
  }
  return accepted(...events);
}

/** The fields that an entry has in every state. */
function common(entry: QueueEntry): Omit<QueuedEntry, 'state'> {
  const {
    escalationId,
    conversationId,
    ticketNumber,
    hop,
    subject,
    visitorName,
    company,
    area,
    because,
    skills,
    seq,
    facts,
    raises,
    terms,
    queuedAt,
    pathSince,
    dueAt,
    sortAt,
    needsKey,
    relaxed,
    stepsTaken,
    sendOnSince,
    epoch,
    cooldowns,
    preferred,
  } = entry;
  return {
    escalationId,
    conversationId,
    ticketNumber,
    hop,
    subject,
    visitorName,
    company,
    area,
    because,
    skills,
    seq,
    class: entry.class,
    facts,
    raises,
    terms,
    queuedAt,
    pathSince,
    dueAt,
    sortAt,
    needsKey,
    relaxed,
    stepsTaken,
    sendOnSince,
    epoch,
    cooldowns,
    preferred,
  };
}
