import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import { evaluate, factsOf } from '#domain/triggers/evaluate.ts';
import { explain, explainRow } from '#domain/triggers/explain.ts';
import type { Facts, FactValue, Provenance } from '#domain/triggers/fact.ts';
import { FACT_NAMES } from '#domain/triggers/fact-names.ts';
import { triggersOf } from '#domain/triggers/nearest.ts';
import { OPERATORS, type Operator, type Trigger, type TriggerAction, type When } from '#domain/triggers/policy.ts';

const facts = (values: Record<string, FactValue>, provenance: Provenance = 'observed'): Facts =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, provenance, at: 1000, source: 'test' }]),
  );
const is = (fact: string, op: Operator, value: FactValue): When => ({ kind: 'condition', fact, op, value });
const aTrigger = (when: When, actions: TriggerAction[] = [{ do: 'offer_human' }], id = 'one'): Trigger => ({
  id,
  label: id,
  layer: 'rules',
  when,
  actions,
  enabled: true,
});
const outcomeOf = (when: When, given: Facts) => evaluate({ triggers: [aTrigger(when)] }, given).trace[1]?.outcome;

describe('[T1] operators over facts', () => {
  test.each<[Operator, FactValue, FactValue, string]>([
    ['eq', 'pro', 'pro', 'matched'],
    ['eq', 'pro', 'Pro', 'not_matched'],
    ['eq', null, null, 'matched'],
    ['neq', 'pro', 'free', 'matched'],
    ['neq', Number.NaN, 3, 'pending'],
    ['gt', 2, 2, 'not_matched'],
    ['gte', 2, 2, 'matched'],
    ['gte', '9', 2, 'not_matched'],
    ['lt', 1, 2, 'matched'],
    ['lte', 3, 2, 'not_matched'],
    ['lte', null, 2, 'not_matched'],
    ['in', 'pro', ['free', 'pro'], 'matched'],
    ['in', ['a', 'b'], ['b'], 'matched'],
    ['in', 'pro', 'pro', 'not_matched'],
    ['exists', 'x', null, 'matched'],
    ['exists', null, null, 'not_matched'],
  ])('[T1] %s: %j against %j is %s', (op, value, wanted, outcome) => {
    expect(outcomeOf(is('f', op, wanted), facts({ f: value }))).toBe(outcome);
  });

  test.each([
    ['I will call my LAWYER!', 'lawyer', 'matched'],
    ['this is illegally done', 'legal', 'not_matched'],
    ['Legal, please', ['chargeback', 'legal'], 'matched'],
    ['was I charged\n twice?', 'charged twice', 'matched'],
    ['un remboursement accéléré', 'accelere', 'matched'],
    ["don't", 'dont', 'matched'],
    ['anything', '', 'not_matched'],
    ['anything', '  ', 'not_matched'],
    ['我要退款', '退款', 'matched'],
  ])('[T5] %j contains %j: %s', (text, phrase, outcome) => {
    expect(outcomeOf(is('f', 'contains', phrase), facts({ f: text }))).toBe(outcome);
  });

  test('[T4] a missing fact is pending, and a group is pending only while it could still change', () => {
    const known = facts({ yes: true });
    const yes = is('yes', 'eq', true);
    const no = is('yes', 'eq', false);
    const unknown = is('constructor', 'eq', true);
    expect(outcomeOf(unknown, known)).toBe('pending');
    expect(outcomeOf({ kind: 'all', of: [yes, unknown] }, known)).toBe('pending');
    expect(outcomeOf({ kind: 'all', of: [no, unknown] }, known)).toBe('not_matched');
    expect(outcomeOf({ kind: 'any', of: [yes, unknown] }, known)).toBe('matched');
    expect(outcomeOf({ kind: 'any', of: [no, unknown] }, known)).toBe('pending');
    expect(outcomeOf({ kind: 'not', of: unknown }, known)).toBe('pending');
    expect(outcomeOf({ kind: 'all', of: [] }, known)).toBe('pending');
    expect(outcomeOf({ kind: 'not', of: { kind: 'any', of: [] } }, known)).toBe('pending');
  });
});

