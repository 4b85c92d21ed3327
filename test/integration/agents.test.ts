import { runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AgentId, QueueId, ReservationId } from '#domain/ids.ts';
import type { QueueEntry } from '#domain/queue/queue.ts';
import type { AgentDown, Offer } from '#protocol/agent.ts';
import type { AgentPreview, AgentSettings, AgentSettingsAnswer, AgentsAnswer } from '#protocol/agent-settings.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { Problem } from '#protocol/problem.ts';
import type { QueueDown } from '#protocol/queue.ts';
import type { QueueSettingsAnswer } from '#protocol/queue-settings.ts';
import type { SlaPolicyAnswer } from '#protocol/sla.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import { agentStub, queueStub } from '../../durable-objects/names.ts';
import { agentProfile, saveAgentSettings } from '../../worker/storage/agents.ts';
import { configOf, queuesOf } from '../../worker/storage/workspaces.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { someFacts, someWork } from '../support/builders.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const workspaceId = testEnv.DEMO.id;
const MAYA = testEnv.DEMO.agents.find(({ email }) => email === 'maya@baton.test')?.id as AgentId;
const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as QueueId;
const [BILLING, GENERAL, TECHNICAL] = [queueId('billing'), queueId('general'), queueId('technical')];
const AS_SEEDED: AgentSettings = { skills: [{ name: 'billing', level: 1 }], capacity: 3, queueIds: [BILLING, GENERAL] };

let maya: Agent;
let ines: Agent;
let own: FrameSocket<AgentDown>;

beforeAll(async () => {
  [maya, ines] = (await Promise.all(['maya', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)))) as [
    Agent,
    Agent,
  ];
  own = await maya.own();
  await own.ask({ type: 'presence.set', presence: 'available' });
});

const put = (by: Agent, id: string, body: object) =>
  inWorker.fetch(`/v1/agents/${id}/settings`, { method: 'PUT', headers: by.headers, body: JSON.stringify(body) });
const load = async (): Promise<AgentSettingsAnswer> => (await ines.get(`/v1/agents/${MAYA}/settings`)).json();
/** What Maya is from now on, by Ines. */
async function make(changed: Partial<AgentSettings>): Promise<AgentSettingsAnswer> {
  const { revision } = (await load()).agent;
  const response = await put(ines, MAYA, { ...AS_SEEDED, ...changed, revision });
  expect(response.status).toBe(200);
  return response.json();
}
const stateOf = () => own.frames.findLast((frame) => frame.type === 'state') as Extract<AgentDown, { type: 'state' }>;

/** Work without a conversation: what is offered shows it, and nobody accepts it. */
let made = 0;
async function waiting(skills: string[], queue: QueueId = BILLING) {
  made += 1;
  const work = someWork(7000 + made, { skills });
  const config = configOf((await queuesOf(testEnv.DB, workspaceId)).find(({ id }) => id === queue)!);
  const stub = queueStub(testEnv, workspaceId, queue);
  await stub.enqueue({ workspaceId, config }, work, {
    class: 1,
    facts: someFacts(),
    queuedAt: Date.now(),
    preferred: null,
  });
  const { escalationId, hop } = work;
  return {
    work,
    state: async (): Promise<QueueEntry['state'] | undefined> =>
      runInDurableObject(stub, (_, { storage }) => {
        const row = storage.sql
          .exec<{ state: string }>('select state from entries where escalation_id = ? and hop = ?', escalationId, hop)
          .toArray()[0];
        return row?.state as QueueEntry['state'] | undefined;
      }),
    gone: () => stub.close(escalationId, hop, 'abandoned'),
  };
}
const offered = (escalationId: string) => stateOf().offers.some((offer) => offer.escalationId === escalationId);
const offerOf = async (escalationId: string): Promise<Offer> => {
  await expect.poll(() => offered(escalationId)).toBe(true);
  return stateOf().offers.find((offer) => offer.escalationId === escalationId)!;
};
/** Rounds of everything that follows from a change, so that "is not offered" is more than "not yet". */
async function settled(): Promise<void> {
  await agentStub(testEnv, workspaceId, MAYA).overdueMs();
  for (const queue of [BILLING, GENERAL, TECHNICAL]) await queueStub(testEnv, workspaceId, queue).overdueMs();
  await own.ask({ type: 'hello', protocol: PROTOCOL_VERSION });
}

