import { runInDurableObject } from 'cloudflare:test';
import type { Env } from '../../../worker/env.ts';

/**
 * What may happen around a call: it does not get there; it is done there and the answer is not heard; this object's process ends before
 * what the turn wrote is kept, after that but before the call, or after the call.
 */
export const FAULTS = ['not_reached', 'reply_lost', 'dead_unwritten', 'dead_before', 'dead_after'] as const;
export type Fault = (typeof FAULTS)[number];

/** The calls of one object, by name and how many of that name came before, and where one of them is disturbed. */
export class Plan {
  readonly calls: string[] = [];
  readonly #counts = new Map<string, number>();
  readonly #strike: { at: string; fault: Fault } | null;
  hasStruck = false;

  constructor(strike: { at: string; fault: Fault } | null) {
    this.#strike = strike;
  }

  async through<T>(name: string, state: DurableObjectState, call: () => Promise<T>): Promise<T> {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    const point = `${name} ${count}`;
    this.calls.push(point);
    if (this.#strike === null || this.hasStruck || this.#strike.at !== point) return call();
    this.hasStruck = true;
    const { fault } = this.#strike;
    if (fault === 'dead_before') await state.storage.sync();
    if (fault === 'reply_lost' || fault === 'dead_after') await call();
    if (fault.startsWith('dead')) state.abort('the process died here');
    throw new Error(fault === 'not_reached' ? 'it could not be reached' : 'no answer was heard');
  }
}

/** The desk is read again by the clock, for all objects of the isolate. It is disturbed only where an operation itself waits for it. */
const DESK = new Set(['workspaces', 'policies', 'queues', 'sla_policies', 'calendars', 'articles', 'incidents']);
const READS = new Set<string | symbol>(['first', 'all', 'run', 'raw']);

/** The object's next calls to other objects and to the database go through the plan. A new process of it knows nothing of that. */
export async function disturb(stub: DurableObjectStub, plan: Plan, readsDesk = false): Promise<void> {
  await runInDurableObject(stub as never, (object, state) => {
    const instance = object as unknown as { env: Env };
    // A method of a stub is itself a stub: it is called where it stands, `apply` would be one more method over there.
    const calling = (kind: string, target: Record<string, (...args: unknown[]) => Promise<unknown>>) =>
      new Proxy(target, {
        get:
          (one, name) =>
          (...args: unknown[]) =>
            plan.through(`${kind}.${String(name)}`, state, async () => one[name as string]?.(...args)),
      });
    const namespace = (kind: string, real: DurableObjectNamespace) => ({
      idFromName: (name: string) => real.idFromName(name),
      get: (id: DurableObjectId) => calling(kind, real.get(id) as never),
    });
    const plain = new WeakMap<object, D1PreparedStatement>();
    const statement = (real: D1PreparedStatement, name: string): D1PreparedStatement => {
      const disturbed = new Proxy(real, {
        get(one, method) {
          const value: unknown = Reflect.get(one, method);
          if (typeof value !== 'function') return value;
          if (method === 'bind') return (...args: unknown[]) => statement(one.bind(...args), name);
          if (!READS.has(method)) return value.bind(one);
          return (...args: unknown[]) => plan.through(name, state, () => value.apply(one, args));
        },
      });
      plain.set(disturbed, real);
      return disturbed;
    };
    const { env } = instance;
    instance.env = {
      ...env,
      CONVERSATIONS: namespace('conversation', env.CONVERSATIONS as never),
      QUEUES: namespace('queue', env.QUEUES as never),
      AGENTS: namespace('agent', env.AGENTS as never),
      DB: new Proxy(env.DB, {
        get(db, name) {
          if (name === 'batch') {
            return (statements: D1PreparedStatement[]) =>
              statements.some((one) => plain.has(one))
                ? plan.through('database.batch', state, () => db.batch(statements.map((one) => plain.get(one) ?? one)))
                : db.batch(statements);
          }
          if (name === 'prepare') {
            return (sql: string) => {
              const table = /\b(?:from|into|update)\s+(\w+)/i.exec(sql)?.[1] ?? '?';
              const real = db.prepare(sql);
              return DESK.has(table) && !readsDesk ? real : statement(real, `database.${table}`);
            };
          }
          const value: unknown = Reflect.get(db, name);
          return typeof value === 'function' ? value.bind(db) : value;
        },
      }),
    } as never;
  });
}
