/**
 * Where people's words can be on a page. `{v}` in the markup is where the canary goes. `strict`: whatever stands there is nobody's business,
 * so a plain word must not leave; elsewhere only what is a secret in any text (cards, addresses, tokens, long numbers).
 */
export type Place = {
  name: string;
  html: string;
  strict: boolean;
  /** The element that is changed later, below the outermost; by default that one. */
  at?: string;
  /** The attribute that holds it; otherwise its text, or (`inner`) its markup, or (`comment`) its comment. */
  attribute?: string;
  holds?: 'inner' | 'comment';
  /** What is written, with the canary in it. */
  pattern?: string;
  /** The layout hangs on it, so in something private too only secrets go from it. */
  structural?: boolean;
  /** A field that is typed into by itself; what is typed elsewhere a script copies there, as frameworks do. */
  typed?: boolean;
};

const field = (name: string, attributes: string): Place => ({
  name,
  html: `<input ${attributes} value="{v}">`,
  strict: true,
  attribute: 'value',
  typed: true,
});
const attribute = (name: string, html: string, attr: string, more: Partial<Place> = {}): Place => ({
  name,
  html,
  strict: true,
  attribute: attr,
  ...more,
});
const words = (name: string, html: string, more: Partial<Place> = {}): Place => ({
  name,
  html,
  strict: false,
  ...more,
});
const written = (name: string, html: string, more: Partial<Place> = {}): Place => ({
  name,
  html,
  strict: true,
  ...more,
});

export const PLACES: readonly Place[] = [
  field('a text field', 'type="text"'),
  field('a field without a type', ''),
  field('an e-mail field', 'type="email"'),
  field('a password', 'type="password"'),
  field('a password that the host unmasks', 'type="password" data-baton-unmask'),
  field('a telephone field', 'type="tel"'),
  field('a search field', 'type="search"'),
  field('an address field', 'type="url"'),
  field('a card field', 'type="text" autocomplete="cc-number"'),
  field('a card field that the host unmasks', 'type="text" autocomplete="billing cc-csc" data-baton-unmask'),
  field('a one-time code', 'type="text" autocomplete="one-time-code"'),
  { ...field('a hidden input', 'type="hidden"'), typed: false },
  { ...field('a box to tick', 'type="checkbox" checked'), typed: false },
  attribute('a choice', '<select><option value="{v}">One</option></select>', 'value', { at: 'option' }),
  written('the text of a choice', '<select><option selected>{v}</option></select>', { at: 'option' }),
  attribute('a group of choices', '<select><optgroup label="{v}"><option>One</option></optgroup></select>', 'label', {
    at: 'optgroup',
  }),
  written('a suggestion', '<datalist><option>{v}</option></datalist>', { at: 'option' }),
  written('a text area', '<textarea>{v}</textarea>', { typed: true }),
  written('an editable text', '<div contenteditable="true">{v}</div>', { typed: true }),
  written('a text box of the page’s own', '<div role="textbox">{v}</div>'),
  attribute('a placeholder', '<input placeholder="{v}">', 'placeholder'),
  attribute('a placeholder of a text area', '<textarea placeholder="{v}"></textarea>', 'placeholder'),
  attribute('a title', '<span title="{v}">Hover</span>', 'title'),
  attribute('the words for a picture', '<img alt="{v}" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">', 'alt'),
  attribute('aria-label', '<button aria-label="{v}">x</button>', 'aria-label'),
  attribute('aria-description', '<p aria-description="{v}">x</p>', 'aria-description'),
  attribute('aria-valuetext', '<div role="slider" aria-valuetext="{v}">x</div>', 'aria-valuetext'),
  attribute('data-*', '<div data-user="{v}">x</div>', 'data-user'),
  attribute('data-state', '<div data-state="{v}">x</div>', 'data-state'),
  attribute('an attribute that nobody knows', '<div x-thing="{v}">x</div>', 'x-thing'),
  attribute('an attribute of an element of the page’s own', '<user-card who="{v}">x</user-card>', 'who'),
  attribute('a name', '<input type="radio" name="{v}">', 'name'),
  attribute('a value of a list', '<ul><li value="1" summary="{v}">x</li></ul>', 'summary', { at: 'li' }),
  attribute('a link’s query and fragment', '<a href="/x?t={v}#{v}">x</a>', 'href', { pattern: '/x?t={v}#{v}' }),
  attribute('a picture’s query', '<img src="/x.png?t={v}">', 'src', { pattern: '/x.png?t={v}' }),
  attribute('a set of pictures', '<img srcset="/x.png?t={v} 2x">', 'srcset', { pattern: '/x.png?t={v} 2x' }),
  attribute('a form’s address', '<form action="/x?t={v}#{v}"></form>', 'action', { pattern: '/x?t={v}#{v}' }),
  attribute('a film’s picture', '<video poster="/x.png?t={v}"></video>', 'poster', { pattern: '/x.png?t={v}' }),
  attribute('a quotation’s source', '<blockquote cite="/x?t={v}">x</blockquote>', 'cite', { pattern: '/x?t={v}' }),
  attribute('a frame’s document', '<iframe srcdoc="{v}"></iframe>', 'srcdoc', { strict: false }),
  attribute(
    'a small picture with words',
    `<img src="data:image/svg+xml,<svg xmlns='x'><text>{v}</text></svg>">`,
    'src',
    {
      pattern: `data:image/svg+xml,<svg xmlns='x'><text>{v}</text></svg>`,
    },
  ),
  attribute('a meta element', '<meta name="user" content="{v}">', 'content'),
  written('text in a picture', '<svg><text>{v}</text></svg>', { at: 'text' }),
  written('a picture’s title', '<svg><title>{v}</title></svg>', { at: 'title' }),
  written('a picture’s description', '<svg><desc>{v}</desc></svg>', { at: 'desc' }),
  attribute('an inline style', `<p style="--x: '{v}'">x</p>`, 'style', { pattern: `--x: '{v}'` }),
  attribute('an address in an inline style', '<p style="background:url(/x.png?t={v})">x</p>', 'style', {
    pattern: 'background:url(/x.png?t={v})',
  }),
  written('what a style sheet says', '<style>.c1::after{content:"{v}"}</style>', {
    pattern: '.c1::after{content:"{v}"}',
  }),
  written('a variable of a style sheet', '<style>.c2{--x:"{v}"}</style>', { pattern: '.c2{--x:"{v}"}' }),
  written('a comment in a style sheet', '<style>/* {v} */.c3{top:0}</style>', { pattern: '/* {v} */.c3{top:0}' }),
  written('a comment', '<div><!--{v}--></div>', { holds: 'comment' }),
  written('a template', '<template><p>{v}</p></template>', { holds: 'inner', pattern: '<p>{v}</p>' }),
  written('what is there without scripts', '<noscript>{v}</noscript>'),
  written('a script', '<script type="application/json">{v}</script>'),
  written('private text', '<section data-private><p>{v}</p></section>', { at: 'p' }),
  attribute('a title in something private', '<section data-private><a title="{v}">x</a></section>', 'title', {
    at: 'a',
  }),
  written('text of the masking class', '<section class="rr-mask"><b>{v}</b></section>', { at: 'b' }),
  written('private text that the host unmasks', '<section data-baton-unmask><p data-private>{v}</p></section>', {
    at: 'p',
  }),
  words('a paragraph', '<p>{v}</p>'),
  words('a button', '<button type="button">{v}</button>'),
  { ...words('a button that is an input', '<input type="button" value="{v}">'), attribute: 'value' },
  words('a label', '<label>{v}</label>'),
  words('a heading', '<h2>{v}</h2>'),
  words('a cell', '<table><tbody><tr><td>{v}</td></tr></tbody></table>', { at: 'td' }),
  words('a dialog', '<dialog open>{v}</dialog>'),
  words('an output', '<output>{v}</output>'),
  words('a summary', '<details open><summary>{v}</summary></details>', { at: 'summary' }),
  { ...words('a class', '<i class="a {v}">x</i>'), attribute: 'class', pattern: 'a {v}', structural: true },
  { ...words('an id', '<i id="{v}">x</i>'), attribute: 'id', structural: true },
  words('text that the host unmasks', '<p data-baton-unmask>{v}</p>'),
];

