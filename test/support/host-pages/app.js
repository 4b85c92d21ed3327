// The page's own application, and its own tests: what they say before the widget is there they say beside it and after it.
(() => {
  const seen = { errors: [], clicks: 0, submits: 0, moves: 0 };
  const byId = (id) => document.querySelector(`[id="${id}"]`);
  /** Again where the page has written itself anew: the listeners of before went with it. */
  const attach = () => {
    window.onerror = (message) => void seen.errors.push(String(message));
    window.addEventListener('unhandledrejection', (event) => seen.errors.push(`rejected: ${event.reason}`));
    window.addEventListener('popstate', () => {
      seen.moves += 1;
    });
    byId('buy').addEventListener('click', () => {
      seen.clicks += 1;
    });
    byId('order').addEventListener('submit', (event) => {
      event.preventDefault();
      seen.submits += 1;
    });
  };
  attach();
  try {
    localStorage.setItem('host', 'mine');
  } catch {
    // A page that has no storage.
  }

  const ours = (node) =>
    node.localName === 'baton-widget' || (node.localName === 'script' && node.parentNode.localName === 'body');
  const children = (parent) =>
    Array.prototype.filter
      .call(parent.children, (child) => !ours(child))
      .reduce((all, { localName }) => `${all} ${localName}`, '');
  const attributes = (node) =>
    Array.prototype.reduce.call(node.attributes, (all, { name, value }) => `${all} ${name}=${value}`, '');
  const enumerable = (value) => {
    let names = '';
    for (const name in value) names += ` ${name}`;
    return names;
  };
  const stored = () => {
    try {
      return localStorage.getItem('host');
    } catch (cause) {
      return cause.name;
    }
  };
  const viaXhr = () =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.onload = () => resolve(`${request.status} ${request.responseText}`);
      request.onerror = () => resolve('failed');
      request.open('GET', '/api/stock');
      request.send();
    });
  const attempt = async (what) => {
    try {
      return String(await what());
    } catch (cause) {
      return `throws ${cause?.name}`;
    }
  };
  const root = () => document.documentElement;
  const body = () => document.querySelector('body');
  const known = new Set(Object.getOwnPropertyNames(window));
  known.add('hostPage');

  /** What the page can see of itself; the same at any time. */
  const tests = {
    globals: () => Object.getOwnPropertyNames(window).filter((name) => !known.has(name) && name !== 'Baton'),
    'a click': () => {
      const before = seen.clicks;
      byId('buy').click();
      return seen.clicks - before;
    },
    'a form': () => {
      const before = seen.submits;
      byId('order').requestSubmit();
      return seen.submits - before;
    },
    'the history': async () => {
      if (window.keepsHistory === false) return 'not kept';
      const [address, before] = [location.href, seen.moves];
      history.pushState({ step: 1 }, '', '?step=1');
      const pushed = `${location.search} ${history.state?.step}`;
      history.replaceState({ step: 2 }, '', '?step=2');
      const replaced = `${location.search} ${history.state?.step}`;
      history.back();
      // The address is back before the page is told: a busy machine tells it later.
      const isBack = () => location.href === address && seen.moves > before;
      for (let i = 0; i < 250 && !isBack(); i += 1) await new Promise((done) => setTimeout(done, 20));
      await new Promise((done) => setTimeout(done, 20));
      return `${pushed} ${replaced} ${seen.moves - before}`;
    },
    fetch: async () => (await fetch('/api/stock')).text(),
    'a request that fails': () => fetch('/api/none').then(({ status }) => status),
    xhr: viaXhr,
    'a timer': () => new Promise((done) => setTimeout(done, 1, 'rang')),
    'names in objects': () => enumerable({}),
    'names in lists': () => enumerable([]),
    json: () => JSON.stringify({ list: [1, 'two'], at: null }),
    storage: stored,
    cookies: () => document.cookie,
    head: () => children(document.querySelector('head')),
    body: () => children(body()) + attributes(body()),
    root: () => attributes(root()),
    'style sheets': () => `${document.styleSheets.length} ${(document.adoptedStyleSheets || []).length}`,
    look: () => getComputedStyle(byId('buy')).color + getComputedStyle(byId('buy')).fontSize,
    size: () => `${root().scrollWidth} ${root().scrollHeight}`,
    'own handlers': () => `${typeof window.onerror} ${window.onunhandledrejection}`,
    console: () => `${typeof console} ${typeof console?.error} ${typeof console?.log}`,
    errors: () => seen.errors.join('; '),
  };

  /** Functions that others like to replace: after the widget has gone they are what they were. */
  const functions = () => [
    window.fetch,
    window.WebSocket,
    window.Promise,
    window.setTimeout,
    window.XMLHttpRequest?.prototype.open,
    window.XMLHttpRequest?.prototype.send,
    window.history.pushState,
    window.history.replaceState,
    window.console?.error,
    EventTarget.prototype.addEventListener,
    JSON.stringify,
    Element.prototype.attachShadow,
    CSSStyleSheet.prototype.insertRule,
    CSSStyleDeclaration.prototype.setProperty,
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set,
    Object.getOwnPropertyDescriptor(Element.prototype, 'scrollTop').get,
    Object.getOwnPropertyDescriptor(Document.prototype, 'adoptedStyleSheets')?.set,
    Object.getOwnPropertyDescriptor(ShadowRoot.prototype, 'adoptedStyleSheets')?.set,
    ...['fetch', 'XMLHttpRequest'].map((name) => Object.getOwnPropertyNames(window).includes(name)),
    ...['pushState', 'replaceState'].map((name) => Object.hasOwn(history, name)),
  ];
  const before = functions();

  window.hostPage = {
    attach,
    async test() {
      const results = {};
      for (const name of Object.keys(tests)) if (Object.hasOwn(tests, name)) results[name] = await attempt(tests[name]);
      // As one text: what a page has done to its prototypes is not to change what a test hears.
      return Object.keys(results)
        .filter((name) => Object.hasOwn(results, name))
        .map((name) => `${name}: ${results[name]}`)
        .join('\n');
    },
    replaced: () => functions().reduce((all, one, n) => (one === before[n] ? all : `${all} ${n}`), ''),
    keys: () =>
      [localStorage, sessionStorage]
        .reduce((all, store) => `${all} ${Object.keys(store).filter((key) => /^baton/.test(key))}`, '')
        .trim(),
    before: null,
  };
  window.hostPage.before = window.hostPage.test();
})();
