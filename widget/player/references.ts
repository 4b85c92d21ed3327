/** What is drawn again because something refers to it, together, and how many `use` elements there are: more than any page, and still drawn in an instant. */
const MAX_COPIES = 50_000;
const MAX_USES = 2_000;
/** An effect (`feGaussianBlur` and its like) goes over every point, however little is drawn: it counts as so many copies. */
const EFFECT_COPIES = 100;
/** So many elements of a picture may come before somebody counts again. */
const COUNT_EVERY = 200;
const ADDRESSES = ['href', 'xlink:href'] as const;
const SVG = 'http://www.w3.org/2000/svg';

/** Elements that are drawn where somebody refers to them by an attribute of these names. */
const RESOURCES = 'pattern,mask,clipPath,marker,filter';
const PAINTS = 'fill stroke mask clip-path filter marker-start marker-mid marker-end'.split(' ');
const REFERRING = ['use', 'pattern', '[style*="url(" i]', ...PAINTS.map((name) => `[${name}*="url(" i]`)].join();
/** What is in these may be part of what others draw. */
const WITHIN = `use,symbol,defs,feImage,${RESOURCES}`;
const REFERENCE = /^\s*url\(\s*(["']?)#([^"'()\\%\s]+)\1\s*\)/i;

export type ReferenceGuard = {
  /** A node stands in the page now, with all that is in it. */
  built(node: Node): void;
  /** An attribute of it is another one. */
  changed(element: Element, name: string): void;
};

type Tree = ParentNode & Node;
/** How many elements are drawn where this one is, and at how many corners. */
type Extent = { elements: number; corners: number };
type Counts = { costs: Map<Element, number>; extents: Map<Element, Extent> };

/**
 * [X8] A picture may refer to pictures that refer to pictures: ten levels of ten copies each are more than a browser survives, and no single one of them is wrong. So copies are counted
 * before anything is drawn, and from where it is too many nothing is copied any more. What patterns, masks, clips, markers and filters hold is drawn like what `use` names, but style sheets
 * refer to them too, where nobody can count: they go by names that only the counted attributes are told, so a sheet reaches none of them.
 */
export function createReferenceGuard(): ReferenceGuard {
  /** Nobody who wrote the page can know it. */
  const prefix = `b${crypto.getRandomValues(new Uint32Array(4)).join('')}-`;
  /** Names are of one tree: the document, a frame's, or a shadow tree. Of each what it copied at the last count. */
  const counted = new Map<Tree, { uses: number; copies: number }>();
  /** Painted after this task at the earliest, so they are counted once at its end. Copies of `use` are made by whoever asks for a size. */
  const waiting = new Set<Tree>();
  let uncounted = 0;

  function countLater(tree: Tree): void {
    if (waiting.size === 0)
      queueMicrotask(() => {
        for (const one of waiting) count(one);
        waiting.clear();
      });
    waiting.add(tree);
  }

  function count(tree: Tree): void {
    uncounted = 0;
    counted.delete(tree);
    const others = [...counted.values()];
    let [uses, copies] = [0, 0];
    for (const one of others) {
      uses += one.uses;
      copies += one.copies;
    }
    for (const element of tree.querySelectorAll(`${RESOURCES},feImage`)) hide(element);
    const referring = [...tree.querySelectorAll(REFERRING)].filter(({ namespaceURI }) => namespaceURI === SVG);
    for (const element of referring) connect(element);
    const counts: Counts = { costs: new Map(), extents: new Map() };
    const own = { uses: 0, copies: 0 };
    for (const element of referring) {
      const more = referredBy(element, counts);
      own.uses += element.localName === 'use' ? 1 : 0;
      if (uses + own.uses <= MAX_USES && copies + own.copies + more <= MAX_COPIES) own.copies += more;
      else disconnect(element);
    }
    if (referring.length > 0) counted.set(tree, own);
  }

  /** From here on only who is told its name can refer to it. An effect that draws an element again does not. */
  function hide(element: Element): void {
    if (element.localName === 'feImage') for (const name of ADDRESSES) element.removeAttribute(name);
    else if (element.id !== '' && !element.id.startsWith(prefix)) element.id = prefix + element.id;
  }

  /** The element that refers is told the names. What cannot be read here names nothing. */
  function connect(element: Element): void {
    const { style } = element as SVGElement;
    for (const name of PAINTS) {
      // Said by a style of its own it is as good as an attribute.
      const own = style.getPropertyValue(name);
      if (REFERENCE.test(own)) {
        element.setAttribute(name, own);
        style.removeProperty(name);
      }
      const was = element.getAttribute(name) ?? '';
      const [whole, , id] = REFERENCE.exec(was) ?? [];
      if (whole === undefined || id === undefined || id.startsWith(prefix)) continue;
      if (byId(element, prefix + id) !== null)
        element.setAttribute(name, `url(#${prefix}${id})${was.slice(whole.length)}`);
    }
    if (element.localName !== 'pattern') return;
    const target = byId(element, prefix + addressOf(element));
    if (target !== null) element.setAttribute('href', `#${target.id}`);
  }

  return {
    built(node) {
      if (!node.isConnected || node.nodeType !== Node.ELEMENT_NODE) return;
      const element = node as Element;
      if (element.namespaceURI === SVG) uncounted += 1;
      // Most come one by one, with nothing in them; a page comes whole.
      for (const inside of element.querySelectorAll('*')) if (inside.shadowRoot) count(inside.shadowRoot);
      if (element.shadowRoot) count(element.shadowRoot);
      const tree = treeOf(element);
      const isUse = element.localName === 'use' || element.querySelector('use') !== null;
      if (isUse || (uncounted >= COUNT_EVERY && counted.has(tree))) count(tree);
      const seen = `${WITHIN},${REFERRING}`;
      if (element.closest(WITHIN) !== null || element.matches(seen) || element.querySelector(seen) !== null)
        countLater(tree);
    },
    changed(element, name) {
      if (element.namespaceURI !== SVG) return;
      const tree = treeOf(element);
      const isAddress = ADDRESSES.some((one) => one === name);
      // A name that nothing refers to copies nothing.
      if ((element.localName === 'use' && isAddress) || (name === 'id' && counted.has(tree))) count(tree);
      // A marker is drawn at each corner.
      const isDrawn = isAddress || name === 'style' || PAINTS.includes(name) || /^(?:id|d|points)$/.test(name);
      if (isDrawn && (counted.has(tree) || element.matches(`${WITHIN},${REFERRING}`))) countLater(tree);
    },
  };
}

const treeOf = (element: Element) => element.getRootNode() as Tree;

function byId(element: Element, id: string): Element | null {
  const tree = treeOf(element);
  return id === '' || !('getElementById' in tree) ? null : (tree as Document | ShadowRoot).getElementById(id);
}

/** The name in its address. */
function addressOf(element: Element): string {
  const address = ADDRESSES.map((name) => element.getAttribute(name)).find((one) => one !== null) ?? '';
  return address.startsWith('#') ? address.slice(1) : '';
}

function disconnect(element: Element): void {
  for (const name of ADDRESSES) element.removeAttribute(name);
  for (const name of PAINTS) if (REFERENCE.test(element.getAttribute(name) ?? '')) element.removeAttribute(name);
}

/** What an element draws again: what its address names, and what its attributes name for all that is drawn in it. */
function referredBy(element: Element, counts: Counts): number {
  const isAddressed = element.localName === 'use' || element.localName === 'pattern';
  const target = isAddressed ? byId(element, addressOf(element)) : null;
  return (target === null ? 0 : costOf(target, counts)) + paintedBy(element, element, counts);
}

/** `element`: who refers. `drawn`: what is drawn with it; what is within inherits it, or a style sheet says so. */
function paintedBy(element: Element, drawn: Element, counts: Counts): number {
  let copies = 0;
  for (const name of PAINTS) {
    const id = REFERENCE.exec(element.getAttribute(name) ?? '')?.[2] ?? '';
    const target = byId(element, id);
    // A mask that stands in what it masks does not mask itself.
    if (target === null || target === drawn) continue;
    const { elements, corners } = extentOf(drawn, counts);
    copies += costOf(target, counts) * (name === 'marker-mid' ? corners : elements);
  }
  return copies;
}

/** What is drawn where somebody refers to this element. What leads back to itself is never at its end. */
function costOf(element: Element, counts: Counts): number {
  const known = counts.costs.get(element);
  if (known !== undefined) return known;
  counts.costs.set(element, Number.POSITIVE_INFINITY);
  let cost = 0;
  for (const one of [element, ...element.getElementsByTagName('*')]) {
    cost += one.localName.startsWith('fe') ? EFFECT_COPIES : 1;
    cost += referredBy(one, counts);
    if (cost > MAX_COPIES) break;
  }
  // It is painted like what it stands in, wherever it is drawn.
  for (let around = element.parentElement; around !== null && cost <= MAX_COPIES; around = around.parentElement)
    cost += paintedBy(around, element, counts);
  counts.costs.set(element, cost);
  return cost;
}

function extentOf(element: Element, counts: Counts): Extent {
  const known = counts.extents.get(element);
  if (known !== undefined) return known;
  const extent: Extent = { elements: 0, corners: 0 };
  counts.extents.set(element, { elements: MAX_COPIES, corners: MAX_COPIES });
  for (const one of [element, ...element.getElementsByTagName('*')]) {
    extent.elements += 1;
    extent.corners += (one.getAttribute('d') ?? one.getAttribute('points') ?? '').match(/[\d.]+/g)?.length ?? 1;
    const copied = one.localName === 'use' ? byId(one, addressOf(one)) : null;
    if (copied === null) continue;
    const inside = extentOf(copied, counts);
    extent.elements += inside.elements;
    extent.corners += inside.corners;
    if (extent.elements > MAX_COPIES) break;
  }
  counts.extents.set(element, extent);
  return extent;
}
