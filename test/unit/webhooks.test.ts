import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebhookId, WorkspaceId } from '#domain/ids.ts';
import { judge, nextTryAt } from '#domain/webhook/schedule.ts';
import { webhookBody } from '#domain/webhook/webhook-event.ts';
import { seal } from '../../worker/storage/sealed.ts';
import { type DueDelivery, tryDelivery } from '../../worker/webhook/try-delivery.ts';

const SETTINGS = {
  isProduction: false,
  publicOrigin: 'https://support.example.net',
  replayOrigin: 'https://replay.example.net',
  masterKeys: { current: new Uint8Array(32).fill(5), before: null },
};
const PLACE = { workspaceId: 'wsp_a' as WorkspaceId, kind: 'webhook', id: 'whk_a' as WebhookId } as const;
const secretOf = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`;

describe('[S28] what is sent', () => {
  test('has ids, numbers, queues and words of closed lists, and nothing of anybody', () => {
    const fields = {
      type: 'escalation.taken_back',
      escalationId: 'esc_1',
      hop: 2,
      agentId: 'agt_1',
      queue: 'Billing',
      cause: { kind: 'supervisor', by: { id: 'agt_2', name: 'Ines Duarte' } },
      topic: 'refund',
      kind: { name: 'Ines Duarte' },
      text: 'my card was refused',
      email: 'priya@example.com',
    };
    const body = webhookBody({ type: fields.type, at: 0, conversationId: 'cnv_1', number: 1000, tier: 1, fields });
    expect(JSON.parse(body)).toEqual({
      type: 'escalation.taken_back',
      timestamp: '1970-01-01T00:00:00.000Z',
      version: 1,
      data: {
        ...{ conversationId: 'cnv_1', conversationNumber: 1000, tier: 1 },
        ...{ escalationId: 'esc_1', hop: 2, agentId: 'agt_1', queue: 'Billing' },
      },
    });
  });

  test('is tried ten times in a little over three days, each wait longer and none the same for all', () => {
    const waits = Array.from({ length: 10 }, (_, index) => nextTryAt(index + 1, 0, 0));
    const hours = waits.map((wait) => (wait === null ? null : wait / 3_600_000));
    expect(hours).toEqual([1 / 60, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24, null]);
    expect([nextTryAt(1, 1000, 0.5), nextTryAt(1, 1000, 1)]).toEqual([67_000, 73_000]);
  });

  test.each([
    [200, 'delivered'],
    [204, 'delivered'],
    [299, 'delivered'],
    [199, 'failed'],
    [300, 'failed'],
    [302, 'failed'],
    [400, 'failed'],
    [404, 'failed'],
    [410, 'gone'],
    [429, 'failed'],
    [500, 'failed'],
  ])('answered %s is %s', (status, judged) => {
    expect(judge({ status })).toBe(judged);
  });
});

/** The example of the specification's own documents, so that we and they cannot both be wrong in one way. */
test('[S28] the library signs as the specification does', () => {
  const at = new Date(1_614_265_330_000);
  const signed = new Webhook('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw').sign(
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    at,
    '{"test": 2432232314}',
  );
  expect(signed).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

describe('[S28] a receiver', () => {
  type Got = { url: string; headers: IncomingHttpHeaders; body: string };
  let got: Got[] = [];
  const answers: Record<string, (response: ServerResponse) => void> = {
    '/ok': (response) => response.writeHead(204).end(),
    '/away': (response) => response.writeHead(302, { location: '/ok' }).end(),
    '/inside': (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
    '/broken': (response) => response.writeHead(500).end('a stack trace'),
    '/gone': (response) => response.writeHead(410).end(),
    '/slow': () => {},
    '/cut': (response) => void response.socket?.destroy(),
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece) => {
      body += piece;
    });
    request.on('end', () => {
      got.push({ url: request.url ?? '', headers: request.headers, body });
      answers[request.url ?? '']?.(response);
    });
  });
  let origin = '';
  let due: DueDelivery;
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    due = {
      ...{ workspaceId: PLACE.workspaceId, webhookId: PLACE.id, eventId: 'cnv_1/7', tries: 0, nextAt: 0, url: '' },
      ...{ type: 'escalation.created', at: 5, conversationId: 'cnv_1', number: 1000, tier: 1 },
      body: JSON.stringify({ type: 'escalation.created', escalationId: 'esc_1', queue: 'Billing', topic: null }),
      secret: await seal(SETTINGS.masterKeys, PLACE, secretOf('n')),
      secretBefore: await seal(SETTINGS.masterKeys, PLACE, secretOf('o')),
      beforeUntil: Number.MAX_SAFE_INTEGER,
    };
  });
  beforeEach(() => {
    got = [];
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const to = (path: string, change: Partial<DueDelivery> = {}, settings = SETTINGS, now = Date.now()) =>
    tryDelivery(settings, { ...due, url: `${origin}${path}`, ...change }, now, 500);
  const verify = (secret: string, { headers, body }: Got) =>
    new Webhook(secret).verify(body, headers as Record<string, string>);

  test('verifies what it gets with the library, by either secret while both sign', async () => {
    expect(await to('/ok')).toEqual({ status: 204 });
    const [one] = got as [Got];
    expect(one.headers).toMatchObject({ 'webhook-id': 'cnv_1/7', 'content-type': 'application/json' });
    expect(one.headers.cookie ?? one.headers.authorization).toBeUndefined();
    for (const letter of ['n', 'o'])
      expect(verify(secretOf(letter), one)).toMatchObject({ type: 'escalation.created' });
    expect(() => verify(secretOf('x'), one)).toThrow('No matching signature');
    expect(() => verify(secretOf('n'), { ...one, body: `${one.body} ` })).toThrow('No matching signature');
    expect(() => verify(secretOf('n'), { ...one, headers: { ...one.headers, 'webhook-id': 'other' } })).toThrow();

    await to('/ok', { beforeUntil: Date.now() - 1 });
    expect(() => verify(secretOf('o'), got[1] as Got)).toThrow('No matching signature');
    expect(verify(secretOf('n'), got[1] as Got)).toBeDefined();
  });

  test('tells what is played again after five minutes', async () => {
    for (const minutes of [-6, 6]) await to('/ok', {}, SETTINGS, Date.now() + minutes * 60_000);
    expect(() => verify(secretOf('n'), got[0] as Got)).toThrow('too old');
    expect(() => verify(secretOf('n'), got[1] as Got)).toThrow('too new');
  });

  test('that leads elsewhere, fails, hangs or hangs up is told by its status alone, and nobody else is asked', async () => {
    expect(await to('/away')).toEqual({ status: 302 });
    expect(await to('/inside')).toEqual({ status: 307 });
    expect(await to('/broken')).toEqual({ status: 500 });
    expect(await to('/gone')).toEqual({ status: 410 });
    expect(await to('/slow')).toEqual({ status: null, because: 'timeout' });
    expect(await to('/cut')).toEqual({ status: null, because: 'unreachable' });
    expect(got.map(({ url }) => url)).toEqual(['/away', '/inside', '/broken', '/gone', '/slow', '/cut']);
  });

  test('[S27] is looked at again with each try: this machine is not asked in production', async () => {
    expect(await to('/ok', {}, { ...SETTINGS, isProduction: true })).toEqual({ status: null, because: 'address' });
    expect(got).toEqual([]);
  });
});
