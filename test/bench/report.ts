import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { quantile } from '#domain/sla/wait-estimate.ts';
import { textTable } from './table.ts';

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

/** A figure that every run of the same commit has again. */
export const exactRow = (subject: string, name: string, metric: string, unit: string, value: number): Row => ({
  subject,
  case: name,
  metric,
  unit,
  min: value,
  median: value,
  max: value,
});

/** What a benchmark comes to. With `failures` the command ends with exit code 1. */
export type Outcome = {
  rows: Row[];
  runs: number;
  /** In place of the plain table of rows. */
  shown?: string;
  notes?: string[];
  failures?: string[];
};

/** One figure's samples of a run as a row. */
export function spreadRow(
  subject: string,
  name: string,
  metric: string,
  unit: string,
  samples: readonly number[],
): Row {
  const sorted = [...samples].sort((a, b) => a - b);
  return {
    subject,
    case: name,
    metric,
    unit,
    min: sorted[0] as number,
    median: quantile(sorted, 0.5),
    max: sorted.at(-1) as number,
  };
}

/** Prints the rows as a table and writes them, with the machine they are from, to `out/NAME.json`. */
export function report(name: string, { rows, runs, shown, notes = [] }: Outcome, loadBefore: number): void {
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
  console.log(shown ?? rowTable(rows));
  console.log(
    `\n${result.machine}; load ${loadBefore.toFixed(1)} before, ${result.load.after.toFixed(1)} after; runs ${runs}`,
  );
  for (const note of notes) console.log(`· ${note}`);
  mkdirSync(join(import.meta.dirname, 'out'), { recursive: true });
  writeFileSync(join(import.meta.dirname, 'out', `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

function rowTable(rows: readonly Row[]): string {
  const shown = (n: number) => (Number.isInteger(n) ? String(n) : n.toFixed(n < 10 ? 2 : 1));
  return textTable(
    ['subject', 'case', 'metric', 'unit', 'min', 'median', 'max'],
    rows.map(({ subject, case: name, metric, unit, min, median, max }) => [
      subject,
      name,
      metric,
      unit,
      shown(min),
      shown(median),
      shown(max),
    ]),
  );
}
