import { runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { WorkspaceId } from '#domain/ids.ts';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { PrivacySettings } from '#protocol/privacy.ts';
import { conversationStub } from '../../durable-objects/names.ts';
import { demoWorkspace } from '../../tools/seed/demo-workspace.ts';
import { seedWorkspace } from '../../tools/seed/seed.ts';
import type { Env } from '../../worker/env.ts';
import { forgetPast, TRY_AGAIN_MS } from '../../worker/privacy/forget-past.ts';
import { conversationsNotOver } from '../../worker/storage/conversations.ts';
import { derivedId, randomText } from '../../worker/storage/ids.ts';
import { limitsOf, takePast, workspacesPast } from '../../worker/storage/retention.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { dyingEnv } from './dying-env.ts';
import { inWorker } from './in-worker.ts';
import { everything, holding, person } from './person-data.ts';
import { masterKeys, testEnv } from './setup.ts';

const workspaceId = testEnv.DEMO.id;
const env = testEnv as never as Env;
const { DB } = testEnv;
const DAY_MS = 86_400_000;
const DAYS = 30;
/** So far ahead all of today is too old. Each run is later than the one before, so that nothing is in hand any more. */
let runs = 0;
const later = () => {
  runs += 1;
  return Date.now() + (DAYS + 1 + 2 * runs) * DAY_MS;
};

const keepFor = (days: number | null, id: WorkspaceId = workspaceId) =>
  DB.prepare("update workspaces set settings = json_set(settings, '$.conversationDays', json(?)) where id = ?")
    .bind(JSON.stringify(days), id)
    .run();
const isThere = async (conversationId: string) =>
  (await DB.prepare('select 1 from conversations where id = ?').bind(conversationId).first()) !== null;
const isVisitor = async (id: string) =>
  (await DB.prepare('select 1 from visitors where id = ?').bind(id).first()) !== null;
const objectOf = (conversationId: string, id: WorkspaceId = workspaceId) =>
  conversationStub(env, id, conversationId as never);
const isEmpty = (conversationId: string, id: WorkspaceId = workspaceId) =>
  runInDurableObject(
    objectOf(conversationId, id) as never,
    (_, { storage }) =>
      storage.sql.exec("select 1 from facts where key = 'state'").toArray().length +
        storage.sql.exec('select 1 from entries').toArray().length ===
      0,
  );
/** Runs until it is gone, or thirty runs have come and gone. */
async function runUntilGone(conversationId: string, from: Env = env): Promise<void> {
  for (let n = 0; n < 30 && (await isThere(conversationId)); n += 1) await forgetPast(from, later());
}

let maya: Agent;
let ines: Agent;
beforeAll(async () => {
  [maya, ines] = (await Promise.all(['maya', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)))) as [
    Agent,
    Agent,
  ];
});
afterEach(async () => {
  await keepFor(null);
});

async function resolve(conversationId: string): Promise<void> {
  const desk = await maya.conversation(conversationId);
  expect(await desk.ask({ type: 'resolve', code: 'answered', note: '' })).toMatchObject({ type: 'ack' });
  await expect
    .poll(() => DB.prepare('select status from conversations where id = ?').bind(conversationId).first('status'))
    .toBe('resolved');
  desk.close();
}

/** Its object, told to go, has begun and waits for the database until `goOn`. */
async function heldErasure(conversationId: string): Promise<{ erasing: Promise<string>; goOn: () => void }> {
  const before = Date.now() + 1;
  let goOn = () => {};
  const gate = new Promise<void>((done) => {
    goOn = done;
  });
  let isAsked = false;
  await runInDurableObject(objectOf(conversationId) as never, (object) => {
    const instance = object as unknown as { env: Env };
    const slow = new Proxy(instance.env.DB, {
      get: (db, name) => {
        const value: unknown = Reflect.get(db, name);
        if (name !== 'batch') return typeof value === 'function' ? value.bind(db) : value;
        return async (all: D1PreparedStatement[]) => {
          isAsked = true;
          await gate;
          return db.batch(all);
        };
      },
    });
    instance.env = { ...instance.env, DB: slow } as never;
  });
  await new Promise((done) => setTimeout(done, 5));
  const erasing = objectOf(conversationId).eraseIfPast(before);
  await expect.poll(() => isAsked).toBe(true);
  return { erasing, goOn: () => goOn() };
}

