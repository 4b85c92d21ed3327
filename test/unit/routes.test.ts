import { describe, expect, test, vi } from 'vitest';
import { chooseQueue, DEFAULT_ROUTES, isByRoute } from '#domain/routing/choose-queue.ts';
import { type RouteTable, routeChanges, routeProblems, routesOf, tableOf } from '#domain/routing/route-table.ts';
import { type PastHandover, previewRoutes } from '#domain/routing/routes-preview.ts';
import type { RoutesAnswer } from '#protocol/routes.ts';
import { newRoute, openRoutesForm, routesPreviewSummary } from '../../widget/console/settings/routes-form.ts';
import type { RoutesApi } from '../../widget/console/settings/settings-api.ts';

const QUEUES = [
  { slug: 'billing', name: 'Billing' },
  { slug: 'general', name: 'General' },
  { slug: 'technical', name: 'Technical' },
];
const SLUGS = QUEUES.map(({ slug }) => slug);
const TABLE: RouteTable = {
  topics: [{ name: 'billing', queue: 'billing' }],
  areas: [{ name: 'reports', queue: 'technical' }],
  fallback: 'general',
};

describe('[M2] a table of routes', () => {
  test('is the routes, and the routes are it', () => {
    expect(tableOf(routesOf(TABLE))).toEqual(TABLE);
    expect(routesOf(tableOf(DEFAULT_ROUTES))).toEqual(DEFAULT_ROUTES);
    expect(routeProblems(tableOf(DEFAULT_ROUTES), SLUGS)).toEqual([]);
  });

  test('says what is wrong and in which row', () => {
    const row = (name: string, queue: string) => ({ name, queue });
    expect(
      routeProblems(
        {
          topics: [row('billing', 'billing'), row('', 'general'), row('billing', 'general')],
          areas: [row('billing', 'sales'), row('x'.repeat(65), '')],
          fallback: 'sales',
        },
        SLUGS,
      ).map(({ path, message }) => `${path}: ${message}`),
    ).toEqual([
      'topics.1.name: name the topic, or remove the row.',
      'topics.2.name: billing is there twice.',
      'areas.0.queue: this workspace has no such queue.',
      'areas.1.name: at most 64 characters.',
      'areas.1.queue: choose a queue.',
      'fallback: this workspace has no such queue.',
    ]);
    expect(routeProblems({ ...TABLE, fallback: '' }, SLUGS)).toEqual([
      { path: 'fallback', message: 'choose a queue.' },
    ]);
  });

  test('changed, is said row by row as it was and is', () => {
    const is = { topics: [{ name: 'billing', queue: 'general' }], areas: [], fallback: 'technical' };
    const nameOf = (slug: string) => QUEUES.find((queue) => queue.slug === slug)?.name ?? slug;
    expect(routeChanges(TABLE, is, nameOf)).toEqual([
      'topic billing: Billing → General',
      'area reports: Technical → none',
      'everything else: General → Technical',
    ]);
    expect(routeChanges(TABLE, TABLE, nameOf)).toEqual([]);
  });
});

