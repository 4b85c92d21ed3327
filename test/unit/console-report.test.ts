import { describe, expect, test } from 'vitest';
import { foldCycles, reportSteps } from '#domain/timeline/reproduction.ts';
import { accountRows, impactPhrases } from '../../widget/console/context/account-words.ts';
import type { AccountFact } from '../../worker/domain/bundle/bundle.ts';
import type { Breadcrumb, BreadcrumbBody } from '../../worker/domain/timeline/breadcrumb.ts';

const HOUR = 3_600_000;
const opened = (path: string): BreadcrumbBody => ({ kind: 'navigation', path, title: path, cause: 'route' });
const clicked = (name: string): BreadcrumbBody => ({ kind: 'click', role: 'button', name });
const failed: BreadcrumbBody = { kind: 'request_failed', method: 'POST', path: '/api/pay', status: 402, durationMs: 9 };
/** One a second from `at` on. */
const inTab = (tab: string, at: number, ...bodies: BreadcrumbBody[]): Breadcrumb[] =>
  bodies.map((body, i) => ({ tab, n: at + i, at: at + i * 1000, ...body }));

describe('the steps of a bug report', () => {
  const trouble = inTab('one', 0, opened('/'), opened('/billing'), clicked('Pay'), failed, clicked('Pay'), failed);
  const seen = ['Opened /billing', 'Clicked “Pay”', 'POST /api/pay → 402', '… these 2 steps ×2'];

  test.each<[string, Breadcrumb[], string[]]>([
    ['begin where the page was opened and end with the last trouble', trouble, seen],
    ['know nothing of other pages', [...trouble, ...inTab('one', 7000, opened('/reports'), failed)], seen],
    ['know nothing of other tabs', [...trouble, ...inTab('two', 3500, opened('/billing'), clicked('Export'))], seen],
    ['know nothing of later visits', [...trouble, ...inTab('one', 2 * HOUR, opened('/billing'), failed)], seen],
    ['end before what only came afterwards', [...trouble, ...inTab('one', 7000, clicked('Help'))], seen],
    [
      'go on over a reload of the page',
      [...trouble, ...inTab('one', 7000, opened('/billing'), failed)],
      [...seen, 'Opened /billing', 'POST /api/pay → 402'],
    ],
  ])('%s', (_, trail, steps) => expect(reportSteps(trail, 2000, 40)).toEqual(steps));

  test('without trouble are all that is known, within their bound', () => {
    expect(reportSteps(inTab('one', 0, opened('/'), clicked('Help')), null, 40)).toEqual([
      'Opened /',
      'Clicked “Help”',
    ]);
    const long = inTab('one', 0, opened('/'), ...Array.from({ length: 90 }, (_, i) => clicked(`b${i}`)));
    const steps = reportSteps(long, null, 40);
    expect(steps).toHaveLength(40);
    expect([steps[0], steps[1], steps.at(-1)]).toEqual(['Opened /', '…', 'Clicked “b89”']);
  });

  test.each<[string, string]>([
    ['a b c', 'a b c'],
    ['a b a b a b a b c', 'a b 2×4 c'],
    ['x a b c a b c', 'x a b c 3×2'],
    ['a a a', 'a 1×3'],
    ['a b a c', 'a b a c'],
  ])('%s is %s', (steps, folded) =>
    expect(foldCycles(steps.split(' '))).toEqual(
      folded
        .split(' ')
        .map((step) =>
          step.replace(/^(\d)×(\d)$/, (_, n, times) => `… ${n === '1' ? 'this step' : `these ${n} steps`} ×${times}`),
        ),
    ),
  );
});

describe('an account', () => {
  const at = Date.parse('2026-11-24T10:00:00Z');
  const fact = (label: string, value: string): AccountFact => ({
    label,
    value,
    provenance: 'attested',
    source: 'identity token',
    at,
  });
  const facts = [
    fact('Company', 'Northwind'),
    fact('Tier', 'enterprise'),
    fact('Contract value', '84000'),
    fact('Health', 'at_risk'),
    fact('Renewal at', '2026-12-18'),
    fact('Renewal in days', '24'),
    fact('Open dispute', 'false'),
  ];

  test('is read with its currency, and with the renewal once', () => {
    expect(accountRows(facts).map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Company: Northwind',
      'Tier: enterprise',
      'Contract value: $84,000 a year',
      'Health: at risk',
      'Renewal: 18 December 2026, in 24 days',
      'Open dispute: no',
    ]);
    expect(accountRows([fact('Renewal in days', '1')])).toMatchObject([{ label: 'Renewal', value: 'in 1 day' }]);
  });

  test('as business impact is what is not in order, and how large it is', () => {
    expect(impactPhrases(facts).join('; ')).toBe(
      'Northwind; enterprise plan; $84,000 a year; account at risk; renewal 18 December 2026, in 24 days',
    );
    expect(impactPhrases([fact('Health', 'healthy'), fact('Favourite colour', 'green')])).toEqual([]);
  });
});
