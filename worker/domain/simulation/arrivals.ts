import type { EpochMs, QueueId } from '#domain/ids.ts';
import type { RankFacts } from '#domain/priority/rank.ts';
import { drawDuration, drawOf, drawOne, keyOf } from './random.ts';
import type { ArrivalStream, Scenario } from './scenario.ts';

export type Arrival = {
  /** Stream and number: the same person under every configuration. */
  id: string;
  /** The same as numbers, for whatever is drawn about this person. */
  key: number;
  n: number;
  at: EpochMs;
  queueId: QueueId;
  class: 0 | 1;
  facts: RankFacts;
  skills: readonly string[];
  /** How long the first queue's work takes, where that was recorded. */
  handleMs: number | null;
  patienceMs: number | null;
};

const HOUR_MS = 3_600_000;
/** What a draw is for. Numbers, so that one purpose's draws never move another's. */
export const PURPOSE = { gap: 1, kind: 2, patience: 3, handle: 4, offer: 5, transfer: 6, wrapUp: 7 } as const;

/** Everybody who comes, in order of coming. */
export function arrivalsOf(scenario: Scenario, seed: number): Arrival[] {
  const all = scenario.streams.flatMap((stream) => streamArrivals(stream, scenario.from, scenario.to, seed));
  const key = keyOf('recorded');
  for (const [n, one] of scenario.recorded.entries()) all.push({ ...one, id: `recorded/${n}`, key, n });
  return all.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/**
 * A Poisson stream by inversion: steps of a unit-rate stream, stretched by the rate of the hour. So another rate moves the same
 * people in time instead of making other people, and two loads can be compared person by person.
 */
function streamArrivals(stream: ArrivalStream, from: EpochMs, to: EpochMs, seed: number): Arrival[] {
  const made: Arrival[] = [];
  const key = keyOf(stream.name);
  let at = from;
  for (let n = 0; ; n += 1) {
    let left = -Math.log(drawOf(seed, key, n, PURPOSE.gap)());
    for (;;) {
      const hourEnd = (Math.floor(at / HOUR_MS) + 1) * HOUR_MS;
      const perMs = (stream.perHour[Math.floor(at / HOUR_MS) % 24] ?? 0) / HOUR_MS;
      const inHour = perMs * (hourEnd - at);
      if (left < inHour) {
        at += left / perMs;
        break;
      }
      left -= inHour;
      at = hourEnd;
      if (at >= to) return made;
    }
    if (at >= to) return made;
    const kind = drawOne(stream.kinds, drawOf(seed, key, n, PURPOSE.kind));
    made.push({
      id: `${stream.name}/${n}`,
      key,
      n,
      at: Math.floor(at),
      queueId: stream.queueId,
      class: kind.class,
      facts: kind.facts,
      skills: kind.skills,
      handleMs: null,
      patienceMs:
        stream.patience === null ? null : drawDuration(stream.patience, drawOf(seed, key, n, PURPOSE.patience)),
    });
  }
}
