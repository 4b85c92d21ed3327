import type { Env } from '../../worker/env.ts';

/** The worker's process died here. */
class Died extends Error {}

/**
 * An environment whose stores answer `calls` times. The call behind them is done and its answer lost, or not done at all, and none is done after it: as for a process that dies.
 */
export function dyingEnv(env: Env, calls: number, isDone: boolean): Env {
  let left = calls;
  const counted = async <T>(call: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left > 0) return call();
    if (left === 0 && isDone) await call();
    throw new Died('the process died');
  };
  const real = new WeakMap<object, D1PreparedStatement>();
  const statement = (one: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => statement(one.bind(...values)),
      run: () => counted(() => one.run()),
      all: () => counted(() => one.all()),
      first: (column?: string) => counted(() => (column === undefined ? one.first() : one.first(column))),
    } as unknown as D1PreparedStatement;
    real.set(wrapped, one);
    return wrapped;
  };
  const counting = <T extends object>(target: T): T =>
    new Proxy(target, {
      get: (_, name) =>
        name === 'then'
          ? undefined
          : (...values: unknown[]) =>
              counted(async () => (target as Record<string | symbol, (...v: unknown[]) => unknown>)[name]?.(...values)),
    });
  const objects = (namespace: DurableObjectNamespace) => ({
    idFromName: (name: string) => namespace.idFromName(name),
    get: (id: DurableObjectId) => counting(namespace.get(id)),
  });
  return {
    ...env,
    DB: {
      prepare: (sql: string) => statement(env.DB.prepare(sql)),
      batch: (all: D1PreparedStatement[]) =>
        counted(() => env.DB.batch(all.map((one) => real.get(one) as D1PreparedStatement))),
    } as never,
    REPLAYS: counting(env.REPLAYS),
    CONVERSATIONS: objects(env.CONVERSATIONS as never) as never,
    QUEUES: objects(env.QUEUES as never) as never,
    AGENTS: objects(env.AGENTS as never) as never,
  };
}
