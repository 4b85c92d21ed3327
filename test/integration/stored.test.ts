import { evictDurableObject, runInDurableObject } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { z } from 'zod';
import type { ConversationState } from '#domain/conversation/conversation.ts';
import type { Effect } from '#domain/conversation/effect.ts';
import { isSame } from '#domain/is-same.ts';
import type { AgentState } from '#domain/routing/agent.ts';
import type { AgentConversationDown } from '#protocol/agent-conversation.ts';
import { agentStub, conversationStub, queueStub } from '../../durable-objects/names.ts';
import { SqlQueueStore } from '../../durable-objects/queue-store.ts';
import { agentState } from '../../durable-objects/stored/agent.ts';
import { conversationEffect, conversationState } from '../../durable-objects/stored/conversation.ts';
import { agentMirror, queueEffect, queueEntry, readEntry } from '../../durable-objects/stored/queue.ts';
import { exactly, readStored, StoredFault } from '../../durable-objects/stored/read-stored.ts';
import { visitorById } from '../../worker/storage/visitors.ts';
import { Agent } from '../support/agent.ts';
import {
  aConversation,
  agentId,
  anAgent,
  aProposal,
  aQueue,
  escalationId,
  NOW,
  reservationId,
  someFacts,
  someWork,
} from '../support/builders.ts';
import { someHistories } from '../support/queue-histories.ts';
import { run } from '../support/queue-store-contract.ts';
import { Visitor } from '../support/visitor.ts';
import { inWorker } from './in-worker.ts';
import { testEnv } from './setup.ts';

const SECRET = 'sesame';
let logged: MockInstance<typeof console.error>;
beforeEach(() => {
  logged = vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => logged.mockRestore());
const unreadable = () => {
  const lines = logged.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('"at":"stored"'));
  for (const line of lines) expect(line).not.toContain(SECRET);
  return lines.map((line) => {
    const { object, table, key } = JSON.parse(line);
    return `${object} ${table} ${key}`;
  });
};

