/** Copies of an element that `use` elements make, together, and how many of them there are: more than any page, and still drawn in an instant. */
const MAX_COPIES = 50_000;
const MAX_USES = 2_000;
/** So many elements of a picture may come before somebody counts again. */
const COUNT_EVERY = 200;
const ADDRESSES = ['href', 'xlink:href'] as const;
const SVG = 'http://www.w3.org/2000/svg';

export type UseGuard = {
  /** A node stands in the page now, with all that is in it. */
  built(node: Node): void;
  /** An attribute of it is another one. */
  changed(element: Element, name: string): void;
};

/**
 * [X8] A picture may refer to pictures that refer to pictures: ten levels of ten copies each are more than a browser survives, and no single one of them is wrong. So copies are counted
 * before anything is drawn, and from where it is too many nothing is copied any more.
 */
export function createUseGuard(): UseGuard {
  /** Names are of one tree: the document, a frame's, or a shadow tree. Of each what it copied at the last count. */
  const counted = new Map<ParentNode & Node, { uses: number; copies: number }>();
  let uncounted = 0;

  function count(tree: ParentNode & Node): void {
    uncounted = 0;
    counted.delete(tree);
    const others = [...counted.values()];
    let [total, copies] = [0, 0];
    for (const one of others) {
      total += one.uses;
      copies += one.copies;
    }
    const sizes = new Map<Element, number>();
    const own = { uses: 0, copies: 0 };
    for (const use of tree.querySelectorAll('use')) {
      own.uses += 1;
      own.copies += copiesOf(use, sizes);
      if (total + own.uses <= MAX_USES && copies + own.copies <= MAX_COPIES) continue;
      for (const name of ADDRESSES) use.removeAttribute(name);
      own.copies = Math.min(own.copies, MAX_COPIES);
    }
    if (own.uses > 0) counted.set(tree, own);
  }

  return {
    built(node) {
      if (!node.isConnected || node.nodeType !== Node.ELEMENT_NODE) return;
      const element = node as Element;
      if (element.namespaceURI === SVG) uncounted += 1;
      // Most come one by one, with nothing in them; a page comes whole.
      for (const inside of element.querySelectorAll('*')) if (inside.shadowRoot) count(inside.shadowRoot);
      if (element.shadowRoot) count(element.shadowRoot);
      const isUse = element.localName === 'use' || element.querySelector('use') !== null;
      const tree = treeOf(element);
      if (isUse || (uncounted >= COUNT_EVERY && counted.has(tree))) count(tree);
    },
    changed(element, name) {
      const isAddress = element.localName === 'use' && ADDRESSES.some((one) => one === name);
      const tree = treeOf(element);
      // A name that nothing refers to copies nothing.
      if (isAddress || (name === 'id' && counted.has(tree))) count(tree);
    },
  };
}

const treeOf = (element: Element) => element.getRootNode() as ParentNode & Node;

/** What one `use` copies, with what is copied by those within; what leads back to itself copies nothing there. */
function copiesOf(use: Element, sizes: Map<Element, number>): number {
  const target = targetOf(use);
  return target === null ? 0 : sizeOf(target, sizes);
}

function sizeOf(element: Element, sizes: Map<Element, number>): number {
  const known = sizes.get(element);
  if (known !== undefined) return known;
  sizes.set(element, 0);
  const inside = element.getElementsByTagName('*');
  let size = 1 + inside.length;
  for (const one of [element, ...inside]) {
    if (one.localName === 'use') size += copiesOf(one, sizes);
    if (size > MAX_COPIES) break;
  }
  sizes.set(element, size);
  return size;
}

function targetOf(use: Element): Element | null {
  const address = ADDRESSES.map((name) => use.getAttribute(name)).find((one) => one !== null) ?? '';
  const id = address.startsWith('#') ? address.slice(1) : '';
  const tree = treeOf(use);
  return id === '' || !('getElementById' in tree) ? null : (tree as Document | ShadowRoot).getElementById(id);
}
