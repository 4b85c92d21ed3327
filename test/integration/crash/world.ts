import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { expect } from 'vitest';
import { DEFAULT_SLA_POLICY, type SlaPolicy } from '#domain/sla/policy.ts';
import type { AgentDown } from '#protocol/agent.ts';
import type { AgentSettingsAnswer } from '#protocol/agent-settings.ts';
import type { QueueDown } from '#protocol/queue.ts';
import type { VisitorDown } from '#protocol/visitor.ts';
import { agentStub, conversationStub, queueStub } from '../../../durable-objects/names.ts';
import { publishSlaPolicy } from '../../../worker/storage/sla.ts';
import { configOf, type Queue, queuesOf } from '../../../worker/storage/workspaces.ts';
import { findOverdue } from '../../../worker/watchdog.ts';
import { Agent } from '../../support/agent.ts';
import type { FrameSocket } from '../../support/frame-socket.ts';
import { Visitor } from '../../support/visitor.ts';
import { inWorker } from '../in-worker.ts';
import { testEnv } from '../setup.ts';
import { pass } from './passing-time.ts';

export const QUEUES = ['general', 'billing', 'technical', 'engineering'] as const;
export type QueueSlug = (typeof QUEUES)[number];
/** Which object is disturbed. */
export type Place = 'conversation' | 'agent' | QueueSlug;

const workspaceId = testEnv.DEMO.id;
const MAYA = testEnv.DEMO.agents.find(({ email }) => email === 'maya@baton.test')?.id as never;
export const queueIdOf = (slug: QueueSlug) => testEnv.DEMO.queues.find((queue) => queue.slug === slug)?.id as never;

/** Longer than nobody answers in: whoever died does not. */
const ANSWER_MS = 1500;
/** What passes with each look at how things stand: retries first, then the end of an offer that nobody has heard of. */
const STEP_MS = 500;
const LONG_STEP_MS = 5000;
const WITHIN_MS = 15_000;
const REPORT = {
  title: 'Refused',
  expected: 'paid',
  actual: 'refused',
  hypothesis: 'the address check',
  environment: [{ label: 'Browser', value: 'Chrome' }],
  steps: ['Clicked Pay'],
  failedRequests: [],
  businessImpact: '',
  replay: null,
};

type Kept = { state: string; body: string };
type AgentState = Extract<AgentDown, { type: 'state' }>;

let people: { at: number; maya: Agent; ines: Agent } | null = null;
let queues: Promise<Queue[]> | null = null;
let revision = 0;

/** One visitor, one agent who serves every queue, and a supervisor. Everything is asked for as a page or a console does. */
export class World {
  readonly visitor: Visitor;
  readonly maya: Agent;
  readonly ines: Agent;
  own: FrameSocket<AgentDown>;
  /** What Maya wants to be; an object that died has forgotten no switch, but an unanswered offer turns it. */
  presence: 'available' | 'away' | 'gone' = 'available';

  readonly #serves: readonly QueueSlug[];
  /** How often the visitor has wanted a person; each wish is one frame, however often it is sent. */
  #wishes = 1;

  private constructor(
    visitor: Visitor,
    maya: Agent,
    ines: Agent,
    own: FrameSocket<AgentDown>,
    serves: readonly QueueSlug[],
  ) {
    this.#serves = serves;
    this.visitor = visitor;
    this.maya = maya;
    this.ines = ines;
    this.own = own;
  }

  static async make(serves: readonly QueueSlug[], settings: Partial<Record<QueueSlug, object>>): Promise<World> {
    // Signing in is slow on purpose; once an hour is enough.
    if (people === null || Date.now() - people.at > 3_600_000)
      people = {
        at: Date.now(),
        maya: await Agent.signIn(inWorker, 'maya@baton.test'),
        ines: await Agent.signIn(inWorker, 'ines@baton.test'),
      };
    const { maya, ines } = people;
    await configure(settings);
    await testEnv.DB.prepare('update agent_profiles set queue_ids = ? where agent_id = ?')
      .bind(JSON.stringify(serves.map(queueIdOf)), MAYA)
      .run();
    const visitor = await Visitor.arrive(inWorker, null);
    (await visitor.open()).close();
    const world = new World(visitor, maya, ines, await maya.own(), serves);
    await world.own.ask({ type: 'presence.set', presence: 'available' });
    return world;
  }

