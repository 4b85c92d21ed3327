import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import { queueStub } from '../../durable-objects/names.ts';
import { QUEUE_SCHEMA } from '../../durable-objects/queue-schema.ts';
import { SqlQueueStore } from '../../durable-objects/queue-store.ts';
import { queueFrame } from '../../durable-objects/queue-views.ts';
import {
  agentId,
  anAgent,
  aQueue,
  escalationId,
  MINUTE,
  NOW,
  reservationId,
  someFacts,
  someWork,
} from '../support/builders.ts';
import { someHistories } from '../support/queue-histories.ts';
import {
  type BringTo,
  bringMemoryTo,
  QUEUE_STORE_CONTRACT,
  run,
  snapshot,
  take,
} from '../support/queue-store-contract.ts';
import { testEnv } from './setup.ts';

/** [Q11] As the object does: another store over the same rows, which are put again. */
const bringRowsTo =
  (sql: SqlStorage): BringTo<SqlQueueStore> =>
  (store, to) => {
    const after = new SqlQueueStore(sql, to);
    for (const event of [...after.reapply(store.config)]) after.apply(event);
    return after;
  };

describe('the SQLite store keeps the contract', () => {
  it.each(QUEUE_STORE_CONTRACT)('$title', async ({ title, check }) => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, `que_${title.length}` as never);
    await runInDurableObject(stub, (_, { storage }) => {
      check({
        fresh: (config) => {
          for (const table of ['entries', 'lines', 'agents', 'served', 'facts'])
            storage.sql.exec(`delete from ${table}`);
          return new SqlQueueStore(storage.sql, config ?? aQueue());
        },
        bringTo: bringRowsTo(storage.sql),
        expect,
      });
    });
  });

  it('remembers nothing that is not stored: another instance says the same at every step, and so does one that forgot', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_memory00' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      for (const { settings, steps } of someHistories(15, 3)) {
        for (const table of ['entries', 'lines', 'agents', 'served', 'facts']) storage.sql.exec(`delete from ${table}`);
        let store = new SqlQueueStore(storage.sql, settings);
        for (const [i, step] of steps.entries()) {
          const { now } = step;
          // Half of it is rolled back, as by a fault in the middle of a transaction.
          if (i % 5 === 4) {
            expect(() =>
              storage.transactionSync(() => {
                take(store, step, bringRowsTo(storage.sql));
                throw new Error('in the middle');
              }),
            ).toThrow('in the middle');
            store.forget();
          } else ({ store } = take(store, step, bringRowsTo(storage.sql)));
          const fresh = new SqlQueueStore(storage.sql, store.config);
          expect(snapshot(store, now)).toEqual(snapshot(fresh, now));
        }
      }
    });
  });

  it('[R1] [R12] 200 histories, each in an object that is evicted between any two steps, are those of memory', {
    timeout: 300_000,
  }, async () => {
    let evictions = 0;
    for (const [seed, { settings, steps }] of someHistories(200, 4).entries()) {
      const stub = queueStub(testEnv, testEnv.DEMO.id, `que_history${seed}` as never);
      const memory = new MemoryQueueStore(settings);
      for (let at = 0; at < steps.length; ) {
        // One to twenty at a time, another number each time.
        const some = steps.slice(at, at + 1 + ((seed * 7 + at * 13) % 20));
        at += some.length;
        const { now } = some.at(-1)!;
        const { config } = memory;
        const refusals = some.map((step) => take(memory, step, bringMemoryTo).refusal);
        const inObject = await runInDurableObject(stub, (_, { storage }) => {
          let store = new SqlQueueStore(storage.sql, config);
          const told = some.map((step) => {
            const taken = take(store, step, bringRowsTo(storage.sql));
            store = taken.store;
            return taken.refusal;
          });
          return { told, left: snapshot(store, now) };
        });
        await evictDurableObject(stub);
        evictions += 1;
        const afterwards = await runInDurableObject(stub, (_, { storage }) =>
          snapshot(new SqlQueueStore(storage.sql, memory.config), now),
        );
        expect([seed, at, inObject.told]).toEqual([seed, at, refusals]);
        expect([seed, at, inObject.left]).toEqual([seed, at, snapshot(memory, now)]);
        expect([seed, at, afterwards]).toEqual([seed, at, inObject.left]);
      }
    }
    expect(evictions).toBeGreaterThan(600);
  });

  it('[W2] remembers what was told first, and what it came to', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_told0000' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const store = new SqlQueueStore(storage.sql, aQueue());
      const enqueue = (n: number) =>
        run(
          store,
          { type: 'enqueue', work: someWork(n), class: 1, facts: someFacts(), queuedAt: NOW, preferred: null },
          NOW,
        );
      for (const n of [1, 2]) {
        enqueue(n);
        store.tell(store.entry(escalationId(n), 1)!, n * MINUTE, NOW);
      }
      // Told again while it waits: the first word is what it is judged by.
      store.tell(store.entry(escalationId(1), 1)!, 9 * MINUTE, NOW + MINUTE);
      expect(store.waitRecords()).toEqual([]);
      run(store, { type: 'mirror_agent', agent: anAgent('maya') }, NOW);
      run(store, { type: 'match', reservationId: reservationId(1), only: null }, NOW);
      run(store, { type: 'accept', reservationId: reservationId(1), epoch: 1, agentId: agentId('maya') }, NOW + 20_000);
      expect(store.waitRecords()).toEqual([{ predictedMs: MINUTE, waitMs: 20_000 }]);
      // Taken back and accepted once more, it was answered before.
      run(
        store,
        { type: 'take_back', escalationId: escalationId(1), hop: 1, by: { id: agentId('sam'), name: 'Sam' } },
        NOW + MINUTE,
      );
      run(store, { type: 'match', reservationId: reservationId(2), only: null }, NOW + 5 * MINUTE);
      run(
        store,
        { type: 'accept', reservationId: reservationId(2), epoch: 2, agentId: agentId('maya') },
        NOW + 5 * MINUTE,
      );
      expect(store.waitRecords()).toContainEqual({ predictedMs: MINUTE, waitMs: 20_000 });
    });
  });

  it('[Q18] who came after the closing is told apart in what an older version stored, and not where the closing cannot be read', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_closed00' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const store = new SqlQueueStore(storage.sql, aQueue());
      const comes = (n: number) =>
        run(
          store,
          { type: 'enqueue', work: someWork(n), class: 1, facts: someFacts(), queuedAt: NOW + n, preferred: null },
          NOW,
        );
      const offered = () =>
        [...new SqlQueueStore(storage.sql, aQueue()).waiting('offered')].map(({ ticketNumber }) => ticketNumber);
      comes(1);
      run(store, { type: 'set_closure', closure: { by: 'Sam', at: NOW } }, NOW);
      comes(2);
      expect(offered()).toEqual(['BTN-1001']);
      // As a version left it that did not tell them apart.
      storage.sql.exec('update entries set newcomer = 0');
      storage.sql.exec(QUEUE_SCHEMA.find((statement) => statement.startsWith('update entries set newcomer')) as string);
      expect(offered()).toEqual(['BTN-1001']);
      storage.sql.exec("update facts set value = '{' where key = 'closure'");
      storage.sql.exec(QUEUE_SCHEMA.find((statement) => statement.startsWith('update entries set newcomer')) as string);
      expect(offered()).toEqual(['BTN-1001', 'BTN-1002']);
    });
  });

  it('a long line leaves in sight what is offered and what is in hands, and who cannot be asked why', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_frame000' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const store = new SqlQueueStore(storage.sql, aQueue({ perAgentLimit: 2 }));
      for (let n = 1; n <= 260; n += 1)
        run(
          store,
          { type: 'enqueue', work: someWork(n), class: 1, facts: someFacts(), queuedAt: NOW + n, preferred: null },
          NOW,
        );
      for (const name of ['maya', 'jonas'])
        run(store, { type: 'mirror_agent', agent: anAgent(name, { capacity: 9 }) }, NOW);
      for (const n of [1, 2])
        run(store, { type: 'match', reservationId: reservationId(n), only: agentId('maya') }, NOW);
      run(store, { type: 'accept', reservationId: reservationId(1), epoch: 1, agentId: agentId('maya') }, NOW);
      const frame = queueFrame(store, 1, NOW);
      if (frame.type !== 'queue') throw new Error('no picture');
      expect(frame).toMatchObject({ waiting: 258, offered: 1, inHands: 1 });
      expect(frame.entries).toHaveLength(202);
      expect(frame.entries.slice(-2).map(({ state, ticketNumber }) => [state, ticketNumber])).toEqual([
        ['reserved', 'BTN-1002'],
        ['assigned', 'BTN-1001'],
      ]);
      expect(frame.agents.map(({ name, why }) => [name, why])).toEqual([
        ['jonas', null],
        ['maya', 'has as many from this queue as one agent may have'],
      ]);
    });
  });

  it('reads every line, holder and wake-up by an index, never the table', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_plan0000' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const plan = (sql: string) =>
        storage.sql
          .exec<{ detail: string }>(`explain query plan ${sql}`)
          .toArray()
          .map(({ detail }) => detail)
          .join('; ');
      const keys = '(class, sort_at, seq) > (1, 2, 3)';
      const offered = "state = 'queued' and newcomer = 0";
      const reads: [string, RegExp][] = [
        [`select body from entries where ${offered} order by class, sort_at, seq limit 8`, /entries_by_rank/],
        [
          `select body from entries where ${offered} and ${keys} order by class, sort_at, seq limit 8`,
          /entries_by_rank/,
        ],
        [`select count(*) from entries where ${offered} and (class, sort_at, seq) < (1, 2, 3)`, /entries_by_rank/],
        [
          `select body from entries where ${offered} and needs = 'a' order by class, sort_at, seq limit 8`,
          /entries_by_line/,
        ],
        [
          `select body from entries where ${offered} and needs = 'a' and ${keys} order by class, sort_at, seq limit 8`,
          /entries_by_line/,
        ],
        [`update entries set newcomer = 0 where state = 'queued' and newcomer = 1`, /entries_by_/],
        ['select escalation_id, hop from told where wait_ms is null', /told_open/],
        [
          `select body from entries where skips = 1 and needs = 'a' order by class, sort_at, seq limit 8`,
          /entries_skipping/,
        ],
        [`select body from entries where state = 'reserved' order by wake_at, seq`, /entries_reserved/],
        [`select body from entries where agent_id = 'a' order by seq`, /entries_by_holder/],
        [`select body from entries where reservation_id = 'a'`, /entries_by_reservation/],
        [`select body from entries where wake_at <= 5 order by wake_at, seq limit 1000`, /entries_by_wake/],
        ['select min(wake_at) from entries where wake_at is not null', /entries_by_wake/],
        ['select coalesce(max(seq), 0) + 1 from entries', /entries_by_seq/],
      ];
      for (const [sql, index] of reads) {
        const said = plan(sql);
        expect([sql, index.test(said), /TEMP B-TREE|SCAN entries(?! USING)/.test(said)]).toEqual([sql, true, false]);
      }
    });
  });
});
