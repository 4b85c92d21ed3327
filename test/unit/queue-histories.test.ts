import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { AgentMirror, QueueEntry, QueueEvent, QueueView } from '#domain/queue/queue.ts';
import { nextQueueWakeAt } from '#domain/queue/wake.ts';
import { anAgent, MINUTE, reservationId } from '../support/builders.ts';
import { PromiseWatch } from '../support/promise-watch.ts';
import { type Configure, type History, HOPS, histories, WORKS } from '../support/queue-histories.ts';
import { type Chosen, type ModelWork, must, QueueModel } from '../support/queue-model.ts';
import { bringMemoryTo } from '../support/queue-store-contract.ts';

/** More with `QUEUE_HISTORIES=1000000`, others with `QUEUE_SEED=…`. */
const HISTORIES = Number(process.env.QUEUE_HISTORIES ?? 20_000);
const SEED = Number(process.env.QUEUE_SEED ?? 20_261_124);

/** Doing it again changes something by its nature: another offer, other minutes. */
const ONCE_EACH = new Set<QueueCommand['type']>(['match', 'tick', 'adjust']);

/** In one of so many, whatever waits is brought to its end after every step, and not at the end alone. */
const EACH_STEP_OF = 100;
let played = 0;

function play({ settings, steps }: History): void {
  const store = new MemoryQueueStore(settings);
  const model = new QueueModel(settings);
  const promises = new PromiseWatch();
  const withHero = besideHero(store);
  played += 1;
  for (const [i, { command, now }] of steps.entries()) {
    const events =
      command.type === 'configure' ? saves(store, model, command, now) : decides(store, model, command, now);
    promises.step(command, events, now);
    wakesInTime(store, now, steps[i + 1]?.now ?? now + MINUTE);
    // It hangs on nothing else.
    if (command.type === 'configure' || events.length > 0) asksHero(withHero, now);
    if (played % EACH_STEP_OF === 0) comesToItsEnd(copyOf(store), now);
  }
  comesToItsEnd(store, (steps.at(-1)?.now ?? 0) + 1);
}

/** [Q11] Saved twice is saved once. */
function saves(store: MemoryQueueStore, model: QueueModel, { to }: Configure, now: number): QueueEvent[] {
  for (const _ of [1, 2]) {
    bringMemoryTo(store, to);
    model.configure(to);
    isAsModelled(store, model);
  }
  asksEach(store, model, now);
  return [];
}

/** [R4] Everybody is asked for the first that they may take: each stands in the line that the settings put it in. */
function asksEach(store: MemoryQueueStore, model: QueueModel, now: number): void {
  const line = model.served();
  for (const agent of model.agents.values()) {
    const decision = decideQueue(store, { ...MATCH, only: agent.id } as QueueCommand, now);
    const offered = decision.ok ? chosenBy(decision.events) : null;
    const first = line.find((work) => model.mayTake(agent, work, now));
    must(offered?.key === first?.key, `${offered?.key} is offered to ${agent.id}, not ${first?.key}`);
  }
}

/** What was decided, and done in both. */
function decides(
  store: MemoryQueueStore,
  model: QueueModel,
  command: QueueCommand,
  now: number,
): readonly QueueEvent[] {
  const decision = decideQueue(store, command, now);
  const events = decision.ok ? decision.events : [];
  // Whoever changed what was decided earlier would throw from here on.
  for (const event of events) freeze(event);
  const refusal = model.do(command, now, chosenBy(events));
  must((decision.ok ? null : decision.reason) === refusal, `answered ${decision.ok}, not ${refusal}`);
  for (const event of events) store.apply(event);
  const overflowed = events.flatMap((event) => (event.type === 'overflowed' ? [keyOf(event.entry)] : []));
  must(overflowed.sort().join() === model.overflowed.sort().join(), 'sent on what is not to be sent on');
  isAsModelled(store, model);
  // [R12] [Q5] Sent again because the answer was not heard: nothing more happens, and the answer is the same.
  if (decision.ok && !ONCE_EACH.has(command.type)) {
    const again = decideQueue(store, command, now);
    // [Q17] Taken back is taken back: nobody has it any more, and that is what a second word hears.
    if (command.type === 'take_back') must(!again.ok && again.reason === 'nobody_has_it', 'took it back twice');
    else must(again.ok && again.events.length === 0, 'did it twice');
  }
  return events;
}

