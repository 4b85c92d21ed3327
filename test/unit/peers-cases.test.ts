import { describe, expect, test } from 'vitest';
import type { QueueCommand } from '#domain/queue/command.ts';
import { decideQueue } from '#domain/queue/decide.ts';
import { incidentAt } from '#domain/queue/incident.ts';
import { MemoryQueueStore } from '#domain/queue/memory-store.ts';
import type { QueueConfig } from '#domain/queue/queue.ts';
import { rankIn } from '#domain/queue/ranked.ts';
import { evaluate } from '#domain/triggers/evaluate.ts';
import type { FactValue } from '#domain/triggers/fact.ts';
import type { Operator, Trigger, TriggerAction, When } from '#domain/triggers/policy.ts';
import type { PROBLEM_KINDS } from '#protocol/problem.ts';
import { visitorUp } from '#protocol/visitor.ts';
import { readContextEntry } from '../../widget/capture/context-entries.ts';
import { ACK_TIMEOUT_MS, createOutbox, type Outgoing } from '../../widget/panel/outbox.ts';
import { GATE_THRESHOLDS, gate } from '../../worker/assist/gate.ts';
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
import { aDemoDesk, Talk } from '../support/talk.ts';

/*
 * Cases of other products beside routing (`routing-cases`) and business time (`sla/`), each under its source, in our words and numbers.
 *
 * Without a counterpart here, and why:
 * – PostHog, trends scoring (baselines by median and spread, last complete hour, calm runs): nothing here counts volumes to find incidents by
 *   itself; a supervisor declares one [P8]. So no row of that table has anything to be asked of.
 * – PostHog, gate: what the gate refuses is handed on by the turn (one clarifying question at most, two failed attempts, then a person; [G8], [T4] in
 *   `assist`), and is no answer of the gate's. "Retry" there is a second draft; here none is asked for [G20].
 * – libredesk, `previous_*` transitions and `first_match`: facts are of now, and all triggers that match add up [T7].
 * – Chatwoot, `setUser` with an identifier, e-mail or name: a page's word names nobody here; a signed token does (`identity-token`). There is no
 *   `$chatwoot` shim.
 * – PostHog, ticket patterns: no texts are grouped into incidents, so nothing can be grouped wrongly; what is left of it is whom an incident is about.
 * – Plain customer cards, Rocket.Chat's Livechat REST, Intercom's `/fin/escalate` as HTTP: no card is fetched from a host, and visitors speak over one
 *   socket; what remains is what a request must be, and that each is answered.
 * – Sentry, the replay flag of `sendFeedback`: whether a recording goes along is the workspace's setting and the visitor's [X12], not the sender's.
 */

describe('[G1] PostHog, the table of the gate: whatever is missing or unsure is not sent', () => {
  const sure = {
    answer: 'Open Billing and press Pay.',
    grounded: true,
    coverage: 1,
    confidence: 1,
    foreign: [],
    blockedByPolicy: false,
    repeated: false,
  };
  const { coverage, confidence } = GATE_THRESHOLDS;
  test.each<[string, object, string]>([
    ['both judges sure, all of it covered and grounded', {}, 'ok'],
    ['exactly at both thresholds', { coverage, confidence }, 'ok'],
    ['beyond what a share can be', { coverage: 7, confidence: 7 }, 'ok'],
    ['the judge just below its threshold', { confidence: confidence - 1e-9 }, 'low_confidence'],
    ['the cover just below its threshold', { coverage: coverage - 1e-9 }, 'low_coverage'],
    ['nothing of it covered', { coverage: 0 }, 'low_coverage'],
    ['a share below nothing', { coverage: -1 }, 'low_coverage'],
    ['a draft that stands on nothing, however sure', { grounded: false }, 'not_grounded'],
    ['sure in words instead of a number', { confidence: 'high' }, 'missing_verdict'],
    ['a number as a text', { confidence: '0.99' }, 'missing_verdict'],
    ['confidence that is no number', { confidence: Number.NaN }, 'low_confidence'],
    ['no verdict of the judge', { confidence: undefined }, 'missing_verdict'],
    ['a judge that says null', { grounded: null }, 'missing_verdict'],
    ['nobody looked whether it may be said', { blockedByPolicy: undefined }, 'missing_verdict'],
    ['a kind of question that is never answered by itself', { blockedByPolicy: true }, 'blocked_by_policy'],
    ['blocked, and unsure as well', { blockedByPolicy: true, confidence: 0, grounded: false }, 'blocked_by_policy'],
    ['a draft without words', { answer: '\n ' }, 'empty'],
    ['something that the sources do not have', { foreign: ['https://evil.example'] }, 'foreign_content'],
    ['what failed before', { repeated: true }, 'repeated_answer'],
  ])('%s', (_, changed, because) => {
    expect(gate({ ...sure, ...changed } as never)).toMatchObject({ send: because === 'ok', because });
  });
});

