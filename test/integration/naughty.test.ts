import { beforeAll, describe, expect, it } from 'vitest';
import { redactText } from '#domain/redaction/redact.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';
import type { ArticleAnswer } from '#protocol/articles.ts';
import type { IncidentsAnswer } from '#protocol/incidents.ts';
import type { IntentsAnswer } from '#protocol/intents.ts';
import { DEMO_WORKSPACE } from '../../widget/demo/workspace.ts';
import { newId } from '../../worker/storage/ids.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { jsonBodies, naughtyTexts } from '../support/hostile-texts.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';

/* [S4] [S5] Texts that are hard to keep, in every field that takes a text: kept as they are (less secrets, and blanks at the ends where a field says so), or refused with a reason. Never a fault, never a
 * dead object. */

const texts = naughtyTexts();
let maya: Agent;
let ines: Agent;
let visitor: Visitor;
let own: FrameSocket<{ type: string }>;
let agent: FrameSocket<AgentConversationDown>;

beforeAll(async () => {
  [maya, ines] = (await Promise.all(['maya', 'ines'].map((name) => Agent.signIn(inWorker, `${name}@baton.test`)))) as [
    Agent,
    Agent,
  ];
  visitor = await Visitor.arrive(inWorker, null);
  own = (await visitor.open()) as never;
  await own.ask({ type: 'person.request' } as never);
  const mayas = await maya.own();
  await mayas.ask({ type: 'presence.set', presence: 'available' });
  await accept(mayas, await offerOn(mayas, visitor.conversationId));
  agent = await maya.conversation(visitor.conversationId);
});

const kept = (text: string): string => redactText(text).text;
type Refusal = { type: 'nack'; problem: { kind: string; message: string } };
type Said = { type: string; text?: string; clientId?: string };
const saidOn = (socket: FrameSocket<{ type: string }>): string[] =>
  socket.frames.flatMap((frame) =>
    frame.type === 'entries' ? (frame as unknown as { entries: Said[] }).entries.flatMap(({ text }) => text ?? []) : [],
  );

/** So many frames are taken at once from one socket. */
const AT_ONCE = 50;

/** Each text in a frame, or a reason why not; sockets are opened anew, for a socket's frames are counted. */
async function overSocket(
  open: () => Promise<FrameSocket<{ type: string }>>,
  frameOf: (text: string) => object,
): Promise<string[]> {
  const taken: string[] = [];
  for (let from = 0; from < texts.length; from += AT_ONCE) {
    const socket = await open();
    for (const text of texts.slice(from, from + AT_ONCE)) {
      const answer = (await socket.ask(frameOf(text) as never)) as { type: string } | Refusal;
      if (answer.type === 'ack') taken.push(text);
      else expect(['invalid', 'too_large'], text).toContain((answer as Refusal).problem.kind);
    }
    expect(socket.isOpen).toBe(true);
    socket.close();
  }
  return taken;
}
const asVisitor = () => visitor.connect() as unknown as Promise<FrameSocket<{ type: string }>>;
const asAgent = () => maya.conversation(visitor.conversationId) as unknown as Promise<FrameSocket<{ type: string }>>;

describe('over a socket', { timeout: 60_000 }, () => {
  it('a visitor’s message comes to the agent as it was written', async () => {
    const taken = await overSocket(asVisitor, (text) => ({ type: 'message.send', text }));
    expect(taken.length).toBeGreaterThan(190);
    const last = kept(taken.at(-1) as string);
    await agent.find(() => saidOn(agent as never).includes(last));
    expect(saidOn(agent as never)).toEqual(expect.arrayContaining(taken.map(kept)));
  });

  it('an agent’s message comes to the visitor, and a note to nobody else', async () => {
    const before = saidOn(own).length;
    const taken = await overSocket(asAgent, (text) => ({ type: 'message.send', text }));
    const noted = await overSocket(asAgent, (text) => ({ type: 'note.add', text: `note ${text}` }));
    await own.find(() => saidOn(own).length >= before + taken.length);
    expect(saidOn(own)).toEqual(expect.arrayContaining(taken));
    await agent.find(() => saidOn(agent as never).includes(`note ${noted.at(-1)}`));
    expect(saidOn(own).filter((text) => text.startsWith('note '))).toEqual([]);
  });

  it('a page’s title, entries and trail are kept or refused whole', async () => {
    const at = Date.now();
    await overSocket(asVisitor, (text) => ({
      type: 'page.update',
      page: {
        path: `/${text.replace(/[?#]/g, '')}`.slice(0, 500),
        title: text.slice(0, 200),
        area: text.slice(0, 64),
        entries: [{ key: 'key', label: text.slice(0, 200), type: 'string', value: text.slice(0, 1000) }],
        viewport: { width: 1, height: 1 },
        browser: text.slice(0, 200),
        language: 'en',
        at,
      },
      trail: [
        { kind: 'click', tab: 'tabtabtab1', n: 0, at, role: text.slice(0, 40), name: text.slice(0, 200) },
        { kind: 'error', tab: 'tabtabtab1', n: 1, at, message: text.slice(0, 1000), source: null },
      ],
    }));
    expect((await own.ask({ type: 'typing' } as never)).type).toBe('ack');
  });
});

