import { runInDurableObject } from 'cloudflare:test';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AuditAnswer } from '#protocol/audit.ts';
import type { PrivacySettings } from '#protocol/privacy.ts';
import { conversationStub } from '../../durable-objects/names.ts';
import { forgetRecordings } from '../../worker/retention.ts';
import { markDeleted } from '../../worker/storage/recording-deletions.ts';
import { Agent } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const workspaceId = testEnv.DEMO.id;
const DAY_MS = 86_400_000;
const at = Date.now();
const page = gzipSync(
  JSON.stringify([
    { type: 4, timestamp: at, data: { href: 'https://shop.test/pay', width: 800, height: 600 } },
    {
      type: 2,
      timestamp: at + 1,
      data: {
        node: {
          type: 0,
          id: 1,
          childNodes: [
            { type: 2, id: 2, tagName: 'html', attributes: {}, childNodes: [{ type: 3, id: 3, textContent: 'Pay' }] },
          ],
        },
        initialOffset: { left: 0, top: 0 },
      },
    },
  ]),
  { level: 6 },
);

/** A visitor who waits for a person, with two uploaded segments. */
async function recorded() {
  const visitor = await Visitor.arrive(inWorker, null);
  const socket = await visitor.open();
  await socket.ask({ type: 'person.request' });
  const frame = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
  const id = (frame as unknown as { recordingId: string }).recordingId;
  for (const n of [0, 1]) expect((await visitor.upload(id, n, page)).status).toBe(200);
  return { visitor, socket, id };
}

/** What is left of a recording, wherever it could be. */
async function left({ visitor, id }: { visitor: Visitor; id: string }) {
  const rows = (table: string) =>
    testEnv.DB.prepare(`select count(*) as n from ${table} where recording_id = ?`).bind(id).first<number>('n');
  const { objects } = await testEnv.REPLAYS.list({ prefix: `${workspaceId}/${id}/` });
  const named = await runInDurableObject(
    conversationStub(testEnv, workspaceId, visitor.conversationId as never),
    (_, { storage }) => storage.sql.exec<{ n: number }>('select count(*) as n from segments').one().n,
  );
  return [objects.length, await rows('recording_segments'), await rows('recording_keyframes'), named];
}
const NOTHING = [0, 0, 0, 0];
const forgetting = (visitor: Visitor, id: string) =>
  inWorker.fetch(`/v1/recordings/${id}/forget`, { method: 'POST', headers: visitor.headers });
const typesOn = (socket: { frames: readonly { type: string }[] }) =>
  (socket.frames as { type: string; entries?: { type: string }[] }[]).flatMap(({ entries = [] }) =>
    entries.map(({ type }) => type),
  );

