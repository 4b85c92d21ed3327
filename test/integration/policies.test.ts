import { beforeAll, describe, expect, it } from 'vitest';
import type { ConversationId, WorkspaceId } from '#domain/ids.ts';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import { evaluate } from '#domain/triggers/evaluate.ts';
import type { Trigger } from '#domain/triggers/policy.ts';
import type { PolicyEffect } from '#domain/triggers/policy-effect.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { PoliciesAnswer, PolicyAnswer, PolicyTried } from '#protocol/policy.ts';
import type { Problem } from '#protocol/problem.ts';
import {
  forgetEvaluations,
  insertEvaluation,
  KEPT_EVALUATIONS,
  KEPT_EVALUATIONS_MS,
  lastEvaluations,
} from '../../worker/storage/evaluations.ts';
import { policiesInForce, publishPolicy } from '../../worker/storage/policies.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const { DB, DEMO } = testEnv;
let maya: Agent;
let ines: Agent;
beforeAll(async () => {
  [maya, ines] = (await Promise.all(['maya', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)))) as [
    Agent,
    Agent,
  ];
});

const list = async () => (await (await maya.get('/v1/policies')).json()) as PoliciesAnswer;
const at = async (version: number) => (await (await maya.get(`/v1/policies/${version}`)).json()) as PolicyAnswer;
const draft = (triggers: Trigger[], parent: number, reason: string) =>
  ines.post('/v1/policies', { triggers, parent, reason });
const drafted = async (triggers: Trigger[], parent: number, reason: string) => {
  const response = await draft(triggers, parent, reason);
  expect(response.status).toBe(200);
  return ((await response.json()) as PolicyAnswer).version.version;
};
const move = (version: number, to: string, active: number) =>
  ines.post(`/v1/policies/${version}/status`, { to, active, reason: 'Tried out' });
const log = async () =>
  ((await (await ines.get('/v1/audit')).json()) as AuditAnswer).entries.filter(({ deed }) =>
    deed.startsWith('policy.'),
  );
const statuses = async () => (await list()).versions.map(({ version, status }) => `${version} ${status}`);

const OFFERS_DEMOS: Trigger = {
  id: 'wants_demo',
  label: 'Wants to see it',
  layer: 'rules',
  when: { kind: 'condition', fact: 'message.text', op: 'contains', value: ['show me around'] },
  actions: [{ do: 'offer_human' }],
  enabled: true,
};
const withDemos = [...DEFAULT_POLICY.triggers, OFFERS_DEMOS];

/** Writes, and waits for the answer. */
async function says(text: string): Promise<ConversationId> {
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'message.send', text });
  await socket.find(
    (frame) =>
      frame.type === 'entries' &&
      frame.entries.some((entry) => entry.type === 'message' && entry.author.kind === 'assistant'),
  );
  socket.close();
  return visitor.conversationId as ConversationId;
}
const rowsOf = async (conversationId: string) =>
  (
    await DB.prepare('select * from evaluations where conversation_id = ? order by at, id').bind(conversationId).all<{
      id: string;
      policy_version: number;
      facts: string;
      decision: string;
      shadow_version: number | null;
      shadow_decision: string | null;
    }>()
  ).results;

