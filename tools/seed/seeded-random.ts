/** Chance that can be had again: the same numbers from the same seeds. */
export type Random = {
  /** In [0, 1). */
  next(): number;
  happens(probability: number): boolean;
  /** One of them, as likely as its weight is heavy. */
  pick<T>(items: readonly T[], weightOf?: (item: T) => number): T;
  /** Log-normal: most are near the median, a few take many times as long. What durations of human work look like. */
  around(median: number, sigma: number): number;
};

/** Mulberry32: small, fast, and even enough for made-up data. */
export function seededRandom(...seeds: readonly number[]): Random {
  let state = seeds.reduce((mixed, seed) => Math.imul(mixed ^ seed, 0x9e3779b1) ^ (mixed >>> 15), 0x2545f491);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    happens: (probability) => next() < probability,
    pick(items, weightOf = () => 1) {
      const total = items.reduce((sum, item) => sum + weightOf(item), 0);
      let left = next() * total;
      for (const item of items) {
        left -= weightOf(item);
        if (left < 0) return item;
      }
      return items[items.length - 1] as (typeof items)[number];
    },
    around(median, sigma) {
      // Box and Muller; 1 − next() is never 0.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(sigma * normal);
    },
  };
}
