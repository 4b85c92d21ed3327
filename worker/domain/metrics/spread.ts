import { quantile } from '#domain/sla/wait-estimate.ts';

/** Durations in two numbers. No mean: one conversation that waited over a weekend would be all it says. */
export type Spread = { count: number; medianMs: number | null; p90Ms: number | null };

/** [N3] Median and 90th percentile, interpolated between neighbours, in whole milliseconds. */
export function spreadOf(samplesMs: readonly number[]): Spread {
  if (samplesMs.length === 0) return { count: 0, medianMs: null, p90Ms: null };
  const sorted = [...samplesMs].sort((a, b) => a - b);
  return {
    count: sorted.length,
    medianMs: Math.round(quantile(sorted, 0.5)),
    p90Ms: Math.round(quantile(sorted, 0.9)),
  };
}
