/**
 * The events that make up nearly all of a recording, snapshots and mutations, written with half of the bytes: columns instead of objects,
 * and of each id only how far it is from the one before. What comes back is the same rrweb event, value for value; what does not fit the
 * pattern (frames, shadow roots, kinds that rrweb adds later) is left as it is. Event kinds 2 FullSnapshot, 3 Incremental; source 0
 * Mutation; node kinds 2 Element, 3 Text.
 */
export type PlainEvent = { type: number; timestamp: number; data: unknown };
/** An event as it is, or a list that begins with the kind of event that it was. */
export type CompactEvent = PlainEvent | unknown[];

export type Loose = Record<string, unknown>;
export type Node = { id: number; type: number; [key: string]: unknown };

export const Kind = { FullSnapshot: 2, Incremental: 3, Element: 2, Text: 3 } as const;
export const MUTATION = 0;
/** Before the name of an element of an SVG. No name of an element begins like that. */
export const SVG_MARK = '/';

const ELEMENT_KEYS = new Set(['type', 'tagName', 'attributes', 'childNodes', 'id', 'isSVG']);
const TEXT_KEYS = new Set(['type', 'textContent', 'id']);
const ADD_KEYS = new Set(['parentId', 'nextId', 'node']);
const TEXT_CHANGE_KEYS = new Set(['id', 'value']);
const ATTRIBUTE_CHANGE_KEYS = new Set(['id', 'attributes']);
const REMOVE_KEYS = new Set(['parentId', 'id', 'isShadow']);
const MUTATION_KEYS = new Set(['source', 'adds', 'texts', 'attributes', 'removes']);
const SNAPSHOT_KEYS = new Set(['node', 'initialOffset']);
const EVENT_KEYS = new Set(['type', 'timestamp', 'data']);

/** What `JSON.stringify` would leave out is not there. */
function hasOnly(value: object, keys: ReadonlySet<string>): boolean {
  for (const key in value) if (!keys.has(key) && (value as Loose)[key] !== undefined) return false;
  return true;
}

/** Nothing of it is lost when it is written as a list. */
export const isSimpleElement = (node: Node): boolean =>
  node.type === Kind.Element &&
  typeof node.tagName === 'string' &&
  !node.tagName.startsWith(SVG_MARK) &&
  isRecord(node.attributes) &&
  Array.isArray(node.childNodes) &&
  (node.isSVG === undefined || node.isSVG === true) &&
  hasOnly(node, ELEMENT_KEYS);
export const isSimpleText = (node: Node): boolean =>
  node.type === Kind.Text && typeof node.textContent === 'string' && hasOnly(node, TEXT_KEYS);
export const nameOf = (node: Node): string => (node.isSVG === true ? SVG_MARK : '') + (node.tagName as string);

/** The event in fewer words. Nothing of it is changed, and what is returned shares its parts. */
export function compactEvent(event: PlainEvent): CompactEvent {
  const { type, data } = event;
  if (!isRecord(data) || !hasOnly(event, EVENT_KEYS)) return event;
  if (type === Kind.Incremental && data.source === MUTATION) return compactMutation(event, data) ?? event;
  if (type !== Kind.FullSnapshot || !isRecord(data.node) || !hasOnly(data, SNAPSHOT_KEYS)) return event;
  return [type, event.timestamp, compactTree(data.node as Node, { last: 0 }), data.initialOffset];
}

function compactMutation({ type, timestamp }: PlainEvent, data: Loose): unknown[] | null {
  if (!hasOnly(data, MUTATION_KEYS)) return null;
  const columns: unknown[][] = Array.from({ length: 10 }, () => []);
  const [ids, parents, nexts, nodes, textIds, texts, changeIds, changes, removeIds, removes] = columns as [
    number[],
    number[],
    number[],
    unknown[],
    number[],
    unknown[],
    number[],
    unknown[],
    number[],
    unknown[],
  ];
  let last = 0;
  for (const add of data.adds as Loose[]) {
    const node = add.node as Node;
    // An element is never its own neighbour, so 0 is free for none; whoever says that it is, is taken at their word.
    if (!hasOnly(add, ADD_KEYS) || add.nextId === node.id) return null;
    ids.push(node.id - last);
    parents.push(node.id - (add.parentId as number));
    nexts.push(add.nextId === null ? 0 : node.id - (add.nextId as number));
    if (isSimpleText(node)) nodes.push(node.textContent);
    else if (isSimpleElement(node) && (node.childNodes as unknown[]).length === 0)
      nodes.push([nameOf(node), node.attributes]);
    else nodes.push(node);
    last = node.id;
  }
  last = 0;
  for (const text of data.texts as Loose[]) {
    if (!hasOnly(text, TEXT_CHANGE_KEYS)) return null;
    textIds.push((text.id as number) - last);
    texts.push(text.value);
    last = text.id as number;
  }
  last = 0;
  for (const change of data.attributes as Loose[]) {
    if (!hasOnly(change, ATTRIBUTE_CHANGE_KEYS)) return null;
    changeIds.push((change.id as number) - last);
    changes.push(change.attributes);
    last = change.id as number;
  }
  last = 0;
  for (const remove of data.removes as Loose[]) {
    if (!hasOnly(remove, REMOVE_KEYS)) return null;
    const id = remove.id as number;
    const parent = id - (remove.parentId as number);
    removeIds.push(id - last);
    removes.push(remove.isShadow === undefined ? parent : [parent, remove.isShadow]);
    last = id;
  }
  return [type, timestamp, ...columns];
}

/** Ids count up in the order of the document; where one does not, the node says its own. */
function compactTree(node: Node, count: { last: number }): unknown {
  const follows = node.id === count.last + 1;
  count.last = node.id;
  if (follows && isSimpleText(node)) return node.textContent;
  const children = node.childNodes;
  if (follows && isSimpleElement(node)) {
    const list: unknown[] = [nameOf(node), node.attributes];
    for (const child of children as Node[]) list.push(compactTree(child, count));
    return list;
  }
  if (!Array.isArray(children)) return node;
  return { ...node, childNodes: (children as Node[]).map((child) => compactTree(child, count)) };
}

export const isRecord = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
