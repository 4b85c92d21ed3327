import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { DEFAULT_RANK_POLICY, type RankTerm } from '#domain/priority/rank.ts';
import { needsKeyOf, type PathStep } from '#domain/queue/path.ts';
import { settingsProblems } from '#domain/queue/settings-problems.ts';
import { mayTake, parseSkills } from '#domain/routing/skill.ts';
import { DEFAULT_SLA_POLICY } from '#domain/sla/policy.ts';
import {
  MAX_QUEUE_NAME_CHARS,
  type NamedSettings,
  namedSettings,
  type QueuePreview,
  type QueueSettingsAnswer,
  queueSettings,
  storedQueueSettings,
} from '#protocol/queue-settings.ts';
import { type SlaPolicyAnswer, slaPolicyChange, slaPolicySchema } from '#protocol/sla.ts';
import { changedPaths, mergeOnto, wordsAt } from '../../widget/console/settings/catalogue.ts';
import {
  DEFAULT_SETTINGS,
  type Draft,
  defaultDraftOf,
  draftOf,
  newArea,
  newStep,
  placeIssues,
  readDraft,
} from '../../widget/console/settings/draft.ts';
import { durationText, parseDuration } from '../../widget/console/settings/durations.ts';
import { FIELDS, type Field, GROUPS, NAME_FIELD, TIER_FIELD } from '../../widget/console/settings/fields.ts';
import { hoursText, isZone, parseHours } from '../../widget/console/settings/hours.ts';
import { openNewQueueForm } from '../../widget/console/settings/new-queue-form.ts';
import { leavingWords, previewRows, previewSummary, sumRows } from '../../widget/console/settings/preview-rows.ts';
import {
  newCalendar,
  newException,
  PROMISES,
  type PromiseDraft,
  placePromiseIssues,
  promiseDraftOf,
  readPromises,
} from '../../widget/console/settings/promise-draft.ts';
import { PROMISE_FIELDS } from '../../widget/console/settings/promise-fields.ts';
import { openPromiseForm } from '../../widget/console/settings/promise-form.ts';
import { promisePreviewSummary } from '../../widget/console/settings/promise-words.ts';
import { pathsOfGroup, QUEUE } from '../../widget/console/settings/queue-catalogue.ts';
import { openQueueForm } from '../../widget/console/settings/queue-form.ts';
import type { SettingsApi } from '../../widget/console/settings/settings-api.ts';
import { parseNumber, readText } from '../../widget/console/settings/text.ts';

const MAYA = { id: 'agt_maya0000', name: 'Maya' };
const BILLING = { id: 'que_billing0', name: 'Billing', tier: 1, asks: [], agents: [MAYA] };
const GENERAL = { id: 'que_general0', name: 'General', tier: 1, asks: [], agents: [MAYA] };
const QUEUES = [BILLING, GENERAL];
const DEFAULT_DRAFT = defaultDraftOf(BILLING);
const AS_BILLING: NamedSettings = { ...DEFAULT_SETTINGS, name: 'Billing', tier: 1 };
const read = (draft: Draft) => readDraft(draft, BILLING, QUEUES);
const withValues = (values: Record<string, string>): Draft => ({
  ...DEFAULT_DRAFT,
  values: { ...DEFAULT_DRAFT.values, ...values },
});
const issuesOf = (draft: Draft): string[] => {
  const result = read(draft);
  return result.ok ? [] : result.issues.map(({ path, message }) => `${path}: ${message}`);
};

describe('a duration', () => {
  test.each([
    [90_000, '90 s'],
    [60_000, '1 min'],
    [600_000, '10 min'],
    [5_400_000, '1 h 30 min'],
    [150_000, '2 min 30 s'],
    [86_400_000, '1 d'],
    [1500, '1.5 s'],
    [0, '0 s'],
  ])('%i ms is written %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  test.each([
    ['90s', 90_000],
    [' 1h30min ', 5_400_000],
    ['1.5 h', 5_400_000],
    ['2 Minutes', 120_000],
    ['250 ms', 250],
    ['0', 0],
    ['90', null],
    ['', null],
    ['soon', null],
    ['5 parsecs', null],
    ['-5 s', null],
    ['5 s or so', null],
  ])('%j is read as %j', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test('what is written is read back, for every duration that may be set', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 * 86_400_000 }), (ms) => {
        expect(parseDuration(durationText(ms))).toBe(ms);
      }),
    );
  });
});

test.each([
  ['1,000', 1000],
  ['50000', 50_000],
  ['7.5', 7.5],
  ['−10', -10],
  ['1,5', null],
  ['1e3', null],
  ['', null],
  ['ten', null],
])('the number %j is read as %j', (text, value) => {
  expect(parseNumber(text)).toBe(value);
});

const minutes = fc.integer({ min: 0, max: 1000 }).map((n) => n / 4);
const ms = fc.integer({ min: 1000, max: 30 * 86_400_000 });
/** The more urgent, the sooner. */
const severities = fc
  .tuple(minutes, minutes, minutes, minutes)
  .map((all) => all.sort((a, b) => b - a))
  .map(([low, normal, high, critical]) => ({ low, normal, high, critical }));
const steps = fc
  .array(
    fc.tuple(
      ms,
      fc.boolean(),
      fc.oneof(
        fc.record({
          do: fc.constant('raise' as const),
          minutes: fc.integer({ min: -1440, max: 1440 }).filter((one) => one !== 0),
        }),
        fc.record({ do: fc.constant('also_allow' as const), skills: fc.subarray(['api', 'billing>=3', 'vip']) }),
        fc.record({ do: fc.constant('relax' as const), to: fc.constantFrom(1, 2, 3) }),
        fc.record({ do: fc.constant('overflow' as const), to: fc.constant(GENERAL.id) }),
      ),
    ),
    { maxLength: 6 },
  )
  .map((all) =>
    all
      .sort(([a], [b]) => a - b)
      // Nothing comes behind a step that sends on, and nobody is added behind one that lets anybody take it.
      .filter((_, at, sorted) => sorted.slice(0, at).every(([, , step]) => step.do !== 'overflow'))
      .filter(
        ([, , { do: deed }], at, sorted) =>
          deed === 'raise' ||
          deed === 'overflow' ||
          sorted.slice(0, at).every(([, , step]) => step.do !== 'also_allow' || step.skills.length > 0),
      )
      // Nor by what one before it lets take it, or has dropped.
      .filter(([, , step], at, sorted) =>
        sorted
          .slice(0, at)
          .every(
            ([, , before]) =>
              !(step.do === 'relax' && before.do === 'relax' && step.to >= before.to) &&
              !(
                step.do === 'also_allow' &&
                before.do === 'also_allow' &&
                before.skills.every((one) => step.skills.includes(one))
              ),
          ),
      )
      .map(([afterMs, skip, step]) => ({ afterMs, ...(skip ? { skipWhenNobody: true } : {}), ...step })),
  );
