import type { EscalationId, QueueId } from '#domain/ids.ts';
import type { QueueEntry, QueueEvent } from '#domain/queue/queue.ts';
import {
  advanceSla,
  agentWrote,
  endSla,
  nextSlaDeadline,
  type Sla,
  type SlaTold,
  startSla,
  visitorWrote,
  waiveSla,
  workMoved,
} from '#domain/sla/targets.ts';
import { MINUTE, someTerms } from './builders.ts';
import { type HistoryStep, OTHER } from './queue-histories.ts';
import { must } from './queue-model.ts';

const HERE = 'que_here0000' as QueueId;
/** Where work may be: here, and where a path leads. */
const WHERE = [HERE, OTHER];
const MINUTES: Record<string, number> = { first_response: 3, next_response: 1, resolution: 3, tier: 4 };
const TERMS = someTerms({
  targetMinutes: { first_response: 3, next_response: 1, resolution: 3 },
  tierMinutes: Object.fromEntries(WHERE.map((id) => [id, MINUTES.tier])) as Record<QueueId, number>,
  warnAtShare: null,
});

/** A promise without calendars, policies or states: so much time is left of it, and since when that runs. */
type Naive = { leftMs: number; since: number | null; ended: boolean; broken: boolean };

type Watched = { sla: Sla; wakeAt: number | null; naive: Map<string, Naive>; told: Map<string, string> };

/**
 * [R7] The promises to everybody in a history, told by alarms that come when they come, beside promises that are counted by hand: each breach is
 * told once, never early, with the first alarm after it, and nothing that was kept is told as broken.
 */
export class PromiseWatch {
  readonly #all = new Map<string, Watched>();

  /** What a step did to the promises, after the alarms that were due before it. */
  step(command: HistoryStep['command'], events: readonly QueueEvent[], now: number): void {
    this.#alarms(now);
    for (const event of events) {
      if (event.type === 'overflowed') this.#moved(event.entry, event.to, now);
      if (event.type !== 'entry_put') continue;
      const { entry, because } = event;
      const key = keyOf(entry);
      if (because === 'queued' && !this.#all.has(key)) this.#begins(key, entry.escalationId, now);
      const one = this.#all.get(key);
      if (one === undefined) continue;
      if (because === 'answered') {
        this.#happens(one, now, (sla) => agentWrote(sla, now));
        end(one, now, /response/);
        pause(one, now);
      }
      if (because === 'owed') {
        this.#happens(one, now, (sla) => visitorWrote(sla, now));
        resume(one, now);
        const isOwed = [...one.naive].some(([id, { ended }]) => id.includes('response') && !ended);
        const ordinal = 1 + [...one.naive.keys()].filter((id) => id.startsWith('next')).length;
        if (!isOwed) one.naive.set(`next_response/${ordinal}`, fresh('next_response', now));
      }
      if (because === 'taken_back') {
        this.#happens(one, now, (sla) => workMoved(sla, HERE, now));
        resume(one, now);
      }
      if (entry.state === 'closed' && command.type === 'close' && command.outcome !== 'moved')
        this.#ends(one, command.outcome, now);
    }
    this.#isAsCounted(now);
  }

  #begins(key: string, escalationId: EscalationId, now: number): void {
    const sla = startSla(escalationId, HERE, TERMS, now);
    const naive = new Map(
      ['first_response', 'resolution', 'tier'].map((metric) => [`${metric}/1`, fresh(metric, now)] as const),
    );
    this.#all.set(key, { sla, wakeAt: nextSlaDeadline(sla), naive, told: new Map() });
  }

  #moved(entry: QueueEntry, to: QueueId, now: number): void {
    const one = this.#all.get(keyOf(entry));
    if (one === undefined) return;
    const before = one.sla.targets.filter(({ metric }) => metric === 'tier').at(-1);
    if (before === undefined || before.clock.stoppedAt !== null || before.queueId === to) return;
    this.#happens(one, now, (sla) => workMoved(sla, to, now));
    resume(one, now);
    end(one, now, /^tier/);
    one.naive.set(`tier/${before.ordinal + 1}`, fresh('tier', now));
  }

  #ends(one: Watched, outcome: 'resolved' | 'abandoned', now: number): void {
    this.#happens(one, now, (sla) => (outcome === 'resolved' ? endSla(sla, now) : waiveSla(sla, now)));
    end(one, now, /./);
  }

  #happens(one: Watched, now: number, happens?: (sla: Sla) => Sla): void {
    const { sla, told } = advanceSla(one.sla, now, happens);
    one.sla = sla;
    one.wakeAt = nextSlaDeadline(sla);
    for (const each of told) {
      const id = idOf(each);
      must(!one.told.has(id), `${id} was told of as ${one.told.get(id)} already`);
      one.told.set(id, each.what);
      if (each.what === 'breached') must(each.dueAt <= now, `${id} was told before its time`);
    }
  }

  #alarms(now: number): void {
    for (const one of this.#all.values()) if (one.wakeAt !== null && one.wakeAt <= now) this.#happens(one, now);
    // Time has run out by hand as well.
    for (const { naive } of this.#all.values()) for (const one of naive.values()) run(one, now);
  }

  #isAsCounted(now: number): void {
    for (const [key, { naive, told, wakeAt }] of this.#all) {
      for (const [id, { broken }] of naive)
        must((told.get(id) === 'breached') === broken, `${key} ${id}: ${told.get(id)}, and broken is ${broken}`);
      must(wakeAt === null || wakeAt > now, `${key}: an alarm for what is past`);
    }
  }
}

const fresh = (metric: string, now: number): Naive => ({
  leftMs: (MINUTES[metric] as number) * MINUTE,
  since: now,
  ended: false,
  broken: false,
});

/** Due at the very instant is broken. */
function run(one: Naive, now: number): void {
  if (!one.ended && one.since !== null && now - one.since >= one.leftMs) one.broken = true;
}

function end({ naive }: Watched, now: number, which: RegExp): void {
  for (const [id, one] of naive) {
    if (!which.test(id) || one.ended) continue;
    run(one, now);
    one.ended = true;
  }
}

function pause({ naive }: Watched, now: number): void {
  for (const [id, one] of naive) {
    if (!id.startsWith('resolution') || one.since === null || one.ended) continue;
    run(one, now);
    one.leftMs -= now - one.since;
    one.since = null;
  }
}

function resume({ naive }: Watched, now: number): void {
  for (const [id, one] of naive) if (id.startsWith('resolution') && one.since === null && !one.ended) one.since = now;
}

const idOf = ({ metric, ordinal }: SlaTold): string => `${metric}/${ordinal}`;
const keyOf = ({ escalationId, hop }: { escalationId: string; hop: number }): string => `${escalationId}/${hop}`;
