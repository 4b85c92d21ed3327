import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { disarmReplay } from '#domain/redaction/replay.ts';
import type { PlainEvent } from '#domain/replay/compact.ts';
import { createFoldedPage, MAX_FRAMES, MAX_LEVELS } from '#domain/replay/fold.ts';
import { VERSION_RECORDINGS } from '../support/rrweb-versions.ts';

type Node = {
  id: number;
  type: number;
  tagName?: string;
  attributes?: Record<string, unknown>;
  textContent?: string;
  childNodes?: Node[];
};
/** A page as a browser has it: every node knows its parent, and rrweb tells what changed. */
type Live = { id: number; tag: string | null; text: string; attributes: Record<string, string>; children: Live[] };

const element = (id: number, children: Live[] = [], tag = 'div'): Live => ({
  id,
  tag,
  text: '',
  attributes: {},
  children,
});
const written = (live: Live, isDeep: boolean): Node =>
  live.tag === null
    ? { id: live.id, type: 3, textContent: live.text }
    : {
        id: live.id,
        type: 2,
        tagName: live.tag,
        attributes: { ...live.attributes },
        childNodes: isDeep ? live.children.map((child) => written(child, true)) : [],
      };
const all = (live: Live): Live[] => [live, ...live.children.flatMap(all)];
const incremental = (data: object): PlainEvent => ({ type: 3, timestamp: 1, data });
const mutation = (data: object): PlainEvent =>
  incremental({ source: 0, adds: [], texts: [], attributes: [], removes: [], ...data });
const start = (body: Live): PlainEvent[] => [
  { type: 4, timestamp: 0, data: { href: 'https://app.example/', width: 100, height: 100 } },
  {
    type: 2,
    timestamp: 0,
    data: { node: { id: 1, type: 0, childNodes: [written(body, true)] }, initialOffset: { top: 0, left: 0 } },
  },
];
const snapshotOf = (events: PlainEvent[]) => {
  const page = createFoldedPage();
  for (const event of JSON.parse(JSON.stringify(events)) as PlainEvent[]) page.apply(event);
  return page.snapshotAt(9) ?? [];
};
const treeOf = (events: PlainEvent[]) => (events[1] as { data: { node: Node } }).data.node.childNodes?.[0];
const laterOf = (events: PlainEvent[]) => events.slice(2).map(({ data }) => data);

/** Random deeds on a page, as rrweb would tell of them: a subtree node by node, a move as removal and addition, neighbours by what follows. */
function play(deeds: readonly [kind: number, a: number, b: number][]): { body: Live; events: PlainEvent[] } {
  let next = 10;
  const body = element(2, [element(3, [element(4)]), element(5)], 'body');
  const events = start(body);
  const parentOf = (node: Live) => all(body).find(({ children }) => children.includes(node)) as Live;
  const told = (parent: Live, node: Live): object[] => [
    {
      parentId: parent.id,
      nextId: parent.children[parent.children.indexOf(node) + 1]?.id ?? null,
      node: written(node, false),
    },
    // From the last to the first, so that each one's neighbour is there; the ends of lists may also come before.
    ...[...node.children].reverse().flatMap((child) => told(node, child)),
  ];
  for (const [kind, a, b] of deeds) {
    const elements = all(body).filter(({ tag }) => tag !== null);
    const one = elements[a % elements.length] as Live;
    switch (kind % 5) {
      case 0: {
        const fresh = element(next, [{ ...element(next + 1), tag: null, text: `t${b}` }, element(next + 2)]);
        next += 3;
        one.children.splice(b % (one.children.length + 1), 0, fresh);
        events.push(mutation({ adds: told(one, fresh) }));
        break;
      }
      case 1: {
        const gone = one.children[b % Math.max(one.children.length, 1)];
        if (gone === undefined) break;
        one.children.splice(one.children.indexOf(gone), 1);
        events.push(mutation({ removes: [{ parentId: one.id, id: gone.id }] }));
        break;
      }
      case 2: {
        const value = b % 4 === 0 ? null : `v${b}`;
        if (value === null) delete one.attributes.title;
        else one.attributes.title = value;
        events.push(mutation({ attributes: [{ id: one.id, attributes: { title: value } }] }));
        break;
      }
      case 3: {
        const texts = all(body).filter(({ tag }) => tag === null);
        const text = texts[a % Math.max(texts.length, 1)];
        if (text === undefined) break;
        text.text = `w${b}`;
        events.push(mutation({ texts: [{ id: text.id, value: text.text }] }));
        break;
      }
      default: {
        if (one === body || one.id === 2) break;
        const inside = new Set(all(one));
        const targets = elements.filter((node) => !inside.has(node));
        const to = targets[b % targets.length] as Live;
        const from = parentOf(one);
        from.children.splice(from.children.indexOf(one), 1);
        to.children.splice(b % (to.children.length + 1), 0, one);
        events.push(mutation({ removes: [{ parentId: from.id, id: one.id }], adds: told(to, one) }));
      }
    }
  }
  return { body, events };
}

