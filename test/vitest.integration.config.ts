import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { demoWorkspace } from '../tools/seed/demo-workspace.ts';
import { DEMO_KNOWLEDGE, readArticles } from '../tools/seed/read-articles.ts';

const ROOT = join(import.meta.dirname, '..');

/** Inside workerd: the real Worker, objects with SQLite, D1 and R2. */
export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: join(ROOT, 'wrangler.toml') },
      miniflare: {
        bindings: {
          AUTH_SECRET: 'an auth secret for tests, of the length that is asked for',
          VISIT_SECRET: 'a visit secret for tests, of the length that is asked for',
          SECRETS_KEY: 'dGhlIG1hc3RlciBrZXkgb2YgdGVzdHMsIDMyIGJ5dGU=',
          MIGRATIONS: await readD1Migrations(join(ROOT, 'migrations')),
          DEMO: await demoWorkspace(readArticles(DEMO_KNOWLEDGE)),
        },
      },
    })),
  ],
  test: {
    name: 'integration',
    include: ['test/integration/**/*.test.ts'],
    setupFiles: ['test/integration/setup.ts'],
    testTimeout: 20_000,
    // What is cached is handed to each file's worker in one message, and a socket of workerd takes 32 MB: the whole graph is more.
    fsModuleCache: false,
    // Most of the crash points' time is waiting: they wait beside each other.
    maxWorkers: 3,
    // A line for each refusal, of which the matrix alone makes thousands.
    onConsoleLog: (log) => !log.includes('"at":"security"'),
    // What is waited for comes when it comes: a busy machine is no failure.
    expect: { poll: { timeout: 10_000 } },
    // The crash points end objects on purpose; whoever was calling them hears of it where nobody listens.
    onUnhandledError: (error) => error.message !== 'the process died here',
  },
});
