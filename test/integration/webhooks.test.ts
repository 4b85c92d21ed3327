import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AgentId, ConversationId, WebhookId } from '#domain/ids.ts';
import type { WebhookEvent } from '#domain/webhook/webhook-event.ts';
import type { Problem } from '#protocol/problem.ts';
import type { DeliveriesAnswer, WebhooksAnswer, WebhookTried } from '#protocol/webhooks.ts';
import { insertEvent } from '../../worker/storage/outcomes.ts';
import { eraseConversationRows } from '../../worker/storage/personal-data.ts';
import { sealSecrets } from '../../worker/storage/seal-secrets.ts';
import { MAX_WEBHOOKS, makeWebhook, rotateWebhook } from '../../worker/storage/webhooks.ts';
import { sendWebhooks } from '../../worker/webhooks.ts';
import { Agent } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { masterKeys, testEnv } from './setup.ts';

const { DB } = testEnv;
const DEMO = testEnv.DEMO.id;
const URL_OF = 'https://hooks.acme-receiver.com/baton';
const MINUTE = 60_000;
const DAY = 86_400_000;

type Got = { url: string; headers: Record<string, string>; body: string; redirect: unknown };
let got: Got[] = [];
/** What the receiver answers; it may throw, or wait. */
let answer: (url: string) => Response | Promise<Response> = () => new Response(null, { status: 204 });
let now = Date.now();

