/**
 * Chance that can be had again, addressed by name: the numbers of a draw depend on its keys alone and on nothing that was drawn
 * before. So the same arrival has the same handle time and patience under every configuration, whatever else happens around it.
 */
export type Draw = () => number;

/** Uniform in (0, 1), for these keys. */
export function drawOf(...keys: readonly number[]): Draw {
  let state = 0x2545f491;
  for (const key of keys) state = mix(state ^ Math.imul(key | 0, 0x9e3779b1) ^ mix(Math.floor(key / 4_294_967_296)));
  return () => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    // The half keeps it off 0, so that its logarithm is finite.
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4_294_967_296;
  };
}

/** Murmur's finalizer: neighbouring keys come out far apart. */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A name as a key (FNV-1a). */
export function keyOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash | 0;
}

/** How long something takes. `observed` are times that were measured; each is as likely as another. */
export type Duration =
  | { kind: 'fixed'; ms: number }
  | { kind: 'exponential'; meanMs: number }
  | { kind: 'lognormal'; medianMs: number; sigma: number }
  | { kind: 'observed'; ms: readonly number[] };

/** In whole milliseconds, as every clock of the product. */
export function drawDuration(duration: Duration, draw: Draw): number {
  switch (duration.kind) {
    case 'fixed':
      return Math.round(duration.ms);
    case 'exponential':
      return Math.round(-duration.meanMs * Math.log(draw()));
    case 'lognormal':
      return Math.round(duration.medianMs * Math.exp(duration.sigma * drawNormal(draw)));
    case 'observed':
      return Math.round(duration.ms[Math.floor(draw() * duration.ms.length)] as number);
    default:
      return duration satisfies never;
  }
}

/** Box and Muller. */
const drawNormal = (draw: Draw): number => Math.sqrt(-2 * Math.log(draw())) * Math.cos(2 * Math.PI * draw());

/** One of them, as likely as its share is large; shares need not add up to anything. */
export function drawOne<T extends { share: number }>(items: readonly T[], draw: Draw): T {
  let left = draw() * items.reduce((sum, { share }) => sum + share, 0);
  for (const item of items) {
    left -= item.share;
    if (left < 0) return item;
  }
  return items.at(-1) as T;
}
