import { pngOf } from './rasters.ts';

/** What somebody sees in the end: of an element its text, or one of its computed styles. */
export type Seen = { of: string; style?: string; is: string };

/** A recording as a version of rrweb wrote it, and the page that it is of. */
export type VersionRecording = { name: string; events: Record<string, unknown>[]; seen: Seen[] };

const T = 1_700_000_000_000;
const at = (ms: number, type: number, data: unknown, more: object = {}) => ({ type, data, timestamp: T + ms, ...more });
const change = (ms: number, data: object, more: object = {}) => at(ms, 3, { source: 0, ...data }, more);
const text = (id: number, textContent: string, more: object = {}) => ({ type: 3, textContent, id, ...more });
const element = (id: number, tagName: string, attributes: object, childNodes: unknown[], more: object = {}) => ({
  type: 2,
  tagName,
  attributes,
  childNodes,
  id,
  ...more,
});
const page = (head: unknown[], body: unknown[]) => ({
  type: 0,
  childNodes: [
    { type: 1, name: 'html', publicId: '', systemId: '', id: 2 },
    element(3, 'html', { lang: 'en' }, [element(4, 'head', {}, head), element(5, 'body', {}, body)]),
  ],
  id: 1,
});
const META = { href: 'https://shop.example/cart?basket=1', width: 1000, height: 700 };

/** 0.7: neighbours on both sides, -1 for those that are told of later; a link's sheet as its text. */
const before1: VersionRecording = {
  name: 'rrweb 0.7',
  events: [
    at(0, 0, {}),
    at(1, 1, {}),
    at(2, 4, META),
    at(3, 2, {
      node: page(
        [
          element(
            6,
            'link',
            { rel: 'stylesheet', href: 'https://shop.example/a.css', _cssText: '.price { color: rgb(1, 2, 3); }' },
            [],
          ),
          text(7, '\n'),
        ],
        [
          element(10, 'ul', { class: 'list' }, [
            element(11, 'li', {}, [text(12, 'A')]),
            element(13, 'li', {}, [text(14, 'E')]),
          ]),
          element(15, 'p', { class: 'price' }, [text(16, 'ten')]),
          element(17, 'input', { type: 'text', class: 'field', value: '***' }, []),
          element(18, 'div', { class: 'covered', rr_width: '120px', rr_height: '40px' }, []),
        ],
      ),
      initialOffset: { top: 0, left: 0 },
    }),
    change(100, {
      texts: [],
      attributes: [],
      removes: [],
      // In the order of the page; each knows its left neighbour, the right one is not told of yet.
      adds: [
        { parentId: 10, previousId: 11, nextId: -1, node: element(20, 'li', {}, []) },
        { parentId: 20, previousId: null, nextId: null, node: text(21, 'B') },
        { parentId: 10, previousId: 20, nextId: -1, node: element(22, 'li', {}, []) },
        { parentId: 22, previousId: null, nextId: null, node: text(23, 'C') },
        { parentId: 10, previousId: 22, nextId: 13, node: element(24, 'li', {}, []) },
        { parentId: 24, previousId: null, nextId: null, node: text(25, 'D') },
      ],
    }),
    change(200, {
      texts: [{ id: 16, value: 'eleven' }],
      attributes: [{ id: 10, attributes: { class: 'list longer' } }],
      removes: [{ parentId: 10, id: 22 }],
      adds: [],
    }),
    at(250, 3, { source: 2, type: 2, id: 15, x: 10, y: 10 }),
    at(300, 3, { source: 1, positions: [{ x: 5, y: 5, id: 15, timeOffset: -40 }] }),
    at(400, 3, { source: 5, text: '****', isChecked: false, id: 17 }),
  ],
  seen: [
    { of: '.list.longer', is: 'ABDE' },
    { of: '.price', is: 'eleven' },
    { of: '.price', style: 'color', is: 'rgb(1, 2, 3)' },
    { of: '.covered', style: 'width', is: '120px' },
  ],
};

