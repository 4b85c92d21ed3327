import { DurableObject } from 'cloudflare:workers';
import type { AgentId, ConversationId, EscalationId, QueueId, WorkspaceId } from '#domain/ids.ts';
import { DEFAULT_RANK_POLICY, type RankFacts } from '#domain/priority/rank.ts';
import { type AgentMirror, DEFAULT_QUEUE_BEHAVIOUR } from '#domain/queue/queue.ts';
import type { Proposal } from '#domain/routing/agent.ts';
import type { AgentObject } from '../../../durable-objects/agent-object.ts';
import { type QueueIdentity, QueueObject } from '../../../durable-objects/queue-object.ts';
import type { Env as BatonEnv } from '../../../worker/env.ts';

export { AgentObject } from '../../../durable-objects/agent-object.ts';

type Env = {
  FLOOR: DurableObjectNamespace<Floor>;
  LONE_QUEUES: DurableObjectNamespace<LoneQueue>;
  PLACED_QUEUES: DurableObjectNamespace<PlacedQueue>;
  QUEUES: DurableObjectNamespace<Queue>;
  AGENTS: DurableObjectNamespace<AgentObject>;
  WILLING_AGENTS: DurableObjectNamespace<WillingAgent>;
  CONVERSATIONS: DurableObjectNamespace<QuietConversation>;
};

const WORKSPACE = 'wsp_bench000' as WorkspaceId;

/** As little as can be stored of a cycle: one row under an index when work comes, one update when somebody has it. */
export class Floor extends DurableObject<Env> {
  readonly #sql: SqlStorage;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sql = ctx.storage.sql;
    this.#sql.exec(
      'create table if not exists work (id text primary key, sort_at integer not null, agent_id text, body text not null)',
    );
    this.#sql.exec('create index if not exists work_by_rank on work (sort_at) where agent_id is null');
  }

  both(id: string, body: string): void {
    this.insert(id, body);
    this.update(id);
  }

  insert(id: string, body: string): void {
    this.#sql.exec('insert into work (id, sort_at, body) values (?, ?, ?)', id, Date.now(), body);
  }

  update(id: string): void {
    this.#sql.exec('update work set agent_id = ? where id = ?', 'agt_bench000', id);
  }

  nothing(): void {}
}

/** The history in D1 is empty here. */
const NO_DATABASE = {
  prepare: () => ({ bind: () => ({ all: async () => ({ results: [] }) }) }),
} as unknown as D1Database;

/** The queue's own object, among neighbours that are our own too, or that say yes to everything. */
export class Queue extends QueueObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, DB: NO_DATABASE } as unknown as BatonEnv);
  }
}

/** Neighbours that answer in place: what is left is the queue. */
const inPlace = (answers: (name: string) => object): unknown => ({ idFromName: (name: string) => name, get: answers });

export class LoneQueue extends QueueObject {
  constructor(ctx: DurableObjectState, env: Env) {
    const AGENTS = inPlace((name) => ({
      grant: async (proposal: Proposal) => take(name, proposal),
      offerAccepted: async () => {},
    }));
    const CONVERSATIONS = inPlace(() => ({ assigned: async () => {}, setPlace: async () => {} }));
    super(ctx, { DB: NO_DATABASE, AGENTS, CONVERSATIONS } as unknown as BatonEnv);
    void env;
  }
}

/** The same among neighbours that are objects of their own, as in the product, and have nothing to do. */
export class PlacedQueue extends QueueObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, { ...env, DB: NO_DATABASE, AGENTS: env.WILLING_AGENTS } as unknown as BatonEnv);
  }
}

/** Objects of one Worker share its memory on this machine: the offer is handed over without a call that the product does not make. */
const offered = new Map<EscalationId, Proposal & { agentId: AgentId }>();

function take(name: string, proposal: Proposal): boolean {
  offered.set(proposal.work.escalationId, { ...proposal, agentId: name.split('/')[1] as AgentId });
  return true;
}

/** Takes everything and stores nothing. */
export class WillingAgent extends DurableObject<Env> {
  grant(proposal: Proposal): boolean {
    return take(this.ctx.id.name ?? '', proposal);
  }
  offerAccepted(): void {}
  offerEnded(): void {}
  release(): void {}
}

/** Hears what conversations hear and stores nothing. */
export class QuietConversation extends DurableObject<Env> {
  assigned(): void {}
  setPlace(): void {}
  takenBack(): void {}
  overflow(): void {}
}

const identityOf = (queue: number): QueueIdentity => ({
  workspaceId: WORKSPACE,
  config: {
    ...DEFAULT_QUEUE_BEHAVIOUR,
    id: `que_${String(queue).padStart(8, '0')}` as QueueId,
    name: `Queue ${queue}`,
    tier: 1,
    rank: DEFAULT_RANK_POLICY,
  },
});

const agentIdOf = (n: number) => `agt_${String(n).padStart(8, '0')}` as AgentId;

const FACTS: RankFacts = {
  tier: 'pro',
  severity: 'normal',
  contractValue: 40_000,
  health: 'at_risk',
  frustration: 0.4,
  sentiment: -0.2,
  repeatContact: 1,
  area: 'billing',
  renewalInDays: 20,
  openDispute: false,
  isLate: false,
  failedRequests: 2,
  incident: null,
  promiseDueAt: null,
};

/** A few hundred, over and over: an object that is new to the machine costs more than everything that is asked of the queue. */
const conversationOf = (id: string) => `cnv_${(Number(id) % 200).toString().padStart(8, '0')}` as ConversationId;

