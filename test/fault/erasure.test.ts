import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivacyJob } from '#protocol/privacy-jobs.ts';
import { Agent, accept, offerOn } from '../support/agent.ts';
import { type Baton, startBaton } from '../support/baton.ts';
import { overNetwork } from '../support/transport.ts';
import { Visitor } from '../support/visitor.ts';

let baton: Baton;
beforeAll(async () => {
  baton = await startBaton({ script: 'test/support/bare-server.ts' });
});
afterAll(async () => {
  await baton?.stop();
  baton?.remove();
});

/** Files on the disk in whose bytes the word is: plain, in base64, or inside gzip. With how often. */
function filesWith(dir: string, word: string): [string, number][] {
  const said = [word, btoa(word).slice(0, -4)].map((text) => Buffer.from(text));
  const count = (bytes: Buffer) =>
    said.reduce((sum, one) => {
      let n = 0;
      for (let at = bytes.indexOf(one); at >= 0; at = bytes.indexOf(one, at + 1)) n += 1;
      return sum + n;
    }, 0);
  return readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry): [string, number][] => {
    if (!entry.isFile()) return [];
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    const n = count(bytes) + (bytes[0] === 0x1f && bytes[1] === 0x8b ? count(gunzipSync(bytes)) : 0);
    return n === 0 ? [] : [[path.slice(dir.length), n]];
  });
}

/** As SQLite does by itself once a log is long enough. */
function takeOverLogs(dir: string): void {
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.sqlite')) continue;
    const database = new DatabaseSync(join(entry.parentPath, entry.name));
    database.exec('pragma wal_checkpoint(truncate)');
    database.close();
  }
}

const CANARY = 'Zqcanarywordjkv';
const page = gzipSync(
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
            { type: 2, id: 2, tagName: 'html', attributes: {}, childNodes: [{ type: 3, id: 3, textContent: CANARY }] },
          ],
        },
        initialOffset: { left: 0, top: 0 },
      },
    },
  ]),
);

describe('[Y4] after an erasure', () => {
  it('files of conversations, queues and recordings have not a byte of them', async () => {
    const transport = overNetwork(baton.origin, baton.demoOrigin);
    const visitor = await Visitor.arrive(transport, null);
    const socket = await visitor.open();
    const at = Date.now();
    await socket.ask({
      type: 'page.update',
      page: {
        path: '/pay',
        title: CANARY,
        area: null,
        entries: [],
        viewport: { width: 800, height: 600 },
        browser: CANARY,
        language: 'en',
        at,
      },
      trail: [{ tab: visitor.tab, n: 0, at, kind: 'error', message: CANARY, source: null }],
    });
    for (let n = 0; n < 12; n += 1)
      await socket.ask({ type: 'message.send', text: `I am ${CANARY} and was charged twice, for the ${n}th time` });
    await socket.ask({ type: 'person.request' });
    const record = await socket.find((one) => one.type === 'record' && one.recordingId !== null);
    const { recordingId } = record as unknown as { recordingId: string };
    expect((await visitor.upload(recordingId, 0, page)).status).toBe(200);
    const maya = await Agent.signIn(transport, 'maya@baton.test');
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    await accept(own, await offerOn(own, visitor.conversationId));
    const desk = await maya.conversation(visitor.conversationId);
    await desk.ask({ type: 'note.add', text: `Called ${CANARY}` });
    await sleep(1000);
    expect(filesWith(baton.stateDir, CANARY).length).toBeGreaterThan(3);

    const ines = await Agent.signIn(transport, 'ines@baton.test');
    const asked = await ines.post('/v1/privacy/jobs', { kind: 'erasure', visitorId: visitor.visit.visitor.id });
    let job = (await asked.json()) as PrivacyJob;
    for (let tries = 0; tries < 100 && job.doneAt === null; tries += 1) {
      await sleep(100);
      job = (await (await ines.get(`/v1/privacy/jobs/${job.id}`)).json()) as PrivacyJob;
    }
    expect(job.doneAt).not.toBeNull();
    // Conversations have files of their own, and those are clean at once; what the others wrote over may be in their log of writes until it is taken over.
    const inLogs = filesWith(baton.stateDir, CANARY).filter(([path]) => path.endsWith('-wal'));
    expect(filesWith(baton.stateDir, CANARY)).toEqual(inLogs);
    expect(inLogs.filter(([path]) => path.includes('ConversationObject'))).toEqual([]);
    await baton.stop();
    takeOverLogs(baton.stateDir);
    // Of rows that SQLite had moved before, remnants may lie in the free space of the database's and an agent's file: decision 0013 says until when.
    const remnants = filesWith(baton.stateDir, CANARY);
    expect(remnants.filter(([path]) => !/D1DatabaseObject|AgentObject/.test(path))).toEqual([]);
    console.info(
      'remnants in free space',
      remnants.reduce((sum, [, n]) => sum + n, 0),
    );
  });
});
