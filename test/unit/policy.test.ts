import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outlook } from '#domain/confidence/answer-costs.ts';
import { DEFAULT_ROUTES } from '#domain/routing/choose-queue.ts';
import type { Calendar } from '#domain/sla/calendar.ts';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import { evaluate } from '#domain/triggers/evaluate.ts';
import type { Facts, FactValue } from '#domain/triggers/fact.ts';
import { FACT_NAMES, type FactName } from '#domain/triggers/fact-names.ts';
import { FACT_TYPES, OPERATORS_OF } from '#domain/triggers/fact-types.ts';
import { changesOf, costOf, nearestChange, triggersOf, withChanges } from '#domain/triggers/nearest.ts';
import {
  type Condition,
  MAX_WHEN_DEPTH,
  OPERATORS,
  type Operator,
  type Trigger,
  type TriggerAction,
  type When,
} from '#domain/triggers/policy.ts';
import { policyDiff, sayChange } from '#domain/triggers/policy-diff.ts';
import { differs, MAX_EXAMPLES, policyEffect } from '#domain/triggers/policy-effect.ts';
import { isTooDeep, MAX_CONDITIONS, MAX_TRIGGERS, policyProblems } from '#domain/triggers/policy-problems.ts';
import { evaluateForTurn } from '#domain/triggers/turn-evaluation.ts';
import { policyTriggers } from '#protocol/policy.ts';
import { sayIssue } from '#protocol/say-issue.ts';
import { nearestWords } from '../../widget/console/context/nearest-words.ts';
import {
  conditionOn,
  decisionWords,
  draftsOf,
  newTrigger,
  numberOf,
  triggersOf as savedTriggers,
  valueFor,
} from '../../widget/console/settings/policy-draft.ts';
import { drawnFacts, drawnPolicy } from '../eval/policy/drawn.ts';
import { aDemoDesk, Talk } from '../support/talk.ts';

const QUEUES = ['general', 'billing', 'technical'];
const is = (fact: string, op: Operator, value: FactValue): Condition => ({ kind: 'condition', fact, op, value });
const calm = is('message.frustration', 'lt', 0.2);
const aTrigger = (over: Partial<Trigger> = {}): Trigger => ({
  id: 'one',
  label: 'One',
  layer: 'rules',
  when: calm,
  actions: [{ do: 'offer_human' }],
  enabled: true,
  ...over,
});
const problemsOf = (...triggers: Trigger[]) =>
  policyProblems(triggers, QUEUES).map(({ path, message }) => `${path}: ${message}`);
const facts = (values: Record<string, FactValue>): Facts =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, provenance: 'observed', at: 1000, source: 'test' }]),
  );
const nested = (depth: number): When => (depth === 0 ? calm : { kind: 'not', of: nested(depth - 1) });

