import type { EpochMs, EscalationId, QueueId } from '#domain/ids.ts';
import { compareRank } from '#domain/priority/rank.ts';
import type { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { QueuedEntry, QueueEvent } from '#domain/queue/queue.ts';
import { cooldownMs, serversOf } from '#domain/queue/servers.ts';
import { beforeClosing } from '#domain/queue/service.ts';
import { type WorkingHours, workingHours } from '#domain/sla/calendar.ts';
import {
  estimateWait,
  predictWait,
  quantile,
  startingAfter,
  WAIT_COVERAGE,
  WAIT_RECORDS_KEPT,
  type WaitEstimate,
  type WaitRecord,
} from '#domain/sla/wait-estimate.ts';
import type { Desk } from './desk.ts';
import type { Fate, Observer } from './simulate.ts';

/** How good what visitors were told has been. */
export type Coverage = {
  /** The share that should be answered within the range they were told. */
  stated: number;
  measured: number | null;
  medianWidthMs: number | null;
  n: number;
};
export type WaitCoverage = Coverage & {
  /** Arrived where no slot was free: for whom an estimate matters. */
  waiting: Coverage;
  /** What was said again to those who still waited 1, 2, 4, 8 … minutes later, of the rest of their wait. */
  retold: Coverage;
  /** Nothing could be said. */
  silent: number;
  /** Left before it could be known; who left after the range had ended counts as outside it. */
  leftBefore: number;
};

/** One told range and what came of it. */
export type Told = { estimate: WaitEstimate; waitMs: number; kind: 'next' | 'waiting' | 'retold' };

type Open = {
  queueId: QueueId;
  at: EpochMs;
  predictedMs: number;
  told: { at: EpochMs; estimate: WaitEstimate; kind: Told['kind'] }[];
  nextAt: EpochMs;
};

const FIRST_RETELLING_MS = 60_000;
/** As the queue's store keeps. */
const HANDLES_KEPT = 200;

/** Tells every newcomer a wait as the queue's object tells the first fifty (W4), those behind them too, and holds it against what happens. */
export class WaitMeter implements Observer {
  readonly all: Told[] = [];
  silent = 0;
  leftBefore = 0;
  readonly #handles = new Map<QueueId, number[]>();
  readonly #records = new Map<QueueId, WaitRecord[]>();
  readonly #open = new Map<Fate, Open>();

  queueEvent(queueId: QueueId, event: QueueEvent): void {
    if (event.type === 'served') keep(this.#handles, queueId, event.handleMs, HANDLES_KEPT);
  }

  arrived(fate: Fate, desk: Desk, now: EpochMs): void {
    const { queueId } = fate.arrival;
    const line = this.#lineOf(desk.store(queueId), queueId, fate.escalationId, 1, now);
    if (line === null) return;
    const { position, slots, handles, freeSlots } = line;
    const estimate = fate.service === 'closed' ? null : estimateOf(line, now);
    const predictedMs = predictWait(position, slots, handles, freeSlots);
    if (estimate === null || predictedMs === null) {
      this.silent += 1;
      return;
    }
    const kind = position <= freeSlots ? 'next' : 'waiting';
    this.#open.set(fate, {
      queueId,
      at: now,
      predictedMs,
      told: [{ at: now, estimate, kind }],
      nextAt: now + FIRST_RETELLING_MS,
    });
  }

  minute(desk: Desk, now: EpochMs): void {
    for (const [fate, open] of this.#open) {
      if (now < open.nextAt) continue;
      open.nextAt = now + (now - open.at);
      const { escalationId, hop, queueId } = fate;
      const line = this.#lineOf(desk.store(queueId), queueId, escalationId, hop, now);
      if (line === null) continue;
      const estimate = estimateOf(line, now);
      if (estimate !== null) open.told.push({ at: now, estimate, kind: 'retold' });
    }
  }

  firstAccepted(fate: Fate, now: EpochMs): void {
    const open = this.#open.get(fate);
    if (open === undefined) return;
    this.#open.delete(fate);
    for (const { at, estimate, kind } of open.told) this.all.push({ estimate, waitMs: now - at, kind });
    keep(this.#records, open.queueId, { predictedMs: open.predictedMs, waitMs: now - open.at }, WAIT_RECORDS_KEPT);
  }

  ended(fate: Fate, now: EpochMs): void {
    const open = this.#open.get(fate);
    if (open === undefined) return;
    this.#open.delete(fate);
    for (const { at, estimate, kind } of open.told) {
      if (now - at > estimate.highMs) this.all.push({ estimate, waitMs: now - at, kind });
      else this.leftBefore += 1;
    }
  }

  coverage(): WaitCoverage {
    return coverageOf(this.all, this.silent, this.leftBefore);
  }

  /** What the queue's object knows when it tells places. Null when somebody has it. */
  #lineOf(
    store: MemoryQueueStore,
    queueId: QueueId,
    escalationId: EscalationId,
    hop: number,
    now: EpochMs,
  ): Line | null {
    const entry = store.entry(escalationId, hop);
    if (entry?.state !== 'queued' && entry?.state !== 'reserved') return null;
    const servers = serversOf(store, now)(entry.needsKey);
    const { slots, freeSlots, isBefore } = servers;
    let position = 1;
    for (const key of store.needsKeys()) if (isBefore(key)) position += countBefore(store.waitingWith(key), entry);
    for (const other of store.reserved()) if (isBefore(other.needsKey) && compareRank(other, entry) < 0) position += 1;
    return {
      position,
      slots,
      freeSlots,
      handles: this.#handles.get(queueId) ?? [],
      records: this.#records.get(queueId) ?? [],
      hours: workingHours(store.config.hours),
      coolsMs: entry.state === 'queued' ? cooldownMs(servers, entry, now) : 0,
    };
  }
}

