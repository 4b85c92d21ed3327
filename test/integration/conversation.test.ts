import { evictDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { VisitorDown } from '#protocol/visitor.ts';
import { conversationStub } from '../../durable-objects/names.ts';
import { Agent } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

type Entry = Extract<VisitorDown, { type: 'entries' }>['entries'][number];

const entriesOf = (socket: FrameSocket<VisitorDown>): Entry[] =>
  socket.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
const answered = (socket: FrameSocket<VisitorDown>, times = 1) =>
  socket.find(
    () => entriesOf(socket).filter((one) => one.type === 'message' && one.author.kind === 'assistant').length >= times,
  );
const stubOf = (visitor: Visitor) =>
  conversationStub(testEnv, testEnv.DEMO.id, visitor.conversationId as Parameters<typeof conversationStub>[2]);

describe('[C1] one order for everybody', () => {
  it('two tabs and an agent see the same entries in the same order, and the visitor none of the agents’ own', async () => {
    const priya = await Visitor.arrive(inWorker);
    const [one, two] = [await priya.open(), await priya.connect()];
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const agent = await maya.conversation(priya.conversationId);
    await Promise.all([
      one.ask({ type: 'message.send', text: 'How do I create an API key?' }),
      two.ask({ type: 'message.send', text: 'And where do I download an invoice?' }),
    ]);
    await answered(one);
    await agent.ask({ type: 'note.add', text: 'for colleagues only' });
    await one.ask({ type: 'typing' });
    await two.ask({ type: 'typing' });
    await agent.ask({ type: 'typing' });
    const seen = entriesOf(one);
    expect(entriesOf(two)).toEqual(seen);
    const all = agent.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
    expect(all.map(({ seq }) => seq)).toEqual(all.map((_, index) => index + 1));
    expect(all.some(({ type }) => type === 'note')).toBe(true);
    expect(all.some(({ type }) => type === 'attempt')).toBe(true);
    expect(seen.some(({ type }) => (type as string) === 'note' || (type as string) === 'attempt')).toBe(false);
    expect(all.filter(({ seq }) => seen.some((entry) => entry.seq === seq))).toEqual(seen);
  });
});

describe('[E8] a silence', () => {
  it('is marked by whoever reads along, seen by agents alone, and kept as an event', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'How do I create an API key?' });
    await answered(socket);
    const jonas = await Agent.signIn(inWorker, 'jonas@baton.test');
    const agent = await jonas.conversation(visitor.conversationId);
    const message = entriesOf(socket).find((one) => one.type === 'message' && one.author.kind === 'visitor')!.seq;
    const marks = () =>
      agent.frames
        .flatMap((frame) => (frame.type === 'entries' ? frame.entries : []))
        .filter(({ type }) => type === 'silence_marked');
    expect(await agent.ask({ type: 'silence.mark', message, missed: true })).toMatchObject({ type: 'ack' });
    expect(await agent.ask({ type: 'silence.mark', message, missed: true })).toMatchObject({ type: 'ack' });
    await expect.poll(marks).toMatchObject([{ message, missed: true, agent: { name: 'Jonas Weber' } }]);
    // The assistant's words are none of the visitor's; and what is not there is no silence.
    for (const other of [message + 1, 99])
      expect(await agent.ask({ type: 'silence.mark', message: other, missed: true })).toMatchObject({
        type: 'nack',
      });
    await agent.ask({ type: 'silence.mark', message, missed: false });
    await expect.poll(() => marks().length).toBe(2);
    expect(entriesOf(socket).map(({ type }): string => type)).not.toContain('silence_marked');
    const events = testEnv.DB.prepare(
      "select body ->> 'missed' as missed from events where conversation_id = ? and type = 'silence.marked' order by at",
    ).bind(visitor.conversationId);
    await expect.poll(async () => (await events.all()).results).toEqual([{ missed: 1 }, { missed: 0 }]);
  });
});

