import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createEventMasker, MASK, maskUrl, type RecordedEvent } from '../../widget/recorder/mask.ts';
import { createPress, MAX_PIECE_BYTES, type Sealed, sealEvents } from '../../widget/recorder/press/press.ts';
import { createRing, FOLD_EVERY_MS, KEEP_MS, type Piece, playableAgain } from '../../widget/recorder/ring.ts';

let nextId = 1;
const text = (textContent: string) => ({ id: nextId++, type: 3, textContent });
const node = (tagName: string, attributes: Record<string, unknown> = {}, ...childNodes: unknown[]) => ({
  id: nextId++,
  type: 2,
  tagName,
  attributes,
  childNodes,
});
const snapshot = (...children: unknown[]): RecordedEvent => ({
  type: 2,
  timestamp: 1,
  data: {
    node: { id: nextId++, type: 0, childNodes: [node('html', {}, node('body', {}, ...children))] },
    initialOffset: { top: 0, left: 0 },
  },
});
const mutation = (data: object): RecordedEvent => ({
  type: 3,
  timestamp: 2,
  data: { source: 0, texts: [], attributes: [], removes: [], adds: [], ...data },
});
const CANARY = 'CANARY-7731';
const maskAll = (...events: RecordedEvent[]) => {
  const masker = createEventMasker();
  return JSON.stringify(events.map((event) => masker.mask(event)));
};