describe('over HTTP', { timeout: 60_000 }, () => {
  const send = (path: string, body: object, method = 'PUT') =>
    inWorker.fetch(path, { method, headers: ines.headers, body: JSON.stringify(body) });
  /** Each is taken and read back, or refused as wrong. */
  async function each(
    write: (text: string) => Promise<Response>,
    read: (text: string, written: Response) => Promise<unknown>,
  ) {
    let taken = 0;
    for (const text of texts) {
      const response = await write(text);
      if (response.status === 200) {
        taken += 1;
        expect(await read(text, response), JSON.stringify(text)).toBe(true);
      } else expect(response.status, JSON.stringify(text)).toBe(400);
    }
    return taken;
  }

  it('an article’s title, text, keywords and other names', async () => {
    const taken = await each(
      (text) =>
        send(`/v1/articles/${newId('article')}`, {
          title: text.slice(0, 200),
          area: '',
          keywords: [text.slice(0, 80)],
          aliases: [text.slice(0, 300)],
          body: text,
          revision: null,
        }),
      async (text, written) => {
        const { id } = (await written.json()) as ArticleAnswer;
        const { title, keywords, aliases, body } = (await (
          await ines.get(`/v1/articles/${id}`)
        ).json()) as ArticleAnswer;
        return (
          title === text.slice(0, 200).trim() &&
          body === text.trim() &&
          keywords[0] === text.slice(0, 80).trim() &&
          aliases[0] === text.slice(0, 300).trim()
        );
      },
    );
    expect(taken).toBeGreaterThan(180);
  });

  it('what is asked of the assistant', async () => {
    for (const text of texts.filter((_, n) => n % 5 === 0)) {
      const { status } = await send('/v1/articles/ask', { text }, 'POST');
      expect([200, 400], JSON.stringify(text)).toContain(status);
    }
  });

  it('an incident’s title', async () => {
    await each(
      (text) => send(`/v1/incidents/${newId('incident')}`, { title: text.slice(0, 120), area: null }),
      async (text, written) => {
        const { running } = (await written.json()) as IncidentsAnswer;
        const titles = running.map(({ title }) => title);
        return titles.includes(text.slice(0, 120)) || titles.includes(text.slice(0, 120).trim());
      },
    );
  });

  it('an intent’s name and examples', async () => {
    for (let from = 0; from < texts.length; from += 50) {
      const sent = texts.slice(from, from + 50).map((text, n) => ({
        name: `${n} ${text.slice(0, 50)}`.trim(),
        examples: ['one', 'two', 'three'].map((word) => `${text.slice(0, 200)} ${n} ${word}`.trim()),
        articles: [],
      }));
      const { revision } = (await (await ines.get('/v1/intents')).json()) as IntentsAnswer;
      const written = await send('/v1/intents', { revision, intents: sent });
      expect(written.status).toBe(200);
      expect(((await written.json()) as IntentsAnswer).intents).toEqual(sent);
    }
  });
});

describe('[S4] bodies that are nearly JSON', () => {
  const post = (body: BodyInit) =>
    inWorker.fetch('/v1/visits', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: inWorker.demoOrigin },
      body,
    });

  it.each(jsonBodies().map((one) => [one.name, one] as const))('%s', async (_, { expect: wanted, bytes }) => {
    const response = await post(bytes);
    // None of them is a visit: whatever is JSON has the wrong shape.
    expect(response.status).toBe(400);
    const { message } = (await response.json()) as { message: string };
    if (wanted === 'reject') expect(message).toBe('The body is not JSON.');
    if (wanted === 'accept') expect(message).not.toBe('The body is not JSON.');
  });

  it('inside a field they are texts, and ever so deep they end nobody', async () => {
    for (const deep of [`${'['.repeat(60_000)}`, `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`])
      expect((await post(deep)).status).toBe(400);
    const fine = { workspaceKey: DEMO_WORKSPACE.publicKey, visitToken: null, identityToken: null };
    expect((await post(JSON.stringify(fine))).status).toBe(200);
  });
});
