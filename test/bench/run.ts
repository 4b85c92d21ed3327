import { relative } from 'node:path';
import { loadNow, type Outcome, writeReport } from './report.ts';

/** `npm run bench -- NAME`. Each module measures, prints its own table, and says what it came to. */
const BENCHES: Record<string, () => Promise<{ run(): Promise<Outcome> }>> = {
  size: () => import('./size.ts'),
};

const [name = ''] = process.argv.slice(2);
const load = BENCHES[name];
if (load === undefined) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}
const before = loadNow();
const outcome = await (await load()).run();
const path = writeReport(name, before, outcome);
for (const note of outcome.notes) console.log(`· ${note}`);
console.log(`\n${relative(process.cwd(), path)}`);
for (const failure of outcome.failures) console.error(`✗ ${failure}`);
process.exit(outcome.failures.length > 0 ? 1 : 0);
