import { runInDurableObject } from 'cloudflare:test';
import type { Env } from '../../../worker/env.ts';

/** What of the database does not answer. `done` is done over there, and the answer is not heard; `lost` never gets there. */
type Stall = { what: 'batches' | 'everything'; how: 'done' | 'lost' };

/** How a stall goes: how often the object asked in vain; its end for what is asked from now on; and its end for what was asked, too, which then fails. */
export type Stalled = { asked(): number; ends(): void; cut(): void };

/**
 * [F7] From now on the object hears nothing from its database: no answer and no failure, whatever it asks. A new process of it knows nothing of that, so the object
 * must not be evicted meanwhile.
 */
export async function stallDatabase(stub: DurableObjectStub, { what, how }: Stall): Promise<Stalled> {
  let isStalled = true;
  let asked = 0;
  let fail = (_: Error) => {};
  const cut = new Promise<never>((_, reject) => {
    fail = reject;
  });
  cut.catch(() => {});
  const never = async (call: () => Promise<unknown>): Promise<unknown> => {
    if (!isStalled) return call();
    asked += 1;
    if (how === 'done') await call();
    return cut;
  };
  const real = new WeakMap<object, D1PreparedStatement>();
  const statement = (one: D1PreparedStatement): D1PreparedStatement => {
    const stalled = new Proxy(one, {
      get(target, method) {
        const value: unknown = Reflect.get(target, method);
        if (typeof value !== 'function') return value;
        if (method === 'bind') return (...args: unknown[]) => statement(target.bind(...args));
        return (...args: unknown[]) => never(() => value.apply(target, args));
      },
    });
    real.set(stalled, one);
    return stalled;
  };
  await runInDurableObject(stub as never, (object) => {
    const instance = object as unknown as { env: Env };
    const DB = new Proxy(instance.env.DB, {
      get(db, name) {
        if (name === 'batch')
          return (statements: D1PreparedStatement[]) =>
            never(() => db.batch(statements.map((one) => real.get(one) ?? one)));
        if (name === 'prepare' && what === 'everything') return (sql: string) => statement(db.prepare(sql));
        const value: unknown = Reflect.get(db, name);
        return typeof value === 'function' ? value.bind(db) : value;
      },
    });
    instance.env = { ...instance.env, DB } as never;
  });
  const ends = () => {
    isStalled = false;
  };
  return {
    asked: () => asked,
    ends,
    cut() {
      ends();
      fail(new Error('the connection was cut'));
    },
  };
}