describe('[T10] a policy is told what is wrong with it, at the spot', () => {
  test('[T10] nothing is wrong with the one that everybody starts with', () => {
    expect(problemsOf(...DEFAULT_POLICY.triggers)).toEqual([]);
  });

  test.each<[string, Trigger[], string]>([
    ['an unknown fact', [aTrigger({ when: is('page.mood', 'eq', 1) })], 'triggers.0.when.fact'],
    ['a name that every object has', [aTrigger({ when: is('constructor', 'eq', 1) })], 'triggers.0.when.fact'],
    ['an operator that does not fit', [aTrigger({ when: is('account.tier', 'gt', 3) })], 'triggers.0.when.op'],
    ['text that is compared whole', [aTrigger({ when: is('message.text', 'eq', 'x') })], 'triggers.0.when.op'],
    ['a number that is none', [aTrigger({ when: is('page.errors', 'gte', '1') })], 'triggers.0.when.value'],
    ['half an error', [aTrigger({ when: is('page.errors', 'gte', 1.5) })], 'triggers.0.when.value'],
    ['a share above one', [aTrigger({ when: is('message.frustration', 'gte', 45) })], 'triggers.0.when.value'],
    ['a tone below the lowest', [aTrigger({ when: is('message.sentiment', 'lt', -2) })], 'triggers.0.when.value'],
    ['a yes that is a text', [aTrigger({ when: is('message.in_scope', 'eq', 'yes') })], 'triggers.0.when.value'],
    ['no phrase', [aTrigger({ when: is('message.text', 'contains', []) })], 'triggers.0.when.value'],
    ['an empty phrase', [aTrigger({ when: is('message.text', 'contains', ['x', ' ']) })], 'triggers.0.when.value'],
    ['a long phrase', [aTrigger({ when: is('message.text', 'contains', 'x'.repeat(121)) })], 'triggers.0.when.value'],
    [
      'an empty group',
      [aTrigger({ when: { kind: 'any', of: [calm, { kind: 'all', of: [] }] } })],
      'triggers.0.when.of.1.of',
    ],
    [
      'something wrong under NOT',
      [aTrigger(), aTrigger({ id: 'two', when: { kind: 'not', of: { kind: 'all', of: [calm, is('x', 'eq', 1)] } } })],
      'triggers.1.when.of.of.1.fact',
    ],
    ['an id twice', [aTrigger(), aTrigger()], 'triggers.1.id'],
    ['an id with a blank', [aTrigger({ id: 'a b' })], 'triggers.0.id'],
    ['no name', [aTrigger({ label: ' ' })], 'triggers.0.label'],
    ['no action', [aTrigger({ actions: [] })], 'triggers.0.actions'],
    [
      'an unknown action',
      [aTrigger({ actions: [{ do: 'explode' } as unknown as TriggerAction] })],
      'triggers.0.actions.0.do',
    ],
    [
      'a queue that is not there',
      [aTrigger({ actions: [{ do: 'escalate' }, { do: 'set_queue', queue: 'sales' }] })],
      'triggers.0.actions.1.queue',
    ],
    [
      'a skill that is none',
      [aTrigger({ actions: [{ do: 'add_skill', skill: 'a > b | c' }] })],
      'triggers.0.actions.0.skill',
    ],
    [
      'too deep',
      [aTrigger({ when: nested(MAX_WHEN_DEPTH + 1) })],
      `triggers.0.when${'.of'.repeat(MAX_WHEN_DEPTH + 1)}`,
    ],
    [
      'too many conditions',
      [aTrigger({ when: { kind: 'all', of: Array.from({ length: MAX_CONDITIONS + 1 }, () => calm) } })],
      'triggers.0.when',
    ],
    ['too many', Array.from({ length: MAX_TRIGGERS + 1 }, (_, n) => aTrigger({ id: `t${n}` })), 'triggers'],
  ])('[T10] %s', (_, triggers, path) => {
    const problems = policyProblems(triggers, QUEUES);
    expect(problems.map((one) => one.path)).toEqual([path]);
    expect(problems[0]?.message).toMatch(/\.$/);
  });

  test('[T10] the deepest group that is looked into is still right', () => {
    expect(problemsOf(aTrigger({ when: nested(MAX_WHEN_DEPTH) }))).toEqual([]);
  });

  test('[T10] every fact has a type, and with every operator of its type there is a value that is right', () => {
    expect(Object.keys(FACT_TYPES).sort()).toEqual(Object.keys(FACT_NAMES).sort());
    for (const [name, type] of Object.entries(FACT_TYPES)) {
      for (const op of OPERATORS) {
        const value =
          op === 'in' || op === 'contains' ? ['x'] : { text: 'x', name: 'x', yes_no: true, number: 0 }[type.kind];
        const wrong = problemsOf(aTrigger({ when: is(name as FactName, op, value) }));
        expect(wrong.length, `${name} ${op}: ${wrong}`).toBe(OPERATORS_OF[type.kind].includes(op) ? 0 : 1);
      }
    }
  });

  test('[T10] what has no shape of a policy is refused by the wire, at the spot too', () => {
    const pathsOf = (value: unknown) => {
      const read = policyTriggers.safeParse(value, { error: sayIssue });
      return read.success ? [] : read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    };
    expect(pathsOf(JSON.parse(JSON.stringify(DEFAULT_POLICY.triggers)))).toEqual([]);
    expect(pathsOf([aTrigger({ when: { kind: 'all', of: [calm, { kind: 'xor' } as unknown as When] } })])).toEqual([
      '0.when.of.1.kind: must be one of “condition”, “all”, “any”, “not”',
    ]);
    expect(pathsOf([{ ...aTrigger(), mood: 1 }])[0]).toMatch(/^0: has a field that is not known/);
    expect(pathsOf([aTrigger({ actions: [{ do: 'explode' } as unknown as TriggerAction] })])[0]).toMatch(
      /^0\.actions\.0\.do: must be one of/,
    );
    expect(pathsOf([aTrigger({ when: is('page.errors', 'regex' as Operator, 1) })])[0]).toMatch(
      /^0\.when\.op: must be one of/,
    );
  });

  test('[T10] nesting without end is refused, and does not end the stack', () => {
    let tree: unknown = calm;
    for (let i = 0; i < 50_000; i++) tree = { kind: 'not', of: tree };
    expect(isTooDeep([{ when: tree }])).toBe(true);
    const read = policyTriggers.safeParse([{ ...aTrigger(), when: tree }]);
    expect(read.success).toBe(false);
    // What is only a little too deep is told where.
    expect(policyTriggers.safeParse([aTrigger({ when: nested(MAX_WHEN_DEPTH + 1) })]).success).toBe(true);
  });
});