const someSettings = fc.record({
  name: fc.constantFrom('Billing', 'Zahlungen & Verträge', 'B2B'),
  tier: fc.integer({ min: 1, max: 3 }),
  order: fc.constantFrom('due', 'strict'),
  rank: fc.record({
    targetMinutes: fc.record({ enterprise: severities, pro: severities, free: severities, unknown: severities }),
    contractValueOver: fc.record({ usdPerYear: fc.integer({ min: 0, max: 10_000_000 }), minutes }),
    atRiskMinutes: minutes,
    frustrated: fc.record({ over: fc.integer({ min: 0, max: 100 }).map((n) => n / 100), minutes }),
    unhappy: fc.record({ below: fc.integer({ min: -100, max: 0 }).map((n) => n / 100), minutes }),
    repeatContact: fc
      .tuple(minutes, minutes)
      .map(([a, b]) => ({ minutesEach: Math.min(a, b), atMost: Math.max(a, b) })),
    areaMinutes: fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,20}$/), minutes, { maxKeys: 4 }),
    renewalWithin: fc.record({ days: fc.integer({ min: 0, max: 3650 }), minutes }),
    openDisputeMinutes: minutes,
    failedRequestMinutes: minutes,
    incidentMinutes: minutes,
  }),
  choice: fc.constantFrom('longest_idle', 'least_loaded', 'most_spare', 'best_match', 'round_robin'),
  offerMs: ms,
  cooldownMs: ms,
  cost: fc.integer({ min: 1, max: 1000 }),
  perAgentLimit: fc.option(fc.integer({ min: 1, max: 5000 })),
  fairness: fc.option(fc.record({ count: fc.integer({ min: 1, max: 99 }), windowMs: ms })),
  relaxAfterMs: fc
    .array(ms, { maxLength: 3 })
    .map((all) => [...all.sort((a, b) => a - b), null, null, null].slice(0, 3)),
  path: steps,
  advanceOnLapse: fc.boolean(),
  maxWaiting: fc.option(fc.integer({ min: 1, max: 5000 })),
  silentMs: fc.option(ms),
  vanishedMs: fc.option(ms),
  wrapUpMs: ms,
  unansweredLimit: fc.integer({ min: 1, max: 100 }),
  asks: fc.subarray(['reproduction', 'environment', 'hypothesis']),
  tierMinutes: fc.option(fc.integer({ min: 1, max: 1000 }).map((n) => n / 2)),
  ownerId: fc.option(fc.constant(MAYA.id)),
  hoursId: fc.option(fc.constant('dublin')),
}) as unknown as fc.Arbitrary<NamedSettings>;

describe('settings in fields', () => {
  test('come out as they went in, and the wire takes them', () => {
    fc.assert(
      fc.property(someSettings, (settings) => {
        const result = read(draftOf(settings));
        expect(result).toEqual({ ok: true, settings });
        expect(namedSettings.parse(settings)).toEqual(settings);
      }),
    );
  });

  test('every value of the settings has a field', () => {
    const leaves = (value: unknown, path: string): string[] =>
      value !== null && typeof value === 'object' && !/^(path|asks|rank\.areaMinutes)$/.test(path)
        ? Object.entries(value).flatMap(([key, part]) => leaves(part, path === '' ? key : `${path}.${key}`))
        : [path];
    const all = leaves({ ...AS_BILLING, fairness: { count: 1, windowMs: 1000 } }, '');
    expect([...FIELDS.map(({ path }) => path), 'path', 'rank.areaMinutes'].sort()).toEqual(all.sort());
    expect(GROUPS.flatMap(({ id }) => pathsOfGroup(id)).sort()).toEqual(all.sort());
  });

  test('the defaults are those of the wire', () => {
    expect(DEFAULT_SETTINGS).toEqual(storedQueueSettings.parse({}));
    expect(read(DEFAULT_DRAFT)).toEqual({ ok: true, settings: AS_BILLING });
    expect(NAME_FIELD).toMatchObject({ maxChars: MAX_QUEUE_NAME_CHARS });
    const tiers = TIER_FIELD.kind === 'choice' ? TIER_FIELD.options.map(({ value }) => Number(value)) : [];
    expect(tiers).toEqual([0, 1, 2, 3, 4].filter((tier) => namedSettings.safeParse({ ...AS_BILLING, tier }).success));
  });

  const numeric = FIELDS.filter((field): field is Extract<Field, { min: number }> => 'min' in field);
  test.each(numeric.map((field) => [field.path, field] as const))('%s has the limits of the wire', (path, field) => {
    // What belongs together is there, so that only this value can be wrong.
    const whole = {
      ...storedQueueSettings.parse({}),
      fairness: { count: 1, windowMs: 1000 },
      relaxAfterMs: Array.from({ length: 3 }, () => Math.ceil(Math.max(0, field.min))),
    };
    const isTaken = (value: number): boolean => {
      const settings = structuredClone(whole) as unknown as Record<string, unknown>;
      const keys = path.split('.');
      const last = keys.pop() as string;
      const owner = keys.reduce((one, key) => one[key] as Record<string, unknown>, settings);
      owner[last] = value;
      return queueSettings.safeParse(settings).success;
    };
    const write = field.kind === 'duration' ? (n: number) => `${n} ms` : (n: number) => String(n);
    const share = field.kind === 'percent' ? 100 : 1;
    const values = [field.min - 1, field.min, field.max, field.max + 1].filter(
      (n) => Math.abs(n) < 1e15 && (n >= 0 || field.min < 0),
    );
    for (const n of values) expect([n, readText(field, write(n)).ok]).toEqual([n, isTaken(n / share)]);
    expect(readText(field, '').ok).toBe(field.never !== undefined);
    if (field.kind === 'whole') expect(readText(field, '2.5').ok).toBe(isTaken(2.5));
  });
});

