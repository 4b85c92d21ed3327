import { describe, expect, test } from 'vitest';
import type { ContextEntry } from '#domain/page/page.ts';
import { contextEntry, MAX_CRUMBS_PER_FRAME } from '#protocol/page.ts';
import { browserName } from '../../widget/capture/browser-name.ts';
import { type Click, type ClickFinding, createClickWatch } from '../../widget/capture/click-watch.ts';
import { clip } from '../../widget/capture/clip.ts';
import { putEntry, readContextEntry } from '../../widget/capture/context-entries.ts';
import { watchErrors } from '../../widget/capture/errors.ts';
import { chunkTrail, MAX_TRAIL, MAX_TRAIL_BYTES, openTrail, takeOver, unendedTab } from '../../widget/capture/trail.ts';
import type { Store } from '../../widget/kit/storage.ts';

const pay = {
  target: {},
  role: 'button',
  name: 'Pay',
  x: 10,
  y: 10,
  isStepper: false,
  selects: false,
  expectsReaction: true,
};
const aClick = (at: number, change: Partial<Click> = {}): Click => ({ at, ...pay, ...change });

/** Plays clicks and reactions against a clock and tells what was found. */
function play(...events: (Click | { reactedAt: number })[]): ClickFinding[] {
  const watch = createClickWatch();
  const found: ClickFinding[] = [];
  const times = events.map((event) => ('at' in event ? event.at : event.reactedAt));
  for (let now = 0; now <= Math.max(...times) + 5000; now += 10) {
    for (const event of events) {
      if ('at' in event && event.at === now) watch.click(event);
      if ('reactedAt' in event && event.reactedAt === now) watch.reacted(now);
    }
    const next = watch.nextCheckAt();
    if (next !== null && next <= now) found.push(...watch.check(now));
  }
  expect(watch.nextCheckAt()).toBeNull();
  return found;
}

describe('rage clicks', () => {
  const rage = (at: number, count: number): ClickFinding => ({
    kind: 'rage_click',
    at,
    role: 'button',
    name: 'Pay',
    count,
  });
  const reacting = { expectsReaction: false };

  test.each<[string, Click[], ClickFinding[]]>([
    ['three within a second', [aClick(0, reacting), aClick(400, reacting), aClick(1000, reacting)], [rage(1000, 3)]],
    ['five are one finding', [0, 200, 400, 600, 800].map((at) => aClick(at, reacting)), [rage(800, 5)]],
    ['a double click is not impatience', [aClick(0, reacting), aClick(150, reacting)], []],
    ['three at leisure are not', [aClick(0, reacting), aClick(700, reacting), aClick(1400, reacting)], []],
    [
      'three on three things are not',
      [0, 200, 400].map((at) => aClick(at, { ...reacting, target: {}, name: `Row ${at}` })),
      [],
    ],
    [
      'a re-rendered button is the same thing',
      [0, 200, 400].map((at) => aClick(at, { ...reacting, target: {} })),
      [rage(400, 3)],
    ],
    [
      'equal buttons at other places are not',
      [0, 200, 400].map((at) => aClick(at, { ...reacting, target: {}, y: at })),
      [],
    ],
    [
      'three that select a paragraph are not',
      [0, 200, 400].map((at) => aClick(at, { ...reacting, selects: at > 0 })),
      [],
    ],
    ['four on text are', [0, 200, 400, 600].map((at) => aClick(at, { ...reacting, selects: at > 0 })), [rage(600, 4)]],
    [
      'a stepper that does not answer is',
      [0, 200, 400].map((at) => aClick(at, { ...reacting, isStepper: true })),
      [rage(400, 3)],
    ],
    [
      'two bursts are two findings',
      [0, 200, 400, 3000, 3200, 3400].map((at) => aClick(at, reacting)),
      [rage(400, 3), rage(3400, 3)],
    ],
  ])('%s', (_, clicks, findings) => expect(play(...clicks)).toEqual(findings));
});

test('a stepper that answers is pressed as often as somebody wants', () => {
  const presses = [0, 200, 400, 600].map((at) => aClick(at, { isStepper: true }));
  expect(play(...presses, { reactedAt: 210 }, { reactedAt: 610 })).toEqual([]);
});

describe('dead clicks', () => {
  const dead = (at: number): ClickFinding => ({ kind: 'dead_click', at, role: 'button', name: 'Pay' });

  test('nothing happens for four seconds', () => expect(play(aClick(0))).toEqual([dead(0)]));
  test('a reaction in time clears it', () => expect(play(aClick(0), { reactedAt: 990 })).toEqual([]));
  test('a reaction that comes too late does not', () =>
    expect(play(aClick(0), { reactedAt: 4200 })).toEqual([dead(0)]));
  test.each([
    [990, []],
    [1000, [{ kind: 'slow_click', at: 0, role: 'button', name: 'Pay', durationMs: 1000 }]],
    [3990, [{ kind: 'slow_click', at: 0, role: 'button', name: 'Pay', durationMs: 3990 }]],
  ])('a reaction after %i ms', (reactedAt, findings) => expect(play(aClick(0), { reactedAt })).toEqual(findings));
  test('a reaction answers the last of the clicks that wait', () =>
    expect(play(aClick(0), aClick(1500), { reactedAt: 2000 })).toEqual([]));
  test('a control from which nothing is expected is never dead', () =>
    expect(play(aClick(0, { expectsReaction: false }))).toEqual([]));
  test('a burst of dead clicks is told as the burst', () =>
    expect(play(aClick(0), aClick(200), aClick(400)).map(({ kind }) => kind)).toEqual(['rage_click']));
  test('two dead clicks too few for rage are both told', () =>
    expect(play(aClick(0), aClick(200))).toEqual([dead(0), dead(200)]));
});

