/** What one reader of a transcript lacks, has twice, or has in another order than it came. */
export type Gaps = { missing: number[]; twice: number[]; outOfOrder: number[] };

/** Compares what was received, in the order of arrival, with what must have been: both are sequence numbers. */
export function findGaps(received: readonly number[], promised: Iterable<number>): Gaps {
  const seen = new Set<number>();
  const gaps: Gaps = { missing: [], twice: [], outOfOrder: [] };
  let highest = -1;
  for (const seq of received) {
    if (seen.has(seq)) gaps.twice.push(seq);
    else if (seq < highest) gaps.outOfOrder.push(seq);
    seen.add(seq);
    highest = Math.max(highest, seq);
  }
  gaps.missing = [...promised].filter((seq) => !seen.has(seq));
  return gaps;
}

/** How many there are. */
export const countGaps = ({ missing, twice, outOfOrder }: Gaps): number =>
  missing.length + twice.length + outOfOrder.length;