describe('[T11] what differs between two versions', () => {
  const [one, two, three] = [
    aTrigger(),
    aTrigger({ id: 'two', label: 'Two' }),
    aTrigger({ id: 'three', label: 'Three' }),
  ];
  const said = (before: Trigger[], after: Trigger[]) => policyDiff(before, after).map(sayChange);

  test('[T11] is told by the triggers’ names', () => {
    expect(said([one, two, three], [one, two, three])).toEqual([]);
    expect(said([one, two], [one, { ...three }])).toEqual(['added “Three”', 'removed “Two”']);
    expect(said([one], [{ ...one, label: 'Uno', enabled: false, when: is('page.errors', 'gte', 1) }])).toEqual([
      'changed “Uno”: name, conditions, switched off',
    ]);
    expect(said([one], [{ ...one, actions: [{ do: 'escalate' }] }])).toEqual(['changed “One”: what it does']);
    expect(said([one], [{ ...one, ends: true }])).toEqual(['changed “One”: whether it ends the list']);
  });

  test('[T11] one that moved is one change, and not one of each that it passed', () => {
    expect(said([one, two, three], [three, one, two])).toEqual(['moved “Three”']);
    expect(said([one, two, three], [two, three, one])).toEqual(['moved “One”']);
  });

  test('[T11] nothing is told only of what is the same', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(9), fc.nat(9), (rules, a, b) => {
        const [before, after] = [drawnPolicy(rules, a).triggers, drawnPolicy(rules, b).triggers];
        expect(policyDiff(before, after).length === 0).toBe(JSON.stringify(before) === JSON.stringify(after));
      }),
      { numRuns: 60, seed: 14 },
    );
  });
});

