import { describe, expect, test } from 'vitest';
import { sayRow } from '../../widget/console/context/trigger-words.ts';
import { forgetOtherAgents, openKept } from '../../widget/console/conversation/kept.ts';
import { cardTop } from '../../widget/console/inbox/card-top.ts';
import type { QueueView } from '../../widget/console/inbox/queue-feed.ts';
import {
  addedUp,
  countingTerms,
  inLineOf,
  orderWords,
  type Standing,
  standingOf,
} from '../../widget/console/inbox/rank-order.ts';
import {
  choicesFor,
  deedsOf,
  inHandsWords,
  isSupervisor,
  needsWords,
  serviceWords,
} from '../../widget/console/inbox/supervision.ts';
import {
  axisTop,
  DAY_CHARTS,
  dayColumns,
  describeChart,
  endsToday,
  todayPoint,
} from '../../widget/console/metrics/day-series.ts';
import { signInProblems } from '../../widget/console/sign-in/sign-in-problems.ts';
import type { Store } from '../../widget/kit/storage.ts';
import { createOutbox, type Outgoing } from '../../widget/panel/outbox.ts';
import type { TraceCondition, TraceRow } from '../../worker/domain/triggers/evaluate.ts';
import type { MetricsAnswer } from '../../worker/protocol/http.ts';
import type { QueueEntryView } from '../../worker/protocol/queue.ts';