describe('masking: nothing typed or private enters the ring', () => {
  test.each<[string, unknown[]]>([
    ['the value of an input', [node('input', { type: 'text', value: CANARY })]],
    ['a password', [node('input', { type: 'password', value: CANARY })]],
    ['a hidden input', [node('input', { type: 'hidden', name: 'csrf', value: CANARY })]],
    ['an input without a type', [node('input', { value: CANARY })]],
    ['the placeholder of a password', [node('input', { type: 'password', placeholder: CANARY })]],
    ['the placeholder of a private input', [node('input', { 'data-private': '', placeholder: CANARY })]],
    ['the placeholder of a text box of the page’s own', [node('div', { role: 'textbox', placeholder: CANARY })]],
    ['a data attribute of an input', [node('input', { 'data-value': CANARY })]],
    ['what a slider says', [node('input', { type: 'range', 'aria-valuetext': CANARY })]],
    ['text of a textarea', [node('textarea', {}, text(CANARY))]],
    ['the value of a textarea', [node('textarea', { value: CANARY })]],
    ['the value of a select', [node('select', { value: CANARY })]],
    ['the value of an option', [node('option', { value: CANARY }, text('shown'))]],
    ['editable text', [node('div', { contenteditable: 'true' }, node('p', {}, text(CANARY)))]],
    ['editable text, empty attribute', [node('div', { contenteditable: '' }, text(CANARY))]],
    ['the title of something editable', [node('div', { contenteditable: 'true', title: CANARY })]],
    ['private text', [node('section', { 'data-private': '' }, node('b', {}, text(CANARY)))]],
    ['text of the masking class', [node('p', { class: 'a rr-mask b' }, text(CANARY))]],
    ...[
      'title',
      'alt',
      'aria-label',
      'aria-description',
      'data-account',
      'href',
      'src',
      'srcset',
      'value',
      'placeholder',
      'content',
      'label',
      'summary',
      'an-unknown-one',
    ].map((name): [string, unknown[]] => [
      `the ${name} of something private`,
      [node('div', { 'data-private': '' }, node('a', { [name]: CANARY }))],
    ]),
    ['a query', [node('a', { href: `https://app.example/reset?token=${CANARY}` })]],
    ['a fragment', [node('a', { href: `https://app.example/#${CANARY}` })]],
    ['a name and password in an address', [node('a', { href: `https://me:${CANARY}@app.example/` })]],
    ['a form address', [node('form', { action: `/pay?card=${CANARY}` })]],
    ['a mail address in a link', [node('a', { href: `mailto:${CANARY}@example.com` })]],
    ['a script in an attribute', [node('button', { onclick: `pay('${CANARY}')` })]],
    ['a nonce', [node('div', { nonce: CANARY })]],
    ['a frame document', [node('iframe', { srcdoc: `<p>${CANARY}</p>` })]],
    ['a meta token', [node('meta', { name: 'csrf-token', content: CANARY })]],
    ['a comment', [{ id: nextId++, type: 5, textContent: CANARY }]],
    ['a query in a style', [node('div', { style: `background:url(https://cdn.example/a.png?sig=${CANARY})` })]],
    ['a large picture', [node('img', { src: `data:image/png;base64,${CANARY}${'A'.repeat(3000)}` })]],
    ['any other data address', [node('a', { href: `data:text/plain,${CANARY}` })]],
  ])('%s', (_, children) => expect(maskAll(snapshot(...children))).not.toContain(CANARY));

  test('what the page itself says stays readable', () => {
    const masked = maskAll(
      snapshot(
        node('h1', { class: 'head' }, text('Billing')),
        node('button', { 'aria-expanded': 'true' }, text('Pay')),
        node('label', {}, text('Card number')),
        node('input', { type: 'submit', value: 'Send order' }),
        node('a', { href: 'https://app.example/invoices?page=2' }, text('Invoices')),
        node('svg', { viewBox: '0 0 8 8' }, node('use', { href: '#icon' }), node('path', { d: 'M0 0l3 4z' })),
        node('meta', { name: 'viewport', content: 'width=device-width' }),
        node('div', { 'data-state': 'open' }, text('from 2026-11-26 on, €1,250.00')),
        node('style', {
          _cssText:
            '.a{background:url("data:image/png;base64,AAAA")}.b{font-family:"Inter"}.c::before{content:"\\f101"}',
        }),
      ),
    );
    for (const kept of [
      'head',
      'Billing',
      '"aria-expanded":"true"',
      'Pay',
      'Card number',
      'Send order',
      'Invoices',
      '0 0 8 8',
      '#icon',
      'M0 0l3 4z',
      'width=device-width',
      '"data-state":"open"',
      'from 2026-11-26 on, €1,250.00',
      'base64,AAAA',
      'Inter',
      '\\\\f101',
    ])
      expect(masked).toContain(kept);
  });

  const NAMES =
    'title alt placeholder label aria-label aria-description aria-valuetext data-account data-state summary value content name for href src srcset action poster ping cite an-unknown-one';
  test.each(NAMES.split(' '))('the %s of an ordinary element says nothing', (name) => {
    const it = node('div', {});
    const masked = maskAll(
      snapshot(it, node('div', { [name]: `a?b=${CANARY}#${CANARY}` })),
      mutation({ attributes: [{ id: it.id, attributes: { [name]: CANARY } }] }),
    );
    expect(masked).not.toContain(CANARY);
  });

  test.each<[string, unknown[]]>([
    ['text of an option', [node('select', {}, node('option', {}, text(CANARY)))]],
    ['text in a picture', [node('svg', {}, node('text', {}, node('tspan', {}, text(CANARY))))]],
    ['text of a style sheet', [node('style', { _cssText: `.a::after{content:"${CANARY}"}/* ${CANARY} */` })]],
    ['text of a style sheet, as its text', [node('style', {}, text(`.a{--x:'${CANARY}'}`))]],
    ['text in escapes', [node('style', { _cssText: '.a::after{content:"\\43 ANARY-7731"}' })]],
    ['text of an inline style', [node('p', { style: `--x: "${CANARY}"` })]],
    ['words in a small picture', [node('img', { src: `data:image/svg+xml,<svg><text>${CANARY}</text></svg>` })]],
    ['what is there without scripts', [node('noscript', {}, text(CANARY))]],
    ['what a template holds', [node('template', {}, text(CANARY))]],
    ['an address in a style that is none', [node('p', { style: `background:url(/x?a ${CANARY} b)` })]],
    ['a path that is none', [node('path', { d: CANARY })]],
  ])('%s', (_, children) => expect(maskAll(snapshot(...children))).not.toContain(CANARY));

  /** Below each of these somebody chose, typed or drew it, or it stands for what is not shown. */
  const deep = (make: (...inner: unknown[]) => unknown) => (inner: unknown) =>
    make(node('g', {}, node('a', {}, inner)));
  const WRITTEN: [string, (inner: unknown) => unknown][] = [
    ['an option', deep((...inner) => node('select', {}, node('option', {}, ...inner)))],
    ['a select', deep((...inner) => node('select', {}, ...inner))],
    ['a datalist', deep((...inner) => node('datalist', {}, ...inner))],
    ['a text in a picture', deep((...inner) => node('svg', {}, node('text', {}, ...inner)))],
    ['a title in a picture', deep((...inner) => node('svg', {}, node('title', {}, ...inner)))],
    ['a picture', deep((...inner) => node('svg', {}, node('foreignObject', {}, ...inner)))],
    ...['object', 'video', 'audio', 'canvas', 'map', 'textarea'].map((tag): [string, (inner: unknown) => unknown] => [
      `a ${tag}`,
      deep((...inner) => node(tag, {}, ...inner)),
    ]),
    ...[
      { contenteditable: 'plaintext-only' },
      { contenteditable: 'TRUE' },
      { role: 'foo TextBox' },
      { role: 'searchbox' },
      { role: 'ComboBox button' },
      { role: 'spinbutton' },
      { 'aria-multiline': 'true' },
    ].map((attributes): [string, (inner: unknown) => unknown] => [
      JSON.stringify(attributes),
      deep((...inner) => node('div', attributes, ...inner)),
    ]),
  ];
  test.each(WRITTEN)('[X11] however deep below %s, and whenever it came there', (_, below) => {
    const inside = node('b', {}, text('x'));
    const [moved, wasMoved] = [node('u', {}, text(CANARY)), text('x')];
    const inner = node('span', {}, text(CANARY), inside, wasMoved);
    const outside = node('p', {}, text('x'));
    const masker = createEventMasker();
    const added = { parentId: inside.id, nextId: null, node: text(CANARY) };
    const changed = { id: (inside.childNodes[0] as { id: number }).id, value: CANARY };
    const said = [
      snapshot(below(inner), outside),
      mutation({ adds: [added], texts: [changed] }),
      mutation({ adds: [{ parentId: inside.id, nextId: null, node: moved }] }),
      // Taken out of there it is no more anybody's business.
      mutation({
        removes: [{ parentId: inner.id, id: wasMoved.id }],
        adds: [{ parentId: outside.id, nextId: null, node: { ...wasMoved, textContent: CANARY } }],
      }),
    ].map((event) => masker.mask(event));
    expect(JSON.stringify(said)).not.toContain(CANARY);
    const later = mutation({ adds: [{ parentId: outside.id, nextId: null, node: text('Readable') }] });
    expect(JSON.stringify(masker.mask(later))).toContain('Readable');
  });

  test.each(
    'text-secret font-secret fill-secret stop-note marker-x clip-secret aria-secret dominant-x secretunits secrettransform'.split(
      ' ',
    ),
  )('[X11] %s is no attribute of anything, whatever the host allows', (name) => {
    for (const value of ['red', '1', CANARY, 'a b'])
      expect(maskAll(snapshot(node('p', { 'data-baton-unmask': '', [name]: value })))).not.toContain(name);
  });

  test.each<[string, string]>([
    ...[
      'width',
      'viewBox',
      'points',
      'x',
      'lang',
      'datetime',
      'xmlns',
      'fill',
      'font-family',
      'stroke-width',
      'transform',
    ].flatMap(
      (name) =>
        [
          [name, CANARY],
          [name, 'hunter2x'],
          [name, 'my password is hunter two'],
        ] as [string, string][],
    ),
    ['lang', 'secret'],
    ['min', 'John'],
    ['data-private', 'John'],
    ['hidden', 'John'],
    ['datetime', 'two days after'],
    ['fill', 'url(/x?a#b)'],
    ['aria-valuetext', 'John'],
    ['aria-valuenow', '42'],
    ['data-value', '42'],
  ])('[X11] %s says nothing with “%s”', (name, value) => {
    const said = maskAll(snapshot(node('p', { 'data-baton-unmask': '', [name]: value })));
    expect(said).not.toContain(JSON.stringify(value).slice(1, -1));
  });

  test.each<[string, string]>([
    ['class', 'sm:w-1/2 card--open'],
    ['width', '100%'],
    ['height', '1.5em'],
    ['tabindex', '-1'],
    ['viewBox', '0 0 24 1e3'],
    ['points', '0,0 1.5-2 3,4'],
    ['transform', 'translate(1.5 -2) rotate(45, 2,3) matrix(1 0 0 1 0 0)'],
    ['fill', '#a1B2c3'],
    ['fill', 'rgb(0 0 0 / 50%)'],
    ['fill', 'url(#paint0_linear_1_2)'],
    ['fill', 'var(--color-gray-500, currentColor)'],
    ['stroke-dasharray', '4 1.5,2'],
    ['font-family', `'Source Sans 3', "Helvetica Neue", sans-serif`],
    ['preserveAspectRatio', 'xMidYMid slice'],
    ['values', '0;1;0'],
    ['lang', 'zh-Hant-TW'],
    ['datetime', '2026-11-26T10:00:00.000Z'],
    ['datetime', 'PT4H30M'],
    ['type', 'image/svg+xml'],
    ['media', '(min-width: 600px) and screen'],
    ['role', 'foo button'],
    ['xmlns', 'http://www.w3.org/2000/svg'],
    ['contenteditable', 'plaintext-only'],
    ['hidden', 'until-found'],
    ['aria-current', 'page'],
  ])('[X11] %s keeps “%s”', (name, value) => {
    expect(maskAll(snapshot(node('p', { [name]: value })))).toContain(JSON.stringify({ [name]: value }).slice(1, -1));
  });

  test('[X11] not editable is no editor, and its words stay', () => {
    const words = ['Terms of sale', 'Three rows', 'Menu'];
    const masked = maskAll(
      snapshot(
        node('p', { contenteditable: 'false' }, text('Terms of sale')),
        node('p', { role: 'textboxes mytextbox' }, text('Three rows')),
        node('p', { role: 'button' }, text('Menu')),
      ),
    );
    for (const word of words) expect(masked).toContain(word);
  });

  test('[X11] pictures that come and go are forgotten', () => {
    const masker = createEventMasker();
    const shelf = node('div', {});
    masker.mask(snapshot(shelf));
    const before = masker.size();
    for (let i = 0; i < 2500; i += 1) {
      const icon = node('svg', {}, node('title', {}, text('x')));
      masker.mask(mutation({ adds: [{ parentId: shelf.id, nextId: null, node: icon }] }));
      masker.mask(mutation({ removes: [{ parentId: shelf.id, id: icon.id }] }));
    }
    expect(masker.size()).toBeLessThan(before + 3 * 1000);
  });

  describe('what the host allows', () => {
    const words = () => [
      node('button', { 'aria-label': 'Pay now', title: 'Pay 5' }),
      node('input', { placeholder: 'Search here' }),
      node('select', {}, node('option', {}, text('Monthly'))),
      node('svg', {}, node('text', {}, text('Revenue'))),
      node('div', { contenteditable: 'true' }, text('Draft')),
      node('i', { 'data-plan': 'team' }),
    ];
    const SAID = ['Pay now', 'Pay 5', 'Search here', 'Monthly', 'Revenue', 'Draft', 'team'];

    test('is readable, and nothing of it without its word', () => {
      const open = maskAll(snapshot(node('main', { 'data-baton-unmask': '' }, ...words())));
      const closed = maskAll(snapshot(node('main', {}, ...words())));
      for (const said of SAID) {
        expect(open).toContain(said);
        expect(closed).not.toContain(said);
      }
    });

    test.each<[string, Record<string, unknown>]>([
      ['a password', { type: 'password' }],
      ['a hidden input', { type: 'hidden' }],
      ['a card field', { autocomplete: 'section-a billing cc-number' }],
      ['a one-time code', { autocomplete: 'one-time-code' }],
      ['something private', { 'data-private': '' }],
    ])('is never %s', (_, attributes) => {
      const field = node('input', { ...attributes, 'data-baton-unmask': '', value: CANARY, placeholder: CANARY });
      const masked = maskAll(
        snapshot(field),
        mutation({ attributes: [{ id: field.id, attributes: { type: 'text', autocomplete: null } }] }),
        mutation({ attributes: [{ id: field.id, attributes: { value: CANARY, title: CANARY } }] }),
      );
      expect(masked).not.toContain(CANARY);
    });

    test('is redacted all the same', () => {
      const masked = maskAll(
        snapshot(node('p', { 'data-baton-unmask': '', title: 'ann@acme.example' }, text('4111 1111 1111 1111'))),
      );
      expect(masked).not.toMatch(/acme|4111/);
    });

    test('goes from the screen when it is private after all, and when it is allowed no longer', () => {
      for (const change of [{ 'data-private': '' }, { 'data-baton-unmask': null }]) {
        const input = node('input', { placeholder: 'Search' });
        const form = node('form', { 'data-baton-unmask': '' }, input);
        const masked = maskAll(snapshot(form), mutation({ attributes: [{ id: form.id, attributes: change }] }));
        expect(masked).toContain(JSON.stringify({ id: input.id, attributes: { placeholder: null } }));
      }
    });
  });

  test('a frame says no address, and is as private and as written in as it is', () => {
    const inner = (words: string) => {
      const said = text(words);
      return {
        said,
        document: { id: nextId++, type: 0, childNodes: [node('html', {}, node('body', {}, node('p', {}, said)))] },
      };
    };
    const attach = (parentId: number, document: object) =>
      mutation({ isAttachIframe: true, adds: [{ parentId, nextId: null, node: document }] });
    const [open, secret] = [node('iframe', { src: `/f?${CANARY}` }), node('iframe', { 'data-private': '' })];
    const [readable, hidden, editor] = [inner('Terms of sale'), inner(CANARY), inner(CANARY)];
    const written = new Set<number>();
    const masker = createEventMasker((id) => written.has(id));
    const said = (...events: RecordedEvent[]) => JSON.stringify(events.map((event) => masker.mask(event)));
    expect(said(snapshot(open, secret))).not.toContain(CANARY);
    expect(said(attach(open.id, readable.document))).toContain('Terms of sale');
    expect(said(attach(secret.id, hidden.document))).not.toContain(CANARY);
    expect(
      said(mutation({ attributes: [{ id: open.id, attributes: { src: 'https://app.example/g' } }] })),
    ).not.toContain('src');
    written.add(editor.document.id);
    expect(said(attach(open.id, editor.document))).not.toContain(CANARY);
    // It becomes an editor after it was recorded: what is written from then on.
    written.add(readable.document.id);
    expect(said(mutation({ texts: [{ id: readable.said.id, value: CANARY }] }))).not.toContain(CANARY);
  });

  test('a secret in several texts is one', () => {
    const [one, two, three] = [text('4111 1111 '), text('1111 '), text('1111')];
    const together = maskAll(snapshot(node('p', {}, text('Card '), one, two, three, text('!'))));
    expect(together).not.toMatch(/1111/);
    expect(together).toContain('Card ');
    const spans = maskAll(
      snapshot(node('p', {}, node('b', {}, text('ann.q')), node('i', {}, text('@acme')), text('.example'))),
    );
    expect(spans).not.toMatch(/ann|acme/);
    for (const inside of [
      [text('ann'), node('b', {}, text('@')), text('example.com')],
      [text('an'), text('n@exam'), text('ple.com')],
      [text('an\u200bn'), node('i', {}, text('\u2060@')), text('example'), node('wbr'), text('.com')],
    ])
      expect(maskAll(snapshot(node('p', {}, text('Write to '), node('a', {}, ...inside))))).not.toMatch(
        /an.?n|exam|ple/,
      );
    // Boxes are apart: a table's figures are no card.
    expect(maskAll(snapshot(node('p', {}, text('4111 1111')), node('p', {}, text('1111 1111'))))).toContain(
      '1111 1111',
    );
  });

  test('a secret that a later text completes is masked with what came before', () => {
    const first = text('4111 1111');
    const place = node('p', {}, first);
    const second = text(' 1111 1111');
    const masker = createEventMasker();
    masker.mask(snapshot(place));
    const later = masker.mask(mutation({ adds: [{ parentId: place.id, nextId: null, node: second }] }));
    expect(later).toMatchObject({
      data: { adds: [{ node: { textContent: MASK } }], texts: [{ id: first.id, value: MASK }] },
    });
  });

  test('a comment says nothing later either, and an address nothing while it is written', () => {
    const comment = { id: nextId++, type: 5, textContent: '' };
    const words = text('');
    const masked = maskAll(
      snapshot(node('div', {}, comment), node('p', {}, words)),
      mutation({ texts: [{ id: comment.id, value: CANARY }] }),
      mutation({ texts: [{ id: words.id, value: `mail ${CANARY}@acm` }] }),
    );
    expect(masked).not.toContain(CANARY);
    expect(masked).toContain(`mail ${MASK}`);
  });

  test('in base64 and in percents it is what it is', () => {
    const encoded = [Buffer.from('4111111111111111').toString('base64'), 'ann%40acme.example'];
    for (const one of encoded) expect(maskAll(snapshot(node('p', { id: one }, text(`see ${one}`))))).not.toContain(one);
  });

  test('cards and secrets go from any text', () => {
    const masked = maskAll(
      snapshot(
        node('p', { title: 'card 4111 1111 1111 1111' }, text('pay with 5555 5555 5555 4444')),
        node('p', {}, text('key sk_live_abcdefghijklmnop')),
      ),
    );
    expect(masked).not.toMatch(/4111|5555|sk_live/);
  });

  test('later events about private, typed and entered things are masked by what the tree said before', () => {
    const secretText = text('x');
    const field = node('input', { type: 'password' });
    const secret = node('div', { 'data-private': '' }, secretText);
    const editable = node('div', { contenteditable: 'true' });
    const masker = createEventMasker();
    const events = [
      snapshot(field, secret, editable),
      mutation({ texts: [{ id: secretText.id, value: CANARY }] }),
      mutation({ adds: [{ parentId: editable.id, nextId: null, node: text(CANARY) }] }),
      mutation({ adds: [{ parentId: secret.id, nextId: null, node: node('a', { title: CANARY }, text(CANARY)) }] }),
      mutation({ attributes: [{ id: field.id, attributes: { type: 'text' } }] }),
      mutation({ attributes: [{ id: field.id, attributes: { value: CANARY } }] }),
      mutation({ attributes: [{ id: secret.id, attributes: { title: CANARY, style: { color: 'red' } } }] }),
      { type: 3, timestamp: 3, data: { source: 5, id: field.id, text: CANARY, isChecked: false } },
      { type: 4, timestamp: 3, data: { href: `https://app.example/a?token=${CANARY}#${CANARY}`, width: 1, height: 1 } },
    ].map((event) => masker.mask(event));
    expect(JSON.stringify(events)).not.toContain(CANARY);
    expect(events[7]?.data).toMatchObject({ text: MASK });
    expect(events[8]?.data).toMatchObject({ href: 'https://app.example/a' });
  });

  test('an element that becomes private is private from then on', () => {
    const later = node('div', {});
    const masker = createEventMasker();
    masker.mask(snapshot(later));
    masker.mask(mutation({ attributes: [{ id: later.id, attributes: { 'data-private': '' } }] }));
    expect(
      JSON.stringify(masker.mask(mutation({ adds: [{ parentId: later.id, nextId: null, node: text(CANARY) }] }))),
    ).not.toContain(CANARY);
  });

  test.each([
    ['data-private', ''],
    ['class', 'card rr-mask'],
    ['contenteditable', 'true'],
    ['role', 'textbox'],
  ])('a late %s hides everything that is already below it', (name, value) => {
    const words = text('balance 41');
    const other = text('and 42');
    const link = node('a', { href: '/x' }, words, text(' '));
    const later = node('div', {}, node('section', {}, link, other), node('style', {}, text('.a{}')));
    const masker = createEventMasker();
    masker.mask(snapshot(later, node('p', {}, text('beside'))));
    const events = [
      // All in one event, as a framework that changes several things at once does it.
      mutation({
        texts: [{ id: words.id, value: CANARY }],
        adds: [{ parentId: link.id, nextId: null, node: node('b', {}, text(CANARY)) }],
        attributes: [{ id: later.id, attributes: { [name]: value } }],
      }),
      mutation({ texts: [{ id: words.id, value: CANARY }] }),
      mutation({ attributes: [{ id: link.id, attributes: { title: CANARY } }] }),
    ].map((event) => masker.mask(event));
    expect(JSON.stringify(events)).not.toContain(CANARY);
    // What was on the agent's screen goes from it; the white space, the sheet and the neighbour stay.
    expect(events[0]).toHaveProperty('data.texts', [
      { id: words.id, value: MASK },
      { id: other.id, value: MASK },
    ]);
  });

  test('taken out of a private element, or put below one that comes later in the same event, it stays private', () => {
    const words = text('x');
    const inner = node('div', {}, words);
    const secret = node('div', { 'data-private': '' }, inner);
    const masker = createEventMasker();
    masker.mask(snapshot(secret));
    const parent = node('div', { 'data-private': '' });
    const events = [
      mutation({ removes: [{ parentId: secret.id, id: inner.id }] }),
      mutation({ texts: [{ id: words.id, value: CANARY }] }),
      mutation({ adds: [{ parentId: inner.id, nextId: null, node: node('a', { title: CANARY }, text(CANARY)) }] }),
      mutation({
        adds: [
          { parentId: parent.id, nextId: null, node: node('p', {}, text(CANARY)) },
          { parentId: secret.id, nextId: null, node: parent },
        ],
      }),
      // Nothing has told what these are: they are not shown.
      mutation({ texts: [{ id: 999_999, value: CANARY }] }),
      mutation({ adds: [{ parentId: 999_998, nextId: null, node: text(CANARY) }] }),
    ].map((event) => masker.mask(event));
    expect(JSON.stringify(events)).not.toContain(CANARY);
  });

  test('what is taken out for good is forgotten, with what was in it, and stays masked; what moves is not', () => {
    const masker = createEventMasker();
    const shelf = node('div', {});
    const secret = node('div', { 'data-private': '' });
    masker.mask(snapshot(shelf, secret));
    const before = masker.size();
    const ids: number[] = [];
    for (let i = 0; i < 2500; i += 1) {
      const words = text('x');
      const item = node('li', {}, words);
      ids.push(words.id);
      masker.mask(mutation({ adds: [{ parentId: shelf.id, nextId: null, node: item }] }));
      masker.mask(mutation({ removes: [{ parentId: shelf.id, id: item.id }] }));
    }
    expect(masker.size()).toBeLessThan(before + 2 * 1000);
    expect(JSON.stringify(masker.mask(mutation({ texts: [{ id: ids[0], value: CANARY }] })))).not.toContain(CANARY);

    // Moved a thousand times, into something private at last.
    const words = text('shown');
    const item = node('p', {}, words);
    masker.mask(mutation({ adds: [{ parentId: shelf.id, nextId: null, node: structuredClone(item) }] }));
    const move = (from: number, to: number) =>
      masker.mask(
        mutation({
          removes: [{ parentId: from, id: item.id }],
          adds: [
            { parentId: to, nextId: null, node: { ...structuredClone(item), childNodes: [] } },
            { parentId: item.id, nextId: null, node: structuredClone(words) },
          ],
        }),
      );
    for (let i = 0; i < 1200; i += 1) move(shelf.id, shelf.id);
    const say = () => JSON.stringify(masker.mask(mutation({ texts: [{ id: words.id, value: CANARY }] })));
    expect(say()).toContain(CANARY);
    move(shelf.id, secret.id);
    expect(say()).not.toContain(CANARY);
  });

  test('removing the attribute uncovers nothing', () => {
    const words = text('x');
    const secret = node('div', { 'data-private': '' }, words);
    const masker = createEventMasker();
    masker.mask(snapshot(secret));
    masker.mask(mutation({ attributes: [{ id: secret.id, attributes: { 'data-private': null } }] }));
    expect(JSON.stringify(masker.mask(mutation({ texts: [{ id: words.id, value: CANARY }] })))).not.toContain(CANARY);
  });

  test.each([
    ['https://a.example/reset/x?y=1#z', 'https://a.example/reset/x'],
    ['https://me:pw@a.example/orders/123456789', 'https://a.example/orders/[number]'],
    ['/x?y', '/x'],
    ['javascript:alert(1)', '/'],
    ['', '/'],
  ])('the address %s becomes %s', (url, masked) => expect(maskUrl(url)).toBe(masked));
});