describe('[C2] a repeated frame has one effect', () => {
  it('answers a message that was sent twice with the seq of the first', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const socket = await priya.open();
    const frame = { id: 'same-id-twice', type: 'message.send', text: 'Hello there' };
    const first = await socket.ask(frame);
    socket.close();
    const again = await priya.connect();
    expect(await again.ask(frame)).toEqual(first);
    expect(entriesOf(again).filter((one) => one.type === 'message' && one.author.kind === 'visitor')).toHaveLength(1);
  });

  it('asking for a person twice is one escalation', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const socket = await priya.open();
    await Promise.all([
      socket.ask({ id: 'person-0001', type: 'person.request' }),
      socket.ask({ id: 'person-0001', type: 'person.request' }),
      socket.ask({ id: 'person-0002', type: 'person.request' }),
    ]);
    await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'escalated'));
    await socket.ask({ type: 'person.request' });
    expect(entriesOf(socket).filter(({ type }) => type === 'escalated')).toHaveLength(1);
  });

  it('two tabs that open at once get the same conversation', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const open = () =>
      inWorker
        .fetch('/v1/conversations', {
          method: 'POST',
          headers: priya.headers,
          body: JSON.stringify({ clientId: `c-${crypto.randomUUID()}`, startNew: false }),
        })
        .then((response) => response.json() as Promise<{ conversationId: string }>);
    const ids = await Promise.all(Array.from({ length: 8 }, open));
    expect(new Set(ids.map(({ conversationId }) => conversationId)).size).toBe(1);
  });
});

describe('[C5] a message during a turn', () => {
  it('makes one answer to both, streamed once: no part comes twice', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'How do I create an API key?' });
    await socket.find(({ type }) => type === 'assistant.delta');
    await socket.ask({ type: 'message.send', text: 'And how do I rotate it?' });
    await answered(socket);
    const parts = socket.frames.flatMap((frame) =>
      frame.type === 'assistant.delta' ? [`${frame.turn}/${frame.part}`] : [],
    );
    expect(new Set(parts).size).toBe(parts.length);
    expect(entriesOf(socket).filter((one) => one.type === 'message' && one.author.kind === 'assistant')).toHaveLength(
      1,
    );
  });
});

describe('[C11] [G31] an answer with a guide', () => {
  it('carries its steps; how it ended stands once in the transcript of both sides, in our words', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'How do I create an API key?' });
    await answered(socket);
    const answer = entriesOf(socket).findLast((one) => one.type === 'message') as Extract<Entry, { type: 'message' }>;
    expect(answer.guide?.at(-1)).toMatchObject({ role: 'button', name: 'Create key', path: '/api-keys' });
    const end = { id: 'guide-once', type: 'guide.end', answer: answer.seq, outcome: 'missing', step: 2 };
    const first = await socket.ask(end);
    socket.close();
    const again = await visitor.connect();
    expect(await again.ask(end)).toEqual(first);
    await evictDurableObject(stubOf(visitor));
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const agent = await maya.conversation(visitor.conversationId);
    const all = agent.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
    const words = 'The guide ended at step 2 of 4: there is no textbox “Key name” here that can be used';
    expect(all.filter(({ type }) => type === 'guide_ended')).toMatchObject([{ answer: answer.seq, step: 2, words }]);
    expect(all.find(({ seq }) => seq === answer.seq)).toMatchObject({ guide: answer.guide });
    expect(entriesOf(again).filter(({ type }) => type === 'guide_ended')).toHaveLength(1);
    expect(entriesOf(again).at(-1)).toMatchObject({ type: 'person_offered', because: words });
  });

  it('is refused where there is no guide, no such step, or no such outcome', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'How do I create an API key?' });
    await answered(socket);
    const answer = entriesOf(socket).findLast((one) => one.type === 'message') as Extract<Entry, { type: 'message' }>;
    const end = { type: 'guide.end', answer: answer.seq, outcome: 'stopped', step: 1 };
    const kinds: unknown[] = [];
    for (const wrong of [
      { answer: 1 },
      { answer: 999 },
      { step: 5 },
      { step: 0 },
      { step: 10 },
      { outcome: 'fun' },
      { words: 'x' },
    ]) {
      const said = await socket.ask({ ...end, ...wrong });
      kinds.push(said.type === 'nack' ? (said.problem as { kind: string }).kind : said.type);
    }
    expect(kinds).toEqual(['not_found', 'not_found', 'conflict', 'invalid', 'invalid', 'invalid', 'invalid']);
    expect(entriesOf(socket).filter(({ type }) => type === 'guide_ended')).toEqual([]);
  });
});