describe('what is wrong is said where it is', () => {
  test.each([
    [{ name: ' ' }, 'name: This cannot be empty.'],
    [{ name: 'x'.repeat(61) }, 'name: At most 60 characters.'],
    [{ name: 'general' }, 'name: Another queue is called that.'],
    [{ offerMs: '30' }, 'offerMs: Say the unit too: “30 s” or “30 min”.'],
    [{ offerMs: 'soon' }, 'offerMs: Write a time such as “90 s”, “10 min” or “1 h 30 min”.'],
    [{ offerMs: '500 ms' }, 'offerMs: At least 1 s.'],
    [{ offerMs: '' }, 'offerMs: This cannot be empty.'],
    [{ cost: '1.5' }, 'cost: Write a whole number such as 3.'],
    [{ unansweredLimit: '101' }, 'unansweredLimit: At most 100.'],
    [{ 'rank.frustrated.over': '120' }, 'rank.frustrated.over: At most 100.'],
    [{ 'rank.targetMinutes.pro.high': 'x' }, 'rank.targetMinutes.pro.high: Write a number such as 15 or 7.5.'],
    [
      { 'fairness.count': '3' },
      'fairness.windowMs: A number of pieces and a window go together: fill in both, or neither.',
    ],
    [
      { 'fairness.windowMs': '1 h' },
      'fairness.count: A number of pieces and a window go together: fill in both, or neither.',
    ],
    [{ 'relaxAfterMs.1': '1 min' }, 'relaxAfterMs.1: It never comes to this while the one above it is never.'],
    [
      { 'relaxAfterMs.0': '2 min', 'relaxAfterMs.1': '1 min' },
      'relaxAfterMs.1: It cannot come before the one above it.',
    ],
    [
      { 'rank.targetMinutes.pro.critical': '16' },
      'rank.targetMinutes.pro.critical: Critical cannot be due later than high, which is due after 15 min.',
    ],
    [
      { 'rank.targetMinutes.free.normal': '480.5' },
      'rank.targetMinutes.free.normal: Normal cannot be due later than low, which is due after 480 min.',
    ],
    [
      { 'rank.repeatContact.atMost': '1' },
      'rank.repeatContact.atMost: One earlier conversation gives 2 min already. Without any, set each time to 0.',
    ],
  ])('%j', (values, issue) => {
    expect(issuesOf(withValues(values as Record<string, string>))).toEqual([issue]);
  });

  test('in rows too', () => {
    const area = (name: string, text: string) => ({ ...newArea(), area: name, minutes: text });
    expect(
      issuesOf({
        ...DEFAULT_DRAFT,
        areas: [area('billing', '1'), area(' billing', '2'), area('', '1'), area('api', '')],
      }),
    ).toEqual([
      'rank.areaMinutes.1.area: billing is there twice.',
      'rank.areaMinutes.2.area: Name the area, or remove the row.',
      'rank.areaMinutes.3.minutes: This cannot be empty.',
    ]);
    const step = (part: object) => ({ ...newStep(), after: '1 min', minutes: '5', ...part });
    expect(
      issuesOf({
        ...DEFAULT_DRAFT,
        steps: [
          step({ minutes: '2000' }),
          step({ after: '5' }),
          step({ do: 'also_allow', skills: 'api, not>good' }),
          step({ do: 'overflow' }),
        ],
      }),
    ).toEqual([
      'path.0.minutes: Between −1,440 and 1,440 minutes.',
      'path.1.afterMs: Say the unit too: “5 s” or “5 min”.',
      'path.2.skills: “not>good” is no skill. Write a name, with a level if it matters: api, api>=3.',
      'path.3.to: Choose a queue.',
    ]);
    expect(
      issuesOf({
        ...DEFAULT_DRAFT,
        steps: [step({ after: '5 min' }), step({ after: '1 min', do: 'overflow', to: BILLING.id })],
      }),
    ).toEqual([
      'path.1.afterMs: A step cannot come before the one above it.',
      'path.1.to: From there the work would come back to Billing.',
    ]);
  });

  test('topmost first', () => {
    const draft = { ...withValues({ wrapUpMs: 'x', cost: 'x', 'rank.atRiskMinutes': 'x' }), areas: [newArea()] };
    const result = read({ ...draft, steps: [newStep()] });
    const paths = result.ok ? [] : result.issues.map(({ path }) => path);
    expect(paths).toEqual([
      'rank.atRiskMinutes',
      'rank.areaMinutes.0.area',
      'rank.areaMinutes.0.minutes',
      'cost',
      'path.0.afterMs',
      'path.0.minutes',
      'wrapUpMs',
    ]);
  });

  test('the server’s words come to the control that they are about', () => {
    const draft = {
      ...DEFAULT_DRAFT,
      areas: [
        { ...newArea(), area: 'api' },
        { ...newArea(), area: 'billing' },
      ],
    };
    expect(
      placeIssues(
        [
          { path: 'rank.areaMinutes.billing', message: 'too big' },
          { path: 'path.0.skills.2', message: 'no skill' },
          { path: 'offerMs', message: 'Too small' },
        ],
        draft,
      ),
    ).toEqual([
      { path: 'rank.areaMinutes.1.minutes', message: 'Too big' },
      { path: 'path.0.skills', message: 'No skill' },
      { path: 'offerMs', message: 'Too small' },
    ]);
    expect(QUEUE.labelOf('path.2.to')).toBe('Step 3 of the path, queue');
    expect(QUEUE.labelOf('rank.targetMinutes.free.high')).toBe('Target for Free, high');
  });
});

