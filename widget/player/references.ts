/** What is drawn again because something refers to it, together, and how many `use` elements there are: more than any page, and still drawn in an instant. */
const MAX_COPIES = 50_000;
const MAX_USES = 2_000;
/** So many elements of a picture may come before somebody counts again. */
const COUNT_EVERY = 200;
const SVG = 'http://www.w3.org/2000/svg';
const ADDRESSES = ['href', 'xlink:href'] as const;

/** Elements that are drawn where somebody refers to them by an attribute of these names. */
const RESOURCES = 'pattern,mask,clipPath,marker';
const PAINTS = ['fill', 'stroke', 'mask', 'clip-path', 'marker-start', 'marker-mid', 'marker-end'] as const;
/** What is in an element is painted like it, unless it says otherwise. */
const NOT_INHERITED = new Set<string>(['mask', 'clip-path']);
const REFERRING = ['use', 'pattern', '[style*="url(" i]', ...PAINTS.map((name) => `[${name}*="(" i]`)].join();
/** Content of these is part of what others draw. */
const WITHIN = `use,symbol,defs,${RESOURCES},feImage`;
const REFERENCE = /url\(\s*(["']?)#([^"'()\\%]*)\1\s*\)/i;

export type ReferenceGuard = {
  /** A node stands in the page now, with all that is in it. */
  built(node: Node): void;
  /** An attribute of it is another one. */
  changed(element: Element, name: string): void;
};

/** `isFull`: what comes now is not drawn again before somebody has counted anew. */
type Counted = { uses: number; copies: number; sizes: Map<Element, number>; isFull: boolean };

/**
 * [X8] A picture may refer to pictures that refer to pictures: ten levels of ten copies each are more than a browser survives, and no single one of them is wrong. So copies are counted
 * before anything is drawn, and from where it is too many nothing is copied any more. What patterns, masks, clips and markers hold is copied like what `use` names, but style sheets refer to
 * them too, where nobody can count: they go by names that only the counted attributes are told, so a sheet reaches none of them. An effect that draws an element again (`feImage`) does not.
 */
export function createReferenceGuard(): ReferenceGuard {
  /** Nobody who wrote the page can know it. */
  const prefix = `b${crypto.getRandomValues(new Uint32Array(4)).join('')}-`;
  /** Names are of one tree: the document, a frame's, or a shadow tree. Of each what it copied at the last count. */
  const counted = new Map<ParentNode & Node, Counted>();
  let uncounted = 0;

  /** The address that an attribute is to have, and whose content it draws. Null: it cannot be read. */
  function read(element: Element, value: string): { value: string; target: Element | null } | null {
    if (!/\(/.test(value)) return { value, target: null };
    const [whole, , id] = REFERENCE.exec(value) ?? [];
    if (whole === undefined || id === undefined || value.replace(whole, '').includes('(')) return null;
    const name = id.startsWith(prefix) ? id : prefix + id;
    const target = byId(element, name);
    return target === null ? { value, target } : { value: value.replace(whole, `url(#${name})`), target };
  }

  /** What an element draws again, of all that its attributes name. What leads back to itself draws nothing there. */
  function copiesOf(element: Element, sizes: Map<Element, number>): number {
    let copies = 0;
    const name = element.localName;
    if (name === 'use' || name === 'pattern') {
      const target = addressed(element, name === 'use' ? '' : prefix);
      if (target !== null) copies += sizeOf(target, sizes);
    }
    for (const paint of PAINTS) {
      const value = element.getAttribute(paint);
      if (value === null || !value.includes('(')) continue;
      const target = read(element, value)?.target;
      if (target) copies += sizeOf(target, sizes) * timesOf(element, paint);
    }
    return copies;
  }

  function sizeOf(element: Element, sizes: Map<Element, number>): number {
    const known = sizes.get(element);
    if (known !== undefined) return known;
    sizes.set(element, 0);
    const inside = element.getElementsByTagName('*');
    let size = 1 + inside.length;
    for (const one of [element, ...inside]) {
      size += copiesOf(one, sizes);
      if (size > MAX_COPIES) break;
    }
    sizes.set(element, size);
    return size;
  }

  function disconnect(element: Element): void {
    for (const name of ADDRESSES) element.removeAttribute(name);
    for (const name of PAINTS) if (element.getAttribute(name)?.includes('(')) element.removeAttribute(name);
  }

  /** Elements that refer are told the names by which what they refer to goes. */
  function connect(element: Element): void {
    const { style } = element as Partial<SVGElement>;
    for (const name of PAINTS) {
      // Said by a style of its own it is as good as an attribute.
      const own = style?.getPropertyValue(name) ?? '';
      if (own.includes('(')) {
        element.setAttribute(name, own);
        style?.removeProperty(name);
      }
      const was = element.getAttribute(name);
      if (was === null || !was.includes('(')) continue;
      const now = read(element, was);
      if (now === null) element.removeAttribute(name);
      else if (now.value !== was) element.setAttribute(name, now.value);
    }
    if (element.localName !== 'pattern') return;
    const target = addressed(element, prefix);
    if (target !== null) element.setAttribute('href', `#${target.id}`);
  }

  function isTooMuch(): boolean {
    let [uses, copies] = [0, 0];
    for (const one of counted.values()) {
      uses += one.uses;
      copies += one.copies;
    }
    return uses > MAX_USES || copies > MAX_COPIES;
  }

  function count(tree: ParentNode & Node): void {
    uncounted = 0;
    const own: Counted = { uses: 0, copies: 0, sizes: new Map(), isFull: false };
    counted.set(tree, own);
    const referring = tree.querySelectorAll(REFERRING);
    for (const element of referring) if (!fits(element, own)) disconnect(element);
    if (referring.length === 0) counted.delete(tree);
  }

  function fits(element: Element, own: Counted): boolean {
    if (element.namespaceURI !== SVG) return true;
    connect(element);
    const { uses, copies } = own;
    own.uses += element.localName === 'use' ? 1 : 0;
    own.copies += copiesOf(element, own.sizes);
    if (!isTooMuch()) return true;
    Object.assign(own, { uses, copies, isFull: true });
    return false;
  }

  /** The usual case, and cheap: it refers to what has been counted before, and is no part of it. */
  function addTo(tree: ParentNode & Node, element: Element): void {
    const own = counted.get(tree);
    if (own?.isFull) disconnect(element);
    // Much of what was counted may have gone since.
    else if (own === undefined || !fits(element, own)) count(tree);
  }

  return {
    built(node) {
      if (!node.isConnected || node.nodeType !== Node.ELEMENT_NODE) return;
      const element = node as Element;
      if (element.namespaceURI === SVG) uncounted += 1;
      hideIn(element);
      // Most come one by one, with nothing in them; a page comes whole.
      for (const inside of element.querySelectorAll('*')) if (inside.shadowRoot) countShadow(inside.shadowRoot);
      if (element.shadowRoot) countShadow(element.shadowRoot);
      const tree = treeOf(element);
      const isPart = element.closest(WITHIN) !== null || element.querySelector(WITHIN) !== null;
      if (isPart || (uncounted >= COUNT_EVERY && counted.has(tree))) {
        count(tree);
        return;
      }
      if (element.matches(REFERRING)) addTo(tree, element);
      for (const inside of element.querySelectorAll(REFERRING)) addTo(tree, inside);
    },
    changed(element, name) {
      if (element.namespaceURI !== SVG) return;
      hide(element);
      const tree = treeOf(element);
      const isAddress = name === 'style' || [...ADDRESSES, ...PAINTS].some((one) => one === name);
      const isPart = element.closest(WITHIN) !== null;
      if (isAddress && !isPart) addTo(tree, element);
      // A name that nothing refers to copies nothing, and corners count where something is drawn at each.
      else if (
        isAddress ||
        (name === 'id' && counted.has(tree)) ||
        (/^(?:d|points)$/.test(name) && (isPart || element.closest('[marker-mid]') !== null))
      )
        count(tree);
    },
  };

  function countShadow(root: ShadowRoot): void {
    hideIn(root);
    count(root);
  }

  function hideIn(node: Element | ShadowRoot): void {
    if (node.nodeType === Node.ELEMENT_NODE) hide(node as Element);
    for (const inside of node.querySelectorAll(`${RESOURCES},feImage`)) hide(inside);
  }

  /** From here on only who is told its name can refer to it. */
  function hide(element: Element): void {
    if (element.localName === 'feImage') for (const name of ADDRESSES) element.removeAttribute(name);
    if (element.id !== '' && !element.id.startsWith(prefix) && element.matches(RESOURCES))
      element.id = prefix + element.id;
  }
}

const treeOf = (element: Element) => element.getRootNode() as ParentNode & Node;

function byId(element: Element, id: string): Element | null {
  const tree = treeOf(element);
  return id === '' || !('getElementById' in tree) ? null : (tree as Document | ShadowRoot).getElementById(id);
}

/** What the address of an element names, under that prefix. */
function addressed(element: Element, prefix: string): Element | null {
  const address = ADDRESSES.map((name) => element.getAttribute(name)).find((one) => one !== null) ?? '';
  const id = address.startsWith('#') ? address.slice(1) : '';
  return byId(element, id === '' || id.startsWith(prefix) ? id : prefix + id);
}

/** How often what an attribute names is drawn: by all in it that do not say otherwise, and a marker at each corner. */
function timesOf(element: Element, paint: string): number {
  if (NOT_INHERITED.has(paint)) return 1;
  const inside = [element, ...element.getElementsByTagName('*')];
  if (paint !== 'marker-mid') return inside.length;
  const corners = (one: Element) =>
    (one.getAttribute('d') ?? one.getAttribute('points') ?? '').match(/\d+/g)?.length ?? 1;
  return inside.reduce((sum, one) => sum + corners(one), 0);
}