/** 1.1: shadow trees without a word at their host, single style properties, rules put in, custom and plugin events between. */
const one: VersionRecording = {
  name: 'rrweb 1.1',
  events: [
    at(0, 0, {}, { delay: 0 }),
    at(1, 4, META),
    at(2, 2, {
      node: page(
        [
          element(6, 'style', {}, [
            text(7, '.total { color: rgb(9, 9, 9); } .total:hover { color: red; }', { isStyle: true }),
          ]),
          element(8, 'script', { src: '' }, [text(9, 'SCRIPT_PLACEHOLDER')]),
        ],
        [
          element(10, 'p', { class: 'total' }, [text(11, 'three')]),
          element(12, 'x-card', { class: 'card' }, [
            element(13, 'style', {}, [text(14, 'b { color: rgb(4, 5, 6); }', { isStyle: true })], { isShadow: true }),
            element(15, 'b', { class: 'inside' }, [text(16, 'in the shadow')], { isShadow: true }),
          ]),
          element(17, 'canvas', { width: 40, height: 20, rr_dataURL: pngOf(40, 20) }, []),
          element(18, 'iframe', { src: 'https://other.example/' }, []),
          element(19, 'input', { type: 'checkbox', class: 'tick', checked: true }, []),
        ],
      ),
      initialOffset: { top: 0, left: 0 },
    }),
    at(3, 1, {}),
    at(50, 5, { tag: 'user', payload: { name: 'somebody' } }),
    at(60, 6, { plugin: 'rrweb/console@1', payload: { level: 'log', payload: ['"hello"'], trace: [] } }),
    at(70, 3, { source: 11, level: 'log', payload: ['"older console"'], trace: [] }),
    at(80, 3, { source: 9, id: 17, type: 0, property: 'fillRect', args: [0, 0, 4, 4] }),
    change(90, {
      isAttachIframe: true,
      texts: [],
      attributes: [],
      removes: [],
      adds: [{ parentId: 18, nextId: null, node: { type: 0, childNodes: [], rootId: 90, id: 90 } }],
    }),
    change(100.5, {
      texts: [],
      attributes: [
        { id: 10, attributes: { style: { 'font-weight': '700', width: ['222px', 'important'], height: false } } },
      ],
      removes: [],
      adds: [
        { parentId: 12, nextId: null, node: element(30, 'b', { class: 'late' }, [], { isShadow: true }) },
        { parentId: 30, nextId: null, node: text(31, 'later') },
      ],
    }),
    at(150, 3, { source: 8, id: 6, adds: [{ rule: '.total { background-color: rgb(7, 7, 7); }', index: 1 }] }),
    at(160, 3, { source: 13, id: 6, index: [0], set: { property: 'color', value: 'rgb(8, 8, 8)', priority: '' } }),
    change(200, { texts: [{ id: 11, value: 'four' }], attributes: [], removes: [], adds: [] }),
    at(250, 3, { source: 3, id: 1, x: 0, y: 0 }),
    at(300, 3, { source: 4, width: 900, height: 600 }),
  ],
  seen: [
    { of: '.total', is: 'four' },
    { of: '.total', style: 'color', is: 'rgb(8, 8, 8)' },
    { of: '.total', style: 'background-color', is: 'rgb(7, 7, 7)' },
    { of: '.total', style: 'width', is: '222px' },
    { of: '.total', style: 'font-weight', is: '700' },
    { of: '.card >>> .inside', is: 'in the shadow' },
    { of: '.card >>> .inside', style: 'color', is: 'rgb(4, 5, 6)' },
    { of: '.card >>> .late', is: 'later' },
  ],
};