describe('[O2] a schema', () => {
  it('takes older states with what they lack', () => {
    const {
      about: _a,
      before: _b,
      lastAgent: _l,
      offerOpen: _o,
      offerRefused: _r,
      capture: _c,
      sla: _s,
      ...older
    } = aConversation();
    expect(conversationState.parse(older)).toEqual(aConversation());
    const { cost: _k, wrapUpMs: _w, unansweredLimit: _u, ...proposal } = aProposal(1);
    const agent = { id: agentId('maya'), name: 'Maya', skills: [], capacity: 2, presence: 'away', version: 3 };
    expect(agentState.parse({ ...agent, slots: [{ ...proposal, state: 'offered' }] })).toEqual({
      ...agent,
      presenceBecause: null,
      goneAt: null,
      unanswered: 0,
      idleSince: 0,
      slots: [{ ...aProposal(1), state: 'offered' }],
    });
  });

  it('[A7] of an agent whom an older version knew: they serve the queue that has them', () => {
    const { serves, ...older } = anAgent('maya');
    expect(agentMirror.parse(older)).toEqual({ ...older, serves });
  });

  it('for exactly a type: neither more nor less compiles', () => {
    type Two = { kind: 'a' } | { kind: 'b'; n: number };
    const a = z.object({ kind: z.literal('a') });
    exactly<Two>()(z.discriminatedUnion('kind', [a, z.object({ kind: z.literal('b'), n: z.number() })]));
    // @ts-expect-error a member of the type that the schema does not know
    exactly<Two>()(a);
    // @ts-expect-error a field of the type that the schema does not read
    exactly<Two>()(z.discriminatedUnion('kind', [a, z.object({ kind: z.literal('b') })]));
    // @ts-expect-error a field that the schema allows to be null
    exactly<{ n: number }>()(z.object({ n: z.number().nullable() }));
    expect(exactly<{ n: number }>()(z.object({ n: z.number() })).parse({ n: 1 })).toEqual({ n: 1 });
  });

  it('names what is wrong, and never what it read', () => {
    const row = { object: 'agent', table: 'facts', key: 'state' } as const;
    for (const text of [`{"id":"${SECRET}`, JSON.stringify({ id: SECRET, presence: SECRET }), `"${SECRET}"`]) {
      try {
        readStored(agentState, text, row);
        expect.unreachable();
      } catch (cause) {
        expect(cause).toBeInstanceOf(StoredFault);
        expect(String(cause)).toMatch(/agent: facts state cannot be read: /);
        expect(String(cause)).not.toContain(SECRET);
      }
    }
  });

  it('of effects knows every kind, and no other', () => {
    const of = (effect: Effect) => expect(conversationEffect.parse(JSON.parse(JSON.stringify(effect)))).toEqual(effect);
    of({ kind: 'release_slot', agentId: agentId('maya'), escalationId: escalationId(1), hop: 1 });
    of({ kind: 'conversation_row', status: 'waiting', subject: null });
    of({ kind: 'outcome_event', at: NOW, conversationId: aConversation().id, event: { type: 'conversation.started' } });
    expect(conversationEffect.safeParse({ kind: 'launch' }).success).toBe(false);
    const offered = { agentId: agentId('maya'), reservationId: reservationId(1) };
    const rank = { terms: [{ label: 'a', minutes: 15 }], dueAt: NOW };
    const reranked = { kind: 'offer_reranked', ...offered, epoch: 1, ...rank } as const;
    expect(queueEffect.parse(JSON.parse(JSON.stringify(reranked)))).toEqual(reranked);
    const work = { conversationId: aConversation().id, escalationId: escalationId(1), hop: 1 };
    const older = { kind: 'assigned', ...work, ...offered, agentName: 'Maya' } as const;
    expect(queueEffect.parse(older)).toEqual({ ...older, rank: null, raises: null });
    const takenBack = { kind: 'taken_back', ...work, ...offered, agentName: 'Maya' } as const;
    expect(queueEffect.parse(takenBack)).toEqual({ ...takenBack, cause: null });
    const closed = { kind: 'audit', at: NOW, by: { id: agentId('ines'), name: 'Ines' }, deed: 'queue.closed' } as const;
    expect(queueEffect.parse(closed)).toEqual(closed);
  });

  it('takes every entry that a queue makes, the quick check and the whole schema alike', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_every0000' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      let seen = 0;
      for (const { steps } of someHistories(40, 2)) {
        for (const table of ['entries', 'lines', 'agents', 'facts']) storage.sql.exec(`delete from ${table}`);
        const store = new SqlQueueStore(storage.sql, aQueue());
        for (const { command, now } of steps) if (command.type !== 'configure') run(store, command, now);
        for (const { body } of storage.sql.exec<{ body: string }>('select body from entries')) {
          const quick = readEntry(body);
          expect(quick).toEqual({ ok: true, value: JSON.parse(body) });
          expect(queueEntry.parse(JSON.parse(body))).toEqual(quick.ok && quick.value);
          seen += 1;
        }
      }
      expect(seen).toBeGreaterThan(60);
    });
  });

  it('takes no entry in which a field of its state is missing or of another kind', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_fields000' as never);
    const entries = await runInDurableObject(stub, (_, { storage }) => {
      const store = new SqlQueueStore(storage.sql, aQueue());
      const enqueue = (n: number) =>
        run(
          store,
          { type: 'enqueue', work: someWork(n), class: 1, facts: someFacts(), queuedAt: NOW + n, preferred: null },
          NOW,
        );
      for (const n of [1, 2, 3, 4]) enqueue(n);
      run(store, { type: 'mirror_agent', agent: anAgent('maya', { capacity: 9 }) }, NOW);
      for (const n of [1, 2]) run(store, { type: 'match', reservationId: reservationId(n), only: null }, NOW);
      run(store, { type: 'accept', reservationId: reservationId(1), epoch: 1, agentId: agentId('maya') }, NOW);
      run(store, { type: 'close', escalationId: escalationId(3), hop: 1, outcome: 'moved' }, NOW);
      return [1, 2, 3, 4].map((n) => store.entry(escalationId(n), 1) as object);
    });
    expect(entries.map((entry) => (entry as { state: string }).state)).toEqual([
      'assigned',
      'reserved',
      'closed',
      'queued',
    ]);
    const MAY_LACK = new Set([
      'pathSince',
      'raises',
      'relaxed',
      'stepsTaken',
      'sendOnSince',
      'cooldowns',
      'preferred',
      'owedSince',
      'vanishedAt',
      'turnBefore',
    ]);
    for (const entry of entries) {
      const { pathSince: _since, ...older } = entry as Record<string, unknown>;
      // Both times were one, before work kept its wait on the way.
      expect(readEntry(JSON.stringify(older))).toMatchObject({ value: { pathSince: older.queuedAt } });
      if ('owedSince' in entry && 'assignedAt' in entry) {
        const { owedSince: _owed, ...before } = entry;
        const read = (isAnswered: boolean) => readEntry(JSON.stringify({ ...before, isAnswered }));
        expect(read(false)).toMatchObject({ value: { owedSince: entry.assignedAt } });
        expect(read(true)).toMatchObject({ value: { owedSince: null } });
      }
      if ('offeredAt' in entry) {
        const { turnBefore: _turn, ...before } = entry as { offeredAt: number; turnBefore?: number };
        expect(readEntry(JSON.stringify(before))).toMatchObject({ value: { turnBefore: entry.offeredAt } });
      }
      for (const name of Object.keys(entry)) {
        const { [name as never]: _, ...without } = entry;
        expect([name, readEntry(JSON.stringify(without)).ok]).toEqual([name, MAY_LACK.has(name)]);
        const wrong = name === 'facts' ? 'text' : { nested: true };
        expect([name, readEntry(JSON.stringify({ ...entry, [name]: wrong })).ok]).toEqual([name, false]);
      }
    }
  });
});

