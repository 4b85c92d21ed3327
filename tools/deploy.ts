import { spawnSync } from 'node:child_process';
import { buildAll } from './build.ts';
import { OFFLINE, ROOT, WRANGLER } from './local.ts';

/**
 * `npm run deploy`: builds, applies the migrations to the production database, deploys. `--dry-run` bundles and checks everything
 * that can be checked without an account.
 */
const args = process.argv.slice(2);
const isDryRun = args.includes('--dry-run');
const wrangler = (...words: string[]): void => {
  const { status } = spawnSync(process.execPath, [WRANGLER, ...words, '--env', 'production'], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, WRANGLER_SEND_METRICS: OFFLINE.WRANGLER_SEND_METRICS },
  });
  if (status !== 0) process.exit(status ?? 1);
};

await buildAll();
// Migrations only add, so the old version goes on working between the two steps.
if (!isDryRun) wrangler('d1', 'migrations', 'apply', 'DB', '--remote');
wrangler('deploy', ...args);
