import { DurableObject } from 'cloudflare:workers';
import type { ConversationId, EscalationId, QueueId, ReservationId, WorkspaceId } from '#domain/ids.ts';
import { DEFAULT_RANK_POLICY, type RankFacts } from '#domain/priority/rank.ts';
import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { DEFAULT_QUEUE_BEHAVIOUR, type QueueConfig } from '#domain/queue/queue.ts';
import { type QueueIdentity, QueueObject } from '../../../durable-objects/queue-object.ts';
import { QUEUE_SCHEMA } from '../../../durable-objects/queue-schema.ts';
import { SqlQueueStore } from '../../../durable-objects/queue-store.ts';
import { applySchema } from '../../../durable-objects/schema.ts';
import type { Env as BatonEnv } from '../../../worker/env.ts';

type Env = { BENCH: DurableObjectNamespace<QueueBench>; WHOLE: DurableObjectNamespace<WholeQueue> };

const CONFIG: QueueConfig = {
  ...DEFAULT_QUEUE_BEHAVIOUR,
  id: 'que_bench000' as QueueId,
  name: 'Bench',
  tier: 1,
  rank: DEFAULT_RANK_POLICY,
  cooldownMs: 0,
};
const AT = Date.UTC(2026, 10, 24);
const AGENTS = 20;

const facts = (n: number): RankFacts => ({
  tier: (['free', 'pro', 'enterprise'] as const)[n % 3] ?? null,
  severity: (['low', 'normal', 'high'] as const)[n % 3] ?? 'normal',
  contractValue: (n * 7919) % 100_000,
  health: n % 5 === 0 ? 'at_risk' : 'healthy',
  frustration: (n % 10) / 10,
  sentiment: -(n % 10) / 10,
  repeatContact: n % 3,
  area: null,
  renewalInDays: n % 90,
  openDispute: n % 11 === 0,
  isLate: false,
  failedRequests: n % 2,
  incident: null,
  promiseDueAt: AT + n,
});

const workOf = (n: number, skills: string[]) => ({
  escalationId: `esc_${n}` as EscalationId,
  conversationId: `cnv_${n}` as ConversationId,
  ticketNumber: `BTN-${n}`,
  hop: 1,
  subject: 'A refused payment, seen on the billing page, with a few words about it',
  visitorName: 'Priya Raman',
  company: 'Northwind Enterprise',
  area: 'billing',
  because: ['Asked for a person', 'Charged wrongly'],
  skills,
});

const rankOf = (n: number) => ({
  class: n % 50 === 0 ? (0 as const) : (1 as const),
  facts: facts(n),
  queuedAt: AT + n,
  preferred: null,
});

/** The history in D1 is empty here. */
const NO_DATABASE = {
  prepare: () => ({ bind: () => ({ all: async () => ({ results: [] }) }) }),
} as unknown as D1Database;

/** The product's own object, whole, with a long line that nobody serves; whom it tells of places answers in place. */
export class WholeQueue extends QueueObject {
  constructor(ctx: DurableObjectState, _env: Env) {
    const CONVERSATIONS = { idFromName: (name: string) => name, get: () => ({ setPlace: async () => {} }) };
    super(ctx, { DB: NO_DATABASE, CONVERSATIONS } as unknown as BatonEnv);
  }

  /** All at once, as a busy queue is called: it gathers them. */
  async fill(from: number, to: number, revision: number): Promise<void> {
    const identity = identityWith({ revision });
    const calls = Array.from({ length: to - from }, (_, i) => from + i);
    await Promise.all(calls.map((n) => this.enqueue(identity, workOf(n, [`skill${n % 10}`]), rankOf(n))));
  }

  /** The settings page asks what these would do. */
  async ask(revision: number): Promise<number> {
    return (await this.preview(identityWith({ revision: revision - 1 }), identityWith({ revision }).config)).moved;
  }

