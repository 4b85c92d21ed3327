import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';

/** One number of one subject, with its range over the runs. `subject`: `ours`, a peer, or `floor`. */
export type Row = {
  subject: string;
  case: string;
  metric: string;
  unit: string;
  min: number;
  median: number;
  max: number;
};

/** What a benchmark comes to. With `failures` the command ends with exit code 1. */
export type Outcome = { runs: number; rows: Row[]; notes: string[]; failures: string[] };

export type Report = {
  name: string;
  commit: string;
  machine: string;
  /** Load averages over 1, 5 and 15 minutes, when the benchmark began: a busy machine explains a slow number. */
  load: number[];
  runs: number;
  rows: Row[];
};

const ROOT = join(import.meta.dirname, '../..');
export const OUT = join(ROOT, 'test/bench/out');

export const loadNow = (): number[] => loadavg().map((load) => Math.round(load * 100) / 100);

/** Middle, lowest and highest of what was measured; at least one value. */
export function rowOf(subject: string, name: string, metric: string, unit: string, values: readonly number[]): Row {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] as number) + (sorted[Math.ceil(middle)] as number)) / 2;
  return { subject, case: name, metric, unit, min: sorted[0] as number, median, max: sorted.at(-1) as number };
}

/** Writes `out/NAME.json` and returns its path. */
export function writeReport(name: string, load: number[], { runs, rows }: Outcome): string {
  const report: Report = { name, commit: commitNow(), machine: machineNow(), load, runs, rows };
  const path = join(OUT, `${name}.json`);
  mkdirSync(OUT, { recursive: true });
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`);
  return path;
}

function commitNow(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();
  try {
    return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' with changes');
  } catch {
    // A downloaded archive has no history.
    return 'unknown';
  }
}

function machineNow(): string {
  const all = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown'}, ${memory}, ${platform()} ${release()}, node ${process.version}`;
}