describe('[T4] libredesk, the evaluator of rules', () => {
  const is = (fact: string, op: Operator, value: FactValue = null): When => ({ kind: 'condition', fact, op, value });
  const all = (...of: When[]): When => ({ kind: 'all', of });
  const any = (...of: When[]): When => ({ kind: 'any', of });
  const known = { status: 'open', priority: 'high', hours: 5, subject: 'My Invoice', note: '', assignee: null };
  const facts = Object.fromEntries(
    Object.entries(known).map(([name, value]) => [name, { value, provenance: 'observed', at: 1, source: 'test' }]),
  ) as Parameters<typeof evaluate>[1];
  const rule = (when: When, actions: TriggerAction[] = [{ do: 'offer_human' }], id = 'one'): Trigger => ({
    id,
    label: id,
    layer: 'rules',
    when,
    actions,
    enabled: true,
  });
  const acts = (...rules: Trigger[]) => evaluate({ triggers: rules }, facts).decision;
  const [yes, no] = [is('status', 'eq', 'open'), is('status', 'eq', 'closed')];

  test.each<[string, When, boolean]>([
    ['AND: both', all(yes, is('priority', 'eq', 'high')), true],
    ['AND: one of two', all(yes, no), false],
    ['OR: one of two', any(no, yes), true],
    ['OR: neither', any(no, no), false],
    ['two groups by AND, one of them by OR', all(any(no, yes), all(yes)), true],
    ['two groups by AND, one of them false', all(any(no, no), yes), false],
    ['two groups by OR, one of them true', any(all(yes, no), yes), true],
    ['two groups by OR, both false', any(all(yes, no), no), false],
    ['a group without conditions', all(), false],
    ['a group without conditions beside one that holds', any(all(), yes), true],
    ['equals minds the case', is('priority', 'eq', 'High'), false],
    ['not equals', is('priority', 'neq', 'low'), true],
    ['contains does not mind the case', is('subject', 'contains', 'invoice'), true],
    ['contains no part of a word', is('subject', 'contains', 'voice'), false],
    ['greater is strictly greater', is('hours', 'gt', 5), false],
    ['greater than one less', is('hours', 'gt', 4), true],
    ['less is strictly less', is('hours', 'lt', 5), false],
    ['a text is greater than no number', is('subject', 'gt', 1), false],
    ['set', is('priority', 'exists'), true],
    ['set, where it is known to be nothing', is('assignee', 'exists'), false],
    ['not set', { kind: 'not', of: is('assignee', 'exists') }, true],
    ['not set, where it is set', { kind: 'not', of: is('status', 'exists') }, false],
    ['a field that nobody knows equals nothing', is('colour', 'eq', 'red'), false],
    ['a field that nobody knows differs from nothing either', is('colour', 'neq', 'red'), false],
    ['NOT over a field that nobody knows', { kind: 'not', of: is('colour', 'eq', 'red') }, false],
    ['a field that nobody knows beside one that suffices', any(is('colour', 'eq', 'red'), yes), true],
    ['one of a list', is('priority', 'in', ['urgent', 'high']), true],
    ['none of a list', is('priority', 'in', ['low']), false],
  ])('%s', (_, when, expected) => {
    expect(acts(rule(when)).action).toBe(expected ? 'offer_human' : 'none');
  });

  test('[T7] first match there; here all that match add up, and the first that names a queue is followed', () => {
    const decided = acts(
      rule(no, [{ do: 'set_queue', queue: 'nowhere' }], 'zero'),
      rule(yes, [{ do: 'set_queue', queue: 'billing' }], 'one'),
      rule(
        yes,
        [
          { do: 'set_queue', queue: 'general' },
          { do: 'set_severity', severity: 'high' },
        ],
        'two',
      ),
    );
    expect(decided).toMatchObject({ queue: 'billing', severity: 'high' });
  });

  test('a rule that is off does nothing, whatever it says', () => {
    expect(acts({ ...rule(yes), enabled: false }).action).toBe('none');
  });
});

