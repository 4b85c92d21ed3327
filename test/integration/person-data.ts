import { runInDurableObject } from 'cloudflare:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { AgentId, ArticleId, ConversationId, VisitorId } from '#domain/ids.ts';
import type { AgentDown } from '#protocol/agent.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import type { Env } from '../../worker/env.ts';
import { randomText } from '../../worker/storage/ids.ts';
import { learnAlias } from '../../worker/storage/learned-aliases.ts';
import { agentsEver } from '../../worker/storage/personal-data.ts';
import { queuesOf } from '../../worker/storage/workspaces.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import type { FrameSocket } from '../support/frame-socket.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

/* Somebody whose words are in every store, and where they are: for whatever deletes people and conversations. */

const workspaceId = testEnv.DEMO.id;
const env = testEnv as never as Env;
const ARTICLE = testEnv.DEMO.articles[0]?.id as ArticleId;

/** A recorded page with one word on it. */
const segment = (canary: string) =>
  gzipSync(
    JSON.stringify([
      { type: 4, timestamp: Date.now(), data: { href: 'https://shop.test/pay', width: 800, height: 600 } },
      {
        type: 2,
        timestamp: Date.now() + 1,
        data: {
          node: {
            type: 0,
            id: 1,
            childNodes: [
              {
                type: 2,
                id: 2,
                tagName: 'html',
                attributes: {},
                childNodes: [{ type: 3, id: 3, textContent: canary }],
              },
            ],
          },
          initialOffset: { left: 0, top: 0 },
        },
      },
    ]),
    { level: 6 },
  );

/** Somebody whose canary is wherever a person's words go: in the hands of Maya, waiting for somebody, or helped by the assistant alone. */
export async function person(is: 'held' | 'waiting' | 'helped') {
  const canary = `Zq${randomText(14)}`;
  const visitor = await Visitor.arrive(inWorker, null);
  const id = visitor.visit.visitor.id;
  await testEnv.DB.prepare('update visitors set name = ?, email = ?, account = ?, previous_account = ? where id = ?')
    .bind(canary, `${canary}@person.test`, JSON.stringify({ company: canary }), JSON.stringify({ plan: canary }), id)
    .run();
  const socket = await visitor.open();
  const at = Date.now();
  await socket.ask({
    type: 'page.update',
    page: {
      path: '/pay',
      title: canary,
      area: canary,
      entries: [],
      viewport: { width: 800, height: 600 },
      browser: 'Firefox',
      language: 'en',
      at,
    },
    trail: [{ tab: visitor.tab, n: 0, at, kind: 'error', message: canary, source: null }],
  });
  await socket.ask({ type: 'message.send', text: `I am ${canary} and was charged twice` });
  const answered = await socket.find((frame) => frame.type === 'assistant.end');
  void answered;
  if (is === 'helped') return { canary, visitor, id: id as VisitorId, socket, own: null, recordingId: '' };
  await socket.ask({ type: 'person.request' });
  const frame = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  const { recordingId } = frame as unknown as { recordingId: string };
  expect((await visitor.upload(recordingId, 0, segment(canary))).status).toBe(200);
  let own: FrameSocket<AgentDown> | null = null;
  if (is === 'held') {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    await accept(own, await offerOn(own, visitor.conversationId));
    const desk = await maya.conversation(visitor.conversationId);
    await desk.ask({ type: 'note.add', text: `Called ${canary}` });
  }
  await testEnv.DB.prepare('insert into intent_labels values (?, ?, ?, null, ?, ?)')
    .bind(workspaceId, visitor.conversationId, `words of ${canary}`, 'agt_x', at)
    .run();
  const alias = {
    conversationId: visitor.conversationId as ConversationId,
    articleId: ARTICLE,
    alias: `the ${canary} way`,
    line: { at, by: { id: 'agt_x' as AgentId, name: 'Xaver' }, about: 'Invoices' },
  };
  await learnAlias(testEnv.DB, workspaceId, alias);
  return { canary, visitor, id: id as VisitorId, socket, own, recordingId };
}

/** Every row of D1 and of every object, and every file, as text; compressed files unpacked. */
export async function everything(conversations: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const { results } = await testEnv.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite%' and name not like '_cf%'",
  ).all<{ name: string }>();
  for (const { name } of results)
    found.set(`D1 ${name}`, JSON.stringify((await testEnv.DB.prepare(`select * from "${name}"`).all()).results));
  const objects: [string, DurableObjectStub][] = [
    ...conversations.map((id): [string, DurableObjectStub] => [
      id,
      conversationStub(env, workspaceId, id as never) as never,
    ]),
    ...(await queuesOf(testEnv.DB, workspaceId)).map(({ id }): [string, DurableObjectStub] => [
      id,
      queueStub(env, workspaceId, id) as never,
    ]),
    ...(await agentsEver(testEnv.DB, workspaceId)).map((id): [string, DurableObjectStub] => [
      id,
      agentStub(env, workspaceId, id as never) as never,
    ]),
  ];
  for (const [id, stub] of objects)
    await runInDurableObject(stub, (_, { storage }) => {
      for (const { name } of storage.sql
        .exec<{ name: string }>(
          "select name from sqlite_master where type = 'table' and name not like '_cf%' and name not like 'sqlite%'",
        )
        .toArray())
        found.set(`${id} ${name}`, JSON.stringify(storage.sql.exec(`select * from ${name}`).toArray()));
    });
  for (const { key } of (await testEnv.REPLAYS.list()).objects) {
    const bytes = new Uint8Array(await (await testEnv.REPLAYS.get(key))!.arrayBuffer());
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: 1 << 24 }) : bytes;
    found.set(`R2 ${key}`, new TextDecoder().decode(plain));
  }
  return found;
}

/** Where a canary is, in plain, in base64 or in an address. */
export const holding = (all: Map<string, string>, canary: string) => {
  const said = [canary, btoa(canary).slice(0, -4), encodeURIComponent(canary)];
  return [...all].filter(([, text]) => said.some((one) => text.includes(one))).map(([where]) => where);
};