describe('[Q11] a path', () => {
  const overflow = (to: string) => ({ afterMs: 1000, do: 'overflow' as const, to: to as never });
  const queue = (id: string, ...path: ReturnType<typeof overflow>[]) => ({
    id: id as never,
    name: id,
    tier: 1,
    asks: [],
    path,
  });
  test('that comes back over others is refused, one that only ends elsewhere is not', () => {
    const problems = (...queues: ReturnType<typeof queue>[]) =>
      settingsProblems(queue('a'), { ...AS_BILLING, asks: [], path: [overflow('b')] }, [queue('a'), ...queues]);
    expect(problems(queue('b', overflow('c')), queue('c', overflow('a')))).toEqual([
      { path: 'path.0.to', message: 'from there the work would come back to a.' },
    ]);
    expect(problems(queue('b', overflow('c')), queue('c', overflow('b')))).toEqual([]);
    expect(problems()).toEqual([{ path: 'path.0.to', message: 'this workspace has no such queue.' }]);
  });

  test('[E5] up to a tier that asks for something is refused, from whichever of the two it is set', () => {
    const settings = { ...AS_BILLING, asks: [] as 'hypothesis'[], path: [overflow('b')] };
    const up = { ...queue('b'), tier: 2, asks: ['hypothesis' as const] };
    expect(settingsProblems(queue('a'), settings, [queue('a'), up])).toEqual([
      { path: 'path.0.to', message: 'b asks for a hypothesis, which only a person can add.' },
    ]);
    expect(settingsProblems(queue('a'), settings, [queue('a'), { ...up, tier: 1 }])).toEqual([]);
    const asking = { ...settings, path: [], asks: ['hypothesis' as const] };
    expect(settingsProblems(up, asking, [queue('a', overflow('b')), up])).toEqual([
      { path: 'asks', message: 'a path of a leads here, and only a person can add this.' },
    ]);
    expect(settingsProblems(up, asking, [queue('a'), up])).toEqual([]);
  });

  test('[E5] a changed tier is looked at from both ends, and is where it is said', () => {
    const settings = { ...AS_BILLING, asks: [] as 'hypothesis'[], path: [overflow('b')] };
    const asking = { ...queue('b'), tier: 2, asks: ['hypothesis' as const] };
    // Its own path: level with b nothing is asked for; below it would be.
    expect(settingsProblems(queue('a'), settings, [{ ...queue('a', overflow('b')), tier: 2 }, asking])).toEqual([
      {
        path: 'tier',
        message: 'step 1 of the path would lead up to b, which asks for a hypothesis; only a person can add that.',
      },
    ]);
    // Somebody else's path: it led across, and would lead up.
    const others = [{ ...queue('a', overflow('b')), tier: 2 }, asking];
    const higher = { ...asking, tier: 3 };
    expect(settingsProblems(higher, { ...settings, path: [], asks: ['hypothesis'] }, others)).toEqual([
      { path: 'tier', message: 'a path of a would lead up here, and only a person can add what is asked for.' },
    ]);
    expect(settingsProblems(higher, { ...settings, path: [], asks: [] }, others)).toEqual([]);
    expect(settingsProblems(asking, { ...settings, path: [], asks: ['hypothesis'] }, others)).toEqual([]);
  });

  const minute = (n: number) => n * 60_000;
  test.each<[string, PathStep[], { path: string; message: string }[]]>([
    [
      'a step that moves it by nothing',
      [{ afterMs: minute(1), do: 'raise', minutes: 0 }],
      [{ path: 'path.0.minutes', message: '0 minutes move nothing.' }],
    ],
    ['a step that moves it back', [{ afterMs: minute(1), do: 'raise', minutes: -1 }], []],
    [
      'steps behind one that sends it on',
      [
        { afterMs: minute(1), do: 'raise', minutes: 5 },
        overflow('b'),
        { afterMs: minute(2), do: 'raise', minutes: 0 },
        { ...overflow('b'), afterMs: minute(3) },
      ].map((step, i) => ({ ...step, afterMs: minute(i) })) as PathStep[],
      [2, 3].map((i) => ({ path: `path.${i}.afterMs`, message: 'it never comes to this: step 2 sends the work on.' })),
    ],
    [
      'steps that add nobody to everybody',
      [
        { afterMs: minute(1), do: 'also_allow', skills: [] },
        { afterMs: minute(2), do: 'also_allow', skills: ['api'] },
        { afterMs: minute(3), do: 'relax', to: 2 },
        { afterMs: minute(4), do: 'raise', minutes: 3 },
      ],
      [
        { path: 'path.1.skills', message: 'this adds nobody: step 1 lets anybody take it.' },
        { path: 'path.2.to', message: 'this adds nobody: step 1 lets anybody take it.' },
      ],
    ],
    [
      'relaxing what has been relaxed',
      [
        { afterMs: minute(1), do: 'relax', to: 3 },
        { afterMs: minute(2), do: 'relax', to: 2 },
        { afterMs: minute(3), do: 'relax', to: 3 },
        { afterMs: minute(4), do: 'relax', to: 2 },
        { afterMs: minute(5), do: 'relax', to: 1 },
      ],
      [2, 3].map((i) => ({
        path: `path.${i}.to`,
        message: 'this drops nothing: step 2 drops down to class 2 already.',
      })),
    ],
    [
      'agents who may take it already',
      [
        { afterMs: minute(1), do: 'also_allow', skills: ['api>=3', 'sql'] },
        { afterMs: minute(2), do: 'also_allow', skills: ['sql', 'api>=3'] },
        { afterMs: minute(3), do: 'also_allow', skills: ['sql', 'api>=2'] },
        { afterMs: minute(4), do: 'also_allow', skills: ['sql', 'api>=2', 'web'] },
        { afterMs: minute(5), do: 'also_allow', skills: ['web'] },
      ],
      [
        { path: 'path.1.skills', message: 'this adds nobody: step 1 lets all of them take it already.' },
        { path: 'path.3.skills', message: 'this adds nobody: step 3 lets all of them take it already.' },
      ],
    ],
    [
      'skills that are read otherwise than they are written',
      [{ afterMs: minute(1), do: 'also_allow', skills: ['api#3', 'sql>=50', 'web>=0', 'fr>=10'] }],
      [
        { path: 'path.0.skills', message: "a step's skills have no relax class: write api." },
        { path: 'path.0.skills', message: 'the level of sql is from 1 to 10.' },
        { path: 'path.0.skills', message: 'the level of web is from 1 to 10.' },
      ],
    ],
    [
      'everybody after somebody',
      [
        { afterMs: minute(1), do: 'also_allow', skills: ['api'] },
        { afterMs: minute(2), do: 'relax', to: 2 },
        { afterMs: minute(3), do: 'also_allow', skills: [] },
      ],
      [],
    ],
  ])('what of it can never do anything is refused: %s', (_, path, problems) => {
    const settings = { ...AS_BILLING, asks: [], path };
    expect(settingsProblems(queue('a'), settings, [queue('a'), queue('b')])).toEqual(problems);
  });

  test('minutes for an area that no page is in are refused, where it is written', () => {
    const rank = { ...AS_BILLING.rank, areaMinutes: { billing: 1, '': 2, '/api': 3, 'a b': 1 } };
    const settings = { ...AS_BILLING, rank, asks: [], path: [] };
    expect(settingsProblems(queue('a'), settings, [queue('a')])).toEqual(
      ['', '/api', 'a b'].map((area) => ({
        path: `rank.areaMinutes.${area}`,
        message: 'an area is one part of an address, such as billing.',
      })),
    );
    const draft = { ...DEFAULT_DRAFT, areas: [{ ...newArea(), area: '/api', minutes: '3' }] };
    expect(readDraft(draft, { id: 'a' }, [])).toMatchObject({
      ok: false,
      issues: [{ path: 'rank.areaMinutes.0.area', message: 'Write one part of an address, such as billing.' }],
    });
  });

  test('without a skill a step lets anybody take it, whatever is asked for, as the form says', () => {
    const path: PathStep[] = [{ afterMs: 1, do: 'also_allow', skills: [] }];
    const key = (taken: number) => needsKeyOf(['sql>=3#0'], 0, path, taken);
    const nobodysSkills = parseSkills([]);
    expect([mayTake(nobodysSkills, key(0)), mayTake(nobodysSkills, key(1))]).toEqual([false, true]);
  });

  test('two queues have two names', () => {
    const settings = { ...AS_BILLING, asks: [], path: [] };
    expect(settingsProblems({ ...queue('a'), name: ' B ' }, settings, [queue('a'), queue('b')])).toEqual([
      { path: 'name', message: 'another queue is called that.' },
    ]);
    expect(settingsProblems(queue('a'), settings, [queue('a'), queue('b')])).toEqual([]);
  });
});

