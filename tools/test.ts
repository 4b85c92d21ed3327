import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What `npm test` runs, in this order: the quick ones first, so that a mistake is heard of early. */
const STEPS = ['types', 'lint', 'test:unit', 'build', 'test:integration', 'test:browser', 'test:fault'] as const;

const ROOT = join(import.meta.dirname, '..');
const seconds: Record<string, number> = {};
for (const step of STEPS) {
  if (step.startsWith('test:') && !existsSync(join(ROOT, `test/vitest.${step.slice(5)}.config.ts`))) continue;
  console.log(`\n── ${step}`);
  const startedAt = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', step], { cwd: ROOT, stdio: 'inherit' });
  seconds[step] = Math.round((performance.now() - startedAt) / 1000);
  if (status !== 0) {
    console.error(`\n${step} failed. Alone: npm run ${step}`);
    process.exit(1);
  }
}
console.log(
  `\nAll green. Seconds: ${STEPS.filter((step) => step in seconds)
    .map((step) => `${step} ${seconds[step]}`)
    .join(', ')}`,
);