describe('[T14] the effect of another policy', () => {
  const past = (values: Record<string, FactValue>, n = 1) => ({
    conversationId: `cnv_${n}`,
    subject: null,
    at: n,
    facts: facts(values),
  });
  const onErrors = aTrigger({ id: 'errors', label: 'Errors', when: is('page.errors', 'gte', 2) });
  const sooner = { ...onErrors, when: is('page.errors', 'gte', 1) };

  test('[T14] is counted beside the one in force, with its triggers and conversations', () => {
    const effect = policyEffect(
      [past({ 'page.errors': 1 }, 1), past({ 'page.errors': 2 }, 2), past({ 'page.errors': 0 }, 3)],
      [onErrors],
      [sooner],
    );
    expect(effect).toMatchObject({
      looked: 3,
      otherwise: 1,
      moves: [{ from: 'none', to: 'offer_human', count: 1 }],
      triggers: [{ id: 'errors', label: 'Errors', how: 'now', count: 1 }],
      examples: [{ conversationId: 'cnv_1', was: { action: 'none' }, now: { action: 'offer_human' } }],
    });
  });

  test('[T14] a trigger that is gone is named, and one that changed what it does', () => {
    const rows = [past({ 'page.errors': 2 })];
    expect(policyEffect(rows, [onErrors], []).triggers).toEqual([
      { id: 'errors', label: 'Errors', how: 'no_longer', count: 1 },
    ]);
    const escalating = {
      ...onErrors,
      actions: [{ do: 'offer_human' }, { do: 'set_queue', queue: 'billing' }],
    } as Trigger;
    expect(policyEffect(rows, [onErrors], [escalating]).triggers).toEqual([
      { id: 'errors', label: 'Errors', how: 'otherwise', count: 1 },
    ]);
  });

  test('[T14] the same decision for another reason is no difference', () => {
    const renamed = { ...onErrors, id: 'other' };
    expect(policyEffect([past({ 'page.errors': 2 })], [onErrors], [renamed])).toMatchObject({ otherwise: 0 });
  });

  test('[T14] counts all, and names no more than can be read', () => {
    const rows = Array.from({ length: MAX_EXAMPLES + 30 }, (_, n) => past({ 'page.errors': 1 }, n));
    const effect = policyEffect(rows, [onErrors], [sooner]);
    expect([effect.otherwise, effect.examples.length]).toEqual([MAX_EXAMPLES + 30, MAX_EXAMPLES]);
  });

  test('[T14] no policy differs from itself', () => {
    for (let n = 0; n < 50; n++) {
      const { triggers } = drawnPolicy(20, n);
      expect(policyEffect([past({}), { ...past({}), facts: drawnFacts(n, 3) }], triggers, triggers).otherwise).toBe(0);
    }
  });
});