/** Handed over, recorded, noted, resolved. */
async function resolved() {
  const one = await person('held');
  await resolve(one.visitor.conversationId);
  await one.own?.ask({ type: 'presence.set', presence: 'away' });
  one.own?.close();
  return one;
}

describe('[Y10] a conversation whose time is over', () => {
  it('goes wholly, and who wrote it with it; one that waits or is in hand stays, byte for byte', {
    timeout: 60_000,
  }, async () => {
    const [old, alone, held] = [await resolved(), await person('helped'), await person('held')];
    await held.own?.ask({ type: 'presence.set', presence: 'away' });
    const waiting = await person('waiting');
    const ids = [old, alone, waiting, held].map(({ visitor }) => visitor.conversationId);
    const before = await everything(ids);
    expect(holding(before, old.canary).length).toBeGreaterThan(9);
    const events = () =>
      DB.prepare('select count(*) as n from events where conversation_id not in (?, ?)')
        .bind(ids[2], ids[3])
        .first<number>('n');
    const counted = await events();
    // Nobody asked for it: nothing goes.
    await forgetPast(env, later());
    for (const { canary } of [old, alone])
      expect(holding(await everything(ids), canary)).toEqual(holding(before, canary));

    await keepFor(DAYS);
    await runUntilGone(old.visitor.conversationId);
    await runUntilGone(alone.visitor.conversationId);
    await forgetPast(env, later());
    const after = await everything(ids);
    expect(holding(after, old.canary)).toEqual([]);
    expect(holding(after, alone.canary)).toEqual([]);
    expect(await isVisitor(old.id)).toBe(false);
    // [Y7] Numbers stay, of nobody.
    expect(await events()).toBe(counted);
    expect((await DB.prepare('select 1 from events where conversation_id = ?').bind(ids[0]).all()).results).toEqual([]);
    for (const one of [waiting, held]) {
      const id = one.visitor.conversationId;
      expect(holding(after, one.canary)).toEqual(holding(before, one.canary));
      const said = (all: Map<string, string>) => ['entries', 'crumbs', 'commands'].map((of) => all.get(`${id} ${of}`));
      expect(said(after).join() === said(before).join()).toBe(true);
      expect(await isVisitor(one.id)).toBe(true);
      expect(one.socket.isOpen).toBe(true);
    }
    // It was live, and is over now.
    await resolve(held.visitor.conversationId);
    await runUntilGone(held.visitor.conversationId);
    expect(holding(await everything(ids), held.canary)).toEqual([]);
    held.own?.close();
  });

  it('stays while its last word is younger, whatever the database knows', async () => {
    await keepFor(DAYS);
    const one = await person('helped');
    const id = one.visitor.conversationId;
    const now = later();
    await runInDurableObject(objectOf(id) as never, (_, { storage }) => {
      storage.sql.exec('update entries set at = ? where seq = (select max(seq) from entries)', now - DAYS * DAY_MS + 1);
    });
    await forgetPast(env, now);
    expect([await isThere(id), await isEmpty(id)]).toEqual([true, false]);
    // That its recording was deleted is nobody's word.
    await objectOf(id).recordingDeleted();
    await runInDurableObject(objectOf(id) as never, (_, { storage }) => {
      const { rowsWritten } = storage.sql.exec(
        `update entries set at = ? where json_extract(body, '$.type') = 'recording_deleted'`,
        now + 1000 * DAY_MS,
      );
      expect(rowsWritten).toBe(1);
    });
    await runUntilGone(id);
    expect(await isThere(id)).toBe(false);
  });

  it('stays where its visitor comes back while it is about to go', async () => {
    const one = await person('helped');
    const { erasing, goOn } = await heldErasure(one.visitor.conversationId);
    const back = await one.visitor.connect();
    expect(await back.ask({ type: 'message.send', text: 'It happened again' })).toMatchObject({ type: 'ack' });
    goOn();
    expect(await erasing).toBe('live');
    const read = await objectOf(one.visitor.conversationId).read();
    expect(read?.entries.some((entry) => entry.type === 'message' && entry.text === 'It happened again')).toBe(true);
  });

  it('goes where its visitor only comes to look, and they hear of it', async () => {
    const one = await person('helped');
    const { erasing, goOn } = await heldErasure(one.visitor.conversationId);
    const back = await one.visitor.connect();
    expect((await one.socket.closed).code).toBe(4403);
    goOn();
    expect(await erasing).toBe('gone');
    expect((await back.closed).code).toBe(4403);
  });

  it('is of its own workspace: another one’s stays, and goes by its own days', async () => {
    const other = await derivedId('workspace', 'retention');
    const shape = await demoWorkspace([]);
    await seedWorkspace(
      DB,
      {
        ...shape,
        ...{ id: other, slug: 'retention', name: 'Retention', publicKey: 'pk_retention' },
        ...{ signingKey: { kid: 'retention-1', secret: 'of another workspace' } },
        ...{ queues: [], calendars: [], agents: [], articles: [], intents: [] },
      },
      { allowedOrigins: [inWorker.demoOrigin], now: Date.now(), masterKeys },
    );
    const id = `cnv_${randomText(20)}`;
    const visitorId = `vis_${randomText(20)}`;
    const at = Date.now();
    await DB.batch([
      DB.prepare(
        "insert into visitors (workspace_id, id, name, account, first_seen_at, last_seen_at) values (?, ?, 'Theirs', '{}', ?, ?)",
      ).bind(other, visitorId, at, at),
      DB.prepare(
        `insert into conversations (workspace_id, id, number, visitor_id, client_id, recording_id, status, subject, created_at, updated_at)
         values (?, ?, 1, ?, 'c', ?, 'resolved', 'Theirs', ?, ?)`,
      ).bind(other, id, visitorId, `rec_${randomText(20)}`, at, at),
    ]);
    await keepFor(DAYS);
    const ours = await person('helped');
    await runUntilGone(ours.visitor.conversationId);
    expect([await isThere(ours.visitor.conversationId), await isThere(id), await isVisitor(visitorId)]).toEqual([
      false,
      true,
      true,
    ]);
    await keepFor(DAYS, other);
    await runUntilGone(id);
    await forgetPast(env, later());
    expect([await isThere(id), await isVisitor(visitorId)]).toEqual([false, false]);
    await keepFor(null, other);
  });
});