const workOf = (id: string) => ({
  escalationId: `esc_${id.padStart(10, '0')}` as EscalationId,
  conversationId: conversationOf(id),
  ticketNumber: 'BTN-1042',
  hop: 1,
  subject: 'A refused payment, seen on the billing page, with a few words about it',
  visitorName: 'Priya Raman',
  company: 'Northwind Enterprise',
  area: 'billing',
  because: ['Asked for a person', 'Charged wrongly'],
  skills: ['billing'],
});

const rankNow = () => ({ class: 1, facts: FACTS, queuedAt: Date.now(), preferred: null }) as const;

type Ask = { queue: number; id: string };

const CALLS: Record<string, (env: Env, ask: Ask) => Promise<unknown>> = {
  /** One call, two statements. */
  floor: (env, { queue, id }) => floorOf(env, queue).both(id, JSON.stringify(workOf(id))),
  /** As many calls one after the other as the queue makes: enqueue, grant, accept, assigned, accepted. */
  async 'floor with calls'(env, { queue, id }) {
    const floor = floorOf(env, queue);
    await floor.insert(id, JSON.stringify(workOf(id)));
    await willingOf(env, Number(id) % 20).release();
    await floor.update(id);
    await env.CONVERSATIONS.get(env.CONVERSATIONS.idFromName(`${WORKSPACE}/${conversationOf(id)}`)).setPlace();
    await willingOf(env, Number(id) % 20).release();
  },
  'lone cycle': (env, ask) => cycle(loneQueueOf(env, ask.queue), ask),
  'placed cycle': (env, ask) => cycle(placedQueueOf(env, ask.queue), ask),
  /** Tells the queues without agents' objects of their agents. */
  async staff(env, { queue, id }) {
    for (const stub of [loneQueueOf(env, queue), placedQueueOf(env, queue)]) {
      for (let n = 0; n < Number(id); n += 1) await stub.mirrorAgent(identityOf(queue), mirrorOf(n));
    }
  },
  /** Puts work in line, where the agents' own objects are asked and the agents accept on their sockets. */
  async enqueue(env, { queue, id }) {
    await queueOf(env, queue).enqueue(identityOf(queue), workOf(id), rankNow());
  },
  async close(env, { queue, id }) {
    await queueOf(env, queue).close(workOf(id).escalationId, 1, 'resolved');
  },
};

/** From the call that puts work in line to the answer that it is this agent's. */
async function cycle(
  stub: DurableObjectStub<LoneQueue> | DurableObjectStub<PlacedQueue>,
  { queue, id }: Ask,
): Promise<void> {
  const work = workOf(id);
  await stub.enqueue(identityOf(queue), work, rankNow());
  const offer = offered.get(work.escalationId);
  if (offer === undefined) throw new Error('nobody was asked');
  offered.delete(work.escalationId);
  const answer = await stub.accept(offer.reservationId, offer.epoch, offer.agentId);
  if (!answer.ok) throw new Error(answer.message);
}

const mirrorOf = (n: number): AgentMirror => ({
  id: agentIdOf(n),
  name: `Agent ${n}`,
  version: 1,
  presence: 'available',
  comesBack: false,
  load: 0,
  capacity: 1e9,
  skills: ['billing'],
  serves: true,
  idleSince: n,
});

const named = (kind: string, n: number) => `${WORKSPACE}/${kind}_${String(n).padStart(8, '0')}`;
const floorOf = (env: Env, n: number) => env.FLOOR.get(env.FLOOR.idFromName(named('que', n)));
const queueOf = (env: Env, n: number) => env.QUEUES.get(env.QUEUES.idFromName(named('que', n)));
const loneQueueOf = (env: Env, n: number) => env.LONE_QUEUES.get(env.LONE_QUEUES.idFromName(named('que', n)));
const placedQueueOf = (env: Env, n: number) => env.PLACED_QUEUES.get(env.PLACED_QUEUES.idFromName(named('que', n)));
const willingOf = (env: Env, n: number) => env.WILLING_AGENTS.get(env.WILLING_AGENTS.idFromName(named('agt', n)));

/** The socket of agent `agent`, who serves `queue`. */
async function openAgent(env: Env, agent: number, queue: number): Promise<Response> {
  const stub = env.AGENTS.get(env.AGENTS.idFromName(named('agt', agent)));
  const { ticket } = await stub.issueTicket({
    workspaceId: WORKSPACE,
    profile: {
      id: agentIdOf(agent),
      name: `Agent ${agent}`,
      email: `agent-${agent}@baton.test`,
      role: 'member',
      skills: ['billing'],
      capacity: 3,
      queueIds: [identityOf(queue).config.id],
      revision: 0,
    },
    queues: [identityOf(queue).config],
  });
  return stub.fetch('https://object/agent', { headers: { upgrade: 'websocket', 'x-baton-ticket': ticket } });
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const number = (name: string) => Number(searchParams.get(name));
    const call = pathname.slice(1);
    if (call === 'agent') return openAgent(env, number('agent'), number('queue'));
    const ask = { queue: number('queue'), id: searchParams.get('id') ?? '' };
    try {
      await CALLS[call.replaceAll('-', ' ')]?.(env, ask);
      return new Response('done');
    } catch (cause) {
      return new Response(String(cause), { status: 500 });
    }
  },
} satisfies ExportedHandler<Env>;
