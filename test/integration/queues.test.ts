import { beforeAll, describe, expect, it } from 'vitest';
import type { QueueId } from '#domain/ids.ts';
import type { AgentDown } from '#protocol/agent.ts';
import type { AgentSettingsAnswer } from '#protocol/agent-settings.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { Problem } from '#protocol/problem.ts';
import type { QueueDown } from '#protocol/queue.ts';
import type { QueuePreview, QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { configOf, queuesOf } from '../../worker/storage/workspaces.ts';
import { Agent } from '../support/agent.ts';
import { someFacts, someWork } from '../support/builders.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const workspaceId = testEnv.DEMO.id;
const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as QueueId;

let maya: Agent;
let ines: Agent;
beforeAll(async () => {
  [maya, ines] = (await Promise.all(['maya', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)))) as [
    Agent,
    Agent,
  ];
});

let sent = 0;
const aClientId = () => {
  sent += 1;
  return `client-of-queue-${sent}`;
};
const make = (by: Agent, queue: object) => by.post('/v1/queues', { clientId: aClientId(), tier: 1, ...queue });
const pathOf = (id: string) => `/v1/queues/${id}/settings`;
const load = async (id: string) => (await (await ines.get(pathOf(id))).json()) as QueueSettingsAnswer;
const put = (by: Agent, id: string, body: object) =>
  inWorker.fetch(pathOf(id), { method: 'PUT', headers: by.headers, body: JSON.stringify(body) });
const made = async (name: string, tier = 1) => (await (await make(ines, { name, tier })).json()) as QueueSettingsAnswer;
const issuesOf = async (response: Response) => {
  expect(response.status).toBe(400);
  return ((await response.json()) as Problem).issues;
};
const log = async () => ((await (await ines.get('/v1/audit')).json()) as AuditAnswer).entries;
const onThePathTo = (id: string) => [{ afterMs: 60_000, do: 'overflow', to: id }];