describe('[O2] a queue with an entry that cannot be read', () => {
  const fill = (store: SqlQueueStore) => {
    for (const n of [1, 2, 3])
      run(
        store,
        {
          type: 'enqueue',
          work: someWork(n, { skills: n === 2 ? ['api'] : [] }),
          class: 1,
          facts: someFacts(),
          queuedAt: NOW + n,
          preferred: null,
        },
        NOW,
      );
  };
  const spoil = (sql: SqlStorage, n: number, text: string) =>
    sql.exec('update entries set body = ? where escalation_id = ?', text, escalationId(n));

  it('serves the others, counts right, and keeps it for a version that can read it', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_parked000' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const { sql } = storage;
      const store = new SqlQueueStore(sql, aQueue());
      fill(store);
      const good = sql
        .exec<{ body: string }>('select body from entries where escalation_id = ?', escalationId(2))
        .one().body;
      spoil(sql, 1, `{"state":"queued","subject":"${SECRET}"}`);
      spoil(sql, 2, `{"state":"dancing","subject":"${SECRET}"}`);
      expect([...store.waiting()].map(({ ticketNumber }) => ticketNumber)).toEqual(['BTN-1003']);
      expect([store.waitingCount(), store.needsKeys()]).toEqual([1, ['']]);
      expect(store.entry(escalationId(2), 1)).toBeNull();
      expect(unreadable()).toEqual(['queue entries esc_00000001/1', 'queue entries esc_00000002/1']);
      expect(sql.exec('select escalation_id, reason from entries_parked order by 1').toArray()).toEqual([
        { escalation_id: 'esc_00000001', reason: expect.stringMatching(/invalid_type$/) },
        { escalation_id: 'esc_00000002', reason: 'state: invalid_union' },
      ]);
      run(store, { type: 'mirror_agent', agent: anAgent('maya', { skills: ['api'] }) }, NOW);
      run(store, { type: 'match', reservationId: reservationId(1), only: null }, NOW);
      expect(store.byReservation(reservationId(1))).toMatchObject({ ticketNumber: 'BTN-1003' });

      // A later version reads it, as if the text had been right all the time.
      sql.exec('update entries_parked set body = ? where escalation_id = ?', good, escalationId(2));
      const later = new SqlQueueStore(sql, aQueue());
      expect([...later.waiting()]).toEqual([JSON.parse(good)]);
      expect([later.waitingCount(), later.needsKeys()]).toEqual([1, ['api']]);
      expect(sql.exec('select escalation_id from entries_parked').toArray()).toHaveLength(1);
    });
  });

  it('does not put it in line twice when the work has been handed over again', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_parked001' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const { sql } = storage;
      const store = new SqlQueueStore(sql, aQueue());
      fill(store);
      const good = sql
        .exec<{ body: string }>('select body from entries where escalation_id = ?', escalationId(1))
        .one().body;
      spoil(sql, 1, '');
      expect(store.entry(escalationId(1), 1)).toBeNull();
      fill(store);
      const now = store.entry(escalationId(1), 1);
      sql.exec('update entries_parked set body = ?', good);
      const later = new SqlQueueStore(sql, aQueue());
      expect(later.entry(escalationId(1), 1)).toEqual(now);
      expect([later.waitingCount(), sql.exec('select * from entries_parked').toArray()]).toEqual([3, []]);
    });
  });

  it('takes unreadable pictures, records and closures for none', async () => {
    const stub = queueStub(testEnv, testEnv.DEMO.id, 'que_parked002' as never);
    await runInDurableObject(stub, (_, { storage }) => {
      const { sql } = storage;
      const store = new SqlQueueStore(sql, aQueue());
      run(store, { type: 'mirror_agent', agent: anAgent('maya') }, NOW);
      run(store, { type: 'mirror_agent', agent: anAgent('jonas') }, NOW);
      run(store, { type: 'set_closure', closure: { by: 'Sam', at: NOW } }, NOW);
      sql.exec(`update agents set body = '{"id":"${SECRET}"}', record = '{}' where id = ?`, agentId('maya'));
      sql.exec(`update facts set value = '["${SECRET}"]' where key = 'closure'`);
      // Whoever reads them is a new instance: this one knows what it wrote.
      const later = new SqlQueueStore(sql, aQueue());
      expect([...later.agents()].map(({ id }) => id)).toEqual([agentId('jonas')]);
      expect([later.agent(agentId('maya')), later.closure()]).toEqual([null, null]);
      expect(later.record(agentId('maya'))).toEqual({ lastOfferedAt: 0, takenAt: [] });
      run(later, { type: 'mirror_agent', agent: anAgent('maya', { version: 2 }) }, NOW);
      expect([...later.agents()]).toHaveLength(2);
      expect(unreadable()).toContain('queue agents agt_maya0000');
    });
  });

  it('lives on without its settings until the next call hands them over', async () => {
    const config = { ...aQueue(), id: 'que_parked003' as never };
    const stub = queueStub(testEnv, testEnv.DEMO.id, config.id);
    const identity = { workspaceId: testEnv.DEMO.id, config };
    await stub.issueTicket(identity, { agentId: 'agt_x', name: 'x', isSupervisor: false });
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec(`update facts set value = '{"workspaceId":"${SECRET}"}' where key = 'identity'`);
    });
    await evictDurableObject(stub);
    expect((await stub.issueTicket(identity, { agentId: 'agt_x', name: 'x', isSupervisor: false })).ticket).toMatch(
      /^tkt_/,
    );
    const rank = { class: 1 as const, facts: someFacts(), queuedAt: NOW, preferred: null };
    expect(await stub.enqueue(identity, someWork(1), rank)).toMatchObject({ dueAt: expect.any(Number) });
  });
});