describe('[T15] the nearest change', () => {
  const look = (triggers: Trigger[], given: Facts) => nearestChange(evaluate({ triggers }, given).trace);

  test('[T15] is one failed request more, where that would have offered a person', () => {
    const triggers = [aTrigger({ when: is('page.failed_requests', 'gte', 2) })];
    expect(look(triggers, facts({ 'page.failed_requests': 1, 'message.wants_person': false }))).toEqual({
      changes: [{ fact: 'page.failed_requests', op: 'gte', from: 1, wasKnown: true, to: 2 }],
      action: 'offer_human',
    });
  });

  test('[T15] asks all conditions on a fact anew, and tells nothing impossible', () => {
    const between = { kind: 'all', of: [is('page.errors', 'gte', 2), is('page.errors', 'lt', 2)] } as const;
    const found = look([aTrigger({ when: between as unknown as When })], facts({ 'page.errors': 0 }));
    expect(found?.changes.map(({ fact }) => fact)).toEqual(['message.wants_person']);
  });

  test('[T15] tells of no count below nothing', () => {
    const always = aTrigger({ when: is('page.errors', 'gte', 0), actions: [{ do: 'offer_human' }] });
    const given = facts({ 'page.errors': 0, 'message.wants_person': false });
    expect(look([always], given)?.changes.map(({ fact }) => fact)).toEqual(['message.wants_person']);
  });

  test('[T15] takes two facts where one is not enough', () => {
    const both: When = { kind: 'all', of: [is('page.errors', 'gte', 1), is('attempts.failed', 'gte', 1)] };
    const found = look(
      [aTrigger({ when: both })],
      facts({ 'page.errors': 0, 'attempts.failed': 0, 'message.wants_person': false }),
    );
    // Asking for a person is one change, and always there.
    expect(found).toMatchObject({ changes: [{ fact: 'message.wants_person' }], action: 'escalate' });
    const wished = look(
      [
        aTrigger({ when: is('page.errors', 'gte', 1), actions: [{ do: 'escalate' }] }),
        aTrigger({ id: 'two', when: is('attempts.failed', 'gte', 1), actions: [{ do: 'escalate' }] }),
      ],
      facts({ 'page.errors': 1, 'attempts.failed': 1, 'message.wants_person': false }),
    );
    expect(wished).toMatchObject({
      changes: [
        { fact: 'page.errors', to: 0 },
        { fact: 'attempts.failed', to: 0 },
      ],
      action: 'none',
    });
  });

  test('[T15] the trace alone tells the policy that made it, whatever it is', () => {
    for (let n = 0; n < 200; n++) {
      const given = drawnFacts(n, 5);
      const policy = drawnPolicy(12, n);
      const { decision, trace } = evaluate(policy, given);
      const again = triggersOf(JSON.parse(JSON.stringify(trace)));
      expect(evaluate({ triggers: again ?? [] }, given).decision).toEqual(decision);
    }
  });

  test('[T15] a trace of an older version tells none', () => {
    const { trace } = evaluate(DEFAULT_POLICY, facts({ 'page.errors': 0 }));
    expect(nearestChange(trace.map(({ shape: _, ...row }) => row))).toBeNull();
    expect(nearestChange(trace.map((row) => ({ ...row, shape: '[omitted]' as never })))).toBeNull();
  });

  test('[T15] nothing smaller and nothing nearer would have done, tried by force', () => {
    let [one, two, none] = [0, 0, 0];
    for (let n = 0; n < 300; n++) {
      const given = { ...drawnFacts(n, 11) };
      // With the wish open one change always does.
      if (n % 3 > 0) given['message.wants_person'] = { value: true, provenance: 'inferred', at: 1, source: 'drawn' };
      const policy = drawnPolicy(1 + (n % 4), n);
      const { decision, trace } = evaluate(policy, given);
      const changes = changesOf(trace);
      const sets = [
        ...changes.map((change) => [change]),
        ...changes.flatMap((a, i) => changes.slice(i + 1).flatMap((b) => (a.fact === b.fact ? [] : [[a, b]]))),
      ];
      const cost = (set: typeof changes) => set.length * 1e6 + set.reduce((sum, change) => sum + costOf(change), 0);
      const working = sets
        .filter((set) => evaluate(policy, withChanges(given, set)).decision.action !== decision.action)
        .map(cost);
      const found = nearestChange(trace);
      if (found === null) expect(working).toEqual([]);
      else {
        expect(evaluate(policy, withChanges(given, found.changes)).decision.action).toBe(found.action);
        expect(found.action).not.toBe(decision.action);
        expect(cost(found.changes)).toBeCloseTo(Math.min(...working), 6);
      }
      if (found === null) none += 1;
      else if (found.changes.length === 1) one += 1;
      else two += 1;
    }
    expect(Math.min(one, two, none)).toBeGreaterThan(3);
  });
});