function aStore(): Store {
  const values = new Map<string, string>();
  return {
    get: (key) => values.get(key) ?? null,
    set: (key, value) => void values.set(key, value),
    remove: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
}

describe('what an agent wrote and nobody has acknowledged', () => {
  const item = (id: string, state: Outgoing['state'] = 'sending', kind: 'message' | 'note' = 'message') => ({
    id,
    kind,
    text: id,
    at: 1,
    state,
    problem: '',
  });

  test('is there after a reload and goes out under the same id', () => {
    const store = aStore();
    openKept(store, 'agt_maya', 'cnv_1').keepOutgoing([item('a'), item('b', 'sent'), item('c', 'failed', 'note')]);
    const outbox = createOutbox<'message' | 'note'>();
    outbox.restore(openKept(store, 'agt_maya', 'cnv_1').outgoing());
    expect(outbox.items().map(({ id }) => id)).toEqual(['a', 'c']);
    // What failed waits for somebody to press Retry.
    expect(outbox.takeDue(0).map(({ id }) => id)).toEqual(['a']);
  });

  test('is of one conversation and of one agent, drafts too', () => {
    const store = aStore();
    const hers = openKept(store, 'agt_maya', 'cnv_1');
    hers.keepOutgoing([item('a')]);
    hers.keepDraft('note', 'half');
    expect(openKept(store, 'agt_maya', 'cnv_2').outgoing()).toEqual([]);
    expect(openKept(store, 'agt_jonas', 'cnv_1').outgoing()).toEqual([]);
    expect(openKept(store, 'agt_jonas', 'cnv_1').draft('note')).toBe('');
    expect(openKept(store, 'agt_maya', 'cnv_1').draft('note')).toBe('half');
    forgetOtherAgents(store, 'agt_jonas');
    expect(store.keys()).toEqual([]);
  });

  test('answered, nothing is left; garbage is nothing', () => {
    const store = aStore();
    const kept = openKept(store, 'agt_maya', 'cnv_1');
    kept.keepOutgoing([item('a')]);
    kept.keepOutgoing([]);
    expect(store.keys()).toEqual([]);
    store.set('baton.console.of.agt_maya.cnv_1.out', '{"no');
    expect(kept.outgoing()).toEqual([]);
    store.set('baton.console.of.agt_maya.cnv_1.out', '[{"id":1},3]');
    expect(kept.outgoing()).toEqual([]);
  });
});

const anEntry = (state: QueueEntryView['state']) =>
  ({ escalationId: 'esc_1', hop: 2, state, ticketNumber: 'BTN-1' }) as QueueEntryView;

describe('supervision', () => {
  test.each<[string, boolean]>([
    ['owner', true],
    ['admin', true],
    ['supervisor', true],
    ['member', false],
    ['', false],
  ])('%s may: %s', (role, may) => expect(isSupervisor(role)).toBe(may));

  test.each<[QueueEntryView['state'], string[]]>([
    ['queued', ['Move forward 5 min', 'Move forward 15 min', 'Move back 15 min']],
    ['reserved', ['Move forward 5 min', 'Move forward 15 min', 'Move back 15 min', 'Take back the offer']],
    ['assigned', ['Take back']],
  ])('what can be done to what is %s', (state, labels) =>
    expect(deedsOf(anEntry(state)).map(({ label }) => label)).toEqual(labels),
  );

  test('deeds are frames of the wire; forward is positive', () => {
    expect(deedsOf(anEntry('queued')).map(({ frame }) => frame)).toEqual([
      { type: 'entry.adjust', escalationId: 'esc_1', hop: 2, minutes: 5 },
      { type: 'entry.adjust', escalationId: 'esc_1', hop: 2, minutes: 15 },
      { type: 'entry.adjust', escalationId: 'esc_1', hop: 2, minutes: -15 },
    ]);
    const takenBack = { type: 'entry.take_back', escalationId: 'esc_1', hop: 2 };
    expect(deedsOf(anEntry('assigned')).map(({ frame }) => frame)).toEqual([takenBack]);
    expect(deedsOf(anEntry('reserved')).at(-1)?.frame).toEqual(takenBack);
  });

  const anAgent = (
    name: string,
    presence: 'available' | 'away' | 'offline',
    load: number,
    why: string | null = null,
  ) => ({
    id: `agt_${name}`,
    name,
    presence,
    load,
    capacity: 3,
    why,
  });
  test('agents with room first, the least busy at the top, and why not the others', () => {
    const choices = choicesFor(anEntry('queued'), [
      anAgent('Off', 'offline', 0, 'is offline'),
      anAgent('Full', 'available', 3, 'has no room for it'),
      anAgent('Away', 'away', 0, 'is away'),
      anAgent('Busy', 'available', 2),
      anAgent('Free', 'available', 0),
    ]);
    expect(choices.map(({ label, why }) => [label, why])).toEqual([
      ['Free, available, 0 of 3', null],
      ['Busy, available, 2 of 3', null],
      ['Full, available, 3 of 3', 'has no room for it'],
      ['Away, away, 0 of 3', 'is away'],
      ['Off, offline, 0 of 3', 'is offline'],
    ]);
    expect(choices[0]?.frame).toEqual({ type: 'entry.assign', escalationId: 'esc_1', hop: 2, agentId: 'agt_Free' });
    expect(choicesFor(anEntry('assigned'), [anAgent('Free', 'available', 0)])).toEqual([]);
  });

  test('what is in the queue and does not wait', () => {
    const words = (offered: number, inHands: number) => inHandsWords({ offered, inHands });
    expect(words(0, 0)).toBeNull();
    expect(words(1, 0)).toBe('1 offered');
    expect(words(1, 1)).toBe('1 offered, 1 with an agent');
    expect(words(0, 250)).toBe('250 with agents');
  });

  test.each([
    [[], '', null],
    [['billing', 'api>=3#2'], 'api>=3&billing', 'Needs: api>=3, billing.'],
    [['billing'], '', 'Anybody may take it now; asked for: billing.'],
    [['billing', 'api#2'], 'billing', 'Needs now: billing; asked for: api, billing.'],
    [['billing'], 'billing|sql&web', 'Needs now: billing or sql, web; asked for: billing.'],
    [['billing'], '|billing', 'Anybody may take it now; asked for: billing.'],
  ])('[M3] of %j with the line %j it says who may take it now', (skills, needs, words) => {
    expect(needsWords({ skills, needs })).toBe(words);
  });

  test('closed and full are said in words', () => {
    const at = new Date(2026, 10, 24, 16, 2).getTime();
    expect(serviceWords({ closed: null, isFull: false, waiting: 3 })).toEqual([]);
    const [closed, full] = serviceWords({ closed: { by: 'Ines Duarte', at }, isFull: true, waiting: 1 });
    expect(closed).toMatch(/^Closed by Ines Duarte at .*02.*; newcomers are told\.$/);
    expect(full).toBe('Full with 1 person waiting; newcomers are told that it will take longer.');
  });
});

describe('what places an entry', () => {
  const moved = { label: 'moved by Ines Duarte', minutes: -5 };
  const aStanding = (part: Partial<Standing> = {}): Standing => ({
    order: 'due',
    class: 1,
    severity: 'high',
    raises: [],
    ...part,
  });

  test.each<[string, Partial<Standing>, boolean, string | null]>([
    ['the sum says it all', { raises: [moved] }, false, null],
    ['strict', { order: 'strict' }, false, 'Ordered by severity (high), then by age.'],
    [
      'strict and raised',
      { order: 'strict', raises: [moved] },
      false,
      'Ordered by severity (high), then by age; minutes given count as age.',
    ],
    [
      'strict, and somebody has it',
      { order: 'strict', raises: [moved] },
      true,
      'Was ordered by severity (high), then by age; minutes given counted as age.',
    ],
    ['critical', { class: 0 }, false, 'Critical: goes before all other work.'],
    ['critical, and somebody has it', { class: 0 }, true, 'Critical: went before all other work.'],
    [
      'critical and strict',
      { class: 0, order: 'strict', severity: 'critical' },
      false,
      'Critical: goes before all other work. Ordered by severity (critical), then by age.',
    ],
  ])('%s', (_, standing, isTaken, words) => expect(orderWords(aStanding(standing), isTaken)).toBe(words));

  const terms = [
    { label: 'free target, severity high', minutes: 60 },
    moved,
    { label: 'nobody took it', minutes: -2 },
    { label: 'moved by Ines Duarte', minutes: -15 },
    { label: 'moved by Ines Duarte', minutes: 7.5 },
  ];
  test('in strict order only what was given counts', () => {
    expect(countingTerms(terms, null)).toBe(terms);
    expect(countingTerms(terms, aStanding({ raises: [moved] }))).toBe(terms);
    expect(countingTerms(terms, aStanding({ order: 'strict', raises: [moved] }))).toEqual([moved]);
  });

  test('moved many times is one row, and the total is what it was', () => {
    const rows = addedUp(terms);
    expect(rows).toEqual([
      { label: 'free target, severity high', minutes: 60 },
      { label: 'moved by Ines Duarte', minutes: -12.5 },
      { label: 'nobody took it', minutes: -2 },
    ]);
    const total = (all: readonly { minutes: number }[]) => all.reduce((sum, { minutes }) => sum + minutes, 0);
    expect(total(rows)).toBe(total(terms));
  });

  test('of an offer, is what its queue shows of it', () => {
    const entry = { ...anEntry('reserved'), class: 0, severity: 'critical', raises: [] } as unknown as QueueEntryView;
    const view = { order: 'strict', entries: [entry] } as unknown as QueueView;
    expect(standingOf(entry, view)).toMatchObject({ order: 'strict', class: 0, severity: 'critical' });
    expect([standingOf({ ...entry, hop: 9 }, view), standingOf(entry, null)]).toEqual([null, null]);
  });

  test('[B6] of work that waits, is what its queue says of it now; of work in hands nothing', () => {
    const waiting = { ...anEntry('queued'), conversationId: 'cnv_1', rank: [moved], dueAt: 7, raises: [moved] };
    const view = { order: 'strict', entries: [waiting] } as unknown as QueueView;
    expect(inLineOf('cnv_1', [null, view])).toMatchObject({
      entry: { rank: [moved], dueAt: 7 },
      standing: { order: 'strict' },
    });
    expect(inLineOf('cnv_2', [view])).toBeNull();
    const taken = { ...view, entries: [{ ...waiting, state: 'assigned' }] } as unknown as QueueView;
    expect(inLineOf('cnv_1', [taken])).toBeNull();
  });
});

test.each([
  ['beside its row', 100, 200, 800, 100],
  ['whole, however many its terms', 700, 320, 800, 472],
  ['from its first line where the window is too low', 300, 900, 800, 8],
  ['of a row that is scrolled out', -50, 200, 800, 8],
])('a card is %s', (_, row, height, window, top) => expect(cardTop(row, height, window)).toBe(top));

describe('why, in words', () => {
  const aCondition = (change: Partial<TraceCondition>): TraceCondition => ({
    fact: 'page.failed_requests',
    op: 'gte',
    value: 1,
    negated: false,
    actual: { value: 5, provenance: 'observed' } as TraceCondition['actual'],
    outcome: 'matched',
    ...change,
  });
  const aRow = (...conditions: TraceCondition[]): TraceRow => ({
    triggerId: 'trg_trouble',
    label: 'Page in trouble',
    layer: 'context',
    outcome: 'matched',
    conditions,
    actions: [],
  });
  const actual = (value: unknown, provenance = 'observed') => ({ value, provenance }) as TraceCondition['actual'];

  test('facts with their values read as sentences, and the raw form is beside them', () => {
    const { text, raw } = sayRow(aRow(aCondition({}), aCondition({ fact: 'page.rage_clicks', actual: actual(1) })));
    expect(text).toBe(
      '“Page in trouble”: 5 failed requests on the page (observed), 1 burst of impatient clicks on the page (observed).',
    );
    expect(raw).toContain('page.failed_requests gte 1, was 5');
  });

  test.each<[string, unknown, string]>([
    ['page.failed_requests', 1, '1 failed request on the page (observed)'],
    ['page.form_rejections', 2, '2 refused forms on the page (observed)'],
    ['message.wants_person', true, 'the visitor asked for a person (observed)'],
    ['message.frustration', 0.61, 'frustration 0.61 of 1 (observed)'],
    ['account.health', 'at_risk', 'the account is at risk (observed)'],
    ['account.contract_value', 84_000, 'a contract of $84,000 a year (observed)'],
  ])('%s is %j', (fact, value, words) => {
    expect(sayRow(aRow(aCondition({ fact, actual: actual(value) }))).text).toBe(`“Page in trouble”: ${words}.`);
  });

  test.each<[string, Partial<TraceCondition>]>([
    ['words that were looked for', { fact: 'message.text', op: 'contains', value: ['x'], actual: actual('x y') }],
    ['a fact without a sentence', { fact: 'something.new', actual: actual(3) }],
    ['a value of another kind', { fact: 'page.errors', actual: actual('many') }],
  ])('%s stay in the kernel’s words', (_, change) => {
    expect(sayRow(aRow(aCondition(change))).text).toMatch(/^“Page in trouble” matched: /);
  });
});

describe('a day that is not over', () => {
  type Row = MetricsAnswer['total'];
  const rate = (numerator: number, denominator: number) => ({
    numerator,
    denominator,
    rate: denominator === 0 ? null : numerator / denominator,
    low: denominator === 0 ? null : 0,
    high: denominator === 0 ? null : Math.min(1, numerator / denominator + 0.05),
  });
  const spread = (medianMs: number | null, count: number) => ({ count, medianMs, p90Ms: medianMs });
  const aDay = (key: string, numerator: number, denominator: number, medianMs = 60_000, count = 9): Row => ({
    key,
    conversations: denominator,
    escalations: numerator,
    escalationRate: rate(numerator, denominator),
    misEscalationRate: rate(0, numerator),
    abandonmentRate: rate(0, 0),
    timeToEscalation: spread(medianMs, count),
    timeToFirstResponse: spread(null, 0),
    resolutionTime: spread(null, 0),
  });
  const [escalation, , toEscalation] = DAY_CHARTS;
  const month = [aDay('2026-11-01', 2, 10), aDay('2026-11-02', 3, 10)];

  test.each<[string, Row, boolean, number]>([
    ['with one conversation does not decide the axis', aDay('2026-11-03', 1, 1), true, 0.35 * 1.08],
    ['with enough of them does', aDay('2026-11-03', 5, 5), true, 1],
    ['does when it is over', aDay('2026-11-03', 1, 1), false, 1],
  ])('%s', (_, today, isPartial, top) => expect(axisTop(escalation!, [...month, today], isPartial)).toBeCloseTo(top));

  test('times count what they rest on', () => {
    const today = aDay('2026-11-03', 4, 40, 3_600_000, 4);
    expect(axisTop(toEscalation!, [...month, today], true)).toBe(4);
    expect(axisTop(toEscalation!, [...month, today], false)).toBeCloseTo(60 * 1.08);
  });

  test('has a point of its own inside the frame, with what it rests on, and is no part of the line', () => {
    const days = [...month, aDay('2026-11-03', 3, 3)];
    const point = todayPoint(escalation!, days, true);
    expect(point).toEqual({ index: 2, value: axisTop(escalation!, days, true), label: '3 of 3 today' });
    expect(point!.value).toBeLessThan(1);
    expect(dayColumns(escalation!, days, true).map((column) => column.at(-1))).toEqual([2, null, null, null]);
    expect(todayPoint(toEscalation!, days, true)).toEqual({ index: 2, value: 1, label: '1.0 min today' });
    expect(todayPoint(escalation!, days, false)).toBeNull();
    expect(dayColumns(escalation!, days, false)[1]?.at(-1)).toBe(1);
    expect(todayPoint(escalation!, [...month, aDay('2026-11-03', 0, 0)], true)).toBeNull();
  });

  test('nothing but today still has an axis', () => {
    expect(axisTop(escalation!, [aDay('2026-11-03', 1, 1)], true)).toBe(0.2);
    expect(axisTop(escalation!, [], true)).toBe(0.2);
  });

  test('is told from one that is', () => {
    const midnight = Date.UTC(2026, 10, 4);
    expect([endsToday({ to: midnight }), endsToday({ to: midnight + 60_000 })]).toEqual([false, true]);
    expect(describeChart(escalation!, month, true)).toContain(' The last day is today so far.');
  });
});

describe('signing in', () => {
  test.each<[string, string, string | null, string | null]>([
    ['maya@baton.test', 'x', null, null],
    [' maya@baton.test ', 'x', null, null],
    ['maya', 'x', 'This is not an e-mail address.', null],
    ['a b@c', 'x', 'This is not an e-mail address.', null],
    ['maya@baton.test', '', null, 'Enter your password.'],
  ])('%j with %j', (email, password, wrongEmail, wrongPassword) =>
    expect(signInProblems(email, password)).toEqual({ email: wrongEmail, password: wrongPassword }),
  );
});