describe('[Y10] whoever dies in the middle', () => {
  it('is followed by another, at every call, and nothing is left half', { timeout: 240_000 }, async () => {
    await keepFor(DAYS);
    const one = await resolved();
    const id = one.visitor.conversationId;
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    let calls = 0;
    let wasHalf = 0;
    while (await isThere(id)) {
      calls += 1;
      for (const isDone of [false, true]) {
        await forgetPast(dyingEnv(env, calls, isDone), later()).catch(() => {});
        if ((await isThere(id)) && (await isEmpty(id))) wasHalf += 1;
      }
      expect(calls).toBeLessThan(150);
    }
    log.mockRestore();
    // It did die with the conversation gone and its row there.
    expect(calls).toBeGreaterThan(10);
    expect(wasHalf).toBeGreaterThan(5);
    await forgetPast(env, later());
    expect(holding(await everything([id]), one.canary)).toEqual([]);
  });

  it('has begun what is ended also where everything is kept for good by then', async () => {
    await keepFor(DAYS);
    const one = await person('helped');
    const id = one.visitor.conversationId;
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (let calls = 1; !(await isEmpty(id)); calls += 1)
      await forgetPast(dyingEnv(env, calls, true), later()).catch(() => {});
    log.mockRestore();
    expect(await isThere(id)).toBe(true);
    await keepFor(null);
    await runUntilGone(id);
    expect(await isThere(id)).toBe(false);
    // Who wrote it is kept for good again.
    expect(await isVisitor(one.id)).toBe(true);
  });

  it('holds nobody up: one that fails is tried again after ten minutes, the others go', {
    timeout: 60_000,
  }, async () => {
    await keepFor(DAYS);
    const [bad, good] = [await person('helped'), await person('helped')];
    let fails = (): Promise<never> => new Promise(() => {});
    const isBad = (id: DurableObjectId) =>
      id.toString() === env.CONVERSATIONS.idFromName(`${workspaceId}/${bad.visitor.conversationId}`).toString();
    let tried = 0;
    const broken = {
      ...env,
      CONVERSATIONS: {
        idFromName: (name: string) => env.CONVERSATIONS.idFromName(name),
        get: (id: DurableObjectId) =>
          isBad(id)
            ? {
                eraseIfPast: () => {
                  tried += 1;
                  return fails();
                },
              }
            : env.CONVERSATIONS.get(id),
      },
    } as never as Env;
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    // One that never answers, and then one that fails.
    await runUntilGone(good.visitor.conversationId, broken);
    fails = () => Promise.reject(new Error('overloaded'));
    expect([await isThere(good.visitor.conversationId), await isThere(bad.visitor.conversationId)]).toEqual([
      false,
      true,
    ]);
    const now = later();
    tried = 0;
    await forgetPast(broken, now);
    await forgetPast(broken, now + TRY_AGAIN_MS - 1);
    expect(tried).toBe(1);
    // What is said of it names nobody.
    expect(log.mock.calls.flat().join()).not.toContain(bad.canary);
    log.mockRestore();
    await forgetPast(env, now + TRY_AGAIN_MS);
    expect(await isThere(bad.visitor.conversationId)).toBe(false);
  });

  it('has a backup restored behind it: what is over age goes again', async () => {
    await keepFor(DAYS);
    const one = await person('helped');
    const id = one.visitor.conversationId;
    const rows = async (table: string, where: string, value: string) =>
      (await DB.prepare(`select * from ${table} where ${where} = ?`).bind(value).all<Record<string, unknown>>())
        .results;
    const kept = {
      visitors: await rows('visitors', 'id', one.id),
      conversations: await rows('conversations', 'id', id),
      evaluations: await rows('evaluations', 'conversation_id', id),
    };
    await runUntilGone(id);
    await forgetPast(env, later());
    for (const [table, all] of Object.entries(kept))
      for (const row of all)
        await DB.prepare(`insert into ${table} (${Object.keys(row)}) values (${Object.keys(row).map(() => '?')})`)
          // As if somebody had waited then.
          .bind(...Object.values({ ...row, ...(table === 'conversations' ? { status: 'waiting' } : {}) }))
          .run();
    expect(holding(await everything([]), one.canary).length).toBeGreaterThan(2);
    await runUntilGone(id);
    await forgetPast(env, later());
    expect(holding(await everything([id]), one.canary)).toEqual([]);
  });
});

