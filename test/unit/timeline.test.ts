import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Breadcrumb, BreadcrumbBody } from '#domain/timeline/breadcrumb.ts';
import { toMarkers } from '#domain/timeline/markers.ts';
import { momentOfTrouble } from '#domain/timeline/moment-of-trouble.ts';
import { orderTrail } from '#domain/timeline/order-trail.ts';
import { deservesOffer, pageSignals } from '#domain/timeline/page-signals.ts';
import { toSteps } from '#domain/timeline/steps.ts';
import { DEFAULT_POLICY } from '#domain/triggers/default-policy.ts';
import { evaluate } from '#domain/triggers/evaluate.ts';
import type { Fact } from '#domain/triggers/fact.ts';

const aTrail = (...crumbs: [seconds: number, body: BreadcrumbBody, tab?: string][]): Breadcrumb[] =>
  crumbs.map(([seconds, body, tab = 'a'], n) => ({ tab, n, at: seconds * 1000, ...body }));
const opened = (path: string): BreadcrumbBody => ({ kind: 'navigation', path, title: path, cause: 'route' });
const clicked = (name: string): BreadcrumbBody => ({ kind: 'click', role: 'button', name });
const raged = (name: string, count = 4): BreadcrumbBody => ({ kind: 'rage_click', role: 'button', name, count });
const failed = (path = '/api/pay', status = 402): BreadcrumbBody => ({
  kind: 'request_failed',
  method: 'POST',
  path,
  status,
  durationMs: 90,
});
const noise: BreadcrumbBody = { kind: 'console_error', message: 'deprecated' };

const refusedPayment = aTrail(
  [0, opened('/billing')],
  [20, clicked('Change card')],
  [30, clicked('Pay')],
  [30.2, { kind: 'submit', name: 'Payment' }],
  [31, failed()],
  [40, clicked('Pay')],
  [40.2, clicked('Pay')],
  [40.4, clicked('Pay')],
  [40.6, raged('Pay')],
  [41, failed()],
  [41.2, failed()],
);

describe('[L2] steps', () => {
  test('[L2] repeats become one step, a rage click takes in its clicks, nothing is reordered', () => {
    expect(toSteps(refusedPayment).map(({ n, text, trouble }) => `${n} ${text}${trouble ? ' !' : ''}`)).toEqual([
      '1 Opened /billing',
      '2 Clicked *Change card*',
      '3 Clicked *Pay*',
      '4 Submitted *Payment*',
      '5 POST /api/pay → 402 !',
      '6 Clicked *Pay* ×4 impatiently !',
      '7 POST /api/pay → 402 ×2 !',
    ]);
    expect(toSteps(refusedPayment)[5]).toMatchObject({
      at: 40_000,
      kind: 'rage_click',
      refs: [5, 6, 7, 8].map((n) => ({ tab: 'a', n })),
    });
  });

  test.each<[BreadcrumbBody, string]>([
    [{ kind: 'request_failed', method: 'GET', path: '/x', status: 0, durationMs: 1 }, 'GET /x → no answer'],
    [{ kind: 'request_slow', method: 'GET', path: '/x', status: 200, durationMs: 4210 }, 'GET /x took 4.2 s'],
    [{ kind: 'form_rejected', name: '', fields: ['Card number', 'Expiry'] }, 'A form was refused: Card number, Expiry'],
    [{ kind: 'dead_click', role: 'button', name: 'Export' }, 'Clicked *Export*: nothing happened'],
    [{ kind: 'error', message: `a\n b${'c'.repeat(400)}`, source: null }, `Error: a b${'c'.repeat(156)}…`],
    [{ kind: 'input', role: 'textbox', name: 'Email', inputKind: 'email', filled: true }, 'Changed *Email*'],
    [{ kind: 'connection', state: 'offline' }, 'Lost the connection'],
  ])('[L2] %j', (body, text) => {
    expect(toSteps(aTrail([0, body]))[0]?.text).toBe(text);
  });
});

test('[L1] a trail sent twice and out of order is one trail', () => {
  expect(orderTrail([...refusedPayment.toReversed(), ...refusedPayment])).toEqual(refusedPayment);
});

