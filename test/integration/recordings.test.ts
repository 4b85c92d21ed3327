import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { compactEvent } from '#domain/replay/compact.ts';
import { problem } from '#protocol/problem.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const pack = (value: unknown) => gzipSync(JSON.stringify(value), { level: 6 });
const at = Date.now();
const textNode = (id: number, textContent: string) => ({ type: 3, id, textContent });
const snapshot = (childNodes: unknown[]) => ({
  type: 2,
  timestamp: at + 1,
  data: {
    node: { type: 0, id: 1, childNodes: [{ type: 2, id: 2, tagName: 'html', attributes: {}, childNodes }] },
    initialOffset: { left: 0, top: 0 },
  },
});
const meta = { type: 4, timestamp: at, data: { href: 'https://shop.test/pay?token=abc', width: 800, height: 600 } };

async function recording(): Promise<{ visitor: Visitor; id: string }> {
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  const frame = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  return { visitor, id: (frame as unknown as { recordingId: string }).recordingId };
}

async function stored(id: string): Promise<string> {
  const { objects } = await testEnv.REPLAYS.list({ prefix: `${testEnv.DEMO.id}/${id}/` });
  const texts = await Promise.all(
    objects.map(async ({ key }) => {
      const object = await testEnv.REPLAYS.get(key);
      const packed = new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer(0));
      return new TextDecoder().decode(gunzipSync(packed, { maxOutputLength: 1e7 }));
    }),
  );
  return texts.join('\n');
}

describe('[X15] a visitor’s clock', () => {
  it.each([
    ['an hour ahead', 3_600_000],
    ['a day behind', -86_400_000],
  ])('that is %s: what it recorded is kept by ours', async (_, ahead) => {
    const { visitor, id } = await recording();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const wrong = [meta, snapshot([textNode(3, 'Pay')])].map((one) => ({ ...one, timestamp: one.timestamp + ahead }));
    expect((await visitor.upload(id, 0, pack(wrong), visitor.tab, `?clockAheadMs=${ahead}`)).status).toBe(200);
    expect(await (await maya.get(`/v1/recordings/${id}`)).json()).toMatchObject({
      startedAt: at,
      segments: [{ fromAt: at, toAt: at + 1 }],
    });
    const events = await (await maya.get(`/v1/recordings/${id}/segments/${visitor.tab}/0`)).json();
    expect(events).toMatchObject([{ timestamp: at }, { timestamp: at + 1 }]);
  });

  it('is a number of milliseconds, and moves nothing before the beginning of time', async () => {
    const { visitor, id } = await recording();
    const put = (n: number, query: string) => visitor.upload(id, n, pack([meta]), visitor.tab, query);
    for (const wrong of ['?clockAheadMs=soon', '?clockAheadMs=1.5', '?clockAheadMs=9e15', '?clock=1'])
      expect((await put(0, wrong)).status, wrong).toBe(400);
    expect((await put(0, `?clockAheadMs=${2 * at}`)).status).toBe(200);
    expect(await stored(id)).toContain('"timestamp":0');
  });

  it('can tell from the visit how late it is', async () => {
    const before = Date.now();
    const { visitor } = await recording();
    expect(visitor.visit.now).toBeGreaterThanOrEqual(before);
    expect(visitor.visit.now).toBeLessThanOrEqual(Date.now());
  });
});