describe('[T12] [T13] what is kept of a turn', () => {
  const noisy = {
    ...DEFAULT_POLICY,
    version: 2,
    triggers: [aTrigger({ when: is('message.text', 'contains', 'card') })],
  };

  test('[T13] the policy in shadow is asked, and nothing follows from it', () => {
    const alone = new Talk().says('Why was my card declined?');
    const beside = new Talk({ desk: aDemoDesk({ shadow: noisy }) }).says('Why was my card declined?');
    const { evaluations, ...follows } = beside;
    expect(follows).toEqual({ ...alone, evaluations: undefined });
    expect(evaluations.map(({ which }) => which)).toEqual(['message', 'attempt']);
    for (const { policyVersion, decision, shadow } of evaluations) {
      expect([policyVersion, decision.action]).toEqual([1, 'none']);
      expect(shadow).toMatchObject({ version: 2, decision: { action: 'offer_human', because: ['one'] } });
    }
    const same = new Talk({ desk: aDemoDesk({ shadow: { ...DEFAULT_POLICY, version: 3 } }) }).says(
      'Why was my card declined?',
    );
    expect(same.evaluations.map(({ shadow }) => shadow)).toEqual([
      { version: 3, decision: null },
      { version: 3, decision: null },
    ]);
  });

  test('[T12] each is enough to decide again', () => {
    for (const text of ['Why was my card declined?', 'hello', 'I was charged twice', 'let me talk to a human']) {
      const { evaluations } = new Talk().says(text);
      expect(evaluations.length).toBeGreaterThan(0);
      for (const { facts: given, decision } of evaluations)
        expect(evaluate(DEFAULT_POLICY, given).decision).toEqual(decision);
    }
  });

  test('[G13] with how old the conversation is, as we saw it, and the language of the browser, as the page says', () => {
    const { facts: known } = new Talk({ area: 'billing' }).says('hello').evaluations[0]!;
    expect(known['page.language']).toMatchObject({ value: 'en', provenance: 'claimed' });
    expect(known['conversation.age_minutes']).toMatchObject({ value: expect.any(Number), provenance: 'observed' });
    expect(new Talk({ area: null }).says('hello').evaluations[0]!.facts).not.toHaveProperty(['page.language']);
  });

  test('[G13] with whether support is open, by the hours of the queue that everything else goes to', () => {
    // A Tuesday.
    const week = { sunday: [{ from: '03:00', to: '04:00' }] };
    const hours: Calendar = { kind: 'weekly', zone: 'UTC', week, exceptions: [] };
    const isOpen = (closed: string) => {
      const desk = aDemoDesk();
      const queues = desk.queues.map((queue) => (queue.slug === closed ? { ...queue, hours } : queue));
      return new Talk({ desk: { ...desk, queues } }).says('hello').evaluations[0]!.facts['support.open']?.value;
    };
    expect([isOpen(DEFAULT_ROUTES.fallback), isOpen('engineering')]).toEqual([false, true]);
  });

  test('[G13] [G38] with how many wait and for how long, as the queue says; where it says nothing, it is not known', () => {
    const known = (outlook: Outlook | null) => {
      const facts = new Talk({ outlook }).says('hello').evaluations[0]!.facts;
      return ['support.waiting', 'support.wait_minutes'].map((name) => facts[name]?.value);
    };
    expect(known({ waiting: 3, waitMinutes: 12 })).toEqual([3, 12]);
    expect(known({ waiting: 0, waitMinutes: null })).toEqual([0, undefined]);
    expect(known(null)).toEqual([undefined, undefined]);
  });

  test('[G13] with whether the visitor wrote before; where nobody can say, it is not known', () => {
    const wrote = (wroteBefore: boolean | null) => {
      const talk = new Talk();
      talk.state = { ...talk.state, wroteBefore };
      return talk.says('hello').evaluations[0]!.facts['conversation.repeat_contact']?.value;
    };
    expect([wrote(true), wrote(false), wrote(null)]).toEqual([true, false, undefined]);
  });

  test('[T12] without secrets', () => {
    const { kept } = evaluateForTurn(
      { policy: DEFAULT_POLICY, shadow: null },
      'message',
      facts({ 'message.text': 'my password is hunter2secret, card 4242 4242 4242 4242' }),
    );
    expect(JSON.stringify(kept.facts)).not.toMatch(/4242|hunter2secret/);
    expect(kept.shadow).toBeNull();
  });
});