describe('[M6] Chatwoot, fair distribution: so many in a window, beside the capacity', () => {
  function aLine(changed: Partial<QueueConfig>) {
    const store = new MemoryQueueStore(aQueue({ fairness: { count: 2, windowMs: 10 * MINUTE }, ...changed }));
    let n = 0;
    const run = (command: QueueCommand, at: number) => {
      const decision = decideQueue(store, command, at);
      if (!decision.ok) throw new Error(decision.reason);
      for (const event of decision.events) store.apply(event);
    };
    return {
      store,
      here: (name: string, state: Parameters<typeof anAgent>[1] = {}, at = NOW) => {
        n += 1;
        run({ type: 'mirror_agent', agent: anAgent(name, { version: n, capacity: 9, ...state }) }, at);
      },
      comes: (one: number) =>
        run(
          { type: 'enqueue', work: someWork(one), class: 1, facts: someFacts(), queuedAt: NOW + one, preferred: null },
          NOW + one,
        ),
      /** Who takes the next one, and which it is. */
      takes: (at: number): string | null => {
        n += 1;
        const id = reservationId(`fair${n}`);
        run({ type: 'match', reservationId: id, only: null }, at);
        const entry = store.byReservation(id);
        if (entry?.state !== 'reserved') return null;
        run({ type: 'accept', reservationId: id, epoch: entry.epoch, agentId: entry.agentId }, at);
        return `${entry.agentName} ${entry.ticketNumber}`;
      },
    };
  }

  test('whoever had as many as the window allows is passed over, and gets more when it is over', () => {
    const q = aLine({});
    for (const one of [1, 2, 3]) q.comes(one);
    q.here('maya');
    expect([1, 2, 3].map((i) => q.takes(NOW + i * MINUTE))).toEqual(['maya BTN-1001', 'maya BTN-1002', null]);
    // The first of the two is out of the window, to the millisecond.
    expect(q.takes(NOW + 11 * MINUTE - 1)).toBeNull();
    expect(q.takes(NOW + 11 * MINUTE)).toBe('maya BTN-1003');
  });

  test('the oldest goes to somebody below the limit, not to whoever is the longest idle', () => {
    const q = aLine({});
    for (const one of [1, 2, 3]) q.comes(one);
    q.here('maya', { idleSince: 0 });
    q.here('jonas', { idleSince: NOW });
    expect([1, 2, 3].map((i) => q.takes(NOW + i))).toEqual(['maya BTN-1001', 'maya BTN-1002', 'jonas BTN-1003']);
  });

  test('below the limit and without room is without room', () => {
    const q = aLine({ fairness: { count: 9, windowMs: 10 * MINUTE } });
    q.comes(1);
    q.here('maya', { capacity: 1, load: 1 });
    expect(q.takes(NOW + MINUTE)).toBeNull();
    q.here('maya', { capacity: 1, load: 0 });
    expect(q.takes(NOW + 2 * MINUTE)).toBe('maya BTN-1001');
  });

  test('who comes back to a long line is not flooded, and what was wrapped up has been had', () => {
    const q = aLine({});
    for (const one of [1, 2, 3, 4]) q.comes(one);
    q.here('maya', { presence: 'away' });
    expect(q.takes(NOW + MINUTE)).toBeNull();
    q.here('maya');
    expect([q.takes(NOW + 2 * MINUTE), q.takes(NOW + 2 * MINUTE)]).toEqual(['maya BTN-1001', 'maya BTN-1002']);
    for (const one of [1, 2])
      decideQueue(
        q.store,
        { type: 'close', escalationId: escalationId(one), hop: 1, outcome: 'resolved' },
        NOW + 3 * MINUTE,
      );
    q.here('maya', { load: 0 });
    expect(q.takes(NOW + 4 * MINUTE)).toBeNull();
  });

  test('in turn, each gets as many; nobody is given what somebody else was', () => {
    const q = aLine({ choice: 'round_robin' });
    for (const one of [1, 2, 3, 4, 5]) q.comes(one);
    for (const name of ['maya', 'jonas']) q.here(name);
    expect([1, 2, 3, 4, 5].map((i) => q.takes(NOW + i))).toEqual([
      'jonas BTN-1001',
      'maya BTN-1002',
      'jonas BTN-1003',
      'maya BTN-1004',
      null,
    ]);
    expect(q.store.agent(agentId('maya'))?.load).toBe(2);
  });
});

