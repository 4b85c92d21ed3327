import { applyD1Migrations, type D1Migration } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll } from 'vitest';
import type { DemoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import { type Env, settingsOf } from '../../worker/env.ts';

/** What the tests have beside the Worker's own bindings. */
export type TestEnv = Env & { MIGRATIONS: D1Migration[]; DEMO: DemoWorkspace };

export const testEnv = env as unknown as TestEnv;
/** Seal what tests seed. */
export const { masterKeys } = settingsOf(testEnv);

beforeAll(async () => {
  await applyD1Migrations(testEnv.DB, testEnv.MIGRATIONS);
  await seedWorkspace(testEnv.DB, testEnv.DEMO, {
    allowedOrigins: [String(testEnv.DEMO_ORIGIN)],
    now: Date.now(),
    masterKeys,
  });
});
