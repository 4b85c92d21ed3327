import { beforeAll, describe, expect, it } from 'vitest';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { Problem } from '#protocol/problem.ts';
import type { RoutesAnswer } from '#protocol/routes.ts';
import { workspaceById } from '../../worker/storage/workspaces.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

let maya: Agent;
let ines: Agent;
beforeAll(async () => {
  [maya, ines] = (await Promise.all(['maya', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)))) as [
    Agent,
    Agent,
  ];
});

const load = async () => (await (await ines.get('/v1/routes')).json()) as RoutesAnswer;
const put = (by: Agent, body: object) =>
  inWorker.fetch('/v1/routes', { method: 'PUT', headers: by.headers, body: JSON.stringify(body) });
const log = async () =>
  ((await (await ines.get('/v1/audit')).json()) as AuditAnswer).entries.filter(({ deed }) => deed === 'routes.changed');
const handedOver = async (text: string): Promise<string> => {
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'message.send', text });
  const isEscalated = (frame: (typeof socket.frames)[number]) =>
    frame.type === 'entries' ? frame.entries.find(({ type }) => type === 'escalated') : undefined;
  const entry = isEscalated(await socket.find((frame) => isEscalated(frame) !== undefined));
  return entry?.type === 'escalated' ? entry.queueName : '';
};

describe('[M2] routes', () => {
  it('are read with what may be chosen', async () => {
    const { revision, changed, routes, queues, known } = await load();
    expect({ revision, changed }).toEqual({ revision: 0, changed: null });
    expect(routes.topics).toContainEqual({ name: 'billing', queue: 'billing' });
    expect(routes.fallback).toBe('general');
    expect(queues).toContainEqual({ slug: 'technical', name: 'Technical' });
    expect(known.areas).toContain('billing');
  });

  it('are previewed on what was handed over, change where work goes, and the log says from where to where', {
    timeout: 40_000,
  }, async () => {
    const text = 'My API key does not work. Please let me talk to a human.';
    expect(await handedOver(text)).toBe('Technical');
    // A trigger names this queue, whatever the routes say.
    expect(await handedOver('I was charged twice. Please let me talk to a human.')).toBe('Billing');
    const { routes, revision } = await load();
    const to = (queue: string) => ({
      ...routes,
      topics: routes.topics.map((row) => (row.name === 'api-keys' || row.name === 'billing' ? { ...row, queue } : row)),
    });
    const would = to('general');
    const look = async () => (await maya.post('/v1/routes/preview', would)).json();
    await expect
      .poll(look)
      .toEqual({ looked: 2, otherwise: 1, moves: [{ from: 'Technical', to: 'General', count: 1 }] });
    expect(await load()).toMatchObject({ revision, routes });

    const saved = await put(ines, { ...would, revision });
    expect(saved.status).toBe(200);
    expect(await saved.json()).toMatchObject({
      revision: revision + 1,
      changed: { name: 'Ines Duarte' },
      routes: would,
    });
    expect(await log()).toMatchObject([
      {
        by: 'Ines Duarte',
        about: 'Routes',
        detail: 'topic api-keys: Technical → General; topic billing: Billing → General',
      },
    ]);
    // What else is in the workspace's settings is as it was.
    expect((await workspaceById(testEnv.DB, testEnv.DEMO.id))?.settings.capture).toBe('on_escalation');
    await expect.poll(() => handedOver(text), { timeout: 25_000, interval: 3000 }).toBe('General');
  });

  it('[Q14] made from older ones are refused and say who was faster; sent again they are done already', async () => {
    const { routes, revision } = await load();
    const first = { ...routes, areas: [], revision };
    expect((await put(ines, first)).status).toBe(200);
    const late = await put(ines, { ...routes, fallback: 'billing', revision });
    expect(late.status).toBe(409);
    expect(((await late.json()) as Problem).message).toMatch(/^Ines Duarte changed which queue work comes to after/);
    expect((await put(ines, first)).status).toBe(200);
    expect(await load()).toMatchObject({ revision: revision + 1, routes: { areas: [], fallback: routes.fallback } });
    // Made from none at all is not made from the ones in force.
    expect((await put(ines, routes)).status).toBe(400);
    const at = await load();
    const both = await Promise.all(
      ['billing', 'technical'].map((fallback) => put(ines, { ...at.routes, fallback, revision: at.revision })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  it('are changed by admins only', async () => {
    const { routes, revision } = await load();
    expect((await put(maya, { ...routes, revision })).status).toBe(403);
    expect((await load()).revision).toBe(revision);
  });

  it('that lead nowhere are refused with their place, in the preview too', async () => {
    const { routes, revision } = await load();
    const wrong = {
      topics: [
        { name: ' vat', queue: 'billing' },
        { name: 'vat', queue: 'sales' },
      ],
      areas: [{ name: ' ', queue: 'general' }],
      fallback: 'sales',
    };
    for (const response of [await put(ines, { ...wrong, revision }), await ines.post('/v1/routes/preview', wrong)]) {
      expect(response.status).toBe(400);
      expect(((await response.json()) as Problem).issues).toEqual([
        { path: 'topics.1.name', message: 'vat is there twice.' },
        { path: 'topics.1.queue', message: 'this workspace has no such queue.' },
        { path: 'areas.0.name', message: 'name the area, or remove the row.' },
        { path: 'fallback', message: 'this workspace has no such queue.' },
      ]);
    }
    expect(await load()).toMatchObject({ revision, routes });
  });
});
