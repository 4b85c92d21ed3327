import type { Row } from '../report.ts';

export const METRIC = {
  open: 'opening at a moment',
  memory: 'opening, from memory',
  seek: 'seeking',
  wrong: 'not what was recorded',
} as const;

/** The same recording in rrweb-player may take this many times as long, or ours is too slow. */
const TIMES_FASTER = 3;
/** Of a small page and of one with more than this many nodes, ms. */
const LARGE_NODES = 50_000;
const MOST_MS = {
  small: { [METRIC.open]: 400, [METRIC.seek]: 200 },
  large: { [METRIC.open]: 1000, [METRIC.seek]: 1000 },
} as const;

/** What is not as it has to be, in words; by medians. */
export function brokenReplayBars(rows: readonly Row[]): string[] {
  const broken: string[] = [];
  for (const name of new Set(rows.map((row) => row.case))) {
    const median = (subject: string, metric: string) =>
      rows.find((row) => row.subject === subject && row.case === name && row.metric === metric)?.median;
    const most = MOST_MS[Number.parseInt(name, 10) > LARGE_NODES ? 'large' : 'small'];
    for (const metric of [METRIC.open, METRIC.seek] as const) {
      const mine = median('ours', metric);
      if (mine !== undefined && mine > most[metric])
        broken.push(`${name}, ${metric}: ${mine.toFixed(0)} ms, above ${most[metric]}`);
    }
    const [mine, theirs] = [median('ours', METRIC.open), median('rrweb-player', METRIC.open)];
    if (mine !== undefined && theirs !== undefined && theirs < mine * TIMES_FASTER)
      broken.push(
        `${name}, ${METRIC.open}: ${(theirs / mine).toFixed(1)} times as fast as rrweb-player, not ${TIMES_FASTER}`,
      );
    const wrong = median('ours', METRIC.wrong);
    if (wrong !== undefined && wrong > 0) broken.push(`${name}: ${wrong} pictures are not what was recorded`);
  }
  return broken;
}
