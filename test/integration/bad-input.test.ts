import { describe, expect, it } from 'vitest';
import { problem } from '#protocol/problem.ts';
import { PROTOCOL_VERSION } from '#protocol/version.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { identityToken, Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';

const visit = (body: unknown, headers: Record<string, string> = {}) =>
  inWorker.fetch('/v1/visits', {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: inWorker.demoOrigin, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

/** The library's own words are about its types, and no sentence. */
const RAW = /invalid input|expected|received|too (?:small|big)|unrecognized|discriminator|pattern|regex|undefined/i;

const known = { workspaceKey: DEMO_WORKSPACE.publicKey, visitToken: null, identityToken: null };

async function kindOf(response: Response): Promise<string> {
  const text = await response.text();
  expect(text).not.toMatch(/\bat [\w.<>]+ \(|node_modules|\.ts:\d/);
  const body = problem.parse(JSON.parse(text));
  expect(body.message).not.toMatch(RAW);
  expect(response.headers.get('x-request-id')).toBe(body.requestId);
  return body.kind;
}

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('[S4] a body that is wrong gets a Problem', () => {
  it.each([
    ['an unknown workspace', () => visit({ ...known, workspaceKey: 'pk_nobody' }), 'not_found'],
    ['a foreign origin', () => visit(known, { origin: 'https://evil.test' }), 'forbidden'],
    [
      'an origin that ends like ours',
      () => visit(known, { origin: `https://x.${inWorker.demoOrigin.slice(7)}` }),
      'forbidden',
    ],
    [
      'no origin at all',
      () =>
        inWorker.fetch('/v1/visits', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(known),
        }),
      'forbidden',
    ],
    ['a garbage identity token', () => visit({ ...known, identityToken: 'garbage' }), 'unauthenticated'],
    [
      'an identity token that has expired',
      async () => visit({ ...known, identityToken: await identityToken('usr_priya', Date.now() - 3_600_000) }),
      'unauthenticated',
    ],
    [
      'an identity token from the future',
      async () => visit({ ...known, identityToken: await identityToken('usr_priya', Date.now() + 3_600_000) }),
      'unauthenticated',
    ],
    ['no JSON', () => visit('{"workspaceKey":'), 'invalid'],
    ['JSON of another shape', () => visit({ workspaceKey: 7 }), 'invalid'],
    ['a field too many', () => visit({ ...known, admin: true }), 'invalid'],
    ['another content type', () => visit(known, { 'content-type': 'text/plain' }), 'unsupported'],
    ['a body that is too large', () => visit({ ...known, workspaceKey: 'x'.repeat(70_000) }), 'too_large'],
    ['a deeply nested body', () => visit(nested(30_000)), 'invalid'],
    [
      '__proto__ as a field',
      () =>
        visit(
          `{"workspaceKey":"${DEMO_WORKSPACE.publicKey}","visitToken":null,"identityToken":null,"__proto__":{"a":1}}`,
        ),
      'invalid',
    ],
    ['an address that is none', () => inWorker.fetch('/v1/nothing/here'), 'not_found'],
    ['an id that is none', () => inWorker.fetch('/v1/conversations/../../etc/passwd'), 'not_found'],
    ['a method that is none', () => inWorker.fetch('/v1/visits', { method: 'DELETE' }), 'method_not_allowed'],
    ['a method of nowhere', () => inWorker.fetch('/v1/nothing/here', { method: 'DELETE' }), 'not_found'],
  ])('%s', async (_, call, kind) => {
    expect(await kindOf(await (call as () => Promise<Response>)())).toBe(kind);
  });

  it('in plain sentences, each with its field first', async () => {
    const response = await visit({ workspaceKey: 7, visitToken: 7, admin: true });
    const { message, issues } = problem.parse(await response.json());
    expect(issues).toEqual([
      { path: 'workspaceKey', message: 'must be a text' },
      { path: 'visitToken', message: 'must be a text' },
      { path: 'identityToken', message: 'is missing' },
      { path: '', message: 'has a field that is not known: “admin”' },
    ]);
    expect(message).toBe(issues?.map((issue) => `${issue.path || 'body'}: ${issue.message}`).join('; '));
  });

  it('a token that is no good for the anonymous visit starts a new one', async () => {
    const response = await visit({ ...known, visitToken: 'garbage' });
    expect(response.status).toBe(200);
  });
});

describe('[S4] an address that is not there', () => {
  it.each(['/nope', '/help/pk_none/no-article', '/v1/nope'])(
    '%s is a page for people, a Problem for programs',
    async (path) => {
      const program = await inWorker.fetch(path);
      expect([program.status, ((await program.json()) as { kind: string }).kind]).toEqual([404, 'not_found']);
      const person = await inWorker.fetch(path, { headers: { accept: 'text/html,application/xhtml+xml;q=0.9' } });
      expect(person.status).toBe(404);
      expect(person.headers.get('content-type')).toMatch(/^text\/html/);
      expect(person.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await person.text()).toContain(person.headers.get('x-request-id') as string);
    },
  );
});

describe('[S4] an address that is there for other methods', () => {
  it.each([
    ['DELETE', '/v1/visits', 'POST, OPTIONS'],
    ['GET', '/v1/visits', 'POST, OPTIONS'],
    ['PATCH', '/v1/conversations', 'POST, OPTIONS'],
    ['POST', '/v1/conversations/cnv_AAAAAAAAAAAAAAAAAAAAA', 'GET, HEAD'],
    ['DELETE', '/v1/recordings/rec_AAAAAAAAAAAAAAAAAAAAA/segments/tabtabtab1/0', 'PUT, OPTIONS, GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/v1/me', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/console', 'GET, HEAD'],
    ['POST', '/v1/openapi.json', 'GET, HEAD'],
  ])('says so to %s %s, and which: %s', async (method, path, allow) => {
    const response = await inWorker.fetch(path, { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
    expect(await kindOf(response)).toBe('method_not_allowed');
  });

  it.each(['/v1/openapiXjson', '/v1/visits/', '/v1/conversations/a/b/c', '/widget/a/b.js', '/v1'])(
    'is another thing than one that is not there: %s',
    async (path) => {
      const response = await inWorker.fetch(path, { method: 'DELETE' });
      expect([response.status, response.headers.get('allow')]).toEqual([404, null]);
    },
  );

  it('HEAD is answered wherever GET is', async () => {
    expect((await inWorker.fetch('/health', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('[S5] a frame that is wrong gets a nack, and the socket lives on', () => {
  const frames: [string, string | Uint8Array<ArrayBuffer>, string][] = [
    ['no JSON', 'not json', 'invalid'],
    ['an unknown type', JSON.stringify({ id: 'frame-0001', type: 'rm -rf' }), 'invalid'],
    [
      'an agent’s frame from a visitor',
      JSON.stringify({ id: 'frame-0002', type: 'resolve', code: 'fixed', note: '' }),
      'invalid',
    ],
    ['no id', JSON.stringify({ type: 'typing' }), 'invalid'],
    ['bytes', new Uint8Array([1, 2, 3]), 'unsupported'],
    ['too large', JSON.stringify({ id: 'frame-0003', type: 'message.send', text: 'x'.repeat(70_000) }), 'too_large'],
    [
      'a message that is too long',
      JSON.stringify({ id: 'frame-0004', type: 'message.send', text: 'x'.repeat(4001) }),
      'invalid',
    ],
    [
      'a message without a visible character',
      JSON.stringify({ id: 'frame-0005', type: 'message.send', text: ' \n ' }),
      'invalid',
    ],
    ['nested to the limit of a frame', nested(30_000), 'invalid'],
    ['a list', '[]', 'invalid'],
    ['null', 'null', 'invalid'],
    [
      'a path with a query',
      JSON.stringify({
        id: 'frame-0006',
        type: 'page.update',
        page: {
          path: '/a?b',
          title: '',
          area: null,
          entries: [],
          viewport: { width: 1, height: 1 },
          browser: '',
          language: 'en',
          at: 1,
        },
        trail: [],
      }),
      'invalid',
    ],
    [
      'an old protocol',
      JSON.stringify({ id: 'frame-0007', type: 'hello', protocol: PROTOCOL_VERSION - 1, cursor: 0, tab: 'tabtabtab1' }),
      'unsupported',
    ],
  ];

  it.each(frames)('%s', async (_, raw, kind) => {
    const lena = await Visitor.arrive(inWorker, null);
    const socket = await lena.open();
    socket.sendRaw(raw);
    const nack = await socket.find(({ type }) => type === 'nack');
    const refused = problem.parse((nack as unknown as { problem: unknown }).problem);
    expect(refused.kind).toBe(kind);
    expect(refused.message).not.toMatch(RAW);
    expect(await socket.ask({ type: 'message.send', text: 'still here' })).toMatchObject({ type: 'ack', seq: 1 });
    socket.close();
  });

  it('too many in a moment are refused with the time to wait', async () => {
    const lena = await Visitor.arrive(inWorker, null);
    const socket = await lena.open();
    const answers = await Promise.all(Array.from({ length: 100 }, () => socket.ask({ type: 'typing' })));
    const refused = answers.filter(({ type }) => type === 'nack');
    expect(refused.length).toBeGreaterThan(20);
    expect(refused[0]).toMatchObject({ problem: { kind: 'rate_limited' } });
    expect((refused[0] as unknown as { problem: { retryAfterMs: number } }).problem.retryAfterMs).toBeGreaterThan(0);
    socket.close();
  });
});
