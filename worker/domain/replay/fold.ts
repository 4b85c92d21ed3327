import type { PlainEvent } from './compact.ts';

/**
 * A page as far as rrweb's events tell of it: they are applied one by one, and at any time the whole can be said again as a snapshot. So
 * that a recording can lose its beginning without the page being asked for a new one. Works as rrweb's replayer does, on plain objects;
 * where that one is forgiving (an unknown id, a neighbour that is not there) this one is too.
 *
 * What has its effect only after the tree is built (style objects, CSSOM, positions, entered values) is kept as the events that say it.
 * Fonts, canvases and where the pointer was are knowingly left out: our recorder does not record the first two, and the third is over.
 */
export type FoldedPage = {
  apply(event: PlainEvent): void;
  /** Null until a snapshot has been seen. */
  snapshotAt(at: number): PlainEvent[] | null;
  /** Too much that can only be kept as it came: a new snapshot is cheaper. */
  isOverloaded(): boolean;
};

type Node = {
  id: number;
  type: number;
  tagName?: string;
  attributes?: Record<string, unknown>;
  textContent?: string;
  childNodes?: Node[];
  isShadow?: boolean;
  isShadowHost?: boolean;
  [key: string]: unknown;
};
type Loose = Record<string, unknown>;
/** `previousId` is told by rrweb before version 1 only, which says -1 of a neighbour that it has not told of yet. */
type Add = { parentId: number; nextId: number | null; previousId?: number | null; node: Node };

const Kind = { FullSnapshot: 2, Incremental: 3, Meta: 4 } as const;
const Source = {
  Mutation: 0,
  Scroll: 3,
  Viewport: 4,
  Input: 5,
  Media: 7,
  StyleRule: 8,
  StyleDeclaration: 13,
  Adopted: 15,
  CustomElement: 16,
} as const;
/** The id of a neighbour that comes later. */
const UNTOLD = -1;
const NodeKind = { Document: 0, Element: 2, Text: 3 } as const;
/** Where rrweb cuts the text of a style element that has several text nodes. */
const STYLE_SPLIT = '/* rr_split */';
/** Rules that scripts put into sheets, one event each. */
const MAX_RULE_EVENTS = 20_000;

/**
 * Levels of a page that are shown. Real ones have some tens, seldom a hundred; a browser lays elements out by calling itself, and ends with all its tab
 * on a few hundred (Chromium on 256 inline blocks, one in the other).
 */
export const MAX_LEVELS = 200;
/** Frames of a page that are shown as frames: each is a document of its own. Real pages have few of their own origin. */
export const MAX_FRAMES = 50;

