import { describe, expect, it, vi } from 'vitest';
import type { AgentId, ArticleId, ConversationId, VisitorId } from '#domain/ids.ts';
import { ERASURE_STEPS } from '#domain/privacy/data-map.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { PrivacyJob } from '#protocol/privacy-jobs.ts';
import type { Env } from '../../worker/env.ts';
import { eraseTheRestored, firstStep, forgetExports, runPrivacyJob } from '../../worker/privacy/run-jobs.ts';
import { newId, randomText } from '../../worker/storage/ids.ts';
import { learnAlias } from '../../worker/storage/learned-aliases.ts';
import { askForJob, jobById } from '../../worker/storage/privacy-jobs.ts';
import { Agent, offerOn } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { dyingEnv } from './dying-env.ts';
import { inWorker } from './in-worker.ts';
import { everything, holding, person } from './person-data.ts';
import { testEnv } from './setup.ts';

const workspaceId = testEnv.DEMO.id;
const env = testEnv as never as Env;
const owner = { id: 'agt_owner0000' as never, name: 'Owner' };

const ask = async (kind: 'export' | 'erasure', visitorId: string) =>
  askForJob(
    testEnv.DB,
    { workspaceId, id: newId('privacyJob'), kind, visitorId: visitorId as never, by: owner, askedAt: Date.now() },
    firstStep(kind),
  );
const jobNow = (id: string) => jobById(testEnv.DB, workspaceId, id as never);

/** Where it is, without ids. */
const kinds = (places: string[]) =>
  [
    ...new Set(
      places.map((where) => where.replace(/^(cnv|que|agt|[A-Za-z0-9]{10,}).* /, '$1 ').replace(/^(R2) .*/, '$1')),
    ),
  ].sort();