describe('[O4] segments', () => {
  it('[O7] of a page that had no time to compress them are lists as they are, no larger than any', async () => {
    const { visitor, id } = await recording();
    const bytes = (text: string) => new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
    const plain = (value: unknown) => bytes(JSON.stringify(value));
    const secret = snapshot([textNode(3, 'my password is hunter2')]);
    expect(await (await visitor.upload(id, 0, plain([meta, secret]))).json()).toEqual({
      stored: true,
      repeated: false,
    });
    expect(await (await visitor.upload(id, 0, pack([meta]))).json()).toEqual({ stored: true, repeated: true });
    expect(await stored(id)).toContain('"href":"/pay"');
    expect(await stored(id)).not.toMatch(/hunter2|token=abc/);
    for (const wrong of ['[', '[1]', '[[', '[]'])
      expect((await visitor.upload(id, 1, bytes(wrong))).status, wrong).toBe(400);
    expect(
      (await visitor.upload(id, 1, plain([{ ...meta, data: { ...meta.data, more: 'x'.repeat(600_000) } }]))).status,
    ).toBe(413);
  });

  it('are durable once acknowledged, once each, and an agent gets them in order', async () => {
    const { visitor, id } = await recording();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const console = await maya.conversation(visitor.conversationId);
    const first = pack([meta, snapshot([textNode(3, 'Pay')])]);
    const put = async (n: number, body: Uint8Array<ArrayBuffer>) => (await visitor.upload(id, n, body)).json();
    expect(await put(1, pack([{ type: 3, timestamp: at + 9, data: { source: 3, id: 2, x: 0, y: 9 } }]))).toEqual({
      stored: true,
      repeated: false,
    });
    expect(await put(0, first)).toEqual({ stored: true, repeated: false });
    expect(await put(0, pack([meta]))).toEqual({ stored: true, repeated: true });
    const manifest = (await (await maya.get(`/v1/recordings/${id}`)).json()) as { segments: { n: number }[] };
    expect(manifest.segments.map(({ n }) => n)).toEqual([0, 1]);
    const events = await (await maya.get(`/v1/recordings/${id}/segments/${visitor.tab}/0`)).json();
    expect(events).toHaveLength(2);
    expect(events).toMatchObject([{ type: 4, data: { href: '/pay' } }, { type: 2 }]);
    await console.find((frame) => frame.type === 'segment' && frame.segment.n === 0);
  });

  it('may be compact, and are stored as the events that they are, disarmed and redacted like any', async () => {
    const { visitor, id } = await recording();
    const script = { type: 2, id: 4, tagName: 'script', attributes: {}, childNodes: [textNode(5, 'steal()')] };
    const events = [meta, snapshot([textNode(3, 'card 4111 1111 1111 1111'), script])];
    const plain = await visitor.upload(id, 0, pack(events));
    const compact = await visitor.upload(id, 1, pack(events.map(compactEvent)));
    expect([plain.status, compact.status]).toEqual([200, 200]);
    const [one, other] = (await stored(id)).split('\n');
    expect(other).toBe(one);
    expect(other).toContain('[card]');
    expect(other).not.toMatch(/4111|steal/);
    const hostile = await visitor.upload(id, 2, pack([[3, at, [1], [], [], [], [], [], [], [], [], []]]));
    expect(hostile.status).toBe(400);
  });

  it('[X10] say what is not in them, to the agent and to the visitor whose they are', async () => {
    const { visitor, id } = await recording();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const body = pack([meta, snapshot([textNode(3, '4111 1111 1111 1111 of ann@acme.example'), textNode(4, '••••')])]);
    await visitor.upload(id, 0, body);
    await visitor.upload(id, 0, body);
    await visitor.upload(id, 1, pack([{ type: 3, timestamp: at, data: { source: 5, id: 2, text: '••••' } }]));
    const forAgent = await (await maya.get(`/v1/recordings/${id}/receipt`)).json();
    expect(forAgent).toEqual({
      ruleSets: [expect.stringMatching(/^[0-9a-f]{16}$/)],
      hidden: { masked: 2, card: 1, email: 1 },
    });
    const read = (one: Visitor) => inWorker.fetch(`/v1/recordings/${id}/what-support-sees`, { headers: one.headers });
    expect(await (await read(visitor)).json()).toEqual(forAgent);
    expect((await read(await Visitor.arrive(inWorker, 'usr_tom'))).status).toBe(404);
    expect((await inWorker.fetch(`/v1/recordings/${id}/receipt`, { headers: visitor.headers })).status).toBe(401);
  });

  it('of another visitor are refused, and so is reading by a visitor', async () => {
    const { id } = await recording();
    const tom = await Visitor.arrive(inWorker, 'usr_tom');
    const body = pack([meta]);
    expect((await tom.upload(id, 0, body)).status).toBe(404);
    expect((await tom.upload('rec_AAAAAAAAAAAAAAAAAAAAA', 0, body)).status).toBe(404);
    const read = await inWorker.fetch(`/v1/recordings/${id}`, { headers: tom.headers });
    expect(read.status).toBe(401);
  });

  it.each([
    ['no gzip', new TextEncoder().encode('[]'), 'invalid'],
    ['gzip of no JSON', gzipSync('not json', { level: 6 }), 'invalid'],
    ['gzip of no list', pack({ type: 2 }), 'invalid'],
    ['an empty list', pack([]), 'invalid'],
    ['nothing', new Uint8Array(), 'invalid'],
    ['a cut gzip', pack([meta, snapshot([])]).slice(0, 40), 'invalid'],
    ['too many bytes', crypto.getRandomValues(new Uint8Array(60_000)), 'invalid'],
    ['nothing that can be played', pack([{ type: 5, timestamp: at, data: { tag: 'x' } }]), 'invalid'],
    ['deeply nested', gzipSync('['.repeat(100_000) + ']'.repeat(100_000), { level: 6 }), 'invalid'],
  ])('that hold %s are refused', async (_, body, kind) => {
    const { visitor, id } = await recording();
    const response = await visitor.upload(id, 0, body as Uint8Array<ArrayBuffer>);
    expect(problem.parse(await response.json()).kind).toBe(kind);
    expect(await stored(id)).toBe('');
  });

  it('a gzip bomb is refused at the limit', async () => {
    const { visitor, id } = await recording();
    const bomb = gzipSync(new Uint8Array(100 * 1024 * 1024), { level: 9 });
    expect(bomb.byteLength).toBeLessThan(200_000);
    const response = await visitor.upload(id, 0, bomb);
    expect(problem.parse(await response.json()).kind).toBe('too_large');
  });

  it('a body over the limit is refused', async () => {
    const { visitor, id } = await recording();
    const response = await visitor.upload(id, 0, new Uint8Array(600 * 1024));
    expect(problem.parse(await response.json()).kind).toBe('too_large');
  });

  it('are disarmed and redacted again before they are stored', async () => {
    const { visitor, id } = await recording();
    const hostile = snapshot([
      {
        type: 2,
        id: 4,
        tagName: 'script',
        attributes: { src: 'https://evil.test/x.js' },
        childNodes: [textNode(5, 'alert(1)')],
      },
      {
        type: 2,
        id: 6,
        tagName: 'img',
        attributes: { src: 'https://evil.test/p.png', onerror: 'alert(1)' },
        childNodes: [],
      },
      { type: 2, id: 7, tagName: 'iframe', attributes: { srcdoc: '<script>alert(1)</script>' }, childNodes: [] },
      {
        type: 2,
        id: 8,
        tagName: 'a',
        attributes: { href: 'javascript:alert(1)' },
        childNodes: [textNode(9, 'card 4111 1111 1111 1111')],
      },
      {
        type: 2,
        id: 10,
        tagName: 'style',
        attributes: {},
        childNodes: [textNode(11, '@import url(https://evil.test/a.css); p { background: url(https://evil.test/b) }')],
      },
    ]);
    expect((await visitor.upload(id, 0, pack([meta, hostile]))).status).toBe(200);
    const kept = await stored(id);
    expect(kept).not.toMatch(/evil\.test|javascript:|onerror|srcdoc|alert|4111/);
    expect(kept).toContain('[card]');
  });
});