describe('changes', () => {
  test('are of values, not of how they are written', () => {
    expect(
      changedPaths(
        QUEUE,
        DEFAULT_DRAFT,
        withValues({ cooldownMs: ' 60 s ', 'rank.contractValueOver.usdPerYear': '50000' }),
      ),
    ).toEqual([]);
    expect(changedPaths(QUEUE, DEFAULT_DRAFT, withValues({ cooldownMs: '61 s', silentMs: '5 min' }))).toEqual([
      'cooldownMs',
      'silentMs',
    ]);
    expect(changedPaths(QUEUE, DEFAULT_DRAFT, { ...DEFAULT_DRAFT, steps: [newStep()] })).toEqual(['path']);
  });

  test('of two people are put on top of each other, and what both changed is named', () => {
    const mine = withValues({ offerMs: '45 s', cost: '2', wrapUpMs: '1 min' });
    const theirs = withValues({ offerMs: '20 s', cooldownMs: '5 min', wrapUpMs: '60 s' });
    const merged = mergeOnto(QUEUE, DEFAULT_DRAFT, mine, theirs);
    expect(merged.theirs).toEqual(['offerMs', 'cooldownMs', 'wrapUpMs']);
    expect(merged.both).toEqual(['offerMs']);
    expect(['offerMs', 'cost', 'cooldownMs'].map((path) => wordsAt(QUEUE, merged.draft, path, new Map()))).toEqual([
      '45 s',
      '2 units',
      '5 min',
    ]);
  });
});

const BY_DUE = { was: 'due', would: 'due' } as const;

const entry = (ticketNumber: string, before: number | null, after: number | null, part: object = {}) => ({
  ticketNumber,
  subject: 'Charged twice',
  before,
  after,
  dueAt: 2000,
  rank: [{ label: 'free target, severity normal', minutes: 5 }],
  class: 1 as const,
  severity: 'normal' as const,
  raises: [] as RankTerm[],
  needs: '',
  was: { dueAt: 2000, rank: [{ label: 'free target, severity normal', minutes: 5 }], needs: '' },
  ...part,
});

test('ids have names where they are shown', () => {
  const draft = {
    ...withValues({ ownerId: MAYA.id, asks: 'hypothesis,reproduction' }),
    steps: [
      { ...newStep(), after: '2 min', do: 'relax' as const, relaxTo: '2' },
      { ...newStep(), after: '5 min', do: 'overflow' as const, to: GENERAL.id, skipWhenNobody: true },
    ],
  };
  const names = new Map([MAYA, GENERAL].map(({ id, name }) => [id, name]));
  expect(['ownerId', 'asks', 'path', 'silentMs'].map((path) => wordsAt(QUEUE, draft, path, names))).toEqual([
    'Maya',
    'reproduction, hypothesis',
    'after 2 min drop skills #3 and #2; after 5 min send to General, at once when nobody is available',
    'never',
  ]);
});

describe('a preview', () => {
  test('says from which place to which, and by how much', () => {
    const rows = previewRows({
      waiting: 60,
      moved: 4,
      leaving: [],
      takenBack: 0,
      order: BY_DUE,
      entries: [entry('a', 3, 1), entry('b', 1, 2), entry('c', 9, 9), entry('d', null, 4), entry('e', 5, null)],
    });
    expect(rows.map(({ from, to, move, moveWords }) => [from, to, move, moveWords])).toEqual([
      ['3', '1', 'up', 'up 2'],
      ['1', '2', 'down', 'down 1'],
      ['9', '9', 'same', 'stays'],
      ['after 50', '4', 'up', 'up'],
      ['5', 'after 50', 'down', 'down'],
    ]);
  });

  test('lays both sums beside each other', () => {
    expect(
      sumRows(
        [
          { label: 'target', minutes: 120 },
          { label: 'at risk', minutes: -5 },
        ],
        [
          { label: 'target', minutes: 5 },
          { label: 'never due before', minutes: 2 },
        ],
      ),
    ).toEqual([
      { label: 'target', was: 120, would: 5 },
      { label: 'at risk', was: -5, would: null },
      { label: 'never due before', was: null, would: 2 },
    ]);
  });

  test('moved many times is one row of it', () => {
    const moved = (minutes: number) => ({ label: 'moved by Ines Duarte', minutes });
    expect(sumRows([moved(-5), moved(-5)], [moved(-5), moved(-5)])).toEqual([
      { label: 'moved by Ines Duarte', was: -10, would: -10 },
    ]);
  });

  test('into strict order says by what, and only minutes that were given count', () => {
    const moved = { label: 'moved by Ines Duarte', minutes: -2 };
    const target = { label: 'free target, severity normal', minutes: 5 };
    const raised = entry('a', 1, 1, {
      rank: [target, moved],
      raises: [moved],
      was: { dueAt: 2000, rank: [target, moved], needs: '' },
    });
    const rowIn = (order: QueuePreview['order']) =>
      previewRows({ waiting: 1, moved: 0, leaving: [], takenBack: 0, order, entries: [raised] })[0];
    const words = 'Ordered by severity (normal), then by age; minutes given count as age.';
    expect(rowIn({ was: 'due', would: 'strict' })).toMatchObject({
      ordered: { was: null, would: words },
      sum: [
        { label: target.label, was: 5, would: null },
        { label: moved.label, was: -2, would: -2 },
      ],
      within: { was: 3, would: null },
    });
    expect(rowIn({ was: 'strict', would: 'strict' })).toMatchObject({
      ordered: { was: words, would: words },
      sum: [{ label: moved.label, was: -2, would: -2 }],
      within: { was: null, would: null },
    });
    expect(rowIn(BY_DUE)).toMatchObject({ ordered: { was: null, would: null }, within: { was: 3, would: 3 } });
  });

  const sentence = (preview: Partial<QueuePreview>, isChanged = true) =>
    previewSummary(
      { waiting: 0, moved: 0, leaving: [], takenBack: 0, order: BY_DUE, entries: [], ...preview },
      { isChanged },
    );
  test('says in a sentence what it comes to', () => {
    expect(sentence({})).toBe('Nobody waits in this queue now.');
    expect(sentence({ waiting: 3, moved: 2 })).toBe('2 of 3 who wait change places.');
    const leaving = [{ to: 'que_technical' as never, count: 2 }];
    expect(leavingWords({ leaving, takenBack: 0 }, () => 'Technical')).toBe(
      ' The path would send 2 to Technical at once.',
    );
    expect(leavingWords({ leaving: [], takenBack: 0 }, () => '')).toBe('');
    expect(leavingWords({ leaving: [], takenBack: 1 }, () => '')).toBe(
      ' 1 conversation would be taken back from agents at once.',
    );
    expect(sentence({ waiting: 1, entries: [entry('a', 1, 1)] })).toBe(
      'Nothing changes for the one person who waits now.',
    );
    expect(sentence({ waiting: 2, entries: [entry('a', 1, 1, { dueAt: 9000 })] })).toBe(
      'Nobody changes places; due times change.',
    );
    expect(sentence({ waiting: 2, entries: [entry('a', 1, 1, { needs: 'api' })] })).toBe(
      'Nobody changes places; who may take it changes.',
    );
    expect(sentence({ waiting: 2 }, false)).toBe(
      '2 people wait now. Change a setting to see what it does to their places.',
    );
  });
});