describe('[L3] the moment of trouble', () => {
  test.each<[string, Breadcrumb[], number, number | null, string]>([
    ['no trouble', aTrail([0, opened('/')], [1, clicked('Pay')]), 60, null, ''],
    ['the click that led into the burst', refusedPayment, 60, 30, 'Clicked *Pay*, then POST /api/pay → 402'],
    [
      'one sentence, whatever it is made of',
      aTrail([0, clicked('Pay')], [1, failed('/api/pay')], [2, { kind: 'dead_click', role: 'button', name: 'Pay' }]),
      60,
      0,
      'Clicked *Pay*, then POST /api/pay → 402, clicked *Pay*: nothing happened',
    ],
    [
      'a page that breaks on opening',
      aTrail([5, opened('/reports')], [6, { kind: 'error', message: 'x', source: null }]),
      60,
      5,
      'Opened /reports, then error: x',
    ],
    [
      'trouble out of nowhere',
      aTrail([0, opened('/')], [50, failed('/api/poll', 0)]),
      60,
      50,
      'POST /api/poll → no answer',
    ],
    [
      'the later of two, a minute of calm between',
      aTrail([0, clicked('A')], [1, failed('/a')], [90, clicked('B')], [91, failed('/b')]),
      100,
      90,
      'Clicked *B*',
    ],
    [
      'the later of two, a navigation between',
      aTrail(
        [0, opened('/a')],
        [1, clicked('A')],
        [2, failed('/a')],
        [5, opened('/b')],
        [6, clicked('B')],
        [7, failed('/b')],
      ),
      20,
      6,
      'Clicked *B*',
    ],
    [
      'a refused payment rather than later noise',
      [...refusedPayment, ...aTrail([110, noise, 'b'])],
      120,
      30,
      'Clicked *Pay*',
    ],
    [
      'only what was before now',
      aTrail([0, clicked('A')], [1, failed('/a')], [30, failed('/b')]),
      10,
      0,
      'Clicked *A*',
    ],
    ['a click in another tab is no cause', aTrail([0, clicked('A'), 'b'], [1, failed('/a')]), 10, 1, 'POST /a'],
  ])('[L3] %s', (_, trail, now, at, because) => {
    const moment = momentOfTrouble(trail, now * 1000);
    expect(moment?.at ?? null).toBe(at === null ? null : at * 1000);
    expect(moment?.because ?? '').toContain(because);
  });
});

test('[L4] markers are in order, with messages and one moment of trouble', () => {
  const markers = toMarkers(refusedPayment, [{ id: 'm', at: 60_000, author: 'visitor' }]);
  expect(markers.filter(({ kind }) => kind === 'trouble')).toEqual([
    { at: 30_000, kind: 'trouble', label: expect.stringContaining('Clicked *Pay*, then') },
  ]);
  expect(markers.at(-1)).toEqual({ at: 60_000, kind: 'message', label: 'Visitor wrote' });
  expect(markers.map(({ at }) => at)).toEqual(markers.map(({ at }) => at).toSorted((a, b) => a - b));
});

test('[L5] page signals count the window only', () => {
  const trail = [
    ...refusedPayment,
    ...aTrail([400, { kind: 'form_rejected', name: 'f', fields: [] }, 'b'], [401, noise, 'b']),
  ];
  expect(pageSignals(trail, 60_000)).toEqual({
    failedRequests: 3,
    errors: 0,
    rageClicks: 1,
    deadClicks: 0,
    formRejections: 0,
    repeatedFailures: 2,
    inTrouble: true,
  });
  expect(pageSignals(trail, 402_000)).toEqual({
    failedRequests: 0,
    errors: 0,
    rageClicks: 0,
    deadClicks: 0,
    formRejections: 1,
    repeatedFailures: 0,
    inTrouble: false,
  });
});

