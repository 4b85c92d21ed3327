import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentId, WorkspaceId } from '#domain/ids.ts';
import type { AgentDown } from '#protocol/agent.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { Me } from '#protocol/http.ts';
import type { Problem } from '#protocol/problem.ts';
import type { NewSigningKey, WorkspaceAnswer } from '#protocol/workspace.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import { findUser } from '../../widget/demo/accounts.ts';
import { signIdentity } from '../../widget/demo/identity.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { reserveTokens } from '../../worker/storage/ai-spend.ts';
import { workspaceById } from '../../worker/storage/workspaces.ts';
import { Agent } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

let maya: Agent;
let ines: Agent;
beforeAll(async () => {
  maya = await Agent.signIn(inWorker, 'maya@baton.test');
  ines = await Agent.signIn(inWorker, 'ines@baton.test');
});

const load = async () => (await (await ines.get('/v1/workspace')).json()) as WorkspaceAnswer;
const put = (by: Agent, body: object) =>
  inWorker.fetch('/v1/workspace', { method: 'PUT', headers: by.headers, body: JSON.stringify(body) });
const log = async (deed: string) =>
  ((await (await ines.get('/v1/audit')).json()) as AuditAnswer).entries.filter((entry) => entry.deed === deed);
const visit = (origin: string, identityToken: string | null = null) =>
  inWorker.fetch('/v1/visits', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify({ workspaceKey: DEMO_WORKSPACE.publicKey, visitToken: null, identityToken }),
  });