describe('[Q16] a queue', () => {
  it('is made with the defaults and nobody in it; whoever is given to it is offered its work', async () => {
    const response = await make(ines, { name: ' Refunds ', tier: 2 });
    expect(response.status).toBe(200);
    const refunds = (await response.json()) as QueueSettingsAnswer;
    expect(refunds).toMatchObject({
      queue: { slug: 'refunds', name: 'Refunds', tier: 2 },
      revision: 0,
      changed: null,
      settings: { name: 'Refunds', tier: 2, offerMs: 30_000, path: [], asks: [] },
    });
    const { id } = refunds.queue;
    expect((await maya.me()).queues.find((queue) => queue.id === id)).toMatchObject({
      name: 'Refunds',
      tier: 2,
      mine: false,
      agents: [],
    });
    expect(await log()).toContainEqual(
      expect.objectContaining({ deed: 'queue.created', by: 'Ines Duarte', about: 'Refunds', detail: 'tier 2' }),
    );

    const mine = (await maya.me()).agent.id;
    const { agent } = (await (await ines.get(`/v1/agents/${mine}/settings`)).json()) as AgentSettingsAnswer;
    const serve = await inWorker.fetch(`/v1/agents/${mine}/settings`, {
      method: 'PUT',
      headers: ines.headers,
      body: JSON.stringify({
        ...agent.settings,
        queueIds: [...agent.settings.queueIds, id],
        revision: agent.revision,
      }),
    });
    expect(serve.status).toBe(200);
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const config = configOf((await queuesOf(testEnv.DB, workspaceId)).find((queue) => queue.id === id)!);
    const work = someWork(9001);
    await queueStub(testEnv, workspaceId, id).enqueue({ workspaceId, config }, work, {
      class: 1,
      facts: someFacts(),
      queuedAt: Date.now(),
      preferred: null,
    });
    const frame = (await own.find(
      (one) => one.type === 'state' && one.offers.some(({ escalationId }) => escalationId === work.escalationId),
    )) as Extract<AgentDown, { type: 'state' }>;
    expect(frame.offers[0]).toMatchObject({ queueId: id, queueName: 'Refunds' });
    await queueStub(testEnv, workspaceId, id).close(work.escalationId, work.hop, 'abandoned');
    await own.ask({ type: 'presence.set', presence: 'away' });
  });

  it('[Q14] is made once, however often it is sent, and at once', async () => {
    const body = { clientId: aClientId(), name: 'Partners', tier: 1 };
    const answers = await Promise.all([1, 2, 3].map(async () => (await ines.post('/v1/queues', body)).json()));
    answers.push(await (await ines.post('/v1/queues', body)).json());
    const ids = new Set(answers.map((answer) => (answer as QueueSettingsAnswer).queue.id));
    expect(ids.size).toBe(1);
    expect((await ines.me()).queues.filter(({ name }) => name === 'Partners')).toHaveLength(1);
    expect((await log()).filter(({ deed, about }) => deed === 'queue.created' && about === 'Partners')).toHaveLength(1);
  });

  it('has a name that no other has, and a slug of its own where two names come to the same', async () => {
    await made('Trust & Safety');
    expect((await made('Trust + Safety')).queue.slug).toBe('trust-safety-2');
    expect(await issuesOf(await make(ines, { name: 'trust & safety' }))).toEqual([
      { path: 'name', message: 'another queue is called that.' },
    ]);
    // Of two who call one that at once, one is told.
    const both = await Promise.all([make(ines, { name: 'Escrow' }), make(ines, { name: 'Escrow' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it.each([
    [{ name: '  ' }, 'name', 'must not be empty'],
    [{ name: 'x'.repeat(61) }, 'name', 'must have at most 60 characters'],
    [{ name: 'Fourth line', tier: 4 }, 'tier', 'must be at most 3'],
    [{ name: 'No line', tier: 0 }, 'tier', 'must be at least 1'],
    [{ name: 'No id', clientId: 'short' }, 'clientId', 'does not have the expected form'],
  ])('%j is refused with its place', async (queue, path, message) => {
    expect(await issuesOf(await make(ines, queue))).toEqual([{ path, message }]);
  });

  it('is made and renamed by admins only', async () => {
    expect((await make(maya, { name: 'Mine' })).status).toBe(403);
    const { settings, revision } = await load(queueId('general'));
    expect((await put(maya, queueId('general'), { ...settings, name: 'Mine', revision })).status).toBe(403);
    expect((await load(queueId('general'))).queue.name).toBe('General');
  });

  it('gets another name and tier: open consoles hear of it, the log says before and after, its slug stays', async () => {
    const { queue, settings, revision } = await made('Logistics');
    const console = await maya.queue(queue.id);
    await console.find((frame) => frame.type === 'queue' && frame.queue.name === 'Logistics');
    const preview = await ines.post(`${pathOf(queue.id)}/preview`, { ...settings, name: 'Shipping', tier: 2 });
    expect(((await preview.json()) as QueuePreview).waiting).toBe(0);
    const saved = await put(ines, queue.id, { ...settings, name: 'Shipping', tier: 2, revision });
    expect(await saved.json()).toMatchObject({
      queue: { name: 'Shipping', tier: 2, slug: 'logistics' },
      revision: revision + 1,
      changed: { name: 'Ines Duarte' },
    });
    const told = (await console.find((frame) => frame.type === 'queue' && frame.queue.name === 'Shipping')) as Extract<
      QueueDown,
      { type: 'queue' }
    >;
    expect(told.queue).toEqual({ id: queue.id, name: 'Shipping', tier: 2 });
    expect(
      (await log())
        .filter(({ id }) => id.startsWith(`queue/${queue.id}/1`))
        .map(({ deed, about, detail }) => [deed, about, detail])
        .sort(),
    ).toEqual([
      ['queue.renamed', 'Logistics', 'Logistics → Shipping'],
      ['queue.tier_changed', 'Shipping', 'tier 1 → 2'],
    ]);
    // With another setting it is a third line; alone it is the only one.
    const again = await load(queue.id);
    await put(ines, queue.id, { ...again.settings, name: 'Freight', offerMs: 45_000, revision: again.revision });
    expect(
      (await log())
        .filter(({ id }) => id.startsWith(`queue/${queue.id}/2`))
        .map(({ detail }) => detail)
        .sort(),
    ).toEqual(['Shipping → Freight', 'offerMs']);
    // Left out, they stay: whoever knows only the settings undoes no name.
    const { name: _, tier: __, ...rest } = (await load(queue.id)).settings;
    expect(await (await put(ines, queue.id, { ...rest, revision: 2 })).json()).toMatchObject({
      queue: { name: 'Freight', tier: 2 },
    });
  });

  it('[Q14] whose name somebody else has just changed is not renamed by who did not see it', async () => {
    const { queue, settings, revision } = await made('Payroll');
    const first = { ...settings, name: 'Payroll EU', revision };
    expect((await put(ines, queue.id, first)).status).toBe(200);
    const late = await put(ines, queue.id, { ...settings, name: 'Payroll UK', revision });
    expect(late.status).toBe(409);
    // The first one, sent again because its answer was lost.
    expect((await put(ines, queue.id, first)).status).toBe(200);
    expect(await load(queue.id)).toMatchObject({ queue: { name: 'Payroll EU' }, revision: revision + 1 });
  });

  it('[E5] is not moved to a tier to which a path would lead, its own or another’s, where something is asked for', async () => {
    const [low, high] = [await made('Devices', 2), await made('Firmware', 2)];
    const asks = ['hypothesis'];
    const change = async (id: string, part: object) => {
      const { settings, revision } = await load(id);
      return put(ines, id, { ...settings, ...part, revision });
    };
    expect((await change(high.queue.id, { asks })).status).toBe(200);
    expect((await change(low.queue.id, { path: onThePathTo(high.queue.id) })).status).toBe(200);
    expect(await issuesOf(await change(low.queue.id, { tier: 1 }))).toEqual([
      {
        path: 'tier',
        message:
          'step 1 of the path would lead up to Firmware, which asks for a hypothesis; only a person can add that.',
      },
    ]);
    const up = { tier: 3 };
    const issue = {
      path: 'tier',
      message: 'a path of Devices would lead up here, and only a person can add what is asked for.',
    };
    expect(await issuesOf(await change(high.queue.id, up))).toEqual([issue]);
    const { settings } = await load(high.queue.id);
    expect(await issuesOf(await ines.post(`${pathOf(high.queue.id)}/preview`, { ...settings, ...up }))).toEqual([
      issue,
    ]);
    expect((await change(high.queue.id, { ...up, asks: [] })).status).toBe(200);
  });
});
