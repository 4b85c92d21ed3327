import { describe, expect, test } from 'vitest';
import { quietCss } from '#domain/redaction/css.ts';
import { disarmCss } from '#domain/redaction/disarm-texts.ts';
import { disarmReplay, type ReplayEvent } from '#domain/redaction/replay.ts';
import { MAX_FRAMES, MAX_LEVELS } from '#domain/replay/fold.ts';
import { cpuMillis } from '../support/cpu-time.ts';
import { pngOf } from '../support/rasters.ts';

/*
 * Every crafted event points at `evil.test` wherever something could be fetched, navigated to or sent, and at `alert(1)` wherever something
 * could run. What is left must do neither.
 */
const EVIL = 'https://evil.test/x';
type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type Attributes = { [name: string]: Json };

let id = 10;
const el = (tagName: string, attributes: Attributes = {}, childNodes: Json[] = [], more: Attributes = {}): Json => ({
  type: 2,
  id: id++,
  tagName,
  attributes,
  childNodes,
  ...more,
});
const text = (textContent: string, more: Attributes = {}): Json => ({ type: 3, id: id++, textContent, ...more });
const page = (...children: Json[]): Json => ({
  type: 2,
  timestamp: 1,
  data: {
    node: {
      type: 0,
      id: 1,
      childNodes: [{ type: 1, id: 2, name: 'html' }, el('html', {}, [el('body', {}, children)])],
    },
    initialOffset: { left: 0, top: 0 },
  },
});
const change = (data: Attributes): Json => ({
  type: 3,
  timestamp: 2,
  data: { source: 0, texts: [], attributes: [], removes: [], adds: [], ...data },
});
const added = (node: Json): Json => change({ adds: [{ parentId: 4, nextId: null, node }] });
const set = (attributes: Attributes): Json => change({ attributes: [{ id: 4, attributes }] });
const css = (source: string): Json => page(el('style', {}, [text(source, { isStyle: true })]));

const events = (...given: Json[]): ReplayEvent[] => {
  const result = disarmReplay(JSON.parse(JSON.stringify(given)));
  if (!result.ok) throw new Error(result.reason);
  return result.events;
};

/**
 * What a browser would fetch or run for a style sheet: read token by token as CSS Syntax says, which is another way than the one that is
 * tested.
 */
