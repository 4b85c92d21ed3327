import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { quantile } from '#domain/sla/wait-estimate.ts';

/** One measured figure. `subject` is `ours`, a peer's name or `floor`; all of one report come from the same run. */
export type Row = {
  subject: string;
  case: string;
  metric: string;
  unit: string;
  min: number;
  median: number;
  max: number;
};

/** Median and 99th percentile of one run's samples as two rows; min and max are of the samples. */
export function quantileRows(subject: string, name: string, samples: readonly number[], unit = 'ms'): Row[] {
  const sorted = [...samples].sort((a, b) => a - b);
  const ends = { min: sorted[0] as number, max: sorted.at(-1) as number };
  return [
    { subject, case: name, metric: `p50 of ${samples.length}`, unit, ...ends, median: quantile(sorted, 0.5) },
    { subject, case: name, metric: `p99 of ${samples.length}`, unit, ...ends, median: quantile(sorted, 0.99) },
  ];
}

/** Prints the rows as a table and writes them, with the machine they are from, to `out/NAME.json`. */
export function report(name: string, rows: readonly Row[], runs: number, loadBefore: number): void {
  const root = join(import.meta.dirname, '../..');
  const result = {
    name,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
    /** Others on the machine make every time longer: the one-minute load before and after. */
    load: { before: loadBefore, after: loadavg()[0] as number },
    runs,
    rows,
  };
  console.log(table(rows));
  console.log(
    `\n${result.machine}; load ${loadBefore.toFixed(1)} before, ${result.load.after.toFixed(1)} after; runs ${runs}`,
  );
  mkdirSync(join(import.meta.dirname, 'out'), { recursive: true });
  writeFileSync(join(import.meta.dirname, 'out', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

function table(rows: readonly Row[]): string {
  const shown = (n: number) => (Number.isInteger(n) ? String(n) : n.toFixed(n < 10 ? 2 : 1));
  const lines = [
    ['subject', 'case', 'metric', 'unit', 'min', 'median', 'max'],
    ...rows.map((row) => [
      row.subject,
      row.case,
      row.metric,
      row.unit,
      shown(row.min),
      shown(row.median),
      shown(row.max),
    ]),
  ];
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column > 3 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
        .join('  '),
    )
    .join('\n');
}