describe('[T3] the explicit wish', () => {
  const wish = facts({ 'message.wants_person': true }, 'inferred');
  test.each([
    ['an empty policy', []],
    ['a policy that disables it', [{ ...aTrigger(is('x', 'eq', 1), [], 'explicit_wish'), enabled: false }]],
    ['a policy that narrows it', [aTrigger(is('x', 'eq', 1), [{ do: 'ask_clarifying' }], 'explicit_wish')]],
  ] as [string, Trigger[]][])('[T3] escalates under %s', (_, triggers) => {
    const { decision } = evaluate({ triggers }, wish);
    expect(decision).toMatchObject({ action: 'escalate', because: ['explicit_wish'] });
  });

  test('[T3] takes a queue from the policy', () => {
    const triggers = [aTrigger(is('x', 'eq', 1), [{ do: 'set_queue', queue: 'vip' }], 'explicit_wish')];
    expect(evaluate({ triggers }, wish).decision).toMatchObject({ action: 'escalate', queue: 'vip' });
  });
});

describe('[T6] what a claim may do', () => {
  const rank: TriggerAction[] = [
    { do: 'escalate' },
    { do: 'set_class', class: 0 },
    { do: 'set_severity', severity: 'critical' },
  ];
  const area = is('page.area', 'eq', 'security');
  const text = is('message.text', 'contains', 'breach');
  const claimed = facts({ 'page.area': 'security' }, 'claimed');
  const both = { ...claimed, ...facts({ 'message.text': 'a breach' }) };

  test('[T6] a claimed fact raises attention and not rank', () => {
    const { decision, trace } = evaluate({ triggers: [aTrigger(area, rank)] }, claimed);
    expect(decision).toMatchObject({ action: 'escalate', class: 1, severity: null });
    expect(trace[1]?.actions.map((one) => one.withheld)).toEqual([null, 'claimed_fact', 'claimed_fact']);
    expect(explain(trace).join()).toContain('claimed');
  });

  test.each<[string, When, Facts, 0 | 1]>([
    ['all of a claimed and an observed fact', { kind: 'all', of: [area, text] }, both, 1],
    ['any of them, the observed one suffices', { kind: 'any', of: [area, text] }, both, 0],
    ['NOT over a claim', { kind: 'not', of: is('page.area', 'eq', 'shop') }, claimed, 1],
    ['exists over a claim', is('page.area', 'exists', null), claimed, 1],
    ['observed alone', text, both, 0],
  ])('[T6] %s gives the class it should', (_, when, given, expected) => {
    expect(evaluate({ triggers: [aTrigger(when, rank)] }, given).decision.class).toBe(expected);
  });
});

describe('[T7] matched triggers add up', () => {
  test('[T7] strongest action, highest severity, first queue, every skill once', () => {
    const yes = is('yes', 'eq', true);
    const triggers = [
      aTrigger(
        yes,
        [{ do: 'ask_clarifying' }, { do: 'set_queue', queue: 'a' }, { do: 'add_skill', skill: 's' }],
        'first',
      ),
      aTrigger(yes, [{ do: 'escalate' }, { do: 'set_queue', queue: 'b' }, { do: 'add_skill', skill: 's' }], 'second'),
      aTrigger(yes, [{ do: 'set_severity', severity: 'high' }, { do: 'block_auto_answer' }], 'third'),
      aTrigger(yes, [{ do: 'set_severity', severity: 'low' }], 'fourth'),
      { ...aTrigger(yes, [{ do: 'set_class', class: 0 }], 'off'), enabled: false },
    ] satisfies Trigger[];
    expect(evaluate({ triggers }, facts({ yes: true })).decision).toEqual({
      action: 'escalate',
      because: ['second', 'first', 'third'],
      queue: 'a',
      severity: 'high',
      skills: ['s'],
      class: 1,
      blockAutoAnswer: true,
    });
  });
});