describe('trail', () => {
  const memory = (): Store & { values: Map<string, string> } => {
    const values = new Map<string, string>();
    return {
      values,
      get: (key) => values.get(key) ?? null,
      set: (key, value) => void values.set(key, value),
      remove: (key) => void values.delete(key),
      keys: () => [...values.keys()],
    };
  };

  test('goes on counting after a reload, under the same name', () => {
    const store = memory();
    const before = openTrail(store, 'k', () => 1);
    before.add({ kind: 'submit', name: 'a' });
    before.save(true);
    const after = openTrail(store, 'k', () => 2);
    after.add({ kind: 'submit', name: 'b' });
    expect(after.all().map(({ tab, n }) => [tab, n])).toEqual([
      [before.tab, 0],
      [before.tab, 1],
    ]);
    after.save(false);
  });

  test('a duplicated tab takes another name: the page that it was copied from is still there', () => {
    const store = memory();
    const original = openTrail(store, 'k', () => 1);
    original.add({ kind: 'submit', name: 'a' });
    original.save(false);
    const copy = openTrail(store, 'k', () => 2);
    expect(copy.tab).not.toBe(original.tab);
    expect(copy.all()).toEqual([]);
  });

  test('[O13] of a busy page reaches back four minutes, fits a beacon, and has where it began', () => {
    let now = 0;
    const trail = openTrail(memory(), 'k', () => now);
    trail.add({ kind: 'navigation', path: '/start', title: 'Start', cause: 'load' });
    trail.add({ kind: 'form_rejected', name: 'Pay', fields: ['Card number'] });
    // Ten things a second, of which people do a few and the page the rest.
    for (let i = 0; i < 2400; i += 1) {
      now += 100;
      const durationMs = 900 + i;
      if (i % 20 === 0) trail.add({ kind: 'click', role: 'button', name: `Öffnen ${'x'.repeat(i % 90)}` });
      else if (i % 7 === 0) trail.add({ kind: 'console_error', message: `failed to load part ${i} of the table` });
      else
        trail.add({ kind: 'request_failed', method: 'GET', path: `/api/orders/${i}/lines`, status: 500, durationMs });
    }
    const all = trail.all();
    expect(new TextEncoder().encode(JSON.stringify(all)).length).toBeLessThanOrEqual(MAX_TRAIL_BYTES + 2);
    expect(all.length).toBeGreaterThan(300);
    expect(all.slice(0, 3).map(({ kind }) => kind)).toEqual(['navigation', 'form_rejected', 'click']);
    // All that a person did, and the newest of the rest.
    expect(all.filter(({ kind }) => kind === 'click')).toHaveLength(120);
    expect(all.at(-1)).toMatchObject({ at: 240_000, path: '/api/orders/2399/lines' });
    expect(all.map(({ n }) => n)).toEqual(all.map(({ n }) => n).sort((a, b) => a - b));
    trail.save(true);
  });

  test('[O13] of which nothing is said twice has the newest', () => {
    const trail = openTrail(memory(), 'k', () => 1);
    const word = (i: number) => [...String(i)].map((one) => 'abcdefghij'[Number(one)]).join('');
    for (let i = 0; i < 2 * MAX_TRAIL; i += 1) trail.add({ kind: 'submit', name: word(i) });
    expect(trail.all()[0]).toMatchObject({ n: MAX_TRAIL });
    expect(trail.all()).toHaveLength(MAX_TRAIL);
    trail.save(true);
  });

  test('of a killed tab goes on under its name, with numbers that it cannot have given', () => {
    const store = memory();
    expect(unendedTab(store, 'k')).toBeNull();
    const killed = openTrail(store, 'k', () => 1);
    killed.add({ kind: 'submit', name: 'a' });
    killed.save(false);
    // These went to the server, and to no store.
    for (let i = 0; i < 3; i += 1) killed.add({ kind: 'submit', name: 'unsaved' });
    const given = killed.all().map(({ n }) => n);
    const text = store.get('k') as string;
    killed.save(false);
    store.set('k', text);
    expect(unendedTab(store, 'k')).toBe(killed.tab);
    takeOver(store, 'k');
    expect(unendedTab(store, 'k')).toBeNull();
    const next = openTrail(store, 'k', () => 2);
    next.add({ kind: 'submit', name: 'b' });
    expect(next.tab).toBe(killed.tab);
    expect(next.all()).toMatchObject([{ n: 0, name: 'a' }, { name: 'b' }]);
    expect(given).not.toContain(next.all()[1]?.n);
    next.save(true);
  });

  test('keeps the last crumbs and does not let one error push them out', () => {
    let now = 0;
    const trail = openTrail(memory(), 'k', () => now);
    for (let i = 0; i < MAX_TRAIL + 20; i += 1) trail.add({ kind: 'submit', name: String(i) });
    for (let i = 0; i < 1000; i += 1) {
      now += 10;
      trail.add({ kind: 'error', message: 'loop', source: null });
    }
    expect(trail.all()).toHaveLength(MAX_TRAIL);
    expect(trail.all().filter(({ kind }) => kind === 'error').length).toBeLessThanOrEqual(10);
    trail.save(true);
  });

  test('what is not JSON in the store is as good as nothing', () => {
    const store = memory();
    store.set('k', '{"tab":');
    expect(openTrail(store, 'k', () => 1).all()).toEqual([]);
  });

  test('chunks hold at most what one frame takes, in order and complete', () => {
    const crumbs = Array.from({ length: 450 }, (_, n) => ({
      tab: 'aaaaaa',
      n,
      at: n,
      kind: 'console_error' as const,
      message: '漢'.repeat(n % 300),
    }));
    const chunks = chunkTrail(crumbs);
    expect(chunks.flat()).toEqual(crumbs);
    for (const chunk of chunks) {
      expect(chunk.length).toBeLessThanOrEqual(MAX_CRUMBS_PER_FRAME);
      expect(new TextEncoder().encode(JSON.stringify(chunk)).length).toBeLessThan(50_000);
    }
  });
});

