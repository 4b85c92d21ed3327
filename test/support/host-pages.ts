/** How a page embeds Baton; `pin`: with the versioned file and its hash. */
export type Tag = { batonOrigin: string; workspaceKey: string; pin: { file: string; integrity: string } | null };

/** A page that makes it hard for others, and what is asked of the widget there. */
export type HostPage = {
  name: string;
  /** Why nothing more than silence can be asked for; without it the widget has to work. */
  silent?: string;
  /** The hostile script, a file of `host-pages/`. */
  hostile?: string;
  head?: string;
  body?: string;
  doctype?: string;
  type?: string;
  policy?(batonOrigin: string, nonce: string): string;
  nonce?: true;
  twice?: true;
  /** The page takes another body, root or document this often before the widget is used; how it does it is its script's `swap`. */
  swaps?: number;
  /** The recording has to arrive as well. */
  records?: true;
  /** Silent as soon as the visitor writes; what stands in the way is not met before. */
  until?: 'written';
  /** The one line that the page's developer finds in the console. */
  says?: RegExp;
  /** Lines that the browser itself writes about a policy. */
  complains?: RegExp;
};

const sockets = (origin: string): string => `${origin} ${origin.replace('http', 'ws')}`;

export const HOST_PAGES: HostPage[] = [
  { name: 'plain', records: true },
  { name: 'enumerable-prototypes', hostile: 'enumerable-prototypes' },
  { name: 'prototype-js', hostile: 'prototype-js', records: true },
  { name: 'mootools', hostile: 'mootools' },
  { name: 'own-json', hostile: 'own-json' },
  {
    name: 'header-adding',
    hostile: 'header-adding',
    // Once: what fails by the page's own is not asked of it again.
    complains: /^Access to fetch at '[^']*\/v1\/visits' .* blocked by CORS policy|net::ERR_FAILED/,
  },
  { name: 'broken-network', hostile: 'broken-network' },
  { name: 'things-gone', hostile: 'gone' },
  { name: 'listening', hostile: 'listening' },
  { name: 'deaf', hostile: 'deaf', silent: 'the page lets nobody else listen' },
  {
    name: 'named-elements',
    body: `<form id="Baton"><input name="loaded" value="1" /><input name="q" value="2" /></form>
<img name="history" alt="" /><img name="location" alt="" /><img name="title" alt="" /><img name="body" alt="" /><img name="activeElement" alt="" />
<img name="currentScript" alt="" /><img name="visibilityState" alt="" /><form name="scrollingElement"></form>
<a id="fetch">a</a><a id="localStorage">a</a><a id="document">a</a><a id="navigator">a</a><a id="launch">a</a>`,
  },
  {
    name: 'all-unset',
    head: `<style>
* { all: unset !important; }
html body > * { display: none !important; visibility: hidden !important; opacity: 0 !important; pointer-events: none !important; }
html body > h1, html body > button, html body > form { display: block !important; visibility: visible !important; opacity: 1 !important; }
body { transform: translateZ(0); filter: grayscale(0.1); overflow: hidden; direction: rtl; font: 40px/3 monospace; letter-spacing: 1em; text-transform: uppercase; user-select: none; pointer-events: none; }
.over { position: fixed; inset: 0 0 80% 0; z-index: 2147483647; background: #ccc; }
</style>`,
    body: '<div class="over"></div>',
  },
  {
    name: 'strict-policy',
    policy: (origin) =>
      `default-src 'self'; script-src 'self' ${origin}; connect-src 'self' ${sockets(origin)}; frame-src ${origin}`,
  },
  {
    name: 'nonce-and-trusted-types',
    nonce: true,
    policy: (origin, nonce) =>
      `default-src 'none'; script-src 'nonce-${nonce}' 'strict-dynamic'; connect-src 'self' ${sockets(origin)}; require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'`,
  },
  {
    name: 'no-connection-allowed',
    silent: 'the page’s policy lets nothing through to Baton',
    says: /^Baton: this page’s policy needs http:\S+ and ws:\S+ in connect-src\.$/,
    policy: (origin) => `default-src 'self'; script-src 'self' ${origin}; connect-src 'self'`,
    complains: /violates the following Content Security Policy directive: "connect-src|Refused to connect because/,
  },
  {
    name: 'no-sockets-allowed',
    silent: 'the page’s policy lets requests through and no sockets',
    until: 'written',
    says: /^Baton: this page’s policy needs http:\S+ and ws:\S+ in connect-src\.$/,
    policy: (origin) => `default-src 'self'; script-src 'self' ${origin}; connect-src 'self' ${origin}`,
    complains: /violates the following Content Security Policy directive: "connect-src|Refused to connect because/,
  },
  {
    name: 'only-the-tag-allowed',
    silent: 'the page’s policy lets the tag’s script in and none of its parts',
    policy: (origin) =>
      `default-src 'self'; script-src 'self' ${origin}/baton.js; connect-src 'self' ${sockets(origin)}`,
    complains: /violates the following Content Security Policy directive: "script-src/,
  },
  { name: 'turbo', hostile: 'turbo', swaps: 60 },
  { name: 'astro', hostile: 'astro', swaps: 5 },
  { name: 'new-root', hostile: 'new-document', swaps: 2 },
  { name: 'rewritten', hostile: 'rewritten', swaps: 1 },
  { name: 'frozen', hostile: 'frozen' },
  { name: 'no-storage', hostile: 'no-storage' },
  { name: 'full-storage', hostile: 'full-storage' },
  { name: 'zones', hostile: 'zones' },
  { name: 'router', hostile: 'router' },
  { name: 'quirks', doctype: '', head: '<style>body { height: 100%; margin: 0 } table { font-size: 200% }</style>' },
  { name: 'xhtml', type: 'application/xhtml+xml' },
  { name: 'twice', twice: true },
  {
    name: 'throws-out-strangers',
    hostile: 'removing',
    silent: 'the page takes out every element that it does not know',
  },
];
