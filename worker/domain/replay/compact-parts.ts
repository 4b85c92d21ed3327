import { isRecord, isSimpleElement, isSimpleText, Kind, type Node, nameOf, type PlainEvent } from './compact.ts';

/** A node that is being written: what is still to come inside it, and what then closes it. */
type Open = { children: readonly Node[]; next: number; hasComma: boolean; end: string };

/**
 * The JSON of a compact snapshot, node by node, for a thread that must not be held while a large page is written. Joined it is what
 * `JSON.stringify(compactEvent(event))` is; null for every other event, which is small.
 */
export function compactParts(event: PlainEvent): Generator<string> | null {
  const { type, timestamp, data } = event;
  if (type !== Kind.FullSnapshot || !isRecord(data) || !isRecord(data.node)) return null;
  return parts(timestamp, data.node as Node, data.initialOffset);
}

function* parts(timestamp: number, root: Node, initialOffset: unknown): Generator<string> {
  let last = 0;
  const opened: Open[] = [];
  /** What is said of the node before its children. */
  const begin = (node: Node): string => {
    const follows = node.id === last + 1;
    last = node.id;
    if (follows && isSimpleText(node)) return JSON.stringify(node.textContent);
    const children = Array.isArray(node.childNodes) ? (node.childNodes as Node[]) : null;
    if (follows && isSimpleElement(node)) {
      opened.push({ children: children ?? [], next: 0, hasComma: true, end: ']' });
      return `[${JSON.stringify(nameOf(node))},${JSON.stringify(node.attributes)}`;
    }
    const { childNodes: _, ...own } = node;
    if (children === null) return JSON.stringify(node);
    opened.push({ children, next: 0, hasComma: false, end: ']}' });
    return `${JSON.stringify(own).slice(0, -1)},"childNodes":[`;
  };
  yield `[${Kind.FullSnapshot},${timestamp},`;
  yield begin(root);
  for (let open = opened.at(-1); open !== undefined; open = opened.at(-1)) {
    const child = open.children[open.next];
    if (child === undefined) {
      opened.pop();
      yield open.end;
      continue;
    }
    const comma = open.hasComma || open.next > 0 ? ',' : '';
    open.next += 1;
    yield comma + begin(child);
  }
  yield `,${JSON.stringify(initialOffset)}]`;
}