describe('[X14] a recording', () => {
  it('is deleted by its visitor: every byte, for good, and both are told', async () => {
    const one = await recorded();
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const watching = await maya.conversation(one.visitor.conversationId);
    expect(await left(one)).not.toEqual(NOTHING);
    const stranger = await Visitor.arrive(inWorker, null);
    expect((await forgetting(stranger, one.id)).status).toBe(404);
    for (let time = 1; time <= 2; time++) expect((await forgetting(one.visitor, one.id)).status).toBe(200);
    expect(await left(one)).toEqual(NOTHING);
    await watching.find(({ type }) => type === 'recording_deleted');
    await one.socket.find((frame) => frame.type === 'record' && frame.recordingId === null);
    expect(typesOn(one.socket).filter((type) => type === 'recording_deleted')).toHaveLength(1);
    // What the page still sends, or sends again, is taken in no more.
    for (const n of [1, 2]) expect((await one.visitor.upload(one.id, n, page)).status).toBe(403);
    expect(await left(one)).toEqual(NOTHING);
  });

  it('is deleted by supervisors alone, with a line in the log', async () => {
    const one = await recorded();
    const [maya, ines] = await Promise.all(['maya', 'ines'].map((who) => Agent.signIn(inWorker, `${who}@baton.test`)));
    const path = `/v1/recordings/${one.id}/delete`;
    expect((await maya!.post(path, {})).status).toBe(403);
    expect(await left(one)).not.toEqual(NOTHING);
    for (let time = 1; time <= 2; time++) expect((await ines!.post(path, {})).status).toBe(200);
    expect(await left(one)).toEqual(NOTHING);
    const { entries } = (await (await ines!.get('/v1/audit')).json()) as AuditAnswer;
    expect(entries.filter(({ deed }) => deed === 'recording.deleted')).toMatchObject([
      { by: 'Ines Duarte', about: expect.stringMatching(/^BTN-\d+$/) },
    ]);
    expect((await ines!.post('/v1/recordings/rec_nobody00/delete', {})).status).toBe(404);
  });

  it('goes when it is older than the workspace keeps it and its conversation is over; others stay', async () => {
    const [old, live, young] = [await recorded(), await recorded(), await recorded()];
    const age = (id: string, days: number) =>
      testEnv.DB.prepare('update recording_segments set stored_at = ? where recording_id = ?')
        .bind(at - days * DAY_MS, id)
        .run();
    await Promise.all([age(old.id, 31), age(live.id, 31), age(young.id, 29)]);
    for (const { visitor } of [old, young])
      await testEnv.DB.prepare("update conversations set status = 'resolved' where id = ?")
        .bind(visitor.conversationId)
        .run();
    await forgetRecordings(testEnv as never, at);
    expect(await left(old)).toEqual(NOTHING);
    for (const one of [live, young]) expect(await left(one)).not.toEqual(NOTHING);
  });

  it('is as old as the time since it was stored, whatever its visitor’s clock said', async () => {
    const [past, future] = [await recorded(), await recorded()];
    const told = (timestamp: number) =>
      gzipSync(JSON.stringify([{ type: 4, timestamp, data: { href: '/', width: 800, height: 600 } }]), { level: 6 });
    // Its first parts were told of properly; all that it says now is from 1970 or from 2099.
    expect((await past.visitor.upload(past.id, 2, told(1))).status).toBe(200);
    expect((await future.visitor.upload(future.id, 2, told(Date.UTC(2099, 0, 1)))).status).toBe(200);
    await testEnv.DB.prepare('delete from recording_segments where recording_id in (?, ?) and n < 2')
      .bind(past.id, future.id)
      .run();
    for (const { visitor } of [past, future])
      await testEnv.DB.prepare("update conversations set status = 'resolved' where id = ?")
        .bind(visitor.conversationId)
        .run();
    await forgetRecordings(testEnv as never, Date.now() + 29 * DAY_MS);
    for (const one of [past, future]) expect(await left(one)).not.toEqual(NOTHING);
    await forgetRecordings(testEnv as never, Date.now() + 31 * DAY_MS);
    for (const one of [past, future]) expect(await left(one)).toEqual(NOTHING);
  });

  it('is followed to its end by the next run where somebody died on the way', async () => {
    const one = await recorded();
    await markDeleted(testEnv.DB, workspaceId, one.id as never, { because: 'visitor' }, at);
    expect((await one.visitor.upload(one.id, 2, page)).status).toBe(403);
    await forgetRecordings(testEnv as never, at);
    expect(await left(one)).toEqual(NOTHING);
  });
});

describe('[X12] [X14] what is recorded, and for how long', () => {
  it('is read by everybody and changed by admins, from what it was, with a line in the log', async () => {
    const [maya, ines] = await Promise.all(['maya', 'ines'].map((who) => Agent.signIn(inWorker, `${who}@baton.test`)));
    const was = (await (await maya!.get('/v1/privacy')).json()) as PrivacySettings;
    expect(was).toEqual({ capture: 'on_escalation', recordingDays: 30, conversationDays: null });
    const put = (agent: Agent, body: object) =>
      inWorker.fetch('/v1/privacy', { method: 'PUT', headers: agent.headers, body: JSON.stringify(body) });
    const next = { capture: 'ask', recordingDays: null, conversationDays: null };
    expect((await put(maya!, { ...next, was })).status).toBe(403);
    expect((await put(ines!, { ...next, recordingDays: 0, was })).status).toBe(400);
    // Sent again because its answer was lost: the same, and one line.
    for (let time = 1; time <= 2; time++) expect(await (await put(ines!, { ...next, was })).json()).toEqual(next);
    expect((await put(ines!, { capture: 'off', recordingDays: 7, conversationDays: null, was })).status).toBe(409);
    expect(await (await maya!.get('/v1/privacy')).json()).toEqual(next);
    const { entries } = (await (await ines!.get('/v1/audit')).json()) as AuditAnswer;
    expect(entries.filter(({ deed }) => deed === 'privacy.changed').map(({ detail }) => detail)).toEqual([
      'recorded on_escalation → ask, kept 30 days → until deleted',
    ]);
    // Nobody's is sent before they agree, from the next conversation on.
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await socket.find((frame) => frame.type === 'sharing' && frame.sharing === 'ask');
    expect((await put(ines!, { ...was, was: next })).status).toBe(200);
  });
});