beforeEach(async () => {
  await DB.batch([DB.prepare('delete from webhook_deliveries'), DB.prepare('delete from webhooks')]);
  got = [];
  now = Date.now();
  answer = () => new Response(null, { status: 204 });
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const headers = Object.fromEntries(new Headers(init.headers));
    got.push({ url, headers, body: String(init.body), redirect: init.redirect });
    return answer(url);
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const LINE = () => ({ at: now, by: { id: 'agt_ines0000' as AgentId, name: 'Ines Duarte' } });
const make = async (events: WebhookEvent[] = ['escalation.first_response'], url = URL_OF) => {
  const made = await makeWebhook(DB, DEMO, { url, events }, LINE(), masterKeys);
  if (made === null) throw new Error('too many webhooks');
  return made;
};
let made = 0;
const happens = async (id = `cnv_hook/${++made}`) => {
  const event = { type: 'escalation.first_response', escalationId: 'esc_a', agentId: 'agt_a' } as never;
  await insertEvent(DB, DEMO, { id, conversationId: 'cnv_hook' as ConversationId, at: now, event }).run();
  return id;
};
const run = () => sendWebhooks(testEnv as never, () => now);
const rows = async () =>
  (
    await DB.prepare(
      'select event_id as id, state, tries, last_status as status, last_error as error from webhook_deliveries order by event_id',
    ).all()
  ).results;
const hook = (id: WebhookId) =>
  DB.prepare('select is_on as isOn, off_because as because, failing_since as since from webhooks where id = ?')
    .bind(id)
    .first();
const verify = (secret: string, { body, headers }: Got) => new Webhook(secret).verify(body, headers);
/** Whatever the time is; the library takes nothing that is of another day. */
const isSignedBy = (secret: string, { body, headers }: Got) =>
  (headers['webhook-signature'] as string)
    .split(' ')
    .includes(
      new Webhook(secret).sign(
        headers['webhook-id'] as string,
        new Date(Number(headers['webhook-timestamp']) * 1000),
        body,
      ),
    );

describe('[S28] an event', () => {
  it('reaches each webhook that asked for its type, once, signed, and never again', async () => {
    const first = await make();
    const second = await make(['escalation.first_response', 'sla.met'], `${URL_OF}/second`);
    await make(['sla.met'], `${URL_OF}/other`);
    const id = await happens();
    await happens(id);
    expect(await run()).toEqual({ delivered: 2, failed: 0 });
    expect(got.map(({ url }) => url).sort()).toEqual([URL_OF, `${URL_OF}/second`]);
    for (const one of got) {
      expect(one.headers['webhook-id']).toBe(id);
      expect(one.redirect).toBe('manual');
      const { secret } = one.url === URL_OF ? first : second;
      expect(verify(secret, one)).toMatchObject({
        version: 1,
        data: { conversationId: 'cnv_hook', escalationId: 'esc_a' },
      });
    }
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    expect(got).toHaveLength(2);
  });

  it('of another workspace, or of before the webhook, is not told', async () => {
    await happens();
    await make();
    const event = { type: 'escalation.first_response', escalationId: 'esc_b', agentId: 'agt_b' } as never;
    await DB.batch([
      DB.prepare(
        "insert into organization (id, name, slug, createdAt) values ('wsp_else', 'E', 'else', '2026') on conflict do nothing",
      ),
      DB.prepare(
        "insert into workspaces (id, public_key, name, allowed_origins, settings) values ('wsp_else', 'pk_else', 'E', '[]', '{}') on conflict do nothing",
      ),
      insertEvent(DB, 'wsp_else' as never, {
        id: 'cnv_else/1',
        conversationId: 'cnv_else' as ConversationId,
        at: now,
        event,
      }),
    ]);
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    expect(got).toEqual([]);
  });

  it('is sent once by two runs at once', async () => {
    await make();
    for (let index = 0; index < 8; index++) await happens();
    answer = async () => {
      await new Promise((done) => setTimeout(done, 50));
      return new Response(null, { status: 200 });
    };
    const [one, other] = await Promise.all([run(), run()]);
    expect(one.delivered + other.delivered).toBe(8);
    expect(new Set(got.map(({ headers }) => headers['webhook-id'])).size).toBe(8);
    expect(got).toHaveLength(8);
  });

  it('is sent again when its sender died over it, with the same id and body', async () => {
    await make();
    await happens();
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const dying = { ...testEnv, DB: { prepare: DB.prepare.bind(DB), batch: () => Promise.reject(new Error('died')) } };
    expect(await sendWebhooks(dying as never, () => now)).toEqual({ delivered: 0, failed: 1 });
    expect(log).toHaveBeenCalledTimes(1);
    now += MINUTE;
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    now += 2 * MINUTE;
    expect(await run()).toEqual({ delivered: 1, failed: 0 });
    const [before, after] = got as [Got, Got];
    expect([after.headers['webhook-id'], after.body]).toEqual([before.headers['webhook-id'], before.body]);
    expect(after.headers['webhook-timestamp']).not.toBe(before.headers['webhook-timestamp']);
  });
});

describe('[S28] a receiver that fails', () => {
  it('is tried again later and later, ten times, and then no more', async () => {
    const { id } = await make();
    await happens();
    answer = () => new Response('a stack trace with a secret', { status: 500 });
    for (let tries = 1; tries <= 10; tries++) {
      expect(await run()).toEqual({ delivered: 0, failed: 1 });
      expect(await rows()).toMatchObject([{ tries, status: 500, state: tries < 10 ? 'pending' : 'failed' }]);
      expect(await run()).toEqual({ delivered: 0, failed: 0 });
      now += 1.21 * DAY;
      // As if something else had been delivered meanwhile.
      await DB.prepare('update webhooks set failing_since = ? where id = ?').bind(now, id).run();
    }
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    const tables = await Promise.all(
      ['webhooks', 'webhook_deliveries'].map((name) => DB.prepare(`select * from ${name}`).all()),
    );
    expect(JSON.stringify(tables.map(({ results }) => results))).not.toContain('stack trace');
  });

  it('that comes back misses nothing', async () => {
    const { id } = await make();
    await happens();
    answer = () => Promise.reject(new TypeError('refused'));
    await run();
    expect(await rows()).toMatchObject([{ state: 'pending', status: null, error: 'unreachable' }]);
    expect(await hook(id)).toEqual({ isOn: 1, because: null, since: now });
    answer = () => new Response(null, { status: 200 });
    now += 2 * MINUTE;
    expect(await run()).toEqual({ delivered: 1, failed: 0 });
    expect(await hook(id)).toEqual({ isOn: 1, because: null, since: null });
  });

  it('is switched off after five days without one success, and told why', async () => {
    const { id } = await make();
    await happens();
    answer = () => new Response(null, { status: 503 });
    await run();
    now += 5 * DAY + MINUTE;
    await run();
    expect(await hook(id)).toMatchObject({ isOn: 0, because: 'failing' });
    await happens();
    now += 5 * DAY;
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    expect(await rows()).toHaveLength(1);
  });

  it('that says it is gone is switched off at once', async () => {
    const { id } = await make();
    await happens();
    answer = () => new Response(null, { status: 410 });
    await run();
    expect(await hook(id)).toMatchObject({ isOn: 0, because: 'gone' });
    expect(await rows()).toMatchObject([{ state: 'failed', status: 410 }]);
  });

  it('keeps no other waiting', async () => {
    await make(['escalation.first_response'], `${URL_OF}/broken`);
    await make(['escalation.first_response'], `${URL_OF}/well`);
    for (let index = 0; index < 30; index++) await happens();
    answer = (url) => new Response(null, { status: url.endsWith('well') ? 200 : 500 });
    // Ten of each in a look, and it looks again while something is due.
    expect(await run()).toEqual({ delivered: 30, failed: 30 });
    const first = got.slice(0, 20).map(({ url }) => url.split('/').at(-1));
    expect(first.filter((name) => name === 'well')).toHaveLength(10);
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
  });
});

describe('[S26] [S28] the secret of a webhook', () => {
  it('is sealed, told once, and for a day signs beside the next one', async () => {
    const { id, secret } = await make();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const next = (await rotateWebhook(DB, DEMO, id, LINE(), masterKeys)) as { secret: string };
    expect(await rotateWebhook(DB, 'wsp_else' as never, id, LINE(), masterKeys)).toBeNull();
    const stored = JSON.stringify((await DB.prepare('select * from webhooks').all()).results);
    expect([secret, next.secret].filter((one) => stored.includes(one))).toEqual([]);
    await happens();
    await run();
    for (const one of [secret, next.secret]) expect(verify(one, got[0] as Got)).toBeDefined();

    await DB.prepare('update webhooks set before_until = ?').bind(now).run();
    await happens();
    await run();
    expect(() => verify(secret, got[1] as Got)).toThrow('No matching signature');
    expect(verify(next.secret, got[1] as Got)).toBeDefined();
  });

  it('goes over to another master key', async () => {
    const { id, secret } = await make();
    const next = (await rotateWebhook(DB, DEMO, id, LINE(), masterKeys)) as { secret: string };
    const keys = { current: new Uint8Array(32).fill(9), before: masterKeys.current };
    await sealSecrets(DB, keys);
    const env = { ...testEnv, SECRETS_KEY: Buffer.from(keys.current).toString('base64') };
    await happens();
    expect(await sendWebhooks(env as never, () => now)).toEqual({ delivered: 1, failed: 0 });
    expect([secret, next.secret].map((one) => isSignedBy(one, got[0] as Got))).toEqual([true, true]);
    await sealSecrets(DB, { current: masterKeys.current, before: keys.current });
  });

  it('that does not open is told of without it; its event waits, later and later, for another', async () => {
    const { id } = await make();
    await happens();
    await DB.prepare("update webhooks set secret = 'sealed1.AAAAAAAA.AAAA'").run();
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    for (let tries = 1; tries <= 4; tries++) {
      expect(await run()).toEqual({ delivered: 0, failed: 1 });
      expect(await rows()).toMatchObject([{ state: 'pending', tries, status: null, error: 'secret' }]);
      now += 4 * MINUTE * 10 ** (tries - 1);
    }
    expect(JSON.stringify(log.mock.calls)).toContain('sealed by a key that is not set');
    expect(got).toEqual([]);
    expect(await hook(id)).toMatchObject({ isOn: 1, since: expect.any(Number) });
    now -= 4 * MINUTE * 1000;
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    // With another it goes at once, though the one before still does not open.
    const next = (await rotateWebhook(DB, DEMO, id, LINE(), masterKeys)) as { secret: string };
    expect(await run()).toEqual({ delivered: 1, failed: 0 });
    expect(isSignedBy(next.secret, got[0] as Got)).toBe(true);
  });

  it('is not given a third time within the day, unless somebody says that the first ends', async () => {
    const { id, secret } = await make();
    const second = (await rotateWebhook(DB, DEMO, id, LINE(), masterKeys)) as { secret: string };
    now += DAY - 1;
    expect(await rotateWebhook(DB, DEMO, id, LINE(), masterKeys)).toEqual({ bothSignUntil: now + 1 });
    await happens();
    await run();
    expect([secret, second.secret].map((one) => isSignedBy(one, got[0] as Got))).toEqual([true, true]);
    const third = (await rotateWebhook(DB, DEMO, id, LINE(), masterKeys, true)) as { secret: string };
    await happens();
    await run();
    const wanted = [secret, second.secret, third.secret];
    expect(wanted.map((one) => isSignedBy(one, got[1] as Got))).toEqual([false, true, true]);
    now += DAY;
    expect(await rotateWebhook(DB, DEMO, id, LINE(), masterKeys)).toHaveProperty('secret');
  });
});

it('[S28] [Y7] what an erasure leaves of events is told to nobody, and what was still to be told is not', async () => {
  await make();
  await happens();
  await run();
  await happens();
  expect(got).toHaveLength(1);
  await eraseConversationRows(DB, DEMO, 'cnv_hook' as ConversationId);
  const { results } = await DB.prepare("select id from events where type = 'escalation.first_response'").all();
  expect(results.length).toBeGreaterThanOrEqual(2);
  expect(await rows()).toEqual([]);
  now += DAY;
  expect(await run()).toEqual({ delivered: 0, failed: 0 });
});

it('[S28] there are at most ten, also of those who make the last one at once', async () => {
  const all = await Promise.all(
    Array.from({ length: MAX_WEBHOOKS + 3 }, () =>
      makeWebhook(DB, DEMO, { url: URL_OF, events: ['sla.met'] }, LINE(), masterKeys),
    ),
  );
  expect(all.filter((one) => one === null)).toHaveLength(3);
});

describe('[S28] an admin', () => {
  it('makes a webhook, gives it another secret, switches and removes it; the log has each, and no secret', async () => {
    const [ines, maya] = await Promise.all([
      Agent.signIn(inWorker, 'ines@baton.test'),
      Agent.signIn(inWorker, 'maya@baton.test'),
    ]);
    const events = ['escalation.first_response'];
    expect((await maya.post('/v1/webhooks', { url: URL_OF, events })).status).toBe(403);
    for (const [url, wanted] of [
      ['https://10.1.2.3/in', events],
      ['https://user:word@hooks.example.org/in', events],
      ['ftp://hooks.example.org', events],
      [URL_OF, []],
      [URL_OF, ['escalation.created', 'escalation.created']],
      [URL_OF, ['no.such_event']],
    ])
      expect((await ines.post('/v1/webhooks', { url, events: wanted })).status, String(url)).toBe(400);
    const answer = await ines.post('/v1/webhooks', { url: URL_OF, events });
    expect(answer.status).toBe(200);
    const { id, secret } = (await answer.json()) as { id: string; secret: string };
    await happens();
    await run();
    expect(verify(secret, got[0] as Got)).toBeDefined();
    const list = async () => ((await (await ines.get('/v1/webhooks')).json()) as WebhooksAnswer).webhooks;
    expect(await list()).toMatchObject([{ id, url: URL_OF, events, isOn: true, delivered: 1, pending: 0, failed: 0 }]);
    const rotated = (await (await ines.post(`/v1/webhooks/${id}/rotate`, {})).json()) as { secret: string };
    expect(rotated.secret).not.toBe(secret);
    expect((await list())[0]?.bothSignUntil).toBeGreaterThan(Date.now());
    const third = await ines.post(`/v1/webhooks/${id}/rotate`, {});
    expect([third.status, ((await third.json()) as Problem).message]).toEqual([
      409,
      expect.stringContaining('Two secrets sign until 20'),
    ]);
    expect((await ines.post(`/v1/webhooks/${id}/rotate`, { endsBefore: true })).status).toBe(200);
    // Off, what happens is not told; and switched off twice it is off once.
    for (const isOn of [false, false])
      expect((await ines.post(`/v1/webhooks/${id}/switch`, { isOn })).status).toBe(200);
    await happens();
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    await ines.post(`/v1/webhooks/${id}/switch`, { isOn: true });
    await happens();
    expect(await run()).toEqual({ delivered: 1, failed: 0 });
    for (const status of [200, 404]) expect((await ines.post(`/v1/webhooks/${id}/remove`, {})).status).toBe(status);
    expect(await list()).toEqual([]);
    const lines = (await DB.prepare("select deed, about, detail from audit where deed like 'webhook.%'").all()).results;
    const written = JSON.stringify(lines);
    expect([secret, rotated.secret].filter((one) => written.includes(one))).toEqual([]);
    expect(lines.map(({ deed }) => deed)).toEqual(
      expect.arrayContaining(['webhook.made', 'webhook.secret_changed', 'webhook.switched_off', 'webhook.removed']),
    );
    expect(lines.filter(({ deed }) => deed === 'webhook.switched_off')).toHaveLength(1);
  });
});

describe('[S29] an admin', () => {
  const asInes = async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const { id, secret } = await make();
    return {
      ines,
      id,
      secret,
      log: async (query = '') =>
        ((await (await ines.get(`/v1/webhooks/${id}/deliveries${query}`)).json()) as DeliveriesAnswer).deliveries,
      test: () => ines.post(`/v1/webhooks/${id}/test`, {}),
      again: (eventId: string) => ines.post(`/v1/webhooks/${id}/again`, { eventId }),
    };
  };
  const deeds = async (deed: string) =>
    (await DB.prepare('select about, detail from audit where deed = ?').bind(deed).all()).results;

  it('sends a test, signed like every other, and is told at once what became of it', async () => {
    const { ines, id, secret, log, test } = await asInes();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    expect((await maya.post(`/v1/webhooks/${id}/test`, {})).status).toBe(403);
    // Also while it is off.
    await ines.post(`/v1/webhooks/${id}/switch`, { isOn: false });
    const { delivery, webhooks } = (await (await test()).json()) as WebhookTried;
    expect(delivery).toMatchObject({ type: 'webhook.test', state: 'delivered', tries: 1, nextAt: null, status: 204 });
    expect(webhooks).toMatchObject([{ id, isOn: false, delivered: 0 }]);
    expect(got).toMatchObject([{ url: URL_OF, redirect: 'manual', headers: { 'webhook-id': delivery.eventId } }]);
    expect(verify(secret, got[0] as Got)).toEqual({
      ...{ type: 'webhook.test', version: 1, data: {} },
      timestamp: new Date(delivery.at).toISOString(),
    });
    expect(await log()).toEqual([delivery]);
    expect(await deeds('webhook.tested')).toContainEqual({ about: 'hooks.acme-receiver.com', detail: '' });
  });

  it('sends one that fails once, and nothing follows for the webhook', async () => {
    const { id, log, test } = await asInes();
    for (const status of [500, 410]) {
      answer = () => new Response('a stack trace', { status });
      const { delivery } = (await (await test()).json()) as WebhookTried;
      expect(delivery).toMatchObject({ state: 'failed', tries: 1, nextAt: null, status, error: null });
    }
    expect(await hook(id)).toEqual({ isOn: 1, because: null, since: null });
    now += DAY;
    expect(await run()).toEqual({ delivered: 0, failed: 0 });
    await DB.prepare("update webhooks set url = 'https://10.0.0.1/'").run();
    const { delivery } = (await (await test()).json()) as WebhookTried;
    expect(delivery).toMatchObject({ state: 'failed', status: null, error: 'address' });
    expect(got).toHaveLength(2);
    expect(JSON.stringify(await log())).not.toContain('stack trace');
  });

  it('sends no more than five in a minute', async () => {
    const { test } = await asInes();
    const statuses = await Promise.all(Array.from({ length: 7 }, async () => (await test()).status));
    expect(statuses.sort()).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(got).toHaveLength(5);
  });

  it('has what failed sent again under the same id, once, and its tries begin anew', async () => {
    const { id, log, again } = await asInes();
    const eventId = await happens();
    answer = () => new Response(null, { status: 500 });
    await run();
    await DB.prepare("update webhook_deliveries set state = 'failed', tries = 10").run();
    const failed = (await (await again(eventId)).json()) as WebhookTried;
    expect(failed.delivery).toMatchObject({ eventId, state: 'pending', tries: 1, status: 500 });
    expect(failed.delivery.nextAt).toBeGreaterThan(Date.now() + MINUTE - 5000);
    // Within two minutes it goes by itself.
    expect((await again(eventId)).status).toBe(409);
    await DB.prepare('update webhook_deliveries set next_at = ?')
      .bind(Date.now() + DAY)
      .run();
    answer = async () => {
      await new Promise((done) => setTimeout(done, 50));
      return new Response(null, { status: 200 });
    };
    const both = await Promise.all([again(eventId), again(eventId)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(await log()).toMatchObject([{ eventId, state: 'delivered', tries: 1, nextAt: null, status: 200 }]);
    expect(got.map(({ headers }) => headers['webhook-id'])).toEqual([eventId, eventId, eventId]);
    expect(new Set(got.map(({ body }) => body)).size).toBe(1);
    expect(((await (await again(eventId)).json()) as Problem).message).toBe('This event has arrived.');
    expect(await deeds('webhook.sent_again')).toContainEqual({
      about: 'hooks.acme-receiver.com',
      detail: 'escalation.first_response',
    });
    expect(await hook(id)).toEqual({ isOn: 1, because: null, since: null });
  });

  it('has nothing sent again of a webhook that is off, of another, of somebody erased, and no test', async () => {
    const { ines, id, log, test, again } = await asInes();
    const eventId = await happens();
    answer = () => new Response(null, { status: 500 });
    await run();
    await DB.prepare("update webhook_deliveries set state = 'failed'").run();
    const other = await make();
    expect((await ines.post(`/v1/webhooks/${other.id}/again`, { eventId })).status).toBe(404);
    const tried = (await (await test()).json()) as WebhookTried;
    expect((await again(tried.delivery.eventId)).status).toBe(404);
    await ines.post(`/v1/webhooks/${id}/switch`, { isOn: false });
    expect((await again(eventId)).status).toBe(409);
    await ines.post(`/v1/webhooks/${id}/switch`, { isOn: true });
    await eraseConversationRows(DB, DEMO, 'cnv_hook' as ConversationId);
    expect((await again(eventId)).status).toBe(404);
    expect(await log()).toMatchObject([{ type: 'webhook.test' }]);
  });

  it('reads what was told, newest first, page by page, all of it or what failed', async () => {
    const { ines, id, log } = await asInes();
    for (let index = 0; index < 60; index++) {
      now += index % 3;
      await happens();
    }
    await DB.prepare("update webhook_deliveries set state = 'failed' where rowid % 10 = 0").run();
    const first = await log();
    expect(first).toHaveLength(50);
    expect(first[0]).toMatchObject({ type: 'escalation.first_response', state: expect.any(String), tries: 0 });
    const last = first.at(-1) as { at: number; eventId: string };
    const rest = await log(`?before=${last.at}&beforeId=${encodeURIComponent(last.eventId)}`);
    const all = [...first, ...rest];
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(60);
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).sort((a, b) => b - a));
    expect((await log('?state=failed')).every(({ state }) => state === 'failed')).toBe(true);
    expect(await log('?state=failed')).toHaveLength(6);
    expect((await ines.get(`/v1/webhooks/${id}/deliveries?state=all`)).status).toBe(400);
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    expect((await maya.get(`/v1/webhooks/${id}/deliveries`)).status).toBe(403);
  });
});
