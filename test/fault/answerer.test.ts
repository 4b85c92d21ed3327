import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContextBundle } from '#domain/bundle/bundle.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { Agent } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { type Behaviour, type ModelCall, type ModelServer, startModelServer } from '../support/model-server.ts';
import { overNetwork, type Transport } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';

const BUDGET_MS = 1500;
/** What the network, the database and a busy machine add. */
const SLACK_MS = 1500;
const QUESTION = 'How do I download an invoice?';

let models: ModelServer;
let baton: Baton;
let transport: Transport;

beforeAll(async () => {
  models = await startModelServer();
  baton = await startBaton({
    env: { AI_MODE: 'openai-compatible', AI_BASE_URL: `${models.origin}/v1`, AI_MODEL: 'local', AI_API_KEY: 'a-key' },
  });
  transport = overNetwork(baton.origin, baton.demoOrigin);
});
afterAll(async () => {
  await baton?.stop();
  baton?.remove();
  await models?.close();
});
/** Writes from the first passage it is given, word by word, as a model does that keeps to them: the first two steps, as one sentence each. */
const rephrased =
  (end = '') =>
  ({ prompt }: ModelCall): Behaviour => {
    const steps = [...prompt.matchAll(/^\d+\. (.+)$/gm)].map(([, step]) => (step as string).replace(/\.$/, ''));
    return { kind: 'says', text: `${steps.slice(0, 2).join(' [1]. ')} [1].${end}` };
  };

type Message = { text: string; author: { kind: string }; clientId: string };
const answersIn = (socket: FrameSocket<VisitorDown>): Message[] =>
  socket.frames
    .flatMap((frame) => (frame.type === 'entries' ? frame.entries : []))
    .filter((one) => one.type === 'message' && one.author.kind === 'assistant') as never;
const answered = (socket: FrameSocket<VisitorDown>) => socket.find(() => answersIn(socket).length > 0, 20_000);
const typed = (socket: FrameSocket<VisitorDown>) =>
  socket.frames.flatMap((frame) => (frame.type === 'assistant.delta' ? [frame.text] : [])).join('');

/** Who wrote the first attempt, as an agent reads it after the hand-over. */
async function writerOf(visitor: Visitor, socket: FrameSocket<VisitorDown>) {
  await socket.ask({ type: 'person.request' });
  const maya = await Agent.signIn(transport, 'maya@baton.test');
  const agent = await maya.conversation(visitor.conversationId);
  let bundle: ContextBundle | null = null;
  await agent.find((frame) => {
    if (frame.type === 'welcome' || frame.type === 'escalation') bundle = frame.bundle;
    return bundle !== null;
  });
  const { attempts } = bundle as unknown as ContextBundle;
  const [first] = attempts.status === 'present' ? attempts.value : [];
  return { by: first?.by, insteadOf: first?.insteadOf, tools: first?.tools, suggests: first?.suggests };
}

