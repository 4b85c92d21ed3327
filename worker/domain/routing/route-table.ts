import type { Routes } from './choose-queue.ts';

/** What is wrong with a table, and where: the dotted way to the value, `topics.0.name`. */
export type RouteProblem = { path: string; message: string };

/** One line of the table: what this is about, or where it was written, goes to the queue with this slug. */
export type RouteRow = { name: string; queue: string };

/** Routes as people set them: rows in an order, so that two of one name can be told. */
export type RouteTable = { topics: RouteRow[]; areas: RouteRow[]; fallback: string };

export const MAX_ROUTE_NAME_CHARS = 64;

/** [M2] Routes as a table, by name. */
export const tableOf = ({ byIntent, byArea, fallback }: Routes): RouteTable => ({
  topics: rowsOf(byIntent),
  areas: rowsOf(byArea),
  fallback,
});

export const routesOf = ({ topics, areas, fallback }: RouteTable): Routes => ({
  byIntent: recordOf(topics),
  byArea: recordOf(areas),
  fallback,
});

const rowsOf = (record: Record<string, string>): RouteRow[] =>
  Object.entries(record)
    .map(([name, queue]) => ({ name, queue }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

const recordOf = (rows: readonly RouteRow[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ name, queue }) => [name, queue]));

/** [M2] Rows without a name, two of one name, and queues that are not there: what is sent to one of these would silently go elsewhere. */
export function routeProblems(table: RouteTable, slugs: readonly string[]): RouteProblem[] {
  const problems: RouteProblem[] = [];
  const report = (path: string, message: string) => problems.push({ path, message });
  for (const [part, what] of [
    ['topics', 'topic'],
    ['areas', 'area'],
  ] as const) {
    const rows = table[part];
    for (const [index, { name, queue }] of rows.entries()) {
      const path = `${part}.${index}`;
      if (name === '') report(`${path}.name`, `name the ${what}, or remove the row.`);
      else if (name.length > MAX_ROUTE_NAME_CHARS)
        report(`${path}.name`, `at most ${MAX_ROUTE_NAME_CHARS} characters.`);
      else if (rows.findIndex((row) => row.name === name) < index) report(`${path}.name`, `${name} is there twice.`);
      if (queue === '') report(`${path}.queue`, 'choose a queue.');
      else if (!slugs.includes(queue)) report(`${path}.queue`, 'this workspace has no such queue.');
    }
  }
  if (table.fallback === '') report('fallback', 'choose a queue.');
  else if (!slugs.includes(table.fallback)) report('fallback', 'this workspace has no such queue.');
  return problems;
}

/** What differs between two tables, in words for the log: "topic billing: Billing → General". */
export function routeChanges(was: RouteTable, is: RouteTable, nameOf: (slug: string) => string): string[] {
  const rows = (what: string, before: readonly RouteRow[], after: readonly RouteRow[]) => {
    const queueIn = (all: readonly RouteRow[], name: string) => {
      const row = all.find((one) => one.name === name);
      return row === undefined ? 'none' : nameOf(row.queue);
    };
    return [...new Set([...after, ...before].map(({ name }) => name))].flatMap((name) => {
      const [from, to] = [queueIn(before, name), queueIn(after, name)];
      return from === to ? [] : [`${what} ${name}: ${from} → ${to}`];
    });
  };
  return [
    ...rows('topic', was.topics, is.topics),
    ...rows('area', was.areas, is.areas),
    ...(was.fallback === is.fallback ? [] : [`everything else: ${nameOf(was.fallback)} → ${nameOf(is.fallback)}`]),
  ];
}
