import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId } from '#domain/ids.ts';
import type { IntentLabelAnswer, IntentSettings, IntentsAnswer, IntentTried } from '#protocol/intents.ts';
import type { Problem } from '#protocol/problem.ts';
import { conversationStub, trainingStub } from '../../durable-objects/names.ts';
import { frozenRows } from '../../worker/assist/triage/intent-rows.ts';
import { readModel } from '../../worker/assist/triage/model.ts';
import { activeModel, activeModelHash, intentLabelsOf, workspacesToTrain } from '../../worker/storage/intents.ts';
import { learnIntents } from '../../worker/training.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const workspaceId = testEnv.DEMO.id;
let maya: Agent;
let ines: Agent;

beforeAll(async () => {
  [maya, ines] = (await Promise.all(['maya', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)))) as [
    Agent,
    Agent,
  ];
});

const load = async (): Promise<IntentsAnswer> => (await ines.get('/v1/intents')).json();
const put = (by: Agent, body: object, path = '/v1/intents') =>
  inWorker.fetch(path, { method: 'PUT', headers: by.headers, body: JSON.stringify(body) });
/** What changes them is made from the newest. */
async function save(change: (intents: IntentSettings[]) => IntentSettings[]): Promise<Response> {
  const { revision, intents } = await load();
  return put(ines, { revision, intents: change(intents) });
}
const stub = () => trainingStub(testEnv, workspaceId);
/** Until there is nothing left to learn. */
async function learn(): Promise<void> {
  for (let alarms = 0; alarms < 500; alarms += 1) {
    await runDurableObjectAlarm(stub());
    if (!(await load()).isLearning) return;
  }
  throw new Error('it never comes to an end');
}
const tryIt = async (text: string): Promise<IntentTried> => (await ines.post('/v1/intents/try', { text })).json();

describe('[G26] intents', () => {
  it('that were seeded are found by the watchdog, learnt in an alarm, and read messages from then on', async () => {
    expect(await load()).toMatchObject({ revision: 1, model: null, refused: null, isLearning: true, labels: 0 });
    expect((await ines.post('/v1/intents/try', { text: 'hello' })).status).toBe(404);
    expect(await workspacesToTrain(testEnv.DB)).toEqual([workspaceId]);
    await learnIntents(testEnv);
    await learn();
    expect(await workspacesToTrain(testEnv.DB)).toEqual([]);
    const { model, isLearning } = await load();
    expect(isLearning).toBe(false);
    expect(model).toMatchObject({ judged: { rows: 0, right: 0, before: null } });
    expect(model?.examples).toBeGreaterThan(100);
    expect(model?.hash).toBe((await readModel((await activeModel(testEnv.DB, workspaceId)) as Uint8Array)).hash);
    const tried = await tryIt('someone leaked our secret api key');
    expect(tried).toMatchObject({ hash: model?.hash, name: 'api-keys', inScope: { value: true } });
    expect(tried.reasons.map(({ word }) => word)).toContain('key');
  });

  it('are changed by admins only, from the newest, and what is wrong is said with its place', async () => {
    const { revision, intents } = await load();
    expect((await put(maya, { revision, intents })).status).toBe(403);
    expect((await put(ines, { revision: revision + 5, intents })).status).toBe(409);
    const refused = await put(ines, { revision, intents: [...intents, { ...intents[0], examples: ['a'] }] });
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as Problem).issues?.map(({ path }) => path)).toContain(
      `intents.${intents.length}.name`,
    );
    expect((await put(ines, { revision, intents: intents.slice(0, 1) })).status).toBe(400);
    expect((await load()).revision).toBe(revision);
  });

  it('that are saved are learnt, also when the object dies on the way; sent again they are saved once', async () => {
    const { revision, intents } = await load();
    const hiring = {
      name: 'hiring',
      examples: ['are you hiring', 'open positions at your company', 'send my resume to you'],
      articles: [],
    };
    const body = { revision, intents: [...intents, hiring] };
    expect((await put(ines, body)).status).toBe(200);
    expect((await put(ines, body)).status).toBe(200);
    expect((await load()).revision).toBe(revision + 1);
    // Some way into it.
    await runDurableObjectAlarm(stub());
    await evictDurableObject(stub());
    await learn();
    expect(await tryIt('do you have open positions')).toMatchObject({ name: 'hiring', inScope: { value: true } });
    const log = (await (await ines.get('/v1/audit')).json()) as { entries: { deed: string; detail: string }[] };
    expect(log.entries.filter(({ deed }) => deed === 'intents.changed')).toMatchObject([{ detail: 'added hiring' }]);
  });

  it('are nobody’s while there are none', async () => {
    expect((await save(() => [])).status).toBe(200);
    expect(await activeModelHash(testEnv.DB, workspaceId)).toBeNull();
    expect((await save(() => structuredClone(testEnv.DEMO.intents))).status).toBe(200);
    await learn();
    expect(await activeModelHash(testEnv.DB, workspaceId)).not.toBeNull();
  });
});

