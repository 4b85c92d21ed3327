/** Probability that one of `above` is higher than one of `below`, ties half: the area under the receiver operating characteristic. */
export function auroc(above: readonly number[], below: readonly number[]): number {
  const all = [
    ...above.map((value) => ({ value, isAbove: true })),
    ...below.map((value) => ({ value, isAbove: false })),
  ].sort((a, b) => a.value - b.value);
  let ranks = 0;
  for (let i = 0; i < all.length; ) {
    let end = i;
    while (end < all.length && all[end]!.value === all[i]!.value) end += 1;
    for (let k = i; k < end; k += 1) if (all[k]!.isAbove) ranks += (i + 1 + end) / 2;
    i = end;
  }
  return (ranks - (above.length * (above.length + 1)) / 2) / (above.length * below.length);
}

export type Judged = { score: number; isRight: boolean };

/**
 * The threshold with the most right decisions over all intents, out of scope as one more of them: in scope and right, or out of scope and below
 * (Larson et al., "An evaluation dataset for intent classification and out-of-scope prediction", EMNLP 2019). What is below is rejected.
 */
export function bestThreshold(inScope: readonly Judged[], outOfScope: readonly number[]): number {
  const all = [
    ...inScope.map(({ score, isRight }) => ({ score, gain: isRight ? -1 : 0 })),
    ...outOfScope.map((score) => ({ score, gain: 1 })),
  ].sort((a, b) => a.score - b.score);
  let sum = 0;
  let best = 0;
  let threshold = Number.NEGATIVE_INFINITY;
  all.forEach(({ score, gain }, i) => {
    sum += gain;
    const next = all[i + 1]?.score ?? score + 1;
    if (sum > best && next > score) {
      best = sum;
      threshold = (score + next) / 2;
    }
  });
  return threshold;
}

/** Expected calibration error over 15 bins of equal width (Guo et al., ICML 2017), 0 to 1. */
export function calibrationError(rows: readonly { confidence: number; isRight: boolean }[]): number {
  const BINS = 15;
  const bins = Array.from({ length: BINS }, () => 0);
  for (const { confidence, isRight } of rows)
    bins[Math.min(BINS - 1, Math.floor(confidence * BINS))]! += confidence - (isRight ? 1 : 0);
  return bins.reduce((sum, gap) => sum + Math.abs(gap), 0) / rows.length;
}

/** The 95 % Wilson interval of a share. */
export function wilson(hits: number, of: number): [number, number] {
  if (of === 0) return [0, 1];
  const z = 1.96;
  const p = hits / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return [middle - half, middle + half];
}