const CHECKOUT_MS = 60_000;

describe('ring', () => {
  const aPiece = (from: number, bytes = 10, startedAt = Math.floor(from / CHECKOUT_MS) * CHECKOUT_MS): Piece => ({
    seq: from,
    startedAt,
    begins: from === startedAt,
    from,
    to: from + 1000,
    events: 1,
    bytes,
    gzip: new Uint8Array(),
  });
  /** What the press makes of expired pieces: one that begins where they end. */
  const fold = (ring: ReturnType<typeof createRing>, now: number) => {
    const old = ring.expired(now);
    const last = old.at(-1);
    if (last === undefined) return;
    const base = { ...last, startedAt: old[0]!.startedAt, from: last.to, bytes: 10, begins: true, isBase: true };
    expect(ring.replace(old, [base])).toBe(true);
  };

  test('one snapshot is enough: the last five minutes are always there, half a minute more at most, and begin with one', () => {
    const ring = createRing();
    ring.begin(0);
    for (let now = 0; now < 20 * 60_000; now += 1000) {
      ring.add(aPiece(now, 10, 0));
      fold(ring, now + 1000);
      const span = ring.spanMs(now + 1000);
      expect(span).toBeGreaterThanOrEqual(Math.min(now, KEEP_MS));
      expect(span).toBeLessThanOrEqual(KEEP_MS + FOLD_EVERY_MS);
      expect(ring.pieces()[0]?.begins).toBe(true);
    }
  });

  test('over its size the beginning moves up, before its time', () => {
    const ring = createRing(KEEP_MS, 200);
    ring.begin(0);
    for (let now = 0; now < 40_000; now += 1000) ring.add(aPiece(now, 10, 0));
    fold(ring, 40_000);
    expect(ring.bytes()).toBeLessThanOrEqual(210);
    expect(ring.pieces().at(-1)?.from).toBe(39_000);
  });

  test('parts of one run expire together', () => {
    const ring = createRing();
    ring.begin(0);
    for (const [seq, from] of [
      [0, 0],
      [1, 1000],
      [1.001, 2000],
      [2, KEEP_MS],
    ] as const)
      ring.add({ ...aPiece(from, 10, 0), seq });
    expect(ring.expired(KEEP_MS + FOLD_EVERY_MS).map(({ seq }) => seq)).toEqual([0, 1, 1.001]);
    // The second part is not old enough.
    expect(ring.expired(KEEP_MS + FOLD_EVERY_MS - 28_500)).toEqual([]);
  });

  test('pieces that are gone are not replaced', () => {
    const ring = createRing();
    ring.begin(0);
    const [one, two] = [aPiece(0), aPiece(1000)];
    ring.add(one);
    ring.add(two);
    ring.clear();
    expect(ring.replace([one, two], [aPiece(0)])).toBe(false);
    expect(ring.pieces()).toEqual([]);
  });

  test('over its size the oldest whole checkouts go, the newest never', () => {
    const ring = createRing(KEEP_MS, 100);
    for (let i = 0; i < 4; i += 1) {
      ring.begin(i * 60_000);
      for (let j = 0; j < 4; j += 1) ring.add(aPiece(i * 60_000 + j, 10));
    }
    ring.trim(240_000);
    expect(ring.bytes()).toBe(80);
    expect(ring.pieces()[0]?.from).toBe(120_000);
    ring.begin(300_000);
    ring.add(aPiece(300_000, 1000));
    ring.trim(300_000);
    expect(ring.bytes()).toBe(1000);
  });

  test('a piece that was sealed late belongs to the checkout in which it began', () => {
    const ring = createRing();
    ring.begin(0);
    ring.begin(60_000);
    ring.add(aPiece(59_000));
    ring.add(aPiece(60_000));
    ring.trim(60_000 + KEEP_MS);
    expect(ring.pieces().map(({ from }) => from)).toEqual([60_000]);
  });

  test('events before the first snapshot are not kept: nothing could show them', () => {
    const ring = createRing();
    expect(ring.add(aPiece(5))).toBe(false);
    expect(ring.pieces()).toEqual([]);
  });

  test('what earlier pages kept comes first and goes first', () => {
    const ring = createRing();
    ring.begin(120_000);
    ring.add(aPiece(120_000));
    ring.restore([aPiece(0), aPiece(5000), aPiece(60_000)]);
    expect(ring.pieces().map(({ from }) => from)).toEqual([0, 5000, 60_000, 120_000]);
    ring.trim(60_000 + KEEP_MS);
    expect(ring.pieces().map(({ from }) => from)).toEqual([60_000, 120_000]);
    ring.dropBefore(120_000);
    expect(ring.pieces().map(({ from }) => from)).toEqual([120_000]);
  });
});