  readonly mayaId: string = MAYA;

  stub(place: Place): DurableObjectStub {
    if (place === 'conversation')
      return conversationStub(testEnv, workspaceId, this.visitor.conversationId as never) as never;
    if (place === 'agent') return agentStub(testEnv, workspaceId, MAYA) as never;
    return queueStub(testEnv, workspaceId, queueIdOf(place)) as never;
  }

  /** A dead object has dropped its sockets; an offer that ran out has turned the switch. */
  async mayaIsThere(): Promise<void> {
    if (this.presence === 'gone') return;
    if (!this.own.isOpen) this.own = await this.maya.own();
    if (this.state?.presence !== this.presence)
      await this.own.ask({ type: 'presence.set', presence: this.presence }, ANSWER_MS).catch(() => null);
  }

  async comeAndGo(presence: World['presence']): Promise<void> {
    this.presence = presence;
    if (presence === 'gone') this.own.close();
    else await this.mayaIsThere();
  }

  /** The last console is closed, and the grace is over. */
  async goes(): Promise<void> {
    await this.comeAndGo('gone');
    await this.until('nobody is there', async () => {
      await this.later(6000);
      return (await this.agentFacts()).presence === 'offline';
    });
  }

  get state(): AgentState | undefined {
    return this.own.frames.findLast((frame) => frame.type === 'state') as AgentState | undefined;
  }
  get offer() {
    return this.state?.offers.find(({ conversationId }) => conversationId === this.visitor.conversationId);
  }
  get work() {
    return this.state?.work.find(({ conversationId }) => conversationId === this.visitor.conversationId);
  }