describe('[S10] the workspace’s name and sites', () => {
  it('are seen and changed by admins only', async () => {
    expect((await maya.get('/v1/workspace')).status).toBe(403);
    const { revision, name, allowedOrigins } = await load();
    expect((await put(maya, { revision, name, allowedOrigins })).status).toBe(403);
  });

  it('count with the next call of a page, and the log says from what to what', async () => {
    const { revision, name, allowedOrigins } = await load();
    expect((await visit('https://new.example')).status).toBe(403);
    const next = [...allowedOrigins, 'https://new.example'];
    const saved = await put(ines, { revision, name: 'Ledgerline Ltd', allowedOrigins: next });
    expect((await saved.json()) as WorkspaceAnswer).toMatchObject({
      revision: revision + 1,
      name: 'Ledgerline Ltd',
      allowedOrigins: next,
      changed: { name: 'Ines Duarte' },
    });
    expect((await visit('https://new.example')).status).toBe(200);
    expect((await ines.me()).workspace.name).toBe('Ledgerline Ltd');
    const [line] = await log('workspace.changed');
    expect(line).toMatchObject({ by: 'Ines Duarte' });
    expect(line?.detail).toBe(`name ${name} → Ledgerline Ltd; sites ${allowedOrigins.join(', ')} → ${next.join(', ')}`);
    // Somebody starts the demo again: what an admin has set stays.
    await seedWorkspace(testEnv.DB, testEnv.DEMO, {
      allowedOrigins: ['https://seeded.example'],
      now: Date.now(),
      masterKeys,
    });
    expect((await load()).allowedOrigins).toEqual(next);
    await put(ines, { revision: revision + 1, name, allowedOrigins });
    expect((await visit('https://new.example')).status).toBe(403);
  });

  it('are refused by their place, and nothing is changed', async () => {
    const before = await load();
    const { revision, name } = before;
    const wrong = ['https://fine.example', 'https://*.example', 'http://app.example', 'https://x.example/'];
    const response = await put(ines, { revision, name, allowedOrigins: wrong });
    expect(response.status).toBe(400);
    const { issues } = (await response.json()) as Problem;
    expect(issues?.map(({ path }) => path)).toEqual(['allowedOrigins.1', 'allowedOrigins.2', 'allowedOrigins.3']);
    expect((await put(ines, { revision, name, allowedOrigins: [] })).status).toBe(400);
    expect(await load()).toEqual(before);
  });

  it('[Q14] of two who save at once one is saved, the other is told; sent again it is saved once', async () => {
    const { revision, name, allowedOrigins } = await load();
    const first = { revision, name: 'First', allowedOrigins };
    const answers = await Promise.all([first, { ...first, name: 'Second' }].map((body) => put(ines, body)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const now = await load();
    const again = { revision, name: now.name, allowedOrigins };
    expect((await put(ines, again)).status).toBe(200);
    expect(await load()).toEqual(now);
    await put(ines, { revision: now.revision, name, allowedOrigins });
  });
});

describe('[G24] what the assistant may use in a day', () => {
  it('is set by admins, stays where it is left out, and counts with the next question', async () => {
    const { revision, name, allowedOrigins, aiTokensPerDay } = await load();
    const whole = { name, allowedOrigins };
    expect(aiTokensPerDay).toBe(5_000_000);
    expect((await put(ines, { ...whole, revision, aiTokensPerDay: 1.5 })).status).toBe(400);
    expect((await put(ines, { ...whole, revision, aiTokensPerDay: 2000 })).status).toBe(200);
    const { id } = testEnv.DEMO;
    expect((await workspaceById(testEnv.DB, id as never))?.settings.aiTokensPerDay).toBe(2000);
    expect((await log('workspace.changed'))[0]?.detail).toBe('tokens a day 5000000 → 2000');
    expect((await put(ines, { ...whole, revision: revision + 1, aiTokensPerDay: null })).status).toBe(200);
    expect((await put(ines, { ...whole, revision: revision + 2 })).status).toBe(200);
    expect(await load()).toMatchObject({ aiTokensPerDay: null, aiTokensToday: 0 });
    await reserveTokens(testEnv.DB, id as never, { tokens: 321, cap: null, at: Date.now() });
    expect((await load()).aiTokensToday).toBe(321);
  });
});

describe('[S11] signing keys', () => {
  const tokenOf = (key: { kid: string; secret: string }) => {
    const user = findUser('usr_priya');
    if (!user) throw new Error('no demo user');
    return signIdentity(user, DEMO_WORKSPACE.publicKey, key, Date.now());
  };
  const isAccepted = async (key: { kid: string; secret: string }) => {
    const response = await visit(inWorker.demoOrigin, await tokenOf(key));
    if (!response.ok) expect(response.status).toBe(401);
    return response.ok;
  };
  const make = (by = ines) => by.post('/v1/workspace/signing-keys', {});
  const end = (kid: string, by = ines) => by.post(`/v1/workspace/signing-keys/${kid}/end`, {});

  it('are made and ended by admins only', async () => {
    expect((await make(maya)).status).toBe(403);
    expect((await end('demo-1', maya)).status).toBe(403);
    expect(await isAccepted(DEMO_WORKSPACE.signingKey)).toBe(true);
  });

  it('change without an outage: two are live, one ends, the other goes on; a secret is told once', async () => {
    const response = await make();
    expect(response.headers.get('cache-control')).toBe('no-store');
    const made = (await response.json()) as NewSigningKey;
    expect(made.secret).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(await isAccepted(made)).toBe(true);
    expect(await isAccepted(DEMO_WORKSPACE.signingKey)).toBe(true);
    expect((await load()).keys.map(({ kid }) => kid)).toEqual(['demo-1', made.kid]);
    // Nowhere else, whoever asks.
    for (const path of ['/v1/workspace', '/v1/audit', '/v1/me'])
      expect(await (await ines.get(path)).text()).not.toContain(made.secret);
    expect(await (await ines.get('/v1/workspace')).text()).not.toContain(DEMO_WORKSPACE.signingKey.secret);

    // By the other's name it verifies nothing.
    expect(await isAccepted({ kid: 'demo-1', secret: made.secret })).toBe(false);
    expect((await make()).status).toBe(409);

    expect((await end(made.kid)).status).toBe(200);
    expect(await isAccepted(made)).toBe(false);
    expect(await isAccepted(DEMO_WORKSPACE.signingKey)).toBe(true);
    const row = await testEnv.DB.prepare('select secret from signing_keys where kid = ?').bind(made.kid).first();
    expect(row).toEqual({ secret: '' });
    // Ended again it has ended once.
    expect((await end(made.kid)).status).toBe(200);
    const lines = [...(await log('signing_key.made')), ...(await log('signing_key.ended'))];
    expect(lines.map(({ deed, about, by }) => [deed, about, by])).toEqual([
      ['signing_key.made', made.kid, 'Ines Duarte'],
      ['signing_key.ended', made.kid, 'Ines Duarte'],
    ]);
  });

  it('of two who make the last one at once one is told', async () => {
    const answers = await Promise.all([make(), make(), make()]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const { keys } = await load();
    expect(keys).toHaveLength(2);
    await end(keys[1]?.kid as string);
  });

  it('one that is not there and one of another workspace are one answer', async () => {
    const ended = await end('key-nobody');
    expect([ended.status, ((await ended.json()) as Problem).message]).toEqual([
      404,
      'This workspace has no such signing key.',
    ]);
  });

  it('what has ended does not come back with the demo', async () => {
    const made = (await (await make()).json()) as NewSigningKey;
    await end('demo-1');
    try {
      await seedWorkspace(testEnv.DB, testEnv.DEMO, {
        allowedOrigins: [inWorker.demoOrigin],
        now: Date.now(),
        masterKeys,
      });
      expect(await isAccepted(DEMO_WORKSPACE.signingKey)).toBe(false);
      expect(await isAccepted(made)).toBe(true);
    } finally {
      await testEnv.DB.prepare("update signing_keys set ended_at = null, secret = ? where kid = 'demo-1'")
        .bind(DEMO_WORKSPACE.signingKey.secret)
        .run();
      await end(made.kid);
    }
  });
});

describe('[S37] whoever is in two workspaces', () => {
  const other = 'ws_secondSecondSecond12' as WorkspaceId;
  const whereIs = async (by: Agent) => (await by.me()).workspace.name;

  beforeAll(async () => {
    const shape = await demoWorkspace([]);
    const mayas = shape.agents.filter(({ email }) => email === 'maya@baton.test');
    await seedWorkspace(
      testEnv.DB,
      {
        ...shape,
        ...{ id: other, slug: 'second', name: 'Another company', publicKey: 'pk_second' },
        ...{ signingKey: { kid: 'second-1', secret: 'of another workspace' } },
        // Her address has an account: this id and this password are nobody's.
        agents: mayas.map((one) => ({
          ...one,
          id: 'agt_anotherMaya1234567' as AgentId,
          role: 'owner' as const,
          queueIds: [],
        })),
        ...{ password: 'another-password-2026', queues: [], calendars: [], articles: [], intents: [], slaPolicy: null },
      },
      { allowedOrigins: ['https://another.example'], now: Date.now(), masterKeys },
    );
  });

  it('signs in as before, and says with each call which one it is about', async () => {
    await expect(Agent.signIn(inWorker, 'maya@baton.test', 'another-password-2026')).rejects.toThrow('401');
    const me = await maya.me();
    expect(me.workspaces.map(({ name }) => name)).toEqual(['Another company', me.workspace.name]);
    expect(me.agent.role).toBe('member');
    const there = maya.in(other);
    expect(await there.me()).toMatchObject({
      workspace: { id: other, hosts: ['another.example'] },
      agent: { role: 'owner', id: me.agent.id },
    });
    // The call beside it is of the first one still, and an owner there is none here.
    expect(await whereIs(maya)).toBe(me.workspace.name);
    expect((await there.get('/v1/workspace')).status).toBe(200);
    expect((await maya.get('/v1/workspace')).status).toBe(403);
  });

  it('has a presence in each', async () => {
    const [here, there] = await Promise.all([maya.own(), maya.in(other).own()]);
    await there.ask({ type: 'presence.set', presence: 'available' });
    const presenceOn = (socket: typeof here) =>
      (socket.frames.findLast((frame) => frame.type === 'state') as Extract<AgentDown, { type: 'state' }>).presence;
    await expect.poll(() => presenceOn(there)).toBe('available');
    expect(presenceOn(here)).toBe('away');
    here.close();
    there.close();
  });

  it('opens an address of either, and a query is as strict as ever', async () => {
    expect(((await (await maya.get(`/v1/me?workspace=${other}`)).json()) as Me).workspace.name).toBe('Another company');
    const window = `from=${Date.now() - 1000}&to=${Date.now()}&by=queue`;
    expect((await maya.get(`/v1/metrics?${window}&workspace=${other}`)).status).toBe(200);
    expect((await maya.get(`/v1/metrics?${window}&nonsense=1`)).status).toBe(400);
  });

  it('is nobody in one that is not theirs, whatever else is', async () => {
    const stranger = await Agent.signIn(inWorker, 'jonas@baton.test');
    expect((await stranger.in(other).get('/v1/me')).status).toBe(403);
    expect((await stranger.get(`/v1/me?workspace=${other}`)).status).toBe(403);
    expect((await maya.in('ws_none').get('/v1/me')).status).toBe(403);
    expect((await stranger.me()).workspaces).toHaveLength(1);
  });
});