describe('the form', () => {
  const answer = (part: Partial<NamedSettings> = {}, revision = 0): QueueSettingsAnswer => ({
    queue: { id: BILLING.id as never, slug: 'billing', name: part.name ?? BILLING.name, tier: part.tier ?? 1 },
    revision,
    changed: null,
    calendars: [],
    settings: { ...AS_BILLING, ...part },
  });
  const refused = (kind: 'conflict' | 'invalid' | 'unavailable', issues?: { path: string; message: string }[]) => ({
    ok: false as const,
    refusal: { kind, message: 'No.', ...(issues === undefined ? {} : { issues }) },
  });
  const anApi = (part: Partial<SettingsApi> = {}) => ({
    load: vi.fn<SettingsApi['load']>(async () => ({ ok: true, value: answer() })),
    save: vi.fn<SettingsApi['save']>(async (_, settings, revision) => ({
      ok: true,
      value: answer(settings, revision + 1),
    })),
    preview: vi.fn<SettingsApi['preview']>(async () => ({
      ok: true,
      value: { waiting: 0, moved: 0, leaving: [], takenBack: 0, order: BY_DUE, entries: [] },
    })),
    ...part,
  });
  const put = (form: ReturnType<typeof openQueueForm>, path: string, text: string) =>
    form.change((draft) => ({ ...draft, values: { ...draft.values, [path]: text } }));
  async function opened(api = anApi()) {
    const form = openQueueForm(BILLING, QUEUES, api);
    await form.load();
    return { form, api };
  }

  test('sends what was made from which revision, and has nothing unsaved after it', async () => {
    const { form, api } = await opened(anApi({ load: async () => ({ ok: true, value: answer({}, 4) }) }));
    put(form, 'offerMs', '45 s');
    expect(form.changed.value).toEqual(['offerMs']);
    await form.save();
    expect(api.save).toHaveBeenCalledWith(BILLING.id, { ...AS_BILLING, offerMs: 45_000 }, 4);
    expect(form.changed.value).toEqual([]);
    expect(form.base.value?.revision).toBe(5);
    expect(form.said.value).toEqual({ tone: 'good', words: 'Saved. Billing works by these settings now.' });
    form.close();
  });

  test('sends nothing while something is wrong, and says it only where somebody has been', async () => {
    const { form, api } = await opened();
    put(form, 'offerMs', 'x');
    put(form, 'cost', 'x');
    expect(form.shown.value).toEqual([]);
    form.touch('cost');
    expect(form.shown.value.map(({ path }) => path)).toEqual(['cost']);
    await form.save();
    expect(api.save).not.toHaveBeenCalled();
    expect(form.refusals.value).toBe(1);
    expect(form.shown.value.map(({ path }) => path)).toEqual(['cost', 'offerMs']);
    form.close();
  });

  test('saves another name and tier like any other setting, and says the new name', async () => {
    const { form, api } = await opened();
    expect([...form.apart.value]).toEqual([]);
    form.setText('name', 'Payments');
    form.setText('tier', '2');
    expect(form.changed.value).toEqual(['name', 'tier']);
    // Each has its own: there is no default to go back to.
    expect([...form.apart.value]).toEqual([]);
    await form.save();
    expect(api.save).toHaveBeenCalledWith(BILLING.id, { ...AS_BILLING, name: 'Payments', tier: 2 }, 0);
    expect(form.said.value?.words).toBe('Saved. Payments works by these settings now.');
    form.close();
  });

  test('keeps what was typed while a save was on its way', async () => {
    let settle: (value: Awaited<ReturnType<SettingsApi['save']>>) => void = () => {};
    const { form } = await opened(anApi({ save: () => new Promise((resolve) => (settle = resolve)) }));
    put(form, 'offerMs', '45 s');
    const saving = form.save();
    put(form, 'cost', '2');
    settle({ ok: true, value: answer({ offerMs: 45_000 }, 1) });
    await saving;
    expect(form.changed.value).toEqual(['cost']);
    form.close();
  });

  test('[Q14] shows what somebody else made of it, and goes on from there', async () => {
    const newer = answer({ offerMs: 20_000, cooldownMs: 300_000 }, 7);
    const load = vi.fn<SettingsApi['load']>().mockResolvedValueOnce({ ok: true, value: answer({}, 6) });
    load.mockResolvedValue({ ok: true, value: newer });
    const save = vi.fn<SettingsApi['save']>().mockResolvedValueOnce(refused('conflict'));
    save.mockImplementation(async (_, settings, revision) => ({ ok: true, value: answer(settings, revision + 1) }));
    const { form } = await opened(anApi({ load, save }));
    put(form, 'offerMs', '45 s');
    put(form, 'cost', '2');
    await form.save();
    expect(form.conflict.value).toEqual({
      who: 'Somebody else',
      at: null,
      rows: [
        { path: 'offerMs', label: 'Time to answer an offer', was: '30 s', now: '20 s', mine: '45 s' },
        { path: 'cooldownMs', label: 'Cool-down', was: '1 min', now: '5 min', mine: null },
      ],
    });
    // Not again before somebody has looked.
    await form.save();
    expect(save).toHaveBeenCalledTimes(1);
    form.keepMine();
    expect(form.changed.value).toEqual(['cost', 'offerMs']);
    await form.save();
    expect(save).toHaveBeenLastCalledWith(
      BILLING.id,
      { ...AS_BILLING, offerMs: 45_000, cooldownMs: 300_000, cost: 2 },
      7,
    );
    form.close();
  });

  test('says the server’s objections beside the field until something is changed', async () => {
    const issues = [{ path: 'path.0.to', message: 'from there the work would come back to Billing.' }];
    const { form } = await opened(anApi({ save: async () => refused('invalid', issues) }));
    form.change((draft) => ({ ...draft, steps: [{ ...newStep(), after: '1 min', do: 'overflow', to: GENERAL.id }] }));
    await form.save();
    expect(form.shown.value).toEqual([
      { path: 'path.0.to', message: 'From there the work would come back to Billing.' },
    ]);
    expect(form.refusals.value).toBe(1);
    put(form, 'cost', '2');
    expect(form.shown.value).toEqual([]);
    form.close();
  });

  test('keeps everything when the server is not there', async () => {
    const { form } = await opened(anApi({ save: async () => refused('unavailable') }));
    put(form, 'cost', '2');
    await form.save();
    expect(form.said.value).toEqual({ tone: 'bad', words: 'Not saved. No. What you changed is kept here.' });
    expect(form.changed.value).toEqual(['cost']);
    form.discard();
    expect(form.changed.value).toEqual([]);
    form.close();
  });

  test('goes back to the defaults, one setting at a time or many', async () => {
    const { form } = await opened(
      anApi({
        load: async () => ({
          ok: true,
          value: answer({ cost: 3, offerMs: 1000, rank: { ...DEFAULT_RANK_POLICY, areaMinutes: { api: 4 } } }),
        }),
      }),
    );
    expect([...form.apart.value]).toEqual(['cost', 'offerMs', 'rank.areaMinutes']);
    form.reset(['cost']);
    expect([...form.apart.value]).toEqual(['offerMs', 'rank.areaMinutes']);
    form.reset(['offerMs', 'rank.areaMinutes']);
    expect([...form.apart.value]).toEqual([]);
    expect(form.changed.value).toEqual(['cost', 'offerMs', 'rank.areaMinutes']);
    form.close();
  });

  test('asks for a preview of what is in the fields, of the last of them, and never of what is wrong', async () => {
    vi.useFakeTimers();
    const waiting: ((value: Awaited<ReturnType<SettingsApi['preview']>>) => void)[] = [];
    const preview = vi.fn<SettingsApi['preview']>(() => new Promise((resolve) => waiting.push(resolve)));
    const { form } = await opened(anApi({ preview }));
    await vi.advanceTimersByTimeAsync(0);
    expect(preview).toHaveBeenCalledTimes(1);
    for (const text of ['4', '45', '45 s']) put(form, 'offerMs', text);
    await vi.advanceTimersByTimeAsync(1000);
    expect(preview).toHaveBeenCalledTimes(2);
    expect(preview).toHaveBeenLastCalledWith(BILLING.id, { ...AS_BILLING, offerMs: 45_000 });
    // The older answer comes late and is not taken for the newer one.
    waiting[1]?.({ ok: true, value: { waiting: 2, moved: 2, leaving: [], takenBack: 0, order: BY_DUE, entries: [] } });
    waiting[0]?.({ ok: true, value: { waiting: 9, moved: 0, leaving: [], takenBack: 0, order: BY_DUE, entries: [] } });
    await vi.advanceTimersByTimeAsync(0);
    expect(form.preview.value).toMatchObject({ data: { waiting: 2 }, isOfChange: true, isBusy: false });
    put(form, 'offerMs', 'x');
    await vi.advanceTimersByTimeAsync(1000);
    expect(preview).toHaveBeenCalledTimes(2);
    form.close();
    vi.useRealTimers();
  });
});