describe('[Y10] people', () => {
  it('go when they have no conversation and were not seen for as long; whoever was, stays', async () => {
    await keepFor(DAYS);
    const [gone, seen] = [await Visitor.arrive(inWorker, 'usr_tom'), await Visitor.arrive(inWorker, null)];
    const now = later();
    await DB.prepare('update visitors set last_seen_at = ? where id = ?')
      .bind(now - DAYS * DAY_MS + 1, seen.visit.visitor.id)
      .run();
    // Ids of one length, and one that a number could be.
    for (const subject of ['7', '8', ' 9'])
      await DB.prepare(
        "insert into visitors (workspace_id, id, subject, name, account, first_seen_at, last_seen_at) values (?, ?, ?, 'Short', '{}', 1, 1)",
      )
        .bind(workspaceId, `vis_${randomText(20)}`, subject)
        .run();
    await forgetPast(env, now);
    expect(await isVisitor(gone.visit.visitor.id)).toBe(false);
    expect(await isVisitor(seen.visit.visitor.id)).toBe(true);
    expect(await DB.prepare("select count(*) as n from visitors where name = 'Short'").first('n')).toBe(0);
    // A page that is still open: its visit opens nothing, and the next one is somebody new who is served.
    const opening = await inWorker.fetch('/v1/conversations', {
      method: 'POST',
      headers: gone.headers,
      body: JSON.stringify({ clientId: `c-${randomText(12)}`, startNew: false }),
    });
    expect(opening.status).toBe(401);
    const back = await Visitor.arrive(inWorker, 'usr_tom');
    const socket = await back.open();
    expect(await socket.ask({ type: 'message.send', text: 'Hello again' })).toMatchObject({ type: 'ack' });
  });
});