describe('[O6] keyframes', () => {
  /** Texts that do not compress, and that nobody takes for a secret. */
  const noise = (seed: number) => {
    let state = seed + 1;
    return Array.from({ length: 2500 }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return String.fromCodePoint(0x4e00 + (state % 20_000));
    }).join('');
  };
  const grown = (n: number) => ({
    type: 3,
    timestamp: at + 100 * n,
    data: {
      source: 0,
      texts: [],
      attributes: [],
      removes: [],
      adds: Array.from({ length: 10 }, (_, i) => ({
        parentId: 2,
        nextId: null,
        node: textNode(100 * n + i, `part ${n} ${noise(n * 10 + i)}`),
      })),
    },
  });

  it('are made while segments arrive, from what is stored, and say what the page was', async () => {
    const { visitor, id } = await recording();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const secret = { ...grown(1), data: { ...grown(1).data, texts: [{ id: 3, value: 'card 4111 1111 1111 1111' }] } };
    // The second overtakes the first: nothing is made over a hole.
    const parts = [[meta, snapshot([textNode(3, 'Pay')])], [secret], [grown(2)], [grown(3)]];
    for (const n of [0, 2, 1, 3]) expect((await visitor.upload(id, n, pack(parts[n]))).status).toBe(200);
    const keyframes = async () =>
      ((await (await maya.get(`/v1/recordings/${id}/keyframes`)).json()) as { keyframes: { n: number; at: number }[] })
        .keyframes;
    await expect.poll(keyframes, { timeout: 10_000 }).toMatchObject([{ tab: visitor.tab, n: 2, at: at + 200 }]);
    const made = await (await maya.get(`/v1/recordings/${id}/keyframes/${visitor.tab}/2`)).json();
    expect(made).toMatchObject([
      { type: 4, timestamp: at + 200, data: { href: '/pay', width: 800 } },
      { type: 2, timestamp: at + 200 },
    ]);
    const text = JSON.stringify(made);
    expect(text).toContain('[card]');
    expect(text).toMatch(/part 1 [\s\S]*part 2/);
    expect(text).not.toMatch(/4111|part 3/);
  });

  it('are for the agents of the workspace, and there are none of what is not there', async () => {
    const { visitor, id } = await recording();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    expect(await (await maya.get(`/v1/recordings/${id}/keyframes`)).json()).toEqual({ keyframes: [] });
    expect((await maya.get(`/v1/recordings/${id}/keyframes/${visitor.tab}/0`)).status).toBe(404);
    expect((await maya.get(`/v1/recordings/rec_${'x'.repeat(20)}/keyframes`)).status).toBe(404);
    const nobody = await inWorker.fetch(`/v1/recordings/${id}/keyframes`);
    expect(nobody.status).toBe(401);
  });
});
