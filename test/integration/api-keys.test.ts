import { beforeAll, describe, expect, it } from 'vitest';
import { SCOPES, type Scope } from '#domain/workspace/scope.ts';
import type { ApiKeysAnswer, MadeApiKey } from '#protocol/api-keys.ts';
import { problem } from '#protocol/problem.ts';
import type { QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import { publicApi } from '../../worker/app.ts';
import { type RouteSpec, scopeOf } from '../../worker/routes/api.ts';
import { apiKeyBy, apiKeysOf, makeApiKey } from '../../worker/storage/api-keys.ts';
import { derivedId } from '../../worker/storage/ids.ts';
import { Agent } from '../support/agent.ts';
import { callRoute } from './every-route.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

const ofAgents = publicApi().specs.filter(({ access, socket }) => access === 'agent' && socket === undefined);
const named = ofAgents.map((spec) => [`${spec.method} ${spec.path}`, spec] as const);
const kindOf = async (response: Response): Promise<string> =>
  response.ok ? 'ok' : problem.parse(await response.json()).kind;

let ines: Agent;
beforeAll(async () => {
  ines = await Agent.signIn(inWorker, 'ines@baton.test');
});

async function make(scopes: readonly Scope[], days: number | null = null): Promise<MadeApiKey> {
  const response = await ines.post('/v1/api-keys', { name: 'For a test', scopes, days });
  expect(response.status).toBe(200);
  return (await response.json()) as MadeApiKey;
}
const by = ({ secret }: { secret: string }) => ({ authorization: `Bearer ${secret}` });
const end = (id: string) => ines.post(`/v1/api-keys/${id}/end`, {});
const get = async (path: string, headers: Record<string, string>): Promise<string> =>
  kindOf(await inWorker.fetch(path, { headers }));

describe('[S15] an API key', () => {
  it('has its secret told once, is listed without it, and kept as a hash', async () => {
    const made = await make(['metrics:read'], 30);
    const listed = (await (await ines.get('/v1/api-keys')).json()) as ApiKeysAnswer;
    const entry = listed.keys.find(({ id }) => id === made.id);
    expect(entry).toMatchObject({
      name: 'For a test',
      scopes: ['metrics:read'],
      createdBy: 'Ines Duarte',
      usedAt: null,
    });
    expect((entry?.expiresAt ?? 0) - (entry?.createdAt ?? 0)).toBe(30 * 86_400_000);
    expect(JSON.stringify(listed)).not.toContain(made.secret);
    const { results } = await testEnv.DB.prepare('select * from api_keys').all();
    expect(JSON.stringify(results)).not.toContain(made.secret);
    expect(made.secret).toMatch(/^baton_[A-Za-z0-9]{43}$/);
  });

  it.each(named)('%s opens by its scope, by no other, and for people alone by none', async (_, spec: RouteSpec) => {
    const wanted = scopeOf(spec);
    const others = SCOPES.filter((one) => one !== wanted && one !== wanted?.replace(/:read$/, ':write'));
    const without = await make(others);
    expect(await kindOf(await callRoute(spec, by(without)))).toBe('forbidden');
    await end(without.id);
    if (wanted === null) return;
    const withIt = await make([wanted]);
    // Nothing of it is there, or `{}` is not what it wants: it went as far as the handler.
    expect(['ok', 'not_found', 'invalid', 'conflict']).toContain(await kindOf(await callRoute(spec, by(withIt))));
    await end(withIt.id);
  });

  it('that may write may read', async () => {
    const key = await make(['queues:write']);
    expect(await get('/v1/routes', by(key))).toBe('ok');
    expect(await get('/v1/articles', by(key))).toBe('forbidden');
  });

  it('opens nothing when it has been ended, is over, or never was; ended twice it ended once', async () => {
    const key = await make(['audit:read']);
    expect(await get('/v1/audit', by(key))).toBe('ok');
    for (const _ of [1, 2]) expect((await end(key.id)).status).toBe(200);
    const { results } = await testEnv.DB.prepare('select id from audit where id = ?')
      .bind(`api-key/${key.id}/ended`)
      .all();
    expect(results).toHaveLength(1);
    expect(await get('/v1/audit', by(key))).toBe('unauthenticated');
    expect(await get('/v1/audit', { authorization: `Bearer baton_${'A'.repeat(43)}` })).toBe('unauthenticated');

    const over = await make(['audit:read'], 1);
    const now = Date.now();
    expect(await apiKeyBy(testEnv.DB, over.secret, now + 86_390_000)).toMatchObject({ id: over.id });
    expect(await apiKeyBy(testEnv.DB, over.secret, now + 86_400_001)).toBeNull();
  });

  it('is what counts where a session comes with it', async () => {
    const key = await make(['audit:read']);
    expect(await get('/v1/members', { ...ines.headers, ...by(key) })).toBe('forbidden');
    const ended = { authorization: `Bearer baton_${'B'.repeat(43)}` };
    expect(await get('/v1/audit', { ...ines.headers, ...ended })).toBe('unauthenticated');
  });

  it('reaches nothing of another workspace', async () => {
    const shape = await demoWorkspace([]);
    const other = await derivedId('workspace', 'of a key');
    const theirs = { id: other, slug: 'of-a-key', name: 'Other', publicKey: 'pk_of_a_key', queues: [], calendars: [] };
    const signingKey = { kid: 'of-a-key-1', secret: 'of the other workspace' };
    await seedWorkspace(
      testEnv.DB,
      { ...shape, ...theirs, signingKey, agents: [], articles: [], intents: [] },
      { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys },
    );
    const line = { at: Date.now(), by: { id: 'agt_somebody' as never, name: 'Somebody' } };
    const made = await makeApiKey(testEnv.DB, other, { name: 'Theirs', scopes: [...SCOPES], expiresAt: null }, line);
    const key = made as { id: string; secret: string };
    const articles = await inWorker.fetch('/v1/articles', { headers: by(key) });
    expect(articles.status).toBe(200);
    expect(await articles.json()).toMatchObject({ articles: [] });
    expect(await get(`/v1/queues/${testEnv.DEMO.queues[0]?.id}/settings`, by(key))).toBe('not_found');
    expect((await end(key.id)).status).toBe(404);
    expect(await apiKeysOf(testEnv.DB, other)).toHaveLength(1);
  });

  it('changes what it may, from no page at all, and the log says which key it was', async () => {
    const key = await make(['incidents:write', 'queues:write']);
    const call = (path: string, method: string, body: unknown) =>
      inWorker.fetch(path, {
        method,
        headers: { ...by(key), 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const declared = await call('/v1/incidents/inc_byKey1234567890abcde', 'PUT', { title: 'By a monitor', area: null });
    expect(declared.status).toBe(200);
    const queueId = testEnv.DEMO.queues[0]?.id;
    const path = `/v1/queues/${queueId}/settings`;
    const { settings, revision } = (await (await ines.get(path)).json()) as QueueSettingsAnswer;
    expect((await call('/v1/incidents/inc_byKey1234567890abcde/end', 'POST', {})).status).toBe(200);
    const saved = await call(path, 'PUT', { ...settings, offerMs: settings.offerMs + 1000, revision });
    expect(await saved.json()).toMatchObject({ changed: { by: key.id, name: 'API key For a test' } });
    const { entries } = (await (await ines.get('/v1/audit')).json()) as { entries: { by: string; deed: string }[] };
    expect(entries.filter((one) => one.by === 'API key For a test').map(({ deed }) => deed)).toEqual(
      expect.arrayContaining(['incident.declared', 'incident.ended', 'queue.settings_changed']),
    );
  });

  it('without a key a call from no page changes nothing', async () => {
    const headers = { cookie: ines.cookie, 'content-type': 'application/json' };
    const answer = await inWorker.fetch('/v1/api-keys', { method: 'POST', headers, body: '{}' });
    expect(await kindOf(answer)).toBe('forbidden');
  });

  it('is refused in sentences when it is wrong', async () => {
    const wrong = async (body: object) => (await (await ines.post('/v1/api-keys', body)).json()) as { message: string };
    expect((await wrong({ name: '', scopes: ['metrics:read'], days: null })).message).toContain('must not be empty');
    expect((await wrong({ name: 'x', scopes: [], days: null })).message).toContain('at least one');
    expect((await wrong({ name: 'x', scopes: ['metrics:read', 'metrics:read'], days: null })).message).toContain(
      'once',
    );
    expect((await wrong({ name: 'x', scopes: ['everything'], days: null })).message).toContain('scopes');
    expect((await wrong({ name: 'x', scopes: ['metrics:read'], days: 0 })).message).toContain('days');
  });

  it('is counted, and told how long to wait', async () => {
    const key = await make(['metrics:read']);
    let waited: Response | null = null;
    for (let n = 0; n < 80 && waited === null; n += 1) {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => inWorker.fetch('/v1/audit', { headers: by(key) })),
      );
      waited = answers.find(({ status }) => status === 429) ?? null;
      for (const one of answers) if (one !== waited) await one.body?.cancel();
    }
    expect(await kindOf(waited as Response)).toBe('rate_limited');
    expect(Number(waited?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
