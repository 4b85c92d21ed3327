import { beforeAll, describe, expect, it } from 'vitest';
import type { FindAnswer } from '#protocol/find.ts';
import { newId } from '../../worker/storage/ids.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';
import { available, waitingFor } from './waiting.ts';

const queueId = (slug: string) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as string;
const OTHER = newId('workspace');
type Found = FindAnswer['found'][number];
const FIND = '/v1/conversations/find';

/** A row as the product writes it, of somebody whom nobody talks to. */
const put = (of: { workspaceId: string; number: number; subject: string; name: string; host: string }) => {
  const [visitor, conversation] = [newId('visitor'), newId('conversation')];
  return testEnv.DB.batch([
    testEnv.DB.prepare(
      "insert into visitors (workspace_id, id, subject, name, email, account, first_seen_at, last_seen_at) values (?, ?, ?, ?, 'ada@acme.example', ?, 1, 1)",
    ).bind(of.workspaceId, visitor, of.host, of.name, JSON.stringify({ company: 'Acme 100%' })),
    testEnv.DB.prepare(
      `insert into conversations (workspace_id, id, number, visitor_id, client_id, recording_id, status, subject, created_at, updated_at)
       values (?, ?, ?, ?, 'c', ?, 'resolved', ?, 1, 2)`,
    ).bind(of.workspaceId, conversation, of.number, visitor, newId('recording'), of.subject),
  ]);
};

let maya: Agent;
const find = async (words: string, by = maya): Promise<FindAnswer> => {
  const answer = await by.post(FIND, { words });
  expect(answer.status).toBe(200);
  return (await answer.json()) as FindAnswer;
};
const numbers = async (words: string) => (await find(words)).found.map(({ number }) => number);

beforeAll(async () => {
  maya = await Agent.signIn(inWorker, 'maya@baton.test');
  await testEnv.DB.batch([
    testEnv.DB.prepare("insert into organization (id, name, slug, createdAt) values (?, 'Other', 'other', 1)").bind(
      OTHER,
    ),
    testEnv.DB.prepare(
      `insert into workspaces (id, public_key, name, allowed_origins, settings, next_number)
       select ?, 'pk_other', 'Other', '[]', settings, 900000 from workspaces where id = ?`,
    ).bind(OTHER, testEnv.DEMO.id),
  ]);
  await put({ workspaceId: OTHER, number: 800001, subject: 'Zeppelin of others', name: 'Ada', host: 'usr_ada' });
  await put({
    workspaceId: testEnv.DEMO.id,
    number: 800002,
    subject: 'Zeppelin_1 does not fly',
    name: 'Ada Lovelace',
    host: 'usr_ada',
  });
  await put({ workspaceId: testEnv.DEMO.id, number: 800003, subject: 'ZeppelinX1 flies', name: 'Bo', host: 'usr_bo' });
});

describe('[B7] a conversation is found', () => {
  it.each([
    ['BTN-800002', [800002]],
    ['btn-800002.3', [800002]],
    ['#800002', [800002]],
    ['  800002 ', [800002]],
    ['usr_ada', [800002]],
    ['lovelace', [800002]],
    ['zeppelin', [800003, 800002]],
    ['ADA@acme.example', [800003, 800002]],
    ['acme 100%', [800003, 800002]],
    // Signs of a pattern are signs, here.
    ['zeppelin_1', [800002]],
    ['zep%in', []],
    ['%'.repeat(60), []],
    ['Ада Лавлейс и её аналитическая машина не летают', []],
    [`${'a'.repeat(190)}@acme.eu`, []],
    [`usr_${'x'.repeat(100)}`, []],
    ['BTN-800001', []],
    ["' or 1=1 --", []],
    ['nobody of this name', []],
  ])('by %s', async (words, wanted) => {
    expect(await numbers(words)).toEqual(wanted);
  });

  it('at most 20, the newest first, and it says that there are more', async () => {
    for (let n = 0; n < 21; n += 1)
      await put({
        workspaceId: testEnv.DEMO.id,
        number: 810000 + n,
        subject: 'many alike',
        name: 'M',
        host: `usr_m${n}`,
      });
    const { found, hasMore } = await find('many alike');
    expect([found.length, found[0]?.number, hasMore]).toEqual([20, 810020, true]);
  });

  it.each([[''], ['   '], ['x'.repeat(201)]])('not by %j', async (words) => {
    expect((await maya.post(FIND, { words })).status).toBe(400);
  });

  it('words in the latest 5,000, a number and an id in all, by the index', async () => {
    const { results } = await testEnv.DB.prepare(
      'explain query plan select * from conversations where workspace_id = ? and number = ?',
    )
      .bind('w', 1)
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail).join()).toContain('conversations_by_number');
  });
});

describe('[B7] what waits', () => {
  it('says where it stands, beyond what is sent of a line too, and then who has it', async () => {
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const first = await waitingFor('I was charged twice.');
    const second = await waitingFor('I was charged three times.');
    const numberOf = async (id: string) =>
      testEnv.DB.prepare('select number from conversations where id = ?').bind(id).first<number>('number');
    const lineOf = async ({ conversationId }: { conversationId: string }) => {
      const { found } = await find(String(await numberOf(conversationId)));
      const { status, line } = found[0] as Found;
      return [status, line?.queueId, line?.place, line?.entry.state, line?.entry.conversationId === conversationId];
    };
    await expect.poll(() => lineOf(second.visitor)).toEqual(['waiting', queueId('billing'), 2, 'queued', true]);
    expect(await lineOf(first.visitor)).toEqual(['waiting', queueId('billing'), 1, 'queued', true]);
    // What was found is what a supervisor's deed is about.
    const { found } = await find(String(await numberOf(second.visitor.conversationId)));
    const { escalationId, hop } = (found[0] as Found & { line: NonNullable<Found['line']> }).line.entry;
    const queue = await ines.queue(queueId('billing'));
    expect(await queue.ask({ type: 'entry.adjust', escalationId, hop, minutes: 60 })).toMatchObject({ type: 'ack' });
    await expect.poll(() => lineOf(second.visitor)).toEqual(['waiting', queueId('billing'), 1, 'queued', true]);
    const { own } = await available('maya@baton.test');
    await accept(own, await offerOn(own, second.visitor.conversationId));
    await expect.poll(() => lineOf(second.visitor)).toEqual(['waiting', queueId('billing'), null, 'assigned', true]);
    own.close();
    await first.socket.ask({ type: 'person.withdraw' });
    await expect.poll(() => lineOf(first.visitor)).toEqual(['open', undefined, undefined, undefined, false]);
  });
});