describe('what can be played again after a reload', () => {
  const aPiece = (seq: number, startedAt: number, from: number): Piece => ({
    seq,
    startedAt,
    begins: from === startedAt,
    from,
    to: from + 1000,
    events: 1,
    bytes: 1,
    gzip: new Uint8Array(),
  });
  const first = aPiece(0, 1000, 1000);
  const second = aPiece(1, 1000, 3000);
  const next = aPiece(2, 61_000, 61_000);

  test.each<[string, Piece[], number, number, number[]]>([
    ['all of it, in order', [next, second, first], 62_000, 70_000, [0, 1, 2]],
    ['without its snapshot a checkout is nothing', [second, next], 62_000, 70_000, [2]],
    ['up to a hole', [first, aPiece(3, 1000, 9000)], 62_000, 70_000, [0]],
    ['halves are no hole', [first, aPiece(0.001, 1000, 2000), second], 0, 70_000, [0, 0.001, 1]],
    ['joined ones follow by their first', [first, { ...aPiece(5, 1000, 3000), since: 1 }], 62_000, 70_000, [0, 5]],
    ['joined ones do not close a hole', [first, { ...aPiece(5, 1000, 3000), since: 2 }], 62_000, 70_000, [0]],
    ['a checkout ends where the next begins', [first, next], 61_500, 61_000 + KEEP_MS, [0, 2]],
    ['what ended more than five minutes ago is over', [first, next], 0, 61_001 + KEEP_MS, [2]],
    ['an idle page ended when it was left', [first], 50_000, 50_000 + KEEP_MS, [0]],
    ['left long ago', [first, second, next], 62_000, 62_001 + KEEP_MS, []],
  ])('%s', (_, kept, leftAt, now, seqs) =>
    expect(playableAgain(kept, leftAt, now).map(({ seq }) => seq)).toEqual(seqs),
  );
});