describe('[T9] the default policy', () => {
  const calm = {
    'message.text': 'How do I export my invoices?',
    'message.wants_person': false,
    'message.frustration': 0.1,
    'message.in_scope': true,
    'attempts.failed': 0,
    'page.failed_requests': 0,
    'page.errors': 0,
    'page.rage_clicks': 0,
    'page.area': 'reports',
  };
  test.each<[string, Record<string, FactValue>, object]>([
    ['a calm question', {}, { action: 'none', because: [], queue: null, class: 1 }],
    [
      'a breach',
      { 'message.text': 'We think there was a data breach' },
      { action: 'escalate', class: 0, queue: 'technical', severity: 'critical', blockAutoAnswer: true },
    ],
    ['a lawyer', { 'message.text': 'you will hear from my lawyer' }, { action: 'escalate', severity: 'high' }],
    ['a legal name', { 'message.text': 'change our legal name on invoices' }, { action: 'none' }],
    ['a double charge', { 'message.text': 'I was charged twice' }, { action: 'offer_human', queue: 'billing' }],
    ['two failed attempts', { 'attempts.failed': 2 }, { action: 'escalate', because: ['attempts_failed'] }],
    ['frustration alone', { 'message.frustration': 0.7 }, { action: 'none' }],
    [
      'frustration after an attempt that did not help',
      { 'message.frustration': 0.6, 'attempts.failed': 1 },
      { action: 'escalate', because: ['frustrated_unhelped'] },
    ],
    ['one clear hint on a failing page', { 'message.frustration': 0.45, 'page.errors': 1 }, { action: 'escalate' }],
    ['less than that on a failing page', { 'message.frustration': 0.44, 'page.errors': 1 }, { action: 'none' }],
    ['the same request refused again', { 'page.repeated_failures': 2, 'page.failed_requests': 2 }, { action: 'none' }],
    [
      'the same request refused a third time',
      { 'page.repeated_failures': 3, 'page.failed_requests': 3 },
      { action: 'offer_human', because: ['offer_help'] },
    ],
    ['frustration on a failing page', { 'message.frustration': 0.7, 'page.errors': 1 }, { action: 'escalate' }],
    [
      'a page in trouble before a word',
      { 'page.rage_clicks': 1, 'page.failed_requests': 2 },
      { action: 'offer_human', because: ['offer_help'] },
    ],
    ['out of scope', { 'message.in_scope': false }, { action: 'clarify' }],
    [
      'a model that suggests a person',
      { 'attempts.person_suggested': true },
      { action: 'offer_human', because: ['person_suggested'], queue: null, class: 1 },
    ],
    ['a model that does not', { 'attempts.person_suggested': false }, { action: 'none' }],
  ])('[T9] %s', (_, given, expected) => {
    expect(evaluate(DEFAULT_POLICY, facts({ ...calm, ...given })).decision).toMatchObject(expected);
  });

  test('[T9] asks only for facts that have a name', () => {
    const { trace } = evaluate(DEFAULT_POLICY, {});
    for (const row of trace) for (const { fact } of row.conditions) expect(FACT_NAMES).toHaveProperty([fact]);
  });

  test('[T8] every row has a sentence; pending ones name what is missing', () => {
    const { trace } = evaluate(DEFAULT_POLICY, facts({ 'attempts.failed': 2, 'message.text': 'hello' }));
    expect(explain(trace)[0]).toBe('“Asked for a person” cannot be decided yet; unknown: asked for a person.');
    expect(explain(trace)).toContain('“Two attempts did not help” matched: attempts that did not help: 2 (observed).');
    expect(explainRow(trace.find((row) => row.triggerId === 'wrong_charge')!)).toMatch(
      /did not match: .* does not say it, would have to mention/,
    );
  });
});

