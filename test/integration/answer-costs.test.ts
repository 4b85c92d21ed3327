import { beforeAll, describe, expect, it, vi } from 'vitest';
import { type AnswerCosts, DEFAULT_ANSWER_COSTS, MAX_WAIT_MINUTES } from '#domain/confidence/answer-costs.ts';
import { NO_OUTCOMES } from '#domain/confidence/outcome-map.ts';
import type { OutcomeEvent } from '#domain/conversation/effect.ts';
import type { AnswerCostsAnswer } from '#protocol/answer-costs.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { loadDeskFresh } from '../../worker/assist/desk.ts';
import { forgetOutlooks, OUTLOOK_WITHIN_MS, outlookOf } from '../../worker/assist/outlook.ts';
import { answerEvents, keepOutcomeMaps, outcomeMapsOf } from '../../worker/storage/answer-outcomes.ts';
import { insertEvent } from '../../worker/storage/outcomes.ts';
import { configOf, queuesOf } from '../../worker/storage/workspaces.ts';
import { learnFromOutcomes } from '../../worker/training.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const HOUR_MS = 3_600_000;
const workspaceId = testEnv.DEMO.id;
const { DB } = testEnv;
const PATH = '/v1/assistant/costs';

let ines: Agent;
let maya: Agent;
beforeAll(async () => {
  [ines, maya] = await Promise.all([
    Agent.signIn(inWorker, 'ines@baton.test'),
    Agent.signIn(inWorker, 'maya@baton.test'),
  ]);
});

const load = async () => (await (await ines.get(PATH)).json()) as AnswerCostsAnswer;
const put = (body: object, by = ines) =>
  inWorker.fetch(PATH, { method: 'PUT', headers: by.headers, body: JSON.stringify(body) });
const costly = (changed: Partial<AnswerCosts>): AnswerCosts => ({ ...DEFAULT_ANSWER_COSTS, ...changed });

/** A change counts within ten seconds; each time the clock is turned on by more, as the last reading is by then. */
let turned = 0;
async function laterDesk() {
  turned += 11_000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + turned });
  const desk = await loadDeskFresh(testEnv, workspaceId);
  vi.useRealTimers();
  return desk;
}

describe('[G38] what answers cost', () => {
  it('is set by admins, as a whole, with a line in the log', async () => {
    const { revision, costs } = await load();
    expect(costs).toEqual(DEFAULT_ANSWER_COSTS);
    expect((await put({ revision, costs }, maya)).status).toBe(403);
    const { least } = costs;
    for (const wrong of [
      { wrongMinutes: 0 },
      { handoverMinutes: -1 },
      { waitWeight: 11 },
      { least: { ...least, pro: 1.1 } },
      { least: { pro: 0.5 } },
      { more: 1 },
    ])
      expect((await put({ revision, costs: { ...costs, ...wrong } })).status).toBe(400);
    const next = costly({ wrongMinutes: 30, least: { ...least, enterprise: 0.9 } });
    expect((await put({ revision, costs: next })).status).toBe(200);
    // Sent again because its answer was lost.
    expect((await put({ revision, costs: next })).status).toBe(200);
    expect((await put({ revision, costs })).status).toBe(409);
    expect(await load()).toMatchObject({ revision: revision + 1, costs: next, changed: { name: 'Ines Duarte' } });
    const { entries } = (await (await ines.get('/v1/audit')).json()) as AuditAnswer;
    expect(entries.filter(({ deed }) => deed === 'answer_costs.changed')).toMatchObject([
      { by: 'Ines Duarte', detail: 'wrong answer 12 → 30; least for enterprise 0.5 → 0.9' },
    ]);
    // Of two who save at once one is saved, the other is told.
    const both = await Promise.all(
      [40, 50].map((wrongMinutes) => put({ revision: revision + 1, costs: costly({ wrongMinutes }) })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await put({ revision: revision + 2, costs: DEFAULT_ANSWER_COSTS })).status).toBe(200);
  });

  it('decides what a visitor is told', async () => {
    const certain = { free: 0.999, pro: 0.999, enterprise: 0.999, unknown: 0.999 };
    const told = async () => {
      await laterDesk();
      const visitor = await Visitor.arrive(inWorker, null);
      const socket = await visitor.open();
      await socket.ask({ type: 'message.send', text: 'Where do I find my invoices?' });
      const answer = await socket.find(
        (frame) =>
          frame.type === 'entries' &&
          frame.entries.some((entry) => entry.type === 'message' && entry.author.kind === 'assistant'),
      );
      socket.close();
      if (answer.type !== 'entries') throw new Error('no entries');
      return answer.entries.flatMap((entry) => (entry.type === 'message' ? entry.citations : [])).length;
    };
    expect(await told()).toBeGreaterThan(0);
    const { revision } = await load();
    expect((await put({ revision, costs: costly({ least: certain }) })).status).toBe(200);
    expect(await told()).toBe(0);
    expect((await put({ revision: revision + 1, costs: DEFAULT_ANSWER_COSTS })).status).toBe(200);
  });
});