describe('a policy in words, on the console', () => {
  const said = (triggers: Trigger[], given: Facts) => {
    const found = nearestChange(evaluate({ triggers }, given).trace);
    return found === null ? null : nearestWords(found);
  };
  test.each<[string, Condition, FactValue]>([
    ['One failed request more, and a person would have been offered.', is('page.failed_requests', 'gte', 2), 1],
    ['Three errors on the page more, and a person would have been offered.', is('page.errors', 'gt', 4), 2],
    ['One answer that did not help fewer, and nobody would have been brought in.', is('attempts.failed', 'gte', 1), 1],
    [
      'Frustration 0.45 instead of 0.30, and a person would have been offered.',
      is('message.frustration', 'gte', 0.45),
      0.3,
    ],
    [
      'Tier “enterprise” instead of “pro”, and a person would have been offered.',
      is('account.tier', 'in', ['enterprise']),
      'pro',
    ],
    [
      'Without the open payment dispute, nobody would have been brought in.',
      is('account.open_dispute', 'eq', true),
      true,
    ],
    [
      '“lawyer” in the message, and a person would have been offered.',
      is('message.text', 'contains', ['lawyer']),
      'hello',
    ],
    [
      'A message in other words, and nobody would have been brought in.',
      is('message.text', 'contains', ['lawyer']),
      'my lawyer',
    ],
  ])('[T15] %s', (words, when, value) => {
    expect(said([aTrigger({ when })], facts({ [when.fact]: value }))?.toLowerCase()).toBe(words.toLowerCase());
  });

  test('a new trigger gets an id of its name, and an old one keeps its own', () => {
    const [one, two, three] = [newTrigger(), newTrigger(), newTrigger()];
    const made = savedTriggers([
      ...draftsOf([aTrigger({ id: 'legal_words', label: 'Renamed' })]),
      { ...one, label: ' Legal words! ' },
      { ...two, label: '退款' },
      { ...three, label: '24 h later', when: is('message.text', 'contains', [' a ', '', 'b']) },
    ]);
    expect(made.map(({ id }) => id)).toEqual(['legal_words', 'legal_words_2', 'trigger', 'h_later']);
    expect(made[3]?.when).toEqual(is('message.text', 'contains', ['a', 'b']));
    expect(policyProblems(made.slice(0, 1), QUEUES)).toEqual([]);
  });

  test('what is begun with is right but for what nobody can know', () => {
    for (const name of Object.keys(FACT_NAMES)) {
      const condition = conditionOn(name);
      const wrong = problemsOf(aTrigger({ when: condition }));
      const isOpen = condition.op === 'contains' || (condition.op === 'eq' && condition.value === '');
      expect(wrong.length, `${name}: ${wrong}`).toBe(isOpen ? 1 : 0);
    }
  });

  test('a number is one only when it reads as one', () => {
    expect(['1', '0.5', '-3', '', ' ', '1e', 'x'].map(numberOf)).toEqual([1, 0.5, -3, '', ' ', '1e', 'x']);
    expect(valueFor('account.tier', 'eq', ['a', 'b'])).toBe('a');
    expect(valueFor('account.tier', 'in', 'a')).toEqual(['a']);
  });

  test('a decision is a sentence', () => {
    const { decision } = evaluate(DEFAULT_POLICY, facts({ 'message.text': 'we got hacked' }));
    expect(
      decisionWords(decision, [{ slug: 'technical', name: 'Technical' }], new Map([['security_report', 'Breach']])),
    ).toBe(
      'It is handed over to a person, to Technical, severity critical, before everything else, nothing is answered automatically: “Breach”.',
    );
  });
});

test('[T13] decisions differ when what follows from them does', () => {
  const { decision } = evaluate(DEFAULT_POLICY, facts({ 'message.text': 'hello' }));
  expect(differs(decision, { ...decision, because: ['x'] })).toBe(false);
  expect(differs(decision, { ...decision, skills: ['x'] })).toBe(true);
});