describe('a new queue', () => {
  test('is sent by one id however often, and what is wrong is said at the name', async () => {
    const lost = { ok: false as const, refusal: { kind: 'offline' as const, message: 'No.' } };
    const make = vi.fn<Parameters<typeof openNewQueueForm>[1]>(async () => lost);
    const form = openNewQueueForm(QUEUES, make);
    await form.load();
    await form.save();
    expect(form.shown.value).toEqual([{ path: 'name', message: 'This cannot be empty.' }]);
    form.setText('name', 'billing ');
    expect(form.issues.value).toEqual([{ path: 'name', message: 'Another queue is called that.' }]);
    expect(make).not.toHaveBeenCalled();
    form.setText('name', ' Refunds ');
    form.setText('tier', '2');
    await form.save();
    await form.save();
    expect(make.mock.calls[0]).toEqual([{ clientId: expect.any(String), name: 'Refunds', tier: 2 }]);
    expect(make.mock.calls[1]).toEqual(make.mock.calls[0]);
    expect(form.values.value.name).toBe(' Refunds ');
  });
});

const { version: _, ...PROMISED } = DEFAULT_SLA_POLICY;
const DUBLIN = {
  id: 'dublin',
  name: 'Dublin',
  calendar: {
    kind: 'weekly' as const,
    zone: 'Europe/Dublin',
    week: {
      monday: [
        { from: '09:00', to: '12:00' },
        { from: '13:00', to: '18:00' },
      ],
      friday: [{ from: '22:00', to: '06:00' }],
    },
    exceptions: [{ date: '2026-12-25', name: 'Christmas Day', windows: [] }],
  },
};
const inForce = (part: Partial<SlaPolicyAnswer> = {}): SlaPolicyAnswer => ({
  version: 3,
  changed: null,
  policy: PROMISED,
  calendars: [DUBLIN, { id: 'always', name: 'Always', calendar: { kind: 'always' } }],
  defaults: PROMISED,
  ...part,
});

describe('hours', () => {
  test.each([
    ['09:00–17:00', '09:00–17:00'],
    ['9-17', '09:00–17:00'],
    ['9:30 to 12, 1300 - 18:00', '09:30–12:00, 13:00–18:00'],
    ['22:00–06:00', '22:00–06:00'],
    ['0-24', '00:00–24:00'],
    ['', ''],
    ['Closed', ''],
    ['25-26', null],
    ['9:75-12', null],
    ['mornings', null],
    ['9', null],
  ])('%j is read as %j', (text, hours) => {
    const windows = parseHours(text);
    expect(windows === null ? null : hoursText(windows)).toBe(hours);
  });

  test('a zone is one that is known', () => {
    expect(['Europe/Dublin', 'UTC', 'Mars/Base', ''].map(isZone)).toEqual([true, true, false, false]);
  });
});

