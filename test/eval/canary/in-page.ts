import type { Place, Way } from './places.ts';

export type PlacedCase = { n: number; place: Place; way: Way; value: string };

/**
 * Runs in the page: puts every case's value into its place by its way, in three strokes so that what grows, moves and is split does so over
 * several of the recorder's batches. Self-contained: it is sent there as its source.
 */
export async function putAll(cases: PlacedCase[]): Promise<string[]> {
  const failed: string[] = [];
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  const fill = ({ html }: Place, value: string) => html.replaceAll('{v}', escaped(value));
  const said = ({ pattern = '{v}' }: Place, value: string) => pattern.replaceAll('{v}', value);
  const targetOf = (root: Element, { at }: Place): Element =>
    at === undefined || root.matches(at) ? root : (root.querySelector(at) as Element);
  const make = (place: Place, value: string): Element => {
    const holder = document.createElement('template');
    holder.innerHTML = fill(place, value);
    return holder.content.firstElementChild as Element;
  };
  const write = (element: Element, place: Place, value: string) => {
    const text = said(place, value);
    if (place.attribute !== undefined) element.setAttribute(place.attribute, text);
    else if (place.holds === 'inner') element.innerHTML = text;
    else if (place.holds === 'comment') (element.firstChild as Comment).data = text;
    else element.textContent = text;
  };
  const thirds = (text: string) => {
    // Within the card, within the address: where it hurts.
    const cuts = [Math.floor(text.length * 0.24), Math.floor(text.length * 0.45)] as const;
    return [text.slice(0, cuts[0]), text.slice(cuts[0], cuts[1]), text.slice(cuts[1])];
  };
  const stage = document.getElementById('stage') as HTMLElement;
  const aside = document.createElement('div');
  stage.append(aside);
  const hosts = new Map<PlacedCase, HTMLElement>();
  for (const one of cases) {
    const host = document.createElement('div');
    host.dataset.host = 'x';
    hosts.set(one, host);
    stage.append(host);
  }
  await pause();

  const roots = new Map<PlacedCase, Element>();
  const strokes: ((one: PlacedCase, host: HTMLElement) => void)[] = [
    (one, host) => {
      const { place, way, value } = one;
      const attach = (root: Element) => {
        roots.set(one, root);
        host.append(root);
      };
      switch (way) {
        case 'innerHTML':
        case 'base64':
        case 'percent':
          host.innerHTML = fill(place, value);
          return;
        case 'insertAdjacentHTML':
          host.insertAdjacentHTML('beforeend', fill(place, value));
          return;
        case 'fragment': {
          const fragment = document.createDocumentFragment();
          fragment.append(make(place, value), make(place, ''));
          host.append(fragment);
          return;
        }
        case 'shadow root':
          host.attachShadow({ mode: 'open' }).innerHTML = fill(place, value);
          return;
        case 'inner frame': {
          const frame = document.createElement('iframe');
          host.append(frame);
          (frame.contentDocument as Document).body.innerHTML = fill(place, value);
          return;
        }
        case 'private in the same task':
          attach(make(place, value));
          host.setAttribute('data-private', '');
          return;
        case 'was private':
          host.setAttribute('data-private', '');
          attach(make(place, ''));
          return;
        case 'was a password': {
          const root = make(place, '');
          root.setAttribute('type', 'password');
          attach(root);
          return;
        }
        case 'move':
          roots.set(one, make(place, value));
          aside.append(roots.get(one) as Element);
          return;
        default:
          attach(make(place, ''));
      }
    },
    (one, host) => {
      const { place, way, value } = one;
      const root = roots.get(one);
      if (root === undefined) return;
      const element = targetOf(root, place);
      const [head, middle, tail] = thirds(value) as [string, string, string];
      const isText = place.attribute === undefined && place.holds === undefined && place.pattern === undefined;
      switch (way) {
        case 'attribute':
          write(element, place, value);
          return;
        case 'property': {
          const text = said(place, value);
          const name = place.attribute ?? (element instanceof HTMLTextAreaElement ? 'value' : 'textContent');
          if (
            place.holds === undefined &&
            name in element &&
            typeof (element as unknown as Record<string, unknown>)[name] === 'string'
          )
            (element as unknown as Record<string, unknown>)[name] = text;
          else write(element, place, value);
          element.dispatchEvent(new Event('input', { bubbles: true }));
          return;
        }
        case 'grown':
          write(element, place, head);
          return;
        case 'split':
          if (isText) for (const part of [head, middle, tail]) element.append(document.createTextNode(part));
          else {
            write(element, place, head);
            write(element, place, value);
          }
          return;
        case 'split in elements':
          if (isText)
            for (const part of [head, middle, tail]) {
              const span = document.createElement('span');
              span.textContent = part;
              element.append(span);
            }
          else {
            write(element, place, tail);
            write(element, place, value);
          }
          return;
        case 'clone': {
          write(element, place, value);
          const copy = root.cloneNode(true) as Element;
          root.replaceWith(copy);
          return;
        }
        case 'move':
          host.append(root);
          return;
        case 'was private':
          host.removeAttribute('data-private');
          return;
        case 'was a password':
          root.setAttribute('type', 'text');
          return;
        default:
      }
    },
    (one) => {
      const { place, way, value } = one;
      const root = roots.get(one);
      if (root === undefined) return;
      const element = targetOf(root, place);
      const [head, middle] = thirds(value) as [string, string, string];
      if (way === 'was private' || way === 'was a password') write(element, place, value);
      if (way !== 'grown') return;
      const node = element.firstChild;
      if (
        place.attribute === undefined &&
        place.holds === undefined &&
        node instanceof Text &&
        place.pattern === undefined
      )
        node.appendData(middle);
      else write(element, place, head + middle);
    },
    (one) => {
      const { place, way, value } = one;
      const root = roots.get(one);
      if (root === undefined || way !== 'grown') return;
      const element = targetOf(root, place);
      const [, , tail] = thirds(value) as [string, string, string];
      const node = element.firstChild;
      if (
        place.attribute === undefined &&
        place.holds === undefined &&
        node instanceof Text &&
        place.pattern === undefined
      )
        node.appendData(tail);
      else write(element, place, value);
    },
  ];
  for (const stroke of strokes) {
    for (const [one, host] of hosts) {
      try {
        stroke(one, host);
      } catch (cause) {
        failed.push(`${one.place.name}, ${one.way}: ${cause}`);
      }
    }
    await pause();
  }
  return failed;
}