  /** An admin has saved settings that rank everything anew. */
  async save(revision: number): Promise<void> {
    await this.configure(identityWith({ revision }));
  }

  end(): void {
    this.ctx.abort('ended for the bench');
  }
}

/** Each revision weighs trouble with the account otherwise: every fifth changes its rank, as much as a careful admin would change. */
function identityWith({ revision }: { revision: number }): QueueIdentity {
  const rank = { ...DEFAULT_RANK_POLICY, atRiskMinutes: DEFAULT_RANK_POLICY.atRiskMinutes + revision };
  return { workspaceId: 'wsp_bench000' as WorkspaceId, config: { ...CONFIG, rank, revision, asOf: revision } };
}

/**
 * Read whole on waking, because all of it is wanted: who serves here, how many wait in each line, and what could not be read (next to nothing). None of
 * these grows with who waits.
 */
const READ_WHOLE = /^SCAN (?:agents|lines|entries_parked)$/;

/** One queue. Each call does `times` operations in one turn; whoever calls divides. */
export class QueueBench extends DurableObject<Env> {
  readonly #store: SqlQueueStore;
  /** Every statement that was run, with what was bound to it the first time. */
  readonly #statements = new Map<string, unknown[]>();

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    applySchema(ctx.storage, QUEUE_SCHEMA);
    this.#store = new SqlQueueStore(this.#noting(ctx.storage.sql), CONFIG);
  }

  #noting(sql: SqlStorage): SqlStorage {
    return new Proxy(sql, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        if (name !== 'exec') return value.bind(target);
        return (text: string, ...bound: unknown[]) => {
          if (!this.#statements.has(text)) this.#statements.set(text, bound);
          return value.call(target, text, ...bound);
        };
      },
    });
  }

  /** The steps of every statement that was run here, that look at more than an index says: none, if all is well. */
  scans(): { statements: number; scans: string[] } {
    const scans: string[] = [];
    for (const [text, bound] of this.#statements) {
      if (/^\s*(?:create|pragma)/i.test(text)) continue;
      const steps = this.ctx.storage.sql.exec<{ detail: string }>(`explain query plan ${text}`, ...bound).toArray();
      for (const { detail } of steps)
        if (/^SCAN (?!.*USING)|TEMP B-TREE/.test(detail) && !READ_WHOLE.test(detail))
          scans.push(`${detail}: ${text.replace(/\s+/g, ' ')}`);
    }
    return { statements: this.#statements.size, scans };
  }

  #run(command: QueueCommand, now: number): boolean {
    const decision = decideQueue(this.#store, command, now);
    if (!decision.ok) throw new Error(`${command.type}: ${decision.message}`);
    this.ctx.storage.transactionSync(() => {
      for (const event of decision.events) this.#store.apply(event);
    });
    return decision.events.length > 0;
  }

  #enqueue(n: number, skillSets: number): void {
    const skills = skillSets === 1 ? [] : [`skill${n % skillSets}`];
    this.#run({ type: 'enqueue', work: workOf(n, skills), ...rankOf(n) }, AT + n);
  }

  /** Puts entries `from` to `to` in line and the agents at their places. */
  fill(from: number, to: number, skillSets: number): void {
    for (let n = from; n < to; n += 1) this.#enqueue(n, skillSets);
    if (from > 0) return;
    const skills = Array.from({ length: skillSets }, (_, i) => `skill${i}`);
    for (let i = 0; i < AGENTS; i += 1) {
      const agent = {
        id: `agt_${i}` as never,
        name: `Agent ${i}`,
        version: 1,
        load: 0,
        capacity: 1e9,
        skills,
        serves: true,
        idleSince: i,
      };
      this.#run({ type: 'mirror_agent', agent: { ...agent, presence: 'available', comesBack: false } }, AT);
    }
  }

  /** Whoever comes from here on is a newcomer. */
  closeQueue(): void {
    this.#run({ type: 'set_closure', closure: { by: 'Sam', at: AT } }, AT);
  }

  /** `times` operations of a kind; the backlog is afterwards what it was before. */
  measure(kind: string, times: number, backlog: number, skillSets: number, round: number): void {
    const id = (i: number) => `rsv_${kind}_${round}_${i}` as ReservationId;
    const match = (i: number) => this.#run({ type: 'match', reservationId: id(i), only: null }, AT + 1e9);
    switch (kind) {
      case 'nothing':
        return;
      case 'enqueue':
        for (let i = 0; i < times; i += 1) this.#enqueue(1e7 + round * 1e5 + i, skillSets);
        return;
      case 'undo enqueue':
        for (let i = 0; i < times; i += 1) {
          const escalationId = `esc_${1e7 + round * 1e5 + i}` as EscalationId;
          this.#run({ type: 'close', escalationId, hop: 1, outcome: 'abandoned' }, AT);
        }
        return;
      case 're-rank':
        for (let i = 0; i < times; i += 1) {
          const n = (i * 7919 + round) % backlog;
          this.#run(
            {
              type: 'rerank',
              escalationId: `esc_${n}` as EscalationId,
              hop: 1,
              facts: facts(n + i + round * times + 1),
            },
            AT,
          );
        }
        return;
      case 'move by hand':
        // Back, then forward again: what is due since it came is not moved further forward.
        for (let i = 0; i < times; i += 1) {
          const n = ((i >> 1) * 7919 + round) % backlog;
          const escalationId = `esc_${n}` as EscalationId;
          this.#run({ type: 'adjust', escalationId, hop: 1, minutes: i % 2 === 0 ? -5 : 5, by: 'Sam' }, AT);
        }
        return;
      case 'tick':
        for (let i = 0; i < times; i += 1) this.#run({ type: 'tick' }, AT);
        return;
      case 'best for agent':
        for (let i = 0; i < times; i += 1) {
          decideQueue(
            this.#store,
            { type: 'match', reservationId: id(i), only: `agt_${i % AGENTS}` as never },
            AT + 1e9,
          );
        }
        return;
      case 'reserve and return':
        for (let i = 0; i < times; i += 1) {
          match(i);
          this.#run({ type: 'orphan', reservationId: id(i), epoch: this.#epoch(id(i)) }, AT + 1e9);
        }
        return;
      case 'reserve, accept and close':
        for (let i = 0; i < times; i += 1) {
          match(i);
          const entry = this.#store.byReservation(id(i));
          if (entry?.state !== 'reserved') throw new Error('nothing was reserved');
          const { epoch, agentId, escalationId } = entry;
          this.#run({ type: 'accept', reservationId: id(i), epoch, agentId }, AT + 1e9);
          this.#run({ type: 'close', escalationId, hop: 1, outcome: 'resolved' }, AT + 1e9);
        }
        return;
      default:
        throw new Error(`no operation ${kind}`);
    }
  }

  #epoch(reservationId: ReservationId): number {
    const entry = this.#store.byReservation(reservationId);
    if (entry?.state !== 'reserved') throw new Error('nothing was reserved');
    return entry.epoch;
  }

  waiting(): number {
    return this.#store.waitingCount();
  }

  /** The instance ends; the next call builds a new one over the same storage. */
  end(): void {
    this.ctx.abort('ended for the bench');
  }
}

export default {
  async fetch(request, env) {
    const { name, call, args } = (await request.json()) as { name: string; call: string; args: (string | number)[] };
    const objects = name.startsWith('whole') ? env.WHOLE : env.BENCH;
    const stub = objects.get(objects.idFromName(name) as never) as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    try {
      return Response.json({ value: (await stub[call]?.(...args)) ?? null });
    } catch (cause) {
      return Response.json({ error: String(cause) }, { status: 500 });
    }
  },
} satisfies ExportedHandler<Env>;
