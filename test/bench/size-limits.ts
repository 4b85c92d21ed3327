import type { Row } from './report.ts';

const KB = 1024;
export const GZIP = 'gzip -9';

/** Above these the command fails; gzip bytes. */
export const LIMITS: Record<string, number> = { loader: 2 * KB, panel: 24 * KB, recorder: 30 * KB };

/** What of ours is larger than it may be. A file that was not measured is over its limit too: nobody knows. */
export function overLimit(rows: readonly Row[]): string[] {
  return Object.entries(LIMITS).flatMap(([name, limit]) => {
    const row = rows.find((one) => one.subject === 'ours' && one.case === name && one.metric === GZIP);
    if (row === undefined) return [`${name} was not measured`];
    return row.max > limit ? [`${name}: ${row.max} bytes gzip, at most ${limit}`] : [];
  });
}