describe('[M2] what other routes would have done', () => {
  const went = (part: Partial<PastHandover>): PastHandover => ({
    queue: 'General',
    topic: null,
    area: null,
    because: null,
    ...part,
  });
  const WOULD = routesOf({ topics: [{ name: 'billing', queue: 'technical' }], areas: [], fallback: 'general' });
  const look = (...past: PastHandover[]) => previewRoutes(past, routesOf(TABLE), WOULD, QUEUES);

  test('counts what went by a route, from where to where', () => {
    expect(
      look(
        went({ queue: 'Billing', topic: 'billing', because: 'about billing' }),
        went({ queue: 'Billing', topic: 'billing', because: 'about billing' }),
        went({ queue: 'Technical', area: 'reports', because: 'written on the reports page' }),
        went({ because: 'no route is more specific; a trigger asked for sales, which does not exist' }),
      ),
    ).toEqual({
      looked: 4,
      otherwise: 0,
      moves: [
        { from: 'Billing', to: 'Technical', count: 2 },
        { from: 'Technical', to: 'General', count: 1 },
      ],
    });
  });

  test('leaves alone what a trigger sent, or who had it before', () => {
    expect(
      look(
        went({ queue: 'Billing', topic: 'billing', because: 'a trigger asked for billing' }),
        went({ queue: 'Billing', topic: 'billing', because: 'back to billing, which had it before' }),
        // Nobody wrote down why: not where a route leads.
        went({ queue: 'Technical', topic: 'billing' }),
        went({ queue: 'Billing', topic: 'billing' }),
      ),
    ).toEqual({ looked: 4, otherwise: 3, moves: [{ from: 'Billing', to: 'Technical', count: 1 }] });
  });

  test.each([
    [{ fromPolicy: 'billing', area: null, intent: null }, false],
    [{ fromPolicy: null, last: 'billing', area: null, intent: null }, false],
    [{ fromPolicy: 'sales', last: 'billing', area: null, intent: null }, false],
    [{ fromPolicy: 'sales', area: null, intent: 'billing' }, true],
    [{ fromPolicy: null, area: 'reports', intent: null }, true],
    [{ fromPolicy: null, area: null, intent: null }, true],
  ])('tells from the words why: %j, by a route %s', (wish, isRoute) => {
    expect(isByRoute(chooseQueue(wish, routesOf(TABLE), SLUGS).because)).toBe(isRoute);
  });

  const moves = [
    { from: 'a', to: 'b', count: 3 },
    { from: 'b', to: 'a', count: 2 },
  ];
  test.each([
    [{ looked: 0, otherwise: 0, moves: [] }, true, 'Nothing has been handed over yet.'],
    [
      { looked: 200, otherwise: 0, moves: [] },
      false,
      'Change a route to see where the last 200 hand-overs would have gone.',
    ],
    [{ looked: 200, otherwise: 0, moves: [] }, true, 'Of the last 200 hand-overs none would have gone elsewhere.'],
    [{ looked: 1, otherwise: 0, moves: [] }, true, 'The last hand-over would not have gone elsewhere.'],
    [
      { looked: 1, otherwise: 0, moves: [{ from: 'a', to: 'b', count: 1 }] },
      true,
      'The last hand-over would have gone elsewhere.',
    ],
    [
      { looked: 200, otherwise: 17, moves },
      true,
      'Of the last 200 hand-overs 5 would have gone elsewhere. 17 went by a trigger or back to who had them before: no route changes that.',
    ],
  ])('%j, changed %s, in words', (preview, isOfChange, words) => {
    expect(routesPreviewSummary(preview, isOfChange)).toBe(words);
  });
});

describe('the form of routes', () => {
  const answer = (part: Partial<RoutesAnswer> = {}): RoutesAnswer => ({
    revision: 3,
    changed: null,
    routes: TABLE,
    queues: QUEUES,
    known: { topics: [], areas: [] },
    ...part,
  });
  const anApi = (part: Partial<RoutesApi> = {}): RoutesApi => ({
    load: async () => ({ ok: true, value: answer() }),
    save: vi.fn<RoutesApi['save']>(async (routes, revision) => ({
      ok: true,
      value: answer({ routes, revision: revision + 1 }),
    })),
    preview: async () => ({ ok: false, refusal: { kind: 'offline', message: 'No.' } }),
    ...part,
  });

  test('sends the table and the revision that it was made from', async () => {
    const api = anApi();
    const form = openRoutesForm(api);
    await form.load();
    expect([form.changed.value, [...form.apart.value]]).toEqual([[], []]);
    const vat = { ...newRoute(), name: ' vat ', queue: 'billing' };
    form.change((draft) => ({ ...draft, topics: [...draft.topics, vat] }));
    expect(form.changed.value).toEqual(['topics']);
    await form.save();
    expect(api.save).toHaveBeenCalledWith(
      { ...TABLE, topics: [...TABLE.topics, { name: 'vat', queue: 'billing' }] },
      3,
    );
    expect(form.changed.value).toEqual([]);
    form.close();
  });

  test('sends nothing that is wrong, and says it in its row', async () => {
    const api = anApi();
    const form = openRoutesForm(api);
    await form.load();
    form.change((draft) => ({ ...draft, areas: [...draft.areas, { ...newRoute(), name: 'reports ' }] }));
    await form.save();
    expect(api.save).not.toHaveBeenCalled();
    expect(form.shown.value).toEqual([
      { path: 'areas.1.name', message: 'Reports is there twice.' },
      { path: 'areas.1.queue', message: 'Choose a queue.' },
    ]);
    expect(form.labelOf('areas.1.queue')).toBe('Area 2, queue');
    form.close();
  });

  test('[Q14] shows what somebody else made of them, with the queues’ names', async () => {
    const load = vi.fn<RoutesApi['load']>().mockResolvedValueOnce({ ok: true, value: answer() });
    const changed = { by: 'agt_x' as never, name: 'Ines', at: 9 };
    load.mockResolvedValue({ ok: true, value: answer({ revision: 4, changed, routes: { ...TABLE, areas: [] } }) });
    const form = openRoutesForm(
      anApi({ load, save: async () => ({ ok: false, refusal: { kind: 'conflict', message: 'No.' } }) }),
    );
    await form.load();
    form.setText('fallback', 'technical');
    await form.save();
    expect(form.conflict.value).toEqual({
      who: 'Ines',
      at: 9,
      rows: [{ path: 'areas', label: 'Product areas', was: 'reports to Technical', now: 'none', mine: null }],
    });
    form.keepMine();
    expect(form.changed.value).toEqual(['fallback']);
    form.close();
  });
});
