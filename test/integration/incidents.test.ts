import { beforeAll, describe, expect, it } from 'vitest';
import type { IncidentsAnswer } from '#protocol/incidents.ts';
import type { Problem } from '#protocol/problem.ts';
import type { QueueDown } from '#protocol/queue.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { configOf, queuesOf } from '../../worker/storage/workspaces.ts';
import { Agent } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
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

const put = (agent: Agent, id: string, body: object) =>
  inWorker.fetch(`/v1/incidents/${id}`, { method: 'PUT', headers: agent.headers, body: JSON.stringify(body) });
const answerOf = async (response: Response): Promise<IncidentsAnswer> => {
  expect(response.status).toBe(200);
  return response.json();
};

/** Somebody who waits, on this page. */
async function waitingOn(path: string): Promise<Visitor> {
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  const told = await socket.ask({
    type: 'page.update',
    page: {
      path,
      title: 'Page',
      area: 'whatever the host says',
      entries: [],
      viewport: { width: 800, height: 600 },
      browser: 'test',
      language: 'en',
      at: Date.now(),
    },
    trail: [],
  });
  expect(told).toMatchObject({ type: 'ack' });
  await socket.ask({ type: 'message.send', text: 'Hello. Please let me talk to a human.' });
  await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'escalated'));
  socket.close();
  return visitor;
}

const rankOn = (watching: FrameSocket<QueueDown>, { conversationId }: Visitor) =>
  (watching.frames.findLast((frame) => frame.type === 'queue') as Extract<QueueDown, { type: 'queue' }>).entries.find(
    (entry) => entry.conversationId === conversationId,
  )?.rank;
const incidentOn = (watching: FrameSocket<QueueDown>, visitor: Visitor) =>
  rankOn(watching, visitor)?.find(({ label }) => label.startsWith('incident'));

describe('[P8] an incident', () => {
  it('moves who waits on its pages forward, live, and nobody else; when it ends they are ranked as before', async () => {
    const affected = await waitingOn('/reports/weekly');
    const other = await waitingOn('/settings/team');
    const watching = await ines.queue(await ines.queueId('General'));
    await watching.find(() => rankOn(watching, affected) !== undefined && rankOn(watching, other) !== undefined);
    const before = rankOn(watching, affected);

    const said = { title: 'Reports are empty', area: 'Reports' };
    const started = await answerOf(await put(ines, 'inc_reports00', said));
    expect(started.running).toMatchObject([{ title: 'Reports are empty', area: 'reports', by: 'Ines Duarte' }]);
    await watching.find(() => incidentOn(watching, affected) !== undefined);
    expect(incidentOn(watching, affected)).toEqual({ label: 'incident: Reports are empty', minutes: -5 });
    expect(incidentOn(watching, other)).toBeUndefined();
    expect(watching.frames.findLast((frame) => frame.type === 'queue')).toMatchObject({
      incidents: [{ title: 'Reports are empty', area: 'reports' }],
    });
    // Who comes meanwhile too.
    const newcomer = await waitingOn('/reports');
    await watching.find(() => incidentOn(watching, newcomer) !== undefined);

    // Said again it is the same one, by whoever said it first.
    const again = await answerOf(await put(ines, 'inc_reports00', { ...said, title: 'Something else' }));
    expect(again.running).toEqual(started.running);

    const ended = await answerOf(await ines.post('/v1/incidents/inc_reports00/end', {}));
    expect(ended.running).toEqual([]);
    expect(ended.ended).toMatchObject([{ title: 'Reports are empty', endedBy: 'Ines Duarte' }]);
    await watching.find(() => incidentOn(watching, affected) === undefined);
    expect(rankOn(watching, affected)).toEqual(before);
    const twice = await answerOf(await ines.post('/v1/incidents/inc_reports00/end', {}));
    expect(twice.ended).toEqual(ended.ended);
  });

  it('of two states of the settings a queue keeps the newer, whoever brings it', async () => {
    const visitor = await waitingOn('/projects');
    const watching = await ines.queue(await ines.queueId('General'));
    await watching.find(() => rankOn(watching, visitor) !== undefined);
    const general = async () =>
      configOf((await queuesOf(testEnv.DB, workspaceId)).find(({ slug }) => slug === 'general')!);
    const older = await general();
    await answerOf(await put(ines, 'inc_projects0', { title: 'Projects are slow', area: null }));
    await watching.find(() => incidentOn(watching, visitor) !== undefined);
    // As a hand-over does that had read the settings a moment before.
    await queueStub(testEnv, workspaceId, older.id).configure({ workspaceId, config: older });
    await watching.ask({ type: 'hello', protocol: PROTOCOL_VERSION });
    expect(incidentOn(watching, visitor)).toBeDefined();
    expect((await general()).asOf).toBeGreaterThan(older.asOf);
    await answerOf(await ines.post('/v1/incidents/inc_projects0/end', {}));
    await watching.find(() => incidentOn(watching, visitor) === undefined);
  });

  it('is read by every agent, said and ended by supervisors only', async () => {
    expect((await answerOf(await maya.get('/v1/incidents'))).areas).toContain('billing');
    const said = { title: 'Nothing works', area: null };
    expect((await put(maya, 'inc_maya00000', said)).status).toBe(403);
    await answerOf(await put(ines, 'inc_ines00000', said));
    expect((await maya.post('/v1/incidents/inc_ines00000/end', {})).status).toBe(403);
    expect((await ines.post('/v1/incidents/inc_nobody000/end', {})).status).toBe(404);
    await answerOf(await ines.post('/v1/incidents/inc_ines00000/end', {}));
  });

  it.each([
    [{ title: '', area: null }, 'title'],
    [{ title: 'Cards fail', area: '/billing/cards' }, 'area'],
    [{ title: 'Cards fail' }, 'area'],
  ])('%j is refused with its place', async (body, path) => {
    const response = await put(ines, 'inc_wrong0000', body);
    expect(response.status).toBe(400);
    expect(((await response.json()) as Problem).issues?.map((issue) => issue.path)).toEqual([path]);
  });
});