async function doneBy(agent: Agent, body: object): Promise<PrivacyJob> {
  const asked = await agent.post('/v1/privacy/jobs', body);
  expect(asked.status).toBe(200);
  const { id } = (await asked.json()) as PrivacyJob;
  for (let tries = 0; tries < 100; tries += 1) {
    const job = (await (await agent.get(`/v1/privacy/jobs/${id}`)).json()) as PrivacyJob;
    if (job.doneAt !== null) return job;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('the job did not end within five seconds');
}

const askAs = async (who: string, body: object) =>
  (await Agent.signIn(inWorker, `${who}@baton.test`)).post('/v1/privacy/jobs', body);

async function erase(visitorId: VisitorId) {
  const job = await ask('erasure', visitorId);
  await runPrivacyJob(env, job, Date.now());
  return (await jobNow(job.id))!;
}

describe('[Y3] [Y4] erasing a visitor', () => {
  it('leaves nothing of them in any store, frees the slot and closes their sockets', async () => {
    const other = await person('helped');
    const one = await person('held');
    const ids = [one.visitor.conversationId, other.visitor.conversationId];
    const before = await everything(ids);
    expect(kinds(holding(before, one.canary)).length).toBeGreaterThan(9);
    const othersBefore = [...before].filter(([where]) => where.includes(other.visitor.conversationId));
    const { receipt } = await erase(one.id);
    expect(receipt?.found).toMatchObject({ visitors: 1, conversations: 1, conversation_objects: 1, replay_files: 1 });
    expect(Object.values(receipt?.left ?? { none: 1 }).filter((n) => n > 0)).toEqual([]);
    const after = await everything(ids);
    expect(holding(after, one.canary)).toEqual([]);
    // [Y3] What is of others is as it was, byte for byte.
    expect(
      [...after].filter(([where]) => where.includes(other.visitor.conversationId)).join() === othersBefore.join(),
    ).toBe(true);
    expect(holding(after, other.canary)).toEqual(holding(before, other.canary));
    // The slot is free: the next one who waits is offered.
    const next = await person('waiting');
    await offerOn(one.own as never, next.visitor.conversationId);
    await erase(next.id);
    one.own?.close();
  });
});

describe('[Y2] an erasure that is interrupted', () => {
  it('goes on wherever it died and comes to the same end, and done again it is the same receipt', async () => {
    const [twin, one] = [await person('waiting'), await person('waiting')];
    const whole = await erase(twin.id);
    const job = await ask('erasure', one.id);
    const deaths: Record<string, number> = {};
    // At the first call of each step, then at the second, and so on until the step is behind it.
    for (let now = await jobNow(job.id), calls = 1; now !== null && now.doneAt === null; ) {
      for (const isDone of [false, true]) await runPrivacyJob(dyingEnv(env, calls, isDone), now, Date.now());
      deaths[now.step] = (deaths[now.step] ?? 0) + 2;
      const then = await jobNow(job.id);
      calls = then?.step === now.step ? calls + 1 : 1;
      now = then;
      expect(calls).toBeLessThan(80);
    }
    const done = await jobNow(job.id);
    expect(Object.keys(deaths)).toEqual(ERASURE_STEPS);
    expect(done?.receipt?.found).toEqual(whole.receipt?.found);
    expect(done?.receipt?.left).toEqual(whole.receipt?.left);
    expect(holding(await everything([one.visitor.conversationId]), one.canary)).toEqual([]);
    const again = await askAs('ines', { kind: 'erasure', visitorId: one.id });
    expect(await again.json()).toMatchObject({ id: job.id, receipt: done?.receipt });
  });
});

describe('[Y2] [Y5] [Y6] who asks', () => {
  it('is an admin for an export and an owner for an erasure; it is done within seconds, and stands in the log', async () => {
    const one = await person('helped');
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    expect((await maya.post('/v1/privacy/jobs', { kind: 'export', visitorId: one.id })).status).toBe(403);
    for (const wrong of [{}, { visitorId: one.id, subject: 'x' }])
      expect((await ines.post('/v1/privacy/jobs', { kind: 'export', ...wrong })).status).toBe(400);
    expect((await ines.post('/v1/privacy/jobs', { kind: 'erasure', subject: 'nobody' })).status).toBe(404);

    const before = holding(await everything([]), one.canary).map((where) => where.replace('D1 ', ''));
    const job = await doneBy(ines, { kind: 'export', visitorId: one.id });
    const file = await ines.get(`/v1/privacy/jobs/${job.id}/download`);
    expect(file.headers.get('content-type')).toBe('application/x-ndjson');
    const lines = (await file.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { store: string });
    const said = lines.filter((line) => JSON.stringify(line).includes(one.canary)).map(({ store }) => store);
    expect(before.length).toBeGreaterThan(2);
    expect(said).toEqual(expect.arrayContaining([...before, 'conversation_objects']));

    const token = one.visitor.headers;
    const opening = () =>
      inWorker.fetch('/v1/conversations', {
        method: 'POST',
        headers: token,
        body: JSON.stringify({ clientId: `c-${randomText(12)}`, startNew: true }),
      });
    expect((await opening()).status).toBe(200);
    await doneBy(ines, { kind: 'erasure', visitorId: one.id });
    // The export went with it, and the token opens nothing.
    expect((await ines.get(`/v1/privacy/jobs/${job.id}/download`)).status).toBe(404);
    expect((await opening()).status).toBe(401);
    expect((await one.socket.closed).code).toBe(4403);
    const again = await inWorker.fetch('/v1/visits', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: inWorker.demoOrigin },
      body: JSON.stringify({
        workspaceKey: 'pk_demo_ledgerline',
        visitToken: one.visitor.visit.visitToken,
        identityToken: null,
      }),
    });
    expect(((await again.json()) as { visitor: { id: string } }).visitor.id).not.toBe(one.id);
    const { entries } = (await (await ines.get('/v1/audit')).json()) as AuditAnswer;
    expect(
      entries
        .filter(({ deed }) => deed.startsWith('person.'))
        .map(({ deed }) => deed)
        .slice(0, 5)
        .sort(),
    ).toEqual([
      'person.erased',
      'person.erasure_asked',
      'person.export_asked',
      'person.export_read',
      'person.exported',
    ]);
  });

  it('says who by the host’s id, and whoever comes back is somebody new', async () => {
    const priya = await Visitor.arrive(inWorker, 'usr_priya');
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: 'Where is my invoice?' });
    const old = priya.conversationId;
    const job = await doneBy(ines, { kind: 'erasure', subject: 'usr_priya' });
    expect(job.visitorId).toBe(priya.visit.visitor.id);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const back = await Visitor.arrive(inWorker, 'usr_priya');
    await back.open({ startNew: false });
    expect(back.conversationId).not.toBe(old);
    await eraseTheRestored(env, Date.now());
    // The old visit is not theirs any more.
    const opened = await inWorker.fetch('/v1/conversations', {
      method: 'POST',
      headers: priya.headers,
      body: JSON.stringify({ clientId: `c-${randomText(12)}`, startNew: true }),
    });
    expect(opened.status).toBe(401);
    await back.open({ startNew: false });
  });
});