describe('[Y10] whoever still has it open', () => {
  it('hears that it is closed, and begins another: also while its row is still there', async () => {
    await keepFor(DAYS);
    const one = await resolved();
    const id = one.visitor.conversationId;
    // Seen then, so the person stays.
    const now = later();
    await DB.prepare('update visitors set last_seen_at = ? where id = ?').bind(now, one.id).run();
    const reading = await ines.conversation(id);
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (let calls = 1; !(await isEmpty(id)); calls += 1)
      await forgetPast(dyingEnv(env, calls, true), now + calls * DAY_MS).catch(() => {});
    log.mockRestore();
    expect((await one.socket.closed).code).toBe(4403);
    expect((await reading.closed).code).toBe(4403);

    const open = async (startNew: boolean) => {
      const response = await inWorker.fetch('/v1/conversations', {
        method: 'POST',
        headers: one.visitor.headers,
        body: JSON.stringify({ clientId: `c-${randomText(12)}`, startNew }),
      });
      expect(response.status).toBe(200);
      return ((await response.json()) as { conversationId: string }).conversationId;
    };
    const closedWith = async () => {
      const socket = await inWorker.dial(`/v1/conversations/${id}/socket`, `visit.${one.visitor.visit.visitToken}`, {
        origin: inWorker.demoOrigin,
      });
      return (await socket.closed).code;
    };
    // Half gone: the widget, told 4403, asks for a new one and has it.
    expect(await isThere(id)).toBe(true);
    expect(await closedWith()).toBe(4403);
    expect((await maya.get(`/v1/conversations/${id}`)).status).toBe(404);
    await expect(maya.conversation(id)).rejects.toThrow();
    const next = await open(true);
    expect(next).not.toBe(id);
    one.visitor.conversationId = next;
    const socket = await one.visitor.connect();
    expect(await socket.ask({ type: 'message.send', text: 'And now?' })).toMatchObject({ type: 'ack' });
    expect(await open(false)).toBe(next);

    await DB.prepare('update visitors set last_seen_at = ? where id = ?')
      .bind(now + 300 * DAY_MS, one.id)
      .run();
    for (let n = 1; n < 30 && (await isThere(id)); n += 1) await forgetPast(env, now + (200 + n) * DAY_MS);
    expect(await closedWith()).toBe(4403);
    expect((await one.visitor.upload(one.recordingId, 5, new Uint8Array([1]))).status).toBe(404);
    // An agent who opens its address.
    for (const answer of [
      await maya.get(`/v1/conversations/${id}`),
      await maya.post('/v1/tickets', { socket: 'conversation', conversationId: id }),
    ]) {
      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ kind: 'not_found', message: expect.stringContaining('no such') });
    }
  });
});

describe('[Y11] keeping less', () => {
  const put = (agent: Agent, body: object) =>
    inWorker.fetch('/v1/privacy', { method: 'PUT', headers: agent.headers, body: JSON.stringify(body) });
  const preview = (agent: Agent, body: object) => agent.post('/v1/privacy/preview', body);

  it('is counted before it is saved, by admins, of their own workspace', async () => {
    expect((await preview(maya, { recordingDays: 1, conversationDays: 1 })).status).toBe(403);
    for (const wrong of [
      {},
      { recordingDays: 1 },
      { recordingDays: 0, conversationDays: null },
      { recordingDays: null, conversationDays: 3651 },
      { recordingDays: null, conversationDays: 1.5 },
      { recordingDays: null, conversationDays: '7' },
    ])
      expect((await preview(ines, wrong)).status, JSON.stringify(wrong)).toBe(400);
    const count = async (days: number | null, recordingDays: number | null = null) =>
      (await (await preview(ines, { recordingDays, conversationDays: days })).json()) as Record<string, number>;
    const nothing = { recordings: 0, conversations: 0, people: 0 };
    expect(await count(null)).toEqual(nothing);
    const [old, waiting] = [await resolved(), await person('waiting')];
    const before = await count(20);
    const at = Date.now() - 21 * DAY_MS;
    const age = (id: string, visitorId: string) =>
      DB.batch([
        DB.prepare('update conversations set updated_at = ? where id = ?').bind(at, id),
        DB.prepare('update visitors set last_seen_at = ? where id = ?').bind(at, visitorId),
      ]);
    for (const one of [old, waiting]) await age(one.visitor.conversationId, one.id);
    const after = await count(20);
    expect(after).toEqual({
      recordings: (before.recordings ?? 0) + 1,
      conversations: (before.conversations ?? 0) + 1,
      people: (before.people ?? 0) + 1,
    });
    expect(await count(22)).toEqual(await count(null));
    // By its own time a recording goes alone.
    await DB.prepare('update recording_segments set stored_at = ? where recording_id = ?')
      .bind(at, old.recordingId)
      .run();
    expect(await count(null, 20)).toMatchObject({ recordings: 1, conversations: 0, people: 0 });
    expect(await isThere(old.visitor.conversationId)).toBe(true);
  });

  it('is saved by admins, from what it was, with a line in the log; nothing is kept less unasked', async () => {
    const was = (await (await maya.get('/v1/privacy')).json()) as PrivacySettings;
    expect(was).toEqual({ capture: 'on_escalation', recordingDays: 30, conversationDays: null });
    const next = { ...was, conversationDays: 90 };
    expect((await put(maya, { ...next, was })).status).toBe(403);
    for (const wrong of [{ conversationDays: 0 }, { conversationDays: 3651 }, { conversationDays: undefined }])
      expect((await put(ines, { ...next, ...wrong, was })).status).toBe(400);
    for (let time = 1; time <= 2; time += 1) expect(await (await put(ines, { ...next, was })).json()).toEqual(next);
    expect((await put(ines, { ...was, conversationDays: 7, was })).status).toBe(409);
    expect(await (await maya.get('/v1/privacy')).json()).toEqual(next);
    const { entries } = (await (await ines.get('/v1/audit')).json()) as AuditAnswer;
    expect(entries.filter(({ deed }) => deed === 'privacy.changed').map(({ detail }) => detail)).toEqual([
      'conversations and people kept until erased → 90 days',
    ]);
    expect((await put(ines, { ...was, was: next })).status).toBe(200);
  });
});