describe('[O2] a conversation', () => {
  const stubOf = (visitor: Visitor) => conversationStub(testEnv, testEnv.DEMO.id, visitor.conversationId as never);

  it('with an entry, a page, a crumb and a place that cannot be read shows the rest', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'First of all' });
    await socket.find(({ type }) => type === 'assistant.end');
    const at = Date.now();
    const crumb = (n: number) => ({ tab: visitor.tab, n, at, kind: 'click', role: 'button', name: `b${n}` });
    await socket.ask({
      type: 'page.update',
      page: {
        path: '/a',
        title: '',
        area: null,
        entries: [],
        viewport: { width: 1, height: 1 },
        browser: '',
        language: 'en',
        at,
      },
      trail: [crumb(0), crumb(1)],
    });
    const stub = stubOf(visitor);
    await runInDurableObject(stub, (_, { storage: { sql } }) => {
      sql.exec(`update entries set body = '{"type":"message","text":"${SECRET}"}' where seq = 1`);
      sql.exec(`update facts set value = '{"path":"${SECRET}"}' where key = 'page'`);
      sql.exec(`update crumbs set body = '{"kind":"${SECRET}"}' where n = 0`);
      sql.exec(`insert or replace into facts values ('place', '${SECRET}')`);
    });
    await evictDurableObject(stub);
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const held = await maya.conversation(visitor.conversationId);
    const welcome = held.frames.find(({ type }) => type === 'welcome') as Extract<
      AgentConversationDown,
      { type: 'welcome' }
    >;
    expect([welcome.page, welcome.trail.map(({ n }) => n)]).toEqual([null, [1]]);
    const entries = held.frames.flatMap((frame) => (frame.type === 'entries' ? frame.entries : []));
    expect(entries.length).toBeGreaterThan(0);
    expect(entries.map(({ seq }) => seq)).not.toContain(1);
    expect(await socket.ask({ type: 'message.send', text: 'Still here?' })).toMatchObject({ type: 'ack' });
    await socket.ask({ type: 'person.request' });
    await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'escalated'));
    expect(unreadable()).toEqual(
      expect.arrayContaining([
        'conversation entries 1',
        'conversation facts page',
        `conversation crumbs ${visitor.tab}/0`,
      ]),
    );
  });

  it('whose state cannot be read answers nothing and overwrites nothing', async () => {
    const visitor = await Visitor.arrive(inWorker, null);
    (await visitor.open()).close();
    const stub = stubOf(visitor);
    const spoiled = `{"id":"${SECRET}"}`;
    await runInDurableObject(stub, async (_, { storage }) => {
      const { value } = storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one();
      storage.sql.exec("insert into facts values ('kept', ?)", value);
      storage.sql.exec("update facts set value = ? where key = 'state'", spoiled);
      await storage.deleteAlarm();
    });
    await evictDurableObject(stub, { webSockets: 'close' });
    const refused = await stub.read().then(
      () => null,
      (cause: unknown) => String(cause),
    );
    expect(refused).toMatch(/conversation: facts state cannot be read: workspaceId: invalid_type/);
    expect(refused).not.toContain(SECRET);
  });

  it('keeps a state as it was after it was read and written again', async () => {
    const visitor = await Visitor.arrive(inWorker, 'usr_priya');
    const socket = await visitor.open();
    await socket.ask({ type: 'message.send', text: 'I was charged twice, let me talk to a human' });
    await socket.find((frame) => frame.type === 'entries' && frame.entries.some(({ type }) => type === 'escalated'));
    const read = () =>
      runInDurableObject(
        stubOf(visitor),
        (_, { storage }) =>
          storage.sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value,
      );
    await expect.poll(async () => (JSON.parse(await read()) as ConversationState).bundle).not.toBeNull();
    const state = JSON.parse(await read()) as ConversationState;
    expect(isSame(conversationState.parse(state), state)).toBe(true);
  });
});