describe('[G27] what agents say', () => {
  async function conversation(text: string): Promise<ConversationId> {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text });
    socket.close();
    return visitor.conversationId as ConversationId;
  }
  const say = (id: ConversationId, intent: string | null) => put(maya, { intent }, `/v1/conversations/${id}/intent`);

  it('is kept without secrets, once per conversation, and only of intents that there are', async () => {
    const id = await conversation('the sync with 4111 1111 1111 1111 hangs');
    expect((await say(id, 'nonsense')).status).toBe(400);
    expect((await say('cnv_nobody0000000000' as ConversationId, 'billing')).status).toBe(404);
    expect((await say(id, 'billing')).status).toBe(200);
    const answer = (await (await say(id, 'settings')).json()) as IntentLabelAnswer;
    expect(answer).toMatchObject({ label: { intent: 'settings' } });
    expect(answer.intents).toContain('billing');
    const labels = await intentLabelsOf(testEnv.DB, workspaceId);
    expect(labels).toHaveLength(1);
    expect(labels[0]?.text).not.toContain('4111');
    expect(labels[0]?.intent).toBe('settings');
    expect(await load()).toMatchObject({ labels: 1, isLearning: true });
  });

  it('is learnt from', async () => {
    for (const text of ['frobnicate the gizmo', 'the gizmo will not frobnicate', 'how do i frobnicate a gizmo today']) {
      expect((await say(await conversation(text), 'reports')).status).toBe(200);
    }
    await learn();
    expect(await tryIt('our gizmo does not frobnicate')).toMatchObject({ name: 'reports' });
  });

  it('keeps a model from being replaced by a worse one', async () => {
    const { model } = await load();
    // Rows that no model learns from, of which there are many in a busy workspace: they are chosen by their words.
    const said = ['my card was declined', 'i want a refund', 'you charged me twice', 'send the invoice as a pdf'];
    const labels = Array.from({ length: 60 }, (_, n) => ({
      text: `${said[n % 4]} ${'xyz'[n % 3]}${n}x`,
      intent: 'billing',
    }));
    for (const [n, { text, intent }] of frozenRows(labels).entries())
      await testEnv.DB.prepare('insert into intent_labels values (?, ?, ?, ?, ?, ?)')
        .bind(workspaceId, `cnv_frozen${n}`, text, intent, 'age_x', 0)
        .run();
    // What was billing is called reports, and the other way round; labels say otherwise.
    const swap: Record<string, string> = { billing: 'reports', reports: 'billing' };
    const { revision, intents } = await load();
    const swapped = intents.map((one) => ({ ...one, name: swap[one.name] ?? one.name }));
    expect((await put(ines, { revision, intents: swapped })).status).toBe(200);
    await learn();
    const after = await load();
    expect(after.model?.hash).toBe(model?.hash);
    expect(after.refused).not.toBeNull();
    const { judged } = after.refused!;
    expect(judged.right).toBeLessThan(judged.before!.right);
  });
});

it('[S7] labels and intents of one workspace reach nothing of another', async () => {
  const { results } = await testEnv.DB.prepare('select distinct workspace_id as id from intent_models').all();
  expect(results).toEqual([{ id: workspaceId }]);
  await runInDurableObject(stub(), async (_, { storage }) =>
    expect(await storage.get('workspaceId')).toBe(workspaceId),
  );
  expect(conversationStub(testEnv, workspaceId, 'cnv_x' as ConversationId).id).not.toBe(stub().id);
});
