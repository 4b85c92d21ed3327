import { beforeAll, describe, expect, it } from 'vitest';
import type { IncidentId } from '#domain/ids.ts';
import { type MetricsAnswer, metricsAnswer, recordedScenarioAnswer } from '#protocol/http.ts';
import type { SlaPolicyAnswer } from '#protocol/sla.ts';
import { namedQueues } from '../../tools/seed/demo-workspace.ts';
import { eventsSql } from '../../tools/seed/events-sql.ts';
import { seededMonth } from '../../tools/seed/month.ts';
import { endIncident, startIncident } from '../../worker/storage/incidents.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const DAY_MS = 86_400_000;
const TODAY = Math.floor(Date.now() / DAY_MS) * DAY_MS;

const workspaceId = testEnv.DEMO.id;
let maya: Agent;
const ask = (query: Record<string, string | number>) =>
  maya.get(`/v1/metrics?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`);
const metrics = async (from: number, to: number, by = 'topic'): Promise<MetricsAnswer> =>
  metricsAnswer.parse(await (await ask({ from, to, by })).json());

const seedMonth = () => {
  const { id, agents } = testEnv.DEMO;
  const rows = seededMonth({ workspaceId: id, now: Date.now(), agents: agents.map(namedQueues) });
  return testEnv.DB.batch(eventsSql(id, rows).map((statement) => testEnv.DB.prepare(statement)));
};

beforeAll(async () => {
  await seedMonth();
  maya = await Agent.signIn(inWorker, 'maya@baton.test');
});

describe('GET /v1/metrics', () => {
  it('reports the seeded month, the same once more after seeding once more', async () => {
    const month = await metrics(TODAY - 30 * DAY_MS, TODAY, 'queue');
    expect(month.total.conversations).toBeGreaterThan(1500);
    expect(month.groups.map(({ key }) => key).sort()).toEqual(['Billing', 'Engineering', 'General', 'Technical']);
    expect(month.days).toHaveLength(30);
    await seedMonth();
    expect((await metrics(TODAY - 30 * DAY_MS, TODAY, 'queue')).total.conversations).toBe(month.total.conversations);
  });

  it('is never kept by a cache', async () => {
    const response = await ask({ from: TODAY - DAY_MS, to: TODAY, by: 'area' });
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
  });

  it('a window over several slices is the sum of its parts', async () => {
    const whole = await metrics(TODAY - 400 * DAY_MS, TODAY);
    const parts = await Promise.all([
      metrics(TODAY - 400 * DAY_MS, TODAY - 9 * DAY_MS),
      metrics(TODAY - 9 * DAY_MS, TODAY),
    ]);
    for (const count of ['conversations', 'escalations'] as const) {
      expect(whole.total[count]).toBe(parts.reduce((sum, { total }) => sum + total[count], 0));
    }
    expect(whole.days).toHaveLength(400);
  });

  it.each([
    ['more than 400 days', { from: TODAY - 400 * DAY_MS - 1, to: TODAY, by: 'queue' }],
    ['an empty window', { from: TODAY, to: TODAY, by: 'queue' }],
    ['a window backwards', { from: TODAY, to: TODAY - 1, by: 'queue' }],
    ['no number', { from: 'yesterday', to: TODAY, by: 'queue' }],
    ['another grouping', { from: 0, to: 1, by: 'agent' }],
    ['an unknown field', { from: 0, to: 1, by: 'queue', workspaceId: 'wsp_000000' }],
    ['nothing at all', {}],
  ])('%s is answered with a Problem', async (_, query) => {
    const response = await ask(query as Record<string, string | number>);
    expect([response.status, await response.json()]).toEqual([400, expect.objectContaining({ kind: 'invalid' })]);
  });

  it('events that cannot be read are left out, those of another workspace are not seen', async () => {
    const before = await metrics(TODAY, TODAY + DAY_MS);
    const insert = (workspaceId: string, id: string, type: string, body: string) =>
      testEnv.DB.prepare(
        'insert into events (workspace_id, id, conversation_id, type, at, body) values (?, ?, ?, ?, ?, ?)',
      )
        .bind(workspaceId, id, 'cnv_brokenbroken', type, TODAY + 1, body)
        .run();
    const other = 'wsp_otherotherother';
    await testEnv.DB.batch([
      testEnv.DB.prepare('insert into organization (id, name, slug, createdAt) values (?, ?, ?, ?)').bind(
        other,
        'O',
        'o',
        'x',
      ),
      testEnv.DB.prepare(
        "insert into workspaces (id, public_key, name, allowed_origins, settings) values (?, 'pk_o', 'O', '[]', '{}')",
      ).bind(other),
    ]);
    await insert(other, 'x/1', 'conversation.started', '{"type":"conversation.started"}');
    await insert(testEnv.DEMO.id, 'x/2', 'conversation.started', '{');
    await insert(testEnv.DEMO.id, 'x/3', 'conversation.rated', '{"type":"conversation.rated"}');
    expect((await metrics(TODAY, TODAY + DAY_MS)).total).toEqual(before.total);
  });
});