/** 2.0 alphas: a style element's sheet as an attribute beside empty texts, adopted sheets, selections, who caused an input. */
const alpha: VersionRecording = {
  name: 'rrweb 2.0-alpha',
  events: [
    at(0, 4, META),
    at(1, 2, {
      node: {
        ...page(
          [
            element(
              6,
              'style',
              { _cssText: '.sum { color: rgb(20, 20, 20); }/* rr_split */.sum { padding-left: 13px; }' },
              [text(7, ''), text(8, '')],
            ),
            element(9, 'style', { _cssText: '.sum { margin-left: 17px; }' }, []),
          ],
          [
            element(10, 'p', { class: 'sum' }, [text(11, 'five')]),
            element(
              12,
              'x-host',
              { class: 'host' },
              [element(13, 'i', { class: 'inside' }, [text(14, 'within')], { isShadow: true })],
              { isShadowHost: true },
            ),
            element(15, 'textarea', { class: 'words', value: '****' }, []),
            element(16, 'dialog', { class: 'box', open: '' }, [text(17, 'Sure?')]),
          ],
        ),
        compatMode: 'CSS1Compat',
      },
      initialOffset: { top: 0, left: 0 },
    }),
    at(50, 3, {
      source: 15,
      id: 12,
      styleIds: [1],
      styles: [{ styleId: 1, rules: [{ rule: 'i { color: rgb(30, 30, 30); }', index: 0 }] }],
    }),
    at(60, 3, {
      source: 15,
      id: 1,
      styleIds: [2],
      styles: [{ styleId: 2, rules: [{ rule: '.sum { border-left-width: 3px; }' }] }],
    }),
    at(70, 3, { source: 14, ranges: [{ start: 11, startOffset: 0, end: 11, endOffset: 2 }] }),
    at(80, 3, { source: 5, text: '***', isChecked: false, userTriggered: true, id: 15 }),
    at(90, 3, { source: 16, define: { name: 'x-host' } }),
    at(95, 3, { source: 10, family: 'Fancy', fontSource: 'url(https://other.example/f.woff2)', buffer: false }),
    at(98, 3, { source: 7, type: 0, id: 10, currentTime: 0, volume: 1, muted: false, playbackRate: 1 }),
    change(100, {
      texts: [{ id: 11, value: 'six' }],
      attributes: [{ id: 6, attributes: { media: null } }],
      removes: [],
      adds: [
        { parentId: 5, nextId: 12, node: element(20, 'p', { class: 'between' }, []) },
        { parentId: 20, nextId: null, node: text(21, 'between') },
      ],
    }),
    at(150, 3, { source: 8, styleId: 1, replaceSync: 'i { color: rgb(31, 31, 31); }' }),
    at(200, 3, { source: 6, positions: [{ x: 1, y: 1, id: 10, timeOffset: 0 }] }),
  ],
  seen: [
    { of: '.sum', is: 'six' },
    { of: '.sum', style: 'color', is: 'rgb(20, 20, 20)' },
    { of: '.sum', style: 'padding-left', is: '13px' },
    { of: '.sum', style: 'margin-left', is: '17px' },
    { of: '.sum + .between', is: 'between' },
    { of: '.host >>> .inside', style: 'color', is: 'rgb(31, 31, 31)' },
    { of: '.box', is: 'Sure?' },
  ],
};

/** Without a doctype; its element of the root has these attributes. */
export const oldPage = (attributes: object): readonly Record<string, unknown>[] => [
  at(1, 4, META),
  at(2, 2, {
    node: {
      type: 0,
      childNodes: [
        element(2, 'html', attributes, [
          element(3, 'head', {}, []),
          element(4, 'body', {}, [element(5, 'p', {}, [text(6, 'old')])]),
        ]),
      ],
      compatMode: 'BackCompat',
      id: 1,
    },
    initialOffset: { top: 0, left: 0 },
  }),
  change(50, { texts: [], attributes: [], removes: [], adds: [] }),
];

/** A sprite, and so many icons of it. */
export const pageOfIcons = (count: number): readonly Record<string, unknown>[] => {
  const svg = (id: number, tagName: string, attributes: object, inside: unknown[]) =>
    element(id, tagName, attributes, inside, { isSVG: true });
  const sprite = svg(100, 'svg', { style: 'position: absolute' }, [
    svg(101, 'symbol', { id: 'icon' }, [svg(102, 'use', { href: '#shape' }, [])]),
    svg(103, 'defs', {}, [svg(104, 'rect', { id: 'shape', width: '7', height: '7' }, [])]),
  ]);
  const icons = Array.from({ length: count - 1 }, (_, i) =>
    svg(1000 + 2 * i, 'svg', { width: '9', height: '9' }, [svg(1001 + 2 * i, 'use', { href: '#icon' }, [])]),
  );
  return [
    at(1, 4, META),
    at(2, 2, { node: page([], [sprite, ...icons]), initialOffset: { top: 0, left: 0 } }),
    at(50, 3, { source: 3, id: 1, x: 0, y: 0 }),
  ];
};

/**
 * Squares of 40 that are green where what paints, hides or ends them is found, and red or nothing where it is not: the first half stands in the
 * page, the second comes later, first what refers and then what it refers to.
 */