describe('[G39] what became of answers', () => {
  const happened = (n: number, event: OutcomeEvent, at: number) =>
    insertEvent(DB, workspaceId, {
      id: `made-up/${n}/${event.type}`,
      conversationId: `cnv_madeup${String(n).padStart(4, '0')}` as never,
      at,
      event,
    });

  it('is kept of each, learnt from once an hour, and shown', async () => {
    const now = Date.now() + 2 * HOUR_MS;
    const rows = Array.from({ length: 120 }, (_, n) => {
      const sent: OutcomeEvent = { type: 'answer.sent', attemptId: 'a', topic: 'billing', confidence: 0.8 };
      const failed: OutcomeEvent = { type: 'answer.failed', attemptId: 'a' };
      return [happened(n, sent, now - 3 * HOUR_MS), ...(n % 2 === 0 ? [happened(n, failed, now - 2 * HOUR_MS)] : [])];
    });
    await DB.batch(rows.flat());
    // The two answers of the test before may be among them.
    expect((await answerEvents(DB, workspaceId, now)).length).toBeGreaterThanOrEqual(180);
    expect(await outcomeMapsOf(DB, workspaceId)).toEqual(NO_OUTCOMES);
    await learnFromOutcomes(testEnv, now);
    const maps = await outcomeMapsOf(DB, workspaceId);
    expect(maps.outcomes).toBeGreaterThanOrEqual(120);
    expect(maps.all.offset + maps.all.slope * Math.log(4)).toBeLessThan(0.6);

    // Not again within the hour, and never by an older one.
    await happened(500, { type: 'answer.failed', attemptId: 'x' }, now + 1).run();
    await DB.prepare('update outcome_maps set body = ?').bind(JSON.stringify(NO_OUTCOMES)).run();
    await learnFromOutcomes(testEnv, now + HOUR_MS - 1);
    await keepOutcomeMaps(DB, workspaceId, maps, now - 1);
    expect(await outcomeMapsOf(DB, workspaceId)).toEqual(NO_OUTCOMES);
    await learnFromOutcomes(testEnv, now + HOUR_MS + 1);
    expect((await outcomeMapsOf(DB, workspaceId)).outcomes).toBe(maps.outcomes);
    // Nothing new, nothing to do.
    await DB.prepare('update outcome_maps set body = ?').bind(JSON.stringify(NO_OUTCOMES)).run();
    await learnFromOutcomes(testEnv, now + 3 * HOUR_MS);
    expect(await outcomeMapsOf(DB, workspaceId)).toEqual(NO_OUTCOMES);
    await DB.prepare('update outcome_maps set body = ?').bind(JSON.stringify(maps)).run();

    expect((await laterDesk()).outcomes).toEqual(maps);
    const { outcomes } = await load();
    expect(outcomes.isMapped).toBe(true);
    expect(outcomes.bins.find(({ from }) => from === 0.8)).toMatchObject({
      answers: 120,
      stated: expect.closeTo(0.8, 6),
      helped: 0.5,
    });
    await DB.prepare('delete from outcome_maps').run();
  });

  it('is asked of the index alone', async () => {
    const { results } = await DB.prepare(
      `explain query plan select conversation_id from events where workspace_id = ?1 and at >= ?2
         and type in ('answer.sent', 'answer.withheld', 'answer.failed', 'escalation.created') order by at desc limit 5`,
    )
      .bind(workspaceId, 1)
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail).join()).toContain('USING INDEX events_of_answers');
  });
});

describe('[G38] the outlook', () => {
  it('is what a queue says: nobody there is an hour, and who waits is counted', async () => {
    const general = (await queuesOf(DB, workspaceId)).find(({ slug }) => slug === 'general');
    if (general === undefined) throw new Error('no such queue');
    const stub = queueStub(testEnv, workspaceId, general.id);
    const identity = { workspaceId, config: configOf(general) };
    const before = await stub.outlook(identity);
    expect(before.waitMinutes).toBe(MAX_WAIT_MINUTES);
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await expect.poll(async () => (await stub.outlook(identity)).waiting).toBe(before.waiting + 1);
    await socket.ask({ type: 'person.withdraw' });
    // Somebody there, and nothing served yet: nobody can say.
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    await expect.poll(async () => (await stub.outlook(identity)).waitMinutes).toBeNull();
    await own.ask({ type: 'presence.set', presence: 'away' });
    own.close();
    socket.close();
  });

  it('is asked once in five seconds, never waited for longer than a tenth of one, and no turn fails for it', async () => {
    forgetOutlooks();
    let at = 1_000_000;
    let asked = 0;
    const work: Promise<void>[] = [];
    const with_ = (ask: () => Promise<{ waiting: number; waitMinutes: number | null }>) =>
      outlookOf(workspaceId, 'que_outlook0' as never, {
        ask: () => {
          asked += 1;
          return ask();
        },
        later: (one) => void work.push(one),
        now: () => at,
      });
    const says = (waiting: number) => () => Promise.resolve({ waiting, waitMinutes: null });
    const silent = () => new Promise<never>(() => {});
    const fails = () => Promise.reject(new Error('gone'));

    const since = performance.now();
    expect(await with_(silent)).toBeNull();
    expect(performance.now() - since).toBeLessThan(OUTLOOK_WITHIN_MS * 20);
    // Whoever comes meanwhile does not wait too.
    expect(await with_(silent)).toBeNull();
    expect(asked).toBe(1);
    at += 5000;
    expect(await with_(says(4))).toMatchObject({ waiting: 4 });
    at += 4999;
    expect(await with_(says(5))).toMatchObject({ waiting: 4 });
    expect(asked).toBe(2);
    // An older one is used while a newer is asked for.
    at += 1;
    expect(await with_(says(6))).toMatchObject({ waiting: 4 });
    await work.at(-1);
    expect(await with_(fails)).toMatchObject({ waiting: 6 });
    at += 5000;
    expect(await with_(fails)).toMatchObject({ waiting: 6 });
    // A minute later it says nothing any more.
    at += 60_000;
    expect(await with_(fails)).toBeNull();
    forgetOutlooks();
  });
});