  async #answer(of: 'offer.accept' | 'offer.decline'): Promise<void> {
    const { offer } = this;
    if (offer === undefined) return;
    const { reservationId, epoch, queueId } = offer;
    await this.own.ask({ type: of, reservationId, epoch, queueId }, ANSWER_MS).catch(() => null);
  }
  accept(): Promise<void> {
    return this.#answer('offer.accept');
  }
  decline(): Promise<void> {
    return this.#answer('offer.decline');
  }
  async notesAreDone(): Promise<void> {
    for (const { reservationId } of this.state?.wrapping ?? [])
      await this.own.ask({ type: 'wrap_up.done', reservationId }, ANSWER_MS).catch(() => null);
  }

  /** As the widget does, it comes back where the object dies while it is greeted. */
  async #connected(tries = 3): Promise<FrameSocket<VisitorDown>> {
    const socket = await this.visitor.connect().catch((cause) => {
      if (tries === 1) throw cause;
      return null;
    });
    return socket ?? this.#connected(tries - 1);
  }

  async #asVisitor(frame: Record<string, unknown>): Promise<void> {
    const socket = await this.#connected();
    await socket.ask(frame, ANSWER_MS).catch(() => null);
    socket.close();
  }
  ask(): Promise<void> {
    return this.#asVisitor({ id: `ask-for-person-${this.#wishes}`, type: 'person.request' });
  }
  /** [M7] What was resolved is not: the visitor wants a person for it once more. */
  comeBack(): Promise<void> {
    this.#wishes = 2;
    return this.ask();
  }
  leave(): Promise<void> {
    return this.#asVisitor({ id: 'leave-the-line-1', type: 'person.withdraw' });
  }
  question(): Promise<void> {
    return this.#asVisitor({ id: 'question-once-1', type: 'message.send', text: 'Why was my card declined?' });
  }
  complain(): Promise<void> {
    const text = 'THIS IS RIDICULOUS!!! Absolutely terrible, I am furious, nobody helps!!!';
    return this.#asVisitor({ id: 'complain-once-1', type: 'message.send', text });
  }

  async #inConversation(frame: Record<string, unknown>): Promise<string> {
    const socket = await this.maya.conversation(this.visitor.conversationId).catch(() => null);
    if (socket === null) return 'no socket';
    const answer = await socket.ask(frame, ANSWER_MS).catch(() => null);
    socket.close();
    return answer?.type ?? 'no answer';
  }
  resolve(): Promise<string> {
    return this.#inConversation({ id: `resolve-it-once-${this.#wishes}`, type: 'resolve', code: 'answered', note: '' });
  }
  greet(): Promise<string> {
    return this.#inConversation({ id: 'greet-them-once', type: 'message.send', text: 'Hello' });
  }
  transfer(): Promise<string> {
    const to = { queueId: queueIdOf('billing'), agentId: MAYA };
    return this.#inConversation({ id: 'transfer-it-once', type: 'transfer', ...to, note: 'to billing' });
  }
  transferToAnybody(): Promise<string> {
    const to = { queueId: queueIdOf('billing'), agentId: null };
    return this.#inConversation({ id: 'transfer-it-once', type: 'transfer', ...to, note: 'to billing' });
  }
  flag(): Promise<string> {
    return this.#inConversation({ id: 'flag-it-once', type: 'flag', because: 'other', note: '' });
  }
  escalate(): Promise<string> {
    const to = { queueId: queueIdOf('engineering'), report: REPORT };
    return this.#inConversation({ id: 'escalate-it-once', type: 'escalate', ...to });
  }

  /** A supervisor's word about the work, or about the whole queue. Answers with what came back. */
  async supervise(slug: QueueSlug, frame: Record<string, unknown>): Promise<string> {
    const socket = await this.ines.queue(queueIdOf(slug)).catch(() => null);
    if (socket === null) return 'no socket';
    const view = socket.frames.findLast((one) => one.type === 'queue') as Extract<QueueDown, { type: 'queue' }>;
    const about = view.entries.find(({ conversationId }) => conversationId === this.visitor.conversationId);
    const ref = about === undefined ? {} : { escalationId: about.escalationId, hop: about.hop };
    const isAboutWork = String(frame.type).startsWith('entry.');
    const answer = await socket.ask({ ...frame, ...(isAboutWork ? ref : {}) }, ANSWER_MS).catch(() => null);
    socket.close();
    return answer?.type ?? 'no answer';
  }
  /** The same frame each time, as a console sends it again. */
  superviseOnce(frame: { type: string }): Promise<string> {
    return this.supervise('general', {
      id: `${frame.type.replace(/\W/g, '-')}-${this.visitor.conversationId}`,
      ...frame,
    });
  }
  /** The same frame each time: the queue remembers which minutes it has given. */
  adjust(minutes: number): Promise<string> {
    return this.supervise('general', { id: `by-${this.visitor.conversationId}`, type: 'entry.adjust', minutes });
  }
  assign(): Promise<string> {
    return this.supervise('general', { type: 'entry.assign', agentId: MAYA });
  }

  /** Somebody saves other settings; should it fail, nobody saves them again. */
  async newSettings(slug: QueueSlug): Promise<void> {
    revision += 1;
    await applySettings(slug, { choice: 'least_loaded', order: 'strict' }).catch(() => null);
  }

  /** Somebody saves what Maya can do; should it fail on the way, nobody saves it again, and the watchdog comes by. */
  async newCapacity(capacity: number): Promise<void> {
    const path = `/v1/agents/${MAYA}/settings`;
    const { agent } = (await (await this.ines.get(path)).json()) as AgentSettingsAnswer;
    const body = JSON.stringify({ ...agent.settings, capacity, revision: agent.revision });
    await inWorker.fetch(path, { method: 'PUT', headers: this.ines.headers, body }).catch(() => null);
  }
  async incident(id: string, what: 'begins' | 'ends'): Promise<void> {
    const path = `/v1/incidents/${id}${what === 'ends' ? '/end' : ''}`;
    const [method, body] = what === 'begins' ? ['PUT', { title: 'All is broken', area: null }] : ['POST', {}];
    await inWorker.fetch(path, { method, headers: this.ines.headers, body: JSON.stringify(body) }).catch(() => null);
  }
  /** [K12] Whether a broken promise sends on what waits. */
  async breachSendsOn(sendsOn: boolean): Promise<void> {
    await this.#publish({ onBreach: { ...DEFAULT_SLA_POLICY.onBreach, sendOn: sendsOn } });
  }
  /** [K7] Others promise a first word within this time, whoever asks; null is what every workspace starts with. */
  async promise(minutes: number | null): Promise<void> {
    const all = { low: minutes, normal: minutes, high: minutes, critical: minutes };
    const first_response = { enterprise: all, pro: all, free: all, unknown: all };
    await this.#publish(
      minutes === null ? {} : { targetMinutes: { ...DEFAULT_SLA_POLICY.targetMinutes, first_response } },
    );
  }
  async #publish(changed: Partial<SlaPolicy>): Promise<void> {
    const { version: _, ...policy } = { ...DEFAULT_SLA_POLICY, ...changed };
    const row = { policy, author: 'test', reason: 'test', at: Date.now() };
    await testEnv.DB.batch(publishSlaPolicy(testEnv.DB, workspaceId as never, row));
  }
  /** Maya's role; nobody is told. */
  async role(role: 'member' | 'viewer'): Promise<void> {
    await testEnv.DB.prepare('update member set role = ? where userId = ?').bind(role, MAYA).run();
  }
  /** The visitor begins anew: the next conversation is in the database, and nobody has opened it. */
  async beginsAnew(): Promise<void> {
    (await this.visitor.open()).close();
    await runInDurableObject(this.stub('conversation') as never, (_, { storage }) => storage.deleteAll());
    await evictDurableObject(this.stub('conversation') as never, { webSockets: 'close' });
  }
  /** Somebody was given another role; whoever does not hear of it looks by itself. */
  async recheck(place: 'agent' | QueueSlug): Promise<void> {
    await (this.stub(place) as unknown as { recheckMembers(): Promise<void> }).recheckMembers().catch(() => null);
  }
  /** A supervisor has the queue on the screen, to the end of the story. */
  async looksOn(slug: QueueSlug): Promise<void> {
    await this.ines.queue(queueIdOf(slug));
  }
  async isClosed(slug: QueueSlug): Promise<boolean> {
    return runInDurableObject(
      this.stub(slug) as never,
      (_, { storage }) =>
        storage.sql.exec("select value from facts where key = 'closure' and value <> ''").toArray().length > 0,
    );
  }
  async watchdog(): Promise<void> {
    await findOverdue(testEnv as never);
  }

  /** Looks, lets a little time pass and rings every alarm, until it is so. */
  async until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    const end = performance.now() + WITHIN_MS;
    for (let looks = 0; ; looks += 1) {
      await this.mayaIsThere();
      if (await isSo()) return;
      if (performance.now() > end) throw new Error(`never came about: ${what}; ${await this.#told()}`);
      await this.later(looks < 8 ? STEP_MS : LONG_STEP_MS);
    }
  }

  async #told(): Promise<string> {
    const { conversationId } = this.visitor;
    const entries = await Promise.all(QUEUES.map(async (slug) => [slug, ...(await this.#kept(slug))] as const));
    return JSON.stringify({ conversationId, agent: this.state, entries });
  }

  /** So much later. Every alarm rings; what is not due by then does nothing. */
  async later(ms: number): Promise<void> {
    pass(ms);
    for (const place of ['conversation', 'general', 'agent', 'billing', 'engineering'] as const) await this.ring(place);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  async ring(place: Place): Promise<void> {
    await runDurableObjectAlarm(this.stub(place) as never).catch(() => null);
  }

  async entries(): Promise<string[]> {
    const socket = await this.#connected();
    await socket.find(({ type }) => type === 'entries');
    const types = socket.frames.flatMap((frame) =>
      frame.type === 'entries' ? frame.entries.map(({ type }) => type) : [],
    );
    socket.close();
    return types;
  }

  async #count(type: string): Promise<number> {
    return (await this.entries()).filter((one) => one === type).length;
  }

  /** What a queue does once in its life it does again. */
  async forgetHandleTimes(slug: QueueSlug): Promise<void> {
    await runInDurableObject(this.stub(slug) as never, (_, { storage }) => {
      storage.sql.exec("delete from facts where key = 'recalled'");
    });
    await evictDurableObject(this.stub(slug) as never);
  }

  #kept(slug: QueueSlug): Promise<Kept[]> {
    return runInDurableObject(this.stub(slug) as never, (_, { storage }) =>
      storage.sql
        .exec<Kept>('select state, body from entries where body like ?', `%${this.visitor.conversationId}%`)
        .toArray(),
    );
  }
  /** What the queue keeps of the work, newest hop last. */
  async kept<T = Record<string, unknown>>(slug: QueueSlug): Promise<T[]> {
    return (await this.#kept(slug)).map(({ body }) => JSON.parse(body) as T);
  }

  /** [K14] What Maya is told of promises to this visitor. */
  async notices(): Promise<string[]> {
    const frame = this.own.frames.findLast(({ type }) => type === 'notices') as Extract<AgentDown, { type: 'notices' }>;
    return frame.notices
      .filter(({ conversationId }) => conversationId === this.visitor.conversationId)
      .map(({ metric, what }) => `${metric} ${what}`);
  }

  async records(type: string): Promise<number> {
    const row = await testEnv.DB.prepare('select count(*) as n from events where conversation_id = ? and type = ?')
      .bind(this.visitor.conversationId, type)
      .first<{ n: number }>();
    return row?.n ?? 0;
  }

  /** Whatever happened, it can be brought to its end, and in the end everything is there once. */
  async finish(hops: number): Promise<void> {
    const wishes = this.#wishes;
    if (this.presence !== 'available') await this.comeAndGo('available');
    await this.until('the wish is kept', async () => {
      if ((await this.#count('escalated')) === wishes) return true;
      await this.ask();
      return false;
    });
    await this.until('it is resolved', async () => {
      if (this.work !== undefined && (await this.resolve()) === 'ack') return true;
      if (this.offer !== undefined) await this.accept();
      return (await this.#count('resolved')) === wishes;
    });
    await this.#isOver('escalation.resolved', { escalated: wishes, moved: hops - 1, resolved: wishes, withdrawn: 0 });
  }

  /** [E7] Left is left, once: nobody has it, nobody is asked for it, and nobody can be given it. */
  async finishAbandoned(): Promise<void> {
    await this.until('it is left', async () => {
      if ((await this.entries()).includes('withdrawn')) return true;
      await this.leave();
      return false;
    });
    await this.#isOver('escalation.abandoned', { escalated: 1, moved: 0, resolved: 0, withdrawn: 1 });
    expect(this.work).toBeUndefined();
  }

  async #isOver(record: string, entries: Record<string, number>): Promise<void> {
    await this.until('every slot is free', async () => {
      await this.notesAreDone();
      return this.state?.load === 0 && this.offer === undefined;
    });
    await this.until('what happened is written down', async () => (await this.records(record)) === this.#wishes);
    await this.until('nothing is left to tell', async () => (await this.depths()).every((depth) => depth === 0));
    const types = await this.entries();
    const count = (type: string) => types.filter((one) => one === type).length;
    expect(Object.fromEntries(Object.keys(entries).map((type) => [type, count(type)]))).toEqual(entries);
    expect(await this.records('escalation.created')).toBe(this.#wishes);
    for (const slug of QUEUES) {
      expect((await this.#kept(slug)).map(({ state }) => state).filter((state) => state !== 'closed')).toEqual([]);
      if (!this.#serves.includes(slug)) continue;
      // The queue's picture of her slots is that of her own object, soon: what an object was told last may have made it tell something itself.
      await this.until(`${slug} has the true picture of her`, async () => {
        const { mirror, own } = await this.pictures(slug);
        return mirror?.version === own && mirror.load === 0;
      });
    }
    this.own.close();
  }

  /** Rows that wait in each object's outbox. */
  depths(): Promise<number[]> {
    return Promise.all(
      (['conversation', 'agent', ...QUEUES] as const).map((place) =>
        runInDurableObject(
          this.stub(place) as never,
          (_, { storage }) => storage.sql.exec<{ n: number }>('select count(*) as n from outbox').one().n,
        ),
      ),
    );
  }

  async pictures(slug: QueueSlug): Promise<{ mirror: { version: number; load: number } | null; own: number }> {
    const mirror = await runInDurableObject(this.stub(slug) as never, (_, { storage }) => {
      const [row] = storage.sql.exec<{ body: string }>('select body from agents where id = ?', MAYA).toArray();
      return row === undefined ? null : (JSON.parse(row.body) as { version: number; load: number });
    });
    return { mirror, own: (await this.agentFacts()).version };
  }

  agentFacts(): Promise<{ version: number; presence: string }> {
    return runInDurableObject(this.stub('agent') as never, (_, { storage }) => {
      const { value } = storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one();
      return JSON.parse(value) as { version: number; presence: string };
    });
  }
}

/** The settings of every queue for one story; as newer ones, so that none from an earlier story comes back. */
async function configure(settings: Partial<Record<QueueSlug, object>>): Promise<void> {
  revision += 1;
  for (const slug of QUEUES) await applySettings(slug, settings[slug] ?? {});
}

async function applySettings(slug: QueueSlug, settings: object): Promise<void> {
  queues ??= queuesOf(testEnv.DB, workspaceId as never);
  const queue = (await queues).find((one) => one.slug === slug) as Queue;
  const told = await testEnv.DB.prepare('select told_version as n from workspaces where id = ?')
    .bind(workspaceId)
    .first<number>('n');
  // Newer than what is in the database, which says nothing of a story's settings; older than what a route changes there.
  const asOf = (told ?? 0) + 0.5;
  // A refusal is followed by a cool-down; here it must not outlast the test.
  const config = { ...configOf(queue), cooldownMs: 200, ...settings, revision, asOf };
  await queueStub(testEnv, workspaceId, queue.id).configure({ workspaceId: workspaceId as never, config });
}

/** Nothing is in line, nobody has anything, and nobody is there. */
export async function wipe(): Promise<void> {
  // Agents first: what they still tell when their consoles are gone would be newer than what they will be.
  const tables: [DurableObjectStub, string[]][] = [
    ...testEnv.DEMO.agents.map(({ id }): [DurableObjectStub, string[]] => [
      agentStub(testEnv, workspaceId, id as never) as never,
      ['facts', 'outbox', 'notices'],
    ]),
    ...QUEUES.map((slug): [DurableObjectStub, string[]] => [
      queueStub(testEnv, workspaceId, queueIdOf(slug)) as never,
      ['entries', 'lines', 'agents', 'outbox'],
    ]),
  ];
  for (const [stub, names] of tables) {
    await runInDurableObject(stub as never, (_, { storage }) => {
      for (const name of names) storage.sql.exec(`delete from ${name}`);
    });
    await evictDurableObject(stub as never, { webSockets: 'close' });
  }
}