export const pageOfPaints = (): {
  events: readonly Record<string, unknown>[];
  squares: readonly { name: string; x: number; y: number }[];
} => {
  let last = 100;
  const svg = (tagName: string, attributes: Record<string, string>, inside: unknown[] = []) => {
    last += 1;
    return element(last, tagName, attributes, inside, { isSVG: true });
  };
  const square = (x: number, attributes: Record<string, string>) =>
    svg('rect', { x: String(x), y: '0', width: '40', height: '40', ...attributes });
  const covered = (attributes: Record<string, string>) => (x: number) => [
    square(x, { fill: 'green' }),
    square(x, { fill: 'red', ...attributes }),
  ];
  const whole = { x: '0', y: '0', width: '900', height: '900' };
  const ways: [string, (id: string) => unknown, (id: string) => (x: number) => unknown[]][] = [
    [
      'pattern',
      (id) =>
        svg('pattern', { id, ...whole, patternUnits: 'userSpaceOnUse' }, [svg('rect', { ...whole, fill: 'green' })]),
      (id) => (x) => [square(x, { fill: `url(#${id})` })],
    ],
    ['mask', (id) => svg('mask', { id }, []), (id) => covered({ mask: `url(#${id})` })],
    [
      'clip',
      (id) => svg('clipPath', { id }, [svg('rect', { width: '0', height: '0' })]),
      (id) => covered({ 'clip-path': `url("#${id}")` }),
    ],
    ['clip in a style', (id) => svg('clipPath', { id }, []), (id) => covered({ style: `clip-path: url("#${id}")` })],
    [
      'marker',
      (id) =>
        svg(
          'marker',
          { id, markerWidth: '80', markerHeight: '80', markerUnits: 'userSpaceOnUse', overflow: 'visible' },
          [svg('rect', { width: '40', height: '40', fill: 'green' })],
        ),
      (id) => (x) => [svg('path', { d: `M${x} 0h1`, 'marker-start': `url(#${id})` })],
    ],
    [
      'gradient in a sheet',
      (id) => svg('linearGradient', { id }, [svg('stop', { 'stop-color': 'green' })]),
      (id) => (x) => [square(x, { class: `by-${id}` })],
    ],
  ];
  const squares: { name: string; x: number; y: number }[] = [];
  const [resources, users, later]: [unknown[], unknown[], unknown[][]] = [[], [], [[], []]];
  for (const [n, [name, resource, user]] of ways.entries())
    for (const isLate of [false, true]) {
      const [id, x] = [`r${n}${isLate ? 'b' : 'a'}`, 100 * n + (isLate ? 50 : 0)];
      squares.push({ name: isLate ? `${name}, later` : name, x: x + 20, y: 20 });
      if (isLate) {
        later[0]?.push(...user(id)(x));
        later[1]?.push(resource(id));
      } else {
        resources.push(resource(id));
        users.push(...user(id)(x));
      }
    }
  const sheet = ['a', 'b'].map((one) => `.by-r5${one} { fill: url(#r5${one}) }`).join(' ');
  const [svgId, defsId] = [50, 51];
  const drawing = element(
    svgId,
    'svg',
    { style: 'position: absolute; left: 0; top: 0', width: '700', height: '60' },
    [element(defsId, 'defs', {}, resources, { isSVG: true }), ...users],
    { isSVG: true },
  );
  type Nested = { id: number; childNodes: Nested[] };
  // Who is in it is told of by itself.
  const flat = (node: Nested, parentId: number): unknown[] => [
    { parentId, nextId: null, node: { ...node, childNodes: [] } },
    ...node.childNodes.flatMap((one) => flat(one, node.id)),
  ];
  const added = (nodes: unknown[], parentId: number, time: number) =>
    at(time, 3, {
      source: 0,
      texts: [],
      attributes: [],
      removes: [],
      adds: nodes.flatMap((node) => flat(node as Nested, parentId)),
    });
  return {
    squares,
    events: [
      at(1, 4, META),
      at(2, 2, {
        node: page([element(40, 'style', {}, [{ type: 3, id: 41, textContent: sheet, isStyle: true }])], [drawing]),
        initialOffset: { top: 0, left: 0 },
      }),
      added(later[0] ?? [], svgId, 20),
      added(later[1] ?? [], defsId, 40),
      at(60, 3, { source: 3, id: 1, x: 0, y: 0 }),
    ],
  };
};

/** Written by hand from those versions' event types: what they wrote that today's does not, beside what all of them write. */
export const VERSION_RECORDINGS: readonly VersionRecording[] = [before1, one, alpha];
