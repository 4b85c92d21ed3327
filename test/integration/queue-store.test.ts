import { runInDurableObject } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { queueStub } from '../../durable-objects/names.ts';
import { SqlQueueStore } from '../../durable-objects/queue-store.ts';
import { aQueue } from '../support/builders.ts';
import { QUEUE_STORE_CONTRACT } from '../support/queue-store-contract.ts';
import { testEnv } from './setup.ts';

describe('the SQLite store keeps the contract', () => {
  it.each(QUEUE_STORE_CONTRACT)('$title', async ({ title, check }) => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, `que_${title.length}` as never);
    await runInDurableObject(stub, (_, { storage }) => {
      check(() => {
        for (const table of ['entries', 'agents', 'served']) storage.sql.exec(`delete from ${table}`);
        return new SqlQueueStore(storage.sql, aQueue());
      }, expect);
    });
  });

  it('reads the line by its index', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_plan0000' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const plan = (sql: string) =>
        storage.sql
          .exec<{ detail: string }>(`explain query plan ${sql}`)
          .toArray()
          .map(({ detail }) => detail)
          .join('; ');
      expect(plan(`select body from entries where state = 'queued' order by class, due_at, seq limit 20`)).toMatch(
        /USING INDEX entries_by_rank/,
      );
      expect(plan(`select body from entries where state = 'reserved' order by expires_at`)).toMatch(/entries_reserved/);
      expect(plan(`select body from entries where state = 'assigned' and agent_id = 'a' order by seq`)).toMatch(
        /entries_assigned/,
      );
      expect(plan('select coalesce(max(seq), 0) + 1 from entries')).toMatch(/entries_by_seq/);
    });
  });
});