export function createFoldedPage(): FoldedPage {
  let meta: Loose | null = null;
  let root: Node | null = null;
  let offset: Loose = { top: 0, left: 0 };
  let nodes = new Map<number, Node>();
  let parents = new Map<number, number>();
  /** By iframe: what is in it comes with an event of its own. */
  let frames = new Map<number, Node>();
  /** Iframes that are on the page, with a document or without. */
  let iframes = new Set<number>();
  /** Style objects since the attribute was last a text: property by property. */
  let styles = new Map<number, Loose>();
  let scrolls = new Map<number, Loose>();
  let inputs = new Map<number, Loose>();
  let media = new Map<number, Loose>();
  let adopted = new Map<number, number[]>();
  let sheets = new Map<number, Loose>();
  let rules: Loose[] = [];
  let elements = new Map<string, Loose>();

  function begin(data: Loose): void {
    root = data.node as Node;
    offset = data.initialOffset as Loose;
    nodes = new Map();
    parents = new Map();
    frames = new Map();
    iframes = new Set();
    styles = new Map();
    scrolls = new Map();
    inputs = new Map();
    media = new Map();
    adopted = new Map();
    sheets = new Map();
    rules = [];
    elements = new Map();
    learn(root);
  }

  function learn(first: Node): void {
    const waiting = [first];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      nodes.set(node.id, node);
      if (node.tagName === 'iframe') {
        if (iframes.size < MAX_FRAMES) iframes.add(node.id);
        else node.tagName = 'span';
      }
      for (const child of node.childNodes ?? []) {
        parents.set(child.id, node.id);
        waiting.push(child);
      }
    }
  }

  /** With all that is below it, and inside its frames; unless it has meanwhile come back elsewhere. */
  function forget(first: Node): void {
    const waiting = [first];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (nodes.get(node.id) !== node) continue;
      nodes.delete(node.id);
      parents.delete(node.id);
      for (const map of [styles, scrolls, inputs, media, adopted]) map.delete(node.id);
      const inside = frames.get(node.id);
      frames.delete(node.id);
      iframes.delete(node.id);
      if (inside !== undefined) waiting.push(inside);
      waiting.push(...(node.childNodes ?? []));
    }
  }

  function detach(id: number): void {
    const node = nodes.get(id);
    if (node === undefined) return;
    const siblings = nodes.get(parents.get(id) ?? -1)?.childNodes;
    const at = siblings?.indexOf(node) ?? -1;
    if (at !== -1) siblings?.splice(at, 1);
    const below = nodes.get(parents.get(id) ?? -1);
    if (below !== undefined) styleTextChanges(below);
    forget(node);
  }

  /** False when its place is not there yet. */
  function attach({ parentId, nextId, previousId, node }: Add): boolean {
    const parent = nodes.get(parentId);
    if (parent === undefined) return false;
    const previous = nodes.get(previousId ?? UNTOLD);
    const isFirst = nextId === UNTOLD && (previousId ?? null) === null;
    if (nextId !== null && !isFirst && previous === undefined && !nodes.has(nextId)) return false;
    // A node that moves is told of once more, without having been removed when an ancestor was.
    if (nodes.has(node.id)) detach(node.id);
    if (isTooDeep(parentId)) return true;
    styleTextChanges(parent);
    if (node.type === NodeKind.Document) {
      // A frame too many is a box by now, and nothing is written into it.
      if (parent.tagName !== 'iframe') return true;
      const before = frames.get(parentId);
      if (before !== undefined) forget(before);
      frames.set(parentId, node);
    } else {
      parent.childNodes ??= [];
      // A document has one element: when it is written anew nobody tells of the old one’s removal.
      if (parent.type === NodeKind.Document && node.type === NodeKind.Element)
        for (const child of [...parent.childNodes]) if (child.type === NodeKind.Element) detach(child.id);
      if (node.isShadow) parent.isShadowHost = true;
      const after = previous === undefined ? -1 : parent.childNodes.indexOf(previous);
      const next = isFirst ? 0 : after !== -1 ? after + 1 : parent.childNodes.findIndex(({ id }) => id === nextId);
      if (next === -1) parent.childNodes.push(node);
      else parent.childNodes.splice(next, 0, node);
      parents.set(node.id, parentId);
    }
    learn(node);
    return true;
  }

  function isTooDeep(parentId: number): boolean {
    let level = 0;
    for (let at: number | undefined = parentId; at !== undefined && level <= MAX_LEVELS; at = parents.get(at))
      level += 1;
    return level >= MAX_LEVELS;
  }

  /** A sheet’s text is told once, at its element, and would win over what its text nodes say later. */
  function styleTextChanges(node: Node): void {
    const css = node.attributes?._cssText;
    if (node.tagName !== 'style' || typeof css !== 'string') return;
    const parts = css.split(STYLE_SPLIT);
    const texts = (node.childNodes ?? []).filter(({ type }) => type === NodeKind.Text);
    texts.forEach((text, i) => {
      text.textContent = i === texts.length - 1 ? parts.slice(i).join('') : (parts[i] ?? '');
    });
    const { _cssText: _, ...attributes } = node.attributes ?? {};
    node.attributes = attributes;
    rules = rules.filter((rule) => rule.id !== node.id);
  }

  function mutate(data: Loose): void {
    for (const { id } of list<{ id: number }>(data.removes)) detach(id);
    let waiting = list<Add>(data.adds);
    // Some name a neighbour that comes later in the same event.
    for (let before = -1; waiting.length > 0 && waiting.length !== before; ) {
      before = waiting.length;
      waiting = waiting.filter((add) => !attach(add));
    }
    // A neighbour that never comes: at the end is better than nowhere.
    for (const add of waiting) attach({ ...add, nextId: null, previousId: null });
    for (const { id, value } of list<{ id: number; value: string | null }>(data.texts)) {
      const node = nodes.get(id);
      if (node === undefined) continue;
      const parent = nodes.get(parents.get(id) ?? -1);
      if (parent !== undefined) styleTextChanges(parent);
      node.textContent = value ?? '';
    }
    for (const { id, attributes } of list<{ id: number; attributes: Loose }>(data.attributes)) {
      const node = nodes.get(id);
      if (node === undefined) continue;
      node.attributes ??= {};
      for (const [name, value] of Object.entries(attributes)) {
        // What is in a frame comes as a document.
        if (name.toLowerCase() === 'src' && node.tagName === 'iframe') continue;
        if (typeof value === 'object' && value !== null) {
          if (name === 'style') styles.set(id, { ...styles.get(id), ...(value as Loose) });
          continue;
        }
        if (name === 'style') styles.delete(id);
        if (value === null) delete node.attributes[name];
        else node.attributes[name] = value;
        if (name === '_cssText') rules = rules.filter((rule) => rule.id !== id);
      }
    }
  }

  function adopt(data: Loose): void {
    adopted.set(data.id as number, list<number>(data.styleIds));
    for (const sheet of list<Loose>(data.styles)) sheets.set(sheet.styleId as number, sheet);
  }

  function incremental(data: Loose): void {
    const id = data.id as number;
    switch (data.source) {
      case Source.Mutation:
        mutate(data);
        return;
      case Source.Scroll:
        scrolls.set(id, data);
        return;
      case Source.Viewport:
        meta = { ...meta, width: data.width, height: data.height };
        return;
      case Source.Input:
        inputs.set(id, data);
        return;
      case Source.Media:
        media.set(id, data);
        return;
      case Source.StyleRule:
      case Source.StyleDeclaration:
        rules.push(data);
        return;
      case Source.Adopted:
        adopt(data);
        return;
      case Source.CustomElement:
        elements.set(String((data.define as Loose | undefined)?.name), data);
        return;
      default:
        return;
    }
  }

  const isKnown = ({ id, styleId }: Loose, used: ReadonlySet<number>): boolean =>
    typeof styleId === 'number' ? used.has(styleId) : nodes.has(id as number);

  return {
    apply({ type, data }) {
      if (type === Kind.Meta) meta = data as Loose;
      else if (type === Kind.FullSnapshot) begin(data as Loose);
      else if (type === Kind.Incremental && root !== null) incremental(data as Loose);
    },
    snapshotAt(at) {
      if (root === null || meta === null) return null;
      const after: Loose[] = [];
      // Outer frames before those inside them: Map keeps the order in which they came.
      for (const [id, node] of frames)
        after.push({
          ...emptyMutation(),
          adds: [{ parentId: id, nextId: null, node }],
          isAttachIframe: true,
        });
      if (styles.size > 0)
        after.push({
          ...emptyMutation(),
          attributes: [...styles].map(([id, style]) => ({ id, attributes: { style } })),
        });
      after.push(...elements.values());
      const told = new Set<number>();
      for (const [id, styleIds] of adopted) {
        const news = styleIds.filter((styleId) => !told.has(styleId) && sheets.has(styleId));
        for (const styleId of news) told.add(styleId);
        after.push({
          source: Source.Adopted,
          id,
          styleIds,
          ...(news.length > 0 ? { styles: news.map((styleId) => sheets.get(styleId)) } : {}),
        });
      }
      after.push(...rules.filter((rule) => isKnown(rule, told)));
      after.push(...inputs.values(), ...scrolls.values(), ...media.values());
      return [
        { type: Kind.Meta, timestamp: at, data: meta },
        { type: Kind.FullSnapshot, timestamp: at, data: { node: root, initialOffset: offset } },
        ...after.map((data) => ({ type: Kind.Incremental, timestamp: at, data })),
      ];
    },
    isOverloaded: () => rules.length > MAX_RULE_EVENTS,
  };
}

const emptyMutation = () => ({
  source: Source.Mutation,
  texts: [],
  attributes: [],
  removes: [],
  adds: [] as unknown[],
});

const list = <Item>(value: unknown): Item[] => (Array.isArray(value) ? (value as Item[]) : []);
