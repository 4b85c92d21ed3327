import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ADDITIONS } from '#domain/escalation/additions.ts';
import { DEFAULT_RANK_POLICY } from '#domain/priority/rank.ts';
import { DEFAULT_ROUTES } from '#domain/routing/choose-queue.ts';
import { parseMasterKeys } from '../worker/settings.ts';
import { newId, randomText } from '../worker/storage/ids.ts';
import type { MasterKeys } from '../worker/storage/sealed.ts';
import { ROOT, WRANGLER } from './local.ts';
import { readArticles } from './seed/read-articles.ts';
import { seedWorkspace, type WorkspaceSeed } from './seed/seed.ts';
import { SqlText } from './seed/sql-text.ts';

const USAGE = `npm run workspace -- --name "Acme" --origin https://app.acme.com --owner you@acme.com [--print]

  --name     what the company is called
  --origin   a page origin that may embed the tag; repeat it for more
  --owner    the first agent's e-mail address; one that has an account already is an owner of this workspace too
  --knowledge FOLDER of Markdown articles with the front matter of widget/demo/knowledge
  --print    writes the SQL to standard output and touches nothing

  In the environment SECRETS_KEY as it is set for the Worker: the signing key is sealed by it.`;

/** `npm run workspace`: a workspace of a deployment, with its queues and its owner, in the production database. */
const { values } = parseArgs({
  options: {
    name: { type: 'string' },
    origin: { type: 'string', multiple: true },
    owner: { type: 'string' },
    knowledge: { type: 'string' },
    print: { type: 'boolean', default: false },
  },
});
const { name, origin: origins = [], owner, knowledge, print } = values;
const wrong = origins.find((text) => !URL.canParse(text) || new URL(text).origin !== text);
if (name === undefined || owner === undefined || origins.length === 0 || !owner.includes('@') || wrong !== undefined) {
  console.error(wrong === undefined ? USAGE : `${wrong} is no origin: scheme and host, no path, no slash at the end.`);
  process.exit(2);
}
const masterKeys = masterKeysOfWorker();

const queues = (['Billing', 'General', 'Technical', 'Engineering'] as const).map((one) => ({
  id: newId('queue'),
  slug: one.toLowerCase(),
  name: one,
  tier: one === 'Engineering' ? 3 : 1,
  settings: { asks: one === 'Engineering' ? ADDITIONS : [] },
}));
const workspace: WorkspaceSeed = {
  id: newId('workspace'),
  publicKey: `pk_live_${randomText(24)}`,
  name,
  slug: `${name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}-${randomText(6).toLowerCase()}`,
  signingKey: { kid: `key-${randomText(6)}`, secret: randomText(43) },
  settings: {
    greeting: `Hi! How can ${name} help?`,
    suggestions: [],
    capture: 'on_escalation',
    routes: DEFAULT_ROUTES,
  },
  queueConfig: { offerMs: 30_000, cooldownMs: 60_000, rank: DEFAULT_RANK_POLICY },
  calendars: [],
  slaPolicy: null,
  intents: [],
  queues,
  agents: [
    {
      id: newId('agent'),
      name: owner.split('@')[0] as string,
      email: owner.toLowerCase(),
      role: 'owner',
      skills: [],
      capacity: 3,
      queueIds: queues.map(({ id }) => id),
    },
  ],
  password: randomText(20),
  articles: (knowledge === undefined ? [] : readArticles(knowledge)).map((article) => ({
    ...article,
    id: newId('article'),
  })),
};
const sql = new SqlText();
await seedWorkspace(sql, workspace, { allowedOrigins: origins, now: Date.now(), masterKeys });

if (print) {
  console.log(sql.lines.join('\n'));
} else {
  const folder = mkdtempSync(join(tmpdir(), 'baton-workspace-'));
  const file = join(folder, 'workspace.sql');
  writeFileSync(file, sql.lines.join('\n'), { mode: 0o600 });
  const { status } = spawnSync(
    process.execPath,
    [WRANGLER, 'd1', 'execute', 'DB', '--remote', '--env', 'production', '--file', file],
    { cwd: ROOT, stdio: 'inherit' },
  );
  rmSync(folder, { recursive: true });
  if (status !== 0) process.exit(status ?? 1);
}
console.error(`
Workspace      ${workspace.name}
Tag            data-workspace="${workspace.publicKey}"
Signing key    kid ${workspace.signingKey.kid}, secret ${workspace.signingKey.secret}
First sign-in  ${owner}, password ${workspace.password} (if there is no account of this address yet; otherwise as before, and the console has both workspaces)

Keep the secret and the password now: they are not shown again.`);

/** Sealed by another key than the Worker's, the signing key would verify nobody: without one nothing is made. */
function masterKeysOfWorker(): MasterKeys {
  try {
    return parseMasterKeys(process.env);
  } catch (cause) {
    console.error(`${cause instanceof Error ? cause.message : cause}\n\n${USAGE}`);
    process.exit(2);
  }
}