describe('Chatwoot, the SDK’s contract: what is none is refused in words', () => {
  test.each<[string, unknown, unknown]>([
    ['attributes without any', 'plan', {}],
    ['attributes that are no object', 'plan', 'pro'],
    ['nothing at all', 'plan', undefined],
    ['a list of them', 'plan', [1]],
    ['a key that is a number', 7, { label: 'Plan', type: 'status', value: 'pro' }],
    ['a key without a letter', '', { label: 'Plan', type: 'status', value: 'pro' }],
    ['a value that is a function', 'plan', { label: 'Plan', type: 'status', value: () => 'pro' }],
    // Halo's context entries: a label, one of a closed list of types, a value.
    ['a type that nobody draws', 'plan', { label: 'Plan', type: 'fancy', value: 'pro' }],
    ['no label', 'plan', { type: 'status', value: 'pro' }],
  ])('%s', (_, key, value) => {
    expect(readContextEntry(key, value)).toEqual(expect.any(String));
  });

  test('what is one is taken as it is', () => {
    expect(readContextEntry('plan', { label: 'Plan', type: 'status', value: 'pro' })).toEqual({
      key: 'plan',
      label: 'Plan',
      type: 'status',
      value: 'pro',
    });
  });
});

describe('[T3] Helper, threads by their shape: there a wish for a person is to be talked out of, here it is honoured in the same turn', () => {
  const desk = aDemoDesk();
  const PERSON = 'can i talk to a human';
  test.each<[string, string[]]>([
    ['as the first word', []],
    ['after a greeting', ['hello']],
    ['after an answer', ['how do I download an invoice?']],
    ['after another question', ['how do I download an invoice?', 'and where do I change my card?']],
    ['after thanks', ['how do I download an invoice?', 'thanks']],
  ])('%s', (_, before) => {
    const talk = new Talk({ desk });
    for (const text of before) expect(talk.says(text).next.kind).not.toBe('escalate');
    const outcome = talk.says(PERSON);
    expect(outcome.next.kind).toBe('escalate');
    // Nothing is tried first, and nothing is asked for.
    expect(talk.state.attempts.filter(({ question }) => question === PERSON)).toEqual([]);
    expect(talk.state.status).toBe('waiting');
  });

  test('with the problem in the same message', () => {
    const talk = new Talk({ desk });
    expect(talk.says('I was charged twice. Can I talk to a human about it?').next.kind).toBe('escalate');
  });

  test('who says that it did not help need not ask for anybody', () => {
    const talk = new Talk({ desk });
    expect(talk.says('how do I download an invoice?').next.kind).not.toBe('escalate');
    expect(talk.says('that did not help').next.kind).toBe('escalate');
  });

  test('a wish that is denied is none', () => {
    const talk = new Talk({ desk });
    expect(talk.says('I do not need to talk to a human, how do I download an invoice?').next.kind).not.toBe('escalate');
  });

  test('thanks end a thread without anybody', () => {
    const talk = new Talk({ desk });
    talk.says('how do I download an invoice?');
    expect(talk.says('great, that worked, thank you').next.kind).toBe('nothing');
    expect(talk.state.escalation).toBeNull();
  });
});

describe('[P8] PostHog, patterns in tickets: an outage and a question have nothing to do with one another', () => {
  const outage = { id: 'inc_1', title: 'Card payments fail', area: 'billing', startedAt: NOW, by: 'Sam' };
  const minutes = (area: string, incidents: QueueConfig['incidents']) =>
    (rankIn(aQueue({ incidents }), someFacts({ tier: 'pro', area }), NOW, []).dueAt - NOW) / MINUTE;

  test('who is where it is broken is forward, who asks about something else is where they were', () => {
    const { incidentMinutes } = aQueue().rank;
    expect(minutes('billing', []) - minutes('billing', [outage])).toBe(incidentMinutes);
    expect(minutes('reports', [outage])).toBe(minutes('reports', []));
    expect(incidentAt('reports', [outage])).toBeNull();
  });

  test('five tickets of one company are no incident: the sixth is ranked as the first', () => {
    const store = new MemoryQueueStore(aQueue());
    const terms = [1, 2, 3, 4, 5, 6].map((n) => {
      const work = someWork(n, { company: 'Northwind', subject: 'payments fail' });
      const facts = someFacts({ tier: 'pro', area: 'billing', failedRequests: 3 });
      const decision = decideQueue(
        store,
        { type: 'enqueue', work, class: 1, facts, queuedAt: NOW, preferred: null },
        NOW,
      );
      if (!decision.ok) throw new Error(decision.reason);
      for (const event of decision.events) store.apply(event);
      return store.entry(escalationId(n), 1)?.terms;
    });
    for (const one of terms) expect(one).toEqual(terms[0]);
    expect(terms[0]?.some(({ label }) => label.startsWith('incident'))).toBe(false);
  });
});

