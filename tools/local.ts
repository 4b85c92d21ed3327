import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Miniflare } from 'miniflare';
import { parseMasterKeys } from '../worker/settings.ts';
import { demoWorkspace, namedQueues } from './seed/demo-workspace.ts';
import { eventsSql } from './seed/events-sql.ts';
import { seededMonth } from './seed/month.ts';
import { DEMO_KNOWLEDGE, readArticles } from './seed/read-articles.ts';
import { type Database, seedWorkspace } from './seed/seed.ts';

export const ROOT = join(import.meta.dirname, '..');
const DEV_VARS = join(ROOT, '.dev.vars');
export const WRANGLER = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');

/** Where and under which addresses everything runs on this machine. */
export type LocalSettings = { port: number; demoPort: number; stateDir: string };

/** From the environment, so that two installations can run side by side: `PORT`, `DEMO_PORT`, `STATE_DIR`. */
export function localSettings(env: NodeJS.ProcessEnv = process.env): LocalSettings {
  const port = (name: string, otherwise: number): number => {
    const value = Number(env[name] ?? otherwise);
    if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new Error(`${name} is no port: ${env[name]}`);
    return value;
  };
  return {
    port: port('PORT', 8787),
    demoPort: port('DEMO_PORT', 8788),
    stateDir: resolve(ROOT, env.STATE_DIR ?? '.wrangler/state'),
  };
}

/** No network and no account: nothing here may ask for either. */
export const OFFLINE = {
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_LOG: 'warn',
} as const;

export const originsOf = ({ port, demoPort }: LocalSettings) => ({
  PUBLIC_ORIGIN: `http://localhost:${port}`,
  REPLAY_ORIGIN: `http://127.0.0.1:${port}`,
  DEMO_ORIGIN: `http://localhost:${demoPort}`,
});

/** Secrets of this machine, made at the first start and kept, so that sessions survive a restart. */
export function ensureSecrets(): void {
  if (!existsSync(DEV_VARS)) {
    const names = ['AUTH_SECRET', 'VISIT_SECRET', 'SECRETS_KEY'];
    const lines = names.map((name) => `${name}="${randomBytes(32).toString('base64url')}"\n`);
    // Tests start many servers at once: the file is there whole or not at all, and whoever is second uses the first one's.
    const draft = `${DEV_VARS}.${process.pid}.log`;
    writeFileSync(draft, lines.join(''), { mode: 0o600 });
    try {
      linkSync(draft, DEV_VARS);
    } catch (cause) {
      if (!existsSync(DEV_VARS)) throw cause;
    } finally {
      rmSync(draft);
    }
  }
  const { SECRETS_KEY, AUTH_SECRET = '' } = localSecrets();
  if (SECRETS_KEY !== undefined) return;
  // A file of before there was this key. Derived, so that two who add it at once add the same.
  const made = createHash('sha256').update(`secrets key ${AUTH_SECRET}`).digest('base64url');
  appendFileSync(DEV_VARS, `\nSECRETS_KEY="${made}"\n`);
}

/** What `ensureSecrets` made, by name. */
export const localSecrets = (): Record<string, string | undefined> =>
  Object.fromEntries(
    [...readFileSync(DEV_VARS, 'utf8').matchAll(/^(\w+)="(.*)"$/gm)].map((match) => [match[1], match[2]]),
  );

/** Applies the migrations that are missing. Throws with wrangler's own words when one fails. */
export function migrate({ stateDir }: LocalSettings): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [WRANGLER, 'd1', 'migrations', 'apply', 'DB', '--local', '--persist-to', stateDir],
    { cwd: ROOT, env: { ...process.env, ...OFFLINE, CI: 'true' }, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`The migrations could not be applied.\n${stdout}${stderr}`);
}

/** Opens the local database, the same file that the dev server uses; never while that is running. */
async function withDatabase<T>({ stateDir }: LocalSettings, use: (db: Database) => Promise<T>): Promise<T> {
  const id = /^database_id = "(.+)"$/m.exec(readFileSync(join(ROOT, 'wrangler.toml'), 'utf8'))?.[1];
  if (id === undefined) throw new Error('wrangler.toml names no database.');
  const miniflare = new Miniflare({
    resourcePersistencePath: join(stateDir, 'v3'),
    workers: [
      {
        config: {
          name: 'seed',
          compatibilityDate: '2026-10-01',
          manifest: { mainModule: 'none.mjs', modules: { 'none.mjs': { type: 'esm', contents: 'export default {}' } } },
          env: { DB: { type: 'd1', id } },
        },
      },
    ],
  });
  try {
    return await use((await miniflare.getD1Database('DB')) as unknown as Database);
  } finally {
    await miniflare.dispose();
  }
}

/** Seeds the demo workspace, its secrets sealed by this machine's key. A new one gets its month of history, unless `isEmpty`. */
export function seed(settings: LocalSettings, { isEmpty }: { isEmpty: boolean }): Promise<void> {
  ensureSecrets();
  return withDatabase(settings, async (db) => {
    const now = Date.now();
    const workspace = await demoWorkspace(readArticles(DEMO_KNOWLEDGE));
    const { isNew } = await seedWorkspace(db, workspace, {
      allowedOrigins: [originsOf(settings).DEMO_ORIGIN],
      now,
      masterKeys: parseMasterKeys(localSecrets()),
    });
    if (isNew && !isEmpty) {
      const month = seededMonth({ workspaceId: workspace.id, now, agents: workspace.agents.map(namedQueues) });
      await db.batch(eventsSql(workspace.id, month).map((statement) => db.prepare(statement)));
    }
  });
}