/** How it gets there. `strict`: by this way it is hidden whatever the place. */
export const WAYS = [
  'load',
  'innerHTML',
  'attribute',
  'property',
  'typed',
  'grown',
  'split',
  'split in elements',
  'clone',
  'move',
  'insertAdjacentHTML',
  'fragment',
  'shadow root',
  'inner frame',
  'private in the same task',
  'was private',
  'was a password',
  'base64',
  'percent',
] as const;
export type Way = (typeof WAYS)[number];

/** Places of a whole page, which no markup makes. */
export const PAGE_PLACES = [
  { name: 'the window’s query', strict: true },
  { name: 'the window’s fragment', strict: true },
  { name: 'the state of the history', strict: true },
  { name: 'what is logged as an error', strict: false },
  { name: 'an error’s message', strict: false },
  { name: 'a rejection’s reason', strict: false },
  { name: 'a failed request’s query', strict: true },
  { name: 'a failed request’s path', strict: false },
  { name: 'a failed request’s body', strict: true },
  { name: 'a failed XHR’s query', strict: true },
  { name: 'a failed request’s header', strict: true },
  { name: 'local storage', strict: true },
  { name: 'session storage', strict: true },
  { name: 'a cookie', strict: true },
  { name: 'the name of the window', strict: true },
  { name: 'the title of the document', strict: false },
  { name: 'a rule that is inserted', strict: true },
  { name: 'a sheet that is adopted', strict: true },
  { name: 'a declaration that is set', strict: true },
  { name: 'the name of a file', strict: true },
  { name: 'the name of a clicked button', strict: false },
] as const;
export const PAGE_WAYS = ['plain', 'base64', 'percent'] as const;