describe('[Y10] what is past', () => {
  it('is asked of workspaces that have a limit, and what cannot be read has none', async () => {
    const days = async () => (await limitsOf(DB, 'recordingDays')).find(({ id }) => id === workspaceId)?.days;
    const { settings } = (await DB.prepare('select settings from workspaces where id = ?')
      .bind(workspaceId)
      .first<{ settings: string }>())!;
    const save = (text: string) =>
      DB.prepare('update workspaces set settings = ? where id = ?').bind(text, workspaceId).run();
    // Of before there was such a setting.
    expect(await days()).toBe(30);
    for (const [value, found] of [
      [7, 7],
      [null, undefined],
    ] as const) {
      await save(JSON.stringify({ ...JSON.parse(settings), recordingDays: value }));
      expect(await days()).toBe(found);
    }
    await save('{');
    expect(await days()).toBe(undefined);
    await save(settings);
    expect((await limitsOf(DB, 'conversationDays')).some(({ id }) => id === workspaceId)).toBe(false);
  });

  it('is found by index, and lists of what is not over are read as before', async () => {
    const asked: string[] = [];
    const spy = new Proxy(DB, {
      get: (db, name) => {
        if (name === 'prepare')
          return (sql: string) => {
            asked.push(sql);
            return db.prepare(sql);
          };
        const value: unknown = Reflect.get(db, name);
        return typeof value === 'function' ? value.bind(db) : value;
      },
    });
    await workspacesPast(spy, Date.now(), 8);
    await takePast(spy, workspaceId, { before: 1, now: 1, until: 1, limit: 1 });
    const plan = async (sql: string) =>
      (
        await DB.prepare(`explain query plan ${sql}`)
          .bind(
            ...Array(
              Number(
                sql
                  .match(/\?(\d)/g)
                  ?.map((one) => one.slice(1))
                  .sort()
                  .at(-1),
              ),
            ).fill(1),
          )
          .all<{ detail: string }>()
      ).results
        .map(({ detail }) => detail)
        .join('\n');
    const [due, taken] = await Promise.all(asked.map(plan));
    for (const index of ['conversations_by_age', 'conversations_in_hand', 'visitors_by_age'])
      expect(due).toMatch(new RegExp(`SEARCH .* USING (COVERING )?INDEX ${index} `));
    expect(due).not.toMatch(/SCAN [cv]\b/);
    for (const index of ['conversations_by_age', 'conversations_in_hand'])
      expect(taken).toMatch(new RegExp(`SEARCH .* USING (COVERING )?INDEX ${index} `));
    expect(taken).not.toMatch(/SCAN c\b/);
    asked.length = 0;
    await conversationsNotOver(spy, workspaceId, 1);
    expect(await plan((asked[0] as string).replace('?', '?1').replace(/\?(?!\d)/, '?2'))).toMatch(
      /SEARCH .* USING INDEX one_live_conversation /,
    );
  });
});