/** Every work of the model is in the store, in the same state, with the same holder, rank and times; in the same order; nothing else is. */
function isAsModelled(store: MemoryQueueStore, model: QueueModel): void {
  const { works } = model;
  const reservations = new Set<string>();
  let wake: number | null = null;
  for (const n of WORKS) {
    for (const hop of HOPS) {
      const entry = store.entry(ESCALATIONS[n] as never, hop);
      const work = works.get(KEYS[n]?.[hop] as string);
      // [R1] In the one state that it is in; never gone, never there before it came.
      must((entry === null) === (work === undefined), 'lost, or from nowhere');
      if (entry === null || work === undefined) continue;
      differs(entry, work, model);
      if ('reservationId' in entry) {
        // [R2] One reservation is one work's and one agent's.
        must(!reservations.has(entry.reservationId), 'one reservation for two works');
        reservations.add(entry.reservationId);
      }
      const at = model.wakeOf(work);
      if (at !== null && (wake === null || at < wake)) wake = at;
    }
  }
  // [R8] The alarm is the earliest of what is to come.
  // [Q18] Who is new is said at the closing, and stays so.
  must((store.closure()?.lastSeq ?? null) === model.lastBeforeClosing, 'others are new to the closed queue');
  must(store.nextWakeAt() === wake, `wakes at ${store.nextWakeAt()}, not at ${wake}`);
  const line = store.waiting();
  const expected = model.line();
  must(line.length === expected.length && store.waitingCount() === line.length, 'another number in line');
  for (let place = 0; place < line.length; place += 1) {
    const entry = line[place] as QueueEntry;
    must(keyOf(entry) === expected[place]?.key, 'another order');
    if (model.config.order === 'strict') continue;
    // [P5] Who overtakes, wherever they waited before, was queued not after the due time of those whom they overtake.
    for (let behind = place + 1; behind < line.length; behind += 1) {
      const other = line[behind] as QueueEntry;
      if (other.class === entry.class && entry.seq > other.seq)
        must(entry.queuedAt <= other.dueAt, `${keyOf(other)} is overtaken by what came after its time`);
    }
  }
}

function differs(entry: QueueEntry, work: ModelWork, model: QueueModel): void {
  const because = work.key;
  must(entry.state === work.state, `${because} is ${entry.state}, not ${work.state}`);
  must(entry.seq === work.seq && entry.queuedAt === work.queuedAt, `${because} has lost its place`);
  if (entry.state === 'closed') return;
  must(entry.epoch === work.epoch, `${because} has epoch ${entry.epoch}, not ${work.epoch}`);
  must(entry.dueAt === model.dueAt(work) && entry.dueAt >= entry.queuedAt, `${because} has another rank`);
  // [P3]
  const told = entry.terms.reduce((sum, { minutes }) => sum + minutes, 0);
  must(Math.abs(told * MINUTE - (entry.dueAt - entry.queuedAt)) < 1, `${because} is explained by ${told} minutes`);
  must(
    entry.relaxed === work.relaxed && entry.stepsTaken === work.steps && entry.sendOnSince === work.sendOnSince,
    `${because} is elsewhere on its path`,
  );
  must(entry.preferred === work.preferred, `${because} is meant for somebody else`);
  must(
    entry.cooldowns.length === work.cooldowns.size &&
      entry.cooldowns.every(({ agentId, until }) => work.cooldowns.get(agentId) === until),
    `${because} spares somebody else`,
  );
  if (entry.state === 'queued') return;
  must(entry.agentId === work.holder && entry.reservationId === work.reservation, `${because} is somebody else's`);
  if (entry.state === 'reserved') must(entry.expiresAt === work.expiresAt, `${because} is offered until another time`);
  else
    must(
      entry.owedSince === work.owedSince &&
        entry.vanishedAt === work.vanishedAt &&
        entry.assignedAt === work.assignedAt,
      `${because} has another story`,
    );
}

