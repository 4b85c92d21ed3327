import { runInDurableObject } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { PLACES_TOLD } from '#domain/queue/places-told.ts';
import type { QueueDown } from '#protocol/queue.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { Agent } from '../support/agent.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';
import { type Waiting, waitingFor } from './waiting.ts';

type Told = Extract<VisitorDown, { type: 'place' }>;
const billing = testEnv.DEMO.queues.find(({ slug }) => slug === 'billing')?.id as string;
/** At once: more would only wait for each other. */
const TOGETHER = 6;
const MAX_WAITING = 2;

beforeAll(async () => {
  const config = JSON.stringify({ maxWaiting: MAX_WAITING });
  await testEnv.DB.prepare('update queues set config = ? where id = ?').bind(config, billing).run();
});

const placesOf = ({ socket }: Waiting): Told[] =>
  socket.frames.filter((frame): frame is Told => frame.type === 'place' && frame.position !== null);
const lastOf = (one: Waiting): Told | undefined => placesOf(one).at(-1);

describe('[W4] whoever waits', () => {
  const line: Waiting[] = [];

  it('[W3] and came while there was room is told nothing of those who came later', async () => {
    for (let i = 0; i < MAX_WAITING + 2; i += 1) line.push(await waitingFor('I was charged twice.'));
    await expect.poll(() => line.map((one) => lastOf(one)?.position)).toEqual([1, 2, 3, 4]);
    expect(line.map((one) => lastOf(one)?.service)).toEqual(['open', 'open', 'full', 'full']);
  });

  it('[W3] also where who came later, to a full line, ranks before them', async () => {
    const critical = await waitingFor('I was charged twice.', 'usr_priya');
    await expect.poll(() => lastOf(critical)?.position).toBe(1);
    expect(lastOf(critical)?.service).toBe('full');
    await expect.poll(() => line.map((one) => lastOf(one)?.position)).toEqual([2, 3, 4, 5]);
    expect(line.map((one) => lastOf(one)?.service)).toEqual(['open', 'open', 'full', 'full']);
    await critical.socket.ask({ type: 'person.withdraw' });
    await expect.poll(() => line.map((one) => lastOf(one)?.position)).toEqual([1, 2, 3, 4]);
  });

  it('behind the front of a long line hears that they are in it, and when it closes', async () => {
    while (line.length < PLACES_TOLD) {
      const some = Array.from({ length: Math.min(TOGETHER, PLACES_TOLD - line.length) }, () =>
        waitingFor('I was charged twice.'),
      );
      line.push(...(await Promise.all(some)));
    }
    const far = [await waitingFor('I was charged twice.'), await waitingFor('I was charged twice.')];
    const told = () => far.map(lastOf);
    await expect
      .poll(told, { timeout: 15_000 })
      .toMatchObject(
        far.map(() => ({ position: PLACES_TOLD + 1, service: 'full', agentsAvailable: 0, estimate: null })),
      );
    // Told once: nothing changes for them while others come and go before them.
    expect(far.map((one) => placesOf(one).length)).toEqual([1, 1]);

    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(billing);
    await queue.ask({ type: 'queue.close' });
    const newcomer = await waitingFor('I was charged twice.');
    await expect
      .poll(() => lastOf(newcomer), { timeout: 15_000 })
      .toMatchObject({ position: PLACES_TOLD + 1, service: 'closed' });
    // Who was in line before the closing is served.
    expect(told()).toMatchObject([{ service: 'full' }, { service: 'full' }]);
    await queue.ask({ type: 'queue.open' });
    await expect.poll(() => lastOf(newcomer)?.service, { timeout: 15_000 }).toBe('full');
  }, 120_000);

  it('hears that somebody has come, and their own place once it is one of the first', async () => {
    const far = await waitingFor('I was charged twice.');
    await expect.poll(() => lastOf(far)?.position, { timeout: 15_000 }).toBe(PLACES_TOLD + 1);
    const ines = await Agent.signIn(inWorker, 'ines@baton.test');
    const queue = await ines.queue(billing);
    const view = (await queue.find(
      (frame) =>
        frame.type === 'queue' &&
        frame.entries.some(({ conversationId }) => conversationId === far.visitor.conversationId),
    )) as Extract<QueueDown, { type: 'queue' }>;
    const own = view.entries.find(({ conversationId }) => conversationId === far.visitor.conversationId);
    const { escalationId, hop } = own as NonNullable<typeof own>;
    expect(await queue.ask({ type: 'entry.adjust', escalationId, hop, minutes: 15 })).toMatchObject({ type: 'ack' });
    await expect.poll(() => lastOf(far)?.position, { timeout: 15_000 }).toBe(1);
    // Pushed out of the front again, the last of them hears no number that is none any more.
    await expect
      .poll(() => line.filter((one) => lastOf(one)?.position === PLACES_TOLD).length, { timeout: 15_000 })
      .toBeLessThanOrEqual(1);
  }, 60_000);

  it('is told once, also by an object that has slept', async () => {
    const far = await waitingFor('I was charged twice.');
    await expect.poll(() => lastOf(far)?.position, { timeout: 15_000 }).toBe(PLACES_TOLD + 1);
    const stub = queueStub(testEnv, testEnv.DEMO.id, billing as never);
    const kept = await runInDurableObject(
      stub,
      (_, { storage }) =>
        storage.sql.exec<{ value: string }>("select value from facts where key = 'far-told'").one().value,
    );
    const { seq } = JSON.parse(kept) as { seq: number };
    const highest = await runInDurableObject(
      stub,
      (_, { storage }) =>
        storage.sql.exec<{ n: number }>("select max(seq) as n from entries where state = 'queued'").one().n,
    );
    expect(seq).toBe(highest);
  });
});