describe('[Y9] whom a job is about', () => {
  it('is found by four names, by admins of their workspace, and is in no address and no log', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const find = (body: object, agent = ines) => agent.post('/v1/privacy/find', body);
    const visitor = await Visitor.arrive(inWorker, 'usr_tom');
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'Where is my invoice?' });
    const { id } = visitor.visit.visitor;
    const row = await testEnv.DB.prepare('select number from conversations where id = ?')
      .bind(visitor.conversationId)
      .first<{ number: number }>();
    const wanted = { visitorId: id, subject: 'usr_tom', conversations: 1, live: 1, name: expect.any(String) };
    for (const by of [
      { subject: 'usr_tom' },
      { visitorId: id },
      { conversationId: visitor.conversationId },
      { number: row?.number },
    ])
      expect(await (await find(by)).json()).toMatchObject(wanted);
    for (const by of [{ subject: 'usr_to' }, { number: 999_999 }, { conversationId: `cnv_${randomText(20)}` }])
      expect((await find(by)).status, JSON.stringify(by)).toBe(404);
    for (const by of [{}, { subject: 'usr_tom', number: 1 }, { number: 0 }, { number: '1' }])
      expect((await find(by)).status, JSON.stringify(by)).toBe(400);
    expect((await find({ subject: 'usr_tom' }, maya)).status).toBe(403);
    // Somebody without a name of the host's.
    const nobody = await person('helped');
    expect(await (await find({ visitorId: nobody.id })).json()).toMatchObject({ subject: null, conversations: 1 });
    await erase(nobody.id);
    expect((await find({ visitorId: nobody.id })).status).toBe(404);
  });

  it('is told how often it was tried and when it is next, and until when the export is there', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const one = await person('helped');
    const read = async (id: string) => (await (await ines.get(`/v1/privacy/jobs/${id}`)).json()) as PrivacyJob;
    const job = await ask('export', one.id);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken = { ...env, REPLAYS: { put: () => Promise.reject(new Error('R2 is away')) } } as never as Env;
    const now = Date.now();
    await runPrivacyJob(broken, job, now);
    log.mockRestore();
    expect(await read(job.id)).toMatchObject({ failures: 1, nextAt: now + 1000, doneAt: null, downloadUntil: null });
    await runPrivacyJob(env, (await jobNow(job.id))!, now);
    const done = await read(job.id);
    expect(done).toMatchObject({ nextAt: null, doneAt: now, downloadUntil: now + 7 * 86_400_000 });
    await testEnv.DB.prepare('update privacy_jobs set done_at = done_at - 604800000 where id = ?').bind(job.id).run();
    expect((await read(job.id)).downloadUntil).toBeNull();
    await testEnv.DB.prepare('update privacy_jobs set done_at = done_at + 604800000 where id = ?').bind(job.id).run();
    expect((await read(job.id)).downloadUntil).not.toBeNull();
    const erased = await erase(one.id);
    expect((await read(job.id)).downloadUntil).toBeNull();
    expect(await read(erased.id)).toMatchObject({ kind: 'erasure', downloadUntil: null, nextAt: null });
  });
});

