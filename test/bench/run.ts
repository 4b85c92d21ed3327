import { loadavg } from 'node:os';
import { type Outcome, report } from './report.ts';

/** `npm run bench -- NAME`. Each loads by itself, so that a missing peer of one does not stop another. */
const BENCHES: Record<string, (args: string[]) => Promise<Outcome>> = {
  capture: async (args) => (await import('./capture.ts')).capture(args),
  handoff: async () => ({ rows: await (await import('./handoff.ts')).handoff(), runs: 1 }),
  live: async (args) => (await import('./live.ts')).live(args),
  neighbour: async (args) => (await import('./neighbour.ts')).neighbour(args),
  queue: async (args) => (await import('./queue.ts')).queue(args),
  replay: async (args) => (await import('./replay.ts')).replay(args),
  sockets: async (args) => (await import('./sockets.ts')).sockets(args),
  triage: async (args) => (await import('./triage.ts')).triage(args),
  throughput: async (args) => (await import('./throughput.ts')).throughput(args),
  size: async () => (await import('./size.ts')).size(),
};

const name = process.argv[2] ?? '';
const bench = BENCHES[name];
if (bench === undefined) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const loadBefore = loadavg()[0] as number;
const outcome = await bench(process.argv.slice(3));
report(name, outcome, loadBefore);
for (const failure of outcome.failures ?? []) console.error(`✗ ${failure}`);
if ((outcome.failures ?? []).length > 0) process.exitCode = 1;
