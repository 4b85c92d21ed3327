import { loadavg } from 'node:os';
import { type Row, report } from './report.ts';

/** `npm run bench -- NAME`. Each loads by itself, so that a missing peer of one does not stop another. */
const BENCHES: Record<string, () => Promise<{ rows: Row[]; runs: number }>> = {
  handoff: async () => ({ rows: await (await import('./handoff.ts')).handoff(), runs: 1 }),
};

const name = process.argv[2] ?? '';
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const loadBefore = loadavg()[0] as number;
const { rows, runs } = await bench();
report(name, rows, runs, loadBefore);