describe('what really happened', () => {
  it('[C7] is counted: a conversation that was answered, and one that was handed over, flagged and resolved', async () => {
    const before = await metrics(TODAY, TODAY + DAY_MS);
    const tom = await Visitor.arrive(inWorker, 'usr_tom');
    const quiet = await tom.open();
    await quiet.ask({ type: 'message.send', text: 'Where do I change the VAT number?' });
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const priya = await Visitor.arrive(inWorker, 'usr_priya');
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: 'I was charged twice, let me talk to a human' });
    const offer = await offerOn(own, priya.conversationId);
    await accept(own, offer);
    const conversation = await maya.conversation(priya.conversationId);
    await conversation.ask({ type: 'message.send', text: 'Hello, I am looking.' });
    await conversation.ask({ type: 'flag', because: 'answer_was_in_knowledge_base', note: '' });
    await conversation.ask({ type: 'resolve', code: 'answered', note: '' });

    const settled = async () => {
      const now = await metrics(TODAY, TODAY + DAY_MS);
      return now.total.misEscalationRate.numerator > before.total.misEscalationRate.numerator &&
        now.groups.every(({ key, conversations }) => key !== '' || conversations === 0)
        ? now
        : null;
    };
    const after = await until(settled);
    expect(after.total.conversations - before.total.conversations).toBe(2);
    expect(after.total.escalationRate.numerator - before.total.escalationRate.numerator).toBe(1);
    expect(after.total.timeToFirstResponse.count - before.total.timeToFirstResponse.count).toBe(1);
    const groups = new Map(after.groups.map((row) => [row.key, row]));
    expect(groups.get('billing')).toMatchObject({
      escalations: 1,
      misEscalationRate: { numerator: 1, denominator: 1 },
    });
    expect(groups.get('settings')).toMatchObject({ conversations: 1, escalations: 0 });
  });
});

it('[C7] the button after a question goes to the queue of that question', async () => {
  const lena = await Visitor.arrive(inWorker, 'usr_lena');
  const socket = await lena.open();
  await socket.ask({ type: 'message.send', text: 'I was charged twice' });
  await socket.find((frame) => frame.type === 'assistant.end');
  await socket.ask({ type: 'person.request' });
  const isEscalated = (entry: { type: string }) => entry.type === 'escalated';
  const frame = await socket.find((one) => one.type === 'entries' && one.entries.some(isEscalated));
  expect(frame.type === 'entries' && frame.entries.find(isEscalated)).toMatchObject({ queueName: 'Billing' });
});

/** Events reach D1 by outbox, a moment later. */
async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (let tries = 0; tries < 60; tries++) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come to that');
}

describe('GET /v1/metrics/scenario', () => {
  it('names a query that is wrong as that', async () => {
    const answer = (await (await maya.get('/v1/metrics/scenario?from=0&to=86400000&days=5')).json()) as {
      message: string;
    };
    expect(answer.message).toMatch(/^query: has a field that is not known: “days”/);
  });

  it('is the seeded month, with what the bundles know', async () => {
    const visitor = await Visitor.arrive(inWorker, 'usr_priya');
    const socket = await visitor.open();
    const own = await maya.own();
    await socket.ask({ type: 'message.send', text: 'I was charged twice, let me talk to a person' });
    await own.ask({ type: 'presence.set', presence: 'available' });
    await accept(own, await offerOn(own, visitor.conversationId));
    const window = new URLSearchParams({ from: String(TODAY - 3 * DAY_MS), to: String(Date.now() + 60_000) });
    await expect
      .poll(
        async () => {
          const response = await maya.get(`/v1/metrics/scenario?${window}`);
          const scenario = recordedScenarioAnswer.parse(await response.json());
          return [
            response.headers.get('content-disposition'),
            scenario.agents.length > 0,
            scenario.recorded.at(-1)?.plan,
          ];
        },
        { timeout: 10_000 },
      )
      .toEqual([expect.stringMatching(/^attachment; filename="baton-.*\.json"$/), true, 'enterprise']);
    await own.ask({ type: 'presence.set', presence: 'away' });
    own.close();
    socket.close();
  });

  it('[V8] has what is promised, the queues’ hours, and the incidents of that time', async () => {
    const incident = (title: string, startedAt: number) => ({
      id: `inc_${title}`,
      title,
      area: null,
      startedAt,
      by: 'Ines',
    });
    await startIncident(testEnv.DB, workspaceId, incident('past', TODAY - 9 * DAY_MS));
    await endIncident(testEnv.DB, workspaceId, 'inc_past' as IncidentId, { at: TODAY - 8 * DAY_MS, by: 'Ines' });
    await startIncident(testEnv.DB, workspaceId, incident('present', TODAY - DAY_MS));
    const window = new URLSearchParams({ from: String(TODAY - 3 * DAY_MS), to: String(TODAY) });
    const answer = await maya.get(`/v1/metrics/scenario?${window}`);
    const { promises, calendars, incidents, queues } = recordedScenarioAnswer.parse(await answer.json());
    const present = (await (await maya.get('/v1/sla-policy')).json()) as SlaPolicyAnswer;
    expect({ promises, calendars }).toEqual({ promises: present.policy, calendars: present.calendars });
    const at = (ms: number) => new Date(ms).toISOString();
    expect(incidents).toEqual([{ title: 'present', area: null, from: at(TODAY - DAY_MS), to: at(TODAY) }]);
    expect(queues.find(({ name }) => name === 'General')?.settings).toHaveProperty('hoursId');
    await endIncident(testEnv.DB, workspaceId, 'inc_present' as IncidentId, { at: Date.now(), by: 'Ines' });
  });

  it('says that there is nothing where nobody worked', async () => {
    const response = await maya.get('/v1/metrics/scenario?from=0&to=86400000');
    expect([response.status, await response.json()]).toMatchObject([409, { kind: 'conflict' }]);
  });
});