describe('[Y3] [G28] other names of articles', () => {
  it('go with whoever said them, unless somebody else said the same or wrote it in', async () => {
    const [one, other] = [await person('helped'), await person('helped')];
    const articleId = testEnv.DEMO.articles[1]?.id as ArticleId;
    const aliases = async () => {
      const row = await testEnv.DB.prepare('select aliases, revision from articles where id = ?')
        .bind(articleId)
        .first<{ aliases: string; revision: number }>();
      return { said: JSON.parse(row?.aliases ?? '[]') as string[], revision: row?.revision ?? 0 };
    };
    const says = (who: typeof one, alias: string) =>
      learnAlias(testEnv.DB, workspaceId, {
        conversationId: who.visitor.conversationId as ConversationId,
        articleId,
        alias,
        line: { at: tick(), by: { id: 'agt_maya' as AgentId, name: 'Maya' }, about: 'Invoices' },
      });
    let at = Date.now();
    const tick = () => {
      at += 1;
      return at;
    };
    await testEnv.DB.prepare("update articles set aliases = json_array('by hand') where id = ?").bind(articleId).run();
    await says(one, 'hers “alone”');
    for (const who of [one, other]) {
      await says(who, 'of both');
      await says(who, 'by hand');
    }
    await says(other, 'his');
    // [O3] Who said so is in the log, once each, and what they said is not.
    const lines = await testEnv.DB.prepare(
      "select by_name, about, detail from audit where deed = 'article.taught' and by_name = 'Maya'",
    ).all();
    expect(lines.results).toEqual(
      Array.from({ length: 4 }, () => ({ by_name: 'Maya', about: 'Invoices', detail: '' })),
    );
    await says(other, 'his');
    const before = await aliases();
    expect(before.said.toSorted()).toEqual(['by hand', 'hers “alone”', 'his', 'of both'].toSorted());
    await erase(one.id);
    const after = await aliases();
    expect(after.said).toEqual(before.said.filter((alias) => alias !== 'hers “alone”'));
    expect(after.revision).toBeGreaterThan(before.revision);
    await erase(other.id);
    expect((await aliases()).said).toEqual(['by hand']);
    // Nothing is learnt of who has gone, however late it is said; of too many the oldest goes.
    await says(one, 'too late');
    expect((await aliases()).said).toEqual(['by hand']);
    const many = Array.from({ length: 200 }, (_, n) => `name ${n}`);
    await testEnv.DB.prepare('update articles set aliases = ? where id = ?')
      .bind(JSON.stringify(many), articleId)
      .run();
    const third = await person('helped');
    await says(third, 'newer');
    await says(third, 'newest');
    expect((await aliases()).said).toEqual([...many.slice(2), 'newer', 'newest']);
  });
});

describe('[Y8] a restored backup', () => {
  it('brings nobody back', async () => {
    const one = await person('helped');
    const rows = async (table: string, where: string, id: string) =>
      (await testEnv.DB.prepare(`select * from ${table} where ${where} = ?`).bind(id).all<Record<string, unknown>>())
        .results;
    const kept = {
      visitors: await rows('visitors', 'id', one.id),
      conversations: await rows('conversations', 'id', one.visitor.conversationId),
      evaluations: await rows('evaluations', 'conversation_id', one.visitor.conversationId),
    };
    await erase(one.id);
    for (const [table, all] of Object.entries(kept))
      for (const row of all)
        await testEnv.DB.prepare(
          `insert into ${table} (${Object.keys(row)}) values (${Object.keys(row).map(() => '?')})`,
        )
          .bind(...Object.values(row))
          .run();
    expect(holding(await everything([]), one.canary).length).toBeGreaterThan(2);
    await eraseTheRestored(env, Date.now());
    expect(holding(await everything([one.visitor.conversationId]), one.canary)).toEqual([]);
  });
});

describe('[Y6] an export', () => {
  it('is deleted when it is older than seven days', async () => {
    const one = await person('helped');
    const job = await ask('export', one.id);
    await runPrivacyJob(env, job, Date.now());
    const files = async () =>
      holding(await everything([]), one.canary).filter((where) => where.startsWith('R2 exports'));
    await forgetExports(env, Date.now() + 6 * 86_400_000);
    expect(await files()).toHaveLength(1);
    await forgetExports(env, Date.now() + 7 * 86_400_000 + 1000);
    expect(await files()).toHaveLength(0);
  });
});