describe('[O2] an agent’s object', () => {
  it('reads an older state and goes on with it', async () => {
    const maya = await Agent.signIn(inWorker, 'maya@baton.test');
    const own = await maya.own();
    await own.ask({ type: 'presence.set', presence: 'available' });
    const stub = agentStub(testEnv, testEnv.DEMO.id, (await maya.me()).agent.id as never);
    await runInDurableObject(stub, (_, { storage: { sql } }) => {
      const { unanswered: _u, ...older } = JSON.parse(
        sql.exec<{ value: string }>("select value from facts where key = 'state'").one().value,
      ) as AgentState;
      sql.exec("update facts set value = ? where key = 'state'", JSON.stringify(older));
      sql.exec(`update facts set value = '{"profile":"${SECRET}"}' where key = 'identity'`);
    });
    await evictDurableObject(stub);
    // Who it is comes with the next console; until then a frame that needs it is answered, and nothing is lost.
    expect(await own.ask({ type: 'presence.set', presence: 'away' })).toMatchObject({ type: 'ack' });
    const again = await maya.own();
    expect(await again.ask({ type: 'presence.set', presence: 'available' })).toMatchObject({ type: 'ack' });
    expect(again.frames.findLast(({ type }) => type === 'state')).toMatchObject({ presence: 'available' });
    expect(unreadable()).toEqual(['agent facts identity']);
    await again.ask({ type: 'presence.set', presence: 'away' });
  });
});

describe('[O2] a visitor', () => {
  it.each(['{"tier":', '[]', `{"tier":{"nested":"${SECRET}"}}`, ''])(
    'whose account facts are %j is served without them',
    async (text) => {
      const visitor = await Visitor.arrive(inWorker, 'usr_priya');
      await testEnv.DB.prepare('update visitors set account = ?, previous_account = ? where id = ?')
        .bind(text, text, visitor.visit.visitor.id)
        .run();
      const socket = await visitor.open();
      expect(await socket.ask({ type: 'message.send', text: 'Hello' })).toMatchObject({ type: 'ack' });
      socket.close();
      const row = await visitorById(testEnv.DB, testEnv.DEMO.id, visitor.visit.visitor.id);
      expect(row).toMatchObject({ account: {}, previousAccount: null });
      expect(logged.mock.calls.join()).toMatch(/column visitors\.account/);
      expect(logged.mock.calls.join()).not.toContain(SECRET);
    },
  );
});

describe('two JSON values', () => {
  it.each<[unknown, unknown, boolean]>([
    [{ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ a: 1 }, { b: 1 }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [null, {}, false],
    [null, null, true],
    ['1', 1, false],
    [{ toString: 1 }, {}, false],
    [{}, { toString: 1 }, false],
  ])('%j and %j: %s', (a, b, same) => {
    expect(isSame(a, b)).toBe(same);
  });
});
