/** Is a text about any of the intents at all? */
export type Scope = {
  /** Probability of being in scope: logistic in the energy. */
  slope: number;
  offset: number;
  /** A text with less energy is taken to be none of ours. Chosen without a single labelled foreign text: a tenth of our own rows are below. */
  threshold: number;
};

/** How sharply the strongest margin stands for all of them; flat between .05 and .2 on every set tried. */
const SHARPNESS = 0.1;
const REJECTED_OF_OURS = 0.1;
const STEPS = 60;

/**
 * The energy of Liu, Wang, Owens and Li, "Energy-based out-of-distribution detection" (NeurIPS 2020), over margins instead of logits. Higher is
 * more ours. Unlike the largest probability it is low when every intent says no.
 */
export function energyOf(margins: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < margins.length; i += 1) largest = Math.max(largest, margins[i]!);
  let sum = 0;
  for (let i = 0; i < margins.length; i += 1) sum += Math.exp((margins[i]! - largest) / SHARPNESS);
  return largest + SHARPNESS * Math.log(sum);
}

/**
 * Fits the scope to energies of held-out rows, ours and others', each side counting half whatever its number. Without others the middle of
 * the curve is put at the threshold.
 */
export function fitScope(ours: readonly number[], others: readonly number[]): Scope {
  const sorted = [...ours].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  const threshold = at(REJECTED_OF_OURS);
  // A wide enough slope that half our rows are above .9.
  const guess = 2.2 / Math.max(1e-3, at(0.5) - threshold);
  let slope = guess;
  let offset = -guess * threshold;
  if (others.length >= 20) {
    for (let step = 0; step < STEPS; step += 1) {
      // Newton's method on the balanced log loss, with a little pull to the guess so that separable sides end somewhere.
      let [g0, g1, h00, h01, h11] = [0, 1e-3 * (slope - guess), 1e-6, 0, 1e-3];
      const visit = (energies: readonly number[], y: number) => {
        const share = 0.5 / energies.length;
        for (const energy of energies) {
          const p = 1 / (1 + Math.exp(-(slope * energy + offset)));
          const h = share * Math.max(p * (1 - p), 1e-9);
          g0 += share * (p - y);
          g1 += share * (p - y) * energy;
          h00 += h;
          h01 += h * energy;
          h11 += h * energy * energy;
        }
      };
      visit(ours, 1);
      visit(others, 0);
      const determinant = h00 * h11 - h01 * h01;
      if (!(determinant > 1e-15)) break;
      offset -= (h11 * g0 - h01 * g1) / determinant;
      slope -= (h00 * g1 - h01 * g0) / determinant;
    }
  }
  // Fewer rows than a curve needs can turn it round; more energy is never less ours.
  return slope > 0 && Number.isFinite(offset) && Number.isFinite(slope)
    ? { slope, offset, threshold }
    : { slope: guess, offset: -guess * threshold, threshold };
}

/** 0 to 1. */
export function inScopeProbability({ slope, offset }: Scope, energy: number): number {
  return 1 / (1 + Math.exp(-(slope * energy + offset)));
}
