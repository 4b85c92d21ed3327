import fc from 'fast-check';
import { describe, test } from 'vitest';
import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { QueueEntry, QueueEvent } from '#domain/queue/queue.ts';
import { nextQueueWakeAt } from '#domain/queue/wake.ts';
import { anAgent, MINUTE, reservationId } from '../support/builders.ts';
import { PromiseWatch } from '../support/promise-watch.ts';
import { type History, HOPS, histories, WORKS } from '../support/queue-histories.ts';
import { type Chosen, type ModelWork, must, QueueModel } from '../support/queue-model.ts';

/** More with `QUEUE_HISTORIES=1000000`, others with `QUEUE_SEED=…`. */
const HISTORIES = Number(process.env.QUEUE_HISTORIES ?? 20_000);
const SEED = Number(process.env.QUEUE_SEED ?? 20_261_124);

/** Doing it again changes something by its nature: another offer, other minutes. */
const ONCE_EACH = new Set<QueueCommand['type']>(['match', 'tick', 'adjust']);

function play({ settings, steps }: History): void {
  const store = new MemoryQueueStore(settings);
  const model = new QueueModel(settings);
  const promises = new PromiseWatch();
  for (const [i, { command, now }] of steps.entries()) {
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
    promises.step(command, events, now);
    // [R12] [Q5] Sent again because the answer was not heard: nothing more happens, and the answer is the same.
    if (decision.ok && !ONCE_EACH.has(command.type)) {
      const again = decideQueue(store, command, now);
      // [Q17] Taken back is taken back: nobody has it any more, and that is what a second word hears.
      if (command.type === 'take_back') must(!again.ok && again.reason === 'nobody_has_it', 'took it back twice');
      else must(again.ok && again.events.length === 0, 'did it twice');
    }
    wakesInTime(store, now, steps[i + 1]?.now ?? now + MINUTE);
  }
  comesToItsEnd(store, (steps.at(-1)?.now ?? 0) + 1);
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

/** With faults off and one agent who can do everything, all that waits is offered, by nothing but the alarms that are announced. */
function comesToItsEnd(store: MemoryQueueStore, from: number): void {
  let now = from;
  const run = (command: QueueCommand): readonly QueueEvent[] => {
    const decision = decideQueue(store, command, now);
    const events = decision.ok ? decision.events : [];
    for (const event of events) store.apply(event);
    return events;
  };
  const { offerMs, fairness } = store.config;
  const load = 0;
  const hero = anAgent('hero', { capacity: 99, skills: ['api:9', 'lang-fr:9', 'sql:9', 'general:9'], load });
  for (const agent of store.agents())
    run({ type: 'mirror_agent', agent: { ...agent, version: 1e6, presence: 'away' } });
  run({ type: 'mirror_agent', agent: hero });
  // Work that is with somebody is theirs; what they have not answered comes back within one lease.
  const waited = new Map<string, number>();
  const patience =
    (2 + (fairness === null ? 0 : WORKS.length * HOPS.length)) * Math.max(offerMs, fairness?.windowMs ?? 0);
  for (let turns = 0; ; turns += 1) {
    must(turns < 2000, 'goes round and round');
    for (;;) {
      const more = run({ type: 'tick' });
      const offer = chosenBy(
        run({ ...MATCH, reservationId: reservationId(`e${turns}`), only: hero.id } as QueueCommand),
      );
      if (offer === null && more.length === 0) break;
      if (offer === null) continue;
      const entry = store.byReservation(reservationId(`e${turns}`));
      if (entry?.state !== 'reserved') throw new Error('an offer that is none');
      const { reservationId: id, epoch, escalationId, hop } = entry;
      const [accepted] = run({ type: 'accept', reservationId: id, epoch, agentId: hero.id });
      must(accepted?.type === 'entry_put', 'an offer that cannot be accepted');
      run({ type: 'close', escalationId, hop, outcome: 'resolved' });
      run({ type: 'mirror_agent', agent: { ...hero, version: 2 + turns } });
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
  test(`[R1] [R2] [R3] [R4] [R5] [R6] [R7] [R8] [R12] [R15] [R17] [P5] [Q10] hold after every step of ${HISTORIES} of them`, {
    timeout: 3_600_000,
  }, () => {
    fc.assert(fc.property(histories, play), { numRuns: HISTORIES, seed: SEED });
  });
});