describe('[T12] evaluations', () => {
  it('[T12] of a turn are kept once, with what is needed to decide again, and without secrets', {
    timeout: 40_000,
  }, async () => {
    const conversationId = await says('Why was my card 4242 4242 4242 4242 declined?');
    await expect.poll(async () => (await rowsOf(conversationId)).length).toBeGreaterThan(0);
    const rows = await rowsOf(conversationId);
    expect(rows.map(({ id }) => id.split('/')[1]).sort()).toEqual(['attempt', 'message']);
    for (const { facts, decision, policy_version } of rows) {
      expect(policy_version).toBe(1);
      expect(facts).not.toContain('4242');
      expect(JSON.parse(facts)['message.text'].provenance).toBe('observed');
      expect(evaluate(DEFAULT_POLICY, JSON.parse(facts)).decision).toEqual(JSON.parse(decision));
    }
  });

  it('[T12] delivered twice are one row', async () => {
    const row = {
      id: 'turn/message',
      conversationId: 'cnv_twice00' as ConversationId,
      at: Date.now(),
      policyVersion: 1,
      facts: {},
      decision: evaluate(DEFAULT_POLICY, {}).decision,
      shadow: null,
    };
    for (let i = 0; i < 2; i++) await insertEvaluation(DB, DEMO.id as WorkspaceId, row).run();
    expect(await rowsOf('cnv_twice00')).toHaveLength(1);
    await DB.prepare('delete from evaluations where conversation_id = ?').bind('cnv_twice00').run();
  });

  it('[T12] are forgotten when they are too old or too many, the oldest first', { timeout: 40_000 }, async () => {
    const other = DEMO.id;
    const now = Date.now();
    const clear = () => DB.prepare('delete from evaluations where workspace_id = ?').bind(other).run();
    await clear();
    await DB.prepare(
      `with recursive n (i) as (select 0 union all select i + 1 from n where i < ?2)
       insert into evaluations select ?1, 'e' || i, 'cnv_x', ?3 - i * 10, 1, '{}', '{}', null, null from n`,
    )
      .bind(other, KEPT_EVALUATIONS + 9, now)
      .run();
    await DB.prepare(`update evaluations set at = ?2 where workspace_id = ?1 and id in ('e0', 'e1', 'e2')`)
      .bind(other, now - KEPT_EVALUATIONS_MS - 1)
      .run();
    await forgetEvaluations(DB, now);
    const left = await DB.prepare(
      'select count(*) as n, min(at) as oldest, max(at) as newest from evaluations where workspace_id = ?',
    )
      .bind(other)
      .first();
    expect(left).toEqual({ n: KEPT_EVALUATIONS, oldest: now - 10 * (KEPT_EVALUATIONS + 2), newest: now - 30 });
    // Also where there are few enough.
    await DB.prepare(`update evaluations set at = ?2 where workspace_id = ?1 and id in ('e3', 'e4')`)
      .bind(other, now - KEPT_EVALUATIONS_MS - 1)
      .run();
    await forgetEvaluations(DB, now);
    const few = await DB.prepare('select count(*) as n from evaluations where workspace_id = ?').bind(other).first();
    expect(few).toEqual({ n: KEPT_EVALUATIONS - 2 });
    await clear();
  });
});

