import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { queueStub } from '../../durable-objects/names.ts';
import { Agent, offerOn } from '../support/agent.ts';
import { Visitor } from '../support/visitor.ts';
import { pass } from './crash/passing-time.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

describe('[Q10] an alarm that fails', () => {
  it('is set again by itself, and does what was due when it can', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'person.request' });
    await own.ask({ type: 'presence.set', presence: 'available' });
    const { reservationId, queueId } = await offerOn(own, visitor.conversationId);
    const stub = queueStub(testEnv, testEnv.DEMO.id, queueId as never);
    const rename = (from: string, to: string) =>
      runInDurableObject(stub, (_, { storage }) => {
        storage.sql.exec(`alter table ${from} rename to ${to}`);
      });
    await rename('entries', 'entries_away');
    pass(120_000);
    await runDurableObjectAlarm(stub);
    // Not thrown: an alarm that keeps throwing is dropped for good. It comes again within a second or so.
    const again = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
    expect(again).not.toBeNull();
    expect((again as number) - Date.now()).toBeLessThanOrEqual(1000);
    await rename('entries_away', 'entries');
    await evictDurableObject(stub);
    await runDurableObjectAlarm(stub);
    const kept = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql
        .exec<{ body: string }>('select body from entries where body like ?', `%${visitor.conversationId}%`)
        .toArray(),
    );
    expect(kept.map(({ body }) => JSON.parse(body).reservationId ?? null)).not.toContain(reservationId);
    await own.ask({ type: 'presence.set', presence: 'away' }).catch(() => null);
    own.close();
  });
});