describe('[T17] a trigger that ends the list', () => {
  const holds = is('f', 'eq', 1);
  const given = facts({ f: 1, g: 2 });
  const ending = (id: string, when: When, actions: TriggerAction[]): Trigger => ({
    ...aTrigger(when, actions, id),
    ends: true,
  });

  test('[T17] is the last that counts where it matches, and what is below is shown and does nothing', () => {
    const triggers = [
      aTrigger(holds, [{ do: 'add_skill', skill: 'above' }], 'above'),
      ending('last', holds, [{ do: 'ask_clarifying' }]),
      aTrigger(holds, [{ do: 'escalate' }, { do: 'set_queue', queue: 'billing' }], 'below'),
      ending('other', is('f', 'eq', 2), []),
    ];
    const { decision, trace } = evaluate({ triggers }, given);
    expect(decision).toMatchObject({ action: 'clarify', because: ['last', 'above'], queue: null, skills: ['above'] });
    const below = trace.find(({ triggerId }) => triggerId === 'below');
    expect(below?.outcome).toBe('matched');
    expect(below?.actions.map(({ fired, withheld }) => ({ fired, withheld }))).toEqual([
      { fired: false, withheld: 'ended' },
      { fired: false, withheld: 'ended' },
    ]);
    expect(explain(trace)).toContain('“below” matched: f: 1 (observed). It did nothing: one above it ends the list.');
    // Asked again of the trace alone, it is the same.
    expect(evaluate({ triggers: triggersOf(trace) ?? [] }, factsOf(trace)).decision).toEqual(decision);
  });

  test('[T17] ends nothing where it does not match, waits for a fact, or is switched off', () => {
    const then = aTrigger(holds, [{ do: 'escalate' }], 'then');
    for (const first of [
      ending('first', is('f', 'eq', 2), [{ do: 'ask_clarifying' }]),
      ending('first', is('unknown', 'eq', 2), [{ do: 'ask_clarifying' }]),
      { ...ending('first', holds, [{ do: 'ask_clarifying' }]), enabled: false },
    ])
      expect(evaluate({ triggers: [first, then] }, given).decision.action).toBe('escalate');
  });

  test('[T17] where every one does, the first that matches decides alone', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { minLength: 1, maxLength: 6 }), (wanted) => {
        const triggers = wanted.map((n, i) => ending(`t${i}`, is('f', 'eq', n), [{ do: 'add_skill', skill: `s${i}` }]));
        const first = wanted.indexOf(1);
        expect(evaluate({ triggers }, given).decision.skills).toEqual(first < 0 ? [] : [`s${first}`]);
      }),
      { seed: 17, numRuns: 200 },
    );
  });

  test('[T3] [T17] never stands before whoever asks for a person', () => {
    const triggers = [
      ending('first', holds, []),
      { ...ending('explicit_wish', holds, [{ do: 'add_skill', skill: 'x' }]) },
    ];
    const asked = evaluate(
      { triggers: [...triggers, aTrigger(holds, [{ do: 'add_skill', skill: 'y' }], 'more')] },
      {
        ...given,
        ...facts({ 'message.wants_person': true }),
      },
    );
    expect(asked.decision).toMatchObject({ action: 'escalate', skills: ['x'] });
  });
});

const value: fc.Arbitrary<FactValue> = fc.oneof(
  fc.constantFrom('a', 'b'),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.constantFrom('a', 'b')),
);
const name = fc.constantFrom('f', 'g', 'h', '__proto__', 'toString');
const { when } = fc.letrec<{ when: When }>((tie) => ({
  when: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({ kind: fc.constant('condition' as const), fact: name, op: fc.constantFrom(...OPERATORS), value }),
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('when'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constant('not' as const), of: tie('when') }),
  ),
}));
const someFacts = fc.dictionary(
  name,
  fc.record({
    value,
    provenance: fc.constantFrom('claimed' as const, 'observed' as const),
    at: fc.nat(),
    source: fc.constant('s'),
  }),
);

test('[T2] a trace evaluates to itself', () => {
  fc.assert(
    fc.property(fc.array(when, { maxLength: 4 }), someFacts, (whens, given) => {
      const triggers = whens.map((one, i) =>
        aTrigger(one, [{ do: i % 2 ? 'escalate' : 'ask_clarifying' }, { do: 'set_class', class: 0 }], `t${i}`),
      );
      if (triggers[1] !== undefined) triggers[1].ends = true;
      const first = evaluate({ triggers }, given);
      expect(evaluate({ triggers }, factsOf(first.trace))).toEqual(first);
      expect(evaluate({ triggers }, given)).toEqual(first);
      expect(explain(first.trace).length).toBeLessThanOrEqual(first.trace.length);
    }),
    { seed: 7, numRuns: 300 },
  );
});