describe('[T16] versions', () => {
  it('[T16] begin with the one that everybody starts with, and only admins change them', async () => {
    expect(await list()).toMatchObject({ active: 1, versions: [{ version: 1, status: 'active', author: 'Baton' }] });
    expect((await at(1)).triggers).toEqual(DEFAULT_POLICY.triggers);
    expect((await maya.get('/v1/policies/2')).status).toBe(404);
    for (const path of ['/v1/policies', '/v1/policies/1/status']) {
      const refused = await maya.post(path, { triggers: [], parent: 1, reason: 'x', to: 'active', active: 1 });
      expect(((await refused.json()) as Problem).kind).toBe('forbidden');
    }
  });

  it('[T10] what is wrong with a draft is told at its spot, and nothing is saved', async () => {
    const wrong = { ...OFFERS_DEMOS, actions: [{ do: 'set_queue', queue: 'sales' }] } as Trigger;
    const refused = await draft([...DEFAULT_POLICY.triggers, wrong], 1, 'Show them around');
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as Problem).issues).toEqual([
      { path: `triggers.${DEFAULT_POLICY.triggers.length}.actions.0.queue`, message: 'there is no such queue.' },
    ]);
    expect((await draft(withDemos, 77, 'No such parent')).status).toBe(400);
    let deep = '{"kind":"condition","fact":"page.errors","op":"gte","value":1}';
    for (let i = 0; i < 9000; i++) deep = `{"kind":"not","of":${deep}}`;
    const body = `{"triggers":[{"id":"a","label":"A","layer":"rules","when":${deep},"actions":[],"enabled":true}],"parent":1,"reason":"x"}`;
    const response = await inWorker.fetch('/v1/policies', { method: 'POST', headers: ines.headers, body });
    expect(response.status).toBe(400);
    expect(await statuses()).toEqual(['1 active']);
  });

  it('[T16] a draft is tried in shadow, put in force, and rolled back; the log says who, why and what', {
    timeout: 90_000,
  }, async () => {
    const two = await drafted(withDemos, 1, 'Show them around');
    // Sent again because the answer was lost.
    expect(await drafted(withDemos, 1, 'Show them around')).toBe(two);
    expect(await statuses()).toEqual(['2 draft', '1 active']);

    // [T13] In shadow: asked, and not listened to.
    expect((await move(two, 'shadow', 1)).status).toBe(200);
    expect((await move(two, 'shadow', 1)).status).toBe(200);
    let shown: Awaited<ReturnType<typeof rowsOf>> = [];
    await expect
      .poll(
        async () => {
          const conversationId = await says('Could you show me around the invoices page please?');
          await expect.poll(async () => (await rowsOf(conversationId)).length).toBeGreaterThan(0);
          shown = await rowsOf(conversationId);
          return shown.at(-1)?.shadow_version;
        },
        { timeout: 40_000, interval: 3000 },
      )
      .toBe(two);
    const last = shown.find(({ shadow_decision }) => shadow_decision !== null);
    expect(JSON.parse(last?.decision ?? '').because).not.toContain('wants_demo');
    expect(JSON.parse(last?.shadow_decision ?? '')).toMatchObject({ action: 'offer_human', because: ['wants_demo'] });
    const { shadow } = await at(two);
    expect(shadow?.otherwise).toBeGreaterThan(0);
    expect(shadow?.examples[0]).toMatchObject({ was: { action: 'none' }, now: { action: 'offer_human' } });
    // One at a time.
    const three = await drafted(DEFAULT_POLICY.triggers.slice(0, 5), 1, 'Less of it');
    expect((await move(three, 'shadow', 1)).status).toBe(200);
    expect(await statuses()).toEqual(['3 shadow', '2 draft', '1 active']);
    expect((await move(three, 'draft', 1)).status).toBe(200);

    // [T14] Before it is put in force.
    const effect = (await (await maya.post('/v1/policies/effect', { triggers: withDemos })).json()) as PolicyEffect;
    expect(effect.looked).toBeGreaterThan(2);
    expect(effect.triggers).toContainEqual({
      id: 'wants_demo',
      label: 'Wants to see it',
      how: 'now',
      count: effect.otherwise,
    });
    expect(effect.examples[0]?.conversationId).toMatch(/^cnv_/);

    // [T16] Who decided with another one in mind decides nothing.
    const late = await move(two, 'active', 3);
    expect([late.status, ((await late.json()) as Problem).message]).toEqual([
      409,
      'Baton has put version 1 in force meanwhile. Nothing was changed; look at it first.',
    ]);
    expect((await move(two, 'active', 1)).status).toBe(200);
    expect(await statuses()).toEqual(['3 draft', '2 active', '1 former']);
    expect((await move(two, 'active', 1)).status).toBe(200);
    expect((await move(three, 'active', 1)).status).toBe(409);
    await expect
      .poll(
        async () => {
          const conversationId = await says('Could you show me around the invoices page please?');
          await expect.poll(async () => (await rowsOf(conversationId)).length).toBeGreaterThan(0);
          return JSON.parse((await rowsOf(conversationId)).at(-1)?.decision ?? '{}').because;
        },
        { timeout: 40_000, interval: 3000 },
      )
      .toContain('wants_demo');

    // Going back makes a new one.
    const back = await move(1, 'active', two);
    expect(back.status).toBe(200);
    expect(((await back.json()) as PolicyAnswer).version).toMatchObject({
      version: 4,
      parent: two,
      status: 'active',
      reason: 'Back to version 1: Tried out',
      author: 'Ines Duarte',
    });
    expect(await statuses()).toEqual(['4 active', '3 draft', '2 rolled_back', '1 former']);
    expect((await at(4)).triggers).toEqual(DEFAULT_POLICY.triggers);
    expect((await policiesInForce(DB, DEMO.id as WorkspaceId)).policy.version).toBe(4);
    expect((await log()).map(({ deed, about }) => `${deed} ${about}`).reverse()).toEqual([
      'policy.drafted version 2',
      'policy.shadowed version 2',
      'policy.drafted version 3',
      'policy.shadowed version 3',
      'policy.unshadowed version 3',
      'policy.published version 2',
      'policy.rolled_back version 4',
    ]);
    expect((await log()).find(({ deed }) => deed === 'policy.published')).toMatchObject({
      by: 'Ines Duarte',
      detail: 'Tried out; added “Wants to see it”',
    });
  });

  it('[T16] of many who publish at once one does, and exactly one is in force', async () => {
    const { active } = await list();
    const versions: number[] = [];
    for (const n of [1, 2, 3]) versions.push(await drafted(withDemos.slice(0, n), active, `Number ${n}`));
    const answers = await Promise.all(versions.map((version) => move(version, 'active', active)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    expect((await statuses()).filter((one) => one.endsWith('active'))).toHaveLength(1);
    // One that is no draft any more takes nobody's place.
    const now = (await list()).active;
    const told = { by: { id: 'agt_x' as never, name: 'X' }, at: Date.now(), detail: '' };
    expect(await publishPolicy(DB, DEMO.id as WorkspaceId, 1, now, told)).toBe(false);
    // Nor does a draft that was to take the place of another one.
    const loser = versions.find((version) => version !== now) as number;
    expect(await publishPolicy(DB, DEMO.id as WorkspaceId, loser, active, told)).toBe(false);
    expect((await list()).active).toBe(now);
  });

  it('[T16] of many who draft at once each gets a version', async () => {
    const before = (await list()).versions.length;
    const made = await Promise.all([1, 2, 3, 4].map((n) => drafted(withDemos.slice(0, n), 1, `At once ${n}`)));
    expect(new Set(made).size).toBe(4);
    expect((await list()).versions.length).toBe(before + 4);
  });
});

describe('the test bench', () => {
  it('reads what is typed as a turn would, and what is set comes on top', async () => {
    const tried = async (body: object) =>
      (await (
        await maya.post('/v1/policies/try', { triggers: DEFAULT_POLICY.triggers, ...body })
      ).json()) as PolicyTried;
    const asked = await tried({ messages: ['Hello', 'can I talk to a human please'] });
    expect(asked.decision).toMatchObject({ action: 'escalate', because: ['explicit_wish'] });
    expect(asked.facts['message.text']?.value).toBe('can I talk to a human please');
    const set = await tried({
      messages: ['why was my card declined?'],
      facts: { 'page.area': { value: 'billing', provenance: 'claimed' }, 'attempts.failed': { value: 2 } },
    });
    expect(set.decision).toMatchObject({
      action: 'escalate',
      queue: 'billing',
      because: ['attempts_failed', 'billing_area'],
    });
    expect(set.trace.find(({ triggerId }) => triggerId === 'billing_area')?.outcome).toBe('matched');
    expect((await tried({})).decision.action).toBe('none');
    expect(
      (await lastEvaluations(DB, DEMO.id as WorkspaceId, 1000)).some(({ conversationId }) => conversationId === ''),
    ).toBe(false);
  });
});