/** [Q10] Nothing happens by the clock alone before the time that is announced; and when it has come, the next one is later. */
function wakesInTime(store: MemoryQueueStore, now: number, next: number): void {
  const wake = nextQueueWakeAt(store, now);
  const before = wake === null ? next : Math.min(wake - 1, next);
  // Steps that are not waited for while nobody is there, and offers that may be made at once, are for the present, not for an alarm.
  if (before <= now || does(store, { type: 'tick' }, now)) return;
  must(!does(store, { type: 'tick' }, before), `something is due before ${wake}`);
  if (!does(store, MATCH, now)) must(!does(store, MATCH, before), `somebody may be asked before ${wake}`);
}

const MATCH: QueueCommand = { type: 'match', reservationId: reservationId('probe'), only: null };
function does(store: MemoryQueueStore, command: QueueCommand, now: number): boolean {
  const decision = decideQueue(store, command, now);
  return decision.ok && decision.events.length > 0;
}

const HERO: AgentMirror = anAgent('hero', { capacity: 99, skills: ['api:9', 'lang-fr:9', 'sql:9', 'general:9'] });

/** The queue as it would be with one agent more, who can do everything, has nothing yet and was never asked. */
const besideHero = (store: MemoryQueueStore): QueueView => ({
  get config() {
    return store.config;
  },
  entry: (id, hop) => store.entry(id, hop),
  byReservation: (id) => store.byReservation(id),
  waiting: (part) => store.waiting(part),
  waitingCount: () => store.waitingCount(),
  needsKeys: () => store.needsKeys(),
  waitingWith: (key, part) => store.waitingWith(key, part),
  reserved: () => store.reserved(),
  heldBy: (id) => store.heldBy(id),
  skipping: (key) => store.skipping(key),
  dueBy: (now) => store.dueBy(now),
  nextWakeAt: () => store.nextWakeAt(),
  agents: () => [...store.agents(), HERO],
  agent: (id) => (id === HERO.id ? HERO : store.agent(id)),
  record: (id) => store.record(id),
  closure: () => store.closure(),
  nextSeq: () => store.nextSeq(),
});

/** [R17] [R4] Whatever comes first in line is offered at once to somebody who can do everything. */
function asksHero(view: QueueView, now: number): void {
  const decision = decideQueue(view, { type: 'match', reservationId: reservationId('hero'), only: HERO.id }, now);
  const offered = decision.ok ? chosenBy(decision.events) : null;
  // In the order that has just been found to be that of the model.
  const lastSeq = view.closure()?.lastSeq ?? Number.POSITIVE_INFINITY;
  const first = [...view.waiting()].find(({ seq }) => seq <= lastSeq);
  must(
    offered?.key === (first === undefined ? undefined : keyOf(first)),
    `${offered?.key} is offered to who can do all`,
  );
}

/** The same queue once more, to be played on. */
function copyOf(store: MemoryQueueStore): MemoryQueueStore {
  const copy = new MemoryQueueStore(store.config);
  for (const agent of store.agents()) copy.apply({ type: 'agent_put', agent, record: store.record(agent.id) });
  for (const n of WORKS) {
    for (const hop of HOPS) {
      const entry = store.entry(ESCALATIONS[n] as never, hop);
      if (entry !== null) copy.apply({ type: 'entry_put', entry, because: 'queued' });
    }
  }
  return copy;
}