type Line = Readonly<{
  position: number;
  slots: number;
  freeSlots: number;
  handles: readonly number[];
  records: readonly WaitRecord[];
  hours: WorkingHours;
  coolsMs: number;
}>;

/** [W1] [W3] The wait that somebody in this place is told; null where none is. */
const estimateOf = (line: Line, now: EpochMs): WaitEstimate | null => {
  const { position, slots, handles, freeSlots, records, hours, coolsMs } = line;
  const estimate = estimateWait(position, slots, handles, { freeSlots, records });
  return beforeClosing(startingAfter(coolsMs, estimate), hours, now).estimate;
};

/** [W1] How often the wait came out within the range that was told. */
export function coverageOf(all: readonly Told[], silent: number, leftBefore: number): WaitCoverage {
  const first = all.filter(({ kind }) => kind !== 'retold');
  return {
    ...measure(first),
    waiting: measure(first.filter(({ kind }) => kind === 'waiting')),
    retold: measure(all.filter(({ kind }) => kind === 'retold')),
    silent,
    leftBefore,
  };
}

function measure(told: readonly Told[]): Coverage {
  const within = told.filter(({ estimate, waitMs }) => waitMs >= estimate.lowMs && waitMs <= estimate.highMs).length;
  const widths = told.map(({ estimate }) => estimate.highMs - estimate.lowMs).sort((a, b) => a - b);
  return {
    stated: WAIT_COVERAGE,
    measured: told.length === 0 ? null : within / told.length,
    medianWidthMs: widths.length === 0 ? null : Math.round(quantile(widths, 0.5)),
    n: told.length,
  };
}

/** How many of a line in rank order come before the entry. */
function countBefore(line: readonly QueuedEntry[], entry: { class: 0 | 1; sortAt: number; seq: number }): number {
  let low = 0;
  let high = line.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareRank(line[middle] as QueuedEntry, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function keep<K, V>(lists: Map<K, V[]>, key: K, value: V, limit: number): void {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  list.push(value);
  if (list.length > limit) list.shift();
}