describe('[A7] what an agent can do', () => {
  it('a skill that is added makes a waiting piece be offered, one that is taken away withdraws it, to its own rank', async () => {
    const one = await waiting(['sso>=2']);
    await settled();
    expect(offered(one.work.escalationId)).toBe(false);
    await make({ skills: [...AS_SEEDED.skills, { name: 'sso', level: 1 }] });
    await settled();
    expect(offered(one.work.escalationId)).toBe(false);

    await make({ skills: [...AS_SEEDED.skills, { name: 'sso', level: 2 }] });
    const { reservationId } = await offerOf(one.work.escalationId);
    const told = await make({});
    expect(told.agent.settings).toEqual(AS_SEEDED);
    await own.find((frame) => frame.type === 'offer.withdrawn' && frame.reservationId === reservationId);
    expect(own.frames).toContainEqual({ type: 'offer.withdrawn', reservationId, because: 'unfit' });
    await expect.poll(one.state).toBe('queued');
    expect(offered(one.work.escalationId)).toBe(false);
    // Not held against her: who gets it back is asked at once.
    await make({ skills: [...AS_SEEDED.skills, { name: 'sso', level: 2 }] });
    await offerOf(one.work.escalationId);
    await one.gone();
    await make({});
  });

  it('an offer that is accepted while it goes back is in hand, or in line: never with an agent who has nothing', async () => {
    for (const delayMs of [0, 1, 2, 4, 8]) {
      const visitor = await Visitor.arrive(inWorker, null);
      const socket = await visitor.open();
      await socket.ask({ type: 'message.send', text: 'I was charged twice. Please let me talk to a human.' });
      const offer = await offerOn(own, visitor.conversationId);
      expect(offer.queueId).toBe(BILLING);
      const stub = queueStub(testEnv, workspaceId, BILLING);
      // What her own object asks the queue, on its way while her settings change.
      const accepting = stub.accept(offer.reservationId as ReservationId, offer.epoch, MAYA);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await make({ queueIds: [GENERAL] });
      const answer = await accepting;
      const entry = () =>
        runInDurableObject(stub, (_, { storage }) => {
          const [row] = storage.sql
            .exec<{ state: string }>('select state from entries where escalation_id = ?', offer.escalationId)
            .toArray();
          return row?.state;
        });
      if (answer.ok) {
        await expect.poll(() => stateOf().work.map((one) => one.conversationId)).toEqual([visitor.conversationId]);
        expect([await entry(), stateOf().load]).toEqual(['assigned', 1]);
        const desk = await maya.conversation(visitor.conversationId);
        await desk.ask({ type: 'resolve', code: 'answered', note: '' });
        desk.close();
      } else {
        await expect.poll(entry).toBe('queued');
        await stub.close(offer.escalationId as never, 1, 'abandoned');
      }
      await expect.poll(() => stateOf().load).toBe(0);
      await make({});
      socket.close();
    }
  });

  it('room that is added is filled at once; when there is less, the latest offer goes back and work in hand stays', async () => {
    await make({ capacity: 1 });
    const visitor = await Visitor.arrive(inWorker, 'usr_priya');
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'I was charged twice. Please let me talk to a human.' });
    await accept(own, await offerOn(own, visitor.conversationId));
    await own.find((frame) => frame.type === 'state' && frame.work.length === 1);
    const second = await waiting([]);
    await settled();
    expect(stateOf()).toMatchObject({ load: 1, capacity: 1, offers: [] });

    await make({ capacity: 2 });
    const { reservationId } = await offerOf(second.work.escalationId);
    expect(stateOf()).toMatchObject({ load: 2, capacity: 2 });

    await make({ capacity: 1 });
    await own.find((frame) => frame.type === 'offer.withdrawn' && frame.reservationId === reservationId);
    await expect.poll(second.state).toBe('queued');
    expect(stateOf()).toMatchObject({
      load: 1,
      capacity: 1,
      offers: [],
      work: [{ conversationId: visitor.conversationId }],
    });
    const held = await maya.conversation(visitor.conversationId);
    expect(await held.ask({ type: 'message.send', text: 'I am still here.' })).toMatchObject({ type: 'ack' });
    await held.ask({ type: 'resolve', code: 'answered', note: '' });
    await second.gone();
    await make({});
  });

  it('of a queue that is taken away nothing is offered, what is being offered goes back, and the queue forgets them; given back, it is offered', async () => {
    const watching = await ines.queue(BILLING);
    const servers = () =>
      (watching.frames.findLast((frame) => frame.type === 'queue') as Extract<QueueDown, { type: 'queue' }>).agents.map(
        ({ id }) => id,
      );
    await watching.find((frame) => frame.type === 'queue' && frame.agents.some(({ id }) => id === MAYA));
    const one = await waiting([]);
    const { reservationId, epoch } = await offerOf(one.work.escalationId);
    await make({ queueIds: [GENERAL] });
    await own.find((frame) => frame.type === 'offer.withdrawn' && frame.reservationId === reservationId);
    await expect.poll(one.state).toBe('queued');
    await expect.poll(servers).not.toContain(MAYA);
    // Her click was on its way.
    expect(await own.ask({ type: 'offer.accept', reservationId, epoch, queueId: BILLING })).toMatchObject({
      type: 'nack',
    });
    const two = await waiting([]);
    await settled();
    expect([await one.state(), await two.state()]).toEqual(['queued', 'queued']);
    // Nor by a supervisor's choice.
    const { escalationId, hop } = one.work;
    expect(await watching.ask({ type: 'entry.assign', escalationId, hop, agentId: MAYA })).toMatchObject({
      type: 'nack',
      problem: { message: 'This agent does not serve this queue.' },
    });

    await make({});
    await Promise.all([offerOf(one.work.escalationId), offerOf(two.work.escalationId)]);
    await expect.poll(servers).toContain(MAYA);
    await Promise.all([one.gone(), two.gone()]);
  });

  it('of two states of the settings the agent’s object keeps the newer, whoever brings it', async () => {
    const older = (await agentProfile(testEnv.DB, workspaceId, MAYA))!;
    await make({ capacity: 5 });
    await expect.poll(() => stateOf().capacity).toBe(5);
    const queues = (await queuesOf(testEnv.DB, workspaceId)).map(configOf);
    // As somebody who opens a console does who had read it a moment before.
    await agentStub(testEnv, workspaceId, MAYA).issueTicket({ workspaceId, profile: older, queues });
    await settled();
    expect(stateOf().capacity).toBe(5);
    await make({});
  });

  it('a queue that has not heard yet that they no longer serve it gets no slot', async () => {
    await make({ queueIds: [GENERAL] });
    const granted = await agentStub(testEnv, workspaceId, MAYA).grant({
      reservationId: 'rsv_late00001' as ReservationId,
      epoch: 1,
      queueId: BILLING,
      queueName: 'Billing',
      work: someWork(7999),
      cost: 1,
      wrapUpMs: 0,
      unansweredLimit: 1,
      tier: null,
      terms: [],
      queuedAt: 0,
      dueAt: 0,
      offeredAt: 0,
      expiresAt: Date.now() + 30_000,
    });
    expect(granted).toBe(false);
    await make({});
  });

  it('is previewed: whom of those who wait they could be offered besides, and whom no longer', async () => {
    const needy = await waiting(['ldap']);
    const answer = await ines.post(`/v1/agents/${MAYA}/settings/preview`, {
      ...AS_SEEDED,
      skills: [{ name: 'ldap', level: 1 }],
      queueIds: [BILLING],
    });
    const { queues } = (await answer.json()) as AgentPreview;
    expect(queues.map(({ name }) => name)).toEqual(['Billing', 'General']);
    expect(queues[0]).toMatchObject({
      waiting: 1,
      gained: { count: 1, first: [{ ticketNumber: needy.work.ticketNumber, needs: 'ldap' }] },
      lost: { count: 0, first: [] },
    });
    expect((await load()).agent.settings).toEqual(AS_SEEDED);
    await needy.gone();
  });

  it('is read by every agent, changed by supervisors only, and of two who save at once one is told', async () => {
    const all = (await (await maya.get('/v1/agents')).json()) as AgentsAnswer;
    expect(all.agents.map(({ name }) => name)).toEqual(['Ines Duarte', 'Jonas Weber', 'Maya Okafor']);
    expect(all.queues).toContainEqual({ id: BILLING, name: 'Billing', cost: 1 });
    expect(all.skills).toEqual(['api', 'billing']);
    const { revision } = (await load()).agent;
    expect((await put(maya, MAYA, { ...AS_SEEDED, revision })).status).toBe(403);
    const both = await Promise.all([4, 5].map((capacity) => put(ines, MAYA, { ...AS_SEEDED, capacity, revision })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const problem = (await both.find(({ status }) => status === 409)?.json()) as Problem;
    expect(problem.message).toBe(
      'Ines Duarte changed what Maya Okafor can do after you opened it. Nothing of yours was saved; look at the newer settings first.',
    );
    expect((await put(ines, 'agt_nobody00', { ...AS_SEEDED, revision: 0 })).status).toBe(404);
    // [Q14] Sent again because its answer was lost.
    const again = (await load()).agent;
    for (let time = 1; time <= 2; time++)
      expect((await put(ines, MAYA, { ...AS_SEEDED, capacity: 6, revision: again.revision })).status).toBe(200);
    expect((await load()).agent.revision).toBe(again.revision + 1);
    await make({});
  });

  it('[Q11] with too little room for a piece of a queue that nobody else has room for, are refused and not previewed', async () => {
    const costs = (cost: number) =>
      testEnv.DB.prepare('update queues set config = json_set(config, ?, ?) where id = ?')
        .bind('$.cost', cost, BILLING)
        .run();
    await costs(3);
    const { revision } = (await load()).agent;
    const small = { ...AS_SEEDED, capacity: 2 };
    const preview = inWorker.fetch(`/v1/agents/${MAYA}/settings/preview`, {
      method: 'POST',
      headers: ines.headers,
      body: JSON.stringify(small),
    });
    for (const response of [await put(ines, MAYA, { ...small, revision }), await preview]) {
      expect(response.status).toBe(400);
      const [issue, ...more] = ((await response.json()) as Problem).issues ?? [];
      expect([issue?.path, more]).toEqual(['capacity', []]);
      expect(issue?.message).toContain('a piece of Billing takes 3, and nobody who serves it would have room for that');
    }
    // What was so before keeps nobody from changing something else.
    await costs(4);
    await make({ skills: [...AS_SEEDED.skills, { name: 'api', level: 1 }] });
    await costs(1);
    await make({ capacity: 2 });
    await make({});
  });

  it.each([
    [{ capacity: 0 }, 'capacity', 'must be at least 1'],
    [{ skills: [{ name: 'two words', level: 1 }] }, 'skills.0.name', 'a skill is one word'],
    [{ skills: [{ name: 'api', level: 11 }] }, 'skills.0.level', 'must be at most 10'],
    [
      {
        skills: [
          { name: 'api', level: 1 },
          { name: 'api', level: 2 },
        ],
      },
      'skills.1.name',
      'this skill is there twice',
    ],
    [{ queueIds: [BILLING, 'que_nowhere0'] }, 'queueIds.1', 'this workspace has no such queue'],
  ])('%j is refused with its place', async (body, path, words) => {
    const { revision } = (await load()).agent;
    const response = await put(ines, MAYA, { ...AS_SEEDED, ...body, revision });
    expect(response.status).toBe(400);
    const { issues } = (await response.json()) as Problem;
    expect(issues?.map((issue) => issue.path)).toEqual([path]);
    expect(issues?.[0]?.message).toContain(words);
  });
});