describe('promises in fields', () => {
  test('come out as they went in, and the wire takes them', () => {
    const answer = inForce();
    const result = readPromises(promiseDraftOf(answer), answer.policy);
    expect(result).toEqual({ ok: true, settings: { policy: answer.policy, calendars: answer.calendars } });
    expect(slaPolicyChange.parse({ version: 3, ...(result.ok ? result.settings : {}) })).toEqual({
      version: 3,
      policy: answer.policy,
      calendars: answer.calendars,
    });
  });

  test('every value of a policy has a field', () => {
    const leaves = (value: unknown, path: string): string[] =>
      value !== null && typeof value === 'object'
        ? Object.entries(value).flatMap(([key, part]) => leaves(part, path === '' ? key : `${path}.${key}`))
        : [path];
    expect(PROMISE_FIELDS.map(({ path }) => path).sort()).toEqual(leaves(PROMISED, '').sort());
  });

  test.each(PROMISE_FIELDS.filter((field) => 'min' in field).map((field) => [field.path, field] as const))(
    '%s takes what the wire takes at its limits',
    (path, field) => {
      const { min, max } = field as Extract<Field, { min: number }>;
      for (const n of [min, max, max + 1, 0]) {
        const read = readText(field, String(n));
        const policy = structuredClone(PROMISED) as unknown as Record<string, unknown>;
        const keys = path.split('.');
        const last = keys.pop() as string;
        const owner = keys.reduce((one, key) => one[key] as Record<string, unknown>, policy);
        owner[last] = read.ok ? read.value : field.kind === 'percent' ? n / 100 : n;
        expect([n, read.ok]).toEqual([n, slaPolicySchema.safeParse(policy).success]);
      }
    },
  );

  test('times may be written with their unit', () => {
    const field = PROMISE_FIELDS[0] as Field;
    expect(['4 h', '2 d', '90', ''].map((text) => readText(field, text))).toEqual([
      { ok: true, value: 240 },
      { ok: true, value: 2880 },
      { ok: true, value: 90 },
      { ok: true, value: null },
    ]);
  });

  test('that are wrong are said where they are', () => {
    const wrong: PromiseDraft = {
      values: { ...promiseDraftOf(inForce()).values, 'calendars.pro': 'gone', warnAtShare: '100' },
      calendars: [
        { ...newCalendar(), zone: 'Mars/Base', week: { ...newCalendar().week, monday: 'early', tuesday: '' } },
        {
          ...newCalendar(),
          name: 'Never',
          zone: 'UTC',
          week: { monday: '', tuesday: '', wednesday: '', thursday: '', friday: '', saturday: '', sunday: '' },
          exceptions: [{ ...newException(), hours: 'late' }],
        },
      ],
    };
    const result = readPromises(wrong, PROMISED);
    expect(result.ok ? [] : result.issues.map(({ path, message }) => `${path}: ${message}`)).toEqual([
      'warnAtShare: At most 99.',
      'calendars.pro: This calendar is removed; choose another one.',
      'calendars.0.name: Name the calendar.',
      'calendars.0.zone: Write a time zone such as Europe/Dublin.',
      'calendars.0.monday: Write hours such as 09:00–17:00, with a comma between several. Empty is closed.',
      'calendars.1.monday: No day is open, so nothing would ever be due.',
      'calendars.1.exceptions.0.date: Choose a date.',
      'calendars.1.exceptions.0.hours: Write hours such as 09:00–17:00, with a comma between several. Empty is closed.',
    ]);
  });

  test('the server’s words come to the day that they are about', () => {
    expect(
      placePromiseIssues(
        [
          { path: 'policy.calendars.pro', message: 'there is no such calendar.' },
          { path: 'calendars.0.calendar.monday', message: 'two windows overlap at 16:00' },
          { path: 'calendars.0.calendar.2026-12-25', message: 'is there twice' },
        ],
        promiseDraftOf(inForce()),
      ),
    ).toEqual([
      { path: 'calendars.pro', message: 'There is no such calendar.' },
      { path: 'calendars.0.monday', message: 'Two windows overlap at 16:00' },
      { path: 'calendars.0.exceptions.0.hours', message: 'Is there twice' },
    ]);
    expect(['calendars.0.monday', 'calendars.pro', 'calendars.1.zone'].map(PROMISES.labelOf)).toEqual([
      'Calendar 1, Monday',
      'Pro counts in',
      'Calendar 2, time zone',
    ]);
  });

  test.each([
    [{}, false, '3 people are owed something now. Change a promise to see what it would mean for them.'],
    [{}, true, '3 people are owed something now. Nothing changes for them.'],
    [
      { earlier: 2, breaksAtOnce: 1 },
      true,
      '3 people are owed something now. By these promises: 2 due earlier, 1 late at once.',
    ],
    [
      { later: 1, unseen: 7 },
      true,
      '3 people are owed something now. By these promises: 1 due later or not at all. 7 conversations more could not be looked at.',
    ],
    [{ owed: 0 }, true, 'Nobody is owed anything now.'],
  ])('[K11] a preview of %j, changed %s, in words', (changed, isOfChange, words) => {
    const none = { owed: 3, unseen: 0, earlier: 0, later: 0, breaksAtOnce: 0, first: [] };
    expect(promisePreviewSummary({ ...none, ...changed }, isOfChange)).toBe(words);
  });

  test('[K11] are sent with the version that they were made from; who was faster is shown', async () => {
    const newer = inForce({ version: 4, changed: { name: 'Ines', at: 9 }, policy: { ...PROMISED, warnAtShare: 0.5 } });
    const load = vi.fn(async () => ({ ok: true as const, value: inForce() }));
    const save = vi.fn(async () => ({ ok: false as const, refusal: { kind: 'conflict' as const, message: 'No.' } }));
    const form = openPromiseForm({
      load,
      save,
      preview: async () => ({ ok: false, refusal: { kind: 'offline', message: 'No.' } }),
    });
    await form.load();
    expect(form.changed.value).toEqual([]);
    form.setText('calendars.free', 'dublin');
    load.mockResolvedValue({ ok: true, value: newer });
    await form.save();
    expect(save).toHaveBeenCalledWith(
      { policy: { ...PROMISED, calendars: { ...PROMISED.calendars, free: 'dublin' } }, calendars: inForce().calendars },
      3,
    );
    expect(form.conflict.value).toEqual({
      who: 'Ines',
      at: 9,
      rows: [{ path: 'warnAtShare', label: 'Warn when this much has passed', was: '75 %', now: '50 %', mine: null }],
    });
    form.keepMine();
    expect(form.changed.value).toEqual(['calendars.free']);
    expect(form.values.value.warnAtShare).toBe('50');
  });
});
