import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compactEvent, type PlainEvent } from '#domain/replay/compact.ts';
import { compactParts } from '#domain/replay/compact-parts.ts';
import { expandEvents } from '#domain/replay/expand.ts';

const id = fc.integer({ min: 1, max: 50_000 });
const attributes = fc.dictionary(
  fc.constantFrom('class', 'style', 'data-n', 'href'),
  fc.oneof(fc.string(), fc.constant(true), fc.constant(null), fc.constant({ color: 'red' })),
);
const name = fc.constantFrom('div', 'td', 'svg', 'path', '/odd');
const { node } = fc.letrec<{ node: object }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.record({ type: fc.constant(3), textContent: fc.string(), id }),
    fc.record({ type: fc.constant(5), textContent: fc.string(), id }),
    fc.record({ type: fc.constant(3), textContent: fc.string(), id, isStyle: fc.constant(true) }),
    fc.record(
      {
        type: fc.constant(2),
        tagName: name,
        attributes,
        childNodes: fc.array(tie('node'), { maxLength: 4 }),
        id,
        isSVG: fc.constant(true as const),
        isShadowHost: fc.constant(true),
        rootId: fc.constant(undefined),
      },
      { requiredKeys: ['type', 'tagName', 'attributes', 'childNodes', 'id'] },
    ),
  ),
}));
const mutation = fc.record(
  {
    source: fc.constant(0),
    adds: fc.array(fc.record({ parentId: id, nextId: fc.oneof(id, fc.constant(null)), node })),
    texts: fc.array(fc.record({ id, value: fc.oneof(fc.string(), fc.constant(null)) })),
    attributes: fc.array(fc.record({ id, attributes })),
    removes: fc.array(
      fc.record({ parentId: id, id, isShadow: fc.constant(true) }, { requiredKeys: ['parentId', 'id'] }),
    ),
    isAttachIframe: fc.constant(true),
  },
  { requiredKeys: ['source', 'adds', 'texts', 'attributes', 'removes'] },
);
const timestamp = fc.integer({ min: 0 });
const event: fc.Arbitrary<PlainEvent> = fc.oneof(
  fc.record({ type: fc.constant(3), timestamp, data: mutation }),
  fc.record({
    type: fc.constant(2),
    timestamp,
    data: fc.record({
      node: fc.record({ type: fc.constant(0), id: fc.constant(1), childNodes: fc.array(node) }),
      initialOffset: fc.constant({ top: 1, left: 0 }),
    }),
  }),
  fc.record({ type: fc.constant(4), timestamp, data: fc.constant({ href: '/', width: 1, height: 1 }) }),
);
/** As it is after it was sent. */
const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('compact events', () => {
  test('[X8] also of an element that is said to be its own neighbour', () => {
    const node = { type: 3, textContent: '', id: 12 };
    const data = { source: 0, adds: [{ parentId: 1, nextId: 12, node }], texts: [], attributes: [], removes: [] };
    const event = { type: 3, timestamp: 0, data };
    expect(expandEvents(sent([compactEvent(event as never)]) as unknown[])).toEqual([event]);
  });

  test('[X8] say the same: every event comes back value for value', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(expandEvents(sent(events.map(compactEvent)) as unknown[])).toEqual(sent(events));
      }),
      { numRuns: 500 },
    );
  });

  test('a snapshot written part by part is the same text’s value', () => {
    fc.assert(
      fc.property(event, (one) => {
        const parts = compactParts(one);
        expect(parts === null).toBe(one.type !== 2);
        if (parts !== null) expect(JSON.parse([...parts].join(''))).toEqual(sent(compactEvent(one)));
      }),
      { numRuns: 500 },
    );
  });

  test('are lists for what makes up a recording, and far shorter', () => {
    const row = (n: number) => ({ type: 2, tagName: 'tr', attributes: { class: 'row' }, childNodes: [], id: n });
    const adds = Array.from({ length: 50 }, (_, i) => ({ parentId: 7, nextId: null, node: row(100 + i) }));
    const plain = { type: 3, timestamp: 5, data: { source: 0, texts: [], attributes: [], removes: [], adds } };
    expect(Array.isArray(compactEvent(plain))).toBe(true);
    expect(JSON.stringify(compactEvent(plain)).length).toBeLessThan(JSON.stringify(plain).length / 2);
  });

  test.each<[string, unknown]>([
    ['no time', [3]],
    ['another kind', [9, 1, [], [], [], [], [], [], [], [], [], []]],
    ['a column too few', [3, 1, [], [], [], [], [], [], [], [], []]],
    ['columns of different lengths', [3, 1, [1], [], [], [], [], [], [], [], [], []]],
    ['a column that is none', [3, 1, 5, [], [], [], [], [], [], [], [], []]],
    ['a step that is no number', [3, 1, ['1'], [1], [0], ['x'], [], [], [], [], [], []]],
    ['an element without a name', [3, 1, [1], [1], [0], [[7, {}]], [], [], [], [], [], []]],
    ['a tree of numbers', [2, 1, 5, {}]],
    ['a tree that is too deep', [2, 1, JSON.parse(`${'["a",{},'.repeat(1600)}""${']'.repeat(1600)}`), {}]],
    ['more nodes than a page has', [2, 1, ['a', {}, ...Array.from({ length: 300_001 }, () => '')], {}]],
  ])('hostile: %s is no event', (_, value) => expect(expandEvents([value])).toEqual([null]));
});