describe('[S5] Intercom and Rocket.Chat, what a request must be', () => {
  const frame = (changed: object) => ({ id: 'client-01', type: 'message.send', text: 'hello', ...changed });
  test.each<[string, object, boolean]>([
    ['a message', frame({}), true],
    ['a wish for a person, which needs no reason', { id: 'client-01', type: 'person.request' }, true],
    ['a message without an id cannot be answered', { type: 'message.send', text: 'hello' }, false],
    ['an id of another kind', frame({ id: 7 }), false],
    ['a message that is not there', frame({ text: undefined }), false],
    ['a message without a visible character', frame({ text: ' \n\t' }), false],
    ['a message of 4,001 characters', frame({ text: 'a'.repeat(4001) }), false],
    ['a field that nobody knows', frame({ escalate: true }), false],
    ['an escalation that says who the visitor is', { id: 'client-01', type: 'person.request', email: 'a@b.c' }, false],
    ['a kind that nobody knows', { id: 'client-01', type: 'livechat.transfer' }, false],
  ])('%s', (_, sent, isTaken) => {
    expect(visitorUp.safeParse(sent).success).toBe(isTaken);
  });
});

describe('Sentry, sending feedback: how it can fail, and what is left of it', () => {
  const message = (id = 'client-01'): Outgoing => ({
    id,
    kind: 'message',
    text: 'it is broken',
    at: NOW,
    state: 'sending',
    problem: '',
  });
  const sent = () => {
    const outbox = createOutbox();
    outbox.add(message());
    outbox.takeDue(NOW);
    return outbox;
  };
  const answered = (kind: keyof typeof PROBLEM_KINDS, retryAfterMs?: number) => {
    const outbox = sent();
    outbox.nacked(
      'client-01',
      { kind, message: 'No.', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
      NOW + 1,
    );
    return outbox;
  };

  test('without any answer it has failed after its time, in words, with what was written', () => {
    const outbox = sent();
    expect(outbox.nextAt()).toBe(NOW + ACK_TIMEOUT_MS);
    expect(outbox.expire(NOW + ACK_TIMEOUT_MS - 1)).toBe(false);
    expect(outbox.expire(NOW + ACK_TIMEOUT_MS)).toBe(true);
    expect(outbox.items()).toMatchObject([
      { state: 'failed', text: 'it is broken', problem: expect.stringMatching(/./) },
    ]);
  });

  test.each(['forbidden', 'invalid'] as const)(
    'refused as %s it has failed at once, and is not sent again by itself',
    (kind) => {
      const outbox = answered(kind);
      expect(outbox.items()).toMatchObject([{ state: 'failed', problem: 'No.' }]);
      expect([outbox.takeDue(NOW + 60 * MINUTE), outbox.nextAt()]).toEqual([[], null]);
      outbox.retry('client-01');
      expect(outbox.takeDue(NOW + 60 * MINUTE)).toHaveLength(1);
    },
  );

  test.each(['rate_limited', 'unavailable', 'internal'] as const)(
    'told %s it waits as long as it was told, and goes again',
    (kind) => {
      const outbox = answered(kind, 5000);
      expect(outbox.takeDue(NOW + 5000)).toEqual([]);
      expect(outbox.takeDue(NOW + 5001)).toMatchObject([{ id: 'client-01', state: 'sending' }]);
    },
  );

  test('without a connection it waits, and goes under the same id, once for each', () => {
    const outbox = sent();
    expect(outbox.takeDue(NOW + 1)).toEqual([]);
    outbox.connectionLost();
    expect(outbox.takeDue(NOW + 2)).toMatchObject([{ id: 'client-01' }]);
    expect(outbox.takeDue(NOW + 3)).toEqual([]);
  });

  test('an answer that comes after its time counts', () => {
    const outbox = sent();
    outbox.expire(NOW + ACK_TIMEOUT_MS);
    expect(outbox.acked('client-01')).toMatchObject({ state: 'sent', problem: '' });
  });
});