describe('sealing', () => {
  const events = (count: number, size: number) =>
    Array.from({ length: count }, (_, i) => ({
      at: i,
      text: JSON.stringify({ type: 3, timestamp: i, data: 'x'.repeat(size) }),
    }));
  /** Stored, not compressed, so that sizes can be chosen. */
  const store = async (json: string) => new Uint8Array(gzipSync(json, { level: 0 }));
  const open = ({ gzip }: Sealed): unknown[] => JSON.parse(gunzipSync(gzip).toString());
  const textsIn = (pieces: readonly Sealed[]) => pieces.flatMap(open).map((event) => JSON.stringify(event));

  test('pieces are the events, in order, as gzip of a JSON array', async () => {
    const given = events(50, 100);
    const { pieces, dropped } = await sealEvents(given);
    expect(textsIn(pieces)).toEqual(given.map(({ text }) => text));
    expect(pieces).toMatchObject([{ from: 0, to: 49, events: 50 }]);
    expect(dropped).toBe(0);
  });

  test('what no beacon could carry is split until it fits', async () => {
    const given = events(30, 10_000);
    const { pieces } = await sealEvents(given, store);
    expect(pieces.length).toBeGreaterThan(3);
    expect(textsIn(pieces)).toEqual(given.map(({ text }) => text));
    for (const { bytes } of pieces) expect(bytes).toBeLessThanOrEqual(MAX_PIECE_BYTES);
  });

  test('one event may be larger; one that no segment can hold is left out and counted', async () => {
    const given = [...events(2, 10), ...events(1, 300_000), ...events(1, 600_000), ...events(2, 10)];
    const { pieces, dropped } = await sealEvents(given, store);
    expect(dropped).toBe(1);
    expect(pieces.flatMap(open)).toHaveLength(5);
  });

  test('nothing is no piece', async () => expect(await sealEvents([])).toEqual({ pieces: [], dropped: 0 }));

  test('joined pieces are one with all events, in order', async () => {
    const press = createPress(false);
    const given = events(6, 20);
    const seal = (part: typeof given) =>
      press.seal({ lines: part.map(({ text }) => text).join('\n'), times: part.map(({ at }) => at) });
    const parts = [await seal(given.slice(0, 2)), await seal(given.slice(2, 3)), await seal(given.slice(3))];
    const { pieces } = await press.join(parts.flatMap((part) => part.pieces.map(({ gzip }) => gzip)));
    expect(pieces).toMatchObject([{ from: 0, to: 5, events: 6 }]);
    expect(textsIn(pieces)).toEqual(given.map(({ text }) => text));
  });
});