/** Opened, with faults off and one agent who can do everything, all that waits is offered, by nothing but the alarms that are announced. */
function comesToItsEnd(store: MemoryQueueStore, from: number): void {
  let now = from;
  const run = (command: QueueCommand): readonly QueueEvent[] => {
    const decision = decideQueue(store, command, now);
    const events = decision.ok ? decision.events : [];
    for (const event of events) store.apply(event);
    return events;
  };
  const { offerMs, fairness } = store.config;
  for (const agent of store.agents())
    run({ type: 'mirror_agent', agent: { ...agent, version: 1e6, presence: 'away' } });
  run({ type: 'mirror_agent', agent: HERO });
  run({ type: 'set_closure', closure: null });
  // Work that is with somebody is theirs; what they have not answered comes back within one lease.
  const waited = new Map<string, number>();
  const patience =
    (2 + (fairness === null ? 0 : WORKS.length * HOPS.length)) * Math.max(offerMs, fairness?.windowMs ?? 0);
  for (let turns = 0; ; turns += 1) {
    must(turns < 2000, 'goes round and round');
    for (;;) {
      const more = run({ type: 'tick' });
      const offer = chosenBy(
        run({ ...MATCH, reservationId: reservationId(`e${turns}`), only: HERO.id } as QueueCommand),
      );
      if (offer === null && more.length === 0) break;
      if (offer === null) continue;
      const entry = store.byReservation(reservationId(`e${turns}`));
      if (entry?.state !== 'reserved') throw new Error('an offer that is none');
      const { reservationId: id, epoch, escalationId, hop } = entry;
      const [accepted] = run({ type: 'accept', reservationId: id, epoch, agentId: HERO.id });
      must(accepted?.type === 'entry_put', 'an offer that cannot be accepted');
      run({ type: 'close', escalationId, hop, outcome: 'resolved' });
      run({ type: 'mirror_agent', agent: { ...HERO, version: 2 + turns } });
      turns += 1;
    }
    for (const entry of store.waiting()) {
      const since = waited.get(keyOf(entry)) ?? now;
      waited.set(keyOf(entry), since);
      // [R17]
      must(now - since <= patience, `${keyOf(entry)} is not offered to anybody`);
    }
    const isOver = store.waitingCount() === 0 && store.reserved().length === 0;
    if (isOver) return;
    const wake = nextQueueWakeAt(store, now);
    must(wake !== null && wake > now, `sleeps until ${wake} while somebody waits`);
    now = wake as number;
  }
}

function chosenBy(events: readonly QueueEvent[]): Chosen {
  for (const event of events) {
    if (event.type !== 'entry_put' || event.because !== 'reserved' || event.entry.state !== 'reserved') continue;
    return { agentId: event.entry.agentId, key: keyOf(event.entry) };
  }
  return null;
}

const keyOf = ({ escalationId, hop }: { escalationId: string; hop: number }): string => `${escalationId}/${hop}`;
const ESCALATIONS = Array.from({ length: WORKS.length + 1 }, (_, n) => `esc_${String(n).padStart(8, '0')}`);
const KEYS = ESCALATIONS.map((escalationId) =>
  HOPS.reduce<string[]>((keys, hop) => {
    keys[hop] = keyOf({ escalationId, hop });
    return keys;
  }, []),
);

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}

describe('histories', () => {
  test(`[R1] [R2] [R3] [R4] [R5] [R6] [R7] [R8] [R12] [R15] [R17] [Q18] [P1] [P3] [P5] [P6] [M1] [M5] [K10] [Q10] [Q11] hold after every step of ${HISTORIES} of them`, {
    timeout: 3_600_000,
  }, () => {
    fc.assert(fc.property(histories, play), { numRuns: HISTORIES, seed: SEED });
  });

  test.each(['queue-model.ts', 'naive-rank.ts', 'naive-choice.ts'])(
    'are judged by what calls nothing of the product: %s',
    (name) => {
      const text = readFileSync(join(import.meta.dirname, '../support', name), 'utf8');
      const imports = text.match(/^import[^;]*;/gm) ?? [];
      expect(imports.length).toBeGreaterThan(0);
      for (const line of imports) expect(line).toMatch(/^import type |from '\.\/naive-/);
    },
  );
});