describe('[L6] help is offered unasked', () => {
  type Seconds = [seconds: number, body: BreadcrumbBody, tab?: string];
  const isOffered = (crumbs: Breadcrumb[], now = 120_000) => {
    const signals = pageSignals(crumbs, now);
    const seen = (value: number): Fact => ({ value, provenance: 'observed', at: now, source: 'page capture' });
    const { decision } = evaluate(DEFAULT_POLICY, {
      'page.failed_requests': seen(signals.failedRequests),
      'page.rage_clicks': seen(signals.rageClicks),
      'page.repeated_failures': seen(signals.repeatedFailures),
    });
    // The widget and the policy read the same page alike.
    expect(decision.action).toBe(deservesOffer(signals) ? 'offer_human' : 'none');
    return deservesOffer(signals);
  };
  const tries = (count: number, everyMs: number, answer: BreadcrumbBody = failed()): Breadcrumb[] =>
    aTrail(
      ...Array.from({ length: count }, (_, i): Seconds[] => [
        [(i * everyMs) / 1000, clicked('Pay')],
        [(i * everyMs + 120) / 1000, answer],
      ]).flat(),
    );

  test.each([
    [3, 300],
    [4, 500],
    [5, 900],
    [4, 1500],
    [3, 2500],
    [3, 20_000],
  ])('after %i refused tries, one every %i ms', (count, everyMs) => {
    expect(isOffered(tries(count, everyMs))).toBe(true);
  });

  test('after impatient clicks and one failed request, as ever', () => {
    expect(isOffered(aTrail([1, clicked('Pay')], [1.6, raged('Pay')], [2, failed()]))).toBe(true);
    expect(isOffered(aTrail([1, clicked('Pay')], [1.6, raged('Pay')]))).toBe(false);
  });

  test('after the same page came up broken three times', () => {
    const reloads = [0, 10, 20].flatMap((s): Seconds[] => [
      [s, opened('/reports')],
      [s + 1, failed('/api/reports', 500)],
    ]);
    expect(isOffered(aTrail(...reloads))).toBe(true);
  });

  test.each<[string, Breadcrumb[], number?]>([
    ['two tries', tries(2, 900)],
    ['three tries of which the first is long ago', tries(3, 200_000), 401_000],
    [
      'a page that asks by itself and fails',
      aTrail([0, clicked('Pay')], ...[11, 21, 31, 41].map((s): Seconds => [s, failed()])),
    ],
    [
      'one click that fails in many requests',
      aTrail([0, clicked('Pay')], ...[1, 1.1, 1.2].map((s): Seconds => [s, failed()])),
    ],
    [
      'a page that asks by itself, long after each click',
      aTrail(
        ...[0, 30, 60].flatMap((s): Seconds[] => [
          [s, clicked('Pay')],
          [s + 20, failed()],
        ]),
      ),
    ],
    ['a tracker that is blocked at every click', tries(6, 900, failed('/collect', 0))],
    [
      'three different things that fail once',
      aTrail(
        ...['/a', '/b', '/c'].flatMap((path, i): Seconds[] => [
          [i * 2, clicked('Pay')],
          [i * 2 + 1, failed(path)],
        ]),
      ),
    ],
    [
      'clicks in another tab',
      aTrail(
        ...[0, 2, 4].flatMap((s): Seconds[] => [
          [s, clicked('Pay'), 'b'],
          [s + 1, failed(), 'a'],
        ]),
      ),
    ],
  ])('not after %s', (_, crumbs, now) => {
    expect(isOffered(crumbs, now)).toBe(false);
  });
});

const at = fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
const body: fc.Arbitrary<BreadcrumbBody> = fc.oneof(
  fc.constantFrom(clicked('Pay'), raged('Pay'), failed(), noise, opened('/a'), opened('/b')),
  fc.record({ kind: fc.constant('click' as const), role: fc.string(), name: fc.string() }),
  fc.record({
    kind: fc.constant('form_rejected' as const),
    name: fc.string(),
    fields: fc.array(fc.string(), { maxLength: 3 }),
  }),
);
const trail = fc.array(
  fc
    .tuple(fc.constantFrom('a', 'b'), fc.nat(30), at, body)
    .map(([tab, n, when, one]): Breadcrumb => ({ tab, n, at: when, ...one })),
  { maxLength: 40 },
);

test('[L1] nothing throws, every crumb is in one step, and the moment of trouble is one of the crumbs', () => {
  fc.assert(
    fc.property(trail, fc.nat(200_000), (crumbs, now) => {
      const steps = toSteps(crumbs);
      expect(steps.flatMap(({ refs }) => refs).length).toBe(orderTrail(crumbs).length);
      const moment = momentOfTrouble(crumbs, now);
      if (moment) expect(crumbs).toContainEqual(moment.crumb);
      expect(toMarkers(crumbs, []).length).toBeLessThanOrEqual(crumbs.length + 1);
      expect(pageSignals(crumbs, now).inTrouble).toBeTypeOf('boolean');
    }),
    { seed: 5, numRuns: 500 },
  );
});