/** Makes the fields for what is typed: into the place itself, or into a field that a script copies into it, as frameworks do. */
export function prepareTyped(cases: PlacedCase[]): void {
  const stage = document.getElementById('stage') as HTMLElement;
  for (const { n, place } of cases) {
    const host = document.createElement('div');
    host.innerHTML = place.html.replaceAll('{v}', '');
    stage.append(host);
    const root = host.firstElementChild as Element;
    const element = place.at === undefined || root.matches(place.at) ? root : (root.querySelector(place.at) as Element);
    if (place.typed) {
      element.id = `typed-${n}`;
      continue;
    }
    const input = document.createElement('input');
    input.id = `typed-${n}`;
    host.append(input);
    input.addEventListener('input', () => {
      const text = (place.pattern ?? '{v}').replaceAll('{v}', input.value);
      if (place.attribute !== undefined) element.setAttribute(place.attribute, text);
      else if (place.holds === 'inner') element.innerHTML = text;
      else if (place.holds === 'comment') (element.firstChild as Comment).data = text;
      else element.textContent = text;
    });
  }
}

/** Runs in the page: the places of the page itself. */
export async function putIntoPage(values: Record<string, string>): Promise<void> {
  const of = (name: string) => values[name] as string;
  history.pushState(
    { said: of('the state of the history') },
    '',
    `?q=${of('the window’s query')}#${of('the window’s fragment')}`,
  );
  console.error('It failed', of('what is logged as an error'), { said: of('what is logged as an error') });
  setTimeout(() => {
    throw new Error(`It failed for ${of('an error’s message')}`);
  });
  void Promise.reject(new Error(of('a rejection’s reason')));
  const quietly = (call: Promise<unknown>) => call.catch(() => {});
  await quietly(fetch(`/fail?q=${of('a failed request’s query')}`));
  await quietly(fetch(`/fail/${of('a failed request’s path')}`));
  await quietly(fetch('/fail', { method: 'POST', body: of('a failed request’s body') }));
  await quietly(fetch('/fail', { headers: { 'x-said': of('a failed request’s header') } }));
  const old = new XMLHttpRequest();
  old.open('GET', `/fail?q=${of('a failed XHR’s query')}`);
  old.send();
  // Under the page's own names; what the widget keeps is looked at by its names.
  localStorage.setItem('host', of('local storage'));
  sessionStorage.setItem('host', of('session storage'));
  // biome-ignore lint/suspicious/noDocumentCookie: as pages do
  document.cookie = `host=${encodeURIComponent(of('a cookie'))}; path=/`;
  window.name = of('the name of the window');
  document.title = of('the title of the document');
  const style = document.createElement('style');
  document.head.append(style);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const quoted = (name: string) => JSON.stringify(of(name));
  style.sheet?.insertRule(`.r::after { content: ${quoted('a rule that is inserted')} }`);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`.s::after { content: ${quoted('a sheet that is adopted')} }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  style.sheet?.insertRule('.t { top: 0 }');
  ((style.sheet as CSSStyleSheet).cssRules[0] as CSSStyleRule).style.setProperty(
    '--said',
    quoted('a declaration that is set'),
  );
  document.body.style.setProperty('--said', quoted('a declaration that is set'));
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = of('the name of a clicked button');
  document.getElementById('stage')?.append(button);
  button.click();
  await new Promise((resolve) => setTimeout(resolve, 100));
}