function cssLoads(css: string): string[] {
  const loads: string[] = [];
  let at = 0;
  const word = (): string => {
    let made = '';
    for (;;) {
      const escaped = /^\\(?:([0-9a-f]{1,6})(?:\r\n|\s)?|[^\n\r\f])/i.exec(css.slice(at, at + 9));
      if (escaped !== null) {
        made +=
          escaped[1] === undefined
            ? escaped[0].slice(1)
            : String.fromCodePoint(Number.parseInt(escaped[1], 16) % 0x110000);
        at += escaped[0].length;
      } else if (/[\w\-\u0080-\uffff]/.test(css[at] ?? '')) made += css[at++];
      else return made.toLowerCase();
    }
  };
  const string = (quote: string): string => {
    let made = '';
    for (at += 1; at < css.length && css[at] !== quote && css[at] !== '\n'; at += 1) {
      if (css[at] === '\\') at += 1;
      made += css[at] ?? '';
    }
    at += 1;
    return made;
  };
  const stack: string[] = [];
  while (at < css.length) {
    const char = css[at] as string;
    if (css.startsWith('/*', at)) {
      const end = css.indexOf('*/', at + 2);
      at = end === -1 ? css.length : end + 2;
    } else if (char === '"' || char === "'") {
      const said = string(char);
      const call = stack.at(-1) ?? '';
      if (/^(?:url|src|-webkit-image-set|image-set|image|cross-fade)$/.test(call) && !/^(?:data:|#)/.test(said))
        loads.push(`${call}("${said}")`);
    } else if (char === '@') {
      at += 1;
      const name = word();
      if (/^(?:import|namespace|document)$/.test(name)) loads.push(`@${name}`);
    } else if (/[\w\-\\\u0080-\uffff]/.test(char)) {
      const before = at;
      const name = word();
      if (at === before) at += 1;
      else if (css[at] === '(') {
        at += 1;
        if (/^(?:expression|element|-moz-element)$/.test(name)) loads.push(`${name}(`);
        const bare = /^\s*([^\s"')][^)]*)/.exec(css.slice(at));
        if (name === 'url' && bare !== null && !/^(?:data:|#)/.test(bare[1] as string)) loads.push(`url(${bare[1]}`);
        stack.push(name);
      } else if (/^(?:behavior|-moz-binding)$/.test(name) && /^\s*:/.test(css.slice(at))) loads.push(`${name}:`);
    } else {
      if (char === '(') stack.push('(');
      if (char === ')') stack.pop();
      at += 1;
    }
  }
  return loads;
}

const IS_CSS =
  /^(?:style|_csstext|fill|stroke|filter|mask|clip-path|marker-\w+|cursor|values|from|to|by|rule|replace|replacesync)$/i;

/** What a browser would do something about. */
const isBareFrame = ({ attributes, childNodes }: { attributes?: object; childNodes?: unknown[] }) =>
  (childNodes ?? []).length === 0 &&
  Object.keys(attributes ?? {}).every((name) =>
    /^(?:rr_width|rr_height|class|id|width|height|style|frameborder|hidden)$/.test(name),
  );

function dangers(value: unknown, inStyle = false): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const node = value as {
    tagName?: unknown;
    source?: unknown;
    attributes?: { _cssText?: unknown };
    childNodes?: { textContent?: string }[];
  };
  const found: string[] = [];
  // A browser reads the texts of a style element as one.
  if (node.tagName === 'style')
    found.push(...cssLoads((node.childNodes ?? []).map(({ textContent }) => textContent ?? '').join('')));
  if (/^(?:script|frame|object|embed|base|meta|portal|noscript)$/i.test(String(node.tagName)))
    found.push(`an element ${node.tagName}`);
  // Empty, and of a size, it is written into; anything else could be its own document.
  if (/^iframe$/i.test(String(node.tagName)) && !isBareFrame(node)) found.push(`an element ${node.tagName}`);
  // The player makes a style element of a link that brings its sheet along.
  if (/^link$/i.test(String(node.tagName)) && node.attributes?._cssText === undefined) found.push('an element link');
  for (const [name, given] of Object.entries(value)) {
    if (name === 'attributeName' && /^\s*(?:(?:xlink:)?href|on\w+)\s*$/i.test(String(given)))
      found.push(`animates ${given}`);
    if (/^on|^srcdoc$|^formaction$|^http-equiv$|^__proto__$/i.test(name)) found.push(`a field ${name}`);
    if (typeof given === 'object') {
      const inside = /^style$/i.test(name) || node.source === 13 || node.tagName === 'style';
      found.push(...dangers(given, inStyle || inside));
    }
    if (typeof given !== 'string') continue;
    // Browsers take these out of an address before they look at its scheme.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    const seen = given.replace(/[\u0000-\u0020\u00a0\u2028\u2029]/g, '').toLowerCase();
    if (/javascript:|vbscript:|data:text/.test(seen)) found.push(`${name}: ${given}`);
    if (inStyle || IS_CSS.test(name)) found.push(...cssLoads(given));
    else if (/evil\.test|alert\(/.test(seen)) found.push(`${name}: ${given}`);
  }
  return found;
}

const ATTRIBUTES =
  'src data code value title alt label to from by values begin attributeName aria-label role data-url lang name form list xmlns style fill cursor filter';

const HOSTILE: [string, Json][] = [
  // Elements that run, load or embed.
  ['a script', page(el('script', { src: EVIL }, [text('alert(1)')]))],
  ['a script in capitals', page(el('SCRIPT', { src: EVIL }, [text('alert(1)')]))],
  [
    'a script in a picture',
    page(el('svg', {}, [el('script', { 'xlink:href': EVIL }, [text('alert(1)')], { isSVG: true })])),
  ],
  ['a script with a name space', page(el('svg:script', { src: EVIL }, [text('alert(1)')]))],
  ['a script that is added later', added(el('script', { src: EVIL }, [text('alert(1)')]))],
  ['a frame', page(el('iframe', { src: EVIL }, []))],
  ['a frame with its document', page(el('iframe', { srcdoc: '<script>alert(1)</script>' }))],
  [
    'a frame’s document, attached',
    change({ isAttachIframe: true, adds: [{ parentId: 4, nextId: null, node: el('p', {}, [text('evil.test')]) }] }),
  ],
  [
    'a document in a document',
    page(el('div', {}, [{ type: 0, id: 900, childNodes: [el('p', {}, [text('evil.test')])] }])),
  ],
  ['a frame with something in it', page(el('iframe', {}, [el('p', {}, [text('x')])]))],
  [
    'a frame’s document',
    change({
      isAttachIframe: true,
      adds: [
        { parentId: 4, nextId: null, node: { type: 0, id: 901, childNodes: [el('img', { src: EVIL, onerror: 'x' })] } },
      ],
    }),
  ],
  [
    'what comes with a frame’s document',
    change({
      isAttachIframe: true,
      adds: [
        { parentId: 4, nextId: null, node: { type: 0, id: 902, childNodes: [] } },
        { parentId: 4, nextId: null, node: el('p', {}, [text('evil.test')]) },
      ],
      attributes: [{ id: 4, attributes: { title: 'evil.test' } }],
    }),
  ],
  ['a frame set', page(el('frameset', {}, [el('frame', { src: EVIL })]))],
  ['an object', page(el('object', { data: EVIL, classid: EVIL }, [el('param', { value: EVIL })]))],
  ['an embedded thing', page(el('embed', { src: EVIL }))],
  ['an applet', page(el('applet', { code: EVIL, archive: EVIL }))],
  ['a base', page(el('base', { href: EVIL }))],
  ['a refresh', page(el('meta', { 'http-equiv': 'refresh', content: `0;url=${EVIL}` }))],
  ['a policy', page(el('meta', { 'http-equiv': 'Content-Security-Policy', content: 'evil.test' }))],
  ['a style sheet elsewhere', page(el('link', { rel: 'stylesheet', href: EVIL }))],
  ['a preload', page(el('link', { rel: 'preload', as: 'image', imagesrcset: `${EVIL} 1x`, href: EVIL }))],
  ['a manifest', page(el('html', { manifest: EVIL }))],
  ['a template', page(el('template', {}, [el('img', { src: EVIL })]))],
  ['what is there without scripts', page(el('noscript', {}, [el('img', { src: EVIL })]))],
  ['an element whose name is none', page(el('img src=x onerror=alert(1)', { src: EVIL }))],
  [
    'an element without a name',
    page({ type: 2, id: 901, attributes: { src: EVIL, onload: 'alert(1)' }, childNodes: [] }),
  ],

  // Attributes.
  [
    'handlers',
    page(el('img', { onerror: 'alert(1)', ONLOAD: 'alert(1)', oNtOgGlE: 'alert(1)', 'on-anything': 'alert(1)' })),
  ],
  ['a handler that is set later', set({ onclick: 'alert(1)', onfocus: 'alert(1)', autofocus: true })],
  ['pictures', page(el('img', { src: EVIL, srcset: `${EVIL} 2x`, lowsrc: EVIL, dynsrc: EVIL, longdesc: null }))],
  ['a picture that is set later', set({ src: EVIL, srcset: EVIL, poster: EVIL, background: EVIL })],
  [
    'films and sounds',
    page(el('video', { src: EVIL, poster: EVIL }, [el('source', { src: EVIL }), el('track', { src: EVIL })])),
  ],
  [
    'forms',
    page(el('form', { action: EVIL }, [el('button', { formaction: EVIL }), el('input', { type: 'image', src: EVIL })])),
  ],
  [
    'pings and reports',
    page(el('a', { ping: EVIL, attributionsrc: EVIL, href: '/x' }), el('img', { attributionsrc: EVIL })),
  ],
  ['quotations', page(el('q', { cite: EVIL }), el('table', { background: EVIL }), el('body', { profile: EVIL }))],
  ['another base for one element', page(el('svg', { 'xml:base': EVIL }, []))],
  [
    'attributes of the replay',
    page(el('canvas', { rr_dataURL: EVIL }), el('img', { rr_src: EVIL, rr_captured_src: EVIL })),
  ],
  ['an address that runs', page(el('a', { href: 'javascript:alert(1)' }))],
  [
    'an address that runs, disguised',
    page(
      el('a', { href: ' \u0001java\tscript\n:alert(1)' }),
      el('a', { 'XLINK:HREF': 'JaVaScRiPt:alert(1)' }),
      el('div', { title: '\u0001java\tscript\n:alert(1)' }),
    ),
  ],
  [
    'an address that runs, in every attribute there is',
    page(...ATTRIBUTES.split(' ').map((name) => el('div', { [name]: 'javascript:alert(1)' }))),
  ],
  [
    'a document as an address',
    page(el('a', { href: 'data:text/html,<script>alert(1)</script>' }), el('img', { src: 'data:text/html,evil.test' })),
  ],
  ['a value that is no text', page(el('img', { src: [EVIL], href: { toString: EVIL }, alt: { x: EVIL } }))],

  // Pictures that are documents.
  [
    'an animation into an address',
    page(el('svg', {}, [el('a', {}, [el('animate', { attributeName: 'href', values: '#;javascript:alert(1)' })])])),
  ],
  [
    'an animation with a disguise',
    page(
      el('animate', {
        attributeName: 'xlink:href',
        to: 'java\u0009script:alert(1)',
        from: '\u0001javascript:alert(1)',
      }),
    ),
  ],
  [
    'a setting',
    page(el('set', { attributeName: 'onmouseover', to: 'alert(1)' }), el('set', { attributeName: ' HREF ', to: EVIL })),
  ],
  [
    'an animation that is turned later',
    set({ attributeName: 'href', values: 'x;javascript:alert(1)', to: 'vbscript:x' }),
  ],
  [
    'an animation into a picture elsewhere',
    page(el('animate', { attributeName: 'fill', values: `red;url(${EVIL})`, to: `url(${EVIL})` })),
  ],
  [
    'a use of something elsewhere',
    page(el('use', { href: `${EVIL}#a`, 'xlink:href': 'data:image/svg+xml,evil.test' })),
  ],
  ['pictures in pictures', page(el('image', { href: EVIL, 'xlink:href': EVIL }), el('feImage', { href: EVIL }))],
  [
    'paint from elsewhere',
    page(
      el('rect', {
        fill: `url(${EVIL}#a)`,
        filter: `url("${EVIL}")`,
        mask: `url('${EVIL}')`,
        cursor: `url(${EVIL}),auto`,
        'clip-path': `url(${EVIL})`,
        'marker-end': `url(${EVIL})`,
      }),
    ),
  ],

  // Style sheets.
  ['an import', css(`@import url(${EVIL}); @import "//evil.test/a.css" screen;`)],
  [
    'an import in disguise',
    css(
      `@\\69mport "//evil.test/a"; @\\import "//evil.test/b"; @/**/import "//evil.test/c"; @imp/**/ort "//evil.test/d"; @IMPORT'//evil.test/e'`,
    ),
  ],
  ['an import that making harmless would make', css(`@im@import x;port "//evil.test/a";`)],
  ['an import without an end', css(`@import "//evil.test/a`)],
  ['an import in several parts', page(el('style', {}, [text('@imp'), text('ort "//evil.test/a";')]))],
  [
    'an address in several parts',
    page(el('style', {}, [text('p{background:u'), text('rl(//evil.test/a'), text(')}')])),
  ],
  ['an import that is added as a text', added(text('@import "//evil.test/a";'))],
  [
    'an import that is changed into',
    change({ texts: [{ id: 4, value: '@import "//evil.test/a"; p { background: url(//evil.test) }' }] }),
  ],
  [
    'addresses',
    css(
      `a{background:url(${EVIL})} b{background:url( '${EVIL}' )} c{background:URL("${EVIL}")} d{background:url(//evil.test`,
    ),
  ],
  [
    'an address in disguise',
    css(
      'a{background:\\75rl(//evil.test)} b{background:u\\rl(//evil.test)} c{background:\\000075\\000072\\00006c(//evil.test)} d{background:\\55 \\52 \\4c (//evil.test)}',
    ),
  ],
  [
    'an address behind a harmless one',
    css(`a{background:url("data:image/png"x)} b{background:url(//evil.test/y)} c{content:")"}`),
  ],
  [
    'sets of pictures',
    css(
      `a{background:image-set("//evil.test/a" 1x)} b{background:-webkit-image-set(url(//evil.test/b) 1x)} c{background:image\\2dset("//evil.test/c" 1x)}`,
    ),
  ],
  ['a font', css(`@font-face{font-family:x;src:url(${EVIL}) format("woff2"), url('//evil.test/b')}`)],
  ['a source', css('@font-face{font-family:x;src:src("//evil.test/a")}')],
  [
    'cursors, lists and borders',
    css(
      'a{cursor:url(//evil.test),auto;list-style:url(//evil.test);border-image:url(//evil.test) 1;filter:url(//evil.test#x);mask:url(//evil.test)}',
    ),
  ],
  [
    'words of old browsers',
    css('a{width:expression(alert(1));behavior:url(//evil.test);-moz-binding:url(//evil.test)}'),
  ],
  [
    'an address by a variable',
    css('a{--x:url(//evil.test);background:var(--x)} b{--y:"//evil.test";background:image-set(var(--y) 1x)}'),
  ],
  ['a style attribute', page(el('p', { style: `background:url(${EVIL})`, _cssText: '@import "//evil.test";' }))],
  [
    'a style attribute that is set later',
    set({
      style: { background: `url(${EVIL})`, 'list-style': [`url(${EVIL})`, 'important'], '--x': 'url(//evil.test)' },
    }),
  ],
  [
    'a style sheet that was read in',
    page(el('link', { rel: 'stylesheet', href: EVIL, _cssText: `@import url(${EVIL}); p{background:url(${EVIL})}` })),
  ],
  [
    'a rule',
    {
      type: 3,
      timestamp: 2,
      data: {
        source: 8,
        id: 4,
        adds: [{ rule: `p{background:url(${EVIL})}`, index: 0 }],
        replace: `@import "${EVIL}";`,
        replaceSync: `p{background:url(${EVIL})}`,
      },
    },
  ],
  [
    'a declaration',
    {
      type: 3,
      timestamp: 2,
      data: {
        source: 13,
        id: 4,
        index: [0],
        set: { property: 'background', value: `url(${EVIL})`, priority: 'important' },
      },
    },
  ],
  [
    'a sheet that is adopted',
    {
      type: 3,
      timestamp: 2,
      data: {
        source: 15,
        id: 4,
        styleIds: [1],
        styles: [{ styleId: 1, rules: [{ rule: '@import "//evil.test";', index: 0 }] }],
      },
    },
  ],

  // Events that are none of ours.
  ['a custom event', { type: 5, timestamp: 2, data: { tag: 'x', payload: { url: EVIL } } }],
  ['a plugin’s event', { type: 6, timestamp: 2, data: { plugin: 'rrweb/console@1', payload: { trace: [EVIL] } } }],
  [
    'a canvas',
    { type: 3, timestamp: 2, data: { source: 9, id: 4, type: 0, commands: [{ property: 'drawImage', args: [EVIL] }] } },
  ],
  [
    'a font that is loaded',
    { type: 3, timestamp: 2, data: { source: 10, family: 'x', fontSource: EVIL, buffer: false } },
  ],
  ['a film that is played', { type: 3, timestamp: 2, data: { source: 7, id: 4, type: 0, currentSrc: EVIL } }],
  ['a log', { type: 3, timestamp: 2, data: { source: 11, level: 'error', payload: [EVIL] } }],
  [
    'more in an event than belongs there',
    { type: 4, timestamp: 1, data: { href: `${EVIL}?a=b#c`, width: 1, height: 1, script: 'alert(1)' }, extra: EVIL },
  ],
  [
    'more in a node than belongs there',
    page({ type: 2, id: 902, tagName: 'p', attributes: {}, childNodes: [], innerHTML: EVIL, isCustom: 'alert(1)' }),
  ],
  [
    'more in a mouse move than belongs there',
    {
      type: 3,
      timestamp: 2,
      data: { source: 1, positions: [{ x: 1, y: 2, id: 4, timeOffset: 0, debugData: EVIL }], extra: EVIL },
    },
  ],
  ['a comment', page({ type: 5, id: 903, textContent: `[if IE]><script src=${EVIL}>` })],
  ['a document type', page({ type: 1, id: 904, name: EVIL, publicId: EVIL, systemId: EVIL })],
];

describe('[X8] a recording', () => {
  test('is tried with every trick that is known here', () => expect(HOSTILE.length).toBeGreaterThan(70));

  test.each(HOSTILE)('with %s comes out without', (_, event) => {
    // The event itself says that the test would see it.
    expect(dangers(event).length).toBeGreaterThan(0);
    expect(dangers(events({ type: 0, timestamp: 0, data: {} }, event))).toEqual([]);
  });

  test.each([
    ['an escaped quote, which ends nothing', `a{background:url("data:image/svg+xml,\\"), url(//evil.test/x")}`],
    ['a backslash, and then what would be an escape', 'a{background:\\\\75 rl(//evil.test)}'],
    ['words in a text', 'a::after{content:"@import url(//evil.test)"}'],
  ])('with %s is harmless already, and stays so', (_, source) => {
    expect(cssLoads(source)).toEqual([]);
    expect(cssLoads(disarmCss(source))).toEqual([]);
  });

  test('made harmless once more is the same', () => {
    for (const [, event] of HOSTILE) {
      const once = events({ type: 0, timestamp: 0, data: {} }, event);
      expect(events(...(once as unknown as Json[]))).toEqual(once);
    }
  });

  test('keeps the places of elements that it empties, because later events name them', () => {
    const [snapshot] = events(
      page(el('object', { class: 'chat', width: '300', src: EVIL, rr_width: '300px' }, [text('x')])),
    );
    expect(JSON.stringify(snapshot)).toContain(
      '"tagName":"span","attributes":{"rr_width":"300px","class":"chat","width":"300"},"childNodes":[]',
    );
  });
});

describe('[X8] a frame of the page’s own origin', () => {
  const frames = (count: number) =>
    Array.from({ length: count }, () => el('iframe', { class: 'chat', style: 'width:9px' }));
  const inFrame = (...nodes: Json[]) =>
    change({
      isAttachIframe: true,
      adds: [
        {
          parentId: 4,
          nextId: null,
          node: { type: 0, id: 990, compatMode: 'BackCompat', childNodes: nodes, rootId: 990 },
        },
      ],
    });
  const count = (all: ReplayEvent[]) => JSON.stringify(all).split('"tagName":"iframe"').length - 1;

  test('keeps its place and its size, and its document as harmless as the page', () => {
    const [snapshot, inside] = events(
      page(el('iframe', { class: 'chat', style: 'width:9px', src: 'data:image/svg+xml,%3Csvg/%3E', allow: 'camera' })),
      inFrame(el('p', { onclick: 'x' }, [text('Card 4242 4242 4242 4242')], { rootId: 990 })),
    );
    expect(JSON.stringify(snapshot)).toContain(
      '"tagName":"iframe","attributes":{"class":"chat","style":"width:9px"},"childNodes":[]',
    );
    expect(inside?.data).toMatchObject({
      isAttachIframe: true,
      adds: [
        {
          parentId: 4,
          node: {
            id: 990,
            rootId: 990,
            compatMode: 'BackCompat',
            childNodes: [{ tagName: 'p', attributes: {}, rootId: 990, childNodes: [{ type: 3 }] }],
          },
        },
      ],
    });
    expect(JSON.stringify(inside)).not.toContain('4242');
  });

  test('is one of fifty; more are empty boxes, of a segment together', () => {
    expect(count(events(page(...frames(60))))).toBe(MAX_FRAMES);
    const many = Array.from({ length: 60 }, () => added(el('iframe', {})));
    expect(count(events(page(), ...many))).toBe(MAX_FRAMES);
    expect(count(events(page(...frames(30)), inFrame(...frames(30))))).toBe(MAX_FRAMES);
    const written = events(page(), ...Array.from({ length: 60 }, () => inFrame()));
    expect(written.filter(({ data }) => data.isAttachIframe === true)).toHaveLength(MAX_FRAMES);
  });
});

describe('[X8] what is no recording', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'events'],
    ['a number', 7],
    ['a record', { type: 2 }],
    ['an empty list', []],
    ['a list of null', [null]],
    ['a list of lists', [[]]],
    ['an event without a time', [{ type: 4, data: {} }]],
    ['an event before time', [{ type: 4, timestamp: -1, data: {} }]],
    ['an event after time', [{ type: 4, timestamp: 1e308, data: {} }]],
    ['an event at no time', [{ type: 4, timestamp: Number.NaN, data: {} }]],
    ['an event of half a kind', [{ type: 1.5, timestamp: 1, data: {} }]],
    ['an event of a kind in words', [{ type: '2', timestamp: 1, data: {} }]],
  ])('%s is refused', (_, value) => {
    expect(disarmReplay(value)).toEqual({ ok: false, reason: expect.any(String) });
  });

  test('a tree that is deeper than any page is refused, one that is as deep as a page may be is not', () => {
    const deep = (depth: number) => {
      let node = el('div');
      for (let i = 0; i < depth; i += 1)
        node = { type: 2, id: 1000 + i, tagName: 'div', attributes: {}, childNodes: [node] };
      return [page(node)];
    };
    expect(disarmReplay(deep(700)).ok).toBe(true);
    expect(disarmReplay(deep(2000))).toEqual({ ok: false, reason: expect.stringContaining('deep') });
    let nested: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) nested = [nested];
    expect(disarmReplay([nested]).ok).toBe(false);
  });

  test('style sheets of more rules than a player can read are left out, many of them refused', () => {
    const sheet = (rules: number) => page(el('style', { _cssText: '.a{top:0}'.repeat(rules) }));
    expect(JSON.stringify(events(sheet(30_000)))).toContain('.a{top:0}');
    expect(JSON.stringify(events(sheet(30_001)))).not.toContain('.a{top:0}');
    expect(disarmReplay([sheet(25_000), sheet(25_000)])).toEqual({ ok: false, reason: expect.any(String) });
  });

  test('more nodes than a player can show in time are refused', () => {
    const of = (nodes: number) => [page(...Array.from({ length: nodes }, () => el('b')))];
    expect(disarmReplay(of(90_000)).ok).toBe(true);
    expect(disarmReplay(of(100_000)).ok).toBe(false);
  });

  test('a tree that is wider than any page is refused', () => {
    const one = {};
    expect(disarmReplay(Array.from({ length: 3_000_001 }, () => one)).ok).toBe(false);
  });

  test.each<[string, Json]>([
    ['a snapshot without a tree', { type: 2, timestamp: 1, data: {} }],
    ['a snapshot of a number', { type: 2, timestamp: 1, data: 7 }],
    ['a snapshot whose root has no id', { type: 2, timestamp: 1, data: { node: { type: 0, childNodes: [] } } }],
    ['a change of null', { type: 3, timestamp: 1, data: null }],
    ['a change of no known source', { type: 3, timestamp: 1, data: { source: 99 } }],
    ['a change whose source is a text', { type: 3, timestamp: 1, data: { source: '0' } }],
    ['an event of no known kind', { type: 99, timestamp: 1, data: {} }],
    ['a page of null', { type: 4, timestamp: 1, data: null }],
  ])('%s is left out', (_, event) => {
    expect(events(event)).toEqual([]);
  });

  test('wrong types where a part is expected become nothing, and nothing throws', () => {
    const wrong: Json[] = [null, 7, 'text', true, [], [[]], {}, { length: 3 }, [null, 7]];
    const FIELDS = 'id positions x text adds removes replace set remove ranges styles styleIds index width'.split(' ');
    for (const one of wrong) {
      const given: Json[] = [
        page(one),
        page({ type: 2, id: 905, tagName: one, attributes: one, childNodes: one, isSVG: one }),
        page({ type: 3, id: 906, textContent: one }),
        page({ type: one, id: 907 }),
        page({ type: 2, id: one, tagName: 'p', attributes: {}, childNodes: [] }),
        page(el('p', { class: one, style: one, src: one, href: one, title: one, fill: one, attributeName: one })),
        change({ texts: one, attributes: one, removes: one, adds: one }),
        change({ texts: [one], attributes: [one], removes: [one], adds: [one] }),
        change({ adds: [{ parentId: 4, nextId: one, previousId: one, node: one }] }),
        ...[1, 2, 3, 4, 5, 6, 8, 12, 13, 14, 15].map(
          (source): Json => ({
            type: 3,
            timestamp: 1,
            data: { source, ...Object.fromEntries(FIELDS.map((name) => [name, one])) },
          }),
        ),
      ];
      for (const event of given) expect(disarmReplay(JSON.parse(JSON.stringify([event]))).ok).toBe(true);
    }
  });

  test('names of the language’s own things are names like others, and change nothing', () => {
    const names =
      '{"__proto__":{"polluted":1},"constructor":"c","hasOwnProperty":"h","toString":"t","prototype":{"a":1}}';
    const event = `{"type":2,"timestamp":1,"__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1},"node":{"type":0,"id":1,"childNodes":[{"type":2,"id":2,"tagName":"p","attributes":${names},"childNodes":[]}]}}}`;
    const style = `{"type":3,"timestamp":1,"data":{"source":0,"attributes":[{"id":2,"attributes":{"style":${names}}}]}}`;
    const result = disarmReplay(JSON.parse(`[${event},${style}]`));
    expect(result.ok).toBe(true);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(JSON.stringify(result)).not.toMatch(/__proto__|polluted/);
    for (const one of result.ok ? result.events : []) {
      expect(Object.getPrototypeOf(one.data)).toBe(Object.prototype);
    }
  });
});

describe('[X8] takes a time that grows as what it is given', () => {
  const millis = (work: () => void): number => {
    const started = cpuMillis();
    work();
    return cpuMillis() - started;
  };
  test.each<[string, string]>([
    ['open calls', 'url('],
    ['open calls with a quote', 'url("'],
    ['open calls and blanks', 'url(  '],
    ['open comments', '/*'],
    ['imports', '@import '],
    ['backslashes', '\\'],
    ['escapes', '\\75'],
    ['sources and blanks', 'src   '],
    ['quotes', `"'`],
    ['blanks', '      '],
    ['names', 'aaaaaaaaaaaaaaaaaaaa'],
    ['addresses', 'a@b.cd,'],
  ])('%s', (_, part) => {
    const of = (length: number) => part.repeat(length / part.length);
    const safe = (css: string) => disarmCss(quietCss(css));
    safe(of(50_000));
    const small = Math.min(...[1, 2, 3].map(() => millis(() => safe(of(100_000)))));
    const large = Math.min(...[1, 2, 3].map(() => millis(() => safe(of(800_000)))));
    // Eight times as much: a square would be sixty-four times as long.
    expect(large).toBeLessThan(Math.max(small, 2) * 30);
  });
});

describe('[X8] an ordinary page', () => {
  const icon = `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'><path d='M0 0(8)'/></svg>`;
  const node = (
    nodeId: number,
    tagName: string,
    attributes: Attributes,
    childNodes: Json[] = [],
    more: Attributes = {},
  ): Json => ({
    type: 2,
    id: nodeId,
    tagName,
    attributes,
    childNodes,
    ...more,
  });
  const words = (nodeId: number, textContent: string, more: Attributes = {}): Json => ({
    type: 3,
    id: nodeId,
    textContent,
    ...more,
  });
  const svg = { isSVG: true };

  test('survives in what matters: structure, ids, text, classes, styles, its own pictures, forms, shadow roots', () => {
    const sheet = `.sm\\:flex,.w-1\\/2{color:red}@media (min-width:600px){.a>b::after{content:"»";background:url("${icon}") no-repeat,linear-gradient(red,blue)}}@font-face{font-family:x;src:local("x"),url(data:font/woff2;base64,d09GMg)}.c{filter:url(#blur);width:calc(100% - 2px);color:var(--x,#fff)}`;
    const body: Json[] = [
      node(7, 'h1', { id: 'title' }, [words(8, 'Billing: 2 invoices')]),
      node(9, 'img', { src: pngOf(40, 40), alt: 'Logo', width: '40' }),
      node(
        10,
        'svg',
        { viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'aria-hidden': 'true' },
        [
          node(11, 'path', { d: 'M1 2l3 4z', fill: 'url(#grad)' }, [], svg),
          node(12, 'use', { href: '#icon' }, [], svg),
          node(
            13,
            'animate',
            { attributeName: 'opacity', values: '0;1;0', dur: '1s', repeatCount: 'indefinite' },
            [],
            svg,
          ),
        ],
        svg,
      ),
      node(14, 'form', { class: 'pay' }, [
        node(15, 'input', { type: 'text', value: '****', disabled: true, maxlength: '19' }),
        node(16, 'button', { type: 'submit', 'aria-label': 'Pay now' }, [words(17, 'Pay')]),
      ]),
      node(18, 'x-card', { rr_scrollTop: 12 }, [node(19, 'p', {}, [words(20, 'in the shadow')], { isShadow: true })], {
        isShadowHost: true,
      }),
      node(21, 'a', { href: '#top', title: 'Up' }),
    ];
    const kept: Json = {
      type: 2,
      timestamp: 5,
      data: {
        node: {
          type: 0,
          id: 1,
          childNodes: [
            { type: 1, id: 2, name: 'html', publicId: '', systemId: '' },
            node(3, 'html', { lang: 'en', class: 'dark sm:flex' }, [
              node(4, 'style', { type: 'text/css' }, [words(5, sheet, { isStyle: true })]),
              node(6, 'body', { style: 'margin: 0px; --gap: 4px;', 'data-page': 'billing' }, body),
            ]),
          ],
        },
        initialOffset: { left: 0, top: 120 },
      },
    };
    expect(events(kept)).toEqual([kept]);
  });

  test('loses only where a link leads', () => {
    const [snapshot] = events(
      page(el('a', { href: 'https://help.example/refunds', class: 'link' }, [text('Refunds')])),
    );
    expect(JSON.stringify(snapshot)).toContain('"attributes":{"href":"#","class":"link"}');
    expect(JSON.stringify(snapshot)).toContain('Refunds');
  });

  test('moves as it did: every kind of change that a recorder makes', () => {
    const at = (source: number, data: Attributes): Json => ({ type: 3, timestamp: 9, data: { source, ...data } });
    const style = { color: 'red', width: ['1px', 'important'], height: false };
    const kept: Json[] = [
      { type: 4, timestamp: 1, data: { href: '/billing', width: 1280, height: 800 } },
      at(0, {
        texts: [{ id: 8, value: '3 invoices' }],
        attributes: [{ id: 15, attributes: { class: 'wrong', disabled: null, style } }],
        removes: [{ id: 9, parentId: 6 }],
        adds: [{ parentId: 6, nextId: null, node: node(30, 'p', { role: 'alert' }) }],
      }),
      at(1, { positions: [{ x: 1, y: 2, id: 3, timeOffset: -40 }] }),
      at(2, { type: 2, id: 16, x: 5, y: 6, pointerType: 0 }),
      at(3, { id: 1, x: 0, y: 300 }),
      at(4, { width: 1000, height: 700 }),
      at(5, { id: 15, text: '****', isChecked: false }),
      at(6, { positions: [] }),
      at(8, { id: 4, adds: [{ rule: '.b{color:blue}', index: 0 }], removes: [{ index: [1, 0] }] }),
      at(13, { id: 4, index: [0], set: { property: 'color', value: 'red', priority: 'important' } }),
      at(14, { ranges: [{ start: 8, startOffset: 0, end: 8, endOffset: 3 }] }),
      at(15, { id: 1, styleIds: [2], styles: [{ styleId: 2, rules: [{ rule: '.c{top:0}', index: 0 }] }] }),
    ];
    expect(events(...kept)).toEqual(kept);
  });

  test('texts are redacted once more, wherever they stand', () => {
    const CARD = '4111 1111 1111 1111';
    const given: Json[] = [
      page(el('p', { title: CARD, 'aria-label': CARD }, [text(CARD)])),
      added(text(CARD)),
      change({ texts: [{ id: 8, value: CARD }], attributes: [{ id: 9, attributes: { value: CARD } }] }),
      { type: 3, timestamp: 2, data: { source: 5, id: 15, text: CARD, isChecked: false } },
    ];
    for (const event of given) {
      expect(JSON.stringify(events(event))).not.toContain('4111');
      expect(JSON.stringify(events(event))).toContain('[card]');
    }
  });
});

describe('[X8] what is private, typed or chosen on arrival', () => {
  const SAID = 'hunter two';
  test.each<[string, Attributes]>([
    ['div', { contenteditable: 'plaintext-only' }],
    ['div', { contentEditable: '' }],
    ['div', { role: 'foo TEXTBOX' }],
    ['div', { role: 'spinbutton' }],
    ['div', { 'aria-multiline': 'true' }],
    ['p', { 'data-private': '' }],
    ['p', { class: 'a rr-mask' }],
    ['svg', {}],
    ['select', {}],
  ])('below <%s %j> says nothing, however deep', (tag, attributes) => {
    const given = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]));
    const spoken = { title: SAID, placeholder: SAID, 'aria-label': SAID };
    const deep = () => el('b', {}, [el('i', spoken, [text(SAID)])]);
    expect(JSON.stringify(events(page(el(tag, { ...given, ...spoken }, [deep()]))))).not.toContain(SAID);
    // One event tells of them one by one, a child before its parent.
    const [outer, inner, words] = [el(tag, given), el('b', spoken), text(SAID)] as { id: number }[];
    const brought = change({
      adds: [
        { parentId: inner!.id, nextId: null, node: words as unknown as Json },
        { parentId: outer!.id, nextId: null, node: inner as unknown as Json },
        { parentId: 4, nextId: null, node: outer as unknown as Json },
      ],
      texts: [{ id: words!.id, value: SAID }],
    });
    expect(JSON.stringify(events(brought))).not.toContain(SAID);
  });

  test.each<[string, string]>([
    ['text-secret', SAID],
    ['aria-secret', SAID],
    ['aria-valuetext', SAID],
    ['aria-valuenow', '42'],
    ['data-value', '42'],
    ['fill', 'hunter2x'],
    ['values', 'my password is hunter two'],
    ['width', SAID],
    ['lang', SAID],
  ])('has no %s of “%s”', (name, value) => {
    for (const event of [page(el('p', { [name]: value })), set({ [name]: value })])
      expect(JSON.stringify(events(event))).not.toContain(name);
  });

  test('is shown where the host allows it, unless it is private', () => {
    const field = (attributes: Attributes) =>
      JSON.stringify(events(page(el('div', { 'data-baton-unmask': '' }, [el('p', attributes, [text(SAID)])]))));
    expect(field({ contenteditable: '' })).toContain(SAID);
    expect(field({ 'data-private': '' })).not.toContain(SAID);
  });

  test('leaves what is beside it, and what is no field', () => {
    const beside = JSON.stringify(
      events(
        page(
          el('div', { contenteditable: 'false' }, [text('one')]),
          el('select'),
          el('p', { role: 'row' }, [text('two')]),
        ),
        change({ adds: [{ parentId: 4, nextId: null, node: text('three') }], texts: [{ id: 8, value: 'four' }] }),
      ),
    );
    for (const word of ['one', 'two', 'three', 'four']) expect(beside).toContain(word);
  });

  test('and changes that name each other without end are read all the same', () => {
    const round = [901, 902].map((one) => ({
      parentId: 1803 - one,
      nextId: null,
      node: { type: 2, id: one, tagName: 'p', attributes: {}, childNodes: [] },
    }));
    expect(JSON.stringify(events(change({ adds: round })))).toContain('902');
  });
});

test('[X8] a page deeper than a browser survives is cut, and shown', () => {
  let node: Record<string, unknown> = { type: 3, id: 999, textContent: 'the bottom' };
  for (let i = 0; i < 600; i += 1) node = { type: 2, id: i + 2, tagName: 'button', attributes: {}, childNodes: [node] };
  const root = { type: 0, id: 1, childNodes: [node] };
  const disarmed = disarmReplay([{ type: 2, timestamp: 1, data: { node: root, initialOffset: { left: 0, top: 0 } } }]);
  expect(disarmed.ok && JSON.stringify(disarmed.events).match(/"type":/g)).toHaveLength(MAX_LEVELS + 1);
});