const deeds = fc.array(fc.tuple(fc.nat(20), fc.nat(200), fc.nat(200)), { maxLength: 80 });

describe('folding', () => {
  test('whatever happens on the page, the folded snapshot is the page', () => {
    fc.assert(
      fc.property(deeds, (given) => {
        const { body, events } = play(given);
        expect(treeOf(snapshotOf(events))).toEqual(written(body, true));
      }),
      { numRuns: 400 },
    );
  });

  test('folded once, or again from its own snapshot in the middle: the same page', () => {
    fc.assert(
      fc.property(deeds, fc.nat(100), (given, cut) => {
        const { events } = play(given);
        const middle = 2 + (cut % Math.max(events.length - 2, 1));
        const base = snapshotOf(events.slice(0, middle));
        expect(snapshotOf([...base, ...events.slice(middle)])).toEqual(snapshotOf(events));
      }),
      { numRuns: 200 },
    );
  });

  const body = () => element(2, [element(3), element(4, [], 'style'), element(5, [], 'iframe')], 'body');

  test('nothing is said before a snapshot was seen', () => {
    expect(snapshotOf([mutation({ texts: [{ id: 1, value: 'x' }] })])).toEqual([]);
  });

  test('a neighbour that comes later in the same event, and one that never comes', () => {
    const add = (id: number, nextId: number | null) => ({ parentId: 3, nextId, node: written(element(id), false) });
    const tree = treeOf(snapshotOf([...start(body()), mutation({ adds: [add(10, 11), add(11, null), add(12, 99)] })]));
    expect(tree?.childNodes?.[0]?.childNodes?.map(({ id }) => id)).toEqual([10, 11, 12]);
  });

  test('style objects add up until the attribute is a text again', () => {
    const style = (value: unknown) => mutation({ attributes: [{ id: 3, attributes: { style: value } }] });
    const told = [
      ...start(body()),
      style('color: red'),
      style({ width: '1px' }),
      style({ width: '2px', color: false }),
    ];
    const folded = snapshotOf(told);
    expect(treeOf(folded)?.childNodes?.[0]?.attributes).toEqual({ style: 'color: red' });
    expect(laterOf(folded)).toMatchObject([
      { attributes: [{ id: 3, attributes: { style: { width: '2px', color: false } } }] },
    ]);
    expect(laterOf(snapshotOf([...told, style('top: 0')]))).toEqual([]);
  });

  test('the last position, entry and size count; those of what is gone do not', () => {
    const events = [
      ...start(body()),
      incremental({ source: 3, id: 3, x: 0, y: 5 }),
      incremental({ source: 3, id: 3, x: 0, y: 9 }),
      incremental({ source: 5, id: 4, text: 'x', isChecked: true }),
      incremental({ source: 4, width: 50, height: 60 }),
    ];
    const folded = snapshotOf(events);
    expect(laterOf(folded)).toEqual([
      { source: 5, id: 4, text: 'x', isChecked: true },
      { source: 3, id: 3, x: 0, y: 9 },
    ]);
    expect(folded[0]?.data).toMatchObject({ width: 50, height: 60, href: 'https://app.example/' });
    expect(
      laterOf(
        snapshotOf([
          ...events,
          mutation({
            removes: [
              { parentId: 2, id: 3 },
              { parentId: 2, id: 4 },
            ],
          }),
        ]),
      ),
    ).toEqual([]);
  });

  test('rules of scripts stay in order, and go with their sheet or with its text', () => {
    const css = element(
      4,
      [
        { ...element(6), tag: null },
        { ...element(7), tag: null },
      ],
      'style',
    );
    css.attributes._cssText = '.a{}/* rr_split */.b{}';
    const events = [
      ...start(element(2, [css], 'body')),
      incremental({ source: 8, id: 4, adds: [{ rule: '.c{}', index: 0 }] }),
      incremental({ source: 8, id: 4, removes: [{ index: 1 }] }),
    ];
    expect(laterOf(snapshotOf(events))).toEqual(events.slice(2).map(({ data }) => data));
    const changed = snapshotOf([...events, mutation({ texts: [{ id: 7, value: '.d{}' }] })]);
    expect(laterOf(changed)).toEqual([]);
    expect(treeOf(changed)?.childNodes?.[0]).toMatchObject({
      attributes: {},
      childNodes: [{ textContent: '.a{}' }, { textContent: '.d{}' }],
    });
  });

  test('shared sheets are told with the first who has them, also when the one who brought them is gone', () => {
    const sheet = { styleId: 1, rules: [{ rule: '.x{}', index: 0 }] };
    const rule = { source: 8, styleId: 1, adds: [{ rule: '.y{}' }] };
    const events = [
      ...start(body()),
      incremental({ source: 15, id: 3, styleIds: [1], styles: [sheet] }),
      incremental({ source: 15, id: 5, styleIds: [1] }),
      incremental(rule),
      mutation({ removes: [{ parentId: 2, id: 3 }] }),
    ];
    expect(laterOf(snapshotOf(events))).toEqual([{ source: 15, id: 5, styleIds: [1], styles: [sheet] }, rule]);
    expect(laterOf(snapshotOf([...events, mutation({ removes: [{ parentId: 2, id: 5 }] })]))).toEqual([]);
  });

  test('what is in a frame comes after the page, once, as it is now', () => {
    const inside = (text: string) => ({ id: 20, type: 0, childNodes: [{ id: 21, type: 3, textContent: text }] });
    const load = (text: string) =>
      mutation({ adds: [{ parentId: 5, nextId: null, node: inside(text) }], isAttachIframe: true });
    const events = [...start(body()), load('one'), load('two'), mutation({ texts: [{ id: 21, value: 'three' }] })];
    expect(laterOf(snapshotOf(events))).toEqual([
      {
        source: 0,
        texts: [],
        attributes: [],
        removes: [],
        adds: [{ parentId: 5, nextId: null, node: inside('three') }],
        isAttachIframe: true,
      },
    ]);
    expect(laterOf(snapshotOf([...events, mutation({ removes: [{ parentId: 2, id: 5 }] })]))).toEqual([]);
    // What is at its new address is not here yet: until then it is as it was.
    const moved = mutation({ attributes: [{ id: 5, attributes: { src: 'data:image/gif,x', class: 'new' } }] });
    expect(JSON.stringify(treeOf(snapshotOf([...events, moved])))).not.toContain('data:');
    expect(JSON.stringify(treeOf(snapshotOf([...events, moved])))).toContain('"class":"new"');
  });

  test('[X8] of frames there are fifty at once, and one that goes makes room', () => {
    const frame = (id: number) =>
      mutation({ adds: [{ parentId: 3, nextId: null, node: written(element(id, [], 'iframe'), false) }] });
    const frames = (events: PlainEvent[]) =>
      JSON.stringify(treeOf(snapshotOf(events))).split('"tagName":"iframe"').length - 1;
    const body = element(2, [element(3)], 'body');
    const full = [...start(body), ...Array.from({ length: 70 }, (_, i) => frame(100 + i))];
    expect(frames(full)).toBe(MAX_FRAMES);
    const write = (parentId: number) =>
      mutation({
        adds: [{ parentId, nextId: null, node: { id: 900, type: 0, childNodes: [] } }],
        isAttachIframe: true,
      });
    expect([
      laterOf(snapshotOf([...full, write(149)])).length,
      laterOf(snapshotOf([...full, write(169)])).length,
    ]).toEqual([1, 0]);
    expect(JSON.stringify(snapshotOf([...full, write(169)]))).not.toContain('"id":900');
    const less = [...full, mutation({ removes: [{ parentId: 3, id: 100 }] })];
    expect([frames(less), frames([...less, frame(300), frame(301)])]).toEqual([MAX_FRAMES - 1, MAX_FRAMES]);
  });
});