describe('context entries', () => {
  const good = { label: 'Plan', type: 'config', value: 'Pro' };

  test.each<[string, unknown, unknown]>([
    ['a key with a space', 'my plan', good],
    ['no object', 'plan', 'Pro'],
    ['an unknown type', 'plan', { ...good, type: 'secret' }],
    ['a long label', 'plan', { ...good, label: 'x'.repeat(201) }],
    ['a long text', 'plan', { ...good, value: 'x'.repeat(1001) }],
    ['no number', 'plan', { ...good, value: Number.NaN }],
    ['an object', 'plan', { ...good, value: {} }],
    ['a list of numbers', 'plan', { ...good, value: [1] }],
    ['a list too long', 'plan', { ...good, value: Array(51).fill('x') }],
  ])('%s is dropped with a reason', (_, key, value) => expect(readContextEntry(key, value)).toBeTypeOf('string'));

  test.each([['text'], [3], [true], [['a', 'b']]])('%j is what the wire takes', (value) => {
    const entry = readContextEntry('plan', { ...good, value });
    expect(contextEntry.parse(entry)).toEqual({ key: 'plan', label: 'Plan', type: 'config', value });
  });

  test('cards do not travel as facts', () => {
    expect(readContextEntry('card', { ...good, value: ['4111 1111 1111 1111'] })).toMatchObject({ value: ['[card]'] });
  });

  test('there is room for forty, and for so much text; a replacement needs no new room', () => {
    const entries = new Map<string, ContextEntry>();
    const entry = (key: string, value = 'x') => ({ key, label: 'L', type: 'custom' as const, value });
    for (let i = 0; i < 40; i += 1) expect(putEntry(entries, entry(`k${i}`))).toBeNull();
    expect(putEntry(entries, entry('one-more'))).toMatch(/at most 40/);
    expect(putEntry(entries, entry('k0', 'y'))).toBeNull();
    for (let i = 0; i < 14; i += 1) putEntry(entries, entry(`k${i}`, 'z'.repeat(1000)));
    expect(putEntry(entries, entry('k39', 'z'.repeat(1000)))).toMatch(/together/);
  });
});

test.each([
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36',
    'Chrome 150',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36 Edg/149.0.0.0',
    'Edge 149',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1',
    'Safari 19',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0', 'Firefox 145'],
  ['curl/8', 'Unknown browser'],
])('%s is %s', (userAgent, name) => expect(browserName(userAgent)).toBe(name));

test('a clipped text never ends in half a character', () => {
  expect(clip('ab😀cd', 4)).toBe('ab…');
  expect(clip('abcd', 4)).toBe('abcd');
});

test('[X4] what a page logs behind a label of a secret is left out, and nothing else', () => {
  const page = { addEventListener() {}, removeEventListener() {}, console: { error() {} } };
  Object.assign(globalThis, { window: page });
  const said: unknown[] = [];
  const stop = watchErrors((crumb) => said.push('message' in crumb && crumb.message));
  try {
    const log = page.console.error as (...args: unknown[]) => void;
    log('login failed', 'password', 'hunter2');
    log('login failed', 'password:', { value: 'hunter2' }, 'twice');
    log('token', 42, 'user', 'ann');
    log('wrong password for ann', 'twice');
  } finally {
    stop();
    Reflect.deleteProperty(globalThis, 'window');
  }
  expect(said).toEqual([
    'login failed password [secret]',
    'login failed password: [secret] twice',
    'token [secret] user ann',
    'wrong password for ann twice',
  ]);
});
