import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { NewSigningKey } from '#protocol/workspace.ts';
import { findUser } from '../../widget/demo/accounts.ts';
import { signIdentity } from '../../widget/demo/identity.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { sealSecrets } from '../../worker/storage/seal-secrets.ts';
import { SealError, sealPrefix } from '../../worker/storage/sealed.ts';
import { signingKey } from '../../worker/storage/workspaces.ts';
import { Agent } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

const { DB } = testEnv;
const DEMO = testEnv.DEMO.id;
const { kid: KID, secret: SECRET } = DEMO_WORKSPACE.signingKey;
const NEXT = { current: new Uint8Array(32).fill(9), before: masterKeys.current };

let ines: Agent;
beforeAll(async () => {
  ines = await Agent.signIn(inWorker, 'ines@baton.test');
});

const stored = async (kid: string) =>
  (await DB.prepare('select secret from signing_keys where workspace_id = ? and kid = ?')
    .bind(DEMO, kid)
    .first<string>('secret')) as string;
const store = (kid: string, secret: string) =>
  DB.prepare('update signing_keys set secret = ? where workspace_id = ? and kid = ?').bind(secret, DEMO, kid).run();
const told = async (kid: string, keys = masterKeys) =>
  new TextDecoder().decode((await signingKey(DB, DEMO, kid, keys)) ?? undefined);

/** All rows of all tables, as text. */
async function wholeDatabase(): Promise<string> {
  const { results } = await DB.prepare(
    `select name from sqlite_master where type = 'table' and name not like '\\_cf%' escape '\\' and name not like 'sqlite%'`,
  ).all<{ name: string }>();
  const tables = await Promise.all(results.map(({ name }) => DB.prepare(`select * from "${name}"`).all()));
  return JSON.stringify(tables.map((table) => table.results));
}

const arrives = async (key: { kid: string; secret: string }) => {
  const user = findUser('usr_priya');
  if (!user) throw new Error('no demo user');
  const identityToken = await signIdentity(user, DEMO_WORKSPACE.publicKey, key, Date.now());
  const response = await inWorker.fetch('/v1/visits', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: inWorker.demoOrigin },
    body: JSON.stringify({ workspaceKey: DEMO_WORKSPACE.publicKey, visitToken: null, identityToken }),
  });
  return { status: response.status, text: await response.text() };
};

describe('[S26] signing keys in the database', () => {
  it('are sealed as they are made and seeded, and their tokens are accepted', async () => {
    const response = await ines.post('/v1/workspace/signing-keys', {});
    const made = (await response.json()) as NewSigningKey;
    const rows = await wholeDatabase();
    expect(rows).toContain(made.kid);
    expect([made.secret, SECRET].filter((secret) => rows.includes(secret))).toEqual([]);
    expect((await stored(KID)).startsWith(await sealPrefix(masterKeys.current))).toBe(true);
    expect([(await arrives(made)).status, (await arrives(DEMO_WORKSPACE.signingKey)).status]).toEqual([200, 200]);

    // Moved to another row it is nobody's key, and nobody hears why.
    const own = await stored(KID);
    await store(KID, await stored(made.kid));
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { status, text } = await arrives({ kid: KID, secret: made.secret });
    const logged = JSON.stringify(log.mock.calls);
    log.mockRestore();
    expect(status).toBe(500);
    expect(text).not.toContain('signing_key');
    expect(logged).toContain(`signing_key ${KID}`);
    expect(logged).not.toContain(made.secret);
    await store(KID, own);
    await ines.post(`/v1/workspace/signing-keys/${made.kid}/end`, {});
  });

  it('of before there was sealing are accepted, and sealed by the clock', async () => {
    await store(KID, SECRET);
    expect((await arrives(DEMO_WORKSPACE.signingKey)).status).toBe(200);
    expect(await sealSecrets(DB, masterKeys)).toEqual({ sealed: 1, failed: 0 });
    expect(await wholeDatabase()).not.toContain(SECRET);
    expect((await arrives(DEMO_WORKSPACE.signingKey)).status).toBe(200);
    // Ended keys have no secret, and what is sealed already is left alone.
    const sealed = await stored(KID);
    expect(await sealSecrets(DB, masterKeys)).toEqual({ sealed: 0, failed: 0 });
    expect(await stored(KID)).toBe(sealed);
  });

  it('go over to another master key without a gap', async () => {
    const old = await stored(KID);
    expect(await told(KID, NEXT)).toBe(SECRET);
    expect(await sealSecrets(DB, NEXT)).toEqual({ sealed: 1, failed: 0 });
    expect(await told(KID, { current: NEXT.current, before: null })).toBe(SECRET);
    await expect(told(KID)).rejects.toThrow(SealError);
    await store(KID, old);
  });

  it('that do not open stay as they are, and keep no other from being sealed', async () => {
    const old = await stored(KID);
    const broken = `${old.slice(0, 30)}${old[30] === 'A' ? 'B' : 'A'}${old.slice(31)}`;
    await DB.prepare('insert into signing_keys (workspace_id, kid, secret, created_at) values (?, ?, ?, 1)')
      .bind(DEMO, 'key-broken', broken)
      .run();
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await sealSecrets(DB, NEXT)).toEqual({ sealed: 1, failed: 1 });
    const logged = JSON.stringify(log.mock.calls);
    log.mockRestore();
    expect(logged).toContain('key-broken');
    expect([SECRET, broken].filter((text) => logged.includes(text))).toEqual([]);
    expect(await stored('key-broken')).toBe(broken);
    await DB.prepare("delete from signing_keys where kid = 'key-broken'").run();
    await store(KID, old);
  });

  it('that end while they are being sealed stay ended', async () => {
    await store(KID, SECRET);
    const racing = {
      prepare: (sql: string) => {
        const statement = DB.prepare(sql);
        if (!sql.startsWith('update')) return statement;
        return {
          bind: (...values: unknown[]) => ({ run: () => store(KID, '').then(() => statement.bind(...values).run()) }),
        };
      },
    };
    expect(await sealSecrets(racing as never, masterKeys)).toEqual({ sealed: 0, failed: 0 });
    expect(await stored(KID)).toBe('');
    await store(KID, SECRET);
  });

  it('are sealed once by two sweeps at once', async () => {
    await store(KID, SECRET);
    const swept = await Promise.all([sealSecrets(DB, masterKeys), sealSecrets(DB, masterKeys)]);
    expect(swept.reduce((sum, { sealed }) => sum + sealed, 0)).toBe(1);
    expect(await told(KID)).toBe(SECRET);
  });
});