describe('[E2] who is heard', () => {
  it('an agent who only reads along is not shown as writing', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'How do I create an API key?' });
    await answered(socket);
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const reading = await ines.conversation(visitor.conversationId);
    await reading.ask({ type: 'typing' });
    await socket.ask({ type: 'typing' });
    expect(socket.frames.some(({ type }) => type === 'typing')).toBe(false);
  });
});

describe('[C3] nothing is missed', () => {
  it('a client that comes back with its cursor gets exactly what it lacks', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: 'How do I create an API key?' });
    await answered(socket);
    const before = entriesOf(socket);
    socket.close();
    const other = await priya.connect();
    await other.ask({ type: 'message.send', text: 'How do I download an invoice?' });
    await answered(other, 2);
    const back = await priya.connect(before.at(-1)?.seq);
    const missed = entriesOf(back);
    expect([...before, ...missed]).toEqual(entriesOf(other));
    expect(missed[0]?.seq).toBeGreaterThan(before.at(-1)?.seq ?? 0);
  });

  it('survives the eviction of the object in the middle of a story', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: 'How do I create an API key?' });
    await answered(socket);
    await evictDurableObject(stubOf(priya));
    expect(socket.isOpen).toBe(true);
    expect(await socket.ask({ type: 'message.send', text: 'How do I download an invoice?' })).toMatchObject({
      type: 'ack',
    });
    await answered(socket, 2);
    const fresh = await priya.connect();
    expect(entriesOf(fresh)).toEqual(entriesOf(socket));
  });

  it('[C4] a turn that was cut short is finished by the next process, once', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: 'Please let me talk to a human' });
    // No waiting: whatever of the turn and its hand-over is done, is done.
    await evictDurableObject(stubOf(priya), { webSockets: 'close' });
    const back = await priya.connect();
    await back.find(() => entriesOf(back).some(({ type }) => type === 'escalated'), 15_000);
    expect(entriesOf(back).filter(({ type }) => type === 'escalated')).toHaveLength(1);
  });
});

describe('[C8] what a visitor is told', () => {
  it('an answer streams in parts that add up to its message, with citations', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: 'Why was my card declined?' });
    await answered(socket);
    const message = entriesOf(socket).find((one) => one.type === 'message' && one.author.kind === 'assistant');
    const parts = socket.frames.flatMap((frame) => (frame.type === 'assistant.delta' ? [frame.text] : []));
    expect(parts.length).toBeGreaterThan(3);
    expect(message).toMatchObject({ text: parts.join(''), citations: [{ slug: 'card-declined' }] });
  });

  it('cards and secrets in a message are not kept', async () => {
    const priya = await Visitor.arrive(inWorker, null);
    const socket = await priya.open();
    await socket.ask({ type: 'message.send', text: 'My card 4111 1111 1111 1111 fails, password: hunter2secret' });
    await answered(socket);
    const text = JSON.stringify(entriesOf(socket));
    expect(text).toContain('[card]');
    expect(text).not.toMatch(/4111|hunter2secret/);
  });

  it('asking for a person by button passes on what there is, and tells the place in line', async () => {
    const priya = await Visitor.arrive(inWorker, 'usr_tom');
    const socket = await priya.open();
    await socket.ask({ type: 'person.request' });
    const place = await socket.find(({ type }) => type === 'place');
    expect(place).toMatchObject({ position: 1, agentsAvailable: 0 });
    // Others wait here already; his plan's target is shorter than theirs.
    expect(entriesOf(socket).find(({ type }) => type === 'escalated')).toMatchObject({ queueName: 'General' });
    expect(socket.frames.find(({ type }) => type === 'record')).toMatchObject({
      recordingId: expect.stringMatching(/^rec_/),
    });
  });
});