describe('[O3] the log', () => {
  const log = async () => (await (await maya.get('/v1/audit')).json()) as AuditAnswer;

  it('has who changed an agent, and what', async () => {
    const { revision } = (await load()).agent;
    await make({ capacity: 4, skills: [...AS_SEEDED.skills, { name: 'api', level: 3 }] });
    const { entries } = await log();
    expect(entries[0]).toMatchObject({
      id: `agent/${MAYA}/${revision + 1}`,
      by: 'Ines Duarte',
      deed: 'agent.settings_changed',
      about: 'Maya Okafor',
      detail: 'skills billing → billing, api:3; capacity 3 → 4',
    });
    // A change that was refused is none.
    await put(ines, MAYA, { ...AS_SEEDED, revision });
    expect((await log()).entries).toEqual(entries);
    await make({});
    const older = (await (
      await maya.get(`/v1/audit?before=${entries[0]?.at}&beforeId=${entries[0]?.id}`)
    ).json()) as AuditAnswer;
    expect(older.entries).toEqual(entries.slice(1));
  });

  it('has nothing of a change that came too late', async () => {
    const agent = (await agentProfile(testEnv.DB, workspaceId, MAYA))!;
    const changed = { by: MAYA, name: 'Maya Okafor', at: Date.now() };
    const before = await log();
    const late = { from: agent.revision + 900, changed, detail: 'capacity 3 → 9' };
    expect(await saveAgentSettings(testEnv.DB, workspaceId, { ...agent, capacity: 9 }, late)).toBe(false);
    expect(await agentProfile(testEnv.DB, workspaceId, MAYA)).toEqual(agent);
    expect(await log()).toEqual(before);
  });

  it('has who changed a queue and the promises, and who said what was broken; settings by their paths', async () => {
    const send = (path: string, body: object) =>
      inWorker.fetch(path, { method: 'PUT', headers: ines.headers, body: JSON.stringify(body) });
    const queue = (await (await ines.get(`/v1/queues/${TECHNICAL}/settings`)).json()) as QueueSettingsAnswer;
    const changed = { ...queue.settings, wrapUpMs: 9000, rank: { ...queue.settings.rank, atRiskMinutes: 11 } };
    expect((await send(`/v1/queues/${TECHNICAL}/settings`, { ...changed, revision: queue.revision })).status).toBe(200);
    // Sent again because the answer was lost: answered the same, and no line. Something else from an older one: refused, and none either.
    const from = { revision: queue.revision };
    expect((await send(`/v1/queues/${TECHNICAL}/settings`, { ...changed, ...from })).status).toBe(200);
    expect((await send(`/v1/queues/${TECHNICAL}/settings`, { ...changed, wrapUpMs: 1, ...from })).status).toBe(409);
    const { version, policy, calendars } = (await (await ines.get('/v1/sla-policy')).json()) as SlaPolicyAnswer;
    for (let time = 1; time <= 2; time++)
      expect((await send('/v1/sla-policy', { version, policy, calendars })).status).toBe(200);
    expect((await send('/v1/incidents/inc_logged000', { title: 'Cards fail', area: 'billing' })).status).toBe(200);
    expect((await ines.post('/v1/incidents/inc_logged000/end', {})).status).toBe(200);
    const { entries } = await log();
    const lines = entries.filter(({ deed }) => deed !== 'agent.settings_changed');
    expect(lines.map(({ by, deed, about, detail }) => [by, deed, about, detail]).sort()).toEqual(
      [
        ['Ines Duarte', 'queue.settings_changed', 'Technical', 'rank.atRiskMinutes, wrapUpMs'],
        ['Ines Duarte', 'promises.changed', 'Promises', `version ${version + 1}`],
        ['Ines Duarte', 'incident.declared', 'Cards fail', 'in billing'],
        ['Ines Duarte', 'incident.ended', 'Cards fail', ''],
      ].sort(),
    );
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort((a, b) => b - a));
  });
});
