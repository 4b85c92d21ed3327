import { isRecord, Kind, MUTATION, type Node, type PlainEvent, SVG_MARK } from './compact.ts';

/** Hostile lists: no page is deeper, and a segment of more nodes than this would not fit into the memory of who reads it. */
const MAX_DEPTH = 1500;
const MAX_NODES = 300_000;

/** The events of a list again. One that is no event of ours becomes null, and nothing here throws: lists may be hostile. */
export function expandEvents(list: readonly unknown[]): unknown[] {
  const budget = { nodes: MAX_NODES };
  return list.map((value) => {
    if (!Array.isArray(value)) return value;
    try {
      return expandEvent(value, budget);
    } catch (cause) {
      if (cause instanceof Malformed) return null;
      throw cause;
    }
  });
}

class Malformed extends Error {}

type Budget = { nodes: number };

function expandEvent(value: unknown[], budget: Budget): PlainEvent {
  const [type, timestamp, ...rest] = value;
  if (typeof timestamp !== 'number') throw new Malformed();
  if (type === Kind.FullSnapshot) {
    const node = expandTree(rest[0], { last: 0 }, 0, budget);
    return { type, timestamp, data: { node, initialOffset: rest[1] } };
  }
  if (type !== Kind.Incremental || rest.length !== 10) throw new Malformed();
  const columns = rest.map((column) => {
    if (!Array.isArray(column)) throw new Malformed();
    return column as unknown[];
  });
  const column = (i: number, length?: number): unknown[] => {
    const found = columns[i] as unknown[];
    if (length !== undefined && found.length !== length) throw new Malformed();
    return found;
  };
  const rows = column(0).length;
  spend(budget, rows + column(4).length + column(6).length + column(8).length);
  const [parents, nexts, nodes] = [column(1, rows), column(2, rows), column(3, rows)];
  const adds = addUp(column(0)).map((id, i) => ({
    parentId: id - number(parents[i]),
    nextId: nexts[i] === 0 ? null : id - number(nexts[i]),
    node: expandAdded(nodes[i], id),
  }));
  const texts = column(5, column(4).length);
  const changes = column(7, column(6).length);
  const removes = column(9, column(8).length);
  return {
    type,
    timestamp,
    data: {
      source: MUTATION,
      texts: addUp(column(4)).map((id, i) => ({ id, value: texts[i] })),
      attributes: addUp(column(6)).map((id, i) => ({ id, attributes: changes[i] })),
      removes: addUp(column(8)).map((id, i) => {
        const how = removes[i];
        return Array.isArray(how)
          ? { parentId: id - number(how[0]), id, isShadow: how[1] }
          : { parentId: id - number(how), id };
      }),
      adds,
    },
  };
}

function expandAdded(value: unknown, id: number): unknown {
  if (typeof value === 'string') return { type: Kind.Text, textContent: value, id };
  if (!Array.isArray(value)) return value;
  const [name, attributes] = value;
  if (typeof name !== 'string' || !isRecord(attributes)) throw new Malformed();
  return elementOf(name, attributes, [], id);
}

function expandTree(value: unknown, count: { last: number }, depth: number, budget: Budget): Node {
  if (depth > MAX_DEPTH) throw new Malformed();
  spend(budget, 1);
  const expandAll = (children: unknown[]) => children.map((child) => expandTree(child, count, depth + 1, budget));
  if (typeof value === 'string') {
    count.last += 1;
    return { type: Kind.Text, textContent: value, id: count.last };
  }
  if (Array.isArray(value)) {
    const [name, attributes, ...children] = value as unknown[];
    if (typeof name !== 'string' || !isRecord(attributes)) throw new Malformed();
    count.last += 1;
    const id = count.last;
    return elementOf(name, attributes, expandAll(children), id);
  }
  if (!isRecord(value)) throw new Malformed();
  count.last = number(value.id);
  return (Array.isArray(value.childNodes) ? { ...value, childNodes: expandAll(value.childNodes) } : value) as Node;
}

function addUp(steps: unknown[]): number[] {
  let sum = 0;
  return steps.map((step) => {
    sum += number(step);
    return sum;
  });
}

function spend(budget: Budget, nodes: number): void {
  budget.nodes -= nodes;
  if (budget.nodes < 0) throw new Malformed();
}

function number(value: unknown): number {
  if (typeof value !== 'number') throw new Malformed();
  return value;
}

const elementOf = (name: string, attributes: unknown, childNodes: unknown[], id: number): Node =>
  name.startsWith(SVG_MARK)
    ? { type: Kind.Element, tagName: name.slice(1), attributes, childNodes, isSVG: true, id }
    : { type: Kind.Element, tagName: name, attributes, childNodes, id };