test('[X8] below the last level that a browser survives nothing is folded', () => {
  const folded = createFoldedPage();
  for (const event of start(element(3))) folded.apply(event);
  const adds = Array.from({ length: 300 }, (_, i) => ({
    parentId: i === 0 ? 3 : 99 + i,
    nextId: null,
    node: written(element(100 + i), false),
  }));
  folded.apply(mutation({ adds }));
  const text = JSON.stringify(folded.snapshotAt(1));
  expect(text.match(/"tagName"/g)?.length).toBeLessThanOrEqual(MAX_LEVELS);
  expect(text).toContain('"id":150');
  expect(text).not.toContain('"id":399');
});

describe('[O8] what older versions of rrweb wrote', () => {
  const foldedOf = (name: string) => {
    const { events } = VERSION_RECORDINGS.find((one) => one.name === name) as (typeof VERSION_RECORDINGS)[number];
    const disarmed = disarmReplay(events);
    if (!disarmed.ok) throw new Error(disarmed.reason);
    const page = createFoldedPage();
    for (const event of disarmed.events) page.apply(event);
    return JSON.stringify(page.snapshotAt(0));
  };
  const textsOf = (json: string) => [...json.matchAll(/"textContent":"([A-Z])"/g)].map(([, text]) => text).join('');
  test('a neighbour on the left places a node whose right one is not told of yet', () =>
    expect(textsOf(foldedOf('rrweb 0.7'))).toBe('ABDE'));
  test('without a left one it is the first', () => {
    const page = createFoldedPage();
    const node = (id: number, textContent: string) => ({ type: 3, id, textContent });
    page.apply({ type: 4, timestamp: 0, data: { href: '/', width: 1, height: 1 } });
    page.apply({
      type: 2,
      timestamp: 0,
      data: { node: { type: 0, id: 1, childNodes: [node(2, 'B')] }, initialOffset: { top: 0, left: 0 } },
    });
    const adds = [{ parentId: 1, nextId: -1, node: node(3, 'A') }];
    page.apply({ type: 3, timestamp: 0, data: { source: 0, texts: [], attributes: [], removes: [], adds } });
    expect(textsOf(JSON.stringify(page.snapshotAt(0)))).toBe('AB');
  });
  test('who has a shadow tree is its host, said or not', () => {
    const { events } = VERSION_RECORDINGS.find(
      ({ name }) => name === 'rrweb 1.1',
    ) as (typeof VERSION_RECORDINGS)[number];
    const [snapshot] = events.filter(({ type }) => type === 2);
    expect(JSON.stringify(disarmReplay([snapshot]))).toContain('"isShadowHost":true');
  });
});