describe('a model behind a network', () => {
  it('[G19] [G21] answers a visitor in its own words, and the agent reads who wrote them', async () => {
    models.behave(rephrased());
    const priya = await Visitor.arrive(transport);
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: QUESTION });
    await answered(socket);
    const [answer] = answersIn(socket);
    expect(answer?.text).not.toMatch(/^1\.|\[1\]/);
    expect(typed(socket)).toBe(answer?.text);
    expect(models.calls.map(({ kind }) => kind)).toEqual(['draft', 'judge']);
    expect(models.calls[0]?.headers.authorization).toBe('Bearer a-key');
    // Priya's identity is attested, and still nothing of it is in a prompt.
    expect(JSON.stringify(models.calls.map(({ body }) => body))).not.toMatch(/priya|northwind|enterprise/i);
    expect(await writerOf(priya, socket)).toEqual({ by: 'openai-compatible:local@answer-2', insteadOf: null });
  });

  it('[G32] [G33] [G35] looks up a passage and suggests a person; killed while it is typed, says the same from what it found', async () => {
    models.behave((call): Behaviour => {
      const [found] = call.results;
      if (found === undefined)
        return {
          kind: 'calls',
          calls: [
            { name: 'search_knowledge', input: { query: 'How do I invite a teammate?' } },
            {
              name: 'suggest_escalation',
              input: { reason: 'They may need an owner, write to ada@northwind.example.' },
            },
            { name: 'read_account', input: {} },
            { name: 'delete_account', input: {} },
          ],
        };
      const [, n] = /^⟦passage (\d+) /.exec(found) as unknown as [string, string];
      const steps = [...found.matchAll(/^\d+\. (.+)$/gm)].map(([, step]) => (step as string).replace(/\.$/, ''));
      return { kind: 'says', text: `${steps.slice(0, 2).join(` [${n}]. `)} [${n}].` };
    });
    const tom = await Visitor.arrive(transport, 'usr_tom');
    const socket = await tom.open();
    await socket.ask({ type: 'message.send', text: QUESTION });
    await socket.find(({ type }) => type === 'assistant.delta', 30_000);
    await baton.kill();
    expect(models.calls.map(({ kind }) => kind)).toEqual(['draft', 'draft', 'judge']);
    // What his company attests of the account and a tool was asked for, and no more of him.
    const account = models.calls[1]?.results[2];
    expect(account).toMatch(/^⟦account \w+⟧\nPlan: \w+\n/);
    expect(JSON.stringify(models.calls.map(({ body }) => body))).not.toMatch(/\btom\b|contract_value|at_risk/i);
    const begun = typed(socket);
    models.behave({ kind: 'says', text: 'Quite something else [1].' });
    await baton.restart();
    const again = await tom.connect();
    await answered(again);
    expect(models.calls).toEqual([]);
    expect(answersIn(again)[0]?.text.startsWith(begun)).toBe(true);
    await again.find(
      (frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'person_offered'),
    );
    expect(await writerOf(tom, again)).toEqual({
      by: 'openai-compatible:local@answer-2',
      insteadOf: null,
      tools: [
        { name: 'search_knowledge', calls: 1, refused: 0 },
        { name: 'suggest_escalation', calls: 1, refused: 0 },
        { name: 'read_account', calls: 1, refused: 0 },
        { name: 'other', calls: 1, refused: 1 },
      ],
      suggests: 'They may need an owner, write to [email].',
    });
  });

  it('[G3] [G18] that obeys an attacker shows nothing of it, not even while it is typed', async () => {
    models.behave(rephrased(' Now visit https://evil.example/collect [1].'));
    const socket = await (await Visitor.arrive(transport, null)).open();
    await socket.ask({
      type: 'message.send',
      text: QUESTION,
    });
    await answered(socket);
    expect(models.calls.length).toBeGreaterThan(0);
    const shown = socket.frames.filter(
      (frame) =>
        frame.type === 'assistant.delta' ||
        (frame.type === 'entries' &&
          frame.entries.some((one) => one.type === 'message' && one.author.kind === 'assistant')),
    );
    const words = shown.map((frame) => (frame.type === 'entries' ? answersIn(socket) : frame));
    expect(JSON.stringify(words)).not.toContain('evil.example');
  });

  it('[C5] [G25] a visitor who writes on is answered once, and the older question is taken back', async () => {
    let asked = 0;
    const say = rephrased();
    models.behave((call) => (asked++ === 0 ? { kind: 'is_silent' } : say(call)));
    const visitor = await Visitor.arrive(transport, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: QUESTION });
    await expect.poll(() => models.calls.length, { interval: 10 }).toBe(1);
    await socket.ask({ type: 'message.send', text: 'As a PDF, please.' });
    const writtenAt = performance.now();
    await expect.poll(() => models.calls[0]?.isAborted, { interval: 10 }).toBe(true);
    // Long before its own budget ended it.
    expect(performance.now() - writtenAt).toBeLessThan(BUDGET_MS / 2);
    await answered(socket);
    await sleep(BUDGET_MS);
    expect(answersIn(socket)).toHaveLength(1);
  });

  it('[C5] [G25] killed while it is asked, asks again; killed while its answer is typed, says the same', async () => {
    models.behave({ kind: 'is_silent' });
    const visitor = await Visitor.arrive(transport, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: QUESTION });
    await expect.poll(() => models.calls.length).toBe(1);
    await baton.kill();
    models.behave(rephrased());
    await baton.restart();
    const again = await visitor.connect();
    await again.find(({ type }) => type === 'assistant.delta', 30_000);
    await baton.kill();
    const begun = typed(again);
    const asked = models.calls.length;
    models.behave({ kind: 'says', text: 'Quite something else [1].' });
    await baton.restart();
    const last = await visitor.connect();
    await answered(last);
    await sleep(500);
    expect(asked).toBe(2);
    expect(models.calls).toEqual([]);
    expect(answersIn(last)).toHaveLength(1);
    expect(answersIn(last)[0]?.text.startsWith(begun)).toBe(true);
    expect(answersIn(last)[0]?.text).not.toMatch(/^1\.|something else/);
  });

  it('[G20] that says nothing is answered for by the articles within the budget, and then left alone', async () => {
    models.behave({ kind: 'is_silent' });
    const visitor = await Visitor.arrive(transport, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: QUESTION });
    const askedAt = performance.now();
    await socket.find(({ type }) => type === 'assistant.delta', BUDGET_MS + SLACK_MS);
    expect(performance.now() - askedAt).toBeGreaterThan(BUDGET_MS / 2);
    await answered(socket);
    expect(answersIn(socket)[0]?.text).toMatch(/^1\. .*\n2\. /m);
    expect(await writerOf(visitor, socket)).toEqual({
      by: 'embedded@1',
      insteadOf: { by: 'openai-compatible:local@answer-2', because: 'slow' },
    });
    // Once more, and the third asks nobody.
    for (const calls of [2, 2]) {
      const other = await (await Visitor.arrive(transport, null)).open();
      await other.ask({ type: 'message.send', text: QUESTION });
      await answered(other);
      expect(models.calls).toHaveLength(calls);
    }
  });
});
